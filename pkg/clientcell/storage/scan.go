package storage

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/guardduty"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/cellrole"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// scanner is GuardDuty where it scans objects.
const scanner = "malware-protection-plan.guardduty.amazonaws.com"

// scanned returns the physical names of the buckets whose objects are scanned.
func (a Args) scanned() []string {
	var names []string
	for _, physical := range slices.Sorted(maps.Keys(a.Buckets)) {
		if a.Buckets[physical].MalwareScan {
			names = append(names, physical)
		}
	}
	return names
}

// addScans lets GuardDuty scan the objects of the buckets that want it.
func (s *Storage) addScans(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	names := s.args.scanned()
	if len(names) == 0 {
		return nil
	}
	role, err := cellrole.Add(ctx, s.name+"-scan", cellrole.Args{
		Client:      s.args.Client,
		Name:        naming.CellStorageRole(s.args.Client, naming.RoleScan),
		Description: "Scans what client " + s.args.Client + " sends for malware",
		Trust: iampolicy.NewDocument(iampolicy.Allow("Scan", "sts:AssumeRole").By(iampolicy.ByService(scanner)).
			If("StringEquals", "aws:SourceAccount", s.args.AccountID)),
		Policy:              cellrole.Text(func(keys []string) iampolicy.Document { return s.args.scanPolicy(keys[0]) }, s.args.KeyARN),
		PermissionsBoundary: s.args.PermissionsBoundary,
	}, child)
	if err != nil {
		return err
	}
	for _, physical := range names {
		b := s.buckets[physical]
		if _, err := guardduty.NewMalwareProtectionPlan(ctx, s.logical(physical), &guardduty.MalwareProtectionPlanArgs{
			Role: role.ARN,
			ProtectedResource: guardduty.MalwareProtectionPlanProtectedResourceArgs{
				S3Bucket: guardduty.MalwareProtectionPlanProtectedResourceS3BucketArgs{BucketName: b.ID},
			},
			Actions: guardduty.MalwareProtectionPlanActionArray{guardduty.MalwareProtectionPlanActionArgs{
				Taggings: guardduty.MalwareProtectionPlanActionTaggingArray{guardduty.MalwareProtectionPlanActionTaggingArgs{Status: pulumi.String("ENABLED")}},
			}},
		}, child, pulumi.DependsOn([]pulumi.Resource{role.Attachment, b.Policy})); err != nil {
			return err
		}
	}
	return nil
}

// scanPolicy is what GuardDuty asks for
// (docs.aws.amazon.com/guardduty/latest/ug/malware-protection-s3-iam-policy-prerequisite.html).
// Its rules on the event bus are its own, by the name that it gives them.
func (a Args) scanPolicy(keyARN string) iampolicy.Document {
	rules := naming.ARN(a.Region, "events", a.Region, a.AccountID, "rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*")
	var buckets, objects, proofs []string
	for _, name := range a.scanned() {
		arn := bucket.ARN(a.Region, name)
		buckets, objects = append(buckets, arn), append(objects, arn+"/*")
		proofs = append(proofs, arn+"/malware-protection-resource-validation-object")
	}
	return iampolicy.NewDocument(
		iampolicy.Allow("ManageRules", "events:DeleteRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets").On(rules).
			If("StringLike", "events:ManagedBy", scanner),
		iampolicy.Allow("ReadRules", "events:DescribeRule", "events:ListTargetsByRule").On(rules),
		iampolicy.Allow("Events", "s3:GetBucketNotification", "s3:ListBucket", "s3:PutBucketNotification").On(buckets...),
		iampolicy.Allow("Scan", "s3:GetObject", "s3:GetObjectVersion").On(objects...),
		iampolicy.Allow("Tag", "s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:PutObjectTagging", "s3:PutObjectVersionTagging").On(objects...),
		iampolicy.Allow("Prove", "s3:PutObject").On(proofs...),
		iampolicy.Allow("UseKey", "kms:Decrypt", "kms:GenerateDataKey").On(keyARN).
			If("StringEquals", "kms:ViaService", "s3."+a.Region+".amazonaws.com"),
	)
}
