package jenkins_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/naming"
)

// request is what the harness runs: a pipeline, or a script of jobs.
type request struct {
	Pipeline string            `json:"pipeline,omitempty"` // path
	Jobs     string            `json:"jobs,omitempty"`     // text
	Root     string            `json:"root"`               // of the repository
	Params   map[string]string `json:"params"`
	Env      map[string]string `json:"env"`
	Files    []string          `json:"files"` // that fileExists finds
	Approve  bool              `json:"approve"`
	Answers  []answer          `json:"answers"`
}

// answer is what commands that match a pattern do. The first that matches counts.
type answer struct {
	Command string `json:"command"` // all of it
	Agent   string `json:"agent,omitempty"`
	Output  string `json:"output"`
	Code    int    `json:"code"`
}

// event is something that a pipeline did, and where.
type event struct {
	Step, Text, Stage, Agent, Dir string
	Locks                         []string
	Source                        string // of load: what is checked out there
	Submitter                     string // of input
	Credentials                   string // of checkout
	Parameters                    map[string]string
	FailOnMissingPlugin           bool
}

// outcome is what came of a request.
type outcome struct {
	Events []event
	// Declared are options and parameters of the pipeline.
	Declared        []struct{ Name, Of, Value, Description string }
	DisplayName     string
	Result, Message string
	Broken          string // a mistake in the script, which Jenkins or its plugins would find too
	Made            []made // by a script of jobs
}

// made is a block of a job, or a value that is set in it.
type made struct {
	Path string
	Args []any
}

// play runs requests in one process of Groovy.
func play(t *testing.T, requests ...request) []outcome {
	t.Helper()
	groovy, err := exec.LookPath("groovy")
	if err != nil {
		t.Skip("groovy is not installed: the pipelines do not run (package groovy of Debian)")
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	for i := range requests {
		requests[i].Root = root
	}
	input, err := json.Marshal(requests)
	if err != nil {
		t.Fatal(err)
	}
	harness := filepath.Join(root, "jenkins/testdata/harness")
	command := exec.Command(groovy, "-cp", harness, filepath.Join(harness, "main.groovy"))
	command.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	var outcomes []outcome
	if err == nil {
		err = json.Unmarshal(output, &outcomes)
	}
	if err != nil || len(outcomes) != len(requests) {
		t.Fatalf("the harness: %v\n%s%s", err, output, stderr.String())
	}
	return outcomes
}

// listing is what cellctl list says: every project, the stack of Jenkins and others of
// utility, orphans, and a name that is none.
const listing = `{"stacks": [
	{"project": "base", "name": "ops-us-east-1", "orphan": false},
	{"project": "base", "name": "prod-us-east-1", "orphan": false},
	{"project": "base", "name": "old-us-east-1", "orphan": true},
	{"project": "utility", "name": "ops-us-east-1-ecs", "orphan": false},
	{"project": "utility", "name": "ops-us-east-1-jenkins", "orphan": false},
	{"project": "utility", "name": "ops-us-east-1-okta", "orphan": false},
	{"project": "utility", "name": "prod-us-east-1-datadog", "orphan": false},
	{"project": "utility", "name": "jenkins", "orphan": false},
	{"project": "utility", "name": "old-us-east-1-jenkins", "orphan": true},
	{"project": "cell", "name": "acme", "orphan": false},
	{"project": "cell", "name": "elm; false", "orphan": false},
	{"project": "cell", "name": "gone", "orphan": true},
	{"project": "cell", "name": "zeta", "orphan": false}
]}`

// The stacks of listing, as commands get them.
const (
	baseStacks    = "base/ops-us-east-1 base/prod-us-east-1"
	utilityStacks = "utility/ops-us-east-1-ecs utility/ops-us-east-1-okta utility/prod-us-east-1-datadog utility/jenkins"
	cellStacks    = "cell/acme cell/zeta"
	ownStack      = "utility/ops-us-east-1-jenkins"
)

const (
	cellctl    = ".cellworks/bin/cellctl "
	goBuild    = "go build -o .cellworks/bin/cellctl ./cmd/cellctl"
	list       = cellctl + "list --json"
	repository = "https://github.com/example/cellworks.git main"
)

// run is a request for a pipeline with a fleet in which everything succeeds, once answers
// have been asked.
func run(pipeline string, params map[string]string, answers ...answer) request {
	if params == nil {
		params = map[string]string{}
	}
	return request{
		Pipeline: filepath.Join("pipelines", pipeline+".Jenkinsfile"),
		Params:   params,
		Env: map[string]string{
			"GROUP_ADMINISTRATORS": "platform-admins", "GROUP_DEPLOYERS": "platform-deployers", "BUILD_NUMBER": "7",
			"REPOSITORY": "example/cellworks", "REPOSITORY_BRANCH": "main",
		},
		Files:   []string{},
		Approve: true,
		Answers: append(slices.Clone(answers),
			answer{Command: regexp.QuoteMeta(goBuild)},
			answer{Command: regexp.QuoteMeta(list), Output: listing},
			answer{Command: `git rev-parse "HEAD\^\{tree\}"`, Output: "4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"},
			answer{Command: `sh trusted/jenkins/pipelines/only-configs\.sh trusted \.`},
			answer{Command: `git fetch --quiet --no-tags \./trusted HEAD`},
			answer{Command: `\.cellworks/bin/cellctl (config validate|config lint|network check --since FETCH_HEAD|(up|preview|refresh|outputs|client new) .+)`},
		),
	}
}

// playAll plays requests by name, and holds each to what is true of all runs.
func playAll(t *testing.T, requests map[string]request) map[string]outcome {
	t.Helper()
	var names []string
	var inOrder []request
	for name, r := range requests {
		names, inOrder = append(names, name), append(inOrder, r)
	}
	all := map[string]outcome{}
	for i, o := range play(t, inOrder...) {
		if o.Broken != "" {
			t.Errorf("%s: %s", names[i], o.Broken)
		}
		for _, e := range o.Events {
			e.check(t, names[i])
		}
		all[names[i]] = o
	}
	return all
}

// check holds an event to what is true of every run: what changes stacks has their locks,
// runs on the agents of their project, and leaves Jenkins alone.
func (e event) check(t *testing.T, name string) {
	t.Helper()
	if e.Agent != "" && !slices.Contains(naming.JenkinsAgents(), e.Agent) {
		t.Errorf("%s: there is no agent %s", name, e.Agent)
	}
	if e.Step != "sh" || !strings.HasPrefix(e.Text, cellctl) {
		return
	}
	words := words(t, e.Text)
	stacks := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !regexp.MustCompile(`^[a-z]+/[a-z0-9-]+$`).MatchString(w) })
	project, previews := naming.JenkinsAgentProject(e.Agent)
	if slices.Contains(words, "--all") || slices.Contains(words, "destroy") {
		t.Errorf("%s: %s", name, e.Text)
	}
	if words[0] == "up" || words[0] == "refresh" {
		if !slices.Equal(e.Locks, stacks) || len(stacks) == 0 {
			t.Errorf("%s: %s has the locks %v", name, e.Text, e.Locks)
		}
	}
	for _, stack := range stacks {
		own := stack == ownStack
		if words[0] == "up" && (own || previews) {
			t.Errorf("%s: on %s: %s", name, e.Agent, e.Text)
		}
		if of, _, _ := strings.Cut(stack, "/"); of != project && !(own && e.Agent == naming.JenkinsPreviewAgent(naming.ProjectBase)) {
			t.Errorf("%s: on %s, which has no rights: %s", name, e.Agent, e.Text)
		}
	}
}

