package access_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// awsPolicies are the actions of the policies of AWS that roles in bounds have
// (docs.aws.amazon.com/aws-managed-policy/latest/reference).
func awsPolicies() map[string][]string {
	return map[string][]string{
		"AmazonSSMManagedInstanceCore": {
			"ssm:DescribeAssociation", "ssm:GetDeployablePatchSnapshotForInstance", "ssm:GetDocument", "ssm:DescribeDocument", "ssm:GetManifest", "ssm:GetParameter", "ssm:GetParameters",
			"ssm:ListAssociations", "ssm:ListInstanceAssociations", "ssm:PutInventory", "ssm:PutComplianceItems", "ssm:PutConfigurePackageResult", "ssm:UpdateAssociationStatus",
			"ssm:UpdateInstanceAssociationStatus", "ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel",
			"ssmmessages:OpenDataChannel", "ec2messages:AcknowledgeMessage", "ec2messages:DeleteMessage", "ec2messages:FailMessage", "ec2messages:GetEndpoint", "ec2messages:GetMessages",
			"ec2messages:SendReply",
		},
		// Without ecs:CreateCluster: an instance whose cluster is not there is to fail.
		"service-role/AmazonEC2ContainerServiceforEC2Role": {
			"ec2:DescribeTags", "ecs:DeregisterContainerInstance", "ecs:DiscoverPollEndpoint", "ecs:Poll", "ecs:RegisterContainerInstance", "ecs:StartTelemetrySession",
			"ecs:UpdateContainerInstancesState", "ecs:SubmitTaskStateChange", "ecs:SubmitContainerStateChange", "ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability",
			"ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "logs:CreateLogStream", "logs:PutLogEvents", "ecs:TagResource",
		},
	}
}

// realARN puts a key, a bucket or a file system where the recorder, which knows no
// services, has invented the ARN of one.
func realARN(arn string) string {
	for invented, real := range map[string]string{
		"arn:aws:kms:us-east-1:" + account + ":": "arn:aws:kms:us-east-1:" + account + ":key/",
		"arn:aws:s3:us-east-1:" + account + ":":  "arn:aws:s3:::meridian-",
		"arn:aws:efs:us-east-1:" + account + ":": "arn:aws:elasticfilesystem:us-east-1:" + account + ":file-system/",
	} {
		if rest, ok := strings.CutPrefix(arn, invented); ok && !strings.HasPrefix(rest, "key/") {
			return real + rest
		}
	}
	return arn
}

// asked returns the calls that a policy allows: its actions on its resources, under the
// conditions that it sets. Patterns stand for themselves: a boundary that allows a
// pattern allows what it matches.
func asked(t *testing.T, policy made) []request {
	t.Helper()
	var d document
	if err := json.Unmarshal([]byte(policy.text("policy")), &d); err != nil {
		t.Fatalf("%s: %v", policy.urn, err)
	}
	here := func(text string) string { return realARN(strings.ReplaceAll(text, policy.owner, account)) }
	var all []request
	for _, s := range d.Statement {
		if s.Effect != "Allow" {
			continue
		}
		if len(s.NotAction)+len(s.NotResource) > 0 || len(s.Action) == 0 || len(s.Resource) == 0 {
			t.Errorf("%s in %s allows whatever it does not name: the test cannot say whether that is in bounds", policy.name, policy.file)
		}
		keys := with("aws:PrincipalArn", iamResource("role"+policy.text("path")+policy.name))
		for _, compared := range s.Condition {
			for key, values := range compared {
				keys[key] = here(values[0])
			}
		}
		for _, action := range s.Action {
			for _, resource := range s.Resource {
				all = append(all, request{action: action, resource: here(resource), keys: keys})
			}
		}
	}
	return all
}

