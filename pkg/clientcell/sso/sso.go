// Package sso builds how a client's people sign in: their groups at the identity
// provider, the application that load balancers ask who somebody is, and the way to the
// client's own identity provider.
//
// It makes nobody a member of a group, and what it makes speaks for no other client: the
// client's own provider lets in, and is linked to, people of the client's groups only.
package sso

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-okta/sdk/v4/go/okta"
	oktaapp "github.com/pulumi/pulumi-okta/sdk/v4/go/okta/app"
	oktagroup "github.com/pulumi/pulumi-okta/sdk/v4/go/okta/group"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

const (
	token = component.TokenPrefix + ":clientcell:SignOn"

	statusActive   = "ACTIVE"
	statusInactive = "INACTIVE"
)

// Args says how a client's people sign in.
type Args struct {
	// Client is the client's name.
	Client string
	// Config is what is configured.
	Config config.CellSSO
	// Issuer is the URL of the Okta organization, without a slash at its end.
	Issuer string
	// Hosts are the names behind which load balancers ask who people are; without any
	// there is no application.
	Hosts []string
	// LogsAppID is the application in which people read logs; empty: none.
	LogsAppID string
	// Suspended keeps groups and applications and lets nobody in.
	Suspended bool
	// DeletionProtection makes Pulumi refuse to delete groups, who is in which is lost with
	// them, and applications.
	DeletionProtection bool
}

func (a Args) validate() error {
	var errs []error
	if a.Client == "" || a.Issuer == "" {
		errs = append(errs, errors.New("client and issuer must be set"))
	}
	if len(a.Config.Groups) == 0 {
		errs = append(errs, errors.New("groups: got none, want at least one"))
	}
	if hours := a.Config.SessionHours; hours < 1 {
		errs = append(errs, fmt.Errorf("session of %d hours, want at least 1", hours))
	}
	in := a.Config.Inbound
	missing := false
	switch in.Type {
	case config.InboundSAML:
		missing = in.Issuer == "" || in.SSOURL == "" || in.Certificate == ""
	case config.InboundOIDC:
		missing = in.Issuer == "" || in.AuthorizeURL == "" || in.TokenURL == "" || in.KeysURL == "" || in.ClientID == "" || in.ClientSecret.Name == ""
	case config.InboundNone:
	default:
		errs = append(errs, fmt.Errorf("inbound: type %q is not known, want none, saml or oidc", in.Type))
	}
	if missing {
		errs = append(errs, fmt.Errorf("inbound: something that type %s needs is missing", in.Type))
	}
	if a.active() && len(in.MailDomains) == 0 {
		errs = append(errs, errors.New("inbound: an active provider needs mail domains"))
	}
	return errors.Join(errs...)
}

// inbound reports whether the client has an identity provider of its own.
func (a Args) inbound() bool {
	return a.Config.Inbound.Type == config.InboundSAML || a.Config.Inbound.Type == config.InboundOIDC
}

// active reports whether people are sent to the client's own identity provider.
func (a Args) active() bool {
	return a.inbound() && a.Config.Inbound.State == config.InboundActive && !a.Suspended
}

// SignOn is how a client's people sign in.
type SignOn struct {
	pulumi.ResourceState

	// GroupIDs are the client's groups, by the last part of their names.
	GroupIDs map[string]pulumi.StringOutput
	// ClientID and ClientSecret are the application that load balancers know; the latter
	// is secret. Both are nil without hosts.
	ClientID, ClientSecret pulumi.StringInput
	// Inbound is what the client puts into its own identity provider; nil without one.
	Inbound pulumi.StringMap

	ctx   *pulumi.Context
	name  string
	args  Args
	child pulumi.ResourceOption
}

// Outputs returns the ids of groups and application, and what the client puts into its
// own identity provider.
func (s *SignOn) Outputs() pulumi.Map {
	groups := pulumi.StringMap{}
	for group, id := range s.GroupIDs {
		groups[group] = id
	}
	outputs := pulumi.Map{"signOnGroupIds": groups}
	if s.ClientID != nil {
		outputs["signOnClientId"] = s.ClientID
	}
	if s.Inbound != nil {
		outputs["signOnInbound"] = s.Inbound
	}
	return outputs
}

