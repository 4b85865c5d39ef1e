package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func elbARN(c *resource.Call, rest string) string {
	return fmt.Sprintf("arn:aws:elasticloadbalancing:%s:%s:%s", c.Region, c.Account, rest)
}

// checkELBName holds what load balancers and target groups ask of a name.
func checkELBName(v *resource.Validation) {
	name := v.In.Str("name")
	if !v.In.Known("name") {
		return
	}
	switch {
	case len(name) > 32:
		v.Fail("name", "%q cannot be longer than 32 characters: %q", "name", name)
	case !regexp.MustCompile(`^[0-9A-Za-z-]+$`).MatchString(name):
		v.Fail("name", "only alphanumeric characters and hyphens allowed in %q: %q", "name", name)
	case strings.HasPrefix(name, "-") || strings.HasSuffix(name, "-"):
		v.Fail("name", "%q cannot begin or end with a hyphen: %q", "name", name)
	}
}

func loadBalancer() *resource.Kind {
	return &resource.Kind{
		Token: tokLoadBalancer, Service: "Elastic Load Balancing v2", Noun: "ELBv2 Load Balancer", CreateOp: "CreateLoadBalancer", UpdateOp: "ModifyLoadBalancerAttributes", DeleteOp: "DeleteLoadBalancer",
		Naming: &resource.Naming{Property: "name", Max: 32, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"name", "namePrefix"}, Why: "the name is the load balancer's ARN"},
				{Properties: []string{"internal", "loadBalancerType", "customerOwnedIpv4Pool"}, Why: "a load balancer is made with its scheme and type"},
			},
			Sets: []string{"subnets", "securityGroups", "subnetMappings"},
			Computed: []string{"subnets", "securityGroups", "subnetMappings", "internal", "ipAddressType", "dnsRecordClientRoutingPolicy",
				"enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"},
			Defaults: map[string]any{
				"loadBalancerType": "application", "idleTimeout": float64(60), "enableHttp2": true, "desyncMitigationMode": "defensive",
				"dropInvalidHeaderFields": false, "enableDeletionProtection": false, "enableCrossZoneLoadBalancing": false,
				"preserveHostHeader": false, "xffHeaderProcessingMode": "append", "enableXffClientPort": false, "enableZonalShift": false,
				"enableTlsVersionAndCipherSuiteHeaders": false, "enableWafFailOpen": false, "clientKeepAlive": float64(3600),
			},
			Enums: map[string][]string{
				"loadBalancerType": {"application", "network", "gateway"}, "ipAddressType": {"ipv4", "dualstack", "dualstack-without-public-ipv4"},
				"dnsRecordClientRoutingPolicy": {"any_availability_zone", "availability_zone_affinity", "partial_availability_zone_affinity"},
				"desyncMitigationMode":         {"monitor", "defensive", "strictest"}, "xffHeaderProcessingMode": {"append", "preserve", "remove"},
			},
			Ranges:    map[string]schema.Range{"idleTimeout": {Min: 1, Max: 4000}, "clientKeepAlive": {Min: 60, Max: 604800}},
			Conflicts: [][]string{{"subnets", "subnetMappings"}},
			Unsimulated: map[string]string{
				"namePrefix": "", "customerOwnedIpv4Pool": "", "ipamPools": "", "minimumLoadBalancerCapacity": "",
			},
		},
		Validate: func(v *resource.Validation) {
			checkELBName(v)
			if strings.HasPrefix(v.In.Str("name"), "internal-") {
				v.Fail("name", "%q cannot begin with \"internal-\": %q", "name", v.In.Str("name"))
			}
			if typ := v.In.Str("loadBalancerType"); typ == "gateway" {
				v.Fail("loadBalancerType", "the simulated cloud does not simulate load balancers of type %q, only \"application\" and \"network\"", typ)
			}
			warnIdleAttributes(v)
			checkMappings(v)
			if !v.In.Has("subnets") && !v.In.Has("subnetMappings") {
				v.Fail("subnets", "%q: one of `subnets,subnetMappings` must be specified", "subnets")
			}
		},
		Forces: networkBalancerForces, ForcesWhen: "of a network load balancer: fewer or other subnets; its first or last security group",
		Identify: identifyBalancer,
		Apply:    applyBalancer,
		Report:   reportBalancer,
		Remove: func(c *resource.Call) error {
			if c.In.Bool("enableDeletionProtection") {
				return resource.Faultf("OperationNotPermitted", "Load balancer '%s' cannot be deleted because deletion protection is enabled", c.Obj.ARN)
			}
			deleteAll(c, c.Users(tokWebACLUse))
			for _, l := range c.Users(tokListener) {
				deleteAll(c, resource.UsersOf(c.Tx, l, tokListenerRule))
				c.Tx.Delete(l)
			}
			return nil
		},
	}
}

