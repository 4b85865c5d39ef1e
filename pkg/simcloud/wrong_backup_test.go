package simcloud_test

import (
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/simcloud"
)

func TestRefusesWrongVaults(t *testing.T) {
	t.Parallel()
	const noVault = `api error ResourceNotFoundException: Backup vault with name nowhere does not exist or is not accessible`
	elsewhere := props{"backupVaultName": "nowhere"}
	policy := func(statement string) func(*world) props {
		return changed("vault-policy", props{"policy": document(statement)})
	}
	refuses(t, []wrong{
		{"vault of the same name", vaultType, changed("vault", props{}), `api error AlreadyExistsException: Backup vault with the same name already exists`},
		{"vault with dots", vaultType, fixed(props{"name": "a.b"}), `name: invalid value for name`},
		{"vault with a key that is none", vaultType, fixed(props{"name": "keyless", "kmsKeyArn": "arn:aws:kms:us-east-1:111122223333:key/1"}), `InvalidParameterValueException: The KMS key arn:aws:kms:us-east-1:111122223333:key/1 does not exist`},

		{"policy of no vault", vaultPolicyType, changed("vault-policy", elsewhere), noVault},
		{"policy of another service", vaultPolicyType, policy(`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`), `The specified policy has an action of another service: "s3:*"`},
		{"policy of nobody", vaultPolicyType, policy(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/nobody"},"Action":"backup:*","Resource":"*"}`), `because of an invalid principal: "AWS":"arn:aws:iam::111122223333:role/nobody"`},
		{"policy without a resource", vaultPolicyType, policy(`{"Effect":"Deny","Principal":"*","Action":"backup:*"}`), `The specified policy cannot be added to the vault`},

		{"lock of no vault", vaultLockType, changed("vault-lock", elsewhere), noVault},
		{"lock with little time to think", vaultLockType, changed("vault-lock", props{"changeableForDays": 2}), `expected changeableForDays to be in the range (3 - 36500), got 2`},
		{"lock that is empty", vaultLockType, changed("vault-lock", props{"minRetentionDays": 9, "maxRetentionDays": 8}), `MaxRetentionDays (8) must be greater than or equal to MinRetentionDays (9)`},

		{"notices of no vault", vaultNoticeType, changed("vault-notices", elsewhere), noVault},
		{"notices of unknown events", vaultNoticeType, changed("vault-notices", props{"backupVaultEvents": []any{"BACKUP_DONE"}}), `got BACKUP_DONE`},
		{"notices to no topic", vaultNoticeType, changed("vault-notices", props{"snsTopicArn": "arn:aws:sns:us-east-1:111122223333:nowhere"}), `The SNS topic arn:aws:sns:us-east-1:111122223333:nowhere does not exist`},
		{"notices to a topic that keeps Backup out", vaultNoticeType, func(w *world) props {
			topic := w.create(topicType, "deaf", props{"name": "deaf"})
			w.create(topicRulesType, "deaf", props{"arn": topic.str("arn"), "policy": document(`{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sns:Publish","Resource":"` + topic.str("arn") + `"}`)})
			return with(w.res["vault-notices"].In, props{"snsTopicArn": topic.str("arn")})
		}, `does not let backup.amazonaws.com publish`},

		{"settings that are none", backupSettingsType, fixed(props{"globalSettings": props{"isCrossRegionEnabled": "true"}}), `globalSettings.isCrossRegionEnabled: InvalidParameterValueException: Unknown global setting`},
		{"settings that are perhaps", backupSettingsType, fixed(props{"globalSettings": props{"isCrossAccountBackupEnabled": "yes"}}), `expected true or false`},
		{"no settings", backupSettingsType, fixed(props{"globalSettings": props{}}), `Global settings must not be empty`},
	})
}

func TestRefusesWrongBackupPlans(t *testing.T) {
	t.Parallel()
	rule := func(more props) func(*world) props {
		return fixed(props{"name": "wrong", "rules": []any{backupRule("r", "acme", more)}})
	}
	copying := func(action props) func(*world) props { return rule(props{"copyActions": []any{action}}) }
	choice := func(change props) func(*world) props { return changed("backup-choice", change) }
	refuses(t, []wrong{
		{"same document", backupPlanType, changed("backup-plan", props{}), `api error AlreadyExistsException: Backup plan with the same plan document already exists`},
		{"vault that is none", backupPlanType, rule(props{"targetVaultName": "nowhere"}), `Error in rule r : Backup vault nowhere does not exist`},
		{"rule name with blanks", backupPlanType, rule(props{"ruleName": "a b"}), `rules[0].ruleName: invalid value for ruleName`},
		{"rate", backupPlanType, rule(props{"schedule": "rate(1 day)"}), `rules[0].schedule: InvalidParameterValueException: Error in rule r : Invalid schedule expression rate(1 day)`},
		{"time zone", backupPlanType, rule(props{"scheduleExpressionTimezone": "Mars"}), `Invalid timezone Mars`},
		{"short start window", backupPlanType, rule(props{"startWindow": 30}), `rules[0].startWindow: InvalidParameterValueException: Error in rule r : Invalid start window`},
		{"windows too near", backupPlanType, rule(props{"startWindow": 150}), `CompletionWindowMinutes (180) must be at least 60 minutes greater than StartWindowMinutes (150)`},
		{"short cold storage", backupPlanType, rule(props{"lifecycle": props{"coldStorageAfter": 30, "deleteAfter": 119}}), `Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays`},
		{"archive without cold storage", backupPlanType, rule(props{"lifecycle": props{"coldStorageAfter": 0, "optInToArchiveForSupportedResources": true}}), `OptInToArchiveForSupportedResources needs MoveToColdStorageAfterDays`},
		{"long continuous backup", backupPlanType, rule(props{"enableContinuousBackup": true, "lifecycle": props{"deleteAfter": 36}}), `DeleteAfterDays cannot be less than 1 or more than 35 days`},
		{"endless continuous backup", backupPlanType, rule(props{"enableContinuousBackup": true, "lifecycle": nil}), `DeleteAfterDays cannot be less than 1 or more than 35 days`},
		{"cold continuous backup", backupPlanType, rule(props{"enableContinuousBackup": true, "lifecycle": props{"deleteAfter": 35, "coldStorageAfter": 1}}), `MoveToColdStorageAfterDays is unavailable`},
		{"copy to no vault", backupPlanType, copying(props{"destinationVaultArn": "arn:aws:backup:us-west-2:111122223333:backup-vault:acme"}), `Destination backup vault arn:aws:backup:us-west-2:111122223333:backup-vault:acme does not exist`},
		{"copy to a topic", backupPlanType, copying(props{"destinationVaultArn": "arn:aws:sns:us-west-2:111122223333:acme"}), `Destination backup vault arn:aws:sns:us-west-2:111122223333:acme does not exist`},
		{"short cold storage of a copy", backupPlanType, func(w *world) props {
			return copying(props{"destinationVaultArn": w.res["spare-vault"].str("arn"), "lifecycle": props{"coldStorageAfter": 1, "deleteAfter": 2}})(w)
		}, `rules[0].copyActions[0].lifecycle: InvalidParameterValueException: Error in rule r : Invalid lifecycle.`},
		{"advanced settings of databases", backupPlanType, changed("backup-plan", props{"name": "a", "advancedBackupSettings": []any{props{"resourceType": "RDS", "backupOptions": props{"WindowsVSS": "enabled"}}}}), `got RDS`},
		{"advanced settings that are none", backupPlanType, changed("backup-plan", props{"name": "a", "advancedBackupSettings": []any{props{"resourceType": "EC2", "backupOptions": props{"Linux": "enabled"}}}}), `Invalid backup option Linux=enabled`},

		{"selection of no plan", backupChoiceType, choice(props{"planId": "1"}), `api error ResourceNotFoundException: Cannot find Backup plan with ID 1`},
		{"selection as nobody", backupChoiceType, choice(props{"iamRoleArn": "arn:aws:iam::111122223333:role/nobody"}), `IAM Role arn:aws:iam::111122223333:role/nobody cannot be assumed by AWS Backup`},
		{"selection as another's role", backupChoiceType, func(w *world) props { return choice(props{"iamRoleArn": w.res["timer"].str("arn")})(w) }, `cannot be assumed by AWS Backup`},
		{"selection of nothing", backupChoiceType, choice(props{"resources": nil, "conditions": nil}), `resources: InvalidParameterValueException: Invalid backup selection`},
		{"selection of a name", backupChoiceType, choice(props{"resources": []any{"acme"}}), `resources: InvalidParameterValueException: Invalid ARN: acme`},
		{"selection by a property", backupChoiceType, choice(props{"conditions": []any{props{"stringLikes": []any{props{"key": "cell", "value": "acme"}}}}}), `conditions[0].stringLikes[0].key: InvalidParameterValueException: Invalid condition key cell: it must begin with aws:ResourceTag/`},
		{"selection by likeness", backupChoiceType, choice(props{"selectionTags": []any{props{"type": "STRINGLIKE", "key": "a", "value": "b"}}}), `got STRINGLIKE`},
		{"selection with blanks", backupChoiceType, choice(props{"name": "a b"}), `name: invalid value for name`},
	})
}

func TestRefusesWrongRestoreTests(t *testing.T) {
	t.Parallel()
	points := func(change props) func(*world) props {
		return func(w *world) props {
			return with(within("restore-test", "recoveryPointSelection", change)(w), props{"name": "wrong"})
		}
	}
	choice := func(change props) func(*world) props {
		return changed("restore-choice", and(props{"name": "wrong"}, change))
	}
	report := func(property string, change props) func(*world) props {
		return func(w *world) props {
			return with(within("backup-report", property, change)(w), props{"name": "wrong"})
		}
	}
	refuses(t, []wrong{
		{"test of the same name", restoreTestType, changed("restore-test", props{}), `api error AlreadyExistsException: Restore testing plan with the name acme already exists`},
		{"test with hyphens", restoreTestType, changed("restore-test", props{"name": "a-b"}), `must contain only alphanumeric characters, and underscores`},
		{"test of no points", restoreTestType, changed("restore-test", props{"name": "a", "recoveryPointSelection": nil}), `recoveryPointSelection: recovery_point_selection must have a configuration value`},
		{"test of no vault", restoreTestType, points(props{"includeVaults": []any{"arn:aws:backup:us-east-1:111122223333:backup-vault:nowhere"}}), `backup-vault:nowhere does not exist`},
		{"test of something else", restoreTestType, points(props{"recoveryPointTypes": []any{"IMAGE"}}), `got IMAGE`},
		{"test by date", restoreTestType, changed("restore-test", props{"name": "a", "scheduleExpression": "at(2030-01-01T00:00:00)"}), `Invalid schedule expression`},
		{"test on Mars", restoreTestType, changed("restore-test", props{"name": "a", "scheduleExpressionTimezone": "Mars"}), `Invalid timezone Mars`},
		{"test for weeks", restoreTestType, changed("restore-test", props{"name": "a", "startWindowHours": 169}), `startWindowHours`},

		{"selection of the same name", restoreChoiceType, changed("restore-choice", props{}), `api error AlreadyExistsException: Restore testing selection with the name databases already exists`},
		{"selection of no test", restoreChoiceType, choice(props{"restoreTestingPlanName": "nowhere"}), `Cannot find restore testing plan with name nowhere`},
		{"selection of what is not tested", restoreChoiceType, choice(props{"protectedResourceType": "SQS"}), `got SQS`},
		{"selection of ARNs and conditions", restoreChoiceType, choice(props{"protectedResourceArns": []any{"*"}}), `protectedResourceArns`},
		{"selection of names", restoreChoiceType, choice(props{"protectedResourceConditions": nil, "protectedResourceArns": []any{"acme"}}), `value must be an ARN or "*"`},
		{"selection by a property", restoreChoiceType, choice(props{"protectedResourceConditions": props{"stringNotEquals": []any{props{"key": "cell", "value": "a"}}}}), `protectedResourceConditions.stringNotEquals[0].key`},
		{"selection as nobody", restoreChoiceType, choice(props{"iamRoleArn": "arn:aws:iam::111122223333:role/nobody"}), `cannot be assumed by AWS Backup`},

		{"report of the same name", backupReportType, changed("backup-report", props{}), `api error AlreadyExistsException: Report plan with the name acme already exists`},
		{"report with hyphens", backupReportType, changed("backup-report", props{"name": "a-b"}), `name: invalid value for name`},
		{"report to no bucket", backupReportType, report("reportDeliveryChannel", props{"s3BucketName": "nowhere"}), `The S3 bucket nowhere does not exist`},
		{"report of compliance", backupReportType, report("reportSetting", props{"reportTemplate": "CONTROL_COMPLIANCE_REPORT"}), `does not simulate frameworks`},
		{"report of no region", backupReportType, report("reportSetting", props{"regions": []any{"mars-1"}}), `Invalid region: mars-1`},
		{"report as a letter", backupReportType, report("reportDeliveryChannel", props{"formats": []any{"PDF"}}), `got PDF`},
	})
}

// TestBackupPlansOutliveTheirSelections deletes what is in use, and what is not.
func TestBackupPlansOutliveTheirSelections(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	refusesDelete(w, "backup-plan", "api error InvalidRequestException: Related backup plan selections must be deleted prior to backup plan deletion")
	refusesDelete(w, "restore-test", "cannot be deleted while it has restore testing selections")
	for _, name := range []string{"backup-choice", "backup-plan", "restore-choice", "restore-test", "vault"} {
		if err := w.delete(w.res[name]); err != nil {
			t.Errorf("deleting %s: %v", name, err)
		}
	}
	if lock := w.res["vault-lock"]; w.read(lock.URN, lock.ID).ID != "" {
		t.Error("the lock of a deleted vault is still there")
	}
}

// TestBackupsAreCopiedBetweenRegionsAndAccounts makes a plan that copies to vaults of other providers.
func TestBackupsAreCopiedBetweenRegionsAndAccounts(t *testing.T) {
	t.Parallel()
	server := serve(t, openCloud(t, simcloud.Options{Seed: "test"}))
	near := connect(t, server, "dev", accountA, "us-east-1")
	near.create(vaultType, "near", props{"name": "near"})
	far := connect(t, server, "far", accountA, "us-west-2").create(vaultType, "far", props{"name": "copies"})
	other := connect(t, server, "other", accountB, "us-east-1").create(vaultType, "other", props{"name": "copies"})
	in := props{"name": "copied", "rules": []any{backupRule("daily", "near", props{"copyActions": []any{
		props{"destinationVaultArn": far.str("arn")}, props{"destinationVaultArn": other.str("arn")},
	}})}}
	plan := near.create(backupPlanType, "plan", in)
	near.steady(plan, in)
	rule := plan.Out["rules"].([]any)[0].(props)
	if rule["startWindow"] != 60.0 || rule["completionWindow"] != 180.0 || rule["scheduleExpressionTimezone"] != "Etc/UTC" {
		t.Errorf("the rule is read back as %v, without the defaults of the service", rule)
	}
	version := plan.str("version")
	if err := near.update(plan, with(in, props{"rules": []any{backupRule("daily", "near", nil)}})); err != nil {
		t.Fatal(err)
	}
	if plan.str("version") == version {
		t.Error("a changed plan has the version that it had")
	}
}

// TestBackupChangesReplaceOrUpdate asks what the engine asks when a program changes one property.
func TestBackupChangesReplaceOrUpdate(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	for _, tc := range []struct {
		name, property string
		value          any
		replaces       bool
	}{
		{"vault", "kmsKeyArn", "arn:aws:kms:us-east-1:111122223333:key/2", true},
		{"vault", "tags", props{"cell": "zen"}, false},
		{"vault-policy", "policy", document(`{"Effect":"Deny","Principal":"*","Action":"backup:*","Resource":"*"}`), false},
		{"vault-lock", "minRetentionDays", 8, true},
		{"vault-lock", "changeableForDays", 3, true},
		{"vault-notices", "backupVaultEvents", []any{"COPY_JOB_FAILED"}, true},
		{"backup-plan", "name", "other", true},
		{"backup-plan", "rules", []any{backupRule("daily", "acme", nil)}, false},
		{"backup-choice", "resources", []any{"arn:aws:s3:::*"}, true},
		{"restore-test", "scheduleExpression", "cron(0 6 ? * SUN *)", false},
		{"restore-choice", "protectedResourceType", "S3", true},
		{"restore-choice", "validationWindowHours", 5, false},
		{"backup-report", "description", "jobs", false},
		{"backup-settings", "globalSettings", props{"isCrossAccountBackupEnabled": "false"}, false},
	} {
		d := w.diff(w.res[tc.name], with(w.res[tc.name].In, props{tc.property: tc.value}))
		if len(d.GetDiffs()) == 0 {
			t.Errorf("%s %s: a change makes no diff: %v", tc.name, tc.property, d)
		}
		if got := slices.ContainsFunc(d.GetReplaces(), func(p string) bool { return strings.HasPrefix(p, tc.property) }); got != tc.replaces {
			t.Errorf("%s: a change of %s replaces = %v, want %v", tc.name, tc.property, got, tc.replaces)
		}
	}
}
