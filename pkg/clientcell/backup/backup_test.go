package backup_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/backup"
	"cellworks/pkg/config"
	"cellworks/pkg/provider"
	"cellworks/pkg/pulumitest"
)

const west = "us-west-2"

func complete() backup.Args {
	return backup.Args{
		Client: "acme", AccountID: "111122223333", Region: "us-east-1",
		Config: config.CellBackup{Enabled: true, DailyDays: 35, MonthlyDays: 365, YearlyDays: 2192, CopyRegion: west, Lock: config.BackupLockGovernance, RestoreTest: true},
		Resources: map[string]backup.Resource{
			"bucket-archive": {Kind: backup.Bucket, ARN: pulumi.String("arn:aws:s3:::meridian-acme-us-east-1-archive")},
			"database":       {Kind: backup.Database, ARN: pulumi.String("arn:aws:rds:us-east-1:111122223333:db:acme")},
			"files":          {Kind: backup.FileSystem, ARN: pulumi.String("arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/fs-1")},
		},
		KeyARN:              pulumi.String("arn:aws:kms:us-east-1:111122223333:key/mrk-1"),
		TopicARN:            pulumi.String("arn:aws:sns:us-east-1:111122223333:alerts"),
		PermissionsBoundary: pulumi.String("arn:aws:iam::111122223333:policy/platform-service-boundary"),
		DeletionProtection:  true,
	}
}

func record(t *testing.T, args backup.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		there, err := provider.AWS(ctx, "aws-"+west, provider.Args{Account: config.Account{Name: "nonprod", ID: args.AccountID}, Role: "deploy/pulumi-cell", Region: west})
		if err != nil {
			return err
		}
		if args.Config.CopyRegion != "" {
			args.Copy = &backup.Region{Name: west, Provider: there, KeyARN: pulumi.String("arn:aws:kms:us-west-2:111122223333:key/mrk-1")}
		}
		_, err = backup.New(ctx, "acme", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestEverythingIsBackedUpCopiedAndTested(t *testing.T) {
	t.Parallel()
	recording := record(t, complete())
	recording.Golden(t, "backup")
	for _, vault := range recording.OfType("aws:backup/vault:Vault") {
		if !vault.Protect {
			t.Errorf("%s is not protected", vault.URN)
		}
	}
}

func TestOnlyLocksOfComplianceAreForEver(t *testing.T) {
	t.Parallel()
	for lock, want := range map[config.BackupLock]int{config.BackupLockNone: 0, config.BackupLockGovernance: 1, config.BackupLockCompliance: 1} {
		args := complete()
		args.Config.Lock, args.Config.CopyRegion = lock, ""
		locks := record(t, args).OfType("aws:backup/vaultLockConfiguration:VaultLockConfiguration")
		if len(locks) != want {
			t.Fatalf("%s: %d locks, want %d", lock, len(locks), want)
		}
		for _, l := range locks {
			if _, ever := l.Inputs["changeableForDays"]; ever != (lock == config.BackupLockCompliance) {
				t.Errorf("%s: for ever %t", lock, ever)
			}
		}
	}
}

func TestTheRoleReachesOnlyWhatThereIs(t *testing.T) {
	t.Parallel()
	args := complete()
	delete(args.Resources, "database")
	delete(args.Resources, "files")
	policy := record(t, args).Strings("aws:iam/policy:Policy", "policy")[0]
	for _, service := range []string{"rds:", "elasticfilesystem:", `"s3:*"`, "arn:aws:s3:::*"} {
		if strings.Contains(policy, `"`+service) {
			t.Errorf("a cell with buckets alone has a role for %s: %s", service, policy)
		}
	}
	if !strings.Contains(policy, `"arn:aws:s3:::meridian-acme-us-east-1-archive/*"`) {
		t.Errorf("the role does not reach the bucket: %s", policy)
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	bad := complete()
	bad.DeletionProtection, bad.Config.Lock = false, config.BackupLockCompliance
	bad.Copy = &backup.Region{Name: "us-east-1"}
	bad.Resources = map[string]backup.Resource{"queue": {Kind: "SQS"}}
	for want, args := range map[string]backup.Args{
		"backup \"acme\": client, account id and region must be set\nkey, topic and permissions boundary must be set\nthere is nothing to back up":                                                 {},
		"backup \"acme\": resource queue: kind \"SQS\" and ARN must be set\ncopies in \"us-east-1\": want provider and key of another region\na vault that can never be deleted must be protected": bad,
	} {
		if _, err := backup.New(nil, "acme", args); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}
