package ipam

import (
	"fmt"
	"slices"
)

// Retire records a slot that was given back elsewhere, such as one that a file
// remembers. Who has the slot now is not asked; see Conflicts.
func (p *Plan) Retire(r Retired) { p.retired = append(p.retired, r) }

// Retired returns the slots that were given back and whose quarantine is not over,
// in the order in which they were recorded.
func (p *Plan) Retired(today Day) []Retired {
	var out []Retired
	for _, r := range p.retired {
		if !r.Over(today) {
			out = append(out, r)
		}
	}
	return out
}

// release forgets what is over, because days do not go back.
func (p *Plan) release(r Retired, today Day) {
	p.retired = slices.DeleteFunc(p.retired, func(r Retired) bool { return r.Over(today) })
	r.Released, r.Until = today, today+QuarantineDays
	p.retired = append(p.retired, r)
}

func (p *Plan) releaseAt(kind Kind, at Place, slots Slots, client string, today Day) {
	p.release(Retired{Kind: kind, Account: at.Account, Region: at.Region, Client: client, At: slots}, today)
}

// held returns the entry that keeps a slot in quarantine, the one that does so for
// longest, and reports whether there is one.
func (p *Plan) held(kind Kind, at Slots, today Day) (Retired, bool) {
	var found Retired
	for _, r := range p.retired {
		if r.Kind == kind && r.At == at && !r.Over(today) && r.Until > found.Until {
			found = r
		}
	}
	return found, found.Kind != ""
}

func (p *Plan) free(kind Kind, at Slots, today Day) error {
	if r, ok := p.held(kind, at, today); ok {
		return fmt.Errorf("%s slot %d was that of %s and stays in quarantine until %s", kind, r.Slot(), r.Owner(), r.Until)
	}
	return nil
}

// Conflict is a slot that is in use although its quarantine is not over.
type Conflict struct {
	Retired
	// By is who has the slot now: names of the account, the region and the client, empty
	// where the kind has none.
	ByAccount, ByRegion, ByClient string
}

// Conflicts returns the slots that are in use although their quarantine is not over, in
// the order in which they were given back.
func (p *Plan) Conflicts(today Day) []Conflict {
	var out []Conflict
	for _, r := range p.Retired(today) {
		for _, name := range sorted(p.accounts) {
			if a := p.accounts[name]; a.slot == r.At.Account {
				out = append(out, a.conflicts(r, name)...)
			}
		}
	}
	return out
}

func (a *account) conflicts(r Retired, name string) []Conflict {
	if r.Kind == KindAccount {
		return []Conflict{{Retired: r, ByAccount: name}}
	}
	var out []Conflict
	for _, in := range sorted(a.regions) {
		of := a.regions[in]
		if of.slot != r.At.Region {
			continue
		}
		if r.Kind == KindRegion || r.Kind == KindVPC && slices.Contains(of.vpcs, r.At.VPC) {
			out = append(out, Conflict{Retired: r, ByAccount: name, ByRegion: in})
		}
		for _, client := range sorted(of.own) {
			if r.Kind == KindVPC && of.own[client] == r.At.VPC {
				out = append(out, Conflict{Retired: r, ByAccount: name, ByRegion: in, ByClient: client})
			}
		}
		for _, client := range sorted(of.cells) {
			if r.Kind == KindCell && of.cells[client] == r.At.Cell {
				out = append(out, Conflict{Retired: r, ByAccount: name, ByRegion: in, ByClient: client})
			}
		}
	}
	return out
}

// NextAccountSlot returns the lowest account slot that is neither in use nor in
// quarantine. It fails when there is none.
func (p *Plan) NextAccountSlot(today Day) (int, error) {
	for slot := MinAccountSlot; slot <= MaxAccountSlot; slot++ {
		taken := false
		for _, a := range p.accounts {
			taken = taken || a.slot == slot
		}
		if !taken && p.free(KindAccount, Slots{Account: slot}, today) == nil {
			return slot, nil
		}
	}
	return 0, fmt.Errorf("all %d account slots are in use or in quarantine", MaxAccountSlot-MinAccountSlot+1)
}

// NextRegionSlot returns the lowest region slot of an account that is neither in use
// nor in quarantine. It fails for an unknown account and when there is none.
func (p *Plan) NextRegionSlot(name string, today Day) (int, error) {
	a, err := p.account(name)
	if err != nil {
		return 0, err
	}
	if free := p.freeRegions(a, today); len(free) > 0 {
		return free[0], nil
	}
	return 0, fmt.Errorf("all %d region slots of account %s are in use or in quarantine", MaxRegionSlot+1, name)
}

// NextVPCSlot returns the lowest VPC slot of a region that is neither in use nor in
// quarantine. It fails for an unknown place and when there is none.
func (p *Plan) NextVPCSlot(at Place, today Day) (int, error) {
	a, r, err := p.region(at)
	if err != nil {
		return 0, err
	}
	if free := p.freeVPCs(a, r, today); len(free) > 0 {
		return free[0], nil
	}
	return 0, fmt.Errorf("all %d vpc slots of %s are in use or in quarantine", MaxVPCSlot+1, at)
}

// NextCellSlot returns the lowest cell slot of a region that is neither in use nor in
// quarantine. It fails for an unknown place and when the region is full.
func (p *Plan) NextCellSlot(at Place, today Day) (int, error) {
	a, r, err := p.region(at)
	if err != nil {
		return 0, err
	}
	if free := p.freeCells(a, r, today); len(free) > 0 {
		return free[0], nil
	}
	return 0, fmt.Errorf("all %d cell slots of %s are in use or in quarantine: use another region or account", MaxCellSlot+1, at)
}

func (p *Plan) freeRegions(a *account, today Day) []int {
	used := map[int]bool{}
	for _, r := range a.regions {
		used[r.slot] = true
	}
	return p.unused(KindRegion, Slots{Account: a.slot}, MaxRegionSlot, used, today)
}

func (p *Plan) freeVPCs(a *account, r *region, today Day) []int {
	used := map[int]bool{}
	for _, slot := range r.vpcs {
		used[slot] = true
	}
	for _, slot := range r.own {
		used[slot] = true
	}
	return p.unused(KindVPC, Slots{Account: a.slot, Region: r.slot}, MaxVPCSlot, used, today)
}

// FreeCells returns how many cell slots of an account and region nobody has and none of
// which is in quarantine on today; 0 of a place that the plan does not have.
func (p *Plan) FreeCells(at Place, today Day) int {
	a, r, err := p.region(at)
	if err != nil {
		return 0
	}
	return len(p.freeCells(a, r, today))
}

func (p *Plan) freeCells(a *account, r *region, today Day) []int {
	used := map[int]bool{}
	for _, slot := range r.cells {
		used[slot] = true
	}
	return p.unused(KindCell, Slots{Account: a.slot, Region: r.slot}, MaxCellSlot, used, today)
}

// unused returns the slots of a kind below a block, 0 to last, that are neither used
// nor in quarantine, ascending. It marks the latter in used.
func (p *Plan) unused(kind Kind, at Slots, last int, used map[int]bool, today Day) []int {
	for _, r := range p.retired {
		parent := r.At
		switch kind {
		case KindRegion:
			parent.Region = at.Region
		case KindVPC:
			parent.VPC = at.VPC
		default:
			parent.Cell = at.Cell
		}
		if r.Kind == kind && parent == at && !r.Over(today) {
			used[r.Slot()] = true
		}
	}
	var out []int
	for slot := 0; slot <= last; slot++ {
		if !used[slot] {
			out = append(out, slot)
		}
	}
	return out
}
