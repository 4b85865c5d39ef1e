package config

import (
	"cmp"
	"slices"
	"strings"
)

// maxHubs is how many VPCs may reach one that did not ask for it: the network
// ACLs of every tier have room for the rules of so many and no more (20 entries a
// direction, docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html).
const maxHubs = 2

// Peering says which VPCs are connected. It is written once for the organization,
// because a connection belongs to two accounts.
type Peering struct {
	// Reach are the connections that there are.
	Reach []PeeringRule `yaml:"reach,optional"`
	// Never are the connections that there must not be, whoever asks for them.
	Never []PeeringBan `yaml:"never,optional"`
	// Quota is how many connections one VPC may have: what AWS grants, 50 unless it
	// was asked to raise it, and never more than 125
	// (docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html).
	Quota int `yaml:"quota" default:"50" range:"1..125"`
}

// PeeringRule connects every VPC that matches From with every one that matches
// To, each pair directly. Packets flow both ways; From is the side that operates
// the other, which decides what the network ACLs let through.
type PeeringRule struct {
	// Name is how the rule is called; unique among the rules.
	Name string `yaml:"name" match:"^[a-z][a-z0-9-]{0,19}$" hint:"1 to 20 lower-case letters, digits and dashes, starting with a letter" example:"operations"`
	// From are the VPCs that reach the others: account/region, where * stands for
	// every account or every region. There is one VPC per account and region.
	From string `yaml:"from" match:"^(\\*|[a-z][a-z0-9]{1,11})/(\\*|[a-z0-9-]+)$" hint:"account/region, where * stands for a whole part" example:"ops/*"`
	// To are the VPCs that are reached, written like From. Quote what begins with *.
	To string `yaml:"to" match:"^(\\*|[a-z][a-z0-9]{1,11})/(\\*|[a-z0-9-]+)$" hint:"account/region, where * stands for a whole part" example:"\"*/*\""`
	// Via is always refused: no VPC can be reached through another. The key exists
	// so that whoever tries it is told.
	Via string `yaml:"via,optional"`
}

// PeeringBan keeps VPCs apart: a rule that connects two of them is an error.
type PeeringBan struct {
	// Name is how the ban is called; unique among the bans.
	Name string `yaml:"name" match:"^[a-z][a-z0-9-]{0,19}$" hint:"1 to 20 lower-case letters, digits and dashes, starting with a letter" example:"workloads"`
	// Between are two patterns, each written like the from of a rule: no VPC of the
	// first is ever connected with one of the second.
	Between []string `yaml:"between" count:"2..2" match:"^(\\*|[a-z][a-z0-9]{1,11})/(\\*|[a-z0-9-]+)$" hint:"account/region, where * stands for a whole part" example:"[prod/*, nonprod/*]"`
	// Reason is why; it is shown to whoever contradicts the ban.
	Reason string `yaml:"reason" match:"\\S" hint:"a sentence" example:"tests must not reach patients"`
}

// VPCRef names a VPC: there is one per account and region.
type VPCRef struct{ Account, Region string }

// String returns account/region.
func (v VPCRef) String() string { return v.Account + "/" + v.Region }

// Compare orders VPCs by account, then region.
func (v VPCRef) Compare(other VPCRef) int {
	return cmp.Or(cmp.Compare(v.Account, other.Account), cmp.Compare(v.Region, other.Region))
}

// PeeringEdge is one connection between two VPCs.
type PeeringEdge struct {
	// Hub is the side that reaches the other, and that asks for the connection. Where
	// each side reaches the other it is the one that comes first by Compare.
	Hub VPCRef
	// Spoke is the side that is reached, and that accepts the connection.
	Spoke VPCRef
}

// Peers is what a VPC is to those that it is connected with.
type Peers struct {
	// Hub says that the VPC reaches others.
	Hub bool
	// Hubs are the VPCs that reach this one, sorted; at most two.
	Hubs []VPCRef
}

// PeeringEdges returns every connection of the organization, each pair of VPCs
// once, sorted by hub, then spoke. Whether there is an edge between two VPCs, and
// which of them is its hub, follows from the two alone.
func (t *Tree) PeeringEdges() []PeeringEdge { return t.Organization().peeringEdges() }

// Peers returns what the VPC of account and region is to those that it is
// connected with: nothing when the organization has no such account or region.
func (t *Tree) Peers(account, region string) Peers {
	o, v := t.Organization(), VPCRef{account, region}
	var peers Peers
	all := o.vpcs()
	if !slices.Contains(all, v) {
		return peers
	}
	for _, other := range all {
		peers.Hub = peers.Hub || o.Peering.reaches(v, other)
		if o.Peering.reaches(other, v) {
			peers.Hubs = append(peers.Hubs, other)
		}
	}
	return peers
}

// vpcs returns the organization's VPCs, sorted.
func (o Organization) vpcs() []VPCRef {
	var all []VPCRef
	for _, a := range o.Accounts {
		for _, r := range a.Regions {
			all = append(all, VPCRef{a.Name, r.Name})
		}
	}
	slices.SortFunc(all, VPCRef.Compare)
	return all
}

func (o Organization) peeringEdges() []PeeringEdge {
	var edges []PeeringEdge
	all := o.vpcs()
	for i, a := range all {
		for _, b := range all[i+1:] {
			switch {
			case o.Peering.reaches(a, b):
				edges = append(edges, PeeringEdge{Hub: a, Spoke: b})
			case o.Peering.reaches(b, a):
				edges = append(edges, PeeringEdge{Hub: b, Spoke: a})
			}
		}
	}
	slices.SortFunc(edges, func(x, y PeeringEdge) int {
		return cmp.Or(x.Hub.Compare(y.Hub), x.Spoke.Compare(y.Spoke))
	})
	return edges
}

// reaches reports whether a rule lets one VPC reach another.
func (p Peering) reaches(from, to VPCRef) bool {
	return slices.ContainsFunc(p.Reach, func(r PeeringRule) bool { return r.connects(from, to) })
}

// connects reports whether the rule lets one VPC reach another.
func (r PeeringRule) connects(from, to VPCRef) bool {
	return from != to && from.matches(r.From) && to.matches(r.To)
}

// parts reports whether the ban keeps two VPCs apart.
func (b PeeringBan) parts(x, y VPCRef) bool {
	if len(b.Between) != 2 {
		return false
	}
	one, two := b.Between[0], b.Between[1]
	return x.matches(one) && y.matches(two) || y.matches(one) && x.matches(two)
}

// matches reports whether a pattern stands for the VPC.
func (v VPCRef) matches(pattern string) bool {
	account, region, ok := strings.Cut(pattern, "/")
	return ok && (account == "*" || account == v.Account) && (region == "*" || region == v.Region)
}
