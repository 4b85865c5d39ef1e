package aws

import (
	"fmt"
	"slices"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// The policies that an endpoint has when the program writes none, as EC2 returns them.
const (
	gatewayEndpointPolicy   = `{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}],"Version":"2008-10-17"}`
	interfaceEndpointPolicy = `{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}`
)

// endpointPolicy is the policy of a VPC endpoint: 20,480 characters with white space.
// Source: docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html.
func endpointPolicy() policyKind {
	return policyKind{Size: 20480, Spaces: true, Principal: true, Resource: true, Malformed: "InvalidPolicyDocument",
		TooLarge: "InvalidPolicyDocument: The policy exceeds 20480 characters"}
}

func vpcEndpoint() *resource.Kind {
	return &resource.Kind{
		Token: tokEndpoint, Service: "EC2", Noun: "EC2 VPC Endpoint", CreateOp: "CreateVpcEndpoint", UpdateOp: "ModifyVpcEndpoint", DeleteOp: "DeleteVpcEndpoints",
		Derived: map[string][]string{"subnetIds": {"networkInterfaceIds", "subnetConfigurations"}},
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"vpcId", "serviceName", "vpcEndpointType"}, Why: "an endpoint connects one VPC with one service in one way"},
			},
			Sets: []string{"routeTableIds", "subnetIds", "securityGroupIds"},
			JSON: []string{"policy"},
			Computed: []string{
				"policy", "privateDnsEnabled", "routeTableIds", "subnetIds", "securityGroupIds", "ipAddressType", "dnsOptions",
			},
			Defaults: map[string]any{"vpcEndpointType": gatewayEndpoint},
			Enums:    map[string][]string{"vpcEndpointType": {gatewayEndpoint, interfaceEndpoint, "GatewayLoadBalancer", "Resource", "ServiceNetwork"}},
			Formats:  map[string]schema.Format{"policy": schema.JSONDocument},
			Unsimulated: map[string]string{
				"resourceConfigurationArn": "", "serviceNetworkArn": "", "subnetConfigurations": "; use subnetIds", "autoAccept": "", "serviceRegion": "",
			},
		},
		Validate: func(v *resource.Validation) {
			if t := v.In.Str("vpcEndpointType"); v.In.Known("vpcEndpointType") && t != gatewayEndpoint && t != interfaceEndpoint {
				v.Fail("vpcEndpointType", "the simulated cloud does not simulate endpoints of type %s", t)
			}
			if t := v.In.Str("ipAddressType"); t != "" && t != "ipv4" {
				v.Fail("ipAddressType", "the simulated cloud does not simulate IPv6 endpoints")
			}
			checkPolicy(v, "policy", endpointPolicy())
		},
		Identify: func(c *resource.Call) error { identify(c, "vpce", "vpc-endpoint"); return nil },
		Apply:    applyEndpoint,
	}
}

func applyEndpoint(c *resource.Call) error {
	name, kind := c.In.Str("serviceName"), c.In.Str("vpcEndpointType")
	if name == "" {
		return resource.Faultf("MissingParameter", "The request must contain the parameter ServiceName")
	}
	service, types := endpointService(name, c.Region)
	if len(types) == 0 {
		return resource.Faultf("InvalidServiceName", "The Vpc Endpoint Service '%s' does not exist", name)
	}
	if !slices.Contains(types, kind) {
		return resource.Faultf("InvalidParameter", "Endpoint type (%s) does not match available service types (%v).", kind, types)
	}
	v := c.Regional(tokVPC, c.In.Str("vpcId"))
	if v == nil {
		return resource.Faultf("InvalidVpcId.NotFound", "The Vpc Id %s does not exist", c.In.Str("vpcId"))
	}
	c.Release()
	c.Out("state", "available")
	c.Out("requesterManaged", false)
	c.Out("serviceRegion", c.Region)
	c.Out("prefixListId", "")
	c.Out("cidrBlocks", resource.List[any]())
	if slices.Contains(gatewayServices(), service) {
		c.Out("prefixListId", prefixListOf(service, c.Region))
		c.Out("cidrBlocks", addressesOf(service))
	}
	c.Default("ipAddressType", "ipv4")
	c.Default("privateDnsEnabled", false)
	for _, list := range []string{"routeTableIds", "subnetIds", "securityGroupIds"} {
		c.Default(list, resource.List[any]())
	}
	if kind == gatewayEndpoint {
		return applyGatewayEndpoint(c, v, service)
	}
	return applyInterfaceEndpoint(c, v, service)
}

