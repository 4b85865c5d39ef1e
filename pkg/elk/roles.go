package elk

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// role is a role with its policy.
type role struct {
	// ARN is the role's ARN.
	ARN pulumi.StringOutput
	// ready is what must be there before the role can do what it is for.
	ready pulumi.Resource
}

// permissions is what a role may do. need is an ARN that only AWS knows before.
type permissions func(need string) []iampolicy.Statement

// checkRoles writes every policy with a stand-in for what only AWS knows, so that
// what is wrong with one is known before anything is registered.
func (a Args) checkRoles(p plan) []error {
	standIn := naming.ARN(a.Region, "kms", a.Region, a.AccountID, "key/00000000-0000-0000-0000-000000000000")
	var errs []error
	check := func(what string, trust iampolicy.Document, allowed []iampolicy.Statement) {
		if _, err := trust.JSONFor(iampolicy.Trust); err != nil {
			errs = append(errs, fmt.Errorf("role %s: %w", what, err))
		}
		if _, err := iampolicy.NewDocument(allowed...).JSONFor(iampolicy.Managed); err != nil {
			errs = append(errs, fmt.Errorf("role %s: %w", what, err))
		}
	}
	check("configurator", configuratorTrust(), a.configuratorPermissions(p)(standIn))
	check("delivery", a.deliveryTrust(), a.deliveryPermissions(p)(standIn))
	for _, account := range slices.Sorted(maps.Keys(a.Senders)) {
		check("sender "+account, a.senderTrust(account), senderPermissions(standIn))
	}
	return errs
}

// addRole makes a role whose permissions need an ARN.
func (e *ELK) addRole(ctx *pulumi.Context, short, description string, trust iampolicy.Document, allow permissions, need pulumi.StringInput, child pulumi.ResourceOption) (*role, error) {
	name := e.name + "-" + short
	trusted, err := trust.JSONFor(iampolicy.Trust)
	if err != nil {
		return nil, err
	}
	made, err := iam.NewRole(ctx, name, &iam.RoleArgs{
		Path:                pulumi.String(naming.UtilityPath),
		Description:         pulumi.String(description),
		AssumeRolePolicy:    pulumi.String(trusted),
		PermissionsBoundary: pulumi.String(e.args.PermissionsBoundary),
	}, child)
	if err != nil {
		return nil, err
	}
	policy, err := iam.NewPolicy(ctx, name, &iam.PolicyArgs{
		Path:        pulumi.String(naming.UtilityPath),
		Description: pulumi.String(description),
		Policy: need.ToStringOutput().ApplyT(func(need string) (string, error) {
			return iampolicy.NewDocument(allow(need)...).JSONFor(iampolicy.Managed)
		}).(pulumi.StringOutput),
	}, child)
	if err != nil {
		return nil, err
	}
	attached, err := iam.NewRolePolicyAttachment(ctx, name, &iam.RolePolicyAttachmentArgs{Role: made.Name, PolicyArn: policy.Arn}, child)
	if err != nil {
		return nil, err
	}
	return &role{ARN: made.Arn, ready: attached}, nil
}

// addRoles makes the roles that the domain must know.
func (e *ELK) addRoles(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	var err error
	e.configurator, err = e.addRole(ctx, "configurator", "Configures the OpenSearch domain for logs",
		configuratorTrust(), e.args.configuratorPermissions(e.plan), e.KeyARN, child)
	if err != nil {
		return err
	}
	e.delivery, err = e.addRole(ctx, "delivery", "Delivers logs to OpenSearch and to the archive",
		e.args.deliveryTrust(), e.args.deliveryPermissions(e.plan), e.KeyARN, child)
	return err
}

// configuratorTrust has no condition on whose function it is: Lambda does not say so
// when it assumes a role. The role can be passed to functions of the account only.
func configuratorTrust() iampolicy.Document {
	return iampolicy.NewDocument(iampolicy.Allow("Function", "sts:AssumeRole").By(iampolicy.ByService("lambda.amazonaws.com")))
}

// configuratorPermissions let the function call the domain, run in the VPC and write
// its log. It needs no key: the domain decrypts for itself.
func (a Args) configuratorPermissions(p plan) permissions {
	group := naming.ARN(a.Region, "logs", a.Region, a.AccountID, "log-group:"+logGroup(logsConfigurator))
	return func(string) []iampolicy.Statement {
		return []iampolicy.Statement{
			iampolicy.Allow("Configure", "es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut").On(p.domainARN + "/*"),
			iampolicy.Allow("WriteLogs", "logs:CreateLogStream", "logs:PutLogEvents").On(group + ":*"),
			inVPC("ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
				"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses"),
		}
	}
}

// inVPC lets a service of AWS have network interfaces in the VPC. It asks for them
// before it knows their ids, and most of the actions have no resource-level permission
// (docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html,
// docs.aws.amazon.com/firehose/latest/dev/controlling-access.html).
func inVPC(actions ...string) iampolicy.Statement {
	return iampolicy.Allow("JoinVPC", actions...).On("*")
}

// deliveryTrust lets Firehose assume the role for streams of the account, which it says
// by the external id
// (docs.aws.amazon.com/firehose/latest/dev/controlling-access.html).
func (a Args) deliveryTrust() iampolicy.Document {
	return iampolicy.NewDocument(iampolicy.Allow("Delivery", "sts:AssumeRole").By(iampolicy.ByService("firehose.amazonaws.com")).
		If("StringEquals", "sts:ExternalId", a.AccountID))
}

// deliveryPermissions let streams write to the domain and the archive.
func (a Args) deliveryPermissions(p plan) permissions {
	archive := naming.ARN(a.Region, "s3", "", "", p.archive.Name)
	group := naming.ARN(a.Region, "logs", a.Region, a.AccountID, "log-group:"+logGroup(logsDelivery))
	return func(keyARN string) []iampolicy.Statement {
		return []iampolicy.Statement{
			iampolicy.Allow("Search", "es:DescribeDomain", "es:DescribeDomainConfig", "es:DescribeDomains", "es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut").
				On(p.domainARN, p.domainARN+"/*"),
			iampolicy.Allow("Archive", "s3:AbortMultipartUpload", "s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:PutObject").
				On(archive, archive+"/*"),
			iampolicy.Allow("Encrypt", "kms:Decrypt", "kms:GenerateDataKey").On(keyARN).
				If("StringEquals", "kms:ViaService", "s3."+a.Region+".amazonaws.com"),
			iampolicy.Allow("WriteLogs", "logs:PutLogEvents").On(group + ":*"),
			inVPC("ec2:CreateNetworkInterface", "ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
				"ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcAttribute", "ec2:DescribeVpcs"),
		}
	}
}

// senderTrust lets the tasks of an account send: those of its cells and of its
// applications. They need not exist yet, hence the account with a condition on who it
// is.
func (a Args) senderTrust(account string) iampolicy.Document {
	id := a.Senders[account]
	return iampolicy.NewDocument(iampolicy.Allow("Senders", "sts:AssumeRole").By(iampolicy.ByAWS(naming.ARN(a.Region, "iam", "", id, "root"))).
		If("ArnLike", "aws:PrincipalArn",
			naming.ARN(a.Region, "iam", "", id, "role"+naming.CellsPath+"*"), naming.ARN(a.Region, "iam", "", id, "role"+naming.UtilityPath+"*")))
}

// senderPermissions let an account add to its stream, and read nothing.
func senderPermissions(streamARN string) []iampolicy.Statement {
	return []iampolicy.Statement{iampolicy.Allow("Send", "firehose:PutRecord", "firehose:PutRecordBatch").On(streamARN)}
}
