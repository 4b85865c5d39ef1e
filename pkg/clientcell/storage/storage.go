// Package storage builds a cell's buckets: encrypted with the client's key,
// versioned, closed to the public, to other principals and to plain HTTP.
package storage

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

const (
	token = component.TokenPrefix + ":clientcell:Storage"

	// abortUploadDays is when parts of an upload that never finished are removed.
	abortUploadDays = 7
)

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
	return nil
}

// Storage is a cell's buckets.
type Storage struct {
	pulumi.ResourceState

	// BucketNames are the buckets' physical names by name in the configuration.
	BucketNames map[string]pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the buckets' names.
func (s *Storage) Outputs() pulumi.Map {
	buckets := pulumi.Map{}
	for name, bucket := range s.BucketNames {
		buckets[name] = bucket
	}
	return pulumi.Map{"bucketNames": buckets}
}

// New builds the buckets that args describes. It fails, before any resource is
// registered, when args are incomplete.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Storage, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("storage %q: %w", name, err)
	}
	s := &Storage{BucketNames: map[string]pulumi.StringOutput{}, name: name, args: args}
	return component.Register(ctx, token, name, s, opts, func(child pulumi.ResourceOption) error {
		for _, physical := range slices.Sorted(maps.Keys(args.Buckets)) {
			if err := s.addBucket(ctx, physical, args.Buckets[physical], child); err != nil {
				return err
			}
		}
		return nil
	})
}

// addBucket builds one bucket and what closes it. S3 refuses parallel changes to
// one bucket's settings (OperationAborted), so each waits for the one before it;
// the policy comes after the public access block that guards it.
func (s *Storage) addBucket(ctx *pulumi.Context, physical string, cfg config.Bucket, child pulumi.ResourceOption) error {
	name := s.name + "-" + cfg.Name
	bucket, err := s3.NewBucketV2(ctx, name, &s3.BucketV2Args{
		Bucket: pulumi.String(physical),
		Tags:   pulumi.StringMap{"Name": pulumi.String(physical)},
	}, child, pulumi.Protect(s.args.DeletionProtection))
	if err != nil {
		return err
	}
	s.BucketNames[cfg.Name] = bucket.Bucket
	last, err := s.close(ctx, name, physical, bucket, child)
	if err != nil {
		return err
	}
	return s.addLifecycle(ctx, name, bucket, cfg, last, child)
}

// close shuts the bucket to the public, to ACLs, to plain HTTP, to other
// principals and to other keys. It returns the last resource of the chain.
func (s *Storage) close(ctx *pulumi.Context, name, physical string, bucket *s3.BucketV2, child pulumi.ResourceOption) (pulumi.Resource, error) {
	block, err := s3.NewBucketPublicAccessBlock(ctx, name, &s3.BucketPublicAccessBlockArgs{
		Bucket:                bucket.Bucket,
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, child)
	if err != nil {
		return nil, err
	}
	ownership, err := s3.NewBucketOwnershipControls(ctx, name, &s3.BucketOwnershipControlsArgs{
		Bucket: bucket.Bucket,
		Rule:   s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}, child, after(block))
	if err != nil {
		return nil, err
	}
	encryption, err := s3.NewBucketServerSideEncryptionConfigurationV2(ctx, name, &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: bucket.Bucket,
		Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
			BucketKeyEnabled: pulumi.Bool(true),
			ApplyServerSideEncryptionByDefault: s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
				SseAlgorithm:   pulumi.String("aws:kms"),
				KmsMasterKeyId: s.args.KeyARN,
			},
		}},
	}, child, after(ownership))
	if err != nil {
		return nil, err
	}
	policy := s.args.KeyARN.ToStringOutput().ApplyT(func(keyARN string) (string, error) {
		return s.args.policy(naming.ARN(s.args.Region, "s3", "", "", physical), keyARN).JSONFor(iampolicy.Bucket)
	}).(pulumi.StringOutput)
	return s3.NewBucketPolicy(ctx, name, &s3.BucketPolicyArgs{Bucket: bucket.Bucket, Policy: policy}, child, after(encryption))
}

func (s *Storage) addLifecycle(ctx *pulumi.Context, name string, bucket *s3.BucketV2, cfg config.Bucket, last pulumi.Resource, child pulumi.ResourceOption) error {
	status := "Suspended"
	if cfg.Versioning {
		status = "Enabled"
	}
	versioning, err := s3.NewBucketVersioningV2(ctx, name, &s3.BucketVersioningV2Args{
		Bucket:                  bucket.Bucket,
		VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String(status)},
	}, child, after(last))
	if err != nil {
		return err
	}
	_, err = s3.NewBucketLifecycleConfigurationV2(ctx, name, &s3.BucketLifecycleConfigurationV2Args{
		Bucket: bucket.Bucket,
		Rules:  lifecycle(cfg),
	}, child, after(versioning))
	return err
}

// lifecycle returns the rules of cfg. Each has an empty filter, which S3 wants
// for "every object".
func lifecycle(cfg config.Bucket) s3.BucketLifecycleConfigurationV2RuleArray {
	all := s3.BucketLifecycleConfigurationV2RuleFilterArgs{}
	rules := s3.BucketLifecycleConfigurationV2RuleArray{s3.BucketLifecycleConfigurationV2RuleArgs{
		Id:     pulumi.String("unfinished-uploads"),
		Status: pulumi.String("Enabled"),
		Filter: all,
		AbortIncompleteMultipartUpload: s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{
			DaysAfterInitiation: pulumi.Int(abortUploadDays),
		},
	}}
	if cfg.Versioning {
		rules = append(rules, s3.BucketLifecycleConfigurationV2RuleArgs{
			Id:     pulumi.String("old-versions"),
			Status: pulumi.String("Enabled"),
			Filter: all,
			NoncurrentVersionExpiration: s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{
				NoncurrentDays: pulumi.Int(cfg.NoncurrentDays),
			},
		})
	}
	if cfg.InfrequentAccessDays > 0 {
		rules = append(rules, s3.BucketLifecycleConfigurationV2RuleArgs{
			Id:     pulumi.String("infrequent-access"),
			Status: pulumi.String("Enabled"),
			Filter: all,
			Transitions: s3.BucketLifecycleConfigurationV2RuleTransitionArray{s3.BucketLifecycleConfigurationV2RuleTransitionArgs{
				Days:         pulumi.Int(cfg.InfrequentAccessDays),
				StorageClass: pulumi.String("STANDARD_IA"),
			}},
		})
	}
	if cfg.ExpireDays > 0 {
		rules = append(rules, s3.BucketLifecycleConfigurationV2RuleArgs{
			Id:         pulumi.String("expire"),
			Status:     pulumi.String("Enabled"),
			Filter:     all,
			Expiration: s3.BucketLifecycleConfigurationV2RuleExpirationArgs{Days: pulumi.Int(cfg.ExpireDays)},
		})
	}
	return rules
}

func after(r pulumi.Resource) pulumi.ResourceOption { return pulumi.DependsOn([]pulumi.Resource{r}) }
