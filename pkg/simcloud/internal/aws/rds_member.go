package aws

import (
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// dbMember is an instance of a cluster.
func dbMember() *resource.Kind {
	return &resource.Kind{
		Token: tokDBMember, Service: "RDS", Noun: "RDS Cluster Instance", CreateOp: "CreateDBInstance", UpdateOp: "ModifyDBInstance", DeleteOp: "DeleteDBInstance",
		Naming: &resource.Naming{Property: "identifier", Max: longestDBIdentifier, PrefixProperty: "identifierPrefix"},
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"identifier", "identifierPrefix", "clusterIdentifier", "engine", "dbSubnetGroupName", "customIamInstanceProfile"}, Why: "an instance is made with them"},
				{Properties: []string{"availabilityZone"}, Why: "RDS has no call that moves an instance to another zone"},
			},
			Computed: []string{
				"applyImmediately", "availabilityZone", "caCertIdentifier", "dbParameterGroupName", "dbSubnetGroupName", "engineVersion", "identifier", "identifierPrefix", "monitoringRoleArn",
				"performanceInsightsEnabled", "performanceInsightsKmsKeyId", "performanceInsightsRetentionPeriod", "preferredBackupWindow", "preferredMaintenanceWindow", "publiclyAccessible",
			},
			Defaults:    map[string]any{"autoMinorVersionUpgrade": true, "copyTagsToSnapshot": false, "forceDestroy": false, "monitoringInterval": float64(0), "promotionTier": float64(0)},
			Ranges:      map[string]schema.Range{"promotionTier": {Min: 0, Max: 15}},
			Formats:     map[string]schema.Format{"performanceInsightsKmsKeyId": schema.ARN},
			Conflicts:   [][]string{{"identifier", "identifierPrefix"}},
			Unsimulated: map[string]string{"customIamInstanceProfile": ""},
		},
		Validate: func(v *resource.Validation) {
			checkDBIdentifier(v, "identifier", longestDBIdentifier)
			checkDBIdentifier(v, "identifierPrefix", longestDBPrefix)
			checkEngine(v, engineAurora)
			checkInstanceClass(v, `^db\.(serverless|[a-z][a-z0-9]*[0-9][a-z0-9-]*\.[0-9]*[a-z]+)$`)
			checkWindows(v, "preferredBackupWindow", "preferredMaintenanceWindow", "backup", 30)
			checkMonitoring(v)
			checkInsights(v)
			checkCertificate(v, "caCertIdentifier")
			if v.In.Has("preferredBackupWindow") {
				v.Fail("preferredBackupWindow", "InvalidParameterCombination: The requested DB Instance will be a member of a DB Cluster. Set backup window for the DB Cluster.")
			}
		},
		Identify: func(c *resource.Call) error {
			id := chooseIdentifier(c, "identifier", "tf-")
			if err := claimInstance(c, id); err != nil {
				return err
			}
			c.Obj.ID = id
			c.Obj.ARN = rdsARN(c, "db", id)
			c.Out("dbiResourceId", rdsResource(c, "db-"))
			c.Out("endpoint", rdsHost(c, id+"."))
			c.Out("networkType", "IPV4")
			return nil
		},
		Apply:  applyDBMember,
		Report: func(c *resource.Call) { reportWindow(c, "preferredMaintenanceWindow") },
		Remove: removeDBMember,
	}
}

