package ipam_test

import (
	"net/netip"
	"slices"
	"testing"

	"cellworks/pkg/ipam"
)

func TestPlanIsTheDocumentedOne(t *testing.T) {
	t.Parallel()
	v := mustVPC(t, 1, 0, 0)
	second := mustVPC(t, 2, 1, 1)
	last := mustVPC(t, 15, 3, 3)
	app0, data0 := mustCell(t, v, 0)
	_, data1 := mustCell(t, v, 1)
	app63, data63 := mustCell(t, v, 63)
	for _, tc := range []struct {
		what string
		got  netip.Prefix
		want string
	}{
		{"private", ipam.Private(), "10.0.0.0/8"},
		{"account 1", must(ipam.AccountBlock(1)), "10.16.0.0/12"},
		{"account 15", must(ipam.AccountBlock(15)), "10.240.0.0/12"},
		{"account 1 region 1", must(ipam.RegionBlock(1, 1)), "10.20.0.0/14"},
		{"vpc 1/0/0", v.CIDR(), "10.16.0.0/16"},
		{"vpc 2/1/1", second.CIDR(), "10.37.0.0/16"},
		{"vpc 15/3/3", last.CIDR(), "10.255.0.0/16"},
		{"app tier", v.Tier(ipam.App), "10.16.0.0/17"},
		{"data tier", v.Tier(ipam.Data), "10.16.128.0/18"},
		{"public tier", v.Tier(ipam.Public), "10.16.192.0/19"},
		{"intra tier", v.Tier(ipam.Intra), "10.16.224.0/19"},
		{"app zone 2", must(v.Subnet(ipam.App, 2)), "10.16.32.0/20"},
		{"data zone 3", must(v.Subnet(ipam.Data, 3)), "10.16.152.0/21"},
		{"public zone 1", must(v.Subnet(ipam.Public, 1)), "10.16.200.0/21"},
		{"intra zone 3", must(v.Subnet(ipam.Intra, 3)), "10.16.248.0/21"},
		{"cell 0 app", app0, "10.16.64.0/24"},
		{"cell 0 data", data0, "10.16.160.0/25"},
		{"cell 1 data", data1, "10.16.160.128/25"},
		{"cell 63 app", app63, "10.16.127.0/24"},
		{"cell 63 data", data63, "10.16.191.128/25"},
		{"cells of the app tier", v.Cells(ipam.App), "10.16.64.0/18"},
		{"cells of the data tier", v.Cells(ipam.Data), "10.16.160.0/19"},
		{"cells of the public tier", v.Cells(ipam.Public), "invalid Prefix"},
		{"cell 5 app zone 3", must(v.CellSubnet(ipam.App, 5, 3)), "10.16.69.192/26"},
		{"cell 5 data zone 1", must(v.CellSubnet(ipam.Data, 5, 1)), "10.16.162.160/27"},
	} {
		if tc.got.String() != tc.want {
			t.Errorf("%s = %s, want %s", tc.what, tc.got, tc.want)
		}
	}
}

