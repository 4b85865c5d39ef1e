// Package elk builds where logs of every account are searched and kept: an OpenSearch
// domain in the VPC, delivery streams to it with an archive of every line, and a
// function in the VPC that configures what the API of AWS cannot: indexes, their life,
// and who reads which.
//
// A new client changes nothing here. Records name their client; the domain files each
// under logs-<client>-<month> and notes who may read it, the group
// logs-client-<client>, so that one role serves the people of all clients: it shows
// each the documents of the groups that they are in. Roles by index pattern, one for
// each client, would be a change of this stack for every new client, and nobody but
// operators could read a new one's logs before it.
//
// A stream takes the logs of one account, and what it stores says which: a task of one
// account cannot pass for another account's. Within an account, a task that breaks
// into its own side car can add lines under another client's name, and read none.
package elk

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/opensearch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/key"
	"cellworks/pkg/naming"
)

const token = component.TokenPrefix + ":elk:ELK"

// Stream is a delivery stream for the logs of one account.
type Stream struct {
	// Name and ARN identify the stream.
	Name, ARN pulumi.StringOutput
	// RoleARN is the role that the account's tasks assume to send.
	RoleARN pulumi.StringOutput
}

// ELK is where logs are searched and kept.
type ELK struct {
	pulumi.ResourceState

	// Endpoint is the host name that the domain is reached by, known once it is in DNS.
	Endpoint pulumi.StringOutput
	// DomainName and DomainARN identify the domain.
	DomainName, DomainARN pulumi.StringOutput
	// SecurityGroupID is the group of the domain's nodes.
	SecurityGroupID pulumi.StringOutput
	// Streams are the delivery streams by the account that sends.
	Streams map[string]Stream
	// ArchiveBucket is the name of the bucket that keeps every line.
	ArchiveBucket pulumi.StringOutput
	// KeyARN is the key of domain, streams and archive.
	KeyARN pulumi.StringOutput

	name   string
	args   Args
	plan   plan
	groups groups
	// logs are the log groups by purpose.
	logs map[string]*cloudwatch.LogGroup
	// writable is what must be there before the domain may write its logs.
	writable pulumi.Resource
	archive  *bucket.Bucket
	// configurator is the role of the configurator: the domain's master user.
	// delivery is the role of the streams.
	configurator, delivery *role
	domain                 *opensearch.Domain
	configured             *lambda.Invocation
}

// Outputs returns what the component publishes, streams by account.
func (e *ELK) Outputs() pulumi.Map {
	streams := pulumi.Map{}
	for account, s := range e.Streams {
		streams[account] = pulumi.Map{"name": s.Name, "arn": s.ARN, "roleArn": s.RoleARN}
	}
	return pulumi.Map{
		"endpoint": e.Endpoint, "domainName": e.DomainName, "domainArn": e.DomainARN, "securityGroupId": e.SecurityGroupID,
		"streams": streams, "archiveBucket": e.ArchiveBucket, "keyArn": e.KeyARN,
	}
}

// New builds what args describes. A new domain takes up to an hour. New fails, naming
// all that is wrong before any resource is registered, when a field that must be set is
// not, the subnets or nodes do not spread over three zones, a name would be too long,
// the days of the archive cannot be those of a bucket, or the identity provider's
// metadata are none.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*ELK, error) {
	p, err := args.resolve()
	if err != nil {
		return nil, fmt.Errorf("elk %q: %w", name, err)
	}
	e := &ELK{name: name, args: args, plan: p, Streams: map[string]Stream{}}
	return component.Register(ctx, token, name, e, opts, func(child pulumi.ResourceOption) error {
		for _, add := range []func(*pulumi.Context, pulumi.ResourceOption) error{
			e.addKey, e.addArchive, e.addLogs, e.addGroups, e.addRoles, e.addDomain, e.addSignIn, e.addConfigurator, e.addStreams, e.addAlarms,
		} {
			if err := add(ctx, child); err != nil {
				return err
			}
		}
		return nil
	})
}

// addKey makes the key. OpenSearch and Firehose work with grants, which whoever creates
// domain and streams gives them.
func (e *ELK) addKey(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	grants := key.ViaServices("GrantToServices", e.args.Region, e.args.AccountID, []string{"es", "firehose"}, "kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant").
		If("Bool", "kms:GrantIsForAWSResource", "true")
	made, err := key.New(ctx, e.name, key.Args{
		Description:        "Logs of every account: search, delivery and archive",
		Alias:              naming.UtilityKeyAlias(config.ApplicationELK, keyPurpose),
		AccountID:          e.args.AccountID,
		Region:             e.args.Region,
		Statements:         []iampolicy.Statement{key.ViaServices("UseByServices", e.args.Region, e.args.AccountID, []string{"es", "firehose", "s3"}), grants},
		DeletionWindowDays: keyDeletionDays,
		Protect:            e.args.DeletionProtection,
		Retain:             e.args.DeletionProtection,
	}, child)
	if err != nil {
		return err
	}
	e.KeyARN = made.ARN
	return nil
}

func (e *ELK) addArchive(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	args := e.plan.archive
	args.KeyARN = e.KeyARN
	made, err := bucket.Add(ctx, e.name+"-"+archivePurpose, args, child)
	if err != nil {
		return err
	}
	e.archive, e.ArchiveBucket = made, made.ID
	return nil
}

// addServiceLinkedRole makes the role with which OpenSearch Service places nodes in the
// VPC. Without it, no domain can be made there
// (docs.aws.amazon.com/opensearch-service/latest/developerguide/slr-aos.html).
func (e *ELK) addServiceLinkedRole(ctx *pulumi.Context, child pulumi.ResourceOption) ([]pulumi.Resource, error) {
	if !e.args.Config.ServiceLinkedRole {
		return nil, nil
	}
	role, err := iam.NewServiceLinkedRole(ctx, e.name, &iam.ServiceLinkedRoleArgs{
		AwsServiceName: pulumi.String("opensearchservice.amazonaws.com"),
		Description:    pulumi.String("Places nodes of OpenSearch in VPCs"),
	}, child)
	return []pulumi.Resource{role}, err
}