// gatewayEndpointName begins what the gateway endpoints of a service in a VPC claim.
func gatewayEndpointName(v *store.Object, service string) string {
	return fmt.Sprintf("gateway-endpoint/%s/%s/", v.ID, service)
}

func applyGatewayEndpoint(c *resource.Call, v *store.Object, service string) error {
	switch {
	case c.In.Len("subnetIds") > 0:
		return resource.Faultf("InvalidParameter", "Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC Endpoints.")
	case c.In.Len("securityGroupIds") > 0:
		return resource.Faultf("InvalidParameter", "Security Group IDs are only supported for Interface type VPC Endpoint.")
	case c.In.Bool("privateDnsEnabled"):
		return resource.Faultf("InvalidParameter", "Private DNS is only supported for Interface type VPC Endpoint.")
	}
	region := fmt.Sprintf("gateway-endpoint-in/%s/%s/", c.Account, c.Region)
	if c.Creating() && c.Tx.CountNames(region) >= c.Limits["gateway endpoints per region"] {
		return resource.Faultf("VpcEndpointLimitExceeded", "The maximum number of VPC endpoints has been reached.")
	}
	c.Claim(region + c.Obj.ID)
	c.Claim(gatewayEndpointName(v, service) + c.Obj.ID)
	list := prefixListOf(service, c.Region)
	for _, id := range effective(c, "routeTableIds") {
		t := c.Regional(tokRouteTable, id)
		if t == nil {
			return resource.Faultf("InvalidRouteTableId.NotFound", "The routeTable ID '%s' does not exist", id)
		}
		if prop(t, "vpcId") != v.ID {
			return resource.Faultf("InvalidParameter", "Route table %s and VPC %s belong to different networks", id, v.ID)
		}
		routes := routePrefix(c, id)
		if _, taken := c.Tx.Owner(routes + list); !taken && c.Tx.CountNames(routes) >= c.Limits["routes per table"] {
			return resource.Faultf("RouteLimitExceeded", "The maximum number of routes has been reached.")
		}
		if !c.Claim(routes + list) {
			return resource.Faultf("RouteAlreadyExists", "route table %s already has a route with destination-prefix-list-id %s", id, list)
		}
	}
	c.Default("policy", gatewayEndpointPolicy)
	c.Out("networkInterfaceIds", resource.List[any]())
	c.Out("subnetConfigurations", resource.List[any]())
	c.Out("dnsEntries", resource.List[any]())
	c.Default("dnsOptions", map[string]any{"dnsRecordIpType": "service-defined"})
	return nil
}

func applyInterfaceEndpoint(c *resource.Call, v *store.Object, service string) error {
	if c.In.Len("routeTableIds") > 0 {
		return resource.Faultf("InvalidParameter", "Route table IDs are only supported for Gateway type VPC Endpoint.")
	}
	inVPC := fmt.Sprintf("interface-endpoint/%s/", v.ID)
	if c.Creating() && c.Tx.CountNames(inVPC) >= c.Limits["interface endpoints per VPC"] {
		return resource.Faultf("VpcEndpointLimitExceeded", "The maximum number of VPC endpoints has been reached.")
	}
	c.Claim(inVPC + c.Obj.ID)
	if err := endpointGroups(c, v); err != nil {
		return err
	}
	if err := endpointSubnets(c, v); err != nil {
		return err
	}
	c.Default("policy", interfaceEndpointPolicy)
	c.Default("dnsOptions", map[string]any{"dnsRecordIpType": "ipv4"})
	return endpointNames(c, v, service)
}

