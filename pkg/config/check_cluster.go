package config

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"

	"cellworks/pkg/ipam"
)

// InstanceArch returns the processor architecture of an EC2 instance type: ARM64 for
// the families with a g behind their generation, such as m7g and c7gn, and for a1
// (docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html).
func InstanceArch(instanceType string) Arch {
	if regexp.MustCompile(`^([a-z]+[0-9]+[a-z]*g[a-z]*|a1)[.]`).MatchString(instanceType) {
		return ARM64
	}
	return X8664
}

// tasks returns the blocks that tasks of cells of a place are in; nil where the place is
// not known.
func (l *loader) tasks(at place) []netip.Prefix {
	for _, a := range l.org.Accounts {
		if r, ok := a.Region(at.region); ok && a.Name == at.account {
			tiers, err := ipam.AppTiers(a.Slot, r.Slot)
			if err != nil {
				return nil // the slot is reported where it is
			}
			return tiers
		}
	}
	return nil
}

// cluster checks what the tags of UtilityECS cannot say. tasks are the blocks that tasks of
// cells there are in.
func (c *checker) cluster(e UtilityECS, tasks []netip.Prefix) {
	if !e.Enabled || c.bad("ecs") {
		return
	}
	if minimum := "ecs.ec2.minSize"; e.EC2.Enabled && e.EC2.MinSize > e.EC2.MaxSize && !c.bad("ecs.ec2", minimum, "ecs.ec2.maxSize") {
		c.problem(minimum, fmt.Sprintf("minSize %d is more than maxSize %d", e.EC2.MinSize, e.EC2.MaxSize), "raise maxSize or lower minSize")
	}
	on := e.LoadBalancers.Enabled()
	for _, scheme := range sortedKeys(on) {
		at := "ecs.loadBalancers." + string(scheme)
		path := at + ".allowedCIDRs"
		if len(on[scheme].AllowedCIDRs) == 0 && !c.bad("ecs.loadBalancers", at, path) {
			c.problem(path, "no network may connect to the load balancer, want at least one", "for example: allowedCIDRs: [10.0.0.0/8]")
		}
		c.once(path, texts(on[scheme].AllowedCIDRs))
		if scheme == Internal {
			c.private(path, on[scheme].AllowedCIDRs)
			c.withoutTasks(path, on[scheme].AllowedCIDRs, tasks)
		}
	}
}

// withoutTasks reports networks of which nobody may connect, since all of each is of tasks.
func (c *checker) withoutTasks(path string, networks, tasks []netip.Prefix) {
	for i, network := range networks {
		item := fmt.Sprintf("%s[%d]", path, i)
		if network.IsValid() && !c.bad(path, item) && len(ipam.Without(network, tasks)) == 0 {
			c.problem(item, fmt.Sprintf("%s is of tasks of cells, which the load balancer does not let in: it leads to every cell", network), "remove it; services of a cell find each other by services.items[].discovery")
		}
	}
}

// private reports networks that cannot reach an internal load balancer: it is in the
// app tier, whose network ACLs let nobody in but private networks.
func (c *checker) private(path string, networks []netip.Prefix) {
	for i, network := range networks {
		item := fmt.Sprintf("%s[%d]", path, i)
		if !c.bad(path, item) && (network.Bits() < ipam.Private().Bits() || !ipam.Private().Contains(network.Addr())) {
			c.problem(item, fmt.Sprintf("%s is not in %s, and the network ACLs of the app tier let nobody else in", network, ipam.Private()), "use the public load balancer, with this network as the only one that may connect")
		}
	}
}

// runsOn reports services of a client for which the cluster of its account and region
// lacks something.
func (l *loader) runsOn(cluster UtilityECS, r *resolved, cell *Cell, c checker) {
	if !cluster.Enabled {
		l.blame(r, "services.enabled", fmt.Sprintf("services need the cluster of %s %s, which is disabled", r.at.account, r.at.region),
			"set services.enabled: false here, or ecs.enabled: true in the utility.yaml of the account")
		return
	}
	on := cluster.LoadBalancers.Enabled()
	for _, use := range r.exposed {
		path := use.path + ".expose"
		if _, ok := on[use.scheme]; ok || use.vanity || c.bad("services.items", use.path, path) {
			continue
		}
		suggestion := fmt.Sprintf("set ecs.loadBalancers.%s.enabled: true in the utility.yaml of the account, or expose: none here", use.scheme)
		if others := sortedKeys(on); len(others) > 0 {
			suggestion = fmt.Sprintf("expose it on the %s one, or set ecs.loadBalancers.%s.enabled: true in the utility.yaml of the account", slices.Min(others), use.scheme)
		}
		l.blame(r, path, fmt.Sprintf("the %s load balancer of %s %s is disabled", use.scheme, r.at.account, r.at.region), suggestion)
	}
	l.servedBy(on, r, cell, c)
	for i, s := range cell.Services.Items {
		path := itemPath("services.items", s.Name, i) + ".scaleOnQueue"
		if s.ScaleOnQueue != "" && cluster.ContainerInsights == InsightsDisabled && !c.bad("services.items", path) {
			l.blame(r, path, fmt.Sprintf("the cluster of %s %s reports no running tasks, which the backlog of each is divided by", r.at.account, r.at.region),
				"set ecs.containerInsights: enabled in the utility.yaml of the account, or remove scaleOnQueue")
		}
	}
}

// servedBy reports what the client's load balancers lack.
func (l *loader) servedBy(on map[LoadBalancerScheme]UtilityLoadBalancer, r *resolved, cell *Cell, c checker) {
	schemes := map[LoadBalancerScheme]bool{}
	for _, use := range r.exposed {
		schemes[use.scheme] = true
	}
	for _, scheme := range sortedKeys(schemes) {
		balancer, ok := on[scheme]
		if !ok {
			continue
		}
		if cell.Ingress.Shard >= balancer.Shards && !c.bad("ingress", "ingress.shard") {
			l.blame(r, "ingress.shard", fmt.Sprintf("there is no %s load balancer %d in %s %s, want 0 to %d", scheme, cell.Ingress.Shard, r.at.account, r.at.region, balancer.Shards-1),
				fmt.Sprintf("raise ecs.loadBalancers.%s.shards in the utility.yaml of the account, or choose another one", scheme))
		}
		if cell.Ingress.Auth == AuthOIDC && cell.SSO.Enabled && !balancer.SignIn && !c.bad("ingress", "ingress.auth") {
			l.blame(r, "ingress.auth", fmt.Sprintf("the %s load balancer of %s %s cannot reach Okta", scheme, r.at.account, r.at.region),
				fmt.Sprintf("set ecs.loadBalancers.%s.signIn: true in the utility.yaml of the account, or auth: none here", scheme))
		}
	}
}
