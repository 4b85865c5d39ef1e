package config

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestAVPCMoreChangesOnlyEdgesThatNameIt adds regions and accounts one by one, in
// any order, to organizations with any rules. Removing is the same read backwards.
func TestAVPCMoreChangesOnlyEdgesThatNameIt(t *testing.T) {
	t.Parallel()
	accounts := []string{"east", "north", "south", "west"}
	regions := []string{"eu-west-1", "us-east-1", "us-west-2"}
	added := 0
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 0))
		var o Organization
		for i := range 1 + random.IntN(3) {
			pattern := func() string {
				return pick(random, append(accounts, "*", "*")) + "/" + pick(random, append(regions, "*", "*"))
			}
			o.Peering.Reach = append(o.Peering.Reach, PeeringRule{Name: fmt.Sprint(i), From: pattern(), To: pattern()})
		}
		var before []PeeringEdge
		for _, n := range random.Perm(len(accounts) * len(regions)) {
			v := VPCRef{accounts[n/len(regions)], regions[n%len(regions)]}
			o.add(v, random)
			after := o.peeringEdges()
			for _, e := range slices.Concat(before, after) {
				if slices.Contains(before, e) != slices.Contains(after, e) && e.Hub != v && e.Spoke != v {
					t.Fatalf("rules %+v: adding %s changes the edge %v", o.Peering.Reach, v, e)
				}
			}
			if slices.ContainsFunc(after, func(e PeeringEdge) bool {
				return e.Hub == e.Spoke || slices.Contains(after, PeeringEdge{e.Spoke, e.Hub})
			}) {
				t.Fatalf("rules %+v: a VPC is its own peer, or a pair has two edges: %v", o.Peering.Reach, after)
			}
			added += len(after) - len(before)
			before = after
		}
	}
	if added < 1000 {
		t.Errorf("only %d edges were added, want a test of many", added)
	}
}

// add puts a VPC at any place of the lists.
func (o *Organization) add(v VPCRef, random *rand.Rand) {
	at := slices.IndexFunc(o.Accounts, func(a Account) bool { return a.Name == v.Account })
	if at < 0 {
		at = random.IntN(len(o.Accounts) + 1)
		o.Accounts = slices.Insert(o.Accounts, at, Account{Name: v.Account})
	}
	a := &o.Accounts[at]
	a.Regions = slices.Insert(a.Regions, random.IntN(len(a.Regions)+1), Region{Name: v.Region})
}

func pick(random *rand.Rand, from []string) string { return from[random.IntN(len(from))] }
