package ecscluster_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/ecscluster"
	"cellworks/pkg/pulumitest"
)

func TestNewBuildsTheCluster(t *testing.T) {
	t.Parallel()
	args := ecscluster.Args{
		Name:               "cells",
		AccountID:          pulumitest.AccountID,
		Region:             "us-east-1",
		ContainerInsights:  "enhanced",
		LogRetentionDays:   365,
		DeletionProtection: true,
	}
	pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := ecscluster.New(ctx, "ecs", args, pulumitest.AWS(t, ctx))
		return err
	}).Golden(t, "ecscluster")
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = "ecs cluster \"ecs\": name is empty\naccount id is empty\nregion is empty\ncontainer insights is empty\nlog retention: 0 days is out of range, want 1 or more"
	if _, err := ecscluster.New(nil, "ecs", ecscluster.Args{}); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
