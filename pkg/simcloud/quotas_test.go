package simcloud_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"cellworks/pkg/simcloud"
	"cellworks/pkg/simcloud/internal/aws"
)

// beyond is a quota lowered to what the world has, and one thing more.
type beyond struct {
	// limit is what the world has; 0 counts the things of the type in the world.
	limit int
	typ   string
	// in is nil where another test fills the quota.
	in   func(w *world) props
	want string
}

// beyondQuotas has one entry for each quota.
func beyondQuotas() map[string]beyond {
	const (
		group, record, target = "aws:ec2/securityGroup:SecurityGroup", "aws:route53/record:Record", "aws:lb/targetGroup:TargetGroup"
		rule                  = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	)
	inVPC := func(more props) func(*world) props {
		return func(w *world) props { return with(props{"vpcId": w.res["vpc"].ID}, more) }
	}
	return map[string]beyond{
		"VPCs per region":      {0, "aws:ec2/vpc:Vpc", fixed(props{"cidrBlock": "10.99.0.0/16"}), "VpcLimitExceeded: The maximum number of VPCs has been reached."},
		"gateways per region":  {1, "aws:ec2/internetGateway:InternetGateway", fixed(props{}), "InternetGatewayLimitExceeded"},
		"subnets per VPC":      {4, "aws:ec2/subnet:Subnet", inVPC(props{"cidrBlock": "10.16.99.0/24"}), "SubnetLimitExceeded"},
		"addresses per region": {0, "aws:ec2/eip:Eip", fixed(props{"domain": "vpc"}), "AddressLimitExceeded: The maximum number of addresses has been reached."},
		"NAT gateways per zone": {1, "aws:ec2/natGateway:NatGateway", func(w *world) props {
			return props{"subnetId": w.byURN("aws:ec2/subnet:Subnet", "public0").ID, "connectivityType": "private"}
		}, "NatGatewayLimitExceeded: Performing this operation would exceed the limit of 1 NAT gateways"},
		"route tables per VPC": {3, "aws:ec2/routeTable:RouteTable", inVPC(nil), "RouteTableLimitExceeded"},
		"routes per table": {1, "aws:ec2/route:Route", func(w *world) props {
			return props{"routeTableId": w.byURN("aws:ec2/routeTable:RouteTable", "app").ID, "destinationCidrBlock": "1.0.0.0/8", "natGatewayId": w.res["nat"].ID}
		}, "RouteLimitExceeded: The maximum number of routes has been reached."},
		"groups per region": {0, group, inVPC(nil), "SecurityGroupLimitExceeded"},
		"rules per group, a direction": {1, rule, func(w *world) props {
			return props{"securityGroupId": w.res["lb-group"].ID, "ipProtocol": "tcp", "fromPort": 80, "toPort": 80, "cidrIpv4": "0.0.0.0/0"}
		}, "RulesPerSecurityGroupLimitExceeded"},
		"groups per interface": {1, "aws:lb/loadBalancer:LoadBalancer", func(w *world) props {
			return with(w.res["lb"].In, props{"name": "grouped", "securityGroups": []any{w.res["lb-group"].ID, w.res["web-group"].ID}})
		}, "You have exceeded the number of security groups for a load balancer: 2, quota 1"},
		"ACLs per VPC": {2, "aws:ec2/networkAcl:NetworkAcl", inVPC(nil), "NetworkAclLimitExceeded"},
		"entries per ACL, a direction": {3, "aws:ec2/networkAcl:NetworkAcl", func(w *world) props {
			entry := w.res["acl"].In["egress"].([]any)[0].(props)
			return props{"vpcId": w.res["vpc"].ID, "egress": []any{with(entry, props{"ruleNo": 1}), with(entry, props{"ruleNo": 2}), with(entry, props{"ruleNo": 3})}}
		}, "NetworkAclEntryLimitExceeded: The maximum number of network acl entries has been reached. (egress: 3 rules and the implicit deny, quota 3)"},
		"roles per account":    {0, roleType, fixed(props{"assumeRolePolicy": trustPolicy}), "LimitExceeded: Cannot exceed quota for RolesPerAccount: "},
		"policies per account": {0, "aws:iam/policy:Policy", fixed(props{"policy": readPolicy}), "LimitExceeded: Cannot exceed quota for PoliciesPerAccount: "},
		"policies per role": {2, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", fixed(props{"role": "acme-exec", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
			"LimitExceeded: Cannot exceed quota for PoliciesPerRole: 2"},
		"load balancers per region": {0, "aws:lb/loadBalancer:LoadBalancer", func(w *world) props { return with(w.res["lb"].In, props{"name": "other"}) }, "TooManyLoadBalancers"},
		"target groups per region":  {0, target, inVPC(props{"port": 80, "protocol": "HTTP"}), "TooManyTargetGroups: The maximum number of target groups has been reached."},
		"target groups per balancer": {1, "aws:lb/listenerRule:ListenerRule", func(w *world) props {
			second := w.create(target, "second", props{"port": 80, "protocol": "HTTP", "vpcId": w.res["vpc"].ID})
			return props{"listenerArn": w.res["https"].ID, "priority": 8, "actions": []any{props{"type": "forward", "targetGroupArn": second.ID}},
				"conditions": []any{props{"pathPattern": props{"values": []any{"/x"}}}}}
		}, "TooManyTargetGroups: The maximum number of target groups on load balancer"},
		"rules per balancer": {1, "aws:lb/listenerRule:ListenerRule", func(w *world) props {
			return with(w.res["rule"].In, props{"priority": 7})
		}, "TooManyRules"},
		"listeners per balancer": {1, "aws:lb/listener:Listener", func(w *world) props {
			return with(w.res["https"].In, props{"port": 8443})
		}, "TooManyListeners"},
		"buckets per account": {0, "aws:s3/bucketV2:BucketV2", fixed(props{"bucket": "one-more"}), "TooManyBuckets: You have attempted to create more buckets than allowed"},
		"zones per account":   {0, "aws:route53/zone:Zone", fixed(props{"name": "third.example.com"}), "TooManyHostedZones"},
		"records per zone": {2, record, func(w *world) props {
			return props{"zoneId": w.res["zone"].ID, "name": "www", "type": "A", "ttl": 60, "records": []any{"10.0.0.1"}}
		}, "Number of records limit of 2 exceeded."},
		"names per certificate": {1, "aws:acm/certificate:Certificate", fixed(props{"domainName": "a.example.com", "subjectAlternativeNames": []any{"b.example.com"}}),
			"you have reached your limit of 1 domain names per certificate."},
		"services per cluster": {1, "aws:ecs/service:Service", func(w *world) props { return with(w.res["service"].In, props{"name": "second"}) }, "The maximum number of services per cluster has been reached."},
	}
}

