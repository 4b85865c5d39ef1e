package access_test

import "cellworks/pkg/naming"

// utilityIdentityNeeds are the calls for roles and their policies.
func utilityIdentityNeeds() map[string][]need {
	role, policy, profile := iamResource("role{path}{name}"), iamResource("policy{path}{name}"), iamResource("instance-profile{path}{name}")
	attached := iamResource("role/utility/{role}")
	search := iamResource("role/aws-service-role/{awsServiceName}/AWSServiceRoleForAmazonOpenSearchService")
	return map[string][]need{
		"aws:iam/role:Role": {
			{role, with("iam:PermissionsBoundary", naming.BoundaryARN(account, "us-east-1")), []string{"iam:CreateRole", "iam:PutRolePermissionsBoundary"}},
			{role, nil, []string{"iam:TagRole", "iam:UntagRole", "iam:GetRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:DeleteRole"}},
		},
		"aws:iam/policy:Policy": {{policy, nil, []string{"iam:CreatePolicy", "iam:TagPolicy", "iam:UntagPolicy", "iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyVersions", "iam:CreatePolicyVersion", "iam:DeletePolicyVersion", "iam:DeletePolicy"}}},
		"aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
			{attached, with("iam:PermissionsBoundary", naming.BoundaryARN(account, "us-east-1"), "iam:PolicyARN", "{policyArn}"), []string{"iam:AttachRolePolicy", "iam:DetachRolePolicy"}},
		},
		"aws:iam/instanceProfile:InstanceProfile": {
			{profile, nil, []string{"iam:CreateInstanceProfile", "iam:GetInstanceProfile", "iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile", "iam:TagInstanceProfile", "iam:UntagInstanceProfile"}},
		},
		"aws:iam/serviceLinkedRole:ServiceLinkedRole": {
			{search, with("iam:AWSServiceName", "{awsServiceName}"), []string{"iam:CreateServiceLinkedRole"}},
			{search, nil, []string{"iam:GetRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateRole", "iam:DeleteServiceLinkedRole", "iam:GetServiceLinkedRoleDeletionStatus"}},
		},
	}
}

// utilityKeyNeeds are the calls for keys and secrets.
func utilityKeyNeeds() map[string][]need {
	fresh, own := newUtility(), ownUtility()
	key, secret := arn("kms", "key/1"), arn("secretsmanager", "secret:{name}-abcdef")
	const known = "secret:utility/datadog/api-key-abcdef"
	return map[string][]need{
		"aws:kms/key:Key": {
			{"*", fresh, []string{"kms:CreateKey", "kms:TagResource"}},
			{key, own, []string{
				"kms:EnableKeyRotation", "kms:DisableKeyRotation", "kms:EnableKey", "kms:DisableKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:UpdateKeyDescription",
				"kms:UntagResource", "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags",
			}},
		},
		"aws:kms/alias:Alias": {
			{arn("kms", "{name}"), nil, []string{"kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"}},
			{key, own, []string{"kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"}},
			{"*", nil, []string{"kms:ListAliases"}},
		},
		"aws:secretsmanager/secret:Secret": {
			{secret, fresh, []string{"secretsmanager:CreateSecret", "secretsmanager:TagResource"}},
			{secret, own, []string{"secretsmanager:UpdateSecret", "secretsmanager:DeleteSecret", "secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy", "secretsmanager:UntagResource"}},
		},
		"aws:secretsmanager/secretVersion:SecretVersion": {
			{arn("secretsmanager", known), own, []string{"secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"}},
		},
	}
}

