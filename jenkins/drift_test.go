package jenkins_test

import (
	"slices"
	"testing"
)

func TestDriftIsToldFromFailure(t *testing.T) {
	t.Parallel()
	var all []string
	for _, on := range [][2]string{{"preview-base", baseStacks + " " + ownStack}, {"preview-utility", utilityStacks}, {"preview-cell", cellStacks}} {
		all = append(all, on[0]+": refresh --expect-no-changes "+on[1], on[0]+": preview --no-deps --expect-no-changes "+on[1])
	}
	code := func(command, agent string, code int) answer {
		return answer{Command: `\.cellworks/bin/cellctl ` + command + ` .*`, Agent: agent, Code: code}
	}
	tests := map[string]struct {
		answers         []answer
		result, message string
	}{
		"none":                       {nil, "SUCCESS", ""},
		"the cloud has changed":      {[]answer{code("refresh", "preview-cell", 3)}, "UNSTABLE", "cell: what is there is not what the deployed branch says"},
		"up would change":            {[]answer{code("preview", "preview-base", 3)}, "UNSTABLE", "base: what is there"},
		"both":                       {[]answer{code("refresh", "preview-utility", 3), code("preview", "preview-utility", 3)}, "UNSTABLE", "utility: what is there"},
		"the refresh fails":          {[]answer{code("refresh", "preview-base", 1)}, "FAILURE", "the look for drift failed: exit codes 0 1 0"},
		"the preview fails":          {[]answer{code("preview", "preview-cell", 2)}, "FAILURE", "the look for drift failed: exit codes 0 0 2"},
		"drift, and a failure":       {[]answer{code("refresh", "preview-base", 3), code("preview", "preview-base", 1)}, "FAILURE", "exit codes 0 3 1"},
		"drift, a failure elsewhere": {[]answer{code("refresh", "preview-base", 3), code("preview", "preview-cell", 255)}, "FAILURE", "exit codes 0 0 255"},
	}
	requests := map[string]request{"no stacks": run("drift", nil, answer{Command: `.* list --json`, Output: `{"stacks": []}`})}
	for name, tc := range tests {
		requests[name] = run("drift", nil, tc.answers...)
	}
	for name, o := range playAll(t, requests) {
		if name == "no stacks" {
			o.expect(t, name, "SUCCESS", "")
			continue
		}
		o.expect(t, name, tests[name].result, tests[name].message, all...)
		if slices.Contains(o.did("agent"), "base: base") {
			t.Errorf("%s: looks with keys that can write", name)
		}
	}
}
