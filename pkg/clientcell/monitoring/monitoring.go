// Package monitoring builds what Datadog watches of a cell: a monitor for each thing that
// can go wrong with a module that is on, how many requests must succeed, a page that shows
// all of it, and requests from outside. It keeps silent about a suspended client.
package monitoring

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/datadogresource"
)

const (
	token = component.TokenPrefix + ":clientcell:Monitoring"

	// delaySeconds is how late metrics of CloudWatch are in Datadog
	// (docs.datadoghq.com/integrations/guide/cloud-metric-delay).
	delaySeconds = 900

	// How often somebody from outside asks, and for how long nobody has to answer, in
	// seconds.
	askEvery    = 60
	failFor     = 120
	askTimeout  = 10
	retryMillis = 1000
)

// Monitoring is what Datadog watches of a cell.
type Monitoring struct {
	pulumi.ResourceState

	// DashboardPath is the path of the page below the site.
	DashboardPath pulumi.StringOutput

	ctx   *pulumi.Context
	name  string
	args  Args
	plan  plan
	child pulumi.ResourceOption
}

// Outputs returns where the page is.
func (m *Monitoring) Outputs() pulumi.Map { return pulumi.Map{"dashboardPath": m.DashboardPath} }

// New builds what args describes. Its provider must be one of datadog. It fails, naming
// all that is wrong before any resource is registered, when args are incomplete.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Monitoring, error) {
	p, err := args.resolve()
	if err != nil {
		return nil, fmt.Errorf("monitoring %q: %w", name, err)
	}
	m := &Monitoring{ctx: ctx, name: name, args: args, plan: p}
	return component.Register(ctx, token, name, m, opts, func(child pulumi.ResourceOption) error {
		m.child = child
		for _, add := range []func() error{m.addDowntime, m.addMonitors, m.addObjective, m.addTests, m.addDashboard} {
			if err := add(); err != nil {
				return err
			}
		}
		return nil
	})
}

func (m *Monitoring) suspended() bool { return m.args.Cell.State == config.Suspended }

// addDowntime keeps everything silent while the client is suspended. Monitors and the
// record of how many requests succeeded stay, so that the client comes back to them.
func (m *Monitoring) addDowntime() error {
	if !m.suspended() {
		return nil
	}
	_, err := datadogresource.NewDowntime(m.ctx, m.name, datadogresource.DowntimeArgs{
		Scope:                         pulumi.String("*"),
		MonitorIdentifier:             &datadogresource.MonitorIdentifier{MonitorTags: pulumi.ToStringArray([]string{m.args.cellTag()})},
		Message:                       pulumi.String("Client " + m.args.Cell.Client + " is suspended"),
		DisplayTimezone:               pulumi.String("UTC"),
		MuteFirstRecoveryNotification: pulumi.Bool(true),
	}, m.child)
	return err
}

func (m *Monitoring) addMonitors() error {
	for _, w := range m.plan.watches {
		args := datadogresource.MonitorArgs{
			Name:              pulumi.String(m.args.title(w.title)),
			Type:              pulumi.String(w.kind),
			Query:             pulumi.String(w.query()),
			Message:           pulumi.String(m.args.message(w.level, w.advice)),
			MonitorThresholds: &datadogresource.MonitorThresholds{Critical: pulumi.String(number(w.limit))},
			Tags:              pulumi.ToStringArray(m.args.tags("module:" + w.module)),
			Priority:          pulumi.String(strconv.Itoa(m.args.priority(w.level))),
			// Most metrics are there only while something happens.
			OnMissingData:     pulumi.String("default"),
			RequireFullWindow: pulumi.Bool(false),
			NotifyAudit:       pulumi.Bool(true),
			IncludeTags:       pulumi.Bool(true),
		}
		if w.kind == kindMetric {
			args.EvaluationDelay = pulumi.Int(delaySeconds)
		} else { // lines may hold what must not be in a mail
			args.EnableLogsSample = pulumi.Bool(false)
		}
		if minutes := m.args.Datadog.Notify.ReminderMinutes; minutes > 0 && m.args.wakes(w.level) {
			args.RenotifyInterval = pulumi.Int(minutes)
			args.RenotifyStatuses = pulumi.ToStringArray([]string{"alert"})
		}
		if _, err := datadogresource.NewMonitor(m.ctx, m.name+"-"+w.name, args, m.child); err != nil {
			return err
		}
	}
	return nil
}

