package ipam

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Plan is what has been given out of the address plan: to accounts, their regions,
// the zones and VPCs of those, and cells. Slots alone decide about addresses: adding,
// removing, growing or renaming one thing moves no other, and a slot that was given
// back stays unused until its quarantine ends. An operation that fails changes
// nothing. The zero Plan is empty and ready for use; it is not for several goroutines
// at once.
type Plan struct {
	accounts map[string]*account
	retired  []Retired
}

type account struct {
	slot    int
	regions map[string]*region
}

type region struct {
	slot  int
	vpcs  []int    // slots, ascending
	zones []string // by position
	cells map[string]int
	own   map[string]int // VPC slots of cells with their own
}

// Place is a region of an account.
type Place struct{ Account, Region string }

// String returns the place as messages name it.
func (p Place) String() string { return p.Account + " " + p.Region }

// AddAccount gives an account slot, 1 to 15, to a new account. It fails when the name
// or the slot is taken, or the slot is in quarantine.
func (p *Plan) AddAccount(name string, slot int, today Day) error {
	if _, ok := p.accounts[name]; ok {
		return fmt.Errorf("account %s is in the plan already", name)
	}
	if err := inRange("account slot", slot, MinAccountSlot, MaxAccountSlot); err != nil {
		return err
	}
	for _, other := range sorted(p.accounts) {
		if p.accounts[other].slot == slot {
			return fmt.Errorf("account slot %d is that of account %s", slot, other)
		}
	}
	if err := p.free(KindAccount, Slots{Account: slot}, today); err != nil {
		return err
	}
	if p.accounts == nil {
		p.accounts = map[string]*account{}
	}
	p.accounts[name] = &account{slot: slot, regions: map[string]*region{}}
	return nil
}

// RemoveAccount gives an account's slot back. It fails for an unknown account and
// while the account has regions.
func (p *Plan) RemoveAccount(name string, today Day) error {
	a, err := p.account(name)
	if err != nil {
		return err
	}
	if len(a.regions) > 0 {
		return fmt.Errorf("account %s still has %d regions, remove them first", name, len(a.regions))
	}
	delete(p.accounts, name)
	p.release(Retired{Kind: KindAccount, Account: name, At: Slots{Account: a.slot}}, today)
	return nil
}

// RenameAccount changes an account's name and nothing else. It fails when there is
// no such account or the new name is taken.
func (p *Plan) RenameAccount(name, to string) error {
	if _, err := p.account(name); err != nil {
		return err
	}
	return rename(p.accounts, "account", name, to)
}

// AddRegion gives a region slot, 0 to 3, of an account to a new region with one VPC,
// slot 0 to 3, in 1 to 4 zones. It fails when the account is unknown, when the name or
// the slot is taken, when a slot is out of range or in quarantine, and when a
// zone occurs twice.
func (p *Plan) AddRegion(at Place, slot, vpc int, zones []string, today Day) error {
	a, err := p.account(at.Account)
	if err != nil {
		return err
	}
	if _, ok := a.regions[at.Region]; ok {
		return fmt.Errorf("region %s of account %s is in the plan already", at.Region, at.Account)
	}
	if _, err := NewVPC(a.slot, slot, vpc); err != nil {
		return err
	}
	for _, other := range sorted(a.regions) {
		if a.regions[other].slot == slot {
			return fmt.Errorf("region slot %d of account %s is that of region %s", slot, at.Account, other)
		}
	}
	if len(zones) < 1 || len(zones) > MaxZone+1 {
		return fmt.Errorf("%s has %d zones, want 1 to %d", at, len(zones), MaxZone+1)
	}
	for i, z := range zones {
		if slices.Contains(zones[:i], z) {
			return fmt.Errorf("zone %s of %s is listed twice", z, at)
		}
	}
	err = errors.Join(p.free(KindRegion, Slots{Account: a.slot, Region: slot}, today), p.free(KindVPC, Slots{Account: a.slot, Region: slot, VPC: vpc}, today))
	if err != nil {
		return err
	}
	a.regions[at.Region] = &region{slot: slot, vpcs: []int{vpc}, zones: slices.Clone(zones), cells: map[string]int{}, own: map[string]int{}}
	return nil
}

