package simcloud_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/simcloud"
)

// TestDataChangesReplaceOrUpdate asks what the engine asks when a program changes one property.
func TestDataChangesReplaceOrUpdate(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	old := w.create(cacheType, "old", props{"replicationGroupId": "old", "description": "old", "engineVersion": "6.2", "nodeType": "cache.t4g.small", "subnetGroupName": "acme"})
	w.res["old-cache"] = old
	for _, tc := range []struct {
		name, property string
		value          any
		replaces       bool
	}{
		{"db", "identifier", "other", true},
		{"db", "kmsKeyId", "arn:aws:kms:us-east-1:111122223333:key/2", true},
		{"db", "storageEncrypted", false, true},
		{"db", "username", "other", true},
		{"db", "dbName", "other", true},
		{"db", "engine", "mysql", true},
		{"db", "availabilityZone", "us-east-1f", true},
		{"db", "snapshotIdentifier", "acme-before", true},
		{"db", "instanceClass", "db.m7g.xlarge", false},
		{"db", "allocatedStorage", 200, false},
		{"db", "password", "swordfish-2-swordfish", false},
		{"db", "dbSubnetGroupName", "other", false},
		{"db", "multiAz", false, false},
		{"db", "enabledCloudwatchLogsExports", []any{"postgresql"}, false},
		{"db", "finalSnapshotIdentifier", "acme-final-2", false},
		{"db-subnets", "name", "other", true},
		{"db-subnets", "description", "other", false},
		{"db-params", "family", "postgres17", true},
		{"db-params", "parameters", []any{}, false},
		{"aurora-params", "description", "other", true},
		{"aurora", "dbSubnetGroupName", "other", true},
		{"aurora", "engineMode", "serverless", true},
		{"aurora", "masterUsername", "other", true},
		{"aurora", "serverlessv2ScalingConfiguration", props{"minCapacity": 1, "maxCapacity": 8}, false},
		{"aurora-1", "clusterIdentifier", "other", true},
		{"aurora-1", "instanceClass", "db.r7g.large", false},
		{"db-backups", "retentionPeriod", 7, true},
		{"db-events", "sourceType", "db-cluster", false},
		{"db-proxy", "vpcSubnetIds", []any{"subnet-1"}, true},
		{"db-proxy", "idleClientTimeout", 60, false},
		{"db-proxy-target", "dbInstanceIdentifier", "other", true},
		{"cache", "numCacheClusters", 3, false},
		{"cache", "engineVersion", "8.1", false},
		{"cache", "engineVersion", "7.2", true},
		{"cache", "engine", "redis", true},
		{"cache", "kmsKeyId", "arn:aws:kms:us-east-1:111122223333:key/2", true},
		{"cache", "subnetGroupName", "other", true},
		{"cache", "transitEncryptionMode", "preferred", false},
		{"old-cache", "transitEncryptionEnabled", true, true},
		{"old-cache", "engine", "valkey", false},
		{"cache-user", "userName", "other", true},
		{"cache-user", "accessString", "on ~* +@all", false},
		{"cache-users", "userIds", []any{}, false},
	} {
		m := w.res[tc.name]
		d := w.diff(m, with(m.In, props{tc.property: tc.value}))
		if len(d.GetDiffs()) == 0 || (len(d.GetReplaces()) > 0) != tc.replaces {
			t.Errorf("%s.%s: changes %v, replaces %v", tc.name, tc.property, d.GetDiffs(), d.GetReplaces())
		}
	}
	// The provider does not take the identifier for a name: a replacement that keeps it meets the old database.
	db := w.res["db"]
	if d := w.diff(db, with(db.In, props{"dbName": "other"})); d.GetDeleteBeforeReplace() {
		t.Error("a database with a fixed identifier is deleted before it is replaced")
	}
	named := w.create(databaseType, "acme", with(db.In, props{"identifier": nil, "enabledCloudwatchLogsExports": nil}))
	if id := named.str("identifier"); len(id) != len("acme")+7 || !strings.HasPrefix(id, "acme") || strings.Contains(id, "-") {
		t.Errorf("the provider names a database %q", id)
	}
}

