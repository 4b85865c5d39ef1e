package okta

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	oktaapp "github.com/pulumi/pulumi-okta/sdk/v4/go/okta/app"
	oktagroup "github.com/pulumi/pulumi-okta/sdk/v4/go/okta/group"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// consoleSessionSeconds is how long a session in the console lasts: what the roles of
// people allow.
const consoleSessionSeconds = 3600

// addAWS makes the application for the console of every account. Okta finds account
// and role in the names of groups, so there is one group for each role of each
// account, and a rule that puts people into it by the groups that they are in.
func (d *Directory) addAWS() error {
	aws := d.args.Config.Apps.AWS
	if !aws.Enabled {
		return nil
	}
	var assigned pulumi.StringArray
	for _, role := range aws.Roles {
		accounts := role.Accounts
		if len(accounts) == 0 {
			accounts = slices.Collect(maps.Keys(d.args.AccountIDs))
		}
		for _, account := range slices.Sorted(slices.Values(accounts)) {
			id, err := d.addAWSGroup(account, role)
			if err != nil {
				return err
			}
			assigned = append(assigned, id)
		}
	}
	policy, err := d.addPolicy(config.OktaAppAWS, assigned, aws.ReauthenticateMinutes, aws.Zones)
	if err != nil {
		return err
	}
	settings, err := d.awsSettings()
	if err != nil {
		return err
	}
	app, err := oktaapp.NewSaml(d.ctx, d.name+"-"+config.OktaAppAWS, &oktaapp.SamlArgs{
		Label:                pulumi.String(label(config.OktaAppAWS)),
		PreconfiguredApp:     pulumi.String("amazon_aws"),
		AppSettingsJson:      pulumi.String(settings),
		ImplicitAssignment:   pulumi.Bool(false),
		AuthenticationPolicy: policy,
	}, d.child, pulumi.Protect(d.args.DeletionProtection))
	if err != nil {
		return err
	}
	d.AppIDs[config.OktaAppAWS], d.Metadata[config.OktaAppAWS] = app.ID().ToStringOutput(), app.Metadata
	return d.assignAll(config.OktaAppAWS, assigned)
}

// addAWSGroup makes the group of a role of an account, with the people of the role's
// groups in it. It returns the group's id.
func (d *Directory) addAWSGroup(account string, role config.OktaAWSRole) (pulumi.StringOutput, error) {
	name := naming.AWSRoleGroup(account, role.Name, d.args.AccountIDs[account])
	resource := strings.Join([]string{config.OktaAppAWS, account, role.Name}, "-")
	group, err := oktagroup.NewGroup(d.ctx, d.name+"-"+resource, &oktagroup.GroupArgs{
		Name:        pulumi.String(name),
		Description: pulumi.String(fmt.Sprintf("Role %s of account %s", naming.PersonRole(role.Name), account)),
	}, d.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	id := group.ID().ToStringOutput()
	expression := d.groupIDs(role.Groups).ToStringArrayOutput().ApplyT(memberOf).(pulumi.StringOutput)
	return id, d.addRule(resource, name, expression, id)
}

// memberOf is true of those who are in one of the groups
// (developer.okta.com/docs/reference/okta-expression-language, "Group rules").
func memberOf(groupIDs []string) string {
	quoted := make([]string, len(groupIDs))
	for i, id := range groupIDs {
		quoted[i] = fmt.Sprintf("%q", id)
	}
	return "isMemberOfAnyGroup(" + strings.Join(quoted, ", ") + ")"
}

// awsSettings are those of the catalog's application for AWS: roles by the names of
// groups
// (help.okta.com/en-us/content/topics/deploymentguides/aws/connect-okta-to-multiple-aws-groups.htm).
func (d *Directory) awsSettings() (string, error) {
	provider := naming.ARN(d.args.Region, "iam", "", "${accountid}", "saml-provider/"+d.args.OrganizationName)
	role := naming.ARN(d.args.Region, "iam", "", "${accountid}", "role/"+naming.PersonRole("${role}"))
	text, err := json.Marshal(map[string]any{
		"appFilter":          "okta",
		"awsEnvironmentType": "aws.amazon",
		"groupFilter":        naming.AWSRoleFilter,
		"joinAllRoles":       false,
		"loginURL":           "https://console.aws.amazon.com/ec2/home",
		"roleValuePattern":   provider + "," + role,
		"sessionDuration":    consoleSessionSeconds,
		"useGroupMapping":    true,
	})
	return string(text), err
}
