package simcloud_test

import (
	"strings"
	"testing"
)

// from changes a valid set of properties by what the world has.
func from(in func(change props) func(*world) props, change func(w *world) props) func(*world) props {
	return func(w *world) props { return in(change(w))(w) }
}

func TestRefusesWrongEndpoints(t *testing.T) {
	t.Parallel()
	const region = "com.amazonaws.us-east-1."
	gateway := func(change props) func(*world) props {
		return func(w *world) props {
			return with(props{"vpcId": w.res["vpc"].ID, "serviceName": region + "dynamodb"}, change)
		}
	}
	private := func(change props) func(*world) props {
		return func(w *world) props {
			return with(props{"vpcId": w.res["vpc"].ID, "serviceName": region + "kms", "vpcEndpointType": "Interface", "privateDnsEnabled": true}, change)
		}
	}
	refuses(t, []wrong{
		{"no service", endpointType, gateway(props{"serviceName": nil}), `api error MissingParameter: The request must contain the parameter ServiceName`},
		{"no such service", endpointType, private(props{"serviceName": region + "keymanagement"}), `api error InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.us-east-1.keymanagement' does not exist`},
		{"IAM has no endpoint", endpointType, private(props{"serviceName": region + "iam"}), `api error InvalidServiceName`},
		{"service of another region", endpointType, private(props{"serviceName": "com.amazonaws.us-west-2.kms"}), `api error InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.us-west-2.kms' does not exist`},
		{"gateway of a service that has none", endpointType, gateway(props{"serviceName": region + "kms"}), `api error InvalidParameter: Endpoint type (Gateway) does not match available service types ([Interface]).`},
		{"no such VPC", endpointType, gateway(props{"vpcId": "vpc-1"}), `api error InvalidVpcId.NotFound: The Vpc Id vpc-1 does not exist`},
		{"no such type", endpointType, gateway(props{"vpcEndpointType": "gateway"}), `vpcEndpointType: expected vpcEndpointType to be one of ["Gateway"`},
		{"type that is not simulated", endpointType, gateway(props{"vpcEndpointType": "Resource"}), `vpcEndpointType: the simulated cloud does not simulate endpoints of type Resource`},
		{"gateway in subnets", endpointType, from(gateway, func(w *world) props { return props{"subnetIds": []any{w.subnet("app0")}} }),
			`api error InvalidParameter: Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC Endpoints.`},
		{"gateway with groups", endpointType, from(gateway, func(w *world) props { return props{"securityGroupIds": []any{w.res["web-group"].ID}} }), `Security Group IDs are only supported for Interface type`},
		{"gateway with private DNS", endpointType, gateway(props{"privateDnsEnabled": true}), `Private DNS is only supported for Interface type`},
		{"gateway on no table", endpointType, gateway(props{"routeTableIds": []any{"rtb-1"}}), `api error InvalidRouteTableId.NotFound: The routeTable ID 'rtb-1' does not exist`},
		{"gateway on another VPC's table", endpointType, from(gateway, func(w *world) props {
			return props{"routeTableIds": []any{w.res["far"].str("defaultRouteTableId")}}
		}), `belong to different networks`},
		{"second gateway on a table", endpointType, from(gateway, func(w *world) props {
			return props{"serviceName": region + "s3", "routeTableIds": []any{w.res["vpc"].str("defaultRouteTableId")}}
		}), `api error RouteAlreadyExists: route table rtb-`},
		{"interface on tables", endpointType, from(private, func(w *world) props { return props{"routeTableIds": []any{w.res["vpc"].str("defaultRouteTableId")}} }),
			`api error InvalidParameter: Route table IDs are only supported for Gateway type VPC Endpoint.`},
		{"interface twice in a zone", endpointType, from(private, func(w *world) props { return props{"subnetIds": []any{w.subnet("app0"), w.subnet("public0")}} }),
			`api error DuplicateSubnetsInSameZone: Found another VPC endpoint subnet in the availability zone of subnet-`},
		{"interface in no subnet of that name", endpointType, private(props{"subnetIds": []any{"subnet-1"}}), `api error InvalidSubnetId.NotFound: The subnet ID 'subnet-1' does not exist`},
		{"interface in a subnet of another VPC", endpointType, from(private, func(w *world) props {
			s := w.create("aws:ec2/subnet:Subnet", "far", props{"vpcId": w.res["far"].ID, "cidrBlock": "10.32.0.0/24"})
			return props{"subnetIds": []any{s.ID}}
		}), `does not belong to VPC`},
		{"group of another VPC", endpointType, from(private, func(w *world) props {
			return props{"securityGroupIds": []any{w.res["far"].str("defaultSecurityGroupId")}}
		}),
			`api error InvalidSecurityGroupId.NotFound: The security group 'sg-`},
		{"private name taken by an endpoint", endpointType, private(props{"serviceName": region + "sts"}),
			`api error InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain for sts.us-east-1.amazonaws.com in the VPC vpc-`},
		{"private name taken by a zone", endpointType, func(w *world) props {
			w.create(zoneType, "mine", props{"name": "logs.us-east-1.amazonaws.com", "vpcs": []any{props{"vpcId": w.res["vpc"].ID}}})
			return private(props{"serviceName": region + "logs"})(w)
		}, `already a conflicting DNS domain for logs.us-east-1.amazonaws.com`},
		{"private DNS in a VPC without names", endpointType, func(w *world) props {
			return private(props{"vpcId": w.create(vpcType, "nameless", props{"cidrBlock": "10.96.0.0/16"}).ID})(w)
		}, `api error InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for vpc-`},
		{"S3 by name only without a gateway", endpointType, from(private, func(w *world) props { return props{"serviceName": region + "s3", "vpcId": w.res["far"].ID} }),
			`To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC vpc-`},
		{"policy without principal", endpointType, gateway(props{"policy": document(`{"Effect":"Allow","Action":"*","Resource":"*"}`)}), `policy: InvalidPolicyDocument: Missing required field Principal`},
	})
}

