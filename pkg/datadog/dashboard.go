package datadog

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/datadogresource"
)

// A page of Datadog as its API takes it, as far as it is used here
// (docs.datadoghq.com/api/latest/dashboards, "Create a new dashboard").
type (
	page struct {
		Title      string   `json:"title"`
		Text       string   `json:"description"`
		LayoutType string   `json:"layout_type"`
		ReflowType string   `json:"reflow_type"`
		Widgets    []widget `json:"widgets"`
		Tags       []string `json:"tags"`
	}
	widget struct {
		Definition definition `json:"definition"`
	}
	definition struct {
		Type  string `json:"type"`
		Title string `json:"title"`
		// Of a group.
		LayoutType string   `json:"layout_type,omitempty"`
		Widgets    []widget `json:"widgets,omitempty"`
		// Of a list of monitors.
		Query         string `json:"query,omitempty"`
		DisplayFormat string `json:"display_format,omitempty"`
		SummaryType   string `json:"summary_type,omitempty"`
		// Of a graph.
		Requests []graph  `json:"requests,omitempty"`
		Markers  []marker `json:"markers,omitempty"`
	}
	graph struct {
		Query       string `json:"q"`
		DisplayType string `json:"display_type"`
	}
	marker struct {
		Value       string `json:"value"`
		DisplayType string `json:"display_type"`
	}
)

// dashboard returns the page of the account and region: which monitors alert, and below
// what each of those of metrics sees, application by application. Empty without one.
func (a Args) dashboard(watches []watch) (string, error) {
	if !a.Config.Dashboards {
		return "", nil
	}
	p := page{
		Title: "Platform: " + a.place(), Text: "What the standard monitors of the account and region see. Made by its stack.",
		LayoutType: "ordered", ReflowType: "auto", Tags: []string{"team:" + a.Config.Team},
		Widgets: []widget{{definition{
			Type: "manage_status", Title: "Monitors", DisplayFormat: "countsAndList", SummaryType: "monitors",
			Query: fmt.Sprintf("tag:(account:%s AND region:%s)", a.AccountName, a.Region),
		}}},
	}
	for _, application := range []string{
		config.DatadogBaseline, config.ApplicationECS, config.ApplicationConsul, config.ApplicationVault, config.ApplicationJenkins, config.ApplicationELK, config.DatadogOfLogs,
	} {
		group := definition{Type: "group", Title: application, LayoutType: "ordered"}
		for _, w := range watches {
			if w.application == application && w.kind == kindMetric {
				group.Widgets = append(group.Widgets, widget{w.graph()})
			}
		}
		if len(group.Widgets) > 0 {
			p.Widgets = append(p.Widgets, widget{group})
		}
	}
	text, err := json.Marshal(p)
	return string(text), err
}

// graph shows what a monitor sees, and its limit.
func (w watch) graph() definition {
	return definition{
		Type: "timeseries", Title: w.title, Requests: []graph{{w.series, "line"}},
		Markers: []marker{{"y = " + number(w.limit), "error dashed"}},
	}
}

func (d *Datadog) addDashboard() error {
	if d.plan.dashboard == "" {
		return nil
	}
	_, err := datadogresource.NewDashboard(d.ctx, d.name, datadogresource.DashboardArgs{Dashboard: pulumi.String(d.plan.dashboard)}, d.child)
	return err
}
