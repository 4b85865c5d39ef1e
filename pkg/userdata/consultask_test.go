package userdata_test

import (
	"testing"

	"cellworks/pkg/userdata"
)

func TestTasksAreToldHowToReachConsul(t *testing.T) {
	t.Parallel()
	task := userdata.ConsulTask{
		Host: "consul.us-east-1.ops.int.example.com", Ports: userdata.DefaultConsulPorts(), ServerName: "server.us-east-1.consul", CAFile: "/consul/ca.pem",
		Region: "us-east-1", Service: "acme-api", Port: 8080, Containers: []string{"api"},
	}
	const want = `{"bootstrapDir":"/consul","consulLogin":{"enabled":true,"method":"iam-ecs-service-token","region":"us-east-1"},` +
		`"consulServers":{"hosts":"consul.us-east-1.ops.int.example.com","skipServerWatch":true,` +
		`"defaults":{"caCertFile":"/consul/ca.pem","tls":true,"tlsServerName":"server.us-east-1.consul"},"http":{"https":true,"port":8501},"grpc":{"port":8503}},` +
		`"healthSyncContainers":["api"],"service":{"name":"acme-api","port":8080}}`
	if got, err := task.JSON(); err != nil || got != want {
		t.Errorf("JSON = %s, %v, want %s", got, err, want)
	}
	task.Service, task.Port, task.CAFile, task.Containers = "Acme", 0, "ca.pem", []string{"a b"}
	const wrong = `consul task: service "Acme" is not valid, want it to match ^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$
path "ca.pem" is not valid, want it to match ^(/[A-Za-z0-9_.@-]*[A-Za-z0-9_@-])+$
service port 0 is out of range, want 1 to 65535
container "a b" is not valid, want it to match ^[A-Za-z0-9_-]{1,255}$`
	if _, err := task.JSON(); err == nil || err.Error() != wrong {
		t.Errorf("error = %v, want %s", err, wrong)
	}
}
