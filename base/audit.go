package base

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/access"
	"cellworks/pkg/contract"
	"cellworks/pkg/detection"
	"cellworks/pkg/ipam"
	"cellworks/pkg/logbuckets"
	"cellworks/pkg/naming"
	"cellworks/pkg/networklogs"
	"cellworks/pkg/recorder"
	"cellworks/pkg/trail"
)

// archive builds the region's log buckets but those that their only writer makes.
func (s *stack) archive(ctx *pulumi.Context, keys keys) (*logbuckets.LogBuckets, error) {
	cfg := s.cfg
	name, err := naming.LogBucket(s.org.Name, cfg.Account.ID, cfg.Region.Name, contract.LogsNetwork)
	if err != nil {
		return nil, err
	}
	return logbuckets.New(ctx, "logbuckets", logbuckets.Args{
		OrganizationName:   s.org.Name,
		AccountID:          cfg.Account.ID,
		Region:             cfg.Region.Name,
		Config:             cfg.Audit,
		KeyARN:             keys.logs.ARN,
		NetworkStatements:  networklogs.BucketStatements(cfg.Account.ID, cfg.Region.Name, name),
		DeletionProtection: cfg.DeletionProtection,
	}, s.provider)
}

// watched is what others need to know of what watches the account.
type watched struct {
	topicARN pulumi.StringOutput
	buckets  pulumi.StringMap
}

// watch builds what records and detects: AWS Config, GuardDuty and its like, and
// in the home region the trail.
func (s *stack) watch(ctx *pulumi.Context, shared shared, keys keys, archive *logbuckets.LogBuckets, net *region) (watched, error) {
	result := watched{buckets: pulumi.StringMap{}}
	for purpose, bucket := range archive.Buckets {
		result.buckets[purpose] = bucket.ID
	}
	accessLogs := archive.Buckets[contract.LogsAccess].ID
	recording, err := s.record(ctx, shared, keys, accessLogs, net)
	if err != nil {
		return result, err
	}
	if recording.BucketName != "" {
		result.buckets[contract.LogsRecorder] = pulumi.String(recording.BucketName)
	}
	detecting, err := detection.New(ctx, "detection", detection.Args{
		OrganizationName:   s.org.Name,
		AccountName:        s.cfg.Account.Name,
		AccountID:          s.cfg.Account.ID,
		Region:             s.cfg.Region.Name,
		HomeRegion:         s.home(),
		Config:             s.cfg.Detection,
		KeyARN:             keys.logs.ARN,
		BreakGlassRoleARN:  access.BreakGlassARN(s.cfg.Account.ID, s.cfg.Region.Name),
		TrustedAccountIDs:  s.trusted(),
		DeletionProtection: s.cfg.DeletionProtection,
	}, s.provider)
	if err != nil {
		return result, err
	}
	result.topicARN = detecting.TopicARN
	if !s.home() {
		return result, nil
	}
	audit, err := trail.New(ctx, "trail", trail.Args{
		OrganizationName:   s.org.Name,
		AccountName:        s.cfg.Account.Name,
		AccountID:          s.cfg.Account.ID,
		Region:             s.cfg.Region.Name,
		Config:             s.cfg.Audit,
		KeyARN:             keys.logs.ARN,
		AccessLogBucket:    accessLogs,
		AlertTopicARN:      detecting.TopicARN,
		DeletionProtection: s.cfg.DeletionProtection,
	}, s.provider)
	if err != nil {
		return result, err
	}
	result.buckets[contract.LogsTrail] = audit.Bucket.ID
	return result, nil
}

// record builds AWS Config. Only the public tier of the stack's own VPC may lead to
// the internet.
func (s *stack) record(ctx *pulumi.Context, shared shared, keys keys, accessLogs pulumi.StringInput, net *region) (*recorder.Recorder, error) {
	tables := pulumi.StringArray{}
	for _, table := range net.network.Tables(ipam.Public) {
		tables = append(tables, table)
	}
	return recorder.New(ctx, "recorder", recorder.Args{
		OrganizationName:    s.org.Name,
		AccountID:           s.cfg.Account.ID,
		Region:              s.cfg.Region.Name,
		HomeRegion:          s.home(),
		Config:              s.cfg.Recorder,
		Audit:               s.cfg.Audit,
		KeyARN:              keys.logs.ARN,
		AccessLogBucket:     accessLogs,
		ServiceRole:         shared.roles[naming.LinkedRecorder],
		AuthorizedVPCIDs:    pulumi.StringArray{net.network.VPCID},
		PublicRouteTableIDs: tables,
		DeletionProtection:  s.cfg.DeletionProtection,
	}, s.provider)
}

// trusted returns the ids of the accounts that the account's roles let in on
// purpose, other than itself.
func (s *stack) trusted() []string {
	names := []string{s.cfg.Access.PeopleAccount, s.cfg.Access.VaultAccount}
	for _, deployer := range s.cfg.Access.Deployers {
		names = append(names, deployer.Account)
	}
	var ids []string
	for name, id := range s.accountIDs() {
		if slices.Contains(names, name) && id != s.cfg.Account.ID {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
