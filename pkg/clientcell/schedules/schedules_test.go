package schedules_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/schedules"
	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
)

func args() schedules.Args {
	output := func(text string) pulumi.StringOutput { return pulumi.String(text).ToStringOutput() }
	task := func(name string) schedules.Task {
		return schedules.Task{
			DefinitionARN: output("arn:aws:ecs:us-east-1:111122223333:task-definition/acme-" + name + ":7"),
			GroupID:       output("sg-" + name),
		}
	}
	return schedules.Args{
		Client: "acme", AccountID: "111122223333", Region: "us-east-1",
		Items: []config.CellSchedule{
			{Name: "nightly", Schedule: "cron(0 3 * * ? *)", Service: "worker", Command: []string{"reports", "--since=\"yesterday\""}},
			{Name: "hourly", Schedule: "rate(1 hour)", Service: "worker", Command: []string{"tick"}},
		},
		ClusterARN: "arn:aws:ecs:us-east-1:111122223333:cluster/cells", SubnetIDs: pulumi.ToStringArray([]string{"subnet-1"}), Container: "app",
		Tasks:               map[string]schedules.Task{"api": task("api"), "worker": task("worker")},
		MemberGroupID:       pulumi.String("sg-members"),
		KeyARN:              pulumi.String("arn:aws:kms:us-east-1:111122223333:key/1"),
		DeployRole:          "deploy/pulumi-cell",
		PermissionsBoundary: pulumi.String("arn:aws:iam::111122223333:policy/platform-boundary"),
	}
}

func TestNewBuildsSchedules(t *testing.T) {
	t.Parallel()
	recording := pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		_, err := schedules.New(ctx, "acme", args(), pulumitest.AWS(t, ctx))
		return err
	})
	recording.Golden(t, "schedules")
	policy := recording.Strings("aws:iam/policy:Policy", "policy")[0]
	if strings.Contains(policy, "acme-api") {
		t.Errorf("the role may run or pass what no schedule names: %s", policy)
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	a := schedules.Args{Items: []config.CellSchedule{{Name: "nightly", Service: "worker"}}}
	const want = `schedules "acme": client, account id and region must be set
cluster, subnets and container must be set
security group, permissions boundary, key and deployment role must be set
schedule nightly runs service worker, which the cell does not have
schedule nightly has no command`
	if _, err := schedules.New(nil, "acme", a); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
