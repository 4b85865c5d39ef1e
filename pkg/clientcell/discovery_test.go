package clientcell_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/clientcell"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/pulumitest"
	"cellworks/pkg/taskdef"
)

const authorityARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:utility/consul/ca-AbCdEf"

// discovered is a cell of which Consul finds the portal and Cloud Map the worker.
func discovered() clientcell.Args {
	args := cell("acme")
	args.Config.Storage.Enabled, args.Config.Backup.Enabled = false, false
	args.Config.Database.Enabled, args.Config.Vault.Enabled, args.Vault = false, false, nil
	args.Config.Services.Items[0].Discovery = config.DiscoveryConsul
	args.ELK = &contract.ELK{Streams: map[string]contract.LogStream{"nonprod": {
		Name: "elk-nonprod", Region: "us-west-2", RoleARN: "arn:aws:iam::333333333333:role/utility/sender",
	}}}
	args.Config.Logging.Enabled = true
	args.Consul = &contract.Consul{
		Host: "consul.us-east-1.nonprod.int.example.com", Port: 8501, ProxyPort: 8503, Domain: "consul", DNS: true,
		CertificateNames: []string{"server.us-east-1.consul"}, BalancerSecurityGroupID: "sg-consul-balancer",
		SecretARNs: map[string]string{"ca": authorityARN}, SecretKeyARN: "arn:aws:kms:us-east-1:111122223333:key/consul",
		Tasks: contract.ConsulTasks{
			Enabled: true, Image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/consul-ecs@sha256:" + strings.Repeat("12", 32),
			DataplaneImage: "public.ecr.aws/hashicorp/consul-dataplane@sha256:" + strings.Repeat("34", 32),
		},
	}
	return args
}

func TestServicesAreFoundByConsul(t *testing.T) {
	t.Parallel()
	record(t, discovered()).Golden(t, "discovery")
}

func containersOf(t *testing.T, recording *pulumitest.Recording, family string) []taskdef.Container {
	t.Helper()
	for _, task := range recording.OfType(typeTask) {
		if task.Inputs["family"].StringValue() == family {
			var containers []taskdef.Container
			if err := json.Unmarshal([]byte(task.Inputs["containerDefinitions"].StringValue()), &containers); err != nil {
				t.Fatal(err)
			}
			return containers
		}
	}
	t.Fatalf("no task definition is called %s", family)
	return nil
}

// TestSideCarsKeepWhatTheConfigurationCounts holds that the memory that the configuration
// takes off a task is what its side cars keep.
func TestSideCarsKeepWhatTheConfigurationCounts(t *testing.T) {
	t.Parallel()
	kept := 0
	for _, c := range containersOf(t, record(t, discovered()), "acme-portal") {
		if strings.HasPrefix(c.Name, "consul-") {
			kept += c.MemoryReservation
		}
	}
	if kept != config.ConsulSideCarsMiB {
		t.Errorf("side cars keep %d MiB, want the %d that the configuration counts", kept, config.ConsulSideCarsMiB)
	}
}

// TestSideCarsStartInTheirOrder holds what ECS refuses or never starts: a container waits
// for others of its task, for the end of those alone that are not essential, and for the
// health of those alone that say how they are.
func TestSideCarsStartInTheirOrder(t *testing.T) {
	t.Parallel()
	containers := containersOf(t, record(t, discovered()), "acme-portal")
	byName := map[string]taskdef.Container{}
	for _, c := range containers {
		byName[c.Name] = c
	}
	if len(byName) != 5 {
		t.Errorf("containers %v, want five of different names", containers)
	}
	for _, c := range containers {
		for _, first := range c.DependsOn {
			other, ok := byName[first.ContainerName]
			switch {
			case !ok:
				t.Errorf("%s waits for %s, which is not there", c.Name, first.ContainerName)
			case first.Condition == taskdef.Success && other.Essential, first.Condition == taskdef.Healthy && other.HealthCheck == nil:
				t.Errorf("%s waits for %s to be %s, which it never is", c.Name, other.Name, first.Condition)
			}
		}
		if c.HealthCheck != nil && c.HealthCheck.Command[0] != "CMD" {
			t.Errorf("the health check of %s does not begin with CMD: %q", c.Name, c.HealthCheck.Command)
		}
		if !c.ReadonlyRootFilesystem || strings.HasPrefix(c.User, "0") || !slices.Contains(c.LinuxParameters.Capabilities.Drop, "ALL") && c.Name != "consul-dataplane" {
			t.Errorf("%s may do more than it must: %+v", c.Name, c)
		}
	}
	app := byName["app"]
	if !slices.Contains(app.DependsOn, taskdef.Dependency{ContainerName: "consul-dataplane", Condition: taskdef.Healthy}) || app.HealthCheck == nil {
		t.Errorf("the service does not wait for its proxy, or does not say how it is: %+v", app)
	}
	if got := byName["consul-dataplane"].LinuxParameters.Capabilities.Drop; slices.Contains(got, "NET_BIND_SERVICE") || slices.Contains(got, "ALL") {
		t.Errorf("the proxy gives up %v, but its binaries ask for NET_BIND_SERVICE and do not start without", got)
	}
}

