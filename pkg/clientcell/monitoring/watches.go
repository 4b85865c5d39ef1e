package monitoring

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// watch is a monitor: what it looks at, and when that is one too many.
type watch struct {
	// name is unique in the cell, module what it watches.
	name, module string
	// title is that of its alerts, advice what to do about them.
	title, advice string
	level         level
	// kind is the monitor's type.
	kind string
	// window is what is evaluated, such as min(last_15m), and series what is seen; a log
	// monitor has its whole query in series.
	window, series string
	// comparison and limit say what is one too many.
	comparison string
	limit      float64
}

const (
	kindMetric = "query alert"
	kindLogs   = "log alert"

	bytesPerGiB = 1 << 30
	// failedLogins is how many in a quarter of an hour are no longer somebody's mistake.
	failedLogins = 20
	// ioPercent is how near a file system is to what it can do at most.
	ioPercent = 90
	// burstGiB are the credits of a bursting file system below which it slows down soon: a
	// new one has 2.1 TiB (docs.aws.amazon.com/efs/latest/ug/performance.html).
	burstGiB = 100
)

// number writes a limit as queries and thresholds do.
func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// query is the monitor's query.
func (w watch) query() string {
	text := fmt.Sprintf("%s %s %s", w.series, w.comparison, number(w.limit))
	if w.window != "" {
		text = w.window + ":" + text
	}
	return text
}

// watches are the monitors of what is on, by name.
func (a Args) watches() []watch {
	all := slices.Concat(a.ingressWatches(), a.serviceWatches(), a.queueWatches(), a.scheduleWatches(), a.databaseWatches(), a.fileWatches(), a.sftpWatches(), a.backupWatches(), a.vaultWatches())
	for i := range all {
		all[i].kind, all[i].comparison = cmp.Or(all[i].kind, kindMetric), cmp.Or(all[i].comparison, ">")
	}
	slices.SortFunc(all, func(x, y watch) int { return cmp.Compare(x.name, y.name) })
	return all
}

// of is a metric of the cell, of what carries its tag: with by an alert for each of a
// tag's values.
func (a Args) of(metric, by string) string {
	return fmt.Sprintf("%s{%s,region:%s} by {%s}", metric, a.cellTag(), a.Cell.Region.Name, by)
}

// counted are events of the cell's target groups.
func (a Args) counted(metric string) string {
	return a.of("sum:aws.applicationelb."+metric, "targetgroup") + ".as_count()"
}

// ingressWatches are about what load balancers see of the cell. Metrics:
// docs.datadoghq.com/integrations/amazon_elb, amazon_certificate_manager.
func (a Args) ingressWatches() []watch {
	if !a.exposed() {
		return nil
	}
	t := a.Cell.Monitoring.Thresholds
	list := []watch{
		{
			name: "errors", module: config.ModuleIngress, title: "Requests fail", level: broken,
			advice: "Services answer with 5xx. See their lines, and what was deployed last; ECS takes a deployment back when its tasks do not become healthy.",
			window: "sum(last_15m)", series: "100 * " + a.counted("httpcode_target_5xx") + " / " + a.counted("request_count"), limit: float64(t.ErrorPercent),
		},
		{
			name: "latency", module: config.ModuleIngress, title: "Answers are slow", level: degraded,
			advice: "One answer in twenty takes longer. See the service's CPU, and the database's.",
			window: "avg(last_15m)", series: a.of("max:aws.applicationelb.target_response_time.p95", "targetgroup"), limit: float64(t.LatencyMilliseconds) / 1000,
		},
		{
			name: "targets", module: config.ModuleIngress, title: "Tasks fail their health check", level: degraded,
			advice: "See the service's events in ECS, and what its health path says.",
			window: "min(last_10m)", series: a.of("max:aws.applicationelb.un_healthy_host_count", "targetgroup"),
		},
	}
	if len(a.Cell.Ingress.VanityNames) > 0 {
		list = append(list, watch{
			name: "certificate", module: config.ModuleIngress, title: "A certificate ends soon", level: degraded,
			advice: "ACM renews by itself 60 days before. See why it could not: the record that proves the name may be gone.",
			window: "min(last_1d)", series: a.of("min:aws.certificatemanager.days_to_expiry", "certificatearn"), comparison: "<", limit: float64(a.Datadog.Thresholds.CertificateDays),
		})
	}
	return list
}

