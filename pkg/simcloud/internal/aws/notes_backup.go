package aws

// backupNotes are those of backupKinds.
func backupNotes() map[string]Note {
	const ofVault = "The vault exists, in the provider's account and region."
	return map[string]Note{
		tokBackupVault:       {"The name is unique in the region; a key exists.", "Its policy, lock and notifications go with it. Nothing backs up, so every vault is empty: a real one with recovery points stays, whatever forceDestroy says once its lock is immutable.", "Recovery points: recoveryPoints is 0. The vault Default, which the console makes."},
		tokVaultPolicy:       {ofVault + " The document parses, has backup actions only and names principals that exist.", freely, "Its size."},
		tokVaultLock:         {ofVault + " The shortest retention is not longer than the longest; a grace time has three days or more.", "In governance mode and during the grace time always; after it InvalidRequestException for ever, and a change (a replacement) is refused for the same reason.", "Retentions are not compared with those of the plans that fill the vault: the real job fails."},
		tokVaultNotices:      {ofVault + " The topic exists in the region and lets Backup publish (stricter than Backup, which drops the message).", freely, "Nothing is sent."},
		tokBackupPlan:        {"Vaults exist, also those that copies go to in other regions and accounts (stricter than Backup, whose copy job fails); windows, schedules and lifecycles fit; a continuous backup is kept 35 days at most and not in cold storage. No second plan has the same document.", "InvalidRequestException while it has selections.", "Whether the vault of another account lets copies in and the organization allows them; jobs."},
		tokBackupSelection:   {"The plan exists; the role exists and trusts Backup; it selects something; conditions are on tags of resources.", freely, "The resources that are named: Backup does not look them up either. The rights of the role."},
		tokRestoreTest:       {"The name is unique in the region; vaults that are named exist (stricter than Backup); the schedule has its form.", "InvalidRequestException while it has selections.", "Nothing is restored."},
		tokRestoreSelection:  {"The plan exists; the role exists and trusts Backup; the type can be tested; the name is unique in the plan.", freely, "The resources that are named; overrides are kept as written."},
		tokBackupReport:      {"The name is unique in the region; the bucket exists.", freely, "Whether the bucket's policy lets AWSServiceRoleForBackupReports write; frameworks and the reports on them; reports."},
		tokBackupGlobalRules: {"Names of settings, true or false.", "The settings stay as they are, as in AWS Backup.", "The simulated cloud has no organizations: any account may set what only the management account may."},
	}
}
