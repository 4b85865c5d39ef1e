package network_test

import (
	"testing"

	"cellworks/pkg/clientcell/network"
)

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = "cell network \"acme\": client and vpc id must be set\nservice api is exposed, but the load balancer's security group is not set"
	args := network.Args{Services: map[string]network.Service{"api": {Port: 8080, Exposed: true}, "worker": {Port: 9090}}}
	if _, err := network.New(nil, "acme", args); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
