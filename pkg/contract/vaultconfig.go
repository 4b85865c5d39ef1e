package contract

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// VaultConfig is what the vault-config application's stack publishes: that what is in
// Vault is there. Paths are those of package naming.
type VaultConfig struct {
	// Address is the URL of the Vault that is configured.
	Address string `json:"address"`
	// AuthorityPEM is the certificate of the root of the private authority.
	AuthorityPEM string `json:"authorityPem"`
	// CertificateRole is the role of naming.VaultPKIMount that issues certificates for
	// names below the organization's private zones.
	CertificateRole string `json:"certificateRole"`
	// TransitKey is the platform's key in naming.VaultTransitMount.
	TransitKey string `json:"transitKey"`
	// PasswordPolicy makes passwords of databases.
	PasswordPolicy string `json:"passwordPolicy"`
	// AWSAccessor is by what identities name the auth method naming.VaultAWSMount.
	AWSAccessor string `json:"awsAccessor"`
	// AWSRoles are the roles of naming.VaultAWSMount, by name, with the policies that they
	// give.
	AWSRoles map[string][]string `json:"awsRoles"`
}

// VaultConfigOutputs is VaultConfig as the stack makes it.
type VaultConfigOutputs struct {
	Address         pulumi.StringInput         `json:"address"`
	AuthorityPEM    pulumi.StringInput         `json:"authorityPem"`
	CertificateRole pulumi.StringInput         `json:"certificateRole"`
	TransitKey      pulumi.StringInput         `json:"transitKey"`
	PasswordPolicy  pulumi.StringInput         `json:"passwordPolicy"`
	AWSAccessor     pulumi.StringInput         `json:"awsAccessor"`
	AWSRoles        pulumi.StringArrayMapInput `json:"awsRoles"`
}

// Export publishes o as the outputs of the running stack.
func (o VaultConfigOutputs) Export(ctx *pulumi.Context) { export(ctx, o) }

// ReadVaultConfig reads the vault-config application's stack of account and region. It
// fails like ReadBase.
func ReadVaultConfig(ctx *pulumi.Context, account, region string) (VaultConfig, error) {
	stack := naming.StackUtility(account, region, config.ApplicationVaultConfig)
	ref, err := reference(ctx, naming.ProjectUtility, stack)
	if err != nil {
		return VaultConfig{}, err
	}
	return read[VaultConfig](ref, naming.ProjectUtility, stack)
}
