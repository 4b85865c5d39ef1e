package ipam

import (
	"fmt"
	"slices"
)

// vpcTaken says who has a VPC slot of a region; nil: nobody.
func (r *region) vpcTaken(at Place, slot int) error {
	if slices.Contains(r.vpcs, slot) {
		return fmt.Errorf("vpc slot %d of %s is in use", slot, at)
	}
	for _, client := range sorted(r.own) {
		if r.own[client] == slot {
			return fmt.Errorf("vpc slot %d of %s is that of client %s", slot, at, client)
		}
	}
	return nil
}

// AddCellVPC gives a VPC slot, 0 to 3, of a region to a client's cell that is there
// already. It fails for an unknown place, a client without a cell there or with a VPC of
// its own, and when the slot is taken, out of range or in quarantine.
func (p *Plan) AddCellVPC(at Place, client string, slot int, today Day) error {
	a, r, err := p.region(at)
	if err != nil {
		return err
	}
	if _, ok := r.cells[client]; !ok {
		return fmt.Errorf("client %s has no cell in %s", client, at)
	}
	if was, ok := r.own[client]; ok {
		return fmt.Errorf("client %s has vpc slot %d of %s already", client, was, at)
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
	r.own[client] = slot
	return nil
}

// RemoveCellVPC gives back the VPC slot of a client's cell. It fails for an unknown place
// and a client without a VPC of its own there.
func (p *Plan) RemoveCellVPC(at Place, client string, today Day) error {
	a, r, err := p.region(at)
	if err != nil {
		return err
	}
	slot, ok := r.own[client]
	if !ok {
		return fmt.Errorf("client %s has no VPC of its own in %s", client, at)
	}
	delete(r.own, client)
	p.releaseAt(KindVPC, at, Slots{Account: a.slot, Region: r.slot, VPC: slot}, client, today)
	return nil
}
