package utility_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/pulumitest"
	"cellworks/utility"
)

const oktaStack = "ops-us-east-1-okta"

func record(t *testing.T, tree *config.Tree, stack string, references pulumitest.Stacks) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: stack, References: references}, utility.Program(tree))
}

func TestOktaIsBuiltInOps(t *testing.T) {
	t.Parallel()
	tree := load(t)
	record(t, tree, oktaStack, pulumitest.Bases(t, tree)).Golden(t, oktaStack)
}

// texts returns the strings in a property, in order.
func texts(v resource.PropertyValue) []string {
	var found []string
	for _, element := range v.ArrayValue() {
		found = append(found, element.StringValue())
	}
	return found
}

func TestOktaSendsPeopleWhereTheApplicationsAre(t *testing.T) {
	t.Parallel()
	tree := load(t)
	references := published(t, tree)
	recording := record(t, tree, oktaStack, references)
	sent := map[string][]string{}
	for _, app := range recording.OfType("okta:app/oAuth:OAuth") {
		sent[app.Name] = texts(app.Inputs["redirectUris"])
	}
	for _, app := range recording.OfType("okta:app/saml:Saml") {
		sent[app.Name] = []string{app.Inputs["ssoUrl"].StringValue()}
	}

	vault := record(t, tree, "ops-us-east-1-vault", references).Strings("aws:route53/record:Record", "name")
	domain := record(t, tree, "ops-us-east-1-elk", references).OfType("aws:opensearch/domain:Domain")[0]
	var jenkins []string
	for _, rule := range record(t, tree, jenkinsStack, references).OfType("aws:lb/listenerRule:ListenerRule") {
		for _, condition := range rule.Inputs["conditions"].ArrayValue() {
			if header := condition.ObjectValue()["hostHeader"]; header.IsObject() {
				jenkins = append(jenkins, texts(header.ObjectValue()["values"])...)
			}
		}
	}
	for app, hosts := range map[string][]string{
		"okta-jenkins": jenkins, "okta-vault": vault,
		"okta-openSearch": {domain.Inputs["domainEndpointOptions"].ObjectValue()["customEndpoint"].StringValue()},
	} {
		if !slices.ContainsFunc(hosts, func(host string) bool { return strings.HasPrefix(sent[app][0], "https://"+host+"/") }) {
			t.Errorf("%s sends people to %q, but the application is at %q", app, sent[app], hosts)
		}
	}
}

func TestOktaFillsTheRolesThatAccountsHave(t *testing.T) {
	t.Parallel()
	tree := with(t, "accounts/ops/utility.yaml", "okta: {enabled: true, apps: {aws: {enabled: true}}}\n")
	names := record(t, tree, oktaStack, pulumitest.Bases(t, tree)).Strings("okta:group/group:Group", "name")
	for _, account := range tree.Organization().Accounts {
		for _, role := range []string{naming.PersonAdmin, naming.PersonAuditor, naming.PersonOperator} {
			if want := naming.AWSRoleGroup(account.Name, role, account.ID); !slices.Contains(names, want) {
				t.Errorf("groups %q, want %s", names, want)
			}
		}
	}
}
