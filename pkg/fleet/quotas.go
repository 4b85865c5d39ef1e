package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/quota"
)

// Places returns the accounts and regions that a plan works in, in the plan's order.
func (g *Graph) Places(plan Plan) []ipam.Place {
	var places []ipam.Place
	for _, step := range plan.Steps {
		n := g.nodes[step.Stack]
		if at := (ipam.Place{Account: n.Account, Region: n.Region}); n.Account != "" && n.Region != "" && !slices.Contains(places, at) {
			places = append(places, at)
		}
	}
	return places
}

// Quotas compares what is configured in places with their service quotas. over is what
// AWS would refuse half-way: more is used than there is. tight is where at least 80
// percent are used. Each is sorted by its place in organization.yaml.
func Quotas(tree *config.Tree, census *quota.Census, places []ipam.Place) (over, tight config.Problems) {
	told := map[string]bool{}
	for _, at := range places {
		for _, u := range census.Usage(at) {
			key := u.Where() + " " + u.Quota.Name
			if told[key] || !u.Tight() {
				continue
			}
			told[key] = true
			if u.Over() {
				over = append(over, tree.ProblemAt("organization", quotaPath(u), overText(u), remedy(census, at, u)))
			} else {
				tight = append(tight, tree.ProblemAt("organization", quotaPath(u), tightText(u), remedy(census, at, u)))
			}
		}
	}
	for _, problems := range []config.Problems{over, tight} {
		slices.SortStableFunc(problems, func(a, b config.Problem) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
	}
	return over, tight
}

// quotaPath is where the limit is said, or the account or region that has it.
func quotaPath(u quota.Usage) string {
	path := fmt.Sprintf("accounts[%s]", u.Account)
	switch {
	case u.Raised:
		return path + ".quotas." + u.Quota.Name
	case u.Region != "":
		return fmt.Sprintf("%s.regions[%s]", path, u.Region)
	}
	return path
}

func overText(u quota.Usage) string {
	return fmt.Sprintf("%s would use %s of %d %s, %s of them for %s: AWS would refuse the rest (limit: %s)",
		u.Where(), amount(u.Used()), u.Limit, u.Quota.Title, amount(u.Cells), cellCount(u.Clients), source(u))
}

func tightText(u quota.Usage) string {
	text := fmt.Sprintf("%s uses %s of %d %s", u.Where(), amount(u.Used()), u.Limit, u.Quota.Title)
	if left, uses := u.CellsLeft(); uses {
		text += fmt.Sprintf(": room for %s more with the defaults", cellCount(left))
	}
	return text + fmt.Sprintf(" (limit: %s)", source(u))
}

func source(u quota.Usage) string {
	if u.Raised {
		return "the account's quotas"
	}
	return u.Quota.Source
}

// remedy says how to get room: more of the quota, or another place.
func remedy(census *quota.Census, at ipam.Place, u quota.Usage) string {
	move := "open another account or region for cells"
	if other, room := roomiest(census, at, u); room > 0 {
		move = fmt.Sprintf("move cells to %s/%s, which has room for %s with the defaults", other.Account, other.Region, cellCount(room))
	}
	q := u.Quota
	switch {
	case !q.Adjustable:
		return "it cannot be raised: " + move
	case q.Most > 0 && u.Limit >= q.Most:
		return fmt.Sprintf("AWS grants %d at most: %s", q.Most, move)
	}
	ask := "ask AWS for more of " + q.Service
	if q.Code != "" {
		ask = fmt.Sprintf("ask AWS for more (Service Quotas: %s, %s)", q.Service, q.Code)
	}
	return fmt.Sprintf("%s and write what it grants as quotas.%s of account %s, or %s", ask, q.Name, u.Account, move)
}

// roomiest is the other place with an ECS cluster that has the most room. From a quota
// of the whole account only another account leads away.
func roomiest(census *quota.Census, at ipam.Place, u quota.Usage) (best ipam.Place, room int) {
	for _, other := range census.Places() {
		if other == at || u.Region == "" && other.Account == at.Account {
			continue
		}
		if cells, runs := census.Room(other); runs && cells > room {
			best, room = other, cells
		}
	}
	return best, room
}

// amount writes a number without needless zeros.
func amount(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func cellCount(n int) string {
	if n == 1 {
		return "1 cell"
	}
	return fmt.Sprintf("%d cells", n)
}
