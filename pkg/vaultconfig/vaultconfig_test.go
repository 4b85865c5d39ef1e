package vaultconfig_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/provider/vaultprovider"
	"cellworks/pkg/pulumitest"
	"cellworks/pkg/vaultconfig"
)

const (
	audit      = "vault:index/audit:Audit"
	autopilot  = "vault:index/raftAutopilot:RaftAutopilot"
	awsRole    = "vault:aws/authBackendRole:AuthBackendRole"
	group      = "vault:identity/group:Group"
	issuers    = "vault:pkiSecret/secretBackendConfigIssuers:SecretBackendConfigIssuers"
	jwtBackend = "vault:jwt/authBackend:AuthBackend"
	mount      = "vault:index/mount:Mount"
	passwords  = "vault:index/passwordPolicy:PasswordPolicy"
	policy     = "vault:index/policy:Policy"
	quota      = "vault:index/quotaRateLimit:QuotaRateLimit"
	stsRole    = "vault:aws/authBackendStsRole:AuthBackendStsRole"
	transitKey = "vault:transit/secretBackendKey:SecretBackendKey"

	secret = "unspoken-client-secret"
)

func args() vaultconfig.Args {
	role := func(account, name string) string { return fmt.Sprintf("arn:aws:iam::%s:role/%s", account, name) }
	return vaultconfig.Args{
		OrganizationName: "meridian", Domain: "example.com",
		Address: "https://vault.example.com", Host: "vault.example.com", Region: "us-east-1",
		Storage:    config.VaultOnRaft,
		AuditFiles: []string{"/var/log/vault/audit-1/audit.log", "/var/log/vault/audit-2/audit.log"},
		Config: config.UtilityVaultConfig{
			Autopilot: config.VaultAutopilot{DeadServerMinutes: 10, StabilizationSeconds: 90},
			People: config.VaultPeople{Enabled: true, SessionMinutes: 90, Groups: []config.VaultGroup{
				{Name: "platform-administrators", Policies: []string{"administrator"}},
				{Name: "platform-deployers", Policies: []string{"writer", "operator"}},
			}},
			KV: config.VaultKV{MaxVersions: 10}, TransitRotationDays: 90,
			PKI:            config.VaultPKI{RootYears: 10, IntermediateYears: 5, CertificateDays: 30},
			PasswordLength: 32,
			Limits:         config.VaultLimits{RequestsPerSecond: 500, LoginsPerSecond: 20},
		},
		ReaderRoleARNs:     map[string]string{"111111111111": role("111111111111", "service/vault-auth-reader"), "222222222222": role("222222222222", "service/vault-auth-reader")},
		SnapshotRole:       "snapshot",
		ServerRoleARN:      role("333333333333", "utility/vault-1a2b3c4"),
		CellDeployRoleARNs: []string{role("222222222222", "deploy/pulumi-cell"), role("111111111111", "deploy/pulumi-cell")},
		BreakGlassRoleARN:  role("333333333333", "people/break-glass"),
		AgentRoleARNs:      map[string]string{"base": role("333333333333", "jenkins/agent-base"), "utility": role("333333333333", "jenkins/agent-utility")},
		IdentityProvider:   &vaultconfig.IdentityProvider{Issuer: "https://example.okta.com", ClientID: "0oa1", ClientSecret: pulumi.String(secret)},
		DeletionProtection: true,
	}
}

// small returns args of a Vault that only roles of AWS log in to, on other storage.
func small() vaultconfig.Args {
	a := args()
	a.Storage, a.DeletionProtection = config.VaultOnConsul, false
	a.Config.People, a.IdentityProvider = config.VaultPeople{}, nil
	a.ReaderRoleARNs, a.AgentRoleARNs = nil, nil
	return a
}

func build(args vaultconfig.Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		provider, err := vaultprovider.New(ctx, "vault", vaultprovider.Args{
			Address: "https://vault.example.com", Host: "vault.example.com", Mount: "deploy", Role: "pulumi-utility",
			AWSRoleARN: "arn:aws:iam::333333333333:role/deploy/pulumi-utility", Region: "us-east-1", LeaseSeconds: 7200,
		})
		if err != nil {
			return err
		}
		_, err = vaultconfig.New(ctx, "vault-config", args, pulumi.Providers(provider), pulumitest.Marked())
		return err
	}
}

func record(t *testing.T, args vaultconfig.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, build(args))
}

