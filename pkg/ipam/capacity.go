package ipam

// Scope says what a Limit is counted over.
type Scope string

const (
	// PerRegion limits hold for all cells of an account in a region.
	PerRegion Scope = "region"
	// PerAccount limits hold for all cells of an account.
	PerAccount Scope = "account"
)

// limitSlots is the limit that the plan itself sets.
const limitSlots = "cell slots"

// Limit is something that cells use up.
type Limit struct {
	// What is limited.
	What string
	// Scope says over which cells it is counted.
	Scope Scope
	// Max is the limit, for AWS quotas the default of a new account.
	Max int
	// PerCell is how many a cell with everything switched on uses.
	PerCell int
	// Adjustable says that AWS raises the limit on request.
	Adjustable bool
	// Source is where Max is documented.
	Source string
}

// Limits lists what bounds the number of cells.
func Limits() []Limit {
	const (
		aws      = "docs.aws.amazon.com/"
		balancer = aws + "elasticloadbalancing/latest/application/load-balancer-limits.html"
		iam      = aws + "IAM/latest/UserGuide/reference_iam-quotas.html"
		vpc      = aws + "vpc/latest/userguide/amazon-vpc-limits.html"
	)
	return []Limit{
		{What: limitSlots, Scope: PerRegion, Max: MaxCellSlot + 1, PerCell: 1, Source: "the address plan"},
		{What: "RDS instances", Scope: PerRegion, Max: 40, PerCell: 1, Adjustable: true, Source: aws + "AmazonRDS/latest/UserGuide/CHAP_Limits.html"},
		{What: "rules of a load balancer", Scope: PerRegion, Max: 100, PerCell: 2, Adjustable: true, Source: balancer},
		{What: "target groups of a load balancer", Scope: PerRegion, Max: 100, PerCell: 1, Source: balancer},
		{What: "network interfaces", Scope: PerRegion, Max: 5000, PerCell: 18, Adjustable: true, Source: vpc},
		{What: "security groups", Scope: PerRegion, Max: 2500, PerCell: 6, Adjustable: true, Source: vpc},
		{What: "IAM roles", Scope: PerAccount, Max: 1000, PerCell: 6, Adjustable: true, Source: iam},
		{What: "managed policies", Scope: PerAccount, Max: 1500, PerCell: 6, Adjustable: true, Source: iam},
	}
}

// Usage is how much of a limit cells use.
type Usage struct {
	Limit
	// At is where; Region is empty for a limit per account.
	At Place
	// Cells is how many cells there are.
	Cells int
	// Used is what they and slots in quarantine, which count for cell slots, use.
	Used int
}

// Tight reports whether more than three quarters of the limit are used, which is the
// time to have it raised or to open another region or account.
func (u Usage) Tight() bool { return u.Used*4 > u.Max*3 }

// Usages returns how much of each limit is used in each account and region, sorted by
// account, region and limit. Slots in quarantine on today count as used.
func (p *Plan) Usages(today Day) []Usage {
	var out []Usage
	for _, name := range sorted(p.accounts) {
		a := p.accounts[name]
		total := 0
		for _, in := range sorted(a.regions) {
			r := a.regions[in]
			total += len(r.cells)
			for _, l := range Limits() {
				if l.Scope != PerRegion {
					continue
				}
				u := Usage{Limit: l, At: Place{name, in}, Cells: len(r.cells), Used: len(r.cells) * l.PerCell}
				if l.What == limitSlots {
					u.Used = l.Max - len(p.freeCells(a, r, today))
				}
				out = append(out, u)
			}
		}
		for _, l := range Limits() {
			if l.Scope == PerAccount {
				out = append(out, Usage{Limit: l, At: Place{Account: name}, Cells: total, Used: total * l.PerCell})
			}
		}
	}
	return out
}
