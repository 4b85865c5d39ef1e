package config

import (
	"fmt"
	"reflect"
	"slices"

	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
)

// ledger reads what was given back. It needs everything that is in use.
func (l *loader) ledger() {
	root, _ := l.parse(pathRetired, LayerNetwork)
	if root == nil {
		return
	}
	root = (&merger{out: l.out}).merge(l.schemas.ledger, nil, root, nil)
	var v Ledger
	d := &decoder{out: l.out}
	d.value(l.schemas.ledger, nil, root, nil, reflect.ValueOf(&v).Elem(), nil)
	c := &ledgerChecker{checker: checker{out: l.out, root: root, failed: d.failed}, l: l, entries: v.Retired}
	if c.bad("retired") || !l.orgSound {
		return
	}
	for i := range v.Retired {
		c.entry(i)
	}
}

// ledgerChecker checks the entries of the ledger.
type ledgerChecker struct {
	checker
	l       *loader
	entries []RetiredSlot
}

func (c *ledgerChecker) entry(i int) {
	e, p := c.entries[i], fmt.Sprintf("retired[%d]", i)
	if c.bad(p, p+".kind", p+".account", p+".region", p+".client", p+".slot", p+".released", p+".until") {
		return
	}
	meaning, ok := c.days(e, p)
	if !c.form(e, p) || !ok {
		return
	}
	if first := slices.IndexFunc(c.entries[:i], func(x RetiredSlot) bool { return x.key() == e.key() }); first >= 0 {
		c.problem(p, fmt.Sprintf("slot %d of %s was already given back at %s", e.Slot, e.owner(), c.where(fmt.Sprintf("retired[%d]", first))), "list it once")
		return
	}
	at, ok := c.slots(e, p)
	if !ok {
		return
	}
	if where := c.live(e); where != "" {
		c.problem(p, fmt.Sprintf("slot %d of %s is given back here and in use at %s", e.Slot, e.owner(), where),
			"remove the entry if it was not given back; whoever comes back takes another slot")
		return
	}
	meaning.Kind, meaning.Account, meaning.Region, meaning.Client, meaning.At = ipam.Kind(e.Kind), e.Account, e.Region, e.Client, at
	n, _ := c.root.find(p)
	c.l.tree.retired = append(c.l.tree.retired, retired{e, meaning, n})
}

// days reads the quarantine.
func (c *ledgerChecker) days(e RetiredSlot, p string) (ipam.Retired, bool) {
	var r ipam.Retired
	var err error
	if r.Released, err = ipam.ParseDay(e.Released); err != nil {
		c.problem(p+".released", err.Error(), "")
		return r, false
	}
	r.Until = r.Released + ipam.QuarantineDays
	if e.Until == "" {
		return r, true
	}
	if r.Until, err = ipam.ParseDay(e.Until); err != nil {
		c.problem(p+".until", err.Error(), "")
		return r, false
	}
	if least := r.Released + ipam.MinQuarantineDays; r.Until < least {
		c.problem(p+".until", fmt.Sprintf("the quarantine lasts less than %d days: keys wait that long at least before they are deleted", ipam.MinQuarantineDays),
			fmt.Sprintf("until: %s is the earliest", least))
		return r, false
	}
	return r, true
}

// form reports whether the entry has what its kind needs and nothing else.
func (c *ledgerChecker) form(e RetiredSlot, p string) bool {
	ok := true
	need := func(key, value string, wanted bool) {
		switch {
		case wanted && value == "":
			c.problem(p, fmt.Sprintf("an entry of kind %s needs the key %s", e.Kind, key), "")
		case !wanted && value != "":
			c.problem(p+"."+key, fmt.Sprintf("an entry of kind %s has no %s", e.Kind, key), "remove it, or mend the kind")
		default:
			return
		}
		ok = false
	}
	need("region", e.Region, e.Kind != RetiredAccount)
	if e.Kind != RetiredVPC {
		need("client", e.Client, e.Kind == RetiredCell)
	}
	lo, hi := 0, ipam.MaxRegionSlot
	switch e.Kind {
	case RetiredAccount:
		lo, hi = ipam.MinAccountSlot, ipam.MaxAccountSlot
	case RetiredVPC:
		hi = ipam.MaxVPCSlot
	case RetiredCell:
		hi = ipam.MaxCellSlot
	case RetiredRegion:
	}
	if e.Slot < lo || e.Slot > hi {
		c.problem(p+".slot", fmt.Sprintf("%d is out of range for a slot of kind %s, want %d to %d", e.Slot, e.Kind, lo, hi), "")
		ok = false
	}
	return ok
}

