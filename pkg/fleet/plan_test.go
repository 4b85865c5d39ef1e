package fleet_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/fleet"
)

func up(resources int) fleet.State { return fleet.State{Resources: resources, Ready: true} }

func plan(t *testing.T, op fleet.Operation, states fleet.States, noDeps bool, targets ...fleet.Stack) fleet.Plan {
	t.Helper()
	p, err := organization(t).Plan(op, targets, states, noDeps)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestUpIncludesWhatIsNotUp(t *testing.T) {
	t.Parallel()
	got := plan(t, fleet.Up, nil, false, acme)
	want := fleet.Plan{Operation: fleet.Up, Steps: []fleet.Step{
		{Stack: baseEast, Prerequisite: true},
		{Stack: ecsEast, After: []fleet.Stack{baseEast}, Prerequisite: true},
		{Stack: acme, After: []fleet.Stack{baseEast, ecsEast}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
	if got := got.Prerequisites(); !slices.Equal(got, []fleet.Stack{baseEast, ecsEast}) {
		t.Errorf("Prerequisites = %v", got)
	}
}

func TestUpLeavesOutWhatIsUp(t *testing.T) {
	t.Parallel()
	states := fleet.States{baseEast: up(60), ecsEast: {Resources: 3}}
	got := plan(t, fleet.Up, states, false, acme, birch)
	want := []fleet.Step{
		{Stack: ecsEast, Prerequisite: true},
		{Stack: acme, After: []fleet.Stack{ecsEast}},
		{Stack: birch, After: []fleet.Stack{ecsEast}},
	}
	if diff := cmp.Diff(want, got.Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func TestNoDepsLeavesOutPrerequisitesButKeepsOrder(t *testing.T) {
	t.Parallel()
	got := plan(t, fleet.Up, nil, true, acme, baseEast)
	want := []fleet.Step{{Stack: baseEast}, {Stack: acme, After: []fleet.Stack{baseEast}}}
	if diff := cmp.Diff(want, got.Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func TestAPreviewCannotLookThroughWhatIsNotUp(t *testing.T) {
	t.Parallel()
	got := plan(t, fleet.Preview, fleet.States{baseEast: up(60)}, false, acme)
	want := []fleet.Step{
		{Stack: ecsEast, Prerequisite: true},
		{Stack: acme, After: []fleet.Stack{ecsEast}, Blind: []fleet.Stack{ecsEast}},
	}
	if diff := cmp.Diff(want, got.Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func TestDestroyRunsBackwards(t *testing.T) {
	t.Parallel()
	states := fleet.States{baseEast: up(60), ecsEast: up(10), acme: up(80)}
	got := plan(t, fleet.Destroy, states, false, baseEast, ecsEast, acme)
	want := []fleet.Step{
		{Stack: acme},
		{Stack: ecsEast, After: []fleet.Stack{acme}},
		{Stack: baseEast, After: []fleet.Stack{ecsEast, acme}},
	}
	if diff := cmp.Diff(want, got.Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func TestDestroyOfWhatOthersNeedIsRefused(t *testing.T) {
	t.Parallel()
	states := fleet.States{
		baseEast: up(60), ecsEast: up(10), acme: up(80), birch: {},
		cedarWest: {Resources: 4, References: []fleet.Stack{baseEast}},
	}
	_, err := organization(t).Plan(fleet.Destroy, []fleet.Stack{baseEast}, states, true)
	var needed *fleet.NeededError
	if !errors.As(err, &needed) {
		t.Fatalf("Plan: %v, want a NeededError", err)
	}
	want := "base/nonprod-us-east-1 is still needed by utility/nonprod-us-east-1-ecs, cell/acme, cell/cedar " +
		"(destroy them first, or name them too: utility/nonprod-us-east-1-ecs, cell/acme, cell/cedar)"
	if err.Error() != want {
		t.Errorf("error = %s\nwant    %s", err, want)
	}
}

func TestDestroyJudgesNeedByWhatExists(t *testing.T) {
	t.Parallel()
	states := fleet.States{baseEast: up(60), acme: {}}
	if got := plan(t, fleet.Destroy, states, false, baseEast); len(got.Steps) != 1 {
		t.Errorf("steps = %v, want base alone", got.Steps)
	}
}

func TestRefreshTouchesTargetsOnly(t *testing.T) {
	t.Parallel()
	got := plan(t, fleet.Refresh, nil, false, acme, baseEast)
	want := []fleet.Step{{Stack: baseEast}, {Stack: acme}}
	if diff := cmp.Diff(want, got.Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func TestPlanOfTheUnknownFails(t *testing.T) {
	t.Parallel()
	if _, err := organization(t).Plan("explode", nil, nil, false); err == nil {
		t.Error("Plan of an unknown operation succeeded")
	}
	if _, err := organization(t).Plan(fleet.Up, []fleet.Stack{gone}, nil, false); err == nil {
		t.Error("Plan of an unknown stack succeeded")
	}
}

func TestDestroyOfWhatIsProtectedIsRefusedBeforeAnythingGoes(t *testing.T) {
	t.Parallel()
	guarded := fleet.State{Resources: 80, Ready: true, Protected: []string{"aws:kms/key:Key acme", "aws:s3/bucketV2:BucketV2 acme-archive"}}
	states := fleet.States{baseEast: up(60), ecsEast: up(10), acme: guarded, birch: up(80)}
	_, err := organization(t).Plan(fleet.Destroy, []fleet.Stack{acme, birch}, states, false)
	var protected *fleet.ProtectedError
	if !errors.As(err, &protected) {
		t.Fatalf("Plan: %v, want a ProtectedError", err)
	}
	want := "cell/acme is protected from deletion by aws:kms/key:Key acme, aws:s3/bucketV2:BucketV2 acme-archive " +
		"(nothing has been touched; if they really must go, set deletionProtection: false in their configuration, " +
		"which an orphan gets back first (cellctl list says how), run cellctl up on them, then destroy)"
	if err.Error() != want {
		t.Errorf("error = %s\nwant    %s", err, want)
	}
}
