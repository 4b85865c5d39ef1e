package config

import (
	"fmt"
	"strings"
)

// SecretStore is a service that keeps secrets.
type SecretStore string

const (
	// SecretsManager is AWS Secrets Manager.
	SecretsManager SecretStore = "secretsmanager"
	// ParameterStore is a SecureString of AWS Systems Manager.
	ParameterStore SecretStore = "ssm"
)

// maxSecretName is the length of a secret's name within the cell, so that with
// the prefix cell/<client>/ it stays far below the 512 of Secrets Manager.
const maxSecretName = 128

// SecretRef says where a secret of a cell is kept. It is written <store>:<name>, or
// secretsmanager:<name>#<key> for one key of a secret that holds a JSON object. The
// name is relative to the cell: secretsmanager:db is the secret cell/<client>/db,
// ssm:db the parameter /cell/<client>/db. So no cell can name the secret of another.
type SecretRef struct {
	// Store is the service that keeps the secret.
	Store SecretStore
	// Name is the secret within the cell: 1 to 128 lower-case letters, digits, dashes
	// and slashes.
	Name string
	// Key is the key of the JSON object that the secret holds; empty: all of it. Only
	// with Secrets Manager.
	Key string
}

// String returns the reference as files write it.
func (r SecretRef) String() string {
	if r.Key != "" {
		return string(r.Store) + ":" + r.Name + "#" + r.Key
	}
	return string(r.Store) + ":" + r.Name
}

// MarshalText returns the reference as files write it.
func (r SecretRef) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// wantSecret is what a reference looks like.
const wantSecret = "secretsmanager:<name>, secretsmanager:<name>#<key> or ssm:<name>"

// ParseSecretRef returns the reference that text writes. It fails for an unknown
// store, a name or key with other characters, a key of a parameter, and a name of
// Secrets Manager that ends like the suffix of an ARN (a dash and six characters).
func ParseSecretRef(text string) (SecretRef, error) {
	store, rest, ok := strings.Cut(text, ":")
	if !ok {
		// The text may be the secret itself and so is not repeated.
		return SecretRef{}, fmt.Errorf("the value is not a reference to a secret, want %s", wantSecret)
	}
	r := SecretRef{Store: SecretStore(store)}
	stores := []string{string(SecretsManager), string(ParameterStore)}
	if r.Store != SecretsManager && r.Store != ParameterStore {
		return SecretRef{}, fmt.Errorf("%s is not a store of secrets, want %s: %s", show(store), wantSecret, didYouMean(store, stores, "stores"))
	}
	var keyed bool
	r.Name, r.Key, keyed = strings.Cut(rest, "#")
	switch {
	case !isSecretName(r.Name):
		return SecretRef{}, fmt.Errorf("%s is not the name of a secret, want 1 to %d lower-case letters, digits, dashes and slashes, each part starting and ending with a letter or digit", show(r.Name), maxSecretName)
	case keyed && r.Store == ParameterStore:
		return SecretRef{}, fmt.Errorf("a parameter has no keys, want ssm:%s", r.Name)
	case keyed && !isSecretKey(r.Key):
		return SecretRef{}, fmt.Errorf("%s is not the key of a secret, want 1 to 64 letters, digits, dots, dashes and underscores", show(r.Key))
	case r.Store == SecretsManager && len(r.Name) > 7 && r.Name[len(r.Name)-7] == '-' && !strings.ContainsAny(r.Name[len(r.Name)-6:], "-/"):
		// docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
		return SecretRef{}, fmt.Errorf("%s ends with a dash and six characters like the ARN of another secret, want another name", show(r.Name))
	}
	return r, nil
}

func isSecretName(name string) bool {
	if name == "" || len(name) > maxSecretName {
		return false
	}
	for _, part := range strings.Split(name, "/") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || part[0] == '-' || part[len(part)-1] == '-' {
			return false
		}
	}
	return true
}

func isSecretKey(key string) bool {
	for i := range len(key) {
		if !isWord(key[i]) && key[i] != '.' {
			return false
		}
	}
	return key != "" && len(key) <= 64
}
