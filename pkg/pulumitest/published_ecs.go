package pulumitest

import (
	"strconv"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
)

// Clusters returns what the ecs stacks of all accounts and regions of tree publish
// when they are up, where they are switched on.
func Clusters(t testing.TB, tree *config.Tree) Stacks {
	t.Helper()
	stacks := Stacks{}
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			cfg, err := tree.Utility(account.Name, region.Name)
			if err != nil {
				t.Fatal(err)
			}
			if cfg.ECS.Enabled {
				stack := naming.StackUtility(account.Name, region.Name, config.ApplicationECS)
				stacks[naming.ProjectUtility+"/"+stack] = Outputs(t, cluster(tree, cfg))
			}
		}
	}
	return stacks
}

func cluster(tree *config.Tree, cfg config.Utility) contract.ECS {
	id, region := cfg.Account.ID, cfg.Region.Name
	ecs := contract.ECS{
		ClusterName:       "cells",
		ClusterARN:        naming.ARN(region, "ecs", region, id, "cluster/cells"),
		CapacityProviders: []string{"FARGATE", "FARGATE_SPOT"},
		NamespaceID:       "ns-" + naming.StackBase(cfg.Account.Name, region),
		NamespaceName:     naming.ServiceZone(region, cfg.Account.Name, tree.Organization().Domain),
		LoadBalancers:     map[config.LoadBalancerScheme]contract.LoadBalancer{},
		Shards:            map[config.LoadBalancerScheme][]contract.LoadBalancer{},
		WebACLARNs:        map[config.LoadBalancerScheme]string{},
	}
	ecs.CertificateARN = naming.ARN(region, "acm", region, id, "certificate/cells")
	ecs.NamespaceARN = naming.ARN(region, "servicediscovery", region, id, "namespace/"+ecs.NamespaceID)
	for scheme, balancer := range cfg.ECS.LoadBalancers.Enabled() {
		name := "cells-" + string(scheme)
		for shard := range balancer.Shards {
			ecs.Shards[scheme] = append(ecs.Shards[scheme], balancerOf(id, region, name, shard))
		}
		ecs.LoadBalancers[scheme] = ecs.Shards[scheme][0]
		ecs.WebACLARNs[scheme] = naming.ARN(region, "wafv2", region, id, "regional/webacl/"+name+"/1")
	}
	return ecs
}

// balancerOf returns one load balancer; those after the first carry their number.
func balancerOf(id, region, name string, shard int) contract.LoadBalancer {
	if shard > 0 {
		name += "-" + strconv.Itoa(shard)
	}
	return contract.LoadBalancer{
		ARN:             naming.ARN(region, "elasticloadbalancing", region, id, "loadbalancer/app/"+name+"/1"),
		DNSName:         name + ".elb.amazonaws.com",
		ZoneID:          "Z-elb-" + region,
		SecurityGroupID: "sg-" + name,
		ListenerARN:     naming.ARN(region, "elasticloadbalancing", region, id, "listener/app/"+name+"/1/2"),
	}
}
