package access_test

import (
	"encoding/json"
	"strings"
	"testing"

	"cellworks/pkg/naming"
)

// iamResource and the like are ARNs of the account under test.
func iamResource(resource string) string { return "arn:aws:iam::" + account + ":" + resource }

func arn(service, resource string) string {
	return "arn:aws:" + service + ":us-east-1:" + account + ":" + resource
}

// with returns condition keys.
func with(pairs ...string) map[string]string {
	keys := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		keys[pairs[i]] = pairs[i+1]
	}
	return keys
}

// outcome is what IAM is to say.
type outcome string

const (
	allow outcome = "allow"
	// refuse is what no statement allows.
	refuse outcome = "refuse"
	// deny is what a statement denies, whatever else allows it.
	deny outcome = "deny"
)

func check(t *testing.T, texts []string, r request, want outcome) {
	t.Helper()
	allowed, denied := decide(t, texts, r)
	got := refuse
	if denied {
		got = deny
	} else if allowed {
		got = allow
	}
	if got != want {
		t.Errorf("%s on %s with %v by %q: %s, want %s", r.action, r.resource, r.keys, r.principal, got, want)
	}
}

func TestBoundary(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	boundary := []string{policies(recording)[naming.BoundaryName]}
	bound := with("iam:PermissionsBoundary", naming.BoundaryARN(account, "us-east-1"))
	key := arn("kms", "key/1")
	for _, tc := range []struct {
		action, resource string
		keys             map[string]string
		want             outcome
	}{
		{"s3:GetObject", "arn:aws:s3:::meridian-acme-us-east-1-inbound/a", nil, allow},
		{"kms:Decrypt", key, nil, allow},
		{"kms:Decrypt", "arn:aws:kms:us-east-1:999999999999:key/1", nil, refuse},
		{"logs:PutLogEvents", arn("logs", "log-group:/cell/acme/api:log-stream:a"), nil, allow},
		{"sts:AssumeRole", iamResource("role/deploy/pulumi-cell"), nil, allow},
		{"iam:PassRole", iamResource("role/cell/acme/acme-api-task"), with("iam:PassedToService", "ecs-tasks.amazonaws.com"), allow},
		{"iam:CreateRole", iamResource("role/utility/jenkins/agent"), bound, allow},
		{"rds:DeleteDBInstance", arn("rds", "db:acme"), nil, refuse},
		{"iam:PassRole", iamResource("role/deploy/pulumi-base"), nil, refuse},
		{"kms:ScheduleKeyDeletion", key, nil, deny},
		{"kms:PutKeyPolicy", key, nil, deny},
		{"iam:CreateRole", iamResource("role/cell/acme/x"), nil, deny},
		{"iam:CreateRole", iamResource("role/cell/acme/x"), with("iam:PermissionsBoundary", iamResource("policy/wide")), deny},
		{"iam:PutRolePermissionsBoundary", iamResource("role/cell/acme/x"), with("iam:PermissionsBoundary", iamResource("policy/wide")), deny},
		{"iam:AttachRolePolicy", iamResource("role/people/admin"), nil, deny},
		{"iam:DeleteRolePermissionsBoundary", iamResource("role/cell/acme/x"), bound, deny},
		{"iam:CreatePolicyVersion", naming.BoundaryARN(account, "us-east-1"), nil, deny},
		{"iam:SetDefaultPolicyVersion", naming.BoundaryARN(account, "us-east-1"), nil, deny},
		{"iam:CreateUser", iamResource("user/x"), nil, deny},
		{"iam:CreateAccessKey", iamResource("user/x"), nil, deny},
		{"iam:CreateSAMLProvider", iamResource("saml-provider/x"), nil, deny},
		{"iam:CreateGroup", iamResource("group/x"), nil, deny},
		{"iam:AttachUserPolicy", iamResource("user/x"), nil, deny},
		{"iam:PutUserPermissionsBoundary", iamResource("user/x"), nil, deny},
		{"iam:UpdateAssumeRolePolicy", iamResource("role/deploy/pulumi-base"), nil, deny},
		{"cloudtrail:StopLogging", arn("cloudtrail", "trail/meridian-nonprod"), nil, deny},
		{"cloudtrail:DeleteTrail", arn("cloudtrail", "trail/meridian-nonprod"), nil, deny},
		{"guardduty:DeleteDetector", arn("guardduty", "detector/1"), nil, deny},
		{"config:StopConfigurationRecorder", "*", nil, deny},
		{"organizations:LeaveOrganization", "*", nil, deny},
		{"s3:DeleteObject", "arn:aws:s3:::meridian-" + account + "-us-east-1-logs-trail/AWSLogs/a", nil, deny},
		{"secretsmanager:GetSecretValue", arn("secretsmanager", "secret:cell/acme/db-abcdef"), with("aws:PrincipalTag/cell", "acme", "aws:ResourceTag/cell", "acme"), allow},
		{"secretsmanager:GetSecretValue", arn("secretsmanager", "secret:cell/acme/db-abcdef"), with("aws:PrincipalTag/cell", "birch", "aws:ResourceTag/cell", "acme"), deny},
	} {
		check(t, boundary, request{action: tc.action, resource: tc.resource, keys: tc.keys}, tc.want)
	}
}