func TestRefusesWrongPeerings(t *testing.T) {
	t.Parallel()
	request := func(change props) func(*world) props {
		return func(w *world) props {
			return with(props{"vpcId": w.res["vpc"].ID, "peerVpcId": w.res["far"].ID}, change)
		}
	}
	pending := func(w *world, name, block string) *made {
		far := w.create(vpcType, name, props{"cidrBlock": block})
		return w.create(peeringType, name, props{"vpcId": w.res["far"].ID, "peerVpcId": far.ID})
	}
	route := func(change func(w *world) props) func(*world) props {
		return func(w *world) props {
			return with(props{"routeTableId": w.byURN("aws:ec2/routeTable:RouteTable", "app").ID, "destinationCidrBlock": "10.32.0.0/16", "vpcPeeringConnectionId": w.res["peering"].ID}, change(w))
		}
	}
	const failed = `unexpected state 'failed', wanted target 'active, pending-acceptance'. last error: Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range`
	refuses(t, []wrong{
		{"second between two VPCs", peeringType, request(props{}), `api error VpcPeeringConnectionAlreadyExists`},
		{"no requester", peeringType, request(props{"vpcId": "vpc-1"}), `api error InvalidVpcID.NotFound: The vpc ID 'vpc-1' does not exist`},
		{"no peer here", peeringType, request(props{"peerVpcId": "vpc-2"}), `api error InvalidVpcID.NotFound: The vpc ID 'vpc-2' does not exist`},
		{"no peer in the other account", peeringType, request(props{"peerVpcId": "vpc-2", "peerOwnerId": accountB}), failed},
		{"with itself", peeringType, func(w *world) props { return request(props{"peerVpcId": w.res["vpc"].ID})(w) }, failed},
		{"overlapping", peeringType, func(w *world) props {
			return request(props{"peerVpcId": w.create(vpcType, "same", props{"cidrBlock": "10.16.128.0/17"}).ID})(w)
		}, failed},
		{"accepted at once in another region", peeringType, request(props{"autoAccept": true, "peerRegion": "us-west-2"}), "`peer_region` cannot be set whilst `auto_accept` is `true`"},
		{"options before it is accepted", peeringType, func(w *world) props {
			third := w.create(vpcType, "third", props{"cidrBlock": "10.112.0.0/16"})
			return props{"vpcId": w.res["far"].ID, "peerVpcId": third.ID, "requester": props{"allowRemoteVpcDnsResolution": true}}
		}, "is not active (current status: pending-acceptance). Please set the `auto_accept` attribute to `true`"},
		{"accepting what is none", accepterType, fixed(props{"vpcPeeringConnectionId": "pcx-1", "autoAccept": true}), `api error InvalidVpcPeeringConnectionID.NotFound: The vpcPeeringConnection ID 'pcx-1' does not exist`},
		{"options of a pending one", peerOptionsType, func(w *world) props {
			return props{"vpcPeeringConnectionId": pending(w, "fourth", "10.128.0.0/16").ID, "requester": props{"allowRemoteVpcDnsResolution": true}}
		}, `api error OperationNotPermitted: Peering pcx-`},
		{"options of none", peerOptionsType, fixed(props{"vpcPeeringConnectionId": "pcx-1"}), `InvalidVpcPeeringConnectionID.NotFound`},
		{"route over none", routeType, route(func(*world) props { return props{"vpcPeeringConnectionId": "pcx-1"} }), `InvalidVpcPeeringConnectionID.NotFound`},
		{"route from a third VPC", routeType, route(func(w *world) props {
			return props{"vpcPeeringConnectionId": w.made[len(w.made)-1].ID} // the pending one above, between two other VPCs
		}), `belong to different networks`},
		{"route to a part of its own VPC", routeType, route(func(*world) props { return props{"destinationCidrBlock": "10.16.32.0/24"} }), `is equal to or more specific than one of this VPC's CIDR blocks`},
		{"route to two targets", routeType, route(func(w *world) props { return props{"natGatewayId": w.res["nat"].ID} }), "only one of `gatewayId,natGatewayId,vpcPeeringConnectionId` can be specified"},
	})
}

