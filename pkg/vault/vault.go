// Package vault builds a Vault cluster: servers that unseal themselves with a key of
// KMS, behind one name. Whoever brings it up for the first time initializes it, which
// makes the keys of recovery; nothing here sees them.
package vault

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/key"
	"cellworks/pkg/naming"
	"cellworks/pkg/securitygroup"
	"cellworks/pkg/servergroup"
)

const (
	token = component.TokenPrefix + ":vault:Cluster"

	// Port is the port of the cluster's name.
	Port = 443
	// SnapshotRole is the role of the auth method aws with which servers log in to save
	// what they store: it may read sys/storage/raft/snapshot, and is bound to the
	// servers' role.
	SnapshotRole = "snapshot"

	hookName   = "launch"
	dataDevice = "/dev/sdf"
	dataPath   = "/opt/vault"
)

// The names of the secrets; see naming.UtilitySecret. Values are written once the
// stack is up; servers wait for them.
const (
	SecretCA          = "ca"
	SecretCertificate = "certificate"
	SecretKey         = "private-key"
	// SecretConsulToken is there only with storage in Consul.
	SecretConsulToken = "consul-token"
)

// auditDevices are the volumes of the two audit devices.
func auditDevices() []string { return []string{"/dev/sdg", "/dev/sdh"} }

// Cluster is a Vault cluster.
type Cluster struct {
	pulumi.ResourceState

	// Address is the URL by which clients reach it, Host the host in it.
	Address, Host pulumi.StringOutput
	// CertificateNames are what the certificate of the servers must hold.
	CertificateNames []string
	// ServerSecurityGroupID and BalancerSecurityGroupID are the groups of the servers
	// and of the load balancer in front of them. Databases let the servers in.
	ServerSecurityGroupID, BalancerSecurityGroupID pulumi.StringOutput
	// SealKeyARN is the key that servers unseal themselves with.
	SealKeyARN pulumi.StringOutput
	// SecretARNs are the secrets, by name; SecretKeyARN is their key.
	SecretARNs   map[string]pulumi.StringOutput
	SecretKeyARN pulumi.StringOutput
	// RoleARN and GroupName are the servers' role and Auto Scaling group.
	RoleARN, GroupName pulumi.StringOutput

	ctx   *pulumi.Context
	name  string
	args  Args
	child pulumi.ResourceOption

	servers, balancer *securitygroup.Group
}

// Outputs returns how the cluster is reached.
func (c *Cluster) Outputs() pulumi.Map {
	return pulumi.Map{
		"address": c.Address, "serverSecurityGroupId": c.ServerSecurityGroupID, "sealKeyArn": c.SealKeyARN, "roleArn": c.RoleARN, "groupName": c.GroupName,
	}
}

// New builds the cluster that args describes. Its servers start once their secrets
// have values. It fails, naming all that is wrong before any resource is registered,
// when a field that must be set is empty, the name is too long for a certificate, a
// Consul cluster is given without storage there or the other way round, or servers
// could not be told what they need.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Cluster, error) {
	encode, err := args.plan()
	if err != nil {
		return nil, fmt.Errorf("vault %q: %w", name, err)
	}
	c := &Cluster{ctx: ctx, name: name, args: args, CertificateNames: args.certificateNames()}
	return component.Register(ctx, token, name, c, opts, func(child pulumi.ResourceOption) error {
		c.child = child
		seal, err := c.addSealKey()
		if err != nil {
			return err
		}
		secrets, err := servergroup.AddSecrets(ctx, name, servergroup.SecretsArgs{
			Application: config.ApplicationVault, AccountID: args.AccountID, Region: args.Region,
			Descriptions: args.secrets(), DeletionProtection: args.DeletionProtection,
		}, child)
		if err != nil {
			return err
		}
		c.SecretARNs, c.SecretKeyARN = secrets.ARNs, secrets.KeyARN
		if err := c.addSecurityGroups(); err != nil {
			return err
		}
		targets, err := c.addBalancer()
		if err != nil {
			return err
		}
		return c.addServers(seal.ARN.ApplyT(encode).(pulumi.StringOutput), secrets, targets)
	})
}

