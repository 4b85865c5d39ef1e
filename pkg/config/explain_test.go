package config_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/config"
)

func explained(t *testing.T, tree *config.Tree, target, path string) []config.Value {
	t.Helper()
	values, err := tree.Explain(target, path)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// lines writes values as "path = text <origin> over...".
func lines(values []config.Value) string {
	var b strings.Builder
	for _, v := range values {
		b.WriteString(v.Path + " = " + v.Text())
		if v.Removed {
			b.WriteString("removed")
		}
		for _, o := range append([]config.Origin{v.Origin}, v.Origin.Overrode...) {
			b.WriteString(" <" + strings.TrimPrefix(o.String(), "configs/") + " " + o.Value)
		}
		if v.Final != nil {
			b.WriteString(" final: " + v.Final.Reason)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestExplainSaysWhereEachValueComesFrom(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, profiled(map[string]string{
		"clients/acme/cell.yaml": smallest(0) + `profiles: [gold, strict]
labels: {b: x, a: "5"}
network: {egress: [{name: https, remove: true}]}
storage: {buckets: null}
services: {items: [{name: api, cpu: null, memory: null, minTasks: 2}]}
`,
	}))
	want := `account = nonprod <clients/acme/cell.yaml:1:10 (client) nonprod
region = us-east-1 <clients/acme/cell.yaml:2:9 (client) us-east-1
slot = 0 <clients/acme/cell.yaml:3:7 (client) 0
ring = canary <clients/acme/cell.yaml:4:7 (client) canary
profiles = [gold, strict] <clients/acme/cell.yaml:5:11 (client) [gold, strict]
state = active <built in active
deletionProtection = false <accounts/nonprod/cell.yaml:1:21 (account) false <defaults/cell.yaml:1:21 (defaults) true
labels.a = "5" <clients/acme/cell.yaml:6:19 (client) 5
labels.b = x <clients/acme/cell.yaml:6:13 (client) x
kms.deletionWindowDays = 7 <accounts/nonprod/cell.yaml:3:23 (account) 7 <defaults/cell.yaml:2:27 (defaults) 30
kms.rotationDays = 90 <profiles/strict.yaml:1:21 (profile strict) 90 <profiles/gold.yaml:2:21 (profile gold) 180 <defaults/cell.yaml:2:45 (defaults) 365 final: the contract says so
kms.multiRegion = false <defaults/cell.yaml:2:63 (defaults) false
iam.maxSessionHours = 1 <defaults/cell.yaml:3:24 (defaults) 1
network.mode = shared <built in shared
network.vpcSlot = 0 <built in 0
network.nat = single <built in single
network.accountPeering = false <built in false
network.egress[https] = removed <clients/acme/cell.yaml:7:20 (client)  <defaults/cell.yaml:5:12 (defaults) {cidr: 0.0.0.0/0, name: https, port: 443}
storage.enabled = true <defaults/cell.yaml:7:12 (defaults) true
storage.buckets = removed <clients/acme/cell.yaml:8:20 (client) null <defaults/cell.yaml:8:12 (defaults) [{expireDays: 90, name: inbound}]
services.enabled = true <defaults/cell.yaml:10:12 (defaults) true
services.logRouterImage = registry.example.com/router@` + digest + ` <defaults/cell.yaml:11:19 (defaults) registry.example.com/router@` + digest + `
services.items[api].image = "registry.example.com/api@` + digest + `" <defaults/cell.yaml:14:14 (defaults) registry.example.com/api@` + digest + `
services.items[api].cpu = 512 <built in 512 <clients/acme/cell.yaml:9:37 (client) null <profiles/gold.yaml:1:37 (profile gold) 1024
services.items[api].memory = 1024 <built in 1024 <clients/acme/cell.yaml:9:51 (client) null <profiles/gold.yaml:1:51 (profile gold) 4096
services.items[api].arch = ARM64 <built in ARM64
services.items[api].port = 8080 <defaults/cell.yaml:15:13 (defaults) 8080
services.items[api].healthPath = /healthz <built in /healthz
services.items[api].capacity = FARGATE <built in FARGATE
services.items[api].minTasks = 2 <clients/acme/cell.yaml:9:67 (client) 2 <profiles/gold.yaml:1:67 (profile gold) 4
services.items[api].maxTasks = 6 <built in 6
services.items[api].targetCPUPercent = 60 <built in 60
services.items[api].targetMemoryPercent = 75 <built in 75
services.items[api].backlogPerTask = 100 <built in 100
services.items[api].discovery = cloudmap <built in cloudmap
services.items[api].logRouter = firehose <built in firehose
services.items[api].exec = false <built in false
services.items[api].minHealthyPercent = 100 <built in 100
services.items[api].maxHealthyPercent = 200 <built in 200
services.items[api].rollback = true <built in true
services.items[api].expose = internal <defaults/cell.yaml:16:15 (defaults) internal
`
	want = strings.Replace(want, `image = "registry.example.com/api@`+digest+`"`, `image = registry.example.com/api@`+digest, 1)
	// The modules in between only have defaults.
	others := regexp.MustCompile(`^(messaging|files|logging|database|cache|vault|ingress|sftp|schedules|backup|monitoring|sso|budget)[.]`)
	all := slices.DeleteFunc(explained(t, tree, "acme", ""), func(v config.Value) bool { return others.MatchString(v.Path) })
	if diff := cmp.Diff(want, lines(all)); diff != "" {
		t.Errorf("explanation differs (-want +got):\n%s", diff)
	}
}

func TestExplainOfPaths(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, nil)
	for target, paths := range map[string]map[string]int{
		"acme":                          {"kms": 3, "kms.rotationDays": 1, "services.items[api].cpu": 1, "services.items[api]": 19, "services.items[api].name": 1, "network.egress[https].port": 1},
		"cell/acme":                     {"slot": 1},
		"base/prod-us-west-2":           {"network.egressPorts": 1, "": 41},
		"utility/prod-us-west-2":        {"ecs.loadBalancers.internal": 6},
		"utility/nonprod-us-east-1-ecs": {"deletionProtection": 1},
		"organization":                  {"accounts[prod].regions[us-west-2].slot": 1, "name": 1},
	} {
		for path, want := range paths {
			if got := explained(t, tree, target, path); len(got) != want {
				t.Errorf("%s %s: %d values, want %d: %s", target, path, len(got), want, lines(got))
			}
		}
	}
	values := explained(t, tree, "acme", "kms.rotationDays")
	if v := values[0]; v.Value != 365 || !strings.HasPrefix(v.Doc, "rotationDays is ") || v.Want != "an integer from 90 to 2560" {
		t.Errorf("value %+v, want a number with what it means", v)
	}
	for _, tc := range []struct{ target, path, want string }{
		{"acne", "", `unknown client "acne" (did you mean "acme"? known clients: acme)`},
		{"base/prod-us-west-1", "", `unknown target "base/prod-us-west-1" (did you mean "prod-us-west-2"? known in base: nonprod-us-east-1, nonprod-us-west-2, prod-us-west-2)`},
		{"bases/x", "", `unknown target "bases/x", want a client, base/<account>-<region>, utility/<account>-<region> or organization`},
		{"acme", "kms.rotatonDays", `cell/acme: kms.rotatonDays is not a key (did you mean "rotationDays"? known keys: deletionWindowDays, rotationDays, multiRegion)`},
		{"acme", "services.items[apii].cpu", `cell/acme: services.items[apii].cpu is not set by any layer and has no default`},
		{"acme", "services.items[apii]", `cell/acme: there is no services.items[apii] (did you mean "api"? items of services.items: api)`},
		{"acme", "services.items[api].host", `cell/acme: services.items[api].host is not set by any layer and has no default`},
		{"acme", "slot.x", `cell/acme: slot.x does not exist (slot is an integer)`},
		{"acme", "a..b", `"a..b" is not a path: write keys with dots and items in brackets, such as services.items[api].image`},
	} {
		if _, err := tree.Explain(tc.target, tc.path); err == nil || err.Error() != tc.want {
			t.Errorf("%s %s: error %v, want %s", tc.target, tc.path, err, tc.want)
		}
	}
	_, err := tree.Explain("acne", "")
	var unknown *config.UnknownClientError
	if !errors.As(err, &unknown) {
		t.Errorf("error %v, want an UnknownClientError", err)
	}
}

func TestYAMLHoldsEveryValueWithItsOrigin(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, cell("labels: {a: \"true\", b: \"5\"}", "network: {egress: null}", "storage: {buckets: [{name: inbound, remove: true}]}"))
	text, err := tree.YAML("acme", true)
	if err != nil {
		t.Fatal(err)
	}
	want := `account: nonprod # configs/clients/acme/cell.yaml:1:10 (client)
region: us-east-1 # configs/clients/acme/cell.yaml:2:9 (client)
slot: 0 # configs/clients/acme/cell.yaml:3:7 (client)
ring: canary # configs/clients/acme/cell.yaml:4:7 (client)
state: active # built in
deletionProtection: false # configs/accounts/nonprod/cell.yaml:1:21 (account)
labels:
  a: "true" # configs/clients/acme/cell.yaml:5:13 (client)
  b: "5" # configs/clients/acme/cell.yaml:5:24 (client)
kms:
  deletionWindowDays: 7 # configs/accounts/nonprod/cell.yaml:3:23 (account)
  rotationDays: 365 # configs/defaults/cell.yaml:2:45 (defaults)
  multiRegion: false # configs/defaults/cell.yaml:2:63 (defaults)
iam:
  maxSessionHours: 1 # configs/defaults/cell.yaml:3:24 (defaults)
network:
  mode: shared # built in
  vpcSlot: 0 # built in
  nat: single # built in
  accountPeering: false # built in
storage:
  enabled: true # configs/defaults/cell.yaml:7:12 (defaults)
  buckets: [] # configs/clients/acme/cell.yaml:7:20 (client)
messaging:
`
	// Comments stand in one column, behind the longest line that is not too long.
	if got := regexp.MustCompile(` +# (configs|built)`).ReplaceAllString(text, " # $1"); !strings.HasPrefix(got, want) {
		t.Errorf("text:\n%s\nwant it to begin:\n%s", got, want)
	}
	if lines := strings.Split(text, "\n"); strings.Index(lines[0], "#") != strings.Index(lines[1], "#") {
		t.Errorf("comments are not in one column:\n%s", text)
	}
}

func TestDiffComparesWhatIsEffective(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, map[string]string{
		"clients/acme/cell.yaml":  smallest(0) + "kms: {rotationDays: 365}\nlabels: {a: x, b: y}\n",
		"clients/birch/cell.yaml": smallest(1) + "kms: {rotationDays: 90}\nlabels: {a: x, c: z}\nnetwork: {egress: null}\n",
	})
	var got []string
	for _, d := range config.Diff(explained(t, tree, "acme", ""), explained(t, tree, "birch", "")) {
		text := d.Path
		for _, v := range []*config.Value{d.A, d.B} {
			if v == nil {
				text += " -"
			} else {
				text += " " + v.Text()
			}
		}
		got = append(got, text)
	}
	want := []string{"slot 0 1", "labels.b y -", "kms.rotationDays 365 90", "network.egress[https].cidr 0.0.0.0/0 -", "network.egress[https].port 443 -", "labels.c - z"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	if d := config.Diff(explained(t, tree, "acme", ""), explained(t, tree, "acme", "")); d == nil || len(d) != 0 {
		t.Errorf("a target differs from itself: %v", d)
	}
}
