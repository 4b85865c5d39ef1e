package simcloud_test

// beyondBackupQuotas is beyondQuotas for the quotas of AWS Backup.
func beyondBackupQuotas() map[string]beyond {
	rules := func(w *world, rules ...any) props {
		return with(w.res["backup-plan"].In, props{"name": "one-more", "rules": rules})
	}
	return map[string]beyond{
		"backup vaults per region": {0, vaultType, fixed(props{"name": "one-more"}), "LimitExceededException: You have reached the maximum number of backup vaults: 2"},
		"backup plans per region":  {0, backupPlanType, func(w *world) props { return rules(w, backupRule("a", "acme", nil)) }, "LimitExceededException: You have reached the maximum number of backup plans: 1"},
		"rules per backup plan": {2, backupPlanType, func(w *world) props {
			return rules(w, backupRule("a", "acme", nil), backupRule("b", "acme", nil), backupRule("c", "acme", nil))
		}, "LimitExceededException: A backup plan can have at most 2 rules, got 3"},
		"copy actions per backup rule": {1, backupPlanType, func(w *world) props {
			return rules(w, backupRule("copied", "acme", props{"copyActions": []any{
				props{"destinationVaultArn": w.res["spare-vault"].str("arn")}, props{"destinationVaultArn": w.res["vault"].str("arn")},
			}}))
		}, "a rule can have at most 1 copy actions, got 2"},
		"selections per backup plan": {1, backupChoiceType, func(w *world) props { return with(w.res["backup-choice"].In, props{"name": "one-more"}) }, "LimitExceededException: You have reached the maximum number of resource assignments of backup plan"},
		"tags per backup selection": {1, backupChoiceType, func(w *world) props {
			tag := func(key string) props { return props{"type": "STRINGEQUALS", "key": key, "value": "x"} }
			return with(w.res["backup-choice"].In, props{"name": "tagged", "selectionTags": []any{tag("a"), tag("b")}})
		}, "LimitExceededException: A backup selection can have at most 1 tags, got 2"},
		"restore testing plans per region": {0, restoreTestType, func(w *world) props { return with(w.res["restore-test"].In, props{"name": "one_more"}) }, "LimitExceededException: You have reached the maximum number of restore testing plans: 1"},
		"selections per restore test":      {1, restoreChoiceType, func(w *world) props { return with(w.res["restore-choice"].In, props{"name": "one_more"}) }, "LimitExceededException: You have reached the maximum number of selections of restore testing plan acme: 1"},
		"report plans per region":          {0, backupReportType, func(w *world) props { return with(w.res["backup-report"].In, props{"name": "one_more"}) }, "LimitExceededException: You have reached the maximum number of report plans: 1"},
	}
}
