package cache_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/cache"
	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
)

func args() cache.Args {
	return cache.Args{
		Client: "acme", AccountID: pulumitest.AccountID, Region: "us-east-1", DeletionProtection: true,
		Config: config.CellCache{Enabled: true, Version: "8.0", NodeType: "cache.t4g.small", Replicas: 1, SnapshotDays: 7},
		VPCID:  pulumi.String("vpc-1"), SubnetIDs: pulumi.ToStringArray([]string{"subnet-1", "subnet-2"}),
		MemberGroupID: pulumi.String("sg-members"), KeyARN: pulumi.String("arn:aws:kms:us-east-1:111122223333:key/1"),
	}
}

func record(t *testing.T, a cache.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: a.Client}, func(ctx *pulumi.Context) error {
		_, err := cache.New(ctx, a.Client, a, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsTheCache(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "cache")
}

func TestOneNodeFailsOverToNone(t *testing.T) {
	t.Parallel()
	a := args()
	a.Config.Replicas = 0
	made := record(t, a).OfType("aws:elasticache/replicationGroup:ReplicationGroup")[0].Inputs
	if made["multiAzEnabled"].BoolValue() || made["automaticFailoverEnabled"].BoolValue() || made["numCacheClusters"].NumberValue() != 1 {
		t.Errorf("inputs = %v, want one node without failover", made)
	}
}

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = "cache \"acme\": client, account id and region must be set\nvpc, subnets, security group of the tasks and key must be set"
	if _, err := cache.New(nil, "acme", cache.Args{}); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
