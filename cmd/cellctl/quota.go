package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/ipam"
	"cellworks/pkg/quota"
)

// quotaRow is how much of one quota is used. Its JSON is published: fields are added,
// never renamed.
type quotaRow struct {
	Quota   string `json:"quota"`
	Title   string `json:"title"`
	Account string `json:"account"`
	// Region is empty for a quota of the whole account.
	Region string `json:"region"`
	// Balancer is internal or public for a quota of a load balancer, with -1 and so on for
	// further shards; otherwise empty.
	Balancer string `json:"balancer"`
	Limit    int    `json:"limit"`
	// Raised says that the limit is the configuration's, not that of a new account.
	Raised bool    `json:"raised"`
	Used   float64 `json:"used"`
	// ByCells is the part of Used that cells use.
	ByCells float64 `json:"byCells"`
	Cells   int     `json:"cells"`
	// CellsLeft is for how many more default cells there is room; null when they use none.
	CellsLeft  *int   `json:"cellsLeft"`
	Adjustable bool   `json:"adjustable"`
	Service    string `json:"service"`
	Code       string `json:"code"`
	Source     string `json:"source"`
}

type quotaReport struct {
	Quotas []quotaRow `json:"quotas"`
}

func (a *app) quotaCommand() *cobra.Command {
	c := &cobra.Command{Use: "quota", Short: "Work with the service quotas of accounts"}
	c.AddCommand(&cobra.Command{
		Use:   "show [ACCOUNT/REGION]",
		Short: "Show what cells use of service quotas, and for how many more there is room",
		Long: `Show what the configured cells of each account and region, or of one, use of AWS's
service quotas when every service is scaled out, the stacks below them included,
and for how many more cells with the defaults there is room. It asks no cloud: a
limit is that of a new account unless quotas of the account in organization.yaml
says otherwise (marked with *).

  cellctl quota show prod/us-east-1`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.quotaShow(args) },
	})
	return c
}

func (a *app) quotaShow(args []string) error {
	tree, err := a.tree()
	if err != nil {
		return err
	}
	census, err := quota.Take(tree, a.clock())
	if err != nil {
		return usage(err)
	}
	places, err := wantedPlaces(census, args)
	if err != nil {
		return usage(err)
	}
	report := quotaReport{Quotas: []quotaRow{}}
	seen := map[string]bool{}
	for _, at := range places {
		for _, u := range census.Usage(at) {
			if key := u.Where() + " " + u.Quota.Name; !seen[key] {
				seen[key] = true
				report.Quotas = append(report.Quotas, quotaRowOf(u))
			}
		}
	}
	// What a whole account has comes before its regions.
	slices.SortStableFunc(report.Quotas, func(x, y quotaRow) int {
		if x.Account != y.Account {
			return 0
		}
		return cmp.Compare(min(len(x.Region), 1), min(len(y.Region), 1))
	})
	if a.flags.json {
		return a.print(report)
	}
	return quotaTable(a.stdout, report.Quotas)
}

// wantedPlaces returns the place that is asked for, or all.
func wantedPlaces(census *quota.Census, args []string) ([]ipam.Place, error) {
	all := census.Places()
	if len(args) == 0 {
		return all, nil
	}
	var known []string
	for _, at := range all {
		name := at.Account + "/" + at.Region
		if name == args[0] {
			return []ipam.Place{at}, nil
		}
		known = append(known, name)
	}
	return nil, fmt.Errorf("unknown account and region %q (%s)", args[0], hint(args[0], known, "known ones"))
}

func quotaRowOf(u quota.Usage) quotaRow {
	row := quotaRow{
		Quota: u.Quota.Name, Title: u.Quota.Title, Account: u.Account, Region: u.Region, Balancer: u.Balancer(), Limit: u.Limit, Raised: u.Raised,
		Used: u.Used(), ByCells: u.Cells, Cells: u.Clients, Adjustable: u.Quota.Adjustable, Service: u.Quota.Service, Code: u.Quota.Code, Source: u.Quota.Source,
	}
	if left, uses := u.CellsLeft(); uses {
		row.CellsLeft = &left
	}
	return row
}

func quotaTable(w io.Writer, rows []quotaRow) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ACCOUNT\tREGION\tQUOTA\tUSED\tLIMIT\tCELLS LEFT")
	for _, r := range rows {
		name, limit, left := r.Quota, fmt.Sprint(r.Limit), "-"
		if r.Balancer != "" {
			name += " (" + r.Balancer + ")"
		}
		if r.Raised {
			limit += "*"
		}
		if r.CellsLeft != nil {
			left = fmt.Sprint(*r.CellsLeft)
		}
		fmt.Fprintln(table, strings.Join([]string{r.Account, cmp.Or(r.Region, "-"), name, fmt.Sprintf("%g", r.Used), limit, left}, "\t"))
	}
	return table.Flush()
}

// quotas refuses a plan of up or preview where more is configured than AWS would let
// through, and warns where that is near.
func (a *app) quotas(tree *config.Tree, graph *fleet.Graph, plan fleet.Plan) error {
	census, err := quota.Take(tree, a.clock())
	if err != nil {
		return usage(err)
	}
	over, tight := fleet.Quotas(tree, census, graph.Places(plan))
	if len(over) > 0 {
		return usage(over)
	}
	for _, w := range tight {
		fmt.Fprintln(a.stderr, "warning:", w)
	}
	return nil
}
