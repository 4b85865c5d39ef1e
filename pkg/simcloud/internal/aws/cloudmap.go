package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func mapARN(c *resource.Call, rest string) string {
	return fmt.Sprintf("arn:aws:servicediscovery:%s:%s:%s", c.Region, c.Account, rest)
}

const lowerAlphanumeric = "abcdefghijklmnopqrstuvwxyz234567"

func namespace() *resource.Kind {
	return &resource.Kind{
		Token: tokNamespace, Service: "ServiceDiscovery", Noun: "Service Discovery Private DNS Namespace",
		CreateOp: "CreatePrivateDnsNamespace", UpdateOp: "UpdatePrivateDnsNamespace", DeleteOp: "DeleteNamespace",
		Naming: &resource.Naming{Property: "name", Max: 253},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name", "vpc"}, Why: "a namespace is a hosted zone of one name in one VPC"}},
			Lengths:  map[string]schema.Range{"name": {Min: 1, Max: 253}, "description": {Min: 0, Max: 1024}},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("name") && !regexp.MustCompile(`^[!-~]{1,253}$`).MatchString(v.In.Str("name")) {
				v.Fail("name", "InvalidInput: the name of a namespace has printable characters only: %q", v.In.Str("name"))
			}
		},
		Identify: identifyNamespace,
		Apply: func(c *resource.Call) error {
			c.Regional(tokVPC, c.In.Str("vpc"))
			return nil
		},
		Remove: func(c *resource.Call) error {
			if services := c.Users(tokDiscovery); len(services) > 0 {
				return resource.Faultf("ResourceInUse", "The namespace %s has %d service(s); delete them first", c.Obj.ID, len(services))
			}
			key := store.Key{Type: tokZone, Account: c.Account, Region: resource.Global, ID: prop(c.Obj, "hostedZone")}
			if z := c.Tx.Get(key); z != nil {
				deleteAll(c, resource.UsersOf(c.Tx, key, tokRecord, tokZoneAssociation, tokZoneAuthorization))
				c.Tx.Delete(key)
			}
			return nil
		},
	}
}

// identifyNamespace makes the namespace with its hosted zone, which Cloud Map owns.
func identifyNamespace(c *resource.Call) error {
	name, vpcID := c.In.Str("name"), c.In.Str("vpc")
	if inRegion(c) >= c.Limits["namespaces per region"] {
		return resource.Faultf("ResourceLimitExceeded", "The maximum number of namespaces has been reached: %d", c.Limits["namespaces per region"])
	}
	failed := func(format string, a ...any) error {
		return fmt.Errorf("waiting for Service Discovery Private DNS Namespace (%s) create: unexpected state 'FAIL', wanted target 'SUCCESS'. last error: CANNOT_CREATE_HOSTED_ZONE: "+format, append([]any{name}, a...)...)
	}
	v := c.Regional(tokVPC, vpcID)
	if v == nil {
		return failed("The VPC: %s you specified was not found in the region %s. (Service: AmazonRoute53; Status Code: 400; Error Code: InvalidVPCId)", vpcID, c.Region)
	}
	c.Obj.ID = "ns-" + c.Pick("namespace", lowerAlphanumeric, 16)
	c.Obj.ARN = mapARN(c, "namespace/"+c.Obj.ID)
	c.ImportAs(c.Obj.ID + ":" + vpcID)
	if c.Tx.Tally(tokZone, c.Account, resource.Global) >= c.Limits["zones per account"] {
		return failed("This account has reached the limit on hosted zones. (Service: AmazonRoute53; Status Code: 400; Error Code: TooManyHostedZones)")
	}
	id := "Z0" + c.Pick("zone", upperAlphanumeric, 19)
	domain := privateDomain(v.ID, name)
	if _, taken := c.Tx.Owner(domain); taken {
		return failed("The VPC that you chose, %s in region %s, is already associated with another private hosted zone that has an overlapping name space, %s.. (Service: AmazonRoute53; Status Code: 400; Error Code: ConflictingDomainExists)", vpcID, c.Region, zoneName(name))
	}
	servers := resource.List("ns-0.awsdns-00.com.", "ns-1536.awsdns-00.co.uk.", "ns-512.awsdns-00.net.", "ns-1024.awsdns-00.org.")
	c.Tx.Put(&store.Object{
		Key: store.Key{Type: tokZone, Account: c.Account, Region: resource.Global, ID: id}, ARN: "arn:aws:route53:::hostedzone/" + id, Created: c.Now,
		Refs: []store.Key{v.Key}, Names: []string{domain},
		Outputs: map[string]any{
			"name": zoneName(name), "zoneId": id, "arn": "arn:aws:route53:::hostedzone/" + id, "comment": "Created by AWS Cloud Map", "forceDestroy": false,
			"nameServers": servers, "primaryNameServer": servers[0], "tags": map[string]any{}, "tagsAll": map[string]any{},
			"vpcs": resource.List(map[string]any{"vpcId": v.ID, "vpcRegion": c.Region}),
		},
	})
	c.Out("hostedZone", id)
	return nil
}

