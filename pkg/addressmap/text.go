package addressmap

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"cellworks/pkg/ipam"
)

// Tree writes the map with each block below the one that it lies in. It fails when w
// does.
func (m Map) Tree(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CIDR\tWHAT\tFREE\tOWNER")
	for _, r := range m.rows() {
		indent := strings.Repeat("  ", depth(r.Block))
		fmt.Fprintf(table, "%s%s\t%s%s\t%s\t%s\n", indent, r.CIDR, indent, what(r.Block), r.free, r.owner)
	}
	return table.Flush()
}

// columns are the heads of tables.
func columns() []string {
	return []string{"ACCOUNT", "REGION", "VPC", "TIER", "AZ", "CIDR", "KIND", "FREE", "OWNER"}
}

func (r row) cells() []string {
	vpc := ""
	if r.VPC.IsValid() {
		vpc = r.VPC.String()
	}
	return []string{r.Account, r.Region, vpc, string(r.Tier), r.Zone, r.CIDR.String(), string(r.Kind), r.free, r.owner}
}

// Table writes one line for each block, with everything that tells where it is. It
// fails when w does.
func (m Map) Table(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, strings.Join(columns(), "\t"))
	for _, r := range m.rows() {
		fmt.Fprintln(table, strings.Join(r.cells(), "\t"))
	}
	return table.Flush()
}

// Markdown writes a page with a table of what accounts and regions have and one for
// each VPC. It fails when w does.
func (m Map) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", markdown(m.Title))
	head := func(columns ...string) {
		fmt.Fprintf(&b, "\n| %s |\n|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	}
	line := func(cells ...string) {
		for i, c := range cells {
			cells[i] = markdown(c)
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	rows := m.rows()
	head("Account", "Region", "CIDR", "Kind", "Free", "Owner")
	for _, r := range rows {
		if !r.VPC.IsValid() || r.Kind == ipam.KindVPC {
			line(r.Account, r.Region, r.CIDR.String(), string(r.Kind), r.free, r.owner)
		}
	}
	for _, v := range rows {
		if _, live := vpcOf(m.Blocks, v.Block); v.Kind != ipam.KindVPC || !live {
			continue
		}
		fmt.Fprintf(&b, "\n## %s %s, %s\n", markdown(v.Account), markdown(v.Region), v.CIDR)
		head("Tier", "AZ", "CIDR", "Kind", "Free", "Owner")
		for _, r := range rows {
			if r.VPC == v.VPC && r.Kind != ipam.KindVPC {
				line(string(r.Tier), r.Zone, r.CIDR.String(), string(r.Kind), r.free, r.owner)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// vpcOf finds the VPC that a block is or lies in among allocations.
func vpcOf(blocks []ipam.Block, of ipam.Block) (ipam.Block, bool) {
	for _, b := range blocks {
		if b.Kind == ipam.KindVPC && b.VPC == of.VPC {
			return b, true
		}
	}
	return ipam.Block{}, false
}

// markdown escapes what would end a cell of a table or begin something else.
func markdown(text string) string {
	return strings.NewReplacer("\\", "\\\\", "|", "\\|", "<", "&lt;", "*", "\\*", "_", "\\_", "`", "\\`", "\n", " ").Replace(text)
}
