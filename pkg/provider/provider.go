// Package provider makes the explicit providers that a program's components use.
// Default providers are disabled for every stack, so that a resource without an
// explicit provider fails instead of being built in whatever account the shell
// happens to hold.
package provider

import (
	"fmt"
	"net/url"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// Args says where a provider builds and what it marks its resources with.
type Args struct {
	// Account is the account to build in. The provider refuses to work with
	// credentials of any other.
	Account config.Account
	// Role is the name of the role to assume in the account, with its path.
	Role string
	// Region is the region's name.
	Region string
	// Tags are given to every resource that can carry tags.
	Tags naming.TagSet
	// Endpoint, where not empty, is the URL of an AWS-compatible emulator that
	// serves every API that the programs call.
	Endpoint string
}

// For returns the Args of a stack in account and region, with the
// organization's endpoint. The base level is built by the account's own role,
// since it makes the roles that the levels above are built by.
func For(tree *config.Tree, account config.Account, region string, tags naming.TagSet) Args {
	role := account.Role
	if tags.Project != naming.ProjectBase {
		role = naming.DeployRole(tags.Project)
	}
	return Args{Account: account, Role: role, Region: region, Tags: tags, Endpoint: tree.Organization().Endpoint}
}

// AWS registers the AWS provider of args under name. It assumes the role of
// args, and its resources carry the tags by the provider's default
// tags. It fails, before it registers anything, when the account's id, the role or
// the region is empty, or the endpoint is no URL.
func AWS(ctx *pulumi.Context, name string, args Args) (*aws.Provider, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("aws provider %q: %w", name, err)
	}
	tags := pulumi.StringMap{}
	for key, value := range args.Tags.Tags() {
		tags[key] = pulumi.String(value)
	}
	provider := &aws.ProviderArgs{
		Region:            pulumi.String(args.Region),
		AllowedAccountIds: pulumi.StringArray{pulumi.String(args.Account.ID)},
		AssumeRole:        args.assumeRole(),
		DefaultTags:       aws.ProviderDefaultTagsArgs{Tags: tags},
	}
	if args.Endpoint != "" {
		provider.Endpoints = endpoints(args.Endpoint)
		provider.S3UsePathStyle = pulumi.Bool(true)
		provider.SkipMetadataApiCheck = pulumi.Bool(true)
	}
	return aws.NewProvider(ctx, name, provider)
}

// assumeRole names the role. The session of a cell's deployment is tagged with the
// client: the role's policies then let it touch nothing of other clients.
func (a Args) assumeRole() aws.ProviderAssumeRoleArgs {
	role := aws.ProviderAssumeRoleArgs{
		RoleArn:     pulumi.String(naming.ARN(a.Region, "iam", "", a.Account.ID, "role/"+a.Role)),
		SessionName: pulumi.String("cellworks"),
	}
	if a.Tags.Client != "" {
		role.Tags = pulumi.StringMap{naming.TagCell: pulumi.String(a.Tags.Client)}
	}
	return role
}

func (a Args) validate() error {
	switch {
	case a.Account.ID == "":
		return fmt.Errorf("account %q has no id", a.Account.Name)
	case a.Role == "":
		return fmt.Errorf("account %q: the role to assume is empty", a.Account.Name)
	case a.Region == "":
		return fmt.Errorf("account %q: region is empty", a.Account.Name)
	case a.Endpoint == "":
		return nil
	}
	if u, err := url.Parse(a.Endpoint); err != nil || u.Host == "" {
		return fmt.Errorf("endpoint %q is not a URL, want for example http://127.0.0.1:4566", a.Endpoint)
	}
	return nil
}

// endpoints sends every AWS API that the components call to one URL.
func endpoints(target string) aws.ProviderEndpointArray {
	u := pulumi.String(target)
	return aws.ProviderEndpointArray{aws.ProviderEndpointArgs{
		Accessanalyzer:   u,
		Account:          u,
		Acm:              u,
		Appautoscaling:   u,
		Autoscaling:      u,
		Backup:           u,
		Budgets:          u,
		Cloudtrail:       u,
		Cloudwatch:       u,
		Configservice:    u,
		Ec2:              u,
		Ecr:              u,
		Ecs:              u,
		Efs:              u,
		Elbv2:            u,
		Events:           u,
		Firehose:         u,
		Guardduty:        u,
		Iam:              u,
		Inspector2:       u,
		Kms:              u,
		Lambda:           u,
		Logs:             u,
		Macie2:           u,
		Opensearch:       u,
		Rds:              u,
		Route53:          u,
		Route53resolver:  u,
		S3:               u,
		S3control:        u,
		Scheduler:        u,
		Secretsmanager:   u,
		Securityhub:      u,
		Servicediscovery: u,
		Sns:              u,
		Ssm:              u,
		Sts:              u,
		Transfer:         u,
		Wafv2:            u,
	}}
}
