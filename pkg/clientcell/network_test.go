package clientcell_test

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"cellworks/pkg/clientcell"
	"cellworks/pkg/config"
	"cellworks/pkg/networkacl"
)

// apart is a cell of slot with everything that runs in one, in subnets of its own.
func apart(slot int) clientcell.Args {
	args := whole()
	args.Config.Slot, args.Config.Network.Mode = slot, config.OwnSubnets
	args.Base.VPCCIDR = "10.16.0.0/16"
	args.Base.RouteTableIDs = map[string]map[string]string{"app": {zone: "rtb-1", zone2: "rtb-2"}, "data": {zone: "rtb-3", zone2: "rtb-4"}}
	args.VPCRules = clientcell.VPCRules{EgressPorts: []int{443}, Peers: networkacl.Peers{Hubs: []netip.Prefix{netip.MustParsePrefix("10.48.0.0/16")}}}
	return args
}

func TestNewBuildsACellWithSubnetsOfItsOwn(t *testing.T) {
	t.Parallel()
	recording := record(t, apart(3))
	recording.Golden(t, "ownsubnets")
	for _, res := range recording.Resources {
		if shared := regexp.MustCompile(`\bsubnet-[1-4]\b`).FindString(fmt.Sprint(res.Inputs)); shared != "" {
			t.Errorf("%s is in the shared subnet %s", res.URN, shared)
		}
	}
}

func TestSubnetsOfTheirOwnNeedTheAccounts(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*clientcell.Args){
		`base stack of nonprod in us-east-1 publishes "192.168.0.0/16" as the block of its VPC, which is none of the address plan`: func(a *clientcell.Args) { a.Base.VPCCIDR = "192.168.0.0/16" },
		`base stack of nonprod in us-east-1 has no data route table in zone use1-az2`:                                              func(a *clientcell.Args) { delete(a.Base.RouteTableIDs["data"], zone2) },
		`own subnets: servers of Vault: 203.0.113.0/24 is not in 10.0.0.0/8`:                                                       func(a *clientcell.Args) { a.Vault.ServerCIDRs = []string{"203.0.113.0/24"} },
		`own subnets: hubs: got 3, want at most 2`: func(a *clientcell.Args) {
			for _, block := range []string{"10.52.0.0/16", "10.64.0.0/16"} {
				a.VPCRules.Peers.Hubs = append(a.VPCRules.Peers.Hubs, netip.MustParsePrefix(block))
			}
		},
	} {
		args := apart(3)
		change(&args)
		if _, err := clientcell.New(nil, "acme", args); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want it to contain %s", err, want)
		}
	}
}
