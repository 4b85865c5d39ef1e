package userdata

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// Where a Vault server keeps its files. The paths are those of HashiCorp's own
// packages.
const (
	vaultBinary = "/usr/bin/vault"
	vaultConfig = "/etc/vault.d"
	vaultTLS    = vaultConfig + "/tls"
	vaultTokens = vaultConfig + "/tokens"
	vaultData   = "/opt/vault"
	vaultLogs   = "/var/log/vault"
)

// VaultDatabaseCA is the file on every Vault server with the authorities that
// sign the certificates of RDS: connections of the database engine name it.
const VaultDatabaseCA = vaultConfig + "/rds-ca.pem"

// VaultAuditFiles returns the files of the two audit devices, each on a volume of
// its own: Vault refuses every request when it can write neither.
func VaultAuditFiles() []string {
	return []string{vaultLogs + "/audit-1/audit.log", vaultLogs + "/audit-2/audit.log"}
}

// VaultPorts are the ports of a Vault server.
type VaultPorts struct {
	// API answers clients, Cluster the other servers.
	API, Cluster int
}

// DefaultVaultPorts returns Vault's own ports
// (developer.hashicorp.com/vault/docs/configuration/listener/tcp).
func DefaultVaultPorts() VaultPorts { return VaultPorts{API: 8200, Cluster: 8201} }

// AWSKMS is the key of AWS with which Vault unseals itself.
type AWSKMS struct {
	// Region is where the key is, KeyID its id or ARN.
	Region, KeyID string
}

// ConsulStorage keeps what Vault stores in Consul.
type ConsulStorage struct {
	// Address is the host and port of Consul's API, which speaks TLS. CA is the file
	// with the authority that signed its certificate.
	Address, CA string
	// Path is the prefix of Vault's keys, with a slash at the end.
	Path string
}

// VaultConfig is the configuration file of a Vault server. What differs from one
// server to the next is not in it.
type VaultConfig struct {
	// Region is where servers look for each other.
	Region string
	// ClusterName is the name that Vault reports.
	ClusterName string
	// APIAddress is the URL by which clients reach the cluster.
	APIAddress string
	// ListenAddress is what it listens on; NodeAddress is what the other servers reach
	// it by: an address or PrivateIP.
	ListenAddress, NodeAddress string
	// Ports are those that it listens on.
	Ports VaultPorts
	// DataDir keeps what is stored, unless Consul does; LogDir takes log files.
	DataDir, LogDir string
	// TLS are the files for every connection. The certificate must hold ServerName and
	// 127.0.0.1.
	TLS TLSFiles
	// ServerName is what servers expect in each other's certificates: they find each
	// other by address.
	ServerName string
	// Join says how servers find each other; with Addresses, URLs.
	Join Join
	// Seal is the key that it unseals itself with. Without one, people have to, with
	// the shares of a key: to try something out.
	Seal *AWSKMS
	// Consul keeps what is stored. Nil: the servers do, by Raft.
	Consul *ConsulStorage
}

// ClusterAddress is where the other servers forward requests to.
func (c VaultConfig) ClusterAddress() string { return hostURL(c.NodeAddress, c.Ports.Cluster) }

// AutoJoin is the query by which servers find each other; empty with addresses.
func (c VaultConfig) AutoJoin() string {
	if len(c.Join.Addresses) > 0 {
		return ""
	}
	return c.Join.discover(c.Region)
}

// Listen is the address with port that clients are answered on.
func (c VaultConfig) Listen() string { return c.ListenAddress + ":" + strconv.Itoa(c.Ports.API) }

// ListenCluster is the address with port that the other servers are answered on.
func (c VaultConfig) ListenCluster() string {
	return c.ListenAddress + ":" + strconv.Itoa(c.Ports.Cluster)
}

// LogFile is where it logs. Vault puts the time before the suffix.
func (c VaultConfig) LogFile() string { return c.LogDir + "/vault.log" }

func hostURL(host string, port int) string { return "https://" + host + ":" + strconv.Itoa(port) }

