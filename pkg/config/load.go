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
	"strings"
	"sync"
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
	cells    layers // of cell.yaml without profiles and client
	// profiles are the files of profiles by name; nil for one with problems.
	profiles map[string]*sheet
	// floors are those of clients with profiles, by place and profiles.
	floors sync.Map
	// ecs are the clusters whose configuration is sound, those that are off as well.
	ecs      map[place]UtilityECS
	datadogs map[place]UtilityDatadog
	// consuls are those that are on and whose configuration is sound.
	consuls map[place]UtilityConsul
	// networks are those whose configuration is sound.
	networks map[place]BaseNetwork
	// running are the places of the applications that are on, by the application's name.
	running map[string][]place
	// platformHosts are the applications that people and clients reach, by the first label
	// of their host names in the zone of the place.
	platformHosts map[place]map[string]string
	// detections are what the baselines whose configuration is sound look for.
	detections map[place]BaseDetection
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
	l := &loader{files: f, schemas: s, patterns: newPatterns(), ecs: map[place]UtilityECS{}, datadogs: map[place]UtilityDatadog{}, consuls: map[place]UtilityConsul{}, running: map[string][]place{}, networks: map[place]BaseNetwork{}, detections: map[place]BaseDetection{}, platformHosts: map[place]map[string]string{}, tree: &Tree{dir: dir, schemas: s, prefix: f.prefix}}
	l.organization()
	l.layout()
	l.tree.bases = readLayers(l, "base", s.base, l.base).places
	l.tree.utilities = readLayers(l, "utility", s.utility, l.utility).places
	l.tree.running = l.running
	l.cells = readLayers(l, "cell", s.cell, func(at place, v Cell, c checker) { l.checkCell(at, v, c, nil) })
	l.tree.cellFloors = l.cells
	l.readProfiles()
	l.clients()
	l.ledger()
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
	root = (&merger{out: l.out}).merge(l.schemas.organization, nil, root, nil)
	d := &decoder{out: l.out}
	d.value(l.schemas.organization, nil, root, nil, reflect.ValueOf(&l.org).Elem(), nil)
	c := &checker{out: l.out, root: root, failed: d.failed}
	c.organization(l.org)
	l.orgSound = !c.bad("accounts", "rings") && len(l.org.Accounts) > 0
	l.tree.orgRoot = root
}

// layout reports files and directories that no one would read.
func (l *loader) layout() {
	dirs, names := l.list(".")
	l.unknown(".", "directory", dirs, []string{"accounts", "clients", "defaults", dirNetwork, "profiles", "schema"})
	l.unknown(".", "file", names, []string{fileOrganization})
	kinds := []string{"base.yaml", "cell.yaml", "utility.yaml"}
	dirs, names = l.list("defaults")
	l.unknown("defaults", "directory", dirs, nil)
	l.unknown("defaults", "file", names, kinds)
	dirs, _ = l.list("profiles")
	l.unknown("profiles", "directory", dirs, nil)
	dirs, names = l.list(dirNetwork)
	l.unknown(dirNetwork, "directory", dirs, nil)
	l.unknown(dirNetwork, "file", names, []string{fileRetired})
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

// checkCell checks what the tags of Cell cannot say.
// below is the tree that the cell was merged over when that has been checked
// before, or nil.
func (l *loader) checkCell(at place, cell Cell, c checker, below *node) {
	(&cellChecker{checker: c, patterns: l.patterns, org: &l.org, cell: &cell, at: at, network: l.network(at), networks: l.networks, datadog: l.datadog(at.account), consul: l.consul(at), running: l.running, below: below}).run()
}

// network returns the network of a place, or nil when it is not known.
func (l *loader) network(at place) *BaseNetwork {
	if n, ok := l.networks[at]; ok {
		return &n
	}
	return nil
}

// datadog returns what an account's home region tells Datadog, or nil when that is not
// known or off.
func (l *loader) datadog(account string) *UtilityDatadog {
	i := slices.IndexFunc(l.org.Accounts, func(a Account) bool { return a.Name == account })
	if i < 0 {
		return nil
	}
	if d, ok := l.datadogs[place{account, l.org.Accounts[i].HomeRegion}]; ok {
		return &d
	}
	return nil
}

// consul returns the Consul of a place, or nil when it is not known or off.
func (l *loader) consul(at place) *UtilityConsul {
	if consul, ok := l.consuls[at]; ok {
		return &consul
	}
	return nil
}

// detection returns what the baseline of a place detects, or nil when it is not known.
func (l *loader) detection(at place) *BaseDetection {
	if d, ok := l.detections[at]; ok {
		return &d
	}
	return nil
}

// utility checks what the tags of Utility cannot say.
func (l *loader) utility(at place, u Utility, c checker) {
	c.cluster(u.ECS, l.tasks(at))
	c.servers(u, l.org.Accounts, at)
	c.consulTasks(u.Consul, l.patterns)
	c.jenkins(u)
	c.elk(u.ELK, l.org.Accounts, at)
	c.security(u.Security, l.org, at, l.detection(at))
	c.sftpServer(u.SFTP, at, l.network(at))
	c.okta(u, l.org.Accounts)
	c.vaultConfig(u)
	c.datadog(u, l.org.Accounts, at)
	c.applications(u.Applications())
	for _, a := range u.Applications() {
		if a.Enabled && at.account != "" {
			l.running[a.Name] = append(l.running[a.Name], at)
		}
	}
	l.keepHosts(at, u, c)
	if u.Datadog.Enabled && !c.bad(datadogKey, datadogKey+".metrics", datadogKey+".metrics.namespaces") {
		l.datadogs[at] = u.Datadog
	}
	if consul := consulKey + ".tasks"; u.Consul.Enabled && !c.bad(consulKey, consulKey+".enabled", consulKey+".dns", consul, consul+".enabled") {
		l.consuls[at] = u.Consul
	}
	if !slices.ContainsFunc(sortedKeys(c.failed), func(path string) bool { return path == "ecs" || strings.HasPrefix(path, "ecs.") }) {
		l.ecs[at] = u.ECS
	}
}

// decodeAs decodes a tree whose problems are reported already.
func decodeAs[T any](s *schema, root *node) T {
	var v T
	d := &decoder{out: &collector{}}
	d.value(s, nil, root, nil, reflect.ValueOf(&v).Elem(), nil)
	return v
}
