package cell_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/pulumitest"
)

func storeFaults(b built) []string {
	var found []string
	policies := map[string]pulumitest.Resource{}
	for _, res := range b.recording.Resources {
		switch res.Type {
		case bucketPolicy:
			policies["bucket "+text(res, "bucket")] = res
		case queuePolicy:
			policies["queue "+res.Name] = res
		}
	}
	for _, res := range b.recording.Resources {
		switch res.Type {
		case "aws:s3/bucketV2:BucketV2":
			arn := "arn:aws:s3:::" + text(res, "bucket")
			found = append(found, b.denials(res, policies["bucket "+text(res, "bucket")], "s3:*", arn, arn+"/*")...)
		case "aws:sqs/queue:Queue":
			arn := "arn:aws:sqs:" + b.Region.Name + ":" + b.Account.ID + ":" + text(res, "name")
			found = append(found, b.denials(res, policies["queue "+res.Name], "sqs:*", arn)...)
		}
	}
	return found
}

// denials returns what the policy of a bucket or queue lacks: a refusal of all that does
// not come by TLS, and one of all principals but the cell's own roles, those who deploy,
// and break-glass.
func (b built) denials(store, policy pulumitest.Resource, action string, arns ...string) []string {
	all, err := statements(policy)
	if err != nil {
		return []string{store.URN + ": " + err.Error()}
	}
	iam := "arn:aws:iam::" + b.Account.ID + ":role/"
	fine := []string{iam + "cell/" + b.Client + "/*", iam + "deploy/pulumi-cell", iam + "people/break-glass"}
	plain, others := false, false
	for _, s := range all {
		if s.Effect != "Deny" || s.Principal != "*" || !slices.Contains(s.Action, action) || !contains(s.Resource, arns) {
			continue
		}
		plain = plain || len(s.Condition) == 1 && slices.Equal(s.Condition["Bool"]["aws:SecureTransport"], []string{"false"})
		if own := s.Condition["ArnNotLike"]["aws:PrincipalArn"]; len(own) > 0 {
			// Services of AWS are let in by name in further statements, or not at all.
			services := slices.Equal(s.Condition["Bool"]["aws:PrincipalIsAWSService"], []string{"false"})
			others = others || contains(fine, own) && (len(s.Condition) == 1 || len(s.Condition) == 2 && services)
		}
	}
	var found []string
	if !plain {
		found = append(found, store.URN+" does not deny "+action+" without TLS")
	}
	if !others {
		found = append(found, fmt.Sprintf("%s does not deny %s to everybody but %q", store.URN, action, fine))
	}
	return found
}

func contains(all, some []string) bool {
	for _, one := range some {
		if !slices.Contains(all, one) {
			return false
		}
	}
	return true
}

// right is a resource that roles of a cell may reach though its ARN does not name the
// client.
type right struct {
	// role is the end of the policy's name, sid the statement.
	role, sid string
	// actions and resource are patterns of all actions and of one resource.
	actions, resource string
	// condition is the key that must equal the client, or what follows "=", where there is
	// one if the statement says IfExists; optional.
	condition string
	// reason is why no other client is reached.
	reason string
}

// snapshot is what AWS Backup does with databases beside tagging and deleting.
const snapshot = `rds:((Copy|Create|Restore)\w+|DescribeDB\*|ListTagsForResource)`

