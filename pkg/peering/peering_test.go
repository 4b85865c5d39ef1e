package peering_test

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/peering"
	"cellworks/pkg/provider"
	"cellworks/pkg/pulumitest"
)

const name = "ops-us-east-1-prod-us-west-2"

// typical connects two accounts and regions; as in package network, the intra
// tier has one table for all of its zones.
func typical() peering.Args {
	return peering.Args{
		Hub:   side("ops", "333333333333", "us-east-1", "10.48.0.0/16", "use1-az4", "use1-az1"),
		Spoke: side("prod", "222222222222", "us-west-2", "10.36.0.0/16", "usw2-az1", "usw2-az2", "usw2-az3"),
	}
}

func side(account, id, region, cidr string, zones ...string) peering.Side {
	tables := map[string]map[string]string{}
	for _, tier := range []string{"app", "data", "public", "intra"} {
		tables[tier] = map[string]string{}
		for _, zone := range zones {
			tables[tier][zone] = "rtb-" + account + "-" + tier + "-" + zone
			if tier == "intra" || tier == "public" {
				tables[tier][zone] = "rtb-" + account + "-" + tier
			}
		}
	}
	return peering.Side{
		AccountID: id, Region: region,
		VPCID: pulumi.String("vpc-" + account), CIDR: netip.MustParsePrefix(cidr),
		Zones: zones, RouteTableIDs: tables, PrivateZoneID: pulumi.String("Z-" + account),
	}
}

// program gives args a provider for each side and builds them.
func program(t *testing.T, args peering.Args) pulumi.RunFunc {
	t.Helper()
	return func(ctx *pulumi.Context) error {
		for role, s := range map[string]*peering.Side{"hub": &args.Hub, "spoke": &args.Spoke} {
			aws, err := provider.AWS(ctx, role, provider.Args{
				Account: config.Account{Name: role, ID: "111122223333", Role: "deploy"},
				Role:    "deploy",
				Region:  "us-east-1",
				Tags:    naming.TagSet{Project: naming.ProjectBase, Stack: "test", Account: role},
			})
			if err != nil {
				return err
			}
			s.Provider = aws
		}
		_, err := peering.New(ctx, name, args, pulumitest.Marked())
		return err
	}
}

func record(t *testing.T, args peering.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, program(t, args))
}

func TestNewConnectsTwoAccounts(t *testing.T) {
	t.Parallel()
	record(t, typical()).Golden(t, "peering")
}

const (
	connectionType    = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
	accepterType      = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"
	optionsType       = "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions"
	routeType         = "aws:ec2/route:Route"
	authorizationType = "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization"
	associationType   = "aws:route53/zoneAssociation:ZoneAssociation"
)

// providers returns the provider of each resource of a type, by logical name.
func providers(recording *pulumitest.Recording, token string) map[string]string {
	found := map[string]string{}
	for _, res := range recording.OfType(token) {
		for _, role := range []string{"hub", "spoke"} {
			if strings.Contains(res.Provider, "::"+role+"::") {
				found[res.Name] = role
			}
		}
	}
	return found
}

func TestEachSideIsBuiltInItsOwnAccount(t *testing.T) {
	t.Parallel()
	recording := record(t, typical())
	for token, want := range map[string]map[string]string{
		connectionType: {name: "hub"},
		accepterType:   {name + "-spoke": "spoke"},
		optionsType:    {name + "-hub": "hub", name + "-spoke": "spoke"},
		// A zone's owner authorizes, the owner of the other VPC associates.
		authorizationType: {name + "-hub": "hub", name + "-spoke": "spoke"},
		associationType:   {name + "-hub": "spoke", name + "-spoke": "hub"},
	} {
		if got := providers(recording, token); !maps.Equal(got, want) {
			t.Errorf("%s: providers %v, want %v", token, got, want)
		}
	}
	for route, role := range providers(recording, routeType) {
		if !strings.HasPrefix(route, name+"-"+role+"-") {
			t.Errorf("route %s is built by the provider of the %s", route, role)
		}
	}
}

func TestEveryPrivateTableOfBothSidesLeadsToTheOther(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, route := range record(t, typical()).OfType(routeType) {
		table := route.Inputs["routeTableId"].StringValue()
		if got[table] != "" {
			t.Errorf("table %s has two routes to its peer", table)
		}
		got[table] = route.Inputs["destinationCidrBlock"].StringValue()
		if id := route.Inputs["vpcPeeringConnectionId"].StringValue(); id != name+"-spoke-id" {
			t.Errorf("route of %s goes through %q, want the accepted connection", table, id)
		}
	}
	want := map[string]string{}
	for _, zone := range []string{"use1-az1", "use1-az4"} {
		want["rtb-ops-app-"+zone], want["rtb-ops-data-"+zone] = "10.36.0.0/16", "10.36.0.0/16"
	}
	for _, zone := range []string{"usw2-az1", "usw2-az2", "usw2-az3"} {
		want["rtb-prod-app-"+zone], want["rtb-prod-data-"+zone] = "10.48.0.0/16", "10.48.0.0/16"
	}
	want["rtb-ops-intra"], want["rtb-prod-intra"] = "10.36.0.0/16", "10.48.0.0/16"
	if !maps.Equal(got, want) {
		t.Errorf("routes = %v, want %v", got, want)
	}
}