func TestRefusesWrongNetworkLogs(t *testing.T) {
	t.Parallel()
	bucket := func(change props) func(*world) props {
		return func(w *world) props {
			return with(props{"vpcId": w.res["far"].ID, "trafficType": "ALL", "logDestinationType": "s3", "logDestination": w.res["bucket"].str("arn")}, change)
		}
	}
	group := func(change props) func(*world) props {
		return func(w *world) props {
			return with(props{"vpcId": w.res["far"].ID, "trafficType": "ALL", "logDestination": w.res["logs"].str("arn"), "iamRoleArn": w.res["flow-role"].str("arn")}, change)
		}
	}
	refuses(t, []wrong{
		{"flow log of nothing", flowLogType, bucket(props{"vpcId": nil}), "vpcId: \"vpcId\": one of `vpcId,subnetId` must be specified"},
		{"flow log of no VPC", flowLogType, bucket(props{"vpcId": "vpc-1"}), `api error InvalidVpcId.NotFound`},
		{"flow log of no traffic", flowLogType, bucket(props{"trafficType": nil}), `api error MissingParameter: The request must contain the parameter TrafficType`},
		{"flow log interval", flowLogType, bucket(props{"maxAggregationInterval": 300}), `maxAggregationInterval: expected maxAggregationInterval to be one of [60 600], got 300`},
		{"flow log format", flowLogType, bucket(props{"logFormat": "${srcaddr} ${source}"}), `api error InvalidParameter: Unknown fields provided: source`},
		{"flow log format of words", flowLogType, bucket(props{"logFormat": "srcaddr dstaddr"}), `Invalid LogFormat`},
		{"flow log to no bucket", flowLogType, bucket(props{"logDestination": "arn:aws:s3:::nobodys"}), `api error LogDestinationNotFoundException: LogDestination: nobodys does not exist.`},
		{"flow log to a bucket as a role", flowLogType, func(w *world) props { return bucket(props{"iamRoleArn": w.res["flow-role"].str("arn")})(w) }, `DeliverLogsPermissionArn is not applicable for s3 delivery`},
		{"flow log nowhere", flowLogType, bucket(props{"logDestination": nil}), `LogDestination can't be empty if LogGroupName is not provided`},
		{"flow log to no ARN", flowLogType, bucket(props{"logDestination": "acme-data"}), `logDestination: (acme-data) is an invalid ARN`},
		{"flow log twice", flowLogType, func(w *world) props { return w.res["flow-bucket"].In }, `api error FlowLogAlreadyExists: Error. There is an existing Flow Log with the same configuration and log destination.`},
		{"flow log to a group without a role", flowLogType, group(props{"iamRoleArn": nil}), `api error InvalidParameter: DeliverLogsPermissionArn can't be empty`},
		{"flow log as a role that does not trust it", flowLogType, func(w *world) props { return group(props{"iamRoleArn": w.res["exec"].str("arn")})(w) }, `api error InvalidParameter: Unable to assume given IAM role: 'arn:aws:iam::`},
		{"flow log to a group elsewhere", flowLogType, group(props{"logDestination": "arn:aws:logs:us-west-2:" + accountA + ":log-group:x"}), `is not the ARN of a log group in us-east-1`},
		{"query log to no group", queryLogType, fixed(props{"name": "q", "destinationArn": "arn:aws:logs:us-east-1:" + accountA + ":log-group:none"}), `api error InvalidParameterException: The destination arn:aws:logs:us-east-1:` + accountA + `:log-group:none does not exist`},
		{"query log to no bucket", queryLogType, fixed(props{"name": "q", "destinationArn": "arn:aws:s3:::nobodys"}), `does not exist`},
		{"query log to a topic", queryLogType, fixed(props{"name": "q", "destinationArn": "arn:aws:sns:us-east-1:" + accountA + ":x"}), `is neither a log group`},
		{"query log name", queryLogType, fixed(props{"name": "1234", "destinationArn": "arn:aws:s3:::acme-data"}), `name: invalid value for name`},
		{"query log twice on a VPC", queryJoinType, func(w *world) props { return w.res["query-join"].In }, `api error ResourceExistsException`},
		{"query log of no VPC", queryJoinType, func(w *world) props { return with(w.res["query-join"].In, props{"resourceId": "vpc-1"}) }, `api error InvalidParameterException: The VPC 'vpc-1' does not exist`},
		{"query log that is none", queryJoinType, func(w *world) props { return with(w.res["query-join"].In, props{"resolverQueryLogConfigId": "rqlc-1"}) }, `api error ResourceNotFoundException`},
		{"DHCP options that say nothing", dhcpType, fixed(props{}), `api error MissingParameter: The request must contain the parameter dhcpConfiguration`},
		{"DHCP with five servers", dhcpType, fixed(props{"domainNameServers": numbered(5, "10.0.0.%d")}), `domainNameServers takes at most 4 servers, got 5`},
		{"DHCP server without address", dhcpType, fixed(props{"ntpServers": []any{"time.example.com"}}), `Invalid IP address in ntpServers`},
		{"DHCP lease", dhcpType, fixed(props{"ipv6AddressPreferredLeaseTime": "60"}), `expected ipv6AddressPreferredLeaseTime to be in the range (140 - 2147483647), got 60`},
		{"DHCP options that are none", "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation", func(w *world) props { return props{"vpcId": w.res["vpc"].ID, "dhcpOptionsId": "dopt-1"} }, `api error InvalidDhcpOptionID.NotFound`},
	})
}

