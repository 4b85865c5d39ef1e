package aws

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// backupService is the principal that backs up and restores.
const backupService = "backup.amazonaws.com"

// checkVaultName follows docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupVault.html.
func checkVaultName(v *resource.Validation, property string) {
	if v.In.Known(property) && !regexp.MustCompile(`^[0-9A-Za-z_-]{2,50}$`).MatchString(v.In.Str(property)) {
		v.Fail(property, "invalid value for %s (must be 2 to 50 alphanumeric characters, hyphens and underscores): %q", property, v.In.Str(property))
	}
}

func vaultARN(account, region, name string) string {
	return fmt.Sprintf("arn:aws:backup:%s:%s:backup-vault:%s", region, account, name)
}

func backupVault() *resource.Kind {
	return &resource.Kind{
		Token: tokBackupVault, Service: "Backup", Noun: "Backup Vault", CreateOp: "CreateBackupVault", UpdateOp: "TagResource", DeleteOp: "DeleteBackupVault",
		Naming: &resource.Naming{Property: "name", Max: 50},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name", "kmsKeyArn"}, Why: "a vault is its name and is made with its key"}},
			Computed: []string{"kmsKeyArn"},
			Defaults: map[string]any{"forceDestroy": false},
			Formats:  map[string]schema.Format{"kmsKeyArn": schema.ARN},
		},
		Validate: func(v *resource.Validation) { checkVaultName(v, "name") },
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			c.Obj.ARN = vaultARN(c.Account, c.Region, c.Obj.ID)
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("AlreadyExistsException", "Backup vault with the same name already exists")
			}
			if inRegion(c) >= c.Limits["backup vaults per region"] {
				return resource.Faultf("LimitExceededException", "You have reached the maximum number of backup vaults: %d", c.Limits["backup vaults per region"])
			}
			c.Out("recoveryPoints", 0)
			return nil
		},
		Apply: func(c *resource.Call) error {
			key := c.In.Str("kmsKeyArn")
			if key == "" {
				c.Default("kmsKeyArn", fmt.Sprintf("arn:aws:kms:%s:%s:key/%s", c.Region, c.Account, c.UUID("aws/backup")))
				return nil
			}
			if _, err := needKey(c, key); err != nil {
				return resource.Faultf("InvalidParameterValueException", "The KMS key %s does not exist or cannot be used", key)
			}
			return nil
		},
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokVaultPolicy, tokVaultLock, tokVaultNotices))
			return nil
		},
	}
}

// needVault returns the vault of the caller's account and region that has the name.
func needVault(c *resource.Call, name string) (*store.Object, error) {
	if v := c.Regional(tokBackupVault, name); v != nil {
		return v, nil
	}
	return nil, resource.Faultf("ResourceNotFoundException", "Backup vault with name %s does not exist or is not accessible", name)
}

// vaultByARN is a vault of any account and region, or nil.
func vaultByARN(c *resource.Call, arn string) *store.Object {
	parts := strings.Split(arn, ":")
	if len(parts) != 7 || parts[2] != "backup" || parts[5] != "backup-vault" {
		return nil
	}
	return c.Use(store.Key{Type: tokBackupVault, Account: parts[4], Region: parts[3], ID: parts[6]})
}

// vaultPart is what a vault has once and has no id of its own: creating it takes the place of what is there.
func vaultPart(token, noun, op, remove string) *resource.Kind {
	return &resource.Kind{
		Token: token, Service: "Backup", Noun: noun, CreateOp: op, UpdateOp: op, DeleteOp: remove,
		Upsert:   true,
		Validate: func(v *resource.Validation) { checkVaultName(v, "backupVaultName") },
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("backupVaultName"); return nil },
		Apply: func(c *resource.Call) error {
			vault, err := needVault(c, c.In.Str("backupVaultName"))
			if err != nil {
				return err
			}
			c.Out("backupVaultArn", vault.ARN)
			return nil
		},
	}
}

func vaultPolicy() *resource.Kind {
	k := vaultPart(tokVaultPolicy, "Backup Vault Policy", "PutBackupVaultAccessPolicy", "DeleteBackupVaultAccessPolicy")
	kind := policyKind{Size: math.MaxInt, Spaces: true, Principal: true, Resource: true, Actions: "backup", WrongAction: "The specified policy has an action of another service",
		Malformed: "InvalidParameterValueException: The specified policy cannot be added to the vault"}
	k.Rules = schema.Rules{
		Replaces: []schema.Replace{{Properties: []string{"backupVaultName"}, Why: "it is the vault's"}},
		JSON:     []string{"policy"},
		Strings:  []string{"policy"},
		Formats:  map[string]schema.Format{"policy": schema.JSONDocument},
	}
	name, vault := k.Validate, k.Apply
	k.Validate = func(v *resource.Validation) {
		name(v)
		checkPolicy(v, "policy", kind)
	}
	k.Apply = func(c *resource.Call) error {
		if err := vault(c); err != nil {
			return err
		}
		return checkPrincipals(c, c.In.Str("policy"), "InvalidParameterValueException", "The specified policy cannot be added to the vault because of an invalid principal")
	}
	return k
}

// longestRetention is in days. Source: docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html.
const longestRetention = 36500

