package aws

// dataQuotas are those of dataKinds.
func dataQuotas() map[string]quota {
	const databasePage = "docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html"
	const auroraPage = "docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html"
	const cachePage = "docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html"
	return map[string]quota{
		// Those of clusters included.
		"DB instances per region":                {40, databasePage},
		"DB clusters per region":                 {40, databasePage},
		"DB subnet groups per region":            {50, databasePage},
		"subnets per DB subnet group":            {20, databasePage},
		"DB parameter groups per region":         {50, databasePage},
		"DB cluster parameter groups per region": {50, databasePage},
		"DB snapshots per region":                {100, databasePage},
		"DB cluster snapshots per region":        {100, databasePage},
		"DB event subscriptions per region":      {20, databasePage},
		"DB proxies per region":                  {20, databasePage},
		"read replicas per DB instance":          {15, databasePage},
		// One that writes and 15 that read.
		"instances per DB cluster":          {16, auroraPage},
		"cache nodes per region":            {300, cachePage},
		"cache nodes per cluster":           {90, cachePage},
		"cache subnet groups per region":    {300, cachePage},
		"subnets per cache subnet group":    {20, cachePage},
		"cache parameter groups per region": {300, cachePage},
		"cache users per region":            {2000, cachePage},
		"cache user groups per region":      {200, cachePage},
		"users per cache user group":        {100, cachePage},
	}
}