func TestSlotsOutOfRangeAreRefused(t *testing.T) {
	t.Parallel()
	v := mustVPC(t, 1, 0, 0)
	for _, tc := range []struct {
		what string
		err  error
		want string
	}{
		{"account 0", errOf(ipam.AccountBlock(0)), "account slot 0 is out of range, want 1 to 15"},
		{"account 16", errOf(ipam.NewVPC(16, 0, 0)), "account slot 16 is out of range, want 1 to 15"},
		{"region 4", errOf(ipam.RegionBlock(1, 4)), "region slot 4 is out of range, want 0 to 3"},
		{"region -1", errOf(ipam.NewVPC(1, -1, 0)), "region slot -1 is out of range, want 0 to 3"},
		{"vpc 4", errOf(ipam.NewVPC(1, 0, 4)), "vpc slot 4 is out of range, want 0 to 3"},
		{"zone 4", errOf(v.Subnet(ipam.App, 4)), "zone 4 is out of range, want 0 to 3"},
		{"tier", errOf(v.Subnet("web", 0)), `unknown tier "web", want app, data, public or intra`},
		{"cell 64", errOf(v.CellSubnet(ipam.App, 64, 0)), "cell slot 64 is out of range, want 0 to 63"},
		{"cell zone 4", errOf(v.CellSubnet(ipam.Data, 0, 4)), "zone 4 is out of range, want 0 to 3"},
		{"public cell", errOf(v.CellSubnet(ipam.Public, 0, 0)), `tier "public" has no cell blocks, want app or data`},
		{"zero vpc", errOf(ipam.VPC{}.Subnet(ipam.App, 0)), "the zero VPC has no addresses, make one with NewVPC"},
	} {
		if tc.err == nil || tc.err.Error() != tc.want {
			t.Errorf("%s: error %v, want %s", tc.what, tc.err, tc.want)
		}
	}
	if _, _, err := v.Cell(-1); err == nil {
		t.Error("cell slot -1 was accepted")
	}
	if p := v.Tier("web"); p.IsValid() {
		t.Errorf("tier web = %s, want the zero prefix", p)
	}
}

func TestSubnetsAndCellsTileEveryVPC(t *testing.T) {
	t.Parallel()
	for _, s := range [][3]int{{1, 0, 0}, {3, 2, 1}, {15, 3, 3}} {
		v := mustVPC(t, s[0], s[1], s[2])
		checkTiles(t, v.CIDR(), leaves(t, v))
		var tiers []netip.Prefix
		for _, tier := range ipam.Tiers() {
			tiers = append(tiers, v.Tier(tier))
		}
		checkTiles(t, v.CIDR(), tiers)
	}
}

func TestVPCsTileTheirRegionsAndAccounts(t *testing.T) {
	t.Parallel()
	reserved := netip.MustParsePrefix("10.0.0.0/12")
	accounts := []netip.Prefix{reserved}
	for a := ipam.MinAccountSlot; a <= ipam.MaxAccountSlot; a++ {
		accounts = append(accounts, must(ipam.AccountBlock(a)))
		var regions []netip.Prefix
		for r := 0; r <= ipam.MaxRegionSlot; r++ {
			region := must(ipam.RegionBlock(a, r))
			regions = append(regions, region)
			var vpcs []netip.Prefix
			for v := 0; v <= ipam.MaxVPCSlot; v++ {
				vpcs = append(vpcs, mustVPC(t, a, r, v).CIDR())
			}
			checkTiles(t, region, vpcs)
		}
		checkTiles(t, must(ipam.AccountBlock(a)), regions)
	}
	checkTiles(t, ipam.Private(), accounts)
}

func FuzzBlocksOfDifferentSlotsNeverOverlap(f *testing.F) {
	f.Add(1, 0, 0, 0, 0, 1, 0, 0, 1, 0)
	f.Add(15, 3, 3, 63, 3, 15, 3, 2, 63, 3)
	f.Add(0, -1, 4, 64, 4, 16, 1<<40, -7, 99, -1)
	f.Fuzz(func(t *testing.T, a1, r1, v1, s1, z1, a2, r2, v2, s2, z2 int) {
		one, ok1 := cellSubnets(t, a1, r1, v1, s1, z1)
		two, ok2 := cellSubnets(t, a2, r2, v2, s2, z2)
		if !ok1 || !ok2 {
			return
		}
		same := [5]int{a1, r1, v1, s1, z1} == [5]int{a2, r2, v2, s2, z2}
		for i, p := range one {
			for j, q := range two {
				if want := same && i == j; p.Overlaps(q) != want {
					t.Fatalf("%s and %s: overlap %t, want %t", p, q, !want, want)
				}
			}
		}
	})
}

