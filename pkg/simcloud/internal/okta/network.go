package okta

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// mostAddresses of a zone. Source: help.okta.com, "IP zones".
const mostAddresses = 5000

func zone() *resource.Kind {
	return &resource.Kind{
		Token: tokZone, Noun: "network zone", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Naming: &resource.Naming{Property: "name", Max: 128},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"type"}, Why: "Okta does not change what kind of zone it is"}},
			Defaults: map[string]any{"usage": "POLICY", "status": "ACTIVE"},
			Enums:    map[string][]string{"type": {"IP", "DYNAMIC", "DYNAMIC_V2"}, "usage": {"POLICY", "BLOCKLIST"}, "status": {"ACTIVE", "INACTIVE"}},
			Lengths:  map[string]schema.Range{"name": {Min: 1, Max: 128}},
			Sets: []string{
				"gateways", "proxies", "dynamicLocations", "dynamicLocationsExcludes", "asns", "ipServiceCategoriesIncludes", "ipServiceCategoriesExcludes",
			},
		},
		Validate: checkZone,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = newID(c, "nzo")
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Release()
			if name := c.In.Str("name"); name == "LegacyIpZone" || name == "BlockedIpZone" || !c.Claim(orgName(c, "zone", name)) {
				return nameTaken("name")
			}
			return nil
		},
		Remove: func(c *resource.Call) error {
			if users := c.Users(); len(users) > 0 {
				return inUse("network zone %s is used by %s %s", c.Obj.ID, users[0].Type, users[0].ID)
			}
			return nil
		},
	}
}

func checkZone(v *resource.Validation) {
	addresses := v.In.Len("gateways") + v.In.Len("proxies")
	dynamic := []string{"dynamicLocations", "dynamicLocationsExcludes", "asns", "dynamicProxyType", "ipServiceCategoriesIncludes", "ipServiceCategoriesExcludes"}
	if v.In.Str("type") == "IP" {
		if addresses == 0 && !v.In.Has("gateways") && !v.In.Has("proxies") {
			v.Fail("gateways", "gateways: either gateways or proxies must be given for zones of type IP")
		}
		for _, name := range dynamic {
			if v.In.Has(name) {
				v.Fail(name, "%s belongs to zones of type DYNAMIC, this one is of type IP", name)
			}
		}
	} else if v.In.Known("type") && addresses > 0 {
		v.Fail("gateways", "gateways and proxies belong to zones of type IP, this one is of type %s", v.In.Str("type"))
	}
	if addresses > mostAddresses {
		v.Fail("gateways", "gateways: a zone has at most %d addresses, got %d", mostAddresses, addresses)
	}
	for _, name := range []string{"gateways", "proxies"} {
		for i, a := range v.In.Strs(name) {
			if !isAddresses(a) {
				v.Fail(fmt.Sprintf("%s[%d]", name, i), "%s: '%s' is no valid CIDR block or range of addresses", name, a)
			}
		}
	}
	for _, name := range []string{"dynamicLocations", "dynamicLocationsExcludes"} {
		for i, l := range v.In.Strs(name) {
			if !regexp.MustCompile(`^[A-Z]{2}(-[A-Z0-9]{1,3})?$`).MatchString(l) {
				v.Fail(fmt.Sprintf("%s[%d]", name, i), "%s: '%s' is no country or region code, want for example US or US-CA", name, l)
			}
		}
	}
}

// isAddresses says whether a text is a block or a range of addresses.
func isAddresses(text string) bool {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Bits() > 0
	}
	first, last, ok := strings.Cut(text, "-")
	if !ok {
		return false
	}
	a, errA := netip.ParseAddr(first)
	b, errB := netip.ParseAddr(last)
	return errA == nil && errB == nil && a.Compare(b) <= 0
}

