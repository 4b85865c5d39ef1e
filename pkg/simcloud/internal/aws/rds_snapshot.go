package aws

import (
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// freeSnapshot refuses a snapshot whose identifier another one has, or for which the region has no room.
func freeSnapshot(c *resource.Call, k store.Key) error {
	code, quota := "DBSnapshotAlreadyExists", "DB snapshots per region"
	if k.Type == tokClusterSnapshot {
		code, quota = "DBClusterSnapshotAlreadyExistsFault", "DB cluster snapshots per region"
	}
	if c.Tx.Get(k) != nil {
		return resource.Faultf(code, "Cannot create the snapshot because a snapshot with the identifier %s already exists.", k.ID)
	}
	if most := c.Limits[quota]; c.Tx.Tally(k.Type, k.Account, k.Region) >= most {
		return resource.Faultf("SnapshotQuotaExceeded", "Cannot create more than %d manual snapshots", most)
	}
	return nil
}

// dbSnapshotOutputs are what a snapshot keeps of a database.
func dbSnapshotOutputs(c *resource.Call, db *store.Object, id string) map[string]any {
	from := resource.Props(db.Outputs)
	return map[string]any{
		"dbSnapshotIdentifier": id, "dbInstanceIdentifier": from.Str("identifier"), "dbSnapshotArn": rdsARN(c, "snapshot", id), "allocatedStorage": from.Int("allocatedStorage"),
		"availabilityZone": from.Str("availabilityZone"), "encrypted": from.Bool("storageEncrypted"), "engine": from.Str("engine"), "engineVersion": from.Str("engineVersionActual"),
		"iops": from.Int("iops"), "kmsKeyId": from.Str("kmsKeyId"), "licenseModel": from.Str("licenseModel"), "optionGroupName": from.Str("optionGroupName"), "port": from.Int("port"),
		"snapshotType": "manual", "sourceDbSnapshotIdentifier": "", "sourceRegion": "", "status": "available", "storageType": from.Str("storageType"),
		"vpcId": vpcOfGroup(c, from.Str("dbSubnetGroupName")),
		// What a restore needs and the resource does not show.
		"username": from.Str("username"), "dbName": from.Str("dbName"),
	}
}

// clusterSnapshotOutputs are what a snapshot keeps of a cluster.
func clusterSnapshotOutputs(c *resource.Call, cluster *store.Object, id string) map[string]any {
	from := resource.Props(cluster.Outputs)
	return map[string]any{
		"dbClusterSnapshotIdentifier": id, "dbClusterIdentifier": cluster.ID, "dbClusterSnapshotArn": rdsARN(c, "cluster-snapshot", id), "allocatedStorage": 1,
		"availabilityZones": from["availabilityZones"], "engine": from.Str("engine"), "engineVersion": from.Str("engineVersionActual"), "kmsKeyId": from.Str("kmsKeyId"),
		"licenseModel": "postgresql-license", "port": 0, "snapshotType": "manual", "sourceDbClusterSnapshotArn": "", "status": "available", "storageEncrypted": from.Bool("storageEncrypted"),
		"vpcId":          vpcOfGroup(c, from.Str("dbSubnetGroupName")),
		"masterUsername": from.Str("masterUsername"), "databaseName": from.Str("databaseName"),
	}
}

// leaveSnapshot puts the last snapshot of what is being deleted into the cloud. No resource made it; it stays until
// somebody deletes it.
func leaveSnapshot(c *resource.Call, typ, id string, inputs, outputs map[string]any) error {
	k := store.Key{Type: typ, Account: c.Account, Region: c.Region, ID: id}
	if err := freeSnapshot(c, k); err != nil {
		return err
	}
	arn, _ := outputs["dbSnapshotArn"].(string)
	if typ == tokClusterSnapshot {
		arn, _ = outputs["dbClusterSnapshotArn"].(string)
	}
	c.Tx.Put(&store.Object{Key: k, ARN: arn, Created: c.Now, Inputs: inputs, Outputs: outputs})
	return nil
}

func leaveDBSnapshot(c *resource.Call, id string) error {
	return leaveSnapshot(c, tokDBSnapshot, id, map[string]any{"dbInstanceIdentifier": prop(c.Obj, "identifier"), "dbSnapshotIdentifier": id}, dbSnapshotOutputs(c, c.Obj, id))
}

func leaveClusterSnapshot(c *resource.Call, id string) error {
	return leaveSnapshot(c, tokClusterSnapshot, id, map[string]any{"dbClusterIdentifier": c.Obj.ID, "dbClusterSnapshotIdentifier": id}, clusterSnapshotOutputs(c, c.Obj, id))
}

func dbSnapshot() *resource.Kind {
	return &resource.Kind{
		Token: tokDBSnapshot, Service: "RDS", Noun: "RDS DB Snapshot", CreateOp: "CreateDBSnapshot", UpdateOp: "ModifyDBSnapshotAttribute", DeleteOp: "DeleteDBSnapshot",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"dbInstanceIdentifier", "dbSnapshotIdentifier"}, Why: "a snapshot is of one database at one time"}},
			Sets:     []string{"sharedAccounts"},
		},
		Validate: func(v *resource.Validation) { checkDBIdentifier(v, "dbSnapshotIdentifier", 255) },
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("dbSnapshotIdentifier")
			c.Obj.ARN = rdsARN(c, "snapshot", c.Obj.ID)
			if err := freeSnapshot(c, c.Obj.Key); err != nil {
				return err
			}
			db := sourceOf(c, c.In.Str("dbInstanceIdentifier"))
			if db == nil || db.Type != tokDBInstance {
				return resource.Faultf("DBInstanceNotFound", "DBInstance %s not found.", c.In.Str("dbInstanceIdentifier"))
			}
			for name, value := range dbSnapshotOutputs(c, db, c.Obj.ID) {
				c.Out(name, value)
			}
			return nil
		},
	}
}

func clusterSnapshot() *resource.Kind {
	return &resource.Kind{
		Token: tokClusterSnapshot, Service: "RDS", Noun: "RDS DB Cluster Snapshot", CreateOp: "CreateDBClusterSnapshot", UpdateOp: "ModifyDBClusterSnapshotAttribute", DeleteOp: "DeleteDBClusterSnapshot",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"dbClusterIdentifier", "dbClusterSnapshotIdentifier"}, Why: "a snapshot is of one cluster at one time"}},
			Sets:     []string{"sharedAccounts"},
		},
		Validate: func(v *resource.Validation) { checkDBIdentifier(v, "dbClusterSnapshotIdentifier", longestDBIdentifier) },
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("dbClusterSnapshotIdentifier")
			c.Obj.ARN = rdsARN(c, "cluster-snapshot", c.Obj.ID)
			if err := freeSnapshot(c, c.Obj.Key); err != nil {
				return err
			}
			cluster, err := findCluster(c, c.In.Str("dbClusterIdentifier"))
			if err != nil {
				return err
			}
			for name, value := range clusterSnapshotOutputs(c, cluster, c.Obj.ID) {
				c.Out(name, value)
			}
			return nil
		},
	}
}
