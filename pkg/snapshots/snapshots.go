// Package snapshots builds where the servers of an application save what they
// store: a locked bucket and its key, in the region of the servers or in another
// one, so that they outlive it.
package snapshots

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/key"
	"cellworks/pkg/naming"
)

const (
	token = component.TokenPrefix + ":snapshots:Snapshots"

	// purpose ends the names of key and bucket.
	purpose = "snapshots"
	// keyDeletionDays is the longest window that KMS offers before a key is gone.
	keyDeletionDays = 30
)

// Args says where snapshots go.
type Args struct {
	// OrganizationName is the organization's name in the configuration.
	OrganizationName string
	// Application is whose snapshots they are.
	Application string
	// AccountID and Region are where the bucket is: the region of the provider that
	// New is given.
	AccountID, Region string
	// Config says how long snapshots are kept and locked.
	Config config.UtilitySnapshots
	// DeletionProtection makes Pulumi refuse to delete bucket and key, and leaves both
	// in the account when the stack is destroyed all the same.
	DeletionProtection bool
}

// Snapshots is where snapshots go.
type Snapshots struct {
	pulumi.ResourceState

	// BucketName is the bucket's name, known beforehand: servers are told it.
	BucketName string
	// Bucket is the bucket's name once it is complete, BucketARN its ARN.
	Bucket, BucketARN pulumi.StringOutput
	// KeyARN is the key that snapshots are encrypted with.
	KeyARN pulumi.StringOutput
}

// Outputs returns the bucket's name and the key.
func (s *Snapshots) Outputs() pulumi.Map {
	return pulumi.Map{"bucketName": s.Bucket, "keyArn": s.KeyARN}
}

// Write returns what a server's role must allow so that it can add snapshots to
// the bucket, below the folder of the application. needs are BucketARN and KeyARN.
// It can neither read nor delete them.
func Write(application string) func(needs []string) []iampolicy.Statement {
	return func(needs []string) []iampolicy.Statement {
		return []iampolicy.Statement{
			iampolicy.Allow("AddSnapshots", "s3:PutObject", "s3:AbortMultipartUpload").On(needs[0] + "/" + application + "/*"),
			// A multipart upload reads its own parts again.
			iampolicy.Allow("EncryptSnapshots", "kms:Decrypt", "kms:GenerateDataKey").On(needs[1]),
		}
	}
}

// New builds the bucket, which is logged to the region's bucket for access logs. It
// fails, naming all that is wrong before any resource is registered, when a field
// that must be set is empty, a name would be too long, or the days of Config cannot
// be those of a bucket.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Snapshots, error) {
	plan, err := args.plan()
	if err != nil {
		return nil, fmt.Errorf("snapshots %q: %w", name, err)
	}
	s := &Snapshots{BucketName: plan.Name}
	return component.Register(ctx, token, name, s, opts, func(child pulumi.ResourceOption) error {
		made, err := key.New(ctx, name, key.Args{
			Description:        "Snapshots of " + args.Application,
			Alias:              naming.UtilityKeyAlias(args.Application, purpose),
			AccountID:          args.AccountID,
			Region:             args.Region,
			Statements:         []iampolicy.Statement{key.ViaServices("UseByS3", args.Region, args.AccountID, []string{"s3"})},
			DeletionWindowDays: keyDeletionDays,
			Protect:            args.DeletionProtection,
			Retain:             args.DeletionProtection,
		}, child)
		if err != nil {
			return err
		}
		plan.KeyARN = made.ARN
		added, err := bucket.Add(ctx, name, plan, child)
		if err != nil {
			return err
		}
		s.Bucket, s.BucketARN, s.KeyARN = added.ID, added.ARN, made.ARN
		return nil
	})
}

// plan returns the bucket, or everything that is wrong with args. Its key is made
// later.
func (a Args) plan() (bucket.Args, error) {
	if a.OrganizationName == "" || a.Application == "" || a.AccountID == "" || a.Region == "" {
		return bucket.Args{}, errors.New("organization, application, account id and region must be set")
	}
	name, errName := naming.UtilityBucket(a.OrganizationName, a.AccountID, a.Region, a.Application, purpose)
	logs, errLogs := naming.LogBucket(a.OrganizationName, a.AccountID, a.Region, contract.LogsAccess)
	if err := errors.Join(errName, errLogs); err != nil {
		return bucket.Args{}, err
	}
	plan := bucket.Args{
		Name:       name,
		AccountID:  a.AccountID,
		Region:     a.Region,
		Kind:       bucket.Private,
		KeyARN:     pulumi.String(naming.ARN(a.Region, "kms", a.Region, a.AccountID, "key/any")),
		Versioning: true,
		// A snapshot goes the day after its lock; a day later nobody can restore it.
		Lifecycle:       bucket.Lifecycle{ExpireDays: a.Config.RetentionDays + 1, NoncurrentDays: 1},
		Lock:            a.Config.ObjectLock,
		AccessLogBucket: pulumi.String(logs),
		DenyOtherKeys:   true,
		Protect:         a.DeletionProtection,
		Retain:          a.DeletionProtection,
	}
	if plan.Lock != config.LockNone {
		plan.LockDays = a.Config.RetentionDays
	}
	return plan, plan.Validate()
}
