// Package ecscluster builds the ECS cluster that the cells of one account and
// region share. Tasks run on Fargate, so that no two clients share a kernel.
package ecscluster

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

const token = component.TokenPrefix + ":ecscluster:Cluster"

// keyDeletionDays is the longest window that KMS offers before a key is gone.
const keyDeletionDays = 30

// Args says what cluster to build.
type Args struct {
	// Name is the cluster's name.
	Name string
	// AccountID and Region are where the cluster is; the key's policy names them.
	AccountID, Region string
	// ContainerInsights is the cluster's metrics setting: enhanced, enabled or
	// disabled.
	ContainerInsights string
	// LogRetentionDays is how long logs of interactive sessions are kept.
	LogRetentionDays int
	// DeletionProtection makes Pulumi refuse to delete the key.
	DeletionProtection bool
}

func (a Args) validate() error {
	var errs []error
	for _, field := range []struct{ name, value string }{
		{"name", a.Name},
		{"account id", a.AccountID},
		{"region", a.Region},
		{"container insights", a.ContainerInsights},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
	}
	if a.LogRetentionDays < 1 {
		errs = append(errs, fmt.Errorf("log retention: %d days is out of range, want 1 or more", a.LogRetentionDays))
	}
	return errors.Join(errs...)
}

// logGroup is the name of the group that interactive sessions are logged to.
func (a Args) logGroup() string { return "/ecs/" + a.Name + "/exec" }

// Cluster is an ECS cluster with the key and log group of its interactive
// sessions.
type Cluster struct {
	pulumi.ResourceState

	// Name is the cluster's name, known only once Fargate may be used in it.
	Name pulumi.StringOutput
	// ARN is the cluster's ARN.
	ARN pulumi.StringOutput
}

// Outputs returns the cluster's name and ARN.
func (c *Cluster) Outputs() pulumi.Map {
	return pulumi.Map{"clusterName": c.Name, "clusterArn": c.ARN}
}

// New builds the cluster that args describes. It fails, before any resource is
// registered, when args are invalid.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Cluster, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("ecs cluster %q: %w", name, err)
	}
	policy, err := args.keyPolicy().JSONFor(iampolicy.Key)
	if err != nil {
		return nil, fmt.Errorf("ecs cluster %q: key policy: %w", name, err)
	}
	c := &Cluster{}
	return component.Register(ctx, token, name, c, opts, func(child pulumi.ResourceOption) error {
		key, err := kms.NewKey(ctx, name, &kms.KeyArgs{
			Description:          pulumi.String("Interactive sessions of ECS cluster " + args.Name),
			EnableKeyRotation:    pulumi.Bool(true),
			DeletionWindowInDays: pulumi.Int(keyDeletionDays),
			Policy:               pulumi.String(policy),
		}, child, pulumi.Protect(args.DeletionProtection))
		if err != nil {
			return err
		}
		logs, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(args.logGroup()),
			KmsKeyId:        key.Arn,
			RetentionInDays: pulumi.Int(args.LogRetentionDays),
		}, child)
		if err != nil {
			return err
		}
		return c.addCluster(ctx, name, args, key, logs, child)
	})
}

func (c *Cluster) addCluster(ctx *pulumi.Context, name string, args Args, key *kms.Key, logs *cloudwatch.LogGroup, child pulumi.ResourceOption) error {
	cluster, err := ecs.NewCluster(ctx, name, &ecs.ClusterArgs{
		Name: pulumi.String(args.Name),
		Settings: ecs.ClusterSettingArray{ecs.ClusterSettingArgs{
			Name:  pulumi.String("containerInsights"),
			Value: pulumi.String(args.ContainerInsights),
		}},
		Configuration: ecs.ClusterConfigurationArgs{
			ExecuteCommandConfiguration: ecs.ClusterConfigurationExecuteCommandConfigurationArgs{
				KmsKeyId: key.Arn,
				Logging:  pulumi.String("OVERRIDE"),
				LogConfiguration: ecs.ClusterConfigurationExecuteCommandConfigurationLogConfigurationArgs{
					CloudWatchEncryptionEnabled: pulumi.Bool(true),
					CloudWatchLogGroupName:      logs.Name,
				},
			},
		},
	}, child)
	if err != nil {
		return err
	}
	providers, err := ecs.NewClusterCapacityProviders(ctx, name, &ecs.ClusterCapacityProvidersArgs{
		ClusterName:       cluster.Name,
		CapacityProviders: pulumi.ToStringArray([]string{"FARGATE", "FARGATE_SPOT"}),
		DefaultCapacityProviderStrategies: ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArray{
			ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArgs{
				CapacityProvider: pulumi.String("FARGATE"),
				Weight:           pulumi.Int(1),
			},
		},
	}, child)
	if err != nil {
		return err
	}
	// A service that is created before the capacity providers are attached is
	// refused, so the name is published through them.
	c.Name, c.ARN = providers.ClusterName, cluster.Arn
	return nil
}

// keyPolicy lets the account's IAM policies decide who administers and uses the
// key, and CloudWatch Logs use it for the one log group.
func (a Args) keyPolicy() iampolicy.Document {
	group := naming.ARN(a.Region, "logs", a.Region, a.AccountID, "log-group:"+a.logGroup())
	return iampolicy.NewDocument(
		iampolicy.Allow("Account", "kms:*").On("*").
			By(iampolicy.ByAWS(naming.ARN(a.Region, "iam", "", a.AccountID, "root"))),
		iampolicy.Allow("Logs", "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey").On("*").
			By(iampolicy.ByService("logs."+a.Region+".amazonaws.com")).
			If("ArnEquals", "kms:EncryptionContext:aws:logs:arn", group),
	)
}