// TestEveryQuotaEnds fills each quota and asks for one thing more; with the published quota the same is accepted.
func TestEveryQuotaEnds(t *testing.T) {
	t.Parallel()
	table := beyondQuotas()
	maps.Copy(table, beyondIdentityQuotas())
	maps.Copy(table, beyondAuditQuotas())
	maps.Copy(table, beyondServerQuotas())
	maps.Copy(table, beyondApplicationQuotas())
	maps.Copy(table, beyondExchangeQuotas())
	maps.Copy(table, beyondBackupQuotas())
	maps.Copy(table, beyondDataQuotas())
	roomy := buildWorld(oneCloud(t), nil)
	for _, quota := range aws.Quotas() {
		tc, ok := table[quota.Name]
		if !ok {
			t.Errorf("quota %q has no test", quota.Name)
			continue
		}
		if tc.in == nil {
			continue // a test of its own fills it
		}
		if tc.limit == 0 {
			tc.limit = roomy.count(tc.typ)
		}
		t.Run(quota.Name, func(t *testing.T) {
			t.Parallel()
			opts := simcloud.Options{Quotas: map[string]int{quota.Name: tc.limit}}
			w := buildWorld(connect(t, serve(t, openCloud(t, opts)), "dev", accountA, "us-east-1"), nil)
			_, err := w.try(tc.typ, "more", tc.in(w))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("one more than %d: %v, want %s", tc.limit, err, tc.want)
			}
		})
	}
	for name, tc := range table {
		if tc.in == nil || tc.limit == aws.Limits()[name] {
			continue // a test of its own or the world fills it
		}
		if _, err := roomy.try(tc.typ, "more-"+strings.NewReplacer(" ", "-", ",", "").Replace(name)[:12], tc.in(roomy)); err != nil {
			t.Errorf("%s: refused although the quota has room: %v", name, err)
		}
	}
}

