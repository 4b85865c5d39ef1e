package aws

import (
	"errors"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// inherit sets what a database has of the one, or of the snapshot, that its data come from.
func inherit(c *resource.Call, from resource.Props, properties ...string) {
	for _, p := range properties {
		if from.Has(p) {
			c.Default(p, from[p])
		}
	}
}

// beginDatabase looks where the data of a database come from: another one that it copies, a snapshot, the backups of
// another, or nowhere.
func beginDatabase(c *resource.Call) error {
	source := c.In.Str("replicateSourceDb")
	switch {
	case !c.Creating() && source != "" && source != c.Old.Str("replicateSourceDb"):
		return errors.New("cannot elect new source database for replication") // the provider says so before it asks RDS
	case source != "":
		return beginReplica(c, source)
	case !c.Creating():
		return leaveSource(c)
	case c.In.Str("snapshotIdentifier") != "":
		return beginFromSnapshot(c, tokDBSnapshot, c.In.Str("snapshotIdentifier"))
	case c.In.Has("restoreToPointInTime"):
		return beginFromBackups(c, c.In.Obj("restoreToPointInTime"))
	}
	return nil
}

// leaveSource makes a replica a database of its own when the program names its source no more.
func leaveSource(c *resource.Call) error {
	if source := sourceOf(c, c.Old.Str("replicateSourceDb")); source != nil && source.Key != c.Obj.Key {
		dropReplica(c, source)
	}
	return nil
}

func dropReplica(c *resource.Call, source *store.Object) {
	setMembers(c, source, "replicas", func(ids []string) []string { return without(ids, prop(c.Obj, "identifier")) })
}

// without is a list without one of its elements.
func without(list []string, gone string) []string {
	var left []string
	for _, s := range list {
		if s != gone {
			left = append(left, s)
		}
	}
	return left
}

func beginReplica(c *resource.Call, name string) error {
	source := sourceOf(c, name)
	if source == nil || source.Type != tokDBInstance {
		return resource.Faultf("DBInstanceNotFound", "DBInstance %s not found.", name)
	}
	from := resource.Props(source.Outputs)
	if from.Int("backupRetentionPeriod") == 0 {
		return resource.Faultf("InvalidDBInstanceState", "Automated backups are not enabled for this database instance. To enable automated backups, use ModifyDBInstance to set the backup retention period to a non-zero value.")
	}
	if most := c.Limits["read replicas per DB instance"]; c.Creating() && c.Tx.CountReferrers(source.Key, tokDBInstance) >= most {
		return resource.Faultf("InstanceQuotaExceeded", "The source DB instance %s has the maximum number of read replicas: %d", name, most)
	}
	inherit(c, from, "engine", "username", "dbName", "allocatedStorage", "storageType", "port", "storageEncrypted")
	key := c.In.Str("kmsKeyId")
	if source.Region == c.Region {
		if key != "" && key != from.Str("kmsKeyId") {
			return rdsCombination("A read replica in the region of its source has the key of the source: %s", from.Str("kmsKeyId"))
		}
		inherit(c, from, "kmsKeyId", "dbSubnetGroupName", "parameterGroupName")
	} else if key == "" && from.Bool("storageEncrypted") {
		return rdsCombination("A KMS key of region %s must be specified to create a read replica of the encrypted DB instance %s", c.Region, name)
	}
	if c.Creating() {
		inherit(c, from, "engineVersion", "engineVersionActual")
		setMembers(c, source, "replicas", func(ids []string) []string { return append(ids, chosen(c, "identifier")) })
	}
	c.Use(source.Key)
	return nil
}

// beginFromSnapshot restores from a snapshot of the region by its identifier or ARN. Its key must still work.
func beginFromSnapshot(c *resource.Call, typ, name string) error {
	id := name[strings.LastIndexByte(name, ':')+1:]
	s := c.Find(store.Key{Type: typ, Account: c.Account, Region: c.Region, ID: id})
	if s == nil {
		if typ == tokDBSnapshot {
			return resource.Faultf("DBSnapshotNotFound", "DBSnapshot not found: %s", name)
		}
		return resource.Faultf("DBClusterSnapshotNotFoundFault", "DBClusterSnapshot not found: %s", name)
	}
	from := resource.Props(s.Outputs)
	if key := from.Str("kmsKeyId"); key != ownDatabaseKey(c) {
		if err := needDatabaseKey(c, key); err != nil {
			return err
		}
	}
	if want := c.In.Str("engine"); want != "" && want != from.Str("engine") {
		return rdsCombination("The engine %s cannot be restored from the snapshot %s of %s", want, id, from.Str("engine"))
	}
	inherit(c, from, "engine", "allocatedStorage", "storageType", "port", "kmsKeyId", "engineVersion", "username", "dbName", "masterUsername", "databaseName")
	c.Default("storageEncrypted", from.Bool("storageEncrypted") || from.Bool("encrypted"))
	c.Out("engineVersionActual", from.Str("engineVersion"))
	return nil
}

// beginFromBackups restores from the automated backups of a database of the region, or from those that another region
// sends here.
func beginFromBackups(c *resource.Call, from resource.Props) error {
	var source *store.Object
	if arn := from.Str("sourceDbInstanceAutomatedBackupsArn"); arn != "" {
		sent := c.Regional(tokBackupsElsewhere, arn)
		if sent == nil {
			return resource.Faultf("DBInstanceAutomatedBackupNotFound", "DBInstanceAutomatedBackup %s not found", arn)
		}
		source = sourceOf(c, prop(sent, "sourceDbInstanceArn"))
		inherit(c, resource.Props(sent.Outputs), "kmsKeyId")
	} else if id := from.Str("sourceDbiResourceId"); id != "" {
		source = c.Find(store.Key{Type: tokDBInstance, Account: c.Account, Region: c.Region, ID: id})
	} else {
		source = sourceOf(c, from.Str("sourceDbInstanceIdentifier"))
	}
	if source == nil {
		return resource.Faultf("DBInstanceNotFound", "The DB instance whose backups are to be restored was not found: %v", map[string]any(from))
	}
	was := resource.Props(source.Outputs)
	if was.Int("backupRetentionPeriod") == 0 {
		return resource.Faultf("PointInTimeRestoreNotEnabled", "Point in time restore is not enabled for DB instance %s: its backup retention period is 0", prop(source, "identifier"))
	}
	inherit(c, was, "engine", "username", "dbName", "allocatedStorage", "storageType", "port", "storageEncrypted", "engineVersion", "engineVersionActual")
	if source.Region == c.Region {
		inherit(c, was, "kmsKeyId")
	}
	return nil
}
