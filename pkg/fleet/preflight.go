package fleet

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
)

// Addresses is what a base stack has published of its addresses: where things are,
// whatever the configuration has become.
type Addresses struct {
	// VPC is the VPC's block.
	VPC netip.Prefix
	// Subnets are the blocks of the shared subnets, by tier and zone id.
	Subnets map[string]map[string]netip.Prefix
}

// AddressesOf reads addresses from the outputs of a base stack, vpcCidr and
// subnetCidrs of the contract. It reports false when the stack publishes none.
func AddressesOf(outputs map[string]any) (Addresses, bool) {
	text, _ := outputs["vpcCidr"].(string)
	vpc, err := netip.ParsePrefix(text)
	if err != nil {
		return Addresses{}, false
	}
	at := Addresses{VPC: vpc, Subnets: map[string]map[string]netip.Prefix{}}
	tiers, _ := outputs["subnetCidrs"].(map[string]any)
	for tier, value := range tiers {
		zones, _ := value.(map[string]any)
		for zone, value := range zones {
			text, _ := value.(string)
			cidr, err := netip.ParsePrefix(text)
			if err != nil {
				continue
			}
			if at.Subnets[tier] == nil {
				at.Subnets[tier] = map[string]netip.Prefix{}
			}
			at.Subnets[tier][zone] = cidr
		}
	}
	return at, true
}

// Bases returns the base stacks of accounts and regions that are up and that a plan
// works on or builds on, in dependency order: those whose addresses Preflight wants.
func (g *Graph) Bases(plan Plan, states States) []Stack {
	var steps []Stack
	for _, step := range plan.Steps {
		steps = append(steps, step.Stack)
	}
	wanted := g.closure(steps)
	for _, s := range steps {
		wanted[s] = true
	}
	var bases []Stack
	for _, s := range g.order {
		n := g.nodes[s]
		if wanted[s] && n.base() && states[s].Resources > 0 {
			bases = append(bases, s)
		}
	}
	return bases
}

// base reports whether the node is what an account has in a region.
func (n Node) base() bool {
	return n.Stack == Stack{naming.ProjectBase, naming.StackBase(n.Account, n.Region)}
}

