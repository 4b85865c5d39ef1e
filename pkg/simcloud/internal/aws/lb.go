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
			Sets:     []string{"subnets", "securityGroups", "subnetMappings"},
			Computed: []string{"subnets", "securityGroups", "subnetMappings", "internal", "ipAddressType"},
			Defaults: map[string]any{
				"loadBalancerType": "application", "idleTimeout": float64(60), "enableHttp2": true, "desyncMitigationMode": "defensive",
				"dropInvalidHeaderFields": false, "enableDeletionProtection": false, "enableCrossZoneLoadBalancing": false,
				"preserveHostHeader": false, "xffHeaderProcessingMode": "append", "enableXffClientPort": false, "enableZonalShift": false,
				"enableTlsVersionAndCipherSuiteHeaders": false, "enableWafFailOpen": false, "clientKeepAlive": float64(3600),
			},
			Enums: map[string][]string{
				"loadBalancerType": {"application", "network", "gateway"}, "ipAddressType": {"ipv4", "dualstack", "dualstack-without-public-ipv4"},
				"desyncMitigationMode": {"monitor", "defensive", "strictest"}, "xffHeaderProcessingMode": {"append", "preserve", "remove"},
			},
			Ranges:    map[string]schema.Range{"idleTimeout": {Min: 1, Max: 4000}, "clientKeepAlive": {Min: 60, Max: 604800}},
			Conflicts: [][]string{{"subnets", "subnetMappings"}},
			Unsimulated: map[string]string{
				"namePrefix": "", "subnetMappings": "; use subnets", "customerOwnedIpv4Pool": "", "ipamPools": "", "minimumLoadBalancerCapacity": "",
			},
		},
		Validate: func(v *resource.Validation) {
			checkELBName(v)
			if strings.HasPrefix(v.In.Str("name"), "internal-") {
				v.Fail("name", "%q cannot begin with \"internal-\": %q", "name", v.In.Str("name"))
			}
			if typ := v.In.Str("loadBalancerType"); typ != "application" && v.In.Known("loadBalancerType") {
				v.Fail("loadBalancerType", "the simulated cloud does not simulate load balancers of type %q, only \"application\"", typ)
			}
			if !v.In.Has("subnets") {
				v.Fail("subnets", "%q: one of `subnets,subnetMappings` must be specified", "subnets")
			}
		},
		Identify: identifyBalancer,
		Apply:    applyBalancer,
		Remove: func(c *resource.Call) error {
			if c.In.Bool("enableDeletionProtection") {
				return resource.Faultf("OperationNotPermitted", "Load balancer '%s' cannot be deleted because deletion protection is enabled", c.Obj.ARN)
			}
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
	suffix := fmt.Sprintf("app/%s/%s", name, c.Hex("balancer", 16))
	c.Obj.ARN = elbARN(c, "loadbalancer/"+suffix)
	c.Obj.ID = c.Obj.ARN
	if !c.Claim(fmt.Sprintf("elb/%s/%s/%s", c.Account, c.Region, name)) {
		return resource.Faultf("DuplicateLoadBalancerName", "A load balancer with the same name '%s' exists, but with different settings", name)
	}
	dns := fmt.Sprintf("%s-%s.%s.elb.amazonaws.com", name, c.Pick("dns", "0123456789", 10), c.Region)
	if c.In.Bool("internal") {
		dns = "internal-" + dns
	}
	c.Claim(balancerDNS(dns))
	c.Out("arnSuffix", suffix)
	c.Out("dnsName", dns)
	c.Out("zoneId", regions()[c.Region].ALB)
	return nil
}