func TestDataDeletesAreBlocked(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	for name, want := range map[string]string{
		"db-subnets":    "api error InvalidDBSubnetGroupStateFault: Cannot delete the subnet group 'acme' because at least one database instance: acme",
		"db-params":     "api error InvalidDBParameterGroupState",
		"aurora-params": "api error InvalidDBParameterGroupState",
		"aurora":        "api error InvalidDBClusterStateFault: Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
		"db-group":      "api error DependencyViolation",
		"cache-group":   "api error DependencyViolation",
		"cache-subnets": "api error CacheSubnetGroupInUse",
		"cache-params":  "api error InvalidCacheParameterGroupState",
		"cache-users":   "api error InvalidUserGroupState",
	} {
		refusesDelete(w, name, want)
		if m := w.res[name]; w.read(m.URN, m.ID).ID == "" {
			t.Errorf("%s is gone after a refused delete", name)
		}
	}
	subnets := w.res["db-subnets"]
	wantRefused(t, "a subnet group without the database's subnet", w.update(subnets, with(subnets.In, props{"subnetIds": []any{w.subnet("app1"), w.res["public0"].ID}})), "Some of the subnets to be deleted are currently in use")
	protected := w.res["db"]
	if err := w.update(protected, with(protected.In, props{"deletionProtection": true})); err != nil {
		t.Fatal(err)
	}
	refusesDelete(w, "db", "api error InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and try again.")
	cluster := w.res["aurora"]
	if err := w.update(cluster, with(cluster.In, props{"deletionProtection": true})); err != nil {
		t.Fatal(err)
	}
	refusesDelete(w, "aurora", "Cannot delete protected Cluster, please disable deletion protection and try again.")
}

// TestFinalSnapshotsStay deletes databases that leave snapshots, twice under one identifier, and restores from one.
func TestFinalSnapshotsStay(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	w := buildWorld(connect(t, serve(t, cloud), "dev", accountA, "us-east-1"), nil)
	in := with(w.res["db"].In, props{"identifier": "leaving", "skipFinalSnapshot": nil, "enabledCloudwatchLogsExports": nil})
	db := w.create(databaseType, "leaving", in)
	wantRefused(t, "a deletion without a name for the snapshot", w.delete(db), "final_snapshot_identifier is required when skip_final_snapshot is false")
	if err := w.update(db, with(in, props{"finalSnapshotIdentifier": "leaving-1"})); err != nil {
		t.Fatal(err)
	}
	if err := w.delete(db); err != nil {
		t.Fatal(err)
	}
	again := w.create(databaseType, "leaving", with(in, props{"finalSnapshotIdentifier": "leaving-1"}))
	wantRefused(t, "a second snapshot of the identifier", w.delete(again), "api error DBSnapshotAlreadyExists: Cannot create the snapshot because a snapshot with the identifier leaving-1 already exists.")
	if w.read(again.URN, again.ID).ID == "" {
		t.Error("a database is gone without its snapshot")
	}
	left, err := cloud.Objects(context.Background(), simcloud.Filter{Type: dbSnapshotType})
	if err != nil || !slices.ContainsFunc(left, func(o simcloud.Object) bool { return o.ID == "leaving-1" && o.URN == "" }) {
		t.Errorf("the snapshot is not among %v (%v)", left, err)
	}
	restored := w.create(databaseType, "restored", props{"identifier": "restored", "instanceClass": "db.m7g.large", "snapshotIdentifier": "leaving-1", "dbSubnetGroupName": "acme", "skipFinalSnapshot": true})
	for property, want := range map[string]any{"engine": "postgres", "username": "root_user", "dbName": "acme", "storageEncrypted": true, "kmsKeyId": w.res["key"].str("arn"), "allocatedStorage": 100.0} {
		if restored.Out[property] != want {
			t.Errorf("a restored database has the %s %v, want %v", property, restored.Out[property], want)
		}
	}
	for _, o := range left {
		if err := cloud.Delete(context.Background(), o); err != nil {
			t.Errorf("deleting the snapshot %s: %v", o.ID, err)
		}
	}
	if err := w.delete(again); err != nil {
		t.Errorf("with the old snapshot gone: %v", err)
	}
}

