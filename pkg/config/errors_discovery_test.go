package config_test

import (
	"strings"
	"testing"

	"cellworks/pkg/config"
)

// consulOn is the utility configuration of an account whose Consul takes tasks.
const consulOn = "consul: {enabled: true, tasks: {enabled: true, image: registry.example.com/consul-ecs@" + digest +
	", dataplaneImage: registry.example.com/consul-dataplane@" + digest + "}}\n"

func TestErrorsOfDiscoveryByConsul(t *testing.T) {
	t.Parallel()
	in := func(utility string, lines ...string) map[string]string {
		files := cell(lines...)
		files["accounts/nonprod/utility.yaml"] = utility
		return files
	}
	const found = "services: {items: [{name: api, discovery: consul}]}"
	checkWrong(t, []wrong{
		{"no Consul there", cell(found), []string{
			`configs/clients/acme/cell.yaml:5:43: services.items[api].discovery: tasks of nonprod us-east-1 can register with a Consul of that account and region only, where application consul is disabled (set consul.enabled: true in the utility.yaml of the account, or discovery: cloudmap here)`,
		}},
		{"a Consul without tasks and names", in("consul: {enabled: true, dns: false}\n", found), []string{
			`configs/clients/acme/cell.yaml:5:43: services.items[api].discovery: nobody resolves the names of the Consul of nonprod us-east-1 (set consul.dns: true in the utility.yaml of the account, or discovery: cloudmap here)`,
			`configs/clients/acme/cell.yaml:5:43: services.items[api].discovery: the Consul of nonprod us-east-1 lets no tasks register (set consul.tasks.enabled: true in the utility.yaml of the account, or discovery: cloudmap here)`,
		}},
		{"what side cars leave no room for", in(consulOn, "files: {enabled: true, accessPoints: [{name: reports}]}",
			"services: {items: [{name: api, discovery: consul, cpu: 256, memory: 512, port: 20000, volumes: [{name: reports, path: /consul/reports}]},",
			"  {name: a-sidecar-proxy, discovery: consul, image: registry.example.com/a@"+digest+", port: 80}]}"), []string{
			`configs/clients/acme/cell.yaml:6:69: services.items[api].memory: of 512 MiB of memory the side cars of discovery consul keep 256 and leave 256, want at least 512 (raise memory, or set discovery: cloudmap)`,
			`configs/clients/acme/cell.yaml:6:80: services.items[api].port: port 20000 is the side car's in a task that Consul finds, as are 19000, 20000, 22000 (let the service listen on another port)`,
			`configs/clients/acme/cell.yaml:6:119: services.items[api].volumes[reports].path: /consul is where the side cars of discovery consul keep their files (mount the folder elsewhere)`,
			`configs/clients/acme/cell.yaml:7:10: services.items[a-sidecar-proxy].name: a-sidecar-proxy is what Consul calls the side car of service a (choose a name that does not end with -sidecar-proxy)`,
		}},
		{"tasks at set times", in(consulOn, found, `schedules: {enabled: true, items: [{name: nightly, schedule: rate(1 day), service: api, command: [run]}]}`), []string{
			`configs/clients/acme/cell.yaml:6:84: schedules.items[nightly].service: service api is found by Consul, which would take what runs at set times for one of its tasks (run another service, or set discovery: cloudmap of this one)`,
		}},
	})
}

func TestErrorsOfTasksOfConsul(t *testing.T) {
	t.Parallel()
	utility := func(text string) map[string]string {
		return map[string]string{"accounts/nonprod/utility.yaml": text + "\n"}
	}
	checkWrong(t, []wrong{
		{"images", utility("consul: {enabled: true, tasks: {enabled: true, image: public.ecr.aws/hashicorp/consul-ecs:latest}}"), []string{
			`configs/accounts/nonprod/utility.yaml:1:32: consul.tasks.dataplaneImage: tasks register by consul-dataplane, and there is no image of it (name the image by digest, or set consul.tasks.enabled: false)`,
			`configs/accounts/nonprod/utility.yaml:1:55: consul.tasks.image: "public.ecr.aws/hashicorp/consul-ecs:latest" is not an image by digest, want registry/repository@sha256:<64 hex digits> (a tag can be moved to another image; ` + "`docker buildx imagetools inspect IMAGE`" + ` prints the digest)`,
		}},
		{"no cluster", map[string]string{"accounts/nonprod/utility.yaml": consulOn + "ecs: {enabled: false}\n", "clients/acme/cell.yaml": smallest(0) + "services: {enabled: false}\n"}, []string{
			`configs/accounts/nonprod/utility.yaml:1:19: consul.enabled: application consul needs ecs, which is switched off (enable ecs here too, or switch consul off)`,
		}},
	})
}

func TestConsulFindsServicesWhereItIs(t *testing.T) {
	t.Parallel()
	files := cell("state: suspended", "services: {items: [{name: api, discovery: consul}]}")
	files["accounts/nonprod/utility.yaml"] = consulOn
	c := mustCell(t, mustLoad(t, files), "acme")
	var uses []string
	for _, use := range c.Uses() {
		uses = append(uses, use.Application)
	}
	if got := strings.Join(uses, " "); !strings.HasPrefix(got, config.ApplicationECS+" "+config.ApplicationConsul) {
		t.Errorf("the cell reads %s, want %s after %s", got, config.ApplicationConsul, config.ApplicationECS)
	}
	// A cell with subnets of its own is in the same VPC, one with a VPC of its own is not.
	own := cell("network: {mode: ownSubnets}", "services: {items: [{name: api, discovery: consul}]}")
	own["accounts/nonprod/utility.yaml"] = consulOn
	mustLoad(t, own)
	own["clients/acme/cell.yaml"] = strings.Replace(own["clients/acme/cell.yaml"], "ownSubnets", "ownVPC", 1)
	const apart = `configs/clients/acme/cell.yaml:6:43: services.items[api].discovery: the Consul of nonprod us-east-1 is in the account's VPC, and the cell has one of its own by configs/clients/acme/cell.yaml:5:17 (set network.mode: ownSubnets, or discovery: cloudmap here)`
	if _, err := config.Load(write(t, own)); err == nil || !strings.Contains(err.Error(), apart) {
		t.Errorf("error = %v, want %s in it", err, apart)
	}
	// What is switched off is not looked at.
	mustLoad(t, cell("services: {enabled: false, items: [{name: api, discovery: consul}]}"))
	mustLoad(t, map[string]string{"accounts/nonprod/utility.yaml": "consul: {tasks: {enabled: true}}\n"})
}
