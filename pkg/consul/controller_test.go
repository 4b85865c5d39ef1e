package consul_test

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/consul"
	"cellworks/pkg/pulumitest"
	"cellworks/pkg/taskdef"
)

const clusterARN = "arn:aws:ecs:us-east-1:111122223333:cluster/cells"

// withTasks is a cluster that tasks register with.
func withTasks() consul.Args {
	args := typical()
	args.Config.Tasks = config.UtilityConsulTasks{
		Enabled: true, Image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/consul-ecs@sha256:" + strings.Repeat("12", 32),
		DataplaneImage: "public.ecr.aws/hashicorp/consul-dataplane@sha256:" + strings.Repeat("34", 32),
	}
	args.Cluster = &consul.TaskCluster{Name: "cells", ARN: clusterARN}
	return args
}

func TestNewBuildsTheControllerOfTasks(t *testing.T) {
	t.Parallel()
	run(t, withTasks()).Golden(t, "tasks")
}

// TestControllersTokenIsInItsSecretAlone holds that ECS reads the token, and only the
// role that starts the task may.
func TestControllersTokenIsInItsSecretAlone(t *testing.T) {
	t.Parallel()
	recording := run(t, withTasks())
	var containers []taskdef.Container
	if err := json.Unmarshal([]byte(recording.Strings("aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions")[0]), &containers); err != nil {
		t.Fatal(err)
	}
	from := map[string]string{}
	for _, secret := range containers[0].Secrets {
		from[secret.Name] = secret.ValueFrom
	}
	token, authority := from["CONSUL_HTTP_TOKEN"], from["CONSUL_GRPC_CACERT_PEM"]
	if len(from) != 3 || !strings.Contains(token, "management-token") || !strings.Contains(authority, "consul-ca") || from["CONSUL_HTTPS_CACERT_PEM"] != authority {
		t.Errorf("secrets are %v, want the token and the authority twice", from)
	}
	if env := containers[0].Environment; len(env) != 1 || env[0].Name != "CONSUL_ECS_CONFIG_JSON" {
		t.Errorf("the environment in clear is %v", env)
	}
	for _, policy := range recording.OfType("aws:iam/policy:Policy") {
		text := policy.Inputs["policy"].StringValue()
		reads := strings.Contains(text, "secretsmanager:GetSecretValue")
		if policy.Name == "consul-controller" && (reads || !strings.Contains(text, `"ecs:ListTasks"`) || strings.Count(text, `"ArnEquals":{"ecs:cluster":["`+clusterARN+`"]}`) != 2) {
			t.Errorf("the controller may do %s, want to look at its cluster's tasks", text)
		}
		if policy.Name == "consul-controller-execution" && (!reads || strings.Contains(text, "agent-token") || strings.Contains(text, "private-key")) {
			t.Errorf("what starts the controller reads %s, want its token and the authority", text)
		}
	}
}

// TestTasksReachTheBalancerWhoeverElseMay holds that tasks come in without being listed,
// and once only where they are.
func TestTasksReachTheBalancerWhoeverElseMay(t *testing.T) {
	t.Parallel()
	const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	for allowed, want := range map[string]int{"10.0.0.0/8": 0, "10.48.0.0/17": 0, "10.48.0.0/20": 2, "192.168.0.0/16": 2} {
		args := withTasks()
		args.Config.AllowedCIDRs = []netip.Prefix{netip.MustParsePrefix(allowed)}
		got := 0
		for _, rule := range run(t, args).OfType(ingress) {
			if strings.HasPrefix(rule.Name, "consul-balancer-") && strings.Contains(rule.Name, "of-tasks") || strings.HasPrefix(rule.Name, "consul-balancer-API-for-tasks") {
				got++
			}
		}
		if got != want {
			t.Errorf("%s may call: %d rules for tasks, want %d", allowed, got, want)
		}
	}
}

func TestTasksNeedAClusterAndAnImage(t *testing.T) {
	t.Parallel()
	noCluster, noImage := withTasks(), withTasks()
	noCluster.Cluster = nil
	noImage.Config.Tasks.Image = ""
	for _, args := range []consul.Args{noCluster, noImage} {
		const want = `consul "consul": tasks are to register, but there is no cluster or no image of their controller`
		if _, err := consul.New(nil, "consul", args); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}

func TestNothingOfTasksIsBuiltUnlessAsked(t *testing.T) {
	t.Parallel()
	recording := run(t, typical())
	if slices.ContainsFunc(recording.Resources, func(res pulumitest.Resource) bool {
		return strings.Contains(res.Type, ":ecs/") || strings.Contains(res.URN, "controller")
	}) {
		t.Error("something of the controller is built where tasks do not register")
	}
}