func TestRefusesWrongIdentity(t *testing.T) {
	t.Parallel()
	saml := func(from, to string) func(*world) props {
		return fixed(props{"name": "bad", "samlMetadataDocument": strings.Replace(samlMetadata(), from, to, -1)})
	}
	oidc := func(change props) func(*world) props {
		return fixed(with(props{"url": "https://ci.example.com", "clientIdLists": []any{"sts.amazonaws.com"}}, change))
	}
	refuses(t, []wrong{
		{"service role taken", linkedRoleType, fixed(props{"awsServiceName": "autoscaling.amazonaws.com"}), `api error InvalidInput: Service role name AWSServiceRoleForAutoScaling has been taken in this account, please try a different suffix.`},
		{"service role of no service", linkedRoleType, fixed(props{"awsServiceName": "config"}), `awsServiceName: invalid value for awsServiceName (must be a full service hostname`},
		{"service role without template", linkedRoleType, fixed(props{"awsServiceName": "iam.amazonaws.com"}), `api error InvalidInput: Cannot find Service Linked Role template for iam.amazonaws.com`},
		{"service role with a suffix", linkedRoleType, fixed(props{"awsServiceName": "rds.amazonaws.com", "customSuffix": "x"}), `api error InvalidInput: Custom suffix is not allowed for rds.amazonaws.com`},
		{"policy on a service role", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", fixed(props{"role": "AWSServiceRoleForAutoScaling", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
			`api error UnmodifiableEntity: Cannot perform the operation on the protected role 'AWSServiceRoleForAutoScaling'`},
		{"name of a service role", roleType, fixed(props{"name": "AWSServiceRoleForAutoScaling", "assumeRolePolicy": trustPolicy}), `api error EntityAlreadyExists`},
		{"OIDC without TLS", oidcType, oidc(props{"url": "http://ci.example.com"}), `url: "url" has to use HTTPS scheme (i.e. begin with https://)`},
		{"OIDC with a query", oidcType, oidc(props{"url": "https://ci.example.com?a=b"}), `url: "url" cannot contain query parameters per the OIDC standard`},
		{"OIDC twice", oidcType, oidc(props{"url": "https://token.actions.example.com"}), `api error EntityAlreadyExists: Provider with url https://token.actions.example.com already exists.`},
		{"OIDC thumbprint", oidcType, oidc(props{"thumbprintLists": []any{"abc"}}), `thumbprintLists[0]: expected length of thumbprintLists to be in the range (40 - 40), got abc`},
		{"SAML too short", samlType, fixed(props{"name": "bad", "samlMetadataDocument": "<x/>"}), `samlMetadataDocument: expected length of samlMetadataDocument to be in the range (1000 - 10000000)`},
		{"SAML that is no XML", samlType, saml("</md:EntityDescriptor>", ""), `api error InvalidInput: Could not parse metadata: XML syntax error`},
		{"SAML of something else", samlType, saml("EntityDescriptor", "EntitiesDescriptor"), `Could not parse metadata: the document is <EntitiesDescriptor>`},
		{"SAML without id", samlType, saml("entityID", "entity"), `EntityDescriptor has no entityID`},
		{"SAML of a service", samlType, saml("IDPSSODescriptor", "SPSSODescriptor"), `no IDPSSODescriptor`},
		{"SAML without key", samlType, saml("KeyDescriptor", "Key"), `IDPSSODescriptor needs KeyDescriptor and SingleSignOnService`},
		{"alias too short", aliasType, fixed(props{"accountAlias": "ab"}), `accountAlias: "accountAlias" must contain from 3 to 63 alphanumeric characters or hyphens`},
		{"alias in capitals", aliasType, fixed(props{"accountAlias": "Meridian"}), `only contain lowercase alphanumeric characters and hyphens`},
		{"alias with two hyphens", aliasType, fixed(props{"accountAlias": "a--b"}), `must not contain consecutive hyphens`},
		{"password too short", passwordType, fixed(props{"minimumPasswordLength": 5}), `api error ValidationError: 1 validation error detected: Value '5' at 'minimumPasswordLength' failed to satisfy constraint: Member must have value greater than or equal to 6`},
		{"passwords too old", passwordType, fixed(props{"maxPasswordAge": 1096}), `Value '1096' at 'maxPasswordAge' failed to satisfy constraint: Member must have value less than or equal to 1095`},
		{"passwords remembered", passwordType, fixed(props{"passwordReusePrevention": 25}), `Value '25' at 'passwordReusePrevention'`},
		{"analyzer name taken", analyzerType, fixed(props{"analyzerName": "account"}), `api error ConflictException: An analyzer named account already exists.`},
		{"second analyzer", analyzerType, fixed(props{"analyzerName": "other"}), `api error ServiceQuotaExceededException: The maximum number of analyzers of type ACCOUNT has been reached: 1`},
		{"analyzer name", analyzerType, fixed(props{"analyzerName": "1st"}), `analyzerName: invalid value for analyzerName`},
		{"analyzer of an organization", analyzerType, fixed(props{"analyzerName": "org", "type": "ORGANIZATION"}), `type: the simulated cloud has no organization`},
		{"rule of no analyzer", archiveType, func(w *world) props { return with(w.res["archive"].In, props{"analyzerName": "none"}) }, `api error ResourceNotFoundException: Analyzer none does not exist.`},
		{"rule twice", archiveType, func(w *world) props { return w.res["archive"].In }, `api error ConflictException`},
		{"rule without operator", archiveType, func(w *world) props {
			return with(w.res["archive"].In, props{"ruleName": "new", "filters": []any{props{"criteria": "isPublic"}}})
		}, `api error ValidationException: Filter isPublic must have at least one of`},
		{"rule of an unknown key", archiveType, func(w *world) props {
			return with(w.res["archive"].In, props{"ruleName": "new", "filters": []any{props{"criteria": "owner", "eqs": []any{"x"}}}})
		}, `api error ValidationException: Invalid filter key: owner`},
		{"rule of nothing", archiveType, func(w *world) props { return with(w.res["archive"].In, props{"ruleName": "new", "filters": []any{}}) }, `filters: filters: attribute requires 1 item minimum`},
	})
}

