package ingress

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
)

const (
	// drainSeconds is how long a task that leaves the load balancer may finish its
	// requests; it is as long as a task may take to stop.
	drainSeconds = 60
	// A task that fails is left within half a minute, and one that starts gets requests
	// after half a minute.
	healthIntervalSeconds = 15
	healthTimeoutSeconds  = 5
	healthyAnswers        = 2
	unhealthyAnswers      = 2
	// generatedLength is how many characters Pulumi adds to a logical name for a physical
	// one: a dash and seven more.
	generatedLength = 8
)

// expose gives a service its host name: target group, listener rule and record.
func (i *Ingress) expose(ctx *pulumi.Context, service string, child pulumi.ResourceOption) error {
	s := i.args.Services[service]
	balancer := i.args.LoadBalancers[s.Scheme]
	name := i.name + "-" + service
	if !i.args.Closed {
		target, err := i.addTargetGroup(ctx, name, service, s, child)
		if err != nil {
			return err
		}
		rule, err := i.addRule(ctx, name, balancer.ListenerARN, s.Host, target.Arn, child, i.moved())
		if err != nil {
			return err
		}
		i.Targets[service] = Target{GroupARN: target.Arn, Ready: rule}
	}
	record, err := i.addRecord(ctx, name, balancer, s.Host, child, i.moved())
	if err != nil {
		return err
	}
	i.URLs[service] = pulumi.Sprintf("https://%s", record.Fqdn)
	return nil
}

// moved says under which parent a resource was known before.
func (i *Ingress) moved() pulumi.ResourceOption {
	if i.args.FormerParent == nil {
		return pulumi.Aliases(nil)
	}
	return pulumi.Aliases([]pulumi.Alias{{ParentURN: i.args.FormerParent}})
}

// addTargetGroup makes the group of the service's tasks. Requests go to the task that is
// busy with the fewest, and never stick to one: tasks come and go.
func (i *Ingress) addTargetGroup(ctx *pulumi.Context, name, service string, s Service, child pulumi.ResourceOption) (*lb.TargetGroup, error) {
	physical, err := i.groupName(name, service, s.Port)
	if err != nil {
		return nil, err
	}
	return lb.NewTargetGroup(ctx, name, &lb.TargetGroupArgs{
		Name:                       physical,
		VpcId:                      i.args.VPCID.ToStringOutput(),
		TargetType:                 pulumi.String("ip"),
		Port:                       pulumi.Int(s.Port),
		Protocol:                   pulumi.String("HTTP"),
		DeregistrationDelay:        pulumi.Int(drainSeconds),
		LoadBalancingAlgorithmType: pulumi.String("least_outstanding_requests"),
		HealthCheck: lb.TargetGroupHealthCheckArgs{
			Path:               pulumi.String(s.HealthPath),
			Matcher:            pulumi.String("200"),
			Interval:           pulumi.Int(healthIntervalSeconds),
			Timeout:            pulumi.Int(healthTimeoutSeconds),
			HealthyThreshold:   pulumi.Int(healthyAnswers),
			UnhealthyThreshold: pulumi.Int(unhealthyAnswers),
		},
	}, child, i.moved())
}

// groupName returns the name of a service's target group; nil leaves it to Pulumi, whose
// names are too long for services with long ones.
func (i *Ingress) groupName(name, service string, port int) (pulumi.StringPtrInput, error) {
	if len(name)+generatedLength <= naming.MaxTargetGroup {
		return nil, nil
	}
	group, err := naming.TargetGroup(i.name, service, port)
	return pulumi.String(group), err
}

// addRule leads a host name to a target group. The rule has no priority of its own.
// Rules match distinct host names, so their order decides nothing, and a priority
// computed from the list of services would collide with one in use when the list
// changes.
func (i *Ingress) addRule(
	ctx *pulumi.Context, name string, listenerARN pulumi.StringInput, host string, target pulumi.StringInput, child pulumi.ResourceOption, opts ...pulumi.ResourceOption,
) (*lb.ListenerRule, error) {
	forward := lb.ListenerRuleActionArgs{Type: pulumi.String("forward"), TargetGroupArn: target.ToStringOutput().ToStringPtrOutput()}
	return lb.NewListenerRule(ctx, name, &lb.ListenerRuleArgs{
		ListenerArn: listenerARN,
		Actions:     i.args.OIDC.before(forward),
		Conditions: lb.ListenerRuleConditionArray{lb.ListenerRuleConditionArgs{
			HostHeader: lb.ListenerRuleConditionHostHeaderArgs{Values: pulumi.ToStringArray([]string{host})},
		}},
	}, append(opts, child)...)
}

// before returns the actions of a rule: with sign-in the load balancer sends people to
// Okta, which sends them back to /oauth2/idpresponse of the same host.
func (o *OIDC) before(forward lb.ListenerRuleActionArgs) lb.ListenerRuleActionArray {
	if o == nil {
		return lb.ListenerRuleActionArray{forward}
	}
	forward.Order = pulumi.Int(2)
	return lb.ListenerRuleActionArray{
		lb.ListenerRuleActionArgs{
			Type:  pulumi.String("authenticate-oidc"),
			Order: pulumi.Int(1),
			AuthenticateOidc: lb.ListenerRuleActionAuthenticateOidcArgs{
				Issuer:                   o.Issuer,
				AuthorizationEndpoint:    o.AuthorizationEndpoint,
				TokenEndpoint:            o.TokenEndpoint,
				UserInfoEndpoint:         o.UserInfoEndpoint,
				ClientId:                 o.ClientID,
				ClientSecret:             o.ClientSecret,
				Scope:                    pulumi.String("openid profile email"),
				SessionCookieName:        pulumi.String(o.Cookie),
				SessionTimeout:           pulumi.Int(o.SessionSeconds),
				OnUnauthenticatedRequest: pulumi.String("authenticate"),
			},
		},
		forward,
	}
}

// addRecord leads a host name to a load balancer.
func (i *Ingress) addRecord(
	ctx *pulumi.Context, name string, balancer contract.LoadBalancerOutputs, host string, child pulumi.ResourceOption, opts ...pulumi.ResourceOption,
) (*route53.Record, error) {
	return route53.NewRecord(ctx, name, &route53.RecordArgs{
		ZoneId: pulumi.String(i.args.ZoneID),
		Name:   pulumi.String(host),
		Type:   pulumi.String("A"),
		Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{
			Name:                 balancer.DNSName,
			ZoneId:               balancer.ZoneID,
			EvaluateTargetHealth: pulumi.Bool(true),
		}},
	}, append(opts, child)...)
}
