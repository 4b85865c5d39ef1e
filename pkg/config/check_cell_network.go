package config

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/ipam"
)

// What the network ACLs of app tiers let in from others is https, and ports that no
// privileged program listens on.
const (
	httpsPort             = 443
	firstUnprivilegedPort = 1024
)

// peerAccess reports private networks that are to connect to services and never could.
func (c *cellChecker) peerAccess() {
	for i, p := range c.cell.Network.AllowFromPeers {
		path := itemPath("network.allowFromPeers", p.Name, i)
		if c.inherited("network.allowFromPeers", i) || c.bad("network.allowFromPeers", path, path+".cidr", path+".port") || !p.CIDR.IsValid() || p.Port == 0 {
			continue
		}
		c.peerNetwork(p, path+".cidr")
		if p.Port != httpsPort && p.Port < firstUnprivilegedPort {
			c.problem(path+".port", fmt.Sprintf("the network ACLs let no peer in on port %d, want %d or %d to 65535", p.Port, httpsPort, firstUnprivilegedPort), "let the service listen on another port")
			continue
		}
		c.peerPort(p, path+".port")
	}
}

// rulesOnce reports networks and ports that are there twice: EC2 refuses a rule that a
// security group has already.
func (c *cellChecker) rulesOnce() {
	var peers []Egress
	for _, p := range c.cell.Network.AllowFromPeers {
		peers = append(peers, Egress(p))
	}
	c.rulesOnceIn("network.egress", c.cell.Network.Egress)
	c.rulesOnceIn("network.allowFromPeers", peers)
}

func (c *cellChecker) rulesOnceIn(list string, rules []Egress) {
	if c.known(list) || c.bad("network", list) {
		return
	}
	first := map[Egress]string{}
	for i, r := range rules {
		path := itemPath(list, r.Name, i)
		if c.bad(path, path+".cidr", path+".port") || !r.CIDR.IsValid() {
			continue
		}
		rule := Egress{CIDR: r.CIDR, Port: r.Port}
		if other, ok := first[rule]; ok {
			c.problem(path, fmt.Sprintf("%s port %d is already that of %s at %s", r.CIDR, r.Port, other, c.where(other)), "remove one of the two")
			continue
		}
		first[rule] = path
	}
}

// peerNetwork reports a network that is not in the app tier of a VPC which the cell's is
// connected with: no route, or no network ACL, leads from anywhere else.
func (c *cellChecker) peerNetwork(p PeerAccess, path string) {
	private := ipam.Private()
	if p.CIDR.Bits() < private.Bits() || !private.Contains(p.CIDR.Addr()) {
		c.problem(path, fmt.Sprintf("%s is not in %s: a peer is a network of a connected VPC", p.CIDR, private), "let the service be reached through a load balancer: set its expose")
		return
	}
	own, ok := c.ownVPC()
	if !ok {
		return // said where the place or its network is wrong
	}
	if p.CIDR.Overlaps(own.CIDR()) {
		c.problem(path, fmt.Sprintf("%s meets the cell's own VPC %s, where the security groups keep everything else out of the cell: a peer is a network of another VPC", p.CIDR, own.CIDR()),
			"remove it: tasks of the cell reach each other, and all others the load balancer")
		return
	}
	var connected []string
	for _, other := range c.connected() {
		vpc, ok := c.vpc(other)
		if !ok {
			return
		}
		app := vpc.Tier(ipam.App)
		if app.Bits() <= p.CIDR.Bits() && app.Contains(p.CIDR.Addr()) {
			return
		}
		connected = append(connected, fmt.Sprintf("%s of %s", app, other))
	}
	if len(connected) == 0 {
		c.problem(path, "no VPC is connected with "+c.vpcName(), "add a rule to peering.reach in organization.yaml, or remove it")
		return
	}
	c.problem(path, fmt.Sprintf("%s is not in the app tier of a VPC that is connected with %s, and nothing else is let through, want a network in %s",
		p.CIDR, c.vpcName(), strings.Join(connected, " or ")), "name one of these, or add a rule to peering.reach in organization.yaml")
}

// peerPort reports a port that no service of the client listens on.
func (c *cellChecker) peerPort(p PeerAccess, path string) {
	if c.cell.Client == "" || c.bad("services", "services.enabled", "services.items") {
		return
	}
	if !c.cell.Services.Enabled {
		c.problem(path, fmt.Sprintf("module services, which a peer would connect to, is switched off at %s", c.where("services.enabled")), "set services.enabled: true, or remove the peer")
		return
	}
	var ports []int
	for i, s := range c.cell.Services.Items {
		at := itemPath("services.items", s.Name, i)
		if c.bad(at, at+".port") || s.Port == p.Port {
			return
		}
		ports = append(ports, s.Port)
	}
	slices.Sort(ports)
	want := "the cell has none"
	if len(ports) > 0 {
		want = "want one of " + joinInts(slices.Compact(ports))
	}
	c.problem(path, fmt.Sprintf("no service of the cell listens on port %d, %s", p.Port, want), "")
}

// vpcName names the VPC that the cell is in.
func (c *cellChecker) vpcName() string {
	if c.cell.Network.Mode == OwnVPC {
		return "the cell's own"
	}
	return fmt.Sprintf("that of %s %s", c.at.account, c.at.region)
}

// connected returns the VPCs that exchange packets with the one that the cell is in.
func (c *cellChecker) connected() []VPCRef {
	own := VPCRef{c.at.account, c.at.region}
	if c.cell.Network.Mode == OwnVPC {
		all := c.hubs()
		if c.cell.Network.AccountPeering {
			all = append(all, own)
		}
		return all
	}
	var all []VPCRef
	for _, other := range c.org.vpcs() {
		if c.org.Peering.reaches(own, other) || c.org.Peering.reaches(other, own) {
			all = append(all, other)
		}
	}
	return all
}

// ownVPC returns the addresses of the VPC that the cell is in, and false when they are
// not known.
func (c *cellChecker) ownVPC() (ipam.VPC, bool) {
	own := VPCRef{c.at.account, c.at.region}
	if c.cell.Network.Mode == OwnVPC {
		return c.vpcAt(own, c.cell.Network.VPCSlot)
	}
	return c.vpc(own)
}

// vpc returns the addresses of an account's VPC, and false when they are not known.
func (c *cellChecker) vpc(v VPCRef) (ipam.VPC, bool) {
	network, ok := c.networks[place{v.Account, v.Region}]
	if !ok {
		return ipam.VPC{}, false
	}
	return c.vpcAt(v, network.VPCSlot)
}

func (c *cellChecker) vpcAt(v VPCRef, slot int) (ipam.VPC, bool) {
	i := slices.IndexFunc(c.org.Accounts, func(a Account) bool { return a.Name == v.Account })
	if i < 0 {
		return ipam.VPC{}, false
	}
	a := c.org.Accounts[i]
	j := slices.IndexFunc(a.Regions, func(r Region) bool { return r.Name == v.Region })
	if j < 0 {
		return ipam.VPC{}, false
	}
	vpc, err := ipam.NewVPC(a.Slot, a.Regions[j].Slot, slot)
	return vpc, err == nil
}