func TestRoleOfCells(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	texts := ofRole(recording, "pulumi-cell")
	boundary := naming.BoundaryARN(account, "us-east-1")
	services := naming.ServiceBoundaryARN(account, "us-east-1")
	role, backup := iamResource("role/cell/acme/acme-api-task"), iamResource("role/cell/acme/acme-backup-service")
	for _, tc := range []struct {
		action, resource string
		keys             map[string]string
		want             outcome
	}{
		// Roles: own path, with the boundary, own policies, listed services.
		{"iam:CreateRole", role, with("iam:PermissionsBoundary", services), refuse},
		{"iam:PutRolePermissionsBoundary", role, with("iam:PermissionsBoundary", services), refuse},
		{"iam:CreateRole", iamResource("role/cell/acme/acme-backup-task"), with("iam:PermissionsBoundary", services), refuse},
		{"iam:CreateRole", iamResource("role/utility/acme-backup-service"), with("iam:PermissionsBoundary", services), refuse},
		{"iam:AttachRolePolicy", role, with("iam:PermissionsBoundary", services, "iam:PolicyARN", iamResource("policy/cell/acme/x")), refuse},
		{"iam:PassRole", role, with("iam:PassedToService", "backup.amazonaws.com"), refuse},
		{"iam:CreatePolicyVersion", services, nil, refuse},
		// Those of services: with their own boundary, to their own service.
		{"iam:CreateRole", backup, with("iam:PermissionsBoundary", services), allow},
		{"iam:CreateRole", backup, with("iam:PermissionsBoundary", boundary), deny},
		{"iam:CreateRole", backup, nil, deny},
		{"iam:PutRolePermissionsBoundary", backup, with("iam:PermissionsBoundary", services), allow},
		{"iam:PutRolePermissionsBoundary", backup, with("iam:PermissionsBoundary", boundary), deny},
		{"iam:DeleteRolePermissionsBoundary", backup, nil, refuse},
		{"iam:AttachRolePolicy", backup, with("iam:PermissionsBoundary", services, "iam:PolicyARN", iamResource("policy/cell/acme/acme-backup-service")), allow},
		{"iam:AttachRolePolicy", backup, with("iam:PermissionsBoundary", services, "iam:PolicyARN", "arn:aws:iam::aws:policy/AdministratorAccess"), refuse},
		{"iam:PassRole", backup, with("iam:PassedToService", "backup.amazonaws.com"), allow},
		{"iam:PassRole", backup, with("iam:PassedToService", "s3.amazonaws.com"), refuse},
		{"iam:PassRole", backup, with("iam:PassedToService", "ecs-tasks.amazonaws.com"), deny},
		{"iam:PassRole", iamResource("role/cell/acme/acme-storage-scan"), with("iam:PassedToService", "malware-protection-plan.guardduty.amazonaws.com"), allow},
		{"iam:PassRole", iamResource("role/cell/acme/acme-storage-scan"), with("iam:PassedToService", "transfer.amazonaws.com"), deny},
		{"iam:PassRole", iamResource("role/cell/acme/acme-storage-replication"), with("iam:PassedToService", "s3.amazonaws.com"), allow},
		{"iam:CreateRole", backup, with("aws:PrincipalTag/cell", "acme", "iam:PermissionsBoundary", services), allow},
		{"iam:CreateRole", backup, with("aws:PrincipalTag/cell", "birch", "iam:PermissionsBoundary", services), deny},
		{"iam:CreateRole", role, with("iam:PermissionsBoundary", boundary), allow},
		{"iam:CreateRole", role, nil, refuse},
		{"iam:CreateRole", role, with("iam:PermissionsBoundary", iamResource("policy/wide")), refuse},
		{"iam:CreateRole", iamResource("role/deploy/x"), with("iam:PermissionsBoundary", boundary), refuse},
		{"iam:DeleteRolePermissionsBoundary", role, nil, refuse},
		{"iam:PutRolePermissionsBoundary", role, with("iam:PermissionsBoundary", iamResource("policy/wide")), refuse},
		{"iam:AttachRolePolicy", role, with("iam:PermissionsBoundary", boundary, "iam:PolicyARN", iamResource("policy/cell/acme/acme-api-task")), allow},
		{"iam:AttachRolePolicy", role, with("iam:PermissionsBoundary", boundary, "iam:PolicyARN", "arn:aws:iam::aws:policy/AdministratorAccess"), refuse},
		{"iam:PutRolePolicy", role, with("iam:PermissionsBoundary", boundary), refuse},
		{"iam:CreatePolicyVersion", boundary, nil, refuse},
		{"iam:UpdateAssumeRolePolicy", iamResource("role/deploy/pulumi-base"), nil, refuse},
		{"iam:PassRole", role, with("iam:PassedToService", "ecs-tasks.amazonaws.com"), allow},
		{"iam:PassRole", role, with("iam:PassedToService", "transfer.amazonaws.com"), allow},
		{"iam:PassRole", role, with("iam:PassedToService", "ec2.amazonaws.com"), refuse},
		{"iam:PassRole", role, with("iam:PassedToService", "lambda.amazonaws.com"), refuse},
		{"iam:PassRole", iamResource("role/deploy/pulumi-base"), with("iam:PassedToService", "ecs-tasks.amazonaws.com"), refuse},
		{"iam:PassRole", iamResource("role/service/rds-monitoring"), with("iam:PassedToService", "monitoring.rds.amazonaws.com"), allow},
		{"iam:PassRole", iamResource("role/service/rds-monitoring"), with("iam:PassedToService", "ecs-tasks.amazonaws.com"), refuse},
		{"sts:AssumeRole", iamResource("role/deploy/pulumi-base"), nil, refuse},
		{"iam:CreateUser", iamResource("user/x"), nil, refuse},
		// What carries the tag, and what does not.
		{"ecs:UpdateService", arn("ecs", "service/cells/acme-api"), with("aws:ResourceTag/cell", "acme"), allow},
		{"ecs:UpdateService", arn("ecs", "service/ops/jenkins"), nil, refuse},
		{"ecs:DeleteCluster", arn("ecs", "cluster/cells"), nil, refuse},
		{"ec2:AuthorizeSecurityGroupIngress", arn("ec2", "security-group/sg-lb"), nil, refuse},
		{"ec2:CreateTags", arn("ec2", "security-group/sg-lb"), with("aws:RequestTag/cell", "acme", "aws:ResourceTag/cellworks:project", "utility"), refuse},
		{"ec2:CreateTags", arn("ec2", "security-group/sg-acme"), with("aws:RequestTag/cell", "birch", "aws:PrincipalTag/cell", "birch", "aws:ResourceTag/cell", "acme", "aws:ResourceTag/cellworks:project", "cell"), deny},
		{"ec2:CreateTags", arn("ec2", "vpc/vpc-1"), with("aws:RequestTag/cell", "acme"), refuse},
		{"ec2:DeleteVpc", arn("ec2", "vpc/vpc-1"), with("aws:ResourceTag/cellworks:project", "base"), refuse},
		{"ec2:DeleteVpc", arn("ec2", "vpc/vpc-2"), with("aws:ResourceTag/cell", "acme"), allow},
		{"ec2:DeleteVpc", arn("ec2", "vpc/vpc-2"), with("aws:ResourceTag/cell", "acme", "aws:PrincipalTag/cell", "birch"), deny},
		{"rds:DeleteDBInstance", arn("rds", "db:ops"), nil, refuse},
		{"kms:ScheduleKeyDeletion", arn("kms", "key/logs"), with("aws:ResourceTag/cellworks:project", "base"), refuse},
		// Nobody makes the base's things a cell's by tagging them.
		{"kms:TagResource", arn("kms", "key/logs"), with("aws:ResourceTag/cellworks:project", "base", "aws:RequestTag/cell", "acme"), deny},
		{"elasticloadbalancing:AddTags", arn("elasticloadbalancing", "loadbalancer/app/cells/1"), with("aws:ResourceTag/cellworks:project", "utility", "aws:RequestTag/cell", "acme"), deny},
		// Buckets: no objects, no log buckets.
		{"s3:PutBucketPolicy", "arn:aws:s3:::meridian-acme-us-east-1-inbound", with("aws:ResourceAccount", account), allow},
		{"s3:GetObject", "arn:aws:s3:::meridian-acme-us-east-1-inbound/a", with("aws:ResourceAccount", account), refuse},
		{"s3:DeleteBucket", "arn:aws:s3:::meridian-" + account + "-us-east-1-logs-trail", with("aws:ResourceAccount", account), deny},
		{"s3:PutBucketPolicy", "arn:aws:s3:::meridian-acme-us-east-1-inbound", with("aws:ResourceAccount", "999999999999"), refuse},
		{"secretsmanager:GetSecretValue", arn("secretsmanager", "secret:cell/acme/db-abcdef"), nil, refuse},
		{"kms:Decrypt", arn("kms", "key/1"), with("aws:ResourceTag/cell", "acme"), refuse},
		// Of secrets, those for the client's own identity provider alone.
		{"secretsmanager:GetSecretValue", arn("secretsmanager", "secret:cell/acme/sso/idp-abcdef"), nil, allow},
		{"secretsmanager:GetSecretValue", arn("secretsmanager", "secret:cell/acme/sso/idp-abcdef"), with("aws:PrincipalTag/cell", "acme"), allow},
		{"secretsmanager:GetSecretValue", arn("secretsmanager", "secret:cell/acme/sso/idp-abcdef"), with("aws:PrincipalTag/cell", "birch"), deny},
		{"rds:ModifyDBInstance", arn("rds", "db:acme"), with("aws:ResourceTag/cell", "acme"), allow},
		{"rds:ModifyDBSnapshotAttribute", arn("rds", "snapshot:acme"), with("aws:ResourceTag/cell", "acme"), deny},
		{"ecs:ExecuteCommand", arn("ecs", "task/cells/1"), with("aws:ResourceTag/cell", "acme"), deny},
		{"route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1", with("route53:ChangeResourceRecordSetsRecordTypes", "NS"), refuse},
		{"cloudtrail:StopLogging", arn("cloudtrail", "trail/x"), nil, refuse},
		// A session with the tag of a client is that client's.
		{"ecs:UpdateService", arn("ecs", "service/cells/acme-api"), with("aws:PrincipalTag/cell", "acme", "aws:ResourceTag/cell", "acme"), allow},
		{"ecs:UpdateService", arn("ecs", "service/cells/acme-api"), with("aws:PrincipalTag/cell", "birch", "aws:ResourceTag/cell", "acme"), deny},
		{"kms:CreateKey", "*", with("aws:PrincipalTag/cell", "birch", "aws:RequestTag/cell", "acme"), deny},
		{"iam:CreateRole", role, with("aws:PrincipalTag/cell", "acme", "iam:PermissionsBoundary", boundary), allow},
		{"iam:CreateRole", role, with("aws:PrincipalTag/cell", "birch", "iam:PermissionsBoundary", boundary), deny},
		{"iam:PassRole", role, with("aws:PrincipalTag/cell", "birch", "iam:PassedToService", "ecs-tasks.amazonaws.com"), deny},
		{"iam:PassRole", iamResource("role/service/backup"), with("aws:PrincipalTag/cell", "birch", "iam:PassedToService", "backup.amazonaws.com"), allow},
		{"s3:CreateBucket", "arn:aws:s3:::meridian-acme-us-east-1-inbound", with("aws:PrincipalTag/cell", "acme", "aws:ResourceAccount", account), allow},
		{"s3:CreateBucket", "arn:aws:s3:::meridian-acme-us-east-1-inbound", with("aws:PrincipalTag/cell", "birch", "aws:ResourceAccount", account), deny},
		{"logs:CreateLogGroup", arn("logs", "log-group:/cell/acme/api"), with("aws:PrincipalTag/cell", "birch"), deny},
		{"logs:DescribeLogGroups", arn("logs", "log-group:*"), with("aws:PrincipalTag/cell", "birch"), allow},
	} {
		check(t, texts, request{action: tc.action, resource: tc.resource, keys: tc.keys}, tc.want)
	}
}

