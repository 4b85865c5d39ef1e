package clientcell_test

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
	"cellworks/pkg/peering"
	"cellworks/pkg/provider"
	"cellworks/pkg/pulumitest"
)

// ownVPC is a cell with everything that runs in one, in a VPC of its own that a hub in
// another account reaches, and exposed inside and outside.
func ownVPC() clientcell.Args {
	args := whole()
	args.Config.Account.Slot, args.Config.Network.Mode, args.Config.Network.VPCSlot = 1, config.OwnVPC, 2
	args.Config.Network.NAT, args.Config.Network.InterfaceEndpoints = config.NATSingle, []string{"kms", "logs"}
	args.Config.Services.Items = append(args.Config.Services.Items, service("acme", "site", config.ExposePublic))
	args.Config.Services.Items[len(args.Config.Services.Items)-1].Host = "acme-site"
	args.Domain = "example.com"
	args.Base.PrivateZoneID = "Z3"
	args.Base.LogBuckets[contract.LogsNetwork], args.Base.LogBuckets[contract.LogsLoadBalancer] = "base-logs-network", "base-logs-loadbalancer"
	args.ECS.CertificateARN = "arn:aws:acm:us-east-1:111122223333:certificate/cells"
	args.ECS.WebACLARNs = map[config.LoadBalancerScheme]string{
		config.Internal: "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/cells-internal/1", config.Public: "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/cells-public/1",
	}
	settings := config.UtilityLoadBalancer{IdleTimeoutSeconds: 60, AllowedCIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	tables := map[string]map[string]string{"app": {"use1-az4": "rtb-hub-app"}, "data": {"use1-az4": "rtb-hub-data"}, "intra": {"use1-az4": "rtb-hub-intra"}}
	args.OwnVPC = &clientcell.OwnVPC{
		Network:   config.BaseNetwork{EgressPorts: []int{443}, FlowLogs: config.BaseFlowLogs{Enabled: true, AggregationSeconds: 60}, QueryLogs: true},
		Balancers: map[config.LoadBalancerScheme]config.UtilityLoadBalancer{config.Internal: settings, config.Public: settings},
		Peers: map[string]peering.Side{"ops-us-east-1": {
			AccountID: "333333333333", Region: "us-east-1", VPCID: pulumi.String("vpc-hub"), CIDR: netip.MustParsePrefix("10.48.0.0/16"),
			Zones: []string{"use1-az4"}, RouteTableIDs: tables, PrivateZoneID: pulumi.String("Z-hub"),
		}},
	}
	return args
}

// recordVPC is record with the providers of both sides of the connection.
func recordVPC(t *testing.T, args clientcell.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: args.Config.Client}, func(ctx *pulumi.Context) error {
		made := map[string]pulumi.ProviderResource{}
		for name, id := range map[string]string{"aws": pulumitest.AccountID, "aws-ops-us-east-1": "333333333333"} {
			aws, err := provider.AWS(ctx, name, provider.Args{
				Account: config.Account{Name: name, ID: id}, Role: "deploy/pulumi-cell", Region: "us-east-1",
				Tags: naming.TagSet{Project: naming.ProjectCell, Stack: "acme", Account: name, Client: "acme"},
			})
			if err != nil {
				return err
			}
			made[name] = aws
		}
		side := args.OwnVPC.Peers["ops-us-east-1"]
		side.Provider = made["aws-ops-us-east-1"]
		args.OwnVPC.Peers["ops-us-east-1"], args.OwnVPC.Provider = side, made["aws"]
		return build(t, ctx, args, pulumi.Providers(made["aws"]))
	})
}

// inAccountsVPC finds what cell has of the account's VPC.
func inAccountsVPC() *regexp.Regexp {
	return regexp.MustCompile(`\b(subnet-[1-4]|sg-internal|sg-public|ns-1|vpc-1)\b`)
}

func TestNewBuildsACellWithItsOwnVPC(t *testing.T) {
	t.Parallel()
	recording := recordVPC(t, ownVPC())
	recording.Golden(t, "ownvpc")
	for _, res := range recording.Resources {
		if foreign := inAccountsVPC().FindString(fmt.Sprint(res.Inputs)); foreign != "" {
			t.Errorf("%s names %s, which is in the account's VPC", res.URN, foreign)
		}
	}
	// The shared cell shows that the pattern finds something.
	if shared := record(t, whole()); !slices.ContainsFunc(shared.Resources, func(res pulumitest.Resource) bool { return inAccountsVPC().MatchString(fmt.Sprint(res.Inputs)) }) {
		t.Error("a cell in the account's VPC names nothing in it")
	}
	for token, want := range map[string]int{
		"aws:ec2/vpc:Vpc": 1, "aws:ec2/natGateway:NatGateway": 1, "aws:lb/loadBalancer:LoadBalancer": 2, "aws:wafv2/webAclAssociation:WebAclAssociation": 2,
		"aws:ec2/vpcPeeringConnection:VpcPeeringConnection": 1, "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": 1, "aws:ec2/flowLog:FlowLog": 1,
	} {
		if got := len(recording.OfType(token)); got != want {
			t.Errorf("%d of %s, want %d", got, token, want)
		}
	}
	// There is a way to Vault from the tasks and back.
	var to []string
	for _, route := range recording.OfType("aws:ec2/route:Route") {
		if table := route.Inputs["routeTableId"].StringValue(); strings.HasPrefix(table, "acme-app") || strings.HasPrefix(table, "rtb-hub-app") {
			to = append(to, table+" "+route.Inputs["destinationCidrBlock"].StringValue())
		}
	}
	slices.Sort(to)
	want := []string{"acme-app-use1-az1-id 0.0.0.0/0", "acme-app-use1-az1-id 10.48.0.0/16", "acme-app-use1-az2-id 0.0.0.0/0", "acme-app-use1-az2-id 10.48.0.0/16", "rtb-hub-app 10.18.0.0/16"}
	if !slices.Equal(to, want) {
		t.Errorf("routes %q, want %q", to, want)
	}
}

func TestAnOwnVPCNeedsTheAccounts(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*clientcell.Args){
		`own vpc: vpc slot 9 is out of range, want 0 to 3`:                                                                          func(a *clientcell.Args) { a.Config.Network.VPCSlot = 9 },
		`own vpc: nothing says what it takes over from the account's`:                                                               func(a *clientcell.Args) { a.OwnVPC = nil },
		`own vpc: base stack of nonprod in us-east-1 publishes no bucket for the logs of networks, or no private zone`:              func(a *clientcell.Args) { a.Base.PrivateZoneID = "" },
		`own vpc: it is connected with no VPC that servers of Vault in 10.64.0.0/20 are in`:                                         func(a *clientcell.Args) { a.Vault.ServerCIDRs = []string{"10.64.0.0/20"} },
		`own public load balancer: nonprod in us-east-1 has no certificate, web ACL or bucket for one: bring stack utility/nonprod`: func(a *clientcell.Args) { delete(a.ECS.WebACLARNs, config.Public) },
	} {
		args := ownVPC()
		change(&args)
		if _, err := clientcell.New(nil, "acme", args); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want it to contain %s", err, want)
		}
	}
}
