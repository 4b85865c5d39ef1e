package detection

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/naming"
)

const (
	// maxPattern is the longest event pattern, in characters
	// (docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html).
	maxPattern = 2048
	// maxTemplate is the longest text of an input transformer
	// (docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html).
	maxTemplate = 8192
)

// The states of a rule. By default EventBridge hides calls that only read.
const (
	stateDefault  = "ENABLED"
	stateAllCalls = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
)

// alert is one rule of EventBridge and the message that it sends to the topic.
type alert struct {
	name, description, state string
	// pattern and template are JSON.
	pattern, template string
	// paths are what the template takes out of the event, by name.
	paths map[string]string
}

// severities are the labels of findings from the least severe on, with the number
// at which GuardDuty's begin
// (docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html).
func severities() []struct {
	label string
	least int
} {
	return []struct {
		label string
		least int
	}{{"LOW", 1}, {"MEDIUM", 4}, {"HIGH", 7}, {"CRITICAL", 9}}
}

// alerts returns what people are told of. It fails when the severity is unknown
// and when an alert breaks a limit of EventBridge.
func (a Args) alerts() ([]alert, error) {
	all := severities()
	var labels []string
	for _, s := range all {
		labels = append(labels, s.label)
	}
	least := slices.Index(labels, a.Config.Alerts.MinimumSeverity)
	if least < 0 {
		return nil, fmt.Errorf("severity %q is unknown, want one of LOW, MEDIUM, HIGH, CRITICAL", a.Config.Alerts.MinimumSeverity)
	}
	var alerts []alert
	var errs []error
	for _, build := range []func() (alert, error){
		func() (alert, error) { return guardDutyAlert(all[least].least) },
		func() (alert, error) { return a.hubAlert(labels[least:]) },
		a.accessAlert,
		a.breakGlassAlert,
		rootAlert,
	} {
		built, err := build()
		if err == nil {
			err = built.check()
		}
		alerts, errs = append(alerts, built), append(errs, err)
	}
	return alerts, errors.Join(errs...)
}

func (m alert) check() error {
	var errs []error
	if len(m.pattern) > maxPattern {
		errs = append(errs, fmt.Errorf("alert %s: a pattern of %d characters is too long, want at most %d", m.name, len(m.pattern), maxPattern))
	}
	if len(m.template) > maxTemplate {
		errs = append(errs, fmt.Errorf("alert %s: a message of %d characters is too long, want at most %d", m.name, len(m.template), maxTemplate))
	}
	return errors.Join(errs...)
}

// newAlert returns an alert with p and message as JSON. In message, <x> stands for
// what the path x finds in the event.
func newAlert[D any](name, description, state string, p pattern[D], message string, paths map[string]string) (alert, error) {
	body, err := text(p)
	if err != nil {
		return alert{}, err
	}
	template, err := text(message)
	return alert{name: name, description: description, state: state, pattern: body, template: template, paths: paths}, err
}

func guardDutyAlert(least int) (alert, error) {
	return newAlert("guardduty", "GuardDuty found a threat", stateDefault, pattern[guardDutyFinding]{
		Source:     []string{"aws.guardduty"},
		DetailType: []string{"GuardDuty Finding"},
		Detail:     guardDutyFinding{Severity: []comparison{atLeast(least)}},
	}, "GuardDuty, severity <severity>, account <account>, <region>: <title> (<type>). Finding <id>.", map[string]string{
		"severity": "$.detail.severity",
		"account":  "$.detail.accountId",
		"region":   "$.detail.region",
		"title":    "$.detail.title",
		"type":     "$.detail.type",
		"id":       "$.detail.id",
	})
}

// hubAlert is about new findings of the region itself: the home region gets those
// of all others too, which their own rules send. Products that have a rule of
// their own here are left out, or each finding would be sent twice. A finding is
// sent whenever it is updated, until somebody marks it as notified or suppressed.
func (a Args) hubAlert(labels []string) (alert, error) {
	return newAlert("security-hub", "Security Hub holds a new finding", stateDefault, pattern[hubFindings]{
		Source:     []string{"aws.securityhub"},
		DetailType: []string{"Security Hub Findings - Imported"},
		Detail: hubFindings{hubFinding{
			ProductArn:  []prefix{{strings.TrimSuffix(naming.ARN(a.Region, "securityhub", a.Region, "", ""), ":")}},
			ProductName: []anythingBut{{[]string{"GuardDuty", "IAM Access Analyzer"}}},
			RecordState: []string{"ACTIVE"},
			Severity:    hubSeverity{labels},
			Workflow:    hubWorkflow{[]string{"NEW"}},
		}},
	}, "Security Hub, severity <severity>, account <account>, <region>: <title>. Resource <resource>, found by <product>.", map[string]string{
		"severity": "$.detail.findings[0].Severity.Label",
		"account":  "$.detail.findings[0].AwsAccountId",
		"region":   "$.region",
		"title":    "$.detail.findings[0].Title",
		"resource": "$.detail.findings[0].Resources[0].Id",
		"product":  "$.detail.findings[0].ProductName",
	})
}

