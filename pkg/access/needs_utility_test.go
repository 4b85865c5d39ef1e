package access_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/naming"
)

// utilityNeeds are the calls for the resources that applications are made of.
// Something new has the project's tag in the request, something that exists has it
// itself. What is not said to have a tag is decided without one. {names} are inputs of
// the resource.
func utilityNeeds() map[string][]need {
	all := map[string][]need{}
	for _, part := range []map[string][]need{
		utilityClusterNeeds(), utilityServerNeeds(), utilityNetworkNeeds(), utilityNameNeeds(), utilityIdentityNeeds(), utilityKeyNeeds(),
		utilityFileNeeds(), utilitySearchNeeds(), utilityOperationNeeds(), utilityPatchNeeds(), utilitySecurityNeeds(),
		bucketNeeds("arn:aws:s3:::{bucket}"),
	} {
		maps.Copy(all, part)
	}
	return all
}

func newUtility() map[string]string {
	return with("aws:RequestTag/"+naming.TagProject, naming.ProjectUtility)
}

func ownUtility() map[string]string {
	return with("aws:ResourceTag/"+naming.TagProject, naming.ProjectUtility)
}

// created are the keys of the tags that EC2 sets when it makes something.
func created(by string) map[string]string {
	return with("aws:RequestTag/"+naming.TagProject, naming.ProjectUtility, "ec2:CreateAction", by)
}

// toPass are the services whose roles a deployment passes: those that roles trust.
func toPass(t *testing.T, role made) []need {
	t.Helper()
	var trust struct {
		Statement []struct{ Principal struct{ Service []string } }
	}
	if err := json.Unmarshal([]byte(role.text("assumeRolePolicy")), &trust); err != nil {
		t.Fatalf("%s: %v", role.urn, err)
	}
	var passes []need
	for _, s := range trust.Statement {
		for _, service := range s.Principal.Service {
			passes = append(passes, need{iamResource("role{path}{name}"), with("iam:PassedToService", service), []string{"iam:PassRole"}})
		}
	}
	return passes
}

// ofAgents says whether something is of the agents of Jenkins, which the account's own
// role makes: whoever could make them could deploy every project.
func ofAgents(m made) bool { return strings.Contains(m.urn, "cellworks:jenkins:Agents$") }

func TestRoleOfUtilityCanMakeApplications(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	texts := ofRole(recording, "pulumi-utility")
	all, asked := utilityNeeds(), map[string]bool{}
	ask := func(m made, n need) {
		for _, action := range n.actions {
			r := request{action: action, resource: m.fill(n.resource), keys: m.fillAll(n.keys)}
			question := fmt.Sprint(r)
			if asked[question] {
				continue
			}
			asked[question] = true
			if allowed, _ := decide(t, texts, r); !allowed {
				t.Errorf("%s (%s in %s) needs %s on %s with %v", m.token, m.name, m.file, r.action, r.resource, r.keys)
			}
		}
	}
	unknown := map[string]bool{}
	for _, m := range resources(t, naming.ProjectUtility) {
		if ofAgents(m) {
			continue
		}
		list := all[m.token]
		if list == nil && !unknown[m.token] {
			unknown[m.token] = true
			t.Errorf("%s has resources of type %s: say here which calls make them, and allow those", m.file, m.token)
		}
		if m.token == "aws:iam/role:Role" {
			list = append(slices.Clone(list), toPass(t, m)...)
		}
		for _, n := range list {
			ask(m, n)
		}
	}
	for token, list := range all {
		for _, n := range list {
			if !strings.Contains(fmt.Sprint(n), "{") {
				ask(made{token: token}, n)
			}
		}
	}
}

// TestRoleOfUtilityCanDoNothingElse holds what is allowed against what is needed. What
// both projects' roles have is left out: buckets, which cells need more of, and IAM,
// where each action is on the project's own path.
func TestRoleOfUtilityCanDoNothingElse(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	needed := map[string]bool{}
	for _, list := range utilityNeeds() {
		for _, n := range list {
			for _, action := range n.actions {
				needed[strings.ToLower(action)] = true
			}
		}
	}
	for _, text := range ofRole(recording, "pulumi-utility") {
		var d document
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatal(err)
		}
		for _, s := range d.Statement {
			for _, pattern := range s.Action {
				if s.Effect != "Allow" || strings.HasPrefix(pattern, "s3:") || strings.HasPrefix(pattern, "iam:") {
					continue
				}
				if !slices.ContainsFunc(slices.Collect(maps.Keys(needed)), func(action string) bool { return wildcard(strings.ToLower(pattern), action) }) {
					t.Errorf("the role may %s, which makes nothing of any application", pattern)
				}
			}
		}
	}
}

