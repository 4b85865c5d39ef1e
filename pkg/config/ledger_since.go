package config

import (
	"fmt"
	"slices"
	"time"

	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
)

// MovedSince compares the tree with an earlier one, called revision in messages, and
// returns what must not have happened since: an allocation that has moved, one that is
// gone without an entry in network/retired.yaml, and an entry there that was
// changed or removed. now is the day that suggested entries are written with.
func (t *Tree) MovedSince(before *Tree, revision string, now time.Time) Problems {
	h := &history{now: t, before: before, revision: revision, today: ipam.DayOf(now).String()}
	was, is := before.Organization(), t.Organization()
	for _, old := range was.Accounts {
		i := slices.IndexFunc(is.Accounts, func(a Account) bool { return a.Name == old.Name })
		path := itemPath("accounts", old.Name, 0)
		if i < 0 {
			h.vanished(RetiredSlot{Kind: RetiredAccount, Account: old.Name, Slot: old.Slot}, "organization", path+".slot")
			for _, r := range old.Regions {
				h.vanished(RetiredSlot{Kind: RetiredRegion, Account: old.Name, Region: r.Name, Slot: r.Slot}, "organization", regionPath(old.Name, r.Name)+".slot")
			}
			continue
		}
		if account := is.Accounts[i]; h.slot("organization", path+".slot", "account "+old.Name, old.Slot, account.Slot) {
			h.regions(old, account)
		}
	}
	for _, client := range before.clients {
		h.cell(client)
	}
	h.entries()
	slices.SortFunc(h.problems, compareProblems)
	return h.problems
}

// history is one comparison of two trees.
type history struct {
	now, before     *Tree
	revision, today string
	problems        Problems
}

func (h *history) add(p Problem) { h.problems = append(h.problems, p) }

// slot reports a slot that has changed, and returns whether it has not.
func (h *history) slot(target, path, owner string, was, is int) bool {
	if was == is {
		return true
	}
	h.add(h.now.ProblemAt(target, path, fmt.Sprintf("the slot of %s was %d at %s (%s): with another one all of its addresses move", owner, was, h.revision, h.before.Where(target, path)),
		fmt.Sprintf("restore slot %d", was)))
	return false
}

// vanished reports what is gone unless the ledger has an entry for it. The problem is
// where the earlier tree had it.
func (h *history) vanished(gone RetiredSlot, target, path string) {
	if slices.ContainsFunc(h.now.retired, func(r retired) bool { return r.entry.key() == gone }) {
		return
	}
	message := fmt.Sprintf("slot %d of %s was in use at %s and is gone, and %s does not say so", gone.Slot, gone.owner(), h.revision, h.now.file(pathRetired))
	if gone.Kind == RetiredCell {
		if heir := h.heir(gone); heir != "" {
			message += fmt.Sprintf("; client %s has taken the slot: a client with a new name is a new client", heir)
		}
	}
	gone.Released = h.today
	h.add(h.before.ProblemAt(target, path, message, "restore it, or append the day of its release there: "+gone.text()))
}

// heir returns the client that has the slot of one that is gone, or "".
func (h *history) heir(gone RetiredSlot) string {
	for _, client := range h.now.clients {
		if r := h.now.cells[client]; client != gone.Client && r.slot == gone.Slot && r.at == (place{gone.Account, gone.Region}) {
			return client
		}
	}
	return ""
}

func (h *history) regions(was, is Account) {
	for _, old := range was.Regions {
		path := regionPath(was.Name, old.Name)
		region, ok := is.Region(old.Name)
		if !ok {
			h.vanished(RetiredSlot{Kind: RetiredRegion, Account: was.Name, Region: old.Name, Slot: old.Slot}, "organization", path+".slot")
			continue
		}
		at := place{was.Name, old.Name}
		if h.slot("organization", path+".slot", at.account+" "+at.region, old.Slot, region.Slot) {
			h.vpc(at)
			h.zones(at, old.Zones, region.Zones)
		}
	}
}

