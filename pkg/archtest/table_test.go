package archtest

import "slices"

// The layers. A package imports packages of lower layers only; packages of
// layer 2 never import each other.
var (
	layer0 = []string{"pkg/config", "pkg/iampolicy", "pkg/ipam", "pkg/naming", "pkg/quota", "pkg/servicequota", "pkg/spelling", "pkg/taskdef", "pkg/userdata", "pkg/vaultpolicy"}
	// The providers of Okta and Vault are packages of their own, so that only what
	// uses them builds their SDKs.
	layer1 = []string{
		"pkg/bucket", "pkg/cellrole", "pkg/certificate", "pkg/component", "pkg/contract", "pkg/datadogresource", "pkg/key", "pkg/networkacl", "pkg/provider", "pkg/provider/datadogprovider",
		"pkg/provider/oktaprovider", "pkg/provider/vaultprovider", "pkg/securitygroup", "pkg/servergroup",
	}
	layer2 = []string{
		"pkg/access", "pkg/account", "pkg/consul", "pkg/datadog", "pkg/detection", "pkg/dns", "pkg/ecscluster", "pkg/elk", "pkg/endpoints", "pkg/jenkins",
		"pkg/loadbalancer", "pkg/logbuckets", "pkg/network", "pkg/networklogs", "pkg/okta", "pkg/peering", "pkg/recorder",
		"pkg/regiondefaults", "pkg/security", "pkg/snapshots", "pkg/trail", "pkg/transfer", "pkg/vault", "pkg/vaultconfig", "pkg/webacl",
	}
	// A cell's modules are components of layer 2 that only the cell composes.
	modules = []string{
		"pkg/clientcell/backup",
		"pkg/clientcell/budget",
		"pkg/clientcell/cache",
		"pkg/clientcell/database",
		"pkg/clientcell/files",
		"pkg/clientcell/iam",
		"pkg/clientcell/ingress",
		"pkg/clientcell/kms",
		"pkg/clientcell/logging",
		"pkg/clientcell/messaging",
		"pkg/clientcell/monitoring",
		"pkg/clientcell/network",
		"pkg/clientcell/schedules",
		"pkg/clientcell/services",
		"pkg/clientcell/sftp",
		"pkg/clientcell/sso",
		"pkg/clientcell/storage",
		"pkg/clientcell/vault",
		"pkg/clientcell/vpc",
	}

	below2 = slices.Concat(layer0, layer1)

	// The parts of the simulated cloud, lowest first.
	simulator = []string{
		"pkg/simcloud/internal/schema", "pkg/simcloud/internal/store", "pkg/simcloud/internal/wire",
		"pkg/simcloud/internal/resource", "pkg/simcloud/internal/aws", "pkg/simcloud/internal/fault",
		"pkg/simcloud/internal/vault", "pkg/simcloud/internal/datadog", "pkg/simcloud/internal/okta",
	}
	// The parts of the fleet that need no Pulumi.
	drivers = []string{
		"pkg/fleet", "pkg/fleet/checkpoint", "pkg/fleet/layout", "pkg/fleet/lock", "pkg/fleet/progress", "pkg/fleet/simserver", "pkg/fleet/stateful",
	}
)

