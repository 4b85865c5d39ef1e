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

// addActionRules adds what listeners and rules ask of their actions.
func addActionRules(r *schema.Rules, list string) {
	if r.Enums == nil {
		r.Enums = map[string][]string{}
	}
	r.Enums[list+".type"] = []string{"forward", "redirect", "fixed-response", "authenticate-cognito", "authenticate-oidc"}
	r.Enums[list+".fixedResponse.contentType"] = []string{"text/plain", "text/css", "text/html", "application/javascript", "application/json"}
	r.Enums[list+".redirect.statusCode"] = []string{"HTTP_301", "HTTP_302"}
	r.Lengths = map[string]schema.Range{list + ".fixedResponse.messageBody": {Min: 0, Max: 1024}}
	r.Sets = append(r.Sets, list+".forward.targetGroups")
}

func checkActions(v *resource.Validation, list string) {
	if v.In.Len(list) == 0 && !unknown(v.In, list) {
		v.Fail(list, "%s: attribute requires 1 item minimum, but config has only 0 declared", list)
	}
	for i, a := range v.In.Objs(list) {
		path := fmt.Sprintf("%s[%d]", list, i)
		needs := map[string]string{"redirect": "redirect", "fixed-response": "fixedResponse", "authenticate-cognito": "authenticateCognito", "authenticate-oidc": "authenticateOidc"}
		if block := needs[a.Str("type")]; block != "" && !a.Has(block) {
			v.Fail(path+"."+block, "Attribute %q must be specified when %q is %q", path+"."+block, path+".type", a.Str("type"))
		}
		if a.Str("type") == "forward" && !a.Has("targetGroupArn") && !a.Has("forward") {
			v.Fail(path, "ValidationError: one of targetGroupArn or forward must be specified when type is \"forward\"")
		}
		if code := a.Obj("fixedResponse").Str("statusCode"); code != "" && !regexp.MustCompile(`^[245]\d\d$`).MatchString(code) {
			v.Fail(path+".fixedResponse.statusCode", "invalid value for statusCode: %q, want 2XX, 4XX or 5XX", code)
		}
	}
}

// targetsOf are the target groups that actions forward to.
func targetsOf(actions []resource.Props) []string {
	var arns []string
	for _, a := range actions {
		if arn := a.Str("targetGroupArn"); arn != "" {
			arns = append(arns, arn)
		}
		for _, t := range a.Obj("forward").Objs("targetGroups") {
			arns = append(arns, t.Str("arn"))
		}
	}
	return arns
}

// attachTargets checks the target groups that a listener or rule of a load balancer forwards to. A group serves one
// load balancer only.
func attachTargets(c *resource.Call, balancer *store.Object, actions []resource.Props) error {
	attached := map[string]bool{}
	for _, name := range c.Tx.NamesUnder("balancer-target/" + balancer.ARN + "|") {
		attached[strings.Split(name, "|")[0]] = true
	}
	for _, arn := range targetsOf(actions) {
		tg := c.Regional(tokTargetGroup, arn)
		if tg == nil {
			return resource.Faultf("TargetGroupNotFound", "Target groups '%s' not found", arn)
		}
		if prop(tg, "vpcId") != prop(balancer, "vpcId") {
			return resource.Faultf("InvalidConfigurationRequest", "The target group '%s' is not in the same VPC as the load balancer '%s'", arn, balancer.ARN)
		}
		for _, name := range c.Tx.NamesUnder("target-balancer/" + arn + "|") {
			if !strings.HasPrefix(name, balancer.ARN+"|") {
				return resource.Faultf("TargetGroupAssociationLimit", "The following target groups cannot be associated with more than one load balancer: %s", arn)
			}
		}
		attached[arn] = true
		if most := c.Limits["target groups per balancer"]; len(attached) > most {
			return resource.Faultf("TooManyTargetGroups", "The maximum number of target groups on load balancer '%s' has been reached: %d", balancer.ARN, most)
		}
		c.Claim("balancer-target/" + balancer.ARN + "|" + arn + "|" + c.Obj.ID)
		c.Claim("target-balancer/" + arn + "|" + balancer.ARN + "|" + c.Obj.ID)
	}
	return nil
}

