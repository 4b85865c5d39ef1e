package config_test

import (
	"reflect"
	"strings"
	"testing"

	"cellworks/pkg/config"
)

func TestErrorsOfCells(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"slot and unknown key", map[string]string{"clients/acme/cell.yaml": "account: nonprod\nregion: us-east-1\nslot: 77\nring: canary\nstorge:\n  enabled: false\n"}, []string{
			`configs/clients/acme/cell.yaml:3:7: slot: 77 is out of range, want 0 to 63`,
			`configs/clients/acme/cell.yaml:5:1: storge: unknown key (did you mean "storage"? known keys: account, region, slot, ring, profiles, state, decommission, deletionProtection, labels, kms, iam, network, storage, messaging, files, logging, database, cache, vault, services, ingress, sftp, schedules, backup, monitoring, sso, budget)`,
		}},
		{"missing keys", map[string]string{"clients/acme/cell.yaml": "region: us-east-1\n"}, []string{
			`configs/clients/acme/cell.yaml:1:1: account: missing key, want a name (for example: account: nonprod)`,
			`configs/clients/acme/cell.yaml:1:1: ring: missing key, want a string (for example: ring: early)`,
			`configs/clients/acme/cell.yaml:1:1: slot: missing key, want an integer from 0 to 63 (for example: slot: 7)`,
		}},
		{"wrong types", cell("deletionProtection: \"yes\"", "labels: {a: 5, b: true}", "kms: 30", "iam: {maxSessionHours: \"4\"}",
			"network: {egress: {https: null}}", "storage: {enabled: 1, buckets: [inbound]}", "services: {items: [{name: 7}]}"), []string{
			`configs/clients/acme/cell.yaml:5:21: deletionProtection: "yes" is a string, want true or false`,
			`configs/clients/acme/cell.yaml:6:13: labels.a: 5 is an integer, want a string (put it in quotes: "5")`,
			`configs/clients/acme/cell.yaml:6:19: labels.b: true is a boolean, want a string (put it in quotes: "true")`,
			`configs/clients/acme/cell.yaml:7:6: kms: 30 is an integer, want a map with keys out of deletionWindowDays, rotationDays, multiRegion`,
			`configs/clients/acme/cell.yaml:8:24: iam.maxSessionHours: "4" is a string, want an integer from 1 to 12 (remove the quotes: 4)`,
			`configs/clients/acme/cell.yaml:9:19: network.egress: this is a map, want a list of items with a name`,
			`configs/clients/acme/cell.yaml:10:20: storage.enabled: 1 is an integer, want true or false`,
			`configs/clients/acme/cell.yaml:10:33: storage.buckets[1]: "inbound" is a string, want a map with keys out of name, versioning, noncurrentDays, infrequentAccessDays, glacierDays, expireDays, objectLockDays, malwareScan, replicateTo, accessLogs`,
			`configs/clients/acme/cell.yaml:11:20: services.items[1].image: missing key, want a string (for example: image: registry.example.com/api@sha256:<64 hex digits>)`,
			`configs/clients/acme/cell.yaml:11:20: services.items[1].port: missing key, want an integer from 1 to 65535 (for example: port: 8080)`,
			`configs/clients/acme/cell.yaml:11:27: services.items[1].name: 7 is an integer, want 1 to 19 lower-case letters, digits and dashes, starting with a letter and not ending with a dash (put it in quotes: "7")`,
		}},
		{"integers", cell("kms: {rotationDays: 0x100, deletionWindowDays: 1_0}", "iam: {maxSessionHours: 1.5}"), []string{
			`configs/clients/acme/cell.yaml:5:21: kms.rotationDays: 0x100 is not a plain decimal integer, want an integer from 90 to 2560 (write it without leading zeros, signs or separators)`,
			`configs/clients/acme/cell.yaml:5:48: kms.deletionWindowDays: 1_0 is not a plain decimal integer, want an integer from 7 to 30 (write it without leading zeros, signs or separators)`,
			`configs/clients/acme/cell.yaml:6:24: iam.maxSessionHours: 1.5 is a number with a fraction, want an integer from 1 to 12`,
		}},
		{"unknown place", map[string]string{"clients/acme/cell.yaml": strings.Replace(smallest(0), "nonprod", "nonprd", 1), "clients/birch/cell.yaml": strings.Replace(smallest(0), "us-east-1", "us-west-1", 1)}, []string{
			`configs/clients/acme/cell.yaml:1:10: account: unknown account "nonprd" (did you mean "nonprod"? known accounts: nonprod, prod)`,
			`configs/clients/birch/cell.yaml:2:9: region: account nonprod has no region "us-west-1" (did you mean "us-west-2"? its regions: us-east-1, us-west-2)`,
		}},
		{"ring", map[string]string{"clients/acme/cell.yaml": strings.Replace(smallest(0), "canary", "canery", 1)}, []string{
			`configs/clients/acme/cell.yaml:4:7: ring: "canery" is not a ring of the organization (did you mean "canary"? rings: canary, broad)`,
		}},
		{"slot twice", map[string]string{"clients/birch/cell.yaml": smallest(0), "clients/cedar/cell.yaml": smallest(1)}, []string{
			`configs/clients/birch/cell.yaml:3:7: slot: slot 0 of nonprod us-east-1 is already that of client acme at configs/clients/acme/cell.yaml:3:7 (slot 2 is free)`,
		}},
		{"client keys in a layer below", map[string]string{"accounts/nonprod/cell.yaml": "ring: canary\n", "defaults/utility.yaml": sound()["defaults/utility.yaml"] + "slot: 4\n"}, []string{
			`configs/accounts/nonprod/cell.yaml:1:7: ring: the key may be set in the file of a client only (remove it here)`,
			behind("defaults/utility.yaml", 1) + `:1: slot: unknown key (known keys: ` + strings.Join(keys(reflect.TypeFor[config.Utility]()), ", ") + `)`,
		}},
		{"key missing in the defaults", map[string]string{"defaults/cell.yaml": strings.Replace(sound()["defaults/cell.yaml"], ", rotationDays: 365", "", 1),
			"defaults/base.yaml": strings.Replace(sound()["defaults/base.yaml"], "  imageScanning: enhanced\n", "", 1)}, []string{
			`configs/defaults/base.yaml:4:3: guardrails.imageScanning: missing key, want one of enhanced, basic (for example: imageScanning: enhanced)`,
			`configs/defaults/cell.yaml:2:6: kms.rotationDays: missing key, want an integer from 90 to 2560 (for example: rotationDays: 365)`,
		}},
		{"value of the defaults", map[string]string{"defaults/cell.yaml": strings.Replace(sound()["defaults/cell.yaml"], "365", "30", 1), "clients/birch/cell.yaml": smallest(1)}, []string{
			`configs/defaults/cell.yaml:2:45: kms.rotationDays: 30 is out of range, want 90 to 2560`,
		}},
		{"null", cell("kms: {rotationDays: null}", "storage: null"), []string{
			`configs/clients/acme/cell.yaml:5:21: kms.rotationDays: null removes the value of a required key, want an integer from 90 to 2560`,
			`configs/clients/acme/cell.yaml:6:10: storage: null removes the value of a required key, want a map with keys out of enabled, buckets`,
		}},
		{"named lists", cell("network:", "  egress: []", "storage:", "  buckets:", "    - {name: inboud, remove: true}", "    - {name: inbound, remove: false}",
			"    - {name: inbound, remove: true, expireDays: 4}", "services:", "  items:", "    - {name: api, port: 80}", "    - {name: api, port: 81}", "    - {port: 81}"), []string{
			`configs/clients/acme/cell.yaml:6:11: network.egress: an empty list changes nothing: the list merges by name (write null to remove all inherited items, or {name: x, remove: true} to remove one)`,
			`configs/clients/acme/cell.yaml:9:7: storage.buckets[inboud]: there is no inherited item to remove (did you mean "inbound"? inherited items: inbound)`,
			`configs/clients/acme/cell.yaml:10:31: storage.buckets[inbound]: remove must be true (leave the key out to keep the item)`,
			`configs/clients/acme/cell.yaml:11:7: storage.buckets[inbound]: an item that removes an inherited one has the keys name and remove only (write {name: x, remove: true})`,
			`configs/clients/acme/cell.yaml:15:7: services.items[api].image: missing key, want a string (for example: image: registry.example.com/api@sha256:<64 hex digits>)`,
			`configs/clients/acme/cell.yaml:15:14: services.items[api]: the name is already used at configs/clients/acme/cell.yaml:14:14 (give one of the two another name)`,
			`configs/clients/acme/cell.yaml:16:7: services.items[2].image: missing key, want a string (for example: image: registry.example.com/api@sha256:<64 hex digits>)`,
			`configs/clients/acme/cell.yaml:16:7: services.items[2].name: missing key, want 1 to 19 lower-case letters, digits and dashes, starting with a letter and not ending with a dash (for example: name: api)`,
		}},
		{"cidr", cell("network:", "  egress:", "    - {name: a, cidr: 10.0.0.1/8, port: 1}", "    - {name: b, cidr: 10.0.0.1, port: 70000}",
			"    - {name: c, cidr: \"2001:db8::/32\", port: 1}", "    - {name: d, cidr: lab, port: 1}"), []string{
			`configs/clients/acme/cell.yaml:7:23: network.egress[a].cidr: "10.0.0.1/8" has host bits set, want a network address (did you mean "10.0.0.0/8"?)`,
			`configs/clients/acme/cell.yaml:8:23: network.egress[b].cidr: "10.0.0.1" is not a CIDR, want an IPv4 CIDR, such as 10.0.0.0/8 (for one address write "10.0.0.1/32")`,
			`configs/clients/acme/cell.yaml:8:39: network.egress[b].port: 70000 is out of range, want 1 to 65535`,
			`configs/clients/acme/cell.yaml:9:23: network.egress[c].cidr: "2001:db8::/32" is not IPv4, want an IPv4 CIDR, such as 10.0.0.0/8`,
			`configs/clients/acme/cell.yaml:10:23: network.egress[d].cidr: "lab" is not a CIDR, want an IPv4 CIDR, such as 10.0.0.0/8`,
		}},
		{"buckets", cell("storage:", "  buckets:", "    - {name: Archive}", "    - {name: a, infrequentAccessDays: 29}", "    - {name: b, infrequentAccessDays: 90, expireDays: 90}",
			"    - {name: s3alias}", "    - {name: a-name-of-more-than-20, noncurrentDays: 0}"), []string{
			`configs/clients/acme/cell.yaml:7:14: storage.buckets[Archive].name: "Archive" is not valid, want 1 to 20 lower-case letters, digits and dashes, starting with a letter and not ending with a dash`,
			`configs/clients/acme/cell.yaml:8:39: storage.buckets[a].infrequentAccessDays: 29 is out of range, want 0 or 30 to 3650 (S3 moves no object to infrequent access before 30 days)`,
			`configs/clients/acme/cell.yaml:9:55: storage.buckets[b].expireDays: objects would expire after 90 days, not later than they move to infrequent access (90) (expire them later, or set infrequentAccessDays: 0)`,
			`configs/clients/acme/cell.yaml:10:14: storage.buckets[s3alias].name: bucket: name "org-client-us-east-1-s3alias" ends with -s3alias, which S3 reserves (choose another name)`,
			`configs/clients/acme/cell.yaml:11:14: storage.buckets[a-name-of-more-than-20].name: "a-name-of-more-than-20" is not valid, want 1 to 20 lower-case letters, digits and dashes, starting with a letter and not ending with a dash`,
			`configs/clients/acme/cell.yaml:11:54: storage.buckets[a-name-of-more-than-20].noncurrentDays: 0 is out of range, want 1 to 3650`,
		}},
		{"services", cell("logging: {retentionDays: 100}", "services:", "  items:", "    - {name: api, cpu: 1024}", "    - {name: a, image: \"registry.example.com/a:v1\", port: 80, cpu: 300}",
			"    - {name: b, image: \"b@"+digest+"\", port: 0, arch: arm64, minTasks: 7, host: b, targetCPUPercent: 95}", "    - {name: c, port: 80}",
			"    - {name: d, image: registry.example.com/d@"+digest+", port: 80, healthPath: healthz, expose: internal, environment: {1A: x, B: 5, C-D: y}}"), []string{
			`configs/clients/acme/cell.yaml:5:26: logging.retentionDays: 100 is not known, want one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653`,
			`configs/clients/acme/cell.yaml:8:24: services.items[api].cpu: Fargate does not offer 1024 MiB of memory with cpu 1024, want one of 2048, 3072, 4096, 5120, 6144, 7168, 8192`,
			"configs/clients/acme/cell.yaml:9:24: services.items[a].image: \"registry.example.com/a:v1\" is not an image by digest, want registry/repository@sha256:<64 hex digits> (a tag can be moved to another image; `docker buildx imagetools inspect IMAGE` prints the digest)",
			`configs/clients/acme/cell.yaml:9:68: services.items[a].cpu: Fargate does not offer cpu 300, want one of 256, 512, 1024, 2048, 4096, 8192, 16384`,
			`configs/clients/acme/cell.yaml:10:24: services.items[b].image: "b@sha256:4f5c3b1de5a0c7f1a9e2d84b6c0f93725e1a8d6b4c2f907e3d5"... is not an image by digest, want registry/repository@sha256:<64 hex digits>`,
			`configs/clients/acme/cell.yaml:10:107: services.items[b].port: 0 is out of range, want 1 to 65535`,
			`configs/clients/acme/cell.yaml:10:116: services.items[b].arch: "arm64" is not known, want one of ARM64, X86_64 (did you mean "ARM64"?)`,
			`configs/clients/acme/cell.yaml:10:133: services.items[b].minTasks: minTasks 7 is more than maxTasks 6 (raise maxTasks or lower minTasks)`,
			`configs/clients/acme/cell.yaml:10:142: services.items[b].host: a host has no effect on a service that is not exposed (set expose: internal, or remove the host)`,
			`configs/clients/acme/cell.yaml:10:163: services.items[b].targetCPUPercent: 95 is out of range, want 10 to 90`,
			`configs/clients/acme/cell.yaml:11:7: services.items[c].image: missing key, want a string (for example: image: registry.example.com/api@sha256:<64 hex digits>)`,
			`configs/clients/acme/cell.yaml:12:7: services.items[d]: host "acme" is already that of services.items[api] at configs/defaults/cell.yaml:13:7 (give each exposed service a host of its own)`,
			`configs/clients/acme/cell.yaml:12:142: services.items[d].healthPath: "healthz" is not valid, want a path of at most 1000 printable characters of ASCII that starts with a slash, without query or blanks`,
			`configs/clients/acme/cell.yaml:12:183: services.items[d].environment: key "1A" is not valid, want letters, digits and underscores, not starting with a digit`,
			`configs/clients/acme/cell.yaml:12:193: services.items[d].environment.B: 5 is an integer, want a string (put it in quotes: "5")`,
			`configs/clients/acme/cell.yaml:12:196: services.items[d].environment: key "C-D" is not valid, want letters, digits and underscores, not starting with a digit`,
		}},
		{"hosts of clients", map[string]string{"clients/acme/cell.yaml": smallest(0) + "services: {items: [{name: api, host: birch}]}\n", "clients/birch/cell.yaml": smallest(1)}, []string{
			`configs/clients/acme/cell.yaml:5:38: services.items[api].host: host "birch" of nonprod us-east-1 is already that of client birch (give the service a host of its own)`,
		}},
		{"a host of all services that is another client's", map[string]string{"clients/acme/cell.yaml": smallest(0) + "ingress: {host: birch}\n", "clients/birch/cell.yaml": smallest(1)}, []string{
			`configs/clients/acme/cell.yaml:5:17: ingress.host: host "birch" of nonprod us-east-1 is already that of client birch (give the service a host of its own)`,
		}},
		{"what others set and clients take the ground from", clientsWith("messaging: {enabled: true, queues: [{name: work}], topics: [{name: events, queues: [work]}]}\n", "messaging: {queues: [{name: work, remove: true}]}\n"), []string{
			`configs/accounts/nonprod/cell.yaml:1:85: messaging.topics[events].queues[0]: the cell has no queue "work", in the cells of clients acme, birch, cedar and 1 more (there are no messaging.queues)`,
		}},
		{"labels", cell("labels: {Team: x, team: \"a b\"}"), []string{
			`configs/clients/acme/cell.yaml:5:10: labels: key "Team" is not valid, want 1 to 63 lower-case letters, digits and dashes, starting with a letter`,
			`configs/clients/acme/cell.yaml:5:25: labels.team: "a b" is not valid, want 1 to 63 letters, digits, dots, dashes and underscores, starting and ending with a letter or digit`,
		}},
		{"no cluster", map[string]string{"accounts/nonprod/utility.yaml": "ecs: {enabled: false}\n"}, []string{
			`configs/clients/acme/cell.yaml:1:1: services.enabled: services need the cluster of nonprod us-east-1, which is disabled (set services.enabled: false here, or ecs.enabled: true in the utility.yaml of the account)`,
		}},
		{"egress ports", map[string]string{
			"accounts/nonprod/base.yaml":           "network: {egressPorts: [443, 0, \"22\", 443, x]}\n",
			"accounts/nonprod/us-west-2/base.yaml": "network: {egressPorts: [1, 2, 3, 4, 5, 6, 7, 8, 9]}\n",
			"accounts/prod/base.yaml":              "network: {egressPorts: []}\n",
			"accounts/prod/cell.yaml":              "network: {egress: [{name: lab, cidr: 10.9.0.0/16, port: 22}]}\n",
		}, []string{
			`configs/accounts/nonprod/base.yaml:1:30: network.egressPorts[1]: 0 is out of range, want 1 to 65535`,
			`configs/accounts/nonprod/base.yaml:1:33: network.egressPorts[2]: "22" is a string, want an integer from 1 to 65535 (remove the quotes: 22)`,
			`configs/accounts/nonprod/base.yaml:1:39: network.egressPorts[3]: 443 is already listed as egressPorts[0] (list each once)`,
			`configs/accounts/nonprod/base.yaml:1:44: network.egressPorts[4]: "x" is a string, want an integer from 1 to 65535`,
			`configs/accounts/nonprod/us-west-2/base.yaml:1:24: network.egressPorts: 9 items are listed, want 0 to 8`,
			`configs/defaults/cell.yaml:5:49: network.egress[https].port: the network of prod us-west-2 does not let port 443 out, it lets none out (add it to network.egressPorts in accounts/prod/us-west-2/base.yaml)`,
		}},
		{"egress without a way out", map[string]string{
			"accounts/nonprod/base.yaml": "network: {nat: none}\n",
			"clients/acme/cell.yaml":     smallest(0) + "network: {egress: [{name: lab, cidr: 10.9.0.0/16, port: 22}, {name: fax, cidr: 203.0.113.0/24, port: 443}]}\n",
		}, []string{
			`configs/clients/acme/cell.yaml:5:80: network.egress[fax].cidr: the network of nonprod us-east-1 has no way to the Internet (nat: none), want a destination in 10.0.0.0/8 (remove it here, or set network.nat in accounts/nonprod/us-east-1/base.yaml)`,
			`configs/defaults/cell.yaml:5:32: network.egress[https].cidr: the network of nonprod us-east-1 has no way to the Internet (nat: none), want a destination in 10.0.0.0/8 (remove it here, or set network.nat in accounts/nonprod/us-east-1/base.yaml)`,
			`configs/defaults/cell.yaml:5:32: network.egress[https].cidr: the network of nonprod us-west-2 has no way to the Internet (nat: none), want a destination in 10.0.0.0/8 (remove it here, or set network.nat in accounts/nonprod/us-west-2/base.yaml)`,
		}},
		{"egress beyond the network", cell("network: {egress: [{name: https, port: 8443}, {name: lab, cidr: 10.9.0.0/16, port: 22}, {name: fax, cidr: 203.0.113.0/24, port: 22}]}"), []string{
			`configs/clients/acme/cell.yaml:5:129: network.egress[fax].port: the network of nonprod us-east-1 does not let port 22 out, want one of 443, 8443 (add it to network.egressPorts in accounts/nonprod/us-east-1/base.yaml)`,
		}},
		{"credentials", cell("labels: {a: AKIAIOSFODNN7EXAMPLE}", "services:", "  items:", "    - name: api", "      environment:",
			"        DB_PASSWORD: wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", "        TOKEN_URL: https://example.com/token/12345678", "        KEY: |", "          -----BEGIN RSA PRIVATE KEY-----", "          x"), []string{
			`configs/clients/acme/cell.yaml:5:13: labels.a: the value looks like an AWS access key id (keep secrets out of these files: put a reference to where the secret is stored)`,
			`configs/clients/acme/cell.yaml:10:22: services.items[api].environment.DB_PASSWORD: the value looks like a credential (keep secrets out of these files: put a reference to where the secret is stored)`,
			`configs/clients/acme/cell.yaml:12:14: services.items[api].environment.KEY: the value looks like a private key (keep secrets out of these files: put a reference to where the secret is stored)`,
		}},
	})
}

// clientsWith are four clients of an account that has a queue, each with lines of its own.
func clientsWith(account, own string) map[string]string {
	changes := map[string]string{"accounts/nonprod/cell.yaml": account}
	for slot, name := range []string{"acme", "birch", "cedar", "dogwood"} {
		changes["clients/"+name+"/cell.yaml"] = smallest(slot) + own
	}
	return changes
}
