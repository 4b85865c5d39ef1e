// Package servicequota is the list of AWS service quotas that cells use up, as data:
// what a new account has, how far AWS raises it and under which code to ask. It counts
// nothing; see package quota.
package servicequota

// Scope says what a quota is counted over.
type Scope string

const (
	// PerAccount quotas hold for an account, whatever its regions.
	PerAccount Scope = "account"
	// PerRegion quotas hold for each region of an account.
	PerRegion Scope = "region"
	// PerVPC quotas hold for each VPC; an account has one in a region.
	PerVPC Scope = "VPC"
	// PerBalancer quotas hold for each application load balancer.
	PerBalancer Scope = "load balancer"
)

// The quotas' names, which accounts are configured by.
const (
	CellSlots         = "cellSlots"
	TargetGroups      = "targetGroups"
	ListenerRules     = "listenerRules"
	Certificates      = "certificates"
	Roles             = "iamRoles"
	Policies          = "iamPolicies"
	SecurityGroups    = "securityGroups"
	NetworkInterfaces = "networkInterfaces"
	FargateVCPUs      = "fargateVCPUs"
	SpotVCPUs         = "fargateSpotVCPUs"
	Subnets           = "subnets"
	Keys              = "kmsKeys"
	Buckets           = "buckets"
	DBInstances       = "dbInstances"
	EventRules        = "eventRules"
	ScannedBuckets    = "malwareScannedBuckets"
	TransferServers   = "transferServers"
	VPCs              = "vpcs"
	Addresses         = "elasticIPs"
	Balancers         = "applicationLoadBalancers"
)

// Quota is one service quota.
type Quota struct {
	// Name is how the configuration calls it.
	Name string
	// Title is what is counted, as Service Quotas calls it.
	Title string
	// Scope is what it is counted over.
	Scope Scope
	// Default is what a new account has, 1 or more.
	Default int
	// Adjustable says that AWS raises it on request.
	Adjustable bool
	// Most is the largest value that AWS grants; 0 where none is published.
	Most int
	// Service and Code are what Service Quotas knows it by. They are empty where it does
	// not, or where the code is not known.
	Service, Code string
	// Source is where Default is published.
	Source string
}

// All returns every quota, in the order in which they are shown.
func All() []Quota {
	const (
		aws      = "docs.aws.amazon.com/"
		balancer = aws + "elasticloadbalancing/latest/application/load-balancer-limits.html"
		iam      = aws + "IAM/latest/UserGuide/reference_iam-quotas.html"
		vpc      = aws + "vpc/latest/userguide/amazon-vpc-limits.html"
		elb      = "elasticloadbalancing"
	)
	return []Quota{
		{Name: CellSlots, Title: "cell slots", Scope: PerVPC, Default: 64, Source: "the address plan"},
		{Name: TargetGroups, Title: "target groups", Scope: PerBalancer, Default: 100, Service: elb, Code: "L-822D1B1B", Source: balancer},
		{Name: ListenerRules, Title: "listener rules", Scope: PerBalancer, Default: 100, Adjustable: true, Service: elb, Code: "L-7EED9B64", Source: balancer},
		// The default certificate of a listener does not count.
		{Name: Certificates, Title: "certificates beside the default one", Scope: PerBalancer, Default: 25, Adjustable: true, Service: elb, Code: "L-9365A611", Source: balancer},
		{Name: Roles, Title: "IAM roles", Scope: PerAccount, Default: 1000, Adjustable: true, Most: 5000, Service: "iam", Code: "L-FE177D64", Source: iam},
		{Name: Policies, Title: "customer managed policies", Scope: PerAccount, Default: 1500, Adjustable: true, Most: 5000, Service: "iam", Code: "L-E95E4862", Source: iam},
		{Name: SecurityGroups, Title: "security groups", Scope: PerRegion, Default: 2500, Adjustable: true, Service: "vpc", Code: "L-E79EC296", Source: vpc},
		{Name: NetworkInterfaces, Title: "network interfaces", Scope: PerRegion, Default: 5000, Adjustable: true, Service: "vpc", Code: "L-DF5E4CA3", Source: vpc},
		{Name: FargateVCPUs, Title: "Fargate On-Demand vCPUs", Scope: PerRegion, Default: 6, Adjustable: true, Service: "fargate", Code: "L-3032A538", Source: aws + "AmazonECS/latest/developerguide/service-quotas.html"},
		{Name: SpotVCPUs, Title: "Fargate Spot vCPUs", Scope: PerRegion, Default: 6, Adjustable: true, Service: "fargate", Code: "L-36FBB829", Source: aws + "AmazonECS/latest/developerguide/service-quotas.html"},
		{Name: Subnets, Title: "subnets", Scope: PerVPC, Default: 200, Adjustable: true, Service: "vpc", Code: "L-407747CB", Source: vpc},
		{Name: Keys, Title: "KMS keys", Scope: PerRegion, Default: 100000, Adjustable: true, Service: "kms", Code: "L-C2F1777E", Source: aws + "kms/latest/developerguide/resource-limits.html"},
		{Name: Buckets, Title: "buckets", Scope: PerAccount, Default: 10000, Adjustable: true, Most: 1000000, Service: "s3", Code: "L-DC2B2D3D", Source: aws + "AmazonS3/latest/userguide/BucketRestrictions.html"},
		{Name: DBInstances, Title: "RDS instances", Scope: PerRegion, Default: 40, Adjustable: true, Service: "rds", Code: "L-7B6409FD", Source: aws + "AmazonRDS/latest/UserGuide/CHAP_Limits.html"},
		// In af-south-1 and eu-south-1 it is 100.
		{Name: EventRules, Title: "EventBridge rules", Scope: PerRegion, Default: 300, Adjustable: true, Service: "events", Code: "L-244521F2", Source: aws + "eventbridge/latest/userguide/eb-quota.html"},
		{Name: ScannedBuckets, Title: "buckets protected by Malware Protection for S3", Scope: PerRegion, Default: 25, Adjustable: true, Service: "guardduty", Source: aws + "guardduty/latest/ug/malware-protection-s3-quotas-guardduty.html"},
		{Name: TransferServers, Title: "Transfer Family servers", Scope: PerRegion, Default: 50, Adjustable: true, Service: "transfer", Source: aws + "general/latest/gr/transfer-service.html"},
		{Name: VPCs, Title: "VPCs", Scope: PerRegion, Default: 5, Adjustable: true, Service: "vpc", Code: "L-F678F1CE", Source: vpc},
		{Name: Addresses, Title: "Elastic IP addresses", Scope: PerRegion, Default: 5, Adjustable: true, Service: "ec2", Code: "L-0263D0A3", Source: vpc},
		{Name: Balancers, Title: "application load balancers", Scope: PerRegion, Default: 50, Adjustable: true, Service: elb, Code: "L-53DA6B97", Source: balancer},
	}
}

// Find returns the quota of a name and reports whether there is one.
func Find(name string) (Quota, bool) {
	for _, q := range All() {
		if q.Name == name {
			return q, true
		}
	}
	return Quota{}, false
}

// Raisable returns the names of the quotas that AWS raises, in the order of All.
func Raisable() []string {
	var names []string
	for _, q := range All() {
		if q.Adjustable {
			names = append(names, q.Name)
		}
	}
	return names
}
