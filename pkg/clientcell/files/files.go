// Package files builds a cell's file system: encrypted with the client's key, reached
// from the cell's tasks alone, over TLS and through an access point each of which shows
// one folder as one user.
package files

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/efs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
	"cellworks/pkg/securitygroup"
)

const (
	token = component.TokenPrefix + ":clientcell:Files"

	// port is where NFS is served.
	port = 2049
	// folderPermissions let the folder's user alone in.
	folderPermissions = "0700"
)

// Args says what file system to build.
type Args struct {
	// Client is the client's name.
	Client string
	// AccountID and Region are where the cell is.
	AccountID, Region string
	// Config holds the access points and how files are kept.
	Config config.CellFiles
	// Zones are the zones of SubnetIDs, in their order.
	Zones []string
	// DeletionProtection makes Pulumi refuse to delete the file system.
	DeletionProtection bool

	// VPCID and SubnetIDs are where tasks reach the file system, one subnet a zone.
	VPCID     pulumi.StringInput
	SubnetIDs pulumi.StringArrayOutput
	// MemberGroupID is the security group of the cell's tasks.
	MemberGroupID pulumi.StringInput
	// KeyARN is the cell's key.
	KeyARN pulumi.StringInput
}

func (a Args) validate() error {
	var errs []error
	if a.Client == "" || a.AccountID == "" || a.Region == "" {
		errs = append(errs, errors.New("client, account id and region must be set"))
	}
	if len(a.Zones) == 0 {
		errs = append(errs, errors.New("zones must be set"))
	}
	if a.VPCID == nil || a.MemberGroupID == nil || a.KeyARN == nil {
		errs = append(errs, errors.New("vpc, security group of the tasks and key must be set"))
	}
	if len(a.Config.AccessPoints) == 0 {
		errs = append(errs, errors.New("no access points, want at least one: nothing else leads to the files"))
	}
	return errors.Join(errs...)
}

// Point is a folder that services mount.
type Point struct {
	// FileSystemID and AccessPointID identify it. They are known once it can be mounted in
	// every zone.
	FileSystemID, AccessPointID pulumi.StringOutput
}

// Files is a cell's file system.
type Files struct {
	pulumi.ResourceState

	// FileSystemID and FileSystemARN identify the file system.
	FileSystemID, FileSystemARN pulumi.StringOutput
	// Points are the folders, by the access point's name.
	Points map[string]Point

	name string
	args Args
	// mountable are what must exist before a task can mount.
	mountable []pulumi.Resource
}

// Outputs returns the file system's id.
func (f *Files) Outputs() pulumi.Map { return pulumi.Map{"fileSystemId": f.FileSystemID} }

// New builds the file system that args describes. It fails, naming all that is wrong
// before any resource is registered, when args are incomplete or have no access point.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Files, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("files %q: %w", name, err)
	}
	f := &Files{Points: map[string]Point{}, name: name, args: args}
	return component.Register(ctx, token, name, f, opts, func(child pulumi.ResourceOption) error {
		if err := f.addFileSystem(ctx, child); err != nil {
			return err
		}
		if err := f.addMountTargets(ctx, child); err != nil {
			return err
		}
		return f.addPoints(ctx, child)
	})
}

func (f *Files) addFileSystem(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	args := &efs.FileSystemArgs{
		Encrypted:      pulumi.Bool(true),
		KmsKeyId:       f.args.KeyARN,
		ThroughputMode: pulumi.String(f.args.Config.Throughput),
		Tags:           pulumi.StringMap{"Name": pulumi.String("cell-" + f.args.Client)},
	}
	if after, ok := transitions()[f.args.Config.InfrequentAccessDays]; ok {
		// Each of the transitions stands alone, as the provider wants.
		args.LifecyclePolicies = efs.FileSystemLifecyclePolicyArray{
			efs.FileSystemLifecyclePolicyArgs{TransitionToIa: pulumi.String(after)},
			efs.FileSystemLifecyclePolicyArgs{TransitionToPrimaryStorageClass: pulumi.String("AFTER_1_ACCESS")},
		}
	}
	made, err := efs.NewFileSystem(ctx, f.name, args, child, pulumi.Protect(f.args.DeletionProtection))
	if err != nil {
		return err
	}
	f.FileSystemID, f.FileSystemARN = made.ID().ToStringOutput(), made.Arn
	policy, err := efs.NewFileSystemPolicy(ctx, f.name, &efs.FileSystemPolicyArgs{
		FileSystemId: made.ID(),
		Policy: made.Arn.ApplyT(func(arn string) (string, error) {
			return iampolicy.NewDocument(f.args.policy(arn)...).JSON()
		}).(pulumi.StringOutput),
	}, child)
	if err != nil {
		return err
	}
	f.mountable = append(f.mountable, policy)
	return nil
}

