package quota

import (
	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/servicequota"
)

// counter counts one quota. A module of cells that uses a quota adds to the function
// of that quota, or brings a counter of its own.
type counter struct {
	quota string
	// scheme is the load balancer, of a quota per load balancer.
	scheme config.LoadBalancerScheme
	// cell is what a cell uses, all its services scaled out. It sees no other cell, so
	// that what cells use adds up.
	cell func(config.Cell) float64
	// own is what the stacks below the cells of a place use.
	own func(*site) float64
}

// add adds what a place uses, of a load balancer what is on that shard of it.
func (c counter) add(u *Usage, s *site) {
	if u.Shard == 0 {
		u.Own += c.own(s)
	}
	for _, cell := range s.cells {
		if c.scheme == "" || cell.Ingress.Shard == u.Shard && !hasVPC(cell) {
			u.Cells += c.cell(cell)
			u.Clients++
		}
	}
}

// counters are in the order of servicequota.All, one for each quota that cells or the
// stacks below them use, and of a load balancer's quotas one for each scheme.
func counters() []counter {
	var all []counter
	for _, q := range servicequota.All() {
		own := fixed(q.Name)
		if q.Scope == servicequota.PerBalancer {
			for _, scheme := range []config.LoadBalancerScheme{config.Internal, config.Public} {
				all = append(all, counter{q.Name, scheme, behind(q.Name, scheme), onBalancer(scheme, own)})
			}
			continue
		}
		c := counter{quota: q.Name, own: own}
		switch q.Name {
		case servicequota.CellSlots:
			c.cell, c.own = one, func(s *site) float64 { return float64(s.quarantined) }
		case servicequota.Roles:
			c.cell = rolesOf
		case servicequota.Policies:
			c.cell = policiesOf
		case servicequota.SecurityGroups:
			c.cell = groupsOf
		case servicequota.NetworkInterfaces:
			c.cell, c.own = interfacesOf, interfacesBelow
		case servicequota.FargateVCPUs:
			c.cell, c.own = vCPUsOf(config.Fargate), jenkinsVCPUs
		case servicequota.SpotVCPUs:
			c.cell = vCPUsOf(config.FargateSpot)
		case servicequota.Subnets:
			c.cell, c.own = subnetsOf, func(s *site) float64 { return float64(len(s.region.Zones) * len(ipam.Tiers())) }
		case servicequota.Keys:
			c.cell = one
		case servicequota.Buckets:
			c.cell = bucketsOf
		case servicequota.DBInstances:
			c.cell = databasesOf
		case servicequota.EventRules:
			c.cell = eventRulesOf
		case servicequota.ScannedBuckets:
			c.cell = scannedOf
		case servicequota.TransferServers:
			c.cell = transferServersOf
		case servicequota.VPCs:
			// The default VPC of a region is another.
			c.cell, c.own = vpcsOf, func(*site) float64 { return 2 }
		case servicequota.Addresses:
			c.cell, c.own = addressesOf, addressesBelow
		case servicequota.Balancers:
			c.cell, c.own = balancersOf, balancersBelow
		}
		all = append(all, c)
	}
	return all
}
