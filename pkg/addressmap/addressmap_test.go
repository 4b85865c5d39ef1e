package addressmap_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/addressmap"
	"cellworks/pkg/ipam"
)

const today = ipam.Day(20_500) // 2026-02-16

// update returns whether the files of testdata are to be written.
func update() bool { return flag.Lookup("update").Value.String() == "true" }

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write what the tests compare with")
	flag.Parse()
	os.Exit(m.Run())
}

// sample has two accounts, three VPCs, some cells, and something of every kind in
// quarantine.
func sample(t *testing.T) addressmap.Map {
	t.Helper()
	p := &ipam.Plan{}
	east, west, prod := ipam.Place{Account: "nonprod", Region: "us-east-1"}, ipam.Place{Account: "nonprod", Region: "us-west-2"}, ipam.Place{Account: "prod", Region: "us-east-1"}
	errs := []error{
		p.AddAccount("nonprod", 1, today), p.AddAccount("prod", 2, today), p.AddAccount("lab", 7, today),
		p.AddRegion(east, 0, 0, []string{"use1-az1", "use1-az2", "use1-az4"}, today),
		p.AddRegion(west, 1, 0, []string{"usw2-az1", "usw2-az2", "usw2-az3", "usw2-az4"}, today),
		p.AddRegion(prod, 0, 0, []string{"use1-az1", "use1-az2"}, today),
		p.AddRegion(ipam.Place{Account: "prod", Region: "eu-west-1"}, 3, 0, []string{"euw1-az1", "euw1-az2"}, today),
		p.AddVPC(prod, 1, today),
	}
	for i, client := range []string{"acme", "birch", "cedar", "dogwood", "elm", "averylongone"} {
		errs = append(errs, p.AddCell(east, client, i*2, today), p.AddCell(prod, client, i, today))
	}
	errs = append(errs,
		p.RemoveAccount("lab", today), p.RemoveVPC(prod, 1, today), p.RemoveRegion(ipam.Place{Account: "prod", Region: "eu-west-1"}, today),
		p.RemoveCell(east, "cedar", today))
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	return addressmap.New("meridian", p, today)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if update() {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != got {
		t.Errorf("%s has changed (%v): look at the difference after go test ./pkg/addressmap -update", path, err)
	}
}

func written(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFormats(t *testing.T) {
	t.Parallel()
	m := sample(t)
	client := m.Only("nonprod", "", "acme")
	for name, write := range map[string]func(io.Writer) error{
		"map.svg": m.SVG, "client.tree": client.Tree, "client.table": client.Table, "client.md": client.Markdown,
		"nonprod-east.tree": m.Only("nonprod", "us-east-1", "").Tree,
	} {
		golden(t, name, written(t, write))
	}
}

func TestOnlyLeavesWhatIsAround(t *testing.T) {
	t.Parallel()
	m := sample(t)
	var got []string
	for _, b := range m.Only("", "", "dogwood").Blocks {
		if b.Account == "prod" && b.Kind != ipam.KindSubnet {
			got = append(got, fmt.Sprint(b.Kind, " ", b.CIDR))
		}
	}
	const want = "account 10.32.0.0/12, region 10.32.0.0/14, vpc 10.32.0.0/16, tier 10.32.0.0/17, cell 10.32.67.0/24, tier 10.32.128.0/18, cell 10.32.161.128/25"
	if strings.Join(got, ", ") != want {
		t.Errorf("blocks %s, want %s", strings.Join(got, ", "), want)
	}
	if all := m.Only("", "", ""); len(all.Blocks) != len(m.Blocks) || len(all.Retired) != len(m.Retired) {
		t.Errorf("without a filter %d of %d blocks are left", len(all.Blocks), len(m.Blocks))
	}
	if none := m.Only("nonprod", "us-east-1", "dogwoo"); len(none.Blocks) > 0 {
		t.Errorf("an unknown client has %v", none.Blocks)
	}
}

func TestQuarantinesOfCellsAreInEveryVPC(t *testing.T) {
	t.Parallel()
	var got []string
	for _, q := range sample(t).Quarantines() {
		got = append(got, fmt.Sprint(q.Kind, " ", q.CIDR, " until ", q.Until))
	}
	const want = "cell 10.16.68.0/24 until 2026-03-18, cell 10.16.162.0/25 until 2026-03-18, vpc 10.33.0.0/16 until 2026-03-18, " +
		"region 10.44.0.0/14 until 2026-03-18, vpc 10.44.0.0/16 until 2026-03-18, account 10.112.0.0/12 until 2026-03-18"
	if strings.Join(got, ", ") != want {
		t.Errorf("quarantines %s, want %s", strings.Join(got, ", "), want)
	}
}

// TestPictureIsXMLWhateverNamesAre draws names that no configuration has.
func TestPictureIsXMLWhateverNamesAre(t *testing.T) {
	t.Parallel()
	const evil = `</title><script>&"'` + "\x00" + `|*`
	p := &ipam.Plan{}
	at := ipam.Place{Account: evil, Region: evil}
	if err := errors.Join(p.AddAccount(evil, 15, today), p.AddRegion(at, 3, 3, []string{evil}, today), p.AddCell(at, evil, 63, today)); err != nil {
		t.Fatal(err)
	}
	m := addressmap.New(evil, p, today)
	text := written(t, m.SVG)
	if strings.Contains(text, "<script") {
		t.Error("a name has become an element")
	}
	d := xml.NewDecoder(strings.NewReader(text))
	depth, elements := 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
			elements++
		case xml.EndElement:
			depth--
		}
	}
	if depth != 0 || elements < 100 {
		t.Errorf("%d elements, depth %d at the end", elements, depth)
	}
	if page := written(t, m.Markdown); strings.Contains(page, "<script") || strings.Contains(page, "'\x00|") {
		t.Errorf("a name has become markup:\n%s", page)
	}
}

