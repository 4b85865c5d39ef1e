package contract

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// Vault is what the vault application's stack publishes.
type Vault struct {
	// Address is the URL by which clients reach the cluster, and Host its host, which
	// logins by IAM must name as the server that they are meant for.
	Address string `json:"address"`
	Host    string `json:"host"`
	// TLS says with whom clients speak TLS: with passthrough they must trust the
	// authority in SecretARNs["ca"].
	TLS config.VaultTLS `json:"tls"`
	// Storage says where the cluster keeps what it stores.
	Storage config.VaultStorage `json:"storage"`
	// CertificateNames are what the certificate of the servers must hold.
	CertificateNames []string `json:"certificateNames"`
	// ServerSecurityGroupID and BalancerSecurityGroupID are the groups of the servers and
	// of the load balancer in front of them.
	ServerSecurityGroupID   string `json:"serverSecurityGroupId"`
	BalancerSecurityGroupID string `json:"balancerSecurityGroupId"`
	// ServerCIDRs are the blocks that servers are in: databases of other VPCs, which
	// cannot name their group, let these in.
	ServerCIDRs []string `json:"serverCidrs"`
	// SealKeyARN is the key that servers unseal themselves with.
	SealKeyARN string `json:"sealKeyArn"`
	// SecretARNs are the secrets that servers start with, by name; SecretKeyARN is their
	// key. Their values are written by cellctl bootstrap.
	SecretARNs   map[string]string `json:"secretArns"`
	SecretKeyARN string            `json:"secretKeyArn"`
	// RoleARN and GroupName are the servers' role and Auto Scaling group.
	RoleARN   string `json:"roleArn"`
	GroupName string `json:"groupName"`
	// AuditFiles are where the two audit devices write on every server, each on a volume
	// of its own.
	AuditFiles []string `json:"auditFiles"`
	// DatabaseCA is the file on every server with the authorities of RDS.
	DatabaseCA string `json:"databaseCa"`
	// SnapshotRole is the role of the auth method aws with which servers log in to read
	// sys/storage/raft/snapshot; SnapshotBucket takes what they read.
	SnapshotRole   string `json:"snapshotRole"`
	SnapshotBucket string `json:"snapshotBucket"`
}

// VaultOutputs is Vault as the stack makes it.
type VaultOutputs struct {
	Address                 pulumi.StringInput      `json:"address"`
	Host                    pulumi.StringInput      `json:"host"`
	TLS                     pulumi.StringInput      `json:"tls"`
	Storage                 pulumi.StringInput      `json:"storage"`
	CertificateNames        pulumi.StringArrayInput `json:"certificateNames"`
	ServerSecurityGroupID   pulumi.StringInput      `json:"serverSecurityGroupId"`
	BalancerSecurityGroupID pulumi.StringInput      `json:"balancerSecurityGroupId"`
	ServerCIDRs             pulumi.StringArrayInput `json:"serverCidrs"`
	SealKeyARN              pulumi.StringInput      `json:"sealKeyArn"`
	SecretARNs              pulumi.StringMapInput   `json:"secretArns"`
	SecretKeyARN            pulumi.StringInput      `json:"secretKeyArn"`
	RoleARN                 pulumi.StringInput      `json:"roleArn"`
	GroupName               pulumi.StringInput      `json:"groupName"`
	AuditFiles              pulumi.StringArrayInput `json:"auditFiles"`
	DatabaseCA              pulumi.StringInput      `json:"databaseCa"`
	SnapshotRole            pulumi.StringInput      `json:"snapshotRole"`
	SnapshotBucket          pulumi.StringInput      `json:"snapshotBucket"`
}

// Export publishes o as the outputs of the running stack.
func (o VaultOutputs) Export(ctx *pulumi.Context) { export(ctx, o) }

// ReadVault reads the vault application's stack of account and region. It fails like
// ReadBase.
func ReadVault(ctx *pulumi.Context, account, region string) (Vault, error) {
	stack := naming.StackUtility(account, region, config.ApplicationVault)
	ref, err := reference(ctx, naming.ProjectUtility, stack)
	if err != nil {
		return Vault{}, err
	}
	return read[Vault](ref, naming.ProjectUtility, stack)
}
