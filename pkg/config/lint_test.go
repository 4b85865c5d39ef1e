package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/config"
)

// linted loads a tree and writes what lint finds, one finding a line.
func linted(t *testing.T, changes map[string]string) (dir string, tree *config.Tree, found string) {
	t.Helper()
	dir = write(t, changes)
	tree, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range tree.Lint() {
		fix := ""
		if f.Fixable {
			fix = ", fixable"
		}
		fmt.Fprintf(&b, "%s [%s%s]\n", f.Problem, f.Rule, fix)
	}
	return dir, tree, b.String()
}

func TestLintFindsWhatChangesNothing(t *testing.T) {
	t.Parallel()
	_, _, got := linted(t, map[string]string{
		"accounts/nonprod/base.yaml":           "deletionProtection: true\nnetwork: {egressPorts: [443, 8443], nat: single}\n",
		"accounts/prod/us-west-2/utility.yaml": "ecs: {loadBalancers: {internal: {allowedCIDRs: [10.0.0.0/8]}}}\n",
		"accounts/nonprod/us-east-1/cell.yaml": "deletionProtection: false\n",
		"profiles/gold.yaml":                   "kms: {rotationDays: 365}\n",
		"clients/acme/cell.yaml": smallest(0) + `profiles: [gold]
deletionProtection: false
labels: null
kms: {rotationDays: 365, deletionWindowDays: 9}
services:
  items:
    - name: api
      cpu: 512
      port: 8080
      environment: {}
    - name: web
      image: registry.example.com/web@` + digest + `
      port: 8080
storage:
  buckets:
    - name: inbound
`,
	})
	want := `configs/accounts/nonprod/base.yaml:1:21: deletionProtection: true is what configs/defaults/base.yaml:1:21 says already (remove the key) [redundant, fixable]
configs/accounts/nonprod/base.yaml:2:24: network.egressPorts: [443, 8443] is what configs/defaults/base.yaml:2:50 says already (remove the key) [redundant, fixable]
configs/accounts/nonprod/us-east-1/cell.yaml:1:21: deletionProtection: false is what configs/accounts/nonprod/cell.yaml:1:21 says already (remove the key) [redundant, fixable]
configs/accounts/prod/us-west-2/utility.yaml:1:48: ecs.loadBalancers.internal.allowedCIDRs: [10.0.0.0/8] is what configs/defaults/utility.yaml:8:69 says already (remove the key) [redundant, fixable]
configs/clients/acme/cell.yaml:6:21: deletionProtection: false is what configs/accounts/nonprod/us-east-1/cell.yaml:1:21 says already (remove the key) [redundant, fixable]
configs/clients/acme/cell.yaml:7:9: labels: null removes nothing: no lower layer sets the value (remove the key) [redundant, fixable]
configs/clients/acme/cell.yaml:8:21: kms.rotationDays: 365 is what configs/profiles/gold.yaml:1:21 says already (remove the key) [redundant, fixable]
configs/clients/acme/cell.yaml:12:12: services.items[api].cpu: 512 is what the built-in default says already (remove the key) [redundant, fixable]
configs/clients/acme/cell.yaml:13:13: services.items[api].port: 8080 is what configs/defaults/cell.yaml:15:13 says already (remove the key) [redundant, fixable]
configs/clients/acme/cell.yaml:20:7: storage.buckets[inbound]: the item changes nothing: it has no key but its name (remove the item) [redundant, fixable]
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings differ (-want +got):\n%s", diff)
	}
}

func TestLintFindsWhatHasNoEffect(t *testing.T) {
	t.Parallel()
	_, _, got := linted(t, map[string]string{
		"accounts/prod/utility.yaml": "ecs: {enabled: false, logRetentionDays: 30}\n",
		"profiles/gold.yaml":         "iam: {maxSessionHours: 2}\n",
		"profiles/silver.yaml":       "iam: {maxSessionHours: 3}\n",
		"clients/acme/cell.yaml": smallest(0) + `profiles: [silver]
storage: {buckets: [{name: inbound, versioning: false, noncurrentDays: 5}]}
services: {enabled: false, items: [{name: api, cpu: 256, memory: 512}]}
logging: {enabled: false, retentionDays: 5, maskPHI: false} # CloudWatch keeps logs in any case
`,
	})
	want := `configs/accounts/prod/utility.yaml:1:41: ecs.logRetentionDays: it has no effect: ecs is off at configs/accounts/prod/utility.yaml:1:16 (remove the key, or set enabled: true) [dead]
configs/clients/acme/cell.yaml:6:72: storage.buckets[inbound].noncurrentDays: it has no effect: versioning is off at configs/clients/acme/cell.yaml:6:49 (remove the key, or set versioning: true) [dead]
configs/clients/acme/cell.yaml:7:35: services.items: it has no effect: services is off at configs/clients/acme/cell.yaml:7:21 (remove the key, or set enabled: true) [dead]
configs/profiles/gold.yaml:1:1: no client uses the profile gold (name it under profiles in a client's file, or delete gold.yaml) [unused-profile]
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings differ (-want +got):\n%s", diff)
	}
}

