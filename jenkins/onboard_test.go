package jenkins_test

import (
	"strings"
	"testing"
)

func TestOnboardBuildsWhatIsMergedAndElseMakesTheFile(t *testing.T) {
	t.Parallel()
	const file = "configs/clients/elm/cell.yaml"
	built := []string{"cell: config validate", "cell: preview --no-deps cell/elm", "cell: up --yes --no-deps cell/elm", "cell: outputs cell/elm"}
	makes := "cell: client new elm --account=prod --region=us-east-1 --ring=canary --no-up"
	full := map[string]string{"CLIENT": "elm", "ACCOUNT": "prod", "REGION": "us-east-1", "RING": "canary"}
	fails := func(command string) answer { return answer{Command: `.*cellctl ` + command + ` .*`, Code: 1} }
	tests := map[string]struct {
		params          map[string]string
		merged          bool
		answers         []answer
		result, message string
		commands        []string
	}{
		"merged":                 {map[string]string{"CLIENT": "elm"}, true, nil, "SUCCESS", "", built},
		"merged, with the rest":  {full, true, nil, "SUCCESS", "", built},
		"new":                    {full, false, nil, "FAILURE", file + " is not on the deployed branch: merge", []string{makes}},
		"new, without account":   {map[string]string{"CLIENT": "elm"}, false, []answer{fails("client new")}, "FAILURE", "exit code 1", []string{"cell: client new elm --account= --region= --ring= --no-up"}},
		"the preview fails":      {full, true, []answer{fails("preview")}, "FAILURE", "exit code 1", built[:2]},
		"it does not come up":    {full, true, []answer{fails("up")}, "FAILURE", "exit code 1", built[:3]},
		"the fleet is not valid": {full, true, []answer{{Command: `.*config validate`, Code: 1}}, "FAILURE", "exit code 1", built[:1]},
	}
	requests := map[string]request{}
	for name, tc := range tests {
		r := run("onboard", tc.params, tc.answers...)
		if tc.merged {
			r.Files = []string{file}
		}
		requests[name] = r
	}
	for name, o := range playAll(t, requests) {
		o.expect(t, name, tests[name].result, tests[name].message, tests[name].commands...)
		if o.DisplayName != "7 elm" {
			t.Errorf("%s: is called %q", name, o.DisplayName)
		}
		if kept := strings.Join(o.did("archiveArtifacts"), " "); (kept == "cell: "+file) != (name == "new") {
			t.Errorf("%s: keeps %q", name, kept)
		}
	}
}

func TestOnboardRunsNothingOfAHostileName(t *testing.T) {
	t.Parallel()
	requests := map[string]request{}
	for _, wrong := range []string{
		"", "el", "Elm", "3lm", "elm elk", "elm;id", "$(id)", "`id`", "elm\n", "elm\nid", "../elm", "elm/..", "elm'", "elm\"", "--all", "elm\u2028", "élan", "*", "abcdefghijklm", "${env.HOME}",
	} {
		r := run("onboard", map[string]string{"CLIENT": wrong, "ACCOUNT": "prod", "REGION": "us-east-1"})
		r.Files = []string{"configs/clients/" + wrong + "/cell.yaml"}
		requests["CLIENT "+wrong] = r
	}
	for _, name := range []string{"ACCOUNT", "REGION", "RING"} {
		for _, wrong := range []string{"prod;id", "$(id)", "a b", "a\n", "a'", "A", "`id`", "a\u2028b", "--x=y", "../a"} {
			params := map[string]string{"CLIENT": "elm", "ACCOUNT": "prod", "REGION": "us-east-1", "RING": "broad"}
			params[name] = wrong
			requests[name+" "+wrong] = run("onboard", params)
		}
	}
	for name, o := range playAll(t, requests) {
		parameter, _, _ := strings.Cut(name, " ")
		o.expect(t, name, "FAILURE", parameter+" is '")
		if !strings.Contains(o.Message, ", want ") {
			t.Errorf("%s: %s does not say what would be right", name, o.Message)
		}
	}
}
