package config

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"cellworks/pkg/ipam"
)

// peering reports what is wrong with the connections between VPCs. Nothing is
// said of them while the accounts themselves are in doubt.
func (c *checker) peering(o Organization) {
	for path := range c.failed {
		if strings.HasPrefix(path, "accounts") {
			return
		}
	}
	sound := !c.bad("peering", "peering.reach", "peering.never", "peering.quota")
	for i, rule := range o.Peering.Reach {
		sound = c.peeringRule(o, rule, itemPath("peering.reach", rule.Name, i)) && sound
	}
	for i, ban := range o.Peering.Never {
		sound = c.peeringBan(o, ban, itemPath("peering.never", ban.Name, i)) && sound
	}
	if !sound {
		return
	}
	c.contradictions(o)
	edges := o.peeringEdges()
	c.peeringHubs(o)
	c.peeringQuota(o, edges)
	c.peeringAddresses(o, edges)
}

// peeringRule reports whether a rule is sound by itself.
func (c *checker) peeringRule(o Organization, rule PeeringRule, path string) bool {
	// What is reported already is empty here.
	if c.bad(path, path+".via") || rule.Name == "" || rule.From == "" || rule.To == "" {
		return false
	}
	sound := true
	if rule.Via != "" {
		sound = false
		c.problem(path+".via", fmt.Sprintf("%s cannot be reached via %s: peering is not transitive, a VPC passes nothing on from one peer to another", rule.To, rule.Via),
			fmt.Sprintf("remove via: %s then reaches %s by a connection of its own", rule.From, rule.To))
	}
	from, to := c.pattern(o, path+".from", rule.From), c.pattern(o, path+".to", rule.To)
	if !from || !to {
		return false
	}
	all := o.vpcs()
	if !slices.ContainsFunc(all, func(a VPCRef) bool {
		return slices.ContainsFunc(all, func(b VPCRef) bool { return rule.connects(a, b) })
	}) {
		sound = false
		c.problem(path+".to", fmt.Sprintf("the rule connects nothing: %s and %s both stand for one and the same VPC", rule.From, rule.To), "remove the rule, or widen one side")
	}
	return sound
}

// peeringBan reports whether a ban is sound by itself.
func (c *checker) peeringBan(o Organization, ban PeeringBan, path string) bool {
	if c.bad(path) || ban.Name == "" || ban.Reason == "" || len(ban.Between) == 0 {
		return false
	}
	sound := true
	for i, pattern := range ban.Between {
		at := fmt.Sprintf("%s.between[%d]", path, i)
		sound = !c.bad(at) && c.pattern(o, at, pattern) && sound
	}
	return sound
}

// pattern reports whether a pattern stands for at least one VPC, and says what is
// unknown about it otherwise.
func (c *checker) pattern(o Organization, path, pattern string) bool {
	account, region, _ := strings.Cut(pattern, "/")
	var regions []string
	known := account == "*"
	for _, a := range o.Accounts {
		if account != "*" && account != a.Name {
			continue
		}
		known = true
		for _, r := range a.Regions {
			if region == "*" || region == r.Name {
				return true
			}
			if !slices.Contains(regions, r.Name) {
				regions = append(regions, r.Name)
			}
		}
	}
	what := fmt.Sprintf("%s stands for no VPC: ", show(pattern))
	switch {
	case !known:
		c.problem(path, what+fmt.Sprintf("there is no account %s", show(account)), didYouMean(account, accountNames(o), "accounts"))
	case account == "*":
		c.problem(path, what+fmt.Sprintf("no account has a region %s", show(region)), didYouMean(region, regions, "regions"))
	default:
		c.problem(path, what+fmt.Sprintf("account %s has no region %s", account, show(region)), didYouMean(region, regions, "its regions"))
	}
	return false
}