// TestConsulKnowsEachServiceAsItself holds that a service logs in as itself alone.
func TestConsulKnowsEachServiceAsItself(t *testing.T) {
	t.Parallel()
	recording := record(t, discovered())
	for _, role := range recording.OfType("aws:iam/role:Role") {
		tags := role.Inputs["tags"]
		found := tags.IsObject() && tags.ObjectValue()["consul.hashicorp.com.service-name"].IsString()
		if role.Name != "acme-portal-task" && found {
			t.Errorf("%s can log in to Consul as %v", role.URN, tags)
		}
		if role.Name == "acme-portal-task" && (!found || tags.ObjectValue()["consul.hashicorp.com.service-name"].StringValue() != "acme-portal") {
			t.Errorf("%s logs in as %v, want acme-portal", role.URN, tags)
		}
	}
	for _, policy := range recording.OfType("aws:iam/policy:Policy") {
		text := policy.Inputs["policy"].StringValue()
		const own = `"iam:GetRole"],"Resource":["arn:aws:iam::111122223333:role/cell/acme/acme-portal-task"]`
		if want := policy.Name == "acme-portal-task"; strings.Contains(text, "iam:GetRole") != want || strings.Contains(text, own) != want {
			t.Errorf("policy %s may look at roles: %s", policy.Name, text)
		}
		if want := policy.Name == "acme-execution"; strings.Contains(text, authorityARN) != want {
			t.Errorf("policy %s and the secret of the authority: %s", policy.Name, text)
		}
	}
	// The controller takes tasks without them for none of Consul's.
	for _, service := range recording.OfType(typeService) {
		want := ""
		if service.Name == "acme-portal" {
			want = "map[consul.hashicorp.com/mesh:{true} consul.hashicorp.com/service-name:{acme-portal}]"
		}
		if got := service.Inputs["tags"]; want == "" && !got.IsNull() || want != "" && fmt.Sprint(got.V) != want {
			t.Errorf("%s has tags %v, want %s", service.URN, got, want)
		}
	}
}

func TestOnlyWhatConsulFindsReachesIt(t *testing.T) {
	t.Parallel()
	var rules []string
	for _, rule := range record(t, discovered()).OfType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule") {
		if rule.Inputs["referencedSecurityGroupId"].IsString() && rule.Inputs["referencedSecurityGroupId"].StringValue() == "sg-consul-balancer" {
			rules = append(rules, fmt.Sprintf("%s:%v", rule.Inputs["securityGroupId"].StringValue(), rule.Inputs["toPort"].NumberValue()))
		}
	}
	slices.Sort(rules)
	if want := []string{"acme-portal-id:8501", "acme-portal-id:8503"}; !slices.Equal(rules, want) {
		t.Errorf("rules lead from %q to Consul, want %q", rules, want)
	}
}

func TestServicesThatConsulFindsNeedIt(t *testing.T) {
	t.Parallel()
	none, off := discovered(), discovered()
	none.Consul = nil
	off.Consul.Tasks.Enabled = false
	for want, args := range map[string]clientcell.Args{
		`cell "acme": service portal is to be found by Consul, and there is none for cells of nonprod in us-east-1`:                                   none,
		`cell "acme": stack utility/nonprod-us-east-1-consul lets no tasks register: bring it up again (cellctl up utility/nonprod-us-east-1-consul)`: off,
	} {
		if _, err := clientcell.New(nil, "acme", args); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}

func TestConsulFindsNothingOfASuspendedCell(t *testing.T) {
	t.Parallel()
	args := discovered()
	args.Config.State = config.Suspended
	for _, service := range record(t, args).OfType(typeService) {
		if n := service.Inputs["desiredCount"].NumberValue(); n != 0 {
			t.Errorf("%s has %v tasks, want none", service.URN, n)
		}
	}
}
