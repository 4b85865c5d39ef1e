package contract

import (
	"errors"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestReadSecretTakesItSecretOrNot(t *testing.T) {
	t.Parallel()
	items := map[string]any{"vault": "hidden"}
	for name, details := range map[string]pulumi.StackReferenceOutputDetails{"secret": {SecretValue: items}, "plain": {Value: items}} {
		got, err := readSecret(published{"clientSecrets": details}, "utility", "ops-us-east-1-okta", "clientSecrets", "vault")
		if err != nil || got != "hidden" {
			t.Errorf("%s: readSecret = %q, %v, want hidden", name, got, err)
		}
	}
}

func TestReadSecretSaysWhatIsMissingAndNoSecret(t *testing.T) {
	t.Parallel()
	for name, stack := range map[string]published{
		"no output":      {},
		"no such item":   {"clientSecrets": {SecretValue: map[string]any{"jenkins": "hidden"}}},
		"another shape":  {"clientSecrets": {SecretValue: "hidden"}},
		"an empty value": {"clientSecrets": {SecretValue: map[string]any{"vault": ""}}},
	} {
		_, err := readSecret(stack, "utility", "ops-us-east-1-okta", "clientSecrets", "vault")
		var missing *MissingError
		if !errors.As(err, &missing) || len(missing.Keys) != 1 || missing.Keys[0] != "clientSecrets.vault" {
			t.Errorf("%s: readSecret: %v, want a MissingError for clientSecrets.vault", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: error %q shows a secret", name, err)
		}
	}
}