func TestRolesOfUtilityAndBase(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	utility, base := ofRole(recording, "pulumi-utility"), ofRole(recording, "pulumi-base")
	boundary := naming.BoundaryARN(account, "us-east-1")
	mine := with("aws:ResourceTag/cellworks:project", "utility")
	for _, tc := range []struct {
		texts            []string
		action, resource string
		keys             map[string]string
		want             outcome
	}{
		{utility, "ecs:CreateCluster", arn("ecs", "cluster/cells"), with("aws:RequestTag/cellworks:project", "utility"), allow},
		{utility, "ecs:CreateCluster", arn("ecs", "cluster/cells"), with("aws:RequestTag/cellworks:project", "base"), refuse},
		{utility, "elasticloadbalancing:ModifyLoadBalancerAttributes", arn("elasticloadbalancing", "loadbalancer/app/cells/1"), mine, allow},
		{utility, "iam:CreateRole", iamResource("role/utility/vault/server"), with("iam:PermissionsBoundary", boundary), allow},
		{utility, "iam:CreateRole", iamResource("role/utility/x"), with("iam:PermissionsBoundary", naming.ServiceBoundaryARN(account, "us-east-1")), refuse},
		{utility, "iam:CreateRole", iamResource("role/cell/acme/acme-backup-service"), with("iam:PermissionsBoundary", naming.ServiceBoundaryARN(account, "us-east-1")), refuse},
		{utility, "iam:CreateRole", iamResource("role/cell/acme/x"), with("iam:PermissionsBoundary", boundary), refuse},
		{utility, "iam:PassRole", iamResource("role/utility/vault/server"), with("iam:PassedToService", "ec2.amazonaws.com"), allow},
		{utility, "iam:AttachRolePolicy", iamResource("role/utility/x"), with("iam:PermissionsBoundary", boundary, "iam:PolicyARN", "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"), allow},
		{utility, "iam:AttachRolePolicy", iamResource("role/utility/x"), with("iam:PermissionsBoundary", boundary, "iam:PolicyARN", "arn:aws:iam::aws:policy/IAMFullAccess"), refuse},
		{utility, "ecs:DeleteService", arn("ecs", "service/cells/acme-api"), with("aws:ResourceTag/cellworks:project", "cell"), refuse},
		{utility, "ecs:TagResource", arn("ecs", "service/cells/acme-api"), with("aws:ResourceTag/cellworks:project", "cell", "aws:RequestTag/cellworks:project", "utility"), deny},
		{utility, "ec2:DeleteVpc", arn("ec2", "vpc/vpc-1"), mine, refuse},
		{utility, "ec2:RunInstances", arn("ec2", "instance/*"), with("aws:RequestTag/cellworks:project", "utility"), allow},
		{utility, "ec2:RunInstances", arn("ec2", "instance/*"), nil, refuse},
		{utility, "s3:CreateBucket", "arn:aws:s3:::meridian-utility-us-east-1-snapshots", with("aws:ResourceAccount", account), allow},
		{utility, "s3:PutBucketPolicy", "arn:aws:s3:::meridian-acme-us-east-1-inbound", with("aws:ResourceAccount", account), deny},
		{utility, "guardduty:DeleteDetector", arn("guardduty", "detector/1"), mine, deny},
		{base, "organizations:LeaveOrganization", "*", nil, deny},
		{base, "cloudtrail:StopLogging", arn("cloudtrail", "trail/x"), nil, deny},
		{base, "iam:CreateUser", iamResource("user/x"), nil, deny},
		{base, "cloudtrail:DeleteTrail", arn("cloudtrail", "trail/x"), nil, refuse},
	} {
		check(t, tc.texts, request{action: tc.action, resource: tc.resource, keys: tc.keys}, tc.want)
	}
}

