package ipam_test

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/ipam"
)

const today = ipam.Day(20_000)

func inQuarantine(err error) bool { return strings.Contains(err.Error(), "stays in quarantine until") }

var east = ipam.Place{Account: "prod", Region: "us-east-1"}

// small returns a plan with one account, one region of two zones and the cell acme in
// slot 0.
func small(t *testing.T) *ipam.Plan {
	t.Helper()
	p := &ipam.Plan{}
	for _, err := range []error{
		p.AddAccount("prod", 2, today),
		p.AddRegion(east, 1, 0, []string{"use1-az1", "use1-az2"}, today),
		p.AddCell(east, "acme", 0, today),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func TestBlocksGoFromTheTopDown(t *testing.T) {
	t.Parallel()
	var got []string
	for _, b := range small(t).Blocks(today) {
		got = append(got, strings.Join(strings.Fields(strings.Join([]string{
			string(b.Kind), b.CIDR.String(), b.Account, b.Region, string(b.Tier), b.Zone, b.Client, strconv.Itoa(b.Free), "of", strconv.Itoa(b.Usable), string(b.Unit)}, " ")), " "))
	}
	want := []string{
		"account 10.32.0.0/12 prod 3 of 4 regions",
		"region 10.36.0.0/14 prod us-east-1 3 of 4 vpcs",
		"vpc 10.36.0.0/16 prod us-east-1 63 of 64 cells",
		"tier 10.36.0.0/17 prod us-east-1 app 2 of 4 zones",
		"subnet 10.36.0.0/20 prod us-east-1 app use1-az1 4091 of 4091 addresses",
		"subnet 10.36.16.0/20 prod us-east-1 app use1-az2 4091 of 4091 addresses",
		"cell 10.36.64.0/24 prod us-east-1 app acme 118 of 118 addresses",
		"subnet 10.36.64.0/26 prod us-east-1 app use1-az1 acme 59 of 59 addresses",
		"subnet 10.36.64.64/26 prod us-east-1 app use1-az2 acme 59 of 59 addresses",
		"tier 10.36.128.0/18 prod us-east-1 data 2 of 4 zones",
		"subnet 10.36.128.0/21 prod us-east-1 data use1-az1 2043 of 2043 addresses",
		"subnet 10.36.136.0/21 prod us-east-1 data use1-az2 2043 of 2043 addresses",
		"cell 10.36.160.0/25 prod us-east-1 data acme 54 of 54 addresses",
		"subnet 10.36.160.0/27 prod us-east-1 data use1-az1 acme 27 of 27 addresses",
		"subnet 10.36.160.32/27 prod us-east-1 data use1-az2 acme 27 of 27 addresses",
		"tier 10.36.192.0/19 prod us-east-1 public 2 of 4 zones",
		"subnet 10.36.192.0/21 prod us-east-1 public use1-az1 2043 of 2043 addresses",
		"subnet 10.36.200.0/21 prod us-east-1 public use1-az2 2043 of 2043 addresses",
		"tier 10.36.224.0/19 prod us-east-1 intra 2 of 4 zones",
		"subnet 10.36.224.0/21 prod us-east-1 intra use1-az1 2043 of 2043 addresses",
		"subnet 10.36.232.0/21 prod us-east-1 intra use1-az2 2043 of 2043 addresses",
	}
	if !slices.Equal(got, want) {
		t.Errorf("blocks:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAReleasedSlotWaits(t *testing.T) {
	t.Parallel()
	p := small(t)
	if err := p.RemoveCell(east, "acme", today); err != nil {
		t.Fatal(err)
	}
	last := today + ipam.QuarantineDays - 1
	if slot, err := p.NextCellSlot(east, last); err != nil || slot != 1 {
		t.Errorf("next slot %d (%v) on the last day, want 1", slot, err)
	}
	const want = "cell slot 0 was that of client acme and stays in quarantine until 2024-11-03"
	if err := p.AddCell(east, "birch", 0, last); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if blocks := p.Blocks(last); blocks[2].Free != 63 {
		t.Errorf("%d slots are free in quarantine, want 63", blocks[2].Free)
	}
	if slot, err := p.NextCellSlot(east, last+1); err != nil || slot != 0 {
		t.Errorf("next slot %d (%v) after the quarantine, want 0", slot, err)
	}
	if blocks := p.Blocks(last + 1); blocks[2].Free != 64 {
		t.Errorf("%d slots are free after the quarantine, want 64", blocks[2].Free)
	}
	if err := p.AddCell(east, "birch", 0, last+1); err != nil {
		t.Error(err)
	}
}

func TestConflictsNameWhoHasTheSlotNow(t *testing.T) {
	t.Parallel()
	p := small(t)
	until := today + 10
	for _, r := range []ipam.Retired{
		{Kind: ipam.KindCell, Account: "prod", Region: "us-east-1", Client: "oak", At: ipam.Slots{Account: 2, Region: 1, Cell: 0}, Until: until},
		{Kind: ipam.KindCell, Account: "prod", Region: "us-east-1", Client: "elm", At: ipam.Slots{Account: 2, Region: 1, Cell: 5}, Until: until},
		{Kind: ipam.KindRegion, Account: "prod", Region: "us-west-2", At: ipam.Slots{Account: 2, Region: 1}, Until: until},
		{Kind: ipam.KindVPC, Account: "prod", Region: "us-east-1", At: ipam.Slots{Account: 2, Region: 1, VPC: 1}, Until: until},
		{Kind: ipam.KindAccount, Account: "lab", At: ipam.Slots{Account: 2}, Until: until},
	} {
		p.Retire(r)
	}
	var got []string
	for _, c := range p.Conflicts(until - 1) {
		got = append(got, c.Owner()+" <- "+strings.TrimSpace(c.ByAccount+" "+c.ByRegion+" "+c.ByClient))
	}
	want := []string{"client oak <- prod us-east-1 acme", "region us-west-2 of account prod <- prod us-east-1", "account lab <- prod"}
	if !slices.Equal(got, want) {
		t.Errorf("conflicts %q, want %q", got, want)
	}
	if left := p.Conflicts(until); len(left) > 0 {
		t.Errorf("conflicts %v after the quarantine, want none", left)
	}
}

func TestOperationsThatWouldMoveAddressesAreRefused(t *testing.T) {
	t.Parallel()
	p := small(t)
	nowhere := ipam.Place{Account: "prod", Region: "eu-west-1"}
	two := []string{"a", "b"}
	for _, tc := range []struct {
		err  error
		want string
	}{
		{p.RemoveZone(east, "use1-az1"), "zone use1-az1 of prod us-east-1 is not the last one: those behind it would move"},
		{p.RemoveZone(east, "use1-az2"), "zone use1-az2 of prod us-east-1 holds the subnets of 1 cells"},
		{p.RemoveZone(east, "use1-az9"), "prod us-east-1 has no zone use1-az9"},
		{p.AddZone(east, "use1-az2"), "zone use1-az2 of prod us-east-1 is in the plan already"},
		{p.RenameZone(east, "use1-az1", "use1-az2"), "zone use1-az2 of prod us-east-1 is in the plan already"},
		{p.RemoveRegion(east, today), "prod us-east-1 still has 1 cells, remove them first"},
		{p.RemoveAccount("prod", today), "account prod still has 1 regions, remove them first"},
		{p.RemoveVPC(east, 0, today), "vpc slot 0 is the only one of prod us-east-1, remove the region"},
		{p.RemoveVPC(east, 1, today), "vpc slot 1 of prod us-east-1 is not in use"},
		{p.RemoveCell(east, "oak", today), "client oak has no cell in prod us-east-1"},
		{p.AddCell(east, "oak", 0, today), "cell slot 0 of prod us-east-1 is that of client acme"},
		{p.AddCell(east, "acme", 1, today), "client acme has a cell in prod us-east-1 already"},
		{p.AddCell(east, "oak", 64, today), "cell slot 64 is out of range, want 0 to 63"},
		{p.AddCell(nowhere, "oak", 1, today), "account prod has no region eu-west-1 in the plan"},
		{p.AddVPC(east, 0, today), "vpc slot 0 of prod us-east-1 is in use"},
		{p.AddVPC(east, 4, today), "vpc slot 4 is out of range, want 0 to 3"},
		{p.AddRegion(nowhere, 1, 0, two, today), "region slot 1 of account prod is that of region us-east-1"},
		{p.AddRegion(nowhere, 2, 0, nil, today), "prod eu-west-1 has 0 zones, want 1 to 4"},
		{p.AddRegion(nowhere, 2, 0, []string{"a", "a"}, today), "zone a of prod eu-west-1 is listed twice"},
		{p.AddAccount("ops", 2, today), "account slot 2 is that of account prod"},
		{p.AddAccount("ops", 0, today), "account slot 0 is out of range, want 1 to 15"},
		{p.AddAccount("prod", 3, today), "account prod is in the plan already"},
		{p.RenameAccount("ops", "dev"), "account ops is not in the plan"},
		{p.RenameCell(east, "oak", "elm"), "there is no client with a cell in prod us-east-1 called oak"},
	} {
		if tc.err == nil || tc.err.Error() != tc.want {
			t.Errorf("error %v, want %s", tc.err, tc.want)
		}
	}
}

func TestNextSlotsRunOut(t *testing.T) {
	t.Parallel()
	p := small(t)
	for i := 1; i <= ipam.MaxCellSlot; i++ {
		slot, err := p.NextCellSlot(east, today)
		if err != nil || slot != i {
			t.Fatalf("next slot %d (%v), want %d", slot, err, i)
		}
		if err := p.AddCell(east, "client"+strconv.Itoa(i), slot, today); err != nil {
			t.Fatal(err)
		}
	}
	const want = "all 64 cell slots of prod us-east-1 are in use or in quarantine: use another region or account"
	if _, err := p.NextCellSlot(east, today); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if slot, err := p.NextRegionSlot("prod", today); err != nil || slot != 0 {
		t.Errorf("next region slot %d (%v), want 0", slot, err)
	}
	if slot, err := p.NextVPCSlot(east, today); err != nil || slot != 1 {
		t.Errorf("next vpc slot %d (%v), want 1", slot, err)
	}
	if slot, err := p.NextAccountSlot(today); err != nil || slot != 1 {
		t.Errorf("next account slot %d (%v), want 1", slot, err)
	}
}

func TestDays(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"1970-01-01", "2024-02-29", "2026-12-31"} {
		d, err := ipam.ParseDay(text)
		if err != nil || d.String() != text {
			t.Errorf("%s is read as %s (%v)", text, d, err)
		}
	}
	for _, text := range []string{"", "2025-02-29", "2026-1-2", "02.01.2026", "2026-01-31T00:00:00Z"} {
		if d, err := ipam.ParseDay(text); err == nil {
			t.Errorf("%q is read as %s, want an error", text, d)
		}
	}
	late := time.Date(2026, 1, 31, 23, 30, 0, 0, time.FixedZone("", -3600))
	if got := ipam.DayOf(late).String(); got != "2026-02-01" {
		t.Errorf("%s is on %s, want 2026-02-01", late, got)
	}
}

func TestFreeCells(t *testing.T) {
	t.Parallel()
	p := small(t)
	free := func(want int, why string) {
		t.Helper()
		if got := p.FreeCells(east, today); got != want {
			t.Errorf("%s: %d cell slots are free, want %d", why, got, want)
		}
	}
	before := p.FreeCells(east, today)
	if err := p.AddCell(east, "oneMore", 40, today); err != nil {
		t.Fatal(err)
	}
	free(before-1, "with a cell more")
	if err := p.RemoveCell(east, "oneMore", today); err != nil {
		t.Fatal(err)
	}
	free(before-1, "with its slot in quarantine")
	if got := p.FreeCells(east, today+ipam.Day(366)); got != before {
		t.Errorf("a year later %d cell slots are free, want %d", got, before)
	}
	if got := p.FreeCells(ipam.Place{Account: "prod", Region: "mars-1"}, today); got != 0 {
		t.Errorf("a region that does not exist has %d free cell slots", got)
	}
}

func TestCellsMayHaveVPCsOfTheirOwn(t *testing.T) {
	t.Parallel()
	const today ipam.Day = 20000
	at := ipam.Place{Account: "prod", Region: "us-east-1"}
	p := &ipam.Plan{}
	for _, err := range []error{
		p.AddAccount("prod", 2, today), p.AddRegion(at, 0, 0, []string{"a", "b"}, today), p.AddCell(at, "acme", 0, today), p.AddCell(at, "birch", 1, today), p.AddCellVPC(at, "acme", 2, today),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for want, err := range map[string]error{
		"vpc slot 2 of prod us-east-1 is that of client acme":                         p.AddCellVPC(at, "birch", 2, today),
		"vpc slot 0 of prod us-east-1 is in use":                                      p.AddCellVPC(at, "birch", 0, today),
		"vpc slot 4 is out of range, want 0 to 3":                                     p.AddCellVPC(at, "birch", 4, today),
		"client acme has vpc slot 2 of prod us-east-1 already":                        p.AddCellVPC(at, "acme", 3, today),
		"client cedar has no cell in prod us-east-1":                                  p.AddCellVPC(at, "cedar", 3, today),
		"client birch has no VPC of its own in prod us-east-1":                        p.RemoveCellVPC(at, "birch", today),
		"client acme still has vpc slot 2 of prod us-east-1, remove it first":         p.RemoveCell(at, "acme", today),
		"vpc slot 2 of prod us-east-1 is that of client acme (for the account's VPC)": annotate(p.AddVPC(at, 2, today), " (for the account's VPC)"),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
	var own []string
	for _, b := range p.Blocks(today) {
		if b.VPC == netip.MustParsePrefix("10.34.0.0/16") {
			own = append(own, string(b.Kind)+" "+b.CIDR.String()+" "+b.Client)
		}
	}
	if len(own) != 1+4+8 || own[0] != "vpc 10.34.0.0/16 acme" || own[2] != "subnet 10.34.0.0/20 acme" {
		t.Errorf("the cell's VPC has %q", own)
	}
	if err := p.RenameCell(at, "acme", "elm"); err != nil {
		t.Fatal(err)
	}
	if err := p.RemoveCellVPC(at, "elm", today); err != nil {
		t.Fatal(err)
	}
	if err := p.AddCellVPC(at, "birch", 2, today); err == nil || err.Error() != "vpc slot 2 was that of the VPC of client elm and stays in quarantine until "+(today+ipam.QuarantineDays).String() {
		t.Errorf("error = %v", err)
	}
	if err := p.AddCellVPC(at, "birch", 2, today+ipam.QuarantineDays); err != nil {
		t.Error(err)
	}
}

func annotate(err error, text string) error {
	if err == nil {
		return nil
	}
	return errors.New(err.Error() + text)
}
