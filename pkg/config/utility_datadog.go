package config

import (
	"slices"
	"strings"

	"cellworks/pkg/naming"
)

// UtilityDatadog is what Datadog sees of an account and region, and whom it wakes. The
// account's home region has the integration of the account as a whole; its other
// regions need it. The keys of deployments are in the environment, DD_API_KEY and
// DD_APP_KEY, never here.
type UtilityDatadog struct {
	// Enabled says whether the stack <account>-<region>-datadog exists.
	Enabled bool `yaml:"enabled" example:"false"`
	// Site is the organization's site
	// (docs.datadoghq.com/getting_started/site). Without an agreement under HIPAA, and
	// an organization that was made for it, nothing may be sent there.
	Site string `yaml:"site" oneof:"datadoghq.com|us3.datadoghq.com|us5.datadoghq.com|datadoghq.eu|ap1.datadoghq.com|ap2.datadoghq.com" example:"datadoghq.com"`
	// Team is the value of the tag team of all monitors.
	Team string `yaml:"team" match:"^[a-z]([a-z0-9-]{0,48}[a-z0-9])?$" hint:"1 to 50 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"platform"`
	// Metrics are what Datadog reads of CloudWatch.
	Metrics DatadogMetrics `yaml:"metrics"`
	// OwnMetrics are the applications that report to Datadog themselves: by its agent with
	// their integration in the image of Vault's and Consul's servers, and by its plugin in
	// Jenkins, with the tags account and region. Monitors of what only they know exist
	// only then; CloudWatch knows the rest.
	OwnMetrics []string `yaml:"ownMetrics,optional" oneof:"consul|jenkins|vault" example:"[vault, consul]"`
	// Notify says whom Datadog tells.
	Notify DatadogNotify `yaml:"notify"`
	// Thresholds are the limits of the standard monitors.
	Thresholds DatadogThresholds `yaml:"thresholds"`
	// Dashboards says whether there is a dashboard of the account and region.
	Dashboards bool `yaml:"dashboards" example:"true"`
	// Objectives are how often applications have to be there; a named list. One exists
	// where its application does.
	Objectives []DatadogObjective `yaml:"objectives,optional"`
	// Downtimes keep monitors silent while something is meant to be down; a named list.
	Downtimes []DatadogDowntime `yaml:"downtimes,optional"`
	// Logs are the lines that Datadog gets.
	Logs DatadogLogs `yaml:"logs"`
}

// DatadogMetrics are what Datadog reads of CloudWatch.
type DatadogMetrics struct {
	// Namespaces are those whose metrics it reads; CloudWatch charges for each reading.
	// Those that monitors need must be among them.
	Namespaces []string `yaml:"namespaces" match:"^[A-Za-z][A-Za-z0-9/_-]{1,254}$" hint:"a namespace of CloudWatch, such as AWS/ECS" count:"1..100" example:"[AWS/ApplicationELB, AWS/ECS]"`
	// CustomMetrics reads all namespaces that are not of AWS, too.
	CustomMetrics bool `yaml:"customMetrics" example:"false"`
}

// DatadogNotify says whom Datadog tells: handles as they are written in a message
// (docs.datadoghq.com/monitors/notify, "Notify your team").
type DatadogNotify struct {
	// Critical are told of what cannot wait: @pagerduty-service, @slack-channel,
	// @teams-channel or @ and an e-mail address; at least one.
	Critical []string `yaml:"critical" match:"^@(pagerduty(-[A-Za-z0-9_-]+)?|slack-[A-Za-z0-9_.-]+|teams-[A-Za-z0-9_-]+|[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+[.][A-Za-z]{2,})$" hint:"@pagerduty-service, @slack-channel, @teams-channel or @ and an e-mail address" count:"1..20" example:"[\"@pagerduty-platform\"]"`
	// Warning are told of what can wait for the morning; handles like those of Critical;
	// at least one.
	Warning []string `yaml:"warning" match:"^@(pagerduty(-[A-Za-z0-9_-]+)?|slack-[A-Za-z0-9_.-]+|teams-[A-Za-z0-9_-]+|[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+[.][A-Za-z]{2,})$" hint:"@pagerduty-service, @slack-channel, @teams-channel or @ and an e-mail address" count:"1..20" example:"[\"@slack-platform-alerts\"]"`
	// ReminderMinutes is after how long they are told again of what is critical, 0
	// (never) to 1440.
	ReminderMinutes int `yaml:"reminderMinutes" range:"0..1440" example:"60"`
}

