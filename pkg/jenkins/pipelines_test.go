package jenkins_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"cellworks/pkg/naming"
)

// balance reports the first bracket of a Groovy script that is not closed, or closed
// by another, and strings that do not end. Slashy strings are recognized only behind
// ==~ and =~, the operators that the scripts use them with.
func balance(script string) error {
	closing := map[byte]byte{'(': ')', '[': ']', '{': '}'}
	var open []int
	line := func(at int) int { return 1 + strings.Count(script[:at], "\n") }
	for i := 0; i < len(script); i++ {
		switch c := script[i]; {
		case strings.HasPrefix(script[i:], "//"):
			i += strings.IndexByte(script[i:]+"\n", '\n') - 1
		case strings.HasPrefix(script[i:], "=~ /"):
			end := regexp.MustCompile(`[^\\]/`).FindStringIndex(script[i+4:])
			if end == nil {
				return fmt.Errorf("line %d: the pattern does not end", line(i))
			}
			i += 4 + end[1] - 1
		case c == '\'' || c == '"':
			end := i + 1
			for end < len(script) && script[end] != c && script[end] != '\n' {
				if script[end] == '\\' {
					end++
				}
				end++
			}
			if end >= len(script) || script[end] != c {
				return fmt.Errorf("line %d: the string does not end", line(i))
			}
			i = end
		case closing[c] != 0:
			open = append(open, i)
		case c == ')' || c == ']' || c == '}':
			if len(open) == 0 || closing[script[open[len(open)-1]]] != c {
				return fmt.Errorf("line %d: %c closes nothing", line(i), c)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("line %d: %c is not closed", line(open[len(open)-1]), script[open[len(open)-1]])
	}
	return nil
}

func TestBalanceFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]string{
		"a { b([1]) } // }\n'}' \"\\\"(\"\nx ==~ /[{(\\/]+/\n": "",
		"a {\n(\n}": "line 3: } closes nothing",
		"a\n{":      "line 2: { is not closed",
		"a 'b\n'":   "line 1: the string does not end",
		"x ==~ /ab": "line 1: the pattern does not end",
	} {
		got := ""
		if err := balance(script); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", script, got, want)
		}
	}
}

// scripts returns every Groovy script by name.
func scripts(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, file := range slices.Concat(files(t, "pipelines/*.Jenkinsfile"), files(t, "pipelines/*.groovy"), files(t, "jobs/*.groovy")) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(file)] = string(content)
	}
	var jobs struct{ Jobs []struct{ Script string } }
	if err := yaml.Unmarshal([]byte(text(t, "controller/casc/common/jobs.yaml")), &jobs); err != nil || len(jobs.Jobs) != 1 {
		t.Fatalf("jobs = %+v, %v", jobs, err)
	}
	all["seed"] = jobs.Jobs[0].Script
	return all
}

