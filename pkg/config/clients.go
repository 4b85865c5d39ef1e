package config

import (
	"fmt"
	"path"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"cellworks/pkg/ipam"
)

const fileCell = "cell.yaml"

// maxSlot is the last slot of a cell; the address plan has no more.
const maxSlot = ipam.MaxCellSlot

// resolved is one client's cell: its merged tree and where it is placed.
type resolved struct {
	name string
	root *node
	src  *source // the client's own file
	at   place
	// cell is kept only while the tree is loaded.
	cell *Cell
}

// clients reads, merges and checks every client, several at a time, and then
// what concerns more than one of them.
func (l *loader) clients() {
	dirs, names := l.list("clients")
	l.unknown("clients", "file", names, nil)
	all := make([]*resolved, len(dirs))
	form := regexp.MustCompile(`^[a-z][a-z0-9]{2,11}$`)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(dirs)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(dirs); i = int(next.Add(1)) - 1 {
				if !form.MatchString(dirs[i]) {
					l.problem(path.Join("clients", dirs[i]), fmt.Sprintf("%s is not a valid client name, want 3 to 12 lower-case letters and digits, starting with a letter", show(dirs[i])), "")
				}
				all[i] = l.client(dirs[i])
			}
		})
	}
	wg.Wait()
	all = slices.DeleteFunc(all, func(r *resolved) bool { return r == nil })
	l.slots(all)
	l.hosts(all)
	l.tree.cells = make(map[string]*resolved, len(all))
	for _, r := range all {
		r.cell = nil
		l.tree.cells[r.name] = r
		l.tree.clients = append(l.tree.clients, r.name)
	}
}

// client resolves one client. It returns nil when there is nothing to resolve;
// what it returns may have problems.
func (l *loader) client(name string) *resolved {
	dir := path.Join("clients", name)
	dirs, names := l.list(dir)
	l.unknown(dir, "directory", dirs, nil)
	l.unknown(dir, "file", names, []string{fileCell})
	file := path.Join(dir, fileCell)
	own, exists := l.parse(file, LayerClient)
	if !exists {
		l.problem(file, "missing file, want at least the keys account, region, slot and ring", "")
	}
	if own == nil {
		return nil
	}
	r := &resolved{name: name, src: own.src, at: place{own.get("account").string(), own.get("region").string()}}
	account, region := l.placed(own, r.at)
	root := (&merger{l.out}).merge(l.schemas.cell, l.below(r.at), own, nil)
	d := &decoder{out: l.out, client: own.src, trusted: l.cells.sound, partial: !l.cells.whole}
	cell := &Cell{}
	d.value(l.schemas.cell, nil, root, reflect.ValueOf(cell).Elem(), nil)
	r.root, r.cell = root, cell
	cell.Client, cell.Account, cell.Region = name, account, region
	c := checker{l.out, root, d.failed}
	l.checkCell(r.at, *cell, c)
	if runs, ok := l.ecs[r.at]; ok && !runs && cell.Services.Enabled && !c.bad("services.enabled") {
		l.blame(r, "services.enabled", fmt.Sprintf("services need the cluster of %s %s, which is disabled", r.at.account, r.at.region), "set services.enabled: false here, or ecs.enabled: true in the utility.yaml of the account")
	}
	if c.bad("slot") || root.get("slot") == nil {
		cell.Slot = -1
	}
	return r
}

// string returns the text of a string, or "" for anything else.
func (n *node) string() string {
	if n == nil || n.kind != kindString {
		return ""
	}
	return n.text
}

// placed finds the account and region that the client's file names, and reports
// those that do not exist.
func (l *loader) placed(own *node, at place) (Account, Region) {
	if !l.orgSound || at.account == "" {
		return Account{}, Region{}
	}
	problem := func(key, message, suggestion string) {
		n := own.get(key)
		l.out.add(n.src, int(n.line), int(n.column), key, message, suggestion)
	}
	i := slices.IndexFunc(l.org.Accounts, func(a Account) bool { return a.Name == at.account })
	if i < 0 {
		problem("account", fmt.Sprintf("unknown account %s", show(at.account)), didYouMean(at.account, accountNames(l.org), "known accounts"))
		return Account{}, Region{}
	}
	account := l.org.Accounts[i]
	region, ok := account.Region(at.region)
	if !ok && at.region != "" {
		problem("region", fmt.Sprintf("account %s has no region %s", account.Name, show(at.region)), didYouMean(at.region, regionNames(account), "its regions"))
	}
	return account, region
}

// below returns the merged layers under a client, as far as its place is known.
func (l *loader) below(at place) *node {
	if n := l.cells.places[at]; n != nil {
		return n
	}
	if n := l.cells.accounts[at.account]; n != nil {
		return n
	}
	return l.cells.defaults
}

// slots reports cells of one account and region that have the same slot.
func (l *loader) slots(all []*resolved) {
	first := map[place]*[maxSlot + 1]*resolved{}
	placed := slices.DeleteFunc(slices.Clone(all), func(r *resolved) bool { return r.cell.Slot < 0 || r.cell.Region.Name == "" })
	for _, r := range placed {
		if first[r.at] == nil {
			first[r.at] = &[maxSlot + 1]*resolved{}
		}
		if at := &first[r.at][r.cell.Slot]; *at == nil {
			*at = r
		}
	}
	for _, r := range placed {
		other := first[r.at][r.cell.Slot]
		if other == r {
			continue
		}
		suggestion := "every slot there is taken: use another region or account"
		if free := slices.Index(first[r.at][:], nil); free >= 0 {
			suggestion = fmt.Sprintf("slot %d is free", free)
		}
		n := r.root.get("slot")
		l.out.add(n.src, int(n.line), int(n.column), "slot", fmt.Sprintf("slot %d of %s %s is already that of client %s at %s",
			r.cell.Slot, r.at.account, r.at.region, other.name, other.root.get("slot").where()), suggestion)
	}
}

// hosts reports clients of one account and region whose exposed services answer
// for the same host name. Within a client the cell's own check does.
func (l *loader) hosts(all []*resolved) {
	type use struct {
		at   place
		host string
	}
	type owner struct {
		r    *resolved
		path string
	}
	first := map[use]owner{}
	for _, r := range all {
		for _, h := range exposed(*r.cell) {
			u, mine := use{r.at, h.host}, owner{r, h.path + ".host"}
			other, ok := first[u]
			if !ok {
				first[u] = mine
			}
			if !ok || other.r == r || r.cell.Region.Name == "" {
				continue
			}
			// A client that has the host as its own name is not to blame.
			if h.host == r.name {
				mine, other = other, mine
			}
			l.blame(mine.r, mine.path, fmt.Sprintf("host %q of %s %s is already that of client %s",
				h.host, r.at.account, r.at.region, other.r.name), "give the service a host of its own")
		}
	}
}

// blame reports a problem that only this client has: at the value when the client's
// own file sets it, otherwise at that file.
func (l *loader) blame(r *resolved, path, message, suggestion string) {
	if n, ok := r.root.find(path); ok && n.src == r.src {
		l.out.add(n.src, int(n.line), int(n.column), path, message, suggestion)
		return
	}
	l.out.add(r.src, 1, 1, path, message, suggestion)
}
