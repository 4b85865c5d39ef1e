package clientcell_test

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/pulumitest"
)

const (
	typeService     = "aws:ecs/service:Service"
	typeTask        = "aws:ecs/taskDefinition:TaskDefinition"
	typeTargetGroup = "aws:lb/targetGroup:TargetGroup"
	typeRule        = "aws:lb/listenerRule:ListenerRule"
	typeRecord      = "aws:route53/record:Record"
	typeBounds      = "aws:appautoscaling/target:Target"
)

// whole is a cell with everything that runs in one.
func whole() clientcell.Args {
	args := cell("acme")
	args.ELK = &contract.ELK{Streams: map[string]contract.LogStream{"nonprod": {
		Name: "elk-nonprod", Region: "us-west-2", RoleARN: "arn:aws:iam::333333333333:role/utility/sender",
	}}}
	args.Config.Logging.Enabled, args.Config.Logging.MaskPHI = true, true
	args.Config.Messaging = config.CellMessaging{Enabled: true, Queues: []config.Queue{{Name: "work", FIFO: true}}}
	args.Config.Ingress.VanityNames = []config.VanityName{{Name: "www", Host: "www.acme." + args.Base.ZoneName, Service: "portal"}}
	args.Config.Network.AllowFromPeers = []config.PeerAccess{{Name: "operations", CIDR: netip.MustParsePrefix("10.48.0.0/17"), Port: 8080}}
	worker := &args.Config.Services.Items[1]
	worker.ScaleOnQueue, worker.Command, worker.Capacity = "work", []string{"work", "--fast"}, config.FargateSpot
	args.Config.Schedules = config.CellSchedules{Enabled: true, Items: []config.CellSchedule{
		{Name: "nightly", Schedule: "cron(0 3 * * ? *)", Service: "worker", Command: []string{"reports", "--yesterday"}},
	}}
	return args
}

func TestNewBuildsAllThatRuns(t *testing.T) {
	t.Parallel()
	record(t, whole()).Golden(t, "runtime")
}

func TestSuspendedCellsRunNothingAndLetNobodyIn(t *testing.T) {
	t.Parallel()
	args := whole()
	args.Config.State = config.Suspended
	recording := record(t, args)
	for _, service := range recording.OfType(typeService) {
		if n := service.Inputs["desiredCount"].NumberValue(); n != 0 || len(service.IgnoreChanges) > 0 {
			t.Errorf("%s has %v tasks and ignores %q, want 0 and nothing", service.URN, n, service.IgnoreChanges)
		}
		if _, ok := service.Inputs["loadBalancers"]; ok {
			t.Errorf("%s is still behind a load balancer", service.URN)
		}
	}
	for _, bounds := range recording.OfType(typeBounds) {
		if bounds.Inputs["minCapacity"].NumberValue() != 0 || bounds.Inputs["maxCapacity"].NumberValue() != 0 {
			t.Errorf("%s can scale out: %v", bounds.URN, bounds.Inputs)
		}
	}
	for _, token := range []string{typeTargetGroup, typeRule} {
		for _, res := range recording.OfType(token) {
			t.Errorf("%s is there though the cell is suspended", res.URN)
		}
	}
	for _, source := range recording.Strings("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "referencedSecurityGroupId") {
		if strings.HasPrefix(source, "sg-") {
			t.Errorf("load balancer %s may still connect", source)
		}
	}
	for _, block := range recording.Strings("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "cidrIpv4") {
		if block == "10.48.0.0/17" {
			t.Errorf("peer %s may still connect", block)
		}
	}
	if states := recording.Strings("aws:scheduler/schedule:Schedule", "state"); !slices.Equal(states, []string{"DISABLED"}) {
		t.Errorf("schedules are %q, want disabled", states)
	}
	// Names, data, key and logs stay.
	all := record(t, whole())
	for _, token := range []string{typeRecord, "aws:acm/certificate:Certificate", "aws:s3/bucketV2:BucketV2", "aws:kms/key:Key", "aws:cloudwatch/logGroup:LogGroup"} {
		if got, want := len(recording.OfType(token)), len(all.OfType(token)); got != want || want == 0 {
			t.Errorf("%d of %s, want %d as in a cell that is served", got, token, want)
		}
	}
}

