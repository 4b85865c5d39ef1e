package kms_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/kms"
	"cellworks/pkg/config"
	"cellworks/pkg/provider"
	"cellworks/pkg/pulumitest"
)

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = `key "acme": client, account id, region and deployment role must be set`
	if _, err := kms.New(nil, "acme", kms.Args{Client: "acme", Region: "us-east-1"}); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func complete() kms.Args {
	return kms.Args{
		Client: "acme", AccountID: pulumitest.AccountID, Region: "us-east-1", DeployRole: "deploy/pulumi-cell",
		Config: config.CellKMS{DeletionWindowDays: 30, RotationDays: 365, MultiRegion: true}, DeletionProtection: true,
	}
}

func TestReplicasAreOfKeysForSeveralRegions(t *testing.T) {
	t.Parallel()
	one := complete()
	one.Config.MultiRegion = false
	one.Replicas = map[string]pulumi.ProviderResource{"us-east-1": nil}
	const want = "key \"acme\": the key is of one region, but replicas are asked for: set kms.multiRegion\nreplica in \"us-east-1\": want a provider of another region"
	if _, err := kms.New(nil, "acme", one); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestReplicasHaveThePolicyOfTheirRegion(t *testing.T) {
	t.Parallel()
	recording := pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		args := complete()
		west, err := provider.AWS(ctx, "aws-us-west-2", provider.Args{Account: config.Account{Name: "nonprod", ID: args.AccountID}, Role: args.DeployRole, Region: "us-west-2"})
		if err != nil {
			return err
		}
		args.Replicas = map[string]pulumi.ProviderResource{"us-west-2": west}
		key, err := kms.New(ctx, "acme", args, pulumitest.AWS(t, ctx))
		if err != nil {
			return err
		}
		if _, ok := key.ReplicaARNs["us-west-2"]; !ok || len(key.ReplicaARNs) != 1 {
			t.Errorf("replicas are in %v, want us-west-2", key.ReplicaARNs)
		}
		return nil
	})
	recording.Golden(t, "replicated")
}

func TestKeysEncryptWhatServicesOfAWSName(t *testing.T) {
	t.Parallel()
	args := complete()
	args.LogGroups, args.ManagedSecrets = []string{"/aws/rds/*/cell-acme/*"}, true
	recording := pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		_, err := kms.New(ctx, "acme", args, pulumitest.AWS(t, ctx))
		return err
	})
	policy := recording.Strings("aws:kms/key:Key", "policy")[0]
	for _, want := range []string{
		`"arn:aws:logs:us-east-1:111122223333:log-group:/aws/rds/*/cell-acme/*"`,
		`{"Sid":"MakeManagedSecrets","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/deploy/pulumi-cell"]},"Action":["kms:Decrypt","kms:GenerateDataKey*"],"Resource":["*"],"Condition":{"StringEquals":{"kms:ViaService":["secretsmanager.us-east-1.amazonaws.com"]}}}`,
	} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy lacks %s: %s", want, policy)
		}
	}
}

// A grant is a way around the policy: whoever may give one gives it to himself.
func TestAdministratorsCannotUseTheKey(t *testing.T) {
	t.Parallel()
	recording := pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		_, err := kms.New(ctx, "acme", complete(), pulumitest.AWS(t, ctx))
		return err
	})
	var policy struct {
		Statement []struct {
			Sid    string
			Action []string
		}
	}
	if err := json.Unmarshal([]byte(recording.Strings("aws:kms/key:Key", "policy")[0]), &policy); err != nil {
		t.Fatal(err)
	}
	if policy.Statement[0].Sid != "Administer" {
		t.Fatalf("statement 1 is %s, want Administer", policy.Statement[0].Sid)
	}
	for _, use := range []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:GenerateDataKey", "kms:CreateGrant", "kms:DeriveSharedSecret", "kms:Sign"} {
		for _, pattern := range policy.Statement[0].Action {
			if pattern == use || strings.HasSuffix(pattern, "*") && strings.HasPrefix(use, strings.TrimSuffix(pattern, "*")) {
				t.Errorf("%s allows administrators %s", pattern, use)
			}
		}
	}
}
