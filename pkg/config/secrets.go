package config

import "strings"

// tokenForms are how the tokens of services in common use begin, with what they
// are and the least length of what follows. Each is documented by its issuer so that
// scanners can find it.
func tokenForms() [22]tokenForm {
	return [...]tokenForm{
		{"ghp_", "a GitHub token", 20}, {"gho_", "a GitHub token", 20}, {"ghu_", "a GitHub token", 20}, {"ghs_", "a GitHub token", 20},
		{"ghr_", "a GitHub token", 20}, {"github_pat_", "a GitHub token", 20}, {"glpat-", "a GitLab token", 16},
		{"xoxb-", "a Slack token", 16}, {"xoxp-", "a Slack token", 16}, {"xoxa-", "a Slack token", 16}, {"xoxr-", "a Slack token", 16}, {"xoxs-", "a Slack token", 16},
		{"hvs.", "a Vault token", 16}, {"hvb.", "a Vault token", 16}, {"hvr.", "a Vault token", 16},
		{"sk_live_", "a Stripe key", 16}, {"rk_live_", "a Stripe key", 16}, {"AIza", "a Google API key", 35}, {"npm_", "an npm token", 30},
		{"dop_v1_", "a DigitalOcean token", 32}, {"SG.", "a SendGrid key", 32}, {"pul-", "a Pulumi token", 32},
	}
}

type tokenForm struct {
	prefix, what string
	rest         int
}

// secretKind says what kind of credential the value of a key looks like, or "".
// The test is deliberately coarse: a false alarm costs a rename, a secret in a
// repository costs a rotation.
func secretKind(key, value string) string {
	if len(value) < 4 {
		if value != "" && isSecretKeyName(key) && strings.Trim(value, "0123456789") != "" {
			return "a credential"
		}
		return ""
	}
	switch {
	case strings.Contains(value, "-----BEGIN ") && strings.Contains(value, "PRIVATE KEY"):
		return "a private key"
	case hasAccessKey(value):
		return "an AWS access key id"
	case hasPassword(value):
		return "a URL with a password"
	case strings.HasPrefix(value, "eyJ") && strings.Count(value, ".") == 2 && len(value) > 40:
		return "a JSON Web Token"
	case looksRandom(value) && namesSecret(key):
		return "a credential"
	case isSecretKeyName(key) && !isReference(value):
		return "a credential"
	}
	return tokenKind(value)
}

// tokenKind says what token the value holds, or "".
func tokenKind(value string) string {
	// All forms are longer, which spares most values the search.
	if len(value) < 20 {
		return ""
	}
	for _, f := range tokenForms() {
		if rest, ok := strings.CutPrefix(value, f.prefix); ok && len(rest) >= f.rest && strings.IndexByte(rest, ' ') < 0 {
			return f.what
		}
	}
	return ""
}

// hasPassword reports whether the value is a URL of the form scheme://user:password@host.
func hasPassword(value string) bool {
	_, rest, ok := strings.Cut(value, "://")
	if !ok {
		return false
	}
	authority, _, _ := strings.Cut(rest, "/")
	user, _, ok := strings.Cut(authority, "@")
	_, password, keyed := strings.Cut(user, ":")
	return ok && keyed && password != ""
}

// isReference reports whether the value says where a secret is, rather than what:
// <scheme>:<rest>, or nothing but digits or a boolean, which settings of a lifetime
// or a switch are.
func isReference(value string) bool {
	scheme, rest, ok := strings.Cut(value, ":")
	if ok && rest != "" && strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyz0123456789+.-") == "" {
		return true
	}
	return strings.Trim(value, "0123456789") == "" || value == "true" || value == "false" || value == "null"
}

// hasAccessKey reports whether the value holds AKIA or ASIA followed by 16 upper-case
// letters and digits, as IAM and STS issue them.
func hasAccessKey(value string) bool {
	for _, prefix := range []string{"AKIA", "ASIA"} {
		for rest := value; ; {
			i := strings.Index(rest, prefix)
			if i < 0 {
				break
			}
			rest = rest[i+len(prefix):]
			if len(rest) >= 16 && strings.Trim(rest[:16], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == "" {
				return true
			}
		}
	}
	return false
}

// secretWords are what keys of credentials are called, without separators.
func secretWords() [11]string {
	return [...]string{"password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "secretkey", "privatekey", "credential", "credentials"}
}

// namesSecret reports whether the key speaks of a credential.
func namesSecret(key string) bool {
	k := letters(key)
	for _, word := range secretWords() {
		if strings.Contains(k, word) {
			return true
		}
	}
	return false
}

// isSecretKeyName reports whether the key is that of a credential: it ends with what
// one is called, as DB_PASSWORD does and TOKEN_TTL does not.
func isSecretKeyName(key string) bool {
	if len(key) < len("token") || strings.IndexByte("dDtTnNeEyYlLsS", key[len(key)-1]) < 0 {
		return false
	}
	for _, word := range secretWords() {
		if endsWith(key, word) {
			return true
		}
	}
	return false
}

// endsWith reports whether the letters of the key, whatever their case, end with
// the word. It is asked for every value of every file and so makes no copy.
func endsWith(key, word string) bool {
	at := len(word)
	for i := len(key) - 1; i >= 0 && at > 0; i-- {
		b := key[i]
		if b == '_' || b == '-' || b == '.' {
			continue
		}
		if at--; b|0x20 != word[at] {
			return false
		}
	}
	return at == 0
}

// letters returns the key in lower case without separators.
func letters(key string) string {
	return strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(key))
}

// looksRandom reports whether the value is one run of at least 16 characters of
// base64 or hex that holds a digit. References such as vault:cells/acme/kv, URLs
// and host names hold other characters and pass.
func looksRandom(value string) bool {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-"
	return len(value) >= 16 && strings.Trim(value, alphabet) == "" && strings.ContainsAny(value, "0123456789")
}
