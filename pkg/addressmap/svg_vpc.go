package addressmap

import (
	"fmt"
	"net/netip"

	"cellworks/pkg/ipam"
)

// panel is the picture of one VPC.
type panel struct {
	*pen
	vpc netip.Prefix
	// tops are where the eight rows begin.
	tops [8]int
	// own says that one cell has the whole VPC.
	own bool
	// front holds the blocks that are not in the background.
	front map[netip.Prefix]bool
	// taken holds the blocks that are in use or in quarantine.
	taken map[netip.Prefix]bool
}

// vpc draws a VPC in eight rows of a /19: app has four of them, data two, public and
// intra one each.
func (p *pen) vpc(m Map, vpc ipam.Block, y int) int {
	d := &panel{pen: p, vpc: vpc.CIDR, own: vpc.Client != "", front: map[netip.Prefix]bool{}, taken: map[netip.Prefix]bool{}}
	for _, b := range m.Blocks {
		d.front[b.CIDR] = true
	}
	whole := m.all()
	for _, b := range whole.Blocks {
		d.taken[b.CIDR] = true
	}
	for _, q := range whole.Quarantines() {
		d.taken[q.CIDR] = true
	}
	const head = 52
	end := d.layout(y + head)
	p.round(box{margin / 2, y, width - margin, end - y}, "panel", 8)
	p.text(margin, y+24, "h2", vpc.Account+" "+vpc.Region)
	p.text(margin, y+41, "mono soft", vpc.CIDR.String())
	room := fmt.Sprintf("%d of %d cell slots free", vpc.Free, vpc.Usable)
	if vpc.Client != "" {
		room = "one cell's own"
	}
	p.text(left+rowWidth, y+24, "end", room)
	p.text(left+rowWidth, y+41, "end soft", Owner(vpc))
	p.body.WriteByte('\n')
	for _, tier := range ipam.Tiers() {
		d.tier(whole, tier)
	}
	return end + 20
}

// layout places the rows and returns where the panel ends.
func (d *panel) layout(y int) int {
	for i := range d.tops {
		if i == 4 || i == 6 || i == 7 {
			y += tierGap
		}
		d.tops[i] = y
		y += rowHeight
	}
	return y + margin/2
}

// at returns where a block of at most a row is drawn.
func (d *panel) at(cidr netip.Prefix) box {
	n := offset(d.vpc, cidr)
	const perRow = 1 << (32 - rowBits)
	return box{left + int(n%perRow)*rowWidth/perRow, d.tops[n/perRow%8], rowWidth >> (cidr.Bits() - rowBits), rowHeight}.inset(1)
}

// tier draws what may be in a tier, and over it what is.
func (d *panel) tier(m Map, tier ipam.Tier) {
	v, ok := ipam.VPCOf(d.vpc)
	if !ok {
		return // Blocks has VPCs of the plan only
	}
	d.label(v.Tier(tier), string(tier), "strong", v.Tier(tier).String())
	for i := range ipam.MaxZone + 1 {
		if cidr, err := v.Subnet(tier, i); err == nil && !d.taken[cidr] {
			d.empty(cidr, fmt.Sprintf("zone position %d of tier %s is free", i, tier), "none", fmt.Sprintf("position %d", i))
		}
	}
	for slot := range ipam.MaxCellSlot + 1 {
		cidr, ok := cellBlock(v, tier, slot)
		if !ok || d.own {
			break // no cells have blocks there
		}
		if slot == 0 {
			d.label(cidr, "cell slots", "soft", "from "+cidr.Addr().String())
		}
		if !d.taken[cidr] {
			d.empty(cidr, fmt.Sprintf("cell slot %d is free", slot), "open", "")
			d.number(cidr, slot, "soft")
		}
	}
	for _, b := range m.Blocks {
		switch {
		case b.VPC != d.vpc || b.Tier != tier:
		case b.Kind == ipam.KindSubnet:
			d.subnet(b)
		case b.Kind == ipam.KindCell:
			d.cell(b, v)
		}
	}
	for _, q := range m.Quarantines() {
		if q.VPC == d.vpc && q.Tier == tier {
			d.open(q.CIDR.String(), "was that of "+former(q.Block), "released "+q.Released.String(), "in quarantine until "+q.Until.String())
			d.rect(d.at(q.CIDR), "wait")
			d.number(q.CIDR, d.slot(q.CIDR), "ink")
			d.close()
		}
	}
	d.body.WriteByte('\n')
}

