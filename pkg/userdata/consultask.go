package userdata

import (
	"encoding/json"
	"errors"
	"fmt"
)

// ConsulTask is what a task of ECS is told so that it registers with Consul and
// reaches other services by its proxy: the value of the variable
// CONSUL_ECS_CONFIG_JSON of the containers of consul-ecs. Tasks have no agent beside
// them. It holds no secret: a task logs in with its role.
type ConsulTask struct {
	// Host is the name of Consul's load balancer, Ports those of the servers.
	Host  string
	Ports ConsulPorts
	// ServerName is what the servers' certificates hold, CAFile the file in the containers
	// with the authority that signed them.
	ServerName, CAFile string
	// Region is where the task logs in.
	Region string
	// Service is the name that it registers as: lower-case, as the mesh wants it. It is
	// also the value of the role's tag consul.hashicorp.com.service-name.
	Service string
	// Port is what the service listens on.
	Port int
	// Containers are those whose health decides about the service's.
	Containers []string
}

// consulECS is the document, in the words of consul-ecs
// (github.com/hashicorp/consul-ecs, config/schema.json).
type consulECS struct {
	BootstrapDir         string        `json:"bootstrapDir"`
	ConsulLogin          consulLogin   `json:"consulLogin"`
	ConsulServers        consulServers `json:"consulServers"`
	HealthSyncContainers []string      `json:"healthSyncContainers,omitempty"`
	Service              consulService `json:"service"`
}

type consulLogin struct {
	Enabled bool   `json:"enabled"`
	Method  string `json:"method"`
	Region  string `json:"region"`
}

type consulServers struct {
	Hosts           string         `json:"hosts"`
	SkipServerWatch bool           `json:"skipServerWatch"`
	Defaults        consulDefaults `json:"defaults"`
	HTTP            consulHTTP     `json:"http"`
	GRPC            consulGRPC     `json:"grpc"`
}

type consulDefaults struct {
	CACertFile    string `json:"caCertFile"`
	TLS           bool   `json:"tls"`
	TLSServerName string `json:"tlsServerName"`
}

type consulHTTP struct {
	HTTPS bool `json:"https"`
	Port  int  `json:"port"`
}

type consulGRPC struct {
	Port int `json:"port"`
}

type consulService struct {
	Name string `json:"name"`
	Port int    `json:"port"`
}

// JSON returns the document. It fails, naming all that is wrong, for values that
// consul-ecs would refuse.
func (c ConsulTask) JSON() (string, error) {
	errs := []error{
		matches("host", c.Host, hostPattern), matches("server name", c.ServerName, hostPattern), matches("region", c.Region, regionPattern),
		matches("service", c.Service, `^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$`), absolute(c.CAFile),
		port("service", c.Port), port("https", c.Ports.HTTPS), port("grpc", c.Ports.GRPCTLS),
	}
	for _, container := range c.Containers {
		errs = append(errs, matches("container", container, `^[A-Za-z0-9_-]{1,255}$`))
	}
	if err := errors.Join(errs...); err != nil {
		return "", fmt.Errorf("consul task: %w", err)
	}
	text, err := json.Marshal(consulECS{
		BootstrapDir: "/consul",
		ConsulLogin:  consulLogin{Enabled: true, Method: "iam-ecs-service-token", Region: c.Region},
		ConsulServers: consulServers{
			Hosts: c.Host,
			// There is one host, the load balancer, which knows the servers.
			SkipServerWatch: true,
			Defaults:        consulDefaults{CACertFile: c.CAFile, TLS: true, TLSServerName: c.ServerName},
			HTTP:            consulHTTP{HTTPS: true, Port: c.Ports.HTTPS},
			GRPC:            consulGRPC{Port: c.Ports.GRPCTLS},
		},
		HealthSyncContainers: c.Containers,
		Service:              consulService{Name: c.Service, Port: c.Port},
	})
	if err != nil {
		return "", fmt.Errorf("consul task: %w", err)
	}
	return string(text), nil
}
