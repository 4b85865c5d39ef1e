package datadog

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	ddaws "github.com/pulumi/pulumi-datadog/sdk/v4/go/datadog/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// permissions is what Datadog may read: metrics, and what names and tags the things are
// that they are of
// (docs.datadoghq.com/integrations/amazon_web_services, "AWS Integration IAM Policy").
// No action reads what is stored in anything. No resource-level permission would leave
// anything out: it has to find all.
func permissions() iampolicy.Document {
	return iampolicy.NewDocument(
		iampolicy.Allow("ReadMetrics", "cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListMetrics").On("*"),
		iampolicy.Allow("FindResources", "tag:GetResources", "tag:GetTagKeys", "tag:GetTagValues").On("*"),
		iampolicy.Allow("NameResources",
			"autoscaling:DescribeAutoScalingGroups", "backup:ListBackupPlans", "backup:ListBackupVaults", "cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus",
			"ec2:DescribeInstances", "ec2:DescribeNatGateways", "ec2:DescribeRegions", "ec2:DescribeVolumes", "ec2:DescribeVpcs",
			"ecs:DescribeClusters", "ecs:DescribeServices", "ecs:ListClusters", "ecs:ListServices",
			"elasticache:DescribeCacheClusters", "elasticfilesystem:DescribeFileSystems",
			"elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTags", "elasticloadbalancing:DescribeTargetGroups",
			"es:DescribeDomains", "es:ListDomainNames", "es:ListTags", "health:DescribeEvents", "lambda:ListFunctions", "lambda:ListTags",
			"logs:DescribeLogGroups", "rds:DescribeDBClusters", "rds:DescribeDBInstances", "s3:GetBucketLocation", "s3:GetBucketTagging", "s3:ListAllMyBuckets",
			"sns:ListTopics", "sqs:ListQueues",
		).On("*"),
	)
}

// trust lets Datadog's account of the site assume the role, for this organization of
// Datadog only
// (docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html).
func (a Args) trust(account, externalID string) (string, error) {
	return iampolicy.NewDocument(
		iampolicy.Allow("Datadog", "sts:AssumeRole").By(iampolicy.ByAWS(naming.ARN(a.Region, "iam", "", account, "root"))).
			If("StringEquals", "sts:ExternalId", externalID),
	).JSONFor(iampolicy.Trust)
}

// addIntegration lets Datadog read the account, once: in its home region. The external
// id ends two days after it was made unless the integration uses it.
func (d *Datadog) addIntegration() error {
	if !d.args.HomeRegion {
		return nil
	}
	external, err := ddaws.NewIntegrationExternalId(d.ctx, d.name, &ddaws.IntegrationExternalIdArgs{}, d.child)
	if err != nil {
		return err
	}
	role, err := d.addReader(external.ID())
	if err != nil {
		return err
	}
	// Blocks that are left out would be a difference in every preview.
	d.integration, err = ddaws.NewIntegrationAccount(d.ctx, d.name, &ddaws.IntegrationAccountArgs{
		AwsAccountId: pulumi.String(d.args.AccountID),
		AwsPartition: pulumi.String(naming.Partition(d.args.Region)),
		AwsRegions:   ddaws.IntegrationAccountAwsRegionsArgs{IncludeOnlies: pulumi.ToStringArray(d.args.Regions)},
		AccountTags:  pulumi.ToStringArray([]string{"account:" + d.args.AccountName}),
		AuthConfig: ddaws.IntegrationAccountAuthConfigArgs{
			AwsAuthConfigRole: ddaws.IntegrationAccountAuthConfigAwsAuthConfigRoleArgs{RoleName: role, ExternalId: external.ID()},
		},
		MetricsConfig: ddaws.IntegrationAccountMetricsConfigArgs{
			Enabled:                 pulumi.Bool(true),
			AutomuteEnabled:         pulumi.Bool(true),
			CollectCloudwatchAlarms: pulumi.Bool(false),
			CollectCustomMetrics:    pulumi.Bool(d.args.Config.Metrics.CustomMetrics),
			NamespaceFilters:        ddaws.IntegrationAccountMetricsConfigNamespaceFiltersArgs{IncludeOnlies: pulumi.ToStringArray(d.args.Config.Metrics.Namespaces)},
		},
		ResourcesConfig: ddaws.IntegrationAccountResourcesConfigArgs{
			CloudSecurityPostureManagementCollection: pulumi.Bool(false), ExtendedCollection: pulumi.Bool(false),
		},
		LogsConfig:   ddaws.IntegrationAccountLogsConfigArgs{LambdaForwarder: ddaws.IntegrationAccountLogsConfigLambdaForwarderArgs{}},
		TracesConfig: ddaws.IntegrationAccountTracesConfigArgs{XrayServices: ddaws.IntegrationAccountTracesConfigXrayServicesArgs{}},
	}, d.child)
	return err
}

// addReader makes the role that Datadog assumes. Datadog knows a role by its name
// alone, so that it has neither a path nor a generated name. What it returns is known
// once the role may read.
func (d *Datadog) addReader(externalID pulumi.IDOutput) (pulumi.StringOutput, error) {
	const description = "Lets Datadog read metrics and names"
	name, account := d.name+"-integration", d.plan.site.account
	role, err := iam.NewRole(d.ctx, name, &iam.RoleArgs{
		Name:                pulumi.String(naming.DatadogRole),
		Path:                pulumi.String("/"),
		Description:         pulumi.String(description),
		PermissionsBoundary: pulumi.String(d.args.PermissionsBoundary),
		AssumeRolePolicy: externalID.ToStringOutput().ApplyT(func(id string) (string, error) {
			return d.args.trust(account, id)
		}).(pulumi.StringOutput),
	}, d.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	policy, err := iam.NewPolicy(d.ctx, name, &iam.PolicyArgs{
		Path:        pulumi.String(naming.UtilityPath),
		Description: pulumi.String(description),
		Policy:      pulumi.String(d.plan.permissions),
	}, d.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	attached, err := iam.NewRolePolicyAttachment(d.ctx, name, &iam.RolePolicyAttachmentArgs{Role: role.Name, PolicyArn: policy.Arn}, d.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	d.RoleARN = role.Arn
	return attached.Role, nil
}
