package pulumitest

import (
	"encoding/json"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
)

// Bases returns what the base stacks of all accounts and regions of tree publish
// when they are up. Ids are recognizable, addresses are those of the plan.
func Bases(t testing.TB, tree *config.Tree) Stacks {
	t.Helper()
	stacks := Stacks{}
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			cfg, err := tree.Base(account.Name, region.Name)
			if err != nil {
				t.Fatal(err)
			}
			stacks[naming.ProjectBase+"/"+naming.StackBase(account.Name, region.Name)] = Outputs(t, base(t, tree, cfg))
		}
	}
	return stacks
}

// Outputs returns a contract as a stack publishes it.
func Outputs(t testing.TB, contract any) map[string]any {
	t.Helper()
	text, err := json.Marshal(contract)
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]any
	if err := json.Unmarshal(text, &values); err != nil {
		t.Fatal(err)
	}
	return values
}

func base(t testing.TB, tree *config.Tree, cfg config.Base) contract.Base {
	t.Helper()
	vpc, err := ipam.NewVPC(cfg.Account.Slot, cfg.Region.Slot, cfg.Network.VPCSlot)
	if err != nil {
		t.Fatal(err)
	}
	id, region := cfg.Account.ID, cfg.Region.Name
	stack, domain := naming.StackBase(cfg.Account.Name, region), tree.Organization().Domain
	b := contract.Base{
		Account: contract.Account{
			BoundaryARN:        naming.BoundaryARN(id, region),
			ServiceBoundaryARN: naming.ServiceBoundaryARN(id, region),
			DeployRoleARNs:     map[string]string{},
			ServiceRoleARNs:    map[string]string{},
		},
		ContractVersion:         contract.BaseVersion,
		HomeRegion:              region == cfg.Account.HomeRegion,
		VPCID:                   "vpc-" + stack,
		VPCCIDR:                 vpc.CIDR().String(),
		TierCIDRs:               map[string]string{},
		SubnetIDs:               map[string]map[string]string{},
		SubnetCIDRs:             map[string]map[string]string{},
		RouteTableIDs:           map[string]map[string]string{},
		EndpointSecurityGroupID: "sg-endpoints-" + stack,
		PrefixListIDs:           map[string]string{"s3": "pl-s3", "dynamodb": "pl-dynamodb"},
		ZoneID:                  "Z-public-" + stack,
		ZoneName:                naming.Zone(region, cfg.Account.Name, domain),
		PrivateZoneID:           "Z-" + stack,
		PrivateZoneName:         naming.PrivateZone(region, cfg.Account.Name, domain),
		KeyARNs:                 map[string]string{},
		LogBuckets:              map[string]string{},
		AlertTopicARN:           naming.ARN(region, "sns", region, id, "alerts"),
	}
	for _, project := range []string{naming.ProjectBase, naming.ProjectUtility, naming.ProjectCell} {
		b.DeployRoleARNs[project] = naming.DeployRoleARN(id, region, project)
	}
	for _, purpose := range []string{naming.ServiceBackup, naming.ServiceRDSMonitoring, naming.ServiceVaultAuth} {
		b.ServiceRoleARNs[purpose] = naming.ServiceRoleARN(id, region, purpose)
	}
	for _, purpose := range []string{contract.KeyLogs, contract.KeyVolumes} {
		b.KeyARNs[purpose] = naming.ARN(region, "kms", region, id, "key/"+purpose)
	}
	for _, purpose := range []string{contract.LogsAccess, contract.LogsLoadBalancer, contract.LogsNetwork, contract.LogsRecorder} {
		b.LogBuckets[purpose] = stack + "-logs-" + purpose
	}
	addTiers(t, &b, vpc, cfg.Region.Zones)
	return b
}

// addTiers fills in the subnets. Zones of the tiers public and intra share a route
// table.
func addTiers(t testing.TB, b *contract.Base, vpc ipam.VPC, zones []string) {
	t.Helper()
	for _, tier := range ipam.Tiers() {
		name := string(tier)
		b.TierCIDRs[name] = vpc.Tier(tier).String()
		ids, cidrs, tables := map[string]string{}, map[string]string{}, map[string]string{}
		for i, zone := range zones {
			cidr, err := vpc.Subnet(tier, i)
			if err != nil {
				t.Fatal(err)
			}
			ids[zone], cidrs[zone], tables[zone] = "subnet-"+name+"-"+zone, cidr.String(), "rtb-"+b.VPCID[len("vpc-"):]+"-"+name
			if tier == ipam.App || tier == ipam.Data {
				tables[zone] += "-" + zone
			}
		}
		b.SubnetIDs[name], b.SubnetCIDRs[name], b.RouteTableIDs[name] = ids, cidrs, tables
	}
}
