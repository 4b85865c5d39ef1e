package clientcell

import (
	"errors"
	"fmt"

	"cellworks/pkg/clientcell/network"
	"cellworks/pkg/clientcell/services"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/ipam"
	"cellworks/pkg/taskdef"
)

// plan is everything about a cell that is decided before any resource exists.
type plan struct {
	Args
	// subnetIDs are the account's subnets by tier, in the order of the region's zones, of a
	// cell that shares them; ownSubnets those of one with subnets of its own.
	subnetIDs  map[ipam.Tier][]string
	ownSubnets map[ipam.Tier]network.Tier
	// vpc are the addresses of a cell with its own VPC.
	vpc ipam.VPC
	// buckets are the buckets by physical name, names their names, copies the physical
	// names of what copies them in another region.
	buckets map[string]config.Bucket
	names   []string
	copies  map[string]string
	// database is what is decided about a database, of a cell with one.
	database databasePlan
	services []config.Service
	// grants are what every service may use of the cell's modules, and grantsOf what one
	// may, by service.
	grants   []iampolicy.Statement
	grantsOf map[string][]iampolicy.Statement
	// balancers are the load balancers that serve the cell, by scheme.
	balancers map[config.LoadBalancerScheme]contract.LoadBalancerOutputs
	// delivery takes the lines of services; nil: CloudWatch does.
	delivery *taskdef.Delivery
	// consul is where services with discovery consul register; nil in a cell without one.
	consul *services.Consul
	// starting is what ECS may do to start tasks beyond what is the cell's own.
	starting []iampolicy.Statement
	// keyStatements are what services may do with the cell's key for its modules.
	keyStatements []iampolicy.Statement
}

func newPlan(args Args) (plan, error) {
	p := plan{
		Args: args, grantsOf: map[string][]iampolicy.Statement{},
		balancers: map[config.LoadBalancerScheme]contract.LoadBalancerOutputs{},
	}
	var errs []error
	if args.PermissionsBoundary == nil || args.ServiceBoundary == nil {
		errs = append(errs, errors.New("permissions boundary of workloads or of services is not set"))
	}
	for _, region := range args.Config.CopyRegions() {
		if args.Replicas[region] == nil {
			errs = append(errs, fmt.Errorf("the cell keeps copies in %s, which has no provider", region))
		}
	}
	if args.Config.Services.Enabled {
		p.services = args.Config.Services.Items
		errs = append(errs, p.reach(), p.route(), p.discover(), p.allowSessions(), p.checkSchedules())
	}
	if args.Config.SSO.Enabled && args.Okta == nil {
		errs = append(errs, errors.New("sso: there is no Okta"))
	}
	if args.Config.Monitoring.Enabled && args.Watch == nil {
		errs = append(errs, errors.New("monitoring: there is no Datadog"))
	}
	errs = append(errs, p.addSubnets())
	var err error
	if p.database, err = args.planDatabase(); err != nil {
		errs = append(errs, err)
	}
	if args.Config.Vault.Enabled && (args.Vault == nil || args.VaultConfig == nil) {
		errs = append(errs, fmt.Errorf("vault: no Vault serves cells of %s in %s", args.Config.Account.Name, args.Config.Region.Name))
	}
	errs = append(errs, p.addBuckets(), args.checkSFTP())
	p.allowMessaging()
	p.allowFiles()
	p.allowCache()
	p.allowSignOn()
	return p, errors.Join(errs...)
}
