package simcloud_test

import "strings"

const (
	endpointType    = "aws:ec2/vpcEndpoint:VpcEndpoint"
	flowLogType     = "aws:ec2/flowLog:FlowLog"
	dhcpType        = "aws:ec2/vpcDhcpOptions:VpcDhcpOptions"
	peeringType     = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
	accepterType    = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"
	peerOptionsType = "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions"
	routeType       = "aws:ec2/route:Route"
	zoneType        = "aws:route53/zone:Zone"
	zoneJoinType    = "aws:route53/zoneAssociation:ZoneAssociation"
	authorizeType   = "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization"
	queryLogType    = "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig"
	queryJoinType   = "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation"
	linkedRoleType  = "aws:iam/serviceLinkedRole:ServiceLinkedRole"
	oidcType        = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
	samlType        = "aws:iam/samlProvider:SamlProvider"
	analyzerType    = "aws:accessanalyzer/analyzer:Analyzer"
	archiveType     = "aws:accessanalyzer/archiveRule:ArchiveRule"
	passwordType    = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"
	aliasType       = "aws:iam/accountAlias:AccountAlias"
	defaultKeyType  = "aws:ebs/defaultKmsKey:DefaultKmsKey"
	accountBlock    = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
)

// identity adds what connects networks, lets people and machines in, and the settings of an account and region.
func (w *world) identity() {
	w.peer()
	w.endpoints()
	w.networkLogs()
	w.accountSettings()
	w.federation()
}

func (w *world) peer() {
	far := w.add(vpcType, "far", props{"cidrBlock": "10.32.0.0/16", "enableDnsHostnames": true})
	request := w.add(peeringType, "peering", props{"vpcId": w.res["vpc"].ID, "peerVpcId": far.ID, "autoAccept": false})
	accepter := w.add(accepterType, "accepter", props{"vpcPeeringConnectionId": request.ID, "autoAccept": true})
	w.add(peerOptionsType, "peer-options", props{
		"vpcPeeringConnectionId": accepter.ID, "requester": props{"allowRemoteVpcDnsResolution": true}, "accepter": props{"allowRemoteVpcDnsResolution": true},
	})
	w.add(routeType, "peer", props{"routeTableId": far.str("defaultRouteTableId"), "destinationCidrBlock": "10.16.0.0/16", "vpcPeeringConnectionId": accepter.ID})
	w.add(authorizeType, "authorization", props{"zoneId": w.res["private"].ID, "vpcId": far.ID})
	w.add(zoneJoinType, "zone-join", props{"zoneId": w.res["private"].ID, "vpcId": far.ID})
	options := w.add(dhcpType, "dhcp", props{"domainName": "int.example.com", "domainNameServers": []any{"AmazonProvidedDNS"}})
	w.add("aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation", "dhcp-join", props{"dhcpOptionsId": options.ID, "vpcId": far.ID})
}

func (w *world) endpoints() {
	v := w.res["vpc"]
	w.add(endpointType, "s3", props{"vpcId": v.ID, "serviceName": "com.amazonaws.us-east-1.s3", "routeTableIds": []any{v.str("defaultRouteTableId")}})
	w.add(endpointType, "sts", props{
		"vpcId": v.ID, "serviceName": "com.amazonaws.us-east-1.sts", "vpcEndpointType": "Interface", "privateDnsEnabled": true,
		"subnetIds": []any{w.subnet("app1"), w.subnet("app0")}, "securityGroupIds": []any{w.res["web-group"].ID},
		"policy": document(`{"Effect":"Allow","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}}`),
	})
}

func (w *world) subnet(name string) string { return w.byURN("aws:ec2/subnet:Subnet", name).ID }

func (w *world) networkLogs() {
	w.add(flowLogType, "flow-bucket", props{
		"vpcId": w.res["vpc"].ID, "trafficType": "ALL", "logDestinationType": "s3", "logDestination": w.res["bucket"].str("arn") + "/flow/",
		"maxAggregationInterval": 60, "destinationOptions": props{"fileFormat": "parquet", "hiveCompatiblePartitions": true, "perHourPartition": true},
	})
	role := w.add(roleType, "flow-role", props{"name": "flow-logs", "assumeRolePolicy": serviceTrust("vpc-flow-logs.amazonaws.com")})
	w.add(flowLogType, "flow-group", props{
		"subnetId": w.subnet("app0"), "trafficType": "REJECT", "logDestination": w.res["logs"].str("arn") + ":*", "iamRoleArn": role.str("arn"),
		"logFormat": "${srcaddr} ${dstaddr} ${action}",
	})
	config := w.add(queryLogType, "queries", props{"name": "queries", "destinationArn": w.res["logs"].str("arn")})
	w.add(queryJoinType, "query-join", props{"resolverQueryLogConfigId": config.ID, "resourceId": w.res["vpc"].ID})
}

func serviceTrust(service string) string {
	return document(`{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"}`)
}

func (w *world) accountSettings() {
	w.add("aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess", "images", props{"state": "block-new-sharing"})
	w.add("aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults", "metadata", props{"httpTokens": "required", "httpPutResponseHopLimit": 1})
	w.add("aws:ec2/serialConsoleAccess:SerialConsoleAccess", "console", props{"enabled": false})
	w.add("aws:ebs/encryptionByDefault:EncryptionByDefault", "encryption", props{})
	w.add(defaultKeyType, "default-key", props{"keyArn": w.res["key"].str("arn")})
	w.add("aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", "snapshots", props{"state": "block-all-sharing"})
	w.add(passwordType, "passwords", props{
		"minimumPasswordLength": 14, "passwordReusePrevention": 24, "maxPasswordAge": 90, "requireLowercaseCharacters": true,
		"requireUppercaseCharacters": true, "requireNumbers": true, "requireSymbols": true, "allowUsersToChangePassword": true, "hardExpiry": false,
	})
	w.add(aliasType, "account-alias", props{"accountAlias": "meridian-dev"})
	w.add("aws:iam/securityTokenServicePreferences:SecurityTokenServicePreferences", "tokens", props{"globalEndpointTokenVersion": "v2Token"})
	w.add(accountBlock, "account-block", props{
		"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true,
	})
}

func (w *world) federation() {
	w.add(linkedRoleType, "linked", props{"awsServiceName": "autoscaling.amazonaws.com", "description": "scales"})
	w.add(oidcType, "ci", props{"url": "https://token.actions.example.com", "clientIdLists": []any{"sts.amazonaws.com"}})
	w.add(samlType, "people", props{"name": "okta", "samlMetadataDocument": samlMetadata()})
	w.add(analyzerType, "analyzer", props{"analyzerName": "account"})
	w.add(analyzerType, "unused", props{
		"analyzerName": "unused", "type": "ACCOUNT_UNUSED_ACCESS", "configuration": props{"unusedAccess": props{"unusedAccessAge": 90}},
	})
	w.add(archiveType, "archive", props{
		"analyzerName": "account", "ruleName": "ours", "filters": []any{props{"criteria": "principal.AWS", "eqs": []any{accountB}}, props{"criteria": "isPublic", "eqs": []any{"false"}}},
	})
}

// samlMetadata is as little as IAM takes, and as long.
func samlMetadata() string {
	return `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="http://www.okta.com/exk1">` +
		`<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing">` + strings.Repeat("MIIDpDCCAoyg", 90) +
		`</md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://example.okta.com/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>`
}
