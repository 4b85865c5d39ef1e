package config

import "cmp"

// IngressAuth says who asks people who they are.
type IngressAuth string

const (
	// AuthNone leaves it to the services.
	AuthNone IngressAuth = "none"
	// AuthOIDC lets the load balancer ask, at the client's application of module sso.
	AuthOIDC IngressAuth = "oidc"
)

// CellIngress is how the client's exposed services are reached. Without it none is,
// whatever they say.
type CellIngress struct {
	// Enabled says whether exposed services are reached.
	Enabled bool `yaml:"enabled" example:"true"`
	// Host is the first label of the host name of exposed services that say none
	// themselves. Default: the client's name.
	Host string `yaml:"host,optional" match:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" hint:"one lower-case DNS label of 1 to 63 characters"`
	// Shard is which of the account's load balancers of a scheme serves the cell, 0 to 9;
	// below shards of the utility configuration. A load balancer takes 100 target groups
	// (docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html).
	// Changing it moves the cell, which closes it for some minutes. Default 0.
	Shard int `yaml:"shard" default:"0" range:"0..9"`
	// Auth is none, or oidc: the load balancer lets in only whom Okta knows as one of the
	// client's people. It needs module sso.
	Auth IngressAuth `yaml:"auth" oneof:"none|oidc" example:"none"`
	// VanityNames are further host names, each with a certificate of its own; a named list.
	// Optional.
	VanityNames []VanityName `yaml:"vanityNames,optional"`
}

// VanityName is a host name of a client's own, with a certificate of its own.
type VanityName struct {
	// Name is unique in the cell, 1 to 20 characters.
	Name string `yaml:"name" match:"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$" hint:"1 to 20 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"portal"`
	// Host is the whole host name, below the organization's domain zone of the account
	// and region, where the certificate proves itself; neither a name of another client
	// there nor below one.
	Host string `yaml:"host" match:"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$" hint:"a lower-case host name" example:"portal.acme.us-east-1.nonprod.example.com"`
	// Service is the exposed service that answers.
	Service string `yaml:"service" example:"api"`
}

// HostLabel returns the first label of the host name of an exposed service of the cell.
func (c Cell) HostLabel(s Service) string { return cmp.Or(s.Host, c.Ingress.Host, c.Client) }
