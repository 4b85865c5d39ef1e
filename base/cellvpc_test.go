package base_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cellworks/base"
	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
)

// connectedTree is the shipped configuration with client maple connected with the VPC of
// its account too.
func connectedTree(t *testing.T) *config.Tree {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, os.DirFS("../configs")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "clients", "maple", "cell.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), "  vpcSlot: 2\n", "  vpcSlot: 2\n  accountPeering: true\n", 1)
	if changed == string(text) {
		t.Fatal("client maple has no line vpcSlot: 2")
	}
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	tree, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// TestVPCsOfCellsAreLetInWhereTheyAreConnected holds which network ACLs know the VPC of a
// cell, and which roles that deploy cells may route to one.
func TestVPCsOfCellsAreLetInWhereTheyAreConnected(t *testing.T) {
	t.Parallel()
	const block = "10.38.0.0/16"
	for name, tc := range map[string]struct {
		tree            *config.Tree
		letIn, routable []string
	}{
		"as shipped":                   {load(t), nil, []string{"ops-us-east-1"}},
		"connected with the account's": {connectedTree(t), []string{"prod-us-west-2"}, []string{"ops-us-east-1", "prod-us-east-1"}},
	} {
		bases := pulumitest.Bases(t, tc.tree)
		var letIn, routable []string
		for _, stack := range []string{"nonprod-us-east-1", "ops-us-east-1", "prod-us-east-1", "prod-us-west-2"} {
			recording := pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: stack, References: bases}, base.Program(tc.tree))
			for _, res := range recording.Resources {
				inputs := fmt.Sprint(res.Inputs)
				if res.Type == "aws:ec2/networkAcl:NetworkAcl" && strings.Contains(inputs, block) {
					if res.Name != "network-app" {
						t.Errorf("%s: %s of %s lets the cell's VPC in", name, res.Name, stack)
					}
					letIn = append(letIn, stack)
				}
				if res.Type == "aws:iam/policy:Policy" && strings.Contains(inputs, "RouteToCells") {
					routable = append(routable, stack)
				}
			}
		}
		if !slices.Equal(letIn, tc.letIn) {
			t.Errorf("%s: %q let the cell's VPC in, want %q", name, letIn, tc.letIn)
		}
		if !slices.Equal(routable, tc.routable) {
			t.Errorf("%s: deployments of cells may route in %q, want %q", name, routable, tc.routable)
		}
	}
}