func identifyBalancer(c *resource.Call) error {
	name := c.In.Str("name")
	if inRegion(c) >= c.Limits["load balancers per region"] {
		return resource.Faultf("TooManyLoadBalancers", "The maximum number of load balancers has been reached.")
	}
	kind, zone := "app", regions()[c.Region].ALB
	if isNetwork(c.In) {
		kind, zone = "net", regions()[c.Region].NLB
	}
	suffix := fmt.Sprintf("%s/%s/%s", kind, name, c.Hex("balancer", 16))
	c.Obj.ARN = elbARN(c, "loadbalancer/"+suffix)
	c.Obj.ID = c.Obj.ARN
	if !c.Claim(fmt.Sprintf("elb/%s/%s/%s", c.Account, c.Region, name)) {
		return resource.Faultf("DuplicateLoadBalancerName", "A load balancer with the same name '%s' exists, but with different settings", name)
	}
	dns := fmt.Sprintf("%s-%s.%s.elb.amazonaws.com", name, c.Pick("dns", "0123456789", 10), c.Region)
	switch {
	case kind == "net":
		dns = fmt.Sprintf("%s-%s.elb.%s.amazonaws.com", name, c.Hex("balancer", 16), c.Region)
	case c.In.Bool("internal"):
		dns = "internal-" + dns
	}
	c.Claim(balancerDNS(dns))
	c.Out("arnSuffix", suffix)
	c.Out("dnsName", dns)
	c.Out("zoneId", zone)
	return nil
}

func applyBalancer(c *resource.Call) error {
	c.Default("internal", false)
	c.Default("ipAddressType", "ipv4")
	ids := effective(c, "subnets")
	if c.In.Has("subnetMappings") {
		ids = mappedSubnets(c.In)
	}
	vpcID, err := checkBalancerSubnets(c, ids)
	if err != nil {
		return err
	}
	c.Out("vpcId", vpcID)
	if err := checkMappedAddresses(c); err != nil {
		return err
	}
	if !c.In.Bool("internal") && !hasGateway(c, vpcID) {
		return resource.Faultf("InvalidSubnet", "VPC %s has no internet gateway", vpcID)
	}
	groups := c.In.Strs("securityGroups")
	if most := c.Limits["groups per interface"]; len(groups) > most {
		return resource.Faultf("InvalidConfigurationRequest", "You have exceeded the number of security groups for a load balancer: %d, quota %d", len(groups), most)
	}
	for _, id := range groups {
		g := c.Regional(tokGroup, id)
		if g == nil || prop(g, "vpcId") != vpcID {
			return resource.Faultf("InvalidSecurityGroup", "One or more security groups are invalid: %s", id)
		}
	}
	switch {
	case isNetwork(c.In):
		c.Default("securityGroups", resource.List[any]())
		c.Default("dnsRecordClientRoutingPolicy", "any_availability_zone")
		enforced := ""
		if len(groups) > 0 {
			enforced = "on"
		}
		c.Default("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", enforced)
	case len(groups) == 0:
		owner, _ := c.Tx.Owner(defaultName(c, tokGroup, vpcID))
		c.Default("securityGroups", resource.List(owner.ID))
	}
	for _, logs := range []string{"accessLogs", "connectionLogs"} {
		if to := c.In.Obj(logs); to.Bool("enabled") {
			if err := checkLogBucket(c, to.Str("bucket"), to.Str("prefix")); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkBalancerSubnets returns the VPC of a load balancer's subnets: at least two of an application's one, each in a zone
// of its own.
func checkBalancerSubnets(c *resource.Call, ids []string) (vpcID string, err error) {
	var zones []string
	for _, id := range ids {
		s := c.Regional(tokSubnet, id)
		if s == nil {
			return "", resource.Faultf("InvalidSubnet", "The subnet ID '%s' does not exist", id)
		}
		if vpcID != "" && prop(s, "vpcId") != vpcID {
			return "", resource.Faultf("InvalidConfigurationRequest", "All subnets must belong to the same VPC: '%s'", vpcID)
		}
		vpcID = prop(s, "vpcId")
		zone := prop(s, "availabilityZoneId")
		if slices.Contains(zones, zone) {
			return "", resource.Faultf("InvalidConfigurationRequest", "A load balancer cannot be attached to multiple subnets in the same Availability Zone")
		}
		zones = append(zones, zone)
	}
	if len(zones) < 2 && !isNetwork(c.In) {
		return "", resource.Faultf("ValidationError", "At least two subnets in two different Availability Zones must be specified")
	}
	_, err = needVPC(c, vpcID)
	return vpcID, err
}
