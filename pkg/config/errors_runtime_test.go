package config_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestErrorsOfServices(t *testing.T) {
	t.Parallel()
	service := func(text string) map[string]string {
		return cell("services: {items: [{name: api, " + text + "}]}")
	}
	nonprod := func(files map[string]string, text string) map[string]string {
		files["accounts/nonprod/utility.yaml"] = text + "\n"
		return files
	}
	checkWrong(t, []wrong{
		{"words of a command", service(`command: [serve, "", --verbose, ""]`), []string{
			`configs/clients/acme/cell.yaml:5:49: services.items[api].command[1]: a word of the command is empty (remove it: every word is an item of its own, without quotes)`,
			`configs/clients/acme/cell.yaml:5:64: services.items[api].command[3]: a word of the command is empty (remove it: every word is an item of its own, without quotes)`,
		}},
		{"values", service("minTasks: 101, targetMemoryPercent: 9, backlogPerTask: 0, capacity: SPOT, discovery: dns, logRouter: splunk"), []string{
			`configs/clients/acme/cell.yaml:5:42: services.items[api].minTasks: 101 is out of range, want 0 to 100`,
			`configs/clients/acme/cell.yaml:5:68: services.items[api].targetMemoryPercent: 9 is out of range, want 0 or 10 to 95 (0 lets scaling ignore memory)`,
			`configs/clients/acme/cell.yaml:5:87: services.items[api].backlogPerTask: 0 is out of range, want 1 to 100000`,
			`configs/clients/acme/cell.yaml:5:100: services.items[api].capacity: "SPOT" is not known, want one of FARGATE, FARGATE_SPOT`,
			`configs/clients/acme/cell.yaml:5:117: services.items[api].discovery: "dns" is not known, want one of cloudmap, consul, none`,
			`configs/clients/acme/cell.yaml:5:133: services.items[api].logRouter: "splunk" is not known, want one of firehose, cloudwatch`,
		}},
		{"a deployment that could never start", service("minHealthyPercent: 100, maxHealthyPercent: 100"), []string{
			`configs/clients/acme/cell.yaml:5:75: services.items[api].maxHealthyPercent: of 2 tasks 2 must stay up and at most 2 may run: a new version could never start (raise maxHealthyPercent or lower minHealthyPercent)`,
		}},
		{"a deployment that rounding stops", service("minTasks: 3, minHealthyPercent: 70, maxHealthyPercent: 120"), []string{
			`configs/clients/acme/cell.yaml:5:87: services.items[api].maxHealthyPercent: of 3 tasks 3 must stay up and at most 3 may run: a new version could never start (raise maxHealthyPercent or lower minHealthyPercent)`,
		}},
		{"volumes", cell("files: {enabled: true, accessPoints: [{name: reports}, {name: scans}]}", "services: {items: [{name: api, volumes: [{name: reports, path: /data}, {name: scans, path: /data}, {name: report, path: /more}]}]}"), []string{
			`configs/clients/acme/cell.yaml:6:92: services.items[api].volumes[scans].path: /data is already where services.items[api].volumes[reports] is mounted (give each volume a path of its own)`,
			`configs/clients/acme/cell.yaml:6:107: services.items[api].volumes[report].name: "report" is not an access point of files.accessPoints (did you mean "reports"? access points: reports, scans)`,
		}},
		{"places where nothing can be mounted", cell("files: {enabled: true, accessPoints: [{name: a}, {name: b}, {name: c}, {name: d}, {name: e}, {name: f}]}", "services:", "  items:", "    - name: api", "      exec: true", "      volumes:",
			"        - {name: a, path: /data/}", "        - {name: b, path: /data/../etc}", "        - {name: c, path: //data}", "        - {name: d, path: /proc/1}", "        - {name: e, path: /var/lib/amazon/ssm}", "        - {name: f, path: /.cache/..x.d}"), []string{
			`configs/clients/acme/cell.yaml:11:27: services.items[api].volumes[a].path: "/data/" is not valid, want an absolute path of letters, digits, dots, dashes, underscores and slashes, without //, . and .. and without a slash at its end`,
			`configs/clients/acme/cell.yaml:12:27: services.items[api].volumes[b].path: "/data/../etc" is not valid, want an absolute path of letters, digits, dots, dashes, underscores and slashes, without //, . and .. and without a slash at its end`,
			`configs/clients/acme/cell.yaml:13:27: services.items[api].volumes[c].path: "//data" is not valid, want an absolute path of letters, digits, dots, dashes, underscores and slashes, without //, . and .. and without a slash at its end`,
			`configs/clients/acme/cell.yaml:14:27: services.items[api].volumes[d].path: /proc/1 is the kernel's: no task would start (mount the folder elsewhere)`,
			`configs/clients/acme/cell.yaml:15:27: services.items[api].volumes[e].path: /var/lib/amazon/ssm is where the agent of exec keeps its files (mount the folder elsewhere)`,
			`configs/clients/acme/cell.yaml:16:27: services.items[api].volumes[f].path: "/.cache/..x.d" is not valid, want an absolute path of letters, digits, dots, dashes, underscores and slashes, without //, . and .. and without a slash at its end`,
		}},
		{"control characters", cell(`services: {items: [{name: api, environment: {A: "x\0y", B: "tab\tand\nline"}, command: ["a\u007f"]}]}`), []string{
			`configs/clients/acme/cell.yaml:5:49: services.items[api].environment.A: the text holds the control character U+0000 (remove it: only tabs and ends of lines get through to what reads the text)`,
			`configs/clients/acme/cell.yaml:5:89: services.items[api].command[0]: the text holds the control character U+007F (remove it: only tabs and ends of lines get through to what reads the text)`,
		}},
		{"a queue that is not there", cell("messaging: {enabled: true, queues: [{name: work}]}", "services: {items: [{name: api, scaleOnQueue: worker}]}"), []string{
			`configs/clients/acme/cell.yaml:6:46: services.items[api].scaleOnQueue: "worker" is not a queue of messaging.queues (did you mean "work"? queues: work)`,
		}},
		{"more than a task definition has room for", cell("services:", "  items:", "    - name: api", "      environment:", "        A: "+strings.Repeat("a", 15000), "        B: "+strings.Repeat("b", 15000)), []string{
			`configs/clients/acme/cell.yaml:9:9: services.items[api].environment: environment, command and secrets take 30050 bytes of the task definition, want at most 30000 (let the service read its settings from a bucket or a secret)`,
		}},
		{"more secrets than a role may read", cell(append([]string{"services:", "  items:", "    - name: api", "      secrets:"}, secretLines(101)...)...), []string{
			`configs/clients/acme/cell.yaml:109:15: services.items[api].secrets.S100: services of the cell read more than 100 secrets (keep several values in one secret: secretsmanager:<name>#<key>)`,
		}},
		{"production", cell("deletionProtection: true", "services: {items: [{name: api, exec: true, capacity: FARGATE_SPOT}]}"), []string{
			`configs/clients/acme/cell.yaml:6:38: services.items[api].exec: sessions in running tasks are refused in a cell that is protected from deletion, as this one is by configs/clients/acme/cell.yaml:5:21 (set exec: false; what a task does is in its logs)`,
			`configs/clients/acme/cell.yaml:6:54: services.items[api].capacity: an exposed service of a cell that is protected from deletion, as this one is by configs/clients/acme/cell.yaml:5:21, cannot run on capacity that AWS takes back (set capacity: FARGATE, or expose: none)`,
		}},
		{"the side car", cell("services: {logRouterImage: \"public.ecr.aws/aws-observability/aws-for-fluent-bit:stable\"}"), []string{
			`configs/clients/acme/cell.yaml:5:28: services.logRouterImage: "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable" is not an image by digest, want registry/repository@sha256:<64 hex digits> (a tag can be moved to another image; ` + "`docker buildx imagetools inspect IMAGE`" + ` prints the digest)`,
		}},
		{"tasks that nobody counts", nonprod(cell("messaging: {enabled: true, queues: [{name: work}]}", "services: {items: [{name: api, scaleOnQueue: work}]}"), "ecs: {containerInsights: disabled}"), []string{
			`configs/clients/acme/cell.yaml:6:46: services.items[api].scaleOnQueue: the cluster of nonprod us-east-1 reports no running tasks, which the backlog of each is divided by (set ecs.containerInsights: enabled in the utility.yaml of the account, or remove scaleOnQueue)`,
		}},
	})
}

