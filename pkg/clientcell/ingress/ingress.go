// Package ingress builds what leads from the load balancers of an account to a cell's
// exposed services: target groups, rules, records, and certificates for host names of
// the client's own.
package ingress

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
)

const token = component.TokenPrefix + ":clientcell:Ingress"

// Service is an exposed service.
type Service struct {
	// Port is the TCP port of its tasks.
	Port int
	// HealthPath is the path that answers 200 when a task is well.
	HealthPath string
	// Scheme is the load balancer that it is exposed on.
	Scheme config.LoadBalancerScheme
	// Host is its host name, covered by the load balancers' own certificate.
	Host string
}

// Vanity is a host name of a client's own.
type Vanity struct {
	// Host is the host name, below the zone; Service the exposed one that answers.
	Host, Service string
}

// OIDC is the application of Okta at which load balancers ask people who they are.
type OIDC struct {
	// Issuer, AuthorizationEndpoint, TokenEndpoint and UserInfoEndpoint are URLs of the
	// authorization server.
	Issuer, AuthorizationEndpoint, TokenEndpoint, UserInfoEndpoint pulumi.StringInput
	// ClientID and ClientSecret identify the application; the latter is secret.
	ClientID, ClientSecret pulumi.StringInput
	// Cookie is the name of the cookie of a sign-in, the client's alone: load balancers that
	// clients share would let people of one in to another by it.
	Cookie string
	// SessionSeconds is how long a sign-in lasts, 1 to 604800
	// (docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html).
	SessionSeconds int
}

// Args says what to build.
type Args struct {
	// VPCID is the VPC of the services' tasks.
	VPCID pulumi.StringInput
	// ZoneID and ZoneName are the public hosted zone of the host names.
	ZoneID, ZoneName string
	// LoadBalancers are those that serve the cell, by scheme.
	LoadBalancers map[config.LoadBalancerScheme]contract.LoadBalancerOutputs
	// Services are the exposed services by name.
	Services map[string]Service
	// VanityNames are the client's own host names, by name.
	VanityNames map[string]Vanity
	// Closed leaves out what leads to services: host names and certificates stay, and the
	// load balancers answer 404.
	Closed bool
	// OIDC lets in only people whom Okta knows as the client's; nil: everybody.
	OIDC *OIDC

	// FormerParent is the component whose children target groups, rules and records were
	// before they had one of their own; nil: none.
	FormerParent pulumi.URNInput
}

func (a Args) validate() error {
	var errs []error
	if a.VPCID == nil || a.ZoneID == "" || a.ZoneName == "" {
		errs = append(errs, errors.New("vpc and hosted zone must be set"))
	}
	for _, name := range slices.Sorted(maps.Keys(a.Services)) {
		service := a.Services[name]
		if a.LoadBalancers[service.Scheme].ListenerARN == nil {
			errs = append(errs, fmt.Errorf("service %s is exposed, but there is no %s load balancer", name, service.Scheme))
		}
		if service.Host == "" {
			errs = append(errs, fmt.Errorf("service %s has no host name", name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.VanityNames)) {
		vanity := a.VanityNames[name]
		if _, ok := a.Services[vanity.Service]; !ok {
			errs = append(errs, fmt.Errorf("host name %s leads to service %s, which is not exposed", vanity.Host, vanity.Service))
		}
		if !below(vanity.Host, a.ZoneName) {
			errs = append(errs, fmt.Errorf("host name %s is not below %s, so that its certificate cannot be proved", vanity.Host, a.ZoneName))
		}
	}
	if a.OIDC != nil {
		errs = append(errs, a.OIDC.validate())
	}
	return errors.Join(errs...)
}

func (o OIDC) validate() error {
	for _, input := range []pulumi.StringInput{o.Issuer, o.AuthorizationEndpoint, o.TokenEndpoint, o.UserInfoEndpoint, o.ClientID, o.ClientSecret} {
		if input == nil {
			return errors.New("sign-in: issuer, endpoints, client id and secret must be set")
		}
	}
	if o.Cookie == "" {
		return errors.New("sign-in: the name of the cookie must be set")
	}
	if o.SessionSeconds < 1 || o.SessionSeconds > 604800 {
		return fmt.Errorf("sign-in: a session of %d s is out of range, want 1 to 604800", o.SessionSeconds)
	}
	return nil
}

// Target is what a service's tasks register with.
type Target struct {
	// GroupARN is the target group.
	GroupARN pulumi.StringOutput
	// Ready is the rule that leads to it: before that, ECS refuses the target group.
	Ready pulumi.Resource
}

// Ingress is what leads to a cell's services.
type Ingress struct {
	pulumi.ResourceState

	// Targets are the target groups by service name; none when the ingress is closed.
	Targets map[string]Target
	// URLs are where services are reached, by service name, and VanityURLs where they are
	// by the client's own names.
	URLs, VanityURLs map[string]pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the URLs.
func (i *Ingress) Outputs() pulumi.Map {
	urls, vanity := pulumi.Map{}, pulumi.Map{}
	for service, url := range i.URLs {
		urls[service] = url
	}
	for name, url := range i.VanityURLs {
		vanity[name] = url
	}
	return pulumi.Map{"urls": urls, "vanityUrls": vanity}
}

// New builds what args describes. It fails, naming all that is wrong before any resource
// is registered, when args are incomplete or a host name cannot be proved.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Ingress, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("ingress %q: %w", name, err)
	}
	i := &Ingress{
		Targets: map[string]Target{}, URLs: map[string]pulumi.StringOutput{}, VanityURLs: map[string]pulumi.StringOutput{},
		name: name, args: args,
	}
	return component.Register(ctx, token, name, i, opts, func(child pulumi.ResourceOption) error {
		for _, service := range slices.Sorted(maps.Keys(args.Services)) {
			if err := i.expose(ctx, service, child); err != nil {
				return err
			}
		}
		for _, vanity := range slices.Sorted(maps.Keys(args.VanityNames)) {
			if err := i.addVanity(ctx, vanity, child); err != nil {
				return err
			}
		}
		return nil
	})
}
