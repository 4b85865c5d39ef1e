package datadogresource

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Objective is how often something has to be well, and how often it was: a service
// level objective.
type Objective struct{ pulumi.CustomResourceState }

// ObjectiveArgs are the properties of an Objective
// (docs.datadoghq.com/api/latest/service-level-objectives).
type ObjectiveArgs struct {
	Name pulumi.StringInput `pulumi:"name" required:"true"`
	// Type is metric, monitor or time_slice; another one makes another objective. It says
	// which of Query, MonitorIDs and SLISpecification is needed.
	Type        pulumi.StringInput    `pulumi:"type" required:"true"`
	Description pulumi.StringPtrInput `pulumi:"description"`
	// Thresholds are the targets by timeframe, each timeframe once.
	Thresholds []ObjectiveThreshold `pulumi:"thresholds" required:"true"`
	// Query counts good events and all events.
	Query *ObjectiveQuery `pulumi:"query"`
	// MonitorIDs are the monitors (Monitor.Number) that have to be well.
	MonitorIDs pulumi.IntArrayInput `pulumi:"monitorIds"`
	// Groups narrow a single monitor to some of its groups.
	Groups pulumi.StringArrayInput `pulumi:"groups"`
	// SLISpecification says what a slice of time has to be like.
	SLISpecification *SLISpecification       `pulumi:"sliSpecification"`
	Tags             pulumi.StringArrayInput `pulumi:"tags"`
	// ForceDelete deletes it although a monitor refers to it.
	ForceDelete pulumi.BoolPtrInput `pulumi:"forceDelete"`
}

// ObjectiveThreshold is a target.
type ObjectiveThreshold struct {
	// Timeframe is 7d, 30d, 90d or custom.
	Timeframe pulumi.StringInput `pulumi:"timeframe" required:"true"`
	// Target is a percentage above 0 and below 100; Warning lies above it.
	Target  pulumi.Float64Input    `pulumi:"target" required:"true"`
	Warning pulumi.Float64PtrInput `pulumi:"warning"`
}

// ObjectiveQuery counts events.
type ObjectiveQuery struct {
	Numerator   pulumi.StringInput `pulumi:"numerator" required:"true"`
	Denominator pulumi.StringInput `pulumi:"denominator" required:"true"`
}

// SLISpecification says what is measured where a query of counts does not do.
type SLISpecification struct {
	TimeSlice *TimeSlice `pulumi:"timeSlice"`
}

// TimeSlice says what a slice of time has to be like: query, comparator, threshold.
type TimeSlice struct {
	Query *TimeSliceQuery `pulumi:"query" required:"true"`
	// Comparator is >, >=, < or <=.
	Comparator pulumi.StringInput  `pulumi:"comparator" required:"true"`
	Threshold  pulumi.Float64Input `pulumi:"threshold" required:"true"`
	// QueryIntervalSeconds is how long a slice is: 60 or 300.
	QueryIntervalSeconds pulumi.IntPtrInput `pulumi:"queryIntervalSeconds"`
}

// TimeSliceQuery is a formula over named queries.
type TimeSliceQuery struct {
	Formula *TimeSliceFormula     `pulumi:"formula" required:"true"`
	Queries []TimeSliceNamedQuery `pulumi:"queries"`
}

// TimeSliceFormula is an expression over the names of queries.
type TimeSliceFormula struct {
	FormulaExpression pulumi.StringInput `pulumi:"formulaExpression" required:"true"`
}

// TimeSliceNamedQuery is a query that the formula names.
type TimeSliceNamedQuery struct {
	MetricQuery *TimeSliceMetricQuery `pulumi:"metricQuery"`
}

// TimeSliceMetricQuery is a query of metrics.
type TimeSliceMetricQuery struct {
	Name  pulumi.StringInput `pulumi:"name" required:"true"`
	Query pulumi.StringInput `pulumi:"query" required:"true"`
	// DataSource is metrics.
	DataSource pulumi.StringPtrInput `pulumi:"dataSource"`
}

// NewObjective registers an Objective. It fails when a required property is missing.
func NewObjective(ctx *pulumi.Context, name string, args ObjectiveArgs, opts ...pulumi.ResourceOption) (*Objective, error) {
	o := &Objective{}
	return o, register(ctx, TokenObjective, name, args, o, opts)
}

// Downtime keeps monitors silent.
type Downtime struct{ pulumi.CustomResourceState }

// DowntimeArgs are the properties of a Downtime
// (docs.datadoghq.com/api/latest/downtimes). At most one kind of schedule.
type DowntimeArgs struct {
	// Scope is an expression over tags of what alerts.
	Scope pulumi.StringInput `pulumi:"scope" required:"true"`
	// MonitorIdentifier says which monitors are silent.
	MonitorIdentifier *MonitorIdentifier    `pulumi:"monitorIdentifier" required:"true"`
	Message           pulumi.StringPtrInput `pulumi:"message"`
	// DisplayTimezone is the zone in which people see it.
	DisplayTimezone   pulumi.StringPtrInput `pulumi:"displayTimezone"`
	OneTimeSchedule   *OneTimeSchedule      `pulumi:"oneTimeSchedule"`
	RecurringSchedule *RecurringSchedule    `pulumi:"recurringSchedule"`
	// MuteFirstRecoveryNotification keeps the first recovery silent, too.
	MuteFirstRecoveryNotification pulumi.BoolPtrInput `pulumi:"muteFirstRecoveryNotification"`
	// NotifyEndStates are the states of which people are told at the end: alert, no
	// data, warn. NotifyEndTypes are the ends: canceled, expired.
	NotifyEndStates pulumi.StringArrayInput `pulumi:"notifyEndStates"`
	NotifyEndTypes  pulumi.StringArrayInput `pulumi:"notifyEndTypes"`
}

// MonitorIdentifier names one monitor (Monitor.Number), or all with certain tags.
type MonitorIdentifier struct {
	MonitorID   pulumi.IntPtrInput      `pulumi:"monitorId"`
	MonitorTags pulumi.StringArrayInput `pulumi:"monitorTags"`
}

// OneTimeSchedule is from one time to another (RFC 3339), for ever without an end.
type OneTimeSchedule struct {
	Start pulumi.StringPtrInput `pulumi:"start"`
	End   pulumi.StringPtrInput `pulumi:"end"`
}

// RecurringSchedule repeats.
type RecurringSchedule struct {
	Recurrences []Recurrence          `pulumi:"recurrences"`
	Timezone    pulumi.StringPtrInput `pulumi:"timezone"`
}

// Recurrence is for how long (2h) and when (RFC 5545: FREQ=WEEKLY;BYDAY=SU).
type Recurrence struct {
	Duration pulumi.StringInput    `pulumi:"duration" required:"true"`
	RRule    pulumi.StringInput    `pulumi:"rrule" required:"true"`
	Start    pulumi.StringPtrInput `pulumi:"start"`
}

// NewDowntime registers a Downtime. It fails when a required property is missing.
func NewDowntime(ctx *pulumi.Context, name string, args DowntimeArgs, opts ...pulumi.ResourceOption) (*Downtime, error) {
	d := &Downtime{}
	return d, register(ctx, TokenDowntime, name, args, d, opts)
}