// effective is a list of the inputs or, where the program leaves it open, of what the cloud has.
func effective(c *resource.Call, name string) []string {
	return resource.Props{name: c.Eff(name)}.Strs(name)
}

// endpointGroups are the groups of an endpoint's interfaces; without any it is the VPC's default one.
func endpointGroups(c *resource.Call, v *store.Object) error {
	ids := effective(c, "securityGroupIds")
	if len(ids) > c.Limits["groups per interface"] {
		return resource.Faultf("SecurityGroupsPerInterfaceLimitExceeded", "The maximum number of security groups per interface has been reached.")
	}
	if len(ids) == 0 {
		ids = []string{prop(v, "defaultSecurityGroupId")}
		c.Out("securityGroupIds", resource.List(ids...))
	}
	for _, id := range ids {
		if g := c.Regional(tokGroup, id); g == nil || prop(g, "vpcId") != v.ID {
			return resource.Faultf("InvalidSecurityGroupId.NotFound", "The security group '%s' does not exist in VPC '%s'", id, v.ID)
		}
	}
	return nil
}

// endpointSubnets gives an endpoint an interface in each subnet, at most one a zone.
func endpointSubnets(c *resource.Call, v *store.Object) error {
	zones := map[string]bool{}
	interfaces, places := resource.List[any](), resource.List[any]()
	for _, id := range effective(c, "subnetIds") {
		s := c.Regional(tokSubnet, id)
		if s == nil {
			return resource.Faultf("InvalidSubnetId.NotFound", "The subnet ID '%s' does not exist", id)
		}
		if prop(s, "vpcId") != v.ID {
			return resource.Faultf("InvalidParameter", "The subnet ID '%s' does not belong to VPC '%s'", id, v.ID)
		}
		if zone := prop(s, "availabilityZoneId"); zones[zone] {
			return resource.Faultf("DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the availability zone of %s. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.", id)
		}
		zones[prop(s, "availabilityZoneId")] = true
		interfaces = append(interfaces, "eni-0"+shortHash(c.Obj.ID+id, 16))
		places = append(places, map[string]any{"subnetId": id, "ipv4": addrIn(prop(s, "cidrBlock"), shortHash(c.Obj.ID+id, 7))})
	}
	c.Out("networkInterfaceIds", interfaces)
	c.Out("subnetConfigurations", places)
	return nil
}

// endpointNames are the names under which an endpoint is found; a private one is taken in the whole VPC.
func endpointNames(c *resource.Call, v *store.Object, service string) error {
	zone := "Z" + shortHash("endpoints"+c.Region, 13)
	entry := func(name string) any { return map[string]any{"dnsName": name, "hostedZoneId": zone} }
	label := fmt.Sprintf("%s-%s", c.Obj.ID, shortHash(c.Obj.ID+service, 8))
	entries := resource.List(entry(fmt.Sprintf("%s.%s.%s.vpce.amazonaws.com", label, service, c.Region)))
	domain := endpointDomain(service, c.Region)
	if c.In.Bool("privateDnsEnabled") {
		props := resource.Props(v.Outputs)
		if !props.Bool("enableDnsSupport") || !props.Bool("enableDnsHostnames") {
			return resource.Faultf("InvalidParameter", "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for %s", v.ID)
		}
		// Only S3 asks for it, and only while the option is not set to false.
		only, set := c.In.Obj("dnsOptions")["privateDnsOnlyForInboundResolverEndpoint"]
		if service == "s3" && (!set || only == true) && c.Tx.CountNames(gatewayEndpointName(v, service)) == 0 {
			return resource.Faultf("InvalidParameter", "To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC %s must have a Gateway endpoint for the service.", v.ID)
		}
		if !c.Claim(privateDomain(v.ID, domain)) {
			return resource.Faultf("InvalidParameter", "private-dns-enabled cannot be set because there is already a conflicting DNS domain for %s in the VPC %s", domain, v.ID)
		}
		entries = append(entries, entry(domain))
	}
	c.Out("dnsEntries", entries)
	return nil
}