// needZones refuses ids that are none of a network zone.
func needZones(c *resource.Call, property string) error {
	for _, id := range c.In.Strs(property) {
		if id != "ALL_ZONES" && c.OfAccount(tokZone, id) == nil {
			return notFound(id, "NetworkZone")
		}
	}
	return nil
}

func threatInsight() *resource.Kind {
	return &resource.Kind{
		Token: tokThreatInsight, Noun: "threat insight configuration", CreateOp: "update", UpdateOp: "update", DeleteOp: "delete",
		Upsert: true, // every organization has one
		Rules: schema.Rules{
			Enums: map[string][]string{"action": {"none", "audit", "block"}},
			Sets:  []string{"networkExcludes"},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "threat_insight_settings"
			return nil
		},
		Apply: func(c *resource.Call) error { return needZones(c, "networkExcludes") },
	}
}

func logStream() *resource.Kind {
	return &resource.Kind{
		Token: tokLogStream, Noun: "log stream", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Naming: &resource.Naming{Property: "name", Max: 100},
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"type"}, Why: "Okta does not change what kind of stream it is"},
			},
			Defaults: map[string]any{"status": "ACTIVE"},
			Enums: map[string][]string{
				"type": {"aws_eventbridge", "splunk_cloud_logstreaming"}, "status": {"ACTIVE", "INACTIVE"}, "settings.edition": {"aws", "aws_govcloud", "gcp"},
			},
			Secrets: []string{"settings.token"},
		},
		Validate: checkLogStream,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = newID(c, "0oa")
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Release()
			if !c.Claim(orgName(c, "logstream", c.In.Str("name"))) {
				return nameTaken("name")
			}
			s, old := c.In.Obj("settings"), c.Old.Obj("settings")
			for _, name := range []string{"accountId", "region", "eventSourceName"} {
				if !c.Creating() && c.In.Str("type") == "aws_eventbridge" && s.Str(name) != old.Str(name) {
					return invalid("settings", "settings.%s: the field cannot be changed", name)
				}
			}
			return nil
		},
	}
}

func checkLogStream(v *resource.Validation) {
	s := v.In.Obj("settings")
	if !v.In.Has("settings") {
		v.Fail("settings", "settings: The field cannot be left blank")
		return
	}
	needs := map[string][]string{"aws_eventbridge": {"accountId", "eventSourceName", "region"}, "splunk_cloud_logstreaming": {"host", "edition", "token"}}
	for typ, names := range needs {
		for _, name := range names {
			if typ == v.In.Str("type") && v.In.Known("settings") && s.Str(name) == "" {
				v.Fail("settings."+name, "settings.%s: The field cannot be left blank for streams of type %s", name, typ)
			}
			if typ != v.In.Str("type") && v.In.Known("type") && s.Str(name) != "" {
				v.Fail("settings."+name, "settings.%s belongs to streams of type %s", name, typ)
			}
		}
	}
	if id := s.Str("accountId"); id != "" && !regexp.MustCompile(`^[0-9]{12}$`).MatchString(id) {
		v.Fail("settings.accountId", "settings.accountId: '%s' is no AWS account id", id)
	}
	if r := s.Str("region"); r != "" && !regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`).MatchString(r) {
		v.Fail("settings.region", "settings.region: '%s' is no AWS region", r)
	}
	if name := s.Str("eventSourceName"); name != "" && !regexp.MustCompile(`^[a-zA-Z0-9.\-_]{1,75}$`).MatchString(name) {
		v.Fail("settings.eventSourceName", "settings.eventSourceName: '%s' must have 1 to 75 letters, digits, dots, dashes and underscores", name)
	}
	if host := s.Str("host"); host != "" && !strings.HasSuffix(host, ".splunkcloud.com") && !strings.HasSuffix(host, ".splunkcloudgc.com") && !strings.HasSuffix(host, ".splunkcloudgov.com") {
		v.Fail("settings.host", "settings.host: '%s' is no host of Splunk Cloud", host)
	}
}
