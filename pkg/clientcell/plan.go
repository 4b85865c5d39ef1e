package clientcell

import (
	"errors"
	"fmt"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
	"cellworks/pkg/taskdef"
)

// plan is everything about a cell that is decided before any resource exists.
type plan struct {
	Args
	subnetIDs []string
	buckets   map[string]config.Bucket
	names     []string
	services  []config.Service
	// grants are what every service may use of the cell's modules, and grantsOf what one
	// may, by service.
	grants   []iampolicy.Statement
	grantsOf map[string][]iampolicy.Statement
	// balancers are the load balancers that serve the cell, by scheme.
	balancers map[config.LoadBalancerScheme]contract.LoadBalancer
	// delivery takes the lines of services; nil: CloudWatch does.
	delivery *taskdef.Delivery
}

func newPlan(args Args) (plan, error) {
	p := plan{
		Args: args, buckets: map[string]config.Bucket{}, grantsOf: map[string][]iampolicy.Statement{},
		balancers: map[config.LoadBalancerScheme]contract.LoadBalancer{},
	}
	var errs []error
	if args.PermissionsBoundary == nil {
		errs = append(errs, errors.New("permissions boundary is not set"))
	}
	if args.Config.Services.Enabled {
		p.services = args.Config.Services.Items
		errs = append(errs, p.reach(), p.route(), p.allowSessions(), p.checkSchedules())
	}
	for _, zone := range args.Config.Region.Zones {
		id, ok := args.Base.SubnetIDs[string(ipam.App)][zone]
		if !ok {
			errs = append(errs, fmt.Errorf("base stack of %s in %s has no app subnet in zone %s", args.Config.Account.Name, args.Config.Region.Name, zone))
		}
		p.subnetIDs = append(p.subnetIDs, id)
	}
	if args.Config.Storage.Enabled {
		for _, bucket := range args.Config.Storage.Buckets {
			physical, err := naming.Bucket(args.Organization, args.Config.Client, args.Config.Region.Name, bucket.Name)
			if err != nil {
				errs = append(errs, fmt.Errorf("bucket %s: %w", bucket.Name, err))
			}
			p.buckets[physical] = bucket
			p.names = append(p.names, physical)
		}
	}
	return p, errors.Join(errs...)
}