func TestNewBuildsWhatIsInVault(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "vault-config")
}

func TestNothingNeedsVaultEnterprise(t *testing.T) {
	t.Parallel()
	for _, res := range record(t, args()).Resources {
		if _, ok := res.Inputs["namespace"]; ok {
			t.Errorf("%s is in a namespace", res.URN)
		}
		for _, enterprise := range []string{"Namespace", "quotaLeaseCount", "egpPolicy", "rgpPolicy", "raftSnapshotAgentConfig", ":saml/", ":transform/", ":kmip/"} {
			if strings.Contains(res.Type, enterprise) {
				t.Errorf("%s is Enterprise's", res.URN)
			}
		}
	}
}

func TestPoliciesAndPasswordsParse(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	texts := slices.Concat(recording.Strings(policy, "policy"), recording.Strings(passwords, "policy"))
	if len(texts) != 13 {
		t.Errorf("%d policies, want 13", len(texts))
	}
	for _, text := range texts {
		if _, diagnostics := hclsyntax.ParseConfig([]byte(text), "policy.hcl", hcl.InitialPos); diagnostics.HasErrors() {
			t.Errorf("%v in\n%s", diagnostics, text)
		}
	}
}

func TestRolesAndGroupsHavePoliciesThatThereAre(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	known := recording.Strings(policy, "name")
	used := map[string]bool{}
	for _, res := range slices.Concat(recording.OfType(awsRole), recording.OfType(group)) {
		policies, ok := res.Inputs["tokenPolicies"]
		if !ok {
			policies = res.Inputs["policies"]
		}
		if len(policies.ArrayValue()) == 0 {
			t.Errorf("%s may do nothing", res.URN)
		}
		for _, name := range policies.ArrayValue() {
			used[name.StringValue()] = true
			if !slices.Contains(known, name.StringValue()) {
				t.Errorf("%s has policy %q, want one of %q", res.URN, name.StringValue(), known)
			}
		}
	}
	// Nobody has them by a role or group of this stack.
	used["auditor"], used["cell-writer"], used["cells-service"], used["outside"] = true, true, true, true
	if got := slices.Sorted(maps.Keys(used)); !slices.Equal(got, known) {
		t.Errorf("policies %q are used, want %q", got, known)
	}
}

func TestOnlyWhoMayNotExistYetIsKnownByName(t *testing.T) {
	t.Parallel()
	for _, role := range record(t, args()).OfType(awsRole) {
		later := strings.HasPrefix(role.Name, "vault-config-jenkins-agent-") || role.Name == "vault-config-deploy-cell"
		if got := role.Inputs["resolveAwsUniqueIds"].BoolValue(); got == later {
			t.Errorf("%s: resolveAwsUniqueIds is %v", role.URN, got)
		}
		for _, arn := range role.Inputs["boundIamPrincipalArns"].ArrayValue() {
			if strings.HasSuffix(arn.StringValue(), "*") != later {
				t.Errorf("%s is bound to %s", role.URN, arn.StringValue())
			}
		}
		if ttl, longest := role.Inputs["tokenTtl"].NumberValue(), role.Inputs["tokenMaxTtl"].NumberValue(); ttl < 1 || ttl > longest || longest > 12*3600 {
			t.Errorf("%s: tokens live for %v of %v seconds", role.URN, ttl, longest)
		}
	}
}

func TestTheSecretOfTheIdentityProviderStaysSecret(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	if !recording.OfType(jwtBackend)[0].Inputs["oidcClientSecret"].IsSecret() {
		t.Error("the client secret is plain")
	}
	for _, res := range recording.Resources {
		if slices.Contains(res.Words(), "unspoken") {
			t.Errorf("%s shows the client secret", res.URN)
		}
	}
}

func TestTheIntermediateIssues(t *testing.T) {
	t.Parallel()
	if got, want := record(t, args()).Strings(issuers, "default"), []string{"vault-config-pki-issuer"}; !slices.Equal(got, want) {
		t.Errorf("default issuers %q, want %q", got, want)
	}
}

func TestMountsOfAuthoritiesOutliveTheirCertificates(t *testing.T) {
	t.Parallel()
	want := map[string]float64{"pki-root": 10 * 365 * 86400, "pki": 5 * 365 * 86400}
	for _, m := range record(t, args()).OfType(mount) {
		path := m.Inputs["path"].StringValue()
		if seconds, ok := want[path]; ok && m.Inputs["maxLeaseTtlSeconds"].NumberValue() != seconds {
			t.Errorf("%s: the longest lease is %v, want %v", path, m.Inputs["maxLeaseTtlSeconds"], seconds)
		}
	}
}

