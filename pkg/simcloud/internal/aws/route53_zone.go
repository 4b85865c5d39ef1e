package aws

import (
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

const upperAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

func zone() *resource.Kind {
	return &resource.Kind{
		Token: tokZone, Service: "Route 53", Noun: "Route53 Hosted Zone", CreateOp: "CreateHostedZone", UpdateOp: "UpdateHostedZoneComment", DeleteOp: "DeleteHostedZone",
		Global: true,
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"name", "delegationSetId"}, Why: "a zone is its name, on the name servers that it was made with"},
			},
			Sets:      []string{"vpcs"},
			Computed:  []string{"vpcs"},
			Defaults:  map[string]any{"comment": "Managed by Pulumi", "forceDestroy": false},
			Lengths:   map[string]schema.Range{"name": {Min: 1, Max: 255}, "comment": {Min: 0, Max: 256}},
			Conflicts: [][]string{{"delegationSetId", "vpcs"}},
		},
		Identify: identifyZone,
		Apply: func(c *resource.Call) error {
			c.Release()
			for _, v := range c.In.Objs("vpcs") {
				if err := associateVPC(c, v); err != nil {
					return err
				}
			}
			return nil
		},
		Remove: func(c *resource.Call) error {
			records := c.Users(tokRecord)
			if len(records) > 0 && !c.In.Bool("forceDestroy") {
				return resource.Faultf("HostedZoneNotEmpty", "The specified hosted zone contains non-required resource record sets and so cannot be deleted.")
			}
			deleteAll(c, records)
			return nil
		},
	}
}

func identifyZone(c *resource.Call) error {
	if c.Tx.Tally(tokZone, c.Account, resource.Global) >= c.Limits["zones per account"] {
		return resource.Faultf("TooManyHostedZones", "This account has reached the limit on hosted zones.")
	}
	c.Obj.ID = "Z0" + c.Pick("zone", upperAlphanumeric, 19)
	c.Obj.ARN = "arn:aws:route53:::hostedzone/" + c.Obj.ID
	c.Out("zoneId", c.Obj.ID)
	var servers []any
	for i, domain := range []string{"com", "net", "org", "co.uk"} {
		n := 0
		if c.In.Len("vpcs") == 0 {
			_, _ = fmt.Sscanf(c.Hex(domain, 2), "%x", &n)
		}
		servers = append(servers, fmt.Sprintf("ns-%d.awsdns-%02d.%s.", i*512+n, n%64, domain))
	}
	if c.In.Len("vpcs") == 0 {
		for i := range servers {
			servers[i] = strings.TrimSuffix(servers[i].(string), ".")
		}
	}
	c.Out("nameServers", servers)
	c.Out("primaryNameServer", servers[0])
	return nil
}

// associateVPC makes a private zone answer in a VPC, in which no other zone may have the same name.
func associateVPC(c *resource.Call, v resource.Props) error {
	region := v.Str("vpcRegion")
	if region == "" {
		region = c.Region
	}
	id := v.Str("vpcId")
	if c.Use(store.Key{Type: tokVPC, Account: c.Account, Region: region, ID: id}) == nil {
		return resource.Faultf("InvalidVPCId", "The VPC: %s you specified was not found in the region %s.", id, region)
	}
	if !c.Claim(fmt.Sprintf("privatezone/%s/%s", id, zoneName(c.In.Str("name")))) {
		return resource.Faultf("ConflictingDomainExists", "A hosted zone with the name %s is already associated with the VPC %s.", zoneName(c.In.Str("name")), id)
	}
	return nil
}

// zoneName is a domain name as Route 53 compares it.
func zoneName(s string) string { return strings.ToLower(strings.TrimSuffix(s, ".")) }

// isPrivate says whether a zone answers in VPCs only.
func isPrivate(z *store.Object) bool { return resource.Props(z.Outputs).Len("vpcs") > 0 }
