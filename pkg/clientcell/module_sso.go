package clientcell

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/ingress"
	"cellworks/pkg/clientcell/sso"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

const secondsPerHour = 3600

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
		Suspended:          s.suspended(),
		DeletionProtection: cfg.Protects(config.ModuleSSO),
	}, s.child)
	if err != nil {
		return err
	}
	maps.Copy(c.outputs, c.SignOn.Outputs())
	if c.SignOn.ClientID != nil {
		s.environment["CELL_SSO_CLIENT_ID"] = c.SignOn.ClientID
		s.signIn = &ingress.OIDC{
			Issuer:                pulumi.String(s.Okta.Issuer),
			AuthorizationEndpoint: pulumi.String(s.Okta.Issuer + "/oauth2/v1/authorize"),
			TokenEndpoint:         pulumi.String(s.Okta.Issuer + "/oauth2/v1/token"),
			UserInfoEndpoint:      pulumi.String(s.Okta.Issuer + "/oauth2/v1/userinfo"),
			ClientID:              c.SignOn.ClientID,
			ClientSecret:          c.SignOn.ClientSecret,
			Cookie:                naming.CellSignInCookie(cfg.Client),
			SessionSeconds:        cfg.SSO.SessionHours * secondsPerHour,
		}
	}
	return nil
}

// signInHosts are the host names behind which load balancers ask who people are.
func (p plan) signInHosts() []string {
	if p.Config.Ingress.Auth != config.AuthOIDC {
		return nil
	}
	return p.hosts()
}
