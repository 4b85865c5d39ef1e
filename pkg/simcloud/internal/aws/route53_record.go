package aws

import (
	"fmt"
	"net/netip"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func record() *resource.Kind {
	return &resource.Kind{
		Token: tokRecord, Service: "Route 53", Noun: "Route53 Record", CreateOp: "ChangeResourceRecordSets", UpdateOp: "ChangeResourceRecordSets", DeleteOp: "ChangeResourceRecordSets",
		Global: true, Upsert: true, // allowOverwrite is checked in Identify
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"name", "type", "zoneId", "setIdentifier"}, Why: "together they are what identifies a record set"},
			},
			Sets:        []string{"records"},
			Defaults:    map[string]any{},
			Computed:    []string{"allowOverwrite"},
			Enums:       map[string][]string{"type": {"A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT"}},
			Ranges:      map[string]schema.Range{"ttl": {Min: 0, Max: 2147483647}},
			ExactlyOne:  [][]string{{"records", "aliases"}},
			Conflicts:   [][]string{{"aliases", "ttl"}},
			Unsimulated: map[string]string{"cidrRoutingPolicy": "", "geoproximityRoutingPolicy": "", "healthCheckId": ""},
		},
		Validate: checkRecord,
		Identify: identifyRecord,
		Apply:    applyRecord,
	}
}

func checkRecord(v *resource.Validation) {
	if v.In.Has("records") && !v.In.Has("ttl") {
		v.Fail("ttl", "%q: all of `records,ttl` must be specified", "ttl")
	}
	if !v.In.Known("type") {
		return
	}
	typ := v.In.Str("type")
	for i, r := range v.In.Strs("records") {
		if problem := recordProblem(typ, r); problem != "" {
			v.Fail(fmt.Sprintf("records[%d]", i), "InvalidChangeBatch: [Invalid Resource Record: 'FATAL problem: %s encountered with '%s'']", problem, r)
		}
	}
	if typ == "CNAME" && v.In.Len("records") > 1 {
		v.Fail("records", "InvalidChangeBatch: [Invalid request: Expected exactly one value for a CNAME record, got %d]", v.In.Len("records"))
	}
}

func recordProblem(typ, value string) string {
	addr, err := netip.ParseAddr(value)
	switch {
	case typ == "A" && (err != nil || !addr.Is4()):
		return "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)"
	case typ == "AAAA" && (err != nil || !addr.Is6()):
		return "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)"
	case typ == "TXT" && len(value) > 255 && !strings.Contains(value, `"`):
		return "CharacterStringTooLong (Value is too long)"
	}
	return ""
}

// fqdn is the full name of a record: a name outside the zone is taken as relative to it, as the provider does.
func fqdn(name, zone string) string {
	name, zone = zoneName(name), zoneName(zone)
	if name == "" || name == zone {
		return zone
	}
	if strings.HasSuffix(name, "."+zone) {
		return name
	}
	return name + "." + zone
}

func identifyRecord(c *resource.Call) error {
	z := c.OfAccount(tokZone, c.In.Str("zoneId"))
	if z == nil {
		return &resource.Fault{Code: "NoSuchHostedZone", Message: "No hosted zone found with ID: " + c.In.Str("zoneId"), Status: 404}
	}
	name := fqdn(c.In.Str("name"), prop(z, "name"))
	c.Obj.ID = z.ID + "_" + name + "_" + c.In.Str("type")
	if set := c.In.Str("setIdentifier"); set != "" {
		c.Obj.ID += "_" + set
	}
	if c.Tx.Get(c.Obj.Key) != nil && !c.In.Bool("allowOverwrite") {
		return resource.Faultf("InvalidChangeBatch", "[Tried to create resource record set [name='%s.', type='%s'] but it already exists]", name, c.In.Str("type"))
	}
	if c.Tx.CountReferrers(z.Key, tokRecord) >= c.Limits["records per zone"] {
		return resource.Faultf("InvalidChangeBatch", "[Number of records limit of %d exceeded.]", c.Limits["records per zone"])
	}
	c.Out("fqdn", name)
	return nil
}

