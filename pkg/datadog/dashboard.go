package datadog

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/datadogresource"
)

// dashboard returns the page of the account and region: which monitors alert, and below
// what each of those of metrics sees, application by application. Empty without one.
func (a Args) dashboard(watches []watch) (string, error) {
	if !a.Config.Dashboards {
		return "", nil
	}
	widgets := []datadogresource.Widget{datadogresource.MonitorList(fmt.Sprintf("tag:(account:%s AND region:%s)", a.AccountName, a.Region))}
	for _, application := range []string{
		config.DatadogBaseline, config.ApplicationECS, config.ApplicationConsul, config.ApplicationVault, config.ApplicationJenkins, config.ApplicationELK, config.DatadogOfLogs,
	} {
		var graphs []datadogresource.Widget
		for _, w := range watches {
			if w.application == application && w.kind == kindMetric {
				graphs = append(graphs, datadogresource.Graph(w.title, w.series, number(w.limit)))
			}
		}
		if len(graphs) > 0 {
			widgets = append(widgets, datadogresource.Group(application, graphs))
		}
	}
	return datadogresource.NewPage("Platform: "+a.place(), "What the standard monitors of the account and region see. Made by its stack.", a.Config.Team, widgets...).JSON()
}

func (d *Datadog) addDashboard() error {
	if d.plan.dashboard == "" {
		return nil
	}
	_, err := datadogresource.NewDashboard(d.ctx, d.name, datadogresource.DashboardArgs{Dashboard: pulumi.String(d.plan.dashboard)}, d.child)
	return err
}
