package sso

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	oktaidp "github.com/pulumi/pulumi-okta/sdk/v4/go/okta/idp"
	oktapolicy "github.com/pulumi/pulumi-okta/sdk/v4/go/okta/policy"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// addInbound makes the client's own identity provider known to Okta. It is inactive until
// the client knows our addresses, which exist only then.
func (s *SignOn) addInbound() error {
	var id pulumi.StringOutput
	var kind string
	var err error
	switch s.args.Config.Inbound.Type {
	case config.InboundSAML:
		kind = "SAML2"
		id, err = s.addSAML()
	case config.InboundOIDC:
		kind = "OIDC"
		id, err = s.addOIDC()
	case config.InboundNone:
		return nil
	}
	if err != nil || !s.args.active() {
		return err
	}
	return s.addRoute(id, kind)
}

func (s *SignOn) inboundStatus() pulumi.String {
	if s.args.active() {
		return statusActive
	}
	return statusInactive
}

// joined is the group of everybody whom the client's own identity provider lets in.
func (s *SignOn) joined() pulumi.StringArray {
	return pulumi.StringArray{s.GroupIDs[s.args.Config.Groups[0]]}
}

// addSAML makes a provider that speaks SAML. It may name people of the client's mail
// domains only, and becomes that of somebody who is known already only when they are in
// one of the client's groups: it could name anybody's address otherwise. A person whom
// Okta has shut out stays shut out.
func (s *SignOn) addSAML() (pulumi.StringOutput, error) {
	in := s.args.Config.Inbound
	key, err := oktaidp.NewSamlKey(s.ctx, s.name, &oktaidp.SamlKeyArgs{X5cs: pulumi.ToStringArray([]string{in.CertificateBase64()})}, s.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	made, err := oktaidp.NewSaml(s.ctx, s.name, &oktaidp.SamlArgs{
		Name:                       pulumi.String(naming.CellSignOn(s.args.Client)),
		Status:                     s.inboundStatus(),
		Issuer:                     pulumi.String(in.Issuer),
		SsoUrl:                     pulumi.String(in.SSOURL),
		SsoDestination:             pulumi.String(in.SSOURL),
		SsoBinding:                 pulumi.String("HTTP-POST"),
		Kid:                        key.Kid,
		AcsType:                    pulumi.String("INSTANCE"),
		RequestSignatureAlgorithm:  pulumi.String("SHA-256"),
		RequestSignatureScope:      pulumi.String("REQUEST"),
		ResponseSignatureAlgorithm: pulumi.String("SHA-256"),
		ResponseSignatureScope:     pulumi.String("ANY"),
		UsernameTemplate:           pulumi.String("idpuser.subjectNameId"),
		SubjectFilter:              pulumi.String(s.args.subjects()),
		SubjectMatchType:           pulumi.String("USERNAME"),
		AccountLinkAction:          pulumi.String("AUTO"),
		AccountLinkGroupIncludes:   s.groupIDs(),
		ProvisioningAction:         pulumi.String("AUTO"),
		GroupsAction:               pulumi.String("ASSIGN"),
		GroupsAssignments:          s.joined(),
		DeprovisionedAction:        pulumi.String("NONE"),
		SuspendedAction:            pulumi.String("NONE"),
	}, s.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	id := made.ID().ToStringOutput()
	s.Inbound = pulumi.StringMap{
		"assertionConsumerURL": pulumi.Sprintf("%s/sso/saml2/%s", s.args.Issuer, id),
		"audience":             made.Audience,
	}
	return id, nil
}

// subjects is a regular expression of the names that the client's own identity provider
// may say: addresses of its mail domains. Without any it says nothing.
func (a Args) subjects() string {
	var domains []string
	for _, domain := range a.Config.Inbound.MailDomains {
		domains = append(domains, regexp.QuoteMeta(domain))
	}
	if len(domains) == 0 {
		return `^$`
	}
	return `^[^@\s]+@(` + strings.Join(domains, "|") + `)$`
}

// addOIDC makes a provider that speaks OpenID Connect. Okta cannot hold what it names
// against the client's mail domains, so that it is the groups alone that keep it from
// speaking for other people who are known already.
func (s *SignOn) addOIDC() (pulumi.StringOutput, error) {
	in := s.args.Config.Inbound
	made, err := oktaidp.NewOidc(s.ctx, s.name, &oktaidp.OidcArgs{
		Name:                     pulumi.String(naming.CellSignOn(s.args.Client)),
		Status:                   s.inboundStatus(),
		IssuerUrl:                pulumi.String(in.Issuer),
		AuthorizationUrl:         pulumi.String(in.AuthorizeURL),
		AuthorizationBinding:     pulumi.String("HTTP-REDIRECT"),
		TokenUrl:                 pulumi.String(in.TokenURL),
		TokenBinding:             pulumi.String("HTTP-POST"),
		JwksUrl:                  pulumi.String(in.KeysURL),
		JwksBinding:              pulumi.String("HTTP-REDIRECT"),
		ClientId:                 pulumi.String(in.ClientID),
		ClientSecret:             s.clientSecret(),
		Scopes:                   pulumi.ToStringArray([]string{"openid", "email", "profile"}),
		RequestSignatureScope:    pulumi.String("NONE"),
		PkceRequired:             pulumi.Bool(true),
		UsernameTemplate:         pulumi.String("idpuser.email"),
		SubjectMatchType:         pulumi.String("USERNAME"),
		AccountLinkAction:        pulumi.String("AUTO"),
		AccountLinkGroupIncludes: s.groupIDs(),
		ProvisioningAction:       pulumi.String("AUTO"),
		GroupsAction:             pulumi.String("ASSIGN"),
		GroupsAssignments:        s.joined(),
		DeprovisionedAction:      pulumi.String("NONE"),
		SuspendedAction:          pulumi.String("NONE"),
	}, s.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	s.Inbound = pulumi.StringMap{"redirectURL": pulumi.String(s.args.Issuer + "/oauth2/v1/authorize/callback")}
	return made.ID().ToStringOutput(), nil
}

// clientSecret reads the secret by which the client's own identity provider knows us, and
// keeps it secret.
func (s *SignOn) clientSecret() pulumi.StringOutput {
	ref := s.args.Config.Inbound.ClientSecret
	name := naming.CellSecret(s.args.Client, ref.Name)
	version := secretsmanager.LookupSecretVersionOutput(s.ctx, secretsmanager.LookupSecretVersionOutputArgs{SecretId: pulumi.String(name)}, pulumi.Parent(s))
	value := version.SecretString().ApplyT(func(text string) (string, error) {
		return valueOf(text, name, ref.Key)
	}).(pulumi.StringOutput)
	return pulumi.ToSecret(value).(pulumi.StringOutput)
}

// KeyStatement lets the deployments of a cell, as deployRole, decrypt the secrets that they
// read with the cell's key, and nothing else that is encrypted with it. No policy of the
// role does: it would have to name all keys.
func KeyStatement(client, accountID, region, deployRole string) iampolicy.Statement {
	secrets := naming.ARN(region, "secretsmanager", region, accountID, "secret:"+naming.CellSecret(client, naming.CellSignInSecrets)+"*")
	return iampolicy.Allow("ReadSignInSecret", "kms:Decrypt").By(iampolicy.ByAWS(naming.ARN(region, "iam", "", accountID, "role/"+deployRole))).On("*").
		If("StringEquals", "kms:ViaService", "secretsmanager."+region+".amazonaws.com").
		If("ArnLike", "kms:EncryptionContext:SecretARN", secrets)
}

// valueOf returns a secret, or one key of the JSON object that it holds. Its error never
// repeats what is in it.
func valueOf(text, name, key string) (string, error) {
	if key == "" {
		if text == "" {
			return "", fmt.Errorf("secret %s is empty, or holds bytes instead of text", name)
		}
		return text, nil
	}
	var object map[string]any
	if json.Unmarshal([]byte(text), &object) != nil {
		return "", fmt.Errorf("secret %s: %w", name, errors.New("want a JSON object, as the reference names a key of it"))
	}
	value, _ := object[key].(string)
	if value == "" {
		return "", fmt.Errorf("secret %s has no key %q with a text", name, key)
	}
	return value, nil
}

// addRoute sends people with the client's mail domains to its own identity provider. A
// domain is written without the sign before it
// (help.okta.com/en-us/content/topics/security/configure-routing-rules.htm).
func (s *SignOn) addRoute(id pulumi.StringOutput, kind string) error {
	policy := oktapolicy.GetPolicyOutput(s.ctx, oktapolicy.GetPolicyOutputArgs{
		Name: pulumi.String("Idp Discovery Policy"),
		Type: pulumi.String("IDP_DISCOVERY"),
	}, pulumi.Parent(s))
	patterns := oktapolicy.RuleIdpDiscoveryUserIdentifierPatternArray{}
	for _, domain := range s.args.Config.Inbound.MailDomains {
		patterns = append(patterns, oktapolicy.RuleIdpDiscoveryUserIdentifierPatternArgs{MatchType: pulumi.String("SUFFIX"), Value: pulumi.String(domain)})
	}
	_, err := oktapolicy.NewRuleIdpDiscovery(s.ctx, s.name, &oktapolicy.RuleIdpDiscoveryArgs{
		PolicyId:               policy.Id(),
		Name:                   pulumi.String(naming.CellSignOn(s.args.Client)),
		Status:                 pulumi.String(statusActive),
		NetworkConnection:      pulumi.String("ANYWHERE"),
		UserIdentifierType:     pulumi.String("IDENTIFIER"),
		UserIdentifierPatterns: patterns,
		IdpProviders:           oktapolicy.RuleIdpDiscoveryIdpProviderArray{oktapolicy.RuleIdpDiscoveryIdpProviderArgs{Type: pulumi.String(kind), Id: id}},
	}, s.child)
	return err
}