// vaultLock is governance's, or compliance's when it has a grace time: after that nobody can take it away.
func vaultLock() *resource.Kind {
	k := vaultPart(tokVaultLock, "Backup Vault Lock Configuration", "PutBackupVaultLockConfiguration", "DeleteBackupVaultLockConfiguration")
	k.Rules = schema.Rules{
		Immutable: "the provider has no update",
		Ranges: map[string]schema.Range{
			"changeableForDays": {Min: 3, Max: longestRetention}, "minRetentionDays": {Min: 1, Max: longestRetention}, "maxRetentionDays": {Min: 1, Max: longestRetention},
		},
	}
	name, identify := k.Validate, k.Identify
	k.Validate = func(v *resource.Validation) {
		name(v)
		low, high := v.In.Int("minRetentionDays"), v.In.Int("maxRetentionDays")
		if v.In.Known("minRetentionDays") && v.In.Known("maxRetentionDays") && low > high {
			v.Fail("maxRetentionDays", "InvalidParameterValueException: MaxRetentionDays (%d) must be greater than or equal to MinRetentionDays (%d)", high, low)
		}
	}
	k.Identify = func(c *resource.Call) error {
		_ = identify(c)
		if there := c.Tx.Get(c.Obj.Key); there != nil && lockedForEver(there, c.Now) {
			return immutableLock(c.Obj.ID)
		}
		return nil
	}
	k.Remove = func(c *resource.Call) error {
		if lockedForEver(c.Obj, c.Now) {
			return immutableLock(c.Obj.ID)
		}
		return nil
	}
	return k
}

// lockedForEver says whether a lock's grace time is over.
func lockedForEver(lock *store.Object, now time.Time) bool {
	days := resource.Props(lock.Inputs).Int("changeableForDays")
	return days > 0 && now.After(lock.Created.Add(time.Duration(days)*24*time.Hour))
}

func immutableLock(vault string) error {
	return resource.Faultf("InvalidRequestException", "The Vault Lock configuration of backup vault %s is immutable: its grace time is over", vault)
}

// vaultEvents are the events that a vault can tell of. Source:
// docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultNotifications.html.
func vaultEvents() []string {
	return []string{
		"BACKUP_JOB_STARTED", "BACKUP_JOB_COMPLETED", "BACKUP_JOB_SUCCESSFUL", "BACKUP_JOB_FAILED", "BACKUP_JOB_EXPIRED", "RESTORE_JOB_STARTED", "RESTORE_JOB_COMPLETED",
		"RESTORE_JOB_SUCCESSFUL", "RESTORE_JOB_FAILED", "COPY_JOB_STARTED", "COPY_JOB_SUCCESSFUL", "COPY_JOB_FAILED", "RECOVERY_POINT_MODIFIED", "BACKUP_PLAN_CREATED",
		"BACKUP_PLAN_MODIFIED", "S3_BACKUP_OBJECT_FAILED", "S3_RESTORE_OBJECT_FAILED", "CONTINUOUS_BACKUP_INTERRUPTED", "RECOVERY_POINT_INDEX_COMPLETED",
		"RECOVERY_POINT_INDEX_DELETED", "RECOVERY_POINT_INDEXING_FAILED",
	}
}

func vaultNotices() *resource.Kind {
	k := vaultPart(tokVaultNotices, "Backup Vault Notifications", "PutBackupVaultNotifications", "DeleteBackupVaultNotifications")
	k.Rules = schema.Rules{
		Immutable: "the provider has no update",
		Sets:      []string{"backupVaultEvents"},
		Enums:     map[string][]string{"backupVaultEvents": vaultEvents()},
		Formats:   map[string]schema.Format{"snsTopicArn": schema.ARN},
	}
	vault := k.Apply
	k.Apply = func(c *resource.Call) error {
		if err := vault(c); err != nil {
			return err
		}
		arn := c.In.Str("snsTopicArn")
		topic := findTopic(c, arn)
		if topic == nil {
			return resource.Faultf("InvalidParameterValueException", "The SNS topic %s does not exist in region %s", arn, c.Region)
		}
		if !newServiceCall(c, backupService, "sns:Publish", arn, vaultARN(c.Account, c.Region, c.Obj.ID)).allowedBy(topicPolicyOf(c, topic)) {
			return resource.Faultf("InvalidParameterValueException", "The policy of SNS topic %s does not let %s publish", arn, backupService)
		}
		return nil
	}
	return k
}

// backupGlobalSettings are the account's.
func backupGlobalSettings() *resource.Kind {
	k := setting(tokBackupGlobalRules, "Backup", "Backup Global Settings", "UpdateGlobalSettings", "UpdateGlobalSettings", accountID)
	k.Global = true
	known := []string{"isCrossAccountBackupEnabled", "isDelegatedAdministratorEnabled", "isMpaEnabled"}
	k.Validate = func(v *resource.Validation) {
		settings := v.In.Obj("globalSettings")
		if len(settings) == 0 && v.In.Known("globalSettings") {
			v.Fail("globalSettings", "InvalidParameterValueException: Global settings must not be empty")
		}
		for _, name := range slices.Sorted(maps.Keys(settings)) {
			if !slices.Contains(known, name) {
				v.Fail("globalSettings."+name, "InvalidParameterValueException: Unknown global setting %s, expected one of %s", name, strings.Join(known, ", "))
			}
			if value, isText := settings[name].(string); isText && value != "true" && value != "false" && v.In.Known("globalSettings") {
				v.Fail("globalSettings."+name, "InvalidParameterValueException: Invalid value for global setting %s: %q, expected true or false", name, value)
			}
		}
	}
	return k
}
