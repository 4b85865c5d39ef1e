// Package dns builds hosted zones. Delegating a zone from its parent domain is
// left to whoever runs that domain: the zone publishes the name servers for it.
package dns

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
)

const token = component.TokenPrefix + ":dns:Zone"

// Args says what zone to build.
type Args struct {
	// Domain is the zone's domain name, without a trailing dot.
	Domain string
}

// Zone is one public hosted zone.
type Zone struct {
	pulumi.ResourceState

	// ID is the hosted zone's id.
	ID pulumi.StringOutput
	// Domain is the zone's domain name.
	Domain pulumi.StringOutput
	// NameServers are what the parent domain must delegate to.
	NameServers pulumi.StringArrayOutput
}

// Outputs returns the zone's id, domain and name servers.
func (z *Zone) Outputs() pulumi.Map {
	return pulumi.Map{"zoneId": z.ID, "domain": z.Domain, "nameServers": z.NameServers}
}

// New builds the zone. It fails, before any resource is registered, when the
// domain is empty. The zone is never deleted while it holds records: AWS refuses
// it, and ForceDestroy is off.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Zone, error) {
	if args.Domain == "" {
		return nil, fmt.Errorf("zone %q: %w", name, errors.New("domain is empty"))
	}
	z := &Zone{}
	return component.Register(ctx, token, name, z, opts, func(child pulumi.ResourceOption) error {
		zone, err := route53.NewZone(ctx, name, &route53.ZoneArgs{
			Name:    pulumi.String(args.Domain),
			Comment: pulumi.String("Names of the clients' cells"),
		}, child)
		if err != nil {
			return err
		}
		z.ID, z.Domain, z.NameServers = zone.ZoneId, zone.Name, zone.NameServers
		return nil
	})
}
