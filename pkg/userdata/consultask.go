package userdata

import (
	"encoding/json"
	"errors"
	"fmt"
)

const (
	// ConsulTaskConfig is the variable by which the containers of consul-ecs are told
	// what ConsulTask and ConsulController hold.
	ConsulTaskConfig = "CONSUL_ECS_CONFIG_JSON"
	// ConsulTaskFolder is where they keep what they share: the only folder that the image
	// gives to its user.
	ConsulTaskFolder = "/consul"

	// ConsulProxyPort is where the proxy of a task listens for other proxies: the default of
	// consul-ecs, said so that it stays.
	ConsulProxyPort = 20000
	// ConsulReadyPort is where the proxy listens once it serves, for the task itself: likewise.
	ConsulReadyPort = 22000

	// authMethod is that which the controller keeps. It has no other name.
	authMethod = "iam-ecs-service-token"
)

// ConsulTaskAuthorities are the variables with the authority of the servers' certificates
// in PEM: of the API, and of what proxies ask.
func ConsulTaskAuthorities() []string {
	return []string{"CONSUL_HTTPS_CACERT_PEM", "CONSUL_GRPC_CACERT_PEM"}
}

// ConsulAt is how tasks reach the servers.
type ConsulAt struct {
	// Host is the name of Consul's load balancer, Ports those of the servers.
	Host  string
	Ports ConsulPorts
	// ServerName is what the servers' certificates hold.
	ServerName string
}

// ConsulTask is what a task of ECS is told so that it registers with Consul: the value of
// ConsulTaskConfig in the containers of consul-ecs. Tasks have no agent beside them. It
// holds no secret: a task logs in with its role.
type ConsulTask struct {
	ConsulAt
	// Region is where the task logs in.
	Region string
	// Service is the name that it registers as: lower-case, as Consul wants it. It is
	// also the value of the role's tag consul.hashicorp.com.service-name.
	Service string
	// Port is what the service listens on.
	Port int
	// Containers are those whose health decides about the service's, beside the proxy's.
	Containers []string
}

// ConsulController is what the controller of a cluster's tasks is told: the value of
// ConsulTaskConfig. It holds no secret either; the token is a variable of its own.
type ConsulController struct {
	ConsulAt
	// RolePath is the path of the roles that may log in, with a slash at both ends.
	RolePath string
}

// consulECS is the document, in the words of consul-ecs
// (github.com/hashicorp/consul-ecs, config/schema.json).
type consulECS struct {
	BootstrapDir         string             `json:"bootstrapDir"`
	ConsulLogin          *consulLogin       `json:"consulLogin,omitempty"`
	ConsulServers        consulServers      `json:"consulServers"`
	Controller           *consulController  `json:"controller,omitempty"`
	HealthSyncContainers []string           `json:"healthSyncContainers,omitempty"`
	Service              *consulService     `json:"service,omitempty"`
	Proxy                *consulProxy       `json:"proxy,omitempty"`
	TransparentProxy     *consulTransparent `json:"transparentProxy,omitempty"`
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

type consulController struct {
	IAMRolePath string `json:"iamRolePath"`
}

type consulService struct {
	Name string `json:"name"`
	Port int    `json:"port"`
}

type consulProxy struct {
	PublicListenerPort int `json:"publicListenerPort"`
	HealthCheckPort    int `json:"healthCheckPort"`
}

type consulTransparent struct {
	Enabled bool `json:"enabled"`
}

// JSON returns the document. It fails, naming all that is wrong, for values that
// consul-ecs would refuse.
func (c ConsulTask) JSON() (string, error) {
	errs := append(c.check(),
		matches("region", c.Region, regionPattern), matches("service", c.Service, `^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$`), port("service", c.Port))
	for _, container := range c.Containers {
		errs = append(errs, matches("container", container, `^[A-Za-z0-9_-]{1,255}$`))
	}
	return consulDocument("consul task", errs, consulECS{
		BootstrapDir:         ConsulTaskFolder,
		ConsulLogin:          &consulLogin{Enabled: true, Method: authMethod, Region: c.Region},
		ConsulServers:        c.servers(),
		HealthSyncContainers: c.Containers,
		Service:              &consulService{Name: c.Service, Port: c.Port},
		// Without it consul-ecs fails.
		Proxy: &consulProxy{PublicListenerPort: ConsulProxyPort, HealthCheckPort: ConsulReadyPort},
		// It is on where nothing is said, and needs what Fargate gives no task.
		TransparentProxy: &consulTransparent{},
	})
}

// JSON returns the document. It fails like that of a task.
func (c ConsulController) JSON() (string, error) {
	errs := append(c.check(), matches("role path", c.RolePath, `^/([a-z0-9-]+/)+$`))
	return consulDocument("consul controller", errs, consulECS{
		BootstrapDir: ConsulTaskFolder, ConsulServers: c.servers(), Controller: &consulController{IAMRolePath: c.RolePath},
	})
}

func (c ConsulAt) check() []error {
	return []error{
		matches("host", c.Host, hostPattern), matches("server name", c.ServerName, hostPattern),
		port("https", c.Ports.HTTPS), port("grpc", c.Ports.GRPCTLS),
	}
}

func (c ConsulAt) servers() consulServers {
	return consulServers{
		Hosts: c.Host,
		// There is one host, the load balancer, which knows the servers.
		SkipServerWatch: true,
		Defaults:        consulDefaults{TLS: true, TLSServerName: c.ServerName},
		HTTP:            consulHTTP{HTTPS: true, Port: c.Ports.HTTPS},
		GRPC:            consulGRPC{Port: c.Ports.GRPCTLS},
	}
}

func consulDocument(what string, errs []error, document consulECS) (string, error) {
	if err := errors.Join(errs...); err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	text, err := json.Marshal(document)
	if err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	return string(text), nil
}
