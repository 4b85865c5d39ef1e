package jenkins

import (
	"errors"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/efs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
	"cellworks/pkg/securitygroup"
)

const (
	// homeUser is the user that the image of Jenkins runs as.
	homeUser = 1000
	// homeFolder is the folder of the file system that the access point shows as its
	// root.
	homeFolder = "/jenkins_home"
)

// addFileSystem makes the file system of the controller's home. It is reached by the
// access point alone, which makes every file one of the image's user.
func (j *Jenkins) addFileSystem(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	files, err := efs.NewFileSystem(ctx, j.name, &efs.FileSystemArgs{
		Encrypted:      pulumi.Bool(true),
		KmsKeyId:       j.KeyARN,
		ThroughputMode: pulumi.String("elastic"),
		// Each of the transitions stands alone, as the provider wants.
		LifecyclePolicies: efs.FileSystemLifecyclePolicyArray{
			efs.FileSystemLifecyclePolicyArgs{TransitionToIa: pulumi.String("AFTER_30_DAYS")},
			efs.FileSystemLifecyclePolicyArgs{TransitionToPrimaryStorageClass: pulumi.String("AFTER_1_ACCESS")},
		},
		Tags: pulumi.StringMap{"Name": pulumi.String(j.name)},
	}, child, pulumi.Protect(j.args.DeletionProtection))
	if err != nil {
		return err
	}
	j.FileSystemID, j.made.fileSystemARN = files.ID().ToStringOutput(), files.Arn
	point, err := efs.NewAccessPoint(ctx, j.name, &efs.AccessPointArgs{
		FileSystemId: files.ID(),
		PosixUser:    efs.AccessPointPosixUserArgs{Uid: pulumi.Int(homeUser), Gid: pulumi.Int(homeUser)},
		RootDirectory: efs.AccessPointRootDirectoryArgs{
			Path: pulumi.String(homeFolder),
			CreationInfo: efs.AccessPointRootDirectoryCreationInfoArgs{
				OwnerUid: pulumi.Int(homeUser), OwnerGid: pulumi.Int(homeUser), Permissions: pulumi.String("0750"),
			},
		},
		Tags: pulumi.StringMap{"Name": pulumi.String(j.name)},
	}, child)
	if err != nil {
		return err
	}
	j.made.accessPointID, j.made.accessARN = point.ID().ToStringOutput(), point.Arn
	_, err = efs.NewBackupPolicy(ctx, j.name, &efs.BackupPolicyArgs{
		FileSystemId: files.ID(),
		BackupPolicy: efs.BackupPolicyBackupPolicyArgs{Status: pulumi.String("ENABLED")},
	}, child)
	return err
}

// addFilePolicy closes the file system to everyone who does not come by the access
// point and TLS, administrators of the account included.
func (j *Jenkins) addFilePolicy(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	root := naming.ARN(j.args.Region, "iam", "", j.args.AccountID, "root")
	text := pulumi.All(j.made.fileSystemARN, j.made.accessARN).ApplyT(func(arns []any) (string, error) {
		files, point := arns[0].(string), arns[1].(string)
		return iampolicy.NewDocument(
			iampolicy.Allow("MountByAccessPoint", "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite").
				By(iampolicy.ByAWS(root)).On(files).
				If("Bool", "elasticfilesystem:AccessedViaMountTarget", "true").
				If("StringEquals", "elasticfilesystem:AccessPointArn", point),
			iampolicy.Deny("NoOtherWay", "elasticfilesystem:ClientMount", "elasticfilesystem:ClientRootAccess", "elasticfilesystem:ClientWrite").
				By(iampolicy.ByEveryone()).On(files).
				If("StringNotEquals", "elasticfilesystem:AccessPointArn", point),
			iampolicy.Deny("EncryptedOnly", "*").
				By(iampolicy.ByEveryone()).On(files).
				If("Bool", "aws:SecureTransport", "false"),
		).JSON()
	}).(pulumi.StringOutput)
	policy, err := efs.NewFileSystemPolicy(ctx, j.name, &efs.FileSystemPolicyArgs{
		FileSystemId: j.FileSystemID,
		Policy:       text,
	}, child)
	if err != nil {
		return err
	}
	j.made.mountable = append(j.made.mountable, policy)
	return nil
}

// addMountTargets makes the file system reachable by the controller, in every zone.
func (j *Jenkins) addMountTargets(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	group, err := securitygroup.Add(ctx, j.name+"-files", securitygroup.Args{VPCID: j.args.VPCID, Description: "File system of Jenkins"}, child)
	if err != nil {
		return err
	}
	if err := errors.Join(
		group.From(securitygroup.Of(j.made.controllerGroup), filesPort, "controller", "tcp"),
		j.made.controllerGroup.To(securitygroup.Of(group), filesPort, "home", "tcp"),
	); err != nil {
		return err
	}
	for _, zone := range sorted(j.args.FileSubnetIDs) {
		target, err := efs.NewMountTarget(ctx, j.name+"-"+zone, &efs.MountTargetArgs{
			FileSystemId:   j.FileSystemID,
			SubnetId:       pulumi.String(j.args.FileSubnetIDs[zone]),
			SecurityGroups: pulumi.StringArray{group.ID},
		}, child)
		if err != nil {
			return err
		}
		j.made.mountable = append(j.made.mountable, target)
	}
	return nil
}
