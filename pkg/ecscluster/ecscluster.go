// Package ecscluster builds the ECS cluster that the applications and cells of one
// account and region share: its keys, the log of interactive sessions, the Cloud Map
// namespace and, where configured, instances. Tasks of cells run on Fargate, so that
// no two clients share a kernel.
package ecscluster

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicediscovery"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/key"
	"cellworks/pkg/naming"
)

const (
	token = component.TokenPrefix + ":ecscluster:Cluster"

	fargate     = "FARGATE"
	fargateSpot = "FARGATE_SPOT"

	// minZones is how many zones instances are spread over at least (FSBP AutoScaling.2).
	minZones = 2
)

// Args says what cluster to build.
type Args struct {
	// Name is the cluster's name: letters, digits, dashes and underscores. The capacity
	// provider of its instances begins with it, and AWS keeps aws, ecs and fargate for
	// itself there.
	Name string
	// AccountID and Region are where the cluster is; policies of keys name them.
	AccountID, Region string
	// Config is what is configurable; its load balancers are not the cluster's.
	Config config.UtilityECS
	// VPCID is the VPC of the namespace and the instances.
	VPCID string
	// SubnetIDs are the subnets of the instances, one a zone. Needed with instances.
	SubnetIDs []string
	// Namespace is the domain name of the Cloud Map namespace.
	Namespace string
	// LogKeyARN encrypts the log of sessions, VolumeKeyARN the volumes of instances; the
	// latter is needed with instances.
	LogKeyARN, VolumeKeyARN string
	// PermissionsBoundary bounds the instances' role. Needed with instances.
	PermissionsBoundary string
	// Tags are the stack's tags. Auto Scaling and launch templates do not hand on those
	// of the provider, so that instances and their volumes get them from here.
	Tags map[string]string
	// DeletionProtection makes Pulumi refuse to delete the keys.
	DeletionProtection bool
}

func (a Args) validate() error {
	var errs []error
	if !regexp.MustCompile(`^[a-zA-Z0-9_-]{1,200}$`).MatchString(a.Name) || regexp.MustCompile(`(?i)^(aws|ecs|fargate)`).MatchString(a.Name) {
		errs = append(errs, fmt.Errorf("name %q is not valid, want 1 to 200 letters, digits, dashes and underscores that do not begin with aws, ecs or fargate", a.Name))
	}
	for _, field := range []struct {
		name, value string
		needed      bool
	}{
		{"account id", a.AccountID, true},
		{"region", a.Region, true},
		{"container insights", string(a.Config.ContainerInsights), true},
		{"vpc id", a.VPCID, true},
		{"namespace", a.Namespace, true},
		{"log key", a.LogKeyARN, true},
		{"volume key", a.VolumeKeyARN, a.Config.EC2.Enabled},
		{"permissions boundary", a.PermissionsBoundary, a.Config.EC2.Enabled},
		{"instance type", a.Config.EC2.InstanceType, a.Config.EC2.Enabled},
	} {
		if field.needed && field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
	}
	if a.Config.LogRetentionDays < 1 {
		errs = append(errs, fmt.Errorf("log retention: %d days is out of range, want 1 or more", a.Config.LogRetentionDays))
	}
	if a.Config.EC2.Enabled {
		errs = append(errs, a.validateNodes())
	}
	return errors.Join(errs...)
}

// Cluster is an ECS cluster and what belongs to it.
type Cluster struct {
	pulumi.ResourceState

	// Name is the cluster's name, known only once its capacity providers may be used.
	Name pulumi.StringOutput
	// ARN is the cluster's ARN.
	ARN pulumi.StringOutput
	// CapacityProviders are what services may run on, by name.
	CapacityProviders pulumi.StringArrayOutput
	// NamespaceID, NamespaceARN and NamespaceName identify the Cloud Map namespace.
	NamespaceID, NamespaceARN, NamespaceName pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the names, ids and ARNs that others need.
func (c *Cluster) Outputs() pulumi.Map {
	return pulumi.Map{
		"clusterName":       c.Name,
		"clusterArn":        c.ARN,
		"capacityProviders": c.CapacityProviders,
		"namespaceId":       c.NamespaceID,
		"namespaceArn":      c.NamespaceARN,
		"namespaceName":     c.NamespaceName,
	}
}

// New builds the cluster that args describes. It fails, naming all that is wrong
// before any resource is registered, when args are invalid.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Cluster, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("ecs cluster %q: %w", name, err)
	}
	c := &Cluster{name: name, args: args}
	return component.Register(ctx, token, name, c, opts, func(child pulumi.ResourceOption) error {
		if err := c.addNamespace(ctx, child); err != nil {
			return err
		}
		cluster, err := c.addCluster(ctx, child)
		if err != nil {
			return err
		}
		providers := pulumi.StringArray{pulumi.String(fargate), pulumi.String(fargateSpot)}
		if args.Config.EC2.Enabled {
			nodes, err := c.addNodes(ctx, cluster, child)
			if err != nil {
				return err
			}
			providers = append(providers, nodes)
		}
		return c.addCapacity(ctx, cluster, providers, child)
	})
}