// TestClustersAndCachesLeaveSnapshots too.
func TestClustersAndCachesLeaveSnapshots(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	w := buildWorld(connect(t, serve(t, cloud), "dev", accountA, "us-east-1"), nil)
	for _, tc := range []struct{ from, typ, property, snapshot, refused string }{
		{"aurora", dbClusterType, "clusterIdentifier", dbClusterSnapshot, "api error DBClusterSnapshotAlreadyExistsFault"},
		{"cache", cacheType, "replicationGroupId", "aws:elasticache/snapshot:Snapshot", "api error SnapshotAlreadyExistsFault"},
	} {
		in := with(w.res[tc.from].In, props{tc.property: "leaving", "finalSnapshotIdentifier": "last", "enabledCloudwatchLogsExports": nil})
		if tc.from == "aurora" {
			in["skipFinalSnapshot"] = false
		}
		if err := w.delete(w.create(tc.typ, "leaving", in)); err != nil {
			t.Fatal(err)
		}
		wantRefused(t, "a second snapshot", w.delete(w.create(tc.typ, "leaving", in)), tc.refused)
		left, err := cloud.Objects(context.Background(), simcloud.Filter{Type: tc.snapshot})
		i := slices.IndexFunc(left, func(o simcloud.Object) bool { return o.ID == "last" })
		if err != nil || i < 0 {
			t.Fatalf("the snapshot is not among %v (%v)", left, err)
		}
		if err := cloud.Delete(context.Background(), left[i]); err != nil {
			t.Error(err)
		}
	}
}

// TestDatabasesChangeAsRDSChangesThem follows versions, storage, replicas and passwords.
func TestDatabasesChangeAsRDSChangesThem(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	db, replica := w.res["db"], w.res["db-replica"]
	if got := fmt.Sprint(db.str("engineVersionActual"), " ", db.str("endpoint")); !strings.HasPrefix(got, "16.10 acme.c") || !strings.HasSuffix(got, ".us-east-1.rds.amazonaws.com:5432") {
		t.Errorf("a new database is %s", got)
	}
	upgrade := props{"engineVersion": "17", "parameterGroupName": nil}
	wantRefused(t, "a major version", w.update(db, with(db.In, upgrade)), "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.")
	wantRefused(t, "a major version with the old parameters", w.update(db, with(db.In, and(upgrade, props{"allowMajorVersionUpgrade": true}))), "Please use a parameter group with DBParameterGroupFamily postgres17")
	wantRefused(t, "an older version", w.update(db, with(db.In, props{"engineVersion": "16.3"})), "Cannot upgrade postgres from 16.10 to 16.3")
	wantRefused(t, "less storage", w.update(db, with(db.In, props{"allocatedStorage": 50, "maxAllocatedStorage": nil})), "cannot be less than the current storage size (100).")
	wantRefused(t, "another source", w.update(replica, with(replica.In, props{"replicateSourceDb": "west"})), "cannot elect new source database for replication")
	wantRefused(t, "no backups of what has a replica", w.update(db, with(db.In, props{"backupRetentionPeriod": 0})), "has read replicas")
	if got := w.read(db.URN, db.ID).Out["replicas"]; fmt.Sprint(got) != "[acme-replica]" {
		t.Errorf("the source has the replicas %v", got)
	}
	if replica.str("engine") != "postgres" || replica.str("kmsKeyId") != db.str("kmsKeyId") {
		t.Errorf("a replica is of engine %s with key %s", replica.str("engine"), replica.str("kmsKeyId"))
	}
	if err := w.delete(w.res["db-proxy-target"]); err != nil {
		t.Fatal(err)
	}
	if err := w.delete(db); err != nil {
		t.Fatal(err)
	}
	if got := w.read(replica.URN, replica.ID); got.ID == "" || got.Out["replicateSourceDb"] != nil {
		t.Errorf("after its source a replica still copies %v", got.Out["replicateSourceDb"])
	}
}

// TestRDSManagesAPassword as a secret that comes and goes with the setting.
func TestRDSManagesAPassword(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	in := with(w.res["db"].In, props{"identifier": "managed", "password": nil, "manageMasterUserPassword": true, "masterUserSecretKmsKeyId": w.res["key"].str("arn"), "enabledCloudwatchLogsExports": nil})
	db := w.create(databaseType, "managed", in)
	secret, _ := db.Out["masterUserSecrets"].([]any)[0].(props)
	arn, _ := secret["secretArn"].(string)
	if !strings.Contains(arn, ":secret:rds!db-") || secret["kmsKeyId"] != w.res["key"].str("arn") {
		t.Fatalf("the master user has the secret %v", secret)
	}
	uses := func() error {
		_, err := w.try(proxyType, "managed", with(w.res["db-proxy"].In, props{"name": fmt.Sprint("p", len(w.made)), "auths": []any{props{"secretArn": arn}}}))
		return err
	}
	if err := uses(); err != nil {
		t.Errorf("a proxy cannot use the secret: %v", err)
	}
	if err := w.update(db, with(in, props{"tags": props{"a": "b"}})); err != nil || fmt.Sprint(db.Out["masterUserSecrets"]) != fmt.Sprint([]any{secret}) {
		t.Errorf("another change made another secret: %v (%v)", db.Out["masterUserSecrets"], err)
	}
	if err := w.update(db, with(in, props{"manageMasterUserPassword": nil, "masterUserSecretKmsKeyId": nil, "password": "swordfish-swordfish"})); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, "a proxy with the secret that is gone", uses(), "could not be found or cannot be used")
}

