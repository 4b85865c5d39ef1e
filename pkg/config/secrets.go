package config

import "strings"

// secretKind says what kind of credential the value of a key looks like, or "".
// The test is deliberately coarse: a false alarm costs a rename, a secret in a
// repository costs a rotation.
func secretKind(key, value string) string {
	switch {
	case strings.Contains(value, "-----BEGIN ") && strings.Contains(value, "PRIVATE KEY"):
		return "a private key"
	case hasAccessKey(value):
		return "an AWS access key id"
	case looksRandom(value) && namesSecret(key):
		return "a credential"
	}
	return ""
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

func namesSecret(key string) bool {
	k := strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-.", r) {
			return -1
		}
		return r
	}, strings.ToLower(key))
	for _, word := range []string{"password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "privatekey", "credential"} {
		if strings.Contains(k, word) {
			return true
		}
	}
	return false
}

// looksRandom reports whether the value is one run of at least 16 characters of
// base64 or hex that holds a digit. References such as vault:cells/acme/kv, URLs
// and host names hold other characters and pass.
func looksRandom(value string) bool {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-"
	return len(value) >= 16 && strings.Trim(value, alphabet) == "" && strings.ContainsAny(value, "0123456789")
}
