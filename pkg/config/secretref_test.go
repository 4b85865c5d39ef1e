package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/config"
)

func TestReferencesToSecrets(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]config.SecretRef{
		"secretsmanager:db":              {Store: config.SecretsManager, Name: "db"},
		"secretsmanager:db/main#user.A_": {Store: config.SecretsManager, Name: "db/main", Key: "user.A_"},
		"ssm:license/api-2":              {Store: config.ParameterStore, Name: "license/api-2"},
		"ssm:db-abc123":                  {Store: config.ParameterStore, Name: "db-abc123"},
	} {
		got, err := config.ParseSecretRef(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" || got.String() != text {
			t.Errorf("%s is %v (-want +got):\n%s", text, got, diff)
		}
	}
}

func TestErrorsOfSecrets(t *testing.T) {
	t.Parallel()
	const out = " (the secret itself stays out of these files)"
	const at = "configs/clients/acme/cell.yaml:"
	const name = "is not the name of a secret, want 1 to 128 lower-case letters, digits, dashes and slashes, each part starting and ending with a letter or digit"
	checkWrong(t, []wrong{
		{"references", cell("services:", "  items:", "    - name: api", "      environment: {E: x, R: \"ssm:db\"}", "      secrets:",
			"        A: db", "        B: secretmanager:db", "        C: \"ssm:db#k\"", "        D: secretsmanager:../birch/db", "        E: ssm:db", "        F: secretsmanager:db-abc123",
			"        G: \"secretsmanager:db#a b\"", "        1H: ssm:db", "        I: 5", "        J: \"ssm:/db\"", "        K: \"ssm:"+strings.Repeat("a", 129)+"\""), []string{
			at + `8:30: services.items[api].environment.R: a reference to a secret is not resolved here (move it to secrets)`,
			at + `10:12: services.items[api].secrets.A: the value is not a reference to a secret, want secretsmanager:<name>, secretsmanager:<name>#<key> or ssm:<name>` + out,
			at + `11:12: services.items[api].secrets.B: "secretmanager" is not a store of secrets, want secretsmanager:<name>, secretsmanager:<name>#<key> or ssm:<name>: did you mean "secretsmanager"? stores: secretsmanager, ssm` + out,
			at + `12:12: services.items[api].secrets.C: a parameter has no keys, want ssm:db` + out,
			at + `13:12: services.items[api].secrets.D: "../birch/db" ` + name + out,
			at + `14:12: services.items[api].secrets.E: the variable is already set at configs/clients/acme/cell.yaml:8:24 (keep one of the two; null removes an inherited one)`,
			at + `15:12: services.items[api].secrets.F: "db-abc123" ends with a dash and six characters like the ARN of another secret, want another name` + out,
			at + `16:12: services.items[api].secrets.G: "a b" is not the key of a secret, want 1 to 64 letters, digits, dots, dashes and underscores` + out,
			at + `17:9: services.items[api].secrets: key "1H" is not valid, want letters, digits and underscores, not starting with a digit`,
			at + `18:12: services.items[api].secrets.I: 5 is an integer, want a reference to a secret: secretsmanager:<name>, secretsmanager:<name>#<key> or ssm:<name> (put it in quotes: "5")`,
			at + `19:12: services.items[api].secrets.J: "/db" ` + name + out,
			at + `20:12: services.items[api].secrets.K: "` + strings.Repeat("a", 60) + `"... ` + name + out,
		}},
		{"credentials", cell("labels: {password: hunter2}", "services:", "  items:", "    - name: api", "      environment:", "        DB_URL: postgres://app:hunter2@db/x", "        API_TOKEN: abc",
			"        NOTE: ghp_0123456789abcdefghijABCDEFGHIJ012345", "      secrets: {DB_PASSWORD: hunter2}"), []string{
			at + `5:20: labels.password: the value looks like a credential (keep secrets out of these files: put a reference to where the secret is stored)`,
			at + `10:17: services.items[api].environment.DB_URL: the value looks like a URL with a password (keep secrets out of these files: put a reference to where the secret is stored)`,
			at + `11:20: services.items[api].environment.API_TOKEN: the value looks like a credential (keep secrets out of these files: put a reference to where the secret is stored)`,
			at + `12:15: services.items[api].environment.NOTE: the value looks like a GitHub token (keep secrets out of these files: put a reference to where the secret is stored)`,
			at + `13:30: services.items[api].secrets.DB_PASSWORD: the value looks like a credential (keep secrets out of these files: put a reference to where the secret is stored)`,
		}},
	})
}

func TestSecretsMergeByName(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, map[string]string{
		"accounts/nonprod/cell.yaml": "services: {items: [{name: api, secrets: {A: \"ssm:a\", B: \"ssm:b\"}}]}\n",
		"clients/acme/cell.yaml":     smallest(0) + "services: {items: [{name: api, secrets: {A: null, C: \"secretsmanager:c#k\"}}]}\n",
	})
	want := map[string]config.SecretRef{"B": {Store: config.ParameterStore, Name: "b"}, "C": {Store: config.SecretsManager, Name: "c", Key: "k"}}
	if diff := cmp.Diff(want, mustCell(t, tree, "acme").Services.Items[0].Secrets); diff != "" {
		t.Errorf("secrets differ (-want +got):\n%s", diff)
	}
}
