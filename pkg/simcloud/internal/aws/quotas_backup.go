package aws

// backupQuotas are those of backupKinds.
func backupQuotas() map[string]quota {
	const page = "docs.aws.amazon.com/aws-backup/latest/devguide/aws-backup-limits.html"
	return map[string]quota{
		"backup vaults per region":         {300, page},
		"backup plans per region":          {300, page},
		"rules per backup plan":            {10, page},
		"copy actions per backup rule":     {5, page},
		"selections per backup plan":       {100, page},
		"tags per backup selection":        {30, page},
		"restore testing plans per region": {100, page},
		"selections per restore test":      {30, page},
		"report plans per region":          {20, page},
	}
}
