package fleet_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/config"
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

// shipped is the graph of the organization that comes with the repository.
func shipped(t *testing.T) *fleet.Graph {
	t.Helper()
	tree, err := config.Load("../../configs")
	if err != nil {
		t.Fatal(err)
	}
	g, err := fleet.FromTree(tree)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestConnectionsNeedTheBaseStacksOfBothSides(t *testing.T) {
	t.Parallel()
	g := shipped(t)
	for name, want := range map[string][]string{
		"nonprod-peering":   {"nonprod-us-east-1", "nonprod-us-west-2", "ops-us-east-1"},
		"prod-peering":      {"ops-us-east-1", "prod-us-east-1", "prod-us-west-2"},
		"nonprod-us-west-2": {"nonprod-us-east-1"}, // what the account has once is there
		"nonprod-us-east-1": nil,
		"ops-us-east-1":     nil,
	} {
		n, ok := g.Node(fleet.Stack{Project: "base", Name: name})
		var got []string
		for _, need := range n.Needs {
			got = append(got, need.Name)
		}
		if !ok || !slices.Equal(got, want) {
			t.Errorf("%s needs %v, want %v", name, got, want)
		}
	}
	if n, _ := g.Node(fleet.Stack{Project: "base", Name: "prod-peering"}); n.Account != "prod" || n.Region != "us-east-1" {
		t.Errorf("connections of prod are in %s %s, want its home region", n.Account, n.Region)
	}
	if _, ok := g.Node(fleet.Stack{Project: "base", Name: "ops-peering"}); ok {
		t.Error("ops has a stack of connections, which nobody reaches it by")
	}
}

func TestConnectionsGoBeforeWhatTheyConnect(t *testing.T) {
	t.Parallel()
	g := shipped(t)
	hub, link := fleet.Stack{Project: "base", Name: "ops-us-east-1"}, fleet.Stack{Project: "base", Name: "prod-peering"}
	states := fleet.States{hub: {Resources: 9, Ready: true}, link: {Resources: 9, Ready: true}}
	_, err := g.Plan(fleet.Destroy, []fleet.Stack{hub}, states, false)
	if want := "base/ops-us-east-1 is still needed by base/prod-peering"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("destroying a hub: %v, want %q", err, want)
	}
	p, err := g.Plan(fleet.Destroy, []fleet.Stack{hub, link}, states, false)
	if err != nil || len(p.Steps) != 2 || p.Steps[0].Stack != link || !slices.Equal(p.Steps[1].After, []fleet.Stack{link}) {
		t.Errorf("destroying both: %+v, %v, want the connections first", p.Steps, err)
	}
	p, err = g.Plan(fleet.Up, []fleet.Stack{link}, nil, false)
	var order []string
	for _, step := range p.Steps {
		order = append(order, step.Stack.Name)
	}
	if want := []string{"ops-us-east-1", "prod-us-east-1", "prod-us-west-2", "prod-peering"}; err != nil || !slices.Equal(order, want) {
		t.Errorf("bringing up connections: %v, %v, want %v", order, err, want)
	}
}

func TestTargetsFindConnections(t *testing.T) {
	t.Parallel()
	for target, want := range map[string][]string{
		"base/prod-peering": {"prod-peering"},
		"base/*-peering":    {"nonprod-peering", "prod-peering"},
		"base/prod-*":       {"prod-us-east-1", "prod-us-west-2", "prod-peering"},
	} {
		stacks, err := shipped(t).Select([]string{target})
		var got []string
		for _, s := range stacks {
			got = append(got, s.Name)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("Select(%s) = %v, %v, want %v", target, got, err, want)
		}
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

// example is the graph of the example's stacks.
func example(t *testing.T) *fleet.Graph {
	t.Helper()
	tree, err := config.Load("../../configs")
	if err != nil {
		t.Fatal(err)
	}
	g, err := fleet.FromTree(tree)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestCellsWaitForTheWayToVault covers cells whose Vault is in another VPC.
func TestCellsWaitForTheWayToVault(t *testing.T) {
	t.Parallel()
	n, ok := example(t).Node(acme)
	if !ok {
		t.Fatal("client acme has no cell")
	}
	for _, want := range []fleet.Stack{{Project: "utility", Name: "ops-us-east-1-vault"}, {Project: "utility", Name: "ops-us-east-1-vault-config"}, {Project: "base", Name: "nonprod-peering"}} {
		if !slices.Contains(n.Needs, want) {
			t.Errorf("the cell needs %v, want %s among them", n.Needs, want)
		}
	}
}

// TestCellsWithTheirOwnVPCNeedTheHubs covers cells that make the connection themselves.
func TestCellsWithTheirOwnVPCNeedTheHubs(t *testing.T) {
	t.Parallel()
	n, ok := example(t).Node(fleet.Stack{Project: "cell", Name: "maple"})
	if !ok {
		t.Fatal("client maple has no cell")
	}
	if hub := (fleet.Stack{Project: "base", Name: "ops-us-east-1"}); !slices.Contains(n.Needs, hub) {
		t.Errorf("the cell needs %v, want %s among them", n.Needs, hub)
	}
	if connections := (fleet.Stack{Project: "base", Name: "prod-peering"}); slices.Contains(n.Needs, connections) {
		t.Errorf("the cell needs %s, which holds no connection of its VPC", connections)
	}
}
