package services_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/services"
	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
	"cellworks/pkg/taskdef"
)

func TestNewReportsAllThatIsMissingBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = `services "acme": client, account id and region must be set
cluster is not set
key, execution role and security group must be set
service api has no task role
service api has no security group
service api is to be found by name, but the cluster has no namespace
service api sends its lines through a log router, but there is no image of it
service api scales on queue work, which the cell does not have
service api mounts folder reports, which the cell does not have`
	args := services.Args{
		Delivery: &taskdef.Delivery{},
		Config: config.CellServices{Items: []config.Service{{
			Name: "api", Discovery: config.DiscoveryCloudMap, LogRouter: config.LogToFirehose, ScaleOnQueue: "work", Volumes: []config.Volume{{Name: "reports"}},
		}}},
	}
	if _, err := services.New(nil, "acme", args); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestFoldersAreMountedOverTLSAsTheTask(t *testing.T) {
	t.Parallel()
	recording := record(t, config.Service{Volumes: []config.Volume{{Name: "reports", Path: "/data", ReadOnly: true}}})
	volume := recording.OfType("aws:ecs/taskDefinition:TaskDefinition")[0].Inputs["volumes"].ArrayValue()[0].ObjectValue()
	files := volume["efsVolumeConfiguration"].ObjectValue()
	authorization := files["authorizationConfig"].ObjectValue()
	if files["fileSystemId"].StringValue() != "fs-1" || files["transitEncryption"].StringValue() != "ENABLED" ||
		authorization["accessPointId"].StringValue() != "fsap-1" || authorization["iam"].StringValue() != "ENABLED" {
		t.Errorf("volume = %v", volume)
	}
	definitions := recording.Strings("aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions")[0]
	if want := `"mountPoints":[{"sourceVolume":"reports","containerPath":"/data","readOnly":true}]`; !strings.Contains(definitions, want) {
		t.Errorf("definitions = %s, want %s", definitions, want)
	}
}

// TestNamesOfVolumesAndVariablesAreThereOnce holds that what services call folders and
// secrets never meets what the platform calls its own: ECS refuses a name that is there
// twice.
func TestNamesOfVolumesAndVariablesAreThereOnce(t *testing.T) {
	t.Parallel()
	recording := record(t, config.Service{
		Exec: true, Volumes: []config.Volume{{Name: "session-data", Path: "/data"}},
		Secrets: map[string]config.SecretRef{"VAULT_ADDR": {Store: config.ParameterStore, Name: "vault"}},
	})
	task := recording.OfType("aws:ecs/taskDefinition:TaskDefinition")[0]
	seen := map[string]bool{}
	for _, volume := range task.Inputs["volumes"].ArrayValue() {
		name := volume.ObjectValue()["name"].StringValue()
		if seen[name] {
			t.Errorf("volume %s is there twice", name)
		}
		seen[name] = true
	}
	definitions := task.Inputs["containerDefinitions"].StringValue()
	if got := strings.Count(definitions, `"name":"VAULT_ADDR"`); got != 1 || !strings.Contains(definitions, "parameter/cell/acme/vault") {
		t.Errorf("VAULT_ADDR is there %d times in %s, want the service's own once", got, definitions)
	}
}

// TestCapacityChangesInPlace holds what keeps the provider from replacing a service whose
// strategy changes.
func TestCapacityChangesInPlace(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		capacity config.Capacity
		tasks    int
		want     map[string][2]float64 // base and weight
	}{
		{config.Fargate, 2, map[string][2]float64{"FARGATE": {0, 1}}},
		{config.FargateSpot, 2, map[string][2]float64{"FARGATE": {1, 0}, "FARGATE_SPOT": {0, 1}}},
		{config.FargateSpot, 1, map[string][2]float64{"FARGATE_SPOT": {0, 1}}},
	} {
		service := record(t, config.Service{Capacity: tc.capacity, MinTasks: tc.tasks}).OfType("aws:ecs/service:Service")[0]
		if !service.Inputs["forceNewDeployment"].BoolValue() || service.Inputs["triggers"].ObjectValue()["capacity"].StringValue() != string(tc.capacity) {
			t.Errorf("%s of %d: a change of capacity would replace the service: %v", tc.capacity, tc.tasks, service.Inputs)
		}
		strategies := service.Inputs["capacityProviderStrategies"].ArrayValue()
		for _, s := range strategies {
			base := 0.0
			if b := s.ObjectValue()["base"]; b.IsNumber() {
				base = b.NumberValue()
			}
			got := [2]float64{base, s.ObjectValue()["weight"].NumberValue()}
			if name := s.ObjectValue()["capacityProvider"].StringValue(); got != tc.want[name] || len(strategies) != len(tc.want) {
				t.Errorf("%s of %d: %s has base and weight %v, want %v", tc.capacity, tc.tasks, name, got, tc.want)
			}
		}
	}
}

func TestZonesAreBalancedWhereThereIsRoomForIt(t *testing.T) {
	t.Parallel()
	for most, want := range map[int]string{100: "DISABLED", 101: "ENABLED"} {
		service := record(t, config.Service{MaxHealthyPercent: most}).OfType("aws:ecs/service:Service")[0]
		if got := service.Inputs["availabilityZoneRebalancing"].StringValue(); got != want {
			t.Errorf("at most %d percent: rebalancing %s, want %s", most, got, want)
		}
	}
}

func record(t *testing.T, service config.Service) *pulumitest.Recording {
	t.Helper()
	service.Name, service.Image, service.Port = "api", "registry.example.com/api@sha256:0", 8080
	group := pulumi.String("sg-1").ToStringOutput()
	args := services.Args{
		Client: "acme", AccountID: "111122223333", Region: "us-east-1",
		Config:           config.CellServices{Items: []config.Service{service}},
		Cluster:          services.Cluster{Name: "cells", ARN: "arn:aws:ecs:us-east-1:111122223333:cluster/cells", SubnetIDs: pulumi.ToStringArray([]string{"subnet-1"})},
		KeyARN:           pulumi.String("arn:aws:kms:us-east-1:111122223333:key/1"),
		ExecutionRoleARN: pulumi.String("arn:aws:iam::111122223333:role/e"),
		TaskRoleARNs:     map[string]pulumi.StringOutput{"api": pulumi.String("arn:aws:iam::111122223333:role/t").ToStringOutput()},
		MemberGroupID:    group,
		ServiceGroupIDs:  map[string]pulumi.StringOutput{"api": group},
		Volumes:          map[string]services.Volume{"reports": {FileSystemID: pulumi.String("fs-1"), AccessPointID: pulumi.String("fsap-1")}, "session-data": {FileSystemID: pulumi.String("fs-1"), AccessPointID: pulumi.String("fsap-2")}},
		Environment:      pulumi.StringMap{"VAULT_ADDR": pulumi.String("https://vault.example.com")},
	}
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		_, err := services.New(ctx, "acme", args, pulumitest.AWS(t, ctx))
		return err
	})
}