func TestRefusesWrongAccountSettings(t *testing.T) {
	t.Parallel()
	refuses(t, []wrong{
		{"images", "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess", fixed(props{"state": "blocked"}), `state: expected state to be one of ["block-new-sharing" "unblocked"], got blocked`},
		{"images of nothing", "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess", fixed(props{}), `state: Missing required argument`},
		{"snapshots", "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", fixed(props{"state": "block"}), `state: expected state to be one of ["block-all-sharing" "block-new-sharing" "unblocked"], got block`},
		{"metadata tokens", "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults", fixed(props{"httpTokens": "v2"}), `httpTokens: expected httpTokens to be one of`},
		{"metadata hops", "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults", fixed(props{"httpPutResponseHopLimit": 65}), `httpPutResponseHopLimit value must be between 1 and 64 or -1, got: 65`},
		{"token version", "aws:iam/securityTokenServicePreferences:SecurityTokenServicePreferences", fixed(props{"globalEndpointTokenVersion": "v3Token"}), `expected globalEndpointTokenVersion to be one of ["v1Token" "v2Token"], got v3Token`},
		{"default key that is none", defaultKeyType, fixed(props{"keyArn": "arn:aws:kms:us-east-1:" + accountA + ":key/1"}), `api error InvalidKMSKey.NotFound`},
		{"default key by id", defaultKeyType, fixed(props{"keyArn": "1"}), `keyArn: (1) is an invalid ARN`},
		{"default key that is disabled", defaultKeyType, func(w *world) props {
			return props{"keyArn": w.create("aws:kms/key:Key", "disabled", props{"isEnabled": false}).str("arn")}
		}, `api error InvalidKMSKey.InvalidState`},
		{"another account's block", accountBlock, fixed(props{"accountId": accountB}), `api error AccessDenied`},
		{"zone joined by a VPC twice", zoneJoinType, func(w *world) props { return props{"zoneId": w.res["private"].ID, "vpcId": w.res["vpc"].ID} },
			`api error ConflictingDomainExists: The VPC vpc-`},
		{"public zone joined", zoneJoinType, func(w *world) props { return props{"zoneId": w.res["zone"].ID, "vpcId": w.res["vpc"].ID} }, `api error PublicZoneVPCAssociation`},
		{"no zone joined", zoneJoinType, func(w *world) props { return props{"zoneId": "Z1", "vpcId": w.res["vpc"].ID} }, `api error NoSuchHostedZone: No hosted zone found with ID: Z1`},
		{"zone joined by no VPC", zoneJoinType, func(w *world) props { return props{"zoneId": w.res["private"].ID, "vpcId": "vpc-1"} }, `api error InvalidVPCId: The VPC: vpc-1 you specified was not found in the region us-east-1.`},
		{"zone joined from the wrong region", zoneJoinType, func(w *world) props {
			return props{"zoneId": w.res["private"].ID, "vpcId": w.res["far"].ID, "vpcRegion": "us-west-2"}
		}, `was not found in the region us-west-2.`},
		{"authorization for no VPC", authorizeType, func(w *world) props { return props{"zoneId": w.res["private"].ID, "vpcId": "vpc-1"} }, `api error InvalidVPCId`},
		{"authorization of no zone", authorizeType, func(w *world) props { return props{"zoneId": "Z1", "vpcId": w.res["vpc"].ID} }, `api error NoSuchHostedZone`},
		{"zone with a name that a VPC has", zoneType, func(w *world) props {
			return props{"name": "int.example.com", "vpcs": []any{props{"vpcId": w.res["far"].ID}}}
		}, `api error ConflictingDomainExists`},
	})
}
