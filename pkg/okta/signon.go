package okta

import (
	"encoding/json"
	"fmt"

	sdk "github.com/pulumi/pulumi-okta/sdk/v4/go/okta"
	oktanet "github.com/pulumi/pulumi-okta/sdk/v4/go/okta/network"
	oktapolicy "github.com/pulumi/pulumi-okta/sdk/v4/go/okta/policy"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The name of what is for all people of the platform.
const platform = "Platform"

// addZones makes the networks that rules name.
func (d *Directory) addZones() error {
	for _, zone := range d.args.Config.Zones {
		gateways := pulumi.StringArray{}
		for _, block := range zone.CIDRs {
			gateways = append(gateways, pulumi.String(block.String()))
		}
		made, err := oktanet.NewZone(d.ctx, d.name+"-"+zone.Name, &oktanet.ZoneArgs{
			Name:     pulumi.String(zone.Name),
			Type:     pulumi.String("IP"),
			Usage:    pulumi.String("POLICY"),
			Gateways: gateways,
		}, d.child)
		if err != nil {
			return err
		}
		d.zones[zone.Name] = made.ID().ToStringOutput()
	}
	return nil
}

// zoneIDs returns the ids of zones, in the order of their names' list.
func (d *Directory) zoneIDs(names []string) pulumi.StringArray {
	ids := pulumi.StringArray{}
	for _, name := range names {
		ids = append(ids, d.zones[name])
	}
	return ids
}

// addSession says how long a session in Okta itself lasts. It asks for a second factor
// each time; the rules of applications ask again.
func (d *Directory) addSession() error {
	policy, err := oktapolicy.NewSignon(d.ctx, d.name+"-session", &oktapolicy.SignonArgs{
		Name:            pulumi.String(platform),
		Description:     pulumi.String("Sessions of the people of the platform"),
		GroupsIncludeds: d.everybody(),
		Status:          pulumi.String("ACTIVE"),
	}, d.child)
	if err != nil {
		return err
	}
	_, err = oktapolicy.NewRuleSignon(d.ctx, d.name+"-session", &oktapolicy.RuleSignonArgs{
		PolicyId:          policy.ID().ToStringOutput(),
		Name:              pulumi.String("Second factor"),
		Access:            pulumi.String("ALLOW"),
		PrimaryFactor:     pulumi.String("PASSWORD_IDP_ANY_FACTOR"),
		MfaRequired:       pulumi.Bool(true),
		MfaPrompt:         pulumi.String("ALWAYS"),
		MfaRememberDevice: pulumi.Bool(false),
		SessionIdle:       pulumi.Int(d.args.Config.SignOn.IdleMinutes),
		SessionLifetime:   pulumi.Int(d.args.Config.SignOn.LifetimeMinutes),
		SessionPersistent: pulumi.Bool(false),
		NetworkConnection: pulumi.String("ANYWHERE"),
		Status:            pulumi.String("ACTIVE"),
	}, d.child)
	return err
}

// addEnrollment says which factors people have: Okta Verify and, if they like, a
// security key; nothing that goes by telephone or can be guessed. The authenticators
// must be active in the organization.
func (d *Directory) addEnrollment() error {
	enroll := func(how string) pulumi.StringMap { return pulumi.StringMap{"enroll": pulumi.String(how)} }
	policy, err := oktapolicy.NewMfa(d.ctx, d.name+"-factors", &oktapolicy.MfaArgs{
		Name:             pulumi.String(platform),
		Description:      pulumi.String("Factors of the people of the platform"),
		IsOie:            pulumi.Bool(true),
		GroupsIncludeds:  d.everybody(),
		OktaPassword:     enroll("REQUIRED"),
		OktaVerify:       enroll("REQUIRED"),
		Webauthn:         enroll("OPTIONAL"),
		PhoneNumber:      enroll("NOT_ALLOWED"),
		SecurityQuestion: enroll("NOT_ALLOWED"),
		Status:           pulumi.String("ACTIVE"),
	}, d.child)
	if err != nil {
		return err
	}
	_, err = oktapolicy.NewRuleMfa(d.ctx, d.name+"-factors", &oktapolicy.RuleMfaArgs{
		PolicyId:          policy.ID().ToStringOutput(),
		Name:              pulumi.String("At the first sign-on"),
		Enroll:            pulumi.String("LOGIN"),
		NetworkConnection: pulumi.String("ANYWHERE"),
		Status:            pulumi.String("ACTIVE"),
	}, d.child)
	return err
}

// addThreatInsight says what is done about addresses that attack others.
func (d *Directory) addThreatInsight() error {
	insight := d.args.Config.ThreatInsight
	_, err := sdk.NewThreatInsightSettings(d.ctx, d.name, &sdk.ThreatInsightSettingsArgs{
		Action:          pulumi.String(string(insight.Action)),
		NetworkExcludes: d.zoneIDs(insight.ExcludedZones),
	}, d.child)
	return err
}

// addLogStream sends what happens in Okta to EventBridge.
func (d *Directory) addLogStream() error {
	if !d.args.Config.LogStream {
		return nil
	}
	_, err := sdk.NewLogStream(d.ctx, d.name, &sdk.LogStreamArgs{
		Name:   pulumi.String(d.args.OrganizationName),
		Type:   pulumi.String("aws_eventbridge"),
		Status: pulumi.String("ACTIVE"),
		Settings: sdk.LogStreamSettingsArgs{
			AccountId:       pulumi.String(d.args.AccountID),
			Region:          pulumi.String(d.args.Region),
			EventSourceName: pulumi.String(d.args.OrganizationName),
		},
	}, d.child)
	return err
}

// addPolicy makes the rules by which people sign in to one application: those of
// groups, or without any those to whom it is assigned, with two factors, from zones if
// there are any; nobody else. It returns the policy's id.
func (d *Directory) addPolicy(key string, groupIDs pulumi.StringArray, reauthenticateMinutes int, zones []string) (pulumi.StringInput, error) {
	policy, err := sdk.NewAppSignonPolicy(d.ctx, d.name+"-"+key, &sdk.AppSignonPolicyArgs{
		Name:        pulumi.String(platform + ": " + label(key)),
		Description: pulumi.String("Who signs in to " + label(key) + ", and how"),
		// The rule for all others would let them in with one factor.
		CatchAll: pulumi.Bool(false),
	}, d.child)
	if err != nil {
		return nil, err
	}
	rule := &sdk.AppSignonPolicyRuleArgs{
		PolicyId:                  policy.ID().ToStringOutput(),
		Name:                      pulumi.String("Two factors"),
		Access:                    pulumi.String("ALLOW"),
		Type:                      pulumi.String("ASSURANCE"),
		FactorMode:                pulumi.String("2FA"),
		GroupsIncludeds:           groupIDs,
		ReAuthenticationFrequency: pulumi.String(period(reauthenticateMinutes)),
		NetworkConnection:         pulumi.String("ANYWHERE"),
		Status:                    pulumi.String("ACTIVE"),
	}
	if len(zones) > 0 {
		rule.NetworkConnection, rule.NetworkIncludes = pulumi.String("ZONE"), d.zoneIDs(zones)
	}
	if d.args.Config.SignOn.PhishingResistant {
		constraint, err := phishingResistant()
		if err != nil {
			return nil, err
		}
		rule.Constraints = pulumi.StringArray{pulumi.String(constraint)}
	}
	if _, err := sdk.NewAppSignonPolicyRule(d.ctx, d.name+"-"+key, rule, d.child); err != nil {
		return nil, err
	}
	return policy.ID().ToStringOutput(), nil
}

// period writes minutes as Okta does, in ISO 8601; PT0S means at each sign-on.
func period(minutes int) string {
	switch {
	case minutes == 0:
		return "PT0S"
	case minutes%60 == 0:
		return fmt.Sprintf("PT%dH", minutes/60)
	default:
		return fmt.Sprintf("PT%dM", minutes)
	}
}

// phishingResistant asks for a key that is bound to a device and proves which site it
// speaks with (developer.okta.com/docs/api/openapi/okta-management/management/tag/Policy,
// POSSESSION constraints).
func phishingResistant() (string, error) {
	text, err := json.Marshal(map[string]any{"possession": map[string]string{"deviceBound": "REQUIRED", "phishingResistant": "REQUIRED"}})
	return string(text), err
}