func TestTrust(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	roles := trust(recording)
	const org, jenkins = "o-a1b2c3d4e5", "arn:aws:iam::" + ops + ":role/jenkins/agent"
	root := func(id string) string { return "arn:aws:iam::" + id + ":root" }
	from := func(arn string, more ...string) map[string]string {
		return with(append([]string{"aws:PrincipalArn", arn, "aws:PrincipalOrgID", org}, more...)...)
	}
	oidc := iamResource("oidc-provider/token.actions.githubusercontent.com")
	token := func(audience, subject string) map[string]string {
		return with("token.actions.githubusercontent.com:aud", audience, "token.actions.githubusercontent.com:sub", subject)
	}
	saml := iamResource("saml-provider/meridian")
	for _, tc := range []struct {
		role, principal, action string
		keys                    map[string]string
		want                    outcome
	}{
		{"pulumi-cell", root(account), "sts:AssumeRole", from("arn:aws:iam::" + account + ":role/OrganizationAccountAccessRole"), allow},
		{"pulumi-base", root(account), "sts:AssumeRole", from("arn:aws:iam::" + account + ":role/cell/acme/acme-api-task"), refuse},
		{"pulumi-base", root(ops), "sts:AssumeRole", from(jenkins), allow},
		{"pulumi-base", root(ops), "sts:TagSession", from(jenkins), allow},
		{"pulumi-base", root(ops), "sts:AssumeRole", with("aws:PrincipalArn", jenkins, "aws:PrincipalOrgID", "o-zzzzzzzzzz"), refuse},
		{"pulumi-base", root(ops), "sts:AssumeRole", from("arn:aws:iam::" + ops + ":role/utility/jenkins"), refuse},
		{"pulumi-cell", root(ops), "sts:AssumeRole", from("arn:aws:iam::" + ops + ":role/agents/cells"), allow},
		{"pulumi-base", root(ops), "sts:AssumeRole", from("arn:aws:iam::" + ops + ":role/agents/cells"), refuse},
		{"pulumi-cell", root("999999999999"), "sts:AssumeRole", from("arn:aws:iam::999999999999:role/jenkins/agent"), refuse},
		{"pulumi-cell", oidc, "sts:AssumeRoleWithWebIdentity", token("sts.amazonaws.com", "repo:meridian/infrastructure:environment:prod"), allow},
		{"pulumi-cell", oidc, "sts:AssumeRoleWithWebIdentity", token("sts.amazonaws.com", "repo:stranger/infrastructure:environment:prod"), refuse},
		{"pulumi-cell", oidc, "sts:AssumeRoleWithWebIdentity", token("other", "repo:meridian/infrastructure:environment:prod"), refuse},
		{"pulumi-base", oidc, "sts:AssumeRoleWithWebIdentity", token("sts.amazonaws.com", "repo:meridian/infrastructure:environment:prod"), refuse},
		{naming.PersonBreakGlass, root(ops), "sts:AssumeRole", from("arn:aws:iam::"+ops+":user/jo", "aws:MultiFactorAuthPresent", "true"), allow},
		{naming.PersonBreakGlass, root(ops), "sts:AssumeRole", from("arn:aws:iam::"+ops+":user/jo", "aws:MultiFactorAuthPresent", "false"), refuse},
		{naming.PersonBreakGlass, root(ops), "sts:AssumeRole", from("arn:aws:iam::" + ops + ":user/jo"), refuse},
		{naming.PersonBreakGlass, saml, "sts:AssumeRoleWithSAML", with("SAML:aud", "https://signin.aws.amazon.com/saml"), refuse},
		{naming.PersonAuditor, root(ops), "sts:AssumeRole", from("arn:aws:iam::" + ops + ":user/jo"), refuse},
		{naming.PersonAuditor, root(ops), "sts:AssumeRole", from("arn:aws:iam::"+ops+":user/jo", "aws:MultiFactorAuthPresent", "true"), allow},
		{naming.PersonAuditor, saml, "sts:AssumeRoleWithSAML", with("SAML:aud", "https://signin.aws.amazon.com/saml"), allow},
		{naming.PersonAdmin, saml, "sts:AssumeRoleWithSAML", with("SAML:aud", "https://signin.aws.amazon.com/saml"), allow},
		{naming.PersonAdmin, saml, "sts:AssumeRoleWithSAML", with("SAML:aud", "https://example.com/saml"), refuse},
		{naming.PersonAdmin, root(ops), "sts:AssumeRole", from("arn:aws:iam::"+ops+":user/jo", "aws:MultiFactorAuthPresent", "true"), refuse},
		{naming.ServiceVaultAuth, root(ops), "sts:AssumeRole", from("arn:aws:iam::" + ops + ":role/utility/vault/server"), allow},
		{naming.ServiceVaultAuth, root(ops), "sts:AssumeRole", from(jenkins), refuse},
		{naming.ServiceRDSMonitoring, "monitoring.rds.amazonaws.com", "sts:AssumeRole", with("aws:SourceAccount", account, "aws:SourceArn", arn("rds", "db:acme")), allow},
		{naming.ServiceRDSMonitoring, "monitoring.rds.amazonaws.com", "sts:AssumeRole", with("aws:SourceAccount", "999999999999", "aws:SourceArn", arn("rds", "db:acme")), refuse},
		{naming.ServiceBackup, "backup.amazonaws.com", "sts:AssumeRole", with("aws:SourceAccount", "999999999999"), refuse},
	} {
		if roles[tc.role] == "" {
			t.Fatalf("no role %s", tc.role)
		}
		check(t, []string{roles[tc.role]}, request{principal: tc.principal, action: tc.action, keys: tc.keys}, tc.want)
	}
}

