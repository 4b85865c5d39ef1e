package vaultconfig

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/vaultpolicy"
)

// Args says what to put into a Vault.
type Args struct {
	// OrganizationName and Domain are the organization's: the private authority is named
	// after it, and certifies names below the domain's private parts.
	OrganizationName, Domain string
	// Address is the Vault's URL, Host its host and Region where it is.
	Address, Host, Region string
	// Storage says where Vault keeps what it stores.
	Storage config.VaultStorage
	// AuditFiles are those of the audit devices on every server, each on a volume of its
	// own: two.
	AuditFiles []string
	// Config is what is configured.
	Config config.UtilityVaultConfig
	// ReaderRoleARNs are the roles by which Vault looks up who logs in from other
	// accounts, by account id.
	ReaderRoleARNs map[string]string
	// SnapshotRole is the role with which the servers, whose role is ServerRoleARN, log in
	// to save what is stored.
	SnapshotRole, ServerRoleARN string
	// CellDeployRoleARNs are the roles that deployments of cells assume. They need not
	// exist yet: accounts can be added later.
	CellDeployRoleARNs []string
	// BreakGlassRoleARN is the role of people for the day on which nothing else works.
	BreakGlassRoleARN string
	// AgentRoleARNs are the roles of Jenkins's agents, by kind. They need not exist yet.
	AgentRoleARNs map[string]string
	// IdentityProvider is by whom people log in; only when Config.People says so.
	IdentityProvider *IdentityProvider
	// DeletionProtection makes Pulumi refuse to delete what holds secrets and keys.
	DeletionProtection bool
}

// IdentityProvider is what people log in with.
type IdentityProvider struct {
	// Issuer is the URL that it signs identities as.
	Issuer string
	// ClientID is Vault's application there, and ClientSecret its secret: a secret.
	ClientID     string
	ClientSecret pulumi.StringInput
}

// auditDevices is how many there are: Vault refuses requests when it can write to none.
const auditDevices = 2

// validate names everything that is wrong with args.
func (a Args) validate() error {
	var errs []error
	for _, field := range []struct{ name, value string }{
		{"organization name", a.OrganizationName}, {"domain", a.Domain}, {"address", a.Address}, {"host", a.Host}, {"region", a.Region},
		{"snapshot role", a.SnapshotRole}, {"server role", a.ServerRoleARN}, {"break-glass role", a.BreakGlassRoleARN},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
	}
	if len(a.CellDeployRoleARNs) == 0 {
		errs = append(errs, errors.New("deployment roles of cells: got none, want at least one"))
	}
	if files := slices.Compact(slices.Sorted(slices.Values(a.AuditFiles))); len(files) != auditDevices {
		errs = append(errs, fmt.Errorf("audit files %v, want %d different ones", a.AuditFiles, auditDevices))
	}
	if a.Config.PKI.IntermediateYears >= a.Config.PKI.RootYears {
		errs = append(errs, fmt.Errorf("the intermediate is valid for %d years, want less than the root's %d", a.Config.PKI.IntermediateYears, a.Config.PKI.RootYears))
	}
	if on := a.Config.People.Enabled; on != (a.IdentityProvider != nil) {
		errs = append(errs, fmt.Errorf("people log in: %v, but an identity provider is given: %v", on, a.IdentityProvider != nil))
	}
	if p := a.IdentityProvider; p != nil && (p.Issuer == "" || p.ClientID == "" || p.ClientSecret == nil) {
		errs = append(errs, errors.New("identity provider: issuer, client id and client secret must be set"))
	}
	for _, group := range a.Config.People.Groups {
		for _, policy := range group.Policies {
			if _, ok := peoplePolicies()[policy]; !ok {
				errs = append(errs, fmt.Errorf("group %s: there is no policy %q for people, want one of %v", group.Name, policy, slices.Sorted(maps.Keys(peoplePolicies()))))
			}
		}
	}
	return errors.Join(errs...)
}

// peoplePolicies are the policies that groups of people can have, by name.
func peoplePolicies() map[string]vaultpolicy.Policy {
	return byName(vaultpolicy.Administrator(), vaultpolicy.Auditor(), vaultpolicy.CellWriter(), vaultpolicy.Operator(), vaultpolicy.Writer())
}

func byName(policies ...vaultpolicy.Policy) map[string]vaultpolicy.Policy {
	named := map[string]vaultpolicy.Policy{}
	for _, policy := range policies {
		named[policy.Name] = policy
	}
	return named
}

// policies are all that can be written before there is an auth method, by name, as Vault
// reads them.
func (a Args) policies() (map[string]string, error) {
	named := peoplePolicies()
	maps.Copy(named, byName(vaultpolicy.CellService(), vaultpolicy.Certificates(), vaultpolicy.Outside(), vaultpolicy.Snapshot()))
	for kind := range a.AgentRoleARNs {
		maps.Copy(named, byName(vaultpolicy.Agent(kind)))
	}
	written := map[string]string{}
	var errs []error
	for name, policy := range named {
		text, err := policy.HCL()
		errs = append(errs, err)
		written[name] = text
	}
	return written, errors.Join(errs...)
}
