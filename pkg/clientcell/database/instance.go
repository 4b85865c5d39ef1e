package database

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/naming"
)

// addInstances makes the instance that is written, with its standby, and the replicas.
func (d *Database) addInstances() error {
	var parameters rds.ParameterGroupParameterArray
	for _, p := range d.args.parameters() {
		parameters = append(parameters, rds.ParameterGroupParameterArgs{Name: pulumi.String(p.name), Value: pulumi.String(p.value), ApplyMethod: pulumi.String(p.method)})
	}
	group, err := rds.NewParameterGroup(d.ctx, d.name, &rds.ParameterGroupArgs{
		Family:      pulumi.String(d.args.family()),
		Description: pulumi.String("Database of client " + d.args.Client),
		Parameters:  parameters,
	}, d.child)
	if err != nil {
		return err
	}
	cfg := d.args.Config
	args := d.common(group)
	args.Identifier = pulumi.String(naming.CellDatabase(d.args.Client))
	args.Engine, args.EngineVersion = pulumi.String("postgres"), pulumi.String(cfg.Version)
	// The version is a decision of the configuration: what it says is meant.
	args.AllowMajorVersionUpgrade = pulumi.Bool(true)
	args.AllocatedStorage = pulumi.Int(cfg.StorageGiB)
	args.StorageEncrypted, args.KmsKeyId = pulumi.Bool(true), d.args.KeyARN.ToStringOutput()
	args.DbName, args.Username = pulumi.String(Name), pulumi.String(masterUsername)
	args.DbSubnetGroupName = d.subnet.Name
	args.MultiAz = pulumi.Bool(cfg.MultiAZ)
	args.BackupRetentionPeriod, args.BackupWindow = pulumi.Int(cfg.BackupDays), pulumi.String(cfg.BackupWindow)
	args.DeleteAutomatedBackups = pulumi.Bool(!d.args.FinalSnapshot)
	args.SkipFinalSnapshot = pulumi.Bool(!d.args.FinalSnapshot)
	if d.args.FinalSnapshot {
		args.FinalSnapshotIdentifier = pulumi.String(naming.CellFinalSnapshot(d.args.Client, cfg.FinalSnapshotGeneration))
	}
	options := []pulumi.ResourceOption{d.child, pulumi.Protect(d.args.DeletionProtection), pulumi.DependsOn(d.logs)}
	if d.args.byVault() {
		args.Password = d.password
		options = append(options, ignoredPassword("password"))
	} else {
		args.ManageMasterUserPassword, args.MasterUserSecretKmsKeyId = pulumi.Bool(true), d.args.KeyARN.ToStringOutput()
	}
	instance, err := rds.NewInstance(d.ctx, d.name, args, options...)
	if err != nil {
		return err
	}
	d.Resource, d.ARN, d.ResourceID = instance, instance.Arn, instance.ResourceId
	d.ServerHost, d.Host, d.ReaderHost = instance.Address, instance.Address, instance.Address
	d.Password = instance.Password
	if !d.args.byVault() {
		d.MasterSecretARN = instance.MasterUserSecrets.ApplyT(func(secrets []rds.InstanceMasterUserSecret) (string, error) {
			for _, secret := range secrets {
				if secret.SecretArn != nil {
					return *secret.SecretArn, nil
				}
			}
			return "", fmt.Errorf("RDS names no secret for the password of database %s", d.name)
		}).(pulumi.StringOutput)
	}
	return d.addReplicas(instance, group)
}

// common is what the instance and its replicas share.
func (d *Database) common(group *rds.ParameterGroup) *rds.InstanceArgs {
	cfg := d.args.Config
	args := &rds.InstanceArgs{
		InstanceClass:                      pulumi.String(cfg.Class),
		StorageType:                        pulumi.String("gp3"),
		ParameterGroupName:                 group.Name,
		VpcSecurityGroupIds:                pulumi.StringArray{d.group.ID},
		PubliclyAccessible:                 pulumi.Bool(false),
		CaCertIdentifier:                   pulumi.String(certificateAuthority),
		IamDatabaseAuthenticationEnabled:   pulumi.Bool(true),
		CopyTagsToSnapshot:                 pulumi.Bool(true),
		AutoMinorVersionUpgrade:            pulumi.Bool(true),
		ApplyImmediately:                   pulumi.Bool(false),
		MaintenanceWindow:                  pulumi.String(cfg.MaintenanceWindow),
		EnabledCloudwatchLogsExports:       pulumi.ToStringArray(d.args.exports()),
		MonitoringInterval:                 pulumi.Int(monitoringSeconds),
		MonitoringRoleArn:                  pulumi.String(d.args.MonitoringRoleARN),
		PerformanceInsightsEnabled:         pulumi.Bool(true),
		PerformanceInsightsKmsKeyId:        d.args.KeyARN.ToStringOutput(),
		PerformanceInsightsRetentionPeriod: pulumi.Int(insightDays),
		DeletionProtection:                 pulumi.Bool(d.args.DeletionProtection),
	}
	if cfg.MaxStorageGiB > 0 {
		args.MaxAllocatedStorage = pulumi.Int(cfg.MaxStorageGiB)
	}
	return args
}

// addReplicas makes the instances that only read. They are of the source's storage,
// subnets and key, and have no backups: what they hold is the source's.
func (d *Database) addReplicas(source *rds.Instance, group *rds.ParameterGroup) error {
	for n := range d.args.Config.ReadReplicas {
		args := d.common(group)
		args.Identifier = pulumi.String(naming.CellDatabaseReader(d.args.Client, n+1))
		args.ReplicateSourceDb = source.Identifier
		args.SkipFinalSnapshot = pulumi.Bool(true)
		replica, err := rds.NewInstance(d.ctx, fmt.Sprintf("%s-reader-%d", d.name, n+1), args, d.child, pulumi.Protect(d.args.DeletionProtection), pulumi.DependsOn(d.logs))
		if err != nil {
			return err
		}
		if n == 0 {
			d.ReaderHost = replica.Address
		}
	}
	return nil
}
