package aws

// identityQuotas are those of networkAndIdentityKinds.
func identityQuotas() map[string]quota {
	const vpcPage = "docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"
	const dnsPage = "docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html"
	const iamPage = "docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
	const analyzerPage = "docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-quotas.html"
	return map[string]quota{
		"gateway endpoints per region":        {20, vpcPage},
		"interface endpoints per VPC":         {50, vpcPage},
		"peerings per VPC":                    {50, vpcPage},
		"outstanding peering requests":        {25, vpcPage},
		"VPCs per private zone":               {300, dnsPage},
		"authorizations per zone":             {1000, dnsPage},
		"query log configurations per region": {20, dnsPage},
		"VPCs per query log configuration":    {100, dnsPage},
		"OIDC providers per account":          {100, iamPage},
		"client ids per OIDC provider":        {100, iamPage},
		"thumbprints per OIDC provider":       {5, iamPage},
		"SAML providers per account":          {100, iamPage},
		"analyzers of a type per region":      {1, analyzerPage},
		"archive rules per analyzer":          {100, analyzerPage},
	}
}