// DatadogThresholds are the limits of the standard monitors. What is broken as soon as
// it happens once, such as a sealed Vault, has none.
type DatadogThresholds struct {
	// CertificateDays is how soon a certificate ends when people are told, 1 to 60: ACM
	// renews 60 days before, so that one that is nearer is stuck.
	CertificateDays int `yaml:"certificateDays" range:"1..60" example:"30"`
	// ServerErrors is how many answers of a load balancer or its targets in five minutes
	// are errors (5xx), 1 to 100000.
	ServerErrors int `yaml:"serverErrors" range:"1..100000" example:"50"`
	// JenkinsQueue is how many jobs wait for a quarter of an hour, 1 to 1000.
	JenkinsQueue int `yaml:"jenkinsQueue" range:"1..1000" example:"20"`
	// SearchFreePercent is what part of a volume of OpenSearch is free at least, 5 to 50.
	SearchFreePercent int `yaml:"searchFreePercent" range:"5..50" example:"25"`
	// SearchMemoryPercent is the pressure on the memory of a node of OpenSearch, 50 to 95.
	SearchMemoryPercent int `yaml:"searchMemoryPercent" range:"50..95" example:"90"`
	// VaultLeases is how many leases Vault holds, 1000 to 10000000.
	VaultLeases int `yaml:"vaultLeases" range:"1000..10000000" example:"100000"`
	// LogDelayMinutes is how old lines may be that Datadog has not got yet, 5 to 1440.
	LogDelayMinutes int `yaml:"logDelayMinutes" range:"5..1440" example:"15"`
}

// DatadogObjective is how often an application has to be there.
type DatadogObjective struct {
	// Name is the application.
	Name string `yaml:"name" oneof:"consul|ecs|elk|jenkins|vault" example:"vault"`
	// Target is the part of the time in percent, 90 to 99.999, as a text.
	Target string `yaml:"target" match:"^9[0-9]([.][0-9]{1,3})?$" hint:"a percentage from 90 to 99.999 in quotes, such as \"99.9\"" example:"\"99.9\""`
	// Days is the time that is looked at.
	Days int `yaml:"days" oneof:"7|30|90" example:"30"`
}

// DatadogDowntime is a time in which monitors are silent, again and again.
type DatadogDowntime struct {
	// Name is the downtime's.
	Name string `yaml:"name" match:"^[a-z][a-z0-9]*(-[a-z0-9]+)*$" hint:"lower-case letters, digits and single dashes" example:"patching"`
	// Applications are those whose monitors are silent; baseline is what watches the
	// account itself, logs what sends lines.
	Applications []string `yaml:"applications" oneof:"baseline|consul|ecs|elk|jenkins|logs|vault" count:"1..7" example:"[vault]"`
	// Rule says when, as RFC 5545 does.
	Rule string `yaml:"rule" match:"^[A-Z]+=[A-Z0-9,+-]+(;[A-Z]+=[A-Z0-9,+-]+)*$" hint:"a recurrence rule, such as FREQ=WEEKLY;BYDAY=SU;BYHOUR=4" example:"FREQ=WEEKLY;BYDAY=SU;BYHOUR=4"`
	// Duration is for how long: minutes (m), hours (h), days (d) or weeks (w).
	Duration string `yaml:"duration" match:"^[1-9][0-9]{0,3}[mhdw]$" hint:"a number with m, h, d or w" example:"4h"`
	// Timezone is the zone that the rule is in.
	Timezone string `yaml:"timezone" match:"^(UTC|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_+-]+){1,2})$" hint:"UTC or a name such as America/New_York" example:"UTC"`
	// Reason says why, to whoever wonders.
	Reason string `yaml:"reason" match:"^[^\\x00-\\x1f@]{10,500}$" hint:"10 to 500 characters without @" example:"Servers are patched and replaced"`
}

