// Package backup builds a client's backups: a vault of its own under the client's key, a
// lock, plans for what the cell keeps, copies in another region and tests that restore.
package backup

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/cellrole"
	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

const (
	token = component.TokenPrefix + ":clientcell:Backup"

	// graceDays is how long a lock of compliance mode can be taken back, the least that
	// AWS allows; nobody can afterwards
	// (docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html).
	graceDays = 3
)

// Kind is what AWS Backup calls a type of resource.
type Kind string

// The kinds of what cells keep.
const (
	Bucket     Kind = "S3"
	Database   Kind = "RDS"
	Cluster    Kind = "Aurora"
	FileSystem Kind = "EFS"
)

// Resource is something to back up.
type Resource struct {
	Kind Kind
	ARN  pulumi.StringInput
}

// Region is another region that gets a copy of each backup.
type Region struct {
	// Name is the region's name, Provider makes resources there.
	Name     string
	Provider pulumi.ProviderResource
	// KeyARN is the replica of the cell's key.
	KeyARN pulumi.StringInput
}

// Args says what to back up, and how.
type Args struct {
	// Client is the client's name.
	Client string
	// AccountID and Region are where the cell is.
	AccountID, Region string
	// Config says for how long backups are kept and who may delete them.
	Config config.CellBackup
	// Resources are what is backed up, by a name; at least one.
	Resources map[string]Resource
	// Copy is where copies go; nil: nowhere.
	Copy *Region
	// KeyARN is the cell's key.
	KeyARN pulumi.StringInput
	// TopicARN hears of jobs that fail.
	TopicARN pulumi.StringInput
	// PermissionsBoundary is the ARN of the policy that bounds the role of AWS Backup.
	PermissionsBoundary pulumi.StringInput
	// DeletionProtection makes Pulumi refuse to delete the vaults.
	DeletionProtection bool
}

func (a Args) validate() error {
	var errs []error
	if a.Client == "" || a.AccountID == "" || a.Region == "" {
		errs = append(errs, errors.New("client, account id and region must be set"))
	}
	if a.KeyARN == nil || a.TopicARN == nil || a.PermissionsBoundary == nil {
		errs = append(errs, errors.New("key, topic and permissions boundary must be set"))
	}
	if len(a.Resources) == 0 {
		errs = append(errs, errors.New("there is nothing to back up"))
	}
	for _, name := range slices.Sorted(maps.Keys(a.Resources)) {
		r := a.Resources[name]
		if !slices.Contains([]Kind{Bucket, Database, Cluster, FileSystem}, r.Kind) || r.ARN == nil {
			errs = append(errs, fmt.Errorf("resource %s: kind %q and ARN must be set", name, r.Kind))
		}
	}
	if a.Copy != nil && (a.Copy.Name == "" || a.Copy.Name == a.Region || a.Copy.Provider == nil || a.Copy.KeyARN == nil) {
		errs = append(errs, fmt.Errorf("copies in %q: want provider and key of another region", a.Copy.Name))
	}
	if a.Config.Lock == config.BackupLockCompliance && !a.DeletionProtection {
		errs = append(errs, errors.New("a vault that can never be deleted must be protected"))
	}
	return errors.Join(errs...)
}

// Backup is a client's backups.
type Backup struct {
	pulumi.ResourceState

	// VaultName and VaultARN identify the vault.
	VaultName, VaultARN pulumi.StringOutput
	// CopyVaultARN is the vault of the copies; unset without any.
	CopyVaultARN pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the vault's name and where the copies are.
func (b *Backup) Outputs() pulumi.Map {
	outputs := pulumi.Map{"backupVaultName": b.VaultName}
	if b.args.Copy != nil {
		outputs["backupCopyVaultArn"] = b.CopyVaultARN
	}
	return outputs
}

// New builds the backups that args describes. It fails, naming all that is wrong before
// any resource is registered, when args are incomplete, when there is nothing to back up,
// when copies would stay in the region, and when a vault that nobody can ever delete is
// not protected.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Backup, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("backup %q: %w", name, err)
	}
	b := &Backup{name: name, args: args}
	return component.Register(ctx, token, name, b, opts, func(child pulumi.ResourceOption) error {
		vault, ready, err := b.addVault(ctx, name, args.KeyARN, child)
		if err != nil {
			return err
		}
		b.VaultName, b.VaultARN = vault.Name, vault.Arn
		if args.Copy != nil {
			there, _, err := b.addVault(ctx, name+"-copy", args.Copy.KeyARN, pulumi.Composite(child, pulumi.Provider(args.Copy.Provider)))
			if err != nil {
				return err
			}
			b.CopyVaultARN = there.Arn
		}
		if _, err := backup.NewVaultNotifications(ctx, name, &backup.VaultNotificationsArgs{
			BackupVaultName:   vault.Name,
			SnsTopicArn:       args.TopicARN,
			BackupVaultEvents: pulumi.ToStringArray([]string{"BACKUP_JOB_FAILED", "COPY_JOB_FAILED", "RESTORE_JOB_FAILED", "S3_BACKUP_OBJECT_FAILED", "S3_RESTORE_OBJECT_FAILED"}),
		}, child); err != nil {
			return err
		}
		role, err := b.addRole(ctx, child)
		if err != nil {
			return err
		}
		waits := pulumi.DependsOn(append(ready, role.Attachment))
		if err := b.addPlans(ctx, role, child, waits); err != nil {
			return err
		}
		return b.addTests(ctx, role, child, waits)
	})
}