// accessAlert is about resources that somebody outside the account can reach.
// Roles are the account's and would be reported in every region, so only the home
// region speaks of them. Access that nobody uses is no emergency: it waits in the
// console and in Security Hub.
func (a Args) accessAlert() (alert, error) {
	detail := accessFinding{IsDeleted: []bool{false}, Status: []string{"ACTIVE"}}
	if !a.HomeRegion {
		detail.ResourceType = []anythingBut{{[]string{"AWS::IAM::Role"}}}
	}
	return newAlert("external-access", "Somebody outside the account can reach a resource", stateDefault, pattern[accessFinding]{
		Source:     []string{"aws.access-analyzer"},
		DetailType: []string{"Access Analyzer Finding"},
		Detail:     detail,
	}, "Access Analyzer, account <account>, <region>: <type> <resource> can be reached from outside the account (public: <public>). Finding <id>.", map[string]string{
		"account":  "$.account",
		"region":   "$.region",
		"type":     "$.detail.resourceType",
		"resource": "$.detail.resource",
		"public":   "$.detail.isPublic",
		"id":       "$.detail.id",
	})
}

// breakGlassAlert is about every attempt to assume the role, refused ones too. The
// event is in the region of the STS endpoint that was called; that of the global
// endpoint is us-east-1.
func (a Args) breakGlassAlert() (alert, error) {
	return newAlert("break-glass", "The break-glass role is used", stateAllCalls, pattern[assumedRole]{
		Source:     []string{"aws.sts"},
		DetailType: []string{"AWS API Call via CloudTrail"},
		Detail: assumedRole{
			EventSource:       []string{"sts.amazonaws.com"},
			EventName:         []string{"AssumeRole"},
			RequestParameters: roleParameters{[]string{a.BreakGlassRoleARN}},
		},
	}, "Break-glass, account <account>: <role> was asked for at <time> by <who> from <address> (<region>). Error, if any: <error>.", map[string]string{
		"account": "$.account",
		"role":    "$.detail.requestParameters.roleArn",
		"time":    "$.detail.eventTime",
		"who":     "$.detail.userIdentity.principalId",
		"address": "$.detail.sourceIPAddress",
		"region":  "$.region",
		"error":   "$.detail.errorCode",
	})
}

// rootAlert is about sign-ins and changes of the root user. Calls that only read
// are left out: one look at the console makes hundreds. Signing in at the global
// address is an event of us-east-1.
func rootAlert() (alert, error) {
	return newAlert("root-user", "The root user is active", stateDefault, pattern[userActivity]{
		DetailType: []string{"AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"},
		Detail:     userActivity{userIdentity{Type: []string{"Root"}, InvokedBy: []exists{{false}}}},
	}, "Root user, account <account>: <event> of <service> at <time> from <address> (<region>).", map[string]string{
		"account": "$.account",
		"event":   "$.detail.eventName",
		"service": "$.detail.eventSource",
		"time":    "$.detail.eventTime",
		"address": "$.detail.sourceIPAddress",
		"region":  "$.region",
	})
}

// addAlerts adds the rules and sends what they match to the topic.
func (d *Detection) addAlerts(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	for _, m := range d.plan.alerts {
		rule, err := cloudwatch.NewEventRule(ctx, d.name+"-"+m.name, &cloudwatch.EventRuleArgs{
			Description:  pulumi.String(m.description),
			EventPattern: pulumi.String(m.pattern),
			State:        pulumi.String(m.state),
		}, child)
		if err != nil {
			return err
		}
		if _, err := cloudwatch.NewEventTarget(ctx, d.name+"-"+m.name, &cloudwatch.EventTargetArgs{
			Rule: rule.Name,
			Arn:  d.TopicARN,
			InputTransformer: cloudwatch.EventTargetInputTransformerArgs{
				InputPaths:    pulumi.ToStringMap(m.paths),
				InputTemplate: pulumi.String(m.template),
			},
		}, child); err != nil {
			return err
		}
	}
	return nil
}