// Patterns of names on the network.
const (
	hostPattern = `^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`
	urlPattern  = `^https://[A-Za-z0-9.-]+(:\d{1,5})?$`
)

func (c VaultConfig) validate() error {
	errs := []error{
		matches("cluster name", c.ClusterName, `^[A-Za-z0-9][A-Za-z0-9-]{0,62}$`),
		matches("api address", c.APIAddress, urlPattern),
		matches("server name", c.ServerName, hostPattern),
		address("listen address", c.ListenAddress),
		address("node address", c.NodeAddress),
		port("api", c.Ports.API), port("cluster", c.Ports.Cluster),
		absolute(c.DataDir, c.LogDir, c.TLS.CA, c.TLS.Certificate, c.TLS.Key),
		c.Join.validate(),
	}
	for _, leader := range c.Join.Addresses {
		errs = append(errs, matches("join address", leader, urlPattern))
	}
	if seal := c.Seal; seal != nil {
		errs = append(errs, matches("seal region", seal.Region, regionPattern), matches("seal key", seal.KeyID, `^[A-Za-z0-9:/_-]{1,256}$`))
	}
	if storage := c.Consul; storage != nil {
		errs = append(errs, matches("consul address", storage.Address, `^[A-Za-z0-9.-]+:\d{1,5}$`),
			matches("consul path", storage.Path, `^[a-z0-9-]+/$`), absolute(storage.CA))
	}
	return errors.Join(errs...)
}

// HCL returns the file vault.hcl. It fails, naming all that is wrong, for values
// that Vault would not take or that a quoted string cannot hold.
func (c VaultConfig) HCL() (string, error) {
	if err := c.validate(); err != nil {
		return "", fmt.Errorf("vault: %w", err)
	}
	return render("vault.hcl", c)
}

// VaultSecrets are the names of a Vault server's secrets.
type VaultSecrets struct {
	// CA, Certificate and Key are the PEM files of TLSFiles.
	CA, Certificate, Key string
	// ConsulCA is the authority of Consul and ConsulToken a token for Vault's keys
	// there; only with storage in Consul.
	ConsulCA, ConsulToken string
}

// Vault is one server of a Vault cluster.
type Vault struct {
	Server
	// Name is the cluster's name; Host the name by which clients reach it, which the
	// servers' certificates must hold, beside 127.0.0.1.
	Name, Host string
	// APIPort is the port of the load balancer.
	APIPort int
	// Passthrough says that clients speak TLS with the servers themselves, so that
	// the certificate of the cluster is one of the servers' authority.
	Passthrough bool
	// Join is how servers find each other, by their tag.
	Join Join
	// SealKey is the ARN of the key that they unseal with.
	SealKey string
	// ConsulAddress is the host and port of Consul's API when it keeps what is stored.
	// Empty: the servers do, by Raft.
	ConsulAddress string
	// DataDevice is the volume for what is stored, AuditDevices those of the two audit
	// devices.
	DataDevice   string
	AuditDevices []string
	// Secrets are fetched at start.
	Secrets VaultSecrets
	// Snapshots are made by the leader. SnapshotRole is the role of the auth method aws
	// with which it logs in to do so. Storage in Consul has none: Consul's hold it.
	Snapshots    Snapshots
	SnapshotRole string
}

// Config returns the configuration file's values.
func (v Vault) Config() VaultConfig {
	config := VaultConfig{
		Region: v.Region, ClusterName: v.Name, APIAddress: hostURL(v.Host, v.APIPort),
		ListenAddress: "0.0.0.0", NodeAddress: PrivateIP, Ports: DefaultVaultPorts(),
		DataDir: vaultData, LogDir: vaultLogs, ServerName: v.Host, Join: v.Join,
		TLS:  TLSFiles{CA: vaultTLS + "/ca.pem", Certificate: vaultTLS + "/server.pem", Key: vaultTLS + "/server-key.pem"},
		Seal: &AWSKMS{Region: v.Region, KeyID: v.SealKey},
	}
	if v.ConsulAddress != "" {
		config.Consul = &ConsulStorage{Address: v.ConsulAddress, CA: vaultTLS + "/consul-ca.pem", Path: "vault/"}
	}
	return config
}

