package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/simcloud"
)

// reconfigure gives the field a configuration of its own: the example with files
// replaced.
func (w *field) reconfigure(t *testing.T, files map[string]string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, os.DirFS(w.configs)); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if w.graph, err = fleet.FromTree(tree); err != nil {
		t.Fatal(err)
	}
	w.configs = dir
}

// types returns the types of what the cloud has of a stack, sorted, each once.
func (w *field) types(t *testing.T, stack fleet.Stack) []string {
	t.Helper()
	cloud, err := simcloud.Open(simcloud.Options{Dir: w.layout.Sim()})
	if err != nil {
		t.Fatal(err)
	}
	objects, err := cloud.Objects(t.Context(), simcloud.Filter{Project: stack.Project, Stack: stack.Name})
	if err := errors.Join(err, cloud.Close()); err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, object := range objects {
		types = append(types, object.Type)
	}
	slices.Sort(types)
	return slices.Compact(types)
}

func TestLifeOfTheBaseline(t *testing.T) {
	t.Parallel()
	w := newField(t)
	ops := fleet.Stack{Project: "base", Name: "ops-us-east-1"}
	w.reconfigure(t, map[string]string{"accounts/ops/base.yaml": "deletionProtection: false\naudit: {objectLock: governance}\n"})
	all := []string{"base/nonprod-*", ops.String()}
	stacks := w.must(t, fleet.Up, all...).Stacks
	if len(stacks) != 4 {
		t.Errorf("up of %v brought %d stacks up, want two regions, their peering and operations", all, len(stacks))
	}
	for _, s := range stacks {
		if w.living(t, s.Stack) != w.recorded(t, s.Stack) {
			t.Errorf("%s: the cloud has %d things, the state %d", s.Stack, w.living(t, s.Stack), w.recorded(t, s.Stack))
		}
	}
	w.must(t, fleet.Preview, all...)

	// Query logs are a configuration and its association with the VPC: they go, and
	// nothing else changes.
	w.reconfigure(t, map[string]string{"accounts/nonprod/base.yaml": "deletionProtection: false\nnetwork: {nat: single, queryLogs: false}\naudit: {objectLock: governance, retainOnDestroy: false}\n"})
	for _, s := range w.must(t, fleet.Up, all...).Stacks {
		want := fleet.Changes{Same: s.Changes.Same}
		if strings.HasPrefix(s.Stack.Name, "nonprod-us-") {
			want.Delete = 2
		}
		if s.Changes != want {
			t.Errorf("%s without query logs: %+v, want %+v", s.Stack, s.Changes, want)
		}
	}

	w.must(t, fleet.Destroy, all...)
	for _, s := range stacks {
		left := w.types(t, s.Stack)
		if s.Stack != ops {
			if len(left) > 0 {
				t.Errorf("after destroy the cloud has %v of %s", left, s.Stack)
			}
			continue
		}
		// Log buckets and the key that they are encrypted with are retained.
		if !slices.Contains(left, "aws:s3/bucketV2:BucketV2") || !slices.Contains(left, "aws:kms/key:Key") {
			t.Errorf("after destroy the cloud has %v of %s, want the log buckets and their key", left, s.Stack)
		}
		for _, kind := range left {
			if !strings.HasPrefix(kind, "aws:s3/bucket") && !strings.HasPrefix(kind, "aws:kms/") {
				t.Errorf("after destroy the cloud has a %s of %s, which is not retained", kind, s.Stack)
			}
		}
	}
}
