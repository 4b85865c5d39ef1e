package config_test

import "testing"

func TestErrorsOfStorage(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"days that contradict each other", cell("storage:", "  buckets:",
			"    - {name: a, infrequentAccessDays: 90, glacierDays: 119}",
			"    - {name: b, glacierDays: 100, expireDays: 100}",
			"    - {name: c, expireDays: 365, objectLockDays: 365}"), []string{
			`configs/clients/acme/cell.yaml:7:56: storage.buckets[a].glacierDays: objects would move to Glacier after 119 days, want at least 30 days after they move to infrequent access (90) (set glacierDays to 120 or more, or infrequentAccessDays: 0)`,
			`configs/clients/acme/cell.yaml:8:30: storage.buckets[b].glacierDays: objects would expire after 100 days, not later than they move to Glacier (100) (expire them later, or set glacierDays: 0)`,
			`configs/clients/acme/cell.yaml:9:50: storage.buckets[c].objectLockDays: objects are locked for 365 days, but would expire after 365 (expire them later than the lock ends, or lock them shorter)`,
		}},
		{"what needs versions", cell("kms: {multiRegion: true}", "storage: {buckets: [{name: a, versioning: false, objectLockDays: 1, replicateTo: us-west-2}]}"), []string{
			`configs/clients/acme/cell.yaml:6:66: storage.buckets[a].objectLockDays: a bucket without versioning cannot be locked (set versioning: true, or objectLockDays: 0)`,
			`configs/clients/acme/cell.yaml:6:82: storage.buckets[a].replicateTo: a bucket without versioning cannot be copied to another region (set versioning: true, or remove replicateTo)`,
		}},
	})
}

func TestGlacierFollowsInfrequentAccess(t *testing.T) {
	t.Parallel()
	mustLoad(t, cell("storage: {buckets: [{name: a, infrequentAccessDays: 90, glacierDays: 120, expireDays: 365, objectLockDays: 364}, {name: b, glacierDays: 1, expireDays: 2}]}"))
}
