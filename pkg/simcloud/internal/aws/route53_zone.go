package aws

import (
	"fmt"
	"slices"
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
		Apply:    applyZoneVPCs,
		Remove: func(c *resource.Call) error {
			records := c.Users(tokRecord)
			if len(records) > 0 && !c.In.Bool("forceDestroy") {
				return resource.Faultf("HostedZoneNotEmpty", "The specified hosted zone contains non-required resource record sets and so cannot be deleted.")
			}
			deleteAll(c, records)
			deleteAll(c, c.Users(tokZoneAssociation, tokZoneAuthorization))
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

// applyZoneVPCs makes a private zone answer in the VPCs of its list. As the provider does, it looks only at those that
// came to the list or left it; one that leaves is no longer associated, whoever associated it.
func applyZoneVPCs(c *resource.Call) error {
	next, old := c.In.Objs("vpcs"), c.Old.Objs("vpcs")
	listed := func(list []resource.Props, v resource.Props) bool {
		return slices.ContainsFunc(list, func(o resource.Props) bool {
			return o.Str("vpcId") == v.Str("vpcId") && vpcRegionOf(c, o) == vpcRegionOf(c, v)
		})
	}
	if !c.In.Has("vpcs") {
		next = old // leaving the list out changes nothing
	}
	for _, v := range next {
		key := store.Key{Type: tokVPC, Account: c.Account, Region: vpcRegionOf(c, v), ID: v.Str("vpcId")}
		vpc := c.Use(key)
		if listed(old, v) {
			continue
		}
		if vpc == nil {
			return resource.Faultf("InvalidVPCId", "The VPC: %s you specified was not found in the region %s.", key.ID, key.Region)
		}
		if name := privateDomain(vpc.ID, c.In.Str("name")); !c.Claim(name) {
			owner, _ := c.Tx.Owner(name)
			return domainConflict(c, owner, vpc)
		}
	}
	for _, v := range old {
		if listed(next, v) {
			continue
		}
		name := privateDomain(v.Str("vpcId"), c.In.Str("name"))
		c.Obj.Names = slices.DeleteFunc(c.Obj.Names, func(n string) bool { return n == name })
		for _, k := range c.Users(tokZoneAssociation) {
			if prop(c.Tx.Get(k), "vpcId") == v.Str("vpcId") {
				c.Tx.Delete(k)
			}
		}
	}
	return nil
}

// zoneName is a domain name as Route 53 compares it.
func zoneName(s string) string { return strings.ToLower(strings.TrimSuffix(s, ".")) }

// isPrivate says whether a zone answers in VPCs only.
func isPrivate(z *store.Object) bool { return resource.Props(z.Outputs).Len("vpcs") > 0 }
