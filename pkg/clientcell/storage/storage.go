// Package storage builds a cell's buckets: encrypted with the client's key,
// versioned, closed to the public, to other principals and to plain HTTP; with copies in
// another region and scans for malware where they are wanted.
package storage

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/component"
	"cellworks/pkg/config"
)

const token = component.TokenPrefix + ":clientcell:Storage"

// Args says what buckets to build.
type Args struct {
	// Client is the client's name.
	Client string
	// AccountID and Region are where the cell is.
	AccountID, Region string
	// DeployRole is the name of the role that runs the deployment; the buckets'
	// policies must not lock it out.
	DeployRole string
	// KeyARN is the cell's key.
	KeyARN pulumi.StringInput
	// PermissionsBoundary is the ARN of the policy that bounds the roles of GuardDuty and
	// S3.
	PermissionsBoundary pulumi.StringInput
	// Buckets are the buckets by physical name.
	Buckets map[string]config.Bucket
	// AccessLogBucket is the name of the bucket that takes server access logs; needed
	// when a bucket has some.
	AccessLogBucket string
	// Copies are the physical names of the copies of replicated buckets, by the bucket's
	// physical name; Regions is where they are, by region.
	Copies  map[string]string
	Regions map[string]Region
	// DeletionProtection makes Pulumi refuse to delete the buckets.
	DeletionProtection bool
}

func (a Args) validate() error {
	if a.Client == "" || a.AccountID == "" || a.Region == "" || a.DeployRole == "" {
		return errors.New("client, account id, region and deployment role must be set")
	}
	if a.KeyARN == nil || a.PermissionsBoundary == nil {
		return errors.New("key and permissions boundary must be set")
	}
	var errs []error
	for _, physical := range slices.Sorted(maps.Keys(a.Buckets)) {
		errs = append(errs, a.bucket(physical).Validate())
		if a.Buckets[physical].AccessLogs && a.AccessLogBucket == "" {
			errs = append(errs, fmt.Errorf("bucket %q: %s has no bucket for access logs", physical, a.Region))
		}
	}
	for _, physical := range a.replicated() {
		errs = append(errs, a.checkCopy(physical))
	}
	return errors.Join(errs...)
}

// bucket returns what bucket to add for the one called physical.
func (a Args) bucket(physical string) bucket.Args {
	cfg := a.Buckets[physical]
	args := bucket.Args{
		Name:       physical,
		AccountID:  a.AccountID,
		Region:     a.Region,
		Kind:       bucket.Private,
		KeyARN:     a.KeyARN,
		Versioning: cfg.Versioning,
		Lifecycle: bucket.Lifecycle{
			InfrequentDays: cfg.InfrequentAccessDays, GlacierDays: cfg.GlacierDays, ExpireDays: cfg.ExpireDays,
		},
		// Rules on the bus are the only way that other modules hear of objects: a bucket
		// has one resource for whom it tells.
		EventBridge: true,
		Statements:  a.statements(bucket.ARN(a.Region, physical), cfg),
		// Nothing but the cell writes to it.
		DenyOtherKeys: true,
		Protect:       a.DeletionProtection,
	}
	if cfg.Versioning {
		args.Lifecycle.NoncurrentDays = cfg.NoncurrentDays
	}
	if cfg.ObjectLockDays > 0 {
		args.Lock, args.LockDays = config.LockGovernance, cfg.ObjectLockDays
	}
	if cfg.AccessLogs {
		args.AccessLogBucket = pulumi.String(a.AccessLogBucket)
	}
	return args
}

// Storage is a cell's buckets.
type Storage struct {
	pulumi.ResourceState

	// BucketNames are the buckets' physical names by name in the configuration.
	BucketNames map[string]pulumi.StringOutput
	// BucketARNs are the buckets' ARNs by name in the configuration.
	BucketARNs map[string]pulumi.StringOutput
	// CopyNames are the physical names of the copies in other regions, by the same name.
	CopyNames map[string]pulumi.StringOutput

	name    string
	args    Args
	buckets map[string]*bucket.Bucket
}

// Outputs returns the names of the buckets and of their copies.
func (s *Storage) Outputs() pulumi.Map {
	outputs := pulumi.Map{"bucketNames": byName(s.BucketNames)}
	if len(s.CopyNames) > 0 {
		outputs["bucketCopyNames"] = byName(s.CopyNames)
	}
	return outputs
}

func byName(names map[string]pulumi.StringOutput) pulumi.Map {
	all := pulumi.Map{}
	for name, physical := range names {
		all[name] = physical
	}
	return all
}

// logical returns the logical name of the bucket called physical.
func (s *Storage) logical(physical string) string {
	return s.name + "-" + s.args.Buckets[physical].Name
}

// New builds the buckets that args describes. It fails, naming all that is wrong
// before any resource is registered, when args are incomplete, the days of a bucket's
// lifecycle contradict each other, or its copy is not in another region.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Storage, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("storage %q: %w", name, err)
	}
	s := &Storage{
		BucketNames: map[string]pulumi.StringOutput{}, BucketARNs: map[string]pulumi.StringOutput{}, CopyNames: map[string]pulumi.StringOutput{},
		name: name, args: args, buckets: map[string]*bucket.Bucket{},
	}
	return component.Register(ctx, token, name, s, opts, func(child pulumi.ResourceOption) error {
		for _, physical := range slices.Sorted(maps.Keys(args.Buckets)) {
			b, err := bucket.Add(ctx, s.logical(physical), args.bucket(physical), child)
			if err != nil {
				return err
			}
			s.buckets[physical] = b
			s.BucketNames[args.Buckets[physical].Name], s.BucketARNs[args.Buckets[physical].Name] = b.ID, b.ARN
		}
		if err := s.addScans(ctx, child); err != nil {
			return err
		}
		return s.addCopies(ctx, child)
	})
}
