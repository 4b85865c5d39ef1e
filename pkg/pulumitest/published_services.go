package pulumitest

import (
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
)

// Oktas returns what the okta stacks of tree publish when they are up.
func Oktas(t testing.TB, tree *config.Tree) Stacks {
	t.Helper()
	return applications(t, tree, config.ApplicationOkta, func(cfg config.Utility) any {
		okta := contract.Okta{
			Issuer: cfg.Okta.Issuer(), GroupIDs: map[string]string{}, AppIDs: map[string]string{}, ClientIDs: map[string]string{}, SAMLMetadata: map[string]string{},
		}
		for _, group := range cfg.Okta.Groups {
			okta.GroupIDs[group.Name] = "00g-" + group.Name
		}
		for app := range cfg.Okta.Apps.Enabled() {
			okta.AppIDs[app] = "0oa-" + app
		}
		return okta
	})
}

// Datadogs returns what the datadog stacks of tree publish when they are up.
func Datadogs(t testing.TB, tree *config.Tree) Stacks {
	t.Helper()
	return applications(t, tree, config.ApplicationDatadog, func(cfg config.Utility) any {
		id, region := cfg.Account.ID, cfg.Region.Name
		return contract.Datadog{
			Site:         cfg.Datadog.Site,
			Handles:      map[string][]string{contract.SeverityCritical: cfg.Datadog.Notify.Critical, contract.SeverityWarning: cfg.Datadog.Notify.Warning},
			KeySecretARN: naming.ARN(region, "secretsmanager", region, id, "secret:utility/datadog/key-abcdef"),
			KeyARN:       naming.ARN(region, "kms", region, id, "key/datadog"),
			RoleARN:      naming.ARN(region, "iam", "", id, "role/utility/datadog"),
		}
	})
}

// applications returns what an application's stacks publish, where it is switched on.
func applications(t testing.TB, tree *config.Tree, application string, publish func(config.Utility) any) Stacks {
	t.Helper()
	stacks := Stacks{}
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			cfg, err := tree.Utility(account.Name, region.Name)
			if err != nil {
				t.Fatal(err)
			}
			for _, app := range cfg.Applications() {
				if app.Name == application && app.Enabled {
					stacks[naming.ProjectUtility+"/"+naming.StackUtility(account.Name, region.Name, application)] = Outputs(t, publish(cfg))
				}
			}
		}
	}
	return stacks
}