// RemoveRegion gives the slots of a region and its VPCs back. It fails for an unknown
// place and while the region has cells.
func (p *Plan) RemoveRegion(at Place, today Day) error {
	a, r, err := p.region(at)
	if err != nil {
		return err
	}
	if len(r.cells) > 0 {
		return fmt.Errorf("%s still has %d cells, remove them first", at, len(r.cells))
	}
	delete(a.regions, at.Region)
	for _, v := range r.vpcs {
		p.releaseAt(KindVPC, at, Slots{Account: a.slot, Region: r.slot, VPC: v}, "", today)
	}
	p.releaseAt(KindRegion, at, Slots{Account: a.slot, Region: r.slot}, "", today)
	return nil
}

// RenameRegion changes a region's name and nothing else. It fails when there is no
// such place or the account has a region of the new name.
func (p *Plan) RenameRegion(at Place, to string) error {
	a, _, err := p.region(at)
	if err != nil {
		return err
	}
	return rename(a.regions, "region of account "+at.Account, at.Region, to)
}

// AddVPC grows a region by a VPC, slot 0 to 3, with the zones and cells that the region
// has. It fails for an unknown place and when the slot is taken, out of range
// or in quarantine.
func (p *Plan) AddVPC(at Place, slot int, today Day) error {
	a, r, err := p.region(at)
	if err != nil {
		return err
	}
	if _, err := NewVPC(a.slot, r.slot, slot); err != nil {
		return err
	}
	if err := r.vpcTaken(at, slot); err != nil {
		return err
	}
	if err := p.free(KindVPC, Slots{Account: a.slot, Region: r.slot, VPC: slot}, today); err != nil {
		return err
	}
	r.vpcs = append(r.vpcs, slot)
	slices.Sort(r.vpcs)
	return nil
}

// RemoveVPC gives a VPC's slot back. It fails for an unknown place, a slot that is
// not in use, and the region's only VPC.
func (p *Plan) RemoveVPC(at Place, slot int, today Day) error {
	a, r, err := p.region(at)
	if err != nil {
		return err
	}
	i := slices.Index(r.vpcs, slot)
	switch {
	case i < 0:
		return fmt.Errorf("vpc slot %d of %s is not in use", slot, at)
	case len(r.vpcs) == 1:
		return fmt.Errorf("vpc slot %d is the only one of %s, remove the region", slot, at)
	}
	r.vpcs = slices.Delete(r.vpcs, i, i+1)
	p.releaseAt(KindVPC, at, Slots{Account: a.slot, Region: r.slot, VPC: slot}, "", today)
	return nil
}

// AddZone grows a region by a zone, in the next position. It fails for an unknown
// place, when the region has the zone, and when it has 4 zones.
func (p *Plan) AddZone(at Place, zone string) error {
	_, r, err := p.region(at)
	if err != nil {
		return err
	}
	switch {
	case slices.Contains(r.zones, zone):
		return fmt.Errorf("zone %s of %s is in the plan already", zone, at)
	case len(r.zones) > MaxZone:
		return fmt.Errorf("%s has %d zones, and there is room for no more", at, len(r.zones))
	}
	r.zones = append(r.zones, zone)
	return nil
}

// RemoveZone takes the last zone of a region away. It fails for an unknown place or
// zone, for a zone in another position, because those behind it would move, for
// the only one, and while the region has cells, whose subnets lie in every zone.
func (p *Plan) RemoveZone(at Place, zone string) error {
	_, r, err := p.region(at)
	if err != nil {
		return err
	}
	last := len(r.zones) - 1
	switch i := slices.Index(r.zones, zone); {
	case i < 0:
		return fmt.Errorf("%s has no zone %s", at, zone)
	case i < last:
		return fmt.Errorf("zone %s of %s is not the last one: those behind it would move", zone, at)
	case last == 0:
		return fmt.Errorf("zone %s is the only one of %s, remove the region", zone, at)
	case len(r.cells) > 0:
		return fmt.Errorf("zone %s of %s holds the subnets of %d cells", zone, at, len(r.cells))
	}
	r.zones = r.zones[:last:last]
	return nil
}

