package quota

import (
	"slices"

	"cellworks/pkg/config"
	"cellworks/pkg/servicequota"
)

// vCPU is one of Fargate's, in the units of task sizes.
const vCPU = 1024

// What one cell uses, with every service scaled out. A suspended cell is counted like
// an active one, so that there is room for it when it comes back.

func one(config.Cell) float64 { return 1 }

// services are those that a cell runs.
func services(c config.Cell) []config.Service {
	if !c.Services.Enabled {
		return nil
	}
	return c.Services.Items
}

// policiesOf counts policies: one of each role, and the one by which services log in to
// a proxy. The further ones of a role whose policy is too long for one are not counted.
func policiesOf(c config.Cell) float64 {
	n := rolesOf(c)
	if c.Database.Enabled && c.Database.Proxy && len(services(c)) > 0 {
		n++
	}
	return n
}

// rolesOf counts roles: one that starts tasks, one of each service, and those with which
// AWS works for a module.
func rolesOf(c config.Cell) float64 {
	n := 0
	if services := len(services(c)); services > 0 {
		n += 1 + services
	}
	for _, on := range []bool{
		c.Storage.Enabled && slices.ContainsFunc(c.Storage.Buckets, func(b config.Bucket) bool { return b.MalwareScan }),
		c.Storage.Enabled && slices.ContainsFunc(c.Storage.Buckets, func(b config.Bucket) bool { return b.ReplicateTo != "" }),
		c.Database.Enabled && c.Database.Proxy,
		c.Schedules.Enabled && len(c.Schedules.Items) > 0,
		c.Backup.Enabled,
	} {
		if on {
			n++
		}
	}
	if c.SFTP.Enabled {
		n += len(c.SFTP.Users)
	}
	return float64(n)
}

// groupsOf counts the group of the cell's members, one of each service, those of what
// keeps data, and those of load balancers and endpoints of a VPC of its own.
func groupsOf(c config.Cell) float64 {
	n := 1 + len(services(c))
	for _, on := range []bool{
		c.Database.Enabled, c.Database.Enabled && c.Database.Proxy, c.Files.Enabled, c.Cache.Enabled, c.SFTP.Enabled && c.SFTP.Mode == config.SFTPDedicated,
		hasVPC(c) && len(c.Network.InterfaceEndpoints) > 0,
	} {
		if on {
			n++
		}
	}
	return float64(n) + balancersOf(c)
}

// behind counts what a cell has on a load balancer: a target group of each exposed
// service, a rule for it and for each of its vanity names, and the certificates of
// these. Other names are covered by the default certificate.
func behind(quota string, scheme config.LoadBalancerScheme) func(config.Cell) float64 {
	return func(c config.Cell) float64 {
		if !c.Ingress.Enabled || hasVPC(c) {
			return 0 // those of its own VPC are on load balancers of its own
		}
		exposed, vanity := 0, 0
		for _, s := range services(c) {
			if s.Expose.Scheme() != scheme {
				continue
			}
			exposed++
			for _, name := range c.Ingress.VanityNames {
				if name.Service == s.Name {
					vanity++
				}
			}
		}
		switch quota {
		case servicequota.ListenerRules:
			return float64(exposed + vanity)
		case servicequota.Certificates:
			return float64(vanity)
		}
		return float64(exposed)
	}
}

// tasksOf adds up what the tasks of a cell use when every service runs as many as it may
// and every schedule its one. A deployment, which may run twice the tasks for some
// minutes, stays within that while a service is scaled out to half or less.
func tasksOf(c config.Cell, of func(config.Service) float64) float64 {
	n := 0.0
	for _, s := range services(c) {
		tasks := s.MaxTasks
		if c.Schedules.Enabled {
			for _, schedule := range c.Schedules.Items {
				if schedule.Service == s.Name {
					tasks++
				}
			}
		}
		n += float64(tasks) * of(s)
	}
	return n
}

func vCPUsOf(capacity config.Capacity) func(config.Cell) float64 {
	return func(c config.Cell) float64 {
		return tasksOf(c, func(s config.Service) float64 {
			if s.Capacity != capacity {
				return 0
			}
			return float64(s.CPU) / vCPU
		})
	}
}