// slots finds out where the slot lies. An account or region that is gone says so by
// an entry of its own.
func (c *ledgerChecker) slots(e RetiredSlot, p string) (ipam.Slots, bool) {
	var at ipam.Slots
	if e.Kind == RetiredAccount {
		return ipam.Slots{Account: e.Slot}, true
	}
	var live Account
	if i := slices.IndexFunc(c.l.org.Accounts, func(a Account) bool { return a.Name == e.Account }); i >= 0 {
		live = c.l.org.Accounts[i]
		at.Account = live.Slot
	} else if gone, ok := c.gone(RetiredAccount, e.Account, ""); ok {
		at.Account = gone
	} else {
		known := append(accountNames(c.l.org), c.goneNames(RetiredAccount, "")...)
		c.problem(p+".account", fmt.Sprintf("unknown account %s: it is neither in organization.yaml nor retired here", show(e.Account)), didYouMean(e.Account, known, "known accounts"))
		return at, false
	}
	if e.Kind == RetiredRegion {
		at.Region = e.Slot
		return at, true
	}
	if r, ok := live.Region(e.Region); ok {
		at.Region = r.Slot
	} else if gone, ok := c.gone(RetiredRegion, e.Account, e.Region); ok {
		at.Region = gone
	} else {
		known := append(regionNames(live), c.goneNames(RetiredRegion, e.Account)...)
		c.problem(p+".region", fmt.Sprintf("unknown region %s: account %s neither has it in organization.yaml nor is it retired here", show(e.Region), e.Account), didYouMean(e.Region, known, "its regions"))
		return at, false
	}
	if e.Kind == RetiredVPC {
		at.VPC = e.Slot
	} else {
		at.Cell = e.Slot
	}
	return at, true
}

// gone returns the slot that an account or region last gave back.
func (c *ledgerChecker) gone(kind RetiredKind, account, region string) (int, bool) {
	for _, e := range slices.Backward(c.entries) {
		if e.Kind == kind && e.Account == account && e.Region == region {
			return e.Slot, true
		}
	}
	return 0, false
}

func (c *ledgerChecker) goneNames(kind RetiredKind, account string) []string {
	var out []string
	for _, e := range c.entries {
		switch {
		case e.Kind != kind:
		case kind == RetiredAccount:
			out = append(out, e.Account)
		case e.Account == account:
			out = append(out, e.Region)
		}
	}
	return out
}

// live returns where the very owner of an entry still has the slot, or "".
func (c *ledgerChecker) live(e RetiredSlot) string {
	var at place
	target, path, slot := "organization", "", -1
	i := slices.IndexFunc(c.l.org.Accounts, func(a Account) bool { return a.Name == e.Account })
	switch e.Kind {
	case RetiredAccount:
		if i >= 0 {
			slot, path = c.l.org.Accounts[i].Slot, itemPath("accounts", e.Account, 0)+".slot"
		}
	case RetiredRegion:
		if i >= 0 {
			if r, ok := c.l.org.Accounts[i].Region(e.Region); ok {
				slot, path = r.Slot, regionPath(e.Account, e.Region)+".slot"
			}
		}
	case RetiredVPC:
		at = place{e.Account, e.Region}
		if r, ok := c.l.tree.cells[e.Client]; ok && r.placed && r.at == at && r.vpcSlot != 0 {
			slot = r.vpcSlot
			target, path = vpcPath(e.Client)
		} else if e.Client != "" {
			break
		} else if n, ok := c.l.networks[at]; ok {
			slot, target, path = n.VPCSlot, naming.ProjectBase+"/"+naming.StackBase(e.Account, e.Region), "network.vpcSlot"
		}
	case RetiredCell:
		if r, ok := c.l.tree.cells[e.Client]; ok && r.placed && r.at == (place{e.Account, e.Region}) {
			slot, target, path = r.slot, "cell/"+e.Client, "slot"
		}
	}
	if slot != e.Slot {
		return ""
	}
	return c.l.tree.Where(target, path)
}

func regionPath(account, region string) string {
	return itemPath(itemPath("accounts", account, 0)+".regions", region, 0)
}
