// Package consul builds a Consul cluster: servers that agree on what runs where, an
// API that only tokens open, and names below .consul for the VPC.
package consul

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/securitygroup"
	"cellworks/pkg/servergroup"
	"cellworks/pkg/userdata"
)

const (
	token = component.TokenPrefix + ":consul:Cluster"

	// Domain is what names of services end with.
	Domain = "consul"

	// dnsPort is what resolvers ask the load balancer on.
	dnsPort   = 53
	httpsPort = 443

	dataDevice = "/dev/sdf"
	dataPath   = "/opt/consul"
	hookName   = "launch"
)

// Cluster is a Consul cluster.
type Cluster struct {
	pulumi.ResourceState

	// Address is the URL of the API, Host the host in it.
	Address, Host pulumi.StringOutput
	// CertificateNames are what the certificate of every server must hold.
	CertificateNames []string
	// Datacenter is the name of the cluster's data centre.
	Datacenter string
	// ServerSecurityGroupID and BalancerSecurityGroupID are the groups of the servers
	// and of the load balancer in front of them.
	ServerSecurityGroupID, BalancerSecurityGroupID pulumi.StringOutput
	// SecretARNs are the secrets, by name: see Secrets. SecretKeyARN is their key.
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
	return pulumi.Map{"address": c.Address, "serverSecurityGroupId": c.ServerSecurityGroupID, "roleArn": c.RoleARN, "groupName": c.GroupName}
}

// The names of the secrets; see naming.UtilitySecret. Values are written once the
// stack is up; servers wait for them.
const (
	SecretGossip          = "gossip"
	SecretCA              = "ca"
	SecretCertificate     = "certificate"
	SecretKey             = "private-key"
	SecretManagementToken = "management-token"
	SecretAgentToken      = "agent-token"
)

// Secrets returns what each secret holds, by name, as a fresh map.
func Secrets() map[string]string {
	return map[string]string{
		SecretGossip:          "Key of gossip: 32 random bytes in base64",
		SecretCA:              "Certificate of the authority that signs the servers' certificates, in PEM",
		SecretCertificate:     "Certificate of the servers with its chain, in PEM",
		SecretKey:             "Private key of the servers' certificate, in PEM",
		SecretManagementToken: "Token that may do everything: a random UUID",
		SecretAgentToken:      "Token of the servers' agents: a random UUID",
	}
}

// New builds the cluster that args describes. Its servers serve once their secrets
// have values, and so does the controller of tasks. It fails, naming all that is wrong before any resource is registered,
// when a field that must be set is empty, a subnet has no room for the load
// balancer's address, or servers could not be told what they need.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Cluster, error) {
	data, err := args.plan()
	if err != nil {
		return nil, fmt.Errorf("consul %q: %w", name, err)
	}
	c := &Cluster{ctx: ctx, name: name, args: args, Datacenter: args.Region, CertificateNames: args.certificateNames()}
	return component.Register(ctx, token, name, c, opts, func(child pulumi.ResourceOption) error {
		c.child = child
		secrets, err := servergroup.AddSecrets(ctx, name, servergroup.SecretsArgs{
			Application: config.ApplicationConsul, AccountID: args.AccountID, Region: args.Region,
			Descriptions: Secrets(), DeletionProtection: args.DeletionProtection,
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
		if err := c.addServers(data, secrets, targets); err != nil {
			return err
		}
		return c.addController()
	})
}

// addServers makes the servers once they can be reached.
func (c *Cluster) addServers(data string, secrets servergroup.Secrets, targets pulumi.StringArray) error {
	group, err := servergroup.New(c.ctx, c.name, servergroup.Args{
		GroupName:           naming.ServerGroup(config.ApplicationConsul),
		HookName:            hookName,
		Description:         "Consul servers",
		AccountID:           c.args.AccountID,
		Region:              c.args.Region,
		Servers:             c.args.Config.Servers.Count,
		Image:               c.args.Config.Servers.Image,
		InstanceType:        c.args.Config.Servers.InstanceType,
		UserData:            pulumi.String(data),
		SubnetIDs:           c.args.subnetIDs(),
		SecurityGroupIDs:    pulumi.StringArray{c.servers.ID},
		TargetGroupARNs:     targets,
		VolumeKeyARN:        c.args.VolumeKeyARN,
		Volumes:             []servergroup.Volume{{Device: dataDevice, GiB: c.args.Config.Servers.DataVolumeGiB}},
		Watch:               c.args.watch(),
		PermissionsBoundary: c.args.PermissionsBoundary,
		Permissions: map[string]servergroup.Permission{
			"secrets": secrets.Reading(),
			"snapshots": {
				Description: "Saves what the cluster stores",
				Needs:       []pulumi.StringInput{c.args.Snapshots.BucketARN, c.args.Snapshots.KeyARN},
				Statements:  c.args.Snapshots.Statements,
			},
		},
		Tags:               c.args.serverTags(),
		DeletionProtection: c.args.DeletionProtection,
	}, c.child)
	if err != nil {
		return err
	}
	c.RoleARN, c.GroupName = group.RoleARN, group.Name
	return nil
}

// addRecord names the API in the private zone.
func (c *Cluster) addRecord(dnsName, zoneID pulumi.StringInput) error {
	record, err := route53.NewRecord(c.ctx, c.name, &route53.RecordArgs{
		ZoneId: pulumi.String(c.args.ZoneID),
		Name:   pulumi.String(c.args.host()),
		Type:   pulumi.String("A"),
		Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{
			Name: dnsName, ZoneId: zoneID, EvaluateTargetHealth: pulumi.Bool(true),
		}},
	}, c.child)
	if err != nil {
		return err
	}
	c.Host, c.Address = record.Fqdn, pulumi.Sprintf("https://%s:%d", record.Fqdn, userdata.DefaultConsulPorts().HTTPS)
	return nil
}
