// Package bucket adds one S3 bucket to a component, with everything that closes
// it: no public access, no ACLs, encryption, TLS only, and where it is wanted
// Object Lock and server access logs. It registers no component of its own, so
// that the bucket's URN has no further level.
package bucket

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
)

// Bucket is one bucket.
type Bucket struct {
	// Name is the physical name.
	Name string
	// ID is the same name as an output: what uses it waits until the bucket is
	// complete, its policy included.
	ID pulumi.StringOutput
	// ARN is the bucket's ARN, known once the bucket exists.
	ARN pulumi.StringOutput
	// Policy is the last resource of the bucket: what depends on it finds the bucket
	// complete and may write.
	Policy *s3.BucketPolicy
}

// Add adds the bucket that args describes to the component that child makes
// resources the children of. All its resources have the name name. It fails
// before any of them is registered when Args.Validate does.
func Add(ctx *pulumi.Context, name string, args Args, child pulumi.ResourceOption) (*Bucket, error) {
	if err := args.Validate(); err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, name: name, args: args, child: child}
	if err := b.addBucket(); err != nil {
		return nil, fmt.Errorf("bucket %q: %w", args.Name, err)
	}
	for _, add := range []func() error{
		b.addPublicAccessBlock, b.addOwnership, b.addEncryption, b.addVersioning, b.addLock, b.addLifecycle, b.addLogging, b.addEvents,
	} {
		if err := add(); err != nil {
			return nil, fmt.Errorf("bucket %q: %w", args.Name, err)
		}
	}
	policy, err := b.addPolicy()
	if err != nil {
		return nil, fmt.Errorf("bucket %q: %w", args.Name, err)
	}
	return &Bucket{Name: args.Name, ID: policy.Bucket, ARN: b.bucket.Arn, Policy: policy}, nil
}

// builder adds the resources of one bucket one after the other. S3 refuses
// parallel changes to one bucket's settings (OperationAborted), so each waits for
// the one before it. The policy is the last: a service that may write by it alone
// finds encryption and lock in place.
type builder struct {
	ctx    *pulumi.Context
	name   string
	args   Args
	child  pulumi.ResourceOption
	bucket *s3.BucketV2
	last   pulumi.Resource
}

// options returns those of the next resource of the chain. A bucket that is
// retained keeps its settings too: one without its policy and its lock would be
// left open.
func (b *builder) options() []pulumi.ResourceOption {
	return []pulumi.ResourceOption{b.child, pulumi.DependsOn([]pulumi.Resource{b.last}), pulumi.RetainOnDelete(b.args.Retain)}
}

func (b *builder) addBucket() error {
	args := &s3.BucketV2Args{
		Bucket: pulumi.String(b.args.Name),
		Tags:   pulumi.StringMap{"Name": pulumi.String(b.args.Name)},
	}
	if b.args.Lock != "" {
		args.ObjectLockEnabled = pulumi.Bool(true)
	}
	bucket, err := s3.NewBucketV2(b.ctx, b.name, args, b.child, pulumi.Protect(b.args.Protect), pulumi.RetainOnDelete(b.args.Retain))
	if err != nil {
		return err
	}
	b.bucket, b.last = bucket, bucket
	return nil
}

func (b *builder) addPublicAccessBlock() error {
	block, err := s3.NewBucketPublicAccessBlock(b.ctx, b.name, &s3.BucketPublicAccessBlockArgs{
		Bucket:                b.bucket.Bucket,
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, b.options()...)
	b.last = block
	return err
}

func (b *builder) addOwnership() error {
	ownership, err := s3.NewBucketOwnershipControls(b.ctx, b.name, &s3.BucketOwnershipControlsArgs{
		Bucket: b.bucket.Bucket,
		Rule:   s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}, b.options()...)
	b.last = ownership
	return err
}

// addEncryption sets the default encryption. A bucket key saves requests to KMS.
func (b *builder) addEncryption() error {
	rule := s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
		ApplyServerSideEncryptionByDefault: s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
			SseAlgorithm: pulumi.String("AES256"),
		},
	}
	if rules, _ := b.args.Kind.rules(); rules.key {
		rule = s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
			BucketKeyEnabled: pulumi.Bool(rules.bucketKey),
			ApplyServerSideEncryptionByDefault: s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
				SseAlgorithm:   pulumi.String("aws:kms"),
				KmsMasterKeyId: b.args.KeyARN,
			},
		}
	}
	encryption, err := s3.NewBucketServerSideEncryptionConfigurationV2(b.ctx, b.name, &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: b.bucket.Bucket,
		Rules:  s3.BucketServerSideEncryptionConfigurationV2RuleArray{rule},
	}, b.options()...)
	b.last = encryption
	return err
}

func (b *builder) addVersioning() error {
	status := "Suspended"
	if b.args.Versioning {
		status = "Enabled"
	}
	versioning, err := s3.NewBucketVersioningV2(b.ctx, b.name, &s3.BucketVersioningV2Args{
		Bucket:                  b.bucket.Bucket,
		VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String(status)},
	}, b.options()...)
	b.last = versioning
	return err
}

// addLock sets the default retention of new objects.
func (b *builder) addLock() error {
	if b.args.Lock == "" || b.args.Lock == config.LockNone {
		return nil
	}
	lock, err := s3.NewBucketObjectLockConfigurationV2(b.ctx, b.name, &s3.BucketObjectLockConfigurationV2Args{
		Bucket: b.bucket.Bucket,
		Rule: s3.BucketObjectLockConfigurationV2RuleArgs{
			DefaultRetention: s3.BucketObjectLockConfigurationV2RuleDefaultRetentionArgs{
				Mode: pulumi.String(strings.ToUpper(string(b.args.Lock))),
				Days: pulumi.Int(b.args.LockDays),
			},
		},
	}, b.options()...)
	b.last = lock
	return err
}

func (b *builder) addLogging() error {
	if b.args.AccessLogBucket == nil {
		return nil
	}
	logging, err := s3.NewBucketLoggingV2(b.ctx, b.name, &s3.BucketLoggingV2Args{
		Bucket:       b.bucket.Bucket,
		TargetBucket: b.args.AccessLogBucket,
		TargetPrefix: pulumi.String(b.args.Name + "/"),
	}, b.options()...)
	b.last = logging
	return err
}

// addEvents adds the one resource that says whom the bucket tells of its objects:
// another would take its place.
func (b *builder) addEvents() error {
	if !b.args.EventBridge {
		return nil
	}
	notification, err := s3.NewBucketNotification(b.ctx, b.name, &s3.BucketNotificationArgs{
		Bucket:      b.bucket.Bucket,
		Eventbridge: pulumi.Bool(true),
	}, b.options()...)
	b.last = notification
	return err
}

func (b *builder) addPolicy() (*s3.BucketPolicy, error) {
	var policy pulumi.StringInput
	if b.args.DenyOtherKeys {
		policy = b.args.KeyARN.ToStringOutput().ApplyT(func(keyARN string) (string, error) {
			return b.args.policy(keyARN).JSONFor(iampolicy.Bucket)
		}).(pulumi.StringOutput)
	} else {
		text, err := b.args.policy("").JSONFor(iampolicy.Bucket)
		if err != nil {
			return nil, err
		}
		policy = pulumi.String(text)
	}
	return s3.NewBucketPolicy(b.ctx, b.name, &s3.BucketPolicyArgs{Bucket: b.bucket.Bucket, Policy: policy}, b.options()...)
}
