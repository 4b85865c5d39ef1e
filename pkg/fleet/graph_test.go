package fleet_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/fleet"
)

var (
	baseEast  = fleet.Stack{Project: "base", Name: "nonprod-us-east-1"}
	baseWest  = fleet.Stack{Project: "base", Name: "nonprod-us-west-2"}
	ecsEast   = fleet.Stack{Project: "utility", Name: "nonprod-us-east-1-ecs"}
	acme      = fleet.Stack{Project: "cell", Name: "acme"}
	birch     = fleet.Stack{Project: "cell", Name: "birch"}
	cedarWest = fleet.Stack{Project: "cell", Name: "cedar"}
	gone      = fleet.Stack{Project: "cell", Name: "gone"}
)

func organization(t *testing.T) *fleet.Graph {
	t.Helper()
	g, err := fleet.NewGraph([]fleet.Node{
		{Stack: acme, Client: "acme", Needs: []fleet.Stack{baseEast, ecsEast}},
		{Stack: birch, Client: "birch", Needs: []fleet.Stack{baseEast, ecsEast}},
		{Stack: cedarWest, Client: "cedar", Needs: []fleet.Stack{baseWest}},
		{Stack: ecsEast, Needs: []fleet.Stack{baseEast}},
		{Stack: baseWest},
		{Stack: baseEast},
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestNodesComeAfterWhatTheyNeed(t *testing.T) {
	t.Parallel()
	var got []fleet.Stack
	for _, n := range organization(t).Nodes() {
		got = append(got, n.Stack)
	}
	want := []fleet.Stack{baseEast, baseWest, ecsEast, acme, birch, cedarWest}
	if !slices.Equal(got, want) {
		t.Errorf("order = %v, want %v", got, want)
	}
}

func TestBrokenGraphsAreRefused(t *testing.T) {
	t.Parallel()
	for want, nodes := range map[string][]fleet.Node{
		"cell/acme occurs twice": {{Stack: acme}, {Stack: acme}},
		"cell/acme needs base/nonprod-us-east-1, which does not exist": {{Stack: acme, Needs: []fleet.Stack{baseEast}}},
		"circle: base/nonprod-us-east-1 -> cell/acme -> base/nonprod-us-east-1": {
			{Stack: acme, Needs: []fleet.Stack{baseEast}}, {Stack: baseEast, Needs: []fleet.Stack{acme}},
		},
	} {
		if _, err := fleet.NewGraph(nodes); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("NewGraph: %v, want %q", err, want)
		}
	}
}

func TestSelect(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		targets []string
		want    []fleet.Stack
	}{
		{[]string{"acme"}, []fleet.Stack{acme}},
		{[]string{"cell/acme", "acme"}, []fleet.Stack{acme}},
		{[]string{"acme", "base/nonprod-us-east-1"}, []fleet.Stack{baseEast, acme}},
		{[]string{"base/*"}, []fleet.Stack{baseEast, baseWest}},
		{[]string{"?c*", "*r*"}, []fleet.Stack{acme, birch, cedarWest}},
	} {
		got, err := organization(t).Select(tc.targets)
		if err != nil || !slices.Equal(got, tc.want) {
			t.Errorf("Select(%v) = %v, %v, want %v", tc.targets, got, err, tc.want)
		}
	}
}

func TestSelectNamesTheNearestOfWhatIsUnknown(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"acmee":                  `unknown client "acmee" (did you mean "acme"? known: acme, birch, cedar)`,
		"zzzzzz":                 `unknown client "zzzzzz" (known: acme, birch, cedar)`,
		"base/nonprod-us-east-2": `unknown stack "base/nonprod-us-east-2" (did you mean "base/nonprod-us-east-1"? known: base/nonprod-us-east-1, base/nonprod-us-west-2)`,
		"cel/acme":               `unknown stack "cel/acme" (did you mean "cell/acme"?`,
		"[":                      `target "[": syntax error in pattern`,
	} {
		_, err := organization(t).Select([]string{target})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Select(%q): %v, want %s", target, err, want)
		}
	}
	_, err := organization(t).Select([]string{"nope", "acme", "never"})
	if err == nil || !strings.Contains(err.Error(), "nope") || !strings.Contains(err.Error(), "never") {
		t.Errorf("Select: %v, want both unknown targets", err)
	}
	var unknown *fleet.UnknownTargetError
	if !errors.As(err, &unknown) {
		t.Errorf("Select: %T, want an UnknownTargetError", err)
	}
}

func TestStatesWithoutConfigurationAreOrphans(t *testing.T) {
	t.Parallel()
	g, err := organization(t).WithStates(fleet.States{
		acme: {Resources: 5},
		gone: {Resources: 7, References: []fleet.Stack{baseEast, {Project: "base", Name: "never"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	n, ok := g.Node(gone)
	if !ok || !n.Orphan || !slices.Equal(n.Needs, []fleet.Stack{baseEast}) {
		t.Errorf("Node(gone) = %+v, %v, want an orphan that needs %s", n, ok, baseEast)
	}
	if n, _ := g.Node(acme); n.Orphan {
		t.Error("a configured stack is called an orphan")
	}
}

func TestParseStack(t *testing.T) {
	t.Parallel()
	if s, err := fleet.ParseStack("cell/acme"); err != nil || s != acme {
		t.Errorf("ParseStack = %v, %v", s, err)
	}
	for _, text := range []string{"acme", "cell/", "/acme", "cell/a/b", "cell/a b", "../x"} {
		if s, err := fleet.ParseStack(text); err == nil {
			t.Errorf("ParseStack(%q) = %v, want an error", text, s)
		}
	}
}