// shared are all rights of that kind that there are.
var shared = []right{
	{"-execution", "Login", `ecr:GetAuthorizationToken`, `\*`, "", "the token for ECR is the account's and opens no repository"},
	{"-execution", "PullImages", `ecr:(Batch(CheckLayerAvailability|GetImage)|GetDownloadUrlForLayer)`, `arn:aws:ecr:[a-z0-9-]+:\*:repository/aws-guardduty-agent-fargate`, "",
		"AWS keeps the agent in an account of its own in each region; it holds nothing of a client"},
	{"-task", "MountFiles", `elasticfilesystem:Client(Mount|Write)`, `arn:aws:elasticfilesystem:.*:file-system/\*`, "aws:ResourceTag/cell", "the file system is the client's by its tag, and its own policy says so too"},
	{"-task", "Sessions", `logs:DescribeLogGroups|ssmmessages:(Create|Open)(Control|Data)Channel`, `\*`, "", "channels cannot be told apart by resource: each task opens its own; no log is read"},
	{"-task", "RecordSessions", `logs:(CreateLogStream|DescribeLogStreams|PutLogEvents)`, `arn:aws:logs:.*:log-group:/utility/ecs/sessions:\*`, "",
		"the cluster has one record of sessions, which tasks write and do not read; cells that are protected from deletion have no sessions"},
	{"-task", "EncryptSessions", `kms:Decrypt`, `arn:aws:kms:.*:key/\*`, "kms:ResourceAliases=alias/utility/ecs/sessions", "the cluster's key of sessions encrypts what passes through them, and no data that is stored"},
	{"-schedules", "TagTasks", `ecs:TagResource`, `arn:aws:ecs:.*:task/\*`, "", "a task has no id before it runs; only while starting it"},
	{"-scan", "ManageRules", `events:(PutRule|PutTargets|DeleteRule|RemoveTargets)`, `arn:aws:events:.*:rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3\*`, "", "GuardDuty names its rules, and alone manages them"},
	{"-scan", "ReadRules", `events:(DescribeRule|ListTargetsByRule)`, `arn:aws:events:.*:rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3\*`, "", "GuardDuty names its rules; they hold no data"},
	{"-backup", "Look", `cloudwatch:GetMetricData|events:ListRules|tag:GetResources`, `\*`, "", "metrics, rules and tags cannot be told apart by resource; no data of a client"},
	{"-backup", "Changes", `events:\w+`, `arn:aws:events:.*:rule/AwsBackupManagedRule\*`, "", "AWS Backup names its rules; they hold no data"},
	{"-backup", "Restore", `s3:(CreateBucket|Get\w+|ListBucket\*|PutBucket(OwnershipControls|Versioning))`, `arn:aws:s3:::awsbackup-restore-test-\*`, "", "AWS Backup names the buckets of tests; their objects are of the client's key"},
	{"-backup", "RestoreObjects", `s3:\w+Object\*`, `arn:aws:s3:::awsbackup-restore-test-\*/\*`, "", "AWS Backup names the buckets of tests; their objects are of the client's key"},
	{"-backup", "RestoreFileSystems", `elasticfilesystem:(CreateFilesystem|DescribeFilesystems|Restore|TagResource)`, `arn:aws:elasticfilesystem:.*:file-system/\*`, "", "what is restored has no id before; only AWS Backup has the role, and writes the client's own backups"},
	{"-backup", "Databases", snapshot, `arn:aws:rds:\*:\d+:(cluster-)?snapshot:awsbackup:\*`, "", "AWS Backup names snapshots; reading one needs its client's key"},
	{"-backup", "Databases", snapshot, `arn:aws:rds:\*:\d+:(cluster|db):awsbackup-restore-test-\*`, "", "AWS Backup names the databases of tests; they are of the client's key"},
	{"-backup", "Databases", snapshot, `arn:aws:rds:\*:\d+:(og|pg|cluster-pg|subgrp):\*`, "", "settings that a restored database is made with; no data of a client"},
	{"-backup", "TagDatabases", `rds:AddTagsToResource`, `arn:aws:rds:\*:\d+:.*`, "aws:ResourceTag/cell", "what is new has no tag yet, what is another client's has that client's"},
	{"-backup", "DeleteSnapshots", `rds:DeleteDB(Cluster)?Snapshot`, `arn:aws:rds:\*:\d+:(cluster-)?snapshot:awsbackup:\*`, "aws:ResourceTag/cell", "the snapshot is the client's by its tag"},
}

// matches reports whether the right is what a policy says of a resource.
func (r right) matches(policy string, s statement, arn, client string) bool {
	action := regexp.MustCompile("^(" + r.actions + ")$")
	if !strings.HasSuffix(policy, r.role) || s.Sid != r.sid || !regexp.MustCompile("^"+r.resource+"$").MatchString(arn) ||
		slices.ContainsFunc(s.Action, func(a string) bool { return !action.MatchString(a) }) {
		return false
	}
	key, want, named := strings.Cut(r.condition, "=")
	if !named {
		want = client
	}
	return key == "" || slices.Equal(slices.Concat(s.Condition["StringEquals"][key], s.Condition["StringEqualsIfExists"][key], s.Condition["ForAnyValue:StringEquals"][key]), []string{want})
}