func TestPeopleReadNoData(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	for _, person := range []string{naming.PersonAuditor, naming.PersonOperator} {
		texts := ofRole(recording, person)
		for _, action := range []string{"s3:GetObject", "s3:GetObjectVersion", "kms:Decrypt", "secretsmanager:GetSecretValue", "ssm:GetParameters", "ssm:StartSession", "ecs:ExecuteCommand", "sqs:ReceiveMessage", "rds-db:connect"} {
			check(t, texts, request{action: action, resource: "arn:aws:any:us-east-1:" + account + ":thing"}, deny)
		}
		check(t, texts, request{action: "logs:GetLogEvents", resource: arn("logs", "log-group:/cell/acme/api:log-stream:1")}, deny)
	}
	auditor := ofRole(recording, naming.PersonAuditor)
	check(t, auditor, request{action: "logs:FilterLogEvents", resource: arn("logs", "log-group:/base/trail:log-stream:1")}, allow)
	check(t, auditor, request{action: "logs:FilterLogEvents", resource: arn("logs", "log-group:/utility/vault:log-stream:1")}, refuse)
	operator := ofRole(recording, naming.PersonOperator)
	check(t, operator, request{action: "ecs:StopTask", resource: arn("ecs", "task/cells/1")}, allow)
	check(t, operator, request{action: "logs:GetLogEvents", resource: arn("logs", "log-group:/utility/vault:log-stream:1")}, allow)
	check(t, operator, request{action: "iam:PassRole", resource: iamResource("role/deploy/pulumi-base")}, refuse)
}

