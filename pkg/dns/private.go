package dns

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
)

const privateToken = component.TokenPrefix + ":dns:PrivateZone"

// PrivateArgs says what private zone to build.
type PrivateArgs struct {
	// Domain is the zone's domain name, without a trailing dot: below a domain of the
	// organization, so that certificates for its names can be validated in public.
	Domain string
	// VPCID is the VPC whose hosts resolve the zone's names; it must have both of its
	// DNS settings. Others are associated elsewhere.
	VPCID pulumi.StringInput
}

// PrivateZone is one private hosted zone.
type PrivateZone struct {
	pulumi.ResourceState

	// ID is the hosted zone's id.
	ID pulumi.StringOutput
	// Domain is the zone's domain name.
	Domain pulumi.StringOutput
}

// Outputs returns the zone's id and domain.
func (z *PrivateZone) Outputs() pulumi.Map {
	return pulumi.Map{"zoneId": z.ID, "domain": z.Domain}
}

// NewPrivate builds the private zone. It fails, before any resource is registered,
// when domain or VPC are missing. Like a public zone it is never deleted while it
// holds records.
func NewPrivate(ctx *pulumi.Context, name string, args PrivateArgs, opts ...pulumi.ResourceOption) (*PrivateZone, error) {
	var errs []error
	if args.Domain == "" {
		errs = append(errs, errors.New("domain is empty"))
	}
	if args.VPCID == nil {
		errs = append(errs, errors.New("vpc id is not set"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("private zone %q: %w", name, err)
	}
	z := &PrivateZone{}
	return component.Register(ctx, privateToken, name, z, opts, func(child pulumi.ResourceOption) error {
		// A private zone always has one VPC. Those that peering associates appear in
		// the same list, and must not be taken out again.
		zone, err := route53.NewZone(ctx, name, &route53.ZoneArgs{
			Name:    pulumi.String(args.Domain),
			Comment: pulumi.String("Internal names"),
			Vpcs:    route53.ZoneVpcArray{route53.ZoneVpcArgs{VpcId: args.VPCID}},
		}, child, pulumi.IgnoreChanges([]string{"vpcs"}))
		if err != nil {
			return err
		}
		z.ID, z.Domain = zone.ZoneId, zone.Name
		return nil
	})
}