func TestSameMapSamePicture(t *testing.T) {
	t.Parallel()
	first, second := written(t, sample(t).SVG), written(t, sample(t).SVG)
	if first != second {
		t.Error("two pictures of one plan differ")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteErrorsAreReported(t *testing.T) {
	t.Parallel()
	m := sample(t)
	for name, write := range map[string]func(io.Writer) error{"tree": m.Tree, "table": m.Table, "markdown": m.Markdown, "svg": m.SVG} {
		if err := write(full{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestVPCsOfCellsAreShown holds that the VPC of a cell, and all in it, is the cell's.
func TestVPCsOfCellsAreShown(t *testing.T) {
	t.Parallel()
	p, at := &ipam.Plan{}, ipam.Place{Account: "prod", Region: "us-east-1"}
	if err := errors.Join(p.AddAccount("prod", 2, today), p.AddRegion(at, 0, 0, []string{"use1-az1"}, today), p.AddCell(at, "acme", 0, today), p.AddCell(at, "birch", 1, today),
		p.AddCellVPC(at, "acme", 2, today), p.RemoveCell(at, "birch", today)); err != nil {
		t.Fatal(err)
	}
	m := addressmap.New("meridian", p, today)
	tree := written(t, m.Tree)
	for _, line := range []string{
		"    10.34.0.0/16               vpc of cell acme  0 of 0 cells    cell/acme",
		"      10.34.0.0/17               tier app        3 of 4 zones    cell/acme",
		"        10.34.0.0/20               use1-az1      4091 addresses  cell/acme",
	} {
		if !strings.Contains(squeezed(tree), squeezed(line)) {
			t.Errorf("the tree lacks %q:\n%s", line, tree)
		}
	}
	if text := written(t, m.SVG); !strings.Contains(text, "one cell&#39;s own") || strings.Count(text, "cell slot 5 is free") != 2 {
		t.Errorf("the picture shows free cell slots %d times, want those of the account's VPC in two tiers", strings.Count(text, "cell slot 5 is free"))
	}
	for _, q := range m.Quarantines() {
		if q.VPC == netip.MustParsePrefix("10.34.0.0/16") {
			t.Errorf("%s of %s is in quarantine in another cell's VPC", q.CIDR, q.Client)
		}
	}
	var kinds []string
	for _, b := range m.Only("", "", "acme").Blocks {
		kinds = append(kinds, string(b.Kind)+" "+b.Client)
	}
	if !slices.Contains(kinds, "vpc acme") || slices.Contains(kinds, "cell birch") {
		t.Errorf("of client acme %q is shown", kinds)
	}
}

func squeezed(text string) string { return strings.Join(strings.Fields(text), " ") }
