package network_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/network"
	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/networkacl"
	"cellworks/pkg/pulumitest"
)

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = "cell network \"acme\": client and vpc id must be set\napp and data subnets must be set\nservice api is exposed, but the security group of the public load balancer is not set"
	args := network.Args{
		LoadBalancerSecurityGroupIDs: map[config.LoadBalancerScheme]pulumi.StringInput{config.Internal: pulumi.String("sg-internal")},
		Services: map[string]network.Service{
			"api": {Port: 8080, Scheme: config.Public}, "portal": {Port: 8080, Scheme: config.Internal}, "worker": {Port: 9090},
		},
	}
	if _, err := network.New(nil, "acme", args); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

// shared are the args of a cell in shared subnets with two services and three peers.
func shared() network.Args {
	peer := func(name, block string, port int) config.PeerAccess {
		return config.PeerAccess{Name: name, CIDR: netip.MustParsePrefix(block), Port: port}
	}
	return network.Args{
		Client: "acme", VPCID: pulumi.String("vpc-1"), AppSubnetIDs: pulumi.ToStringArray([]string{"subnet-1"}), DataSubnetIDs: pulumi.ToStringArray([]string{"subnet-2"}),
		Config: config.CellNetwork{AllowFromPeers: []config.PeerAccess{
			peer("operations", "10.48.0.0/17", 8080), peer("partner", "10.52.0.0/20", 8080), peer("metrics", "10.48.0.0/17", 9090),
		}},
		Services: map[string]network.Service{"api": {Port: 8080}, "worker": {Port: 9090}, "portal": {Port: 443}},
	}
}

func record(t *testing.T, args network.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		_, err := network.New(ctx, "acme", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestPeersReachTheServicesThatListenOnTheirPort(t *testing.T) {
	t.Parallel()
	recording := record(t, shared())
	recording.Golden(t, "peers")
	var got []string
	for _, rule := range recording.OfType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") {
		if block, ok := rule.Inputs["cidrIpv4"]; ok {
			got = append(got, fmt.Sprintf("%s %s:%v-%v", rule.Inputs["securityGroupId"].StringValue(), block.StringValue(), rule.Inputs["fromPort"].NumberValue(), rule.Inputs["toPort"].NumberValue()))
		}
	}
	want := []string{"acme-api-id 10.48.0.0/17:8080-8080", "acme-api-id 10.52.0.0/20:8080-8080", "acme-worker-id 10.48.0.0/17:9090-9090"}
	if !slices.Equal(got, want) {
		t.Errorf("peers may connect: %q, want %q", got, want)
	}
}

// own are the args of a cell with subnets of its own in two zones.
func own(t *testing.T) network.Args {
	t.Helper()
	vpc, err := ipam.NewVPC(1, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	args := shared()
	args.AppSubnetIDs, args.DataSubnetIDs, args.Own = nil, nil, map[ipam.Tier]network.Tier{}
	cell := networkacl.Cell{VPC: vpc, Slot: 7, EgressPorts: []int{443}, Servers: []netip.Prefix{netip.MustParsePrefix("10.48.0.0/20")}}
	for _, tier := range []ipam.Tier{ipam.App, ipam.Data} {
		rules, err := cell.Rules(tier)
		if err != nil {
			t.Fatal(err)
		}
		made := network.Tier{Rules: rules}
		for i, zone := range []string{"use1-az1", "use1-az2"} {
			block, err := vpc.CellSubnet(tier, 7, i)
			if err != nil {
				t.Fatal(err)
			}
			made.Subnets = append(made.Subnets, network.Subnet{Zone: zone, CIDR: block, RouteTableID: "rtb-" + string(tier) + "-" + zone})
		}
		args.Own[tier] = made
	}
	return args
}

func TestACellMayHaveSubnetsOfItsOwn(t *testing.T) {
	t.Parallel()
	recording := record(t, own(t))
	recording.Golden(t, "ownsubnets")
	if got, want := recording.Strings("aws:ec2/subnet:Subnet", "cidrBlock"), []string{"10.16.71.0/26", "10.16.71.64/26", "10.16.163.128/27", "10.16.163.160/27"}; !slices.Equal(got, want) {
		t.Errorf("subnets = %v, want %v", got, want)
	}
	if got, want := recording.Strings("aws:ec2/routeTableAssociation:RouteTableAssociation", "routeTableId"), []string{"rtb-app-use1-az1", "rtb-app-use1-az2", "rtb-data-use1-az1", "rtb-data-use1-az2"}; !slices.Equal(got, want) {
		t.Errorf("route tables = %v, want %v", got, want)
	}
	acls := recording.OfType("aws:ec2/networkAcl:NetworkAcl")
	if len(acls) != 2 {
		t.Fatalf("%d network ACLs, want 2", len(acls))
	}
	for i, want := range []string{"acme-app-use1-az1-id acme-app-use1-az2-id", "acme-data-use1-az1-id acme-data-use1-az2-id"} {
		got := ""
		for _, id := range acls[i].Inputs["subnetIds"].ArrayValue() {
			got += " " + id.StringValue()
		}
		if strings.TrimSpace(got) != want {
			t.Errorf("%s filters%s, want %s", acls[i].Name, got, want)
		}
	}
}

func TestNewHandsOutTheSubnetsOfItsOwn(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	got := map[string][]string{}
	pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		n, err := network.New(ctx, "acme", own(t), pulumitest.AWS(t, ctx))
		if err != nil {
			return err
		}
		for tier, ids := range map[string]pulumi.StringArrayOutput{"app": n.AppSubnetIDs, "data": n.DataSubnetIDs} {
			ids.ApplyT(func(ids []string) []string {
				mu.Lock()
				defer mu.Unlock()
				got[tier] = ids
				return ids
			})
		}
		return nil
	})
	for _, tier := range []string{"app", "data"} {
		if want := []string{"acme-" + tier + "-use1-az1-id", "acme-" + tier + "-use1-az2-id"}; !slices.Equal(got[tier], want) {
			t.Errorf("%s subnets are %v, want %v", tier, got[tier], want)
		}
	}
}

func TestNewRejectsHalfATier(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*network.Args){
		"cell network \"acme\": the cell shares subnets or has its own, not both": func(a *network.Args) { a.AppSubnetIDs = pulumi.ToStringArray([]string{"subnet-1"}) },
		"cell network \"acme\": own data subnets and the rules of their network ACL must be set": func(a *network.Args) {
			delete(a.Own, ipam.Data)
		},
		"cell network \"acme\": own app subnet \"use1-az1\": zone, block and route table must be set": func(a *network.Args) {
			a.Own[ipam.App].Subnets[0].RouteTableID = ""
		},
	} {
		args := own(t)
		change(&args)
		if _, err := network.New(nil, "acme", args); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}
