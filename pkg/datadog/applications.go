package datadog

import (
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

const mibPerGiB = 1024

// Target groups are named after what they lead to, with a suffix.
const (
	vaultTargets   = "targetgroup:targetgroup/vault-*"
	consulTargets  = "targetgroup:targetgroup/consul-api-*"
	jenkinsTargets = "targetgroup:targetgroup/jenkins-*"
)

// clusterWatches are about the load balancers that services share. Metrics:
// docs.datadoghq.com/integrations/amazon_elb.
func (a Args) clusterWatches() []watch {
	if !a.has(config.ApplicationECS) {
		return nil
	}
	return []watch{
		{
			name: "balancer-errors", application: config.ApplicationECS, title: "A load balancer answers with errors", severity: warning,
			advice:    "They are its own (5xx): it reaches no target, or the target breaks off. See its access log.",
			namespace: config.NamespaceALB, window: "sum(last_5m)", series: a.of("sum:aws.applicationelb.httpcode_elb_5xx", "loadbalancer") + ".as_count()", comparison: ">",
			limit: float64(a.Config.Thresholds.ServerErrors),
		},
		{
			name: "balancer-targets", application: config.ApplicationECS, title: "Nobody answers behind a load balancer", severity: critical,
			advice:    "See the service's events in ECS, and why its tasks fail their health checks.",
			namespace: config.NamespaceALB, window: "max(last_10m)", series: a.of("max:aws.applicationelb.healthy_host_count", "targetgroup"), comparison: "<", limit: 1,
			available: true,
		},
	}
}

// vaultWatches are about Vault. A server that is sealed fails its health check as one
// does that is gone. Metrics of its own: docs.datadoghq.com/integrations/vault.
func (a Args) vaultWatches() []watch {
	var list []watch
	if a.has(config.ApplicationVault) {
		list = append(list,
			watch{
				name: "vault-down", application: config.ApplicationVault, title: "Vault does not answer", severity: critical,
				advice:    "No server is unsealed. See whether they reach KMS, which unseals them.",
				namespace: config.NamespaceNLB, window: "max(last_5m)", series: a.of("max:aws.networkelb.healthy_host_count", "", vaultTargets), comparison: "<", limit: 1,
				available: true,
			},
			watch{
				name: "vault-sealed", application: config.ApplicationVault, title: "A server of Vault is sealed or gone", severity: critical,
				advice:    "The others go on without it. Its log says why; terminate the instance to replace it.",
				namespace: config.NamespaceNLB, window: "min(last_10m)", series: a.of("max:aws.networkelb.un_healthy_host_count", "", vaultTargets), comparison: ">",
			},
		)
	}
	if !a.reports(config.ApplicationVault) {
		return list
	}
	return append(list,
		watch{
			name: "vault-leader", application: config.ApplicationVault, title: "Vault has no leader", severity: critical,
			advice: "See which servers are peers of Raft, and whether they reach each other on port 8201.",
			window: "max(last_5m)", series: a.of("max:vault.is_leader", ""), comparison: "<", limit: 1, missing: silence,
		},
		watch{
			name: "vault-audit", application: config.ApplicationVault, title: "Vault cannot write its audit log", severity: critical,
			advice: "It refuses everything when no audit device takes a request. See whether the audit volume is full.",
			window: "sum(last_5m)", series: "(" + a.of("sum:vault.vault.audit.log.request.failure", "") + ".as_count() + " + a.of("sum:vault.vault.audit.log.response.failure", "") + ".as_count())", comparison: ">",
		},
		watch{
			name: "vault-leases", application: config.ApplicationVault, title: "Vault holds very many leases", severity: warning,
			advice: "Something asks for new ones and does not keep those that it has. See which role, by their prefix.",
			window: "min(last_15m)", series: a.of("max:vault.vault.expire.num_leases", ""), comparison: ">", limit: float64(a.Config.Thresholds.VaultLeases),
		},
	)
}

// consulWatches are about Consul. Metrics of its own: docs.datadoghq.com/integrations/consul
// and, for autopilot, developer.hashicorp.com/consul/docs/reference/agent/telemetry.
func (a Args) consulWatches() []watch {
	var list []watch
	if a.has(config.ApplicationConsul) {
		list = append(list,
			watch{
				name: "consul-down", application: config.ApplicationConsul, title: "Consul does not answer", severity: critical,
				advice:    "No server answers on its API. See whether they have a leader.",
				namespace: config.NamespaceNLB, window: "max(last_5m)", series: a.of("max:aws.networkelb.healthy_host_count", "", consulTargets), comparison: "<", limit: 1,
				available: true,
			},
			watch{
				name: "consul-server", application: config.ApplicationConsul, title: "A server of Consul is gone", severity: warning,
				advice:    "The others go on while they are a majority. Its log says why; terminate the instance to replace it.",
				namespace: config.NamespaceNLB, window: "min(last_10m)", series: a.of("max:aws.networkelb.un_healthy_host_count", "", consulTargets), comparison: ">",
			},
		)
	}
	if !a.reports(config.ApplicationConsul) {
		return list
	}
	return append(list,
		watch{
			name: "consul-elections", application: config.ApplicationConsul, title: "Consul looks for a leader again and again", severity: warning,
			advice: "Servers lose each other, or are too slow. See their disks and the network between their zones.",
			window: "sum(last_10m)", series: a.of("sum:consul.raft.state.candidate", "") + ".as_count()", comparison: ">", limit: 2,
		},
		watch{
			name: "consul-autopilot", application: config.ApplicationConsul, title: "Consul's autopilot sees an unhealthy server", severity: critical,
			advice: "The cluster may not survive the next loss. Ask for /v1/operator/autopilot/health.",
			window: "max(last_10m)", series: a.of("min:consul.autopilot.healthy", ""), comparison: "<", limit: 1,
		},
	)
}

// jenkinsWatches are about Jenkins. Metrics of its own: plugins.jenkins.io/datadog.
func (a Args) jenkinsWatches() []watch {
	var list []watch
	if a.has(config.ApplicationJenkins) {
		list = append(list,
			watch{
				name: "jenkins-down", application: config.ApplicationJenkins, title: "Jenkins does not answer", severity: critical,
				advice:    "Nothing can be deployed. See the events of its service in ECS.",
				namespace: config.NamespaceALB, window: "max(last_15m)", series: a.of("max:aws.applicationelb.healthy_host_count", "", jenkinsTargets), comparison: "<", limit: 1,
				available: true,
			},
			watch{
				name: "jenkins-errors", application: config.ApplicationJenkins, title: "Jenkins answers with errors", severity: warning,
				advice:    "See the controller's log for what it fails at.",
				namespace: config.NamespaceALB, window: "sum(last_5m)", series: a.of("sum:aws.applicationelb.httpcode_target_5xx", "", jenkinsTargets) + ".as_count()", comparison: ">",
				limit: float64(a.Config.Thresholds.ServerErrors),
			},
		)
	}
	if !a.reports(config.ApplicationJenkins) {
		return list
	}
	return append(list, watch{
		name: "jenkins-queue", application: config.ApplicationJenkins, title: "Jobs wait in Jenkins", severity: warning,
		advice: "See whether agents start: ECS may have no room for them, or the limit of agents is reached.",
		window: "min(last_15m)", series: a.of("max:jenkins.queue.size", ""), comparison: ">", limit: float64(a.Config.Thresholds.JenkinsQueue),
	})
}

// searchWatches are about OpenSearch. Metrics: docs.datadoghq.com/integrations/amazon_es;
// limits as in
// docs.aws.amazon.com/opensearch-service/latest/developerguide/cloudwatch-alarms.html.
func (a Args) searchWatches() []watch {
	if !a.has(config.ApplicationELK) {
		return nil
	}
	domain := "domainname:" + naming.SearchDomain(config.ApplicationELK)
	search := func(w watch, metric string) watch {
		w.application, w.namespace, w.series = config.ApplicationELK, config.NamespaceSearch, a.of(metric, "", domain)
		return w
	}
	t := a.Config.Thresholds
	return []watch{
		search(watch{
			name: "search-red", title: "Logs are missing in OpenSearch", severity: critical, window: "max(last_5m)", comparison: ">=", limit: 1, available: true,
			advice: "A shard and its copy are on no node. See which index, and whether a node is gone or full.",
		}, "max:aws.es.cluster_statusred"),
		search(watch{
			name: "search-yellow", title: "A copy of logs is missing in OpenSearch", severity: warning, window: "min(last_1h)", comparison: ">=", limit: 1,
			advice: "After the loss of a node it comes back by itself; not when nodes are full.",
		}, "max:aws.es.cluster_statusyellow"),
		search(watch{
			name: "search-blocked", title: "OpenSearch takes no logs", severity: critical, window: "max(last_5m)", comparison: ">=", limit: 1, available: true,
			advice: "It is short of space or of memory. Keep logs for fewer days, or give it larger volumes.",
		}, "max:aws.es.cluster_index_writes_blocked"),
		search(watch{
			name: "search-space", title: "A volume of OpenSearch is nearly full", severity: critical, window: "min(last_15m)", comparison: "<",
			limit:  float64(a.SearchVolumeGiB * mibPerGiB * t.SearchFreePercent / 100),
			advice: "Keep logs for fewer days, or give it larger volumes. When it is full it takes no logs.",
		}, "min:aws.es.free_storage_space.minimum"),
		search(watch{
			name: "search-memory", title: "A node of OpenSearch is short of memory", severity: warning, window: "min(last_15m)", comparison: ">", limit: float64(t.SearchMemoryPercent),
			advice: "See whether there are too many shards, or searches that are too wide.",
		}, "max:aws.es.jvmmemory_pressure"),
	}
}
