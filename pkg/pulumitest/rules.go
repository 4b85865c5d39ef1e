package pulumitest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/naming"
)

// marker names what Marked puts on a component and no child may carry.
const marker = "pulumitest-marker"

// Marked returns options for the component under test that must stay with it.
// Give them to every constructor: a component that passes its own options on to
// its children is found by them.
func Marked() pulumi.ResourceOption {
	return pulumi.Composite(
		pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String(marker)}}),
		pulumi.IgnoreChanges([]string{marker}),
	)
}

// Violations returns every breach of the house rules in the recording:
//   - two resources with one URN;
//   - a resource of a provider directly on the stack, outside every component;
//   - a resource on a default provider;
//   - a child that carries its parent's options;
//   - a provider whose default tags lack one of naming.TagSet's.
func (r *Recording) Violations() []string {
	var found []string
	seen := map[string]bool{}
	components := map[string]Resource{}
	for _, res := range r.Resources {
		if seen[res.URN] {
			found = append(found, fmt.Sprintf("%s is registered twice: names of children must contain their component's name", res.URN))
		}
		seen[res.URN] = true
		if !res.Custom {
			components[res.URN] = res
		}
	}
	for _, res := range r.Resources {
		if strings.HasPrefix(res.Type, providerPrefix) {
			found = append(found, untagged(res)...)
			continue
		}
		if !res.Custom {
			continue
		}
		if res.Parent == "" || resource.URN(res.Parent).Type() == stackType {
			found = append(found, fmt.Sprintf("%s is on the stack itself: make it a child of a component", res.URN))
		}
		if res.Provider == "" {
			found = append(found, fmt.Sprintf("%s is on a default provider: give its component an explicit one", res.URN))
		}
	}
	return append(found, r.leaks(components)...)
}

// leaks finds children that carry the marker, or an alias or ignored property
// of the component that they are in.
func (r *Recording) leaks(components map[string]Resource) []string {
	var found []string
	for _, res := range r.Resources {
		parent, ok := components[res.Parent]
		if !ok {
			continue
		}
		for _, option := range slices.Concat(res.Aliases, res.IgnoreChanges) {
			if option == marker || slices.Contains(parent.Aliases, option) || slices.Contains(parent.IgnoreChanges, option) {
				found = append(found, fmt.Sprintf("%s carries option %q of its parent: children get Parent only", res.URN, option))
			}
		}
	}
	return found
}

// untagged finds tags that a provider should give to its resources and does not.
// Providers that mark nothing, such as those of other clouds, have no tags.
func untagged(provider Resource) []string {
	if provider.Type != providerPrefix+"aws" {
		return nil
	}
	tags := resource.PropertyMap{}
	if defaults := unsecret(provider.Inputs["defaultTags"]); defaults.IsObject() {
		if t := unsecret(defaults.ObjectValue()["tags"]); t.IsObject() {
			tags = t.ObjectValue()
		}
	}
	var found []string
	for _, key := range slices.Sorted(maps.Keys(naming.TagSet{}.Tags())) {
		if _, ok := tags[resource.PropertyKey(key)]; !ok {
			found = append(found, fmt.Sprintf("%s leaves its resources without tag %q: set it in the provider's default tags", provider.URN, key))
		}
	}
	return found
}
