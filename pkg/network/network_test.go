package network_test

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/network"
	"cellworks/pkg/networkacl"
	"cellworks/pkg/pulumitest"
)

func args(t *testing.T) network.Args {
	t.Helper()
	vpc, err := ipam.NewVPC(1, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return network.Args{VPC: vpc, Zones: []string{"use1-az1", "use1-az2", "use1-az4"}, NAT: config.NATPerZone, EgressPorts: []int{443}, DeletionProtection: true}
}

// hub returns the block of a VPC that reaches that of args.
func hub(t *testing.T) netip.Prefix {
	t.Helper()
	vpc, err := ipam.NewVPC(3, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return vpc.CIDR()
}

func record(t *testing.T, args network.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := network.New(ctx, "network", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsTheWholeNetwork(t *testing.T) {
	t.Parallel()
	record(t, args(t)).Golden(t, "network")
}

func TestNewKeysSubnetsByTierAndZone(t *testing.T) {
	t.Parallel()
	got := record(t, args(t)).Strings("aws:ec2/subnet:Subnet", "cidrBlock")
	want := []string{
		"10.16.0.0/20", "10.16.16.0/20", "10.16.32.0/20",
		"10.16.128.0/21", "10.16.136.0/21", "10.16.144.0/21",
		"10.16.224.0/21", "10.16.232.0/21", "10.16.240.0/21",
		"10.16.192.0/21", "10.16.200.0/21", "10.16.208.0/21",
	}
	if !slices.Equal(got, want) {
		t.Errorf("subnets = %v, want %v", got, want)
	}
}

func TestNATModeDecidesGatewaysAndRoutes(t *testing.T) {
	t.Parallel()
	for mode, want := range map[config.NATMode]struct{ gateways, routes int }{
		config.NATPerZone: {3, 4},
		config.NATSingle:  {1, 4},
		config.NATNone:    {0, 1},
	} {
		a := args(t)
		a.NAT = mode
		recording := record(t, a)
		if got := len(recording.OfType("aws:ec2/natGateway:NatGateway")); got != want.gateways {
			t.Errorf("%s: %d NAT gateways, want %d", mode, got, want.gateways)
		}
		if got := len(recording.OfType("aws:ec2/route:Route")); got != want.routes {
			t.Errorf("%s: %d routes, want %d", mode, got, want.routes)
		}
	}
}

func TestOnlyPublicAndAppTiersHaveADefaultRoute(t *testing.T) {
	t.Parallel()
	for _, route := range record(t, args(t)).OfType("aws:ec2/route:Route") {
		if !strings.HasPrefix(route.Name, "network-public") && !strings.HasPrefix(route.Name, "network-app") {
			t.Errorf("route %s leads out of a tier that must have no default route", route.Name)
		}
	}
}

func TestNewPublishesSubnetsAndRouteTablesByTierAndZone(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	tables := map[string]string{}
	pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		n, err := network.New(ctx, "network", args(t), pulumitest.AWS(t, ctx))
		if err != nil {
			return err
		}
		if got, want := n.SubnetCIDRs[ipam.Data]["use1-az4"], "10.16.144.0/21"; got != want {
			t.Errorf("subnet of data in use1-az4 = %s, want %s", got, want)
		}
		if got, want := slices.Sorted(maps.Keys(n.Tables(ipam.App, ipam.Data, ipam.Intra))), []string{
			"app-use1-az1", "app-use1-az2", "app-use1-az4", "data-use1-az1", "data-use1-az2", "data-use1-az4", "intra",
		}; !slices.Equal(got, want) {
			t.Errorf("tables = %v, want %v", got, want)
		}
		for tier, zones := range n.RouteTableIDs {
			for zone, id := range zones {
				id.ApplyT(func(id string) string {
					mu.Lock()
					defer mu.Unlock()
					tables[string(tier)+" "+zone] = id
					return id
				})
			}
		}
		return nil
	})
	want := map[string]string{}
	for _, zone := range args(t).Zones {
		want["app "+zone], want["data "+zone] = "network-app-"+zone+"-id", "network-data-"+zone+"-id"
		want["public "+zone], want["intra "+zone] = "network-public-id", "network-intra-id"
	}
	if !maps.Equal(tables, want) {
		t.Errorf("route tables = %v, want %v", tables, want)
	}
}

func TestNewSetsTheSearchDomainOnlyWhenThereIsOne(t *testing.T) {
	t.Parallel()
	const options, association = "aws:ec2/vpcDhcpOptions:VpcDhcpOptions", "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"
	if got := len(record(t, args(t)).OfType(options)); got != 0 {
		t.Errorf("%d DHCP options without a search domain, want none", got)
	}
	a := args(t)
	a.SearchDomain = "us-east-1.nonprod.int.example.com"
	recording := record(t, a)
	if got := recording.Strings(options, "domainName"); !slices.Equal(got, []string{a.SearchDomain}) {
		t.Errorf("domain names = %v, want %s", got, a.SearchDomain)
	}
	if got := recording.Strings(association, "dhcpOptionsId"); !slices.Equal(got, []string{"network-id"}) {
		t.Errorf("associations = %v, want network-id", got)
	}
}

func TestNewOpensTheACLsToPeers(t *testing.T) {
	t.Parallel()
	a := args(t)
	a.Peers = networkacl.Peers{Hubs: []netip.Prefix{hub(t)}}
	for _, acl := range record(t, a).OfType("aws:ec2/networkAcl:NetworkAcl") {
		got := slices.Contains(acl.Words(), "48") // the hub's second byte
		want := acl.Name == "network-app" || acl.Name == "network-data"
		if got != want {
			t.Errorf("%s names the hub = %v, want %v", acl.Name, got, want)
		}
	}
}

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*network.Args){
		`network "n": zones: got 0, want 1 to 4`:                                                        func(a *network.Args) { a.Zones = nil },
		`network "n": zones: got 5, want 1 to 4`:                                                        func(a *network.Args) { a.Zones = []string{"a", "b", "c", "d", "e"} },
		`network "n": zones: "a" is listed twice`:                                                       func(a *network.Args) { a.Zones = []string{"a", "a"} },
		`network "n": egress ports: 0 is out of range, want 1 to 65535`:                                 func(a *network.Args) { a.EgressPorts = []int{0} },
		`network "n": egress ports: got 9, want at most 8`:                                              func(a *network.Args) { a.EgressPorts = []int{1, 2, 3, 4, 5, 6, 7, 8, 9} },
		`network "n": nat: "both" is unknown, want perZone, single or none`:                             func(a *network.Args) { a.NAT = "both" },
		`network "n": search domain: "a b" is not a domain name, want lower-case labels joined by dots`: func(a *network.Args) { a.SearchDomain = "a b" },
		"network \"n\": hubs: got 3, want at most 2\nhubs: 10.16.0.0/16 is the block of the VPC itself, want those of other VPCs\nhubs: 10.48.0.0/16 is listed twice": func(a *network.Args) {
			a.Peers.Hubs = []netip.Prefix{a.VPC.CIDR(), hub(t), hub(t)}
		},
	} {
		a := args(t)
		change(&a)
		if _, err := network.New(nil, "n", a); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}
