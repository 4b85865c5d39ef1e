package jenkins_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"cellworks/pkg/config"
	"cellworks/pkg/jenkins"
	"cellworks/pkg/naming"
	"cellworks/pkg/pulumitest"
)

func resourceKey(name string) resource.PropertyKey { return resource.PropertyKey(name) }

type statement struct {
	Sid, Effect      string
	Principal        any
	Action, Resource []string
	Condition        map[string]map[string][]string
}

// policies returns the statements of the managed policies of a recording, by the
// logical name of the policy.
func policies(t *testing.T, recording *pulumitest.Recording) map[string][]statement {
	t.Helper()
	all := map[string][]statement{}
	for _, policy := range recording.OfType("aws:iam/policy:Policy") {
		all[policy.Name] = parse(t, policy.Inputs["policy"].StringValue())
	}
	return all
}

func parse(t *testing.T, text string) []statement {
	t.Helper()
	var document struct{ Statement []statement }
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	return document.Statement
}

func TestTheControllerMayStartAgentsAndNothingElse(t *testing.T) {
	t.Parallel()
	all := policies(t, record(t, args()))
	for name, statements := range all {
		for _, s := range statements {
			for _, action := range s.Action {
				if strings.HasPrefix(action, "sts:") || strings.HasSuffix(action, "*") || action == "ecs:RegisterTaskDefinition" {
					t.Errorf("%s allows %s: only agents deploy, and what they are is not the controller's to say", name, action)
				}
			}
			if strings.HasPrefix(s.Action[0], "iam:") && (!slices.Equal(s.Action, []string{"iam:PassRole"}) || s.Condition["StringEquals"]["iam:PassedToService"][0] != "ecs-tasks.amazonaws.com") {
				t.Errorf("%s: %+v, want roles passed to tasks alone", name, s)
			}
		}
	}
	var passed []string
	for _, s := range all["jenkins-controller-agents"] {
		if s.Sid == "PassAgents" {
			passed = s.Resource
		}
	}
	var want []string
	for _, kind := range naming.JenkinsAgents() {
		want = append(want, naming.JenkinsAgentExecutionRoleARN(pulumitest.AccountID, region, kind), naming.JenkinsAgentRoleARN(pulumitest.AccountID, region, kind))
	}
	slices.Sort(want)
	if !slices.Equal(passed, want) {
		t.Errorf("passes %v, want %v", passed, want)
	}
}

func TestAnAgentDeploysItsProjectAlone(t *testing.T) {
	t.Parallel()
	all := policies(t, recordAgents(t, agentsArgs()))
	for _, kind := range naming.JenkinsAgents() {
		project, _ := naming.JenkinsAgentProject(kind)
		if project == "" {
			continue
		}
		want := []string{
			naming.DeployRoleARN("111111111111", region, project),
			naming.DeployRoleARN("222222222222", region, project),
		}
		own := []string{"/" + project + "/*"}
		if project == naming.ProjectBase {
			// The stack of Jenkins is made with the rights of both levels.
			want = append([]string{naming.DeployRoleARN(pulumitest.AccountID, region, naming.ProjectUtility)}, want...)
			own = append(own, "/utility/ops-us-east-1-jenkins/*", "/utility/ops-us-east-1-jenkins.*")
		}
		slices.Sort(want)
		deploy := all["jenkins-agents-"+kind+"-deploy"]
		if len(deploy) != 1 || !slices.Equal(deploy[0].Resource, want) || !slices.Equal(deploy[0].Action, []string{"sts:AssumeRole", "sts:TagSession"}) {
			t.Errorf("agents of %s may %+v, want to assume %v", kind, deploy, want)
		}
		for _, s := range all["jenkins-agents-"+kind+"-state"] {
			if s.Sid != "WriteState" {
				continue
			}
			for _, res := range s.Resource {
				if !slices.ContainsFunc(own, func(end string) bool { return strings.HasSuffix(res, end) }) || !strings.HasPrefix(res, "arn:aws:s3:::state/.pulumi/") {
					t.Errorf("agents of %s write %s", kind, res)
				}
			}
		}
	}
	for name := range all {
		if strings.Contains(name, naming.AgentCheck) && name != "jenkins-agents-execution-check-start" {
			t.Errorf("what nobody approved has policy %s", name)
		}
	}
}