// utilityFileNeeds are the calls for file systems.
func utilityFileNeeds() map[string][]need {
	fresh, own := newUtility(), ownUtility()
	files, point := arn("elasticfilesystem", "file-system/fs-1"), arn("elasticfilesystem", "access-point/fsap-1")
	granted := with("aws:ResourceTag/"+naming.TagProject, naming.ProjectUtility, "kms:GrantIsForAWSResource", "true", "kms:ViaService", "elasticfilesystem.us-east-1.amazonaws.com")
	return map[string][]need{
		"aws:efs/fileSystem:FileSystem": {
			{files, fresh, []string{"elasticfilesystem:CreateFileSystem", "elasticfilesystem:TagResource"}},
			{files, own, []string{
				"elasticfilesystem:PutLifecycleConfiguration", "elasticfilesystem:UpdateFileSystem", "elasticfilesystem:UpdateFileSystemProtection", "elasticfilesystem:DeleteFileSystem",
				"elasticfilesystem:DescribeFileSystems", "elasticfilesystem:DescribeLifecycleConfiguration", "elasticfilesystem:ListTagsForResource", "elasticfilesystem:UntagResource",
			}},
			{arn("kms", "key/1"), granted, []string{"kms:CreateGrant", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"}},
			{iamResource("role/aws-service-role/elasticfilesystem.amazonaws.com/x"), with("iam:AWSServiceName", "elasticfilesystem.amazonaws.com"), []string{"iam:CreateServiceLinkedRole"}},
		},
		"aws:efs/accessPoint:AccessPoint": {
			{files, own, []string{"elasticfilesystem:CreateAccessPoint"}},
			{point, fresh, []string{"elasticfilesystem:TagResource"}},
			{point, own, []string{"elasticfilesystem:DeleteAccessPoint", "elasticfilesystem:DescribeAccessPoints"}},
		},
		"aws:efs/backupPolicy:BackupPolicy":         {{files, own, []string{"elasticfilesystem:PutBackupPolicy", "elasticfilesystem:DescribeBackupPolicy"}}},
		"aws:efs/fileSystemPolicy:FileSystemPolicy": {{files, own, []string{"elasticfilesystem:PutFileSystemPolicy", "elasticfilesystem:DescribeFileSystemPolicy", "elasticfilesystem:DeleteFileSystemPolicy"}}},
		"aws:efs/mountTarget:MountTarget": {
			{files, own, []string{"elasticfilesystem:CreateMountTarget", "elasticfilesystem:DeleteMountTarget", "elasticfilesystem:ModifyMountTargetSecurityGroups", "elasticfilesystem:DescribeMountTargets", "elasticfilesystem:DescribeMountTargetSecurityGroups"}},
			{arn("ec2", "network-interface/*"), nil, []string{"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"}},
			{arn("ec2", "subnet/subnet-1"), nil, []string{"ec2:CreateNetworkInterface"}},
			{arn("ec2", "security-group/sg-1"), nil, []string{"ec2:CreateNetworkInterface"}},
			{arn("ec2", "network-interface/eni-1"), with("aws:ViaAWSService", "true"), []string{"ec2:ModifyNetworkInterfaceAttribute"}},
			{"*", nil, []string{"ec2:DescribeSubnets", "ec2:DescribeNetworkInterfaces"}},
		},
	}
}

// utilitySearchNeeds are the calls for OpenSearch Service and what feeds it.
func utilitySearchNeeds() map[string][]need {
	fresh, own := newUtility(), ownUtility()
	domain, stream, function := arn("es", "domain/{domainName}"), arn("firehose", "deliverystream/elk-prod"), arn("lambda", "function:elk-configurator-0a1b2c3")
	granted := with("aws:ResourceTag/"+naming.TagProject, naming.ProjectUtility, "kms:GrantIsForAWSResource", "true")
	return map[string][]need{
		"aws:opensearch/domain:Domain": {
			{domain, nil, []string{
				"es:CreateDomain", "es:AddTags", "es:RemoveTags", "es:UpdateDomainConfig", "es:UpgradeDomain", "es:DeleteDomain", "es:DescribeDomain", "es:DescribeDomainConfig",
				"es:GetUpgradeStatus", "es:ListTags",
			}},
			{"*", nil, []string{"es:GetCompatibleVersions", "ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups"}},
			{arn("kms", "key/1"), granted, []string{"kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant", "kms:DescribeKey"}},
		},
		"aws:opensearch/domainSamlOptions:DomainSamlOptions": {{domain, nil, []string{"es:UpdateDomainConfig", "es:DescribeDomain", "es:DescribeDomainConfig"}}},
		"aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
			{stream, fresh, []string{"firehose:CreateDeliveryStream", "firehose:TagDeliveryStream"}},
			{stream, own, []string{
				"firehose:UpdateDestination", "firehose:StartDeliveryStreamEncryption", "firehose:StopDeliveryStreamEncryption", "firehose:DeleteDeliveryStream",
				"firehose:DescribeDeliveryStream", "firehose:ListTagsForDeliveryStream", "firehose:UntagDeliveryStream",
			}},
			{arn("kms", "key/1"), granted, []string{"kms:CreateGrant", "kms:RevokeGrant", "kms:DescribeKey"}},
		},
		"aws:lambda/function:Function": {
			{function, fresh, []string{"lambda:CreateFunction", "lambda:TagResource"}},
			{function, own, []string{
				"lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency", "lambda:DeleteFunction",
				"lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig", "lambda:ListVersionsByFunction", "lambda:ListTags", "lambda:UntagResource",
			}},
			{"*", nil, []string{"ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"}},
		},
		// The provider names the version, which has no tags.
		"aws:lambda/invocation:Invocation": {{arn("lambda", "function:{functionName}-0a1b2c3:$LATEST"), nil, []string{"lambda:InvokeFunction"}}},
	}
}