func applyBalancer(c *resource.Call) error {
	c.Default("internal", false)
	c.Default("ipAddressType", "ipv4")
	vpcID, err := checkBalancerSubnets(c, c.In.Strs("subnets"))
	if err != nil {
		return err
	}
	c.Out("vpcId", vpcID)
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
	if len(groups) == 0 {
		owner, _ := c.Tx.Owner(defaultName(c, tokGroup, vpcID))
		c.Default("securityGroups", resource.List(owner.ID))
	}
	for _, logs := range []string{"accessLogs", "connectionLogs"} {
		if to := c.In.Obj(logs); to.Bool("enabled") {
			if err := checkLogBucket(c, to.Str("bucket")); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkBalancerSubnets returns the VPC of a load balancer's subnets: at least two, each in a zone of its own.
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
	if len(zones) < 2 {
		return "", resource.Faultf("ValidationError", "At least two subnets in two different Availability Zones must be specified")
	}
	_, err = needVPC(c, vpcID)
	return vpcID, err
}

func targetGroup() *resource.Kind {
	return &resource.Kind{
		Token: tokTargetGroup, Service: "Elastic Load Balancing v2", Noun: "ELBv2 Target Group", CreateOp: "CreateTargetGroup", UpdateOp: "ModifyTargetGroup", DeleteOp: "DeleteTargetGroup",
		Naming: &resource.Naming{Property: "name", Max: 32, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"name", "namePrefix"}, Why: "the name is the target group's ARN"},
				{Properties: []string{"port", "protocol", "protocolVersion", "targetType", "vpcId", "ipAddressType"}, Why: "ModifyTargetGroup takes health checks only"},
			},
			Computed: []string{"healthCheck", "stickiness", "protocolVersion", "ipAddressType", "loadBalancingAlgorithmType", "loadBalancingAnomalyMitigation",
				"loadBalancingCrossZoneEnabled", "targetGroupHealth", "targetFailovers", "targetHealthStates", "connectionTermination", "preserveClientIp"},
			Defaults: map[string]any{"deregistrationDelay": float64(300), "slowStart": float64(0), "targetType": "instance",
				"lambdaMultiValueHeadersEnabled": false, "proxyProtocolV2": false},
			Enums: map[string][]string{
				"targetType": {"instance", "ip", "lambda", "alb"}, "protocol": {"HTTP", "HTTPS", "TCP", "TCP_UDP", "TLS", "UDP", "GENEVE"},
				"protocolVersion": {"GRPC", "HTTP1", "HTTP2"}, "loadBalancingAlgorithmType": {"round_robin", "least_outstanding_requests", "weighted_random"},
				"healthCheck.protocol": {"HTTP", "HTTPS", "TCP"}, "stickiness.type": {"lb_cookie", "app_cookie", "source_ip"},
			},
			Ranges: map[string]schema.Range{
				"port": {Min: 1, Max: 65535}, "deregistrationDelay": {Min: 0, Max: 3600}, "healthCheck.interval": {Min: 5, Max: 300},
				"healthCheck.timeout": {Min: 2, Max: 120}, "healthCheck.healthyThreshold": {Min: 2, Max: 10}, "healthCheck.unhealthyThreshold": {Min: 2, Max: 10},
			},
			Lengths:     map[string]schema.Range{"healthCheck.path": {Min: 1, Max: 1024}},
			Unsimulated: map[string]string{"namePrefix": ""},
		},
		Validate: checkTargetGroup,
		Identify: func(c *resource.Call) error {
			if inRegion(c) >= c.Limits["target groups per region"] {
				return resource.Faultf("TooManyTargetGroups", "The maximum number of target groups has been reached.")
			}
			name := c.In.Str("name")
			suffix := fmt.Sprintf("targetgroup/%s/%s", name, c.Hex("target group", 16))
			c.Obj.ARN = elbARN(c, suffix)
			c.Obj.ID = c.Obj.ARN
			if !c.Claim(fmt.Sprintf("targetgroup/%s/%s/%s", c.Account, c.Region, name)) {
				return resource.Faultf("DuplicateTargetGroupName", "A target group with the same name '%s' exists, but with different settings", name)
			}
			c.Out("arnSuffix", suffix)
			c.Out("loadBalancerArns", resource.List[any]())
			return nil
		},
		Apply: applyTargetGroup,
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokListener, tokListenerRule)) > 0 {
				return resource.Faultf("ResourceInUse", "Target group '%s' is currently in use by a listener or a rule", c.Obj.ARN)
			}
			return nil
		},
	}
}

func checkTargetGroup(v *resource.Validation) {
	checkELBName(v)
	if v.In.Str("targetType") != "lambda" && v.In.Known("targetType") {
		for _, property := range []string{"port", "protocol", "vpcId"} {
			if !v.In.Has(property) {
				v.Fail(property, "%q: required when targetType is %q", property, v.In.Str("targetType"))
			}
		}
	}
	h := v.In.Obj("healthCheck")
	if path := h.Str("path"); path != "" && !strings.HasPrefix(path, "/") {
		v.Fail("healthCheck.path", "%q must begin with a '/' character: %q", "healthCheck.path", path)
	}
	if h.Known("interval") && h.Known("timeout") && h.Int("timeout") >= h.Int("interval") {
		v.Fail("healthCheck.timeout", "ValidationError: Health check interval must be greater than the timeout.")
	}
}

func applyTargetGroup(c *resource.Call) error {
	if c.In.Has("vpcId") && c.Regional(tokVPC, c.In.Str("vpcId")) == nil {
		return resource.Faultf("ValidationError", "The VPC ID '%s' is not found", c.In.Str("vpcId"))
	}
	c.Default("healthCheck", map[string]any{
		"enabled": true, "healthyThreshold": 5, "interval": 30, "matcher": "200", "path": "/", "port": "traffic-port",
		"protocol": "HTTP", "timeout": 5, "unhealthyThreshold": 2,
	})
	c.Default("stickiness", map[string]any{"cookieDuration": 86400, "cookieName": "", "enabled": false, "type": "lb_cookie"})
	c.Default("protocolVersion", "HTTP1")
	c.Default("ipAddressType", "ipv4")
	c.Default("loadBalancingAlgorithmType", "round_robin")
	c.Default("loadBalancingAnomalyMitigation", "off")
	c.Default("loadBalancingCrossZoneEnabled", "use_load_balancer_configuration")
	return nil
}
