// Package servergroup builds the servers of an application that keeps its own
// data: an Auto Scaling group that replaces a server that dies, one at a time, and
// lets a new one into service when it says itself that it serves.
package servergroup

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
)

const (
	token = component.TokenPrefix + ":servergroup:Group"

	// rootDevice is the root's of Amazon Linux; rootGiB has room for releases and logs.
	rootDevice = "/dev/xvda"
	rootGiB    = 20

	// heartbeatSeconds is how long a server may take until it serves. It includes the
	// wait for its secrets, which are written after a new stack is up.
	heartbeatSeconds = 1800
	// graceSeconds is how long after its launch a server's health counts.
	graceSeconds = 600
	// warmupSeconds is how long the next server of an update waits once one serves: it
	// has a vote by then.
	warmupSeconds = 300
	// A new server serves before an old one ends; with 134 percent it is one at a time
	// out of 3 or 5.
	minHealthyPercent, maxHealthyPercent = 100, 134
)

// Group is an Auto Scaling group of servers, with the role that they have.
type Group struct {
	pulumi.ResourceState

	// Name is the group's name, known once it exists.
	Name pulumi.StringOutput
	// RoleARN and RoleName are the servers' role.
	RoleARN, RoleName pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the group's name and the servers' role.
func (g *Group) Outputs() pulumi.Map {
	return pulumi.Map{"groupName": g.Name, "roleArn": g.RoleARN, "roleName": g.RoleName}
}

// New builds the servers that args describes. It does not wait until they serve:
// the first ones need what is written after the stack is up. It fails, naming all
// that is wrong before any resource is registered, when a field that must be set is
// empty, a number is out of range, a volume is none or a policy is not valid.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Group, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("server group %q: %w", name, err)
	}
	g := &Group{name: name, args: args}
	return component.Register(ctx, token, name, g, opts, func(child pulumi.ResourceOption) error {
		profile, ready, err := g.addRole(ctx, child)
		if err != nil {
			return err
		}
		template, err := g.addTemplate(ctx, profile, child)
		if err != nil {
			return err
		}
		logs, err := g.addWatch(ctx, child)
		if err != nil {
			return err
		}
		return g.addGroup(ctx, template, append(ready, logs), child)
	})
}

// addTemplate says what a server is.
func (g *Group) addTemplate(ctx *pulumi.Context, profile pulumi.StringInput, child pulumi.ResourceOption) (*ec2.LaunchTemplate, error) {
	// A requester's tags reach what is launched only when each kind is named.
	var tags ec2.LaunchTemplateTagSpecificationArray
	for _, kind := range []string{"instance", "network-interface", "volume"} {
		tags = append(tags, ec2.LaunchTemplateTagSpecificationArgs{ResourceType: pulumi.String(kind), Tags: pulumi.ToStringMap(g.tags())})
	}
	disks := ec2.LaunchTemplateBlockDeviceMappingArray{g.disk(Volume{Device: rootDevice, GiB: rootGiB})}
	for _, volume := range g.args.Volumes {
		disks = append(disks, g.disk(volume))
	}
	return ec2.NewLaunchTemplate(ctx, g.name, &ec2.LaunchTemplateArgs{
		Description:        pulumi.String(g.args.Description),
		ImageId:            pulumi.String(g.args.imageID()),
		InstanceType:       pulumi.String(g.args.InstanceType),
		EbsOptimized:       pulumi.String("true"),
		IamInstanceProfile: ec2.LaunchTemplateIamInstanceProfileArgs{Arn: profile},
		MetadataOptions: ec2.LaunchTemplateMetadataOptionsArgs{
			HttpEndpoint:            pulumi.String("enabled"),
			HttpTokens:              pulumi.String("required"),
			HttpPutResponseHopLimit: pulumi.Int(1),
			InstanceMetadataTags:    pulumi.String("enabled"),
		},
		Monitoring:           ec2.LaunchTemplateMonitoringArgs{Enabled: pulumi.Bool(true)},
		VpcSecurityGroupIds:  g.args.SecurityGroupIDs,
		BlockDeviceMappings:  disks,
		UserData:             g.args.UserData.ToStringOutput(),
		UpdateDefaultVersion: pulumi.Bool(true),
		TagSpecifications:    tags,
	}, child)
}

