package vpc_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/vpc"
	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
	"cellworks/pkg/peering"
	"cellworks/pkg/provider"
	"cellworks/pkg/pulumitest"
)

// typical is a VPC that two others reach: a hub and the account's.
func typical(t *testing.T) vpc.Args {
	t.Helper()
	own, err := ipam.NewVPC(2, 0, 2)
	if err != nil {
		t.Fatal(err)
	}
	side := func(name, block string) peering.Side {
		tables := map[string]map[string]string{}
		for _, tier := range []string{"app", "data", "intra"} {
			tables[tier] = map[string]string{"use1-az1": "rtb-" + name + "-" + tier}
		}
		return peering.Side{AccountID: pulumitest.AccountID, Region: "us-east-1", VPCID: pulumi.String("vpc-" + name), CIDR: netip.MustParsePrefix(block), Zones: []string{"use1-az1"}, RouteTableIDs: tables}
	}
	return vpc.Args{
		Client: "acme", AccountID: pulumitest.AccountID, Region: "us-east-1", VPC: own, Zones: []string{"use1-az1", "use1-az2"},
		Config: config.CellNetwork{NAT: config.NATPerZone}, EgressPorts: []int{443},
		FlowLogs: config.BaseFlowLogs{Enabled: true, AggregationSeconds: 60}, LogBucket: "logs", PrivateZoneID: "Z1", Namespace: "acme.svc.example.com",
		Peers: map[string]peering.Side{"ops-us-east-1": side("ops", "10.48.0.0/16"), "prod-us-east-1": side("prod", "10.32.0.0/16")},
	}
}

func record(t *testing.T, args vpc.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		aws, err := provider.AWS(ctx, "aws", provider.Args{
			Account: config.Account{Name: "prod", ID: pulumitest.AccountID}, Role: "deploy/pulumi-cell", Region: "us-east-1", Tags: naming.TagSet{Project: naming.ProjectCell, Stack: "acme", Client: "acme"},
		})
		if err != nil {
			return err
		}
		args.Provider = aws
		for name, side := range args.Peers {
			side.Provider = aws
			args.Peers[name] = side
		}
		_, err = vpc.New(ctx, "acme", args, pulumi.Providers(aws))
		return err
	})
}

func TestNewConnectsTheVPC(t *testing.T) {
	t.Parallel()
	args := typical(t)
	recording := record(t, args)
	var routes []string
	for _, route := range recording.OfType("aws:ec2/route:Route") {
		if link, ok := route.Inputs["vpcPeeringConnectionId"]; ok && link.HasValue() {
			routes = append(routes, route.Name+" "+route.Inputs["destinationCidrBlock"].StringValue())
		}
	}
	slices.Sort(routes)
	var want []string
	for peer, block := range map[string]string{"ops-us-east-1": "10.48.0.0/16", "prod-us-east-1": "10.32.0.0/16"} {
		for _, table := range []string{"app-use1-az1", "data-use1-az1", "intra-use1-az1"} {
			want = append(want, "acme-"+peer+"-hub-"+table+" 10.34.0.0/16")
		}
		for _, table := range []string{"app-use1-az1", "app-use1-az2", "data-use1-az1", "data-use1-az2", "intra"} {
			want = append(want, "acme-"+peer+"-spoke-"+table+" "+block)
		}
	}
	slices.Sort(want)
	if !slices.Equal(routes, want) {
		t.Errorf("routes %q, want %q", routes, want)
	}
	if n := len(recording.OfType("aws:ec2/natGateway:NatGateway")); n != 2 {
		t.Errorf("%d NAT gateways, want one in each zone", n)
	}
	// Of the peers only the account's own zone is resolved: they have none in the args.
	zones := recording.Strings("aws:route53/zoneAssociation:ZoneAssociation", "zoneId")
	if !slices.Equal(zones, []string{"Z1"}) {
		t.Errorf("zones %q, want the account's", zones)
	}
	if n := len(recording.OfType("aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig")); n != 0 {
		t.Errorf("%d query logs, want none", n)
	}
}

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const missing = `cell vpc "acme": client, account, region, log bucket, private zone and namespace must be set
provider is missing, want that of the cell
the VPC has no addresses`
	if _, err := vpc.New(nil, "acme", vpc.Args{}); err == nil || err.Error() != missing {
		t.Errorf("error = %v, want %s", err, missing)
	}
	args := typical(t)
	third := args.Peers["ops-us-east-1"]
	third.CIDR = netip.MustParsePrefix("10.64.0.0/16")
	args.Peers["lab-us-east-1"] = third
	const crowded = `cell vpc "acme": provider is missing, want that of the cell
hubs: got 3, want at most 2`
	if _, err := vpc.New(nil, "acme", args); err == nil || err.Error() != crowded {
		t.Errorf("error = %v, want %s", err, crowded)
	}
}
