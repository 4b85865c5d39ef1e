package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/config"
)

// profiled is the sound tree with two profiles that its client uses.
func profiled(changes map[string]string) map[string]string {
	out := map[string]string{
		"profiles/gold.yaml":     "services: {items: [{name: api, cpu: 1024, memory: 4096, minTasks: 4}]}\nkms: {rotationDays: 180}\n",
		"profiles/strict.yaml":   "kms: {rotationDays: 90}\nfinal:\n  - {path: kms.rotationDays, reason: the contract says so}\n",
		"clients/acme/cell.yaml": smallest(0) + "profiles: [gold, strict]\nservices: {items: [{name: api, minTasks: 5}]}\n",
	}
	for name, text := range changes {
		out[name] = text
	}
	return out
}

func TestProfilesLieBetweenRegionAndClient(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, profiled(map[string]string{
		"accounts/nonprod/us-east-1/cell.yaml": "kms: {rotationDays: 300}\nservices: {items: [{name: api, cpu: 256, memory: 512}]}\n",
		"clients/birch/cell.yaml":              smallest(1) + "profiles: [gold]\n",
		"clients/cedar/cell.yaml":              smallest(2),
	}))
	acme, birch, cedar := mustCell(t, tree, "acme"), mustCell(t, tree, "birch"), mustCell(t, tree, "cedar")
	if acme.KMS.RotationDays != 90 || birch.KMS.RotationDays != 180 || cedar.KMS.RotationDays != 300 {
		t.Errorf("rotation %d, %d, %d; want that of the last profile, of the only one, and of the region", acme.KMS.RotationDays, birch.KMS.RotationDays, cedar.KMS.RotationDays)
	}
	if s := acme.Services.Items[0]; s.CPU != 1024 || s.Memory != 4096 || s.MinTasks != 5 || s.Port != 8080 {
		t.Errorf("service %+v, want the profile over the region and the client over the profile", s)
	}
	if s := birch.Services.Items[0]; s.MinTasks != 4 {
		t.Errorf("service of birch has %d tasks, want those of the profile, untouched by acme", s.MinTasks)
	}
	if diff := cmp.Diff([]string{"gold", "strict"}, acme.Profiles); diff != "" {
		t.Errorf("profiles differ (-want +got):\n%s", diff)
	}
	o, ok := tree.CellOrigin("acme", "kms.rotationDays")
	var layers []config.Layer
	for _, low := range append([]config.Origin{o}, o.Overrode...) {
		layers = append(layers, low.Layer)
	}
	want := []config.Layer{config.LayerProfile, config.LayerProfile, config.LayerRegion, config.LayerDefaults}
	if diff := cmp.Diff(want, layers); !ok || diff != "" {
		t.Errorf("layers of kms.rotationDays differ (-want +got):\n%s", diff)
	}
}

