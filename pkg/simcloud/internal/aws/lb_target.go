package aws

import (
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

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
				"healthCheck.protocol": {"HTTP", "HTTPS", "TCP"}, "stickiness.type": {"lb_cookie", "app_cookie", "source_ip", "source_ip_dest_ip", "source_ip_dest_ip_proto"},
				"preserveClientIp": {"", "true", "false"},
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
	checkHealthProtocol(v, h)
	if path := h.Str("path"); path != "" && !strings.HasPrefix(path, "/") {
		v.Fail("healthCheck.path", "%q must begin with a '/' character: %q", "healthCheck.path", path)
	}
	if h.Known("interval") && h.Known("timeout") && h.Int("timeout") >= h.Int("interval") {
		v.Fail("healthCheck.timeout", "ValidationError: Health check interval must be greater than the timeout.")
	}
}

func applyTargetGroup(c *resource.Call) error {
	if err := checkTargetAttributes(c); err != nil {
		return err
	}
	if c.In.Has("vpcId") && c.Regional(tokVPC, c.In.Str("vpcId")) == nil {
		return resource.Faultf("ValidationError", "The VPC ID '%s' is not found", c.In.Str("vpcId"))
	}
	c.Default("ipAddressType", "ipv4")
	if passes(c.In.Str("protocol")) {
		defaultPassingGroup(c)
	} else {
		c.Default("healthCheck", map[string]any{
			"enabled": true, "healthyThreshold": 5, "interval": 30, "matcher": "200", "path": "/", "port": "traffic-port",
			"protocol": "HTTP", "timeout": 5, "unhealthyThreshold": 2,
		})
		c.Default("stickiness", map[string]any{"cookieDuration": 86400, "cookieName": "", "enabled": false, "type": "lb_cookie"})
		c.Default("protocolVersion", "HTTP1")
		c.Default("loadBalancingAlgorithmType", "round_robin")
		c.Default("loadBalancingAnomalyMitigation", "off")
	}
	c.Default("loadBalancingCrossZoneEnabled", "use_load_balancer_configuration")
	return nil
}