func TestLintFindsDrift(t *testing.T) {
	t.Parallel()
	changes := map[string]string{}
	client := func(name string, slot int, region, own string) {
		changes["clients/"+name+"/cell.yaml"] = strings.Replace(smallest(slot), "us-east-1", region, 1) + own
	}
	client("acme", 0, "us-east-1", "kms: {rotationDays: 180}\nservices: {items: [{name: api, minTasks: 3, maxTasks: 8}]}\n")
	client("birch", 1, "us-east-1", "kms: {rotationDays: 180}\nservices: {items: [{name: api, minTasks: 3, maxTasks: 9}]}\n")
	client("cedar", 2, "us-east-1", "kms: {rotationDays: 180}\nservices: {items: [{name: api, minTasks: 3}]}\n")
	client("dogwood", 0, "us-west-2", "kms: {rotationDays: 180}\niam: {maxSessionHours: 2}\n")
	client("elm", 1, "us-west-2", "kms: {rotationDays: 90}\niam: {maxSessionHours: 2}\n")
	client("fir", 2, "us-west-2", "")
	_, _, got := linted(t, changes)
	want := `configs/clients/acme/cell.yaml:5:21: kms.rotationDays: 4 of 6 of all clients override 365 (configs/defaults/cell.yaml:2:45) with 180: acme, birch, cedar, dogwood (set kms.rotationDays: 180 in configs/defaults/cell.yaml and run lint --fix to remove it from the clients) [drift]
configs/clients/acme/cell.yaml:6:42: services.items[api].minTasks: 3 of 3 of the clients of nonprod us-east-1 override 2 (the built-in default) with 3: acme, birch, cedar (set services.items[api].minTasks: 3 in configs/accounts/nonprod/us-east-1/cell.yaml and run lint --fix to remove it from the clients) [drift]
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings differ (-want +got):\n%s", diff)
	}
}

func TestShippedConfigurationHasNothingToLint(t *testing.T) {
	t.Parallel()
	tree, err := config.Load("../../configs")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range tree.Lint() {
		t.Errorf("%s [%s]", f.Problem, f.Rule)
	}
}

func TestFixTakesOutWhatChangesNothing(t *testing.T) {
	t.Parallel()
	const head = "# Acme.\naccount: nonprod # where\nregion: us-east-1\nslot: 0\nring: canary\n"
	for _, tc := range []struct{ name, before, after string }{
		{"a key", "\nkms:\n  # Agreed.\n  rotationDays: 365 # days\n  deletionWindowDays: 9\n", "\nkms:\n  # Agreed.\n  deletionWindowDays: 9\n"},
		{"a map", "\nkms: # the key\n  rotationDays: 365\n\niam:\n  maxSessionHours: 2\n", "\niam:\n  maxSessionHours: 2\n"},
		{"the last map", "\niam:\n  maxSessionHours: 2\n\nkms:\n  rotationDays: 365\n", "\niam:\n  maxSessionHours: 2\n"},
		{"all", "\nkms:\n  rotationDays: 365\n\n\n", ""},
		{"in braces", "kms: {rotationDays: 365, deletionWindowDays: 9} # x\n", "kms: {deletionWindowDays: 9} # x\n"},
		{"last in braces", "kms: { deletionWindowDays: 9, rotationDays: 365 }\n", "kms: { deletionWindowDays: 9 }\n"},
		{"all in braces", "kms: {rotationDays: 365}\niam: {maxSessionHours: 2}\n", "iam: {maxSessionHours: 2}\n"},
		{"an item", "services:\n  items:\n    - name: api\n      port: 8080\n    - name: web\n      image: registry.example.com/web@" + digest + "\n      port: 80\n",
			"services:\n  items:\n    - name: web\n      image: registry.example.com/web@" + digest + "\n      port: 80\n"},
		{"a key of an item", "services:\n  items:\n  - name: api\n    port: 8080 # same\n    cpu: 1024\n    memory: 4096\n", "services:\n  items:\n  - name: api\n    cpu: 1024\n    memory: 4096\n"},
		{"the first key of an item", "services:\n  items:\n    - port: 8080\n      name: api\n      cpu: 256\n      memory: 512\n", "services:\n  items:\n    - name: api\n      cpu: 256\n      memory: 512\n"},
		{"a list in the column of its key", "storage:\n  buckets:\n  - name: inbound\n    expireDays: 90\niam:\n  maxSessionHours: 2\n", "iam:\n  maxSessionHours: 2\n"},
		{"an item in braces", "network: {egress: [{name: https, port: 443}, {name: lab, cidr: 10.9.0.0/16, port: 22}]}\n", "network: {egress: [{name: lab, cidr: 10.9.0.0/16, port: 22}]}\n"},
		{"null", "labels: null\nkms:\n  deletionWindowDays: 9\n", "kms:\n  deletionWindowDays: 9\n"},
		{"characters of more than one byte", "labels: {a: b}\nkms: {rotationDays: 365, deletionWindowDays: 9} # früher ä\n", "labels: {a: b}\nkms: {deletionWindowDays: 9} # früher ä\n"},
		{"a comment on a line of its own stays", "kms:\n  # By contract.\n  rotationDays: 365\n", "kms:\n  # By contract.\n  rotationDays: 365\n"},
		{"an anchor that is used stays", "kms:\n  rotationDays: &days 365\nstorage: {buckets: [{name: inbound, noncurrentDays: *days}]}\n", "kms:\n  rotationDays: &days 365\nstorage: {buckets: [{name: inbound, noncurrentDays: *days}]}\n"},
		{"braces over lines stay", "kms: {rotationDays:\n  365, deletionWindowDays: 9}\n", "kms: {rotationDays:\n  365, deletionWindowDays: 9}\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir, tree, _ := linted(t, map[string]string{"clients/acme/cell.yaml": head + tc.before})
			fixed, err := tree.Fix(tree.Lint())
			if err != nil {
				t.Fatal(err)
			}
			got := head + tc.before
			for _, f := range fixed {
				if f.Path != filepath.Join(dir, "clients", "acme", "cell.yaml") {
					t.Errorf("path %s", f.Path)
				}
				got = string(f.Text)
				if err := os.WriteFile(f.Path, f.Text, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(head+tc.after, got); diff != "" {
				t.Errorf("text differs (-want +got):\n%s", diff)
			}
			again, err := config.Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(mustCell(t, tree, "acme"), mustCell(t, again, "acme"), prefixes); diff != "" {
				t.Errorf("the cell changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestFixLeavesLinkedFilesAlone(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{"schema/shared.yaml": "deletionProtection: false\n"})
	if err := os.MkdirAll(filepath.Join(dir, "accounts/nonprod/us-east-1"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../../../schema/shared.yaml", filepath.Join(dir, "accounts/nonprod/us-east-1/cell.yaml")); err != nil {
		t.Fatal(err)
	}
	tree, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	found := tree.Lint()
	fixed, err := tree.Fix(found)
	if err != nil || len(found) != 1 || len(fixed) != 0 {
		t.Errorf("%d findings, fixed %v, %v; want one that is left", len(found), fixed, err)
	}
}
