package aws

// The tokens of AWS Backup, but for the settings of a region, which every account has.
const (
	tokBackupVault       = "aws:backup/vault:Vault"
	tokVaultPolicy       = "aws:backup/vaultPolicy:VaultPolicy"
	tokVaultLock         = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
	tokVaultNotices      = "aws:backup/vaultNotifications:VaultNotifications"
	tokBackupPlan        = "aws:backup/plan:Plan"
	tokBackupSelection   = "aws:backup/selection:Selection"
	tokRestoreTest       = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
	tokRestoreSelection  = "aws:backup/restoreTestingSelection:RestoreTestingSelection"
	tokBackupReport      = "aws:backup/reportPlan:ReportPlan"
	tokBackupGlobalRules = "aws:backup/globalSettings:GlobalSettings"
)
