// Package kms builds a cell's customer managed key. Everything that a client
// stores is encrypted with it, so that deleting it shreds the client's data.
package kms

import (
	"errors"
	"fmt"
	"maps"
	"slices"

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
	// Replicas are the providers of the other regions that get a replica of the key, by
	// region; only of a key for several regions.
	Replicas map[string]pulumi.ProviderResource
	// LogGroups are patterns of log groups that the key encrypts beside the cell's own: those
	// that services of AWS name.
	LogGroups []string
	// ManagedSecrets says that RDS keeps a password in a secret that the key encrypts, which
	// it asks for in the deployment's name.
	ManagedSecrets bool
	// DeletionProtection makes Pulumi refuse to delete the key.
	DeletionProtection bool
}

func (a Args) validate() error {
	var errs []error
	if a.Client == "" || a.AccountID == "" || a.Region == "" || a.DeployRole == "" {
		errs = append(errs, errors.New("client, account id, region and deployment role must be set"))
	}
	if len(a.Replicas) > 0 && !a.Config.MultiRegion {
		errs = append(errs, errors.New("the key is of one region, but replicas are asked for: set kms.multiRegion"))
	}
	for _, region := range slices.Sorted(maps.Keys(a.Replicas)) {
		if region == a.Region || a.Replicas[region] == nil {
			errs = append(errs, fmt.Errorf("replica in %q: want a provider of another region", region))
		}
	}
	return errors.Join(errs...)
}

// Key is a client's key.
type Key struct {
	pulumi.ResourceState

	// ARN is the key's ARN.
	ARN pulumi.StringOutput
	// AliasName is the key's alias.
	AliasName pulumi.StringOutput
	// ReplicaARNs are the ARNs of the key's replicas, by region.
	ReplicaARNs map[string]pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the key's ARN and alias.
func (k *Key) Outputs() pulumi.Map {
	outputs := pulumi.Map{"keyArn": k.ARN, "keyAlias": k.AliasName}
	if len(k.ReplicaARNs) > 0 {
		replicas := pulumi.Map{}
		for region, arn := range k.ReplicaARNs {
			replicas[region] = arn
		}
		outputs["keyReplicaArns"] = replicas
	}
	return outputs
}

// New builds the key that args describes. It fails, naming all that is wrong before any
// resource is registered, when the client, account, region or deployment role is empty,
// and when replicas are asked for of a key of one region, or in the key's own.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Key, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("key %q: %w", name, err)
	}
	policy, err := args.policy().JSONFor(iampolicy.Key)
	if err != nil {
		return nil, fmt.Errorf("key %q: policy: %w", name, err)
	}
	k := &Key{ReplicaARNs: map[string]pulumi.StringOutput{}, name: name, args: args}
	// Unset is what keys were made with that know nothing of several regions.
	var multiRegion pulumi.BoolPtrInput
	if args.Config.MultiRegion {
		multiRegion = pulumi.Bool(true)
	}
	return component.Register(ctx, token, name, k, opts, func(child pulumi.ResourceOption) error {
		key, err := awskms.NewKey(ctx, name, &awskms.KeyArgs{
			Description:          pulumi.String("All data of client " + args.Client),
			EnableKeyRotation:    pulumi.Bool(true),
			RotationPeriodInDays: pulumi.Int(args.Config.RotationDays),
			DeletionWindowInDays: pulumi.Int(args.Config.DeletionWindowDays),
			MultiRegion:          multiRegion,
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
		for _, region := range slices.Sorted(maps.Keys(args.Replicas)) {
			if err := k.addReplica(ctx, region, key, child); err != nil {
				return err
			}
		}
		return nil
	})
}

// addReplica makes the key usable in another region, under the same alias. Its policy is
// its own: it names the services of that region.
func (k *Key) addReplica(ctx *pulumi.Context, region string, primary *awskms.Key, child pulumi.ResourceOption) error {
	there := k.args
	// What services of the other region do is another matter.
	there.Region, there.Statements = region, nil
	policy, err := there.policy().JSONFor(iampolicy.Key)
	if err != nil {
		return err
	}
	name, provider := k.name+"-"+region, pulumi.Provider(k.args.Replicas[region])
	replica, err := awskms.NewReplicaKey(ctx, name, &awskms.ReplicaKeyArgs{
		PrimaryKeyArn:        primary.Arn,
		Description:          pulumi.String("Copies of the data of client " + k.args.Client),
		DeletionWindowInDays: pulumi.Int(k.args.Config.DeletionWindowDays),
		Policy:               pulumi.String(policy),
	}, child, provider, pulumi.Protect(k.args.DeletionProtection))
	if err != nil {
		return err
	}
	k.ReplicaARNs[region] = replica.Arn
	_, err = awskms.NewAlias(ctx, name, &awskms.AliasArgs{
		Name:        pulumi.String(naming.CellKeyAlias(k.args.Client)),
		TargetKeyId: replica.ID(),
	}, child, provider)
	return err
}

// policy separates administration from use: the account's administrators cannot
// read the client's data, and only the client's roles and the log service can
// use the key. Principals that do not exist yet must not be named, hence the
// account root with a condition on the caller's ARN.
func (a Args) policy() iampolicy.Document {
	root := iampolicy.ByAWS(naming.ARN(a.Region, "iam", "", a.AccountID, "root"))
	roles := naming.ARN(a.Region, "iam", "", a.AccountID, "role"+naming.CellRolePath(a.Client)+"*")
	deployer := naming.ARN(a.Region, "iam", "", a.AccountID, "role/"+a.DeployRole)
	groups := []string{naming.ARN(a.Region, "logs", a.Region, a.AccountID, "log-group:"+naming.CellLogGroup(a.Client, "*"))}
	for _, pattern := range a.LogGroups {
		groups = append(groups, naming.ARN(a.Region, "logs", a.Region, a.AccountID, "log-group:"+pattern))
	}
	use := []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"}
	administer := []string{
		"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:Delete*", "kms:Describe*", "kms:Disable*", "kms:Enable*", "kms:Get*", "kms:List*",
		"kms:Put*", "kms:Revoke*", "kms:RotateKeyOnDemand", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:Update*",
	}
	if a.Config.MultiRegion {
		administer = append(administer, "kms:ReplicateKey")
	}
	statements := []iampolicy.Statement{
		iampolicy.Allow("Administer", administer...).By(root).On("*"),
		iampolicy.Allow("UseByCell", use...).By(root).On("*").
			If("ArnLike", "aws:PrincipalArn", roles),
		iampolicy.Allow("GrantToServices", "kms:CreateGrant").By(root).On("*").
			If("ArnEquals", "aws:PrincipalArn", naming.CellRoleARN(a.AccountID, a.Region, a.Client, naming.CellBackupRole(a.Client)), deployer).
			If("Bool", "kms:GrantIsForAWSResource", "true"),
		iampolicy.Allow("UseByLogs", use...).By(iampolicy.ByService("logs."+a.Region+".amazonaws.com")).On("*").
			If("ArnLike", "kms:EncryptionContext:aws:logs:arn", groups...),
	}
	if a.ManagedSecrets {
		// By itself, and not by its own policies: these may not decrypt with every key.
		statements = append(statements, iampolicy.Allow("MakeManagedSecrets", "kms:Decrypt", "kms:GenerateDataKey*").By(iampolicy.ByAWS(deployer)).On("*").
			If("StringEquals", "kms:ViaService", "secretsmanager."+a.Region+".amazonaws.com"))
	}
	return iampolicy.NewDocument(append(statements, a.Statements...)...)
}
