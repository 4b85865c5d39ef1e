package config

import (
	"fmt"
	"path"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
)

const fileCell = "cell.yaml"

// reservedClients are names that clients cannot have: buckets and policies of the
// base and utility levels hold them where those of cells hold the client.
var reservedClients = []string{naming.ProjectBase, naming.ProjectUtility, naming.ProjectCell}

// maxSlot is the last slot of a cell; the address plan has no more.
const maxSlot = ipam.MaxCellSlot

// resolved is one client's cell: its merged tree and where it is placed.
type resolved struct {
	name string
	root *node
	own  *node   // what the client's own file says
	src  *source // of own
	at   place
	// floor is what the client's file lies over.
	floor *floor
	// slot is -1 when it is not known.
	slot    int
	placed  bool // the account and region exist
	exposed []hostUse
	// mode is that of the network, and vpcSlot that of the cell's own VPC; 0: it has none.
	mode           NetworkMode
	vpcSlot        int
	accountPeering bool
	// domains are those of mail addresses that lead to the client's own identity provider.
	domains []string
}

// clients reads, merges and checks every client, several at a time, and then
// what concerns more than one of them.
func (l *loader) clients() {
	dirs, names := l.list("clients")
	l.unknown("clients", "file", names, nil)
	folders := l.folders("clients")
	defer folders.close()
	all := make([]*resolved, len(dirs))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(dirs)) {
		wg.Go(func() {
			w := &worker{loader: l, folders: folders, arena: &arena{}}
			w.reader.plain.arena = w.arena
			for i := int(next.Add(1)) - 1; i < len(dirs); i = int(next.Add(1)) - 1 {
				if !clientForm.MatchString(dirs[i]) {
					l.problem(path.Join("clients", dirs[i]), fmt.Sprintf("%s is not a valid client name, want %s", show(dirs[i]), clientFormHint), "")
				}
				if slices.Contains(reservedClients, dirs[i]) {
					l.problem(path.Join("clients", dirs[i]), fmt.Sprintf("%s cannot be a client's name: names and policies of the levels below use it", show(dirs[i])), "choose another name")
				}
				all[i] = w.client(dirs[i])
			}
		})
	}
	wg.Wait()
	all = slices.DeleteFunc(all, func(r *resolved) bool { return r == nil })
	l.slots(all)
	l.vpcSlots(all)
	l.hosts(all)
	l.mailDomains(all)
	l.tree.cells = make(map[string]*resolved, len(all))
	for _, r := range all {
		l.tree.cells[r.name] = r
		l.tree.clients = append(l.tree.clients, r.name)
	}
}

// worker resolves one client after the other.
type worker struct {
	*loader
	folders folders
	reader  reader
	arena   *arena
}

// read returns what the client's own file says, or nil when there is nothing to
// resolve.
func (w *worker) read(name string) *node {
	dir := path.Join("clients", name)
	file := path.Join(dir, fileCell)
	if data, ok := w.folders.file(&w.reader, name, fileCell); ok {
		return w.reader.parse(data, w.source(file, LayerClient), w.out)
	}
	dirs, names := w.list(dir)
	w.unknown(dir, "directory", dirs, nil)
	w.unknown(dir, "file", names, []string{fileCell})
	own, exists := w.parse(file, LayerClient)
	if !exists {
		w.problem(file, "missing file, want at least the keys account, region, slot and ring", "remove the folder, or put the file back: git checkout <revision> -- "+w.tree.file(dir))
	}
	return own
}

// client resolves one client. It returns nil when there is nothing to resolve;
// what it returns may have problems.
func (w *worker) client(name string) *resolved {
	own := w.read(name)
	if own == nil {
		return nil
	}
	own, _ = w.finals(w.schemas.cell, own)
	r := &resolved{name: name, own: own, src: own.src, at: place{own.get("account").string(), own.get("region").string()}}
	account, region := w.placed(own, r.at)
	r.floor = w.floorOf(r.at, w.profilesOf(own))
	w.held(r.floor.locks, own)
	r.root = (&merger{out: w.out, arena: w.arena}).merge(w.schemas.cell, r.floor.root, own, nil)
	d := &decoder{out: w.out, client: own.src, partial: !r.floor.whole}
	var cell Cell
	var low *node
	if r.floor.value != nil {
		cell, low, d.trusted = *r.floor.value, r.floor.root, true
	}
	d.value(w.schemas.cell, nil, r.root, low, reflect.ValueOf(&cell).Elem(), nil)
	cell.Client, cell.Account, cell.Region = name, account, region
	c := checker{w.out, r.root, d.failed}
	w.checkCell(r.at, cell, c, low)
	r.slot, r.placed, r.exposed = cell.Slot, region.Name != "", exposed(&cell, w.org.Domain)
	r.domains, r.mode = cell.SSO.domains(), cell.Network.Mode
	if r.mode == OwnVPC && !c.bad("network", "network.mode", "network.vpcSlot") {
		r.vpcSlot, r.accountPeering = cell.Network.VPCSlot, cell.Network.AccountPeering
	}
	if cluster, ok := w.ecs[r.at]; ok && cell.Services.Enabled && !c.bad("services", "services.enabled") {
		w.runsOn(cluster, r, &cell, c)
	}
	if c.bad("slot") || r.root.get("slot") == nil {
		r.slot = -1
	}
	return r
}

// profilesOf returns the profiles that a client's file names, and reports those
// that do not exist or are named twice.
func (l *loader) profilesOf(own *node) []string {
	list := own.get("profiles")
	if list == nil || list.kind != kindList {
		return nil
	}
	var out []string
	for i, n := range list.items {
		if n.kind != kindString {
			continue
		}
		at := fmt.Sprintf("profiles[%d]", i)
		if _, ok := l.profiles[n.text]; !ok {
			l.out.add(n.src, int(n.line), int(n.column), at, fmt.Sprintf("unknown profile %s", show(n.text)), didYouMean(n.text, sortedKeys(l.profiles), "profiles"))
			continue
		}
		if first := slices.Index(out, n.text); first >= 0 {
			l.out.add(n.src, int(n.line), int(n.column), at, fmt.Sprintf("profile %s is already named", show(n.text)), "name each profile once: the order decides which one wins")
			continue
		}
		out = append(out, n.text)
	}
	return out
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

// slots reports cells of one account and region that have the same slot.
func (l *loader) slots(all []*resolved) {
	first := map[place]*[maxSlot + 1]*resolved{}
	placed := slices.DeleteFunc(slices.Clone(all), func(r *resolved) bool { return r.slot < 0 || !r.placed })
	for _, r := range placed {
		if first[r.at] == nil {
			first[r.at] = &[maxSlot + 1]*resolved{}
		}
		if at := &first[r.at][r.slot]; *at == nil {
			*at = r
		}
	}
	for _, r := range placed {
		other := first[r.at][r.slot]
		if other == r {
			continue
		}
		suggestion := "every slot there is taken: use another region or account"
		if free := slices.Index(first[r.at][:], nil); free >= 0 {
			suggestion = fmt.Sprintf("slot %d is free", free)
		}
		n := r.root.get("slot")
		l.out.add(n.src, int(n.line), int(n.column), "slot", fmt.Sprintf("slot %d of %s %s is already that of client %s at %s",
			r.slot, r.at.account, r.at.region, other.name, other.root.get("slot").where()), suggestion)
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
