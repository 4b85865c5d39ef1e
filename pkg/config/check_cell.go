package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
)

// patterns are the forms of values whose rule does not fit a tag. They are compiled
// once per Load and shared by all workers.
type patterns struct {
	image, variable, parameter *regexp.Regexp
}

func newPatterns() *patterns {
	return &patterns{
		image:     regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:[\w][\w.-]{0,127})?@sha256:[0-9a-f]{64}$`),
		variable:  regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`),
		parameter: regexp.MustCompile(`^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)?$`),
	}
}

// labelKey and labelValue are what labels look like.
var (
	labelKey   = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)
	labelValue = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`)
)

const (
	labelKeyHint   = "1 to 63 lower-case letters, digits and dashes, starting with a letter"
	labelValueHint = "1 to 63 letters, digits, dots, dashes and underscores, starting and ending with a letter or digit"
)

// cellChecker checks one cell.
type cellChecker struct {
	checker
	*patterns
	org  *Organization
	cell *Cell
	at   place
	// network is that of the place; nil: not known.
	network *BaseNetwork
	// datadog is what the account's home region, which has the integration of the whole
	// account, tells Datadog to read; nil: not known, or off.
	datadog *UtilityDatadog
	// networks are those of every place whose base is sound.
	networks map[place]BaseNetwork
	// consul is that of the place; nil: not known, or off.
	consul *UtilityConsul
	// running are the places of the applications that are on, by the application's name.
	running map[string][]place
	// below is the tree that the cell was merged over when it has been checked before,
	// or nil. What the two share needs no second check.
	below *node
}

// inherited reports whether the list's i-th item is one of the tree below.
func (c *cellChecker) inherited(list string, i int) bool {
	if c.below == nil {
		return false
	}
	own, _ := c.root.find(list)
	low, ok := c.below.find(list)
	return ok && i < len(own.items) && slices.Contains(low.items, own.items[i])
}

// known reports whether the value at a path is one of the tree below.
func (c *cellChecker) known(path string) bool {
	if c.below == nil {
		return false
	}
	own, _ := c.root.find(path)
	low, ok := c.below.find(path)
	return ok && own == low
}

// problem reports a problem with the value at a path. The client is named where another
// file sets the value: it may be wrong together with the client's own alone.
func (c *cellChecker) problem(path, message, suggestion string) {
	n, _ := c.root.find(path)
	p := Problem{File: n.src.file, Line: int(n.line), Column: int(n.column), Path: path, Message: message, Suggestion: suggestion}
	if c.cell.Client == "" || n.src.layer == LayerClient {
		c.out.addProblem(p)
		return
	}
	c.out.addOf(c.cell.Client, p)
}

func (c *cellChecker) run() {
	if rings := ringNames(*c.org); len(rings) > 0 && !c.bad("ring") && c.cell.Ring != "" && !slices.Contains(rings, c.cell.Ring) {
		c.problem("ring", fmt.Sprintf("%s is not a ring of the organization", show(c.cell.Ring)), didYouMean(c.cell.Ring, rings, "rings"))
	}
	c.keys("labels", labelKey, labelKeyHint)
	for _, k := range sortedKeys(c.cell.Labels) {
		if v := c.cell.Labels[k]; !labelValue.MatchString(v) && labelKey.MatchString(k) {
			c.problem("labels."+k, fmt.Sprintf("%s is not valid, want %s", show(v), labelValueHint), "")
		}
	}
	for i, e := range c.cell.Network.Egress {
		if !c.inherited("network.egress", i) {
			c.egress(e, itemPath("network.egress", e.Name, i))
		}
	}
	for i, b := range c.cell.Storage.Buckets {
		if p := itemPath("storage.buckets", b.Name, i); !c.inherited("storage.buckets", i) && !c.bad(p) {
			c.bucket(b, p)
		}
	}
	for i, s := range c.cell.Services.Items {
		if p := itemPath("services.items", s.Name, i); !c.inherited("services.items", i) && !c.bad(p) {
			c.service(&s, p)
		}
	}
	c.iam()
	c.messaging()
	c.names()
	c.files()
	c.budget()
	c.monitoring()
	c.sso()
	c.services()
	c.discovery()
	c.ingress()
	c.schedules()
	c.modules()
	c.uses()
	c.regions()
	c.database()
	c.cache()
	c.vault()
	c.sftp()
	c.backup()
	c.networkMode()
	c.peerAccess()
	c.rulesOnce()
	c.hosts()
}

// keys checks the keys of a map of strings. They are reported at the key.
func (c *cellChecker) keys(path string, form *regexp.Regexp, want string) {
	m, ok := c.root.find(path)
	if !ok || m.kind != kindMap || c.known(path) {
		return
	}
	for _, e := range m.entries {
		if !form.MatchString(e.key) {
			c.out.add(e.src, int(e.line), int(e.column), path, fmt.Sprintf("key %s is not valid, want %s", show(e.key), want), "")
		}
	}
}

// egress reports a destination on the Internet whose port the network does not let
// out. Private destinations have rules of their own.
func (c *cellChecker) egress(e Egress, p string) {
	private := ipam.Private()
	inside := e.CIDR.IsValid() && private.Bits() <= e.CIDR.Bits() && private.Contains(e.CIDR.Addr())
	if c.network == nil || c.bad(p, p+".cidr", p+".port") || inside || e.Port == 0 {
		return
	}
	if c.network.NAT == NATNone && c.cell.Network.Mode != OwnVPC {
		c.problem(p+".cidr", fmt.Sprintf("the network of %s %s has no way to the Internet (nat: none), want a destination in %s", c.at.account, c.at.region, private),
			fmt.Sprintf("remove it here, or set network.nat in accounts/%s/%s/base.yaml", c.at.account, c.at.region))
		return
	}
	ports := c.network.EgressPorts
	if slices.Contains(ports, e.Port) {
		return
	}
	want := "it lets none out"
	if len(ports) > 0 {
		want = "want one of " + joinInts(ports)
	}
	c.problem(p+".port", fmt.Sprintf("the network of %s %s does not let port %d out, %s", c.at.account, c.at.region, e.Port, want),
		fmt.Sprintf("add it to network.egressPorts in accounts/%s/%s/base.yaml", c.at.account, c.at.region))
}

func (c *cellChecker) service(s *Service, p string) {
	if path := p + ".image"; !c.known(path) && !c.bad(path) && s.Image != "" {
		c.imageAt(path, s.Image)
	}
	c.size(s, p)
	if !c.bad(p+".minTasks", p+".maxTasks") && s.MinTasks > s.MaxTasks {
		c.problem(c.set(p+".minTasks", p+".maxTasks"), fmt.Sprintf("minTasks %d is more than maxTasks %d", s.MinTasks, s.MaxTasks), "raise maxTasks or lower minTasks")
	}
	if s.Host != "" && s.Expose.Scheme() == "" && !c.bad(p+".host", p+".expose") {
		c.problem(p+".host", "a host has no effect on a service that is not exposed", "set expose: internal, or remove the host")
	}
	c.keys(p+".environment", c.variable, "letters, digits and underscores, not starting with a digit")
	c.keys(p+".secrets", c.variable, "letters, digits and underscores, not starting with a digit")
	for _, name := range sortedKeys(s.Secrets) {
		if _, ok := s.Environment[name]; ok {
			c.problem(p+".secrets."+name, fmt.Sprintf("the variable is already set at %s", c.where(p+".environment."+name)), "keep one of the two; null removes an inherited one")
		}
	}
	for _, name := range sortedKeys(s.Environment) {
		if _, err := ParseSecretRef(s.Environment[name]); err == nil {
			c.problem(p+".environment."+name, "a reference to a secret is not resolved here", "move it to secrets")
		}
	}
}

// size checks the pair of CPU and memory.
func (c *cellChecker) size(s *Service, p string) {
	cpu, memory := p+".cpu", p+".memory"
	if c.bad(cpu, memory) || fargateOffers(s.CPU, s.Memory) {
		return
	}
	if allowed := FargateMemory(s.CPU); allowed != nil {
		c.problem(c.set(memory, cpu), fmt.Sprintf("Fargate does not offer %d MiB of memory with cpu %d, want one of %s", s.Memory, s.CPU, joinInts(allowed)), "")
		return
	}
	c.problem(c.set(cpu, memory), fmt.Sprintf("Fargate does not offer cpu %d, want one of %s", s.CPU, joinInts(FargateCPU())), "")
}

// set returns the first of the paths that a file sets, or the first of all.
func (c *cellChecker) set(paths ...string) string {
	for _, p := range paths {
		if _, ok := c.root.find(p); ok {
			return p
		}
	}
	return paths[0]
}

// hosts reports exposed services and own names of the cell that share a host name, with
// each other or with the client's own SFTP server.
func (c *cellChecker) hosts() {
	first := map[string]string{}
	if s := c.cell.SFTP; s.Enabled && s.Mode == SFTPDedicated && !c.bad("sftp", "sftp.enabled", "sftp.mode") {
		first[naming.CellSFTPHost(c.cell.Client)] = "sftp.mode"
	}
	for _, u := range exposed(c.cell, c.org.Domain) {
		if c.bad(u.path + ".host") {
			continue
		}
		if other, ok := first[u.host]; ok {
			c.problem(c.set(u.path+".host", u.path), fmt.Sprintf("host %q is already that of %s at %s", u.host, other, c.where(c.set(other+".host", other))), "give each exposed service a host of its own")
			continue
		}
		first[u.host] = u.path
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	if len(m) == 0 {
		return nil
	}
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func joinInts(values []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(values), " ", ", "), "[]")
}
