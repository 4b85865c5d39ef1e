package network_test

import (
	"testing"

	"cellworks/pkg/clientcell/network"
	"cellworks/pkg/config"
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
