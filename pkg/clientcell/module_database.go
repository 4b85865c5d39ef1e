package clientcell

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/backup"
	"cellworks/pkg/clientcell/database"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// databasePlan is what is decided about a cell's database before any resource exists.
type databasePlan struct {
	vaultCIDRs []netip.Prefix
	taskRoles  []string
}

// planDatabase returns it, or everything that a database would miss.
func (a Args) planDatabase() (databasePlan, error) {
	var p databasePlan
	if !a.Config.Database.Enabled {
		return p, nil
	}
	account, region := a.Config.Account.Name, a.Config.Region.Name
	var errs []error
	if a.Base.ServiceRoleARNs[naming.ServiceRDSMonitoring] == "" {
		errs = append(errs, fmt.Errorf("database: base stack of %s in %s publishes no role for monitoring", account, region))
	}
	if a.Vault != nil {
		for _, text := range a.Vault.ServerCIDRs {
			block, err := netip.ParsePrefix(text)
			if err != nil {
				errs = append(errs, fmt.Errorf("vault: block of the servers: %w", err))
			}
			p.vaultCIDRs = append(p.vaultCIDRs, block)
		}
	}
	if a.Config.Services.Enabled {
		for _, service := range a.Config.Services.Items {
			role, err := naming.Role(a.Config.Client, service.Name, "task")
			if err != nil {
				errs = append(errs, err)
			}
			p.taskRoles = append(p.taskRoles, role)
		}
	}
	return p, errors.Join(errs...)
}

// databaseLogGroups are the log groups that RDS names and the cell's key encrypts.
func (p plan) databaseLogGroups() []string {
	if !p.Config.Database.Enabled {
		return nil
	}
	return naming.CellDatabaseLogGroups(p.Config.Client)
}

func (c *Cell) addDatabase(s *site) (err error) {
	cfg := s.Config
	args := database.Args{
		Client:              cfg.Client,
		AccountID:           cfg.Account.ID,
		Region:              cfg.Region.Name,
		Config:              cfg.Database,
		Zones:               cfg.Region.Zones,
		VPCID:               c.Network.VPCID,
		SubnetIDs:           c.Network.DataSubnetIDs,
		VaultCIDRs:          s.database.vaultCIDRs,
		LogRetentionDays:    cfg.Logging.RetentionDays,
		MonitoringRoleARN:   s.Base.ServiceRoleARNs[naming.ServiceRDSMonitoring],
		PermissionsBoundary: s.PermissionsBoundary,
		TaskRoles:           s.database.taskRoles,
		DeletionProtection:  cfg.Protects(config.ModuleDatabase),
		FinalSnapshot:       cfg.DeletionProtection,
		Password:            s.Password,
		KeyARN:              c.Key.ARN,
		MemberGroupID:       c.Network.MemberGroupID,
	}
	if region := cfg.Database.BackupRegion; region != "" {
		args.Copies, args.CopyKeyARN = s.Replicas[region], c.Key.ReplicaARNs[region]
	}
	// The roles of the services are there before the proxy's policy is attached to them.
	if c.Database, err = database.New(s.ctx, s.name, args, s.child, pulumi.DependsOn([]pulumi.Resource{c.Roles})); err != nil {
		return err
	}
	maps.Copy(c.outputs, c.Database.Outputs())
	kind := backup.Database
	if cfg.Database.Engine == config.EngineAurora {
		kind = backup.Cluster
	}
	c.kept[config.ModuleDatabase] = backup.Resource{Kind: kind, ARN: c.Database.ARN}
	s.environment["CELL_DATABASE_HOST"] = c.Database.Host
	s.environment["CELL_DATABASE_READER_HOST"] = c.Database.ReaderHost
	s.environment["CELL_DATABASE_PORT"] = pulumi.String(strconv.Itoa(config.DatabasePort))
	s.environment["CELL_DATABASE_NAME"] = pulumi.String(database.Name)
	return nil
}
