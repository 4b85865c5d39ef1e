package jenkins_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"cellworks/pkg/jenkins"
	"cellworks/pkg/naming"
)

// folder holds the images and pipelines.
const folder = "../../jenkins"

// text returns a file of the folder.
func text(t *testing.T, parts ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(append([]string{folder}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// files returns those of the folder that match, at least one.
func files(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("no file %s: %v", pattern, err)
	}
	return found
}

// configuration returns the controller's configuration for a way to log in.
func configuration(t *testing.T, login string) map[string]any {
	t.Helper()
	merged := map[string]any{}
	var merge func(into, from map[string]any)
	merge = func(into, from map[string]any) {
		for key, value := range from {
			inner, isMap := value.(map[string]any)
			if existing, ok := into[key].(map[string]any); ok && isMap {
				merge(existing, inner)
				continue
			}
			if _, twice := into[key]; twice {
				t.Errorf("%s is configured twice", key)
			}
			into[key] = value
		}
	}
	for _, file := range append(files(t, "controller/casc/common/*.yaml"), filepath.Join(folder, "controller/casc/login", login+".yaml")) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var part map[string]any
		if err := yaml.UnmarshalWithOptions(content, &part, yaml.Strict()); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		merge(merged, part)
	}
	return merged
}

// at returns what is at a path of keys.
func at(t *testing.T, value any, path ...string) any {
	t.Helper()
	for _, key := range path {
		m, ok := value.(map[string]any)
		if !ok {
			t.Fatalf("%v: %v is no map", path, value)
		}
		value = m[key]
	}
	return value
}

func TestTheTaskSetsWhatTheConfigurationNeedsAndNothingElse(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, file := range slices.Concat(files(t, "controller/casc/*/*.yaml"), files(t, "controller/controller.sh")) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`\$\{([A-Z_]+)`).FindAllStringSubmatch(string(content), -1) {
			used[match[1]] = true
		}
	}
	var got []string
	for name := range used {
		got = append(got, name)
	}
	slices.Sort(got)
	if want := jenkins.ControllerVariables(); !slices.Equal(got, want) {
		t.Errorf("the configuration uses %v, the task sets %v", got, want)
	}
}

func TestJobsRunOnAgentsOfTheirProjectAlone(t *testing.T) {
	t.Parallel()
	config := configuration(t, "oidc")
	if got := at(t, config, "jenkins", "numExecutors"); got != uint64(0) {
		t.Errorf("the controller runs %v jobs itself, want none", got)
	}
	clouds := at(t, config, "jenkins", "clouds").([]any)
	if len(clouds) != 1 {
		t.Fatalf("%d clouds, want one", len(clouds))
	}
	cloud := at(t, clouds[0], "ecs")
	if at(t, cloud, "allowedOverrides") != "" || at(t, cloud, "tunnel") != "${AGENT_TUNNEL}" {
		t.Errorf("cloud = %v, want no overrides by jobs, and agents by the tunnel", cloud)
	}
	var kinds []string
	for _, item := range at(t, cloud, "templates").([]any) {
		template := item.(map[string]any)
		kind := template["label"].(string)
		kinds = append(kinds, kind)
		if template["templateName"] != kind || template["taskDefinitionOverride"] != naming.JenkinsAgentFamily(kind) || template["agentContainerName"] != "agent" {
			t.Errorf("template %s = %v, want the stack's task definition", kind, template)
		}
		for _, key := range []string{"image", "taskrole", "executionRole", "privileged", "inheritFrom"} {
			if _, set := template[key]; set {
				t.Errorf("template %s sets %s, which the task definition decides", kind, key)
			}
		}
	}
	if want := naming.JenkinsAgents(); !slices.Equal(kinds, want) {
		t.Errorf("kinds of agents = %v, want %v", kinds, want)
	}
	for _, file := range files(t, "pipelines/*.Jenkinsfile") {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		labels := regexp.MustCompile(`label '([^']*)'`).FindAllStringSubmatch(string(content), -1)
		if len(labels) == 0 {
			t.Errorf("%s runs nowhere", file)
		}
		for _, label := range labels {
			if !slices.Contains(kinds, label[1]) {
				t.Errorf("%s runs on %q, want one of %v", file, label[1], kinds)
			}
		}
	}
}

func TestAgentsComeByThePortOfTheTunnel(t *testing.T) {
	t.Parallel()
	if got := at(t, configuration(t, "oidc"), "jenkins", "slaveAgentPort"); got != uint64(50000) {
		t.Errorf("agents' port = %v, want 50000, which the task and its security group open", got)
	}
	if containers := record(t, args()).Strings(task, "containerDefinitions")[0]; !strings.Contains(containers, "jenkins.us-east-1.ops.svc.example.com:50000") {
		t.Errorf("the tunnel leads elsewhere: %s", containers)
	}
}

