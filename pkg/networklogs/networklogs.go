// Package networklogs records what happens on a VPC's network in a bucket: every
// flow, and every DNS query. The bucket and its key are built elsewhere, with the
// statements of this package in their policies.
package networklogs

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
)

const token = component.TokenPrefix + ":networklogs:NetworkLogs"

// The folders of the bucket.
const (
	flowFolder  = "flow"
	queryFolder = "dns"
)

// Args says what to record.
type Args struct {
	// VPCID is the VPC.
	VPCID pulumi.StringInput
	// BucketARN is the bucket of the logs.
	BucketARN pulumi.StringInput
	// FlowLogs says whether flows are recorded, accepted and rejected ones, and how
	// long they are gathered before that, 60 or 600 seconds.
	FlowLogs config.BaseFlowLogs
	// QueryLogs says whether DNS queries are recorded.
	QueryLogs bool
	// DependsOn is what must be there first: the policies of bucket and key. Where
	// the bucket's lacks a statement, AWS writes its own into it.
	DependsOn []pulumi.Resource
}

func (a Args) validate() error {
	var errs []error
	if a.VPCID == nil {
		errs = append(errs, errors.New("vpc id is not set"))
	}
	if a.BucketARN == nil {
		errs = append(errs, errors.New("bucket is not set"))
	}
	// docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
	if seconds := a.FlowLogs.AggregationSeconds; a.FlowLogs.Enabled && seconds != 60 && seconds != 600 {
		errs = append(errs, fmt.Errorf("flow logs: aggregation of %d s is out of range, want 60 or 600", seconds))
	}
	return errors.Join(errs...)
}

// NetworkLogs are the records of one VPC's network.
type NetworkLogs struct {
	pulumi.ResourceState

	// FlowLogID is the flow log; empty without one.
	FlowLogID pulumi.StringOutput
	// QueryLogConfigID is the configuration of the query logs; empty without one.
	QueryLogConfigID pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the ids.
func (l *NetworkLogs) Outputs() pulumi.Map {
	return pulumi.Map{"flowLogId": l.FlowLogID, "queryLogConfigId": l.QueryLogConfigID}
}

// New builds the logs that args describes. It fails, before any resource is
// registered, when args are incomplete or the aggregation is not one that AWS
// offers.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*NetworkLogs, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("network logs %q: %w", name, err)
	}
	none := pulumi.String("").ToStringOutput()
	l := &NetworkLogs{FlowLogID: none, QueryLogConfigID: none, name: name, args: args}
	return component.Register(ctx, token, name, l, opts, func(child pulumi.ResourceOption) error {
		after := pulumi.DependsOn(args.DependsOn)
		if args.FlowLogs.Enabled {
			if err := l.addFlowLog(ctx, child, after); err != nil {
				return err
			}
		}
		if args.QueryLogs {
			return l.addQueryLog(ctx, child, after)
		}
		return nil
	})
}

// addFlowLog records flows in columns and by the hour, so that a query over months
// reads only what it asks for.
func (l *NetworkLogs) addFlowLog(ctx *pulumi.Context, child, after pulumi.ResourceOption) error {
	flows, err := ec2.NewFlowLog(ctx, l.name, &ec2.FlowLogArgs{
		VpcId:                  l.args.VPCID,
		TrafficType:            pulumi.String("ALL"),
		LogDestinationType:     pulumi.String("s3"),
		LogDestination:         l.folder(flowFolder),
		MaxAggregationInterval: pulumi.Int(l.args.FlowLogs.AggregationSeconds),
		DestinationOptions: ec2.FlowLogDestinationOptionsArgs{
			FileFormat:               pulumi.String("parquet"),
			HiveCompatiblePartitions: pulumi.Bool(true),
			PerHourPartition:         pulumi.Bool(true),
		},
		Tags: pulumi.StringMap{"Name": pulumi.String(l.name)},
	}, child, after)
	if err != nil {
		return err
	}
	l.FlowLogID = flows.ID().ToStringOutput()
	return nil
}

func (l *NetworkLogs) addQueryLog(ctx *pulumi.Context, child, after pulumi.ResourceOption) error {
	queries, err := route53.NewResolverQueryLogConfig(ctx, l.name, &route53.ResolverQueryLogConfigArgs{
		DestinationArn: l.folder(queryFolder),
	}, child, after)
	if err != nil {
		return err
	}
	l.QueryLogConfigID = queries.ID().ToStringOutput()
	_, err = route53.NewResolverQueryLogConfigAssociation(ctx, l.name, &route53.ResolverQueryLogConfigAssociationArgs{
		ResolverQueryLogConfigId: l.QueryLogConfigID,
		ResourceId:               l.args.VPCID,
	}, child)
	return err
}

// folder returns a folder of the bucket, as its destination ARN.
func (l *NetworkLogs) folder(name string) pulumi.StringOutput {
	return pulumi.Sprintf("%s/%s/", l.args.BucketARN, name)
}
