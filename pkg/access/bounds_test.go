package access_test

import (
	"encoding/json"
	"strings"
	"testing"

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

// keyARN puts a key where the recorder, which knows no services, has invented the ARN
// of one.
func keyARN(arn string) string {
	if rest, ok := strings.CutPrefix(arn, "arn:aws:kms:us-east-1:"+account+":"); ok && !strings.Contains(rest, "/") {
		return "arn:aws:kms:us-east-1:" + account + ":key/" + rest
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
	here := func(text string) string { return keyARN(strings.ReplaceAll(text, policy.owner, account)) }
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
	boundary := []string{policies(recording)[naming.BoundaryName]}
	seen := map[string]int{}
	for _, m := range resources(t, naming.ProjectUtility, naming.ProjectCell) {
		seen[m.token]++
		switch m.token {
		case "aws:iam/role:Role":
			if want := naming.BoundaryARN(m.owner, "us-east-1"); m.text("permissionsBoundary") != want {
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
	for _, token := range []string{"aws:iam/role:Role", "aws:iam/policy:Policy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"} {
		if seen[token] == 0 {
			t.Errorf("no golden holds a %s", token)
		}
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
