package ecscluster

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	awsvpc "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
)

const (
	httpsPort = 443

	// rootDevice and rootGiB are those of the image; a volume may not be smaller than
	// its snapshot.
	rootDevice = "/dev/xvda"
	rootGiB    = 30

	// warmupSeconds is how long a new instance takes until its agent has joined.
	warmupSeconds = 120
	// maxLifetimeSeconds replaces an instance after 30 days: the image is whatever the
	// parameter says at launch, so that older instances are never too far behind.
	maxLifetimeSeconds = 30 * 24 * 60 * 60
	// An update starts new instances before it ends old ones.
	minHealthyPercent, maxHealthyPercent = 100, 150

	managedTag = "AmazonECSManaged"
)

func (a Args) validateNodes() error {
	var errs []error
	if len(a.SubnetIDs) < minZones {
		errs = append(errs, fmt.Errorf("subnets: got %d, want at least %d in different zones", len(a.SubnetIDs), minZones))
	}
	if e := a.Config.EC2; e.MinSize < 0 || e.MaxSize < 1 || e.MinSize > e.MaxSize {
		errs = append(errs, fmt.Errorf("instances: %d to %d is no range, want 0 or more to 1 or more", e.MinSize, e.MaxSize))
	}
	if t := a.Config.EC2.TargetCapacity; t < 1 || t > 100 {
		errs = append(errs, fmt.Errorf("target capacity: %d %% is out of range, want 1 to 100", t))
	}
	return errors.Join(errs...)
}

// image is the parameter that names Amazon's image for ECS on Amazon Linux 2023. EC2
// resolves it whenever it launches an instance
// (docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html).
func (a Args) image() string {
	family := "amazon-linux-2023"
	if config.InstanceArch(a.Config.EC2.InstanceType) == config.ARM64 {
		family += "/arm64"
	}
	return "resolve:ssm:/aws/service/ecs/optimized-ami/" + family + "/recommended/image_id"
}

// addNodes gives the cluster instances that ECS adds and removes as tasks need them.
// It returns the name of their capacity provider.
func (c *Cluster) addNodes(ctx *pulumi.Context, cluster *ecs.Cluster, child pulumi.ResourceOption) (pulumi.StringInput, error) {
	profile, ready, err := c.addNodeRole(ctx, child)
	if err != nil {
		return nil, err
	}
	template, err := c.addTemplate(ctx, cluster, profile, child)
	if err != nil {
		return nil, err
	}
	group, err := c.addGroup(ctx, template, ready, child)
	if err != nil {
		return nil, err
	}
	// The name that Pulumi makes of it must not begin with ecs.
	provider, err := ecs.NewCapacityProvider(ctx, c.args.Name+"-"+c.name+"-nodes", &ecs.CapacityProviderArgs{
		AutoScalingGroupProvider: ecs.CapacityProviderAutoScalingGroupProviderArgs{
			AutoScalingGroupArn: group.Arn,
			ManagedScaling: ecs.CapacityProviderAutoScalingGroupProviderManagedScalingArgs{
				Status:               pulumi.String("ENABLED"),
				TargetCapacity:       pulumi.Int(c.args.Config.EC2.TargetCapacity),
				InstanceWarmupPeriod: pulumi.Int(warmupSeconds),
			},
			ManagedTerminationProtection: pulumi.String("ENABLED"),
			ManagedDraining:              pulumi.String("ENABLED"),
		},
	}, child)
	if err != nil {
		return nil, err
	}
	return provider.Name, nil
}

// addTemplate says what an instance is. Its user data holds the cluster's name, so
// that instances are made after the cluster and gone before it: they join by name,
// which Pulumi cannot see.
func (c *Cluster) addTemplate(ctx *pulumi.Context, cluster *ecs.Cluster, profile pulumi.StringInput, child pulumi.ResourceOption) (*ec2.LaunchTemplate, error) {
	name := c.name + "-nodes"
	group, err := c.addSecurityGroup(ctx, child)
	if err != nil {
		return nil, err
	}
	// A requester's tags reach what is launched only when each kind is named.
	var tags ec2.LaunchTemplateTagSpecificationArray
	for _, kind := range []string{"instance", "network-interface", "volume"} {
		tags = append(tags, ec2.LaunchTemplateTagSpecificationArgs{ResourceType: pulumi.String(kind), Tags: pulumi.ToStringMap(c.nodeTags())})
	}
	return ec2.NewLaunchTemplate(ctx, name, &ec2.LaunchTemplateArgs{
		Description:        pulumi.String("Instances of ECS cluster " + c.args.Name),
		ImageId:            pulumi.String(c.args.image()),
		InstanceType:       pulumi.String(c.args.Config.EC2.InstanceType),
		EbsOptimized:       pulumi.String("true"),
		IamInstanceProfile: ec2.LaunchTemplateIamInstanceProfileArgs{Arn: profile},
		MetadataOptions: ec2.LaunchTemplateMetadataOptionsArgs{
			HttpEndpoint:            pulumi.String("enabled"),
			HttpTokens:              pulumi.String("required"),
			HttpPutResponseHopLimit: pulumi.Int(1),
		},
		Monitoring:          ec2.LaunchTemplateMonitoringArgs{Enabled: pulumi.Bool(true)},
		VpcSecurityGroupIds: pulumi.StringArray{group},
		BlockDeviceMappings: ec2.LaunchTemplateBlockDeviceMappingArray{ec2.LaunchTemplateBlockDeviceMappingArgs{
			DeviceName: pulumi.String(rootDevice),
			Ebs: ec2.LaunchTemplateBlockDeviceMappingEbsArgs{
				VolumeType:          pulumi.String("gp3"),
				VolumeSize:          pulumi.Int(rootGiB),
				Encrypted:           pulumi.String("true"),
				KmsKeyId:            pulumi.String(c.args.VolumeKeyARN),
				DeleteOnTermination: pulumi.String("true"),
			},
		}},
		UserData:             cluster.Name.ApplyT(func(name string) (string, error) { return node{Cluster: name}.userData() }).(pulumi.StringOutput),
		UpdateDefaultVersion: pulumi.Bool(true),
		TagSpecifications:    tags,
	}, child)
}