// Preflight compares what is up with what the configuration says, before anything
// starts. published are the addresses of the stacks that Bases returns; one
// without is not compared. It fails with config.Problems when a plan of up or
// preview would move the addresses of something that is up, take away a zone
// while cells have subnets in it, move a cell or its network, bring one to where another is up, switch off a module of a cell that keeps data and is up
// before its decommission is due, build something new on a slot whose quarantine is
// not over at the time now, or a new cell whose people could not sign in, because the
// certificate of their identity provider has ended.
func (g *Graph) Preflight(tree *config.Tree, plan Plan, states States, published map[Stack]Addresses, now time.Time) error {
	if plan.Operation != Up && plan.Operation != Preview {
		return nil
	}
	p := &preflight{graph: g, tree: tree, states: states}
	for _, s := range g.Bases(plan, states) {
		at, ok := published[s]
		if !ok {
			continue
		}
		if err := p.base(g.nodes[s], at); err != nil {
			return fmt.Errorf("comparing the addresses of %s: %w", s, err)
		}
	}
	if err := errors.Join(p.decommissions(plan, now), p.homes(plan)); err != nil {
		return err
	}
	reuses, err := tree.EarlyReuses(now)
	if err != nil {
		return err
	}
	for _, r := range reuses {
		if slices.ContainsFunc(plan.Steps, func(step Step) bool {
			return states[step.Stack].Resources == 0 && reused(g.nodes[step.Stack], r)
		}) {
			p.problems = append(p.problems, r.Problem)
		}
	}
	for _, c := range tree.EndingCertificates(now) {
		if c.Expired && slices.ContainsFunc(plan.Steps, func(step Step) bool {
			return states[step.Stack].Resources == 0 && g.nodes[step.Stack].Client == c.Client
		}) {
			p.problems = append(p.problems, c.Problem)
		}
	}
	if len(p.problems) == 0 {
		return nil
	}
	slices.SortFunc(p.problems, func(a, b config.Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(p.problems)
}

// reused reports whether a stack would be built on a slot in quarantine.
func reused(n Node, r config.EarlyReuse) bool {
	switch r.Kind {
	case config.RetiredCell:
		return n.Client != "" && n.Client == r.Client
	case config.RetiredAccount:
		return n.base() && n.Account == r.Account
	default:
		return n.base() && n.Account == r.Account && n.Region == r.Region
	}
}

// preflight is one comparison of what is up with the configuration.
type preflight struct {
	graph    *Graph
	tree     *config.Tree
	states   States
	problems config.Problems
}

func (p *preflight) add(target, path, message, suggestion string) {
	p.problems = append(p.problems, p.tree.ProblemAt(target, path, message, suggestion))
}

// base compares one base stack. Zones are compared only in a VPC that stays.
func (p *preflight) base(n Node, at Addresses) error {
	cfg, err := p.tree.Base(n.Account, n.Region)
	if err != nil {
		return err
	}
	vpc, err := ipam.NewVPC(cfg.Account.Slot, cfg.Region.Slot, cfg.Network.VPCSlot)
	if err != nil {
		return err
	}
	if vpc.CIDR() != at.VPC {
		p.moved(n, cfg, at.VPC, vpc.CIDR())
		return nil
	}
	return p.zones(n, cfg.Region.Zones, vpc, at)
}

// moved reports every slot that is not the one which the VPC was built with.
func (p *preflight) moved(n Node, cfg config.Base, was, is netip.Prefix) {
	account, region := fmt.Sprintf("accounts[%s]", n.Account), fmt.Sprintf("accounts[%s].regions[%s]", n.Account, n.Region)
	slots, known := ipam.SlotsOf(was)
	if !known {
		p.add("organization", region+".slot", fmt.Sprintf("%s is up with the VPC %s, which is not of the address plan, and would move to %s", n.Stack, was, is),
			"destroy it first, or build this region in another account")
		return
	}
	for _, s := range []struct {
		what, target, path string
		was, is            int
	}{
		{"account " + n.Account, "organization", account + ".slot", slots.Account, cfg.Account.Slot},
		{"region " + n.Region, "organization", region + ".slot", slots.Region, cfg.Region.Slot},
		{"the VPC", n.Stack.String(), "network.vpcSlot", slots.VPC, cfg.Network.VPCSlot},
	} {
		if s.was != s.is {
			p.add(s.target, s.path, fmt.Sprintf("slot %d of %s would move the VPC of %s, which is up, from %s to %s: everything in it would be replaced", s.is, s.what, n.Stack, was, is),
				fmt.Sprintf("restore slot %d", s.was))
		}
	}
}

// zones reports zones that are up and would move, and those that would go although
// something is in the way.
func (p *preflight) zones(n Node, zones []string, vpc ipam.VPC, at Addresses) error {
	positions, err := zonePositions(vpc, at)
	if err != nil {
		return err
	}
	path := fmt.Sprintf("accounts[%s].regions[%s].zones", n.Account, n.Region)
	for _, zone := range slices.SortedFunc(maps.Keys(positions), func(a, b string) int { return cmp.Compare(positions[a], positions[b]) }) {
		was := positions[zone]
		is := slices.Index(zones, zone)
		switch {
		case is == was:
		case is >= 0:
			p.add("organization", fmt.Sprintf("%s[%d]", path, is), fmt.Sprintf("zone %s of %s, which is up, is at position %d and would move to %d: its subnets would be replaced", zone, n.Stack, was, is),
				fmt.Sprintf("restore the order: %s is zones[%d]; new zones come last", zone, was))
		case was < len(zones):
			p.add("organization", fmt.Sprintf("%s[%d]", path, was), fmt.Sprintf("zone %s of %s, which is up, would give its subnets to %s: only the last zone can go", zone, n.Stack, zones[was]),
				fmt.Sprintf("restore %s as zones[%d]", zone, was))
		default:
			if cells := p.cells(n); len(cells) > 0 {
				p.add("organization", path, fmt.Sprintf("zone %s of %s would go, but %s there: %s", zone, n.Stack, haveSubnets(len(cells)), short(cells)),
					fmt.Sprintf("restore %s as zones[%d], or destroy these cells first", zone, was))
			}
		}
	}
	return nil
}

// zonePositions returns the position of each zone that has a subnet.
func zonePositions(vpc ipam.VPC, at Addresses) (map[string]int, error) {
	positions := map[string]int{}
	for _, tier := range ipam.Tiers() {
		for i := 0; i <= ipam.MaxZone; i++ {
			cidr, err := vpc.Subnet(tier, i)
			if err != nil {
				return nil, err
			}
			for zone, of := range at.Subnets[string(tier)] {
				if of == cidr {
					positions[zone] = i
				}
			}
		}
	}
	return positions, nil
}

// cells returns the cells that are up and built on a base stack.
func (p *preflight) cells(n Node) []Stack {
	var cells []Stack
	for _, s := range slices.SortedFunc(maps.Keys(p.states), Stack.compare) {
		state := p.states[s]
		if s.Project != naming.ProjectCell || state.Resources == 0 {
			continue
		}
		of := p.graph.nodes[s]
		// What the state has read says where the cell is; a backend that does not tell
		// leaves the configuration.
		if slices.Contains(state.References, n.Stack) || len(state.References) == 0 && of.Account == n.Account && of.Region == n.Region {
			cells = append(cells, s)
		}
	}
	return cells
}

func haveSubnets(n int) string {
	if n == 1 {
		return "1 cell has subnets"
	}
	return fmt.Sprintf("%d cells have subnets", n)
}

// short names the first few stacks.
func short(stacks []Stack) string {
	const most = 5
	if len(stacks) <= most {
		return join(stacks)
	}
	return strings.Join([]string{join(stacks[:most]), fmt.Sprintf("and %d more", len(stacks)-most)}, " ")
}