func listener() *resource.Kind {
	rules := schema.Rules{
		Replaces:    []schema.Replace{{Properties: []string{"loadBalancerArn"}, Why: "a listener belongs to one load balancer"}},
		Computed:    []string{"sslPolicy", "mutualAuthentication", "tcpIdleTimeoutSeconds", "protocol"},
		Enums:       map[string][]string{"protocol": {"HTTP", "HTTPS", "TCP", "TCP_UDP", "TLS", "UDP", "GENEVE"}},
		Ranges:      map[string]schema.Range{"port": {Min: 1, Max: 65535}, "tcpIdleTimeoutSeconds": {Min: 60, Max: 6000}},
		Formats:     map[string]schema.Format{"certificateArn": schema.ARN, "loadBalancerArn": schema.ARN},
		Unsimulated: map[string]string{"mutualAuthentication": ""},
	}
	addActionRules(&rules, "defaultActions")
	return &resource.Kind{
		Token: tokListener, Service: "Elastic Load Balancing v2", Noun: "ELBv2 Listener", CreateOp: "CreateListener", UpdateOp: "ModifyListener", DeleteOp: "DeleteListener",
		Rules: rules,
		Validate: func(v *resource.Validation) {
			checkActions(v, "defaultActions")
			checkSecureListener(v)
			if p := v.In.Str("sslPolicy"); p != "" && !regexp.MustCompile(`^ELBSecurityPolicy-(2016-08|TLS13-1-[0-3](-Res|-Ext[12]|-FIPS|-Res-FIPS|-Ext[0-2]-FIPS)?-20[0-9]{2}-[0-9]{2}|TLS-1-[0-2](-Ext)?-20[0-9]{2}-[0-9]{2}|FS-[A-Za-z0-9-]+)$`).MatchString(p) {
				v.Fail("sslPolicy", "SSLPolicyNotFound: SSL policy '%s' not found", p)
			}
		},
		Identify: func(c *resource.Call) error {
			lb, err := needBalancer(c)
			if err != nil {
				return err
			}
			c.Obj.ID = strings.Replace(lb.ARN, ":loadbalancer/", ":listener/", 1) + "/" + c.Hex("listener", 16)
			c.Obj.ARN = c.Obj.ID
			return nil
		},
		Apply: applyListener,
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokListenerRule, tokListenerCertificate))
			return nil
		},
	}
}

// secure says whether a listener of a protocol ends TLS.
func secure(protocol string) bool { return protocol == "HTTPS" || protocol == "TLS" }

// checkSecureListener refuses a listener that would end TLS without a certificate, or has one and does not.
func checkSecureListener(v *resource.Validation) {
	protocol := v.In.Str("protocol")
	if secure(protocol) && !v.In.Has("certificateArn") {
		v.Fail("certificateArn", "ValidationError: A certificate must be specified for %s listeners", protocol)
	}
	if v.In.Known("protocol") && !secure(protocol) && v.In.Has("sslPolicy") {
		v.Fail("sslPolicy", "InvalidConfigurationRequest: An SSL policy can only be specified for HTTPS and TLS listeners")
	}
	if v.In.Known("protocol") && passes(protocol) && protocol != "TLS" && v.In.Has("certificateArn") {
		v.Fail("certificateArn", "ValidationError: Certificates cannot be specified for %s listeners", protocol)
	}
	if v.In.Known("protocol") && protocol != "TLS" && v.In.Has("alpnPolicy") {
		v.Fail("alpnPolicy", "ValidationError: ALPN policies can only be specified for TLS listeners")
	}
	if v.In.Known("protocol") && protocol != "TCP" && v.In.Has("tcpIdleTimeoutSeconds") {
		v.Fail("tcpIdleTimeoutSeconds", "InvalidConfigurationRequest: Listener attribute key 'tcp.idle_timeout.seconds' is not supported on %s listeners", protocol)
	}
}

func needBalancer(c *resource.Call) (*store.Object, error) {
	lb := c.Regional(tokLoadBalancer, c.In.Str("loadBalancerArn"))
	if lb == nil {
		return nil, resource.Faultf("LoadBalancerNotFound", "One or more load balancers not found: %s", c.In.Str("loadBalancerArn"))
	}
	return lb, nil
}

func applyListener(c *resource.Call) error {
	lb, err := needBalancer(c)
	if err != nil {
		return err
	}
	c.Release()
	port := c.In.Int("port")
	c.Default("protocol", "HTTP")
	protocol, _ := c.Eff("protocol").(string)
	if err := checkListenerProtocol(c, lb, protocol); err != nil {
		return err
	}
	if c.Creating() && c.Tx.CountReferrers(lb.Key, tokListener) >= c.Limits["listeners per balancer"] {
		return resource.Faultf("TooManyListeners", "The maximum number of listeners has been reached.")
	}
	if !c.Claim(fmt.Sprintf("listener/%s/%d", lb.ARN, port)) {
		return resource.Faultf("DuplicateListener", "A listener already exists on this port for this load balancer '%s'", lb.ARN)
	}
	c.Out("mutualAuthentication", map[string]any{"mode": "off"})
	if secure(protocol) {
		c.Default("sslPolicy", "ELBSecurityPolicy-2016-08")
	} else {
		c.Default("sslPolicy", "")
	}
	if protocol == "TCP" {
		c.Default("tcpIdleTimeoutSeconds", 350)
	}
	if arn := c.In.Str("certificateArn"); arn != "" {
		if err := needIssued(c, arn); err != nil {
			return err
		}
	}
	return attachTargets(c, lb, c.In.Objs("defaultActions"))
}

