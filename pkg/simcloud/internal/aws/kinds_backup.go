package aws

import "cellworks/pkg/simcloud/internal/resource"

// backupKinds are the resource types that keep, test and report backups.
func backupKinds() []*resource.Kind {
	return []*resource.Kind{
		backupVault(), vaultPolicy(), vaultLock(), vaultNotices(), backupPlan(), backupSelection(),
		restoreTest(), restoreSelection(), backupReport(), backupGlobalSettings(),
	}
}