func discoveryService() *resource.Kind {
	return &resource.Kind{
		Token: tokDiscovery, Service: "ServiceDiscovery", Noun: "Service Discovery Service", CreateOp: "CreateService", UpdateOp: "UpdateService", DeleteOp: "DeleteService",
		Naming: &resource.Naming{Property: "name", Max: 127},
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"name", "namespaceId", "type"}, Why: "they are the service's name"},
				{Properties: []string{"healthCheckCustomConfig"}, Why: "UpdateService does not take it"},
			},
			Computed: []string{"namespaceId", "type"},
			Defaults: map[string]any{"forceDestroy": false},
			Enums: map[string][]string{
				"dnsConfig.dnsRecords.type": {"SRV", "A", "AAAA", "CNAME"}, "dnsConfig.routingPolicy": {"MULTIVALUE", "WEIGHTED"},
				"healthCheckConfig.type": {"HTTP", "HTTPS", "TCP"}, "type": {"HTTP", "DNS_HTTP", "DNS"},
			},
			Ranges:    map[string]schema.Range{"dnsConfig.dnsRecords.ttl": {Min: 0, Max: 2147483647}, "healthCheckConfig.failureThreshold": {Min: 1, Max: 10}},
			Lengths:   map[string]schema.Range{"description": {Min: 0, Max: 1024}, "healthCheckConfig.resourcePath": {Min: 0, Max: 255}},
			Conflicts: [][]string{{"healthCheckConfig", "healthCheckCustomConfig"}},
		},
		Forces: discoveryForces, ForcesWhen: "dnsConfig with another namespace, routing policy or other types of records",
		Validate: checkDiscovery,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "srv-" + c.Pick("service", lowerAlphanumeric, 16)
			c.Obj.ARN = mapARN(c, "service/"+c.Obj.ID)
			return nil
		},
		Apply: applyDiscovery,
		Remove: func(c *resource.Call) error {
			for _, k := range c.Users(tokService) {
				if versionOf(c.Tx.Get(k), "desiredCount") > 0 && !c.In.Bool("forceDestroy") {
					return resource.Faultf("ResourceInUse", "Service contains registered instances; delete the instances before deleting the service")
				}
			}
			return nil
		},
	}
}

// discoveryForces replaces a service for another namespace, routing policy or other types of records: an update changes
// how long records live.
func discoveryForces(old, next resource.Props) []string {
	o, n := old.Obj("dnsConfig"), next.Obj("dnsConfig")
	types := func(p resource.Props) (list []string) {
		for _, r := range p.Objs("dnsRecords") {
			list = append(list, r.Str("type"))
		}
		return list
	}
	if len(o) > 0 && len(n) > 0 && (!sameValue(o["namespaceId"], n["namespaceId"]) || o.Str("routingPolicy") != n.Str("routingPolicy") || !slices.Equal(types(o), types(n))) {
		return []string{"dnsConfig"}
	}
	return nil
}

