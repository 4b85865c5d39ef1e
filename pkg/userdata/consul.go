package userdata

import (
	"errors"
	"fmt"
	"slices"
)

// Where a Consul server keeps its files. The paths are those of HashiCorp's own
// packages.
const (
	consulBinary = "/usr/bin/consul"
	consulConfig = "/etc/consul.d"
	consulTLS    = consulConfig + "/tls"
	consulTokens = consulConfig + "/tokens"
	consulGossip = consulTokens + "/gossip"
	consulData   = "/opt/consul"
	consulLogs   = "/var/log/consul"
)

// ConsulPorts are the ports of a Consul server.
type ConsulPorts struct {
	// HTTPS is the API, GRPCTLS what proxies connect to, DNS answers names by TCP and
	// UDP. The API without TLS is off.
	HTTPS, GRPCTLS, DNS int
	// Server is where servers speak Raft and answer clients; SerfLAN is gossip by TCP
	// and UDP.
	Server, SerfLAN int
}

// DefaultConsulPorts returns Consul's own ports
// (developer.hashicorp.com/consul/docs/reference/architecture/ports).
func DefaultConsulPorts() ConsulPorts {
	return ConsulPorts{HTTPS: 8501, GRPCTLS: 8503, DNS: 8600, Server: 8300, SerfLAN: 8301}
}

// Join says how servers find each other: by a tag, or by address.
type Join struct {
	// TagKey and TagValue are a tag that the instances of one cluster carry, and no
	// other instances of the account: two clusters with one tag would merge.
	TagKey, TagValue string
	// Addresses are used instead when they are not empty.
	Addresses []string
}

func (j Join) validate() error {
	if len(j.Addresses) > 0 {
		return nil
	}
	return errors.Join(
		matches("join tag", j.TagKey, `^[A-Za-z][A-Za-z0-9-]{0,63}$`),
		matches("join tag's value", j.TagValue, `^[A-Za-z0-9][A-Za-z0-9-]{0,127}$`),
	)
}

// discover is the query by which Consul and Vault find instances
// (github.com/hashicorp/go-discover).
func (j Join) discover(region string) string {
	return fmt.Sprintf("provider=aws region=%s tag_key=%s tag_value=%s addr_type=private_v4", region, j.TagKey, j.TagValue)
}

// ConsulConfig is the configuration file of a Consul server. What differs from
// one server to the next is not in it.
type ConsulConfig struct {
	// Region is where servers look for each other.
	Region string
	// Datacenter is the name of the data centre, a part of names and certificates.
	Datacenter string
	// Servers is how many servers elect the first leader: 1, 3 or 5. It is the same on
	// all of them and never changes afterwards.
	Servers int
	// DataDir keeps what is stored; LogDir takes log files.
	DataDir, LogDir string
	// BindAddress is what servers speak to each other on, ClientAddress what they
	// answer clients on: an address or PrivateIP.
	BindAddress, ClientAddress string
	// Ports are those that it listens on.
	Ports ConsulPorts
	// Join says how servers find each other.
	Join Join
	// TLS are the files for every connection. The certificate must hold the name
	// ServerName.
	TLS TLSFiles
}

// ServerName is the name that the certificate of every server must hold: servers
// refuse a server without it.
func (c ConsulConfig) ServerName() string { return "server." + c.Datacenter + ".consul" }

func (c ConsulConfig) validate() error {
	errs := []error{
		matches("datacenter", c.Datacenter, `^[a-z0-9][a-z0-9-]{0,62}$`),
		address("bind address", c.BindAddress),
		address("client address", c.ClientAddress),
		absolute(c.DataDir, c.LogDir, c.TLS.CA, c.TLS.Certificate, c.TLS.Key),
		c.Join.validate(),
	}
	if !slices.Contains([]int{1, 3, 5}, c.Servers) {
		errs = append(errs, fmt.Errorf("%d servers cannot be a cluster, want 3 or 5, or 1 to try something out", c.Servers))
	}
	for _, p := range []struct {
		name string
		port int
	}{{"https", c.Ports.HTTPS}, {"grpc", c.Ports.GRPCTLS}, {"dns", c.Ports.DNS}, {"server", c.Ports.Server}, {"gossip", c.Ports.SerfLAN}} {
		errs = append(errs, port(p.name, p.port))
	}
	return errors.Join(errs...)
}

// LogFile is where it logs. Consul puts the time before the suffix.
func (c ConsulConfig) LogFile() string { return c.LogDir + "/consul.log" }

// RetryJoin is what a server asks for others until it finds them.
func (c ConsulConfig) RetryJoin() []string {
	if len(c.Join.Addresses) > 0 {
		return c.Join.Addresses
	}
	return []string{c.Join.discover(c.Region)}
}

// HCL returns the file consul.hcl. It fails, naming all that is wrong, for values
// that Consul would not take or that a quoted string cannot hold.
func (c ConsulConfig) HCL() (string, error) {
	if err := c.validate(); err != nil {
		return "", fmt.Errorf("consul: %w", err)
	}
	return render("consul.hcl", c)
}