// TestRolesStayInBounds holds the boundary against every role that the utility and cell
// projects make: what it lacks is refused when something runs.
func TestRolesStayInBounds(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	boundary, services := []string{policies(recording)[naming.BoundaryName]}, []string{policies(recording)[naming.ServiceBoundaryName]}
	seen := map[string]int{}
	for _, m := range resources(t, naming.ProjectUtility, naming.ProjectCell) {
		seen[m.token]++
		// A policy of such a role is named as the role is.
		boundary := boundary
		if m.ofService() {
			boundary = services
			seen["of services"]++
		}
		switch m.token {
		case "aws:iam/role:Role":
			want := naming.BoundaryARN(m.owner, "us-east-1")
			if m.ofService() {
				want = naming.ServiceBoundaryARN(m.owner, "us-east-1")
			}
			if m.text("permissionsBoundary") != want {
				t.Errorf("role %s in %s has the boundary %q, want %s", m.name, m.file, m.text("permissionsBoundary"), want)
			}
		case "aws:iam/policy:Policy":
			for _, r := range asked(t, m) {
				if allowed, _ := decide(t, boundary, r); !allowed {
					t.Errorf("policy %s in %s allows %s on %s with %v, which the boundary cuts", m.name, m.file, r.action, r.resource, r.keys)
				}
			}
		case "aws:iam/rolePolicyAttachment:RolePolicyAttachment":
			name, ofAWS := strings.CutPrefix(m.text("policyArn"), "arn:aws:iam::aws:policy/")
			actions := awsPolicies()[name]
			if ofAWS && len(actions) == 0 {
				t.Errorf("%s in %s attaches %s: say here what of it must be in bounds", m.name, m.file, name)
			}
			for _, action := range actions {
				check(t, boundary, request{action: action, resource: "*"}, allow)
			}
		case "aws:iam/rolePolicy:RolePolicy", "aws:iam/policyAttachment:PolicyAttachment":
			t.Errorf("%s in %s is of type %s, which this test does not read", m.name, m.file, m.token)
		}
	}
	for _, token := range []string{"aws:iam/role:Role", "aws:iam/policy:Policy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "of services"} {
		if seen[token] == 0 {
			t.Errorf("no golden holds a %s", token)
		}
	}
}

// ofService says whether it is a role, or the policy of one, that a service of AWS works
// with in a cell.
func (m made) ofService() bool {
	client, ok := strings.CutPrefix(m.text("path"), naming.CellsPath)
	return ok && slices.Contains(naming.CellServiceRoles(strings.TrimSuffix(client, "/")), m.text("name"))
}

// TestBoundariesHaveRoom keeps a tenth of each for what is built next.
func TestBoundariesHaveRoom(t *testing.T) {
	t.Parallel()
	given := args()
	given.OrganizationName, given.Region = "abcdefghijkl", "us-gov-west-1"
	recording, _ := record(t, given)
	for _, name := range []string{naming.BoundaryName, naming.ServiceBoundaryName} {
		if n, most := len(policies(recording)[name]), iampolicy.Managed.Limit()*9/10; n == 0 || n > most {
			t.Errorf("%s has %d characters with the longest names, want at most %d", name, n, most)
		}
	}
}

