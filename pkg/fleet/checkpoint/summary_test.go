package checkpoint_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/checkpoint"
)

func TestStatesAndReadAgree(t *testing.T) {
	t.Parallel()
	creating := []string{`{"type":"creating","resource":{"urn":"` + urn("x", "y") + `","type":"x"}}`}
	for name, c := range map[string]struct{ resources, pending []string }{
		"whole":              {resources: resources()},
		"creation under way": {resources: resources(), pending: creating},
		"empty":              {},
		"root alone":         {resources: resources()[:1]},
		"no outputs":         {resources: []string{`{"urn":"` + urn("a", "b") + `","type":"a","inputs":null,"outputs":null}`}},
		"names that are none": {resources: []string{
			`{"urn":"` + urn("a", "b") + `","type":"a","inputs":{"name":{"secret":1},"Name":[1]},"outputs":{"name":7}}`,
			`{"urn":"` + urn("r", "s") + `","type":"pulumi:pulumi:StackReference","inputs":{"name":["a/b/c"]}}`,
		}},
		"outputs that are no object": {resources: []string{`{"urn":"` + urn("a", "b") + `","type":"a","outputs":[1]}`}},
		"inputs that are no object":  {resources: []string{`{"urn":"` + urn("a", "b") + `","type":"a","inputs":"x"}`}},
		"a number for a type":        {resources: []string{`{"urn":"` + urn("a", "b") + `","type":1}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stack := fleet.Stack{Project: "cell", Name: "acme"}
			store := write(t, t.TempDir(), stack, c.resources, c.pending)
			states, err := store.States()
			read, want := store.Read(stack)
			if fmt.Sprint(err) != fmt.Sprint(want) {
				t.Fatalf("States fails with %v, Read with %v", err, want)
			}
			if want == nil && !reflect.DeepEqual(states[stack], read.State()) {
				t.Errorf("States has %+v, Read %+v", states[stack], read.State())
			}
		})
	}
}

// BenchmarkStates reads the states of fleets, each of the size of a default cell:
// 160 resources and 0.9 MB; all of them, and as a command does that finds none changed.
func BenchmarkStates(b *testing.B) {
	policy := strings.Repeat(`{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\"},`, 55)
	var cell []string
	for i := range 160 {
		cell = append(cell, fmt.Sprintf(`{"urn":%q,"custom":true,"id":"id-%d","type":"aws:iam/policy:Policy","inputs":{"name":"n","policy":"%s"},"outputs":{"arn":"a","policy":"%s"}}`,
			urn("aws:iam/policy:Policy", fmt.Sprint("p", i)), i, policy, policy))
	}
	for _, cells := range []int{1, 10, 50} {
		dir := b.TempDir()
		var all checkpoint.Store
		for i := range cells {
			stack := fleet.Stack{Project: "cell", Name: fmt.Sprint("c", i)}
			all = write(b, dir, stack, cell, nil)
			at(b, all, stack, time.Now().Add(-time.Hour))
		}
		for _, known := range []bool{false, true} {
			store, name := all, fmt.Sprintf("cells=%d/all", cells)
			if known {
				store, name = all.Indexed(filepath.Join(b.TempDir(), "index.json")), fmt.Sprintf("cells=%d/unchanged", cells)
				states(b, store)
			}
			b.Run(name, func(b *testing.B) {
				b.ReportAllocs()
				for range b.N {
					if states, err := store.States(); err != nil || len(states) != cells {
						b.Fatalf("%d states, %v", len(states), err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*cells), "µs/cell")
			})
		}
	}
}