// addVault adds a vault with its policy and lock, and returns what makes it complete.
func (b *Backup) addVault(ctx *pulumi.Context, name string, keyARN pulumi.StringInput, child pulumi.ResourceOption) (*backup.Vault, []pulumi.Resource, error) {
	vault, err := backup.NewVault(ctx, name, &backup.VaultArgs{
		Name:      pulumi.String(naming.CellBackupVault(b.args.Client)),
		KmsKeyArn: keyARN.ToStringOutput().ToStringPtrOutput(),
	}, child, pulumi.Protect(b.args.DeletionProtection))
	if err != nil {
		return nil, nil, err
	}
	// Of the vault that it is attached to.
	text, err := b.args.vaultPolicy().JSON()
	if err != nil {
		return nil, nil, err
	}
	policy, err := backup.NewVaultPolicy(ctx, name, &backup.VaultPolicyArgs{BackupVaultName: vault.Name, Policy: pulumi.String(text)}, child)
	if err != nil || b.args.Config.Lock == config.BackupLockNone {
		return vault, []pulumi.Resource{policy}, err
	}
	shortest, longest := b.args.retention()
	args := &backup.VaultLockConfigurationArgs{
		BackupVaultName:  vault.Name,
		MinRetentionDays: pulumi.Int(shortest),
		MaxRetentionDays: pulumi.Int(longest),
	}
	if b.args.Config.Lock == config.BackupLockCompliance {
		args.ChangeableForDays = pulumi.Int(graceDays)
	}
	lock, err := backup.NewVaultLockConfiguration(ctx, name, args, child)
	return vault, []pulumi.Resource{policy, lock}, err
}

// retention returns for how many days backups are kept at least and at most.
func (a Args) retention() (shortest, longest int) {
	return a.Config.DailyDays, max(a.Config.DailyDays, a.Config.MonthlyDays, a.Config.YearlyDays)
}

// vaultPolicy leaves it to break-glass to delete a backup early, and keeps others from
// taking one out of the vault.
func (a Args) vaultPolicy() iampolicy.Document {
	breakGlass := naming.PersonRoleARN(a.AccountID, a.Region, naming.PersonBreakGlass)
	return iampolicy.NewDocument(
		iampolicy.Deny("DenyDeleting", "backup:DeleteRecoveryPoint", "backup:DisassociateRecoveryPoint", "backup:UpdateRecoveryPointLifecycle").
			By(iampolicy.ByEveryone()).On("*").
			If("ArnNotEquals", "aws:PrincipalArn", breakGlass),
		iampolicy.Deny("DenyOtherPrincipals", "backup:CopyFromBackupVault", "backup:StartRestoreJob").By(iampolicy.ByEveryone()).On("*").
			If("ArnNotLike", "aws:PrincipalArn", naming.CellRoleARN(a.AccountID, a.Region, a.Client, "*"), breakGlass).
			If("Bool", "aws:PrincipalIsAWSService", "false"),
	)
}

// addRole adds the role that AWS Backup works with, in this cell alone.
func (b *Backup) addRole(ctx *pulumi.Context, child pulumi.ResourceOption) (*cellrole.Role, error) {
	names := slices.Sorted(maps.Keys(b.args.Resources))
	values := []pulumi.StringInput{b.args.KeyARN}
	for _, name := range names {
		values = append(values, b.args.Resources[name].ARN)
	}
	if b.args.Copy != nil {
		values = append(values, b.args.Copy.KeyARN)
	}
	return cellrole.Add(ctx, b.name+"-backup", cellrole.Args{
		Client:      b.args.Client,
		Name:        naming.CellBackupRole(b.args.Client),
		Description: "Backs up and restores what client " + b.args.Client + " keeps",
		// AWS does not say whether Backup sends the key. Without IfExists, no backup at all
		// would run if it did not.
		Trust: iampolicy.NewDocument(iampolicy.Allow("Backup", "sts:AssumeRole").By(iampolicy.ByService("backup.amazonaws.com")).
			If("StringEqualsIfExists", "aws:SourceAccount", b.args.AccountID)),
		Policy: cellrole.Text(func(arns []string) iampolicy.Document {
			all := map[Kind][]string{}
			for i, name := range names {
				kind := b.args.Resources[name].Kind
				all[kind] = append(all[kind], arns[1+i])
			}
			keys := append([]string{arns[0]}, arns[1+len(names):]...)
			return b.args.rolePolicy(all, keys)
		}, values...),
		PermissionsBoundary: b.args.PermissionsBoundary,
	}, child)
}
