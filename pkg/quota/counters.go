package quota

import (
	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/servicequota"
)

// vCPU is one of Fargate's, in the units of task sizes.
const vCPU = 1024

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

func (c counter) add(u *Usage, s *site) {
	u.Own += c.own(s)
	for _, cell := range s.cells {
		u.Cells += c.cell(cell)
	}
	u.Clients += len(s.cells)
}

// counters are in the order of servicequota.All. Quotas of modules that cells do not
// have are not counted.
func counters() []counter {
	var all []counter
	for _, q := range servicequota.All() {
		own := fixed(q.Name)
		switch q.Name {
		case servicequota.CellSlots:
			all = append(all, counter{q.Name, "", func(config.Cell) float64 { return 1 }, func(s *site) float64 { return float64(s.quarantined) }})
		case servicequota.TargetGroups, servicequota.ListenerRules:
			// An exposed service has one of each.
			for _, scheme := range schemes() {
				all = append(all, counter{q.Name, scheme, exposed(scheme), onBalancer(scheme, own)})
			}
		case servicequota.Certificates:
			// Clients are served below the wildcard name of the default certificate.
			for _, scheme := range schemes() {
				all = append(all, counter{q.Name, scheme, none, own})
			}
		case servicequota.Roles, servicequota.Policies:
			// A role, and its policy: one that starts tasks, and one of each service.
			all = append(all, counter{q.Name, "", rolesOf, own})
		case servicequota.SecurityGroups:
			// One of the members of the cell, and one of each service.
			all = append(all, counter{q.Name, "", func(c config.Cell) float64 { return 1 + float64(len(services(c))) }, own})
		case servicequota.NetworkInterfaces:
			all = append(all, counter{q.Name, "", tasks(func(config.Service) float64 { return 1 }), interfacesBelow})
		case servicequota.FargateVCPUs:
			all = append(all, counter{q.Name, "", tasks(func(s config.Service) float64 { return float64(s.CPU) / vCPU }), jenkinsVCPUs})
		case servicequota.Subnets:
			all = append(all, counter{q.Name, "", none, func(s *site) float64 { return float64(len(s.region.Zones) * len(ipam.Tiers())) }})
		case servicequota.Keys:
			all = append(all, counter{q.Name, "", func(config.Cell) float64 { return 1 }, own})
		case servicequota.Buckets:
			all = append(all, counter{q.Name, "", buckets, own})
		}
	}
	return all
}

func schemes() []config.LoadBalancerScheme {
	return []config.LoadBalancerScheme{config.Internal, config.Public}
}

func none(config.Cell) float64 { return 0 }

// services are those that a cell runs.
func services(c config.Cell) []config.Service {
	if !c.Services.Enabled {
		return nil
	}
	return c.Services.Items
}

func rolesOf(c config.Cell) float64 {
	if n := len(services(c)); n > 0 {
		return 1 + float64(n)
	}
	return 0
}

func exposed(scheme config.LoadBalancerScheme) func(config.Cell) float64 {
	return func(c config.Cell) float64 {
		n := 0.0
		for _, s := range services(c) {
			if s.Expose.Scheme() == scheme {
				n++
			}
		}
		return n
	}
}

// tasks adds up what the tasks of a cell use when every service runs as many as it may.
// A deployment, which runs twice the tasks for some minutes, stays within that while a
// service is scaled out to half or less.
func tasks(of func(config.Service) float64) func(config.Cell) float64 {
	return func(c config.Cell) float64 {
		n := 0.0
		for _, s := range services(c) {
			n += float64(s.MaxTasks) * of(s)
		}
		return n
	}
}

func buckets(c config.Cell) float64 {
	if !c.Storage.Enabled {
		return 0
	}
	return float64(len(c.Storage.Buckets))
}
