package config_test

import "testing"

func TestErrorsOfBackup(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"days and a lock", cell("deletionProtection: false", "backup: {enabled: true, dailyDays: 36, monthlyDays: 30, yearlyDays: 365, lock: compliance}"), []string{
			`configs/clients/acme/cell.yaml:6:36: backup.dailyDays: 36 is out of range, want 1 to 35`,
			`configs/clients/acme/cell.yaml:6:53: backup.monthlyDays: 30 is out of range, want 0 or 31 to 3650 (a backup is kept until the next is there; 0: none is made)`,
			`configs/clients/acme/cell.yaml:6:69: backup.yearlyDays: 365 is out of range, want 0 or 366 to 36500 (a backup is kept until the next is there; 0: none is made)`,
			`configs/clients/acme/cell.yaml:6:80: backup.lock: nobody can ever delete a vault with lock compliance, but deletionProtection is false at configs/clients/acme/cell.yaml:5:21 (set lock: governance, or deletionProtection: true)`,
		}},
		{"nothing to back up", cell("storage: {buckets: [{name: inbound, versioning: false}]}", "backup: {enabled: true}"), []string{
			`configs/clients/acme/cell.yaml:6:19: backup.enabled: there is nothing to back up: no bucket with versioning, no database, no file system (set backup.enabled: false)`,
		}},
		{"a vault that nobody can delete", cell("deletionProtection: false", "backup: {enabled: true, lock: compliance}"), []string{
			`configs/clients/acme/cell.yaml:6:31: backup.lock: nobody can ever delete a vault with lock compliance, but deletionProtection is false at configs/clients/acme/cell.yaml:5:21 (set lock: governance, or deletionProtection: true)`,
		}},
	})
}

func TestBackupsThatAreKept(t *testing.T) {
	t.Parallel()
	mustLoad(t, cell("deletionProtection: true", "backup: {enabled: true, monthlyDays: 31, yearlyDays: 366, lock: compliance}"))
	mustLoad(t, cell("deletionProtection: false", "backup: {enabled: true, monthlyDays: 0, yearlyDays: 0, lock: governance}"))
	mustLoad(t, cell("storage: {enabled: false}", "backup: {enabled: false}"))
}