// addSealKey makes the key without which nothing that Vault stores can be read.
func (c *Cluster) addSealKey() (*key.Key, error) {
	a := c.args
	seal, err := key.New(c.ctx, c.name+"-seal", key.Args{
		Description: "Unseals Vault. Without it, every secret is lost",
		Alias:       naming.UtilityKeyAlias(config.ApplicationVault, "seal"),
		AccountID:   a.AccountID,
		Region:      a.Region,
		Statements: []iampolicy.Statement{
			iampolicy.Allow("Unseal", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt").On("*").
				By(iampolicy.ByAWS(naming.ARN(a.Region, "iam", "", a.AccountID, "root"))).
				If("ArnLike", "aws:PrincipalArn", a.rolePattern()),
		},
		DeletionWindowDays: a.Config.Seal.DeletionWindowDays,
		MultiRegion:        a.Config.Seal.MultiRegion,
		Protect:            a.DeletionProtection,
		Retain:             a.DeletionProtection,
	}, c.child)
	if err != nil {
		return nil, err
	}
	c.SealKeyARN = seal.ARN
	return seal, nil
}

// addServers makes the servers once they can be reached.
func (c *Cluster) addServers(data pulumi.StringInput, secrets servergroup.Secrets, targets pulumi.StringArray) error {
	servers := c.args.Config.Servers
	group, err := servergroup.New(c.ctx, c.name, servergroup.Args{
		GroupName:           naming.ServerGroup(config.ApplicationVault),
		HookName:            hookName,
		Description:         "Vault servers",
		AccountID:           c.args.AccountID,
		Region:              c.args.Region,
		Servers:             servers.Count,
		Image:               servers.Image,
		InstanceType:        servers.InstanceType,
		UserData:            data,
		SubnetIDs:           c.args.SubnetIDs,
		SecurityGroupIDs:    pulumi.StringArray{c.servers.ID},
		TargetGroupARNs:     targets,
		VolumeKeyARN:        c.args.VolumeKeyARN,
		Volumes:             c.args.volumes(),
		Watch:               c.args.watch(),
		PermissionsBoundary: c.args.PermissionsBoundary,
		Permissions:         c.permissions(secrets),
		Tags:                c.args.serverTags(),
		DeletionProtection:  c.args.DeletionProtection,
	}, c.child)
	if err != nil {
		return err
	}
	c.RoleARN, c.GroupName = group.RoleARN, group.Name
	return nil
}

// permissions are what the servers' role allows.
func (c *Cluster) permissions(secrets servergroup.Secrets) map[string]servergroup.Permission {
	a := c.args
	permissions := map[string]servergroup.Permission{
		"secrets": secrets.Reading(),
		"seal": {
			Description: "Unseals Vault",
			Needs:       []pulumi.StringInput{c.SealKeyARN},
			Statements: func(needs []string) []iampolicy.Statement {
				return []iampolicy.Statement{iampolicy.Allow("Unseal", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt").On(needs[0])}
			},
		},
		"snapshots": {
			Description: "Saves what the cluster stores",
			Needs:       []pulumi.StringInput{a.Snapshots.BucketARN, a.Snapshots.KeyARN},
			Statements:  a.Snapshots.Statements,
		},
		"logins": servergroup.Permit("Looks up who logs in", c.logins()...),
	}
	if a.Consul != nil {
		permissions["consul"] = servergroup.Permit("Trusts the authority of Consul",
			iampolicy.Allow("ReadAuthority", "secretsmanager:GetSecretValue").On(a.Consul.CASecretARN),
			iampolicy.Allow("DecryptAuthority", "kms:Decrypt").On(a.Consul.SecretKeyARN))
	}
	return permissions
}

// logins lets Vault look up roles and users of its own account, and become the role
// that does so in the others.
func (c *Cluster) logins() []iampolicy.Statement {
	statements := []iampolicy.Statement{
		iampolicy.Allow("LookUp", "iam:GetInstanceProfile", "iam:GetRole", "iam:GetUser").On(naming.ARN(c.args.Region, "iam", "", c.args.AccountID, "*")),
	}
	if len(c.args.ReaderRoleARNs) > 0 {
		statements = append(statements, iampolicy.Allow("LookUpElsewhere", "sts:AssumeRole").On(c.args.ReaderRoleARNs...))
	}
	return statements
}
