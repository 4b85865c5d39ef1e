package main

// awsTokens are the resource types to simulate. A token added here needs a kind in internal/aws as well; a test there
// compares the two lists.
func awsTokens() []string {
	return []string{
		"aws:acm/certificate:Certificate",
		"aws:acm/certificateValidation:CertificateValidation",
		"aws:appautoscaling/policy:Policy",
		"aws:appautoscaling/target:Target",
		"aws:cloudwatch/logGroup:LogGroup",
		"aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
		"aws:ec2/defaultRouteTable:DefaultRouteTable",
		"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
		"aws:ec2/eip:Eip",
		"aws:ec2/internetGateway:InternetGateway",
		"aws:ec2/natGateway:NatGateway",
		"aws:ec2/networkAcl:NetworkAcl",
		"aws:ec2/route:Route",
		"aws:ec2/routeTable:RouteTable",
		"aws:ec2/routeTableAssociation:RouteTableAssociation",
		"aws:ec2/securityGroup:SecurityGroup",
		"aws:ec2/subnet:Subnet",
		"aws:ec2/vpc:Vpc",
		"aws:ecs/cluster:Cluster",
		"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
		"aws:ecs/service:Service",
		"aws:ecs/taskDefinition:TaskDefinition",
		"aws:iam/policy:Policy",
		"aws:iam/role:Role",
		"aws:iam/rolePolicyAttachment:RolePolicyAttachment",
		"aws:kms/alias:Alias",
		"aws:kms/key:Key",
		"aws:lb/listener:Listener",
		"aws:lb/listenerRule:ListenerRule",
		"aws:lb/loadBalancer:LoadBalancer",
		"aws:lb/targetGroup:TargetGroup",
		"aws:route53/record:Record",
		"aws:route53/zone:Zone",
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
		"aws:s3/bucketOwnershipControls:BucketOwnershipControls",
		"aws:s3/bucketPolicy:BucketPolicy",
		"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
		"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
		"aws:s3/bucketV2:BucketV2",
		"aws:s3/bucketVersioningV2:BucketVersioningV2",
		"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
	}
}

// awsFunctions are the functions to simulate. One added here needs its code in internal/aws as well.
func awsFunctions() []string {
	return []string{
		"aws:index/getAvailabilityZones:getAvailabilityZones",
		"aws:index/getCallerIdentity:getCallerIdentity",
		"aws:index/getPartition:getPartition",
		"aws:index/getRegion:getRegion",
	}
}

// misread are properties whose documentation reads like a list of all values and is none, with what it is.
func misread() map[string]string {
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
