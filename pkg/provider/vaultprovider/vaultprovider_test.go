package vaultprovider_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/provider/vaultprovider"
	"cellworks/pkg/pulumitest"
)

func args() vaultprovider.Args {
	return vaultprovider.Args{
		Address: "https://vault.example.com", Host: "vault.example.com", Mount: "deploy", Role: "pulumi-utility",
		AWSRoleARN: "arn:aws:iam::333333333333:role/deploy/pulumi-utility", Region: "us-east-1", LeaseSeconds: 7200,
	}
}

func record(args vaultprovider.Args) (*pulumitest.Recording, error) {
	return pulumitest.Record(pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := vaultprovider.New(ctx, "vault", args)
		return err
	})
}

func TestNewLogsInAsARoleOfAWS(t *testing.T) {
	t.Parallel()
	recording, err := record(args())
	if err != nil {
		t.Fatal(err)
	}
	recording.Golden(t, "provider")
}

func TestNewNamesAllThatIsWrong(t *testing.T) {
	t.Parallel()
	const want = "vault provider \"vault\": address is empty\nhost is empty\nmount is empty\nrole is empty\naws role is empty\nregion is empty\nlease: 1199 seconds is out of range, want 1200 or more"
	if _, err := record(vaultprovider.Args{LeaseSeconds: 1199}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want it to contain %q", err, want)
	}
}