func TestServicesRunOnWhileIngressIsOff(t *testing.T) {
	t.Parallel()
	args := whole()
	args.Config.Ingress = config.CellIngress{}
	args.ECS.LoadBalancers = nil
	recording := record(t, args)
	for _, token := range []string{typeTargetGroup, typeRule, typeRecord, "aws:acm/certificate:Certificate"} {
		for _, res := range recording.OfType(token) {
			t.Errorf("%s is there though ingress is off", res.URN)
		}
	}
	services := recording.OfType(typeService)
	if len(services) != 2 || services[0].Inputs["desiredCount"].NumberValue() != 2 {
		t.Errorf("services do not run on: %v", services)
	}
}

// TestIngressKeepsWhatServicesHad holds that what moved from one component to another is
// not made anew.
func TestIngressKeepsWhatServicesHad(t *testing.T) {
	t.Parallel()
	const former = "urn:pulumi:acme::cell::cellworks:clientcell:Cell$cellworks:clientcell:Services::acme"
	recording := record(t, cell("acme"))
	for _, token := range []string{typeTargetGroup, typeRule, typeRecord} {
		found := recording.OfType(token)
		if len(found) != 1 {
			t.Fatalf("%d of %s, want 1", len(found), token)
		}
		if !slices.Contains(found[0].Aliases, former) || found[0].Name != "acme-portal" {
			t.Errorf("%s has aliases %q, want its former parent %s", found[0].URN, found[0].Aliases, former)
		}
	}
	if services := recording.OfType("cellworks:clientcell:Services"); len(services) != 1 || services[0].URN != former {
		t.Errorf("services are %v, want %s", services, former)
	}
}

