package config_test

import (
	"testing"

	"cellworks/pkg/config"
)

func TestErrorsOfTheCluster(t *testing.T) {
	t.Parallel()
	utility := func(text string) map[string]string {
		return map[string]string{"accounts/nonprod/utility.yaml": text + "\n"}
	}
	exposed := func(utility, service string) map[string]string {
		return map[string]string{"accounts/nonprod/utility.yaml": utility + "\n", "clients/acme/cell.yaml": smallest(0) + "services: {items: [{name: api, " + service + "}]}\n"}
	}
	checkWrong(t, []wrong{
		{"instances", utility("ecs: {ec2: {enabled: true, instanceType: large, minSize: 101, maxSize: 0, targetCapacity: 101}}"), []string{
			`configs/accounts/nonprod/utility.yaml:1:42: ecs.ec2.instanceType: "large" is not valid, want an instance type, such as m7g.large`,
			`configs/accounts/nonprod/utility.yaml:1:58: ecs.ec2.minSize: 101 is out of range, want 0 to 100`,
			`configs/accounts/nonprod/utility.yaml:1:72: ecs.ec2.maxSize: 0 is out of range, want 1 to 100`,
			`configs/accounts/nonprod/utility.yaml:1:91: ecs.ec2.targetCapacity: 101 is out of range, want 1 to 100`,
		}},
		{"fewer than the least", utility("ecs: {ec2: {enabled: true, minSize: 7}}"), []string{
			`configs/accounts/nonprod/utility.yaml:1:37: ecs.ec2.minSize: minSize 7 is more than maxSize 6 (raise maxSize or lower minSize)`,
		}},
		{"no network may connect", utility("ecs: {loadBalancers: {internal: {allowedCIDRs: []}, public: {enabled: true, allowedCIDRs: []}}}"), []string{
			`configs/accounts/nonprod/utility.yaml:1:48: ecs.loadBalancers.internal.allowedCIDRs: no network may connect to the load balancer, want at least one (for example: allowedCIDRs: [10.0.0.0/8])`,
			`configs/accounts/nonprod/utility.yaml:1:91: ecs.loadBalancers.public.allowedCIDRs: no network may connect to the load balancer, want at least one (for example: allowedCIDRs: [10.0.0.0/8])`,
		}},
		{"a network twice, and a limit of the web ACL", utility("ecs: {loadBalancers: {internal: {allowedCIDRs: [10.0.0.0/8, 10.0.0.0/8], requestLimit: 9}}}"), []string{
			`configs/accounts/nonprod/utility.yaml:1:61: ecs.loadBalancers.internal.allowedCIDRs[1]: 10.0.0.0/8 is already listed as allowedCIDRs[0] (list each once)`,
			`configs/accounts/nonprod/utility.yaml:1:88: ecs.loadBalancers.internal.requestLimit: 9 is out of range, want 10 to 2000000000`,
		}},
		{"strangers on the internal load balancer", utility("ecs: {loadBalancers: {internal: {allowedCIDRs: [10.1.0.0/16, 198.51.100.0/24, 8.0.0.0/6]}}}"), []string{
			`configs/accounts/nonprod/utility.yaml:1:62: ecs.loadBalancers.internal.allowedCIDRs[1]: 198.51.100.0/24 is not in 10.0.0.0/8, and the network ACLs of the app tier let nobody else in (use the public load balancer, with this network as the only one that may connect)`,
			`configs/accounts/nonprod/utility.yaml:1:79: ecs.loadBalancers.internal.allowedCIDRs[2]: 8.0.0.0/6 is not in 10.0.0.0/8, and the network ACLs of the app tier let nobody else in (use the public load balancer, with this network as the only one that may connect)`,
		}},
		{"tasks of cells on the internal load balancer", map[string]string{"accounts/nonprod/us-east-1/utility.yaml": "ecs: {loadBalancers: {internal: {allowedCIDRs: [10.48.0.0/16, 10.16.0.0/18, 10.18.0.0/17]}}}\n"}, []string{
			`configs/accounts/nonprod/us-east-1/utility.yaml:1:63: ecs.loadBalancers.internal.allowedCIDRs[1]: 10.16.0.0/18 is of tasks of cells, which the load balancer does not let in: it leads to every cell (remove it; services of a cell find each other by services.items[].discovery)`,
			`configs/accounts/nonprod/us-east-1/utility.yaml:1:77: ecs.loadBalancers.internal.allowedCIDRs[2]: 10.18.0.0/17 is of tasks of cells, which the load balancer does not let in: it leads to every cell (remove it; services of a cell find each other by services.items[].discovery)`,
		}},
		{"exposed where there is no load balancer", exposed("ecs: {loadBalancers: {internal: {enabled: true}}}", "expose: public"), []string{
			`configs/clients/acme/cell.yaml:5:40: services.items[api].expose: the public load balancer of nonprod us-east-1 is disabled (expose it on the internal one, or set ecs.loadBalancers.public.enabled: true in the utility.yaml of the account)`,
		}},
		{"exposed by default where there is none at all", exposed("ecs: {loadBalancers: {internal: {enabled: false}}}", "cpu: 256"), []string{
			`configs/clients/acme/cell.yaml:1:1: services.items[api].expose: the internal load balancer of nonprod us-east-1 is disabled (set ecs.loadBalancers.internal.enabled: true in the utility.yaml of the account, or expose: none here)`,
		}},
		{"exposed in the old way", exposed("{}", "expose: alb"), []string{
			`configs/clients/acme/cell.yaml:5:40: services.items[api].expose: "alb" is not known, want one of none, internal, public`,
		}},
	})
}

func TestWhatIsOffIsNotChecked(t *testing.T) {
	t.Parallel()
	mustLoad(t, map[string]string{
		"accounts/nonprod/utility.yaml": "ecs: {ec2: {minSize: 7}, loadBalancers: {internal: {enabled: false, allowedCIDRs: []}, public: {enabled: true}}}\n",
		"clients/acme/cell.yaml":        smallest(0) + "services: {items: [{name: api, expose: public}]}\n",
		"accounts/prod/utility.yaml":    "ecs: {enabled: false, loadBalancers: {internal: {allowedCIDRs: []}}}\n",
		"accounts/prod/cell.yaml":       "services: {enabled: false}\n",
	})
}

func TestFamilyDecidesTheArchitecture(t *testing.T) {
	t.Parallel()
	for instanceType, want := range map[string]config.Arch{
		"m7g.large": config.ARM64, "c7gn.xlarge": config.ARM64, "t4g.small": config.ARM64, "is4gen.large": config.ARM64, "a1.medium": config.ARM64, "x2gd.metal": config.ARM64,
		"m7i.large": config.X8664, "g4dn.xlarge": config.X8664, "t3a.small": config.X8664, "m7i-flex.large": config.X8664, "u-6tb1.metal": config.X8664,
	} {
		if got := config.InstanceArch(instanceType); got != want {
			t.Errorf("%s is %s, want %s", instanceType, got, want)
		}
	}
}