func TestScriptsAreBalanced(t *testing.T) {
	t.Parallel()
	for name, script := range scripts(t) {
		if err := balance(script); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryPipelineIsAJobAndEndsInTime(t *testing.T) {
	t.Parallel()
	all := scripts(t)
	jobs := all["platform.groovy"] + all["seed"]
	for name, script := range all {
		pipeline, ok := strings.CutSuffix(name, ".Jenkinsfile")
		if !ok {
			continue
		}
		if !strings.Contains(jobs, "'"+pipeline+"'") {
			t.Errorf("no job %s", pipeline)
		}
		for _, want := range []string{"pipeline {", "timeout(", "stages {", "buildDiscarder("} {
			if !strings.Contains(script, want) {
				t.Errorf("%s has no %s", name, want)
			}
		}
	}
	for _, path := range regexp.MustCompile(`(?:load|targets:|scriptPath\(|readFileFromWorkspace\() ?'(?:trusted/)?(jenkins/[^'*]+)`).FindAllStringSubmatch(jobs+strings.Join(values(all), "\n"), -1) {
		if _, err := os.Stat(filepath.Join(folder, "..", path[1])); err != nil {
			t.Errorf("a script names what is not there: %v", err)
		}
	}
}

func values(m map[string]string) []string {
	var all []string
	for _, v := range m {
		all = append(all, v)
	}
	return all
}

func TestNobodyWorksOnAStackWithoutItsLock(t *testing.T) {
	t.Parallel()
	for name, script := range scripts(t) {
		for command := range strings.Lines(script) {
			changes := strings.Contains(command, "cellctl up") || strings.Contains(command, "cellctl refresh") || strings.Contains(command, "cellctl destroy")
			if changes && name != "stacks.groovy" {
				t.Errorf("%s changes stacks by itself: %s", name, command)
			}
		}
	}
	// In the shared script every such command is in a call of locked.
	for _, function := range strings.Split(scripts(t)["stacks.groovy"], "\ndef ") {
		if strings.Contains(function, "cellctl up") || strings.Contains(function, "cellctl refresh") {
			lock, command := strings.Index(function, "locked(stacks) {"), strings.Index(function, "sh")
			if lock < 0 || command < lock {
				t.Errorf("no lock around: %s", function)
			}
		}
	}
}

// stages returns what a pipeline does on each kind of agent.
func stages(t *testing.T, name string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, match := range regexp.MustCompile(`label '([a-z-]+)' \}\s+steps \{ script \{ (.+) \} \}`).FindAllStringSubmatch(scripts(t)[name], -1) {
		found[match[1]] = match[2]
	}
	return found
}

func TestEveryStackIsSeenAndAllButJenkinsBroughtUp(t *testing.T) {
	t.Parallel()
	shared := scripts(t)["stacks.groovy"]
	pattern := regexp.MustCompile(`stack\.project == '(\w+)' && stack\.name ==~ /(\S+)/`).FindStringSubmatch(shared)
	if pattern == nil || pattern[1] != naming.ProjectUtility {
		t.Fatalf("nothing is left out: %v", pattern)
	}
	for name, want := range map[string]bool{"ops-us-east-1-jenkins": true, "ops-us-east-1-okta": false, "prod-us-east-1-datadog": false, "ops-us-east-1-ecs": false, "jenkins": false} {
		if got := regexp.MustCompile("^" + pattern[2] + "$").MatchString(name); got != want {
			t.Errorf("%s leaves out utility/%s: %v, want %v", pattern[2], name, got, want)
		}
	}
	for _, want := range []string{
		"return named(listed(), project, false)", "return named(listed(), 'utility', true)",
		"return project == 'base' ? of(project) + own() : of(project)",
	} {
		if !strings.Contains(shared, want) {
			t.Errorf("the shared script lacks %s", want)
		}
	}
	for name, want := range map[string]map[string]string{
		"preview.Jenkinsfile": {"preview-base": "previewOf('base')", "preview-utility": "previewOf('utility')", "preview-cell": "previewOf('cell')"},
		"drift.Jenkinsfile":   {"preview-base": "look('base')", "preview-utility": "look('utility')", "preview-cell": "look('cell')"},
		"deploy.Jenkinsfile":  {"base": "deploy('base')", "utility": "deploy('utility')", "cell": "deploy('cell')", "preview-base": "remind()"},
	} {
		if got := stages(t, name); !maps.Equal(got, want) {
			t.Errorf("%s does %v, want %v", name, got, want)
		}
	}
	for name, script := range scripts(t) {
		if regexp.MustCompile(`--all([^a-z]|$)`).MatchString(script) || strings.Contains(script, "utility/*") {
			t.Errorf("%s works on every stack, Jenkins's own included", name)
		}
		if looks := name == "preview.Jenkinsfile" || name == "drift.Jenkinsfile"; looks && (strings.Contains(script, "stacks.of(") || !strings.Contains(script, "stacks.seenBy(")) {
			t.Errorf("%s does not look at every stack", name)
		}
		if strings.Contains(script, "up(stacks.own()") || strings.Contains(script, "up(stacks.seenBy(") {
			t.Errorf("%s lets Jenkins bring itself up", name)
		}
	}
}

func TestPreviewsRunNoCodeThatNobodyApproved(t *testing.T) {
	t.Parallel()
	preview, jobs := scripts(t)["preview.Jenkinsfile"], scripts(t)["platform.groovy"]
	check, rest, ok := strings.Cut(preview, "stage('Approve')")
	if !ok || !strings.Contains(rest, "submitter \"${env.GROUP_DEPLOYERS}\"") || !strings.Contains(rest, "environment name: 'CODE_CHANGED', value: 'yes'") {
		t.Fatal("nobody approves")
	}
	if labels := regexp.MustCompile(`label '([a-z-]+)'`).FindAllStringSubmatch(check, -1); len(labels) != 1 || labels[0][1] != naming.AgentCheck {
		t.Errorf("before the approval it runs on %v, want on check alone", labels)
	}
	if !strings.Contains(check, "git fetch --quiet --no-tags ./trusted HEAD") || !strings.Contains(check, "cellctl network check --since FETCH_HEAD") {
		t.Error("addresses of what is up may move")
	}
	for _, label := range regexp.MustCompile(`label '([a-z-]+)'`).FindAllStringSubmatch(rest, -1) {
		if _, previews := naming.JenkinsAgentProject(label[1]); !previews {
			t.Errorf("after it, it runs on %s, whose keys can write", label[1])
		}
	}
	// What was checked is identified before anything of the pull request runs, and is what runs.
	identified, runs := strings.Index(check, "env.TREE = tree()"), strings.Index(check, "go build")
	refused, built := strings.Index(rest, "if (tree() != env.TREE) {"), strings.Index(rest, "stacks.build()")
	if identified < 0 || identified > runs || refused < 0 || refused > built {
		t.Error("what is pushed after the approval runs")
	}
	if strings.Contains(preview, "load 'jenkins/") || strings.Contains(preview, "CHANGE_TARGET") || strings.Count(preview, "branches: [[name: env.REPOSITORY_BRANCH]]") != 1 {
		t.Error("a pull request, or the branch that it wants to get into, decides what its preview does")
	}
	for _, want := range []string{"pipelineBranchDefaultsProjectFactory", "scriptId('preview')", "id('preview')", "content(readFileFromWorkspace('jenkins/pipelines/preview.Jenkinsfile'))", "gitHubPullRequestDiscovery"} {
		if !strings.Contains(jobs, want) {
			t.Errorf("the job of pull requests lacks %s", want)
		}
	}
	for _, wrong := range []string{"workflowBranchProjectFactory", "gitHubForkDiscovery", "gitHubBranchDiscovery"} {
		if strings.Contains(jobs, wrong) {
			t.Errorf("the job of pull requests has %s: others would decide what it does", wrong)
		}
	}
}

func TestAllowedLossesAreURNsAndNothingElse(t *testing.T) {
	t.Parallel()
	deploy, shared := scripts(t)["deploy.Jenkinsfile"], scripts(t)["stacks.groovy"]
	match := regexp.MustCompile(`urn ==~ /(urn:.+)/\)\) \{`).FindStringSubmatch(deploy)
	if match == nil {
		t.Fatal("URNs are not checked")
	}
	pattern := regexp.MustCompile("^(?:" + strings.ReplaceAll(match[1], `\/`, "/") + ")$")
	found := 0
	for _, file := range []string{"../../cell/testdata/acme.yaml", "../../base/testdata/prod-us-east-1.yaml", "../../utility/testdata/ops-us-east-1-jenkins.yaml"} {
		golden, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, urn := range regexp.MustCompile(`(?m)^(urn:pulumi:\S+):$`).FindAllStringSubmatch(string(golden), -1) {
			if found++; !pattern.MatchString(urn[1]) {
				t.Errorf("%s is refused", urn[1])
			}
		}
	}
	if found < 100 {
		t.Errorf("found %d URNs in the recordings, want those of whole stacks", found)
	}
	for _, wrong := range []string{
		"", "acme-inbound", "urn:pulumi:acme::cell::aws:s3/bucketV2:BucketV2::x'; curl evil", "urn:pulumi:acme::cell::a:b:C::$(id) ", "urn:pulumi:acme::cell::a:b:C::x --yes",
		"urn:pulumi:acme::other::a:b:C::x", "urn:pulumi:acme::cell::a:b:C::`id`", "urn:pulumi:acme::cell::",
	} {
		if pattern.MatchString(wrong) {
			t.Errorf("%q passes as a URN", wrong)
		}
	}
	if !strings.Contains(shared, `"--allow-data-loss '${it}' "`) || !strings.Contains(deploy, "stacks.up(stacks.of(project), urns())") {
		t.Error("URNs do not get to the command line as words of their own")
	}
	approve, _, _ := strings.Cut(deploy, "stage('Base')")
	if !strings.Contains(approve, "submitter \"${env.GROUP_ADMINISTRATORS}\"") || !strings.Contains(approve, "expression { !urns().isEmpty() }") || !strings.Contains(scripts(t)["platform.groovy"], "textParam('ALLOW_DATA_LOSS'") {
		t.Error("no administrator approves a loss of data before anything is brought up")
	}
}

func TestShellScriptsParse(t *testing.T) {
	t.Parallel()
	for _, file := range slices.Concat(files(t, "*/*.sh")) {
		for checker, option := range map[string]string{"sh": "-n", "shellcheck": "--norc"} {
			path, err := exec.LookPath(checker)
			if err != nil {
				continue // not everywhere, and the other one looked
			}
			if output, err := exec.Command(path, option, file).CombinedOutput(); err != nil {
				t.Errorf("%s %s: %v\n%s", checker, file, err, output)
			}
		}
	}
}

func TestOnlyConfigurationIsRecognized(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("diff"); err != nil {
		t.Skip("diff is not installed")
	}
	for name, tc := range map[string]struct {
		change func(t *testing.T, tree string)
		want   int
	}{
		"nothing":                           {func(*testing.T, string) {}, 0},
		"a client":                          {put("configs/clients/acme/cell.yaml", "ring: canary\n"), 0},
		"a new client":                      {put("configs/clients/elm/cell.yaml", "ring: canary\n"), 0},
		"what is built":                     {put(".cellworks/bin/cellctl", "x"), 0},
		"code":                              {put("cell/program.go", "package cell // changed\n"), 1},
		"a new file":                        {put("cell/init.go", "package cell\n"), 1},
		"the pipeline":                      {put("jenkins/deploy.Jenkinsfile", "pipeline {}\n"), 1},
		"where state is":                    {put("configs/organization.yaml", "backend: {url: s3://elsewhere}\n"), 1},
		"a program among the configuration": {put("configs/clients/acme/cell.go", "package main\n"), 1},
		"a link": {func(t *testing.T, tree string) {
			if err := os.Symlink("../../..", filepath.Join(tree, "configs/clients/up.yaml")); err != nil {
				t.Fatal(err)
			}
		}, 1},
		"no configuration": {func(t *testing.T, tree string) {
			if err := os.RemoveAll(filepath.Join(tree, "configs")); err != nil {
				t.Fatal(err)
			}
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree := t.TempDir()
			for _, at := range []string{filepath.Join(tree, "trusted"), tree} {
				for file, content := range map[string]string{"cell/program.go": "package cell\n", "configs/organization.yaml": "name: x\n", "configs/clients/acme/cell.yaml": "ring: broad\n"} {
					put(file, content)(t, at)
				}
			}
			tc.change(t, tree)
			script, err := filepath.Abs(filepath.Join(folder, "pipelines/only-configs.sh"))
			if err != nil {
				t.Fatal(err)
			}
			command := exec.Command("sh", script, "trusted", ".")
			command.Dir = tree
			output, _ := command.CombinedOutput()
			if got := command.ProcessState.ExitCode(); got != tc.want {
				t.Errorf("exit code %d, want %d: %s", got, tc.want, output)
			}
		})
	}
}

// put returns a change that writes a file.
func put(file, content string) func(*testing.T, string) {
	return func(t *testing.T, tree string) {
		t.Helper()
		path := filepath.Join(tree, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