func applyDBMember(c *resource.Call) error {
	cluster, err := findCluster(c, c.In.Str("clusterIdentifier"))
	if err != nil {
		return err
	}
	of := resource.Props(cluster.Outputs)
	if err := fitsCluster(c, of); err != nil {
		return err
	}
	if c.Creating() {
		if err := joinCluster(c, cluster); err != nil {
			return err
		}
	}
	c.Use(cluster.Key)
	vpcID, err := placeInstance(c, of.Str("dbSubnetGroupName"), false)
	if err != nil {
		return err
	}
	if c.In.Bool("publiclyAccessible") && !hasGateway(c, vpcID) {
		return resource.Faultf("InvalidVPCNetworkStateFault", "Cannot create a publicly accessible DBInstance. The specified VPC has no internet gateway attached. Update the VPC and then try again")
	}
	if err := needMonitor(c); err != nil {
		return err
	}
	if err := needDatabaseKey(c, c.In.Str("performanceInsightsKmsKeyId")); err != nil {
		return err
	}
	version := of.Str("engineVersionActual")
	if err := needParameters(c, tokDBParameters, "dbParameterGroupName", engineAurora, version); err != nil {
		return err
	}
	c.Out("engineVersionActual", version)
	c.Out("kmsKeyId", of.Str("kmsKeyId"))
	c.Out("storageEncrypted", of.Bool("storageEncrypted"))
	c.Out("port", of.Int("port"))
	for name, value := range map[string]any{
		"applyImmediately": false, "caCertIdentifier": newestCertificate, "engineVersion": version, "monitoringRoleArn": "", "performanceInsightsEnabled": false,
		"performanceInsightsKmsKeyId": "", "performanceInsightsRetentionPeriod": 0, "preferredBackupWindow": of.Str("preferredBackupWindow"),
		"preferredMaintenanceWindow": "sun:08:00-sun:08:30", "publiclyAccessible": false,
	} {
		c.Default(name, value)
	}
	return nil
}

// fitsCluster checks what an instance and its cluster must agree on.
func fitsCluster(c *resource.Call, cluster resource.Props) error {
	version, actual, class := c.In.Str("engineVersion"), cluster.Str("engineVersionActual"), c.In.Str("instanceClass")
	switch {
	case version != "" && version != actual && !strings.HasPrefix(actual, version+"."):
		return rdsCombination("The engine version that you requested for your DB instance (%s) does not match the engine version of your DB cluster (%s).", version, actual)
	case c.In.Has("dbSubnetGroupName") && c.In.Str("dbSubnetGroupName") != cluster.Str("dbSubnetGroupName"):
		return rdsCombination("The DB instance and its cluster have different subnet groups: %s and %s", c.In.Str("dbSubnetGroupName"), cluster.Str("dbSubnetGroupName"))
	case class == "db.serverless" && !cluster.Has("serverlessv2ScalingConfiguration"):
		return rdsValue("Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.")
	case strings.HasPrefix(class, "db.m"):
		return rdsCombination("RDS does not support creating a DB instance with the following combination: DBInstanceClass=%s, Engine=%s, EngineVersion=%s, LicenseModel=postgresql-license. For supported combinations of instance class and database engine version, see the documentation.", class, engineAurora, actual)
	}
	return nil
}

// joinCluster makes an instance a member. The first one writes.
func joinCluster(c *resource.Call, cluster *store.Object) error {
	members := c.Tx.CountReferrers(cluster.Key, tokDBMember)
	if most := c.Limits["instances per DB cluster"]; members >= most {
		return resource.Faultf("InstanceQuotaExceeded", "A DB cluster can have at most %d DB instances", most)
	}
	c.Out("writer", members == 0)
	setMembers(c, cluster, "clusterMembers", func(ids []string) []string { return append(ids, c.Obj.ID) })
	return nil
}

// removeDBMember takes an instance out of its cluster; when it wrote, another one does.
func removeDBMember(c *resource.Call) error {
	cluster := c.Find(store.Key{Type: tokDBCluster, Account: c.Account, Region: c.Region, ID: c.In.Str("clusterIdentifier")})
	if cluster == nil { // removed behind everyone's back
		return nil
	}
	setMembers(c, cluster, "clusterMembers", func(ids []string) []string { return without(ids, c.Obj.ID) })
	if c.Obj.Outputs["writer"] != true {
		return nil
	}
	for _, k := range resource.UsersOf(c.Tx, cluster.Key, tokDBMember) {
		if k != c.Obj.Key {
			next := c.Tx.Get(k)
			next.Outputs["writer"] = true
			c.Tx.Put(next)
			return nil
		}
	}
	return nil
}
