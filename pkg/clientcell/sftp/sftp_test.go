package sftp_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/sftp"
	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
)

func complete() sftp.Args {
	return sftp.Args{
		Client: "acme", AccountID: "111122223333", Region: "us-east-1",
		Users: []config.SFTPUser{
			{Name: "lab", Keys: []string{"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMqXgRLKG73K+sIxs5oj3E2nhu/4FHxOcrmAd4Wv7ki7 lab", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID4j6BYAOVlKM4lPZWThsTSLvXoAiNQsSstz7q7VnACd"}, Bucket: "inbound", Prefix: "lab/results"},
			{Name: "billing", Keys: []string{"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC59LAOpUHriZez1tTVohaUzk6ICnSQTlJlyZaGiWu/G"}, Bucket: "inbound", Delete: true},
		},
		ServerID:            pulumi.String("s-1"),
		BucketNames:         map[string]string{"inbound": "org-acme-us-east-1-inbound"},
		Buckets:             map[string]pulumi.StringOutput{"inbound": pulumi.String("org-acme-us-east-1-inbound").ToStringOutput()},
		KeyARN:              pulumi.String("arn:aws:kms:us-east-1:111122223333:key/1"),
		PermissionsBoundary: pulumi.String("arn:aws:iam::111122223333:policy/platform-boundary"),
	}
}

func record(t *testing.T, args sftp.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		_, err := sftp.New(ctx, "acme", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestUsersAreConfinedToTheirFolders(t *testing.T) {
	t.Parallel()
	recording := record(t, complete())
	recording.Golden(t, "sftp")
	for _, policy := range recording.OfType("aws:iam/policy:Policy") {
		text, lab := policy.Inputs["policy"].StringValue(), strings.HasSuffix(policy.Name, "-lab")
		if strings.Contains(text, "inbound/*") || strings.Contains(text, "billing") == lab || strings.Contains(text, "s3:DeleteObject") == lab {
			t.Errorf("policy of %s = %s, want its own folder, and deleting for who may", policy.Name, text)
		}
	}
}

func TestNobodyLogsInToASuspendedCell(t *testing.T) {
	t.Parallel()
	args := complete()
	args.Closed = true
	recording := record(t, args)
	if users, keys := len(recording.OfType("aws:transfer/user:User")), len(recording.OfType("aws:transfer/sshKey:SshKey")); users != 2 || keys != 0 {
		t.Errorf("%d users with %d keys, want 2 without any", users, keys)
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	args := complete()
	args.Users[0].Keys, args.Users[1].Bucket = nil, "outbound"
	for want, args := range map[string]sftp.Args{
		"sftp \"acme\": client, account id and region must be set\nserver, key and permissions boundary must be set": {},
		"sftp \"acme\": user lab has no key\nuser billing: the cell has no bucket \"outbound\"":                      args,
	} {
		if _, err := sftp.New(nil, "acme", args); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}
