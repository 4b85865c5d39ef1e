package config

// MonitoringTier says how urgent what happens to a client is.
type MonitoringTier string

const (
	// TierGold wakes people up.
	TierGold MonitoringTier = "gold"
	// TierSilver tells the team.
	TierSilver MonitoringTier = "silver"
)

// CellMonitoring is what Datadog watches of the cell.
type CellMonitoring struct {
	// Enabled says whether Datadog watches the cell. The account and region need
	// application datadog.
	Enabled bool `yaml:"enabled" example:"true"`
	// Tier is gold (what breaks wakes people up) or silver (it tells the team).
	Tier MonitoringTier `yaml:"tier" oneof:"gold|silver" example:"silver"`
	// Availability is the percentage of requests that must succeed within 30 days: 90 to
	// 99.999, in quotes.
	Availability string `yaml:"availability" match:"^9[0-9]([.][0-9]{1,3})?$" hint:"a percentage from 90 to 99.999 in quotes" example:"\"99.9\""`
	// Notify is who is told instead of those of application datadog, as a message of
	// Datadog names them. Optional.
	Notify []string `yaml:"notify,optional" match:"^@[A-Za-z0-9][A-Za-z0-9._@-]{1,98}$" hint:"a handle of Datadog, such as @pagerduty-platform or @team@example.com" count:"0..10" example:"[\"@slack-acme\"]"`
	// Synthetics asks exposed public services every minute from outside.
	Synthetics bool `yaml:"synthetics" example:"true"`
	// Thresholds are when something is wrong.
	Thresholds CellThresholds `yaml:"thresholds"`
}

// CellThresholds are when something is wrong with a cell.
type CellThresholds struct {
	// ErrorPercent is the share of requests that fail with 5xx, 1 to 100.
	ErrorPercent int `yaml:"errorPercent" range:"1..100" example:"2"`
	// LatencyMilliseconds is the 95th percentile of answers, 10 to 60000.
	LatencyMilliseconds int `yaml:"latencyMilliseconds" range:"10..60000" example:"1000"`
	// CPUPercent is the average CPU use of a service's tasks, 10 to 100.
	CPUPercent int `yaml:"cpuPercent" range:"10..100" example:"90"`
	// MemoryPercent is the average memory use of a service's tasks, 10 to 100.
	MemoryPercent int `yaml:"memoryPercent" range:"10..100" example:"90"`
	// QueueAgeSeconds is the age of the oldest message of a queue, 60 to 1209600.
	QueueAgeSeconds int `yaml:"queueAgeSeconds" range:"60..1209600" example:"900"`
	// DatabaseCPUPercent is the CPU use of the database, 10 to 100.
	DatabaseCPUPercent int `yaml:"databaseCPUPercent" range:"10..100" example:"85"`
	// DatabaseFreeGiB is the least free storage of the database, 1 to 1000.
	DatabaseFreeGiB int `yaml:"databaseFreeGiB" range:"1..1000" example:"10"`
	// DatabaseConnections is the number of connections to the database, 1 to 10000.
	DatabaseConnections int `yaml:"databaseConnections" range:"1..10000" example:"400"`
	// ReplicaLagSeconds is how far a read replica may be behind, 1 to 86400.
	ReplicaLagSeconds int `yaml:"replicaLagSeconds" range:"1..86400" example:"60"`
}

// DatadogNamespaces returns the namespaces of CloudWatch that the cell's monitors read,
// each with the modules that they watch.
func (c Cell) DatadogNamespaces() map[string][]string {
	needed := map[string][]string{}
	read := func(on bool, namespace, module string) {
		if on {
			needed[namespace] = append(needed[namespace], module)
		}
	}
	served := c.Ingress.Enabled && len(exposed(&c, "")) > 0
	read(served, NamespaceALB, ModuleIngress)
	read(served && len(c.Ingress.VanityNames) > 0, NamespaceCertificate, ModuleIngress)
	read(c.Services.Enabled && len(c.Services.Items) > 0, NamespaceECS, ModuleServices)
	read(c.Messaging.Enabled && len(c.Messaging.Queues) > 0, NamespaceQueues, ModuleMessaging)
	read(c.Database.Enabled, NamespaceDatabase, ModuleDatabase)
	read(c.Files.Enabled, NamespaceFiles, ModuleFiles)
	read(c.Backup.Enabled, NamespaceBackup, ModuleBackup)
	return needed
}
