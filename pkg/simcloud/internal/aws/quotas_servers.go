package aws

// serverQuotas are those of serverKinds.
func serverQuotas() map[string]quota {
	const scalingPage = "docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html"
	const templatePage = "docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-launch-templates.html"
	const wafPage = "docs.aws.amazon.com/waf/latest/developerguide/limits.html"
	const dnsPage = "docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html"
	const iamPage = "docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
	return map[string]quota{
		"launch templates per region":           {5000, templatePage},
		"versions per launch template":          {10000, templatePage},
		"Auto Scaling groups per region":        {500, scalingPage},
		"lifecycle hooks per group":             {50, scalingPage},
		"target groups per Auto Scaling group":  {50, scalingPage},
		"instance profiles per account":         {1000, iamPage},
		"capacity providers per cluster":        {20, "docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"},
		"web ACLs per region":                   {100, wafPage},
		"WCU per web ACL":                       {5000, wafPage},
		"IP sets per region":                    {100, wafPage},
		"addresses per IP set":                  {10000, wafPage},
		"namespaces per region":                 {50, "docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-limits.html"},
		"secrets per region":                    {500000, "docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html"},
		"parameters per region":                 {10000, "docs.aws.amazon.com/general/latest/gr/ssm.html"},
		"resolver endpoints per region":         {4, dnsPage},
		"addresses per resolver endpoint":       {6, dnsPage},
		"resolver rules per region":             {1000, dnsPage},
		"target addresses per resolver rule":    {6, dnsPage},
		"resolver rule associations per region": {2000, dnsPage},
		"log resource policies per region":      {10, "docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html"},
		"repositories per region":               {100000, "docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html"},
	}
}
