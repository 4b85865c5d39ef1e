package access_test

// utilityClusterNeeds are the calls for clusters of ECS, what runs in them, and images.
func utilityClusterNeeds() map[string][]need {
	fresh, own := newUtility(), ownUtility()
	cluster, provider := arn("ecs", "cluster/cells"), arn("ecs", "capacity-provider/cells-nodes")
	service, definition := arn("ecs", "service/cells/jenkins"), arn("ecs", "task-definition/jenkins:1")
	repository := arn("ecr", "repository/jenkins-controller")
	return map[string][]need{
		"aws:ecs/cluster:Cluster": {
			{cluster, fresh, []string{"ecs:CreateCluster", "ecs:TagResource"}},
			{cluster, own, []string{"ecs:UpdateCluster", "ecs:UpdateClusterSettings", "ecs:DeleteCluster", "ecs:DescribeClusters", "ecs:ListTagsForResource", "ecs:UntagResource"}},
			{iamResource("role/aws-service-role/ecs.amazonaws.com/x"), with("iam:AWSServiceName", "ecs.amazonaws.com"), []string{"iam:CreateServiceLinkedRole"}},
		},
		"aws:ecs/capacityProvider:CapacityProvider": {
			{provider, fresh, []string{"ecs:CreateCapacityProvider", "ecs:TagResource"}},
			{provider, own, []string{"ecs:UpdateCapacityProvider", "ecs:DeleteCapacityProvider", "ecs:DescribeCapacityProviders", "ecs:UntagResource"}},
			// ECS marks the group as its own.
			{arn("autoscaling", "autoScalingGroup:1:autoScalingGroupName/cells-nodes"), own, []string{"autoscaling:CreateOrUpdateTags", "autoscaling:DescribeAutoScalingGroups"}},
		},
		"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {{cluster, own, []string{"ecs:PutClusterCapacityProviders", "ecs:DescribeClusters"}}},
		"aws:ecs/taskDefinition:TaskDefinition": {
			{definition, fresh, []string{"ecs:RegisterTaskDefinition", "ecs:TagResource"}},
			{definition, own, []string{"ecs:UntagResource"}},
			{"*", nil, []string{"ecs:DescribeTaskDefinition", "ecs:DeregisterTaskDefinition"}},
		},
		"aws:ecs/service:Service": {
			{service, fresh, []string{"ecs:CreateService", "ecs:TagResource"}},
			{service, own, []string{"ecs:UpdateService", "ecs:DeleteService", "ecs:DescribeServices", "ecs:UntagResource"}},
		},
		"aws:ecr/repository:Repository": {
			{repository, fresh, []string{"ecr:CreateRepository", "ecr:TagResource"}},
			{repository, own, []string{"ecr:PutImageScanningConfiguration", "ecr:PutImageTagMutability", "ecr:DeleteRepository", "ecr:DescribeRepositories", "ecr:ListTagsForResource", "ecr:UntagResource"}},
			// docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
			{arn("kms", "key/1"), with("aws:ResourceTag/cellworks:project", "utility", "kms:GrantIsForAWSResource", "true"), []string{"kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"}},
		},
		"aws:ecr/lifecyclePolicy:LifecyclePolicy": {{repository, own, []string{"ecr:PutLifecyclePolicy", "ecr:GetLifecyclePolicy", "ecr:DeleteLifecyclePolicy"}}},
	}
}

// utilityServerNeeds are the calls for groups of servers.
func utilityServerNeeds() map[string][]need {
	fresh, own := newUtility(), ownUtility()
	group, template := arn("autoscaling", "autoScalingGroup:1:autoScalingGroupName/utility-consul"), arn("ec2", "launch-template/lt-1")
	instance, nic, volume := arn("ec2", "instance/*"), arn("ec2", "network-interface/*"), arn("ec2", "volume/*")
	return map[string][]need{
		"aws:ec2/launchTemplate:LaunchTemplate": {
			{template, fresh, []string{"ec2:CreateLaunchTemplate"}},
			{template, created("CreateLaunchTemplate"), []string{"ec2:CreateTags"}},
			{template, own, []string{"ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate", "ec2:DeleteLaunchTemplate", "ec2:CreateTags", "ec2:DeleteTags"}},
			{"*", nil, []string{"ec2:DescribeLaunchTemplates", "ec2:DescribeLaunchTemplateVersions"}},
		},
		"aws:autoscaling/group:Group": {
			{group, fresh, []string{"autoscaling:CreateAutoScalingGroup", "autoscaling:CreateOrUpdateTags"}},
			{group, own, []string{
				"autoscaling:UpdateAutoScalingGroup", "autoscaling:PutLifecycleHook", "autoscaling:DeleteLifecycleHook", "autoscaling:SuspendProcesses", "autoscaling:ResumeProcesses",
				"autoscaling:SetInstanceProtection", "autoscaling:StartInstanceRefresh", "autoscaling:CancelInstanceRefresh", "autoscaling:AttachLoadBalancerTargetGroups",
				"autoscaling:DetachLoadBalancerTargetGroups", "autoscaling:AttachTrafficSources", "autoscaling:DetachTrafficSources", "autoscaling:EnableMetricsCollection",
				"autoscaling:DisableMetricsCollection", "autoscaling:DeleteAutoScalingGroup", "autoscaling:TerminateInstanceInAutoScalingGroup", "autoscaling:DeleteTags",
			}},
			// What Auto Scaling asks whether the caller may do itself.
			{instance, fresh, []string{"ec2:RunInstances"}},
			{nic, fresh, []string{"ec2:RunInstances"}},
			{volume, fresh, []string{"ec2:RunInstances"}},
			{instance, created("RunInstances"), []string{"ec2:CreateTags"}},
			{nic, created("RunInstances"), []string{"ec2:CreateTags"}},
			{volume, created("RunInstances"), []string{"ec2:CreateTags"}},
			{"arn:aws:ec2:us-east-1::image/ami-1", nil, []string{"ec2:RunInstances"}},
			{template, nil, []string{"ec2:RunInstances"}},
			{arn("ec2", "subnet/subnet-1"), nil, []string{"ec2:RunInstances"}},
			{arn("ec2", "security-group/sg-1"), nil, []string{"ec2:RunInstances"}},
			{"arn:aws:ssm:us-east-1::parameter/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id", nil, []string{"ssm:GetParameter", "ssm:GetParameters"}},
			{arn("ssm", "parameter/utility/images/consul"), nil, []string{"ssm:GetParameter", "ssm:GetParameters"}},
			{iamResource("role/utility/ecs-nodes"), with("iam:PassedToService", "ec2.amazonaws.com"), []string{"iam:PassRole"}},
			{iamResource("role/aws-service-role/autoscaling.amazonaws.com/x"), with("iam:AWSServiceName", "autoscaling.amazonaws.com"), []string{"iam:CreateServiceLinkedRole"}},
		},
	}
}