// serviceWatches are about tasks. Metrics: docs.datadoghq.com/integrations/amazon_ecs.
func (a Args) serviceWatches() []watch {
	if !a.Cell.Services.Enabled || len(a.Cell.Services.Items) == 0 {
		return nil
	}
	t := a.Cell.Monitoring.Thresholds
	const by = "servicename"
	return []watch{
		{
			name: "tasks", module: config.ModuleServices, title: "Tasks do not start", level: broken,
			advice: "Fewer run than should for a quarter of an hour. The service's events in ECS say why: an image, a secret, memory, or no capacity.",
			window: "min(last_15m)", series: a.of("max:aws.ecs.service.desired", by) + " - " + a.of("max:aws.ecs.service.running", by),
		},
		{
			name: "cpu", module: config.ModuleServices, title: "A service is short of CPU", level: notable,
			advice: "It runs as many tasks as it may. Raise maxTasks, or give tasks more CPU.",
			window: "avg(last_30m)", series: a.of("avg:aws.ecs.service.cpuutilization", by), limit: float64(t.CPUPercent),
		},
		{
			name: "memory", module: config.ModuleServices, title: "A service is short of memory", level: notable,
			advice: "Tasks that take more than they have are killed. Give them more, or find out what they keep.",
			window: "avg(last_30m)", series: a.of("avg:aws.ecs.service.memory_utilization", by), limit: float64(t.MemoryPercent),
		},
	}
}

// queueWatches are about queues and those of messages that nobody could handle. Metrics:
// docs.datadoghq.com/integrations/amazon_sqs.
func (a Args) queueWatches() []watch {
	messaging := a.Cell.Messaging
	if !messaging.Enabled || len(messaging.Queues) == 0 {
		return nil
	}
	var live, dead []string
	for _, q := range messaging.Queues {
		live = append(live, naming.CellQueue(a.Cell.Client, q.Name, q.FIFO))
		dead = append(dead, naming.CellDeadLetterQueue(a.Cell.Client, q.Name, q.FIFO))
	}
	of := a.ofQueues
	return []watch{
		{
			name: "queue-age", module: config.ModuleMessaging, title: "Messages wait too long", level: degraded,
			advice: "The service that takes them is stopped, slow, or fails at one again and again.",
			window: "min(last_15m)", series: of("max:aws.sqs.approximate_age_of_oldest_message", live), limit: float64(a.Cell.Monitoring.Thresholds.QueueAgeSeconds),
		},
		{
			name: "queue-dead", module: config.ModuleMessaging, title: "Messages could not be handled", level: degraded,
			advice: "They are kept for 14 days. Find out what is wrong with them, then redrive them to their queue.",
			window: "max(last_15m)", series: of("max:aws.sqs.approximate_number_of_messages_visible", dead),
		},
	}
}

// ofQueues is a metric of some of the cell's queues.
func (a Args) ofQueues(metric string, queues []string) string {
	slices.Sort(queues)
	return fmt.Sprintf("%s{%s AND region:%s AND queuename IN (%s)} by {queuename}", metric, a.cellTag(), a.Cell.Region.Name, strings.Join(queues, ","))
}

// scheduleWatches are about tasks that never ran. Scheduler's own metrics have no tag of
// the cell, but the queue that it leaves them in has.
func (a Args) scheduleWatches() []watch {
	if !a.Cell.Schedules.Enabled || len(a.Cell.Schedules.Items) == 0 {
		return nil
	}
	return []watch{{
		name: "schedules-dropped", module: config.ModuleSchedules, title: "A task did not run at its time", level: degraded,
		advice: "ECS refused its start for an hour. The message in the queue says why, in its attribute ERROR_MESSAGE; run the task by hand if it must not wait for its next time, then purge the queue.",
		window: "max(last_15m)", series: a.ofQueues("max:aws.sqs.approximate_number_of_messages_visible", []string{naming.CellScheduleQueue(a.Cell.Client)}),
	}}
}

// databaseWatches are about the database. Metrics: docs.datadoghq.com/integrations/amazon_rds.
func (a Args) databaseWatches() []watch {
	db := a.Cell.Database
	if !db.Enabled {
		return nil
	}
	t := a.Cell.Monitoring.Thresholds
	const by = "dbinstanceidentifier"
	list := []watch{
		{
			name: "database-cpu", module: config.ModuleDatabase, title: "The database is short of CPU", level: degraded,
			advice: "Performance Insights shows which queries take it. Take a larger class, or read from replicas.",
			window: "avg(last_30m)", series: a.of("avg:aws.rds.cpuutilization", by), limit: float64(t.DatabaseCPUPercent),
		},
		{
			name: "database-connections", module: config.ModuleDatabase, title: "The database has very many connections", level: notable,
			advice: "See which service opens them and does not give them back, or put the proxy in front.",
			window: "avg(last_15m)", series: a.of("max:aws.rds.database_connections", by), limit: float64(t.DatabaseConnections),
		},
	}
	if db.Engine != config.EngineAurora { // it takes what it needs
		list = append(list, watch{
			name: "database-storage", module: config.ModuleDatabase, title: "The database's storage is nearly full", level: broken,
			advice: "A database without storage stops. Raise storageGiB, or maxStorageGiB if it grows by itself.",
			window: "min(last_15m)", series: a.of("min:aws.rds.free_storage_space", by), comparison: "<", limit: float64(t.DatabaseFreeGiB) * bytesPerGiB,
		})
	}
	if db.ReadReplicas > 0 {
		metric, perSecond := "max:aws.rds.replica_lag", 1.0
		if db.Engine == config.EngineAurora {
			metric, perSecond = "max:aws.rds.aurora_replica_lag", 1000
		}
		list = append(list, watch{
			name: "database-lag", module: config.ModuleDatabase, title: "A replica is behind", level: degraded,
			advice: "It answers with what was. See its CPU, and long transactions on it.",
			window: "min(last_15m)", series: a.of(metric, by), limit: float64(t.ReplicaLagSeconds) * perSecond,
		})
	}
	return list
}