// ConsulSecrets are the names of a Consul server's secrets.
type ConsulSecrets struct {
	// Gossip is the key of gossip: 32 bytes in base64.
	Gossip string
	// CA, Certificate and Key are the PEM files of TLSFiles.
	CA, Certificate, Key string
	// ManagementToken may do everything; AgentToken is that of the servers' agents.
	// Both are UUIDs.
	ManagementToken, AgentToken string
}

// Consul is one server of a Consul cluster.
type Consul struct {
	Server
	// Datacenter, Servers and Join are as in ConsulConfig.
	Datacenter string
	Servers    int
	Join       Join
	// DataDevice is the volume for what is stored.
	DataDevice string
	// Secrets are fetched at start.
	Secrets ConsulSecrets
	// Snapshots are made by the leader.
	Snapshots Snapshots
}

// Config returns the configuration file's values.
func (c Consul) Config() ConsulConfig {
	return ConsulConfig{
		Region: c.Region, Datacenter: c.Datacenter, Servers: c.Servers, Join: c.Join,
		DataDir: consulData, LogDir: consulLogs,
		BindAddress: PrivateIP, ClientAddress: "0.0.0.0",
		Ports: DefaultConsulPorts(),
		TLS:   TLSFiles{CA: consulTLS + "/ca.pem", Certificate: consulTLS + "/server.pem", Key: consulTLS + "/server-key.pem"},
	}
}

// ConsulAccess is how the scripts of a server call its API.
type ConsulAccess struct {
	// Binary is the consul command.
	Binary string
	// Address is the URL of the API, ServerName what its certificate must hold, and CA
	// the file with the authority that signed it.
	Address, ServerName, CA string
	// ManagementToken and AgentToken are files that hold the tokens.
	ManagementToken, AgentToken string
}

// access returns how the server's scripts call it.
func (c Consul) access() ConsulAccess {
	config := c.Config()
	return ConsulAccess{
		Binary: consulBinary, Address: fmt.Sprintf("https://127.0.0.1:%d", config.Ports.HTTPS),
		ServerName: config.ServerName(), CA: config.TLS.CA,
		ManagementToken: consulTokens + "/management", AgentToken: consulTokens + "/agent",
	}
}

// Script returns the script that sets up the tokens of a new cluster, so that
// servers can register and names be asked for while everything else is denied. It
// changes nothing when that is done, also when it runs on several servers at once.
func (a ConsulAccess) Script() (string, error) { return render("consul-acl.sh", a) }

// volumes are the server's disks.
func (c Consul) volumes() []Volume { return []Volume{{Device: c.DataDevice, MountPoint: consulData}} }

// secrets are what is fetched before the server starts. The key of gossip becomes
// a part of the configuration.
func (c Consul) secrets() []Secret {
	tls, access := c.Config().TLS, c.access()
	return []Secret{
		{ID: c.Secrets.CA, Path: tls.CA},
		{ID: c.Secrets.Certificate, Path: tls.Certificate},
		{ID: c.Secrets.Key, Path: tls.Key},
		{ID: c.Secrets.ManagementToken, Path: access.ManagementToken},
		{ID: c.Secrets.AgentToken, Path: access.AgentToken},
		{ID: c.Secrets.Gossip, Path: consulGossip},
	}
}

func (c Consul) validate() error {
	errs := []error{c.Server.validate(), c.Config().validate(), c.Snapshots.validate(), matches("data device", c.DataDevice, devicePattern)}
	for _, secret := range c.secrets() {
		errs = append(errs, matches("secret", secret.ID, secretPattern))
	}
	return errors.Join(errs...)
}

// Patterns of names that AWS gives meaning to.
const (
	regionPattern = `^[a-z]{2}(-[a-z]+)+-\d$`
	devicePattern = `^/dev/sd[f-p]$`
	secretPattern = `^[A-Za-z0-9/_+=.@:-]{1,512}$`
)

// CloudConfig returns what makes an instance a server of the cluster. It fails,
// naming all that is wrong, for values that could not work.
func (c Consul) CloudConfig() (CloudConfig, error) {
	if err := c.validate(); err != nil {
		return CloudConfig{}, fmt.Errorf("consul server: %w", err)
	}
	n := consulNode{
		node: node{
			Server: c.Server, Application: "consul", Binary: consulBinary, ConfigDir: consulConfig, LogDir: consulLogs, AgentConfig: agentPath,
			SecretDirs: []string{consulTLS, consulTokens}, Volumes: c.volumes(), Fetched: c.secrets(), Snapshots: c.Snapshots,
		},
		Access: c.access(), GossipFile: consulGossip,
	}
	b := &builder{}
	b.render("consul.hcl", consulConfig+"/consul.hcl", "0640", c.Config())
	b.render("consul.service", unitDir+"/consul.service", "0644", n)
	b.render("consul-acl.sh", scripts+"/consul-acl", "0755", n.Access)
	b.render("consul-snapshot.sh", scripts+"/consul-snapshot", "0755", n)
	b.render("consul-bootstrap.sh", scripts+"/consul-bootstrap", "0755", n)
	return b.done(n.node, map[string]string{"consul": consulLogs + "/consul*.log"})
}

// consulNode is what the templates of a Consul server are run on.
type consulNode struct {
	node
	Access     ConsulAccess
	GossipFile string
}
