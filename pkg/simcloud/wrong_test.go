package simcloud_test

import (
	"maps"
	"strings"
	"testing"
)

// wrong is a program that must be refused: one resource on top of the world, and the words of the refusal.
type wrong struct {
	name string
	typ  string
	in   func(w *world) props
	want string // part of the refusal; "path: reason" for a property
}

func refuses(t *testing.T, table []wrong) {
	t.Helper()
	refusesIn(t, buildWorld(oneCloud(t), nil), table)
}

func refusesIn(t *testing.T, w *world, table []wrong) {
	t.Helper()
	for _, tc := range table {
		in := tc.in(w) // may add to the world, so not in parallel
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := &client{t: t, rpc: w.rpc, stack: w.stack}
			m, err := c.try(tc.typ, "bad", in)
			if err == nil {
				t.Fatalf("%s was accepted as %s, want %q", tc.typ, m.ID, tc.want)
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("refused with\n  %v\nwant\n  %s", err, tc.want)
			}
		})
	}
}

// with changes a valid set of properties; a nil value takes the property out.
func with(base props, changes props) props {
	out := maps.Clone(base)
	for k, v := range changes {
		if out[k] = v; v == nil {
			delete(out, k)
		}
	}
	return out
}

func fixed(in props) func(*world) props { return func(*world) props { return in } }

