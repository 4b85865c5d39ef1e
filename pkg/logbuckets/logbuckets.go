// Package logbuckets builds the buckets in which a region's load balancers, VPC
// and other buckets leave their logs. The buckets of CloudTrail and AWS Config
// are not among them: they belong to what writes them.
package logbuckets

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/key"
	"cellworks/pkg/naming"
)

const token = component.TokenPrefix + ":logbuckets:LogBuckets"

// Args says what buckets to build.
type Args struct {
	// OrganizationName is the organization's name in the configuration.
	OrganizationName string
	// AccountID and Region are where the buckets are.
	AccountID, Region string
	// Config says how long log files are kept. The buckets have no lock of files:
	// Config.ObjectLock is the trail's.
	Config config.BaseAudit
	// KeyARN is the key of the network's bucket; the services that write the other
	// two can do so only with S3's own.
	KeyARN pulumi.StringInput
	// NetworkStatements let what records the network write to its bucket, which is
	// naming.LogBucket of contract.LogsNetwork.
	NetworkStatements []iampolicy.Statement
	// DeletionProtection makes Pulumi refuse to delete the buckets.
	DeletionProtection bool
}

// LogBuckets are the log buckets of a region.
type LogBuckets struct {
	pulumi.ResourceState

	// Names are the buckets' names by purpose: contract.LogsAccess,
	// contract.LogsLoadBalancer and contract.LogsNetwork.
	Names map[string]string
	// Buckets are the buckets by purpose. What writes to one uses its ID, or depends
	// on its Policy.
	Buckets map[string]*bucket.Bucket
}

// Outputs returns the buckets' names by purpose.
func (l *LogBuckets) Outputs() pulumi.Map {
	names := pulumi.Map{}
	for purpose, b := range l.Buckets {
		names[purpose] = b.ID
	}
	return pulumi.Map{"bucketNames": names}
}

// KeyStatements returns what the policy of the region's log key must hold so that
// its log files can be read: principals of the account whom IAM lets read a
// bucket may decrypt its objects, through S3 only.
func KeyStatements(region, accountID string) []iampolicy.Statement {
	return []iampolicy.Statement{
		key.ViaServices("ReadLogFiles", region, accountID, []string{"s3"}, "kms:Decrypt", "kms:DescribeKey"),
	}
}

// New builds the buckets. All but the one for access logs are logged there. It
// fails, naming all that is wrong before any resource is registered, when a field
// that must be set is empty, or the days of Config cannot be those of a bucket.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*LogBuckets, error) {
	plan, err := args.plan()
	if err != nil {
		return nil, fmt.Errorf("log buckets %q: %w", name, err)
	}
	l := &LogBuckets{Names: map[string]string{}, Buckets: map[string]*bucket.Bucket{}}
	return component.Register(ctx, token, name, l, opts, func(child pulumi.ResourceOption) error {
		add := func(purpose string, args bucket.Args) error {
			b, err := bucket.Add(ctx, name+"-"+purpose, args, child)
			if err == nil {
				l.Names[purpose], l.Buckets[purpose] = args.Name, b
			}
			return err
		}
		// The others are logged to it, which S3 refuses before it takes the logs.
		if err := add(contract.LogsAccess, plan[contract.LogsAccess]); err != nil {
			return err
		}
		delete(plan, contract.LogsAccess)
		for _, purpose := range slices.Sorted(maps.Keys(plan)) {
			args := plan[purpose]
			args.AccessLogBucket = l.Buckets[contract.LogsAccess].ID
			if err := add(purpose, args); err != nil {
				return err
			}
		}
		return nil
	})
}

// plan returns the buckets by purpose, or everything that is wrong with args.
func (a Args) plan() (map[string]bucket.Args, error) {
	if a.OrganizationName == "" || a.AccountID == "" || a.Region == "" {
		return nil, errors.New("organization, account id and region must be set")
	}
	plan := map[string]bucket.Args{
		contract.LogsAccess:       {Kind: bucket.AccessLogs},
		contract.LogsLoadBalancer: {Kind: bucket.LoadBalancerLogs},
		contract.LogsNetwork:      {Kind: bucket.Private, KeyARN: a.KeyARN, Lock: config.LockNone},
	}
	var errs []error
	for _, purpose := range slices.Sorted(maps.Keys(plan)) {
		args := plan[purpose]
		name, err := naming.LogBucket(a.OrganizationName, a.AccountID, a.Region, purpose)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		args.Name, args.AccountID, args.Region = name, a.AccountID, a.Region
		args.Versioning, args.Lifecycle = true, bucket.LogLifecycle(a.Config)
		args.Statements = a.statements(purpose, bucket.ARN(a.Region, name))
		args.Protect, args.Retain = a.DeletionProtection, a.Config.RetainOnDestroy
		plan[purpose] = args
		errs = append(errs, args.Validate())
	}
	return plan, errors.Join(errs...)
}

// statements lets those write a bucket who have logs for it.
func (a Args) statements(purpose, bucketARN string) []iampolicy.Statement {
	switch purpose {
	case contract.LogsAccess:
		return []iampolicy.Statement{
			iampolicy.Allow("WriteAccessLogs", "s3:PutObject").By(iampolicy.ByService("logging.s3.amazonaws.com")).On(bucketARN+"/*").
				If("StringEquals", "aws:SourceAccount", a.AccountID),
		}
	case contract.LogsLoadBalancer:
		return []iampolicy.Statement{
			iampolicy.Allow("WriteLoadBalancerLogs", "s3:PutObject").
				By(iampolicy.ByService("logdelivery.elasticloadbalancing.amazonaws.com")).On(bucketARN+"/AWSLogs/"+a.AccountID+"/*").
				If("ArnLike", "aws:SourceArn", naming.ARN(a.Region, "elasticloadbalancing", a.Region, a.AccountID, "loadbalancer/*")),
		}
	default:
		return a.NetworkStatements
	}
}
