package oktaprovider_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/provider/oktaprovider"
	"cellworks/pkg/pulumitest"
)

func record(args oktaprovider.Args) (*pulumitest.Recording, error) {
	return pulumitest.Record(pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := oktaprovider.New(ctx, "okta", args)
		return err
	})
}

func TestCredentialsComeFromTheEnvironment(t *testing.T) {
	t.Parallel()
	for cloud, token := range map[config.Cloud]bool{config.AWS: false, config.Simulated: true} {
		recording, err := record(oktaprovider.Args{OrgName: "example", BaseURL: "okta.com", Cloud: cloud})
		if err != nil {
			t.Fatal(err)
		}
		inputs := recording.OfType("pulumi:providers:okta")[0].Inputs
		if inputs["orgName"].StringValue() != "example" || inputs["baseUrl"].StringValue() != "okta.com" {
			t.Errorf("%s: inputs = %v", cloud, inputs)
		}
		given, ok := inputs["apiToken"]
		if ok != token || ok && !given.IsSecret() {
			t.Errorf("%s: a token is given: %v, want %v, and secret", cloud, ok, token)
		}
		for _, key := range []string{"accessToken", "clientId", "privateKey", "scopes"} {
			if strings.Contains(strings.Join(recording.OfType("pulumi:providers:okta")[0].Words(), " "), key) {
				t.Errorf("%s: %s is given", cloud, key)
			}
		}
	}
}

func TestNewNeedsAnOrganization(t *testing.T) {
	t.Parallel()
	for _, args := range []oktaprovider.Args{{BaseURL: "okta.com"}, {OrgName: "example"}} {
		_, err := record(args)
		if want := `okta provider "okta": organization and base url must be set`; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want it to contain %q", err, want)
		}
	}
}
