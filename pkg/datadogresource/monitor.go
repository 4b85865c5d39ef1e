package datadogresource

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Monitor watches a query and tells people when it is over a threshold.
type Monitor struct {
	pulumi.CustomResourceState

	Name pulumi.StringOutput `pulumi:"name"`
	Type pulumi.StringOutput `pulumi:"type"`
}

// MonitorArgs are the properties of a Monitor
// (docs.datadoghq.com/api/latest/monitors, "Create a monitor").
type MonitorArgs struct {
	// Name is the title of its alerts.
	Name pulumi.StringInput `pulumi:"name" required:"true"`
	// Type says what the query is about: "query alert", "log alert", "event-v2 alert",
	// "service check" and so on. Another type makes another monitor.
	Type pulumi.StringInput `pulumi:"type" required:"true"`
	// Query ends in a comparison with the critical threshold.
	Query pulumi.StringInput `pulumi:"query" required:"true"`
	// Message is what people are told.
	Message pulumi.StringInput `pulumi:"message" required:"true"`
	// EscalationMessage is what they are told again.
	EscalationMessage pulumi.StringPtrInput `pulumi:"escalationMessage"`
	// MonitorThresholds are the limits; the critical one is the query's.
	MonitorThresholds *MonitorThresholds `pulumi:"monitorThresholds"`
	// Tags are what notification rules and downtimes choose monitors by.
	Tags pulumi.StringArrayInput `pulumi:"tags"`
	// Priority is 1 (highest) to 5, a string.
	Priority pulumi.StringPtrInput `pulumi:"priority"`
	// OnMissingData is show_no_data, show_and_notify_no_data, resolve or default.
	OnMissingData pulumi.StringPtrInput `pulumi:"onMissingData"`
	// EvaluationDelay is how many seconds late the data is; 900 for CloudWatch's.
	EvaluationDelay pulumi.IntPtrInput `pulumi:"evaluationDelay"`
	// NewGroupDelay is after how many seconds a new group is watched.
	NewGroupDelay pulumi.IntPtrInput `pulumi:"newGroupDelay"`
	// RequireFullWindow waits until data fills the window. False where data is sparse.
	RequireFullWindow pulumi.BoolPtrInput `pulumi:"requireFullWindow"`
	// RenotifyInterval is after how many minutes people are told again; 0 is never.
	RenotifyInterval pulumi.IntPtrInput `pulumi:"renotifyInterval"`
	// RenotifyStatuses are those that they are told again of: alert, warn, no data.
	RenotifyStatuses pulumi.StringArrayInput `pulumi:"renotifyStatuses"`
	// TimeoutH is after how many hours without data a monitor resolves itself, 0 to 24.
	TimeoutH pulumi.IntPtrInput `pulumi:"timeoutH"`
	// NotifyAudit tells people when somebody changes the monitor.
	NotifyAudit pulumi.BoolPtrInput `pulumi:"notifyAudit"`
	// NotifyBies are the groups that alert on their own, out of those of the query.
	NotifyBies pulumi.StringArrayInput `pulumi:"notifyBies"`
	// IncludeTags puts the tags that triggered it into the title.
	IncludeTags pulumi.BoolPtrInput `pulumi:"includeTags"`
	// EnableLogsSample shows the lines that triggered a log monitor. They may hold what
	// must not leave the logs.
	EnableLogsSample pulumi.BoolPtrInput `pulumi:"enableLogsSample"`
	// RestrictedRoles are the ids of the roles that may change it.
	RestrictedRoles pulumi.StringArrayInput `pulumi:"restrictedRoles"`
	// ForceDelete deletes it although a composite or an objective refers to it.
	ForceDelete pulumi.BoolPtrInput `pulumi:"forceDelete"`
}

// MonitorThresholds are limits, as numbers in strings.
type MonitorThresholds struct {
	Critical         pulumi.StringPtrInput `pulumi:"critical"`
	CriticalRecovery pulumi.StringPtrInput `pulumi:"criticalRecovery"`
	Warning          pulumi.StringPtrInput `pulumi:"warning"`
	WarningRecovery  pulumi.StringPtrInput `pulumi:"warningRecovery"`
	OK               pulumi.StringPtrInput `pulumi:"ok"`
	Unknown          pulumi.StringPtrInput `pulumi:"unknown"`
}

// NewMonitor registers a Monitor. It fails when a required property is missing.
func NewMonitor(ctx *pulumi.Context, name string, args MonitorArgs, opts ...pulumi.ResourceOption) (*Monitor, error) {
	m := &Monitor{}
	return m, register(ctx, TokenMonitor, name, args, m, opts)
}

// Number returns the monitor's id as objectives and downtimes name it.
func (m *Monitor) Number() pulumi.IntOutput {
	return m.ID().ToStringOutput().ApplyT(func(id string) (int, error) {
		number, err := strconv.Atoi(id)
		if err != nil {
			return 0, fmt.Errorf("id %q of a monitor: want a number", id)
		}
		return number, nil
	}).(pulumi.IntOutput)
}

// NotificationRule says who is told of the alerts of monitors with certain tags.
type NotificationRule struct{ pulumi.CustomResourceState }

// NotificationRuleArgs are the properties of a NotificationRule
// (docs.datadoghq.com/monitors/notify/notification_rules).
type NotificationRuleArgs struct {
	// Name is unique in the organization.
	Name pulumi.StringInput `pulumi:"name" required:"true"`
	// Filter says of which monitors.
	Filter *NotificationRuleFilter `pulumi:"filter" required:"true"`
	// Recipients are handles without their @.
	Recipients pulumi.StringArrayInput `pulumi:"recipients"`
	// ConditionalRecipients are told of some alerts only.
	ConditionalRecipients *ConditionalRecipients `pulumi:"conditionalRecipients"`
}

// NotificationRuleFilter chooses monitors by tags or by a scope, not both.
type NotificationRuleFilter struct {
	// Tags are those that a monitor has, all of them: key:value.
	Tags pulumi.StringArrayInput `pulumi:"tags"`
	// Scope is an expression over tags of what alerts.
	Scope pulumi.StringPtrInput `pulumi:"scope"`
}

// ConditionalRecipients are recipients by condition.
type ConditionalRecipients struct {
	Conditions []RecipientsCondition `pulumi:"conditions"`
	// FallbackRecipients are told when no condition holds.
	FallbackRecipients pulumi.StringArrayInput `pulumi:"fallbackRecipients"`
}

// RecipientsCondition says who is told when Scope is true.
type RecipientsCondition struct {
	// Scope is an expression such as transition_type:alert.
	Scope      pulumi.StringInput      `pulumi:"scope" required:"true"`
	Recipients pulumi.StringArrayInput `pulumi:"recipients"`
}

// NewNotificationRule registers a NotificationRule. It fails when a required property
// is missing.
func NewNotificationRule(ctx *pulumi.Context, name string, args NotificationRuleArgs, opts ...pulumi.ResourceOption) (*NotificationRule, error) {
	r := &NotificationRule{}
	return r, register(ctx, TokenNotificationRule, name, args, r, opts)
}
