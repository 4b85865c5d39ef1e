package simcloud_test

const (
	vaultType          = "aws:backup/vault:Vault"
	vaultPolicyType    = "aws:backup/vaultPolicy:VaultPolicy"
	vaultLockType      = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
	vaultNoticeType    = "aws:backup/vaultNotifications:VaultNotifications"
	topicRulesType     = "aws:sns/topicPolicy:TopicPolicy"
	backupPlanType     = "aws:backup/plan:Plan"
	backupChoiceType   = "aws:backup/selection:Selection"
	restoreTestType    = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
	restoreChoiceType  = "aws:backup/restoreTestingSelection:RestoreTestingSelection"
	backupReportType   = "aws:backup/reportPlan:ReportPlan"
	backupSettingsType = "aws:backup/globalSettings:GlobalSettings"
)

// ofCell is a condition on the tag of a cell's resources.
func ofCell() []any {
	return []any{props{"key": "aws:ResourceTag/cell", "value": "acme"}}
}

// backupRule is a rule of a plan that keeps backups in the vault of the name.
func backupRule(name, vault string, more props) props {
	return with(props{"ruleName": name, "targetVaultName": vault, "schedule": "cron(0 5 ? * * *)", "lifecycle": props{"deleteAfter": 35}}, more)
}

// backups adds what keeps, tests and reports a cell's backups.
func (w *world) backups() {
	role := w.add(roleType, "backup-role", props{"name": "backup", "assumeRolePolicy": serviceTrust("backup.amazonaws.com")})
	vault := w.add(vaultType, "vault", props{"name": "acme", "kmsKeyArn": w.res["key"].str("arn"), "tags": props{"cell": "acme"}})
	spare := w.add(vaultType, "spare-vault", props{"name": "acme-spare", "forceDestroy": true})
	w.add(vaultPolicyType, "vault-policy", props{"backupVaultName": "acme", "policy": document(
		`{"Effect":"Deny","Principal":"*","Action":["backup:DeleteRecoveryPoint","backup:UpdateRecoveryPointLifecycle"],"Resource":"*"}`)})
	w.add(vaultLockType, "vault-lock", props{"backupVaultName": "acme", "minRetentionDays": 7, "maxRetentionDays": 2192})
	topic := w.add(topicType, "vault-topic", props{"name": "backups"})
	w.add(topicRulesType, "vault-topic-policy", props{"arn": topic.str("arn"), "policy": document(
		`{"Effect":"Allow","Principal":{"Service":"backup.amazonaws.com"},"Action":"sns:Publish","Resource":"` + topic.str("arn") + `","Condition":{"StringEquals":{"aws:SourceAccount":"` + accountA + `"}}}`)})
	w.add(vaultNoticeType, "vault-notices", props{"backupVaultName": "acme", "snsTopicArn": topic.str("arn"), "backupVaultEvents": []any{"COPY_JOB_FAILED", "BACKUP_JOB_COMPLETED"}})
	plan := w.add(backupPlanType, "backup-plan", props{
		"name": "acme", "advancedBackupSettings": []any{props{"resourceType": "EC2", "backupOptions": props{"WindowsVSS": "enabled"}}},
		"rules": []any{
			backupRule("daily", "acme", props{"enableContinuousBackup": true, "copyActions": []any{props{"destinationVaultArn": spare.str("arn"), "lifecycle": props{"deleteAfter": 35}}}}),
			backupRule("yearly", "acme", props{"schedule": "cron(0 6 1 1 ? *)", "startWindow": 120, "completionWindow": 600, "scheduleExpressionTimezone": "America/New_York",
				"lifecycle": props{"coldStorageAfter": 90, "deleteAfter": 2192}, "recoveryPointTags": props{"cell": "acme"}}),
		},
	})
	w.add(backupChoiceType, "backup-choice", props{"name": "acme", "planId": plan.ID, "iamRoleArn": role.str("arn"), "resources": []any{"*"}, "conditions": []any{props{"stringEquals": ofCell()}}})
	w.add(restoreTestType, "restore-test", props{"name": "acme", "scheduleExpression": "cron(0 5 ? * SUN *)", "recoveryPointSelection": props{
		"algorithm": "LATEST_WITHIN_WINDOW", "includeVaults": []any{vault.str("arn")}, "recoveryPointTypes": []any{"SNAPSHOT", "CONTINUOUS"},
	}})
	w.add(restoreChoiceType, "restore-choice", props{"name": "databases", "restoreTestingPlanName": "acme", "protectedResourceType": "RDS", "iamRoleArn": role.str("arn"),
		"protectedResourceConditions": props{"stringEquals": ofCell()}, "validationWindowHours": 4})
	w.add(backupReportType, "backup-report", props{"name": "acme", "reportDeliveryChannel": props{"s3BucketName": w.res["bucket"].ID, "formats": []any{"JSON"}}, "reportSetting": props{"reportTemplate": "BACKUP_JOB_REPORT", "regions": []any{"us-east-1"}}})
	w.add(backupSettingsType, "backup-settings", props{"globalSettings": props{"isCrossAccountBackupEnabled": "true"}})
}
