package jenkins_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ownPreview looks whether the stack of Jenkins would change.
const ownPreview = "preview-base: preview --no-deps --expect-no-changes " + ownStack

func TestDeployBringsLevelsUpInOrder(t *testing.T) {
	t.Parallel()
	ups := []string{"base: up --yes --no-deps " + baseStacks, "utility: up --yes --no-deps " + utilityStacks, "cell: up --yes --no-deps " + cellStacks}
	up := func(project string, code int) answer {
		return answer{Command: `\.cellworks/bin/cellctl up .* ` + project + `/.*`, Code: code}
	}
	own := func(code int) answer {
		return answer{Command: `\.cellworks/bin/cellctl preview .*--expect-no-changes.*`, Code: code}
	}
	nothing := answer{Command: regexp.QuoteMeta(list), Output: `{"stacks": []}`}
	tests := map[string]struct {
		answers         []answer
		result, message string
		commands        []string
	}{
		"all is well":          {nil, "SUCCESS", "", append(slices.Clone(ups), ownPreview)},
		"Jenkins has changed":  {[]answer{own(3)}, "UNSTABLE", "bring up " + ownStack + " from a workstation", append(slices.Clone(ups), ownPreview)},
		"its preview fails":    {[]answer{own(1)}, "FAILURE", "the preview failed: exit code 1", append(slices.Clone(ups), ownPreview)},
		"base fails":           {[]answer{up("base", 1)}, "FAILURE", "exit code 1", ups[:1]},
		"utility fails":        {[]answer{up("utility", 1)}, "FAILURE", "exit code 1", ups[:2]},
		"cells fail":           {[]answer{up("cell", 1)}, "FAILURE", "exit code 1", ups},
		"nothing is to be had": {[]answer{nothing}, "SUCCESS", "", nil},
		"it does not build":    {[]answer{{Command: regexp.QuoteMeta(goBuild), Code: 2}}, "FAILURE", "exit code 2", nil},
		"nobody knows stacks":  {[]answer{{Command: regexp.QuoteMeta(list), Code: 1}}, "FAILURE", "exit code 1", nil},
	}
	requests := map[string]request{}
	for name, tc := range tests {
		requests[name] = run("deploy", nil, tc.answers...)
	}
	for name, o := range playAll(t, requests) {
		o.expect(t, name, tests[name].result, tests[name].message, tests[name].commands...)
	}
}

// recordedURNs returns those of whole stacks, as Pulumi writes them.
func recordedURNs(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, file := range []string{"../base/testdata/prod-us-east-1.yaml", "../utility/testdata/ops-us-east-1-jenkins.yaml", "../cell/testdata/acme.yaml"} {
		golden, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, urn := range regexp.MustCompile(`(?m)^(urn:pulumi:\S+):$`).FindAllStringSubmatch(string(golden), -1) {
			all = append(all, urn[1])
		}
	}
	if len(all) < 100 {
		t.Fatalf("found %d URNs in the recordings, want those of whole stacks", len(all))
	}
	return all
}

func TestAllowedLossesAreFlagsOfTheirProject(t *testing.T) {
	t.Parallel()
	urns := recordedURNs(t)
	o := playAll(t, map[string]request{"": run("deploy", map[string]string{"ALLOW_DATA_LOSS": "\r\n  " + strings.Join(urns, " \r\n\n\t") + "\n"})})[""]
	if o.Result != "SUCCESS" {
		t.Fatalf("%s: %s", o.Result, o.Message)
	}
	if first := o.Events[0]; first.Step != "input" || first.Submitter != "platform-admins" || first.Agent != "" || !strings.Contains(first.Text, urns[0]) {
		t.Errorf("before anything else comes %+v, want that administrators approve what they can read", first)
	}
	ups := 0
	for _, e := range o.Events {
		if !strings.HasPrefix(e.Text, cellctl+"up ") {
			continue
		}
		ups++
		var want []string
		for _, urn := range urns {
			if strings.Split(urn, "::")[1] == e.Agent {
				want = append(want, "--allow-data-loss", urn)
			}
		}
		stacks := map[string]string{"base": baseStacks, "utility": utilityStacks, "cell": cellStacks}[e.Agent]
		want = slices.Concat([]string{"up", "--yes", "--no-deps"}, want, strings.Fields(stacks))
		if got := words(t, e.Text); len(want) < 6 || !slices.Equal(got, want) {
			t.Errorf("%s: a shell makes of it %q, want %q", e.Agent, got, want)
		}
	}
	if ups != 3 {
		t.Errorf("%d levels came up, want 3", ups)
	}
}

func TestNobodyLosesDataUnapproved(t *testing.T) {
	t.Parallel()
	refused := run("deploy", map[string]string{"ALLOW_DATA_LOSS": "urn:pulumi:acme::cell::aws:s3/bucketV2:BucketV2::acme-inbound"})
	refused.Approve = false
	requests := map[string]request{
		"nobody approves": refused,
		"blank":           run("deploy", map[string]string{"ALLOW_DATA_LOSS": " \n\t\r\n"}),
	}
	const good = "urn:pulumi:acme::cell::a:b:C::x"
	for _, wrong := range []string{
		"acme-inbound", good + "'; false", good + "' '--yes", good + "$(id)", good + " --yes", good + "`id`", good + "\u2028id", good + "\u0085id", good + "\\",
		good + "\nid", "id\n" + good, good + "\rid", good + "\x00id", good + "\"", good + "${env.HOME}", good + "é", good + ";id", good + "|id", good + "&id", good + "*",
		"urn:pulumi:acme::other::a:b:C::x", "urn:pulumi:acme::cell::", "urn:pulumi:../x::cell::a:b:C::x", "--urn:pulumi:acme::cell::a:b:C::x",
	} {
		requests[wrong] = run("deploy", map[string]string{"ALLOW_DATA_LOSS": wrong})
	}
	for name, o := range playAll(t, requests) {
		switch name {
		case "nobody approves":
			if o.Result != "ABORTED" || len(o.Events) != 1 || o.Events[0].Submitter != "platform-admins" {
				t.Errorf("%s: %s, %+v", name, o.Result, o.Events)
			}
		case "blank":
			if o.Result != "SUCCESS" || len(o.did("input")) != 0 {
				t.Errorf("%s: %s, asks %v", name, o.Result, o.did("input"))
			}
		default:
			if o.Result != "FAILURE" || !strings.Contains(o.Message, "is no URN of a resource, want urn:pulumi:") || len(o.Events) != 0 {
				t.Errorf("%q: %s %q, %+v", name, o.Result, o.Message, o.Events)
			}
		}
	}
}