// words returns the arguments of a cellctl command, as a shell makes them of it.
func words(t *testing.T, command string) []string {
	t.Helper()
	output, err := exec.Command("sh", "-c", `printf '%s\0' `+strings.TrimPrefix(command, cellctl)).Output()
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	return strings.Split(strings.TrimSuffix(string(output), "\x00"), "\x00")
}

// did returns the steps that matter, each with its agent: "agent: step text".
func (o outcome) did(steps ...string) []string {
	var all []string
	for _, e := range o.Events {
		if slices.Contains(steps, e.Step) && e.Text != goBuild && e.Text != list {
			all = append(all, e.Agent+": "+strings.TrimPrefix(e.Text, cellctl))
		}
	}
	return all
}

// expect compares what a run did and came to.
func (o outcome) expect(t *testing.T, name, result, message string, commands ...string) {
	t.Helper()
	if o.Result != result || !strings.Contains(o.Message, message) || (message == "") != (o.Message == "") {
		t.Errorf("%s: %s %q, want %s %q", name, o.Result, o.Message, result, message)
	}
	if got := o.did("sh", "input"); !slices.Equal(got, commands) {
		t.Errorf("%s: did\n\t%s\nwant\n\t%s", name, strings.Join(got, "\n\t"), strings.Join(commands, "\n\t"))
	}
}

func TestTheHarnessRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	stage := func(in string) string {
		return "pipeline { agent none\nstages { stage('a') { agent { label 'base' }\n" + in + " } } }"
	}
	scripts := []struct{ script, want string }{
		{stage("steps { echo 'x' }"), ""},
		{stage("steps { slackSend 'x' }"), "slackSend"},
		{stage("steps { script { [1].each { slackSend 'x' } } }"), "slackSend"},
		{stage("post { always { echo 'x' } }\nsteps { echo 'x' }"), "post"},
		{stage("echo 'x'\nsteps { echo 'x' }"), "echo"},
		{stage("steps { sh 'rm -r /' }"), "no answer to: rm -r /"},
		{stage("steps { sh '.cellworks/bin/cellctl list --json' }"), "has not been built"},
		{stage("steps { sh(script: 'git', returnState: true) }"), "returnState"},
		{stage("steps { lock(resource: 'a') { lock(resource: 'a') { } } }"), "waits for a lock"},
		{stage("steps { echo undefined }"), "undefined"},
		{stage("steps { load 'trusted/jenkins/pipelines/stacks.groovy' }"), "trusted/jenkins"},
		{stage("agent { label 'cell' }\nsteps { echo 'x' }"), "agent twice"},
		{stage(""), "neither steps nor parallel"},
		{stage("steps { echo 'x' "), "MultipleCompilationErrors"},
		{"@Unknown def f() {}\n" + stage("steps { echo 'x' }"), "Unknown"},
		{"pipeline { agent none\nstages { stage('a') { steps { sh 'go' } } } }", "needs an agent"},
		{"pipeline { agent none }", "no stages"},
		{"def unused() {}", "no stage has run"},
	}
	var requests []request
	for _, tc := range scripts {
		folder := t.TempDir()
		put("a.Jenkinsfile", tc.script)(t, folder)
		r := run("", nil)
		r.Pipeline = filepath.Join(folder, "a.Jenkinsfile")
		requests = append(requests, r)
	}
	for i, o := range play(t, requests...) {
		if (scripts[i].want == "") != (o.Broken == "") || !strings.Contains(o.Broken, scripts[i].want) {
			t.Errorf("%s\nis found to have %q, want %q", scripts[i].script, o.Broken, scripts[i].want)
		}
	}
}
