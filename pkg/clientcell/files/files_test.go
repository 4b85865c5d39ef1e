package files_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/files"
	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
)

func args() files.Args {
	return files.Args{
		Client: "acme", AccountID: pulumitest.AccountID, Region: "us-east-1", Zones: []string{"use1-az1", "use1-az2"}, DeletionProtection: true,
		Config: config.CellFiles{Enabled: true, Throughput: "elastic", InfrequentAccessDays: 30, AccessPoints: []config.AccessPoint{
			{Name: "reports", UserID: 1000}, {Name: "scratch", UserID: 2000},
		}},
		VPCID: pulumi.String("vpc-1"), SubnetIDs: pulumi.ToStringArray([]string{"subnet-1", "subnet-2"}).ToStringArrayOutput(),
		MemberGroupID: pulumi.String("sg-members"), KeyARN: pulumi.String("arn:aws:kms:us-east-1:111122223333:key/1"),
	}
}

func record(t *testing.T, a files.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: a.Client}, func(ctx *pulumi.Context) error {
		_, err := files.New(ctx, a.Client, a, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsTheFileSystem(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "files")
}

func TestFilesNeverMoveWhenNothingIsSaid(t *testing.T) {
	t.Parallel()
	a := args()
	a.Config.InfrequentAccessDays = 0
	made := record(t, a).OfType("aws:efs/fileSystem:FileSystem")[0]
	if moved, ok := made.Inputs["lifecyclePolicies"]; ok {
		t.Errorf("files move by %v, want never", moved)
	}
}

func TestRolesOfTheCellAloneMayMount(t *testing.T) {
	t.Parallel()
	policy := record(t, args()).Strings("aws:efs/fileSystemPolicy:FileSystemPolicy", "policy")[0]
	for _, part := range []string{":role/cell/acme/*", `"elasticfilesystem:AccessPointArn":["true"]`, `"aws:SecureTransport":["false"]`} {
		if !strings.Contains(policy, part) {
			t.Errorf("%s is not in %s", part, policy)
		}
	}
	if strings.Contains(policy, "ClientRootAccess\",\"elasticfilesystem:ClientWrite\"],\"Effect\":\"Allow") {
		t.Errorf("somebody may be root: %s", policy)
	}
}

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = `files "acme": client, account id and region must be set
zones must be set
vpc, security group of the tasks and key must be set
no access points, want at least one: nothing else leads to the files`
	if _, err := files.New(nil, "acme", files.Args{}); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