func TestASharedRightIsNoMoreThanItself(t *testing.T) {
	t.Parallel()
	with := func(operator, key, value string) map[string]map[string][]string {
		return map[string]map[string][]string{operator: {key: {value}}}
	}
	const keys, sessions = "arn:aws:kms:us-west-2:111111111111:key/*", "arn:aws:logs:us-west-2:111111111111:log-group:/utility/ecs/sessions:*"
	for name, c := range map[string]struct {
		policy, sid, action, resource string
		condition                     map[string]map[string][]string
		shared                        bool
	}{
		"sessions' key":           {"birch-api-task", "EncryptSessions", "kms:Decrypt", keys, with("ForAnyValue:StringEquals", "kms:ResourceAliases", "alias/utility/ecs/sessions"), true},
		"any key":                 {"birch-api-task", "EncryptSessions", "kms:Decrypt", keys, nil, false},
		"another client's key":    {"birch-api-task", "EncryptSessions", "kms:Decrypt", keys, with("ForAnyValue:StringEquals", "kms:ResourceAliases", "alias/cell/acme"), false},
		"grants of sessions' key": {"birch-api-task", "EncryptSessions", "kms:CreateGrant", keys, with("ForAnyValue:StringEquals", "kms:ResourceAliases", "alias/utility/ecs/sessions"), false},
		"another role":            {"birch-scan", "EncryptSessions", "kms:Decrypt", keys, with("ForAnyValue:StringEquals", "kms:ResourceAliases", "alias/utility/ecs/sessions"), false},
		"record":                  {"birch-api-task", "RecordSessions", "logs:PutLogEvents", sessions, nil, true},
		"reading of records":      {"birch-api-task", "RecordSessions", "logs:GetLogEvents", sessions, nil, false},
		"records of all":          {"birch-api-task", "RecordSessions", "logs:PutLogEvents", "arn:aws:logs:us-west-2:111111111111:log-group:*", nil, false},
		"file system":             {"birch-api-task", "MountFiles", "elasticfilesystem:ClientMount", "arn:aws:elasticfilesystem:us-west-2:111111111111:file-system/*", with("StringEquals", "aws:ResourceTag/cell", "birch"), true},
		"another's file system":   {"birch-api-task", "MountFiles", "elasticfilesystem:ClientMount", "arn:aws:elasticfilesystem:us-west-2:111111111111:file-system/*", with("StringEquals", "aws:ResourceTag/cell", "acme"), false},
		"everybody's file system": {"birch-api-task", "MountFiles", "elasticfilesystem:ClientMount", "arn:aws:elasticfilesystem:us-west-2:111111111111:file-system/*", nil, false},
	} {
		s := statement{Sid: c.sid, Effect: "Allow", Action: []string{c.action}, Resource: []string{c.resource}, Condition: c.condition}
		if got := slices.ContainsFunc(shared, func(r right) bool { return r.matches(c.policy, s, c.resource, "birch") }); got != c.shared {
			t.Errorf("%s: shared is %v, want %v", name, got, c.shared)
		}
	}
}

func TestEverySharedRightIsNeeded(t *testing.T) {
	t.Parallel()
	unused := slices.Clone(shared)
	for client, cell := range builtAll(t, whole(t)) {
		for _, res := range cell.recording.OfType(rolePolicy) {
			all, err := statements(res)
			if err != nil {
				t.Error(err)
			}
			for _, s := range all {
				unused = slices.DeleteFunc(unused, func(r right) bool {
					return slices.ContainsFunc(s.Resource, func(arn string) bool { return r.matches(res.Name, s, arn, client) })
				})
			}
		}
	}
	for _, r := range unused {
		t.Errorf("no role %s has %s on %s any more: take the right off the list", r.role, r.sid, r.resource)
	}
}

// rightFaults returns what roles may reach that does not name the client before its first
// wildcard and is not shared. What has no wildcard is compared by the test of names.
func rightFaults(b built) []string {
	var found []string
	word := regexp.MustCompile(`(^|[^a-z0-9])` + b.Client + `([^a-z0-9]|$)`)
	for _, res := range b.recording.OfType(rolePolicy) {
		all, err := statements(res)
		if err != nil {
			found = append(found, err.Error())
		}
		for _, s := range all {
			if s.Effect != "Allow" {
				continue
			}
			if len(s.Resource) == 0 || len(s.NotResource) > 0 {
				found = append(found, fmt.Sprintf("%s, statement %s names no resources", res.URN, s.Sid))
			}
			for _, arn := range s.Resource {
				known, _, wild := strings.Cut(arn, "*")
				fine := func(r right) bool { return r.matches(res.Name, s, arn, b.Client) }
				if wild && !word.MatchString(known) && !slices.ContainsFunc(shared, fine) {
					found = append(found, fmt.Sprintf("%s, statement %s reaches %s", res.URN, s.Sid, arn))
				}
			}
		}
	}
	return found
}