// TestPoliciesKeepTheRulesOfSecurityHub holds FSBP IAM.1, IAM.21 and KMS.1 and the
// rules of the HIPAA pack that are the same; KMS.1 leaves boundaries out.
func TestPoliciesKeepTheRulesOfSecurityHub(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	for name, text := range policies(recording) {
		var d document
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatal(err)
		}
		for _, s := range d.Statement {
			for _, action := range s.Action {
				if s.Effect == "Allow" && strings.HasSuffix(action, ":*") || s.Effect == "Allow" && action == "*" {
					t.Errorf("policy %s allows %s", name, action)
				}
				if blocked := action == "kms:Decrypt" || strings.HasPrefix(action, "kms:ReEncrypt"); s.Effect == "Allow" && blocked && name != naming.BoundaryName && name != naming.ServiceBoundaryName {
					t.Errorf("policy %s allows %s", name, action)
				}
			}
		}
	}
	for role, most := range map[string]int{"pulumi-base": 10, "pulumi-utility": 10, "pulumi-cell": 10} {
		n := 0
		for _, attached := range recording.Strings("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "role") {
			if attached == role {
				n++
			}
		}
		if n == 0 || n > most {
			t.Errorf("role %s has %d policies, want 1 to %d (docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)", role, n, most)
		}
	}
}