// fileWatches are about the file system. Metrics: docs.datadoghq.com/integrations/amazon_efs.
func (a Args) fileWatches() []watch {
	if !a.Cell.Files.Enabled {
		return nil
	}
	const by = "filesystemid"
	if a.Cell.Files.Throughput == "bursting" {
		return []watch{{
			name: "files", module: config.ModuleFiles, title: "The file system slows down soon", level: degraded,
			advice: "It has used up what it may do in bursts. Set files.throughput: elastic.",
			window: "min(last_1h)", series: a.of("min:aws.efs.burst_credit_balance", by), comparison: "<", limit: burstGiB * bytesPerGiB,
		}}
	}
	return []watch{{
		name: "files", module: config.ModuleFiles, title: "The file system does as much as it can", level: notable,
		advice: "See which service reads and writes that much, in pieces that are that small.",
		window: "min(last_30m)", series: a.of("max:aws.efs.percent_iolimit", by), limit: ioPercent,
	}}
}

// sftpWatches are about who tries to log in to the account's server as one of the
// client's users. CloudWatch counts no such thing, so that they exist where Datadog gets
// the server's lines (docs.aws.amazon.com/transfer/latest/userguide/structured-logging.html).
func (a Args) sftpWatches() []watch {
	sftp := a.Cell.SFTP
	if !sftp.Enabled || sftp.Mode != config.SFTPShared || !a.gets(naming.UtilityLogGroup(config.ApplicationSFTP)) {
		return nil
	}
	return []watch{{
		name: "sftp-logins", module: config.ModuleSFTP, title: "Somebody cannot log in by SFTP", level: notable, kind: kindLogs,
		advice: "The client changed its key without telling us, or it is not the client who tries.",
		series: fmt.Sprintf(`logs("account:%s @activity-type:AUTH_FAILURE @user:%s-*").index("*").rollup("count").last("15m")`, a.Cell.Account.Name, a.Cell.Client), limit: failedLogins,
	}}
}

// backupWatches are about backups. Metrics: docs.datadoghq.com/integrations/amazon_backup.
// They carry no tags of vaults, only their names.
func (a Args) backupWatches() []watch {
	if !a.Cell.Backup.Enabled {
		return nil
	}
	return []watch{{
		name: "backup", module: config.ModuleBackup, title: "A backup failed", level: degraded,
		advice: "See the job in AWS Backup. Until one succeeds, the newest point to go back to is the one before.",
		window: "sum(last_1d)",
		series: fmt.Sprintf("sum:aws.backup.number_of_backup_jobs_failed{account:%s,region:%s,backupvaultname:%s} by {backupvaultname}.as_count()",
			a.Cell.Account.Name, a.Cell.Region.Name, naming.CellBackupVault(a.Cell.Client)),
	}}
}

// vaultWatches are about logins to the database. Vault's own metrics do not tell clients
// apart, its audit log does, so that they exist where Datadog gets its lines
// (developer.hashicorp.com/vault/docs/audit/schema).
func (a Args) vaultWatches() []watch {
	if !a.Cell.Vault.Enabled || !a.Cell.Database.Enabled || len(a.Cell.Vault.DatabaseRoles) == 0 || !a.VaultLines {
		return nil
	}
	path := strings.ReplaceAll(naming.CellVaultPath(a.Cell.Client, naming.VaultCellDatabase)+"/creds/", "/", `\/`)
	return []watch{{
		name: "vault-logins", module: config.ModuleVault, title: "Vault makes no logins to the database", level: broken, kind: kindLogs,
		advice: "Services keep those that they have until they end. See the error in Vault's audit log: Vault must reach the database and know its master user.",
		series: fmt.Sprintf(`logs("@type:response @error:* @request.path:%s*").index("*").rollup("count").last("15m")`, path),
	}}
}
