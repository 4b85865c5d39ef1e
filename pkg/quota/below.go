package quota

import (
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/servicequota"
)

// use is how much of each quota something uses, by the quota's name.
type use = map[string]float64

// below is what stacks below the cells use at most, the base stack and the utility
// stacks by application: what their programs were recorded to build, with everything
// switched on. What their configuration decides is counted from it instead.
func below() map[string]use {
	return map[string]use{
		naming.ProjectBase:         {servicequota.Roles: 10, servicequota.Policies: 22, servicequota.SecurityGroups: 1, servicequota.Keys: 2, servicequota.Buckets: 5, servicequota.EventRules: 5},
		config.ApplicationECS:      {servicequota.Roles: 1, servicequota.SecurityGroups: 3, servicequota.Keys: 2},
		config.ApplicationConsul:   {servicequota.Roles: 1, servicequota.Policies: 3, servicequota.SecurityGroups: 3, servicequota.Keys: 2, servicequota.Buckets: 1, servicequota.NetworkInterfaces: 10},
		config.ApplicationVault:    {servicequota.Roles: 1, servicequota.Policies: 5, servicequota.SecurityGroups: 2, servicequota.Keys: 3, servicequota.Buckets: 1, servicequota.NetworkInterfaces: 9},
		config.ApplicationJenkins:  {servicequota.Roles: 16, servicequota.Policies: 21, servicequota.SecurityGroups: 3, servicequota.Keys: 1, servicequota.NetworkInterfaces: 4, servicequota.TargetGroups: 1, servicequota.ListenerRules: 1},
		config.ApplicationELK:      {servicequota.Roles: 5, servicequota.Policies: 5, servicequota.SecurityGroups: 3, servicequota.Keys: 1, servicequota.Buckets: 1, servicequota.NetworkInterfaces: 18},
		config.ApplicationDatadog:  {servicequota.Roles: 3, servicequota.Policies: 3, servicequota.Keys: 1, servicequota.Buckets: 1},
		config.ApplicationSFTP:     {servicequota.SecurityGroups: 1},
		config.ApplicationSecurity: {servicequota.Roles: 1, servicequota.Policies: 1, servicequota.Keys: 1, servicequota.Buckets: 1, servicequota.EventRules: 2},
	}
}

// fixed adds up what the stacks of a place use of a quota by below.
func fixed(quota string) func(*site) float64 {
	return func(s *site) float64 {
		n := below()[naming.ProjectBase][quota]
		for _, a := range s.utility.Applications() {
			if a.Enabled {
				n += below()[a.Name][quota]
			}
		}
		return n
	}
}

// onBalancer is own for the load balancer that utility applications share with cells,
// the internal one.
func onBalancer(scheme config.LoadBalancerScheme, own func(*site) float64) func(*site) float64 {
	if scheme == config.Internal {
		return own
	}
	return func(*site) float64 { return 0 }
}

// interfacesBelow counts NAT gateways, endpoints, load balancers (one in each zone,
// which AWS adds to under load), servers and agents.
func interfacesBelow(s *site) float64 {
	zones := len(s.region.Zones)
	n := len(s.base.Network.Endpoints.Interface)*zones + int(nats(s.base.Network.NAT, zones))
	if ecs := s.utility.ECS; ecs.Enabled {
		n += len(ecs.LoadBalancers.Enabled()) * zones
		if ecs.EC2.Enabled {
			n += ecs.EC2.MaxSize
		}
	}
	if jenkins := s.utility.Jenkins; jenkins.Enabled {
		n += jenkins.Agents.Maximum
	}
	return float64(n) + fixed(servicequota.NetworkInterfaces)(s)
}

// addressesBelow counts the addresses of NAT gateways and of the server for SFTP.
func addressesBelow(s *site) float64 {
	n := nats(s.base.Network.NAT, len(s.region.Zones))
	if s.utility.SFTP.Enabled {
		n += float64(len(s.region.Zones))
	}
	return n
}

// balancersBelow counts the load balancers that cells share.
func balancersBelow(s *site) float64 {
	n := 0
	if s.utility.ECS.Enabled {
		for _, balancer := range s.utility.ECS.LoadBalancers.Enabled() {
			n += balancer.Shards
		}
	}
	return float64(n)
}

// jenkinsVCPUs counts the controller and as many agents as may run at once.
func jenkinsVCPUs(s *site) float64 {
	j := s.utility.Jenkins
	if !j.Enabled || !j.Images.Pushed() {
		return 0 // nothing runs before there are images
	}
	return float64(j.Controller.CPU+j.Agents.Maximum*j.Agents.CPU) / vCPU
}
