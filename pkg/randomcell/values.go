package randomcell

import "strings"

// digest makes an image that the configuration accepts.
const digest = "@sha256:abababababababababababababababababababababababababababababababab"

const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK+bb+m9qhVLV6FrkHgKHC0O7ZE8XVXB7/cBClmXBJ43 lab"

// longest is the longest name that a list takes.
var longest = strings.Repeat("z", 20)

// untouched are the keys that random cells do not set, with the reason.
var untouched = map[string]string{
	"account": "the test places the cell", "region": "the test places the cell", "slot": "the test places the cell", "ring": "rings change no resource",
	"decommission":      "it says how a cell that is up loses something",
	"iam.extraPolicies": "somebody else makes the policies",
	"network.mode":      "the test says which cells share subnets: two VPCs fit into a region", "network.vpcSlot": "as network.mode",
	"network.nat": "as network.mode", "network.interfaceEndpoints": "as network.mode", "network.accountPeering": "as network.mode",
	"sso.inbound":                   "its secret and certificate are somebody else's; pkg/clientcell/sso tests it",
	"services.items[].secrets":      "somebody else makes them",
	"services.items[].host":         "hosts are unique in a region",
	"services.logRouterImage":       "inherited from the platform",
	"ingress.host":                  "hosts are unique in a region",
	"ingress.shard":                 "the example has one load balancer",
	"ingress.vanityNames":           "their zones are somebody else's",
	"network.allowFromPeers":        "the blocks depend on the place",
	"database.backupRegion":         "the other region depends on the place",
	"backup.copyRegion":             "the other region depends on the place",
	"storage.buckets[].replicateTo": "the other region depends on the place",
}

// always are keys of items that a new one needs, and those that are seldom valid.
var always = []string{
	"network.egress[].cidr", "network.egress[].port", "services.items[].image", "services.items[].port", "services.items[].volumes[].path",
	"schedules.items[].schedule", "schedules.items[].service", "schedules.items[].command", "sftp.users[].keys",
	"sftp.allowedCIDRs", "services.items[].volumes[].readOnly",
}

// values are those of keys for which the schema names neither an enum nor a range, or
// for which nearly all of the range is refused because of something else.
var values = map[string][]any{
	"profiles":              {list(), list("gold"), list("hipaa-strict"), list("gold", "hipaa-strict"), list("hipaa-strict", "gold")},
	"state":                 {"active", "active", "active", "suspended"},
	"labels":                {object{}, object{"tier": "gold", "a-b": "x.y_z-1"}},
	"network.egress[].name": {"lab", "web", longest}, "network.egress[].cidr": {"203.0.113.0/24", "0.0.0.0/0", "198.51.100.7/32"}, "network.egress[].port": {443, 443, 22},
	"storage.buckets[].name": {"archive", "work", "inbound", "extra", "a-b-c", longest}, "storage.buckets[].infrequentAccessDays": {0, 30, 31, 3650},
	"storage.buckets[].glacierDays": {0, 90, 365, 3650}, "storage.buckets[].expireDays": {0, 1, 400, 3650},
	"messaging.queues[].name": {"work", "ingest", "more", "a-b", longest}, "messaging.queues[].buckets": {list(), list("archive"), list("inbound", "work")},
	"messaging.topics[].name": {"events", "alarms", longest}, "messaging.topics[].queues": {list(), list("work"), list("ingest", "work")},
	"files.accessPoints[].name": {"reports", "data", longest},
	"database.class":            {"db.m7g.large", "db.r7g.xlarge", "db.t4g.medium", "db.serverless", "db.r6gd.large", "db.m7i.24xlarge"},
	"database.storageGiB":       {20, 100, 399, 400, 65536}, "database.maxStorageGiB": {0, 500, 65536}, "database.readReplicas": {0, 1, 2, 5, 15},
	"database.backupWindow": {"23:30-00:30", "00:00-00:30", "04:00-05:00"}, "database.maintenanceWindow": {"sat:23:30-sun:00:30", "mon:00:00-mon:00:30", "sun:06:00-sun:07:00"},
	"database.parameters":        {object{}, object{"max_connections": "500"}, object{"work_mem": "65536", "log_min_duration_statement": "100"}, object{"autovacuum_naptime": "30"}},
	"cache.nodeType":             {"cache.t4g.small", "cache.r7g.large", "cache.m7g.16xlarge", "cache.r6gd.xlarge", "cache.t3.micro"},
	"vault.databaseRoles[].name": {"app", "reports", longest}, "vault.databaseRoles[].services": {list(), list("api"), list("api", "worker")},
	"services.items[].name":  {"api", "ingest", "worker", "portal", strings.Repeat("w", 19)},
	"services.items[].image": {"registry.example.com/portal" + digest, "registry.example.com:5000/a/b-c/d_e:v1.2-rc.3" + digest},
	"services.items[].cpu":   {256, 512, 1024, 4096, 16384}, "services.items[].memory": {512, 1024, 2048, 8192, 32768, 122880},
	"services.items[].port": {1, 22, 80, 443, 3000, 8080, 65535}, "services.items[].healthPath": {"/", "/healthz", "/a/b?x", "/ok~1"},
	"services.items[].command": {list(), list("serve"), list("a b", `"q"`, "$X", "-c", "é\n")}, "services.items[].minTasks": {0, 1, 2, 6}, "services.items[].maxTasks": {1, 6, 10},
	"services.items[].scaleOnQueue": {"work", "ingest"}, "services.items[].environment": {object{}, object{"A": "1", "B_C": "$ {x} \"q\" \\ \n y"}, object{"LONG": strings.Repeat("v", 2000)}},
	"services.items[].volumes[].name": {"reports", "data"}, "services.items[].volumes[].path": {"/data", "/data/.x/y_z"},
	"sftp.users[].name": {"lab", "partner", longest}, "sftp.users[].keys": {list(publicKey)}, "sftp.users[].bucket": {"inbound", "archive", "work"}, "sftp.users[].prefix": {"lab", "a/b_c/d-e", "X/Y"},
	"sftp.allowedCIDRs":      {list(), list("203.0.113.0/24")},
	"schedules.items[].name": {"nightly", longest}, "schedules.items[].schedule": {"cron(0 3 * * ? *)", "rate(1 minute)", "cron(0/15 8-17 ? JAN-MAR MON#2 2026-2030)"},
	"schedules.items[].service": {"worker", "api", "portal"}, "schedules.items[].command": {list("x"), list("a", "b c", `"`)},
	"monitoring.availability": {"90", "99", "99.9", "99.99", "99.999"}, "monitoring.notify": {list(), list("@slack-alerts"), list("@a.b@example.com", "@pagerduty-x")},
	"sso.groups": {list("users"), list("users", "admins"), list("g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8", "g9")},
}
