package cell_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
)

const (
	routeType   = "aws:ec2/route:Route"
	peeringType = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
	aclType     = "aws:ec2/networkAcl:NetworkAcl"
)

// ownBlock returns the addresses of the cell's own VPC, and false for a cell without one.
func ownBlock(b built) (ipam.VPC, bool) {
	if b.Network.Mode != config.OwnVPC {
		return ipam.VPC{}, false
	}
	vpc, err := ipam.NewVPC(b.Account.Slot, b.Region.Slot, b.Network.VPCSlot)
	return vpc, err == nil
}

// vpcBreaches put something of the cell elsewhere, or somebody else into its VPC.
func vpcBreaches() []breach {
	in := func(action, block string) []any {
		return []any{map[string]any{"ruleNo": 50.0, "action": action, "protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "cidrBlock": block}}
	}
	return []breach{
		{"aws:ec2/securityGroup:SecurityGroup", "vpcId", "vpc-prod-us-west-2"}, {"aws:lb/targetGroup:TargetGroup", "vpcId", "vpc-prod-us-west-2"},
		{"aws:ec2/subnet:Subnet", "vpcId", "vpc-prod-us-west-2"}, {"aws:ec2/subnet:Subnet", "cidrBlock", "10.39.0.0/20"},
		{routeType, "destinationCidrBlock", "10.39.0.0/16"}, {routeType, "destinationCidrBlock", "10.36.0.0/16"}, {routeType, "destinationCidrBlock", "10.0.0.0/8"},
		{routeType, "routeTableId", "rtb-prod-us-west-2-app-usw2-az1"},
		{peeringType, "peerVpcId", "vpc-prod-us-west-2"}, {peeringType, "vpcId", "vpc-other"},
		{aclType, "ingress", in("allow", "10.39.0.0/16")}, {aclType, "egress", in("allow", "10.36.0.0/17")}, {aclType, "ingress", in("allow", "10.0.0.0/8")},
		{"aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", "vpc", "vpc-prod-us-west-2"}, {"aws:route53/zoneAssociation:ZoneAssociation", "vpcId", "vpc-other"},
	}
}

// vpcFaults returns what of a cell with its own VPC is in another, and what it lets in or
// leads to that is neither its own nor a hub's. Other cells have none of these.
func vpcFaults(b built) []string {
	var found []string
	vpc, own := ownBlock(b)
	if !own {
		for _, token := range []string{"aws:ec2/vpc:Vpc", routeType, peeringType, "aws:route53/zoneAssociation:ZoneAssociation"} {
			for _, res := range b.recording.OfType(token) {
				found = append(found, res.URN+" is of a cell that is in the account's VPC")
			}
		}
		return found
	}
	v := around(b, vpc)
	for _, res := range b.recording.Resources {
		for _, fault := range v.faults(res.Type, res.Inputs) {
			found = append(found, res.URN+" "+fault)
		}
	}
	return found
}

// surroundings are a cell's own VPC and what it may be connected with.
type surroundings struct {
	vpc    ipam.VPC
	ids    []string       // of the VPC and its peers
	tables []string       // of both
	peers  []netip.Prefix // blocks of the peers
	apps   []netip.Prefix // blocks of their app tiers
}

func around(b built, vpc ipam.VPC) surroundings {
	v := surroundings{vpc: vpc, ids: []string{b.Client + "-id"}}
	for _, res := range b.recording.OfType("aws:ec2/routeTable:RouteTable") {
		v.tables = append(v.tables, res.Name+"-id")
	}
	own := naming.StackBase(b.Account.Name, b.Region.Name)
	for stack, outputs := range b.below {
		name, base := strings.CutPrefix(stack, naming.ProjectBase+"/")
		// Those that reach the account, which in the shipped organization is ops alone.
		if !base || !(strings.HasPrefix(name, "ops-") || name == own && b.Network.AccountPeering) {
			continue
		}
		peer, ok := ipam.VPCOf(netip.MustParsePrefix(outputs["vpcCidr"].(string)))
		if !ok {
			continue
		}
		v.ids, v.peers, v.apps = append(v.ids, outputs["vpcId"].(string)), append(v.peers, peer.CIDR()), append(v.apps, peer.Tier(ipam.App))
		for _, zones := range outputs["routeTableIds"].(map[string]any) {
			for _, id := range zones.(map[string]any) {
				v.tables = append(v.tables, id.(string))
			}
		}
	}
	return v
}

func (v surroundings) faults(token string, in resource.PropertyMap) []string {
	var found []string
	value := func(property string) string {
		if p := plainValue(in[resource.PropertyKey(property)]); p.IsString() {
			return p.StringValue()
		}
		return ""
	}
	one := func(property string, fine []string) {
		if got := value(property); got != "" && !slices.Contains(fine, got) {
			found = append(found, fmt.Sprintf("has %s %q, want one of %q", property, got, fine))
		}
	}
	switch token {
	case peeringType:
		one("vpcId", v.ids)
		one("peerVpcId", v.ids)
	case routeType:
		one("routeTableId", v.tables)
		one("destinationCidrBlock", append(blockTexts(v.peers), v.vpc.CIDR().String(), "0.0.0.0/0"))
	case aclType:
		found = append(found, v.openings(in, "ingress")...)
		found = append(found, v.openings(in, "egress")...)
	case "aws:ec2/subnet:Subnet":
		one("vpcId", v.ids[:1])
		if block, err := netip.ParsePrefix(value("cidrBlock")); err != nil || !v.vpc.CIDR().Contains(block.Addr()) {
			found = append(found, "is not in "+v.vpc.CIDR().String())
		}
	case "aws:route53/zoneAssociation:ZoneAssociation", "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization",
		"aws:ec2/securityGroup:SecurityGroup", "aws:lb/targetGroup:TargetGroup":
		one("vpcId", v.ids[:1])
	case "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace":
		one("vpc", v.ids[:1])
	}
	return found
}

// openings returns the entries of a network ACL that let private addresses through which
// are neither the VPC's nor those of a peer's app tier.
func (v surroundings) openings(in resource.PropertyMap, direction resource.PropertyKey) []string {
	var found []string
	entries := plainValue(in[direction])
	if !entries.IsArray() {
		return nil
	}
	for _, entry := range entries.ArrayValue() {
		e := plainValue(entry).ObjectValue()
		block := netip.MustParsePrefix(plainValue(e["cidrBlock"]).StringValue())
		within := func(outer netip.Prefix) bool { return outer.Bits() <= block.Bits() && outer.Contains(block.Addr()) }
		world := block.Bits() == 0 // which comes after the private addresses are denied
		if plainValue(e["action"]).StringValue() == "allow" && !world && !within(v.vpc.CIDR()) && !slices.ContainsFunc(v.apps, within) {
			found = append(found, fmt.Sprintf("lets %s through (%s)", block, direction))
		}
	}
	return found
}

func blockTexts(blocks []netip.Prefix) []string {
	out := make([]string, len(blocks))
	for i, b := range blocks {
		out[i] = b.String()
	}
	return out
}

// TestOwnVPCIsConnectedAsConfigured holds the connections of a cell's own VPC with the
// hub and, when it is configured, with the account's.
func TestOwnVPCIsConnectedAsConfigured(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		tree *config.Tree
		want []string
	}{
		"with the hub":                   {load(t), []string{"maple-ops-us-east-1"}},
		"with the hub and the account's": {edited(t, edit{"clients/maple/cell.yaml", "vpcSlot: 2", "vpcSlot: 2\n  accountPeering: true"}), []string{"maple-ops-us-east-1", "maple-prod-us-west-2"}},
	} {
		cell := builtAll(t, tc.tree)["maple"]
		var got []string
		for _, res := range cell.recording.OfType(peeringType) {
			got = append(got, res.Name)
		}
		slices.Sort(got)
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: connections %q, want %q", name, got, tc.want)
		}
		for _, fault := range append(vpcFaults(cell), ruleFaults(cell)...) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}
