package aws

import (
	"fmt"
	"math"
	"slices"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func dbCluster() *resource.Kind {
	return &resource.Kind{
		Token: tokDBCluster, Service: "RDS", Noun: "RDS Cluster", CreateOp: "CreateDBCluster", UpdateOp: "ModifyDBCluster", DeleteOp: "DeleteDBCluster",
		Naming: &resource.Naming{Property: "clusterIdentifier", Max: longestDBIdentifier, PrefixProperty: "clusterIdentifierPrefix"},
		Rules:  dbClusterRules(), Validate: checkDBCluster,
		Derived:  map[string][]string{"engineVersion": {"engineVersionActual"}, "manageMasterUserPassword": {"masterUserSecrets"}},
		Identify: identifyDBCluster,
		Apply:    applyDBCluster,
		Report:   func(c *resource.Call) { reportWindow(c, "preferredMaintenanceWindow") },
		Remove:   removeDBCluster,
	}
}

func dbClusterRules() schema.Rules {
	return schema.Rules{
		Replaces: []schema.Replace{
			{Properties: []string{"clusterIdentifier", "clusterIdentifierPrefix"}, Why: "the provider does not rename a cluster"},
			{Properties: []string{"engine", "engineMode", "masterUsername", "databaseName", "availabilityZones", "dbSubnetGroupName", "clusterScalabilityType", "dbSystemId", "sourceRegion"}, Why: "a cluster is made with them"},
			{Properties: []string{"kmsKeyId", "storageEncrypted"}, Why: "the storage is encrypted when it is made"},
			{Properties: []string{"snapshotIdentifier", "restoreToPointInTime"}, Why: "the data come from there"},
		},
		Sets: []string{"availabilityZones", "vpcSecurityGroupIds", "enabledCloudwatchLogsExports", "clusterMembers", "iamRoles"},
		Computed: []string{
			"allocatedStorage", "applyImmediately", "availabilityZones", "backupRetentionPeriod", "caCertificateIdentifier", "clusterIdentifier", "clusterIdentifierPrefix", "clusterMembers",
			"clusterScalabilityType", "databaseInsightsMode", "databaseName", "dbClusterParameterGroupName", "dbSubnetGroupName", "dbSystemId", "engineLifecycleSupport", "engineVersion", "iamRoles", "kmsKeyId",
			"masterUserSecretKmsKeyId", "masterUsername", "monitoringInterval", "monitoringRoleArn", "networkType", "performanceInsightsKmsKeyId", "performanceInsightsRetentionPeriod", "port",
			"preferredBackupWindow", "preferredMaintenanceWindow", "storageEncrypted", "storageType", "vpcSecurityGroupIds",
		},
		Defaults: map[string]any{
			"copyTagsToSnapshot": false, "deleteAutomatedBackups": true, "enableGlobalWriteForwarding": false, "enableHttpEndpoint": false, "enableLocalWriteForwarding": false,
			"engineMode": "provisioned", "skipFinalSnapshot": false,
		},
		Enums:   map[string][]string{"storageType": {"", "aurora", "aurora-iopt1"}},
		Ranges:  map[string]schema.Range{"backupRetentionPeriod": {Min: 1, Max: 35}, "port": {Min: 1150, Max: 65535}, "serverlessv2ScalingConfiguration.secondsUntilAutoPause": {Min: 300, Max: 86400}},
		Formats: map[string]schema.Format{"kmsKeyId": schema.ARN, "performanceInsightsKmsKeyId": schema.ARN, "monitoringRoleArn": schema.ARN},
		Conflicts: [][]string{
			{"clusterIdentifier", "clusterIdentifierPrefix"}, {"masterPassword", "manageMasterUserPassword"}, {"snapshotIdentifier", "restoreToPointInTime"},
		},
		Unsimulated: map[string]string{
			"allocatedStorage": ": clusters of three instances (Multi-AZ)", "iops": ": clusters of three instances (Multi-AZ)", "dbClusterInstanceClass": ": clusters of three instances (Multi-AZ)",
			"backtrackWindow": ", which Aurora MySQL has", "dbSystemId": "", "domain": "", "domainIamRoleName": "", "globalClusterIdentifier": "",
			"replicationSourceIdentifier": "", "s3Import": "", "scalingConfiguration": "; use serverlessv2ScalingConfiguration", "sourceRegion": "", "clusterMembers": "", "iamRoles": "",
			"clusterScalabilityType": "", "caCertificateIdentifier": "", "monitoringInterval": "; use that of the instances", "monitoringRoleArn": "; use that of the instances",
		},
	}
}

// checkDBCluster follows docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html.
func checkDBCluster(v *resource.Validation) {
	checkDBIdentifier(v, "clusterIdentifier", longestDBIdentifier)
	checkDBIdentifier(v, "clusterIdentifierPrefix", longestDBPrefix)
	checkFinalSnapshot(v)
	checkEngine(v, engineAurora)
	checkLogExports(v, engineAurora)
	checkMaster(v, "masterUsername", "masterPassword")
	checkDatabaseName(v, "databaseName")
	checkWindows(v, "preferredBackupWindow", "preferredMaintenanceWindow", "backup", 30)
	checkInsights(v)
	if mode := v.In.Str("engineMode"); mode != "" && mode != "provisioned" {
		v.Fail("engineMode", "InvalidParameterValue: The engine mode %s you requested is currently unavailable for aurora-postgresql. Serverless v2 has the mode provisioned.", mode)
	}
	if v.In.Has("kmsKeyId") && !unknown(v.In, "storageEncrypted") && !v.In.Bool("storageEncrypted") && !v.In.Has("snapshotIdentifier") {
		v.Fail("storageEncrypted", "InvalidParameterCombination: a KMS key can be given only when StorageEncrypted is true")
	}
	if v.In.Bool("enableGlobalWriteForwarding") {
		v.Fail("enableGlobalWriteForwarding", "the simulated cloud does not simulate global clusters")
	}
	if v.In.Str("networkType") == "DUAL" {
		v.Fail("networkType", "the simulated cloud does not simulate IPv6")
	}
	if n := v.In.Len("availabilityZones"); n > 0 && n < 3 {
		v.Warn("availabilityZones", "RDS stores a cluster in three zones and adds them to the %d given, which the provider takes for a difference and replaces the cluster", n)
	}
	if !v.In.Has("snapshotIdentifier") && !v.In.Has("restoreToPointInTime") {
		if !v.In.Has("masterUsername") {
			v.Fail("masterUsername", "InvalidParameterCombination: The parameter MasterUsername must be provided and must not be blank.")
		}
		if !v.In.Has("masterPassword") && !v.In.Has("manageMasterUserPassword") {
			v.Fail("masterPassword", "InvalidParameterCombination: The parameter MasterUserPassword must be provided and must not be blank.")
		}
	}
	checkServerless(v)
}

// checkServerless checks how far a cluster scales, in capacity units.
func checkServerless(v *resource.Validation) {
	const block = "serverlessv2ScalingConfiguration"
	scaling := v.In.Obj(block)
	if scaling == nil || unknown(v.In, block) {
		return
	}
	least, _ := scaling["minCapacity"].(float64)
	most, _ := scaling["maxCapacity"].(float64)
	for _, c := range []struct {
		name       string
		value, min float64
	}{{"minCapacity", least, 0}, {"maxCapacity", most, 1}} {
		switch path := block + "." + c.name; {
		case c.value < c.min || c.value > 256:
			v.Fail(path, "expected %s to be in the range (%g - 256), got %g", path, c.min, c.value)
		case c.value*2 != math.Trunc(c.value*2):
			v.Fail(path, "InvalidParameterValue: Serverless v2 capacity %g isn't valid. Valid capacities are in steps of 0.5.", c.value)
		}
	}
	if least > most {
		v.Fail(block+".minCapacity", "InvalidParameterValue: Serverless v2 maximum capacity %g isn't valid. The maximum capacity must be greater than or equal to the minimum capacity %g.", most, least)
	}
	if scaling.Has("secondsUntilAutoPause") && least > 0 {
		v.Fail(block+".secondsUntilAutoPause", "InvalidParameterCombination: SecondsUntilAutoPause can be set only when MinCapacity is 0.")
	}
}

func identifyDBCluster(c *resource.Call) error {
	if most := c.Limits["DB clusters per region"]; inRegion(c) >= most {
		return resource.Faultf("DBClusterQuotaExceededFault", "DB Cluster quota exceeded: %d", most)
	}
	id := chooseIdentifier(c, "clusterIdentifier", "tf-")
	if !c.Claim(rdsName(c, "cluster", id)) {
		return resource.Faultf("DBClusterAlreadyExistsFault", "DB Cluster already exists: %s", id)
	}
	c.Obj.ID = id
	c.Obj.ARN = rdsARN(c, "cluster", id)
	c.Out("clusterResourceId", rdsResource(c, "cluster-"))
	c.Out("endpoint", rdsHost(c, id+".cluster-"))
	c.Out("readerEndpoint", rdsHost(c, id+".cluster-ro-"))
	c.Out("hostedZoneId", rdsZone(c))
	c.Out("caCertificateValidTill", "")
	c.Out("clusterMembers", resource.List[any]())
	return nil
}

// findCluster returns the cluster of an identifier without recording a need.
func findCluster(c *resource.Call, id string) (*store.Object, error) {
	if o := c.Find(store.Key{Type: tokDBCluster, Account: c.Account, Region: c.Region, ID: id}); o != nil {
		return o, nil
	}
	return nil, resource.Faultf("DBClusterNotFoundFault", "DBCluster %s not found.", id)
}

func applyDBCluster(c *resource.Call) error {
	if c.Creating() {
		if err := beginCluster(c); err != nil {
			return err
		}
	}
	group := chosen(c, "dbSubnetGroupName")
	if group == "" {
		group = "default"
	}
	g := c.Regional(tokDBSubnets, group)
	if g == nil {
		return resource.Faultf("DBSubnetGroupNotFoundFault", "DBSubnetGroup '%s' not found.", group)
	}
	c.Default("dbSubnetGroupName", group)
	if err := guardDatabase(c, prop(g, "vpcId")); err != nil {
		return err
	}
	if err := spreadCluster(c); err != nil {
		return err
	}
	if err := encrypt(c); err != nil {
		return err
	}
	if err := needDatabaseKey(c, c.In.Str("performanceInsightsKmsKeyId")); err != nil {
		return err
	}
	if err := chooseVersion(c, engineAurora); err != nil {
		return err
	}
	if err := needParameters(c, tokClusterParameters, "dbClusterParameterGroupName", engineAurora, prop(c.Obj, "engineVersionActual")); err != nil {
		return err
	}
	if err := pausable(c); err != nil {
		return err
	}
	exportLogs(c, "/aws/rds/cluster/"+c.Obj.ID)
	chooseDBCluster(c)
	return manageMaster(c, "cluster")
}

func chooseDBCluster(c *resource.Call) {
	for name, value := range map[string]any{
		"allocatedStorage": 1, "applyImmediately": false, "backupRetentionPeriod": 1, "caCertificateIdentifier": "", "clusterScalabilityType": "standard", "databaseInsightsMode": "standard",
		"databaseName": "", "dbSystemId": "", "engineLifecycleSupport": "open-source-rds-extended-support", "iamRoles": resource.List[any](), "masterUserSecretKmsKeyId": "",
		"monitoringInterval": 0, "monitoringRoleArn": "", "networkType": "IPV4", "performanceInsightsKmsKeyId": "", "performanceInsightsRetentionPeriod": 0, "port": postgresPort,
		"preferredBackupWindow": "07:00-07:30", "preferredMaintenanceWindow": "sun:08:00-sun:08:30", "storageType": "",
	} {
		c.Default(name, value)
	}
}

// beginCluster looks where the data of a new cluster come from.
func beginCluster(c *resource.Call) error {
	if id := c.In.Str("snapshotIdentifier"); id != "" {
		return beginFromSnapshot(c, tokClusterSnapshot, id)
	}
	if !c.In.Has("restoreToPointInTime") {
		return nil
	}
	source, err := findCluster(c, c.In.Obj("restoreToPointInTime").Str("sourceClusterIdentifier"))
	if err != nil {
		return err
	}
	inherit(c, source.Outputs, "masterUsername", "databaseName", "storageEncrypted", "kmsKeyId", "port", "engineVersion", "engineVersionActual")
	return nil
}

// spreadCluster chooses the three zones in which a cluster's data are.
func spreadCluster(c *resource.Call) error {
	names := zoneNames(c.Account, c.Region)
	for _, zone := range c.In.Strs("availabilityZones") {
		if names[zone] == "" {
			return rdsValue("Invalid Availability Zone: %s", zone)
		}
	}
	var zones []string
	for zone := range names {
		zones = append(zones, zone)
	}
	slices.Sort(zones)
	c.Default("availabilityZones", resource.List(zones[:min(3, len(zones))]...))
	return nil
}

// pausable refuses a capacity of 0 of a version that cannot pause. Source: aurora-serverless-v2-auto-pause.html of the
// Aurora user guide.
func pausable(c *resource.Call) error {
	scaling := c.In.Obj("serverlessv2ScalingConfiguration")
	least, _ := scaling["minCapacity"].(float64)
	major, minor, _ := dbVersion(prop(c.Obj, "engineVersionActual"))
	first := map[int]int{13: 15, 14: 12, 15: 7, 16: 3}[major]
	if scaling != nil && least == 0 && minor < first {
		return rdsValue("Serverless v2 minimum capacity 0 isn't valid for engine version %d.%d: it needs %d.%d or a later one", major, minor, major, first)
	}
	return nil
}

func removeDBCluster(c *resource.Call) error {
	if c.In.Bool("deletionProtection") {
		return rdsCombination("Cannot delete protected Cluster, please disable deletion protection and try again.")
	}
	skip, id := c.In.Bool("skipFinalSnapshot"), c.In.Str("finalSnapshotIdentifier")
	if !skip && id == "" {
		return fmt.Errorf("RDS Cluster final_snapshot_identifier is required when skip_final_snapshot is false")
	}
	if len(c.Users(tokDBMember)) > 0 {
		return resource.Faultf("InvalidDBClusterStateFault", "Cluster cannot be deleted, it still contains DB instances in non-deleting state.")
	}
	if !skip {
		if err := leaveClusterSnapshot(c, id); err != nil {
			return err
		}
	}
	deleteAll(c, c.Users(tokSecret, tokProxyTarget))
	return nil
}
