// Package database builds a cell's PostgreSQL database: one RDS instance with its standby
// and read replicas, or an Aurora cluster. It is encrypted with the client's key, speaks
// TLS only, and lets in the cell's own tasks and, where Vault makes its logins, Vault's
// servers.
package database

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/securitygroup"
)

const (
	token = component.TokenPrefix + ":clientcell:Database"

	// Name is the database in the instance or cluster that services use.
	Name = "app"
	// masterUsername is the user that RDS makes. It is no word that PostgreSQL or RDS keeps
	// for itself.
	masterUsername = "cellmaster"

	// monitoringSeconds is how often RDS reports what the machine does; FSBP RDS.6 wants it
	// on.
	monitoringSeconds = 60
	// insightDays is what Performance Insights keeps without a charge.
	insightDays = 7
	// certificateAuthority signs the server's certificates; its root is in the bundle on
	// the servers of Vault
	// (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html).
	certificateAuthority = "rds-ca-rsa2048-g1"
)

// Database is a client's database.
type Database struct {
	pulumi.ResourceState

	// Host is where the database is written and read, ReaderHost where it is read only;
	// the same in a database without replicas.
	Host, ReaderHost pulumi.StringOutput
	// ServerHost is the database's own, also behind a proxy: Vault connects to it.
	ServerHost pulumi.StringOutput
	// ARN is that of the instance or cluster.
	ARN pulumi.StringOutput
	// ResourceID changes when the database is replaced by another one.
	ResourceID pulumi.StringOutput
	// Username and Password are the master user's at first; the password is a secret, and
	// no longer valid once Vault has changed it. Set only where Vault is to hold it.
	Username string
	Password pulumi.StringPtrOutput
	// MasterSecretARN is the secret in which RDS keeps the password; only where it does.
	MasterSecretARN pulumi.StringOutput
	// Resource is the instance or cluster.
	Resource pulumi.Resource

	ctx    *pulumi.Context
	name   string
	args   Args
	child  pulumi.ResourceOption
	group  *securitygroup.Group
	logs   []pulumi.Resource
	subnet *rds.SubnetGroup
	// password is the first one of the master user; nil where RDS makes it.
	password pulumi.StringPtrInput
}

// Outputs returns where the database is.
func (d *Database) Outputs() pulumi.Map {
	outputs := pulumi.Map{"databaseArn": d.ARN, "databaseHost": d.Host, "databaseReaderHost": d.ReaderHost, "databaseName": pulumi.String(Name)}
	if !d.args.byVault() {
		outputs["databaseMasterSecretArn"] = d.MasterSecretARN
	}
	return outputs
}

// New builds the database that args describes. It fails, naming all that is wrong before
// any resource is registered, when args are incomplete or contradict each other, and when
// there is no password to begin with.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Database, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("database %q: %w", name, err)
	}
	d := &Database{ctx: ctx, name: name + "-database", args: args, Username: masterUsername}
	if err := d.firstPassword(); err != nil {
		return nil, fmt.Errorf("database %q: %w", name, err)
	}
	return component.Register(ctx, token, name, d, opts, func(child pulumi.ResourceOption) error {
		d.child = child
		steps := []func() error{d.addGroup, d.addSubnets, d.addLogGroups, d.addServers, d.addCopies, d.addProxy}
		for _, step := range steps {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
}

// addGroup lets in the cell's tasks and, where it makes the logins, Vault; and the tasks
// out.
func (d *Database) addGroup() error {
	var err error
	if d.group, err = securitygroup.AddIn(d.ctx, d.name, d.args.VPCID, "Database of client "+d.args.Client, d.child); err != nil {
		return err
	}
	if d.args.byVault() {
		for _, block := range d.args.VaultCIDRs {
			if err := d.group.From(securitygroup.At(block), config.DatabasePort, "Vault in "+block.String(), "tcp"); err != nil {
				return err
			}
		}
	}
	if d.args.Config.Proxy {
		return nil // tasks connect to the proxy, and the proxy to the database
	}
	return d.letTasks(d.group, d.name)
}

func (d *Database) addSubnets() (err error) {
	d.subnet, err = rds.NewSubnetGroup(d.ctx, d.name, &rds.SubnetGroupArgs{
		Description: pulumi.String("Database of client " + d.args.Client),
		SubnetIds:   d.args.SubnetIDs,
	}, d.child)
	return err
}

// addLogGroups makes the groups that RDS would make itself: unencrypted, and for ever.
func (d *Database) addLogGroups() error {
	for _, group := range d.args.logGroups() {
		made, err := cloudwatch.NewLogGroup(d.ctx, d.name+group.suffix, &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(group.name),
			KmsKeyId:        d.args.KeyARN,
			RetentionInDays: pulumi.Int(d.args.LogRetentionDays),
		}, d.child)
		if err != nil {
			return err
		}
		d.logs = append(d.logs, made)
	}
	return nil
}

// logGroup is a log group, and the suffix of its logical name.
type logGroup struct{ name, suffix string }

// logGroups are those that RDS writes to. An Aurora cluster has one for all instances.
func (a Args) logGroups() []logGroup {
	id := naming.CellDatabase(a.Client)
	if a.Config.Engine == config.EngineAurora {
		return []logGroup{{naming.ClusterLogGroup(id, "postgresql"), "-postgresql"}}
	}
	var groups []logGroup
	add := func(id, suffix string) {
		for _, log := range a.exports() {
			groups = append(groups, logGroup{naming.InstanceLogGroup(id, log), suffix + "-" + log})
		}
	}
	add(id, "")
	for n := range a.Config.ReadReplicas {
		add(naming.CellDatabaseReader(a.Client, n+1), fmt.Sprintf("-reader-%d", n+1))
	}
	return groups
}

// exports are the logs that go to CloudWatch.
func (a Args) exports() []string {
	if a.Config.Engine == config.EngineAurora {
		return []string{"postgresql"}
	}
	return []string{"postgresql", "upgrade"}
}

// addServers makes what the engine consists of.
func (d *Database) addServers() error {
	if d.args.Config.Engine == config.EngineAurora {
		return d.addCluster()
	}
	return d.addInstances()
}

// addCopies keeps the backups in another region as well, encrypted with the replica of
// the client's key there.
func (d *Database) addCopies() error {
	if d.args.Config.BackupRegion == "" {
		return nil
	}
	_, err := rds.NewInstanceAutomatedBackupsReplication(d.ctx, d.name, &rds.InstanceAutomatedBackupsReplicationArgs{
		SourceDbInstanceArn: d.ARN,
		KmsKeyId:            d.args.CopyKeyARN.ToStringOutput(),
		RetentionPeriod:     pulumi.Int(d.args.Config.BackupDays),
	}, d.child, pulumi.Provider(d.args.Copies))
	return err
}