// DatadogLogs are the lines that Datadog gets: of log groups that are named here, never
// of cells.
type DatadogLogs struct {
	// Enabled says whether lines are sent at all. Datadog must be allowed to hold them.
	Enabled bool `yaml:"enabled" example:"false"`
	// Groups are the log groups in the account and region, which must exist: those of the
	// levels base and utility, and of web ACLs. The lines of clients are not among them.
	Groups []string `yaml:"groups,optional" match:"^(/base|/utility|aws-waf-logs-)[A-Za-z0-9_/.#-]*$" hint:"a log group below /base or /utility, or one that begins with aws-waf-logs-" count:"0..50" example:"[/base/trail]"`
	// FailedDays is how long lines are kept that Datadog did not take, 1 to 3650.
	FailedDays int `yaml:"failedDays" range:"1..3650" example:"30"`
	// Scanner takes out of lines what does not belong there.
	Scanner DatadogScanner `yaml:"scanner"`
}

// DatadogScanner takes data out of lines before Datadog keeps them.
type DatadogScanner struct {
	// Library are patterns of Datadog's own library, by their names
	// (docs.datadoghq.com/security/sensitive_data_scanner, "Library rules").
	Library []string `yaml:"library,optional" match:"^[^\\x00-\\x1f]{3,100}$" hint:"the name of a pattern of Datadog's library" count:"0..50" example:"[US Social Security Number Scanner]"`
	// Patterns are the organization's own; a named list.
	Patterns []DatadogPattern `yaml:"patterns,optional"`
}

// DatadogPattern finds one kind of data.
type DatadogPattern struct {
	// Name is what it finds.
	Name string `yaml:"name" match:"^[a-z][a-z0-9]*(-[a-z0-9]+)*$" hint:"lower-case letters, digits and single dashes" example:"medical-record-number"`
	// Pattern is a regular expression.
	Pattern string `yaml:"pattern" match:"^[^\\x00-\\x1f]{1,1000}$" hint:"a regular expression of at most 1000 characters" example:"\"\\\\bMRN[0-9]{8}\\\\b\""`
}

// The namespaces of CloudWatch that monitors read.
const (
	NamespaceBackup      = "AWS/Backup"
	NamespaceCertificate = "AWS/CertificateManager"
	NamespaceALB         = "AWS/ApplicationELB"
	NamespaceNLB         = "AWS/NetworkELB"
	NamespaceNAT         = "AWS/NATGateway"
	NamespaceLogs        = "AWS/Logs"
	NamespaceFirehose    = "AWS/Firehose"
	NamespaceSearch      = "AWS/ES"
	NamespaceECS         = "AWS/ECS"
	NamespaceQueues      = "AWS/SQS"
	NamespaceDatabase    = "AWS/RDS"
	NamespaceFiles       = "AWS/EFS"
)

// What monitors watch beside applications.
const (
	// DatadogBaseline is the account itself.
	DatadogBaseline = "baseline"
	// DatadogOfLogs is what sends lines to Datadog.
	DatadogOfLogs = "logs"
)

// DatadogNamespaces returns the namespaces of CloudWatch that the standard monitors
// read, by what they watch: an application that is on, DatadogBaseline or
// DatadogOfLogs.
func (u Utility) DatadogNamespaces() map[string][]string {
	needed := map[string][]string{DatadogBaseline: {NamespaceBackup, NamespaceCertificate, NamespaceLogs, NamespaceNAT}}
	for name, namespace := range map[string]string{
		ApplicationECS: NamespaceALB, ApplicationJenkins: NamespaceALB, ApplicationConsul: NamespaceNLB, ApplicationVault: NamespaceNLB, ApplicationELK: NamespaceSearch,
	} {
		for _, app := range u.Applications() {
			if app.Name == name && app.Enabled {
				needed[name] = []string{namespace}
			}
		}
	}
	if u.Datadog.Logs.Enabled {
		needed[DatadogOfLogs] = []string{NamespaceFirehose}
	}
	return needed
}

// needs are the applications that make the log groups whose lines are sent, each once.
func (d UtilityDatadog) needs() []string {
	if !d.Logs.Enabled {
		return nil
	}
	var needed []string
	for _, group := range d.Logs.Groups {
		application := ""
		if strings.HasPrefix(group, naming.FirewallLogGroup("")) {
			application = ApplicationECS
		}
		if rest, ok := strings.CutPrefix(group, naming.UtilityPath); ok {
			application, _, _ = strings.Cut(rest, "/")
		}
		if slices.Contains(loggingApplications(), application) && !slices.Contains(needed, application) {
			needed = append(needed, application)
		}
	}
	return needed
}

// loggingApplications are those that have log groups.
func loggingApplications() []string {
	return []string{ApplicationConsul, ApplicationECS, ApplicationELK, ApplicationJenkins, ApplicationSecurity, ApplicationVault}
}
