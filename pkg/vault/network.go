package vault

import (
	"errors"
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/securitygroup"
	"cellworks/pkg/userdata"
)

const (
	httpsPort    = 443
	postgresPort = 5432

	// tlsPolicy allows TLS 1.2 and 1.3 with forward secrecy only.
	tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
	// validationTTLSeconds is short: the record is read by ACM only.
	validationTTLSeconds = 60
	// healthPath is answered with 200 by leaders and standbys, and by all servers of a
	// cluster that is not initialized: somebody has to reach it to do so. Sealed servers
	// are out of service.
	healthPath = "/v1/sys/health?standbyok=true&perfstandbyok=true&uninitcode=200&sealedcode=503"
)

// addSecurityGroups lets servers speak with each other and everybody else with the
// load balancer only.
func (c *Cluster) addSecurityGroups() error {
	var errServers, errBalancer error
	c.servers, errServers = securitygroup.Add(c.ctx, c.name, securitygroup.Args{VPCID: c.args.VPCID, Description: "Vault servers"}, c.child)
	c.balancer, errBalancer = securitygroup.Add(c.ctx, c.name+"-balancer", securitygroup.Args{VPCID: c.args.VPCID, Description: "Load balancer of Vault"}, c.child)
	if err := errors.Join(errServers, errBalancer); err != nil {
		return err
	}
	c.ServerSecurityGroupID, c.BalancerSecurityGroupID = c.servers.ID, c.balancer.ID
	ports := userdata.DefaultVaultPorts()
	self, balancer := securitygroup.Of(c.servers), securitygroup.Of(c.balancer)
	errs := []error{
		c.servers.From(balancer, ports.API, "load balancer", "tcp"),
		c.servers.From(self, ports.API, "servers that join", "tcp"),
		c.servers.To(self, ports.API, "servers that join", "tcp"),
		c.servers.From(self, ports.Cluster, "servers", "tcp"),
		c.servers.To(self, ports.Cluster, "servers", "tcp"),
		c.servers.To(securitygroup.At(netip.MustParsePrefix("0.0.0.0/0")), httpsPort, "AWS, identity provider and releases", "tcp"),
		c.servers.To(securitygroup.At(ipam.Private()), postgresPort, "databases", "tcp"),
		c.balancer.To(self, ports.API, "servers", "tcp"),
		// A server that starts asks whether its cluster is initialized.
		c.balancer.From(self, Port, "servers", "tcp"),
	}
	if consul := c.args.Consul; consul != nil {
		errs = append(errs, c.servers.To(securitygroup.OfID(consul.SecurityGroupID), consul.Port, "storage in Consul", "tcp"))
	}
	for _, block := range c.args.Config.AllowedCIDRs {
		errs = append(errs, c.balancer.From(securitygroup.At(block), Port, "clients in "+block.String(), "tcp"))
	}
	return errors.Join(errs...)
}

// addBalancer makes the load balancer and names it. It returns the target group that
// servers are registered with.
func (c *Cluster) addBalancer() (pulumi.StringArray, error) {
	args := &lb.LoadBalancerArgs{
		LoadBalancerType:             pulumi.String("network"),
		Internal:                     pulumi.Bool(true),
		SecurityGroups:               pulumi.StringArray{c.balancer.ID},
		Subnets:                      pulumi.ToStringArray(c.args.SubnetIDs),
		EnableCrossZoneLoadBalancing: pulumi.Bool(true),
		EnableDeletionProtection:     pulumi.Bool(c.args.DeletionProtection),
	}
	// A load balancer that hands TLS on has nothing to log.
	if c.args.LogBucket != "" && !c.passesThrough() {
		args.AccessLogs = lb.LoadBalancerAccessLogsArgs{Enabled: pulumi.Bool(true), Bucket: pulumi.String(c.args.LogBucket), Prefix: pulumi.String(config.ApplicationVault)}
	}
	balancer, err := lb.NewLoadBalancer(c.ctx, c.name, args, c.child, pulumi.Protect(c.args.DeletionProtection))
	if err != nil {
		return nil, err
	}
	record, err := route53.NewRecord(c.ctx, c.name, &route53.RecordArgs{
		ZoneId: pulumi.String(c.args.ZoneID),
		Name:   pulumi.String(c.args.host()),
		Type:   pulumi.String("A"),
		Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{
			Name: balancer.DnsName, ZoneId: balancer.ZoneId, EvaluateTargetHealth: pulumi.Bool(true),
		}},
	}, c.child)
	if err != nil {
		return nil, err
	}
	c.Host, c.Address = record.Fqdn, pulumi.Sprintf("https://%s", record.Fqdn)
	targets, err := c.addTargets()
	if err != nil {
		return nil, err
	}
	return pulumi.StringArray{targets.Arn}, c.addListener(balancer, targets)
}