func TestShardDecidesTheLoadBalancer(t *testing.T) {
	t.Parallel()
	args := cell("acme")
	args.Config.Ingress.Shard = 1
	args.ECS.Shards = map[config.LoadBalancerScheme][]contract.LoadBalancer{config.Internal: {balancer("internal"), balancer("internal-1")}}
	recording := record(t, args)
	if got := recording.Strings(typeRule, "listenerArn"); !slices.Equal(got, []string{balancer("internal-1").ListenerARN}) {
		t.Errorf("rules are on %q", got)
	}
	sources := recording.Strings("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "referencedSecurityGroupId")
	if !slices.Contains(sources, "sg-internal-1") || slices.Contains(sources, "sg-internal") {
		t.Errorf("%q may connect, want the second load balancer alone", sources)
	}
	args.Config.Ingress.Shard = 2
	const want = `cell "acme": service portal is exposed on the internal load balancer 2, which stack utility/nonprod-us-east-1-ecs does not publish: bring it up first (cellctl up utility/nonprod-us-east-1-ecs)`
	if _, err := clientcell.New(nil, "acme", args); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

// definition is what tests read of a container definition.
type definition struct {
	Name, User             string
	Essential              bool
	ReadonlyRootFilesystem bool
	LinuxParameters        struct{ Capabilities struct{ Drop []string } }
	LogConfiguration       struct {
		LogDriver string
		Options   map[string]string
	}
	FirelensConfiguration map[string]any
	Command               []string
	Environment           []struct{ Name, Value string }
}

func definitions(t *testing.T, recording *pulumitest.Recording) map[string][]definition {
	t.Helper()
	all := map[string][]definition{}
	for _, task := range recording.OfType(typeTask) {
		var list []definition
		if err := json.Unmarshal([]byte(task.Inputs["containerDefinitions"].StringValue()), &list); err != nil {
			t.Fatal(err)
		}
		all[task.Inputs["family"].StringValue()] = list
	}
	return all
}

func TestContainersAreHardenedSideCarsToo(t *testing.T) {
	t.Parallel()
	for family, list := range definitions(t, record(t, whole())) {
		if len(list) != 2 {
			t.Errorf("%s has %d containers, want the service's and the log router", family, len(list))
		}
		for _, c := range list {
			if !c.ReadonlyRootFilesystem || c.User != "1000:1000" || !slices.Equal(c.LinuxParameters.Capabilities.Drop, []string{"ALL"}) || !c.Essential {
				t.Errorf("%s %s is not hardened: %+v", family, c.Name, c)
			}
		}
	}
}

func TestLinesGoWhereTheyAreSearched(t *testing.T) {
	t.Parallel()
	args := whole()
	args.Config.Services.Items[1].LogRouter = config.LogToCloudWatch
	recording := record(t, args)
	all := definitions(t, recording)
	portal, worker := all["acme-portal"], all["acme-worker"]
	if options := portal[0].LogConfiguration.Options; portal[0].LogConfiguration.LogDriver != "awsfirelens" || options["delivery_stream"] != "elk-nonprod" || options["region"] != "us-west-2" {
		t.Errorf("portal logs to %+v", portal[0].LogConfiguration)
	}
	if router := portal[1]; router.FirelensConfiguration["type"] != "fluentbit" || !slices.Contains(router.Command, "Set=client acme") ||
		!slices.Contains(router.Command, "Set=service portal") || router.LogConfiguration.Options["awslogs-group"] != "/cell/acme/portal" {
		t.Errorf("the log router of portal is %+v", router)
	}
	if len(worker) != 1 || worker[0].LogConfiguration.LogDriver != "awslogs" {
		t.Errorf("worker logs to %+v, want CloudWatch", worker)
	}
	policies := map[string]string{}
	for _, policy := range recording.OfType("aws:iam/policy:Policy") {
		policies[policy.Name] = policy.Inputs["policy"].StringValue()
	}
	const assume = `"Action":["sts:AssumeRole"],"Resource":["arn:aws:iam::333333333333:role/utility/sender"]`
	if !strings.Contains(policies["acme-portal-task"], assume) || strings.Contains(policies["acme-worker-task"], "sts:AssumeRole") {
		t.Errorf("want the tasks of portal alone to assume the sender: %s\n%s", policies["acme-portal-task"], policies["acme-worker-task"])
	}
	for name, off := range map[string]func(*clientcell.Args){
		"no elk":      func(a *clientcell.Args) { a.ELK = nil },
		"logging off": func(a *clientcell.Args) { a.Config.Logging.Enabled = false },
	} {
		args := whole()
		off(&args)
		for family, list := range definitions(t, record(t, args)) {
			if len(list) != 1 || list[0].LogConfiguration.LogDriver != "awslogs" {
				t.Errorf("%s: %s logs to %+v, want CloudWatch", name, family, list)
			}
		}
	}
}

func TestStreamsOfOtherAccountsAreNotUsed(t *testing.T) {
	t.Parallel()
	args := whole()
	args.ELK.Streams = map[string]contract.LogStream{"prod": {Name: "elk-prod"}}
	const want = `cell "acme": application elk takes no logs of account nonprod: bring its stack up again (cellctl up 'utility/*-elk')`
	if _, err := clientcell.New(nil, "acme", args); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestServicesKnowTheirNeighboursAndDecideForThemselves(t *testing.T) {
	t.Parallel()
	args := whole()
	args.Config.Services.Items[1].Environment = map[string]string{"CELL_SERVICES_DOMAIN": "elsewhere.example.com"}
	all := definitions(t, record(t, args))
	for family, want := range map[string]string{"acme-portal": "acme.us-east-1.nonprod.svc.example.com", "acme-worker": "elsewhere.example.com"} {
		got := ""
		for _, v := range all[family][0].Environment {
			if v.Name == "CELL_SERVICES_DOMAIN" {
				got += v.Value
			}
		}
		if got != want {
			t.Errorf("%s finds others below %q, want %q", family, got, want)
		}
	}
}

func TestSessionsAreForTheServiceThatHasThem(t *testing.T) {
	t.Parallel()
	args := whole()
	args.Config.DeletionProtection = false
	args.Config.Services.Items[1].Exec = true
	recording := record(t, args)
	for _, policy := range recording.OfType("aws:iam/policy:Policy") {
		if got, want := strings.Contains(policy.Inputs["policy"].StringValue(), "ssmmessages:"), policy.Name == "acme-worker-task"; got != want {
			t.Errorf("%s allows sessions: %v, want %v", policy.Name, got, want)
		}
	}
	for _, task := range recording.OfType(typeTask) {
		definitions := task.Inputs["containerDefinitions"].StringValue()
		if got, want := strings.Contains(definitions, `"containerPath":"/var/lib/amazon"`), task.Name == "acme-worker"; got != want {
			t.Errorf("%s has a place for the session's agent to write: %v, want %v", task.Name, got, want)
		}
	}
	args.Config.DeletionProtection = true
	const want = `cell "acme": service worker: sessions in running tasks are refused in a cell that is protected from deletion: set exec: false`
	if _, err := clientcell.New(nil, "acme", args); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestSignInNeedsAnApplication(t *testing.T) {
	t.Parallel()
	args := cell("acme")
	args.Config.Ingress.Auth = config.AuthOIDC
	_, err := pulumitest.Record(pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		_, err := clientcell.New(ctx, "acme", args, pulumitest.AWS(t, ctx))
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "module ingress: auth is oidc, but module sso made no application for it") {
		t.Errorf("error = %v", err)
	}
}