// TestWhatWorkloadsAndServicesMay asks both boundaries the same: neither allows all that
// the other does, and no role of either makes one that may more than it.
func TestWhatWorkloadsAndServicesMay(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	workload, service := []string{policies(recording)[naming.BoundaryName]}, []string{policies(recording)[naming.ServiceBoundaryName]}
	const bucket, restored, logs = "arn:aws:s3:::meridian-acme-us-east-1-inbound", "arn:aws:s3:::awsbackup-restore-test-1", "arn:aws:s3:::meridian-" + account + "-us-east-1-logs-trail"
	role, snapshot := iamResource("role/cell/acme/x"), arn("rds", "snapshot:awsbackup:job-1")
	theirs := with("aws:PrincipalTag/cell", "acme", "aws:ResourceTag/cell", "birch")
	bound := func(arn string) map[string]string { return with("iam:PermissionsBoundary", arn) }
	narrow, wide := naming.BoundaryARN(account, "us-east-1"), naming.ServiceBoundaryARN(account, "us-east-1")
	for _, tc := range []struct {
		action, resource  string
		keys              map[string]string
		workload, service outcome
	}{
		// Services alone.
		{"s3:PutBucketNotification", bucket, nil, refuse, allow},
		{"s3:PutInventoryConfiguration", bucket, nil, refuse, allow},
		{"s3:ReplicateObject", bucket + "/a", nil, refuse, allow},
		{"s3:CreateBucket", restored, nil, refuse, allow},
		{"s3:PutBucketVersioning", restored, nil, refuse, allow},
		{"rds:CreateDBSnapshot", arn("rds", "db:cell-acme"), nil, refuse, allow},
		{"rds:DeleteDBSnapshot", snapshot, nil, refuse, allow},
		{"rds:RestoreDBInstanceFromDBSnapshot", snapshot, nil, refuse, allow},
		{"elasticfilesystem:Backup", arn("elasticfilesystem", "file-system/fs-1"), nil, refuse, allow},
		{"elasticfilesystem:CreateFilesystem", arn("elasticfilesystem", "file-system/*"), nil, refuse, allow},
		{"backup:CopyIntoBackupVault", arn("backup", "backup-vault:cell-acme"), nil, refuse, allow},
		{"events:PutRule", arn("events", "rule/AwsBackupManagedRule-1"), nil, refuse, allow},
		{"events:ListRules", "*", nil, refuse, allow},
		{"kms:CreateGrant", arn("kms", "key/1"), nil, refuse, allow},
		// Workloads alone.
		{"s3:DeleteObject", bucket + "/a", nil, allow, refuse},
		{"s3:GetObject", "arn:aws:s3:::elsewhere/a", nil, allow, refuse},
		{"sqs:ReceiveMessage", arn("sqs", "acme-work"), nil, allow, refuse},
		{"secretsmanager:GetSecretValue", arn("secretsmanager", "secret:cell/acme/db"), nil, allow, refuse},
		{"logs:PutLogEvents", arn("logs", "log-group:/cell/acme/api"), nil, allow, refuse},
		{"rds-db:connect", arn("rds-db", "dbuser:prx-1/app"), nil, allow, refuse},
		{"ecs:RunTask", arn("ecs", "task-definition/acme-api:1"), nil, allow, refuse},
		{"sts:AssumeRole", iamResource("role/deploy/pulumi-cell"), nil, allow, deny},
		{"iam:PassRole", role, with("iam:PassedToService", "ecs-tasks.amazonaws.com"), allow, deny},
		// Both.
		{"s3:GetObject", bucket + "/a", nil, allow, allow},
		{"kms:Decrypt", arn("kms", "key/1"), nil, allow, allow},
		// Neither.
		{"kms:Decrypt", "arn:aws:kms:us-east-1:999999999999:key/1", nil, refuse, refuse},
		{"s3:CreateBucket", bucket, nil, refuse, refuse},
		{"s3:PutBucketPolicy", bucket, nil, refuse, refuse},
		{"s3:DeleteBucket", restored, nil, refuse, refuse},
		{"s3:PutObject", logs + "/a", nil, deny, deny},
		{"rds:DeleteDBSnapshot", arn("rds", "snapshot:cell-acme-final-1"), nil, refuse, refuse},
		{"rds:DeleteDBInstance", arn("rds", "db:cell-acme"), nil, refuse, refuse},
		{"rds:DeleteDBSnapshot", snapshot, theirs, deny, deny},
		{"elasticfilesystem:DeleteFileSystem", arn("elasticfilesystem", "file-system/fs-1"), nil, refuse, refuse},
		{"backup:DeleteRecoveryPoint", arn("backup", "recovery-point:1"), nil, refuse, refuse},
		{"events:PutRule", arn("events", "rule/acme-ingest-objects"), nil, refuse, refuse},
		{"iam:PassRole", iamResource("role/cell/acme/acme-backup-service"), with("iam:PassedToService", "backup.amazonaws.com"), refuse, deny},
		{"kms:ScheduleKeyDeletion", arn("kms", "key/1"), nil, deny, deny},
		{"cloudtrail:StopLogging", arn("cloudtrail", "trail/x"), nil, deny, deny},
		// Roles: a workload makes workloads, a service none.
		{"iam:CreateRole", role, bound(narrow), allow, deny},
		{"iam:CreateRole", role, bound(wide), deny, deny},
		{"iam:CreateRole", iamResource("role/cell/acme/acme-backup-service"), bound(wide), deny, deny},
		{"iam:CreateRole", role, nil, deny, deny},
		{"iam:PutRolePermissionsBoundary", role, bound(wide), deny, deny},
		{"iam:PutRolePolicy", role, bound(wide), deny, deny},
		{"iam:AttachRolePolicy", role, bound(wide), deny, deny},
		{"iam:DeleteRolePermissionsBoundary", role, bound(narrow), deny, deny},
		{"iam:CreatePolicyVersion", narrow, nil, deny, deny},
		{"iam:CreatePolicyVersion", wide, nil, deny, deny},
		{"iam:CreateAccessKey", iamResource("user/x"), nil, deny, deny},
	} {
		check(t, workload, request{action: tc.action, resource: tc.resource, keys: tc.keys}, tc.workload)
		check(t, service, request{action: tc.action, resource: tc.resource, keys: tc.keys}, tc.service)
	}
}

// TestOnlyTheUtilityProjectStartsAgents holds who may pass the roles that deploy every
// project: the roles of cells are bounded by the same policy.
func TestOnlyTheUtilityProjectStartsAgents(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	boundary := []string{policies(recording)[naming.BoundaryName]}
	agent := naming.JenkinsAgentRoleARN(account, "us-east-1", naming.ProjectBase)
	for _, tc := range []struct {
		caller, service string
		want            outcome
	}{
		{"role/utility/jenkins-controller", "ecs-tasks.amazonaws.com", allow},
		{"role/utility/jenkins-controller", "ec2.amazonaws.com", refuse},
		{"role/cell/acme/acme-api-task", "ecs-tasks.amazonaws.com", refuse},
	} {
		check(t, boundary, request{action: "iam:PassRole", resource: agent, keys: with("aws:PrincipalArn", iamResource(tc.caller), "iam:PassedToService", tc.service)}, tc.want)
	}
	for _, action := range []string{"ecs:RegisterTaskDefinition", "ecs:CreateCluster", "ecs:UpdateService"} {
		check(t, boundary, request{action: action, resource: "*"}, refuse)
	}
}