func TestDeletionProtectionGuardsWhatHoldsSecrets(t *testing.T) {
	t.Parallel()
	for _, protect := range []bool{true, false} {
		a := args()
		a.DeletionProtection = protect
		recording := record(t, a)
		for _, res := range slices.Concat(recording.OfType(mount), recording.OfType(transitKey)) {
			if res.Protect != protect {
				t.Errorf("%s: protect is %v, want %v", res.URN, res.Protect, protect)
			}
		}
		if got := recording.OfType(transitKey)[0].Inputs["deletionAllowed"].BoolValue(); got == protect {
			t.Errorf("with protection %v, the key can be deleted: %v", protect, got)
		}
	}
}

func TestWithoutPeopleAndRaft(t *testing.T) {
	t.Parallel()
	recording := record(t, small())
	for _, token := range []string{jwtBackend, group, autopilot, stsRole} {
		if found := recording.OfType(token); len(found) > 0 {
			t.Errorf("%s is built", found[0].URN)
		}
	}
	want := []string{"", "auth/approle/", "auth/aws/"}
	if got := recording.Strings(quota, "path"); !slices.Equal(got, want) {
		t.Errorf("limits for %q, want %q", got, want)
	}
	if got := len(recording.OfType(audit)); got != 2 {
		t.Errorf("%d audit devices, want 2", got)
	}
}

func TestNewRefusesBadArgs(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		change func(*vaultconfig.Args)
		want   []string
	}{
		{"empty", func(a *vaultconfig.Args) { *a = vaultconfig.Args{} }, []string{
			"organization name is empty", "domain is empty", "address is empty", "host is empty", "region is empty", "snapshot role is empty", "server role is empty",
			"break-glass role is empty", "deployment roles of cells: got none, want at least one", "audit files [], want 2 different ones",
			"the intermediate is valid for 0 years, want less than the root's 0",
		}},
		{"one audit file", func(a *vaultconfig.Args) { a.AuditFiles[1] = a.AuditFiles[0] }, []string{
			"audit files [/var/log/vault/audit-1/audit.log /var/log/vault/audit-1/audit.log], want 2 different ones",
		}},
		{"people without provider", func(a *vaultconfig.Args) { a.IdentityProvider = nil }, []string{"people log in: true, but an identity provider is given: false"}},
		{"provider without people", func(a *vaultconfig.Args) { a.Config.People.Enabled = false }, []string{"people log in: false, but an identity provider is given: true"}},
		{"half a provider", func(a *vaultconfig.Args) {
			a.IdentityProvider = &vaultconfig.IdentityProvider{Issuer: "https://example.okta.com"}
		}, []string{
			"identity provider: issuer, client id and client secret must be set",
		}},
		{"policies", func(a *vaultconfig.Args) { a.Config.People.Groups[0].Policies = []string{"deploy-cell"} }, []string{
			`group platform-administrators: there is no policy "deploy-cell" for people, want one of [administrator auditor cell-writer operator writer]`,
		}},
		{"kinds of agents", func(a *vaultconfig.Args) { a.AgentRoleARNs["A*"] = "arn" }, []string{
			`vault policy "jenkins-agent-A*": name "jenkins-agent-A*" is not valid`,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			bad := args()
			tc.change(&bad)
			_, err := pulumitest.Record(pulumitest.Target{Project: "utility", Stack: "test"}, build(bad))
			if want := "vault config \"vault-config\": " + strings.Join(tc.want, "\n"); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error = %v, want it to contain %q", err, want)
			}
		})
	}
}

func TestLimitsFollowTheConfiguration(t *testing.T) {
	t.Parallel()
	rates := map[string]float64{}
	for _, q := range record(t, args()).OfType(quota) {
		rates[q.Inputs["name"].StringValue()] = q.Inputs[resource.PropertyKey("rate")].NumberValue()
	}
	want := map[string]float64{"all": 500, "login-approle": 20, "login-aws": 20, "login-oidc": 20}
	if !maps.Equal(rates, want) {
		t.Errorf("rates %v, want %v", rates, want)
	}
}
