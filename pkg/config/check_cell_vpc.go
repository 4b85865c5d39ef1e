package config

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
)

// firstCellVPC is the first VPC slot of cells: the ones below are the account's VPC and
// its rebuild beside it.
const firstCellVPC = 2

// defaultPeerings is the default of peering.quota.
const defaultPeerings = 50

// networkMode reports what a mode needs, and what only mode ownVPC takes.
func (c *cellChecker) networkMode() {
	if c.bad("network", "network.mode", "network.vpcSlot", "network.nat", "network.interfaceEndpoints", "network.accountPeering") {
		return
	}
	if c.cell.Network.Mode != OwnVPC {
		c.withoutVPC()
		return
	}
	if c.cell.Client == "" {
		return // no layer but a client's says which VPC
	}
	c.vpcSlot()
	c.vpcTraffic()
	c.vpcEndpoints()
	c.vpcPeers()
}

// withoutVPC reports keys that have no effect on a cell in the account's VPC.
func (c *cellChecker) withoutVPC() {
	n := c.cell.Network
	for _, key := range []struct {
		path   string
		set    bool
		remedy string
	}{
		{"network.vpcSlot", n.VPCSlot != 0, "remove it, or set it to 0"},
		{"network.nat", n.NAT != NATSingle && n.NAT != "", "remove it, or set mode: ownVPC and a vpcSlot"},
		{"network.interfaceEndpoints", len(n.InterfaceEndpoints) > 0, "remove it, or set mode: ownVPC and a vpcSlot"},
		{"network.accountPeering", n.AccountPeering, "remove it, or set mode: ownVPC and a vpcSlot"},
	} {
		if key.set && !c.known(key.path) {
			c.problem(key.path, "a cell in the account's VPC has no VPC of its own", key.remedy)
		}
	}
}

// vpcSlot reports a slot that no cell's VPC can have. Whether another cell has it is
// known when all cells are.
func (c *cellChecker) vpcSlot() {
	const path = "network.vpcSlot"
	slot := c.cell.Network.VPCSlot
	var free []int
	for s := firstCellVPC; s <= ipam.MaxVPCSlot; s++ {
		if c.network == nil || s != c.network.VPCSlot {
			free = append(free, s)
		}
	}
	want := "want " + joinOr(free)
	switch {
	case slot == 0:
		c.problem("network.mode", "mode ownVPC needs a VPC slot, from which the addresses follow, "+want, fmt.Sprintf("set network.vpcSlot: %d", free[0]))
	case c.network != nil && slot == c.network.VPCSlot:
		c.problem(path, fmt.Sprintf("VPC slot %d is that of the VPC of %s %s, %s", slot, c.at.account, c.at.region, want), "")
	case slot < firstCellVPC:
		c.problem(path, fmt.Sprintf("VPC slot %d is kept for the rebuild of the account's VPC, %s", slot, want), "")
	}
}

// vpcTraffic reports what tasks or people would not get through to.
func (c *cellChecker) vpcTraffic() {
	n := c.cell.Network
	if n.NAT == NATNone && c.cell.Services.Enabled && !c.bad("services", "services.enabled") {
		c.problem(c.set("network.nat", "network.mode"), "services need a way to the Internet: images, side cars and those who sign people in are there", "set network.nat: single, or services.enabled: false")
	}
	private := ipam.Private()
	for i, e := range n.Egress {
		path := itemPath("network.egress", e.Name, i) + ".cidr"
		if n.NAT == NATNone && e.CIDR.IsValid() && !c.bad(path) && (e.CIDR.Bits() < private.Bits() || !private.Contains(e.CIDR.Addr())) {
			c.problem(path, fmt.Sprintf("the cell's own VPC has no way to the Internet (nat: none), want a destination in %s", private), "remove it, or set network.nat: single")
		}
	}
	if shard := c.cell.Ingress.Shard; shard != 0 && !c.bad("ingress", "ingress.shard") {
		c.problem(c.set("ingress.shard", "network.mode"), fmt.Sprintf("a cell with its own VPC has load balancers of its own, and load balancer %d is one of the account's", shard), "set ingress.shard: 0")
	}
}

// vpcEndpoints reports services that have no interface endpoint, or are named twice.
func (c *cellChecker) vpcEndpoints() {
	all := c.cell.Network.InterfaceEndpoints
	agent := []string{"ecs", "ecs-agent", "ecs-telemetry"}
	var ecs []string
	for i, service := range all {
		path := fmt.Sprintf("network.interfaceEndpoints[%d]", i)
		switch {
		case slices.Contains(gatewayServices, service):
			c.problem(path, service+" has a gateway endpoint, which costs nothing and every own VPC has", "remove it")
		case slices.Contains(all[:i], service):
			c.problem(path, service+" is listed twice", "list it once")
		case slices.Contains(agent, service):
			ecs = append(ecs, service)
		}
	}
	if len(ecs) > 0 && len(ecs) < len(agent) {
		c.problem("network.interfaceEndpoints", fmt.Sprintf("only %s of %s: with some of them the public ones are used", strings.Join(ecs, " and "), strings.Join(agent, ", ")), "list all of them, or none")
	}
}