// secretLines are n secrets of a service, and as many values of one.
func secretLines(n int) []string {
	var lines []string
	for i := range n {
		lines = append(lines, fmt.Sprintf("        S%03d: secretsmanager:s%d", i, i))
	}
	for i := range n {
		lines = append(lines, fmt.Sprintf("        T%03d: secretsmanager:s0#k%d", i, i))
	}
	return lines
}

// TestSpotAndSessionsAreForCellsThatMayGo holds the other side of what production is
// refused.
func TestSpotAndSessionsAreForCellsThatMayGo(t *testing.T) {
	t.Parallel()
	mustLoad(t, cell("deletionProtection: false", "services: {items: [{name: api, exec: true, capacity: FARGATE_SPOT}]}"))
	mustLoad(t, cell("deletionProtection: true", "services: {items: [{name: api, expose: none, capacity: FARGATE_SPOT}]}"))
	mustLoad(t, cell("services: {items: [{name: api, minTasks: 1, minHealthyPercent: 0, maxHealthyPercent: 100}]}"))
}

func TestErrorsOfIngress(t *testing.T) {
	t.Parallel()
	vanity := func(names string, more ...string) map[string]string {
		return cell(append([]string{"ingress: {vanityNames: [" + names + "]}"}, more...)...)
	}
	long := strings.Repeat("a", 40) + ".us-east-1.nonprod.example.com"
	nonprod := func(files map[string]string, text string) map[string]string {
		files["accounts/nonprod/utility.yaml"] = text + "\n"
		return files
	}
	two := vanity("{name: www, host: birch.us-east-1.nonprod.example.com, service: api}")
	two["clients/birch/cell.yaml"] = smallest(1)
	checkWrong(t, []wrong{
		{"services that do not answer", vanity("{name: a, host: a.us-east-1.nonprod.example.com, service: apt}, {name: b, host: b.us-east-1.nonprod.example.com, service: jobs}",
			"services: {items: [{name: jobs, image: registry.example.com/jobs@"+digest+", port: 80}]}"), []string{
			`configs/clients/acme/cell.yaml:5:83: ingress.vanityNames[a].service: "apt" is not a service of services.items (did you mean "api"? services: api, jobs)`,
			`configs/clients/acme/cell.yaml:5:147: ingress.vanityNames[b].service: service jobs is not exposed, so that nothing would answer (set expose of the service to internal or public, or remove the name)`,
		}},
		{"hosts that cannot be proved", vanity("{name: a, host: www.acme.example, service: api}, {name: b, host: " + long + ", service: api}"), []string{
			`configs/clients/acme/cell.yaml:5:41: ingress.vanityNames[a].host: www.acme.example is not below us-east-1.nonprod.example.com, the only zone of nonprod us-east-1 in which a certificate can be proved (for example: www.acme.us-east-1.nonprod.example.com)`,
			`configs/clients/acme/cell.yaml:5:90: ingress.vanityNames[b].host: ` + long + ` has 70 characters, want at most 64 for a certificate (choose a shorter name)`,
		}},
		{"the host of a service", vanity("{name: a, host: acme.us-east-1.nonprod.example.com, service: api}"), []string{
			`configs/clients/acme/cell.yaml:5:41: ingress.vanityNames[a].host: host "acme" is already that of services.items[api] at configs/defaults/cell.yaml:13:7 (give each exposed service a host of its own)`,
		}},
		{"the host of another client", two, []string{
			`configs/clients/acme/cell.yaml:5:43: ingress.vanityNames[www].host: host "birch" of nonprod us-east-1 is already that of client birch (give the service a host of its own)`,
		}},
		{"a load balancer that is not there", cell("ingress: {shard: 1}"), []string{
			`configs/clients/acme/cell.yaml:5:18: ingress.shard: there is no internal load balancer 1 in nonprod us-east-1, want 0 to 0 (raise ecs.loadBalancers.internal.shards in the utility.yaml of the account, or choose another one)`,
		}},
		{"a load balancer of many", nonprod(cell("ingress: {shard: 3}"), "ecs: {loadBalancers: {internal: {shards: 3}}}"), []string{
			`configs/clients/acme/cell.yaml:5:18: ingress.shard: there is no internal load balancer 3 in nonprod us-east-1, want 0 to 2 (raise ecs.loadBalancers.internal.shards in the utility.yaml of the account, or choose another one)`,
		}},
		{"too many load balancers", nonprod(cell(), "ecs: {loadBalancers: {internal: {shards: 11}}}"), []string{
			`configs/accounts/nonprod/utility.yaml:1:42: ecs.loadBalancers.internal.shards: 11 is out of range, want 1 to 10`,
		}},
		{"sign-in without a way to Okta", nonprod(cell("ingress: {auth: oidc}", "sso: {enabled: true}"), "okta: {enabled: true}"), []string{
			`configs/clients/acme/cell.yaml:5:17: ingress.auth: the internal load balancer of nonprod us-east-1 cannot reach Okta (set ecs.loadBalancers.internal.signIn: true in the utility.yaml of the account, or auth: none here)`,
		}},
	})
}

