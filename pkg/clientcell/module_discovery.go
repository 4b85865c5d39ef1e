package clientcell

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/services"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
	"cellworks/pkg/securitygroup"
	"cellworks/pkg/userdata"
)

// authority is the secret of application consul with the certificate of the authority that
// signed those of its servers.
const authority = "ca"

// discovered returns the services that register with Consul.
func (p plan) discovered() []config.Service {
	var found []config.Service
	for _, service := range p.services {
		if service.Discovery == config.DiscoveryConsul {
			found = append(found, service)
		}
	}
	return found
}

// discover decides how services register with Consul. Each logs in as its role, whose tag
// says what it is and which Consul looks up in the role's own name: the token that it gets
// is good for that service and no other. Reading the authority's certificate opens no
// other secret of Consul's key.
func (p *plan) discover() error {
	found := p.discovered()
	if len(found) == 0 {
		return nil
	}
	account, region := p.Config.Account, p.Config.Region.Name
	if p.Consul == nil {
		return fmt.Errorf("service %s is to be found by Consul, and there is none for cells of %s in %s", found[0].Name, account.Name, region)
	}
	certificate, tasks := p.Consul.SecretARNs[authority], p.Consul.Tasks
	if !tasks.Enabled || certificate == "" || len(p.Consul.CertificateNames) == 0 {
		stack := naming.ProjectUtility + "/" + naming.StackUtility(account.Name, region, config.ApplicationConsul)
		return fmt.Errorf("stack %s lets no tasks register: bring it up again (cellctl up %s)", stack, stack)
	}
	ports := userdata.DefaultConsulPorts()
	ports.HTTPS, ports.GRPCTLS = p.Consul.Port, p.Consul.ProxyPort
	p.consul = &services.Consul{
		At:    userdata.ConsulAt{Host: p.Consul.Host, Ports: ports, ServerName: p.Consul.CertificateNames[0]},
		Image: tasks.Image, DataplaneImage: tasks.DataplaneImage, AuthorityARN: certificate,
	}
	p.starting = append(p.starting,
		iampolicy.Allow("ReadAuthority", "secretsmanager:GetSecretValue").On(certificate),
		iampolicy.Allow("DecryptAuthority", "kms:Decrypt").On(p.Consul.SecretKeyARN).
			If("StringEquals", "kms:EncryptionContext:SecretARN", certificate).
			If("StringEquals", "kms:ViaService", "secretsmanager."+region+".amazonaws.com"))
	var errs []error
	for _, service := range found {
		role, err := naming.Role(p.Config.Client, service.Name, "task")
		errs = append(errs, err)
		p.grantsOf[service.Name] = append(p.grantsOf[service.Name],
			iampolicy.Allow("ShowItself", "iam:GetRole").On(naming.CellRoleARN(account.ID, region, p.Config.Client, role)))
	}
	return errors.Join(errs...)
}

// roleTags are the tags of the roles of services by name.
func (p plan) roleTags() map[string]map[string]string {
	tags := map[string]map[string]string{}
	for _, service := range p.discovered() {
		tags[service.Name] = map[string]string{naming.TagConsulService: naming.CellConsulService(p.Config.Client, service.Name)}
	}
	return tags
}

// findByConsul lets the tasks of services that register with Consul out to its load
// balancer, and tells all services under which names they find these.
func (s *site) findByConsul(c *Cell) error {
	var errs []error
	for _, service := range s.discovered() {
		s.environment["CELL_SERVICE_"+variable(service.Name)+"_HOST"] = pulumi.String(naming.ConsulHost(naming.CellConsulService(s.Config.Client, service.Name), s.Consul.Domain))
		group := securitygroup.Foreign(s.ctx, s.name+"-"+service.Name+"-consul", c.Network.ServiceGroupIDs[service.Name], s.child)
		balancer := securitygroup.OfID(s.Consul.BalancerSecurityGroupID)
		errs = append(errs,
			group.To(balancer, s.Consul.Port, "API of Consul", "tcp"),
			group.To(balancer, s.Consul.ProxyPort, "proxies at Consul", "tcp"))
	}
	return errors.Join(errs...)
}
