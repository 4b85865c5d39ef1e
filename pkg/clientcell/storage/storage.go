// Package storage builds a cell's buckets: encrypted with the client's key,
// versioned, closed to the public, to other principals and to plain HTTP.
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
	"cellworks/pkg/iampolicy"
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
	// Buckets are the buckets by physical name.
	Buckets map[string]config.Bucket
	// DeletionProtection makes Pulumi refuse to delete the buckets.
	DeletionProtection bool
}

func (a Args) validate() error {
	if a.Client == "" || a.AccountID == "" || a.Region == "" || a.DeployRole == "" {
		return errors.New("client, account id, region and deployment role must be set")
	}
	if a.KeyARN == nil {
		return errors.New("key is not set")
	}
	var errs []error
	for _, physical := range slices.Sorted(maps.Keys(a.Buckets)) {
		errs = append(errs, a.bucket(physical).Validate())
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
		Lifecycle:  bucket.Lifecycle{InfrequentDays: cfg.InfrequentAccessDays, ExpireDays: cfg.ExpireDays},
		Statements: []iampolicy.Statement{a.perimeter(bucket.ARN(a.Region, physical))},
		// Nothing but the cell writes to it.
		DenyOtherKeys: true,
		Protect:       a.DeletionProtection,
	}
	if cfg.Versioning {
		args.Lifecycle.NoncurrentDays = cfg.NoncurrentDays
	}
	return args
}

// Storage is a cell's buckets.
type Storage struct {
	pulumi.ResourceState

	// BucketNames are the buckets' physical names by name in the configuration.
	BucketNames map[string]pulumi.StringOutput
}

// Outputs returns the buckets' names.
func (s *Storage) Outputs() pulumi.Map {
	buckets := pulumi.Map{}
	for name, bucket := range s.BucketNames {
		buckets[name] = bucket
	}
	return pulumi.Map{"bucketNames": buckets}
}

// New builds the buckets that args describes. It fails, naming all that is wrong
// before any resource is registered, when args are incomplete or the days of a
// bucket's lifecycle contradict each other.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Storage, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("storage %q: %w", name, err)
	}
	s := &Storage{BucketNames: map[string]pulumi.StringOutput{}}
	return component.Register(ctx, token, name, s, opts, func(child pulumi.ResourceOption) error {
		for _, physical := range slices.Sorted(maps.Keys(args.Buckets)) {
			b, err := bucket.Add(ctx, name+"-"+args.Buckets[physical].Name, args.bucket(physical), child)
			if err != nil {
				return err
			}
			s.BucketNames[args.Buckets[physical].Name] = b.ID
		}
		return nil
	})
}