func TestRoleOfUtilityKeepsToItsOwn(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	texts := ofRole(recording, "pulumi-utility")
	bound := with("iam:PermissionsBoundary", naming.BoundaryARN(account, "us-east-1"))
	for _, tc := range []struct {
		action, resource string
		keys             map[string]string
		want             outcome
	}{
		{"route53:CreateHostedZone", "*", nil, refuse},
		{"wafv2:UpdateWebACL", arn("wafv2", "regional/webacl/other/1"), nil, refuse},
		{"ssm:GetParameters", arn("ssm", "parameter/cell/acme/x"), nil, refuse},
		{"es:DeleteDomain", arn("es", "domain/other"), ownUtility(), refuse},
		{"lambda:InvokeFunction", arn("lambda", "function:other"), ownUtility(), refuse},
		{"logs:DeleteLogGroup", arn("logs", "log-group:/cell/acme/api"), nil, refuse},
		{"logs:DeleteLogGroup", arn("logs", "log-group:/base/trail"), nil, refuse},
		{"secretsmanager:GetSecretValue", arn("secretsmanager", "secret:utility/vault/ca-abcdef"), ownUtility(), refuse},
		{"secretsmanager:PutSecretValue", arn("secretsmanager", "secret:utility/vault/ca-abcdef"), ownUtility(), refuse},
		{"ec2:ModifyNetworkInterfaceAttribute", arn("ec2", "network-interface/eni-1"), with("aws:ViaAWSService", "false"), refuse},
		{"scheduler:DeleteSchedule", arn("scheduler", "schedule/cell-acme/x"), nil, refuse},
		{"iam:DeleteServiceLinkedRole", iamResource("role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"), nil, refuse},
		{"iam:PassRole", iamResource("role/utility/x"), with("iam:PassedToService", "glue.amazonaws.com"), refuse},
		{"iam:PassRole", iamResource("role/service/backup"), with("iam:PassedToService", "backup.amazonaws.com"), refuse},
		// Lines of clients go to no one else, and only Datadog's key is known.
		{"logs:PutSubscriptionFilter", arn("logs", "log-group:/cell/acme/api"), nil, refuse},
		{"secretsmanager:GetSecretValue", arn("secretsmanager", "secret:cell/acme/datadog/api-key-abcdef"), nil, refuse},
		{"iam:CreateRole", iamResource("role/datadog-integration"), nil, refuse},
		{"iam:CreateRole", iamResource("role/datadog-other"), bound, refuse},
		// Agents of Jenkins deploy every project.
		{"iam:CreateRole", iamResource("role/jenkins/agent-base"), bound, refuse},
		{"iam:CreatePolicy", iamResource("policy/jenkins/x"), nil, refuse},
		{"iam:UpdateAssumeRolePolicy", iamResource("role/jenkins/agent-base"), nil, refuse},
		{"iam:PassRole", iamResource("role/jenkins/agent-base"), with("iam:PassedToService", "ecs-tasks.amazonaws.com"), refuse},
		// An application administers detection, and stops none.
		{"config:StopConfigurationRecorder", "*", nil, deny},
		{"config:DeleteConfigurationRecorder", "*", ownUtility(), deny},
		{"config:DeleteConfigRule", "*", ownUtility(), deny},
		{"guardduty:UpdateDetector", arn("guardduty", "detector/1"), nil, deny},
		{"guardduty:DisassociateMembers", arn("guardduty", "detector/1"), nil, deny},
		{"inspector2:Disable", "*", nil, deny},
		{"macie2:DisableMacie", "*", nil, deny},
		{"macie2:UpdateMacieSession", "*", nil, deny},
		{"securityhub:DisableSecurityHub", "*", nil, deny},
		{"securityhub:BatchDisableStandards", "*", nil, deny},
		{"organizations:ListAccounts", "*", nil, deny},
	} {
		check(t, texts, request{action: tc.action, resource: tc.resource, keys: tc.keys}, tc.want)
	}
}

// TestWhatIsLaunchedCarriesTheProjectsTag looks at programs, which know the tags of
// their stack: default tags reach neither Auto Scaling groups nor what they launch, and
// without the tag the role may make neither.
func TestWhatIsLaunchedCarriesTheProjectsTag(t *testing.T) {
	t.Parallel()
	groups, templates := 0, 0
	for _, m := range resources(t, naming.ProjectUtility) {
		if !strings.HasPrefix(m.file, "../../utility/") {
			continue
		}
		switch m.token {
		case "aws:autoscaling/group:Group":
			groups++
			if tags := fmt.Sprint(m.inputs["tags"]); !strings.Contains(tags, "key:"+naming.TagProject+" propagateAtLaunch:true value:"+naming.ProjectUtility) {
				t.Errorf("%s: group %s lacks the tag %s: %s", m.file, m.name, naming.TagProject, tags)
			}
		case "aws:ec2/launchTemplate:LaunchTemplate":
			templates++
			specifications, _ := m.inputs["tagSpecifications"].([]any)
			for _, kind := range []string{"instance", "network-interface", "volume"} {
				if !slices.ContainsFunc(specifications, func(s any) bool {
					text := fmt.Sprint(s)
					return strings.Contains(text, "resourceType:"+kind) && strings.Contains(text, naming.TagProject+":"+naming.ProjectUtility)
				}) {
					t.Errorf("%s: template %s does not tag each %s with %s", m.file, m.name, kind, naming.TagProject)
				}
			}
		}
	}
	if groups == 0 || templates == 0 {
		t.Fatalf("the goldens of the program hold %d groups and %d templates", groups, templates)
	}
}
