package servergroup

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/key"
	"cellworks/pkg/naming"
)

const (
	// keyDeletionDays is the longest window that KMS offers before a key is gone.
	keyDeletionDays = 30
	// recoveryDays is the longest time that Secrets Manager keeps a deleted secret
	// (docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html).
	recoveryDays = 30
)

// SecretsArgs says what secrets to add.
type SecretsArgs struct {
	// Application is whose secrets they are.
	Application string
	// AccountID and Region are where they are.
	AccountID, Region string
	// Descriptions say what each secret holds, by name: see naming.UtilitySecret.
	Descriptions map[string]string
	// DeletionProtection makes Pulumi refuse to delete the secrets and their key.
	// Without it a deleted secret is gone at once, so that its name is free again.
	DeletionProtection bool
}

// Secrets are the secrets of an application.
type Secrets struct {
	// ARNs are those of the secrets, by name.
	ARNs map[string]pulumi.StringOutput
	// KeyARN is the key that they are encrypted with.
	KeyARN pulumi.StringOutput
}

// AddSecrets adds secrets without values, and the key that encrypts them, to the
// component that child makes resources the children of. The values are written by
// people or commands: what Pulumi knew would be in its state. It fails, before it
// registers anything, when args lack something.
func AddSecrets(ctx *pulumi.Context, name string, args SecretsArgs, child pulumi.ResourceOption) (Secrets, error) {
	if args.Application == "" || args.AccountID == "" || args.Region == "" || len(args.Descriptions) == 0 {
		return Secrets{}, fmt.Errorf("secrets %q: %w", name, errors.New("application, account id, region and at least one secret must be set"))
	}
	made, err := key.New(ctx, name+"-secrets", key.Args{
		Description:        "Secrets of " + args.Application,
		Alias:              naming.UtilityKeyAlias(args.Application, "secrets"),
		AccountID:          args.AccountID,
		Region:             args.Region,
		Statements:         []iampolicy.Statement{key.ViaServices("UseBySecretsManager", args.Region, args.AccountID, []string{"secretsmanager"})},
		DeletionWindowDays: keyDeletionDays,
		Protect:            args.DeletionProtection,
	}, child)
	if err != nil {
		return Secrets{}, err
	}
	secrets := Secrets{ARNs: map[string]pulumi.StringOutput{}, KeyARN: made.ARN}
	recovery := 0
	if args.DeletionProtection {
		recovery = recoveryDays
	}
	for _, secret := range slices.Sorted(maps.Keys(args.Descriptions)) {
		added, err := secretsmanager.NewSecret(ctx, name+"-"+secret, &secretsmanager.SecretArgs{
			Name:                 pulumi.String(naming.UtilitySecret(args.Application, secret)),
			Description:          pulumi.String(args.Descriptions[secret]),
			KmsKeyId:             made.ARN,
			RecoveryWindowInDays: pulumi.Int(recovery),
		}, child, pulumi.Protect(args.DeletionProtection))
		if err != nil {
			return Secrets{}, err
		}
		secrets.ARNs[secret] = added.Arn
	}
	return secrets, nil
}

// Reading returns the permission to read the secrets, all of them and no others.
func (s Secrets) Reading() Permission {
	needs := []pulumi.StringInput{s.KeyARN}
	for _, name := range slices.Sorted(maps.Keys(s.ARNs)) {
		needs = append(needs, s.ARNs[name])
	}
	return Permission{
		Description: "Reads the secrets that servers start with",
		Needs:       needs,
		Statements: func(needs []string) []iampolicy.Statement {
			return []iampolicy.Statement{
				iampolicy.Allow("ReadSecrets", "secretsmanager:GetSecretValue").On(needs[1:]...),
				iampolicy.Allow("DecryptSecrets", "kms:Decrypt").On(needs[0]),
			}
		},
	}
}