// TestClosedIngressTakesNoHost holds that a cell whose ingress is off needs no load
// balancer and no host name.
func TestClosedIngressTakesNoHost(t *testing.T) {
	t.Parallel()
	files := cell("ingress: {enabled: false, shard: 9}", "services: {items: [{name: api, expose: public, host: birch}]}")
	files["clients/birch/cell.yaml"] = smallest(1)
	mustLoad(t, files)
}

func TestErrorsOfSchedules(t *testing.T) {
	t.Parallel()
	schedule := func(text string) map[string]string {
		return cell("schedules: {enabled: true, items: [{name: nightly, " + text + "}]}")
	}
	checkWrong(t, []wrong{
		{"a service that is not there", schedule(`schedule: rate(1 day), service: apo, command: [""]`), []string{
			`configs/clients/acme/cell.yaml:5:84: schedules.items[nightly].service: "apo" is not a service of services.items (did you mean "api"? services: api)`,
			`configs/clients/acme/cell.yaml:5:99: schedules.items[nightly].command[0]: a word of the command is empty (remove it: every word is an item of its own, without quotes)`,
		}},
		{"fields of a time", schedule(`schedule: "cron(0 3 * * MON-FRI)", service: api, command: [run]`), []string{
			`configs/clients/acme/cell.yaml:5:62: schedules.items[nightly].schedule: "cron(0 3 * * MON-FRI)" has 5 fields, want 6: minutes, hours, day of month, month, day of week, year (for example: cron(0 3 * * ? *))`,
		}},
		{"a rate in the singular", schedule(`schedule: rate(5 minute), service: api, command: [run]`), []string{
			`configs/clients/acme/cell.yaml:5:62: schedules.items[nightly].schedule: "rate(5 minute)" is not valid, want cron(minutes hours day-of-month month day-of-week year) or rate(value unit)`,
		}},
		{"values of a time", schedule(`schedule: "cron(99 3 * * ? *)", service: api, command: [run]`), []string{
			`configs/clients/acme/cell.yaml:5:62: schedules.items[nightly].schedule: "cron(99 3 * * ? *)" is no time: "99" is no minutes, want 0 to 59`,
		}},
		{"both days", schedule(`schedule: "cron(0 3 * * * *)", service: api, command: [run]`), []string{
			`configs/clients/acme/cell.yaml:5:62: schedules.items[nightly].schedule: "cron(0 3 * * * *)" gives both days or neither, want ? for exactly one of day of month and day of week (for example: cron(0 3 * * ? *), or cron(0 3 ? * MON-FRI *))`,
		}},
		{"no command, and a word for a time", schedule(`schedule: daily, service: api, command: []`), []string{
			`configs/clients/acme/cell.yaml:5:62: schedules.items[nightly].schedule: "daily" is not valid, want cron(minutes hours day-of-month month day-of-week year) or rate(value unit)`,
			`configs/clients/acme/cell.yaml:5:92: schedules.items[nightly].command: 0 items are listed, want 1 to 50`,
		}},
	})
}
