// Package quota counts, from the resolved configuration alone, what the cells of an
// account and region use of its service quotas, so that a rollout which AWS would
// refuse half-way does not start. It asks no cloud.
package quota

import (
	"fmt"
	"math"
	"time"

	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/servicequota"
)

// Usage is how much of one quota is used.
type Usage struct {
	// Quota is what is used.
	Quota servicequota.Quota
	// Account is where; Region is empty for a quota of the whole account.
	Account, Region string
	// Scheme and Shard are the load balancer, of a quota per load balancer.
	Scheme config.LoadBalancerScheme
	Shard  int
	// Limit is what the account has. Raised says that its configuration says so; else it
	// is what a new account has.
	Limit  int
	Raised bool
	// Clients is how many cells are counted, Cells what they use, all services scaled out.
	Clients int
	Cells   float64
	// Own is what the stacks below the cells use, and slots in quarantine.
	Own float64
	// DefaultCell is what the cell of a client uses that sets nothing which has a default.
	DefaultCell float64
}

// Used is what cells and the stacks below them use.
func (u Usage) Used() float64 { return u.Own + u.Cells }

// Over reports whether more is used than there is.
func (u Usage) Over() bool { return u.Used() > float64(u.Limit) }

// Tight reports whether at least 80 percent are used.
func (u Usage) Tight() bool { return u.Used()*5 >= float64(u.Limit)*4 }

// CellsLeft is for how many more default cells there is room; it is negative when there
// are too many. It reports false when default cells use none of the quota.
func (u Usage) CellsLeft() (int, bool) {
	if u.DefaultCell == 0 {
		return 0, false
	}
	return int(math.Floor((float64(u.Limit) - u.Used()) / u.DefaultCell)), true
}

// Where names the account, the region and the load balancer.
func (u Usage) Where() string {
	where := u.Account
	if u.Region != "" {
		where += "/" + u.Region
	}
	if balancer := u.Balancer(); balancer != "" {
		where += fmt.Sprintf(" (%s load balancer)", balancer)
	}
	return where
}

// Balancer names the load balancer, of a quota per load balancer: internal, or
// internal-1 for the shard after the first.
func (u Usage) Balancer() string {
	if u.Shard == 0 {
		return string(u.Scheme)
	}
	return fmt.Sprintf("%s-%d", u.Scheme, u.Shard)
}

// site is an account in a region, with what is configured there.
type site struct {
	account     config.Account
	region      config.Region
	base        config.Base
	utility     config.Utility
	cells       []config.Cell
	defaultCell config.Cell
	quarantined int // cell slots that nobody may use yet
}

// Census is what is configured everywhere.
type Census struct {
	order []ipam.Place
	sites map[ipam.Place]*site
}

// Take reads the whole tree. Slots in quarantine at the time now count as used.
func Take(tree *config.Tree, now time.Time) (*Census, error) {
	plan, err := tree.AddressPlan()
	if err != nil {
		return nil, fmt.Errorf("counting quotas: %w", err)
	}
	c := &Census{sites: map[ipam.Place]*site{}}
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			at := ipam.Place{Account: account.Name, Region: region.Name}
			s := &site{account: account, region: region}
			if s.base, err = tree.Base(account.Name, region.Name); err == nil {
				if s.utility, err = tree.Utility(account.Name, region.Name); err == nil {
					s.defaultCell, err = tree.DefaultCell(account.Name, region.Name)
				}
			}
			if err != nil {
				return nil, fmt.Errorf("counting quotas of %s: %w", at, err)
			}
			c.order, c.sites[at] = append(c.order, at), s
		}
	}
	for _, client := range tree.Clients() {
		cell, err := tree.Cell(client)
		if err != nil {
			return nil, fmt.Errorf("counting quotas: %w", err)
		}
		s := c.sites[ipam.Place{Account: cell.Account.Name, Region: cell.Region.Name}]
		s.cells = append(s.cells, cell)
	}
	for at, s := range c.sites {
		s.quarantined = ipam.MaxCellSlot + 1 - plan.FreeCells(at, ipam.DayOf(now)) - len(s.cells)
	}
	return c, nil
}

// Places returns every account and region, in the order of the organization.
func (c *Census) Places() []ipam.Place { return append([]ipam.Place(nil), c.order...) }

// Usage returns what is used of each quota that is counted for an account and region,
// in the order of servicequota.All, those of the whole account included. Of a place
// that the organization does not have it returns nil.
func (c *Census) Usage(at ipam.Place) []Usage {
	s, ok := c.sites[at]
	if !ok {
		return nil
	}
	var out []Usage
	for _, counted := range counters() {
		for shard := range s.shards(counted.scheme) {
			out = append(out, c.usage(at, s, counted, shard))
		}
	}
	return out
}

// shards is how many load balancers of a scheme are used in a place; 1 of what is no
// load balancer's.
func (s *site) shards(scheme config.LoadBalancerScheme) int {
	if scheme == "" {
		return 1
	}
	if _, on := s.utility.ECS.LoadBalancers.Enabled()[scheme]; !on || !s.utility.ECS.Enabled {
		return 0
	}
	n := 1
	for _, cell := range s.cells {
		n = max(n, cell.Ingress.Shard+1)
	}
	return n
}

func (c *Census) usage(at ipam.Place, s *site, counted counter, shard int) Usage {
	q, _ := servicequota.Find(counted.quota) // counters are made from the list
	u := Usage{Quota: q, Account: at.Account, Region: at.Region, Scheme: counted.scheme, Shard: shard, DefaultCell: counted.cell(s.defaultCell)}
	u.Limit, u.Raised = s.account.Limit(q)
	if q.Scope == servicequota.PerAccount {
		u.Region = ""
	}
	for _, place := range c.order {
		if place == at || q.Scope == servicequota.PerAccount && place.Account == at.Account {
			counted.add(&u, c.sites[place])
		}
	}
	return u
}

// Room returns for how many more default cells there is room in an account and region,
// whatever quota ends it, and whether cells can run services there at all.
func (c *Census) Room(at ipam.Place) (cells int, runs bool) {
	s, ok := c.sites[at]
	if !ok {
		return 0, false
	}
	cells = math.MaxInt
	shards := map[string]int{} // what the load balancers of a scheme have room for together
	for _, u := range c.Usage(at) {
		left, uses := u.CellsLeft()
		if u.Scheme != "" && uses {
			key := string(u.Scheme) + u.Quota.Name
			shards[key] += max(left, 0)
			continue
		}
		if uses {
			cells = min(cells, left)
		}
	}
	for _, left := range shards {
		cells = min(cells, left)
	}
	return max(cells, 0), s.utility.ECS.Enabled
}