func TestFinalHoldsInTheLayersAbove(t *testing.T) {
	t.Parallel()
	lock := func(paths ...string) string {
		text := "final:\n"
		for _, p := range paths {
			text += "  - {path: \"" + p + "\", reason: because}\n"
		}
		return text
	}
	defaults := sound()["defaults/cell.yaml"]
	const by = "the value is final since configs/accounts/nonprod/cell.yaml"
	const undo = " (remove it here, or lift the lock there)"
	checkWrong(t, []wrong{
		{"a scalar", map[string]string{
			"accounts/nonprod/cell.yaml": "kms: {rotationDays: 200}\n" + lock("kms.rotationDays"), "clients/acme/cell.yaml": smallest(0) + "kms: {rotationDays: 90, deletionWindowDays: 8}\n",
			"accounts/nonprod/us-east-1/cell.yaml": "kms: {rotationDays: 200}\n",
		}, []string{
			`configs/accounts/nonprod/us-east-1/cell.yaml:1:21: kms.rotationDays: ` + by + `:3:12: because` + undo,
			`configs/clients/acme/cell.yaml:5:21: kms.rotationDays: ` + by + `:3:12: because` + undo,
		}},
		{"what lies below", map[string]string{"accounts/nonprod/cell.yaml": lock("kms", "services.items[api]"), "clients/acme/cell.yaml": smallest(0) + "kms: {rotationDays: 90}\nservices: {items: [{name: api, cpu: 1024, memory: 4096}, {name: web, port: 1, image: \"registry.example.com/web@" + digest + "\"}]}\n"}, []string{
			`configs/clients/acme/cell.yaml:5:21: kms.rotationDays: ` + by + `:2:12: because` + undo,
			`configs/clients/acme/cell.yaml:6:37: services.items[api].cpu: ` + by + `:3:12: because` + undo,
			`configs/clients/acme/cell.yaml:6:51: services.items[api].memory: ` + by + `:3:12: because` + undo,
		}},
		{"removals", map[string]string{"accounts/nonprod/cell.yaml": lock("storage.buckets[inbound].expireDays", "network.egress[*].cidr", "labels.a"),
			"defaults/cell.yaml":     defaults + "labels: {a: b}\n",
			"clients/acme/cell.yaml": smallest(0) + "labels: null\nstorage: {buckets: null}\nnetwork: {egress: [{name: https, remove: true}]}\n"}, []string{
			`configs/clients/acme/cell.yaml:5:9: labels: ` + by + `:4:12: because` + undo,
			`configs/clients/acme/cell.yaml:6:20: storage.buckets: ` + by + `:2:12: because` + undo,
			`configs/clients/acme/cell.yaml:7:20: network.egress[https]: ` + by + `:3:12: because` + undo,
		}},
		{"profiles", profiled(map[string]string{"clients/acme/cell.yaml": smallest(0) + "profiles: [strict, gold]\nkms: {rotationDays: 91}\n"}), []string{
			`configs/clients/acme/cell.yaml:6:21: kms.rotationDays: the value is final since configs/profiles/strict.yaml:3:12: the contract says so` + undo,
			`configs/profiles/gold.yaml:2:21: kms.rotationDays: the value is final since configs/profiles/strict.yaml:3:12: the contract says so` + undo,
		}},
		{"base and utility", map[string]string{
			"defaults/base.yaml": sound()["defaults/base.yaml"] + lock("network.nat"), "defaults/utility.yaml": sound()["defaults/utility.yaml"] + lock("ecs.loadBalancers"),
			"accounts/prod/base.yaml": "network: {nat: single}\n", "accounts/prod/utility.yaml": "ecs: {loadBalancers: {public: {enabled: true}}}\n",
		}, []string{
			`configs/accounts/prod/base.yaml:1:16: network.nat: the value is final since configs/defaults/base.yaml:20:12: because` + undo,
			`configs/accounts/prod/utility.yaml:1:41: ecs.loadBalancers.public.enabled: the value is final since ` + behind("defaults/utility.yaml", 2) + `:12: because` + undo,
		}},
		{"paths", map[string]string{"accounts/nonprod/cell.yaml": lock("kms.rotatonDays", "kms..x", "storage.buckets.name", "slot", "services.items[apii].cpu", "deletionProtection.x", "kms[a]", "services.items[api].environment.A.b") +
			"  - {path: kms}\n  - {path: kms, reason: \" \"}\n  - kms\n"}, []string{
			`configs/accounts/nonprod/cell.yaml:2:12: final[0].path: "kms.rotatonDays" is not a key (did you mean "rotationDays"? known keys: deletionWindowDays, rotationDays, multiRegion)`,
			`configs/accounts/nonprod/cell.yaml:3:12: final[1].path: "kms..x" is not a path (write keys with dots and items in brackets: services.items[api].image)`,
			`configs/accounts/nonprod/cell.yaml:4:12: final[2].path: "storage.buckets" is a list of items with a name (write storage.buckets[name] or storage.buckets[*])`,
			`configs/accounts/nonprod/cell.yaml:5:12: final[3].path: "slot" is set by clients only (remove it here)`,
			`configs/accounts/nonprod/cell.yaml:6:12: final: there is no item "services.items[apii]" to lock (did you mean "api"? items: api)`,
			`configs/accounts/nonprod/cell.yaml:7:12: final[5].path: "deletionProtection" has nothing below it to lock (lock the value itself)`,
			`configs/accounts/nonprod/cell.yaml:8:12: final[6].path: "kms" is not a list of items with a name (lock all of it: a plain list is one value)`,
			`configs/accounts/nonprod/cell.yaml:9:12: final[7].path: "services.items[api].environment.A" has nothing below it to lock (lock the value itself)`,
			`configs/accounts/nonprod/cell.yaml:10:5: final[8].reason: missing key, want a sentence that says why (for example: reason: agreed with the auditor)`,
			`configs/accounts/nonprod/cell.yaml:11:25: final[9].reason: " " is not valid, want a sentence that says why`,
			`configs/accounts/nonprod/cell.yaml:12:5: final[10]: "kms" is a string, want a map with keys out of path, reason`,
		}},
		{"in a client's file", cell("final: []"), []string{
			`configs/clients/acme/cell.yaml:5:1: final: a client's file locks nothing: no layer lies above it (remove it here)`,
		}},
		{"in the organization", organization("domain:", "final: []\ndomain:"), []string{
			`configs/organization.yaml:2:1: final: unknown key (known keys: name, domain, cloud, endpoint, backend, rings, accounts, peering)`,
		}},
	})
}