func applyRecord(c *resource.Call) error {
	z := c.OfAccount(tokZone, c.In.Str("zoneId"))
	if z == nil {
		return &resource.Fault{Code: "NoSuchHostedZone", Message: "No hosted zone found with ID: " + c.In.Str("zoneId"), Status: 404}
	}
	name, typ := prop(c.Obj, "fqdn"), c.In.Str("type")
	if err := checkAlone(c, z, name, typ); err != nil {
		return err
	}
	c.Claim(recordName(z, name, typ) + "/" + c.In.Str("setIdentifier"))
	if typ == "CNAME" && !isPrivate(z) {
		c.Claim("publiccname/" + name + "/" + c.Obj.ID)
	}
	for _, a := range c.In.Objs("aliases") {
		if err := checkAlias(c, z, a, typ); err != nil {
			return err
		}
	}
	return nil
}

func recordName(z *store.Object, name, typ string) string {
	return "record/" + z.ID + "/" + name + "/" + typ
}

// checkAlone refuses a CNAME beside other records of its name.
func checkAlone(c *resource.Call, z *store.Object, name, typ string) error {
	if typ == "CNAME" && name == zoneName(prop(z, "name")) {
		return resource.Faultf("InvalidChangeBatch", "[RRSet of type CNAME with DNS name %s. is not permitted at apex in zone %s.]", name, zoneName(prop(z, "name")))
	}
	for _, k := range c.Tx.Named("record/" + z.ID + "/" + name + "/") {
		other := c.Tx.Get(k)
		if k == c.Obj.Key || other == nil {
			continue
		}
		if (typ == "CNAME") != (prop(other, "type") == "CNAME") {
			return resource.Faultf("InvalidChangeBatch", "[RRSet of type %s with DNS name %s. is not permitted because a conflicting RRSet of type %s with the same DNS name already exists in zone %s.]", typ, name, prop(other, "type"), zoneName(prop(z, "name")))
		}
	}
	return nil
}

// checkAlias checks what an alias points at: a load balancer, or a record of a hosted zone.
func checkAlias(c *resource.Call, own *store.Object, a resource.Props, typ string) error {
	target, zoneID := strings.TrimPrefix(zoneName(a.Str("name")), "dualstack."), a.Str("zoneId")
	for name, r := range regions() {
		if zoneID != r.ALB && zoneID != r.NLB {
			continue
		}
		application := zoneID == r.ALB && strings.HasSuffix(target, "."+name+".elb.amazonaws.com")
		network := zoneID == r.NLB && strings.HasSuffix(target, ".elb."+name+".amazonaws.com")
		if !application && !network {
			return aliasFault(a, typ, "the alias target name does not lie within the target zone")
		}
		if _, ok := c.Tx.Owner(balancerDNS(target)); !ok {
			return aliasFault(a, typ, "that target was not found")
		}
		return nil
	}
	z := c.OfAccount(tokZone, zoneID)
	if z == nil {
		return resource.Faultf("InvalidChangeBatch", "[Tried to create an alias that targets %s., type %s in zone %s, but that zone was not found; the simulated cloud knows the zones of load balancers and hosted zones of the account]", target, typ, zoneID)
	}
	if len(c.Tx.Named(recordName(z, fqdn(target, prop(z, "name")), typ)+"/")) == 0 {
		return aliasFault(a, typ, "that target was not found")
	}
	if z.ID != own.ID {
		return aliasFault(a, typ, "the alias target name does not lie within the target zone")
	}
	return nil
}

func aliasFault(a resource.Props, typ, why string) error {
	return resource.Faultf("InvalidChangeBatch", "[Tried to create an alias that targets %s., type %s in zone %s, but %s]", zoneName(a.Str("name")), typ, a.Str("zoneId"), why)
}

// balancerDNS is claimed by the load balancer that answers to a name.
func balancerDNS(name string) string { return "elbdns/" + strings.ToLower(name) }
