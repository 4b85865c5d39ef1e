package database

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

const aurora = "aurora-postgresql"

// addCluster makes the cluster's storage, and the instances that write and read it.
func (d *Database) addCluster() error {
	var parameters rds.ClusterParameterGroupParameterArray
	for _, p := range d.args.parameters() {
		parameters = append(parameters, rds.ClusterParameterGroupParameterArgs{Name: pulumi.String(p.name), Value: pulumi.String(p.value), ApplyMethod: pulumi.String(p.method)})
	}
	group, err := rds.NewClusterParameterGroup(d.ctx, d.name, &rds.ClusterParameterGroupArgs{
		Family:      pulumi.String(d.args.family()),
		Description: pulumi.String("Database of client " + d.args.Client),
		Parameters:  parameters,
	}, d.child)
	if err != nil {
		return err
	}
	args, options := d.clusterArgs(group), []pulumi.ResourceOption{d.child, pulumi.Protect(d.args.DeletionProtection), pulumi.DependsOn(d.logs)}
	if d.args.byVault() {
		args.MasterPassword = d.password
		options = append(options, ignoredPassword("masterPassword"))
	} else {
		args.ManageMasterUserPassword, args.MasterUserSecretKmsKeyId = pulumi.Bool(true), d.args.KeyARN.ToStringOutput()
	}
	cluster, err := rds.NewCluster(d.ctx, d.name, args, options...)
	if err != nil {
		return err
	}
	d.Resource, d.ARN, d.ResourceID = cluster, cluster.Arn, cluster.ClusterResourceId
	d.ServerHost, d.Host, d.ReaderHost = cluster.Endpoint, cluster.Endpoint, cluster.ReaderEndpoint
	d.Password = cluster.MasterPassword
	if !d.args.byVault() {
		d.MasterSecretARN = cluster.MasterUserSecrets.ApplyT(func(secrets []rds.ClusterMasterUserSecret) (string, error) {
			for _, secret := range secrets {
				if secret.SecretArn != nil {
					return *secret.SecretArn, nil
				}
			}
			return "", fmt.Errorf("RDS names no secret for the password of database %s", d.name)
		}).(pulumi.StringOutput)
	}
	return d.addMembers(cluster)
}

func (d *Database) clusterArgs(group *rds.ClusterParameterGroup) *rds.ClusterArgs {
	cfg := d.args.Config
	args := &rds.ClusterArgs{
		ClusterIdentifier: pulumi.String(naming.CellDatabase(d.args.Client)),
		Engine:            pulumi.String(aurora),
		EngineMode:        pulumi.String("provisioned"),
		EngineVersion:     pulumi.String(cfg.Version),
		// The version is a decision of the configuration: what it says is meant.
		AllowMajorVersionUpgrade:         pulumi.Bool(true),
		DatabaseName:                     pulumi.String(Name),
		MasterUsername:                   pulumi.String(masterUsername),
		StorageEncrypted:                 pulumi.Bool(true),
		KmsKeyId:                         d.args.KeyARN.ToStringOutput(),
		DbSubnetGroupName:                d.subnet.Name,
		DbClusterParameterGroupName:      group.Name,
		VpcSecurityGroupIds:              pulumi.StringArray{d.group.ID},
		IamDatabaseAuthenticationEnabled: pulumi.Bool(true),
		BackupRetentionPeriod:            pulumi.Int(cfg.BackupDays),
		PreferredBackupWindow:            pulumi.String(cfg.BackupWindow),
		PreferredMaintenanceWindow:       pulumi.String(cfg.MaintenanceWindow),
		EnabledCloudwatchLogsExports:     pulumi.ToStringArray(d.args.exports()),
		CopyTagsToSnapshot:               pulumi.Bool(true),
		ApplyImmediately:                 pulumi.Bool(false),
		DeletionProtection:               pulumi.Bool(d.args.DeletionProtection),
		DeleteAutomatedBackups:           pulumi.Bool(!d.args.FinalSnapshot),
		SkipFinalSnapshot:                pulumi.Bool(!d.args.FinalSnapshot),
	}
	if d.args.FinalSnapshot {
		args.FinalSnapshotIdentifier = pulumi.String(naming.CellFinalSnapshot(d.args.Client, cfg.FinalSnapshotGeneration))
	}
	if cfg.Class == config.ServerlessClass {
		args.Serverlessv2ScalingConfiguration = rds.ClusterServerlessv2ScalingConfigurationArgs{
			MinCapacity: pulumi.Float64(cfg.MinCapacity),
			MaxCapacity: pulumi.Float64(cfg.MaxCapacity),
		}
	}
	return args
}

// addMembers makes the writer and the readers. A reader takes over when the writer fails,
// so that the names say who wrote at first only; the first reader is the first to. Readers
// hold nothing that the cluster does not: with fewer readReplicas the last ones go.
func (d *Database) addMembers(cluster *rds.Cluster) error {
	type member struct{ suffix, id string }
	members := []member{{"-writer", naming.CellDatabaseWriter(d.args.Client)}}
	for n := range d.args.Config.ReadReplicas {
		members = append(members, member{fmt.Sprintf("-reader-%d", n+1), naming.CellDatabaseReader(d.args.Client, n+1)})
	}
	var before []pulumi.Resource
	for i, m := range members {
		instance, err := rds.NewClusterInstance(d.ctx, d.name+m.suffix, &rds.ClusterInstanceArgs{
			ClusterIdentifier:                  cluster.ClusterIdentifier,
			Identifier:                         pulumi.String(m.id),
			Engine:                             pulumi.String(aurora),
			EngineVersion:                      cluster.EngineVersion,
			InstanceClass:                      pulumi.String(d.args.Config.Class),
			DbSubnetGroupName:                  d.subnet.Name,
			PubliclyAccessible:                 pulumi.Bool(false),
			CaCertIdentifier:                   pulumi.String(certificateAuthority),
			CopyTagsToSnapshot:                 pulumi.Bool(true),
			AutoMinorVersionUpgrade:            pulumi.Bool(true),
			ApplyImmediately:                   pulumi.Bool(false),
			PromotionTier:                      pulumi.Int(min(i, lastTier)),
			MonitoringInterval:                 pulumi.Int(monitoringSeconds),
			MonitoringRoleArn:                  pulumi.String(d.args.MonitoringRoleARN),
			PerformanceInsightsEnabled:         pulumi.Bool(true),
			PerformanceInsightsKmsKeyId:        d.args.KeyARN.ToStringOutput(),
			PerformanceInsightsRetentionPeriod: pulumi.Int(insightDays),
		}, d.child, pulumi.Protect(d.args.DeletionProtection && i == 0), pulumi.DependsOn(before))
		if err != nil {
			return err
		}
		if i == 0 {
			// The first instance of a cluster writes: the others wait for it.
			before = []pulumi.Resource{instance}
		}
	}
	// Whoever connects needs an instance, and RDS deletes no cluster that has any.
	d.Resource = before[0]
	return nil
}

// lastTier is the lowest rank in a failover
// (docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html, PromotionTier).
const lastTier = 15
