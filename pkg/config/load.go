package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
)

// fileOrganization is the file that marks a configs directory.
const fileOrganization = "organization.yaml"

// place is an account and a region by name.
type place struct{ account, region string }

// loader is one run of Load.
type loader struct {
	*files
	schemas  *schemas
	patterns *patterns
	tree     *Tree
	org      Organization
	// orgSound says that the accounts, regions and rings are known well enough to
	// call others unknown.
	orgSound bool
	cells    layers // of cell.yaml without the client
	// ecs says where cells find a cluster to run services on.
	ecs map[place]bool
	// ports are the ports on which each network lets cells out.
	ports map[place][]int
}

// layers are the merged trees of one kind of file.
type layers struct {
	defaults *node
	accounts map[string]*node // defaults and account
	places   map[place]*node  // defaults, account and region
	whole    bool             // the defaults could be read
	sound    bool             // and no layer has a problem
}

// Find returns the configs directory for a program started in start: the first
// of start/configs, its parent's configs and so on upward that holds
// organization.yaml. It also finds a start inside of configs. It fails when
// there is none.
func Find(start string) (string, error) {
	abs, err := filepath.Abs(start)
	if err != nil {
		return "", fmt.Errorf("finding the configs directory from %q: %w", start, err)
	}
	for dir := abs; ; dir = filepath.Dir(dir) {
		for _, candidate := range []string{filepath.Join(dir, "configs"), dir} {
			info, err := os.Stat(filepath.Join(candidate, fileOrganization))
			if err == nil && !info.IsDir() {
				return candidate, nil
			}
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", fmt.Errorf("finding the configs directory from %q: %w", start, err)
			}
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no configs directory found: looked for configs/%s in %s and every directory above it", fileOrganization, abs)
		}
	}
}

// Load reads and validates the tree in dir. On bad input the error is Problems
// and holds every problem of every file; other errors mean that dir could not
// be read.
func Load(dir string) (*Tree, error) {
	out := &collector{}
	f, err := openFiles(dir, out)
	if err != nil {
		return nil, err
	}
	// The directory is only read, so a failing close loses nothing.
	defer func() { _ = f.root.Close() }()
	s, err := newSchemas()
	if err != nil {
		return nil, err
	}
	l := &loader{files: f, schemas: s, patterns: newPatterns(), ecs: map[place]bool{}, ports: map[place][]int{}, tree: &Tree{dir: dir, schemas: s}}
	l.organization()
	l.layout()
	l.tree.bases = readLayers(l, "base", s.base, l.base).places
	l.tree.utilities = readLayers(l, "utility", s.utility, l.utility).places
	l.cells = readLayers(l, "cell", s.cell, func(at place, v Cell, c checker) { l.checkCell(at, v, c) })
	l.clients()
	if problems := out.problems(); len(problems) > 0 {
		return nil, problems
	}
	return l.tree, nil
}

func (l *loader) organization() {
	root, exists := l.parse(fileOrganization, LayerOrganization)
	if !exists {
		l.problem(fileOrganization, "missing file, want the organization's name, domain, accounts and rings", "")
	}
	if root == nil {
		return
	}
	// Merging over nothing applies the rules of lists and removals within the file.
	root = (&merger{l.out}).merge(l.schemas.organization, nil, root, nil)
	d := &decoder{out: l.out}
	d.value(l.schemas.organization, nil, root, reflect.ValueOf(&l.org).Elem(), nil)
	c := &checker{out: l.out, root: root, failed: d.failed}
	c.organization(l.org)
	l.orgSound = !c.bad("accounts", "rings") && len(l.org.Accounts) > 0
	l.tree.orgRoot = root
}

// layout reports files and directories that no one would read.
func (l *loader) layout() {
	dirs, names := l.list(".")
	l.unknown(".", "directory", dirs, []string{"accounts", "clients", "defaults", "schema"})
	l.unknown(".", "file", names, []string{fileOrganization})
	kinds := []string{"base.yaml", "cell.yaml", "utility.yaml"}
	dirs, names = l.list("defaults")
	l.unknown("defaults", "directory", dirs, nil)
	l.unknown("defaults", "file", names, kinds)
	dirs, names = l.list("accounts")
	l.unknown("accounts", "file", names, nil)
	if !l.orgSound {
		return
	}
	l.unknown("accounts", "account", dirs, accountNames(l.org))
	for _, a := range l.org.Accounts {
		dir := path.Join("accounts", a.Name)
		regions, names := l.list(dir)
		l.unknown(dir, "region of account "+a.Name, regions, regionNames(a))
		l.unknown(dir, "file", names, kinds)
		for _, r := range a.Regions {
			sub := path.Join(dir, r.Name)
			dirs, names := l.list(sub)
			l.unknown(sub, "directory", dirs, nil)
			l.unknown(sub, "file", names, kinds)
		}
	}
}

