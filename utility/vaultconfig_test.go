package utility_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/pulumitest"
	"cellworks/pkg/userdata"
	"cellworks/pkg/vault"
	"cellworks/utility"
)

const vaultConfigStack = "ops-us-east-1-vault-config"

// configured returns what the stacks publish that the contents of Vault are made from.
func configured(t *testing.T, tree *config.Tree) pulumitest.Stacks {
	t.Helper()
	stacks := published(t, tree)
	stacks["utility/ops-us-east-1-vault"] = pulumitest.Outputs(t, contract.Vault{
		Address: "https://vault.us-east-1.ops.meridianhealth.example", Host: "vault.us-east-1.ops.meridianhealth.example",
		TLS: config.VaultReencrypt, Storage: config.VaultOnRaft, CertificateNames: []string{}, ServerCIDRs: []string{},
		SecretARNs: map[string]string{}, RoleARN: "arn:aws:iam::333333333333:role/utility/vault-1a2b3c4",
		AuditFiles: userdata.VaultAuditFiles(), DatabaseCA: userdata.VaultDatabaseCA, SnapshotRole: vault.SnapshotRole,
	})
	okta := pulumitest.Outputs(t, contract.Okta{
		Issuer: "https://meridianhealth.okta.com", GroupIDs: map[string]string{}, AppIDs: map[string]string{},
		ClientIDs: map[string]string{config.OktaAppVault: "0oa1"}, SAMLMetadata: map[string]string{},
	})
	okta["clientSecrets"] = map[string]any{config.OktaAppVault: "unspoken"}
	stacks["utility/"+oktaStack] = okta
	return stacks
}

func TestVaultConfigIsBuiltInOps(t *testing.T) {
	t.Parallel()
	tree := load(t)
	recording := record(t, tree, vaultConfigStack, configured(t, tree))
	recording.Golden(t, vaultConfigStack)
	for _, res := range recording.Resources {
		if slices.Contains(res.Words(), "unspoken") {
			t.Errorf("%s shows the client secret", res.URN)
		}
	}
}

func TestVaultConfigLooksUpWhoLogsInFromOtherAccounts(t *testing.T) {
	t.Parallel()
	tree := load(t)
	recording := record(t, tree, vaultConfigStack, configured(t, tree))
	want := []string{"111111111111", "222222222222"}
	if got := recording.Strings("vault:aws/authBackendStsRole:AuthBackendStsRole", "accountId"); !slices.Equal(got, want) {
		t.Errorf("accounts %q, want %q", got, want)
	}
	for _, role := range recording.OfType("vault:aws/authBackendRole:AuthBackendRole") {
		if role.Inputs[resource.PropertyKey("role")].StringValue() == "jenkins-agent-check" {
			t.Error("agents that run what nobody has approved log in")
		}
	}
}

func TestVaultConfigSaysWhatMustBeUpFirst(t *testing.T) {
	t.Parallel()
	tree := load(t)
	for missing, want := range map[string]string{
		"utility/ops-us-east-1-vault": "bring it up first (cellctl up utility/ops-us-east-1-vault)",
		"utility/" + oktaStack:        "bring it up first (cellctl up utility/" + oktaStack + ")",
	} {
		references := configured(t, tree)
		delete(references, missing)
		_, err := pulumitest.Record(pulumitest.Target{Project: "utility", Stack: vaultConfigStack, References: references}, utility.Program(tree))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("without %s: error = %v, want it to contain %q", missing, err, want)
		}
	}
}

func TestVaultConfigWithoutPeopleNeedsNoOkta(t *testing.T) {
	t.Parallel()
	tree := with(t, "accounts/ops/utility.yaml", "vault: {enabled: true}\nvaultConfig: {enabled: true, people: {enabled: false}}\n")
	references := configured(t, tree)
	delete(references, "utility/"+oktaStack)
	recording := record(t, tree, vaultConfigStack, references)
	if found := recording.OfType("vault:jwt/authBackend:AuthBackend"); len(found) > 0 {
		t.Errorf("%s is built", found[0].URN)
	}
}
