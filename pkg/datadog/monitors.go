package datadog

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/datadogresource"
	"cellworks/pkg/naming"
)

// delaySeconds is how late metrics of CloudWatch are in Datadog
// (docs.datadoghq.com/integrations/guide/cloud-metric-delay).
const delaySeconds = 900

// number writes a limit as queries and thresholds do.
func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// tags are those of everything of the stack at Datadog: rules and downtimes find
// monitors by them.
func (a Args) tags(more ...string) []string {
	return append([]string{
		"account:" + a.AccountName, "region:" + a.Region, "project:" + naming.ProjectUtility, "team:" + a.Config.Team, "managed-by:pulumi",
	}, more...)
}

// addMonitors makes the standard monitors. They name nobody: rules do.
func (d *Datadog) addMonitors() error {
	for _, w := range d.plan.watches {
		args := datadogresource.MonitorArgs{
			Name:              pulumi.String(fmt.Sprintf("[%s] %s", d.args.place(), w.title)),
			Type:              pulumi.String(w.kind),
			Query:             pulumi.String(w.query()),
			Message:           pulumi.String(w.advice),
			MonitorThresholds: &datadogresource.MonitorThresholds{Critical: pulumi.String(number(w.limit))},
			Tags:              pulumi.ToStringArray(d.args.tags("application:"+w.application, "severity:"+string(w.severity))),
			Priority:          pulumi.String(map[severity]string{critical: "1", warning: "3"}[w.severity]),
			OnMissingData:     pulumi.String(w.missing),
			RequireFullWindow: pulumi.Bool(false),
			NotifyAudit:       pulumi.Bool(true),
			IncludeTags:       pulumi.Bool(true),
		}
		if w.namespace != "" {
			args.EvaluationDelay = pulumi.Int(delaySeconds)
		}
		if minutes := d.args.Config.Notify.ReminderMinutes; minutes > 0 && w.severity == critical {
			args.RenotifyInterval = pulumi.Int(minutes)
			args.RenotifyStatuses = pulumi.ToStringArray([]string{"alert", "no data"})
		}
		if w.kind == kindLogs { // lines may hold what must not be in a mail
			args.EnableLogsSample = pulumi.Bool(false)
		}
		made, err := datadogresource.NewMonitor(d.ctx, d.name+"-"+w.name, args, d.child)
		if err != nil {
			return err
		}
		d.monitors[w.name] = made
	}
	return nil
}

// handles are those who are told, by severity.
func (a Args) handles() map[severity][]string {
	return map[severity][]string{critical: a.Config.Notify.Critical, warning: a.Config.Notify.Warning}
}

// addRules tells people of alerts by severity. Rules want handles without their @.
func (d *Datadog) addRules() error {
	handles := d.args.handles()
	for _, level := range slices.Sorted(maps.Keys(handles)) {
		recipients := make([]string, len(handles[level]))
		for i, handle := range handles[level] {
			recipients[i] = strings.TrimPrefix(handle, "@")
		}
		if _, err := datadogresource.NewNotificationRule(d.ctx, d.name+"-"+string(level), datadogresource.NotificationRuleArgs{
			Name:       pulumi.String(fmt.Sprintf("%s utility %s", d.args.place(), level)),
			Filter:     &datadogresource.NotificationRuleFilter{Tags: pulumi.ToStringArray(d.args.tags("severity:" + string(level)))},
			Recipients: pulumi.ToStringArray(recipients),
		}, d.child); err != nil {
			return err
		}
	}
	return nil
}

// addObjectives says how often each application has to be there: while none of the
// monitors alerts that say that it is not.
func (d *Datadog) addObjectives() error {
	for _, objective := range d.args.Config.Objectives {
		if !d.args.has(objective.Name) {
			continue
		}
		var ids pulumi.IntArray
		for _, w := range d.plan.watches {
			if w.application == objective.Name && w.available {
				ids = append(ids, d.monitors[w.name].Number())
			}
		}
		if _, err := datadogresource.NewObjective(d.ctx, d.name+"-"+objective.Name, datadogresource.ObjectiveArgs{
			Name:        pulumi.String(fmt.Sprintf("[%s] %s is there", d.args.place(), objective.Name)),
			Description: pulumi.String("No monitor says that " + objective.Name + " does not answer"),
			Type:        pulumi.String("monitor"),
			MonitorIDs:  ids,
			Thresholds: []datadogresource.ObjectiveThreshold{{
				Timeframe: pulumi.String(strconv.Itoa(objective.Days) + "d"), Target: pulumi.Float64(d.plan.targets[objective.Name]),
			}},
			Tags: pulumi.ToStringArray(d.args.tags("application:" + objective.Name)),
		}, d.child); err != nil {
			return err
		}
	}
	return nil
}

// addDowntimes keeps monitors silent, one downtime for each application: a downtime
// silences monitors that have all of its tags.
func (d *Datadog) addDowntimes() error {
	for _, downtime := range d.args.Config.Downtimes {
		for _, application := range downtime.Applications {
			if _, err := datadogresource.NewDowntime(d.ctx, fmt.Sprintf("%s-%s-%s", d.name, downtime.Name, application), d.args.downtime(downtime, application), d.child); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a Args) downtime(downtime config.DatadogDowntime, application string) datadogresource.DowntimeArgs {
	return datadogresource.DowntimeArgs{
		Scope:             pulumi.String("*"),
		MonitorIdentifier: &datadogresource.MonitorIdentifier{MonitorTags: pulumi.ToStringArray(a.tags("application:" + application))},
		Message:           pulumi.String(downtime.Reason),
		DisplayTimezone:   pulumi.String(downtime.Timezone),
		RecurringSchedule: &datadogresource.RecurringSchedule{
			Timezone:    pulumi.String(downtime.Timezone),
			Recurrences: []datadogresource.Recurrence{{Duration: pulumi.String(downtime.Duration), RRule: pulumi.String(downtime.Rule)}},
		},
		// What is still broken at the end is told then.
		NotifyEndStates: pulumi.ToStringArray([]string{"alert", "no data", "warn"}),
		NotifyEndTypes:  pulumi.ToStringArray([]string{"canceled", "expired"}),
	}
}