func TestStateIsOpenedOnlyWhereItIs(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		backend  config.Backend
		policies int
		resource string
	}{
		"folder":        {config.Backend{}, 17, ""},
		"prefix and id": {config.Backend{URL: "s3://state/deep", SecretsProvider: "awskms://1234?region=eu-west-1"}, 23, "arn:aws:kms:eu-west-1:" + pulumitest.AccountID + ":key/1234"},
		"arn":           {config.Backend{URL: "s3://state", SecretsProvider: "awskms:///arn:aws:kms:us-east-1:999999999999:key/1"}, 23, "arn:aws:kms:us-east-1:999999999999:key/1"},
		"alias":         {agentsArgs().Backend, 23, "arn:aws:kms:us-east-1:" + pulumitest.AccountID + ":key/*"},
		"no key":        {config.Backend{URL: "s3://state", SecretsProvider: "passphrase"}, 23, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := agentsArgs()
			a.Backend = tc.backend
			all := policies(t, recordAgents(t, a))
			if len(all) != tc.policies {
				t.Errorf("%d policies, want %d", len(all), tc.policies)
			}
			var found string
			for _, s := range all["jenkins-agents-cell-state"] {
				if s.Sid == "StateKey" {
					found = s.Resource[0]
					if strings.HasSuffix(found, "/*") && s.Condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"][0] != "alias/pulumi" {
						t.Errorf("%+v opens every key", s)
					}
				}
			}
			if found != tc.resource {
				t.Errorf("key = %q, want %q", found, tc.resource)
			}
		})
	}
}

func TestTheHomeIsMountedByTheAccessPointAlone(t *testing.T) {
	t.Parallel()
	statements := parse(t, record(t, args()).Strings("aws:efs/fileSystemPolicy:FileSystemPolicy", "policy")[0])
	var sids []string
	for _, s := range statements {
		sids = append(sids, s.Effect+" "+s.Sid)
		point := s.Condition["StringEquals"]["elasticfilesystem:AccessPointArn"]
		if s.Effect == "Allow" && (len(point) != 1 || slices.Contains(s.Action, "elasticfilesystem:ClientRootAccess")) {
			t.Errorf("%+v lets others in, or somebody be root", s)
		}
	}
	if want := []string{"Allow MountByAccessPoint", "Deny NoOtherWay", "Deny EncryptedOnly"}; !slices.Equal(sids, want) {
		t.Errorf("statements = %v, want %v", sids, want)
	}
}

