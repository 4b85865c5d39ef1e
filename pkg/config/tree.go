package config

import (
	"errors"
	"fmt"
	"strings"
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
	// Value is the scalar as written; empty for maps and lists.
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
type Tree struct{}

var errUnbuilt = errors.New("not built")

// Find returns the configs directory for a program started in start: the first
// of start/configs, its parent's configs and so on upward that holds
// organization.yaml. It also finds a start inside of configs. It fails when
// there is none.
func Find(start string) (string, error) { return "", errUnbuilt }

// Load reads and validates the tree in dir. On bad input the error is Problems
// and holds every problem of every file; other errors mean that dir could not
// be read.
func Load(dir string) (*Tree, error) { return nil, errUnbuilt }

// Dir returns the directory that the tree was loaded from, as given to Load.
func (t *Tree) Dir() string { return "" }

// Organization returns organization.yaml.
func (t *Tree) Organization() Organization { return Organization{} }

// Account returns the account of that name and reports whether there is one.
func (t *Tree) Account(name string) (Account, bool) { return Account{}, false }

// Clients returns the names of all clients, sorted.
func (t *Tree) Clients() []string { return nil }

// Base returns the base configuration of an account and region. It fails when
// the organization has no such account or the account no such region.
func (t *Tree) Base(account, region string) (Base, error) { return Base{}, errUnbuilt }

// Utility returns the utility configuration of an account and region. It fails
// when the organization has no such account or the account no such region.
func (t *Tree) Utility(account, region string) (Utility, error) { return Utility{}, errUnbuilt }

// Cell returns the resolved configuration of a client's cell. The error for a
// client that does not exist is an *UnknownClientError.
func (t *Tree) Cell(client string) (Cell, error) { return Cell{}, errUnbuilt }

// CellOrigin returns where the value at path of a client's cell was set, and
// reports whether there is such a value. Items of a named list are written
// services.items[api], those of a plain list zones[0].
func (t *Tree) CellOrigin(client, path string) (Origin, bool) { return Origin{}, false }
