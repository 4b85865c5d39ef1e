package peering

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/ipam"
)

// Args says which two VPCs to connect.
type Args struct {
	// Hub asks for the connection.
	Hub Side
	// Spoke accepts it.
	Spoke Side
}

// Side is one of the two VPCs. How many route tables it has is known before anything is
// built.
type Side struct {
	// Provider builds in the VPC's account and region.
	Provider pulumi.ProviderResource
	// AccountID and Region are where the VPC is.
	AccountID, Region string
	// VPCID is the VPC's id.
	VPCID pulumi.StringInput
	// CIDR is the VPC's block; it must not overlap the other's.
	CIDR netip.Prefix
	// Zones are the ids of the VPC's availability zones, in the order of the
	// configuration, which is append only: the first zone that uses a route table
	// names the table's route.
	Zones []string
	// RouteTableIDs is the route table of each subnet by tier and zone, for the
	// tiers app, data and intra; others are ignored. Zones may share a table.
	RouteTableIDs map[string]map[string]string
	// Tables are the route tables by name, in place of Zones and RouteTableIDs, of a VPC
	// that the same program builds.
	Tables map[string]pulumi.StringOutput
	// PrivateZoneID is the private hosted zone that the other side may resolve; nil:
	// none.
	PrivateZoneID pulumi.StringInput
}

// peered are the tiers that peers are reached from. The public tier is not among
// them: what faces the Internet has no business in another VPC.
func peered() []ipam.Tier { return []ipam.Tier{ipam.App, ipam.Data, ipam.Intra} }

// table is a route table, named by the first tier and zone that use it.
type table struct {
	name string
	id   pulumi.StringInput
}

// tables returns the tables of the tiers that take part, each once.
func (s Side) tables() []table {
	var tables []table
	for _, name := range slices.Sorted(maps.Keys(s.Tables)) {
		tables = append(tables, table{name, s.Tables[name]})
	}
	seen := map[string]bool{}
	for _, tier := range peered() {
		for _, zone := range s.Zones {
			if id := s.RouteTableIDs[string(tier)][zone]; !seen[id] {
				seen[id] = true
				tables = append(tables, table{string(tier) + "-" + zone, pulumi.String(id)})
			}
		}
	}
	return tables
}

// isSet reports whether a value is there, of which only plain ones can be empty.
func isSet(value pulumi.StringInput) bool { return value != nil && value != pulumi.String("") }

func (a Args) validate() error {
	errs := []error{a.Hub.validate("hub"), a.Spoke.validate("spoke")}
	if isSet(a.Hub.VPCID) && a.Hub.VPCID == a.Spoke.VPCID {
		errs = append(errs, fmt.Errorf("hub and spoke are both VPC %s, want two", a.Hub.VPCID))
	}
	if a.Hub.CIDR.IsValid() && a.Spoke.CIDR.IsValid() && a.Hub.CIDR.Overlaps(a.Spoke.CIDR) {
		errs = append(errs, fmt.Errorf("the blocks of hub %s and spoke %s overlap, want two that do not", a.Hub.CIDR, a.Spoke.CIDR))
	}
	return errors.Join(errs...)
}

func (s Side) validate(role string) error {
	var errs []error
	if s.Provider == nil {
		errs = append(errs, fmt.Errorf("%s: provider is missing, want that of the VPC's account and region", role))
	}
	for _, v := range []struct {
		what string
		set  bool
	}{
		{"account id", s.AccountID != ""}, {"region", s.Region != ""}, {"VPC id", isSet(s.VPCID)},
		{"private zone id", s.PrivateZoneID == nil || isSet(s.PrivateZoneID)},
	} {
		if !v.set {
			errs = append(errs, fmt.Errorf("%s: %s is empty", role, v.what))
		}
	}
	if !s.CIDR.IsValid() {
		errs = append(errs, fmt.Errorf("%s: CIDR is missing, want the VPC's block", role))
	}
	if len(s.Zones) == 0 && len(s.Tables) == 0 {
		errs = append(errs, fmt.Errorf("%s: there are no zones, want the VPC's", role))
	}
	for _, tier := range peered() {
		for _, zone := range s.Zones {
			if s.RouteTableIDs[string(tier)][zone] == "" {
				errs = append(errs, fmt.Errorf("%s: the VPC has no route table of tier %s in zone %s, want one for each zone", role, tier, zone))
			}
		}
	}
	return errors.Join(errs...)
}
