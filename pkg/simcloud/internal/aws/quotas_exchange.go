package aws

// exchangeQuotas are those of exchangeKinds.
func exchangeQuotas() map[string]quota {
	const transferPage = "docs.aws.amazon.com/general/latest/gr/transfer-service.html"
	return map[string]quota{
		"transfer servers per region":  {50, transferPage},
		"users per transfer server":    {10000, transferPage},
		"SSH keys per transfer user":   {10, transferPage},
		"malware plans per region":     {25, "docs.aws.amazon.com/guardduty/latest/ug/malware-protection-s3-quotas-guardduty.html"},
		"certificates per balancer":    {25, "docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"},
		"scheduled actions per target": {200, "docs.aws.amazon.com/general/latest/gr/as-app.html"},
	}
}
