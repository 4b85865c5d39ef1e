package aws

import (
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// isNetwork says whether the properties are those of a network load balancer.
func isNetwork(in resource.Props) bool { return in.Str("loadBalancerType") == "network" }

// warnIdleAttributes tells of attributes that the provider does not send for a network load balancer.
func warnIdleAttributes(v *resource.Validation) {
	if !isNetwork(v.In) {
		return
	}
	asSetByProvider := map[string]any{"idleTimeout": float64(60), "dropInvalidHeaderFields": false, "desyncMitigationMode": "defensive", "preserveHostHeader": false, "clientKeepAlive": float64(3600)}
	for _, name := range sortedKeys(asSetByProvider) {
		if v.In.Known(name) && v.In[name] != asSetByProvider[name] {
			v.Warn(name, "a network load balancer has no such attribute: it does nothing")
		}
	}
}

// networkBalancerForces are the changes of a network load balancer that its API does not make: it takes more subnets but
// not fewer or others, and security groups only when it was made with some.
func networkBalancerForces(old, next resource.Props) []string {
	if !isNetwork(next) {
		return nil
	}
	var forced []string
	if old.Has("subnets") && next.Known("subnets") && next.Len("subnets") <= old.Len("subnets") {
		forced = append(forced, "subnets")
	}
	if old.Has("subnetMappings") && next.Known("subnetMappings") {
		kept := func(m any) bool {
			return slices.ContainsFunc(next["subnetMappings"].([]any), func(n any) bool { return sameValue(m, n) })
		}
		for _, m := range old["subnetMappings"].([]any) {
			if !kept(m) {
				forced = append(forced, "subnetMappings")
				break
			}
		}
	}
	if next.Known("securityGroups") || !next.Has("securityGroups") {
		if (old.Len("securityGroups") == 0) != (next.Len("securityGroups") == 0) {
			forced = append(forced, "securityGroups")
		}
	}
	return forced
}

// passes says whether a protocol is one that a network load balancer passes on.
func passes(protocol string) bool {
	return slices.Contains([]string{"TCP", "TLS", "UDP", "TCP_UDP"}, protocol)
}

// carriers are the protocols of target groups to which a listener of a protocol forwards. Source:
// docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html, "Routing configuration".
func carriers(listener string) []string {
	return map[string][]string{
		"HTTP": {"HTTP", "HTTPS"}, "HTTPS": {"HTTP", "HTTPS"},
		"TCP": {"TCP", "TCP_UDP"}, "TLS": {"TCP", "TLS"}, "UDP": {"UDP", "TCP_UDP"}, "TCP_UDP": {"TCP_UDP"},
	}[listener]
}

// checkListenerProtocol checks that a load balancer of its type has listeners of a protocol, with these actions.
func checkListenerProtocol(c *resource.Call, lb *store.Object, protocol string) error {
	allowed := []string{"HTTP", "HTTPS"}
	if isNetwork(lb.Outputs) {
		allowed = []string{"TCP", "TLS", "UDP", "TCP_UDP"}
	}
	if !slices.Contains(allowed, protocol) {
		return resource.Faultf("ValidationError", "Listener protocol '%s' must be one of '%s'", protocol, strings.Join(allowed, ", "))
	}
	for _, a := range c.In.Objs("defaultActions") {
		if passes(protocol) && a.Str("type") != "forward" {
			return resource.Faultf("InvalidLoadBalancerAction", "The action type '%s' is not valid with network load balancer", a.Str("type"))
		}
	}
	for _, arn := range targetsOf(c.In.Objs("defaultActions")) {
		if err := checkCarrier(c, arn, protocol); err != nil {
			return err
		}
	}
	return nil
}

// checkCarrier checks that a target group takes what a listener forwards; one that does not exist is found elsewhere.
func checkCarrier(c *resource.Call, arn, protocol string) error {
	tg := c.Regional(tokTargetGroup, arn)
	if tg == nil || prop(tg, "targetType") == "lambda" || slices.Contains(carriers(protocol), prop(tg, "protocol")) {
		return nil
	}
	return resource.Faultf("IncompatibleProtocols", "Listener protocol '%s' is not supported with a target group with protocol '%s'", protocol, prop(tg, "protocol"))
}

// checkHealthProtocol refuses health checks that the provider refuses. HTTP is what it fills in.
func checkHealthProtocol(v *resource.Validation, h resource.Props) {
	protocol := h.Str("protocol")
	if target := v.In.Str("protocol"); protocol == "TCP" && (target == "HTTP" || target == "HTTPS") {
		v.Fail("healthCheck.protocol", "Attribute %q cannot have value %q when %q is %q.", "healthCheck.protocol", "TCP", "protocol", target)
	}
	for _, name := range []string{"matcher", "path"} {
		if protocol == "TCP" && h.Str(name) != "" {
			v.Fail("healthCheck."+name, "Attribute %q cannot be specified when %q is %q.", "healthCheck."+name, "healthCheck.protocol", "TCP")
		}
	}
}

// checkTargetAttributes refuses attributes that target groups of a protocol do not have. Source:
// docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html and the page of the same
// name of application load balancers.
func checkTargetAttributes(c *resource.Call) error {
	protocol := c.In.Str("protocol")
	unsupported := resource.Faultf("InvalidConfigurationRequest", "The provided target group attribute is not supported")
	sticky := c.In.Obj("stickiness")
	ofNetwork := strings.HasPrefix(sticky.Str("type"), "source_ip")
	switch {
	case protocol == "" || protocol == "GENEVE":
		return nil
	case !passes(protocol) && (c.In.Str("preserveClientIp") != "" || c.In.Bool("proxyProtocolV2") || c.In.Bool("connectionTermination")):
		return unsupported
	case passes(protocol) && (c.In.Int("slowStart") > 0 || c.In.Str("loadBalancingAlgorithmType") != "" || c.In.Has("protocolVersion")):
		return unsupported
	case c.In.Str("preserveClientIp") == "false" && strings.Contains(protocol, "UDP"):
		return resource.Faultf("InvalidConfigurationRequest", "Client IP preservation cannot be disabled for target groups with the %s protocol", protocol)
	case len(sticky) > 0 && sticky.Has("type") && ofNetwork != passes(protocol), passes(protocol) && sticky.Bool("enabled") && protocol == "TLS":
		return resource.Faultf("InvalidConfigurationRequest", "Stickiness type '%s' is not supported for target groups with the %s protocol", sticky.Str("type"), protocol)
	}
	return nil
}

// defaultPassingGroup fills in what a target group of a network load balancer leaves open.
func defaultPassingGroup(c *resource.Call) {
	c.Default("healthCheck", map[string]any{
		"enabled": true, "healthyThreshold": 5, "interval": 30, "matcher": "", "path": "", "port": "traffic-port", "protocol": "TCP", "timeout": 10, "unhealthyThreshold": 2,
	})
	c.Default("stickiness", map[string]any{"cookieDuration": 0, "cookieName": "", "enabled": false, "type": "source_ip"})
	preserve := "true"
	if protocol := c.In.Str("protocol"); c.In.Str("targetType") == "ip" && (protocol == "TCP" || protocol == "TLS") {
		preserve = "false"
	}
	c.Default("preserveClientIp", preserve)
	c.Default("connectionTermination", false)
	c.Default("protocolVersion", "")
	c.Default("loadBalancingAlgorithmType", "")
	c.Default("loadBalancingAnomalyMitigation", "")
}