// addNamespace makes the namespace, whose private zone Cloud Map owns.
func (c *Cluster) addNamespace(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	namespace, err := servicediscovery.NewPrivateDnsNamespace(ctx, c.name, &servicediscovery.PrivateDnsNamespaceArgs{
		Name:        pulumi.String(c.args.Namespace),
		Description: pulumi.String("Services of cluster " + c.args.Name),
		Vpc:         pulumi.String(c.args.VPCID),
	}, child)
	if err != nil {
		return err
	}
	c.NamespaceID, c.NamespaceARN, c.NamespaceName = namespace.ID().ToStringOutput(), namespace.Arn, namespace.Name
	return nil
}

func (c *Cluster) addCluster(ctx *pulumi.Context, child pulumi.ResourceOption) (*ecs.Cluster, error) {
	sessions, err := key.New(ctx, c.name+"-sessions", c.args.sessionKey(), child)
	if err != nil {
		return nil, err
	}
	storage, err := key.New(ctx, c.name+"-storage", c.args.storageKey(), child)
	if err != nil {
		return nil, err
	}
	logs, err := cloudwatch.NewLogGroup(ctx, c.name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(naming.SessionLogGroup(config.ApplicationECS)),
		KmsKeyId:        pulumi.String(c.args.LogKeyARN),
		RetentionInDays: pulumi.Int(c.args.Config.LogRetentionDays),
	}, child)
	if err != nil {
		return nil, err
	}
	return ecs.NewCluster(ctx, c.name, &ecs.ClusterArgs{
		Name: pulumi.String(c.args.Name),
		Settings: ecs.ClusterSettingArray{ecs.ClusterSettingArgs{
			Name:  pulumi.String("containerInsights"),
			Value: pulumi.String(string(c.args.Config.ContainerInsights)),
		}},
		Configuration: ecs.ClusterConfigurationArgs{
			ExecuteCommandConfiguration: ecs.ClusterConfigurationExecuteCommandConfigurationArgs{
				KmsKeyId: sessions.ARN,
				Logging:  pulumi.String("OVERRIDE"),
				LogConfiguration: ecs.ClusterConfigurationExecuteCommandConfigurationLogConfigurationArgs{
					CloudWatchEncryptionEnabled: pulumi.Bool(true),
					CloudWatchLogGroupName:      logs.Name,
				},
			},
			ManagedStorageConfiguration: ecs.ClusterConfigurationManagedStorageConfigurationArgs{
				FargateEphemeralStorageKmsKeyId: storage.ARN,
			},
		},
	}, child)
}

// addCapacity says what the cluster runs services on. Those that do not say run on
// Fargate.
func (c *Cluster) addCapacity(ctx *pulumi.Context, cluster *ecs.Cluster, providers pulumi.StringArray, child pulumi.ResourceOption) error {
	capacity, err := ecs.NewClusterCapacityProviders(ctx, c.name, &ecs.ClusterCapacityProvidersArgs{
		ClusterName:       cluster.Name,
		CapacityProviders: providers,
		DefaultCapacityProviderStrategies: ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArray{
			ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArgs{
				CapacityProvider: pulumi.String(fargate),
				Weight:           pulumi.Int(1),
			},
		},
	}, child)
	if err != nil {
		return err
	}
	// A service that is created before the capacity providers are attached is refused,
	// so name and providers are published through them.
	c.Name, c.ARN, c.CapacityProviders = capacity.ClusterName, cluster.Arn, capacity.CapacityProviders
	return nil
}
