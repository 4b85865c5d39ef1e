package storage

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/cellrole"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// Region is another region that keeps copies of buckets.
type Region struct {
	// Provider makes resources there.
	Provider pulumi.ProviderResource
	// KeyARN is the replica of the cell's key.
	KeyARN pulumi.StringInput
	// AccessLogBucket is the bucket that takes server access logs.
	AccessLogBucket string
}

// replicated returns the physical names of the buckets that have a copy.
func (a Args) replicated() []string {
	var names []string
	for _, physical := range slices.Sorted(maps.Keys(a.Buckets)) {
		if a.Buckets[physical].ReplicateTo != "" {
			names = append(names, physical)
		}
	}
	return names
}

// checkCopy reports what the copy of a bucket lacks.
func (a Args) checkCopy(physical string) error {
	cfg := a.Buckets[physical]
	there, ok := a.Regions[cfg.ReplicateTo]
	switch {
	case cfg.ReplicateTo == a.Region:
		return fmt.Errorf("bucket %q: the copy would be in the bucket's own region %s, want another", physical, a.Region)
	case a.Copies[physical] == "" || !ok || there.Provider == nil || there.KeyARN == nil:
		return fmt.Errorf("bucket %q: name, provider and key of its copy in %s must be set", physical, cfg.ReplicateTo)
	case !cfg.Versioning:
		return fmt.Errorf("bucket %q: %w", physical, errors.New("a bucket without versioning cannot be replicated"))
	case cfg.AccessLogs && there.AccessLogBucket == "":
		return fmt.Errorf("bucket %q: %s has no bucket for access logs", physical, cfg.ReplicateTo)
	}
	return a.copyOf(physical).Validate()
}

// copyOf returns what bucket to add in another region for the one called physical. It
// ages and is locked as that one is.
func (a Args) copyOf(physical string) bucket.Args {
	args, cfg := a.bucket(physical), a.Buckets[physical]
	there := a.Regions[cfg.ReplicateTo]
	args.Name, args.Region, args.KeyARN = a.Copies[physical], cfg.ReplicateTo, there.KeyARN
	args.Statements = a.statements(bucket.ARN(cfg.ReplicateTo, a.Copies[physical]), cfg)
	args.AccessLogBucket = nil
	if cfg.AccessLogs {
		args.AccessLogBucket = pulumi.String(there.AccessLogBucket)
	}
	return args
}

// addCopies lets S3 copy the objects of the buckets that want it to another region.
func (s *Storage) addCopies(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	names := s.args.replicated()
	if len(names) == 0 {
		return nil
	}
	keys := []pulumi.StringInput{s.args.KeyARN}
	for _, physical := range names {
		keys = append(keys, s.args.Regions[s.args.Buckets[physical].ReplicateTo].KeyARN)
	}
	role, err := cellrole.Add(ctx, s.name+"-replication", cellrole.Args{
		Client:      s.args.Client,
		Name:        naming.CellStorageRole(s.args.Client, naming.RoleReplication),
		Description: "Copies objects of client " + s.args.Client + " to another region",
		Trust: iampolicy.NewDocument(iampolicy.Allow("Replicate", "sts:AssumeRole").By(iampolicy.ByService("s3.amazonaws.com")).
			If("StringEquals", "aws:SourceAccount", s.args.AccountID)),
		Policy:              cellrole.Text(func(keys []string) iampolicy.Document { return s.args.replicationPolicy(keys[0], keys[1:]) }, keys...),
		PermissionsBoundary: s.args.PermissionsBoundary,
	}, child)
	if err != nil {
		return err
	}
	for _, physical := range names {
		if err := s.addCopy(ctx, physical, role, child); err != nil {
			return err
		}
	}
	return nil
}

func (s *Storage) addCopy(ctx *pulumi.Context, physical string, role *cellrole.Role, child pulumi.ResourceOption) error {
	cfg := s.args.Buckets[physical]
	there := s.args.Regions[cfg.ReplicateTo]
	copied, err := bucket.Add(ctx, s.logical(physical)+"-copy", s.args.copyOf(physical), pulumi.Composite(child, pulumi.Provider(there.Provider)))
	if err != nil {
		return err
	}
	s.CopyNames[cfg.Name] = copied.ID
	_, err = s3.NewBucketReplicationConfig(ctx, s.logical(physical), &s3.BucketReplicationConfigArgs{
		Bucket: s.buckets[physical].ID,
		Role:   role.ARN,
		Rules: s3.BucketReplicationConfigRuleArray{s3.BucketReplicationConfigRuleArgs{
			Id:       pulumi.String("all"),
			Status:   pulumi.String("Enabled"),
			Priority: pulumi.Int(1),
			Filter:   s3.BucketReplicationConfigRuleFilterArgs{},
			// What is deleted here stays there until it expires: the copy is for the day on
			// which something was deleted that should not have been.
			DeleteMarkerReplication: s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs{Status: pulumi.String("Disabled")},
			// Objects under a customer managed key are left out unless asked for.
			SourceSelectionCriteria: s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs{
				SseKmsEncryptedObjects: s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs{Status: pulumi.String("Enabled")},
			},
			Destination: s3.BucketReplicationConfigRuleDestinationArgs{
				Bucket: copied.ARN,
				EncryptionConfiguration: s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs{
					ReplicaKmsKeyId: there.KeyARN.ToStringOutput(),
				},
			},
		}},
	}, child, pulumi.DependsOn([]pulumi.Resource{role.Attachment, s.buckets[physical].Policy, copied.Policy}))
	return err
}

// replicationPolicy is what S3 asks for
// (docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html,
// and for keys replication-config-for-kms-objects.html). copies are the keys of the
// copies, in the order of replicated.
func (a Args) replicationPolicy(keyARN string, copies []string) iampolicy.Document {
	var buckets, objects, there, services []string
	for _, physical := range a.replicated() {
		arn := bucket.ARN(a.Region, physical)
		buckets, objects = append(buckets, arn), append(objects, arn+"/*")
		region := a.Buckets[physical].ReplicateTo
		there = append(there, bucket.ARN(region, a.Copies[physical])+"/*")
		services = append(services, "s3."+region+".amazonaws.com")
	}
	return iampolicy.NewDocument(
		iampolicy.Allow("ReadBuckets", "s3:GetReplicationConfiguration", "s3:ListBucket").On(buckets...),
		iampolicy.Allow("ReadObjects", "s3:GetObjectLegalHold", "s3:GetObjectRetention", "s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging").
			On(objects...),
		iampolicy.Allow("WriteCopies", "s3:ReplicateObject", "s3:ReplicateTags").On(there...),
		iampolicy.Allow("Decrypt", "kms:Decrypt").On(keyARN).If("StringEquals", "kms:ViaService", "s3."+a.Region+".amazonaws.com"),
		iampolicy.Allow("Encrypt", "kms:Encrypt", "kms:GenerateDataKey").On(unique(copies)...).If("StringEquals", "kms:ViaService", unique(services)...),
	)
}

func unique(values []string) []string {
	sorted := slices.Sorted(slices.Values(values))
	return slices.Compact(sorted)
}
