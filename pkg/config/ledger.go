package config

import (
	"fmt"
	"time"

	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
)

const (
	dirNetwork  = "network"
	fileRetired = "retired.yaml"
	pathRetired = dirNetwork + "/" + fileRetired
)

// Ledger is network/retired.yaml: the slots that were given back. Slots in use are
// written where what has them is described. The file is optional and append-only.
type Ledger struct {
	// Retired are the slots that were given back, in the order in which that happened.
	// An entry is never changed or removed; one line each keeps merges apart.
	Retired []RetiredSlot `yaml:"retired,optional" example:"[{kind: cell, account: prod, region: us-east-1, client: oak, slot: 6, released: 2026-01-31}]"`
}

// RetiredKind says whose slot was given back.
type RetiredKind string

const (
	// RetiredAccount is an account's slot.
	RetiredAccount RetiredKind = "account"
	// RetiredRegion is the slot of a region of an account.
	RetiredRegion RetiredKind = "region"
	// RetiredVPC is a VPC slot of a region: the account's, or a cell's own.
	RetiredVPC RetiredKind = "vpc"
	// RetiredCell is the slot of a client's cell.
	RetiredCell RetiredKind = "cell"
)

// RetiredSlot is one slot that was given back. Nobody gets it before its quarantine
// ends.
type RetiredSlot struct {
	// Kind says whose slot it was.
	Kind RetiredKind `yaml:"kind" oneof:"account|region|vpc|cell" example:"cell"`
	// Account is the account that had the slot, or in which it lies. One of
	// organization.yaml, or itself retired here.
	Account string `yaml:"account" example:"prod"`
	// Region is the region that had the slot, or in which it lies. For every kind but
	// account. One of the account, or itself retired here.
	Region string `yaml:"region,optional" example:"us-east-1"`
	// Client is the client whose cell had the slot. For the kind cell, and for a vpc that
	// was a cell's own.
	Client string `yaml:"client,optional" example:"oak"`
	// Slot is the number: 1 to 15 of an account, 0 to 3 of a region or VPC, 0 to 63 of a
	// cell.
	Slot int `yaml:"slot" range:"0..63" example:"6"`
	// Released is the day on which the last resource was deleted.
	Released string `yaml:"released" match:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" hint:"a day such as 2026-01-31" example:"2026-01-31"`
	// Until is the first day on which the slot may be used again. Default: 30 days after
	// Released, the longest waiting period of a KMS key's deletion; at least 7
	// days after it, the shortest one
	// (docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html).
	Until string `yaml:"until,optional" match:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" hint:"a day such as 2026-03-02" example:"2026-03-02"`
}

// key is what an entry is about: the same is given back once.
func (r RetiredSlot) key() RetiredSlot {
	r.Released, r.Until = "", ""
	return r
}

// owner names who had the slot.
func (r RetiredSlot) owner() string {
	return ipam.Retired{Kind: ipam.Kind(r.Kind), Account: r.Account, Region: r.Region, Client: r.Client}.Owner()
}

// text is the entry as the file has it.
func (r RetiredSlot) text() string {
	text := fmt.Sprintf("- {kind: %s, account: %s", r.Kind, r.Account)
	if r.Region != "" {
		text += ", region: " + r.Region
	}
	if r.Client != "" {
		text += ", client: " + r.Client
	}
	text += fmt.Sprintf(", slot: %d, released: %s", r.Slot, r.Released)
	if r.Until != "" {
		text += ", until: " + r.Until
	}
	return text + "}"
}

// retired is an entry of the ledger with what it means.
type retired struct {
	entry   RetiredSlot
	meaning ipam.Retired
	at      *node
}

// Where returns the place of the value at a path of a target, as messages name it:
// file:line:column. A value that no file sets is where the nearest map around it
// is; an unknown target is nowhere, "". Targets are those of Explain.
func (t *Tree) Where(target, path string) string {
	n := t.nearest(target, path)
	if n == nil {
		return ""
	}
	return n.where()
}

// nearest returns the value at a path of a target, or the nearest map around it.
func (t *Tree) nearest(target, path string) *node {
	on, err := t.target(target)
	if err != nil {
		return nil
	}
	n, _ := on.root.find(path)
	return n
}

// ProblemAt returns a problem at the value of a target's path, with the place that
// Where names.
func (t *Tree) ProblemAt(target, path, message, suggestion string) Problem {
	p := Problem{File: t.file(fileOrganization), Path: path, Message: message, Suggestion: suggestion}
	if n := t.nearest(target, path); n != nil {
		p.File, p.Line, p.Column = n.src.file, int(n.line), int(n.column)
	}
	return p
}

// file returns how problems name a file of the tree.
func (t *Tree) file(name string) string {
	if t.prefix == "" {
		return name
	}
	return t.prefix + "/" + name
}

// Retired returns the slots that were given back, in the order of the ledger,
// whether or not their quarantine is over.
func (t *Tree) Retired() []ipam.Retired {
	out := make([]ipam.Retired, len(t.retired))
	for i, r := range t.retired {
		out[i] = r.meaning
	}
	return out
}

