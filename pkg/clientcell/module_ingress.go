package clientcell

import (
	"errors"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/ingress"
	"cellworks/pkg/clientcell/services"
	"cellworks/pkg/config"
)

// errNoSignIn says that ingress wants people to sign in and nothing says where.
var errNoSignIn = errors.New("auth is oidc, but module sso made no application for it")

func (c *Cell) addIngress(s *site) (err error) {
	if len(s.balancers) == 0 {
		return nil // nothing is exposed
	}
	args := s.ingressArgs()
	args.VPCID = c.Network.VPCID
	if s.Config.Ingress.Auth == config.AuthOIDC {
		if args.OIDC = s.signIn; args.OIDC == nil {
			return errNoSignIn
		}
	}
	// Target groups, rules and records were those of services.
	args.FormerParent = pulumi.CreateURN(pulumi.String(s.name), pulumi.String(services.Token), c.URN().ToStringOutput(), pulumi.String(s.ctx.Project()), pulumi.String(s.ctx.Stack()))
	if c.Ingress, err = ingress.New(s.ctx, s.name, args, s.child); err != nil {
		return err
	}
	for service, target := range c.Ingress.Targets {
		s.targets[service] = services.Target{GroupARN: target.GroupARN, Ready: target.Ready}
	}
	maps.Copy(c.outputs, c.Ingress.Outputs())
	return nil
}

func (p plan) ingressArgs() ingress.Args {
	args := ingress.Args{
		ZoneID:        p.Base.ZoneID,
		ZoneName:      p.Base.ZoneName,
		LoadBalancers: p.balancers,
		Services:      map[string]ingress.Service{},
		VanityNames:   map[string]ingress.Vanity{},
		Closed:        p.closed(),
	}
	for _, service := range p.services {
		if scheme := p.scheme(service); scheme != "" {
			args.Services[service.Name] = ingress.Service{
				Port: service.Port, HealthPath: service.HealthPath, Scheme: scheme, Host: p.host(service),
			}
		}
	}
	for _, vanity := range p.Config.Ingress.VanityNames {
		args.VanityNames[vanity.Name] = ingress.Vanity{Host: vanity.Host, Service: vanity.Service}
	}
	return args
}

// scheme returns the load balancer that a service is exposed on; "" for none.
func (p plan) scheme(service config.Service) config.LoadBalancerScheme {
	if !p.Config.Ingress.Enabled {
		return ""
	}
	return service.Expose.Scheme()
}

// closed reports whether nobody gets through to the cell's services.
func (p plan) closed() bool { return !p.Config.Ingress.Enabled || p.suspended() }

func (p plan) host(service config.Service) string {
	return p.Config.HostLabel(service) + "." + p.Base.ZoneName
}

// hosts returns the host names that the cell answers for, in order: where people come
// back to from signing in.
func (p plan) hosts() []string {
	var hosts []string
	for _, service := range p.services {
		if p.scheme(service) != "" {
			hosts = append(hosts, p.host(service))
		}
	}
	for _, vanity := range p.Config.Ingress.VanityNames {
		if len(hosts) > 0 {
			hosts = append(hosts, vanity.Host)
		}
	}
	slices.Sort(hosts)
	return hosts
}