func (g *Group) disk(v Volume) ec2.LaunchTemplateBlockDeviceMappingArgs {
	return ec2.LaunchTemplateBlockDeviceMappingArgs{
		DeviceName: pulumi.String(v.Device),
		Ebs: ec2.LaunchTemplateBlockDeviceMappingEbsArgs{
			VolumeType:          pulumi.String("gp3"),
			VolumeSize:          pulumi.Int(v.GiB),
			Encrypted:           pulumi.String("true"),
			KmsKeyId:            pulumi.String(g.args.VolumeKeyARN),
			DeleteOnTermination: pulumi.String("true"),
		},
	}
}

// addGroup makes the servers. Zones are not balanced by ending a server that
// serves: how many there are decides whether the others can go on. Its name is
// fixed, so one that is replaced goes before the new one comes.
//
// An update that fails is not rolled back: Auto Scaling cannot while the image is a
// parameter (its API, RollbackInstanceRefresh), and a server that never served is
// given up by itself.
func (g *Group) addGroup(ctx *pulumi.Context, template *ec2.LaunchTemplate, ready []pulumi.Resource, child pulumi.ResourceOption) error {
	var tags autoscaling.GroupTagArray
	values := g.tags()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		tags = append(tags, autoscaling.GroupTagArgs{Key: pulumi.String(key), Value: pulumi.String(values[key]), PropagateAtLaunch: pulumi.Bool(true)})
	}
	group, err := autoscaling.NewGroup(ctx, g.name, &autoscaling.GroupArgs{
		Name:               pulumi.String(g.args.GroupName),
		MinSize:            pulumi.Int(g.args.Servers),
		DesiredCapacity:    pulumi.Int(g.args.Servers),
		MaxSize:            pulumi.Int(g.args.Servers + 1),
		VpcZoneIdentifiers: pulumi.ToStringArray(g.args.SubnetIDs),
		LaunchTemplate: autoscaling.GroupLaunchTemplateArgs{
			Id:      template.ID(),
			Version: template.LatestVersion.ApplyT(strconv.Itoa).(pulumi.StringOutput),
		},
		TargetGroupArns:        g.args.TargetGroupARNs,
		HealthCheckType:        pulumi.String("EC2"),
		HealthCheckGracePeriod: pulumi.Int(graceSeconds),
		DefaultInstanceWarmup:  pulumi.Int(warmupSeconds),
		InitialLifecycleHooks: autoscaling.GroupInitialLifecycleHookArray{autoscaling.GroupInitialLifecycleHookArgs{
			Name:                pulumi.String(g.args.HookName),
			LifecycleTransition: pulumi.String("autoscaling:EC2_INSTANCE_LAUNCHING"),
			DefaultResult:       pulumi.String("ABANDON"),
			HeartbeatTimeout:    pulumi.Int(heartbeatSeconds),
		}},
		InstanceMaintenancePolicy: autoscaling.GroupInstanceMaintenancePolicyArgs{
			MinHealthyPercentage: pulumi.Int(minHealthyPercent),
			MaxHealthyPercentage: pulumi.Int(maxHealthyPercent),
		},
		InstanceRefresh: autoscaling.GroupInstanceRefreshArgs{
			Strategy: pulumi.String("Rolling"),
			Preferences: autoscaling.GroupInstanceRefreshPreferencesArgs{
				MinHealthyPercentage: pulumi.Int(minHealthyPercent),
				MaxHealthyPercentage: pulumi.Int(maxHealthyPercent),
				InstanceWarmup:       pulumi.String(strconv.Itoa(warmupSeconds)),
			},
		},
		SuspendedProcesses:     pulumi.StringArray{pulumi.String("AZRebalance")},
		WaitForCapacityTimeout: pulumi.String("0"),
		Tags:                   tags,
	}, child, pulumi.Protect(g.args.DeletionProtection), pulumi.DependsOn(ready), pulumi.DeleteBeforeReplace(true))
	if err != nil {
		return err
	}
	g.Name = group.Name
	return nil
}

// tags are those of a server and of what it is made of.
func (g *Group) tags() map[string]string {
	tags := maps.Clone(g.args.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	tags["Name"] = g.args.GroupName
	return tags
}
