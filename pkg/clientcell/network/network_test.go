package network_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/network"
	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
)

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = "cell network \"acme\": client and vpc id must be set\napp and data subnets must be set\nservice api is exposed, but the security group of the public load balancer is not set"
	args := network.Args{
		LoadBalancerSecurityGroupIDs: map[config.LoadBalancerScheme]string{config.Internal: "sg-internal"},
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
		Client: "acme", VPCID: "vpc-1", AppSubnetIDs: []string{"subnet-1"}, DataSubnetIDs: []string{"subnet-2"},
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
