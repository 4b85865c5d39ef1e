package cell_test

import (
	"strings"
	"testing"

	"cellworks/cell"
	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
)

func load(t *testing.T) *config.Tree {
	t.Helper()
	tree, err := config.Load("../configs")
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// stacks are the stacks below a cell, as they look when they are up.
func stacks(cfg config.Cell) pulumitest.Stacks {
	place := cfg.Account.Name + "-" + cfg.Region.Name
	subnets := map[string]any{}
	for _, zone := range cfg.Region.Zones {
		subnets[zone] = "subnet-app-" + zone
	}
	return pulumitest.Stacks{
		"base/" + place: {
			"vpcId":     "vpc-1",
			"vpcCidr":   "10.16.0.0/16",
			"tierCidrs": map[string]any{"app": "10.16.0.0/17"},
			"subnetIds": map[string]any{"app": subnets},
			"zoneId":    "Z1",
			"zoneName":  cfg.Region.Name + "." + cfg.Account.Name + ".example.com",
		},
		"utility/" + place + "-ecs": {
			"clusterName":                 "cells",
			"clusterArn":                  "arn:aws:ecs:us-east-1:111122223333:cluster/cells",
			"loadBalancerDnsName":         "lb.example.com",
			"loadBalancerZoneId":          "Z2",
			"loadBalancerSecurityGroupId": "sg-lb",
			"listenerArn":                 "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/cells/1/2",
		},
	}
}

func TestProgramBuildsTheCellOfEveryClient(t *testing.T) {
	t.Parallel()
	tree := load(t)
	for _, client := range tree.Clients() {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			cfg, err := tree.Cell(client)
			if err != nil {
				t.Fatal(err)
			}
			target := pulumitest.Target{Project: "cell", Stack: client, References: stacks(cfg)}
			recording := pulumitest.Run(t, target, cell.Program(tree))
			recording.Golden(t, client)
			for _, other := range tree.Clients() {
				if other != client {
					assertNeverNames(t, recording, other)
				}
			}
		})
	}
}

// assertNeverNames fails when anything of the recording holds the word name.
func assertNeverNames(t *testing.T, recording *pulumitest.Recording, name string) {
	t.Helper()
	for _, res := range recording.Resources {
		for _, word := range res.Words() {
			if word == name {
				t.Errorf("%s names client %s", res.URN, name)
			}
		}
	}
}

func TestProgramSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for stack, want := range map[string]string{
		"acne": "acme",
		"acme": `stack base/nonprod-us-east-1 does not publish "vpcId"`,
	} {
		_, err := pulumitest.Record(pulumitest.Target{Project: "cell", Stack: stack}, cell.Program(load(t)))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("stack %s: error = %v, want it to contain %q", stack, err, want)
		}
	}
}
