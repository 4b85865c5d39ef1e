package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cellworks/pkg/addressmap"
	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/spelling"
)

// networkBlock is one block of the address plan. Its JSON is published: fields
// are added, never renamed.
type networkBlock struct {
	CIDR    string `json:"cidr"`
	Kind    string `json:"kind"`
	Account string `json:"account"`
	Region  string `json:"region"`
	VPC     string `json:"vpc"`
	Tier    string `json:"tier"`
	AZ      string `json:"az"`
	Owner   string `json:"owner"`
	// Free is how many of Usable nobody has.
	Free int `json:"free"`
	// Usable is how many there are in the block.
	Usable int `json:"usable"`
	// Unit says what the two count: regions of an account, vpcs of a region, cells of a
	// VPC, zones of a tier, addresses of a cell or subnet.
	Unit string `json:"unit"`
}

// networkRetired is one block in quarantine. Its JSON is published, too.
type networkRetired struct {
	CIDR    string `json:"cidr"`
	Kind    string `json:"kind"`
	Account string `json:"account"`
	Region  string `json:"region"`
	VPC     string `json:"vpc"`
	Tier    string `json:"tier"`
	// Client is who had a cell's block, otherwise empty.
	Client string `json:"client"`
	// Released and Until are the days between which nobody may use the block.
	Released string `json:"released"`
	Until    string `json:"until"`
}

// networkReport is the JSON of network show.
type networkReport struct {
	Blocks  []networkBlock   `json:"blocks"`
	Retired []networkRetired `json:"retired"`
}

func (a *app) networkCommand() *cobra.Command {
	c := &cobra.Command{Use: "network", Short: "Work with the address plan"}
	c.AddCommand(a.networkShowCommand(), a.networkCheckCommand())
	return c
}

// networkView is what to show of the address plan, and how.
type networkView struct {
	format, output          string
	account, region, client string
}

func networkFormats() []string { return []string{"tree", "table", "markdown", "svg", "json"} }

func (a *app) networkShowCommand() *cobra.Command {
	v := networkView{}
	c := &cobra.Command{
		Use:   "show",
		Short: "Show who owns which addresses",
		Long: `Show who owns which addresses, down to each subnet: accounts, their regions, the
VPC of each, its tiers, the shared subnets and the cells with theirs. FREE counts
what nobody has of a block: regions of an account, VPCs of a region, cell slots
of a VPC, zone positions of a tier, usable addresses of a subnet. Slots in
quarantine are shown and not free.

  cellctl network show --account prod
  cellctl network show --client acme --format table
  cellctl network show --format svg --output addresses.svg`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.networkShow(v) },
	}
	c.Flags().StringVar(&v.format, "format", "", strings.Join(networkFormats(), ", ")+" (default tree)")
	c.Flags().StringVar(&v.output, "output", "", "write to this file")
	c.Flags().StringVar(&v.account, "account", "", "only this account")
	c.Flags().StringVar(&v.region, "region", "", "only this region")
	c.Flags().StringVar(&v.client, "client", "", "only the cell of this client")
	return c
}

func (a *app) networkShow(v networkView) error {
	if v.format == "" {
		v.format = "tree"
		if a.flags.json {
			v.format = "json"
		}
	}
	switch {
	case !slices.Contains(networkFormats(), v.format):
		return usage(fmt.Errorf("--format is %q (%s)", v.format, hint(v.format, networkFormats(), "formats")))
	case a.flags.json && v.format != "json":
		return usage(fmt.Errorf("--json and --format %s exclude each other", v.format))
	}
	tree, err := a.tree()
	if err != nil {
		return err
	}
	if err := v.known(tree); err != nil {
		return usage(err)
	}
	plan, err := tree.AddressPlan()
	if err != nil {
		return usage(err)
	}
	m := addressmap.New("Addresses of "+tree.Organization().Name, plan, ipam.DayOf(a.clock())).Only(v.account, v.region, v.client)
	write := map[string]func(io.Writer) error{
		"tree": m.Tree, "table": m.Table, "markdown": m.Markdown, "svg": m.SVG,
		"json": func(w io.Writer) error {
			to := *a
			to.stdout = w
			return to.print(networkJSON(m))
		},
	}[v.format]
	if v.output == "" {
		return write(a.stdout)
	}
	return a.writeFile(v.output, write)
}

// writeFile writes a file in the working directory.
func (a *app) writeFile(name string, write func(io.Writer) error) (err error) {
	if !filepath.IsAbs(name) {
		name = filepath.Join(a.dir, name)
	}
	file, err := os.Create(name)
	if err != nil {
		return usage(err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return write(file)
}

// known reports names in filters that the organization does not have.
func (v networkView) known(tree *config.Tree) error {
	var accounts, regions []string
	for _, account := range tree.Organization().Accounts {
		accounts = append(accounts, account.Name)
		for _, region := range account.Regions {
			if (v.account == "" || v.account == account.Name) && !slices.Contains(regions, region.Name) {
				regions = append(regions, region.Name)
			}
		}
	}
	var errs []error
	for _, f := range []struct {
		name, value string
		known       []string
	}{{"account", v.account, accounts}, {"region", v.region, regions}, {"client", v.client, tree.Clients()}} {
		// The regions of an unknown account are unknown, too, but that is said once.
		if f.value != "" && !slices.Contains(f.known, f.value) && (f.name != "region" || len(errs) == 0) {
			errs = append(errs, fmt.Errorf("unknown %s %q (%s)", f.name, f.value, hint(f.value, f.known, "known "+f.name+"s")))
		}
	}
	return errors.Join(errs...)
}

// hint names what was probably meant and what there is.
func hint(name string, known []string, what string) string {
	text := what + ": " + strings.Join(known, ", ")
	if near := spelling.Nearest(name, known); near != "" {
		text = fmt.Sprintf("did you mean %q? %s", near, text)
	}
	return text
}

func networkJSON(m addressmap.Map) networkReport {
	report := networkReport{Blocks: []networkBlock{}, Retired: []networkRetired{}}
	for _, b := range m.Blocks {
		report.Blocks = append(report.Blocks, networkBlock{
			CIDR: b.CIDR.String(), Kind: string(b.Kind), Account: b.Account, Region: b.Region, VPC: vpcText(b), Tier: string(b.Tier), AZ: b.Zone,
			Owner: addressmap.Owner(b), Free: b.Free, Usable: b.Usable, Unit: string(b.Unit),
		})
	}
	for _, q := range m.Quarantines() {
		report.Retired = append(report.Retired, networkRetired{
			CIDR: q.CIDR.String(), Kind: string(q.Kind), Account: q.Account, Region: q.Region, VPC: vpcText(q.Block), Tier: string(q.Tier),
			Client: q.Client, Released: q.Released.String(), Until: q.Until.String(),
		})
	}
	return report
}

// vpcText is the VPC of a block; above VPCs there is none.
func vpcText(b ipam.Block) string {
	if !b.VPC.IsValid() {
		return ""
	}
	return b.VPC.String()
}
