package jenkins_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"cellworks/pkg/config"
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
	want := []string{naming.JenkinsAgentExecutionRoleARN(pulumitest.AccountID, region)}
	for _, kind := range naming.JenkinsAgents() {
		want = append(want, naming.JenkinsAgentRoleARN(pulumitest.AccountID, region, kind))
	}
	slices.Sort(want)
	if !slices.Equal(passed, want) {
		t.Errorf("passes %v, want %v", passed, want)
	}
}

func TestAnAgentDeploysItsProjectAlone(t *testing.T) {
	t.Parallel()
	all := policies(t, recordAgents(t, agentsArgs()))
	for _, kind := range []string{naming.ProjectBase, naming.ProjectUtility, naming.ProjectCell} {
		want := []string{
			naming.DeployRoleARN("111111111111", region, kind),
			naming.DeployRoleARN("222222222222", region, kind),
		}
		deploy := all["jenkins-agents-"+kind+"-deploy"]
		if len(deploy) != 1 || !slices.Equal(deploy[0].Resource, want) || !slices.Equal(deploy[0].Action, []string{"sts:AssumeRole", "sts:TagSession"}) {
			t.Errorf("agents of %s may %+v, want to assume %v", kind, deploy, want)
		}
		for _, s := range all["jenkins-agents-"+kind+"-state"] {
			if s.Sid != "WriteState" {
				continue
			}
			for _, res := range s.Resource {
				if !strings.HasSuffix(res, "/"+kind+"/*") || !strings.HasPrefix(res, "arn:aws:s3:::state/.pulumi/") {
					t.Errorf("agents of %s write %s", kind, res)
				}
			}
		}
	}
	for name := range all {
		if strings.Contains(name, naming.AgentCheck) {
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
		"folder":        {config.Backend{}, 4, ""},
		"prefix and id": {config.Backend{URL: "s3://state/deep", SecretsProvider: "awskms://1234?region=eu-west-1"}, 7, "arn:aws:kms:eu-west-1:" + pulumitest.AccountID + ":key/1234"},
		"arn":           {config.Backend{URL: "s3://state", SecretsProvider: "awskms:///arn:aws:kms:us-east-1:999999999999:key/1"}, 7, "arn:aws:kms:us-east-1:999999999999:key/1"},
		"alias":         {agentsArgs().Backend, 7, "arn:aws:kms:us-east-1:" + pulumitest.AccountID + ":key/*"},
		"no key":        {config.Backend{URL: "s3://state", SecretsProvider: "passphrase"}, 7, ""},
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
