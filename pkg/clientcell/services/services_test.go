package services_test

import (
	"testing"

	"cellworks/pkg/clientcell/services"
	"cellworks/pkg/config"
)

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = `services "acme": client, account id and region must be set
cluster is not set
key, execution role and security group must be set
service api has no task role
service api has no security group
service api is exposed, but there is no public load balancer`
	args := services.Args{Config: config.CellServices{Items: []config.Service{{Name: "api", Expose: config.ExposePublic}}}}
	if _, err := services.New(nil, "acme", args); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