// contradictions reports the rules that connect what a ban keeps apart.
func (c *checker) contradictions(o Organization) {
	all := o.vpcs()
	for i, rule := range o.Peering.Reach {
		for j, ban := range o.Peering.Never {
			var pairs []string
			for _, a := range all {
				for _, b := range all {
					if rule.connects(a, b) && ban.parts(a, b) {
						pairs = append(pairs, fmt.Sprintf("%s with %s", a, b))
					}
				}
			}
			if len(pairs) == 0 {
				continue
			}
			never := itemPath("peering.never", ban.Name, j)
			c.problem(itemPath("peering.reach", rule.Name, i),
				fmt.Sprintf("the rule connects %s, which %s at %s forbids: %s", firstOf(pairs), never, c.where(never), ban.Reason),
				"narrow from or to, or the ban")
		}
	}
}

// peeringHubs reports VPCs that more hubs reach than their network ACLs have room
// for.
func (c *checker) peeringHubs(o Organization) {
	var crowded []string
	all := o.vpcs()
	for _, v := range all {
		var hubs []string
		for _, other := range all {
			if o.Peering.reaches(other, v) {
				hubs = append(hubs, other.String())
			}
		}
		if len(hubs) > maxHubs {
			crowded = append(crowded, fmt.Sprintf("%s would be reached by %d hubs (%s)", v, len(hubs), strings.Join(hubs, ", ")))
		}
	}
	if len(crowded) > 0 {
		c.problem("peering.reach", fmt.Sprintf("%s, want at most %d: its network ACLs have no room for the rules of more", firstOf(crowded), maxHubs),
			"let fewer VPCs reach it: name their region instead of *")
	}
}

// peeringQuota reports VPCs with more connections than AWS grants.
func (c *checker) peeringQuota(o Organization, edges []PeeringEdge) {
	count := map[VPCRef]int{}
	for _, e := range edges {
		count[e.Hub]++
		count[e.Spoke]++
	}
	var over []string
	for _, v := range o.vpcs() {
		if count[v] > o.Peering.Quota {
			over = append(over, fmt.Sprintf("%s would have %d peerings", v, count[v]))
		}
	}
	if len(over) > 0 {
		c.problem("peering.reach", fmt.Sprintf("%s, want at most %d", firstOf(over), o.Peering.Quota),
			"narrow a rule, or set peering.quota to what AWS grants: 50 by default, on request up to 125")
	}
}

// peeringAddresses reports VPCs that have a peer in common, or are each other's,
// and whose regions share addresses: no route could tell them apart.
func (c *checker) peeringAddresses(o Organization, edges []PeeringEdge) {
	block := map[VPCRef]netip.Prefix{}
	for _, a := range o.Accounts {
		for _, r := range a.Regions {
			// A slot out of range is reported where it is set.
			if b, err := ipam.RegionBlock(a.Slot, r.Slot); err == nil {
				block[VPCRef{a.Name, r.Name}] = b
			}
		}
	}
	around := map[VPCRef][]VPCRef{}
	for _, e := range edges {
		around[e.Hub] = append(around[e.Hub], e.Spoke)
		around[e.Spoke] = append(around[e.Spoke], e.Hub)
	}
	var same []string
	for _, v := range o.vpcs() {
		near := append(slices.Clip(around[v]), v)
		slices.SortFunc(near, VPCRef.Compare)
		for i, a := range near {
			for _, b := range near[i+1:] {
				text := fmt.Sprintf("%s and %s share the addresses %s", a, b, block[a])
				if block[a].IsValid() && block[b].IsValid() && block[a].Overlaps(block[b]) && !slices.Contains(same, text) {
					same = append(same, text)
				}
			}
		}
	}
	if len(same) > 0 {
		c.problem("peering.reach", fmt.Sprintf("%s: VPCs that are peers, or have one in common, must not overlap", firstOf(same)),
			"give each account, and each region of an account, a slot of its own")
	}
}

// firstOf returns the first of several things of one kind, and how many follow.
func firstOf(things []string) string {
	if more := len(things) - 1; more > 0 {
		return fmt.Sprintf("%s (and %d more)", things[0], more)
	}
	return things[0]
}
