// Package account builds the settings of an account as a whole: who AWS writes
// to, what passwords must be like, what no bucket may ever be, what the account
// may cost, and the service-linked roles that other things name. AWS has one of
// each in an account, so that one base stack, that of the home region, builds it.
package account

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	awsaccount "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/account"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

const (
	token = component.TokenPrefix + ":account:Account"

	// passwordsRemembered is what HIPAA's rule iam-password-policy wants and the most
	// that IAM takes
	// (docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html).
	passwordsRemembered = 24
)

// Args says what settings to build.
type Args struct {
	// OrganizationName and AccountName make the account's alias, unless Config has one.
	OrganizationName, AccountName string
	// AccountID is the account's id.
	AccountID string
	// Config holds the alias, the contacts and the rules for passwords. Its regional
	// settings are not this package's.
	Config config.BaseGuardrails
	// Budget is what the account may cost.
	Budget config.BaseBudget
	// ServiceLinkedRoles are the service principals whose roles are built, by name, as
	// naming.ServiceLinkedRoles gives them. Leave out those that the account has:
	// IAM refuses to make one twice. Empty: none.
	ServiceLinkedRoles map[string]string
}

// validate returns everything that is wrong with the args.
func (a Args) validate() error {
	var errs []error
	for what, value := range map[string]string{
		"organization name": a.OrganizationName, "account name": a.AccountName, "account id": a.AccountID,
	} {
		if value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", what))
		}
	}
	// docs.aws.amazon.com/IAM/latest/UserGuide/account-alias-create.html
	if alias := a.alias(); !regexp.MustCompile(`^[a-z0-9](-?[a-z0-9])+$`).MatchString(alias) || len(alias) < 3 || len(alias) > 63 {
		errs = append(errs, fmt.Errorf("alias %q is not valid, want 3 to 63 lower-case letters, digits and single dashes", alias))
	}
	if a.Config.Contacts.Security == (config.BaseContact{}) {
		errs = append(errs, errors.New("security contact is not set"))
	}
	for name, service := range a.ServiceLinkedRoles {
		if !strings.Contains(service, ".amazonaws.com") {
			errs = append(errs, fmt.Errorf("service-linked role %s: %q is not a service principal, want for example ecs.amazonaws.com", name, service))
		}
	}
	errs = append(errs, validateBudget(a.Budget)...)
	slices.SortFunc(errs, func(x, y error) int { return strings.Compare(x.Error(), y.Error()) })
	return errors.Join(errs...)
}

func (a Args) alias() string {
	if a.Config.AccountAlias != "" {
		return a.Config.AccountAlias
	}
	return naming.AccountAlias(a.OrganizationName, a.AccountName)
}

// Account is the settings of one account.
type Account struct {
	pulumi.ResourceState

	// Alias is the account's alias.
	Alias pulumi.StringOutput
	// ServiceLinkedRoles are the service-linked roles by name. What names one in a
	// policy has to depend on it.
	ServiceLinkedRoles map[string]*iam.ServiceLinkedRole

	name string
	args Args
}

// Outputs returns the alias and the ARNs of the service-linked roles by name.
func (a *Account) Outputs() pulumi.Map {
	roles := pulumi.StringMap{}
	for name, role := range a.ServiceLinkedRoles {
		roles[name] = role.Arn
	}
	return pulumi.Map{"accountAlias": a.Alias, "serviceLinkedRoleArns": roles}
}

// New builds the settings that args describes. It fails, before any resource is
// registered and with everything that is wrong, when a name or the id is empty,
// the alias is not one that IAM takes, there is no security contact, a
// service-linked role is of no service, or the budget has no amount, share or
// address.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Account, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("account %q: %w", name, err)
	}
	a := &Account{ServiceLinkedRoles: map[string]*iam.ServiceLinkedRole{}, name: name, args: args}
	return component.Register(ctx, token, name, a, opts, func(child pulumi.ResourceOption) error {
		for _, add := range []func(*pulumi.Context, pulumi.ResourceOption) error{
			a.addIdentity, a.addPublicAccessBlock, a.addContacts, a.addServiceLinkedRoles, a.addBudgets,
		} {
			if err := add(ctx, child); err != nil {
				return err
			}
		}
		return nil
	})
}

// addIdentity builds what IAM and STS have once per account. Passwords that
// expire can still be changed by their owners (no hard expiry), so that nobody is
// locked out for having been on leave.
func (a *Account) addIdentity(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	alias, err := iam.NewAccountAlias(ctx, a.name, &iam.AccountAliasArgs{AccountAlias: pulumi.String(a.args.alias())}, child)
	if err != nil {
		return err
	}
	a.Alias = alias.AccountAlias
	if _, err := iam.NewAccountPasswordPolicy(ctx, a.name, &iam.AccountPasswordPolicyArgs{
		MinimumPasswordLength:      pulumi.Int(a.args.Config.PasswordPolicy.MinimumLength),
		MaxPasswordAge:             pulumi.Int(a.args.Config.PasswordPolicy.MaximumAgeDays),
		PasswordReusePrevention:    pulumi.Int(passwordsRemembered),
		RequireLowercaseCharacters: pulumi.Bool(true),
		RequireUppercaseCharacters: pulumi.Bool(true),
		RequireNumbers:             pulumi.Bool(true),
		RequireSymbols:             pulumi.Bool(true),
		AllowUsersToChangePassword: pulumi.Bool(true),
		HardExpiry:                 pulumi.Bool(false),
	}, child); err != nil {
		return err
	}
	// Tokens of version 1 are refused in regions that have to be enabled first.
	_, err = iam.NewSecurityTokenServicePreferences(ctx, a.name, &iam.SecurityTokenServicePreferencesArgs{
		GlobalEndpointTokenVersion: pulumi.String("v2Token"),
	}, child)
	return err
}

func (a *Account) addPublicAccessBlock(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	_, err := s3.NewAccountPublicAccessBlock(ctx, a.name, &s3.AccountPublicAccessBlockArgs{
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, child)
	return err
}

// addContacts builds the contacts that are set.
func (a *Account) addContacts(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	contacts := map[string]config.BaseContact{
		"security":   a.args.Config.Contacts.Security,
		"operations": a.args.Config.Contacts.Operations,
		"billing":    a.args.Config.Contacts.Billing,
	}
	for _, kind := range slices.Sorted(maps.Keys(contacts)) {
		contact := contacts[kind]
		if contact == (config.BaseContact{}) {
			continue
		}
		if _, err := awsaccount.NewAlternativeContact(ctx, a.name+"-"+kind, &awsaccount.AlternativeContactArgs{
			AlternateContactType: pulumi.String(strings.ToUpper(kind)),
			Name:                 pulumi.String(contact.FullName),
			Title:                pulumi.String(contact.Title),
			EmailAddress:         pulumi.String(contact.Email),
			PhoneNumber:          pulumi.String(contact.Phone),
		}, child); err != nil {
			return err
		}
	}
	return nil
}

func (a *Account) addServiceLinkedRoles(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	for _, name := range slices.Sorted(maps.Keys(a.args.ServiceLinkedRoles)) {
		role, err := iam.NewServiceLinkedRole(ctx, a.name+"-"+name, &iam.ServiceLinkedRoleArgs{
			AwsServiceName: pulumi.String(a.args.ServiceLinkedRoles[name]),
		}, child)
		if err != nil {
			return err
		}
		a.ServiceLinkedRoles[name] = role
	}
	return nil
}
