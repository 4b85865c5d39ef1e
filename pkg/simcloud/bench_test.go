package simcloud_test

import (
	"fmt"
	"testing"

	"cellworks/pkg/simcloud"
)

// raised are quotas that let one account hold a thousand cells, so that the store and not a quota is measured.
func raised() map[string]int {
	return map[string]int{
		"roles per account": 1 << 20, "policies per account": 1 << 20, "groups per region": 1 << 20, "subnets per VPC": 1 << 20,
		"VPCs per region": 1 << 20,
	}
}

// cellObjects makes the shape of one cell's objects: those that other cells' objects stand beside in one account.
func cellObjects(b *testing.B, c *client, vpcID string, n int) {
	b.Helper()
	id := fmt.Sprintf("c%d", n)
	for i := range 6 {
		c.create("aws:ec2/subnet:Subnet", fmt.Sprintf("%s-%d", id, i), props{
			"vpcId": vpcID, "cidrBlock": fmt.Sprintf("10.%d.%d.%d/28", n/200, n%200, 16*i),
		})
	}
	for i := range 4 {
		role := c.create("aws:iam/role:Role", fmt.Sprintf("%s-%d", id, i), props{"assumeRolePolicy": trustPolicy})
		policy := c.create("aws:iam/policy:Policy", fmt.Sprintf("%s-%d", id, i), props{"policy": readPolicy})
		c.create("aws:iam/rolePolicyAttachment:RolePolicyAttachment", fmt.Sprintf("%s-%d", id, i), props{"role": role.ID, "policyArn": policy.ID})
		group := c.create("aws:ec2/securityGroup:SecurityGroup", fmt.Sprintf("%s-%d", id, i), props{"vpcId": vpcID})
		c.create("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", fmt.Sprintf("%s-%d", id, i), props{
			"securityGroupId": group.ID, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "0.0.0.0/0",
		})
		c.create("aws:cloudwatch/logGroup:LogGroup", fmt.Sprintf("%s-%d", id, i), props{})
		c.create("aws:s3/bucketV2:BucketV2", fmt.Sprintf("%s-%d", id, i), props{})
	}
	c.made = nil
}

// BenchmarkCreateAmongCells times the check, creation and deletion of one subnet when the store holds so many cells.
func BenchmarkCreateAmongCells(b *testing.B) {
	for _, cells := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint(cells), func(b *testing.B) {
			cloud := openCloud(b, simcloud.Options{Quotas: raised()})
			c := connect(b, serve(b, cloud), "dev", accountA, "us-east-1")
			vpcs := map[int]string{}
			for n := range cells {
				block := n / 200
				if vpcs[block] == "" {
					vpcs[block] = c.create("aws:ec2/vpc:Vpc", fmt.Sprint("v", block), props{"cidrBlock": fmt.Sprintf("10.%d.0.0/16", block)}).ID
				}
				cellObjects(b, c, vpcs[block], n)
			}
			in := props{"vpcId": vpcs[0], "cidrBlock": "10.0.255.0/28"}
			for b.Loop() {
				m := c.create("aws:ec2/subnet:Subnet", "one", in)
				if err := c.delete(m); err != nil {
					b.Fatal(err)
				}
				c.made = nil
			}
			b.ReportMetric(float64(b.N*3)/b.Elapsed().Seconds(), "calls/s")
		})
	}
}

// BenchmarkCalls times each provider call by itself in a small cloud.
func BenchmarkCalls(b *testing.B) {
	c := connect(b, serve(b, openCloud(b, simcloud.Options{})), "dev", accountA, "us-east-1")
	in := props{"cidrBlock": "10.16.0.0/16", "tags": props{"Name": "main"}}
	v := c.create("aws:ec2/vpc:Vpc", "vpc", in)
	b.Run("Check", func(b *testing.B) {
		for b.Loop() {
			c.check(v.URN, v.In, in)
		}
	})
	b.Run("Diff", func(b *testing.B) {
		for b.Loop() {
			c.diff(v, v.In)
		}
	})
	b.Run("Read", func(b *testing.B) {
		for b.Loop() {
			c.read(v.URN, v.ID)
		}
	})
	b.Run("Update", func(b *testing.B) {
		for b.Loop() {
			if err := c.update(v, in); err != nil {
				b.Fatal(err)
			}
		}
	})
}
