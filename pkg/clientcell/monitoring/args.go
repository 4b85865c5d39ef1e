package monitoring

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// Args says what to watch.
type Args struct {
	// Cell is the cell: what is on in it is watched.
	Cell config.Cell
	// Datadog is how the account and region are watched.
	Datadog config.UtilityDatadog
	// Urgent and Others are told of what cannot wait and of the rest, unless the cell
	// names somebody itself: handles as they are written in messages.
	Urgent, Others []string
	// PublicURLs are what exposed public services answer at when they are well, by service.
	PublicURLs map[string]string
	// VaultLines says that Datadog gets the lines of the Vault that serves the cell.
	VaultLines bool
}

// plan is what Args comes to, made before anything is registered.
type plan struct {
	watches []watch
	// target is the percentage of requests that must succeed.
	target float64
	// dashboard is the page.
	dashboard string
}

// resolve checks args and works out what follows from them.
func (a Args) resolve() (plan, error) {
	var p plan
	var errs []error
	for _, field := range []struct{ name, value string }{
		{"client", a.Cell.Client}, {"account", a.Cell.Account.Name}, {"region", a.Cell.Region.Name}, {"team", a.Datadog.Team},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
	}
	for _, l := range []level{broken, degraded, notable} {
		if len(a.handles(l)) == 0 {
			errs = append(errs, fmt.Errorf("nobody is told of what is %s, want at least one handle", l))
		}
	}
	var err error
	if p.target, err = strconv.ParseFloat(a.Cell.Monitoring.Availability, 64); err != nil || p.target < 90 || p.target >= 100 {
		errs = append(errs, fmt.Errorf("availability %q is no percentage from 90 to below 100", a.Cell.Monitoring.Availability))
	}
	for service, url := range a.PublicURLs {
		if !strings.HasPrefix(url, "https://") {
			errs = append(errs, fmt.Errorf("service %s: %q is no https URL", service, url))
		}
	}
	p.watches = a.watches()
	if p.dashboard, err = a.dashboard(p.watches); err != nil {
		errs = append(errs, err)
	}
	slices.SortFunc(errs, func(x, y error) int { return strings.Compare(x.Error(), y.Error()) })
	return p, errors.Join(errs...)
}

// level says how bad something is.
type level string

const (
	// broken: the client's people or data suffer now.
	broken level = "broken"
	// degraded: they will soon.
	degraded level = "degraded"
	// notable: somebody should look at it in working hours.
	notable level = "notable"
)

// priority is that of Datadog: 1 and 2 wake people, which is what gold is for.
func (a Args) priority(l level) int {
	gold := map[level]int{broken: 1, degraded: 2, notable: 3}
	if a.Cell.Monitoring.Tier == config.TierGold {
		return gold[l]
	}
	return max(3, gold[l]+1)
}

// wakes reports whether people are to be told at any hour.
func (a Args) wakes(l level) bool { return a.priority(l) <= 2 }

// handles are those who are told.
func (a Args) handles(l level) []string {
	switch {
	case len(a.Cell.Monitoring.Notify) > 0:
		return a.Cell.Monitoring.Notify
	case a.wakes(l):
		return a.Urgent
	default:
		return a.Others
	}
}

// tags are those of everything of the cell at Datadog.
func (a Args) tags(more ...string) []string {
	return append([]string{
		a.cellTag(), "account:" + a.Cell.Account.Name, "region:" + a.Cell.Region.Name, "project:" + naming.ProjectCell, "team:" + a.Datadog.Team,
		"tier:" + string(a.Cell.Monitoring.Tier), "managed-by:pulumi",
	}, more...)
}

// cellTag is the tag that everything of the cell has, in AWS and at Datadog.
func (a Args) cellTag() string { return naming.TagCell + ":" + a.Cell.Client }

// title begins the titles of what the cell has at Datadog.
func (a Args) title(text string) string { return "[" + a.Cell.Client + "] " + text }

// message is what people are told.
func (a Args) message(l level, advice string) string {
	return fmt.Sprintf("%s\n\nClient %s in %s %s, tier %s: %s. docs/cell.md, section Monitoring, says how to go on.\n\n%s",
		advice, a.Cell.Client, a.Cell.Account.Name, a.Cell.Region.Name, a.Cell.Monitoring.Tier, l, strings.Join(a.handles(l), " "))
}

// exposed reports whether load balancers lead to services of the cell.
func (a Args) exposed() bool {
	return a.Cell.Ingress.Enabled && a.Cell.Services.Enabled &&
		slices.ContainsFunc(a.Cell.Services.Items, func(s config.Service) bool { return s.Expose.Scheme() != "" })
}

// gets reports whether Datadog gets the lines of a log group of the account and region.
func (a Args) gets(group string) bool {
	return a.Datadog.Logs.Enabled && slices.Contains(a.Datadog.Logs.Groups, group)
}
