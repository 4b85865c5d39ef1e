package fleet_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"math/big"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
)

// changed loads the shipped configuration with changes: old and new texts by file.
func changed(t *testing.T, changes map[string][2]string) *config.Tree {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, os.DirFS("../../configs")); err != nil {
		t.Fatal(err)
	}
	for name, c := range changes {
		path := filepath.Join(dir, name)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), c[0]) {
			t.Fatalf("%s has no %q", name, c[0])
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), c[0], c[1], 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// eastAddresses is what base/nonprod-us-east-1 of the shipped configuration publishes.
func eastAddresses(t *testing.T) fleet.Addresses {
	t.Helper()
	at, ok := fleet.AddressesOf(map[string]any{"vpcCidr": "10.16.0.0/16", "subnetCidrs": map[string]any{
		"app":  map[string]any{"use1-az1": "10.16.0.0/20", "use1-az2": "10.16.16.0/20", "use1-az4": "10.16.32.0/20"},
		"data": map[string]any{"use1-az1": "10.16.128.0/21", "use1-az2": "10.16.136.0/21", "use1-az4": "10.16.144.0/21"},
	}})
	if !ok {
		t.Fatal("the addresses are not read")
	}
	return at
}

func TestAddressesOf(t *testing.T) {
	t.Parallel()
	at := eastAddresses(t)
	if at.VPC != netip.MustParsePrefix("10.16.0.0/16") || at.Subnets["data"]["use1-az4"] != netip.MustParsePrefix("10.16.144.0/21") {
		t.Errorf("addresses %+v", at)
	}
	for _, outputs := range []map[string]any{nil, {"vpcCidr": "[secret]"}, {"vpcCidr": 7}} {
		if at, ok := fleet.AddressesOf(outputs); ok {
			t.Errorf("%v is read as %+v", outputs, at)
		}
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	const zones = "[use1-az1, use1-az2, use1-az4]"
	organization := func(old, new string) map[string][2]string {
		return map[string][2]string{"organization.yaml": {old, new}}
	}
	alone := fleet.States{baseEast: up(60)}
	withCell := fleet.States{baseEast: up(60), acme: {Resources: 80, Ready: true, References: []fleet.Stack{baseEast}}}
	const region = "accounts[nonprod].regions[us-east-1]"
	for _, tc := range []struct {
		name    string
		changes map[string][2]string
		states  fleet.States
		op      fleet.Operation
		targets []fleet.Stack
		// want are pairs: the path of the value in the target, and the rest of the problem.
		target string
		want   [][2]string
	}{
		{name: "nothing changed", states: withCell},
		{name: "a zone more", changes: organization(zones, "[use1-az1, use1-az2, use1-az4, use1-az5]"), states: withCell},
		{name: "the last zone without cells", changes: organization(zones, "[use1-az1, use1-az2]"), states: alone},
		{name: "the last zone with cells", changes: organization(zones, "[use1-az1, use1-az2]"), states: withCell, want: [][2]string{{region + ".zones",
			"zone use1-az4 of base/nonprod-us-east-1 would go, but 1 cell has subnets there: cell/acme (restore use1-az4 as zones[2], or destroy these cells first)"}}},
		{name: "the last zone with a cell that the backend tells little of", changes: organization(zones, "[use1-az1, use1-az2]"),
			states: fleet.States{baseEast: up(60), acme: up(80)}, want: [][2]string{{region + ".zones",
				"zone use1-az4 of base/nonprod-us-east-1 would go, but 1 cell has subnets there: cell/acme (restore use1-az4 as zones[2], or destroy these cells first)"}}},
		{name: "the last zone with an orphan", changes: organization(zones, "[use1-az1, use1-az2]"),
			states: fleet.States{baseEast: up(60), {Project: "cell", Name: "gone"}: {Resources: 80, References: []fleet.Stack{baseEast}}}, want: [][2]string{{region + ".zones",
				"zone use1-az4 of base/nonprod-us-east-1 would go, but 1 cell has subnets there: cell/gone (restore use1-az4 as zones[2], or destroy these cells first)"}}},
		{name: "a zone before the last", changes: organization(zones, "[use1-az1, use1-az4]"), states: alone, want: [][2]string{
			{region + ".zones[1]", "zone use1-az2 of base/nonprod-us-east-1, which is up, would give its subnets to use1-az4: only the last zone can go (restore use1-az2 as zones[1])"},
			{region + ".zones[1]", "zone use1-az4 of base/nonprod-us-east-1, which is up, is at position 2 and would move to 1: its subnets would be replaced (restore the order: use1-az4 is zones[2]; new zones come last)"}}},
		{name: "zones in another order", changes: organization(zones, "[use1-az2, use1-az1, use1-az4]"), states: alone, want: [][2]string{
			{region + ".zones[0]", "zone use1-az2 of base/nonprod-us-east-1, which is up, is at position 1 and would move to 0: its subnets would be replaced (restore the order: use1-az2 is zones[1]; new zones come last)"},
			{region + ".zones[1]", "zone use1-az1 of base/nonprod-us-east-1, which is up, is at position 0 and would move to 1: its subnets would be replaced (restore the order: use1-az1 is zones[0]; new zones come last)"}}},
		{name: "an account's slot", changes: organization("slot: 1", "slot: 9"), states: alone, op: fleet.Preview, want: [][2]string{{"accounts[nonprod].slot",
			"slot 9 of account nonprod would move the VPC of base/nonprod-us-east-1, which is up, from 10.16.0.0/16 to 10.144.0.0/16: everything in it would be replaced (restore slot 1)"}}},
		{name: "a region's slot", changes: organization("slot: 0", "slot: 3"), states: alone, want: [][2]string{{region + ".slot",
			"slot 3 of region us-east-1 would move the VPC of base/nonprod-us-east-1, which is up, from 10.16.0.0/16 to 10.28.0.0/16: everything in it would be replaced (restore slot 0)"}}},
		{name: "a vpc's slot, seen from a cell", changes: map[string][2]string{"defaults/base.yaml": {"vpcSlot: 0", "vpcSlot: 1"}}, states: alone, targets: []fleet.Stack{acme},
			target: "base/nonprod-us-east-1", want: [][2]string{{"network.vpcSlot",
				"slot 1 of the VPC would move the VPC of base/nonprod-us-east-1, which is up, from 10.16.0.0/16 to 10.17.0.0/16: everything in it would be replaced (restore slot 0)"}}},
		{name: "taking down is no matter", changes: organization(zones, "[use1-az1, use1-az2]"), states: withCell, op: fleet.Refresh},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tree := changed(t, tc.changes)
			target := tc.target
			if target == "" {
				target = "organization"
			}
			var want []string
			for _, w := range tc.want {
				want = append(want, tree.Where(target, w[0])+": "+w[0]+": "+w[1])
			}
			op, targets := tc.op, tc.targets
			if op == "" {
				op = fleet.Up
			}
			if targets == nil {
				targets = []fleet.Stack{baseEast}
			}
			if got := refused(t, tree, op, targets, tc.states, map[fleet.Stack]fleet.Addresses{baseEast: eastAddresses(t)}); got != strings.Join(want, "\n") {
				t.Errorf("refused with\n%s\nwant\n%s", got, strings.Join(want, "\n"))
			}
		})
	}
}