// RenameZone changes the id of a zone and nothing else. It fails when there is no
// such place or zone or the region has a zone of the new name.
func (p *Plan) RenameZone(at Place, zone, to string) error {
	_, r, err := p.region(at)
	if err != nil {
		return err
	}
	i := slices.Index(r.zones, zone)
	switch {
	case i < 0:
		return fmt.Errorf("%s has no zone %s", at, zone)
	case slices.Contains(r.zones, to):
		return fmt.Errorf("zone %s of %s is in the plan already", to, at)
	}
	r.zones[i] = to
	return nil
}

// AddCell gives a cell slot, 0 to 63, of a region to a client's cell. It fails for an
// unknown place, when the client has a cell there, and when the slot is taken,
// out of range or in quarantine.
func (p *Plan) AddCell(at Place, client string, slot int, today Day) error {
	a, r, err := p.region(at)
	if err != nil {
		return err
	}
	if _, ok := r.cells[client]; ok {
		return fmt.Errorf("client %s has a cell in %s already", client, at)
	}
	if err := inRange("cell slot", slot, 0, MaxCellSlot); err != nil {
		return err
	}
	for _, other := range sorted(r.cells) {
		if r.cells[other] == slot {
			return fmt.Errorf("cell slot %d of %s is that of client %s", slot, at, other)
		}
	}
	if err := p.free(KindCell, Slots{Account: a.slot, Region: r.slot, Cell: slot}, today); err != nil {
		return err
	}
	r.cells[client] = slot
	return nil
}

// RemoveCell gives a cell's slot back. It fails for an unknown place and a client
// without a cell there.
func (p *Plan) RemoveCell(at Place, client string, today Day) error {
	a, r, err := p.region(at)
	if err != nil {
		return err
	}
	slot, ok := r.cells[client]
	if !ok {
		return fmt.Errorf("client %s has no cell in %s", client, at)
	}
	if own, ok := r.own[client]; ok {
		return fmt.Errorf("client %s still has vpc slot %d of %s, remove it first", client, own, at)
	}
	delete(r.cells, client)
	p.releaseAt(KindCell, at, Slots{Account: a.slot, Region: r.slot, Cell: slot}, client, today)
	return nil
}

// RenameCell changes the name of a cell's client and nothing else. It fails when there
// is no such cell or the new name has one there.
func (p *Plan) RenameCell(at Place, client, to string) error {
	_, r, err := p.region(at)
	if err != nil {
		return err
	}
	if err := rename(r.cells, "client with a cell in "+at.String(), client, to); err != nil {
		return err
	}
	if slot, ok := r.own[client]; ok {
		delete(r.own, client)
		r.own[to] = slot
	}
	return nil
}

func (p *Plan) account(name string) (*account, error) {
	if a, ok := p.accounts[name]; ok {
		return a, nil
	}
	return nil, fmt.Errorf("account %s is not in the plan", name)
}

func (p *Plan) region(at Place) (*account, *region, error) {
	a, err := p.account(at.Account)
	if err != nil {
		return nil, nil, err
	}
	r, ok := a.regions[at.Region]
	if !ok {
		return nil, nil, fmt.Errorf("account %s has no region %s in the plan", at.Account, at.Region)
	}
	return a, r, nil
}

// rename moves a map's entry to another key.
func rename[T any](of map[string]T, what, from, to string) error {
	value, ok := of[from]
	if !ok {
		return fmt.Errorf("there is no %s called %s", what, from)
	}
	if _, taken := of[to]; taken {
		return fmt.Errorf("there is a %s called %s already", what, to)
	}
	delete(of, from)
	of[to] = value
	return nil
}

func sorted[T any](of map[string]T) []string { return slices.Sorted(maps.Keys(of)) }
