package aws_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/simcloud/internal/aws"
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// TestComplianceLocksStayAfterTheirGraceTime takes a vault's lock away before and after it became immutable.
func TestComplianceLocksStayAfterTheirGraceTime(t *testing.T) {
	t.Parallel()
	const graceDays = 3
	for _, tc := range []struct {
		name  string
		lock  map[string]any
		after time.Duration
		want  string
	}{
		{"governance, years later", map[string]any{"minRetentionDays": float64(7)}, 10000 * time.Hour, ""},
		{"compliance, in its grace time", map[string]any{"changeableForDays": float64(graceDays)}, graceDays * 24 * time.Hour, ""},
		{"compliance, after it", map[string]any{"changeableForDays": float64(graceDays)}, graceDays*24*time.Hour + time.Second, "InvalidRequestException: The Vault Lock configuration of backup vault acme is immutable"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
			e := &resource.Engine{
				Plugin: &resource.Plugin{Schema: load(t), Kinds: aws.Kinds(), Explain: func(r resource.Refusal) error { return r.Fault }},
				Store:  s, Limits: aws.Limits(), Now: func() time.Time { return now }, Wait: func(context.Context, time.Duration) error { return nil },
			}
			session := resource.Session{Account: "111122223333", Region: "us-east-1"}
			make := func(name, token string, in map[string]any) (string, error) {
				id, _, err := e.Create(context.Background(), session, aws.Kinds()[token], "urn:pulumi:dev::cell::"+token+"::"+name, in, 0)
				return id, err
			}
			const vault, lock = "aws:backup/vault:Vault", "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
			if _, err := make("vault", vault, map[string]any{"name": "acme"}); err != nil {
				t.Fatal(err)
			}
			tc.lock["backupVaultName"] = "acme"
			id, err := make("lock", lock, tc.lock)
			if err != nil {
				t.Fatal(err)
			}
			now = now.Add(tc.after)
			refused := func(what string, err error) {
				t.Helper()
				if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
					t.Errorf("%s: %v, want %q", what, err, tc.want)
				}
			}
			_, err = make("other", lock, map[string]any{"backupVaultName": "acme", "minRetentionDays": float64(1)})
			refused("another lock", err)
			refused("taking the lock away", e.Delete(session, aws.Kinds()[lock], id))
		})
	}
}