// vpcPeers reports connections that the network ACLs have no room for, and a Vault that
// the cell's VPC is not connected with: peering is not transitive.
func (c *cellChecker) vpcPeers() {
	own, hubs := VPCRef{c.at.account, c.at.region}, c.hubs()
	if c.cell.Network.AccountPeering {
		c.accountPeering(hubs)
	}
	from, ok := serving(c.running[ApplicationVault], c.at)
	if !ok || !c.cell.Vault.Enabled || c.bad("vault", "vault.enabled") {
		return
	}
	place := VPCRef{from.account, from.region}
	switch {
	case place == own && !c.cell.Network.AccountPeering:
		c.problem(c.set("network.accountPeering", "network.mode"), fmt.Sprintf("the Vault that serves the cell is in the VPC of %s, which the cell's own VPC is not connected with", own),
			"set network.accountPeering: true, or vault.enabled: false")
	case place != own && !slices.Contains(hubs, place):
		c.problem("network.mode", fmt.Sprintf("the Vault that serves the cell is in the VPC of %s, and no rule of peering.reach lets it reach %s and the VPCs of its cells", place, own),
			fmt.Sprintf("add one to organization.yaml with from: %s and to: %s, or set vault.enabled: false", place, own))
	}
}

// accountPeering reports a connection with the account's VPC that the network ACLs of
// the app tiers on either side have no room for.
func (c *cellChecker) accountPeering(hubs []VPCRef) {
	const path = "network.accountPeering"
	if len(hubs)+1 > maxHubs {
		c.problem(path, fmt.Sprintf("the cell's VPC would be reached by %d VPCs (%s and the account's), want at most %d: its network ACLs have no room for the rules of more", len(hubs)+1, joinRefs(hubs), maxHubs),
			"set it to false, or let fewer VPCs reach the account's in peering.reach")
	}
}

// hubs returns the VPCs that reach the account's, and with it those of its cells.
func (c *cellChecker) hubs() []VPCRef {
	own := VPCRef{c.at.account, c.at.region}
	var all []VPCRef
	for _, other := range c.org.vpcs() {
		if c.org.Peering.reaches(other, own) {
			all = append(all, other)
		}
	}
	return all
}

// vpcSlots reports cells of one account and region whose own VPCs have the same slot, and
// hubs with more connections than AWS grants.
func (l *loader) vpcSlots(all []*resolved) {
	type key struct {
		at   place
		slot int
	}
	first := map[key]*resolved{}
	spokes := map[VPCRef]int{}
	for _, e := range l.org.peeringEdges() {
		spokes[e.Hub]++
		spokes[e.Spoke]++
	}
	for _, r := range all {
		if r.vpcSlot == 0 || !r.placed {
			continue
		}
		k := key{r.at, r.vpcSlot}
		other, taken := first[k]
		if !taken {
			first[k] = r
			l.vpcPeerings(r, spokes)
			continue
		}
		suggestion := "every VPC slot of cells there is taken: use another region or account, or mode: ownSubnets"
		for s := firstCellVPC; s <= ipam.MaxVPCSlot; s++ {
			if n, ok := l.networks[r.at]; first[key{r.at, s}] == nil && (!ok || n.VPCSlot != s) {
				suggestion = fmt.Sprintf("VPC slot %d is free", s)
				break
			}
		}
		n, _ := r.root.find("network.vpcSlot")
		was, _ := other.root.find("network.vpcSlot")
		l.out.add(n.src, int(n.line), int(n.column), "network.vpcSlot", fmt.Sprintf("VPC slot %d of %s %s is already that of client %s at %s",
			r.vpcSlot, r.at.account, r.at.region, other.name, was.where()), suggestion)
	}
}

// vpcPeerings counts the connections of a cell's own VPC, and reports the first that is
// one too many for a hub.
func (l *loader) vpcPeerings(r *resolved, spokes map[VPCRef]int) {
	own := VPCRef{r.at.account, r.at.region}
	quota := l.org.Peering.Quota
	if quota == 0 {
		quota = defaultPeerings // the organization has no key peering
	}
	for _, hub := range l.org.vpcs() {
		if hub != own && !l.org.Peering.reaches(hub, own) || hub == own && !r.accountPeering {
			continue
		}
		if spokes[hub]++; spokes[hub] == quota+1 {
			l.blame(r, "network.mode", fmt.Sprintf("%s would have %d peerings with that of the cell's own VPC, want at most %d", hub, spokes[hub], quota),
				"set peering.quota to what AWS grants: 50 by default, on request up to 125; or choose another mode")
		}
	}
}

func joinOr(values []int) string {
	return strings.ReplaceAll(joinInts(values), ", ", " or ")
}

func joinRefs(refs []VPCRef) string {
	texts := make([]string, len(refs))
	for i, r := range refs {
		texts[i] = r.String()
	}
	return strings.Join(texts, ", ")
}

// CellVPC is a VPC that a cell has of its own.
type CellVPC struct {
	// Client is whose it is.
	Client string
	// VPC is its address plan.
	VPC ipam.VPC
	// AccountPeering says that it is connected with the account's VPC.
	AccountPeering bool
}

// CellVPCs returns the VPCs that cells of an account and region have of their own, in the
// order of their clients.
func (t *Tree) CellVPCs(account, region string) ([]CellVPC, error) {
	var all []CellVPC
	a, r, err := t.place(account, region)
	if err != nil {
		return nil, err
	}
	for _, client := range t.clients {
		cell := t.cells[client]
		if cell.at != (place{account, region}) || cell.vpcSlot == 0 {
			continue
		}
		vpc, err := ipam.NewVPC(a.Slot, r.Slot, cell.vpcSlot)
		if err != nil {
			return nil, fmt.Errorf("client %s: %w", client, err)
		}
		all = append(all, CellVPC{Client: client, VPC: vpc, AccountPeering: cell.accountPeering})
	}
	return all, nil
}

// vpcPath is the target and path of the slot of a cell's own VPC.
func vpcPath(client string) (target, path string) {
	return naming.ProjectCell + "/" + client, "network.vpcSlot"
}