func TestRefusesWhatTheSchemaRefuses(t *testing.T) {
	t.Parallel()
	refuses(t, []wrong{
		{"unknown property", "aws:ec2/vpc:Vpc", fixed(props{"cidrBlok": "10.0.0.0/16", "cidrBlock": "10.0.0.0/16"}),
			`cidrBlok: Invalid or unknown key: an argument named "cidrBlok" is not expected here. Did you mean "cidrBlock"?`},
		{"unknown property says where", "aws:ec2/vpc:Vpc", fixed(props{"size": 1, "cidrBlock": "10.0.0.0/16"}), `Examine values at 'bad.size'.`},
		{"output set as input", "aws:ec2/vpc:Vpc", fixed(props{"cidrBlock": "10.0.0.0/16", "ownerId": "1"}), `ownerId: Invalid or unknown key: "ownerId" is computed by the provider and cannot be set`},
		{"missing required", "aws:ec2/subnet:Subnet", fixed(props{"cidrBlock": "10.0.0.0/24"}), `vpcId: Missing required argument: The argument "vpcId" is required, but no definition was found`},
		{"missing required in a nested object", "aws:ec2/networkAcl:NetworkAcl", fixed(props{"vpcId": "vpc-1", "ingress": []any{props{"ruleNo": 1, "protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlock": "0.0.0.0/0"}}}),
			`ingress[0].action: Missing required argument`},
		{"unknown nested property", "aws:ec2/networkAcl:NetworkAcl", fixed(props{"vpcId": "vpc-1", "ingress": []any{props{"ruleNumber": 1, "action": "allow", "protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlock": "0.0.0.0/0"}}}),
			`ingress[0].ruleNumber: Invalid or unknown key`},
		{"object for string", "aws:ec2/vpc:Vpc", fixed(props{"cidrBlock": props{"a": 1}}), `cidrBlock: expected string type, got object type`},
		{"string for list", "aws:lb/loadBalancer:LoadBalancer", fixed(props{"subnets": "subnet-1"}), `subnets: expected list type, got string type`},
		{"list for map", "aws:ec2/vpc:Vpc", fixed(props{"cidrBlock": "10.0.0.0/16", "tags": []any{"a"}}), `tags: expected map type, got list type`},
		{"word for bool", "aws:ec2/vpc:Vpc", fixed(props{"cidrBlock": "10.0.0.0/16", "enableDnsSupport": "yes please"}), `enableDnsSupport: expected bool type, got string type`},
		{"fraction for int", "aws:kms/key:Key", fixed(props{"deletionWindowInDays": 7.5}), `deletionWindowInDays: expected int type, got number type`},
		{"enum", "aws:ec2/vpc:Vpc", fixed(props{"cidrBlock": "10.0.0.0/16", "instanceTenancy": "shared"}), `instanceTenancy: expected instanceTenancy to be one of ["default" "dedicated"], got shared`},
		{"range", "aws:kms/key:Key", fixed(props{"deletionWindowInDays": 3}), `deletionWindowInDays: expected deletionWindowInDays to be in the range (7 - 30), got 3`},
		{"length", "aws:iam/role:Role", fixed(props{"name": strings.Repeat("r", 65), "assumeRolePolicy": trustPolicy}), `name: expected length of name to be in the range (1 - 64)`},
		{"bad ARN", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", fixed(props{"role": "acme-exec", "policyArn": "ReadOnly"}), `policyArn: (ReadOnly) is an invalid ARN`},
		{"deprecated inline block", "aws:s3/bucketV2:BucketV2", fixed(props{"versionings": []any{props{"enabled": true}}}), `versionings: the simulated cloud does not simulate "versionings" on the bucket itself, which is deprecated; use s3.BucketVersioningV2`},
		{"two of a group", "aws:ec2/subnet:Subnet", fixed(props{"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24", "availabilityZone": "us-east-1a", "availabilityZoneId": "use1-az1"}),
			`availabilityZone: "availabilityZone": conflicts with availabilityZoneId`},
		{"none of a group", "aws:ec2/route:Route", fixed(props{"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"}), "gatewayId: \"gatewayId\": one of `gatewayId,natGatewayId,vpcPeeringConnectionId` must be specified"},
		{"unknown type", "aws:ec2/instance:Instance", fixed(props{}), `the simulated cloud does not simulate aws:ec2/instance:Instance (of aws:ec2 it simulates DefaultNetworkAcl, `},
		{"unknown type, nearest", "aws:s3/bucket:Bucket", fixed(props{}), `the simulated cloud does not simulate aws:s3/bucket:Bucket (did you mean aws:s3/bucketV2:BucketV2?)`},
		{"auto-name too long", "aws:lb/targetGroup:TargetGroup", fixed(props{"name": strings.Repeat("t", 33), "port": 80, "protocol": "HTTP", "vpcId": "vpc-1"}), `name: "name" cannot be longer than 32 characters`},
	})
}

func TestRefusesWrongNetworks(t *testing.T) {
	t.Parallel()
	vpcID := func(w *world) string { return w.res["vpc"].ID }
	subnet := func(change props) func(*world) props {
		return func(w *world) props { return with(props{"vpcId": vpcID(w), "cidrBlock": "10.16.64.0/26"}, change) }
	}
	refuses(t, []wrong{
		{"VPC without a block", "aws:ec2/vpc:Vpc", fixed(props{}), "cidrBlock: \"cidrBlock\": one of `cidrBlock,ipv4IpamPoolId` must be specified"},
		{"VPC block is no CIDR", "aws:ec2/vpc:Vpc", fixed(props{"cidrBlock": "10.0.0.0"}), `cidrBlock: "10.0.0.0" is not a valid IPv4 CIDR block: invalid CIDR address: 10.0.0.0`},
		{"VPC block with host bits", "aws:ec2/vpc:Vpc", fixed(props{"cidrBlock": "10.0.1.0/16"}), `cidrBlock: "10.0.1.0/16" is not a valid IPv4 CIDR block; did you mean "10.0.0.0/16"?`},
		{"VPC too large", "aws:ec2/vpc:Vpc", fixed(props{"cidrBlock": "10.0.0.0/8"}), `cidrBlock: expected "cidrBlock" to contain a network Value with between 16 and 28 significant bits, got: 8`},
		{"subnet too small", "aws:ec2/subnet:Subnet", subnet(props{"cidrBlock": "10.16.64.0/29"}), `with between 16 and 28 significant bits, got: 29`},
		{"subnet of no VPC", "aws:ec2/subnet:Subnet", subnet(props{"vpcId": "vpc-0123456789abcdef0"}), `api error InvalidVpcID.NotFound: The vpc ID 'vpc-0123456789abcdef0' does not exist`},
		{"subnet outside", "aws:ec2/subnet:Subnet", subnet(props{"cidrBlock": "10.17.0.0/24"}), `api error InvalidSubnet.Range: The CIDR '10.17.0.0/24' is invalid.`},
		{"subnet overlaps, larger", "aws:ec2/subnet:Subnet", subnet(props{"cidrBlock": "10.16.0.0/20"}), `api error InvalidSubnet.Conflict: The CIDR '10.16.0.0/20' conflicts with another subnet`},
		{"subnet overlaps, smaller", "aws:ec2/subnet:Subnet", subnet(props{"cidrBlock": "10.16.1.128/25"}), `api error InvalidSubnet.Conflict: The CIDR '10.16.1.128/25' conflicts with another subnet`},
		{"zone of another region", "aws:ec2/subnet:Subnet", subnet(props{"availabilityZoneId": "usw2-az1"}), `api error InvalidParameterValue: Value (usw2-az1) for parameter availabilityZoneId is invalid`},
		{"zone name of another region", "aws:ec2/subnet:Subnet", subnet(props{"availabilityZone": "us-west-2a"}), `Value (us-west-2a) for parameter availabilityZone is invalid`},
		{"second gateway", "aws:ec2/internetGateway:InternetGateway", func(w *world) props { return props{"vpcId": vpcID(w)} }, `already has an internet gateway attached`},
		{"NAT without address", "aws:ec2/natGateway:NatGateway", fixed(props{"subnetId": "subnet-1"}), `allocationId: "allocationId": required when connectivityType is public`},
		{"NAT with a used address", "aws:ec2/natGateway:NatGateway", func(w *world) props {
			return props{"subnetId": w.res["public1"].ID, "allocationId": w.res["eip"].ID}
		}, `api error Resource.AlreadyAssociated: resource eipalloc-`},
		{"NAT with no such address", "aws:ec2/natGateway:NatGateway", func(w *world) props { return props{"subnetId": w.res["public1"].ID, "allocationId": "eipalloc-1"} }, `api error InvalidAllocationID.NotFound: The allocation ID 'eipalloc-1' does not exist`},
		{"NAT in no subnet", "aws:ec2/natGateway:NatGateway", fixed(props{"subnetId": "subnet-1", "allocationId": "eipalloc-1"}), `api error InvalidSubnetID.NotFound: The subnet ID 'subnet-1' does not exist`},
		{"route exists", "aws:ec2/route:Route", func(w *world) props {
			return props{"routeTableId": w.byURN("aws:ec2/routeTable:RouteTable", "app").ID, "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": w.res["nat"].ID}
		}, `api error RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists.`},
		{"route to two targets", "aws:ec2/route:Route", fixed(props{"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1", "natGatewayId": "nat-1"}), "only one of `gatewayId,natGatewayId,vpcPeeringConnectionId` can be specified"},
		{"route in no table", "aws:ec2/route:Route", fixed(props{"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}), `api error InvalidRouteTableID.NotFound: The routeTable ID 'rtb-1' does not exist`},
		{"route to no gateway", "aws:ec2/route:Route", func(w *world) props {
			return props{"routeTableId": w.byURN("aws:ec2/routeTable:RouteTable", "app").ID, "destinationCidrBlock": "1.0.0.0/8", "gatewayId": "igw-1"}
		}, `api error InvalidInternetGatewayID.NotFound: The internetGateway ID 'igw-1' does not exist`},
		{"route over the local one", "aws:ec2/route:Route", func(w *world) props {
			return props{"routeTableId": w.byURN("aws:ec2/routeTable:RouteTable", "app").ID, "destinationCidrBlock": "10.16.0.0/16", "natGatewayId": w.res["nat"].ID}
		}, `is equal to or more specific than one of this VPC's CIDR blocks`},
		{"subnet with two tables", "aws:ec2/routeTableAssociation:RouteTableAssociation", func(w *world) props {
			return props{"routeTableId": w.byURN("aws:ec2/routeTable:RouteTable", "app").ID, "subnetId": w.byURN("aws:ec2/subnet:Subnet", "public0").ID}
		}, `api error Resource.AlreadyAssociated: the specified association for route table`},
		{"default table that is none", "aws:ec2/defaultRouteTable:DefaultRouteTable", func(w *world) props {
			return props{"defaultRouteTableId": w.byURN("aws:ec2/routeTable:RouteTable", "app").ID}
		}, `is not a main route table`},
		{"default ACL that is none", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", func(w *world) props { return props{"defaultNetworkAclId": w.res["acl"].ID} }, `is not the default network ACL of a VPC`},
	})
}

func TestRefusesWrongACLs(t *testing.T) {
	t.Parallel()
	vpcID := func(w *world) string { return w.res["vpc"].ID }
	acl := func(change props) func(*world) props {
		return func(w *world) props {
			entry := props{"ruleNo": 100, "action": "allow", "protocol": "tcp", "cidrBlock": "10.0.0.0/8", "fromPort": 1, "toPort": 2}
			return props{"vpcId": vpcID(w), "ingress": []any{with(entry, change)}}
		}
	}
	tooMany := []any{}
	for i := range 20 {
		tooMany = append(tooMany, props{"ruleNo": i + 1, "action": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 0})
	}
	refuses(t, []wrong{
		{"ACL with 20 rules", "aws:ec2/networkAcl:NetworkAcl", func(w *world) props { return props{"vpcId": vpcID(w), "egress": tooMany} },
			`api error NetworkAclEntryLimitExceeded: The maximum number of network acl entries has been reached. (egress: 20 rules and the implicit deny, quota 20)`},
		{"ACL rule number twice", "aws:ec2/networkAcl:NetworkAcl", func(w *world) props {
			e := acl(props{})(w)["ingress"].([]any)[0]
			return props{"vpcId": vpcID(w), "ingress": []any{e, e}}
		}, `ingress[1].ruleNo: NetworkAclEntryAlreadyExists: The network acl entry identified by 100 already exists`},
		{"ACL rule for all protocols with ports", "aws:ec2/networkAcl:NetworkAcl", acl(props{"protocol": "-1"}), `ingress[0]: fromPort (1) and toPort (2) must both be 0 to use the 'ALL' "-1" protocol!`},
		{"ACL rule number too high", "aws:ec2/networkAcl:NetworkAcl", acl(props{"ruleNo": 40000}), `ingress[0].ruleNo: expected ingress.ruleNo to be in the range (1 - 32766), got 40000`},
		{"ACL rule action", "aws:ec2/networkAcl:NetworkAcl", acl(props{"action": "permit"}), `ingress[0].action: expected ingress.action to be one of ["allow" "deny"], got permit`},
		{"ACL rule protocol", "aws:ec2/networkAcl:NetworkAcl", acl(props{"protocol": "http"}), `ingress[0].protocol: unsupported protocol: http`},
		{"ACL rule ports reversed", "aws:ec2/networkAcl:NetworkAcl", acl(props{"fromPort": 3}), `ingress[0]: InvalidParameterValue: Invalid port range: fromPort 3 is greater than toPort 2`},
		{"ACL rule for no addresses", "aws:ec2/networkAcl:NetworkAcl", acl(props{"cidrBlock": nil}), `ingress[0]: MissingParameter`},
		{"ACL on a subnet that is none", "aws:ec2/networkAcl:NetworkAcl", func(w *world) props { return props{"vpcId": vpcID(w), "subnetIds": []any{"subnet-1"}} }, `The subnet ID 'subnet-1' does not exist`},
	})
}

func TestRefusesWrongSecurityGroups(t *testing.T) {
	t.Parallel()
	const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	rule := func(change props) func(*world) props {
		return func(w *world) props {
			return with(props{"securityGroupId": w.res["web-group"].ID, "ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIpv4": "10.0.0.0/8"}, change)
		}
	}
	refuses(t, []wrong{
		{"name taken", "aws:ec2/securityGroup:SecurityGroup", func(w *world) props { return props{"vpcId": w.res["vpc"].ID, "name": "web"} }, `api error InvalidGroup.Duplicate: The security group 'web' already exists for VPC 'vpc-`},
		{"name of the default", "aws:ec2/securityGroup:SecurityGroup", func(w *world) props { return props{"vpcId": w.res["vpc"].ID, "name": "default"} }, `InvalidGroup.Duplicate: The security group 'default' already exists`},
		{"name like an id", "aws:ec2/securityGroup:SecurityGroup", func(w *world) props { return props{"vpcId": w.res["vpc"].ID, "name": "sg-web"} }, `name: invalid value for name (cannot begin with sg-)`},
		{"empty description", "aws:ec2/securityGroup:SecurityGroup", func(w *world) props { return props{"vpcId": w.res["vpc"].ID, "description": ""} }, `description: expected length of description to be in the range (1 - 255)`},
		{"no VPC", "aws:ec2/securityGroup:SecurityGroup", fixed(props{}), `api error VPCIdNotSpecified: No default VPC for this user`},
		{"inline rule of a group that is none", "aws:ec2/securityGroup:SecurityGroup", func(w *world) props {
			return props{"vpcId": w.res["vpc"].ID, "ingress": []any{props{"protocol": "tcp", "fromPort": 1, "toPort": 1, "securityGroups": []any{"sg-1"}}}}
		}, `api error InvalidGroup.NotFound: The security group 'sg-1' does not exist`},
		{"all protocols with ports", ingress, rule(props{"ipProtocol": "-1"}), `fromPort: "fromPort" must not be set when ipProtocol is "-1"`},
		{"tcp without ports", ingress, rule(props{"fromPort": nil, "toPort": nil}), `fromPort: InvalidParameterValue: Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange`},
		{"ports reversed", ingress, rule(props{"fromPort": 23}), `fromPort: InvalidParameterValue: Invalid TCP/UDP port range (23:22)`},
		{"port too high", ingress, rule(props{"toPort": 70000}), `toPort: expected toPort to be in the range (-1 - 65535), got 70000`},
		{"protocol", ingress, rule(props{"ipProtocol": "https"}), `ipProtocol: expected ipProtocol to be one of`},
		{"two peers", ingress, rule(props{"referencedSecurityGroupId": "sg-1"}), "only one of `cidrIpv4,cidrIpv6,prefixListId,referencedSecurityGroupId` can be specified"},
		{"no peer", ingress, rule(props{"cidrIpv4": nil}), "one of `cidrIpv4,cidrIpv6,prefixListId,referencedSecurityGroupId` must be specified"},
		{"host bits", ingress, rule(props{"cidrIpv4": "10.0.0.1/8"}), `cidrIpv4: "10.0.0.1/8" is not a valid IPv4 CIDR block; did you mean "10.0.0.0/8"?`},
		{"no such group", ingress, rule(props{"securityGroupId": "sg-1"}), `api error InvalidGroup.NotFound: The security group 'sg-1' does not exist`},
		{"no such peer", ingress, rule(props{"cidrIpv4": nil, "referencedSecurityGroupId": "sg-1"}), `api error InvalidGroup.NotFound: The security group 'sg-1' does not exist`},
		{"twice", ingress, func(w *world) props {
			return props{"securityGroupId": w.res["lb-group"].ID, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "0.0.0.0/0"}
		}, `api error InvalidPermission.Duplicate: the specified rule "peer: 0.0.0.0/0, TCP, from port: 443, to port: 443, ALLOW" already exists`},
		{"inline rule without a peer", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", func(w *world) props {
			return props{"vpcId": w.res["vpc"].ID, "ingress": []any{props{"protocol": "-1", "fromPort": 0, "toPort": 0}}}
		}, "ingress[0]: one of `cidrBlocks,ipv6CidrBlocks,prefixListIds,securityGroups,self` must be specified"},
	})
}
