package consul

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/securitygroup"
	"cellworks/pkg/userdata"
)

// addSecurityGroups lets servers speak with each other, tasks with servers, and
// everybody else with the load balancer only. No port is open for people: they come
// by Session Manager.
func (c *Cluster) addSecurityGroups() error {
	var errServers, errBalancer error
	c.servers, errServers = securitygroup.Add(c.ctx, c.name, securitygroup.Args{VPCID: c.args.VPCID, Description: "Consul servers"}, c.child)
	c.balancer, errBalancer = securitygroup.Add(c.ctx, c.name+"-balancer", securitygroup.Args{VPCID: c.args.VPCID, Description: "Load balancer of Consul"}, c.child)
	if err := errors.Join(errServers, errBalancer); err != nil {
		return err
	}
	c.ServerSecurityGroupID, c.BalancerSecurityGroupID = c.servers.ID, c.balancer.ID
	ports := userdata.DefaultConsulPorts()
	self, balancer, tasks := securitygroup.Of(c.servers), securitygroup.Of(c.balancer), securitygroup.At(c.args.AppCIDR)
	errs := []error{
		c.servers.From(self, ports.Server, "server RPC", "tcp"),
		c.servers.To(self, ports.Server, "server RPC", "tcp"),
		c.servers.From(self, ports.SerfLAN, "gossip", "tcp", "udp"),
		c.servers.To(self, ports.SerfLAN, "gossip", "tcp", "udp"),
		c.servers.From(tasks, ports.HTTPS, "API for tasks", "tcp"),
		c.servers.From(tasks, ports.GRPCTLS, "proxies of tasks", "tcp"),
		c.servers.From(balancer, ports.HTTPS, "API", "tcp"),
		c.servers.From(balancer, ports.GRPCTLS, "proxies", "tcp"),
		c.servers.From(balancer, ports.DNS, "DNS", "tcp", "udp"),
		c.servers.To(securitygroup.At(netip.MustParsePrefix("0.0.0.0/0")), httpsPort, "AWS and releases", "tcp"),
		c.balancer.To(self, ports.HTTPS, "API", "tcp"),
		c.balancer.To(self, ports.GRPCTLS, "proxies", "tcp"),
		c.balancer.To(self, ports.DNS, "DNS", "tcp", "udp"),
	}
	for _, block := range c.args.Config.AllowedCIDRs {
		errs = append(errs,
			c.balancer.From(securitygroup.At(block), ports.HTTPS, "API for "+block.String(), "tcp"),
			c.balancer.From(securitygroup.At(block), ports.GRPCTLS, "proxies in "+block.String(), "tcp"))
	}
	if c.args.Config.Tasks.Enabled && !slices.ContainsFunc(c.args.Config.AllowedCIDRs, c.letsTasksIn) {
		errs = append(errs,
			c.balancer.From(tasks, ports.HTTPS, "API for tasks", "tcp"),
			c.balancer.From(tasks, ports.GRPCTLS, "proxies of tasks", "tcp"))
	}
	return errors.Join(errs...)
}

// letsTasksIn reports whether a block holds all tasks.
func (c *Cluster) letsTasksIn(block netip.Prefix) bool {
	return block.Bits() <= c.args.AppCIDR.Bits() && block.Contains(c.args.AppCIDR.Addr())
}

// addBalancer makes the load balancer, with fixed addresses, and what names it. It
// returns the target groups that servers are registered with.
func (c *Cluster) addBalancer() (pulumi.StringArray, error) {
	var mappings lb.LoadBalancerSubnetMappingArray
	var reservations []pulumi.Resource
	var addresses []string
	for _, subnet := range c.args.Subnets {
		block, address, err := reserve(subnet.CIDR)
		if err != nil {
			return nil, err
		}
		// Before the load balancer, so that nothing else takes the address meanwhile.
		reservation, err := ec2.NewSubnetCidrReservation(c.ctx, c.name+"-"+subnet.Zone, &ec2.SubnetCidrReservationArgs{
			SubnetId:        pulumi.String(subnet.ID),
			CidrBlock:       pulumi.String(block.String()),
			ReservationType: pulumi.String("explicit"),
			Description:     pulumi.String("Addresses of Consul's load balancer"),
		}, c.child)
		if err != nil {
			return nil, err
		}
		reservations, addresses = append(reservations, reservation), append(addresses, address.String())
		mappings = append(mappings, lb.LoadBalancerSubnetMappingArgs{SubnetId: pulumi.String(subnet.ID), PrivateIpv4Address: pulumi.String(address.String())})
	}
	balancer, err := lb.NewLoadBalancer(c.ctx, c.name, &lb.LoadBalancerArgs{
		LoadBalancerType:             pulumi.String("network"),
		Internal:                     pulumi.Bool(true),
		SecurityGroups:               pulumi.StringArray{c.balancer.ID},
		SubnetMappings:               mappings,
		EnableCrossZoneLoadBalancing: pulumi.Bool(true),
		EnableDeletionProtection:     pulumi.Bool(c.args.DeletionProtection),
	}, c.child, pulumi.Protect(c.args.DeletionProtection), pulumi.DependsOn(reservations))
	if err != nil {
		return nil, err
	}
	if err := c.addRecord(balancer.DnsName, balancer.ZoneId); err != nil {
		return nil, err
	}
	ports := userdata.DefaultConsulPorts()
	api, err := c.handOn(balancer, "api", ports.HTTPS)
	if err != nil {
		return nil, err
	}
	proxies, err := c.handOn(balancer, "proxies", ports.GRPCTLS)
	if err != nil || !c.args.Config.DNS {
		return pulumi.StringArray{api, proxies}, err
	}
	names, err := c.addDNS(balancer, addresses)
	return pulumi.StringArray{api, proxies, names}, err
}