func TestAZoneMoreAddsItsRoutesAndRenamesNone(t *testing.T) {
	t.Parallel()
	names := func(zones ...string) []string {
		args := typical()
		args.Hub = side("ops", "333333333333", "us-east-1", "10.48.0.0/16", zones...)
		var all []string
		for _, route := range record(t, args).OfType(routeType) {
			all = append(all, strings.TrimPrefix(route.Name, name+"-"))
		}
		return all
	}
	before, after := names("use1-az4", "use1-az2"), names("use1-az4", "use1-az2", "use1-az1")
	var added []string
	for _, n := range after {
		if !slices.Contains(before, n) {
			added = append(added, n)
		}
	}
	if want := []string{"hub-app-use1-az1", "hub-data-use1-az1"}; !slices.Equal(added, want) || len(after) != len(before)+2 {
		t.Errorf("a zone that sorts first adds %v to %v, want %v", added, before, want)
	}
}

func TestOneAccountNeedsNoAuthorization(t *testing.T) {
	t.Parallel()
	args := typical()
	args.Spoke.AccountID = args.Hub.AccountID
	recording := record(t, args)
	if n := len(recording.OfType(authorizationType)); n != 0 {
		t.Errorf("%d authorizations within one account, want none", n)
	}
	if n := len(recording.OfType(associationType)); n != 2 {
		t.Errorf("%d zone associations, want 2", n)
	}
}

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		spoil func(*peering.Args)
		want  []string
	}{
		{"nothing", func(a *peering.Args) { a.Spoke = peering.Side{Provider: a.Spoke.Provider} }, []string{
			"spoke: account id is empty", "spoke: region is empty", "spoke: VPC id is empty",
			"spoke: CIDR is missing, want the VPC's block", "spoke: there are no zones, want the VPC's",
		}},
		{"an empty zone", func(a *peering.Args) { a.Spoke.PrivateZoneID = pulumi.String("") }, []string{"spoke: private zone id is empty"}},
		{"overlap", func(a *peering.Args) { a.Spoke.CIDR = netip.MustParsePrefix("10.48.128.0/17") }, []string{
			"the blocks of hub 10.48.0.0/16 and spoke 10.48.128.0/17 overlap, want two that do not",
		}},
		{"itself", func(a *peering.Args) { a.Spoke.VPCID = a.Hub.VPCID }, []string{"hub and spoke are both VPC vpc-ops, want two"}},
		{"tables", func(a *peering.Args) {
			delete(a.Hub.RouteTableIDs["app"], "use1-az1")
			delete(a.Spoke.RouteTableIDs, "intra")
			delete(a.Spoke.RouteTableIDs, "public")
		}, []string{
			"hub: the VPC has no route table of tier app in zone use1-az1, want one for each zone",
			"spoke: the VPC has no route table of tier intra in zone usw2-az1, want one for each zone",
			"spoke: the VPC has no route table of tier intra in zone usw2-az2, want one for each zone",
			"spoke: the VPC has no route table of tier intra in zone usw2-az3, want one for each zone",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			args := typical()
			tc.spoil(&args)
			wantError(t, program(t, args), tc.want)
		})
	}
	wantError(t, func(ctx *pulumi.Context) error {
		_, err := peering.New(ctx, name, typical())
		return err
	}, []string{
		"hub: provider is missing, want that of the VPC's account and region",
		"spoke: provider is missing, want that of the VPC's account and region",
	})
}

// wantError checks the problems that peering.New reports, all of them, and that it
// reports them before it registers the component.
func wantError(t *testing.T, program pulumi.RunFunc, want []string) {
	t.Helper()
	var failure error
	recording, err := pulumitest.Record(pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		failure = program(ctx)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	text := `peering "` + name + `": ` + strings.Join(want, "\n")
	if failure == nil || failure.Error() != text {
		t.Errorf("New: %v\nwant %s", failure, text)
	}
	for _, res := range recording.Resources {
		if !strings.HasPrefix(res.Type, "pulumi:providers:") {
			t.Errorf("%s is registered all the same", res.URN)
		}
	}
}