// addSecurityGroup lets instances reach AWS and registries, and nobody reach them.
// Tasks have interfaces and groups of their own.
func (c *Cluster) addSecurityGroup(ctx *pulumi.Context, child pulumi.ResourceOption) (pulumi.StringInput, error) {
	name := c.name + "-nodes"
	group, err := ec2.NewSecurityGroup(ctx, name, &ec2.SecurityGroupArgs{
		VpcId:       pulumi.String(c.args.VPCID),
		Description: pulumi.String("Instances of ECS cluster " + c.args.Name),
		Tags:        pulumi.StringMap{"Name": pulumi.String(name)},
	}, child)
	if err != nil {
		return nil, err
	}
	if _, err := awsvpc.NewSecurityGroupEgressRule(ctx, name+"-https", &awsvpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: group.ID(),
		Description:     pulumi.String("AWS and registries"),
		IpProtocol:      pulumi.String("tcp"),
		FromPort:        pulumi.Int(httpsPort),
		ToPort:          pulumi.Int(httpsPort),
		CidrIpv4:        pulumi.String("0.0.0.0/0"),
	}, child); err != nil {
		return nil, err
	}
	return group.ID().ToStringOutput(), nil
}

// addGroup makes the instances. How many there are is ECS's to change, which also
// ends them: they are protected from everybody else. Without ForceDelete the group
// would never be gone, because protected instances do not end with it.
//
// An update that fails is not rolled back: Auto Scaling cannot while the image is a
// parameter (its API, RollbackInstanceRefresh).
func (c *Cluster) addGroup(ctx *pulumi.Context, template *ec2.LaunchTemplate, ready []pulumi.Resource, child pulumi.ResourceOption) (*autoscaling.Group, error) {
	tags := c.nodeTags()
	// ECS sets the tag when it takes the group over; the next update would take it away.
	tags[managedTag] = "true"
	var groupTags autoscaling.GroupTagArray
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		groupTags = append(groupTags, autoscaling.GroupTagArgs{Key: pulumi.String(name), Value: pulumi.String(tags[name]), PropagateAtLaunch: pulumi.Bool(true)})
	}
	return autoscaling.NewGroup(ctx, c.name+"-nodes", &autoscaling.GroupArgs{
		MinSize:            pulumi.Int(c.args.Config.EC2.MinSize),
		MaxSize:            pulumi.Int(c.args.Config.EC2.MaxSize),
		VpcZoneIdentifiers: pulumi.ToStringArray(c.args.SubnetIDs),
		LaunchTemplate: autoscaling.GroupLaunchTemplateArgs{
			Id:      template.ID(),
			Version: template.LatestVersion.ApplyT(strconv.Itoa).(pulumi.StringOutput),
		},
		HealthCheckType:       pulumi.String("EC2"),
		DefaultInstanceWarmup: pulumi.Int(warmupSeconds),
		MaxInstanceLifetime:   pulumi.Int(maxLifetimeSeconds),
		ProtectFromScaleIn:    pulumi.Bool(true),
		ForceDelete:           pulumi.Bool(true),
		InstanceRefresh: autoscaling.GroupInstanceRefreshArgs{
			Strategy: pulumi.String("Rolling"),
			Preferences: autoscaling.GroupInstanceRefreshPreferencesArgs{
				MinHealthyPercentage:      pulumi.Int(minHealthyPercent),
				MaxHealthyPercentage:      pulumi.Int(maxHealthyPercent),
				ScaleInProtectedInstances: pulumi.String("Refresh"),
			},
		},
		Tags: groupTags,
	}, child, pulumi.IgnoreChanges([]string{"desiredCapacity"}), pulumi.DependsOn(ready))
}

// nodeTags are the tags of an instance and of what it is made of.
func (c *Cluster) nodeTags() map[string]string {
	tags := maps.Clone(c.args.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	tags["Name"] = strings.Join([]string{c.args.Name, "nodes"}, "-")
	return tags
}