// rules says what each package of the module may import of the module itself. Components
// may import everything below them.
var rules = withComponents(map[string][]string{
	"pkg/config":        {"pkg/ipam", "pkg/naming", "pkg/servicequota", "pkg/spelling"},
	"pkg/config/docgen": {"pkg/config"},
	"pkg/iampolicy":     {},
	"pkg/ipam":          {},
	"pkg/naming":        {},
	"pkg/servicequota":  {},
	"pkg/quota":         {"pkg/config", "pkg/ipam", "pkg/naming", "pkg/servicequota"},
	"pkg/spelling":      {},
	"pkg/taskdef":       {},
	"pkg/userdata":      {},
	"pkg/vaultpolicy":   {"pkg/naming"},

	"pkg/bucket":                   layer0,
	"pkg/cellrole":                 layer0,
	"pkg/certificate":              layer0,
	"pkg/component":                {},
	"pkg/contract":                 layer0,
	"pkg/datadogresource":          {},
	"pkg/provider/datadogprovider": append([]string{"pkg/datadogresource"}, layer0...),
	"pkg/key":                      append([]string{"pkg/component"}, layer0...),
	"pkg/networkacl":               layer0,
	"pkg/provider":                 layer0,
	"pkg/provider/oktaprovider":    layer0,
	"pkg/provider/vaultprovider":   layer0,
	"pkg/securitygroup":            layer0,
	"pkg/servergroup":              append([]string{"pkg/component", "pkg/key"}, layer0...),

	"pkg/clientcell": slices.Concat(below2, modules, []string{"pkg/loadbalancer", "pkg/peering", "pkg/transfer", "pkg/webacl"}),

	"base":    slices.Concat(below2, layer2),
	"utility": slices.Concat(below2, layer2),
	"cell":    slices.Concat(below2, layer2, []string{"pkg/clientcell"}),

	"jenkins": {},

	"base/run":    {"base", "pkg/config"},
	"utility/run": {"utility", "pkg/config"},
	"cell/run":    {"cell", "pkg/config"},

	"pkg/simcloud/internal/store":    {},
	"pkg/simcloud/internal/wire":     {},
	"pkg/simcloud/internal/schema":   {"pkg/simcloud/internal/wire", "pkg/spelling"},
	"pkg/simcloud/internal/resource": simulator[:3],
	"pkg/simcloud/internal/aws":      simulator[:4],
	"pkg/simcloud/internal/vault":    simulator[:5],
	"pkg/simcloud/internal/datadog":  simulator[:4],
	"pkg/simcloud/internal/okta":     simulator[:4],
	"pkg/simcloud/internal/fault":    {},
	"pkg/simcloud/schemagen":         {"pkg/simcloud/internal/schema"},
	"pkg/simcloud/simdoc":            append([]string{"pkg/simcloud/internal/schema"}, simulator[3:]...),
	"pkg/simcloud":                   append(slices.Clone(simulator), "pkg/spelling"),

	"pkg/fleet":            {"pkg/config", "pkg/ipam", "pkg/naming", "pkg/quota", "pkg/spelling"},
	"pkg/fleet/layout":     {"pkg/fleet"},
	"pkg/fleet/checkpoint": {"pkg/fleet"},
	"pkg/fleet/lock":       {},
	"pkg/fleet/progress":   {"pkg/fleet"},
	"pkg/fleet/simserver":  {"pkg/fleet/layout", "pkg/fleet/lock"},
	"pkg/fleet/stateful":   {},
	"pkg/fleet/autoengine": {"pkg/config", "pkg/fleet", "pkg/fleet/checkpoint", "pkg/fleet/layout", "pkg/fleet/lock", "pkg/fleet/stateful"},
	"pkg/toolchain":        {"pkg/fleet/layout"},
	"pkg/bootstrap":        {"pkg/config", "pkg/fleet", "pkg/naming", "pkg/vaultpolicy"},

	"cmd/cellctl":   slices.Concat(layer0, drivers, []string{"pkg/addressmap", "pkg/bootstrap", "pkg/simcloud", "pkg/toolchain"}),
	"cmd/cellworks": slices.Concat(layer0, drivers, []string{"pkg/fleet/autoengine", "pkg/simcloud", "base", "utility", "cell"}),

	"pkg/addressmap": {"pkg/ipam"},
	"pkg/pulumitest": slices.Concat(layer0, layer1),
	"pkg/randomcell": {"pkg/config"},
	"pkg/realserver": {"pkg/fleet/layout", "pkg/toolchain"},
	"pkg/archtest":   {},
})

func withComponents(rules map[string][]string) map[string][]string {
	for _, component := range slices.Concat(layer2, modules) {
		rules[component] = below2
	}
	// A cell's own VPC is made of what an account's is made of.
	rules["pkg/clientcell/vpc"] = slices.Concat(below2, []string{"pkg/endpoints", "pkg/network", "pkg/networklogs", "pkg/peering"})
	return rules
}

const heavy = "provider SDKs take minutes and gigabytes to build"

// banned lists dependencies that must stay out of packages, with the reason.
var banned = []struct {
	prefix   string
	packages []string
	reason   string
}{
	{"github.com/pulumi/", layer0, "layer 0 knows no Pulumi, so that it builds and tests in milliseconds"},
	{"github.com/pulumi/pulumi-", []string{"pkg/simcloud", "pkg/component", "pkg/contract", "pkg/fleet/autoengine", "cmd/cellctl"}, heavy},
	{"github.com/pulumi/pulumi/sdk/v3/go", []string{"cmd/cellctl"}, "the command line answers at once on a new machine; what runs programs belongs in cmd/cellworks"},
}