// volumes are the server's disks.
func (v Vault) volumes() []Volume {
	volumes := []Volume{{Device: v.DataDevice, MountPoint: vaultData}}
	for i, device := range v.AuditDevices {
		volumes = append(volumes, Volume{Device: device, MountPoint: fmt.Sprintf("%s/audit-%d", vaultLogs, i+1)})
	}
	return volumes
}

// secrets are what is fetched before the server starts.
func (v Vault) secrets() []Secret {
	config := v.Config()
	secrets := []Secret{
		{ID: v.Secrets.CA, Path: config.TLS.CA},
		{ID: v.Secrets.Certificate, Path: config.TLS.Certificate},
		{ID: v.Secrets.Key, Path: config.TLS.Key},
	}
	if config.Consul != nil {
		secrets = append(secrets, Secret{ID: v.Secrets.ConsulCA, Path: config.Consul.CA}, Secret{ID: v.Secrets.ConsulToken, Path: vaultTokens + "/consul"})
	}
	return secrets
}

func (v Vault) validate() error {
	errs := []error{
		v.Server.validate(), v.Config().validate(), v.Snapshots.validate(),
		matches("data device", v.DataDevice, devicePattern), matches("snapshot role", v.SnapshotRole, `^[a-z0-9-]{1,64}$`), port("load balancer", v.APIPort),
	}
	for _, secret := range v.secrets() {
		errs = append(errs, matches("secret", secret.ID, secretPattern))
	}
	for _, device := range v.AuditDevices {
		errs = append(errs, matches("audit device", device, devicePattern))
	}
	if want := len(VaultAuditFiles()); len(v.AuditDevices) != want || slices.Contains(v.AuditDevices, v.DataDevice) {
		errs = append(errs, fmt.Errorf("audit devices %v, want %d volumes besides the data's", v.AuditDevices, want))
	}
	return errors.Join(errs...)
}

// CloudConfig returns what makes an instance a server of the cluster. It fails,
// naming all that is wrong, for values that could not work.
func (v Vault) CloudConfig() (CloudConfig, error) {
	if err := v.validate(); err != nil {
		return CloudConfig{}, fmt.Errorf("vault server: %w", err)
	}
	config := v.Config()
	n := vaultNode{
		node: node{
			Server: v.Server, Application: "vault", Binary: vaultBinary, ConfigDir: vaultConfig, LogDir: vaultLogs, AgentConfig: agentPath,
			SecretDirs: []string{vaultTLS, vaultTokens}, Volumes: v.volumes(), Fetched: v.secrets(), Snapshots: v.Snapshots,
		},
		Vault: v, Config: config, ConsulToken: vaultTokens + "/consul", DatabaseCA: VaultDatabaseCA,
		LocalAddress: hostURL("127.0.0.1", config.Ports.API),
	}
	b := &builder{}
	b.render("vault.hcl", vaultConfig+"/vault.hcl", "0640", config)
	b.render("vault.service", unitDir+"/vault.service", "0644", n)
	b.render("vault.logrotate.conf", "/etc/logrotate.d/vault", "0644", n)
	b.render("logrotate.timer.conf", unitDir+"/logrotate.timer.d/hourly.conf", "0644", n)
	b.render("vault-snapshot.sh", scripts+"/vault-snapshot", "0755", n)
	b.render("vault-bootstrap.sh", scripts+"/vault-bootstrap", "0755", n)
	return b.done(n.node, map[string]string{"vault": vaultLogs + "/vault*.log", "audit": VaultAuditFiles()[0]})
}

// vaultNode is what the templates of a Vault server are run on.
type vaultNode struct {
	node
	Vault        Vault
	Config       VaultConfig
	ConsulToken  string
	DatabaseCA   string
	LocalAddress string
}