// interfacesOf counts tasks, mount targets, database instances with the standby and the
// proxy, cache nodes, the endpoint of a server for SFTP, and what a VPC of its own has.
func interfacesOf(c config.Cell) float64 {
	n, zones := tasksOf(c, func(config.Service) float64 { return 1 }), float64(len(c.Region.Zones))
	if c.Files.Enabled {
		n += zones
	}
	if c.Database.Enabled {
		n += databasesOf(c)
		if c.Database.MultiAZ && c.Database.Engine == config.EngineRDS {
			n++
		}
		if c.Database.Proxy {
			n += zones
		}
	}
	if c.Cache.Enabled {
		n += 1 + float64(c.Cache.Replicas)
	}
	if hasVPC(c) {
		n += natsOf(c) + (float64(len(c.Network.InterfaceEndpoints))+balancersOf(c))*zones
	}
	return n + transferServersOf(c)*zones
}

// hasVPC reports whether a cell has a VPC of its own, and with it what is else shared.
func hasVPC(c config.Cell) bool { return c.Network.Mode == config.OwnVPC }

func vpcsOf(c config.Cell) float64 {
	if hasVPC(c) {
		return 1
	}
	return 0
}

// natsOf counts the NAT gateways of a cell's own VPC.
func natsOf(c config.Cell) float64 {
	if !hasVPC(c) {
		return 0
	}
	return nats(c.Network.NAT, len(c.Region.Zones))
}

func nats(mode config.NATMode, zones int) float64 {
	switch mode {
	case config.NATPerZone:
		return float64(zones)
	case config.NATSingle:
		return 1
	default:
		return 0
	}
}

// addressesOf counts the addresses of NAT gateways and of a server for SFTP.
func addressesOf(c config.Cell) float64 {
	return natsOf(c) + transferServersOf(c)*float64(len(c.Region.Zones))
}

// balancersOf counts the load balancers of a cell's own VPC: one of each scheme that a
// service is exposed on.
func balancersOf(c config.Cell) float64 {
	if !hasVPC(c) || !c.Ingress.Enabled {
		return 0
	}
	schemes := map[config.LoadBalancerScheme]bool{}
	for _, s := range services(c) {
		if scheme := s.Expose.Scheme(); scheme != "" {
			schemes[scheme] = true
		}
	}
	return float64(len(schemes))
}

// subnetsOf counts those that the cell has in the account's VPC: one for applications
// and one for data in each zone.
func subnetsOf(c config.Cell) float64 {
	if c.Network.Mode != config.OwnSubnets {
		return 0
	}
	return 2 * float64(len(c.Region.Zones))
}

// bucketsOf counts buckets and their copies in other regions.
func bucketsOf(c config.Cell) float64 {
	if !c.Storage.Enabled {
		return 0
	}
	n := len(c.Storage.Buckets)
	for _, b := range c.Storage.Buckets {
		if b.ReplicateTo != "" {
			n++
		}
	}
	return float64(n)
}

// databasesOf counts instances: the one that is written to and those that only read. A
// standby is part of its instance.
func databasesOf(c config.Cell) float64 {
	if !c.Database.Enabled {
		return 0
	}
	return 1 + float64(c.Database.ReadReplicas)
}

// eventRulesOf counts one rule of each queue that hears of new objects. Schedules are none of the event bus's. Rules that
// GuardDuty and AWS Backup make for buckets are not counted: AWS does not say how many
// there are.
func eventRulesOf(c config.Cell) float64 {
	n := 0
	if c.Messaging.Enabled {
		for _, q := range c.Messaging.Queues {
			if len(q.Buckets) > 0 {
				n++
			}
		}
	}
	return float64(n)
}

// scannedOf counts buckets whose objects are scanned for malware.
func scannedOf(c config.Cell) float64 {
	n := 0
	for _, b := range c.Storage.Buckets {
		if c.Storage.Enabled && b.MalwareScan {
			n++
		}
	}
	return float64(n)
}

func transferServersOf(c config.Cell) float64 {
	if c.SFTP.Enabled && c.SFTP.Mode == config.SFTPDedicated {
		return 1
	}
	return 0
}
