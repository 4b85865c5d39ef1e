package config_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/ipam"
)

// released is a ledger with these entries.
func released(entries ...string) map[string]string {
	return map[string]string{"network/retired.yaml": "retired:\n  - " + strings.Join(entries, "\n  - ") + "\n"}
}

func with(changes ...map[string]string) map[string]string {
	out := map[string]string{}
	for _, c := range changes {
		maps.Copy(out, c)
	}
	return out
}

func day(t *testing.T, text string) time.Time {
	t.Helper()
	d, err := time.Parse("2006-01-02", text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const oak = "{kind: cell, account: nonprod, region: us-east-1, client: oak, slot: 3, released: 2026-01-31}"

func TestErrorsOfTheLedger(t *testing.T) {
	t.Parallel()
	const file = "configs/network/retired.yaml"
	checkWrong(t, []wrong{
		{"form", released("{kind: zone, account: nonprod, slot: 1, released: 2026-01-31}", "{kind: cell, acount: nonprod, slot: 64, released: 31.1.2026}", "x"), []string{
			file + `:2:12: retired[0].kind: "zone" is not known, want one of account, region, vpc, cell`,
			file + `:3:5: retired[1].account: missing key, want a string (for example: account: prod)`,
			file + `:3:18: retired[1].acount: unknown key (did you mean "account"? known keys: kind, account, region, client, slot, released, until)`,
			file + `:3:41: retired[1].slot: 64 is out of range, want 0 to 63`,
			file + `:3:55: retired[1].released: "31.1.2026" is not valid, want a day such as 2026-01-31`,
			file + `:4:5: retired[2]: "x" is a string, want a map with keys out of kind, account, region, client, slot, released, until`,
		}},
		{"kinds", released("{kind: cell, account: nonprod, slot: 1, released: 2026-01-31}", "{kind: account, account: lab, region: us-east-1, slot: 0, released: 2026-01-31}",
			"{kind: region, account: prod, region: us-east-1, client: oak, slot: 4, released: 2026-01-31}"), []string{
			file + `:2:5: retired[0]: an entry of kind cell needs the key client`,
			file + `:2:5: retired[0]: an entry of kind cell needs the key region`,
			file + `:3:43: retired[1].region: an entry of kind account has no region (remove it, or mend the kind)`,
			file + `:3:60: retired[1].slot: 0 is out of range for a slot of kind account, want 1 to 15`,
			file + `:4:62: retired[2].client: an entry of kind region has no client (remove it, or mend the kind)`,
			file + `:4:73: retired[2].slot: 4 is out of range for a slot of kind region, want 0 to 3`,
		}},
		{"days", released("{kind: account, account: lab, slot: 7, released: 2026-02-30}", "{kind: account, account: lab, slot: 8, released: 2026-01-31, until: 2026-02-01}"), []string{
			file + `:2:54: retired[0].released: "2026-02-30" is not a day, want a date of the calendar written as 2026-01-31`,
			file + `:3:73: retired[1].until: the quarantine lasts less than 7 days: keys wait that long at least before they are deleted (until: 2026-02-07 is the earliest)`,
		}},
		{"twice", released(oak, strings.Replace(oak, "2026-01-31", "2026-02-02", 1)), []string{
			file + `:3:5: retired[1]: slot 3 of client oak was already given back at ` + file + `:2:5 (list it once)`,
		}},
		{"unknown places", released("{kind: cell, account: nonprd, region: us-east-1, client: oak, slot: 3, released: 2026-01-31}",
			"{kind: vpc, account: prod, region: us-west-1, slot: 1, released: 2026-01-31}"), []string{
			file + `:2:27: retired[0].account: unknown account "nonprd": it is neither in organization.yaml nor retired here (did you mean "nonprod"? known accounts: nonprod, prod)`,
			file + `:3:40: retired[1].region: unknown region "us-west-1": account prod neither has it in organization.yaml nor is it retired here (did you mean "us-west-2"? its regions: us-west-2)`,
		}},
		{"still in use", released("{kind: cell, account: nonprod, region: us-east-1, client: acme, slot: 0, released: 2026-01-31}",
			"{kind: vpc, account: prod, region: us-west-2, slot: 0, released: 2026-01-31}",
			"{kind: region, account: prod, region: us-west-2, slot: 0, released: 2026-01-31}",
			"{kind: account, account: prod, slot: 2, released: 2026-01-31}"), []string{
			file + `:2:5: retired[0]: slot 0 of client acme is given back here and in use at configs/clients/acme/cell.yaml:3:7 (remove the entry if it was not given back; whoever comes back takes another slot)`,
			file + `:3:5: retired[1]: slot 0 of the VPC of prod us-west-2 is given back here and in use at configs/defaults/base.yaml:2:20 (remove the entry if it was not given back; whoever comes back takes another slot)`,
			file + `:4:5: retired[2]: slot 0 of region us-west-2 of account prod is given back here and in use at configs/organization.yaml:18:33 (remove the entry if it was not given back; whoever comes back takes another slot)`,
			file + `:5:5: retired[3]: slot 2 of account prod is given back here and in use at configs/organization.yaml:15:11 (remove the entry if it was not given back; whoever comes back takes another slot)`,
		}},
		{"another file", map[string]string{"network/slots.yaml": "x: y", "network/old/retired.yaml": "x: y"}, []string{
			`configs/network/old: unknown directory (remove it: nothing reads it here)`,
			`configs/network/slots.yaml: unknown file (known here: retired.yaml)`,
		}},
	})
}

func TestLedgerKnowsAccountsAndRegionsThatAreGone(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, released(
		"{kind: account, account: lab, slot: 7, released: 2026-01-31, until: 2026-02-10}",
		"{kind: region, account: lab, region: eu-west-1, slot: 2, released: 2026-01-30}",
		"{kind: cell, account: lab, region: eu-west-1, client: oak, slot: 5, released: 2026-01-29}",
		"{kind: cell, account: nonprod, region: us-west-2, client: oak, slot: 5, released: 2026-01-29}",
	))
	got := tree.Retired()
	at := func(i int) ipam.Slots { return got[i].At }
	if len(got) != 4 || at(0) != (ipam.Slots{Account: 7}) || at(1) != (ipam.Slots{Account: 7, Region: 2}) ||
		at(2) != (ipam.Slots{Account: 7, Region: 2, Cell: 5}) || at(3) != (ipam.Slots{Account: 1, Region: 1, Cell: 5}) {
		t.Errorf("the ledger is read as %+v", got)
	}
	if until := got[0].Until.String(); until != "2026-02-10" {
		t.Errorf("until %s, want what the entry says", until)
	}
	if until := got[1].Until.String(); until != "2026-03-01" {
		t.Errorf("until %s, want 30 days after the release", until)
	}
}

func TestEarlyReuseDependsOnTheDay(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, with(released(oak,
		"{kind: region, account: nonprod, region: eu-west-1, slot: 1, released: 2026-01-31}",
		"{kind: account, account: lab, slot: 2, released: 2026-01-31}",
		"{kind: vpc, account: prod, region: us-west-2, slot: 1, released: 2026-01-31}"),
		map[string]string{"clients/birch/cell.yaml": smallest(3)}))
	reuses, err := tree.EarlyReuses(day(t, "2026-03-01"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range reuses {
		got = append(got, r.Problem.String())
	}
	want := []string{
		"configs/clients/birch/cell.yaml:3:7: slot: slot 3 was that of client oak and stays in quarantine until 2026-03-02 (configs/network/retired.yaml:2:5) (slot 1 is free)",
		"configs/organization.yaml:12:33: accounts[nonprod].regions[us-west-2].slot: slot 1 was that of region eu-west-1 of account nonprod and stays in quarantine until 2026-03-02 (configs/network/retired.yaml:3:5) (slot 2 is free)",
		"configs/organization.yaml:15:11: accounts[prod].slot: slot 2 was that of account lab and stays in quarantine until 2026-03-02 (configs/network/retired.yaml:4:5) (slot 3 is free)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("problems:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if reuses, err := tree.EarlyReuses(day(t, "2026-03-02")); err != nil || len(reuses) > 0 {
		t.Errorf("after the quarantine: %v, %v", reuses, err)
	}
	if got := tree.FutureReleases(day(t, "2026-01-31")); len(got) > 0 {
		t.Errorf("released today: %v", got)
	}
	future := tree.FutureReleases(day(t, "2026-01-30"))
	if want := "configs/network/retired.yaml:2:87: retired[0].released: 2026-01-31 is after today, 2026-01-30 (write the day on which the last resource was deleted)"; len(future) != 4 || future[0].String() != want {
		t.Errorf("released tomorrow: %v, want %s first", future, want)
	}
}

func TestMovedSince(t *testing.T) {
	t.Parallel()
	organization := func(old, new string) map[string]string {
		text := sound()["organization.yaml"]
		if !strings.Contains(text, old) {
			t.Fatalf("no %q in the organization", old)
		}
		return map[string]string{"organization.yaml": strings.Replace(text, old, new, 1)}
	}
	birch := func(slot int) map[string]string { return map[string]string{"clients/birch/cell.yaml": smallest(slot)} }
	noRegion := organization("      - {name: us-west-2, slot: 1, zones: [usw2-az1, usw2-az2]}\n", "")
	noProd := map[string]string{"organization.yaml": strings.Split(sound()["organization.yaml"], "  - name: prod")[0]}
	elsewhere := map[string]string{"accounts/prod/base.yaml": "network: {vpcSlot: 1}\n"}
	for _, tc := range []struct {
		name          string
		before, after map[string]string
		want          []string
	}{
		{"nothing", birch(3), birch(3), nil},
		{"new things", nil, with(birch(3), organization("usw2-az2, usw2-az3]", "usw2-az2, usw2-az3, usw2-az4]")), nil},
		{"a cell's slot", birch(3), birch(4), []string{
			`configs/clients/birch/cell.yaml:3:7: slot: the slot of client birch was 3 at main (configs/clients/birch/cell.yaml:3:7): with another one all of its addresses move (restore slot 3)`}},
		{"a client gone", birch(3), nil, []string{
			`configs/clients/birch/cell.yaml:3:7: slot: slot 3 of client birch was in use at main and is gone, and configs/network/retired.yaml does not say so (restore it, or append the day of its release there: - {kind: cell, account: nonprod, region: us-east-1, client: birch, slot: 3, released: 2026-02-14})`}},
		{"a client gone and recorded", birch(3), released(strings.Replace(oak, "oak", "birch", 1)), nil},
		{"a client renamed", birch(3), map[string]string{"clients/cedar/cell.yaml": smallest(3)}, []string{
			`configs/clients/birch/cell.yaml:3:7: slot: slot 3 of client birch was in use at main and is gone, and configs/network/retired.yaml does not say so; client cedar has taken the slot: a client with a new name is a new client (restore it, or append the day of its release there: - {kind: cell, account: nonprod, region: us-east-1, client: birch, slot: 3, released: 2026-02-14})`}},
		{"a client moved", birch(3), map[string]string{"clients/birch/cell.yaml": strings.Replace(smallest(3), "us-east-1", "us-west-2", 1)}, []string{
			`configs/clients/birch/cell.yaml:3:7: slot: slot 3 of client birch was in use at main and is gone, and configs/network/retired.yaml does not say so (restore it, or append the day of its release there: - {kind: cell, account: nonprod, region: us-east-1, client: birch, slot: 3, released: 2026-02-14})`}},
		{"an account's slot", nil, organization("slot: 2", "slot: 5"), []string{
			`configs/organization.yaml:15:11: accounts[prod].slot: the slot of account prod was 2 at main (configs/organization.yaml:15:11): with another one all of its addresses move (restore slot 2)`}},
		{"a region's slot", nil, organization("{name: us-west-2, slot: 0", "{name: us-west-2, slot: 3"), []string{
			`configs/organization.yaml:18:33: accounts[prod].regions[us-west-2].slot: the slot of prod us-west-2 was 0 at main (configs/organization.yaml:18:33): with another one all of its addresses move (restore slot 0)`}},
		{"a region gone", nil, noRegion, []string{
			`configs/organization.yaml:12:33: accounts[nonprod].regions[us-west-2].slot: slot 1 of region us-west-2 of account nonprod was in use at main and is gone, and configs/network/retired.yaml does not say so (restore it, or append the day of its release there: - {kind: region, account: nonprod, region: us-west-2, slot: 1, released: 2026-02-14})`}},
		{"an account gone", nil, noProd, []string{
			`configs/organization.yaml:15:11: accounts[prod].slot: slot 2 of account prod was in use at main and is gone, and configs/network/retired.yaml does not say so (restore it, or append the day of its release there: - {kind: account, account: prod, slot: 2, released: 2026-02-14})`,
			`configs/organization.yaml:18:33: accounts[prod].regions[us-west-2].slot: slot 0 of region us-west-2 of account prod was in use at main and is gone, and configs/network/retired.yaml does not say so (restore it, or append the day of its release there: - {kind: region, account: prod, region: us-west-2, slot: 0, released: 2026-02-14})`}},
		{"an account gone and recorded", nil, with(noProd, released("{kind: account, account: prod, slot: 2, released: 2026-02-14}", "{kind: region, account: prod, region: us-west-2, slot: 0, released: 2026-02-14}")), nil},
		{"zones swapped", nil, organization("[usw2-az1, usw2-az2, usw2-az3]", "[usw2-az2, usw2-az1, usw2-az3]"), []string{
			`configs/organization.yaml:18:44: accounts[prod].regions[us-west-2].zones[0]: zone 0 of prod us-west-2 was usw2-az1 at main (configs/organization.yaml:18:43): its subnets would be replaced (restore usw2-az1 in this position; new zones come last)`,
			`configs/organization.yaml:18:54: accounts[prod].regions[us-west-2].zones[1]: zone 1 of prod us-west-2 was usw2-az2 at main (configs/organization.yaml:18:43): its subnets would be replaced (restore usw2-az2 in this position; new zones come last)`}},
		{"a zone without cells gone", nil, organization("usw2-az2, usw2-az3]", "usw2-az2]"), nil},
		{"a zone with cells gone", organization("[use1-az1, use1-az2]", "[use1-az1, use1-az2, use1-az4]"), nil, []string{
			`configs/organization.yaml:11:43: accounts[nonprod].regions[us-east-1].zones: zone use1-az4 of nonprod us-east-1 was listed at main (configs/organization.yaml:11:43) and is gone, but 1 cell there have subnets in it (restore it in the same position)`}},
		{"a vpc gone", nil, elsewhere, []string{
			`configs/defaults/base.yaml:LINE: network.vpcSlot: slot 0 of the VPC of prod us-west-2 was in use at main and is gone, and configs/network/retired.yaml does not say so (restore it, or append the day of its release there: - {kind: vpc, account: prod, region: us-west-2, slot: 0, released: 2026-02-14})`}},
		{"a vpc gone and recorded", nil, with(elsewhere, released("{kind: vpc, account: prod, region: us-west-2, slot: 0, released: 2026-02-14}")), nil},
		{"a vpc with cells gone", nil, map[string]string{"accounts/nonprod/base.yaml": "network: {vpcSlot: 2}\n"}, []string{
			`configs/accounts/nonprod/base.yaml:1:20: network.vpcSlot: the VPC of nonprod us-east-1 had slot 0 at main (configs/defaults/base.yaml:LINE): with another one the addresses of its 1 cell move (restore slot 0)`,
			`configs/defaults/base.yaml:LINE: network.vpcSlot: slot 0 of the VPC of nonprod us-west-2 was in use at main and is gone, and configs/network/retired.yaml does not say so (restore it, or append the day of its release there: - {kind: vpc, account: nonprod, region: us-west-2, slot: 0, released: 2026-02-14})`}},
		{"an entry changed", released(oak), released(strings.Replace(oak, "2026-01-31", "2025-12-31", 1)), []string{
			`configs/network/retired.yaml:2:5: the entry for slot 3 of client oak was in the file at main and is gone or changed: the file only grows (restore it: - ` + oak + `)`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			after := mustLoad(t, tc.after)
			got := after.MovedSince(mustLoad(t, tc.before), "main", day(t, "2026-02-14"))
			want := strings.ReplaceAll(strings.Join(tc.want, "\n"), "configs/defaults/base.yaml:LINE", mustLoad(t, nil).Where("base/nonprod-us-east-1", "network.vpcSlot"))
			if got.Error() != want {
				t.Errorf("problems:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func TestAddressPlanIsThatOfTheTree(t *testing.T) {
	t.Parallel()
	plan, err := mustLoad(t, released(oak)).AddressPlan()
	if err != nil {
		t.Fatal(err)
	}
	today := ipam.DayOf(day(t, "2026-02-14"))
	var got []string
	for _, b := range plan.Blocks(today) {
		if b.Kind != ipam.KindSubnet && b.Kind != ipam.KindTier {
			got = append(got, strings.TrimSpace(string(b.Kind)+" "+b.CIDR.String()+" "+b.Client))
		}
	}
	want := []string{"account 10.16.0.0/12", "region 10.16.0.0/14", "vpc 10.16.0.0/16", "cell 10.16.64.0/24 acme", "cell 10.16.160.0/25 acme",
		"region 10.20.0.0/14", "vpc 10.20.0.0/16", "account 10.32.0.0/12", "region 10.32.0.0/14", "vpc 10.32.0.0/16"}
	if !slices.Equal(got, want) {
		t.Errorf("blocks %q, want %q", got, want)
	}
	if _, err := plan.NextCellSlot(ipam.Place{Account: "nonprod", Region: "us-east-1"}, today); err != nil {
		t.Error(err)
	}
	if err := plan.AddCell(ipam.Place{Account: "nonprod", Region: "us-east-1"}, "birch", 3, today); err == nil {
		t.Error("a slot in quarantine was given out")
	}
}