func TestEachKindOfAgentIsGivenItsOwnKeys(t *testing.T) {
	t.Parallel()
	recording := recordAgents(t, agentsArgs())
	all := policies(t, recording)
	given := map[string]map[string]string{}
	for _, definition := range recording.OfType(task) {
		var containers []struct {
			Secrets     []struct{ Name, ValueFrom string }
			Environment []struct{ Name, Value string }
		}
		if err := json.Unmarshal([]byte(definition.Inputs["containerDefinitions"].StringValue()), &containers); err != nil {
			t.Fatal(err)
		}
		values := map[string]string{}
		for _, secret := range containers[0].Secrets {
			values[secret.Name] = secret.ValueFrom
		}
		for _, variable := range containers[0].Environment {
			values[variable.Name] = variable.Value
		}
		given[definition.Name] = values
	}
	const arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:utility/jenkins/"
	for _, kind := range naming.JenkinsAgents() {
		project, previews := naming.JenkinsAgentProject(kind)
		level := "deploy"
		if previews {
			level = "preview"
		}
		values, statements := given["jenkins-agents-"+kind], all["jenkins-agents-execution-"+kind+"-secrets"]
		if project == "" || project == naming.ProjectBase {
			if len(values) != 1 || len(statements) != 0 {
				t.Errorf("%s is given %v by %+v, want no keys", kind, values, statements)
			}
			continue
		}
		for variable, want := range map[string]string{
			"DD_API_KEY":              arn + "datadog-" + level + "-abcdef:DD_API_KEY::",
			"DD_APP_KEY":              arn + "datadog-" + level + "-abcdef:DD_APP_KEY::",
			"OKTA_API_CLIENT_ID":      arn + "okta-" + level + "-abcdef:OKTA_API_CLIENT_ID::",
			"OKTA_API_PRIVATE_KEY":    arn + "okta-" + level + "-abcdef:OKTA_API_PRIVATE_KEY::",
			"OKTA_API_PRIVATE_KEY_ID": arn + "okta-" + level + "-abcdef:OKTA_API_PRIVATE_KEY_ID::",
			"OKTA_API_SCOPES":         strings.Join(jenkins.OktaScopes(project, previews), ","),
		} {
			if values[variable] != want {
				t.Errorf("%s has %s = %q, want %q", kind, variable, values[variable], want)
			}
		}
		if len(statements) != 2 || !slices.Equal(statements[0].Resource, []string{arn + "datadog-" + level + "-abcdef", arn + "okta-" + level + "-abcdef"}) ||
			!slices.Equal(statements[1].Resource, []string{"arn:aws:kms:us-east-1:111122223333:key/jenkins"}) {
			t.Errorf("%s is started with %+v, want its own secrets and their key", kind, statements)
		}
	}
}

func TestPreviewsAskOktaForNothingButToRead(t *testing.T) {
	t.Parallel()
	for _, project := range []string{naming.ProjectCell, naming.ProjectUtility} {
		looks := jenkins.OktaScopes(project, true)
		for _, scope := range looks {
			if !strings.HasSuffix(scope, ".read") {
				t.Errorf("previews of %s ask for %s", project, scope)
			}
		}
		deploys := jenkins.OktaScopes(project, false)
		if len(deploys) != 2*len(looks) || !slices.IsSorted(deploys) {
			t.Errorf("deployments of %s ask for %v, want to manage what previews read", project, deploys)
		}
	}
}

func TestWhatNoSystemNeedsIsNotMade(t *testing.T) {
	t.Parallel()
	a, agents := args(), agentsArgs()
	a.Keys, agents.Keys = nil, nil
	if secrets := record(t, a).OfType("aws:secretsmanager/secret:Secret"); len(secrets) != 3 {
		t.Errorf("%d secrets, want those of the controller alone", len(secrets))
	}
	token := agentsArgs()
	token.Keys = map[string][]string{"okta": {config.OktaToken}}
	for name, want := range map[string]int{"none": 0, "token": 4} {
		recording := recordAgents(t, map[string]jenkins.AgentsArgs{"none": agents, "token": token}[name])
		got := 0
		for policy := range policies(t, recording) {
			if strings.HasSuffix(policy, "-secrets") {
				got++
			}
		}
		if got != want {
			t.Errorf("%s: %d roles read secrets, want %d", name, got, want)
		}
		for _, text := range recording.Strings(task, "containerDefinitions") {
			if strings.Contains(text, config.OktaScopes) {
				t.Errorf("%s: an agent asks for scopes without a service application: %s", name, text)
			}
		}
	}
}

func TestTheControllerReadsNoKeysOfAgents(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	for _, s := range policies(t, recording)["jenkins-execution-secrets"] {
		for _, resource := range s.Resource {
			if strings.Contains(resource, "okta") || strings.Contains(resource, "datadog") {
				t.Errorf("the controller is started with %s", resource)
			}
		}
	}
	if names := recording.Strings("aws:secretsmanager/secret:Secret", "name"); len(names) != 7 {
		t.Errorf("secrets = %v, want three of the controller and four of agents", names)
	}
}