// transitions are the words for days without access
// (docs.aws.amazon.com/efs/latest/ug/API_LifecyclePolicy.html).
func transitions() map[int]string {
	words := map[int]string{1: "AFTER_1_DAY"}
	for _, days := range []int{7, 14, 30, 60, 90, 180, 270, 365} {
		words[days] = fmt.Sprintf("AFTER_%d_DAYS", days)
	}
	return words
}

// addMountTargets makes the file system reachable from the cell's tasks, in every zone.
func (f *Files) addMountTargets(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	group, err := securitygroup.AddIn(ctx, f.name+"-files", f.args.VPCID, "File system of client "+f.args.Client, child)
	if err != nil {
		return err
	}
	members := securitygroup.Foreign(ctx, f.name+"-members", f.args.MemberGroupID, child)
	if err := errors.Join(
		group.From(securitygroup.Of(members), port, "tasks", "tcp"),
		members.To(securitygroup.Of(group), port, "files", "tcp"),
	); err != nil {
		return err
	}
	for i, zone := range f.args.Zones {
		target, err := efs.NewMountTarget(ctx, f.name+"-"+zone, &efs.MountTargetArgs{
			FileSystemId:   f.FileSystemID,
			SubnetId:       f.args.SubnetIDs.Index(pulumi.Int(i)),
			SecurityGroups: pulumi.StringArray{group.ID},
		}, child)
		if err != nil {
			return err
		}
		f.mountable = append(f.mountable, target)
	}
	return nil
}

// addPoints adds the folders. What mounts one gets the file system's id from here, so
// that it waits for the mount targets.
func (f *Files) addPoints(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	for _, cfg := range f.args.Config.AccessPoints {
		user := pulumi.Int(cfg.UserID)
		point, err := efs.NewAccessPoint(ctx, f.name+"-"+cfg.Name, &efs.AccessPointArgs{
			FileSystemId: f.FileSystemID,
			PosixUser:    efs.AccessPointPosixUserArgs{Uid: user, Gid: user},
			RootDirectory: efs.AccessPointRootDirectoryArgs{
				Path: pulumi.String("/" + cfg.Name),
				CreationInfo: efs.AccessPointRootDirectoryCreationInfoArgs{
					OwnerUid: user, OwnerGid: user, Permissions: pulumi.String(folderPermissions),
				},
			},
			Tags: pulumi.StringMap{"Name": pulumi.String("cell-" + f.args.Client + "-" + cfg.Name)},
		}, child, pulumi.DependsOn(f.mountable))
		if err != nil {
			return err
		}
		f.Points[cfg.Name] = Point{FileSystemID: point.FileSystemId, AccessPointID: point.ID().ToStringOutput()}
	}
	return nil
}

// policy closes the file system to everyone who does not come by an access point and TLS
// as a role of the cell, administrators of the account included.
func (a Args) policy(arn string) []iampolicy.Statement {
	root := naming.ARN(a.Region, "iam", "", a.AccountID, "root")
	roles := naming.ARN(a.Region, "iam", "", a.AccountID, "role"+naming.CellRolePath(a.Client)+"*")
	use := []string{"elasticfilesystem:ClientMount", "elasticfilesystem:ClientRootAccess", "elasticfilesystem:ClientWrite"}
	return []iampolicy.Statement{
		iampolicy.Allow("MountByCell", "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite").By(iampolicy.ByAWS(root)).On(arn).
			If("ArnLike", "aws:PrincipalArn", roles).
			If("Bool", "elasticfilesystem:AccessedViaMountTarget", "true"),
		iampolicy.Deny("NoOtherPrincipals", use...).By(iampolicy.ByEveryone()).On(arn).
			If("ArnNotLike", "aws:PrincipalArn", roles),
		iampolicy.Deny("NoOtherWay", use...).By(iampolicy.ByEveryone()).On(arn).
			If("Null", "elasticfilesystem:AccessPointArn", "true"),
		iampolicy.Deny("EncryptedOnly", "*").By(iampolicy.ByEveryone()).On(arn).
			If("Bool", "aws:SecureTransport", "false"),
	}
}

// Grants returns what services that mount may do: with file systems that carry the
// client's tag alone, because the id is not known before.
func Grants(client, accountID, region string) []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Allow("MountFiles", "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite").
			On(naming.ARN(region, "elasticfilesystem", region, accountID, "file-system/*")).
			If("StringEquals", "aws:ResourceTag/"+naming.TagCell, client),
	}
}
