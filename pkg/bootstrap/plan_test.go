package bootstrap_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/bootstrap"
	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
)

const backend = `backend:
  url: s3://meridian-pulumi-state?region=us-east-1
  secretsProvider: awskms://alias/pulumi?region=us-east-1
`

// tree loads the example organization with changes: text of files, or what to do with
// one that is there.
func tree(t *testing.T, changes map[string]func(string) string) *config.Tree {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, os.DirFS("../../configs")); err != nil {
		t.Fatal(err)
	}
	for file, change := range changes {
		path := filepath.Join(dir, file)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(change(string(text))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	loaded, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// real makes the example organization one of AWS.
func real(text string) string {
	return strings.Replace(text, "cloud: simulated", "cloud: aws", 1) + backend
}

// noImages takes the images of Jenkins away.
func noImages(text string) string {
	return regexp.MustCompile(`(?m)^ +(controller|agent): sha256:.*$`).ReplaceAllString(text, `    $1: ""`)
}

func plan(t *testing.T, tree *config.Tree, cloud config.Cloud, states fleet.States) []bootstrap.Step {
	t.Helper()
	graph, err := fleet.FromTree(tree)
	if err != nil {
		t.Fatal(err)
	}
	steps, err := bootstrap.Plan(bootstrap.Input{Tree: tree, Graph: graph, States: states, Cloud: cloud})
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

func ids(steps []bootstrap.Step) []string {
	var all []string
	for _, step := range steps {
		all = append(all, step.ID)
	}
	return all
}

func find(t *testing.T, steps []bootstrap.Step, id string) bootstrap.Step {
	t.Helper()
	at := slices.IndexFunc(steps, func(s bootstrap.Step) bool { return s.ID == id })
	if at < 0 {
		t.Fatalf("no step %s in %v", id, ids(steps))
	}
	return steps[at]
}

func TestStepsOfRealAccounts(t *testing.T) {
	t.Parallel()
	steps := plan(t, tree(t, map[string]func(string) string{"organization.yaml": real, "accounts/ops/utility.yaml": noImages}), config.AWS, nil)
	want := []string{
		"organization", "profiles", "state", "default-networks", "base-ops", "base-nonprod", "base-prod", "delegation", "connections",
		"okta-credentials", "okta", "ecs", "consul", "consul-secrets", "vault", "vault-secrets", "vault-init", "vault-config",
		"jenkins-repositories", "jenkins-images", "jenkins-secrets", "jenkins-keys", "jenkins", "hand-over",
	}
	if got := ids(steps); !slices.Equal(got, want) {
		t.Errorf("steps = %v\nwant    %v", got, want)
	}
	for _, step := range steps {
		switch {
		case step.NotNeeded != "" || step.Blocked != "":
			t.Errorf("step %s: not needed %q, blocked %q", step.ID, step.NotNeeded, step.Blocked)
		case len(step.Stacks) == 0 && step.Script == "" && len(step.Notes) == 0:
			t.Errorf("step %s says nothing of what to do", step.ID)
		case len(step.Stacks) > 0 && step.Script != "":
			t.Errorf("step %s is both stacks and a script", step.ID)
		}
	}
}

// TestEveryConsulGetsItsSecrets holds that one that finds the tasks of another account is
// up before Jenkins builds what registers there.
func TestEveryConsulGetsItsSecrets(t *testing.T) {
	t.Parallel()
	image := "registry.example.com/consul@sha256:" + strings.Repeat("ab", 32)
	steps := plan(t, tree(t, map[string]func(string) string{"organization.yaml": real, "accounts/prod/utility.yaml": func(text string) string {
		return text + "consul: {enabled: true, tasks: {enabled: true, image: " + image + ", dataplaneImage: " + image + "}}\n"
	}}), config.AWS, nil)
	all := ids(steps)
	for _, region := range []string{"us-east-1", "us-west-2"} {
		id := "consul-prod-" + region
		var stacks []string
		for _, stack := range find(t, steps, id).Stacks {
			stacks = append(stacks, stack.String())
		}
		if want := []string{"utility/prod-" + region + "-ecs", "utility/prod-" + region + "-consul"}; !slices.Equal(stacks, want) {
			t.Errorf("step %s brings up %q, want %q", id, stacks, want)
		}
		secrets := find(t, steps, id+"-secrets")
		if len(secrets.Checks) != 6 || !slices.Contains(secrets.Checks[0].Command, "meridian-prod") || !slices.Contains(secrets.Checks[0].Command, region) || !strings.Contains(secrets.Script, "utility/prod-"+region+"-consul") {
			t.Errorf("step %s looks at %v and runs %s", secrets.ID, secrets.Checks, secrets.Script)
		}
		if slices.Index(all, id+"-secrets") != slices.Index(all, id)+1 || slices.Index(all, id) > slices.Index(all, "hand-over") {
			t.Errorf("steps are %v", all)
		}
	}
}

func TestTheSimulatedCloudNeedsNothingButStacks(t *testing.T) {
	t.Parallel()
	loaded := tree(t, nil)
	steps := plan(t, loaded, config.Simulated, nil)
	graph, err := fleet.FromTree(loaded)
	if err != nil {
		t.Fatal(err)
	}
	at := map[fleet.Stack]int{}
	for i, step := range steps {
		if len(step.Stacks) == 0 && step.NotNeeded == "" {
			t.Errorf("step %s waits for a person, but there is nothing to do", step.ID)
		}
		for _, stack := range step.Stacks {
			if _, twice := at[stack]; twice {
				t.Errorf("%s is brought up twice", stack)
			}
			at[stack] = i
		}
	}
	for _, node := range graph.Nodes() {
		step, ok := at[node.Stack]
		if !ok {
			t.Errorf("%s is never brought up", node.Stack)
		}
		for _, need := range node.Needs {
			if at[need] > step {
				t.Errorf("%s comes before %s, which it needs", node.Stack, need)
			}
		}
	}
}

func TestEveryStepOfStacksFindsWhatItNeeds(t *testing.T) {
	t.Parallel()
	loaded := tree(t, map[string]func(string) string{"organization.yaml": real, "accounts/ops/utility.yaml": noImages})
	graph, err := fleet.FromTree(loaded)
	if err != nil {
		t.Fatal(err)
	}
	done := map[fleet.Stack]bool{}
	for _, step := range plan(t, loaded, config.AWS, nil) {
		for _, stack := range step.Stacks {
			done[stack] = true
		}
		for _, stack := range step.Stacks {
			node, _ := graph.Node(stack)
			for _, need := range node.Needs {
				if !done[need] {
					t.Errorf("step %s: %s needs %s", step.ID, stack, need)
				}
			}
		}
	}
}

func TestImagesThatCannotBeThereBlock(t *testing.T) {
	t.Parallel()
	loaded := tree(t, map[string]func(string) string{"organization.yaml": real})
	first := find(t, plan(t, loaded, config.AWS, nil), "jenkins-repositories")
	if !strings.Contains(first.Blocked, `set both to "" in configs/accounts/ops/utility.yaml`) || first.Status(nil, bootstrap.Progress{}) != bootstrap.Blocked {
		t.Errorf("step = %+v, want it blocked", first)
	}
	states := fleet.States{first.Stacks[0]: {Resources: 1, Ready: true}}
	steps := plan(t, loaded, config.AWS, states)
	if first := find(t, steps, "jenkins-repositories"); first.Blocked != "" || first.Status(states, bootstrap.Progress{}) != bootstrap.Done {
		t.Errorf("step = %+v, want it done: the repositories are there", first)
	}
	// With images the stack must be brought up once more.
	if last := find(t, steps, "jenkins"); last.Status(states, bootstrap.Progress{}) != bootstrap.Pending {
		t.Errorf("step = %+v, want it pending", last)
	}
}

func TestAnotherImageIsAnotherStep(t *testing.T) {
	t.Parallel()
	one := find(t, plan(t, tree(t, map[string]func(string) string{"organization.yaml": real}), config.AWS, nil), "jenkins")
	other := find(t, plan(t, tree(t, map[string]func(string) string{"organization.yaml": real, "accounts/ops/utility.yaml": noImages}), config.AWS, nil), "jenkins")
	if one.Revision == other.Revision {
		t.Errorf("revision = %q with other images", one.Revision)
	}
}

func TestPlacesOfJenkins(t *testing.T) {
	t.Parallel()
	elsewhere := func(text string) string { return text + "\njenkins: {enabled: true}\n" }
	off := func(text string) string {
		return regexp.MustCompile(`(?s)jenkins:\n  enabled: true`).ReplaceAllString(text, "jenkins:\n  enabled: false")
	}
	for want, changes := range map[string]map[string]func(string) string{
		"no account has application jenkins, to which everything is handed over": {"accounts/ops/utility.yaml": off},
		"jenkins is enabled in nonprod us-east-1 and nonprod us-west-2 and ops":  {"accounts/nonprod/utility.yaml": elsewhere},
	} {
		loaded := tree(t, changes)
		graph, err := fleet.FromTree(loaded)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := bootstrap.Plan(bootstrap.Input{Tree: loaded, Graph: graph, Cloud: config.AWS}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want it to contain %q", err, want)
		}
	}
}

func TestAnotherBackendIsAPersonsToMake(t *testing.T) {
	t.Parallel()
	other := func(text string) string {
		return strings.ReplaceAll(real(text), "s3://meridian-pulumi-state?region=us-east-1", "azblob://state")
	}
	step := find(t, plan(t, tree(t, map[string]func(string) string{"organization.yaml": other}), config.AWS, nil), "state")
	if step.Script != "" || len(step.Checks) != 0 || !strings.Contains(step.Notes[0], `"azblob://state"`) {
		t.Errorf("step = %+v, want a note alone", step)
	}
}

func TestEverySecretOfTheServersGetsAValue(t *testing.T) {
	t.Parallel()
	steps := plan(t, tree(t, map[string]func(string) string{"organization.yaml": real, "accounts/ops/utility.yaml": noImages}), config.AWS, nil)
	for _, application := range []string{"consul", "vault", "jenkins"} {
		golden, err := os.ReadFile("../../utility/testdata/ops-us-east-1-" + application + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, match := range regexp.MustCompile(`(?m)^ +name: (utility/`+application+`/\S+)$`).FindAllStringSubmatch(string(golden), -1) {
			want = append(want, match[1])
		}
		writing := []bootstrap.Step{find(t, steps, application+"-secrets")}
		if application == "jenkins" {
			writing = append(writing, find(t, steps, "jenkins-keys"))
		}
		var got []string
		for _, step := range writing {
			for _, check := range step.Checks {
				name := strings.TrimPrefix(check.What, "value of ")
				got = append(got, name)
				if !strings.Contains(step.Script, "'"+name+"'") {
					t.Errorf("the script of %s does not write %s", step.ID, name)
				}
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("the steps of %s write %v, the stack has %v", application, got, want)
		}
	}
}

func TestKeysAreAskedOfWhatIsOnAlone(t *testing.T) {
	t.Parallel()
	off := func(names ...string) func(string) string {
		return func(text string) string {
			return regexp.MustCompile(`(?m)^(`+strings.Join(names, "|")+`):(.*)\n  enabled: true`).ReplaceAllString(noImages(text), "$1:$2\n  enabled: false")
		}
	}
	token := func(text string) string {
		return strings.Replace(noImages(text), "jenkins:\n", "jenkins:\n  oktaKeys: token\n", 1)
	}
	for name, tc := range map[string]struct {
		ops  func(string) string
		want []string
	}{
		"a service application": {noImages, []string{"OKTA_API_CLIENT_ID", "OKTA_API_PRIVATE_KEY", "OKTA_API_PRIVATE_KEY_ID", "DD_API_KEY", "DD_APP_KEY"}},
		"a token":               {token, []string{"OKTA_API_TOKEN", "DD_API_KEY", "DD_APP_KEY"}},
	} {
		script := find(t, plan(t, tree(t, map[string]func(string) string{"organization.yaml": real, "accounts/ops/utility.yaml": tc.ops}), config.AWS, nil), "jenkins-keys").Script
		for _, variable := range []string{"OKTA_API_CLIENT_ID", "OKTA_API_PRIVATE_KEY", "OKTA_API_PRIVATE_KEY_ID", "OKTA_API_TOKEN", "DD_API_KEY", "DD_APP_KEY"} {
			if got := strings.Contains(script, "'"+variable+"'"); got != slices.Contains(tc.want, variable) {
				t.Errorf("%s: asks for %s: %v", name, variable, got)
			}
		}
	}
	steps := plan(t, tree(t, map[string]func(string) string{
		"organization.yaml": real, "defaults/cell.yaml": off("sso", "monitoring"), "accounts/nonprod/utility.yaml": off("datadog"), "accounts/prod/utility.yaml": off("datadog"),
		"accounts/ops/utility.yaml": func(text string) string {
			return strings.Replace(off("datadog", "okta")(text), "vaultConfig:\n", "vaultConfig:\n  people: {enabled: false}\n", 1)
		},
	}), config.AWS, nil)
	if all := ids(steps); slices.Contains(all, "jenkins-keys") || slices.Contains(all, "okta-credentials") {
		t.Errorf("steps = %v: there is nothing that needs keys", all)
	}
	if ids := ids(plan(t, tree(t, nil), config.Simulated, nil)); slices.Contains(ids, "jenkins-keys") {
		t.Error("the simulated cloud asks for keys")
	}
}
