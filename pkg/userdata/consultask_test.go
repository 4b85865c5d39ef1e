package userdata_test

import (
	"testing"

	"cellworks/pkg/userdata"
)

// The documents were held against config/schema.json of consul-ecs, which is of draft 7:
// at the top, in consulServers, consulLogin, controller, service and transparentProxy it
// lets nothing else in; bootstrapDir, consulServers.hosts and service.port must be there.
func TestTasksAreToldHowToReachConsul(t *testing.T) {
	t.Parallel()
	at := userdata.ConsulAt{Host: "consul.us-east-1.ops.int.example.com", Ports: userdata.DefaultConsulPorts(), ServerName: "server.us-east-1.consul"}
	const servers = `"consulServers":{"hosts":"consul.us-east-1.ops.int.example.com","skipServerWatch":true,` +
		`"defaults":{"tls":true,"tlsServerName":"server.us-east-1.consul"},"http":{"https":true,"port":8501},"grpc":{"port":8503}}`
	for _, tc := range []struct {
		document interface{ JSON() (string, error) }
		want     string
	}{
		{userdata.ConsulTask{ConsulAt: at, Region: "us-east-1", Service: "acme-api", Port: 8080, Containers: []string{"app"}},
			`{"bootstrapDir":"/consul","consulLogin":{"enabled":true,"method":"iam-ecs-service-token","region":"us-east-1"},` + servers +
				`,"healthSyncContainers":["app"],"service":{"name":"acme-api","port":8080},` +
				`"proxy":{"publicListenerPort":20000,"healthCheckPort":22000},"transparentProxy":{"enabled":false}}`},
		{userdata.ConsulController{ConsulAt: at, RolePath: "/cell/"},
			`{"bootstrapDir":"/consul",` + servers + `,"controller":{"iamRolePath":"/cell/"}}`},
	} {
		if got, err := tc.document.JSON(); err != nil || got != tc.want {
			t.Errorf("JSON = %s, %v, want %s", got, err, tc.want)
		}
	}
	at.Host, at.Ports.GRPCTLS = "", 0
	for _, tc := range []struct {
		document interface{ JSON() (string, error) }
		want     string
	}{
		{userdata.ConsulTask{ConsulAt: at, Region: "us-east-1", Service: "Acme", Containers: []string{"a b"}},
			`consul task: host "" is not valid, want it to match ^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$
grpc port 0 is out of range, want 1 to 65535
service "Acme" is not valid, want it to match ^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$
service port 0 is out of range, want 1 to 65535
container "a b" is not valid, want it to match ^[A-Za-z0-9_-]{1,255}$`},
		{userdata.ConsulController{ConsulAt: at, RolePath: "cell"},
			`consul controller: host "" is not valid, want it to match ^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$
grpc port 0 is out of range, want 1 to 65535
role path "cell" is not valid, want it to match ^/([a-z0-9-]+/)+$`},
	} {
		if _, err := tc.document.JSON(); err == nil || err.Error() != tc.want {
			t.Errorf("error = %v, want %s", err, tc.want)
		}
	}
}
