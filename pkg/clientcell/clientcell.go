// Package clientcell composes one client's cell from its modules. The table in modules.go
// lists them in the order of their dependencies; each is a component in a package of its
// own, and they exchange values only here.
package clientcell

import (
	"fmt"
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/backup"
	"cellworks/pkg/clientcell/budget"
	"cellworks/pkg/clientcell/cache"
	"cellworks/pkg/clientcell/database"
	"cellworks/pkg/clientcell/files"
	"cellworks/pkg/clientcell/iam"
	"cellworks/pkg/clientcell/ingress"
	"cellworks/pkg/clientcell/kms"
	"cellworks/pkg/clientcell/logging"
	"cellworks/pkg/clientcell/messaging"
	"cellworks/pkg/clientcell/monitoring"
	"cellworks/pkg/clientcell/network"
	"cellworks/pkg/clientcell/schedules"
	"cellworks/pkg/clientcell/services"
	"cellworks/pkg/clientcell/sftp"
	"cellworks/pkg/clientcell/sso"
	"cellworks/pkg/clientcell/storage"
	"cellworks/pkg/clientcell/vault"
	"cellworks/pkg/clientcell/vpc"
	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
)

const token = component.TokenPrefix + ":clientcell:Cell"

// Args says what cell to build.
type Args struct {
	// Organization is the organization's name, the prefix of globally unique names.
	Organization string
	// Config is the client's resolved configuration.
	Config config.Cell
	// Base is what the account and region start with.
	Base contract.Base
	// PermissionsBoundary is the ARN of the policy that bounds the cell's roles, and
	// ServiceBoundary of the one that bounds naming.CellServiceRoles instead.
	PermissionsBoundary, ServiceBoundary pulumi.StringInput
	// ECS is the cluster and load balancers that services share; needed when the
	// cell runs services.
	ECS *contract.ECS
	// SFTP is the server that clients share; needed when the client sends files to it.
	SFTP *contract.SFTP
	// Okta is where the client's people sign in; needed when the cell has sign-on.
	Okta *contract.Okta
	// Watch is how Datadog watches the account and region; needed when it watches the cell.
	Watch *Watch
	// Replicas are the providers of the other regions that the cell keeps copies in
	// (config.Cell.CopyRegions), by region.
	Replicas map[string]pulumi.ProviderResource
	// Vault is the cluster that the client's secrets are in, and VaultConfig what is in it
	// for everybody; both needed when the cell has module vault.
	Vault       *contract.Vault
	VaultConfig *contract.VaultConfig
	// Consul is the cluster that services with discovery consul register with; needed when
	// the cell has one.
	Consul *contract.Consul
	// Password makes the first password of a database (database.Args.Password).
	Password func() (string, error)
	// ELK is what takes the lines of services; nil where the organization has nothing that
	// does, and CloudWatch takes them.
	ELK *contract.ELK
	// VPCRules are those of the account's VPC; needed when the cell has subnets of its own.
	VPCRules VPCRules
	// OwnVPC is what the cell takes over from the account's VPC, and Domain the
	// organization's; needed when it has a VPC of its own.
	OwnVPC *OwnVPC
	Domain string
	// CopyBases are what the account starts with in those regions, by region.
	CopyBases map[string]contract.Base
}

// Cell is one client's cell. Key, Roles and Network exist in every cell; what belongs to
// another module is nil in a cell where that is off.
type Cell struct {
	pulumi.ResourceState

	Key        *kms.Key
	Roles      *iam.Roles
	Network    *network.Network
	VPC        *vpc.VPC
	Storage    *storage.Storage
	Messaging  *messaging.Messaging
	Files      *files.Files
	Cache      *cache.Cache
	SignOn     *sso.SignOn
	Services   *services.Services
	Monitoring *monitoring.Monitoring
	Budget     *budget.Budget
	Database   *database.Database
	Vault      *vault.Vault
	Ingress    *ingress.Ingress
	Masking    *logging.Masking
	// Schedules is set in a cell that has schedules.
	Schedules *schedules.Schedules
	SFTP      *sftp.SFTP
	Backup    *backup.Backup

	modules []string
	config  config.Cell
	outputs pulumi.Map
	// kept is what modules keep beside buckets and want backed up, by a name: they add it
	// when they are built.
	kept map[string]backup.Resource
}

// Outputs returns what operators need to know of the cell, by name, the names of the
// modules that it has, and where it is. Outputs of a module that is off are absent.
func (c *Cell) Outputs() pulumi.Map {
	outputs := pulumi.Map{
		config.OutputModules:   pulumi.ToStringArray(c.modules),
		config.OutputAccount:   pulumi.String(c.config.Account.Name),
		config.OutputRegion:    pulumi.String(c.config.Region.Name),
		config.OutputSlot:      pulumi.Int(c.config.Slot),
		config.OutputPlacement: pulumi.String(c.config.Placement()),
	}
	maps.Copy(outputs, c.outputs)
	return outputs
}

// New builds the cell that args describes. It fails, before any resource is
// registered, when args have no permissions boundaries, when the cell runs services
// but args have no cluster, or no load balancer for one that is exposed, when the base
// stack lacks a subnet of the region's zones or what a database needs, when the cell has
// something in Vault, sign-on or monitoring but args have no Vault, Okta or Datadog, and
// when a bucket's name is invalid.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Cell, error) {
	plan, err := newPlan(args)
	if err != nil {
		return nil, fmt.Errorf("cell %q: %w", args.Config.Client, err)
	}
	c := &Cell{config: args.Config, outputs: pulumi.Map{}, kept: map[string]backup.Resource{}}
	return component.Register(ctx, token, name, c, opts, func(child pulumi.ResourceOption) error {
		return c.build(newSite(ctx, name, plan, child))
	})
}
