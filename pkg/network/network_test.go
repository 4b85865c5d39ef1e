package network_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/network"
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

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*network.Args){
		`network "n": zones: got 0, want 1 to 4`:                            func(a *network.Args) { a.Zones = nil },
		`network "n": zones: got 5, want 1 to 4`:                            func(a *network.Args) { a.Zones = []string{"a", "b", "c", "d", "e"} },
		`network "n": zones: "a" is listed twice`:                           func(a *network.Args) { a.Zones = []string{"a", "a"} },
		`network "n": egress ports: 0 is out of range, want 1 to 65535`:     func(a *network.Args) { a.EgressPorts = []int{0} },
		`network "n": egress ports: got 9, want at most 8`:                  func(a *network.Args) { a.EgressPorts = []int{1, 2, 3, 4, 5, 6, 7, 8, 9} },
		`network "n": nat: "both" is unknown, want perZone, single or none`: func(a *network.Args) { a.NAT = "both" },
	} {
		a := args(t)
		change(&a)
		if _, err := network.New(nil, "n", a); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}