func listenerRule() *resource.Kind {
	rules := schema.Rules{
		Replaces: []schema.Replace{{Properties: []string{"listenerArn"}, Why: "a rule belongs to one listener"}},
		Sets: []string{"conditions", "conditions.hostHeader.values", "conditions.pathPattern.values", "conditions.sourceIp.values",
			"conditions.httpRequestMethod.values", "conditions.httpHeader.values"},
		Computed: []string{"priority"},
		Ranges:   map[string]schema.Range{"priority": {Min: 1, Max: 50000}},
		Formats:  map[string]schema.Format{"listenerArn": schema.ARN},
	}
	addActionRules(&rules, "actions")
	return &resource.Kind{
		Token: tokListenerRule, Service: "Elastic Load Balancing v2", Noun: "ELBv2 Listener Rule", CreateOp: "CreateRule", UpdateOp: "ModifyRule", DeleteOp: "DeleteRule",
		Rules: rules,
		Validate: func(v *resource.Validation) {
			checkActions(v, "actions")
			checkConditions(v)
		},
		Identify: func(c *resource.Call) error {
			l, _, err := needListener(c)
			if err != nil {
				return err
			}
			c.Obj.ID = strings.Replace(l.ARN, ":listener/", ":listener-rule/", 1) + "/" + c.Hex("rule", 16)
			c.Obj.ARN = c.Obj.ID
			return nil
		},
		Apply: applyListenerRule,
	}
}

// conditionKinds are the fields of a condition, of which each condition has one.
func conditionKinds() []string {
	return []string{"hostHeader", "httpHeader", "httpRequestMethod", "pathPattern", "queryStrings", "sourceIp"}
}

func checkConditions(v *resource.Validation) {
	if v.In.Len("conditions") == 0 && !unknown(v.In, "conditions") {
		v.Fail("conditions", "conditions: attribute requires 1 item minimum, but config has only 0 declared")
	}
	values := 0
	for i, cond := range v.In.Objs("conditions") {
		path := fmt.Sprintf("conditions[%d]", i)
		set := slices.DeleteFunc(conditionKinds(), func(k string) bool { return !cond.Has(k) })
		if len(set) != 1 && cond != nil {
			v.Fail(path, "ValidationError: A condition must have exactly one of %s, got %d", strings.Join(conditionKinds(), ", "), len(set))
		}
		for _, k := range set {
			values += cond.Obj(k).Len("values")
			for _, s := range cond.Obj(k).Strs("values") {
				if len(s) > 128 {
					v.Fail(path+"."+k, "expected length of %s to be in the range (1 - 128), got %s", k, s)
				}
			}
		}
	}
	if values > 5 {
		v.Fail("conditions", "ValidationError: A rule can only have '5' condition values")
	}
}

func needListener(c *resource.Call) (l, lb *store.Object, err error) {
	l = c.Regional(tokListener, c.In.Str("listenerArn"))
	if l == nil {
		return nil, nil, resource.Faultf("ListenerNotFound", "One or more listeners not found: %s", c.In.Str("listenerArn"))
	}
	lb = c.Tx.Get(store.Key{Type: tokLoadBalancer, Account: c.Account, Region: c.Region, ID: prop(l, "loadBalancerArn")})
	if lb == nil {
		return nil, nil, resource.Faultf("LoadBalancerNotFound", "One or more load balancers not found: %s", prop(l, "loadBalancerArn"))
	}
	return l, lb, nil
}

func applyListenerRule(c *resource.Call) error {
	l, lb, err := needListener(c)
	if err != nil {
		return err
	}
	if isNetwork(lb.Outputs) {
		return resource.Faultf("InvalidConfigurationRequest", "Rules are not supported for listeners of load balancers with type 'network'")
	}
	for _, arn := range targetsOf(c.In.Objs("actions")) {
		if err := checkCarrier(c, arn, prop(l, "protocol")); err != nil {
			return err
		}
	}
	c.Release()
	count := "balancer-rule/" + lb.ARN + "|"
	if most := c.Limits["rules per balancer"]; c.Creating() && c.Tx.CountNames(count) >= most {
		return resource.Faultf("TooManyRules", "The maximum number of rules on load balancer '%s' has been reached: %d", lb.ARN, most)
	}
	c.Claim(count + c.Obj.ID)
	slot := func(priority int) string { return fmt.Sprintf("priority/%s/%05d", l.ARN, priority) }
	if !c.In.Has("priority") {
		next := 1
		for _, name := range c.Tx.NamesUnder("priority/" + l.ARN + "/") {
			_, _ = fmt.Sscanf(name, "%d", &next)
			next++
		}
		c.Default("priority", next)
	}
	priority := resource.Props{"p": c.Eff("priority")}.Int("p")
	if !c.Claim(slot(priority)) {
		return resource.Faultf("PriorityInUse", "Priority '%d' is currently in use", priority)
	}
	return attachTargets(c, lb, c.In.Objs("actions"))
}
