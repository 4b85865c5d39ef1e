package okta

import (
	"maps"
	"slices"

	sdk "github.com/pulumi/pulumi-okta/sdk/v4/go/okta"
	oktaapp "github.com/pulumi/pulumi-okta/sdk/v4/go/okta/app"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// addApps makes the applications that are switched on, each with its own rules.
func (d *Directory) addApps() error {
	on := d.args.Config.Apps.Enabled()
	for _, key := range slices.Sorted(maps.Keys(on)) {
		app := on[key]
		groups := d.groupIDs(app.Groups)
		if key == config.OktaAppOpenSearch {
			// Groups that stacks of cells assign must pass too.
			groups = nil
		}
		policy, err := d.addPolicy(key, groups, app.ReauthenticateMinutes, app.Zones)
		if err != nil {
			return err
		}
		if key == config.OktaAppOpenSearch {
			if err := d.addOpenSearch(key, app, policy); err != nil {
				return err
			}
			continue
		}
		if err := d.addOpenID(key, app, policy); err != nil {
			return err
		}
		if err := d.assignAll(key, d.groupIDs(app.Groups)); err != nil {
			return err
		}
	}
	return nil
}

// signInURLs are where people are sent back to who sign in by OpenID Connect.
func (d *Directory) signInURLs(key string) []string {
	if key == config.OktaAppVault {
		return naming.VaultSignInURLs("https://" + d.args.Hosts[key])
	}
	return []string{naming.JenkinsSignInURL(d.args.Hosts[key])}
}

// addOpenID makes an application with OpenID Connect. Its secret stays in Okta unless a
// stack needs it.
func (d *Directory) addOpenID(key string, app config.OktaApp, policy pulumi.StringInput) error {
	needed := key == config.OktaAppVault
	made, err := oktaapp.NewOAuth(d.ctx, d.name+"-"+key, &oktaapp.OAuthArgs{
		Label:                   pulumi.String(label(key)),
		Type:                    pulumi.String("web"),
		GrantTypes:              pulumi.StringArray{pulumi.String("authorization_code")},
		ResponseTypes:           pulumi.StringArray{pulumi.String("code")},
		RedirectUris:            pulumi.ToStringArray(d.signInURLs(key)),
		TokenEndpointAuthMethod: pulumi.String("client_secret_basic"),
		GroupsClaim: oktaapp.OAuthGroupsClaimArgs{
			Type:       pulumi.String("FILTER"),
			FilterType: pulumi.String("STARTS_WITH"),
			Name:       pulumi.String("groups"),
			Value:      pulumi.String(app.GroupPrefix),
		},
		IssuerMode:           pulumi.String("ORG_URL"),
		ImplicitAssignment:   pulumi.Bool(false),
		AuthenticationPolicy: policy,
		OmitSecret:           pulumi.Bool(!needed),
	}, d.child, pulumi.Protect(d.args.DeletionProtection))
	if err != nil {
		return err
	}
	d.AppIDs[key], d.ClientIDs[key] = made.ID().ToStringOutput(), made.ClientId
	if needed {
		d.ClientSecrets[key] = pulumi.ToSecret(made.ClientSecret).(pulumi.StringOutput)
	}
	return nil
}

// addOpenSearch makes the application for OpenSearch Dashboards. Groups are assigned
// one by one, so that the stack of a client's cell can assign its own.
func (d *Directory) addOpenSearch(key string, app config.OktaApp, policy pulumi.StringInput) error {
	host := d.args.Hosts[key]
	url := naming.SearchSignInURL(host)
	made, err := oktaapp.NewSaml(d.ctx, d.name+"-"+key, &oktaapp.SamlArgs{
		Label:                 pulumi.String(label(key)),
		SsoUrl:                pulumi.String(url),
		Recipient:             pulumi.String(url),
		Destination:           pulumi.String(url),
		Audience:              pulumi.String("https://" + host),
		SubjectNameIdTemplate: pulumi.String("${user.userName}"),
		SubjectNameIdFormat:   pulumi.String("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"),
		SignatureAlgorithm:    pulumi.String("RSA_SHA256"),
		DigestAlgorithm:       pulumi.String("SHA256"),
		AuthnContextClassRef:  pulumi.String("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"),
		ResponseSigned:        pulumi.Bool(true),
		AssertionSigned:       pulumi.Bool(true),
		HonorForceAuthn:       pulumi.Bool(true),
		AttributeStatements: oktaapp.SamlAttributeStatementArray{oktaapp.SamlAttributeStatementArgs{
			Name:        pulumi.String("roles"),
			Type:        pulumi.String("GROUP"),
			FilterType:  pulumi.String("STARTS_WITH"),
			FilterValue: pulumi.String(app.GroupPrefix),
		}},
		ImplicitAssignment:   pulumi.Bool(false),
		AuthenticationPolicy: policy,
	}, d.child, pulumi.Protect(d.args.DeletionProtection))
	if err != nil {
		return err
	}
	d.AppIDs[key], d.Metadata[key] = made.ID().ToStringOutput(), made.Metadata
	for _, group := range slices.Sorted(slices.Values(app.Groups)) {
		if _, err := oktaapp.NewGroupAssignment(d.ctx, d.name+"-"+key+"-"+group, &oktaapp.GroupAssignmentArgs{
			AppId:   d.AppIDs[key],
			GroupId: d.GroupIDs[group],
		}, d.child); err != nil {
			return err
		}
	}
	return nil
}

// assignAll assigns groups to an application and takes it from all others, those too
// that somebody assigned by hand. It must be the only assignment of the application.
func (d *Directory) assignAll(key string, groupIDs pulumi.StringArray) error {
	groups := sdk.AppGroupAssignmentsGroupArray{}
	for _, id := range groupIDs {
		groups = append(groups, sdk.AppGroupAssignmentsGroupArgs{Id: id, Profile: pulumi.String("{}")})
	}
	_, err := sdk.NewAppGroupAssignments(d.ctx, d.name+"-"+key, &sdk.AppGroupAssignmentsArgs{
		AppId:  d.AppIDs[key],
		Groups: groups,
	}, d.child)
	return err
}
