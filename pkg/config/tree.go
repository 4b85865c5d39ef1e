package config

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/spelling"
)

// Layer names one of the files that a value can come from, lowest first.
type Layer string

const (
	// LayerBuiltin is a default that the Go struct carries.
	LayerBuiltin Layer = "builtin"
	// LayerOrganization is organization.yaml.
	LayerOrganization Layer = "organization"
	// LayerDefaults is defaults/<kind>.yaml.
	LayerDefaults Layer = "defaults"
	// LayerAccount is accounts/<account>/<kind>.yaml.
	LayerAccount Layer = "account"
	// LayerRegion is accounts/<account>/<region>/<kind>.yaml.
	LayerRegion Layer = "region"
	// LayerNetwork is network/retired.yaml.
	LayerNetwork Layer = "network"
	// LayerProfile is profiles/<name>.yaml, of a profile that the client names.
	LayerProfile Layer = "profile"
	// LayerClient is clients/<client>/cell.yaml.
	LayerClient Layer = "client"
)

// Origin says where a resolved value was set.
type Origin struct {
	// File is written as in Problem.File; empty for LayerBuiltin.
	File string `json:"file"`
	// Line counts from 1; 0 for LayerBuiltin.
	Line int `json:"line"`
	// Column counts from 1; 0 for LayerBuiltin.
	Column int `json:"column"`
	// Layer is the kind of the file.
	Layer Layer `json:"layer"`
	// Value is the scalar as written, a list on one line; empty for a map with keys
	// that is not removed.
	Value string `json:"value"`
	// Overrode are the values that this one replaced, the nearest first.
	Overrode []Origin `json:"overrode,omitempty"`
}

// UnknownClientError reports a client that the tree does not have.
type UnknownClientError struct {
	// Name is the client that was asked for.
	Name string
	// Known are the clients of the tree, sorted.
	Known []string
	// Nearest is the known client that Name is most likely a misspelling of, or empty.
	Nearest string
}

// Error names the nearest client and all known ones.
func (e *UnknownClientError) Error() string {
	hint := ""
	if e.Nearest != "" {
		hint = fmt.Sprintf("did you mean %q? ", e.Nearest)
	}
	return fmt.Sprintf("unknown client %q (%sknown clients: %s)", e.Name, hint, strings.Join(e.Known, ", "))
}

// Tree is a validated configuration tree. It never changes after Load, every
// method returns fresh values, and all methods may be called at once.
type Tree struct {
	dir       string
	schemas   *schemas
	orgRoot   *node
	bases     map[place]*floor
	utilities map[place]*floor
	cells     map[string]*resolved
	clients   []string
	// cellFloors are the layers below the clients.
	cellFloors layers
	profiles   []*sheet
	retired    []retired
	// running are the places of the applications that are on, by name.
	running map[string][]place
	// prefix is what the names of files in problems begin with.
	prefix string
}

// Dir returns the directory that the tree was loaded from, as given to Load.
func (t *Tree) Dir() string { return t.dir }

// Organization returns organization.yaml.
func (t *Tree) Organization() Organization {
	return decodeAs[Organization](t.schemas.organization, t.orgRoot)
}

// Account returns the account of that name and reports whether there is one.
func (t *Tree) Account(name string) (Account, bool) {
	for _, a := range t.Organization().Accounts {
		if a.Name == name {
			return a, true
		}
	}
	return Account{}, false
}

// Clients returns the names of all clients, sorted.
func (t *Tree) Clients() []string { return slices.Clone(t.clients) }

// Base returns the base configuration of an account and region. It fails when
// the organization has no such account or the account no such region.
func (t *Tree) Base(account, region string) (Base, error) {
	a, r, err := t.place(account, region)
	if err != nil {
		return Base{}, fmt.Errorf("base configuration: %w", err)
	}
	b := decodeAs[Base](t.schemas.base, t.bases[place{account, region}].root)
	b.Account, b.Region = a, r
	return b, nil
}

// Utility returns the utility configuration of an account and region. It fails
// when the organization has no such account or the account no such region.
func (t *Tree) Utility(account, region string) (Utility, error) {
	a, r, err := t.place(account, region)
	if err != nil {
		return Utility{}, fmt.Errorf("utility configuration: %w", err)
	}
	u := decodeAs[Utility](t.schemas.utility, t.utilities[place{account, region}].root)
	u.Account, u.Region = a, r
	return u, nil
}

func (t *Tree) place(account, region string) (Account, Region, error) {
	org := t.Organization()
	for _, a := range org.Accounts {
		if a.Name != account {
			continue
		}
		if r, ok := a.Region(region); ok {
			return a, r, nil
		}
		return Account{}, Region{}, fmt.Errorf("account %s has no region %q (%s)", account, region, didYouMean(region, regionNames(a), "its regions"))
	}
	return Account{}, Region{}, fmt.Errorf("unknown account %q (%s)", account, didYouMean(account, accountNames(org), "known accounts"))
}

// Cell returns the resolved configuration of a client's cell. The error for a
// client that does not exist is an *UnknownClientError.
func (t *Tree) Cell(client string) (Cell, error) {
	r, ok := t.cells[client]
	if !ok {
		return Cell{}, &UnknownClientError{Name: client, Known: t.Clients(), Nearest: spelling.Nearest(client, t.clients)}
	}
	c := decodeAs[Cell](t.schemas.cell, r.root)
	var err error
	if c.Account, c.Region, err = t.place(r.at.account, r.at.region); err != nil {
		return Cell{}, fmt.Errorf("cell %q: %w", client, err)
	}
	c.Client = client
	return c, nil
}

// CellOrigin returns where the value at path of a client's cell was set, and
// reports whether there is such a value. Items of a named list are written
// services.items[api], those of a plain list zones[0]. A value that no file sets
// has the origin LayerBuiltin when the Go struct has a default for it.
func (t *Tree) CellOrigin(client, path string) (Origin, bool) {
	r, ok := t.cells[client]
	if !ok || path == "" {
		return Origin{}, false
	}
	n, ok := r.root.find(path)
	if ok && n.kind != kindNull {
		return n.origin(), true
	}
	f := t.schemas.cell.find(path)
	if f == nil || f.fallback == nil {
		return Origin{}, false
	}
	parent, rest := r.root, path
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		if parent, ok = r.root.find(path[:i]); !ok {
			return Origin{}, false
		}
		rest = path[i+1:]
	}
	o := f.fallback.place()
	if removed := parent.get(rest); removed != nil {
		o.Overrode = append([]Origin{removed.place()}, removed.origin().Overrode...)
	}
	return o, true
}

// find returns the field at a path, or nil when there is none.
func (s *schema) find(path string) *field {
	var f *field
	at := s
	for path != "" {
		if at == nil {
			return nil
		}
		if path[0] == '[' {
			_, rest, ok := strings.Cut(path, "]")
			if !ok {
				return nil
			}
			at, path = at.elem, strings.TrimPrefix(rest, ".")
			continue
		}
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			end = len(path)
		}
		if f = at.field(path[:end]); f == nil {
			return nil
		}
		at, path = f.schema, strings.TrimPrefix(path[end:], ".")
	}
	return f
}
