package database

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
)

// Args says what database to build.
type Args struct {
	// Client is the client's name.
	Client string
	// AccountID and Region are where the cell is.
	AccountID, Region string
	// Config is the database.
	Config config.CellDatabase
	// Zones are those that the region's subnets are in: two at least.
	Zones []string
	// VaultCIDRs are the blocks that Vault's servers are in, which connect when Vault holds
	// the password of the master user.
	VaultCIDRs []netip.Prefix
	// LogRetentionDays is how long CloudWatch keeps the logs.
	LogRetentionDays int
	// MonitoringRoleARN is the role by which RDS reports what the machines do.
	MonitoringRoleARN string
	// PermissionsBoundary bounds the role of the proxy.
	PermissionsBoundary pulumi.StringInput
	// TaskRoles are the names of the roles of the services' tasks, which may log in through
	// the proxy.
	TaskRoles []string
	// DeletionProtection makes RDS and Pulumi refuse to delete the database. FinalSnapshot
	// takes a snapshot of it when it goes, and keeps its backups.
	DeletionProtection, FinalSnapshot bool
	// Password makes the first password of the master user: a secret that only Vault's
	// first login needs. Nil: a random one. See docs/decisions/0012-first-password.md.
	Password func() (string, error)
	// Copies is the provider of Config.BackupRegion; nil without.
	Copies pulumi.ProviderResource

	// KeyARN is the cell's key, and CopyKeyARN its replica in Config.BackupRegion.
	KeyARN, CopyKeyARN pulumi.StringInput
	// VPCID is the VPC of the cell, SubnetIDs the subnets of its data tier, one a zone.
	VPCID     pulumi.StringInput
	SubnetIDs pulumi.StringArrayInput
	// MemberGroupID is the security group of the cell's tasks.
	MemberGroupID pulumi.StringInput
}

// minZones is over how many zones a subnet group must spread
// (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html).
const minZones = 2

// validate names everything that is wrong with args.
func (a Args) validate() error {
	var errs []error
	for _, field := range []struct{ name, value string }{
		{"client", a.Client}, {"account id", a.AccountID}, {"region", a.Region}, {"monitoring role", a.MonitoringRoleARN},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
	}
	if len(a.Zones) < minZones {
		errs = append(errs, fmt.Errorf("%d zones, want %d at least", len(a.Zones), minZones))
	}
	if a.KeyARN == nil || a.MemberGroupID == nil || a.VPCID == nil || a.SubnetIDs == nil {
		errs = append(errs, errors.New("key, vpc, subnets and security group of the tasks must be set"))
	}
	byVault := a.Config.MasterUser == config.MasterByVault
	if byVault && len(a.VaultCIDRs) == 0 {
		errs = append(errs, errors.New("the password of the master user is held by Vault, but the addresses of its servers are not set"))
	}
	if a.Config.Proxy && (byVault || a.PermissionsBoundary == nil) {
		errs = append(errs, errors.New("a proxy needs a password in Secrets Manager, which RDS keeps, and a permissions boundary for its role"))
	}
	if copied := a.Config.BackupRegion != ""; copied && (a.Copies == nil || a.CopyKeyARN == nil || a.Config.Engine != config.EngineRDS) {
		errs = append(errs, fmt.Errorf("copies of backups in %s need engine rds, a provider and the replica of the key there", a.Config.BackupRegion))
	}
	return errors.Join(errs...)
}

// byVault reports whether Vault holds the password of the master user.
func (a Args) byVault() bool { return a.Config.MasterUser == config.MasterByVault }
