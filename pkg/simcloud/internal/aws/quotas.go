package aws

import (
	"maps"
	"slices"

	"cellworks/pkg/simcloud/internal/resource"
)

// quota is a default service quota: what an account has before anyone asks for more.
type quota struct {
	Limit  int
	Source string
}

// The quotas that the simulated cloud enforces. Sources are the services' quota pages as of 2025.
func quotas() map[string]quota {
	all := cellQuotas()
	maps.Copy(all, identityQuotas())
	maps.Copy(all, auditQuotas())
	maps.Copy(all, serverQuotas())
	maps.Copy(all, applicationQuotas())
	maps.Copy(all, exchangeQuotas())
	maps.Copy(all, backupQuotas())
	maps.Copy(all, dataQuotas())
	return all
}

// cellQuotas are those that cells and what they share meet.
func cellQuotas() map[string]quota {
	const vpcPage = "docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"
	const iamPage = "docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
	const elbPage = "docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"
	return map[string]quota{
		"VPCs per region":              {5, vpcPage},
		"gateways per region":          {5, vpcPage},
		"NAT gateways per zone":        {5, vpcPage},
		"subnets per VPC":              {200, vpcPage},
		"addresses per region":         {5, "docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-resource-limits.html"},
		"route tables per VPC":         {200, vpcPage},
		"routes per table":             {50, vpcPage},
		"groups per region":            {2500, vpcPage},
		"rules per group, a direction": {60, vpcPage},
		"groups per interface":         {5, vpcPage},
		"ACLs per VPC":                 {200, vpcPage},
		// 20 a direction, the rule that denies the rest included.
		"entries per ACL, a direction": {20, vpcPage},
		"roles per account":            {1000, iamPage},
		"policies per account":         {1500, iamPage},
		"policies per role":            {10, iamPage},
		"load balancers per region":    {50, elbPage},
		"target groups per region":     {3000, elbPage},
		"target groups per balancer":   {100, elbPage},
		"rules per balancer":           {100, elbPage},
		"listeners per balancer":       {50, elbPage},
		"buckets per account":          {10000, "docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html"},
		"zones per account":            {500, "docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html"},
		"records per zone":             {10000, "docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html"},
		"names per certificate":        {10, "docs.aws.amazon.com/acm/latest/userguide/acm-limits.html"},
		"services per cluster":         {5000, "docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"},
	}
}

// Quota is a default service quota and where AWS publishes it.
type Quota struct {
	Name   string
	Limit  int
	Source string
}

// Quotas are the default quotas, sorted by name.
func Quotas() []Quota {
	all := quotas()
	var list []Quota
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, Quota{name, all[name].Limit, all[name].Source})
	}
	return list
}

// Limits are the default quotas by name.
func Limits() map[string]int {
	limits := map[string]int{}
	for name, q := range quotas() {
		limits[name] = q.Limit
	}
	return limits
}

// inRegion is how many things of the called type the caller's account has in its region.
func inRegion(c *resource.Call) int { return c.Tx.Tally(c.Obj.Type, c.Account, c.Obj.Region) }
