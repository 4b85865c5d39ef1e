package datadogprovider_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/provider/datadogprovider"
	"cellworks/pkg/pulumitest"
)

func record(args datadogprovider.Args) (*pulumitest.Recording, error) {
	return pulumitest.Record(pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := datadogprovider.New(ctx, "datadog", args)
		return err
	})
}

func TestKeysComeFromTheEnvironment(t *testing.T) {
	t.Parallel()
	for cloud, keys := range map[config.Cloud]bool{config.AWS: false, config.Simulated: true} {
		recording, err := record(datadogprovider.Args{Site: "us5.datadoghq.com", Cloud: cloud})
		if err != nil {
			t.Fatal(err)
		}
		inputs := recording.OfType("pulumi:providers:datadog")[0].Inputs
		if got := inputs["apiUrl"].StringValue(); got != "https://api.us5.datadoghq.com/" {
			t.Errorf("%s: apiUrl = %q", cloud, got)
		}
		for _, key := range []string{"apiKey", "appKey"} {
			given, ok := inputs[resource.PropertyKey(key)]
			if ok != keys || ok && !given.IsSecret() {
				t.Errorf("%s: %s is given: %v, want %v, and secret", cloud, key, ok, keys)
			}
		}
	}
}

func TestNewNeedsASite(t *testing.T) {
	t.Parallel()
	_, err := record(datadogprovider.Args{})
	if want := `datadog provider "datadog": site is empty`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want it to contain %q", err, want)
	}
}
