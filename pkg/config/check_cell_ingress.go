package config

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/naming"
)

// ingress reports host names of a client's own that nothing answers for, and such that
// cannot be proved.
func (c *cellChecker) ingress() {
	if !c.cell.Services.Enabled || c.bad("ingress", "ingress.vanityNames", "services", "services.items") {
		return
	}
	for i, v := range c.cell.Ingress.VanityNames {
		p := itemPath("ingress.vanityNames", v.Name, i)
		if c.bad(p) {
			continue
		}
		c.vanityService(v, p+".service")
		if path := p + ".host"; !c.bad(path) && v.Host != "" {
			c.vanityHost(v.Host, path)
		}
	}
}

func (c *cellChecker) vanityService(v VanityName, path string) {
	if c.bad(path) || v.Service == "" {
		return
	}
	services := names(c.cell.Services.Items, func(s Service) string { return s.Name })
	i := slices.Index(services, v.Service)
	if i < 0 {
		c.problem(path, fmt.Sprintf("%s is not a service of services.items", show(v.Service)), didYouMean(v.Service, services, "services"))
		return
	}
	if expose := itemPath("services.items", v.Service, i) + ".expose"; c.cell.Services.Items[i].Expose.Scheme() == "" && !c.bad(expose) {
		c.problem(path, fmt.Sprintf("service %s is not exposed, so that nothing would answer", v.Service), "set expose of the service to internal or public, or remove the name")
	}
}

// vanityHost reports a host outside of the zone in which its certificate proves itself,
// and one that is too long for a certificate.
func (c *cellChecker) vanityHost(host, path string) {
	if len(host) > naming.MaxCertificateName {
		c.problem(path, fmt.Sprintf("%s has %d characters, want at most %d for a certificate", host, len(host), naming.MaxCertificateName), "choose a shorter name")
	}
	zone := c.cell.zone(c.org.Domain)
	if zone == "" || strings.HasSuffix(host, "."+zone) {
		return
	}
	c.problem(path, fmt.Sprintf("%s is not below %s, the only zone of %s %s in which a certificate can be proved", host, zone, c.at.account, c.at.region),
		fmt.Sprintf("for example: %s.%s.%s", "www", c.cell.Client, zone))
}

// zone returns the zone of the cell's host names; "" where the cell is not placed.
func (c Cell) zone(domain string) string {
	if c.Region.Name == "" || domain == "" {
		return ""
	}
	return naming.Zone(c.Region.Name, c.Account.Name, domain)
}

// hostUse is a host name relative to the zone, the path of what answers for it and the
// load balancer that it does so on.
type hostUse struct {
	host, path string
	scheme     LoadBalancerScheme
	// vanity says that the path is that of a name of the client's own.
	vanity bool
}

// exposed returns the host names that the cell answers for.
func exposed(cell *Cell, domain string) []hostUse {
	var out []hostUse
	if !cell.Services.Enabled || !cell.Ingress.Enabled {
		return nil
	}
	schemes := map[string]LoadBalancerScheme{}
	for i, s := range cell.Services.Items {
		if scheme := s.Expose.Scheme(); scheme != "" {
			schemes[s.Name] = scheme
			out = append(out, hostUse{host: cell.HostLabel(s), path: itemPath("services.items", s.Name, i), scheme: scheme})
		}
	}
	zone := cell.zone(domain)
	for i, v := range cell.Ingress.VanityNames {
		if host, ok := strings.CutSuffix(v.Host, "."+zone); ok && zone != "" && schemes[v.Service] != "" {
			out = append(out, hostUse{host: host, path: itemPath("ingress.vanityNames", v.Name, i), scheme: schemes[v.Service], vanity: true})
		}
	}
	return out
}
