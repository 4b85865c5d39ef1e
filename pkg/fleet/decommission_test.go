package fleet_test

import (
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/fleet"
)

func TestModulesOf(t *testing.T) {
	t.Parallel()
	got := fleet.ModulesOf(map[string]any{"modules": []any{"kms", "storage", 7}})
	if !slices.Equal(got, []string{"kms", "storage"}) {
		t.Errorf("modules %v", got)
	}
	for _, outputs := range []map[string]any{nil, {"modules": "[secret]"}, {"modules": []any{}}} {
		if got := fleet.ModulesOf(outputs); got != nil {
			t.Errorf("%v is read as %v", outputs, got)
		}
	}
}

// TestDataGoesOnlyWhenSaidAndDue switches the buckets of a cell off.
func TestDataGoesOnlyWhenSaidAndDue(t *testing.T) {
	t.Parallel()
	const off = "\nstorage: {enabled: false}\nmessaging: {enabled: false}\nservices: {items: [{name: worker, remove: true}, {name: ingest, remove: true}]}\n"
	said := func(date string) string {
		return off + "decommission: [{name: storage, reason: the contract ended, date: \"" + date + "\"}]\n"
	}
	const today, tomorrow = "2026-02-14", "2026-02-15" // the day on which refused asks
	given := func(date string) string {
		return "\nvault: {enabled: false}\ndatabase: {masterUser: rds}\ndecommission: [{name: vault, reason: the contract ended, date: \"" + date + "\"}]\n"
	}
	vaulted := fleet.State{Resources: 80, Ready: true, Modules: []string{"kms", "vault"}}
	with := fleet.State{Resources: 80, Ready: true, Modules: []string{"kms", "storage"}}
	for name, tc := range map[string]struct {
		file  string
		state fleet.State
		want  string // path and message; empty: allowed
	}{
		"nothing switched off":       {"", with, ""},
		"what was never up":          {off, fleet.State{Resources: 80, Ready: true, Modules: []string{"kms"}}, ""},
		"a cell that is not up":      {off, fleet.State{}, ""},
		"a backend that says little": {off, fleet.State{Resources: 80, Ready: true}, ""},
		"nothing said": {off, with, "storage.enabled: module storage of client acme keeps data and is up, but is switched off (switch it on again; to give its data up, " +
			"first say so with decommission: [{name: storage, reason: ..., date: \"YYYY-MM-DD\"}] in the client's file and bring the cell up, which takes the protection away)"},
		"said, and due": {said(today), with, ""},
		"said, too early": {said(tomorrow), with, "decommission[storage].date: the data of module storage of client acme may be deleted from " + tomorrow + " on, and today is " + today +
			" (switch the module on again until then)"},
		"of a module that is protected, and due":       {given(today), vaulted, ""},
		"of a module that is protected, and too early": {given(tomorrow), vaulted, "decommission[vault].date: the data of module vault of client acme may be deleted from " + tomorrow + " on, and today is " + today + " (switch the module on again until then)"},
		"of a module that is protected, and not said":  {"\nvault: {enabled: false}\ndatabase: {masterUser: rds}\n", vaulted, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree := changed(t, map[string][2]string{"clients/acme/cell.yaml": {"ring: canary\n", "ring: canary\n" + tc.file}})
			if tc.want != "" {
				path, _, _ := strings.Cut(tc.want, ":")
				tc.want = tree.Where("cell/acme", path) + ": " + tc.want
			}
			if got := refused(t, tree, fleet.Up, []fleet.Stack{acme}, fleet.States{baseEast: up(60), acme: tc.state}, nil); got != tc.want {
				t.Errorf("refused with\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}

func TestDoubtfulAreCellsThatSwitchDataOffAndOfWhichLittleIsKnown(t *testing.T) {
	t.Parallel()
	tree := changed(t, map[string][2]string{"clients/acme/cell.yaml": {"ring: canary\n", "ring: canary\nbackup: {enabled: false}\n"}})
	plan := fleet.Plan{Operation: fleet.Up, Steps: []fleet.Step{{Stack: acme}, {Stack: fleet.Stack{Project: "cell", Name: "cedar"}}, {Stack: baseEast}}}
	for name, tc := range map[string]struct {
		state fleet.State
		want  int
	}{
		"up, and little known": {fleet.State{Resources: 80}, 1},
		"known":                {fleet.State{Resources: 80, Modules: []string{"kms"}}, 0},
		"not up":               {fleet.State{}, 0},
	} {
		// Of what has no configuration only its place matters, to new cells.
		oak := fleet.Stack{Project: "cell", Name: "oak"}
		for home, more := range map[fleet.Home]bool{{}: name == "not up", {Account: "nonprod", Region: "us-east-1"}: false} {
			states := fleet.States{acme: tc.state, {Project: "cell", Name: "cedar"}: {Resources: 80}, oak: {Resources: 5, Home: home}}
			if got := fleet.Doubtful(tree, plan, states); slices.Contains(got, oak) != more {
				t.Errorf("%s: %v, want oak at %+v among them: %v", name, got, home, more)
			}
		}
		states := fleet.States{acme: tc.state, {Project: "cell", Name: "cedar"}: {Resources: 80}, baseEast: up(60)}
		if got := fleet.Doubtful(tree, plan, states); len(got) != tc.want {
			t.Errorf("%s: %v, want %d", name, got, tc.want)
		}
	}
}