// TestAccountsHaveQuotasOfTheirOwn holds that what AWS raises for an account is raised for
// no other.
func TestAccountsHaveQuotasOfTheirOwn(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{AccountQuotas: map[string]map[string]int{accountA: {"addresses per region": 7}}})
	target := serve(t, cloud)
	for account, want := range map[string]int{accountA: 7, accountB: 5} {
		c := connect(t, target, "dev", account, "us-east-1")
		for n := range want + 1 {
			_, err := c.try(eipType, fmt.Sprintf("address-%d", n), props{"domain": "vpc"})
			if full := n == want; (err != nil) != full {
				t.Errorf("address %d of account %s: %v, want room for %d", n+1, account, err, want)
			}
		}
	}
	if _, err := simcloud.Open(simcloud.Options{Dir: t.TempDir(), AccountQuotas: map[string]map[string]int{accountA: {"addresses": 7}}}); err == nil {
		t.Error("a quota that there is not is taken")
	}
}

// TestNamesAreTakenUntilTheOldThingIsGone creates a second thing of each named type beside the first: with the first
// one's name it is refused, with a name of its own it is not. This is what a replacement that creates first meets.
func TestNamesAreTakenUntilTheOldThingIsGone(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	// Zones and what belongs to resolvers may share a name; calls that put a thing (Upsert) change the one of that name.
	shared := map[string]bool{"aws:route53/zone:Zone": true, backupChoiceType: true, queryLogType: true, resolverType: true, resolverRuleType: true}
	// These are renamed.
	renamed := map[string]bool{resolverType: true, resolverRuleType: true, baselineType: true, windowType: true, windowGoalType: true, windowTaskType: true}
	for _, typ := range []string{baselineType, windowType, windowGoalType, windowTaskType, associationType, macieJobType} {
		shared[typ] = true // they are told apart by ids
	}
	for token, kind := range aws.Kinds() {
		if kind.Naming == nil {
			continue
		}
		first := w.firstOf(token)
		name := kind.Naming.Property
		shared[token] = shared[token] || kind.Upsert
		second, err := w.try(token, "second", with(first.In, props{name: first.Out[name]}))
		switch {
		case err == nil && !shared[token]:
			t.Errorf("%s: a second one of the name %v was made: %s", token, first.Out[name], second.ID)
		case err != nil && shared[token]:
			t.Errorf("%s: %v", token, err)
		case err != nil && !strings.Contains(strings.ToLower(err.Error()), "already") && !strings.Contains(err.Error(), "Duplicate") && !strings.Contains(err.Error(), "idempotent"):
			t.Errorf("%s: a taken name is refused with %v", token, err)
		}
		if d := w.diff(first, with(first.In, props{name: fmt.Sprint(first.Out[name], "-new")})); (len(d.GetReplaces()) == 0) != renamed[token] {
			t.Errorf("%s: a new name replaces %v", token, d.GetReplaces())
		}
	}
}

// count is how many things of a type the world has, those included that came with others.
func (w *world) count(token string) int {
	w.t.Helper()
	n := 0
	for _, m := range w.made {
		typ := strings.Split(m.URN, "::")[2]
		switch {
		case typ == token:
			n++
		case token == "aws:ec2/securityGroup:SecurityGroup" && typ == "aws:ec2/vpc:Vpc": // the default group
			n++
		case token == zoneType && typ == namespaceType:
			n++
		case token == roleType && typ == "aws:iam/serviceLinkedRole:ServiceLinkedRole":
			n++
		}
	}
	return n
}

// firstOf is the world's first resource of a type.
func (w *world) firstOf(token string) *made {
	w.t.Helper()
	for _, m := range w.made {
		if strings.Split(m.URN, "::")[2] == token {
			return m
		}
	}
	w.t.Fatalf("no %s", token)
	return nil
}
