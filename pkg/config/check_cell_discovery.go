package config

import (
	"fmt"
	"slices"
	"strings"
)

const (
	// proxySuffix ends the name of the side car of a service in Consul.
	proxySuffix = "-sidecar-proxy"
	// consulFolder is what the side cars of a task share.
	consulFolder = "/consul"
)

// proxyPorts are those on which the side cars of a task listen: Envoy's administration,
// its public listener and its readiness
// (developer.hashicorp.com/consul/docs/reference/dataplane/cli,
// developer.hashicorp.com/consul/docs/reference/ecs).
var proxyPorts = []int{19000, 20000, 22000}

// discovery reports services that Consul is to find and could not.
func (c *cellChecker) discovery() {
	if !c.cell.Services.Enabled || c.bad("services", "services.enabled", "services.items") {
		return
	}
	for i, s := range c.cell.Services.Items {
		p := itemPath("services.items", s.Name, i)
		if s.Discovery != DiscoveryConsul || c.bad(p, p+".discovery") {
			continue
		}
		if !c.inherited("services.items", i) {
			c.proxied(s, p)
		}
		c.scheduled(s)
		c.registered(p + ".discovery")
	}
}

// proxied reports what the side cars leave no room for in a service's task.
func (c *cellChecker) proxied(s Service, p string) {
	if path := p + ".name"; strings.HasSuffix(s.Name, proxySuffix) && !c.bad(path) {
		c.problem(path, fmt.Sprintf("%s is what Consul calls the side car of service %s", s.Name, strings.TrimSuffix(s.Name, proxySuffix)),
			"choose a name that does not end with "+proxySuffix)
	}
	if path := p + ".port"; slices.Contains(proxyPorts, s.Port) && !c.bad(path) {
		c.problem(path, fmt.Sprintf("port %d is the side car's in a task that Consul finds, as are %s", s.Port, joinInts(proxyPorts)), "let the service listen on another port")
	}
	least := FargateMemory(FargateCPU()[0])[0]
	if path := p + ".memory"; fargateOffers(s.CPU, s.Memory) && s.Memory-ConsulSideCarsMiB < least && !c.bad(path, p+".cpu") {
		c.problem(c.set(path, p+".discovery"), fmt.Sprintf("of %d MiB of memory the side cars of discovery consul keep %d and leave %d, want at least %d", s.Memory, ConsulSideCarsMiB, s.Memory-ConsulSideCarsMiB, least),
			"raise memory, or set discovery: cloudmap")
	}
	for i, v := range s.Volumes {
		path := itemPath(p+".volumes", v.Name, i) + ".path"
		if below := v.Path == consulFolder || strings.HasPrefix(v.Path, consulFolder+"/"); below && !c.bad(p+".volumes", path) {
			c.problem(path, fmt.Sprintf("%s is where the side cars of discovery consul keep their files", consulFolder), "mount the folder elsewhere")
		}
	}
}

// scheduled reports schedules whose tasks would register as the service itself, and get
// the requests that are meant for it.
func (c *cellChecker) scheduled(s Service) {
	if !c.cell.Schedules.Enabled || c.bad("schedules", "schedules.items") {
		return
	}
	for i, item := range c.cell.Schedules.Items {
		if path := itemPath("schedules.items", item.Name, i) + ".service"; item.Service == s.Name && !c.bad(path) {
			c.problem(path, fmt.Sprintf("service %s is found by Consul, which would take what runs at set times for one of its tasks", s.Name),
				"run another service, or set discovery: cloudmap of this one")
		}
	}
}

// registered reports that there is no Consul where the cell is that takes its tasks: no
// other will do, because its names are those of its own VPC.
func (c *cellChecker) registered(path string) {
	if c.cell.Client == "" || c.cell.Region.Name == "" {
		return
	}
	const remedy = ", or discovery: cloudmap here"
	where := c.at.account + " " + c.at.region
	if !slices.Contains(c.running[ApplicationConsul], c.at) {
		c.problem(path, fmt.Sprintf("tasks of %s can register with a Consul of that account and region only, where application consul is disabled", where),
			"set consul.enabled: true in the utility.yaml of the account"+remedy)
		return
	}
	if c.consul != nil && !c.consul.Tasks.Enabled {
		c.problem(path, fmt.Sprintf("the Consul of %s lets no tasks register", where), "set consul.tasks.enabled: true in the utility.yaml of the account"+remedy)
	}
	if c.consul != nil && !c.consul.DNS {
		c.problem(path, fmt.Sprintf("nobody resolves the names of the Consul of %s", where), "set consul.dns: true in the utility.yaml of the account"+remedy)
	}
	if mode := "network.mode"; c.cell.Network.Mode == OwnVPC && !c.bad("network", mode) {
		c.problem(path, fmt.Sprintf("the Consul of %s is in the account's VPC, and the cell has one of its own by %s", where, c.where(mode)), "set network.mode: "+string(OwnSubnets)+remedy)
	}
}
