package clientcell

import (
	"slices"

	"cellworks/pkg/clientcell/sso"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// allowSignOn lets deployments read the secret for the client's own identity provider,
// which may be encrypted with the cell's key.
func (p *plan) allowSignOn() {
	if cfg := p.Config; cfg.SSO.Enabled && cfg.SSO.Inbound.Type == config.InboundOIDC {
		p.keyStatements = append(p.keyStatements, sso.KeyStatement(cfg.Client, cfg.Account.ID, cfg.Region.Name, naming.DeployRole(naming.ProjectCell)))
	}
}

func (c *Cell) addSSO(s *site) (err error) {
	cfg := s.Config
	c.SignOn, err = sso.New(s.ctx, s.name, sso.Args{
		Client:             cfg.Client,
		Config:             cfg.SSO,
		Issuer:             s.Okta.Issuer,
		Hosts:              s.signInHosts(),
		LogsAppID:          s.Okta.AppIDs[config.OktaAppOpenSearch],
		Suspended:          cfg.State == config.Suspended,
		DeletionProtection: cfg.DeletionProtection,
	}, s.child)
	if err != nil {
		return err
	}
	for name, output := range c.SignOn.Outputs() {
		c.outputs[name] = output
	}
	return nil
}

// signInHosts are the host names behind which load balancers ask who people are, in
// order.
func (p plan) signInHosts() []string {
	ingress := p.Config.Ingress
	if !ingress.Enabled || ingress.Auth != config.AuthOIDC {
		return nil
	}
	var hosts []string
	for _, service := range p.services {
		if service.Expose.Scheme() != "" {
			hosts = append(hosts, p.Config.HostLabel(service)+"."+p.Base.ZoneName)
		}
	}
	for _, vanity := range ingress.VanityNames {
		if len(hosts) > 0 {
			hosts = append(hosts, vanity.Host)
		}
	}
	return slices.Sorted(slices.Values(hosts))
}