// TestLogsOfDatabasesGoWhereTheProgramSays only when the log group was there first.
func TestLogsOfDatabasesGoWhereTheProgramSays(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	w.create(databaseType, "hasty", with(w.res["db"].In, props{"identifier": "hasty", "enabledCloudwatchLogsExports": []any{"postgresql"}}))
	_, err := w.try(logGroupType, "late", props{"name": "/aws/rds/instance/hasty/postgresql"})
	wantRefused(t, "a log group after its database", err, "ResourceAlreadyExistsException")
}

// TestAnotherWriterTakesOver when the instance that writes is deleted.
func TestAnotherWriterTakesOver(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	first, second := w.res["aurora-1"], w.res["aurora-2"]
	if first.Out["writer"] != true || second.Out["writer"] != false {
		t.Fatalf("writers are %v, %v", first.Out["writer"], second.Out["writer"])
	}
	if err := w.delete(first); err != nil {
		t.Fatal(err)
	}
	cluster := w.res["aurora"]
	if got := w.read(second.URN, second.ID); got.Out["writer"] != true {
		t.Error("nobody writes")
	}
	if got := w.read(cluster.URN, cluster.ID).Out["clusterMembers"]; fmt.Sprint(got) != "[acme-aurora-2]" {
		t.Errorf("the cluster has the instances %v", got)
	}
}

// TestCachesChangeAsElastiCacheChangesThem: encryption in transit takes two steps, users leave their groups.
func TestCachesChangeAsElastiCacheChangesThem(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	plain := w.create(cacheType, "plain", props{"replicationGroupId": "plain", "description": "plain", "engineVersion": "7.1", "nodeType": "cache.t4g.small", "subnetGroupName": "acme", "numCacheClusters": 1})
	if got := plain.str("primaryEndpointAddress"); !strings.HasPrefix(got, "plain.") || !strings.HasSuffix(got, ".ng.0001.use1.cache.amazonaws.com") {
		t.Errorf("a cache in clear answers at %s", got)
	}
	wantRefused(t, "encryption at once", w.update(plain, with(plain.In, props{"transitEncryptionEnabled": true, "transitEncryptionMode": "required"})), "has to be preferred first, and required later.")
	for _, mode := range []string{"preferred", "required"} {
		if err := w.update(plain, with(plain.In, props{"transitEncryptionEnabled": true, "transitEncryptionMode": mode})); err != nil {
			t.Errorf("mode %s: %v", mode, err)
		}
	}
	if got := plain.str("primaryEndpointAddress"); !strings.HasPrefix(got, "master.plain.") {
		t.Errorf("an encrypted cache answers at %s", got)
	}
	sharded := w.create(cacheType, "sharded", props{"description": "sharded", "nodeType": "cache.r7g.large", "subnetGroupName": "acme", "numNodeGroups": 2, "replicasPerNodeGroup": 1, "automaticFailoverEnabled": true, "multiAzEnabled": true})
	if got := sharded.Out["memberClusters"].([]any); len(got) != 4 || sharded.Out["clusterEnabled"] != true || !strings.HasPrefix(sharded.str("configurationEndpointAddress"), "clustercfg.sharded-") {
		t.Errorf("a cache of two shards is %v", sharded.Out)
	}
	app, users := w.res["cache-user"], w.res["cache-users"]
	if err := w.delete(app); err != nil {
		t.Fatal(err)
	}
	if got := w.read(users.URN, users.ID).Out["userIds"]; fmt.Sprint(got) != "[acme-iam]" {
		t.Errorf("a deleted user left the group %v", got)
	}
	of := w.create(cacheUserType, "nameless", props{"userId": "nameless", "userName": "default", "engine": "redis", "accessString": "off ~* -@all", "noPasswordRequired": true})
	w.create(cacheUsersType, "redis-users", props{"userGroupId": "redis-users", "engine": "redis", "userIds": []any{of.ID}})
	wantRefused(t, "the default user of a group", w.delete(of), "api error DefaultUserAssociatedToUserGroup")
}