// vpc reports a VPC that is gone, which another slot in its place means.
func (h *history) vpc(at place) {
	was, err := h.before.Base(at.account, at.region)
	if err != nil {
		return // both trees are valid and have the place
	}
	is, err := h.now.Base(at.account, at.region)
	if err != nil || was.Network.VPCSlot == is.Network.VPCSlot {
		return
	}
	target, path := naming.ProjectBase+"/"+naming.StackBase(at.account, at.region), "network.vpcSlot"
	if n := len(h.stayed(at)); n > 0 {
		h.add(h.now.ProblemAt(target, path, fmt.Sprintf("the VPC of %s %s had slot %d at %s (%s): with another one the addresses of its %s move", at.account, at.region,
			was.Network.VPCSlot, h.revision, h.before.Where(target, path), cellsText(n)), fmt.Sprintf("restore slot %d", was.Network.VPCSlot)))
		return
	}
	h.vanished(RetiredSlot{Kind: RetiredVPC, Account: at.account, Region: at.region, Slot: was.Network.VPCSlot}, target, path)
}

// stayed returns the clients that have had a cell in a place all the time.
func (h *history) stayed(at place) []string {
	var out []string
	for _, client := range h.before.clients {
		if is, ok := h.now.cells[client]; ok && is.at == at && h.before.cells[client].at == at {
			out = append(out, client)
		}
	}
	return out
}

// zones reports zones that are in another position, and those that are gone
// although cells have subnets in them. Without cells, zones may go from the end.
func (h *history) zones(at place, was, is []string) {
	path := regionPath(at.account, at.region) + ".zones"
	for i, zone := range was {
		if i >= len(is) {
			if n := len(h.stayed(at)); n > 0 {
				h.add(h.now.ProblemAt("organization", path, fmt.Sprintf("zone %s of %s %s was listed at %s (%s) and is gone, but %s there have subnets in it", zone,
					at.account, at.region, h.revision, h.before.Where("organization", path), cellsText(n)), "restore it in the same position"))
			}
			continue
		}
		if is[i] != zone {
			h.add(h.now.ProblemAt("organization", fmt.Sprintf("%s[%d]", path, i), fmt.Sprintf("zone %d of %s %s was %s at %s (%s): its subnets would be replaced", i, at.account, at.region,
				zone, h.revision, h.before.Where("organization", path)), fmt.Sprintf("restore %s in this position; new zones come last", zone)))
		}
	}
}

func cellsText(n int) string {
	if n == 1 {
		return "1 cell"
	}
	return fmt.Sprintf("%d cells", n)
}

func (h *history) cell(client string) {
	was := h.before.cells[client]
	is, ok := h.now.cells[client]
	if ok && is.at == was.at {
		h.slot("cell/"+client, "slot", "client "+client, was.slot, is.slot)
		h.mode(client, was, is)
		return
	}
	if was.vpcSlot != 0 {
		target, path := vpcPath(client)
		h.vanished(RetiredSlot{Kind: RetiredVPC, Account: was.at.account, Region: was.at.region, Client: client, Slot: was.vpcSlot}, target, path)
	}
	h.vanished(RetiredSlot{Kind: RetiredCell, Account: was.at.account, Region: was.at.region, Client: client, Slot: was.slot}, "cell/"+client, "slot")
}

// mode reports a cell that is to be in another VPC or in other subnets: everything in it
// would be another, databases included.
func (h *history) mode(client string, was, is *resolved) {
	target, path := "cell/"+client, "network.mode"
	if was.mode != is.mode {
		h.add(h.now.ProblemAt(target, path, fmt.Sprintf("the network mode of client %s was %s at %s (%s): with another one everything moves, databases included", client, was.mode, h.revision, h.before.Where(target, path)),
			fmt.Sprintf("restore mode: %s; another mode is for a new client", was.mode)))
		return
	}
	target, path = vpcPath(client)
	h.slot(target, path, "the VPC of client "+client, was.vpcSlot, is.vpcSlot)
}

// entries reports entries of the ledger that are gone.
func (h *history) entries() {
	for _, old := range h.before.retired {
		if !slices.ContainsFunc(h.now.retired, func(r retired) bool { return r.entry == old.entry }) {
			h.add(Problem{File: old.at.src.file, Line: int(old.at.line), Column: int(old.at.column),
				Message:    fmt.Sprintf("the entry for slot %d of %s was in the file at %s and is gone or changed: the file only grows", old.entry.Slot, old.entry.owner(), h.revision),
				Suggestion: "restore it: " + old.entry.text()})
		}
	}
}