func checkDiscovery(v *resource.Validation) {
	dns := v.In.Obj("dnsConfig")
	seen := map[string]bool{}
	for i, r := range dns.Objs("dnsRecords") {
		typ := r.Str("type")
		path := fmt.Sprintf("dnsConfig.dnsRecords[%d].type", i)
		switch {
		case typ != "" && seen[typ]:
			v.Fail(path, "InvalidInput: duplicate DNS record type %s", typ)
		case typ == "CNAME" && (dns.Len("dnsRecords") > 1 || dns.Str("routingPolicy") != "WEIGHTED"):
			v.Fail(path, "InvalidInput: CNAME records stand alone and are routed WEIGHTED")
		}
		seen[typ] = true
	}
	if dns.Has("namespaceId") && dns.Len("dnsRecords") == 0 && !unknown(dns, "dnsRecords") {
		v.Fail("dnsConfig.dnsRecords", "Missing required argument: The argument %q is required, but no definition was found.", "dnsRecords")
	}
	if dns.Known("namespaceId") && v.In.Known("namespaceId") && dns.Str("namespaceId") != v.In.Str("namespaceId") {
		v.Fail("namespaceId", "InvalidInput: the namespace of dnsConfig, %s, is another one than %s", dns.Str("namespaceId"), v.In.Str("namespaceId"))
	}
	if v.In.Known("name") && !regexp.MustCompile(`^((?:[a-zA-Z0-9_][a-zA-Z0-9_.-]*[a-zA-Z0-9])|[a-zA-Z0-9_])$`).MatchString(v.In.Str("name")) {
		v.Fail("name", "InvalidInput: invalid service name %q", v.In.Str("name"))
	}
}

func applyDiscovery(c *resource.Call) error {
	dns := c.In.Obj("dnsConfig")
	id := c.In.Str("namespaceId")
	if id == "" {
		id = dns.Str("namespaceId")
	}
	ns := c.Regional(tokNamespace, id)
	if ns == nil {
		return &resource.Fault{Code: "NamespaceNotFound", Message: fmt.Sprintf("%s can't be found.", id), Status: 400}
	}
	if c.In.Has("healthCheckConfig") {
		return resource.Faultf("InvalidInput", "Health check configurations are only supported for public DNS namespaces; use healthCheckCustomConfig")
	}
	if !c.Claim("discovery/" + id + "/" + strings.ToLower(c.In.Str("name"))) {
		return resource.Faultf("ServiceAlreadyExists", "Service already exists. (%s in %s)", c.In.Str("name"), id)
	}
	typ := "HTTP"
	if len(dns) > 0 {
		typ = "DNS_HTTP"
	}
	c.Default("type", typ)
	c.Default("namespaceId", id)
	return nil
}

// checkRegistry checks where a service of ECS enters its tasks. Source:
// docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRegistry.html.
func checkRegistry(c *resource.Call, awsvpc bool) error {
	r := c.In.Obj("serviceRegistries")
	if len(r) == 0 {
		return nil
	}
	arn := r.Str("registryArn")
	s := c.Regional(tokDiscovery, arn[strings.LastIndexByte(arn, '/')+1:])
	if s == nil || s.ARN != arn {
		return resource.Faultf("InvalidParameterException", "The specified service registry %s does not exist.", arn)
	}
	srv := slices.ContainsFunc(resource.Props(s.Outputs).Obj("dnsConfig").Objs("dnsRecords"), func(p resource.Props) bool { return p.Str("type") == "SRV" })
	named, port := r.Has("containerName") || r.Has("containerPort"), r.Has("port")
	switch {
	case named && port:
		return resource.Faultf("InvalidParameterException", "You cannot specify both a port and a container name and port for a service registry.")
	case srv && !named && !port:
		return resource.Faultf("InvalidParameterException", "When specifying a service registry of SRV records, you must specify a port or a container name and port.")
	case !awsvpc && !named:
		return resource.Faultf("InvalidParameterException", "When specifying a service registry with the network mode of the task definition, you must specify a container name and port.")
	}
	return nil
}