// cellSubnets returns the app and the data subnet, checked to lie in all their
// parents. It reports false when a slot is out of range, after checking that
// out of range is the reason.
func cellSubnets(t *testing.T, a, r, v, s, z int) ([]netip.Prefix, bool) {
	t.Helper()
	in := func(n, lo, hi int) bool { return lo <= n && n <= hi }
	valid := in(a, 1, 15) && in(r, 0, 3) && in(v, 0, 3)
	vpc, err := ipam.NewVPC(a, r, v)
	if (err == nil) != valid {
		t.Fatalf("NewVPC(%d, %d, %d) error %v, want valid %t", a, r, v, err, valid)
	}
	if err != nil {
		return nil, false
	}
	appBlock, dataBlock, err := vpc.Cell(s)
	if (err == nil) != in(s, 0, 63) {
		t.Fatalf("Cell(%d) error %v", s, err)
	}
	if err != nil {
		return nil, false
	}
	app, errApp := vpc.CellSubnet(ipam.App, s, z)
	data, errData := vpc.CellSubnet(ipam.Data, s, z)
	if (errApp == nil) != in(z, 0, 3) || (errData == nil) != in(z, 0, 3) {
		t.Fatalf("CellSubnet(%d, %d) errors %v, %v", s, z, errApp, errData)
	}
	if errApp != nil {
		return nil, false
	}
	checkChain(t, ipam.Private(), must(ipam.AccountBlock(a)), must(ipam.RegionBlock(a, r)), vpc.CIDR(), vpc.Tier(ipam.App), appBlock, app)
	checkChain(t, vpc.CIDR(), vpc.Tier(ipam.Data), dataBlock, data)
	return []netip.Prefix{app, data}, true
}

// checkChain fails unless each block contains the next and is aligned.
func checkChain(t *testing.T, chain ...netip.Prefix) {
	t.Helper()
	for i, p := range chain {
		if p != p.Masked() {
			t.Fatalf("%s is not aligned", p)
		}
		if i > 0 && (!chain[i-1].Contains(p.Addr()) || p.Bits() <= chain[i-1].Bits()) {
			t.Fatalf("%s does not contain %s", chain[i-1], p)
		}
	}
}

// checkTiles fails unless the blocks cover all of parent, each address once.
func checkTiles(t *testing.T, parent netip.Prefix, blocks []netip.Prefix) {
	t.Helper()
	slices.SortFunc(blocks, func(a, b netip.Prefix) int { return a.Addr().Compare(b.Addr()) })
	size := 0
	for i, p := range blocks {
		checkChain(t, parent, p)
		if i > 0 && blocks[i-1].Overlaps(p) {
			t.Errorf("%s overlaps %s", blocks[i-1], p)
		}
		size += 1 << (32 - p.Bits())
	}
	if want := 1 << (32 - parent.Bits()); size != want {
		t.Errorf("the blocks of %s hold %d addresses, want %d", parent, size, want)
	}
}

// leaves returns every smallest block of the plan: shared subnets and subnets of cells.
func leaves(t *testing.T, v ipam.VPC) []netip.Prefix {
	t.Helper()
	var out []netip.Prefix
	for zone := 0; zone <= ipam.MaxZone; zone++ {
		for _, tier := range ipam.Tiers() {
			out = append(out, must(v.Subnet(tier, zone)))
		}
		for slot := 0; slot <= ipam.MaxCellSlot; slot++ {
			out = append(out, must(v.CellSubnet(ipam.App, slot, zone)), must(v.CellSubnet(ipam.Data, slot, zone)))
		}
	}
	return out
}

func mustVPC(t *testing.T, account, region, vpc int) ipam.VPC {
	t.Helper()
	v, err := ipam.NewVPC(account, region, vpc)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func mustCell(t *testing.T, v ipam.VPC, slot int) (app, data netip.Prefix) {
	t.Helper()
	app, data, err := v.Cell(slot)
	if err != nil {
		t.Fatal(err)
	}
	return app, data
}

func must(p netip.Prefix, err error) netip.Prefix {
	if err != nil {
		panic(err)
	}
	return p
}

func errOf[T any](_ T, err error) error { return err }
