// Package kms builds a cell's customer managed key. Everything that a client
// stores is encrypted with it, so that deleting it shreds the client's data.
package kms

import (
	"errors"
	"fmt"

	awskms "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

const token = component.TokenPrefix + ":clientcell:Key"

// Args says what key to build.
type Args struct {
	// Client is the client's name.
	Client string
	// AccountID and Region are where the cell is.
	AccountID, Region string
	// DeployRole is the name of the role that runs the deployment, which
	// administers the key.
	DeployRole string
	// Config holds the key's deletion window and rotation period.
	Config config.CellKMS
	// Statements are what services may do with the key for the cell's modules.
	Statements []iampolicy.Statement
	// DeletionProtection makes Pulumi refuse to delete the key.
	DeletionProtection bool
}

// Key is a client's key.
type Key struct {
	pulumi.ResourceState

	// ARN is the key's ARN.
	ARN pulumi.StringOutput
	// AliasName is the key's alias.
	AliasName pulumi.StringOutput
}

// Outputs returns the key's ARN and alias.
func (k *Key) Outputs() pulumi.Map { return pulumi.Map{"keyArn": k.ARN, "keyAlias": k.AliasName} }

// New builds the key that args describes. It fails, before any resource is
// registered, when the client, account, region or deployment role is empty.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Key, error) {
	if args.Client == "" || args.AccountID == "" || args.Region == "" || args.DeployRole == "" {
		return nil, fmt.Errorf("key %q: %w", name, errors.New("client, account id, region and deployment role must be set"))
	}
	policy, err := args.policy().JSONFor(iampolicy.Key)
	if err != nil {
		return nil, fmt.Errorf("key %q: policy: %w", name, err)
	}
	k := &Key{}
	return component.Register(ctx, token, name, k, opts, func(child pulumi.ResourceOption) error {
		key, err := awskms.NewKey(ctx, name, &awskms.KeyArgs{
			Description:          pulumi.String("All data of client " + args.Client),
			EnableKeyRotation:    pulumi.Bool(true),
			RotationPeriodInDays: pulumi.Int(args.Config.RotationDays),
			DeletionWindowInDays: pulumi.Int(args.Config.DeletionWindowDays),
			Policy:               pulumi.String(policy),
		}, child, pulumi.Protect(args.DeletionProtection))
		if err != nil {
			return err
		}
		alias, err := awskms.NewAlias(ctx, name, &awskms.AliasArgs{
			Name:        pulumi.String(naming.CellKeyAlias(args.Client)),
			TargetKeyId: key.ID(),
		}, child)
		if err != nil {
			return err
		}
		k.ARN, k.AliasName = key.Arn, alias.Name
		return nil
	})
}

// policy separates administration from use: the account's administrators cannot
// read the client's data, and only the client's roles and the log service can
// use the key. Principals that do not exist yet must not be named, hence the
// account root with a condition on the caller's ARN.
func (a Args) policy() iampolicy.Document {
	root := iampolicy.ByAWS(naming.ARN(a.Region, "iam", "", a.AccountID, "root"))
	roles := naming.ARN(a.Region, "iam", "", a.AccountID, "role"+naming.CellRolePath(a.Client)+"*")
	deployer := naming.ARN(a.Region, "iam", "", a.AccountID, "role/"+a.DeployRole)
	groups := naming.ARN(a.Region, "logs", a.Region, a.AccountID, "log-group:"+naming.CellLogGroup(a.Client, "*"))
	use := []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"}
	return iampolicy.NewDocument(append([]iampolicy.Statement{
		iampolicy.Allow("Administer",
			"kms:CancelKeyDeletion", "kms:Create*", "kms:Delete*", "kms:Describe*", "kms:Disable*", "kms:Enable*", "kms:Get*", "kms:List*",
			"kms:Put*", "kms:Revoke*", "kms:RotateKeyOnDemand", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:Update*",
		).By(root).On("*"),
		iampolicy.Allow("UseByCell", use...).By(root).On("*").
			If("ArnLike", "aws:PrincipalArn", roles),
		iampolicy.Allow("GrantToServices", "kms:CreateGrant").By(root).On("*").
			If("ArnEquals", "aws:PrincipalArn", deployer).
			If("Bool", "kms:GrantIsForAWSResource", "true"),
		iampolicy.Allow("UseByLogs", use...).By(iampolicy.ByService("logs."+a.Region+".amazonaws.com")).On("*").
			If("ArnLike", "kms:EncryptionContext:aws:logs:arn", groups),
	}, a.Statements...)...)
}
