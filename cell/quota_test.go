package cell_test

import (
	"slices"
	"testing"
	"time"

	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/quota"
	"cellworks/pkg/servicequota"
)

// counts are the types of which each resource is one of a quota.
var counts = map[string][]string{
	servicequota.Roles: {role}, servicequota.Policies: {rolePolicy}, servicequota.SecurityGroups: {"aws:ec2/securityGroup:SecurityGroup"},
	servicequota.Keys: {keyType}, servicequota.Buckets: {"aws:s3/bucketV2:BucketV2"}, servicequota.EventRules: {"aws:cloudwatch/eventRule:EventRule"},
	servicequota.DBInstances:     {"aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance"},
	servicequota.ScannedBuckets:  {"aws:guardduty/malwareProtectionPlan:MalwareProtectionPlan"},
	servicequota.TransferServers: {"aws:transfer/server:Server"}, servicequota.VPCs: {"aws:ec2/vpc:Vpc"}, servicequota.Addresses: {"aws:ec2/eip:Eip"},
	servicequota.Subnets: {"aws:ec2/subnet:Subnet"},
}

func TestQuotasAreThoseOfWhatCellsRegister(t *testing.T) {
	t.Parallel()
	tree := whole(t)
	looked := quotasCover(t, tree, builtAll(t, tree))
	for name := range counts {
		if !looked[name] {
			t.Errorf("no cell registers what quota %s counts", name)
		}
	}
}

// quotasCover holds what the census says that cells use against what they register, and
// returns the quotas that some use.
func quotasCover(t *testing.T, tree *config.Tree, cells map[string]built) (looked map[string]bool) {
	t.Helper()
	census, err := quota.Take(tree, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	looked = map[string]bool{}
	for _, at := range census.Places() {
		for _, u := range census.Usage(at) {
			types, ok := counts[u.Quota.Name]
			if !ok {
				continue
			}
			registered := 0
			for _, cell := range cells {
				here := cell.Account.Name == at.Account && (u.Region == "" || cell.Region.Name == at.Region)
				if !here || u.Quota.Scope == servicequota.PerVPC && cell.Network.Mode == config.OwnVPC {
					continue
				}
				for _, res := range cell.recording.Resources {
					if slices.Contains(types, res.Type) {
						registered++
					}
				}
			}
			looked[u.Quota.Name] = looked[u.Quota.Name] || registered > 0
			if u.Cells != float64(registered) {
				t.Errorf("%s in %s: %g are counted, cells register %d", u.Quota.Name, (ipam.Place{Account: at.Account, Region: at.Region}), u.Cells, registered)
			}
		}
	}
	return looked
}