// readLayers reads one kind of file from the defaults, the accounts and their
// regions, merges them, and checks every merged tree as a T. check adds what the
// tags of T cannot say; its place is zero for the defaults alone.
func readLayers[T any](l *loader, kind string, s *schema, check func(place, T, checker)) layers {
	out := layers{accounts: map[string]*node{}, places: map[place]*node{}}
	file := kind + ".yaml"
	root, ok := l.defaults(path.Join("defaults", file), kind)
	out.whole, out.sound = ok, ok
	m := &merger{l.out}
	out.defaults = m.merge(s, nil, root, nil)
	over := func(low *node, name string, layer Layer) *node {
		high, exists := l.parse(name, layer)
		if high == nil {
			out.sound = out.sound && !exists
			return low
		}
		return m.merge(s, low, high, nil)
	}
	decode := func(at place, root *node) {
		var v T
		d := &decoder{out: l.out}
		d.value(s, nil, root, reflect.ValueOf(&v).Elem(), nil)
		check(at, v, checker{l.out, root, d.failed})
		out.sound = out.sound && len(d.failed) == 0
	}
	if ok {
		decode(place{}, out.defaults)
	}
	for _, a := range l.org.Accounts {
		account := over(out.defaults, path.Join("accounts", a.Name, file), LayerAccount)
		out.accounts[a.Name] = account
		for _, r := range a.Regions {
			at := place{a.Name, r.Name}
			out.places[at] = over(account, path.Join("accounts", a.Name, r.Name, file), LayerRegion)
			if ok {
				decode(at, out.places[at])
			}
		}
	}
	return out
}

// defaults reads the lowest layer of a kind. It reports false, and an empty tree,
// when the file is missing or cannot be read: every key would then be missing.
func (l *loader) defaults(name, kind string) (*node, bool) {
	root, exists := l.parse(name, LayerDefaults)
	if !exists {
		l.problem(name, fmt.Sprintf("missing file, want the defaults of every %s", kind), "")
	}
	if root == nil {
		return &node{src: l.source(name, LayerDefaults), line: 1, column: 1, kind: kindMap}, false
	}
	return root, true
}

// base notes and checks what the tags of Base cannot say.
func (l *loader) base(at place, b Base, c checker) {
	const path = "network.egressPorts"
	if c.bad("network", path) {
		return
	}
	for i, port := range b.Network.EgressPorts {
		item := fmt.Sprintf("%s[%d]", path, i)
		if first := slices.Index(b.Network.EgressPorts, port); first < i && !c.bad(item) {
			c.problem(item, fmt.Sprintf("port %d is already listed as egressPorts[%d]", port, first), "list each port once")
		}
	}
	if len(c.failed) == 0 && at != (place{}) {
		l.ports[at] = append([]int{}, b.Network.EgressPorts...)
	}
}

// checkCell checks what the tags of Cell cannot say.
func (l *loader) checkCell(at place, cell Cell, c checker) {
	(&cellChecker{checker: c, patterns: l.patterns, org: l.org, cell: cell, at: at, ports: l.ports[at]}).run()
}

// utility checks what the tags of Utility cannot say.
func (l *loader) utility(at place, u Utility, c checker) {
	path := "ecs.loadBalancer.allowedCIDRs"
	if u.ECS.Enabled && len(u.ECS.LoadBalancer.AllowedCIDRs) == 0 && len(c.failed) == 0 {
		c.problem(path, "no network may connect to the load balancer, want at least one", "for example: allowedCIDRs: [10.0.0.0/8]")
	}
	l.ecs[at] = u.ECS.Enabled || len(c.failed) > 0
}

// decodeAs decodes a tree whose problems are reported already.
func decodeAs[T any](s *schema, root *node) T {
	var v T
	d := &decoder{out: &collector{}}
	d.value(s, nil, root, reflect.ValueOf(&v).Elem(), nil)
	return v
}