// handOn hands a port on to the servers, which end TLS themselves. Servers see the
// load balancer's address, not the client's: a server that calls the API by its name
// and is sent to itself would drop its own packets.
func (c *Cluster) handOn(balancer *lb.LoadBalancer, name string, port int) (pulumi.StringOutput, error) {
	targets, err := lb.NewTargetGroup(c.ctx, c.name+"-"+name, &lb.TargetGroupArgs{
		VpcId:            pulumi.String(c.args.VPCID),
		TargetType:       pulumi.String("instance"),
		Protocol:         pulumi.String("TCP"),
		Port:             pulumi.Int(port),
		PreserveClientIp: pulumi.String("false"),
		// Who the leader is needs no token, and no leader to be answered.
		HealthCheck: lb.TargetGroupHealthCheckArgs{
			Protocol: pulumi.String("HTTPS"), Port: pulumi.String(strconv.Itoa(userdata.DefaultConsulPorts().HTTPS)),
			Path: pulumi.String("/v1/status/leader"), Matcher: pulumi.String("200"),
			HealthyThreshold: pulumi.Int(2), UnhealthyThreshold: pulumi.Int(2), Interval: pulumi.Int(10),
		},
	}, c.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return targets.Arn, c.addListener(balancer, name, "TCP", port, targets)
}

func (c *Cluster) addListener(balancer *lb.LoadBalancer, name, protocol string, port int, targets *lb.TargetGroup) error {
	_, err := lb.NewListener(c.ctx, c.name+"-"+name, &lb.ListenerArgs{
		LoadBalancerArn: balancer.Arn,
		Protocol:        pulumi.String(protocol),
		Port:            pulumi.Int(port),
		DefaultActions:  lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{Type: pulumi.String("forward"), TargetGroupArn: targets.Arn}},
	}, c.child)
	return err
}

// addDNS forwards questions for names below .consul from the VPC's resolver to the
// servers, by the load balancer's addresses. For UDP, a load balancer always keeps
// the client's address; the resolver is no server, so that nobody is sent to itself.
func (c *Cluster) addDNS(balancer *lb.LoadBalancer, addresses []string) (pulumi.StringOutput, error) {
	ports := userdata.DefaultConsulPorts()
	targets, err := lb.NewTargetGroup(c.ctx, c.name+"-dns", &lb.TargetGroupArgs{
		VpcId:      pulumi.String(c.args.VPCID),
		TargetType: pulumi.String("instance"),
		Protocol:   pulumi.String("TCP_UDP"),
		Port:       pulumi.Int(ports.DNS),
		HealthCheck: lb.TargetGroupHealthCheckArgs{
			Protocol: pulumi.String("TCP"), HealthyThreshold: pulumi.Int(2), UnhealthyThreshold: pulumi.Int(2), Interval: pulumi.Int(10),
		},
	}, c.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	if err := c.addListener(balancer, "dns", "TCP_UDP", dnsPort, targets); err != nil {
		return pulumi.StringOutput{}, err
	}
	resolver, err := securitygroup.Add(c.ctx, c.name+"-resolver", securitygroup.Args{VPCID: c.args.VPCID, Description: "Resolver that asks Consul"}, c.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	if err := errors.Join(
		resolver.To(securitygroup.Of(c.balancer), dnsPort, "DNS", "tcp", "udp"),
		c.balancer.From(securitygroup.Of(resolver), dnsPort, "DNS", "tcp", "udp"),
	); err != nil {
		return pulumi.StringOutput{}, err
	}
	return targets.Arn, c.addForwarding(resolver, addresses)
}

func (c *Cluster) addForwarding(resolver *securitygroup.Group, addresses []string) error {
	var from route53.ResolverEndpointIpAddressArray
	for _, subnet := range c.args.ResolverSubnetIDs {
		from = append(from, route53.ResolverEndpointIpAddressArgs{SubnetId: pulumi.String(subnet)})
	}
	endpoint, err := route53.NewResolverEndpoint(c.ctx, c.name, &route53.ResolverEndpointArgs{
		Direction:        pulumi.String("OUTBOUND"),
		SecurityGroupIds: pulumi.StringArray{resolver.ID},
		IpAddresses:      from,
		Protocols:        pulumi.StringArray{pulumi.String("Do53")},
	}, c.child)
	if err != nil {
		return err
	}
	var to route53.ResolverRuleTargetIpArray
	for _, address := range addresses {
		to = append(to, route53.ResolverRuleTargetIpArgs{Ip: pulumi.String(address), Port: pulumi.Int(dnsPort)})
	}
	rule, err := route53.NewResolverRule(c.ctx, c.name, &route53.ResolverRuleArgs{
		DomainName:         pulumi.String(Domain),
		RuleType:           pulumi.String("FORWARD"),
		ResolverEndpointId: endpoint.ID(),
		TargetIps:          to,
	}, c.child)
	if err != nil {
		return err
	}
	_, err = route53.NewResolverRuleAssociation(c.ctx, c.name, &route53.ResolverRuleAssociationArgs{
		ResolverRuleId: rule.ID(),
		VpcId:          pulumi.String(c.args.VPCID),
	}, c.child)
	return err
}
