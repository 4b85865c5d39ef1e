package ecscluster_test

import (
	"encoding/base64"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"cellworks/pkg/config"
	"cellworks/pkg/ecscluster"
	"cellworks/pkg/naming"
	"cellworks/pkg/pulumitest"
)

const (
	template = "aws:ec2/launchTemplate:LaunchTemplate"
	group    = "aws:autoscaling/group:Group"
)

// nodes are the args of a cluster with instances.
func nodes() ecscluster.Args {
	a := args()
	a.Config.EC2 = config.UtilityEC2{Enabled: true, InstanceType: "m7g.large", MinSize: 0, MaxSize: 6, TargetCapacity: 90}
	a.SubnetIDs = []string{"subnet-1", "subnet-2"}
	a.VolumeKeyARN = "arn:aws:kms:us-east-1:111122223333:key/volumes"
	a.PermissionsBoundary = naming.BoundaryARN(pulumitest.AccountID, "us-east-1")
	a.Tags = naming.TagSet{Project: "utility", Stack: "test", Account: "nonprod"}.Tags()
	return a
}

func TestNewBuildsInstances(t *testing.T) {
	t.Parallel()
	recording := record(t, nodes())
	recording.Golden(t, "nodes")
	if got := providers(recording); len(got) != 3 || strings.HasPrefix(got[2], "ecs") {
		t.Errorf("capacity providers = %v, want a third one that does not begin with ecs", got)
	}
}

// script returns the start script of the instances.
func script(t *testing.T, recording *pulumitest.Recording) string {
	t.Helper()
	text, err := base64.StdEncoding.DecodeString(recording.Strings(template, "userData")[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestInstancesKeepTasksFromTheirRole(t *testing.T) {
	t.Parallel()
	_, rest, found := strings.Cut(script(t, record(t, nodes())), "<<'CONFIG'\n")
	text, _, ended := strings.Cut(rest, "\nCONFIG\n")
	if !found || !ended {
		t.Fatal("the script writes no configuration of the agent")
	}
	settings := map[string]string{}
	for line := range strings.Lines(text + "\n") {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if _, twice := settings[key]; !ok || twice || key != strings.ToUpper(key) || value == "" {
			t.Errorf("line %q is no setting, or one that is there twice", line)
		}
		settings[key] = value
	}
	for key, want := range map[string]string{
		"ECS_CLUSTER": "cells", "ECS_AWSVPC_BLOCK_IMDS": "true", "ECS_ENABLE_TASK_IAM_ROLE": "true", "ECS_DISABLE_PRIVILEGED": "true",
		"ECS_ENABLE_CONTAINER_METADATA": "true", "ECS_ENABLE_SPOT_INSTANCE_DRAINING": "true", "ECS_SELINUX_CAPABLE": "true",
	} {
		if settings[key] != want {
			t.Errorf("%s = %q, want %q", key, settings[key], want)
		}
	}
}

func TestStartScriptParses(t *testing.T) {
	t.Parallel()
	text := script(t, record(t, nodes()))
	if !strings.HasPrefix(text, "#!/bin/bash\n") || !strings.Contains(text, "\nset -euo pipefail\n") {
		t.Errorf("the script does not stop at the first error:\n%s", text)
	}
	for checker, options := range map[string][]string{"bash": {"-n"}, "shellcheck": {"-"}} {
		t.Run(checker, func(t *testing.T) {
			t.Parallel()
			path, err := exec.LookPath(checker)
			if err != nil {
				t.Skipf("%s is not installed", checker)
			}
			command := exec.Command(path, options...)
			command.Stdin = strings.NewReader(text)
			if output, err := command.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", checker, err, output)
			}
		})
	}
}

func TestInstancesAreHardened(t *testing.T) {
	t.Parallel()
	recording := record(t, nodes())
	inputs := recording.OfType(template)[0].Inputs
	metadata := inputs["metadataOptions"].ObjectValue()
	if metadata["httpTokens"].StringValue() != "required" || metadata["httpPutResponseHopLimit"].NumberValue() != 1 {
		t.Errorf("metadata options = %v, want tokens and one hop", metadata)
	}
	for _, value := range inputs["blockDeviceMappings"].ArrayValue() {
		volume := value.ObjectValue()["ebs"].ObjectValue()
		if volume["encrypted"].StringValue() != "true" || volume["kmsKeyId"].StringValue() != nodes().VolumeKeyARN || volume["volumeType"].StringValue() != "gp3" {
			t.Errorf("volume = %v, want gp3 encrypted with the key for volumes", volume)
		}
	}
	if rules := recording.OfType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"); len(rules) != 0 {
		t.Errorf("instances take connections: %v", rules)
	}
	for _, role := range recording.OfType("aws:iam/role:Role") {
		if role.Inputs["path"].StringValue() != naming.UtilityPath || role.Inputs["permissionsBoundary"].StringValue() != nodes().PermissionsBoundary {
			t.Errorf("role %v is not bounded, or not in %s", role.Inputs, naming.UtilityPath)
		}
	}
}

func TestTagsReachWhatIsLaunched(t *testing.T) {
	t.Parallel()
	recording := record(t, nodes())
	kinds := map[string]bool{}
	for _, value := range recording.OfType(template)[0].Inputs["tagSpecifications"].ArrayValue() {
		spec := value.ObjectValue()
		kinds[spec["resourceType"].StringValue()] = spec["tags"].ObjectValue()[resource.PropertyKey(naming.TagProject)].StringValue() == "utility"
	}
	for _, kind := range []string{"instance", "network-interface", "volume"} {
		if !kinds[kind] {
			t.Errorf("a launched %s carries no tag %s", kind, naming.TagProject)
		}
	}
	tags := map[string]bool{}
	for _, value := range recording.OfType(group)[0].Inputs["tags"].ArrayValue() {
		tag := value.ObjectValue()
		tags[tag["key"].StringValue()] = tag["propagateAtLaunch"].BoolValue()
	}
	if !tags["AmazonECSManaged"] || !tags[naming.TagProject] {
		t.Errorf("tags of the group = %v, want AmazonECSManaged and those of the stack, handed on", tags)
	}
}

func TestGroupCanBeDestroyed(t *testing.T) {
	t.Parallel()
	g := record(t, nodes()).OfType(group)[0]
	if !g.Inputs["forceDelete"].BoolValue() || !g.Inputs["protectFromScaleIn"].BoolValue() {
		t.Error("managed termination protection needs protected instances, and those never end without forceDelete")
	}
	if !slices.Contains(g.IgnoreChanges, "desiredCapacity") {
		t.Error("an update would undo what ECS scaled")
	}
	if refresh := g.Inputs["instanceRefresh"].ObjectValue()["preferences"].ObjectValue(); refresh.HasValue("autoRollback") {
		t.Error("Auto Scaling refuses to roll back while the image is a parameter")
	}
}

func TestFamilyOfTheInstancesDecidesTheImage(t *testing.T) {
	t.Parallel()
	for instanceType, want := range map[string]string{
		"m7g.large": "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id",
		"m7i.large": "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
	} {
		a := nodes()
		a.Config.EC2.InstanceType = instanceType
		if got := record(t, a).Strings(template, "imageId")[0]; got != want {
			t.Errorf("image of %s = %s, want %s", instanceType, got, want)
		}
	}
}