// cellBlock returns what a cell slot has in a tier, and reports false when that is
// nothing.
func cellBlock(v ipam.VPC, tier ipam.Tier, slot int) (netip.Prefix, bool) {
	app, data, err := v.Cell(slot)
	switch {
	case err == nil && tier == ipam.App:
		return app, true
	case err == nil && tier == ipam.Data:
		return data, true
	}
	return netip.Prefix{}, false
}

// label writes left of the row in which a block begins.
func (d *panel) label(cidr netip.Prefix, name, class, address string) {
	top := d.tops[int(offset(d.vpc, cidr)>>(32-rowBits))]
	d.text(margin, top+22, class, name)
	d.text(margin, top+38, "mono soft", address)
}

// empty draws a block that nobody has.
func (d *panel) empty(cidr netip.Prefix, tip, class, label string) {
	at := d.at(cidr)
	d.open(cidr.String(), tip)
	d.rect(at, class)
	if label != "" {
		d.text(at.x+10, at.y+22, "soft small", label+", free")
		d.text(at.x+10, at.y+40, "mono soft", cidr.String())
	}
	d.close()
}

// slot returns the slot that a cell's block has. Both tiers begin the blocks of cells at
// a multiple of 64 of their size.
func (d *panel) slot(cidr netip.Prefix) int {
	return int(offset(d.vpc, cidr)) >> (32 - cidr.Bits()) & ipam.MaxCellSlot
}

// number writes a slot's number at the foot of its block.
func (d *panel) number(cidr netip.Prefix, slot int, class string) {
	at := d.at(cidr)
	d.text(at.x+at.w/2, at.y+at.h-4, "mid tiny "+class, fmt.Sprint(slot))
}

// subnet draws a shared subnet with its names. Those of a cell are in its tip.
func (d *panel) subnet(b ipam.Block) {
	if b.Client != "" && !sharedSize(b) {
		return
	}
	at := d.at(b.CIDR)
	d.open(b.CIDR.String(), b.Zone+", tier "+string(b.Tier), fmt.Sprintf("%d usable addresses", b.Usable), Owner(b))
	d.rect(at, "page")
	d.rect(at, string(b.Tier))
	d.text(at.x+10, at.y+22, "strong", b.Zone)
	d.text(at.x+10, at.y+40, "mono", b.CIDR.String())
	if at.w > 300 {
		d.text(at.x+at.w-10, at.y+40, "end soft", fmt.Sprintf("%d addresses", b.Usable))
	}
	d.close()
}

// cell draws what a cell has in a tier.
func (d *panel) cell(b ipam.Block, v ipam.VPC) {
	const letters = 8
	at := d.at(b.CIDR)
	slot := d.slot(b.CIDR)
	tip := []string{b.CIDR.String(), Owner(b) + ", slot " + fmt.Sprint(slot), fmt.Sprintf("%d usable addresses", b.Usable)}
	for i := range ipam.MaxZone + 1 {
		if cidr, err := v.CellSubnet(b.Tier, slot, i); err == nil {
			tip = append(tip, fmt.Sprintf("zone %d: %s", i, cidr))
		}
	}
	if d.front[b.CIDR] {
		d.open(tip...)
	} else {
		d.openBack(tip...)
	}
	d.rect(at, "cell-"+string(b.Tier))
	d.upright(at.x+at.w/2+3, at.y+(at.h-10)/2, "mid small on", cut(b.Client, letters))
	d.number(b.CIDR, slot, "on")
	d.close()
}