func TestWhatFinalDoesNotTouchMayChange(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, map[string]string{
		"accounts/nonprod/cell.yaml": "final:\n  - {path: kms.rotationDays, reason: x}\n  - {path: \"services.items[api].image\", reason: x}\n",
		"clients/acme/cell.yaml":     smallest(0) + "kms: {deletionWindowDays: 9}\nservices: {items: [{name: api, port: 81}]}\nstorage: {}\n",
	})
	if c := mustCell(t, tree, "acme"); c.KMS.DeletionWindowDays != 9 || c.Services.Items[0].Port != 81 {
		t.Errorf("cell %+v, want what the client says", c)
	}
}

func TestErrorsOfProfiles(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"names", profiled(map[string]string{"clients/acme/cell.yaml": smallest(0) + "profiles: [golden, strict, strict, 5, X]\n"}), []string{
			`configs/clients/acme/cell.yaml:5:12: profiles[0]: unknown profile "golden" (did you mean "gold"? profiles: gold, strict)`,
			`configs/clients/acme/cell.yaml:5:28: profiles[2]: profile "strict" is already named (name each profile once: the order decides which one wins)`,
			`configs/clients/acme/cell.yaml:5:36: profiles[3]: 5 is an integer, want the name of a profile: 1 to 30 lower-case letters, digits and dashes, starting with a letter (put it in quotes: "5")`,
			`configs/clients/acme/cell.yaml:5:39: profiles[4]: "X" is not valid, want the name of a profile: 1 to 30 lower-case letters, digits and dashes, starting with a letter`,
			`configs/clients/acme/cell.yaml:5:39: profiles[4]: unknown profile "X" (profiles: gold, strict)`,
		}},
		{"no list", cell("profiles: gold"), []string{
			`configs/clients/acme/cell.yaml:5:11: profiles: "gold" is a string, want a list of strings`,
		}},
		{"in a layer below", map[string]string{"accounts/nonprod/cell.yaml": "profiles: []\n", "profiles/gold.yaml": "slot: 4\nprofiles: [gold]\n"}, []string{
			`configs/accounts/nonprod/cell.yaml:1:11: profiles: the key may be set in the file of a client only (remove it here)`,
			`configs/profiles/gold.yaml:1:7: slot: the key may be set in the file of a client only (remove it here)`,
			`configs/profiles/gold.yaml:2:11: profiles: the key may be set in the file of a client only (remove it here)`,
		}},
		{"values of a profile that no one uses", map[string]string{"profiles/gold.yaml": "kms: {rotationDays: 1}\nkmss: {}\nservices: {items: [{name: api, arch: arm}]}\n"}, []string{
			`configs/profiles/gold.yaml:1:21: kms.rotationDays: 1 is out of range, want 90 to 2560`,
			`configs/profiles/gold.yaml:2:1: kmss: unknown key (did you mean "kms"? known keys: account, region, slot, ring, profiles, state, decommission, deletionProtection, labels, kms, iam, network, storage, messaging, files, logging, database, cache, vault, services, ingress, sftp, schedules, backup, monitoring, sso, budget)`,
			`configs/profiles/gold.yaml:3:38: services.items[api].arch: "arm" is not known, want one of ARM64, X86_64`,
		}},
		{"values that do not fit the layers below", profiled(map[string]string{"profiles/gold.yaml": "services: {items: [{name: api, cpu: 4096}]}\n"}), []string{
			`configs/profiles/gold.yaml:1:37: services.items[api].cpu: Fargate does not offer 1024 MiB of memory with cpu 4096, want one of ` + strings.Join([]string{"8192, 9216, 10240, 11264, 12288, 13312, 14336, 15360, 16384, 17408, 18432, 19456, 20480, 21504, 22528, 23552, 24576, 25600, 26624, 27648, 28672, 29696, 30720"}, ""),
		}},
		{"a broken profile hides nothing else", profiled(map[string]string{"profiles/gold.yaml": "kms: [", "clients/acme/cell.yaml": smallest(0) + "profiles: [gold]\nkmss: {}\n"}), []string{
			`configs/clients/acme/cell.yaml:6:1: kmss: unknown key (did you mean "kms"? known keys: account, region, slot, ring, profiles, state, decommission, deletionProtection, labels, kms, iam, network, storage, messaging, files, logging, database, cache, vault, services, ingress, sftp, schedules, backup, monitoring, sso, budget)`,
			`configs/profiles/gold.yaml:1:6: not valid YAML: sequence end token ']' not found`,
		}},
		{"files", map[string]string{"profiles/Gold.yaml": "", "profiles/x.yml": "a: b", "profiles/y/z.yaml": "a: b"}, []string{
			`configs/profiles/x.yml: "x.yml" is not the file of a profile, want <name>.yaml, the name of 1 to 30 lower-case letters, digits and dashes, starting with a letter`,
			`configs/profiles/y: unknown directory (remove it: nothing reads it here)`,
		}},
	})
}
