package main

// sdk is one provider SDK and what is simulated of it.
type sdk struct {
	// Name is the provider's name, which begins its tokens and names its file.
	Name string
	// Module is the Go module; its version is the one that go.mod pins.
	Module string
	// Types and Functions are the tokens to simulate. A token added here needs a kind in internal/<Name> as well; a test
	// there compares the two lists.
	Types, Functions []string
	// Misread are properties whose documentation reads like a list of all values and is none, with what it is.
	Misread map[string]string
}

func sdks() []sdk {
	return []sdk{
		{Name: "aws", Module: "github.com/pulumi/pulumi-aws/sdk/v6", Types: awsTokens(), Functions: awsFunctions(), Misread: awsMisread()},
		{Name: "vault", Module: "github.com/pulumi/pulumi-vault/sdk/v5", Types: vaultTokens()},
		{Name: "datadog", Module: "github.com/pulumi/pulumi-datadog/sdk/v4", Types: datadogTokens(), Functions: datadogFunctions()},
		{Name: "okta", Module: "github.com/pulumi/pulumi-okta/sdk/v4", Types: oktaTokens(), Functions: oktaFunctions()},
	}
}

func awsTokens() []string {
	return []string{
		"aws:accessanalyzer/analyzer:Analyzer",
		"aws:accessanalyzer/archiveRule:ArchiveRule",
		"aws:account/alternativeContact:AlternativeContact",
		"aws:acm/certificate:Certificate",
		"aws:acm/certificateValidation:CertificateValidation",
		"aws:appautoscaling/policy:Policy",
		"aws:appautoscaling/target:Target",
		"aws:backup/regionSettings:RegionSettings",
		"aws:budgets/budget:Budget",
		"aws:cfg/conformancePack:ConformancePack",
		"aws:cfg/deliveryChannel:DeliveryChannel",
		"aws:cfg/recorder:Recorder",
		"aws:cfg/recorderStatus:RecorderStatus",
		"aws:cfg/retentionConfiguration:RetentionConfiguration",
		"aws:cloudtrail/trail:Trail",
		"aws:cloudwatch/eventRule:EventRule",
		"aws:cloudwatch/eventTarget:EventTarget",
		"aws:cloudwatch/logGroup:LogGroup",
		"aws:cloudwatch/logMetricFilter:LogMetricFilter",
		"aws:cloudwatch/metricAlarm:MetricAlarm",
		"aws:ebs/defaultKmsKey:DefaultKmsKey",
		"aws:ebs/encryptionByDefault:EncryptionByDefault",
		"aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",
		"aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
		"aws:ec2/defaultRouteTable:DefaultRouteTable",
		"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
		"aws:ec2/eip:Eip",
		"aws:ec2/flowLog:FlowLog",
		"aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess",
		"aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults",
		"aws:ec2/internetGateway:InternetGateway",
		"aws:ec2/natGateway:NatGateway",
		"aws:ec2/networkAcl:NetworkAcl",
		"aws:ec2/peeringConnectionOptions:PeeringConnectionOptions",
		"aws:ec2/route:Route",
		"aws:ec2/routeTable:RouteTable",
		"aws:ec2/routeTableAssociation:RouteTableAssociation",
		"aws:ec2/securityGroup:SecurityGroup",
		"aws:ec2/serialConsoleAccess:SerialConsoleAccess",
		"aws:ec2/subnet:Subnet",
		"aws:ec2/vpc:Vpc",
		"aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
		"aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
		"aws:ec2/vpcEndpoint:VpcEndpoint",
		"aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
		"aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
		"aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
		"aws:ecs/accountSettingDefault:AccountSettingDefault",
		"aws:ecs/cluster:Cluster",
		"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
		"aws:ecs/service:Service",
		"aws:ecs/taskDefinition:TaskDefinition",
		"aws:guardduty/detector:Detector",
		"aws:guardduty/detectorFeature:DetectorFeature",
		"aws:guardduty/publishingDestination:PublishingDestination",
		"aws:iam/accountAlias:AccountAlias",
		"aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
		"aws:iam/openIdConnectProvider:OpenIdConnectProvider",
		"aws:iam/policy:Policy",
		"aws:iam/role:Role",
		"aws:iam/rolePolicyAttachment:RolePolicyAttachment",
		"aws:iam/samlProvider:SamlProvider",
		"aws:iam/securityTokenServicePreferences:SecurityTokenServicePreferences",
		"aws:iam/serviceLinkedRole:ServiceLinkedRole",
		"aws:inspector2/enabler:Enabler",
		"aws:kms/alias:Alias",
		"aws:kms/key:Key",
		"aws:lb/listener:Listener",
		"aws:lb/listenerRule:ListenerRule",
		"aws:lb/loadBalancer:LoadBalancer",
		"aws:lb/targetGroup:TargetGroup",
		"aws:macie2/account:Account",
		"aws:macie2/classificationExportConfiguration:ClassificationExportConfiguration",
		"aws:route53/record:Record",
		"aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig",
		"aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation",
		"aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization",
		"aws:route53/zone:Zone",
		"aws:route53/zoneAssociation:ZoneAssociation",
		"aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
		"aws:s3/bucketLoggingV2:BucketLoggingV2",
		"aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
		"aws:s3/bucketObjectv2:BucketObjectv2",
		"aws:s3/bucketOwnershipControls:BucketOwnershipControls",
		"aws:s3/bucketPolicy:BucketPolicy",
		"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
		"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
		"aws:s3/bucketV2:BucketV2",
		"aws:s3/bucketVersioningV2:BucketVersioningV2",
		"aws:securityhub/account:Account",
		"aws:securityhub/findingAggregator:FindingAggregator",
		"aws:securityhub/standardsControlAssociation:StandardsControlAssociation",
		"aws:securityhub/standardsSubscription:StandardsSubscription",
		"aws:sns/topic:Topic",
		"aws:sns/topicPolicy:TopicPolicy",
		"aws:sns/topicSubscription:TopicSubscription",
		"aws:ssm/serviceSetting:ServiceSetting",
		"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
	}
}

func awsFunctions() []string {
	return []string{
		"aws:index/getAvailabilityZones:getAvailabilityZones",
		"aws:index/getCallerIdentity:getCallerIdentity",
		"aws:index/getPartition:getPartition",
		"aws:index/getRegion:getRegion",
	}
}

func awsMisread() map[string]string {
	const list = "a list of headers or methods separated by commas, of which these are the usual ones"
	const class = "a class of status codes, or one code"
	listener := "aws:lb/listener:Listener.routingHttpResponse"
	return map[string]string{
		listener + "AccessControlAllowHeadersHeaderValue":                                                         list,
		listener + "AccessControlAllowMethodsHeaderValue":                                                         list,
		listener + "AccessControlExposeHeadersHeaderValue":                                                        list,
		listener + "XFrameOptionsHeaderValue":                                                                     "ALLOW-FROM takes any address",
		"lb/ListenerDefaultActionFixedResponse.statusCode":                                                        class,
		"lb/ListenerRuleActionFixedResponse.statusCode":                                                           class,
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2.transitionDefaultMinimumObjectSize": "the second value is varies_by_storage_class; its spelling was changed with that of properties",
		"aws:ecs/service:Service.propagateTags":                                                                   "the provider takes NONE as well",
		"ecs/ServiceVolumeConfigurationManagedEbsVolume.fileSystemType":                                           "the provider takes ntfs as well",
	}
}
