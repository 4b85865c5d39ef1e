// Package key builds a customer managed KMS key of an account, whose
// administrators cannot read what it encrypts, and makes the statements that let
// services use one.
package key

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

const token = component.TokenPrefix + ":key:Key"

// The days that a deleted key can be restored
// (docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html).
const (
	minDeletionWindow = 7
	maxDeletionWindow = 30
)

// Args says what key to build.
type Args struct {
	// Description says what the key encrypts.
	Description string
	// Alias is the key's alias, alias/... but not alias/aws/..., unique in the
	// account and region.
	Alias string
	// AccountID and Region are where the key is.
	AccountID, Region string
	// Administrators are ARN patterns of those who may administer the key, besides
	// the root user, who always may. Empty: everyone in the account whom IAM lets.
	Administrators []string
	// Statements let principals use the key; their resource is "*", which in a key
	// policy is the key itself. None may allow everything, nor everyone without a
	// condition.
	Statements []iampolicy.Statement
	// DeletionWindowDays is how long a deleted key can be restored, 7 to 30.
	DeletionWindowDays int
	// MultiRegion makes a primary key that can be replicated to other regions. It
	// cannot be changed later.
	MultiRegion bool
	// Protect makes Pulumi refuse to delete the key.
	Protect bool
	// Retain leaves the key in the account when the stack is destroyed.
	Retain bool
}

// Key is one customer managed key and its alias.
type Key struct {
	pulumi.ResourceState

	// ARN is the key's ARN.
	ARN pulumi.StringOutput
	// ID is the key's id.
	ID pulumi.IDOutput
	// AliasName is the key's alias.
	AliasName pulumi.StringOutput
}

// Outputs returns the key's ARN and alias.
func (k *Key) Outputs() pulumi.Map { return pulumi.Map{"keyArn": k.ARN, "keyAlias": k.AliasName} }

// New builds the key that args describes, rotated once a year. It fails, naming
// all that is wrong before any resource is registered, when a field that must be
// set is empty, the alias or the deletion window is not one that KMS takes, a
// statement allows too much, or the policy is not a valid key policy.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Key, error) {
	policy, err := args.policy()
	if err != nil {
		return nil, fmt.Errorf("key %q: %w", name, err)
	}
	k := &Key{}
	return component.Register(ctx, token, name, k, opts, func(child pulumi.ResourceOption) error {
		key, err := kms.NewKey(ctx, name, &kms.KeyArgs{
			Description:          pulumi.String(args.Description),
			EnableKeyRotation:    pulumi.Bool(true),
			DeletionWindowInDays: pulumi.Int(args.DeletionWindowDays),
			MultiRegion:          pulumi.Bool(args.MultiRegion),
			Policy:               pulumi.String(policy),
		}, child, pulumi.Protect(args.Protect), pulumi.RetainOnDelete(args.Retain))
		if err != nil {
			return err
		}
		alias, err := kms.NewAlias(ctx, name, &kms.AliasArgs{
			Name:        pulumi.String(args.Alias),
			TargetKeyId: key.ID(),
		}, child, pulumi.RetainOnDelete(args.Retain))
		if err != nil {
			return err
		}
		k.ARN, k.ID, k.AliasName = key.Arn, key.ID(), alias.Name
		return nil
	})
}

// policy returns the key's policy, or everything that is wrong with args.
func (a Args) policy() (string, error) {
	var errs []error
	if a.Description == "" || a.AccountID == "" || a.Region == "" {
		errs = append(errs, errors.New("description, account id and region must be set"))
	}
	alias := regexp.MustCompile(`^alias/[A-Za-z0-9/_-]+$`)
	reserved := regexp.MustCompile(`^alias/aws/`)
	if !alias.MatchString(a.Alias) || reserved.MatchString(a.Alias) || len(a.Alias) > naming.MaxKeyAlias {
		errs = append(errs, fmt.Errorf("alias %q is not valid, want alias/ and letters, digits, /, _ and -, at most %d characters, not alias/aws/",
			a.Alias, naming.MaxKeyAlias))
	}
	if a.DeletionWindowDays < minDeletionWindow || a.DeletionWindowDays > maxDeletionWindow {
		errs = append(errs, fmt.Errorf("deletion window of %d days is out of range, want %d to %d",
			a.DeletionWindowDays, minDeletionWindow, maxDeletionWindow))
	}
	for i, s := range a.Statements {
		if err := tooWide(s); err != nil {
			errs = append(errs, fmt.Errorf("statement %d (%s): %w", i+1, s.Sid, err))
		}
	}
	statements := append([]iampolicy.Statement{a.administer()}, a.Statements...)
	policy, err := iampolicy.NewDocument(statements...).JSONFor(iampolicy.Key)
	if err != nil {
		errs = append(errs, err)
	}
	return policy, errors.Join(errs...)
}
