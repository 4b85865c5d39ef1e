// Package cache builds a cell's in-memory cache: encrypted with the client's key and on
// the way, reached from the cell's tasks alone, which prove themselves with their role.
package cache

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
	"cellworks/pkg/securitygroup"
)

const (
	token = component.TokenPrefix + ":clientcell:Cache"

	// port is where Valkey listens.
	port = 6379
	// snapshotWindow and maintenanceWindow do not overlap, and are outside of the hours
	// in which databases save and change by default. They are in UTC.
	snapshotWindow    = "02:00-03:00"
	maintenanceWindow = "sun:08:00-sun:09:00"
)

// Args says what cache to build.
type Args struct {
	// Client is the client's name.
	Client string
	// AccountID and Region are where the cell is.
	AccountID, Region string
	// Config holds the nodes.
	Config config.CellCache
	// DeletionProtection makes Pulumi refuse to delete the cache.
	DeletionProtection bool

	// VPCID and SubnetIDs are where the nodes are.
	VPCID     pulumi.StringInput
	SubnetIDs pulumi.StringArrayInput
	// MemberGroupID is the security group of the cell's tasks.
	MemberGroupID pulumi.StringInput
	// KeyARN is the cell's key.
	KeyARN pulumi.StringInput
}

func (a Args) validate() error {
	var errs []error
	if a.Client == "" || a.AccountID == "" || a.Region == "" {
		errs = append(errs, errors.New("client, account id and region must be set"))
	}
	if a.VPCID == nil || a.SubnetIDs == nil || a.MemberGroupID == nil || a.KeyARN == nil {
		errs = append(errs, errors.New("vpc, subnets, security group of the tasks and key must be set"))
	}
	return errors.Join(errs...)
}

// Cache is a cell's cache.
type Cache struct {
	pulumi.ResourceState

	// Host is where the primary node is reached, at Port and with TLS.
	Host pulumi.StringOutput
	// ReaderHost is where replicas are.
	ReaderHost pulumi.StringOutput

	name string
	args Args
}

// Outputs returns where the cache is reached.
func (c *Cache) Outputs() pulumi.Map {
	return pulumi.Map{"cacheHost": c.Host, "cacheReaderHost": c.ReaderHost}
}

// New builds the cache that args describes. It fails, naming all that is wrong before any
// resource is registered, when args are incomplete.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Cache, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("cache %q: %w", name, err)
	}
	c := &Cache{name: name, args: args}
	return component.Register(ctx, token, name, c, opts, func(child pulumi.ResourceOption) error {
		return c.build(ctx, child)
	})
}

func (c *Cache) build(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	group, err := c.addGroup(ctx, child)
	if err != nil {
		return err
	}
	users, err := c.addUsers(ctx, child)
	if err != nil {
		return err
	}
	subnets, err := elasticache.NewSubnetGroup(ctx, c.name+"-cache", &elasticache.SubnetGroupArgs{
		Name:        pulumi.String(naming.CellCache(c.args.Client)),
		Description: pulumi.String("Cache of client " + c.args.Client),
		SubnetIds:   c.args.SubnetIDs,
	}, child)
	if err != nil {
		return err
	}
	replicas := c.args.Config.Replicas
	made, err := elasticache.NewReplicationGroup(ctx, c.name+"-cache", &elasticache.ReplicationGroupArgs{
		ReplicationGroupId:       pulumi.String(naming.CellCache(c.args.Client)),
		Description:              pulumi.String("Cache of client " + c.args.Client),
		Engine:                   pulumi.String("valkey"),
		EngineVersion:            pulumi.String(c.args.Config.Version),
		NodeType:                 pulumi.String(c.args.Config.NodeType),
		Port:                     pulumi.Int(port),
		NumCacheClusters:         pulumi.Int(1 + replicas),
		AutomaticFailoverEnabled: pulumi.Bool(replicas > 0),
		MultiAzEnabled:           pulumi.Bool(replicas > 0),
		SubnetGroupName:          subnets.Name,
		SecurityGroupIds:         pulumi.StringArray{group.ID},
		AtRestEncryptionEnabled:  pulumi.Bool(true),
		KmsKeyId:                 c.args.KeyARN.ToStringOutput(),
		TransitEncryptionEnabled: pulumi.Bool(true),
		UserGroupIds:             pulumi.StringArray{users},
		SnapshotRetentionLimit:   pulumi.Int(c.args.Config.SnapshotDays),
		SnapshotWindow:           pulumi.String(snapshotWindow),
		MaintenanceWindow:        pulumi.String(maintenanceWindow),
		AutoMinorVersionUpgrade:  pulumi.Bool(true),
		ApplyImmediately:         pulumi.Bool(false),
	}, child, pulumi.Protect(c.args.DeletionProtection))
	if err != nil {
		return err
	}
	c.Host, c.ReaderHost = made.PrimaryEndpointAddress, made.ReaderEndpointAddress
	return nil
}

func (c *Cache) addGroup(ctx *pulumi.Context, child pulumi.ResourceOption) (*securitygroup.Group, error) {
	group, err := securitygroup.AddIn(ctx, c.name+"-cache", c.args.VPCID, "Cache of client "+c.args.Client, child)
	if err != nil {
		return nil, err
	}
	members := securitygroup.Foreign(ctx, c.name+"-members", c.args.MemberGroupID, child)
	return group, errors.Join(
		group.From(securitygroup.Of(members), port, "tasks", "tcp"),
		members.To(securitygroup.Of(group), port, "cache", "tcp"),
	)
}

// addUsers adds the one user of the cache, who proves itself with a role of AWS: there is
// no password that could be known
// (docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html). Id and name must be the
// same for that.
func (c *Cache) addUsers(ctx *pulumi.Context, child pulumi.ResourceOption) (pulumi.StringOutput, error) {
	user, err := elasticache.NewUser(ctx, c.name+"-cache", &elasticache.UserArgs{
		UserId:       pulumi.String(naming.CellCache(c.args.Client)),
		UserName:     pulumi.String(naming.CellCache(c.args.Client)),
		Engine:       pulumi.String("valkey"),
		AccessString: pulumi.String("on ~* +@all -@dangerous"),
		AuthenticationMode: elasticache.UserAuthenticationModeArgs{
			Type: pulumi.String("iam"),
		},
	}, child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	users, err := elasticache.NewUserGroup(ctx, c.name+"-cache", &elasticache.UserGroupArgs{
		UserGroupId: pulumi.String(naming.CellCache(c.args.Client)),
		Engine:      pulumi.String("valkey"),
		UserIds:     pulumi.StringArray{user.UserId},
	}, child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return users.UserGroupId, nil
}

// Grants returns what services may do: connect to the cell's cache as its user.
func Grants(client, accountID, region string) []iampolicy.Statement {
	name := naming.CellCache(client)
	return []iampolicy.Statement{
		iampolicy.Allow("UseCache", "elasticache:Connect").On(
			naming.ARN(region, "elasticache", region, accountID, "replicationgroup:"+name),
			naming.ARN(region, "elasticache", region, accountID, "user:"+name)),
	}
}