// refused returns what preflight says of an operation, "" when it may go on.
func refused(t *testing.T, tree *config.Tree, op fleet.Operation, targets []fleet.Stack, states fleet.States, at map[fleet.Stack]fleet.Addresses) string {
	t.Helper()
	graph, err := fleet.FromTree(tree)
	if err != nil {
		t.Fatal(err)
	}
	if graph, err = graph.WithStates(states); err != nil {
		t.Fatal(err)
	}
	plan, err := graph.Plan(op, targets, states, false)
	if err != nil {
		t.Fatal(err)
	}
	err = graph.Preflight(tree, plan, states, at, time.Date(2026, 2, 14, 12, 0, 0, 0, time.UTC))
	var problems config.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("error %v, want problems", err)
	}
	return problems.Error()
}

func TestPreflightRefusesNewCellsWithCertificatesThatHaveEnded(t *testing.T) {
	t.Parallel()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sso := func(end time.Time) map[string][2]string {
		template := x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: end}
		der, err := x509.CreateCertificate(rand.Reader, &template, &template, public, private)
		if err != nil {
			t.Fatal(err)
		}
		text := "\nsso: {inbound: {type: saml, issuer: \"https://idp.example.org\", ssoURL: \"https://idp.example.org/saml\", certificate: \"" + base64.StdEncoding.EncodeToString(der) + "\"}}\nslot: 0"
		return map[string][2]string{"clients/acme/cell.yaml": {"\nslot: 0", text}}
	}
	yesterday, tomorrow := time.Date(2026, 2, 13, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 15, 0, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name   string
		end    time.Time
		states fleet.States
		target fleet.Stack
		want   string
	}{
		{"a new cell", yesterday, fleet.States{}, acme, "ended on 2026-02-13: nobody signs in with it"},
		{"a cell that is up already", yesterday, fleet.States{baseEast: up(60), acme: up(80)}, acme, ""},
		{"another cell", yesterday, fleet.States{}, birch, ""},
		{"a certificate that ends soon", tomorrow, fleet.States{}, acme, ""},
	} {
		got := refused(t, changed(t, sso(tc.end)), fleet.Up, []fleet.Stack{tc.target}, tc.states, nil)
		if (got == "") != (tc.want == "") || !strings.Contains(got, tc.want) {
			t.Errorf("%s: refused with %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestPreflightKeepsQuarantines(t *testing.T) {
	t.Parallel()
	slot := func(entry string) map[string][2]string {
		return map[string][2]string{"network/retired.yaml": {"retired: []", "retired: [" + entry + "]"}}
	}
	early := slot("{kind: cell, account: nonprod, region: us-east-1, client: oak, slot: 0, released: 2026-01-31}")
	over := slot("{kind: cell, account: nonprod, region: us-east-1, client: oak, slot: 0, released: 2026-01-01}")
	account := slot("{kind: account, account: lab, slot: 1, released: 2026-01-31}")
	none, alive := fleet.States{}, fleet.States{baseEast: up(60), acme: up(80)}
	for _, tc := range []struct {
		name    string
		changes map[string][2]string
		states  fleet.States
		target  fleet.Stack
		want    string
	}{
		{"a new cell", early, none, acme, "slot 0 was that of client oak and stays in quarantine until 2026-03-02"},
		{"a cell that is up already", early, alive, acme, ""},
		{"another cell", early, none, birch, ""},
		{"after the quarantine", over, none, acme, ""},
		{"a new account", account, none, baseEast, "slot 1 was that of account lab and stays in quarantine until 2026-03-02"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := refused(t, changed(t, tc.changes), fleet.Up, []fleet.Stack{tc.target}, tc.states, nil)
			if (got == "") != (tc.want == "") || !strings.Contains(got, tc.want) {
				t.Errorf("refused with %q, want %q", got, tc.want)
			}
		})
	}
}