// roles returns who has which global role.
func roles(t *testing.T, config map[string]any) map[string]string {
	t.Helper()
	who := map[string]string{}
	for _, item := range at(t, config, "jenkins", "authorizationStrategy", "roleBased", "roles", "global").([]any) {
		role := item.(map[string]any)
		var entries []string
		for _, entry := range role["entries"].([]any) {
			for kind, name := range entry.(map[string]any) {
				entries = append(entries, kind+" "+name.(string))
			}
		}
		who[role["name"].(string)] = strings.Join(entries, ", ")
		for _, permission := range role["permissions"].([]any) {
			if permission == "Overall/Administer" != (role["name"] == "administrators") {
				t.Errorf("role %s has permission %s", role["name"], permission)
			}
			if permission == "Job/Configure" || permission == "Run/Replay" {
				t.Errorf("role %s may run what nobody has reviewed", role["name"])
			}
		}
	}
	return who
}

func TestGroupsOfTheProviderDecide(t *testing.T) {
	t.Parallel()
	config := configuration(t, "oidc")
	who := roles(t, config)
	for role, want := range map[string]string{
		"administrators": "group ${GROUP_ADMINISTRATORS}", "deployers": "group ${GROUP_DEPLOYERS}", "readers": "group ${GROUP_READERS}",
	} {
		if who[role] != want {
			t.Errorf("%s = %q, want %q", role, who[role], want)
		}
	}
	if len(who) != 3 {
		t.Errorf("roles = %v, want three", who)
	}
	realm := at(t, config, "jenkins", "securityRealm", "oic")
	if at(t, realm, "clientSecret") != "${OIDC_CLIENT_SECRET}" || at(t, realm, "groupsFieldName") != "groups" {
		t.Errorf("realm = %v, want the secret by variable and groups by claim", realm)
	}
}

func TestTheBreakGlassLetsOneAdministratorIn(t *testing.T) {
	t.Parallel()
	config := configuration(t, "local")
	if who := roles(t, config); len(who) != 1 || who["administrators"] != "user break-glass" {
		t.Errorf("roles = %v, want one administrator", who)
	}
	realm := at(t, config, "jenkins", "securityRealm", "local").(map[string]any)
	users := realm["users"].([]any)
	if len(users) != 1 || realm["allowsSignup"] != false || users[0].(map[string]any)["password"] != "${ADMINISTRATOR_PASSWORD}" {
		t.Errorf("realm = %v, want one user whose password is a secret", realm)
	}
}

func TestPluginsArePinned(t *testing.T) {
	t.Parallel()
	pinned := regexp.MustCompile(`^[a-z0-9-]+:[0-9][0-9A-Za-z._-]*$`)
	var names []string
	for line := range strings.Lines(text(t, "controller/plugins.txt")) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		if !pinned.MatchString(line) {
			t.Errorf("%q is no plugin and version", line)
		}
		name, _, _ := strings.Cut(line, ":")
		names = append(names, name)
	}
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("plugins = %v, want them sorted, each once", names)
	}
	for _, name := range []string{"amazon-ecs", "config-file-provider", "configuration-as-code", "job-dsl", "lockable-resources", "oic-auth", "pipeline-multibranch-defaults", "role-strategy", "workflow-aggregator"} {
		if !slices.Contains(names, name) {
			t.Errorf("plugin %s is missing", name)
		}
	}
}

func TestImagesArePinnedAndDoNotRunAsRoot(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"controller/Dockerfile", "agent/Dockerfile"} {
		content := text(t, file)
		bases := regexp.MustCompile(`(?m)^ARG [A-Z]+=(\S+)$`).FindAllStringSubmatch(content, -1)
		if len(bases) == 0 {
			t.Errorf("%s has no base", file)
		}
		for _, base := range bases {
			if !regexp.MustCompile(`:[0-9]+[.]\S+$`).MatchString(base[1]) {
				t.Errorf("%s: base %s is not pinned", file, base[1])
			}
		}
		users := regexp.MustCompile(`(?m)^USER (\S+)$`).FindAllStringSubmatch(content, -1)
		if len(users) == 0 || users[len(users)-1][1] != "jenkins" {
			t.Errorf("%s runs as %v, want jenkins", file, users)
		}
		for _, copied := range regexp.MustCompile(`(?m)^COPY (?:--chmod=\S+ )?(jenkins/\S+) `).FindAllStringSubmatch(content, -1) {
			if _, err := os.Stat(filepath.Join(folder, "..", copied[1])); err != nil {
				t.Errorf("%s copies what is not there: %v", file, err)
			}
		}
	}
	// What is mounted writable must be a volume of the image, or root owns it.
	for file, want := range map[string]string{"controller/Dockerfile": `VOLUME ["/var/jenkins_home", "/tmp"]`, "agent/Dockerfile": `VOLUME ["/home/jenkins", "/tmp"]`} {
		if !strings.Contains(text(t, file), want) {
			t.Errorf("%s lacks %s", file, want)
		}
	}
}
