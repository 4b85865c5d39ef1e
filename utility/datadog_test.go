package utility_test

import (
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
	"cellworks/utility"
)

func datadogStack(account, region string) string {
	return account + "-" + region + "-" + config.ApplicationDatadog
}

func TestDatadogIsBuiltInEveryAccountAndRegion(t *testing.T) {
	t.Parallel()
	tree := load(t)
	bases := pulumitest.Bases(t, tree)
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			stack := datadogStack(account.Name, region.Name)
			recording := record(t, tree, stack, bases)
			integrations := len(recording.OfType("datadog:aws/integrationAccount:IntegrationAccount"))
			if home := region.Name == account.HomeRegion; home != (integrations == 1) {
				t.Errorf("%s: %d integrations, home region is %v", stack, integrations, home)
			}
			if stack == "ops-us-east-1-datadog" || stack == "nonprod-us-east-1-datadog" {
				recording.Golden(t, stack)
			}
		}
	}
}

// TestDatadogWatchesWhatIsThere compares what monitors name with what the stacks of the
// applications make.
func TestDatadogWatchesWhatIsThere(t *testing.T) {
	t.Parallel()
	tree := load(t)
	references := published(t, tree)
	queries := strings.Join(record(t, tree, datadogStack("ops", "us-east-1"), references).Strings("datadog:index/monitor:Monitor", "query"), "\n")
	for application, targets := range map[string]string{"vault": "vault", "consul": "consul-api", "jenkins": "jenkins"} {
		made := record(t, tree, "ops-us-east-1-"+application, references).OfType("aws:lb/targetGroup:TargetGroup")
		if !slices.ContainsFunc(made, func(r pulumitest.Resource) bool { return r.Name == targets }) {
			t.Errorf("%s makes no target group %s, but monitors watch it", application, targets)
		}
		if !strings.Contains(queries, "targetgroup:targetgroup/"+targets+"-*") {
			t.Errorf("no monitor watches target group %s", targets)
		}
	}
	domain := record(t, tree, "ops-us-east-1-elk", references).Strings("aws:opensearch/domain:Domain", "domainName")[0]
	if !strings.Contains(queries, "domainname:"+domain+"}") {
		t.Errorf("no monitor watches domain %s", domain)
	}
}

func TestDatadogNeedsTheHomeRegion(t *testing.T) {
	t.Parallel()
	tree := with(t, "accounts/prod/us-east-1/utility.yaml", "datadog: {enabled: false}\n")
	_, err := pulumitest.Record(pulumitest.Target{Project: "utility", Stack: datadogStack("prod", "us-west-2"), References: pulumitest.Bases(t, tree)}, utility.Program(tree))
	want := "application datadog is on in us-west-2 and off in us-east-1, the home region of account prod"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want it to contain %q", err, want)
	}
}
