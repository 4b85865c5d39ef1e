package aws

import (
	"fmt"
	"slices"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// privateDomain is claimed by what answers to a name in a VPC: a private zone or an endpoint.
func privateDomain(vpcID, domain string) string {
	return "privatezone/" + vpcID + "/" + zoneName(domain)
}

// vpcRegionOf is the region of a VPC that an association names; the provider's own when it names none.
func vpcRegionOf(c *resource.Call, v resource.Props) string {
	if region := v.Str("vpcRegion"); region != "" {
		return region
	}
	return c.Region
}

// anyZone returns a zone of whatever account.
func anyZone(c *resource.Call, id string) (*store.Object, error) {
	for _, k := range c.Tx.ByID(id) {
		if k.Type == tokZone {
			if z := c.Use(k); z != nil {
				return z, nil
			}
		}
	}
	return nil, &resource.Fault{Code: "NoSuchHostedZone", Message: "No hosted zone found with ID: " + id, Status: 404}
}

// anyVPC returns a VPC of a region, of whatever account.
func anyVPC(c *resource.Call, id, region string) (*store.Object, error) {
	for _, k := range c.Tx.ByID(id) {
		if k.Type == tokVPC && k.Region == region {
			if v := c.Use(k); v != nil {
				return v, nil
			}
		}
	}
	return nil, resource.Faultf("InvalidVPCId", "The VPC: %s you specified was not found in the region %s.", id, region)
}

func notAuthorized(format string, a ...any) error {
	return &resource.Fault{Code: "NotAuthorizedException", Message: fmt.Sprintf(format, a...), Status: 401}
}

func zoneAssociation() *resource.Kind {
	return &resource.Kind{
		Token: tokZoneAssociation, Service: "Route 53", Noun: "Route53 Hosted Zone Association",
		CreateOp: "AssociateVPCWithHostedZone", UpdateOp: "AssociateVPCWithHostedZone", DeleteOp: "DisassociateVPCFromHostedZone",
		Global: true,
		Rules:  schema.Rules{Immutable: "an association is one zone and one VPC", Computed: []string{"vpcRegion"}},
		Identify: func(c *resource.Call) error {
			region := vpcRegionOf(c, c.In)
			c.Default("vpcRegion", region)
			c.Obj.ID = fmt.Sprintf("%s:%s:%s", c.In.Str("zoneId"), c.In.Str("vpcId"), region)
			c.ImportAs(c.In.Str("zoneId") + ":" + c.In.Str("vpcId"))
			return nil
		},
		Apply: func(c *resource.Call) error {
			z, err := anyZone(c, c.In.Str("zoneId"))
			if err != nil {
				return err
			}
			v, err := anyVPC(c, c.In.Str("vpcId"), vpcRegionOf(c, c.In))
			if err != nil {
				return err
			}
			if err := mayAssociate(c, z, v); err != nil {
				return err
			}
			if err := claimDomain(c, z, v); err != nil {
				return err
			}
			c.Out("owningAccount", z.Account)
			listVPC(c, z, v, true)
			return nil
		},
		Remove: func(c *resource.Call) error {
			for _, k := range c.Tx.ByID(c.In.Str("zoneId")) {
				if z := c.Tx.Get(k); z != nil && k.Type == tokZone {
					region, _ := c.Eff("vpcRegion").(string)
					listVPC(c, z, &store.Object{Key: store.Key{Region: region, ID: c.In.Str("vpcId")}}, false)
				}
			}
			return nil
		},
	}
}

// mayAssociate says whether the caller may associate a VPC with a zone: both are its own, or the VPC is and the zone's
// owner has authorized it.
func mayAssociate(c *resource.Call, z, v *store.Object) error {
	switch {
	case !isPrivate(z):
		return resource.Faultf("PublicZoneVPCAssociation", "You're trying to associate a VPC with a public hosted zone. Amazon Route 53 doesn't support associating a VPC with a public hosted zone.")
	case v.Account != c.Account:
		return notAuthorized("User: arn:aws:iam::%s:root is not authorized to perform: route53:AssociateVPCWithHostedZone on resource: arn:aws:ec2:%s:%s:vpc/%s", c.Account, v.Region, c.Account, v.ID)
	case z.Account != c.Account:
		authorization := store.Key{Type: tokZoneAuthorization, Account: z.Account, Region: resource.Global, ID: z.ID + ":" + v.ID}
		if c.Find(authorization) == nil {
			return notAuthorized("The VPC: %s has not authorized to associate with your hosted zone.", v.ID)
		}
	}
	if c.Tx.CountReferrers(z.Key, tokZoneAssociation)+1 >= c.Limits["VPCs per private zone"] {
		return resource.Faultf("LimitsExceeded", "The number of VPCs associated with hosted zone %s has reached its limit: %d", z.ID, c.Limits["VPCs per private zone"])
	}
	return nil
}

// claimDomain lets a zone answer in a VPC, in which nothing else may have its name.
func claimDomain(c *resource.Call, z, v *store.Object) error {
	name := privateDomain(v.ID, prop(z, "name"))
	if owner, taken := c.Tx.Owner(name); taken {
		return domainConflict(c, owner, v)
	}
	c.Claim(name)
	return nil
}

func domainConflict(c *resource.Call, owner store.Key, v *store.Object) error {
	id := owner.ID
	if o := c.Tx.Get(owner); o != nil && owner.Type == tokZoneAssociation {
		id = prop(o, "zoneId")
	}
	return resource.Faultf("ConflictingDomainExists", "The VPC %s in region %s has already been associated with the hosted zone %s with the same domain name.", v.ID, v.Region, id)
}

// listVPC adds a VPC to those that a zone tells of, or takes it away: a zone lists all its VPCs, so that its own list
// and associations fight over them unless the program ignores changes of the list.
func listVPC(c *resource.Call, z, v *store.Object, add bool) {
	for _, props := range []map[string]any{z.Inputs, z.Outputs} {
		list, _ := props["vpcs"].([]any)
		list = slices.DeleteFunc(slices.Clone(list), func(e any) bool {
			m, _ := e.(map[string]any)
			return resource.Props(m).Str("vpcId") == v.ID
		})
		if add {
			list = append(list, map[string]any{"vpcId": v.ID, "vpcRegion": v.Region})
		}
		props["vpcs"] = list
	}
	c.Tx.Put(z)
}

func zoneAuthorization() *resource.Kind {
	return &resource.Kind{
		Token: tokZoneAuthorization, Service: "Route 53", Noun: "Route53 VPC Association Authorization",
		CreateOp: "CreateVPCAssociationAuthorization", UpdateOp: "CreateVPCAssociationAuthorization", DeleteOp: "DeleteVPCAssociationAuthorization",
		Global: true,
		Upsert: true, // authorizing again changes nothing
		Rules:  schema.Rules{Immutable: "an authorization is one zone and one VPC", Computed: []string{"vpcRegion"}},
		Identify: func(c *resource.Call) error {
			c.Default("vpcRegion", vpcRegionOf(c, c.In))
			c.Obj.ID = c.In.Str("zoneId") + ":" + c.In.Str("vpcId")
			return nil
		},
		Apply: func(c *resource.Call) error {
			z, err := anyZone(c, c.In.Str("zoneId"))
			if err != nil {
				return err
			}
			if z.Account != c.Account {
				return &resource.Fault{Code: "AccessDenied", Message: fmt.Sprintf("User: arn:aws:iam::%s:root is not authorized to access this resource", c.Account), Status: 403}
			}
			if c.Creating() && c.Tx.CountReferrers(z.Key, tokZoneAuthorization) >= c.Limits["authorizations per zone"] {
				return resource.Faultf("TooManyVPCAssociationAuthorizations", "You've created the maximum number of authorizations that can be created for the specified hosted zone: %d", c.Limits["authorizations per zone"])
			}
			_, err = anyVPC(c, c.In.Str("vpcId"), vpcRegionOf(c, c.In))
			return err
		},
	}
}
