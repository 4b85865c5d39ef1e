package aws

// The tokens of what servers and clusters are made of.
const (
	tokLaunchTemplate   = "aws:ec2/launchTemplate:LaunchTemplate"
	tokScalingGroup     = "aws:autoscaling/group:Group"
	tokReservation      = "aws:ec2/subnetCidrReservation:SubnetCidrReservation"
	tokLifecycleHook    = "aws:autoscaling/lifecycleHook:LifecycleHook"
	tokInstanceProfile  = "aws:iam/instanceProfile:InstanceProfile"
	tokCapacityProvider = "aws:ecs/capacityProvider:CapacityProvider"
	tokWebACL           = "aws:wafv2/webAcl:WebAcl"
	tokWebACLUse        = "aws:wafv2/webAclAssociation:WebAclAssociation"
	tokWebACLLogging    = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
	tokIPSet            = "aws:wafv2/ipSet:IpSet"
	tokNamespace        = "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace"
	tokDiscovery        = "aws:servicediscovery/service:Service"
	tokSecret           = "aws:secretsmanager/secret:Secret"
	tokSecretPolicy     = "aws:secretsmanager/secretPolicy:SecretPolicy"
	tokSecretVersion    = "aws:secretsmanager/secretVersion:SecretVersion"
	tokResolver         = "aws:route53/resolverEndpoint:ResolverEndpoint"
	tokResolverRule     = "aws:route53/resolverRule:ResolverRule"
	tokResolverRuleUse  = "aws:route53/resolverRuleAssociation:ResolverRuleAssociation"
	tokParameter        = "aws:ssm/parameter:Parameter"
	tokLogPolicy        = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
	tokRepository       = "aws:ecr/repository:Repository"
	tokImageLifecycle   = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
	tokRepositoryPolicy = "aws:ecr/repositoryPolicy:RepositoryPolicy"
)