func (c *Cluster) passesThrough() bool { return c.args.Config.TLS == config.VaultPassthrough }

// protocol is what the load balancer speaks: TLS of its own, or what it is handed.
func (c *Cluster) protocol() pulumi.String {
	if c.passesThrough() {
		return "TCP"
	}
	return "TLS"
}

// addTargets makes the target group. Servers see the load balancer's address, not the
// client's: a server that calls its own cluster and is sent to itself would drop its
// own packets.
func (c *Cluster) addTargets() (*lb.TargetGroup, error) {
	return lb.NewTargetGroup(c.ctx, c.name, &lb.TargetGroupArgs{
		VpcId:            pulumi.String(c.args.VPCID),
		TargetType:       pulumi.String("instance"),
		Protocol:         c.protocol(),
		Port:             pulumi.Int(userdata.DefaultVaultPorts().API),
		PreserveClientIp: pulumi.String("false"),
		HealthCheck: lb.TargetGroupHealthCheckArgs{
			Protocol: pulumi.String("HTTPS"), Path: pulumi.String(healthPath), Matcher: pulumi.String("200"),
			HealthyThreshold: pulumi.Int(2), UnhealthyThreshold: pulumi.Int(2), Interval: pulumi.Int(10),
		},
	}, c.child)
}

func (c *Cluster) addListener(balancer *lb.LoadBalancer, targets *lb.TargetGroup) error {
	args := &lb.ListenerArgs{
		LoadBalancerArn: balancer.Arn,
		Protocol:        c.protocol(),
		Port:            pulumi.Int(Port),
		DefaultActions:  lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{Type: pulumi.String("forward"), TargetGroupArn: targets.Arn}},
	}
	if !c.passesThrough() {
		certificate, err := c.addCertificate()
		if err != nil {
			return err
		}
		args.CertificateArn, args.SslPolicy = certificate, pulumi.String(tlsPolicy)
	}
	_, err := lb.NewListener(c.ctx, c.name, args, c.child)
	return err
}

// addCertificate issues the certificate of the cluster's name, and no other name's.
// It returns its ARN once it is issued: a listener that took it earlier would be
// refused.
func (c *Cluster) addCertificate() (pulumi.StringOutput, error) {
	certificate, err := acm.NewCertificate(c.ctx, c.name, &acm.CertificateArgs{
		DomainName:       pulumi.String(c.args.host()),
		ValidationMethod: pulumi.String("DNS"),
	}, c.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	// A certificate for one name has exactly one validation option.
	option := certificate.DomainValidationOptions.Index(pulumi.Int(0))
	record, err := route53.NewRecord(c.ctx, c.name+"-validation", &route53.RecordArgs{
		ZoneId:         pulumi.String(c.args.ZoneID),
		Name:           option.ResourceRecordName().Elem(),
		Type:           option.ResourceRecordType().Elem(),
		Records:        pulumi.StringArray{option.ResourceRecordValue().Elem()},
		Ttl:            pulumi.Int(validationTTLSeconds),
		AllowOverwrite: pulumi.Bool(true),
	}, c.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	validation, err := acm.NewCertificateValidation(c.ctx, c.name, &acm.CertificateValidationArgs{
		CertificateArn:        certificate.Arn,
		ValidationRecordFqdns: pulumi.StringArray{record.Fqdn},
	}, c.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return validation.CertificateArn, nil
}
