package config

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/spelling"
)

// target is a resolved tree that can be looked into: a cell, the base or the
// utilities of a place, or the organization.
type target struct {
	name   string
	schema *schema
	root   *node
	sheets []*sheet // lowest first, the client's own last
	locks  []*lock
}

// target finds a target by name: a client, cell/<client>, base/<account>-<region>,
// utility/<account>-<region> (the name of an application may follow, as in a
// stack's name) or organization.
func (t *Tree) target(name string) (target, error) {
	kind, rest, ok := strings.Cut(name, "/")
	if !ok {
		kind, rest = "cell", name
	}
	switch {
	case name == "organization":
		return target{name, t.schemas.organization, t.orgRoot, []*sheet{{src: t.orgRoot.src, root: t.orgRoot}}, nil}, nil
	case kind == "cell":
		r, ok := t.cells[rest]
		if !ok {
			return target{}, &UnknownClientError{Name: rest, Known: t.Clients(), Nearest: spelling.Nearest(rest, t.clients)}
		}
		sheets := append(slices.Clip(r.floor.sheets), &sheet{src: r.src, root: r.own})
		return target{"cell/" + rest, t.schemas.cell, r.root, sheets, r.floor.locks}, nil
	case kind == "base" || kind == "utility":
		floors, s := t.bases, t.schemas.base
		if kind == "utility" {
			floors, s = t.utilities, t.schemas.utility
		}
		return t.floorTarget(name, rest, floors, s)
	}
	return target{}, fmt.Errorf("unknown target %q, want a client, base/<account>-<region>, utility/<account>-<region> or organization", name)
}

func (t *Tree) floorTarget(name, stack string, floors map[place]*floor, s *schema) (target, error) {
	var known []string
	for _, a := range t.Organization().Accounts {
		for _, r := range a.Regions {
			full := a.Name + "-" + r.Name
			known = append(known, full)
			if stack == full || s == t.schemas.utility && strings.HasPrefix(stack, full+"-") {
				f := floors[place{a.Name, r.Name}]
				return target{name, s, f.root, f.sheets, f.locks}, nil
			}
		}
	}
	kind, _, _ := strings.Cut(name, "/")
	return target{}, fmt.Errorf("unknown target %q (%s)", name, didYouMean(stack, known, "known in "+kind))
}

// layerOf returns how the layer of an origin is called: that of a profile by name.
func (o Origin) layerOf() string {
	if o.Layer != LayerProfile {
		return string(o.Layer)
	}
	base := o.File[strings.LastIndexByte(o.File, '/')+1:]
	return "profile " + strings.TrimSuffix(base, ".yaml")
}

// String returns where the value was set, such as
// configs/clients/acme/cell.yaml:7:3 (client).
func (o Origin) String() string {
	if o.Layer == LayerBuiltin {
		return "built in"
	}
	return fmt.Sprintf("%s:%d:%d (%s)", o.File, o.Line, o.Column, o.layerOf())
}
