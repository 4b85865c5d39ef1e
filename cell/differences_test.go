package cell_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"cellworks/pkg/pulumitest"
)

// differences returns the class of the differences between two recordings, sorted: the
// types and properties that changed, and the types of what came (+) and went (-).
func differences(before, after *pulumitest.Recording) []string {
	was, is, found := byURN(before), byURN(after), map[string]bool{}
	for urn, old := range was {
		res, ok := is[urn]
		if !ok {
			found["- "+old.Type] = true
			continue
		}
		left, right := compared(old), compared(res)
		for property := range keysOfBoth(left, right) {
			if !left[property].DeepEquals(right[property]) {
				found[res.Type+" "+string(property)] = true
			}
		}
		if old.Protect != res.Protect || old.Parent != res.Parent || old.Provider != res.Provider || !slices.Equal(old.IgnoreChanges, res.IgnoreChanges) || !slices.Equal(old.Aliases, res.Aliases) {
			found[res.Type+" (options)"] = true
		}
	}
	for urn, res := range is {
		if _, ok := was[urn]; !ok {
			found["+ "+res.Type] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func byURN(recording *pulumitest.Recording) map[string]pulumitest.Resource {
	all := map[string]pulumitest.Resource{}
	for _, res := range recording.Resources {
		all[res.URN] = res
	}
	return all
}

// compared returns the inputs that the engine compares: each run makes another first
// password, which is why it is ignored.
func compared(res pulumitest.Resource) resource.PropertyMap {
	inputs := res.Inputs
	for _, ignored := range res.IgnoreChanges {
		inputs = without(inputs, strings.Split(ignored, "."))
	}
	return inputs
}

// without returns a map without what is at a path, and leaves the map itself as it is.
func without(m resource.PropertyMap, path []string) resource.PropertyMap {
	m, key := m.Copy(), resource.PropertyKey(path[0])
	if len(path) == 1 {
		delete(m, key)
	} else if inner := m[key]; inner.IsObject() {
		m[key] = resource.NewProperty(without(inner.ObjectValue(), path[1:]))
	}
	return m
}

func keysOfBoth(a, b resource.PropertyMap) resource.PropertyMap {
	both := maps.Clone(a)
	maps.Copy(both, b)
	return both
}