// AddressPlan returns the allocations of the tree and the slots that were given back.
// It fails for a tree whose slots collide, which Load does not return.
func (t *Tree) AddressPlan() (*ipam.Plan, error) {
	plan := &ipam.Plan{}
	// Without a retired slot in the plan, the day makes no difference.
	const noDay = 0
	for _, a := range t.Organization().Accounts {
		if err := plan.AddAccount(a.Name, a.Slot, noDay); err != nil {
			return nil, err
		}
		for _, r := range a.Regions {
			base, err := t.Base(a.Name, r.Name)
			if err != nil {
				return nil, err
			}
			if err := plan.AddRegion(ipam.Place{Account: a.Name, Region: r.Name}, r.Slot, base.Network.VPCSlot, r.Zones, noDay); err != nil {
				return nil, err
			}
		}
	}
	for _, client := range t.clients {
		r := t.cells[client]
		if err := plan.AddCell(ipam.Place{Account: r.at.account, Region: r.at.region}, client, r.slot, noDay); err != nil {
			return nil, fmt.Errorf("client %s: %w", client, err)
		}
		if r.vpcSlot == 0 {
			continue
		}
		if err := plan.AddCellVPC(ipam.Place{Account: r.at.account, Region: r.at.region}, client, r.vpcSlot, noDay); err != nil {
			return nil, fmt.Errorf("client %s: %w", client, err)
		}
	}
	for _, r := range t.retired {
		plan.Retire(r.meaning)
	}
	return plan, nil
}

// EarlyReuse is a slot that is in use although its quarantine is not over.
type EarlyReuse struct {
	// Kind says whose slot it is.
	Kind RetiredKind
	// Account, Region and Client are who has the slot now; empty where the kind has none.
	Account, Region, Client string
	// Problem is at the slot, and names the entry of the ledger and the remedy.
	Problem Problem
}

// EarlyReuses returns the slots that are in use although their quarantine is not over
// at the time now. Load knows no time and accepts them. It fails like AddressPlan.
func (t *Tree) EarlyReuses(now time.Time) ([]EarlyReuse, error) {
	plan, err := t.AddressPlan()
	if err != nil {
		return nil, err
	}
	today := ipam.DayOf(now)
	var out []EarlyReuse
	for _, c := range plan.Conflicts(today) {
		target, path := t.slotOf(c)
		message := fmt.Sprintf("slot %d was that of %s and stays in quarantine until %s (%s)", c.Slot(), c.Owner(), c.Until, t.entryOf(c.Retired))
		out = append(out, EarlyReuse{RetiredKind(c.Kind), c.ByAccount, c.ByRegion, c.ByClient, t.ProblemAt(target, path, message, remedy(plan, c, today))})
	}
	return out, nil
}

// slotOf returns where the slot of who uses it early is written.
func (t *Tree) slotOf(c ipam.Conflict) (target, path string) {
	switch c.Kind {
	case ipam.KindAccount:
		return "organization", itemPath("accounts", c.ByAccount, 0) + ".slot"
	case ipam.KindRegion:
		return "organization", regionPath(c.ByAccount, c.ByRegion) + ".slot"
	case ipam.KindVPC:
		if c.ByClient != "" {
			return vpcPath(c.ByClient)
		}
		return naming.ProjectBase + "/" + naming.StackBase(c.ByAccount, c.ByRegion), "network.vpcSlot"
	default:
		return "cell/" + c.ByClient, "slot"
	}
}

// entryOf returns where the ledger says that a slot was given back.
func (t *Tree) entryOf(r ipam.Retired) string {
	for _, e := range t.retired {
		if e.meaning == r {
			return e.at.where()
		}
	}
	return t.file(pathRetired)
}

func remedy(plan *ipam.Plan, c ipam.Conflict, today ipam.Day) string {
	var next int
	var err error
	at := ipam.Place{Account: c.ByAccount, Region: c.ByRegion}
	switch c.Kind {
	case ipam.KindAccount:
		next, err = plan.NextAccountSlot(today)
	case ipam.KindRegion:
		next, err = plan.NextRegionSlot(c.ByAccount, today)
	case ipam.KindVPC:
		next, err = plan.NextVPCSlot(at, today)
	default:
		next, err = plan.NextCellSlot(at, today)
	}
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("slot %d is free", next)
}

// FutureReleases returns the entries of the ledger that say of a day after now that
// something was given back then.
func (t *Tree) FutureReleases(now time.Time) Problems {
	var out Problems
	today := ipam.DayOf(now)
	for i, r := range t.retired {
		if r.meaning.Released > today {
			n, _ := r.at.find("released")
			out = append(out, Problem{File: n.src.file, Line: int(n.line), Column: int(n.column), Path: fmt.Sprintf("retired[%d].released", i),
				Message: fmt.Sprintf("%s is after today, %s", r.meaning.Released, today), Suggestion: "write the day on which the last resource was deleted"})
		}
	}
	return out
}

// RetiredLine returns what gives back the slot of a client's cell, whose last resource was
// deleted on the day of released: a line, and one more for a VPC of its own. It fails when
// there is no such client.
func (t *Tree) RetiredLine(client string, released time.Time) (string, error) {
	cell, err := t.Cell(client)
	if err != nil {
		return "", err
	}
	gone := RetiredSlot{
		Kind: RetiredCell, Account: cell.Account.Name, Region: cell.Region.Name, Client: client, Slot: cell.Slot,
		Released: ipam.DayOf(released).String(),
	}
	text := gone.text()
	if cell.Network.Mode == OwnVPC {
		gone.Kind, gone.Slot = RetiredVPC, cell.Network.VPCSlot
		text += "\n" + gone.text()
	}
	return text, nil
}
