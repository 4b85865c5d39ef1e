package ipam_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"cellworks/pkg/ipam"
)

// TestRandomOperationsMoveNothing performs 10,000 operations on one plan and checks
// after each that no allocation has moved, that none overlap, and that nothing came
// back before its quarantine was over.
func TestRandomOperationsMoveNothing(t *testing.T) {
	t.Parallel()
	const operations = 10_000
	random := rand.New(rand.NewPCG(5, 2026))
	w := newWorld(random.IntN)
	for i := range operations {
		if err := w.step(); err != nil {
			t.Fatalf("operation %d: %v", i, err)
		}
	}
	// Were nearly all operations refused, the test would show little.
	for _, what := range []string{"add account", "add region", "add vpc", "add zone", "add cell", "remove account", "remove region", "remove vpc",
		"remove zone", "remove cell", "rename account", "rename region", "rename zone", "rename cell", "refused by a quarantine"} {
		if w.done[what] < 5 {
			t.Errorf("%q has happened %d times, want it more often: %v", what, w.done[what], w.done)
		}
	}
}

func FuzzOperationsMoveNothing(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 0, 1, 1, 0, 0, 0, 2, 0, 4, 0, 0, 7, 7, 9, 0, 0, 7, 4, 0, 0, 8, 7})
	seed := rand.New(rand.NewPCG(1, 1))
	long := make([]byte, 4000)
	for i := range long {
		long[i] = byte(seed.UintN(256))
	}
	f.Add(long)
	f.Fuzz(func(t *testing.T, data []byte) {
		left := data[:min(len(data), 4000)]
		w := newWorld(func(n int) int {
			if len(left) == 0 {
				return 0
			}
			b := left[0]
			left = left[1:]
			return int(b) % n
		})
		for len(left) > 0 {
			if err := w.step(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// world is a plan that operations are tried on.
type world struct {
	plan  ipam.Plan
	today ipam.Day
	// pick returns a number below n.
	pick func(n int) int
	// released is the last day on which somebody gave a block back.
	released map[allocation]ipam.Day
	before   []ipam.Block
	done     map[string]int
	// zone is the one that was last to be removed.
	zone string
}

// allocation is what a quarantine is about: a block, whoever has it.
type allocation struct {
	kind ipam.Kind
	cidr netip.Prefix
}

func newWorld(pick func(n int) int) *world {
	return &world{pick: pick, today: 20_000, released: map[allocation]ipam.Day{}, done: map[string]int{}}
}

// step performs one operation and checks what it has done.
func (w *world) step() error {
	if w.pick(4) == 0 {
		w.today += ipam.Day(w.pick(8))
	}
	what, err := w.operation()
	after := allocations(&w.plan, w.today)
	if wrong := w.check(what, err, after); wrong != nil {
		return errors.Join(fmt.Errorf("%s: %w", what, wrong), err)
	}
	w.before = after
	return nil
}

// allocations lists the blocks without what neighbours change.
func allocations(p *ipam.Plan, today ipam.Day) []ipam.Block {
	blocks := p.Blocks(today)
	for i := range blocks {
		blocks[i].Free, blocks[i].Usable = 0, 0
	}
	return blocks
}

func (w *world) check(what string, err error, after []ipam.Block) error {
	if err != nil {
		if !slices.Equal(w.before, after) {
			return fmt.Errorf("a refused operation has changed the plan")
		}
		return nil
	}
	w.done[what]++
	switch what[:3] {
	case "add":
		added, ok := without(after, w.before)
		if !ok {
			return fmt.Errorf("an allocation has moved or gone")
		}
		for _, b := range added {
			day, was := w.released[allocation{b.Kind, b.CIDR}]
			if was && slotted(b.Kind) && w.today < day+ipam.QuarantineDays {
				return fmt.Errorf("%s %s was given back on %s and is in use again on %s", b.Kind, b.CIDR, day, w.today)
			}
		}
	case "rem":
		removed, ok := without(w.before, after)
		if !ok {
			return fmt.Errorf("an allocation has moved or come up")
		}
		for _, b := range removed {
			if what == "remove zone" && (b.Zone != w.zone || b.Client != "") {
				return fmt.Errorf("without zone %s, %s %s of zone %s and client %q is gone", w.zone, b.Kind, b.CIDR, b.Zone, b.Client)
			}
			w.released[allocation{b.Kind, b.CIDR}] = w.today
		}
	default:
		if len(after) != len(w.before) {
			return fmt.Errorf("a new name has changed the number of allocations")
		}
		for i, b := range w.before {
			if b.CIDR != after[i].CIDR || b.Kind != after[i].Kind || b.Tier != after[i].Tier {
				return fmt.Errorf("a new name has moved %s to %s", b.CIDR, after[i].CIDR)
			}
		}
	}
	return sound(after)
}

func slotted(k ipam.Kind) bool { return k != ipam.KindTier && k != ipam.KindSubnet }

// without returns the blocks of all that are not among some, and reports whether
// all of some are among all in the same order.
func without(all, some []ipam.Block) ([]ipam.Block, bool) {
	var rest []ipam.Block
	next := 0
	for _, b := range all {
		if next < len(some) && some[next] == b {
			next++
		} else {
			rest = append(rest, b)
		}
	}
	return rest, next == len(some)
}

// sound fails when two blocks of a kind overlap, or one does not lie in its parents.
func sound(blocks []ipam.Block) error {
	last := map[ipam.Kind]netip.Prefix{}
	for _, b := range blocks {
		if before, ok := last[b.Kind]; ok && (before.Overlaps(b.CIDR) || b.CIDR.Addr().Less(before.Addr())) {
			return fmt.Errorf("%s %s comes after %s", b.Kind, b.CIDR, before)
		}
		last[b.Kind] = b.CIDR
		parent := ipam.KindAccount
		switch b.Kind {
		case ipam.KindAccount:
			if b.CIDR.Overlaps(netip.MustParsePrefix("10.0.0.0/12")) {
				return fmt.Errorf("account %s has the reserved block", b.Account)
			}
			parent = ipam.KindAccount
		case ipam.KindVPC:
			parent = ipam.KindRegion
		case ipam.KindTier:
			parent = ipam.KindVPC
		case ipam.KindCell, ipam.KindSubnet:
			parent = ipam.KindTier
		case ipam.KindRegion:
		}
		if b.Kind == ipam.KindSubnet && b.Client != "" {
			parent = ipam.KindCell
		}
		if !last[parent].Contains(b.CIDR.Addr()) || b.CIDR != b.CIDR.Masked() {
			return fmt.Errorf("%s %s does not lie in %s", b.Kind, b.CIDR, last[parent])
		}
	}
	return nil
}

func (w *world) name(kind string, n int) string { return fmt.Sprintf("%s%d", kind, w.pick(n)) }

func (w *world) place() ipam.Place {
	return ipam.Place{Account: w.name("account", 4), Region: w.name("region", 2)}
}

// operation tries one operation. In every other season things go rather than come,
// so that accounts get empty too.
func (w *world) operation() (string, error) {
	const season, growth = 300, 20
	choice := w.pick(40)
	if ebb := w.today/season%3 == 2; ebb && choice < growth {
		choice = []int{3, 3, 4, 9, 10, 13, 15, 16, 17, 25}[w.pick(10)]
	}
	switch choice {
	case 0, 1, 2:
		name, slot := w.name("account", 4), ipam.MinAccountSlot+w.pick(4)
		if next, err := w.plan.NextAccountSlot(w.today); err == nil && w.pick(2) == 0 {
			slot = next
		}
		return "add account", w.noted(w.plan.AddAccount(name, slot, w.today))
	case 3:
		return "remove account", w.plan.RemoveAccount(w.name("account", 4), w.today)
	case 4:
		return "rename account", w.plan.RenameAccount(w.name("account", 4), w.name("account", 4))
	case 5, 6, 7, 8:
		zones := []string{w.name("zone", 4), w.name("zone", 4)}
		return "add region", w.noted(w.plan.AddRegion(w.place(), w.pick(4), w.pick(3), zones, w.today))
	case 9:
		return "remove region", w.plan.RemoveRegion(w.place(), w.today)
	case 10:
		return "rename region", w.plan.RenameRegion(w.place(), w.name("region", 2))
	case 11, 12:
		return "add vpc", w.noted(w.plan.AddVPC(w.place(), w.pick(5), w.today))
	case 13:
		return "remove vpc", w.plan.RemoveVPC(w.place(), w.pick(5), w.today)
	case 14:
		return "add zone", w.plan.AddZone(w.place(), w.name("zone", 4))
	case 15, 16:
		w.zone = w.name("zone", 4)
		return "remove zone", w.plan.RemoveZone(w.place(), w.zone)
	case 17:
		return "rename zone", w.plan.RenameZone(w.place(), w.name("zone", 4), w.name("zone", 4))
	case 18, 19, 20, 21, 22, 23, 24:
		at, slot := w.place(), []int{w.pick(6), w.pick(66)}[w.pick(2)]
		if next, err := w.plan.NextCellSlot(at, w.today); err == nil && w.pick(2) == 0 {
			slot = next
		}
		return "add cell", w.noted(w.plan.AddCell(at, w.name("client", 5), slot, w.today))
	case 25:
		return "rename cell", w.plan.RenameCell(w.place(), w.name("client", 5), w.name("client", 5))
	default:
		return "remove cell", w.plan.RemoveCell(w.place(), w.name("client", 5), w.today)
	}
}

// noted counts what a quarantine has prevented.
func (w *world) noted(err error) error {
	if err != nil && len(w.plan.Retired(w.today)) > 0 && inQuarantine(err) {
		w.done["refused by a quarantine"]++
	}
	return err
}