// New builds what args describes. Its providers must be one of okta, and one of aws when
// the client's own identity provider speaks OpenID Connect: the secret for it is read
// from Secrets Manager. It fails, naming all that is wrong before any resource is
// registered, when args are incomplete.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*SignOn, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("sign-on %q: %w", name, err)
	}
	s := &SignOn{ctx: ctx, name: name, args: args, GroupIDs: map[string]pulumi.StringOutput{}}
	return component.Register(ctx, token, name, s, opts, func(child pulumi.ResourceOption) error {
		s.child = child
		for _, add := range []func() error{s.addGroups, s.addLogReaders, s.addApp, s.addInbound} {
			if err := add(); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *SignOn) addGroups() error {
	for _, group := range s.args.Config.Groups {
		made, err := s.addGroup(group, naming.CellGroup(s.args.Client, group), "The "+group+" of client "+s.args.Client)
		if err != nil {
			return err
		}
		s.GroupIDs[group] = made
	}
	return nil
}

func (s *SignOn) addGroup(resource, name, description string) (pulumi.StringOutput, error) {
	made, err := oktagroup.NewGroup(s.ctx, s.name+"-"+resource, &oktagroup.GroupArgs{
		Name:        pulumi.String(name),
		Description: pulumi.String(description),
	}, s.child, pulumi.Protect(s.args.DeletionProtection))
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return made.ID().ToStringOutput(), nil
}

// addLogReaders makes the group of those who read the client's logs, where there is
// something to read them in. The application shows each the lines of their groups.
func (s *SignOn) addLogReaders() error {
	if s.args.LogsAppID == "" {
		return nil
	}
	// No group of the client's own can have the same resource name: theirs have no dot.
	id, err := s.addGroup("logs.readers", naming.LogReaders(s.args.Client), "Read the logs of client "+s.args.Client)
	if err != nil || s.args.Suspended {
		return err
	}
	_, err = oktaapp.NewGroupAssignment(s.ctx, s.name+"-logs", &oktaapp.GroupAssignmentArgs{AppId: pulumi.String(s.args.LogsAppID), GroupId: id}, s.child)
	return err
}

// groupIDs are the ids of the client's groups, in the order of their names.
func (s *SignOn) groupIDs() pulumi.StringArray {
	ids := pulumi.StringArray{}
	for _, group := range slices.Sorted(slices.Values(s.args.Config.Groups)) {
		ids = append(ids, s.GroupIDs[group])
	}
	return ids
}

// addApp makes the application that load balancers ask who somebody is. They need its
// secret.
func (s *SignOn) addApp() error {
	if len(s.args.Hosts) == 0 {
		return nil
	}
	policy, err := s.addPolicy()
	if err != nil {
		return err
	}
	var urls []string
	for _, host := range s.args.Hosts {
		urls = append(urls, naming.LoadBalancerSignInURL(host))
	}
	status := statusActive
	if s.args.Suspended {
		status = statusInactive
	}
	made, err := oktaapp.NewOAuth(s.ctx, s.name, &oktaapp.OAuthArgs{
		Label:                   pulumi.String("Client " + s.args.Client),
		Status:                  pulumi.String(status),
		Type:                    pulumi.String("web"),
		GrantTypes:              pulumi.ToStringArray([]string{"authorization_code"}),
		ResponseTypes:           pulumi.ToStringArray([]string{"code"}),
		RedirectUris:            pulumi.ToStringArray(urls),
		TokenEndpointAuthMethod: pulumi.String("client_secret_basic"),
		GroupsClaim: oktaapp.OAuthGroupsClaimArgs{
			Type:       pulumi.String("FILTER"),
			FilterType: pulumi.String("STARTS_WITH"),
			Name:       pulumi.String("groups"),
			Value:      pulumi.String(naming.CellGroupPrefix(s.args.Client)),
		},
		IssuerMode:           pulumi.String("ORG_URL"),
		ImplicitAssignment:   pulumi.Bool(false),
		AuthenticationPolicy: policy,
	}, s.child, pulumi.Protect(s.args.DeletionProtection))
	if err != nil {
		return err
	}
	s.ClientID, s.ClientSecret = made.ClientId, pulumi.ToSecret(made.ClientSecret).(pulumi.StringOutput)
	groups := okta.AppGroupAssignmentsGroupArray{}
	for _, id := range s.groupIDs() {
		groups = append(groups, okta.AppGroupAssignmentsGroupArgs{Id: id, Profile: pulumi.String("{}")})
	}
	// It takes the application from all others, those too that somebody assigned by hand.
	_, err = okta.NewAppGroupAssignments(s.ctx, s.name, &okta.AppGroupAssignmentsArgs{AppId: made.ID().ToStringOutput(), Groups: groups}, s.child)
	return err
}

// addPolicy makes the rule by which the client's groups sign in: with two factors, again
// after the session's hours. Nobody else does. It returns the policy's id.
func (s *SignOn) addPolicy() (pulumi.StringOutput, error) {
	policy, err := okta.NewAppSignonPolicy(s.ctx, s.name, &okta.AppSignonPolicyArgs{
		Name:        pulumi.String(naming.CellSignOn(s.args.Client)),
		Description: pulumi.String("Who of client " + s.args.Client + " signs in, and how"),
		// The rule for all others would let them in with one factor.
		CatchAll: pulumi.Bool(false),
	}, s.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	id := policy.ID().ToStringOutput()
	_, err = okta.NewAppSignonPolicyRule(s.ctx, s.name, &okta.AppSignonPolicyRuleArgs{
		PolicyId:                  id,
		Name:                      pulumi.String("Two factors"),
		Access:                    pulumi.String("ALLOW"),
		Type:                      pulumi.String("ASSURANCE"),
		FactorMode:                pulumi.String("2FA"),
		GroupsIncludeds:           s.groupIDs(),
		ReAuthenticationFrequency: pulumi.String(fmt.Sprintf("PT%dH", s.args.Config.SessionHours)),
		NetworkConnection:         pulumi.String("ANYWHERE"),
		Status:                    pulumi.String(statusActive),
	}, s.child)
	return id, err
}