// addObjective says how many requests must succeed.
func (m *Monitoring) addObjective() error {
	if !m.args.exposed() {
		return nil
	}
	total := func(metric string) string {
		return fmt.Sprintf("sum:aws.applicationelb.%s{%s,region:%s}.as_count()", metric, m.args.cellTag(), m.args.Cell.Region.Name)
	}
	_, err := datadogresource.NewObjective(m.ctx, m.name, datadogresource.ObjectiveArgs{
		Name:        pulumi.String(m.args.title("Requests succeed")),
		Description: pulumi.String("Services of client " + m.args.Cell.Client + " answer, and not with 5xx"),
		Type:        pulumi.String("metric"),
		Query: &datadogresource.ObjectiveQuery{
			Numerator:   pulumi.String(total("request_count") + " - " + total("httpcode_target_5xx")),
			Denominator: pulumi.String(total("request_count")),
		},
		Thresholds: []datadogresource.ObjectiveThreshold{{Timeframe: pulumi.String("30d"), Target: pulumi.Float64(m.plan.target)}},
		Tags:       pulumi.ToStringArray(m.args.tags()),
	}, m.child)
	return err
}

// addTests asks public services from outside.
func (m *Monitoring) addTests() error {
	if !m.args.Cell.Monitoring.Synthetics {
		return nil
	}
	for _, service := range slices.Sorted(maps.Keys(m.args.PublicURLs)) {
		if _, err := datadogresource.NewSyntheticsTest(m.ctx, m.name+"-"+service, m.test(service), m.child); err != nil {
			return err
		}
	}
	return nil
}

// test asks one service. Behind a load balancer that asks who people are it is as far as
// that sends them away.
func (m *Monitoring) test(service string) datadogresource.SyntheticsTestArgs {
	status, want := "live", "200"
	if m.suspended() {
		status = "paused"
	}
	if m.args.Cell.Ingress.Auth == config.AuthOIDC {
		want = "302"
	}
	title := m.args.title("Service " + service + " does not answer from outside")
	return datadogresource.SyntheticsTestArgs{
		Name:      pulumi.String(title),
		Type:      pulumi.String("api"),
		Subtype:   pulumi.String("http"),
		Status:    pulumi.String(status),
		Locations: pulumi.ToStringArray([]string{"aws:us-east-2", "aws:us-west-1"}),
		Message:   pulumi.String(m.args.message(broken, "Two places on the Internet get no answer, or a wrong one. See the public load balancer, its web ACL, the name's record and the service's tasks.")),
		RequestDefinition: &datadogresource.RequestDefinition{
			Method: pulumi.String("GET"), URL: pulumi.String(m.args.PublicURLs[service]), Timeout: pulumi.Int(askTimeout),
			NoSavingResponseBody: pulumi.Bool(true),
		},
		Assertions: []datadogresource.Assertion{{Type: pulumi.String("statusCode"), Operator: pulumi.String("is"), Target: pulumi.String(want)}},
		OptionsList: &datadogresource.SyntheticsOptions{
			TickEvery:                  pulumi.Int(askEvery),
			MinFailureDuration:         pulumi.Int(failFor),
			MinLocationFailed:          pulumi.Int(2),
			MonitorName:                pulumi.String(title),
			MonitorPriority:            pulumi.Int(m.args.priority(broken)),
			FollowRedirects:            pulumi.Bool(false),
			AcceptSelfSigned:           pulumi.Bool(false),
			CheckCertificateRevocation: pulumi.Bool(true),
			Retry:                      &datadogresource.SyntheticsRetry{Count: pulumi.Int(1), Interval: pulumi.Int(retryMillis)},
		},
		Tags: pulumi.ToStringArray(m.args.tags("module:" + config.ModuleIngress)),
	}
}

// dashboard returns the page of the cell: which monitors alert, and below what each of
// those of metrics sees, module by module.
func (a Args) dashboard(watches []watch) (string, error) {
	widgets := []datadogresource.Widget{datadogresource.MonitorList(fmt.Sprintf("tag:(%s)", a.cellTag()))}
	for _, module := range a.Cell.Modules() {
		var graphs []datadogresource.Widget
		for _, w := range watches {
			if w.module == module.Name && w.kind == kindMetric {
				graphs = append(graphs, datadogresource.Graph(w.title, w.series, number(w.limit)))
			}
		}
		if len(graphs) > 0 {
			widgets = append(widgets, datadogresource.Group(module.Name, graphs))
		}
	}
	return datadogresource.NewPage("Client "+a.Cell.Client, "What the monitors of the client's cell see. Made by its stack.", a.Datadog.Team, widgets...).JSON()
}

func (m *Monitoring) addDashboard() error {
	made, err := datadogresource.NewDashboard(m.ctx, m.name, datadogresource.DashboardArgs{Dashboard: pulumi.String(m.plan.dashboard)}, m.child)
	if err != nil {
		return err
	}
	m.DashboardPath = made.URL
	return nil
}
