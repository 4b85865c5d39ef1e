package config_test

import (
	"strings"
	"testing"
)

// TestNamesOfTwoThingsAreRefused holds that a deployment never finds a name taken by
// another part of the same cell.
func TestNamesOfTwoThingsAreRefused(t *testing.T) {
	t.Parallel()
	const of = "image: " + image
	with := func(files map[string]string, name, text string) map[string]string {
		files[name] = text
		return files
	}
	dedicated := func(service string) map[string]string {
		return with(cell("storage: {buckets: [{name: inbound}]}", "sftp: {enabled: true, mode: dedicated, allowedCIDRs: [203.0.113.0/24], users: [{name: lab, keys: ['"+laboratory+"']}]}",
			"services: {items: [{name: "+service+", "+of+", port: 8080}]}"), "accounts/nonprod/us-east-1/base.yaml", "network: {sftpCIDRs: [203.0.113.0/24]}\n")
	}
	messaging := func(topics string) map[string]string {
		return cell("messaging: {enabled: true, queues: [{name: c}, {name: b-c}], topics: [" + topics + "]}")
	}
	copied := func(name string) map[string]string {
		return cell("kms: {multiRegion: true}", "storage: {buckets: [{name: exports, replicateTo: us-west-2}, {name: "+name+"}]}")
	}
	peered := func(other, first, second string) map[string]string {
		files := peers(reach, "    - {name: "+first+", cidr: 10.32.0.0/20, port: 8080}", "    - {name: "+second+", cidr: 10.32.16.0/20, port: 8080}")
		return with(files, "clients/acme/cell.yaml", strings.Replace(files["clients/acme/cell.yaml"], "name: web, image: "+image+", port: 443", "name: "+other+", image: "+image+", port: 8080", 1))
	}
	checkWrong(t, []wrong{
		{"rules of peers at services", peered("api-peer-b", "c", "b-peer-c"), []string{
			`configs/clients/acme/cell.yaml:9:14: network.allowFromPeers[b-peer-c].name: the rule that lets the peer in to service api would be api-peer-b-peer-c, as that of another peer or service is (choose another name)`,
		}},
		{"a service like the group of all tasks", cell("services: {items: [{name: members, " + of + ", port: 80}]}"), []string{
			`configs/clients/acme/cell.yaml:5:27: services.items[members].name: a service cannot be called members: the security group of all tasks of the cell is (choose another name)`,
		}},
		{"a service like the client's own server", dedicated("sftp"), []string{
			`configs/clients/acme/cell.yaml:7:27: services.items[sftp].name: a service cannot be called sftp where sftp.mode is dedicated at configs/clients/acme/cell.yaml:6:29: the log group of the client's own server is (choose another name)`,
		}},
		{"a bucket like a copy", copied("exports-copy"), []string{
			`configs/clients/acme/cell.yaml:6:69: storage.buckets[exports-copy].name: exports-copy is what the copy of another bucket is called, which configs/clients/acme/cell.yaml:6:50 asks for (choose another name)`,
		}},
		{"topics with queues", messaging("{name: a-b, queues: [c]}, {name: a, queues: [b-c]}"), []string{
			`configs/clients/acme/cell.yaml:5:116: messaging.topics[a].queues[0]: topic a with queue b-c would be called a-b-c, as topic a-b with queue c is (choose another name for one of the four)`,
		}},
	})
	mustLoad(t, dedicated("sftp-in"))
	mustLoad(t, peered("api-peer", "c", "b-peer-c"))
	mustLoad(t, copied("exports-copies"))
	mustLoad(t, messaging("{name: a-b, queues: [b-c]}, {name: a, queues: [c]}"))
	mustLoad(t, cell("services: {items: [{name: sftp, "+of+", port: 8080}]}"))
}
