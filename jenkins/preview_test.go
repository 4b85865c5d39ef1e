package jenkins_test

import (
	"regexp"
	"strings"
	"testing"

	"cellworks/pkg/naming"
)

// What a pull request goes through, on each kind of agent.
const treeOf = `git rev-parse "HEAD^{tree}"`

func TestPreviewsShowEveryStackAndRunNoCodeThatNobodyApproved(t *testing.T) {
	t.Parallel()
	checked := []string{
		"check: " + treeOf, "check: sh trusted/jenkins/pipelines/only-configs.sh trusted .",
		"check: config validate", "check: config lint", "check: git fetch --quiet --no-tags ./trusted HEAD", "check: network check --since FETCH_HEAD",
	}
	approval := ": The pull request changes code. Have you read it, and may it run?"
	base := []string{"preview-base: " + treeOf, "preview-base: preview --no-deps " + baseStacks + " " + ownStack}
	utility := []string{"preview-utility: " + treeOf, "preview-utility: preview --no-deps " + utilityStacks}
	cells := []string{"preview-cell: " + treeOf, "preview-cell: preview --no-deps " + cellStacks}
	code := func(code int) answer {
		return answer{Command: `sh trusted/jenkins/pipelines/only-configs\.sh trusted \.`, Code: code}
	}
	pushed := answer{Command: regexp.QuoteMeta(treeOf), Agent: "preview-utility", Output: "another\n"}
	fails := answer{Command: `\.cellworks/bin/cellctl preview --no-deps base/.*`, Code: 1}
	tests := map[string]struct {
		answers         []answer
		refuse          bool
		result, message string
		commands        [][]string
	}{
		"configuration alone":     {nil, false, "SUCCESS", "", [][]string{checked, base, utility, cells}},
		"nobody needs to approve": {nil, true, "SUCCESS", "", [][]string{checked, base, utility, cells}},
		"code":                    {[]answer{code(1)}, false, "SUCCESS", "", [][]string{checked, {approval}, base, utility, cells}},
		"code nobody approves":    {[]answer{code(1)}, true, "ABORTED", "nobody has approved", [][]string{checked, {approval}}},
		"nobody can tell":         {[]answer{code(2)}, false, "FAILURE", "what has changed cannot be told", [][]string{checked[:2]}},
		"pushed meanwhile":        {[]answer{pushed}, false, "FAILURE", "has changed since it was checked", [][]string{checked, base, utility[:1], cells}},
		"pushed code":             {[]answer{code(1), pushed}, false, "FAILURE", "has changed since it was checked", [][]string{checked, {approval}, base, utility[:1], cells}},
		"a preview fails":         {[]answer{fails}, false, "FAILURE", "exit code 1", [][]string{checked, base, utility, cells}},
		"invalid configuration":   {[]answer{{Command: `.*config validate`, Code: 1}}, false, "FAILURE", "exit code 1", [][]string{checked[:3]}},
		"addresses overlap":       {[]answer{{Command: `.*network check .*`, Code: 1}}, false, "FAILURE", "exit code 1", [][]string{checked}},
	}
	requests := map[string]request{}
	for name, tc := range tests {
		r := run("preview", nil, tc.answers...)
		r.Approve = !tc.refuse
		requests[name] = r
	}
	for name, o := range playAll(t, requests) {
		var commands []string
		for _, part := range tests[name].commands {
			commands = append(commands, part...)
		}
		o.expect(t, name, tests[name].result, tests[name].message, commands...)
		o.trusts(t, name)
	}
}

// trusts holds the preview of a pull request to what nobody who pushes may decide.
func (o outcome) trusts(t *testing.T, name string) {
	t.Helper()
	identified, told := map[string]bool{}, map[string]bool{}
	for _, e := range o.Events {
		_, previews := naming.JenkinsAgentProject(e.Agent)
		switch {
		case e.Step == "input" && e.Submitter != "platform-deployers":
			t.Errorf("%s: %q may approve", name, e.Submitter)
		case e.Agent != "" && e.Agent != naming.AgentCheck && !previews:
			t.Errorf("%s: runs on %s, whose keys can write", name, e.Agent)
		case e.Step == "checkout":
			if e.Text != repository || e.Dir != "trusted" || e.Credentials != "repository" {
				t.Errorf("%s: checks out %+v, want the deployed branch beside the pull request", name, e)
			}
			told[e.Agent] = true
		case e.Step == "load" && e.Source != repository:
			t.Errorf("%s: %s is loaded from %s, want the deployed branch", name, e.Text, e.Source)
		case e.Step == "sh" && e.Text == treeOf:
			identified[e.Agent] = true
		case e.Step == "sh" && e.Dir != "":
			t.Errorf("%s: %s runs in %s, want what the pull request says", name, e.Text, e.Dir)
		// From here on what the pull request says runs.
		case e.Step == "sh" && (!identified[e.Agent] || !told[e.Agent]):
			t.Errorf("%s: on %s before it is known what runs: %s", name, e.Agent, e.Text)
		}
	}
	if !strings.Contains(strings.Join(o.did("agent"), " "), "check: check") {
		t.Errorf("%s: nothing is checked", name)
	}
}
