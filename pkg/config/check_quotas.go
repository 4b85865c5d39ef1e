package config

import (
	"fmt"
	"slices"

	"cellworks/pkg/servicequota"
)

// quotas reports raised quotas that there are not, or that AWS does not grant.
func (c *checker) quotas(a Account, p string) {
	for _, name := range sortedKeys(a.Quotas) {
		path, value := p+".quotas."+name, a.Quotas[name]
		if c.bad(path) {
			continue
		}
		switch q, known := servicequota.Find(name); {
		case !known:
			c.problem(path, fmt.Sprintf("%s is not a quota", show(name)), didYouMean(name, servicequota.Raisable(), "quotas"))
		case !q.Adjustable:
			c.problem(path, fmt.Sprintf("the quota of %s is fixed at %d a %s", q.Title, q.Default, q.Scope), "remove it")
		case value < 1 || q.Most > 0 && value > q.Most:
			c.problem(path, fmt.Sprintf("%d is out of range, want %s", value, quotaRange(q)), "write what Service Quotas shows for the account")
		}
	}
}

func quotaRange(q servicequota.Quota) string {
	if q.Most == 0 {
		return "at least 1"
	}
	return fmt.Sprintf("1 to %d, which is what AWS grants at most", q.Most)
}

// Limit returns how much of a quota the account has in a region, and whether that is
// said in its configuration.
func (a Account) Limit(q servicequota.Quota) (limit int, said bool) {
	if n, ok := a.Quotas[q.Name]; ok {
		return n, true
	}
	return q.Default, false
}

// DefaultCell returns the cell that a client of an account and region has whose file
// sets nothing but what has no default. It fails when there is no such account or
// region.
func (t *Tree) DefaultCell(account, region string) (Cell, error) {
	a, r, err := t.place(account, region)
	if err != nil {
		return Cell{}, fmt.Errorf("default cell: %w", err)
	}
	c := decodeAs[Cell](t.schemas.cell, t.cellFloors.places[place{account, region}].root)
	c.Account, c.Region = a, r
	return c, nil
}

// ClientsOf returns the clients that have their cells in an account and region, sorted.
func (t *Tree) ClientsOf(account, region string) []string {
	return slices.DeleteFunc(t.Clients(), func(client string) bool { return t.cells[client].at != place{account, region} })
}
