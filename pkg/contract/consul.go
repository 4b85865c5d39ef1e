package contract

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// Consul is what the consul application's stack publishes.
type Consul struct {
	// Address is the URL of the API, Host its host and Port its port; ProxyPort is the
	// port of that host for the proxies of tasks. Both speak TLS with certificates of the
	// authority in SecretARNs["ca"], and want a token.
	Address   string `json:"address"`
	Host      string `json:"host"`
	Port      int    `json:"port"`
	ProxyPort int    `json:"proxyPort"`
	// Datacenter is the name of the cluster's data centre, Domain what names of services
	// end with. DNS says whether the VPC resolves them.
	Datacenter string `json:"datacenter"`
	Domain     string `json:"domain"`
	DNS        bool   `json:"dns"`
	// CertificateNames are what the certificate of every server must hold. The first is
	// the name by which proxies know a server.
	CertificateNames []string `json:"certificateNames"`
	// JoinTag and JoinTagValue are the tag by which servers are found.
	JoinTag      string `json:"joinTag"`
	JoinTagValue string `json:"joinTagValue"`
	// ServerSecurityGroupID and BalancerSecurityGroupID are the groups of the servers and
	// of the load balancer in front of them.
	ServerSecurityGroupID   string `json:"serverSecurityGroupId"`
	BalancerSecurityGroupID string `json:"balancerSecurityGroupId"`
	// SecretARNs are the secrets that servers start with, by name; SecretKeyARN is their
	// key. Their values are written by cellctl bootstrap.
	SecretARNs   map[string]string `json:"secretArns"`
	SecretKeyARN string            `json:"secretKeyArn"`
	// RoleARN and GroupName are the servers' role and Auto Scaling group.
	RoleARN   string `json:"roleArn"`
	GroupName string `json:"groupName"`
	// SnapshotBucket takes the snapshots.
	SnapshotBucket string `json:"snapshotBucket"`
	// Tasks is how tasks of the account's cluster in the region register.
	Tasks ConsulTasks `json:"tasks"`
}

// ConsulTasks is how tasks register.
type ConsulTasks struct {
	// Enabled says whether they may: then a controller on the cluster keeps the method by
	// which they log in.
	Enabled bool `json:"enabled"`
	// Image and DataplaneImage are what runs beside them, of the controller's version.
	Image          string `json:"image"`
	DataplaneImage string `json:"dataplaneImage"`
}

// ConsulOutputs is Consul as the stack makes it.
type ConsulOutputs struct {
	Address                 pulumi.StringInput      `json:"address"`
	Host                    pulumi.StringInput      `json:"host"`
	Port                    pulumi.IntInput         `json:"port"`
	ProxyPort               pulumi.IntInput         `json:"proxyPort"`
	Datacenter              pulumi.StringInput      `json:"datacenter"`
	Domain                  pulumi.StringInput      `json:"domain"`
	DNS                     pulumi.BoolInput        `json:"dns"`
	CertificateNames        pulumi.StringArrayInput `json:"certificateNames"`
	JoinTag                 pulumi.StringInput      `json:"joinTag"`
	JoinTagValue            pulumi.StringInput      `json:"joinTagValue"`
	ServerSecurityGroupID   pulumi.StringInput      `json:"serverSecurityGroupId"`
	BalancerSecurityGroupID pulumi.StringInput      `json:"balancerSecurityGroupId"`
	SecretARNs              pulumi.StringMapInput   `json:"secretArns"`
	SecretKeyARN            pulumi.StringInput      `json:"secretKeyArn"`
	RoleARN                 pulumi.StringInput      `json:"roleArn"`
	GroupName               pulumi.StringInput      `json:"groupName"`
	SnapshotBucket          pulumi.StringInput      `json:"snapshotBucket"`
	Tasks                   pulumi.MapInput         `json:"tasks"`
}

// Export publishes o as the outputs of the running stack.
func (o ConsulOutputs) Export(ctx *pulumi.Context) { export(ctx, o) }

// ReadConsul reads the consul application's stack of account and region. It fails like
// ReadBase.
func ReadConsul(ctx *pulumi.Context, account, region string) (Consul, error) {
	stack := naming.StackUtility(account, region, config.ApplicationConsul)
	ref, err := reference(ctx, naming.ProjectUtility, stack)
	if err != nil {
		return Consul{}, err
	}
	return read[Consul](ref, naming.ProjectUtility, stack)
}
