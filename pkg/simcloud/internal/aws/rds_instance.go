package aws

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func dbInstance() *resource.Kind {
	return &resource.Kind{
		Token: tokDBInstance, Service: "RDS", Noun: "RDS DB Instance", CreateOp: "CreateDBInstance", UpdateOp: "ModifyDBInstance", DeleteOp: "DeleteDBInstance",
		Naming:   &resource.Naming{Property: "identifier", Max: 255, PrefixProperty: "identifierPrefix", Joined: true},
		Rules:    dbInstanceRules(),
		Validate: checkDBInstance,
		Derived:  map[string][]string{"engineVersion": {"engineVersionActual"}, "manageMasterUserPassword": {"masterUserSecrets"}, "port": {"endpoint"}},
		Identify: identifyDBInstance,
		Apply:    applyDBInstance,
		Report:   func(c *resource.Call) { reportWindow(c, "maintenanceWindow") },
		Remove:   removeDBInstance,
	}
}

func dbInstanceRules() schema.Rules {
	return schema.Rules{
		Replaces: []schema.Replace{
			{Properties: []string{"identifier", "identifierPrefix"}, Why: "the provider does not rename a database"},
			{Properties: []string{"engine", "username", "dbName", "characterSetName", "ncharCharacterSetName", "timezone", "backupTarget", "customIamInstanceProfile"}, Why: "a database is made with them"},
			{Properties: []string{"availabilityZone"}, Why: "RDS has no call that moves a database to another zone"},
			{Properties: []string{"kmsKeyId", "storageEncrypted"}, Why: "the storage is encrypted when it is made"},
			{Properties: []string{"snapshotIdentifier", "restoreToPointInTime"}, Why: "the data come from there"},
		},
		Sets: []string{"vpcSecurityGroupIds", "enabledCloudwatchLogsExports"},
		Computed: []string{
			"allocatedStorage", "applyImmediately", "availabilityZone", "backupRetentionPeriod", "backupTarget", "backupWindow", "caCertIdentifier", "characterSetName",
			"databaseInsightsMode", "dbName", "dbSubnetGroupName", "engine", "engineLifecycleSupport", "engineVersion", "identifier", "identifierPrefix", "iops", "kmsKeyId",
			"licenseModel", "maintenanceWindow", "masterUserSecretKmsKeyId", "monitoringRoleArn", "multiAz", "ncharCharacterSetName", "networkType", "optionGroupName",
			"parameterGroupName", "performanceInsightsKmsKeyId", "performanceInsightsRetentionPeriod", "port", "replicaMode", "snapshotIdentifier", "storageThroughput",
			"storageType", "timezone", "username", "vpcSecurityGroupIds",
		},
		Defaults: map[string]any{
			"autoMinorVersionUpgrade": true, "copyTagsToSnapshot": false, "deleteAutomatedBackups": true, "monitoringInterval": float64(0),
			"performanceInsightsEnabled": false, "publiclyAccessible": false, "skipFinalSnapshot": false,
		},
		Enums:   map[string][]string{"storageType": {"standard", "gp2", "gp3", "io1", "io2"}},
		Ranges:  map[string]schema.Range{"backupRetentionPeriod": {Min: 0, Max: 35}, "port": {Min: 1150, Max: 65535}},
		Formats: map[string]schema.Format{"kmsKeyId": schema.ARN, "performanceInsightsKmsKeyId": schema.ARN},
		Conflicts: [][]string{
			{"identifier", "identifierPrefix"}, {"password", "manageMasterUserPassword"}, {"dbName", "replicateSourceDb"}, {"username", "replicateSourceDb"},
			{"engine", "replicateSourceDb"}, {"snapshotIdentifier", "replicateSourceDb", "restoreToPointInTime"}, {"characterSetName", "replicateSourceDb", "restoreToPointInTime", "snapshotIdentifier"},
		},
		Unsimulated: map[string]string{
			"blueGreenUpdate": "; a change is made at once", "s3Import": "", "domain": "", "domainAuthSecretArn": "", "domainDnsIps": "", "domainFqdn": "", "domainIamRoleName": "", "domainOu": "",
			"customIamInstanceProfile": "", "customerOwnedIpEnabled": "", "name": "; use dbName", "replicaMode": "", "timezone": "", "upgradeStorageConfig": "", "characterSetName": "",
			"ncharCharacterSetName": "", "dedicatedLogVolume": "", "optionGroupName": "",
		},
	}
}

// dbInstances is how many instances a region has, those of clusters included.
func dbInstances(c *resource.Call) int {
	return c.Tx.Tally(tokDBInstance, c.Account, c.Region) + c.Tx.Tally(tokDBMember, c.Account, c.Region)
}

// claimInstance takes the identifier of an instance, of which a region has a quota.
func claimInstance(c *resource.Call, id string) error {
	if most := c.Limits["DB instances per region"]; dbInstances(c) >= most {
		return resource.Faultf("InstanceQuotaExceeded", "DB Instance quota exceeded: %d", most)
	}
	if !c.Claim(rdsName(c, "db", id)) {
		return resource.Faultf("DBInstanceAlreadyExists", "DB instance already exists: %s", id)
	}
	return nil
}

func identifyDBInstance(c *resource.Call) error {
	id := chooseIdentifier(c, "identifier", "terraform-")
	if err := claimInstance(c, id); err != nil {
		return err
	}
	c.Obj.ID = rdsResource(c, "db-")
	c.Obj.ARN = rdsARN(c, "db", id)
	c.ImportAs(id)
	c.Out("resourceId", c.Obj.ID)
	c.Out("address", rdsHost(c, id+"."))
	c.Out("hostedZoneId", rdsZone(c))
	c.Out("status", "available")
	c.Out("replicas", resource.List[any]())
	c.Out("listenerEndpoints", resource.List[any]())
	c.Out("latestRestorableTime", "")
	return nil
}

func applyDBInstance(c *resource.Call) error {
	for _, step := range []func(*resource.Call) error{beginDatabase, placeDBInstance, storeDBInstance, watchDBInstance} {
		if err := step(c); err != nil {
			return err
		}
	}
	engine := chosen(c, "engine")
	if err := chooseVersion(c, engine); err != nil {
		return err
	}
	if err := needParameters(c, tokDBParameters, "parameterGroupName", engine, prop(c.Obj, "engineVersionActual")); err != nil {
		return err
	}
	chooseDBInstance(c)
	return manageMaster(c, "db")
}

// chooseDBInstance sets what RDS chooses when the program leaves it open.
func chooseDBInstance(c *resource.Call) {
	for name, value := range map[string]any{
		"applyImmediately": false, "backupTarget": "region", "backupRetentionPeriod": 0, "backupWindow": "07:00-07:30", "maintenanceWindow": "sun:08:00-sun:08:30",
		"caCertIdentifier": newestCertificate, "characterSetName": "", "databaseInsightsMode": "standard", "dbName": "", "engineLifecycleSupport": "open-source-rds-extended-support",
		"licenseModel": "postgresql-license", "masterUserSecretKmsKeyId": "", "monitoringRoleArn": "", "multiAz": false, "ncharCharacterSetName": "", "networkType": "IPV4",
		"performanceInsightsKmsKeyId": "", "performanceInsightsRetentionPeriod": 0, "port": postgresPort, "replicaMode": "", "snapshotIdentifier": "", "timezone": "",
		"optionGroupName": "default:" + strings.ReplaceAll(dbFamily(enginePostgres, prop(c.Obj, "engineVersionActual")), "postgres", "postgres-"),
	} {
		c.Default(name, value)
	}
	port := resource.Props{"port": c.Eff("port")}.Int("port")
	c.Out("endpoint", fmt.Sprintf("%s:%d", prop(c.Obj, "address"), port))
}

// newestCertificate is the authority whose certificates new databases get.
const newestCertificate = "rds-ca-rsa2048-g1"

// placeDBInstance puts the database into the subnets of its group: one of its zone and, when it has a standby, one of
// another zone.
func placeDBInstance(c *resource.Call) error {
	multi, _ := c.Eff("multiAz").(bool)
	name := chosen(c, "dbSubnetGroupName")
	vpcID, err := placeInstance(c, name, multi)
	if err != nil {
		return err
	}
	if !c.Creating() && c.Old.Has("dbSubnetGroupName") && c.In.Str("dbSubnetGroupName") != c.Old.Str("dbSubnetGroupName") && vpcOfGroup(c, c.Old.Str("dbSubnetGroupName")) == vpcID {
		return resource.Faultf("InvalidVPCNetworkStateFault", "You cannot move DB instance %s to subnet group %s. The specified DB subnet group and DB instance are in the same VPC. Choose a DB subnet group in different VPC than the specified DB instance and try again.", prop(c.Obj, "identifier"), name)
	}
	if c.In.Bool("publiclyAccessible") && !hasGateway(c, vpcID) {
		return resource.Faultf("InvalidVPCNetworkStateFault", "Cannot create a publicly accessible DBInstance. The specified VPC has no internet gateway attached. Update the VPC and then try again")
	}
	return guardDatabase(c, vpcID)
}

func vpcOfGroup(c *resource.Call, name string) string {
	if g := c.Find(store.Key{Type: tokDBSubnets, Account: c.Account, Region: c.Region, ID: name}); g != nil {
		return prop(g, "vpcId")
	}
	return ""
}

// placeInstance chooses the zone of an instance among those of a subnet group and records the subnets that it uses. It
// returns the group's VPC.
func placeInstance(c *resource.Call, group string, standby bool) (vpcID string, err error) {
	if group == "" {
		group = "default"
	}
	g := c.Regional(tokDBSubnets, group)
	if g == nil {
		return "", resource.Faultf("DBSubnetGroupNotFoundFault", "DBSubnetGroup '%s' not found.", group)
	}
	zone := chosen(c, "availabilityZone")
	if zone != "" && zoneNames(c.Account, c.Region)[zone] == "" {
		return "", rdsValue("Invalid Availability Zone: %s", zone)
	}
	first, second := "", ""
	for _, id := range resource.Props(g.Outputs).Strs("subnetIds") {
		s := c.Find(store.Key{Type: tokSubnet, Account: c.Account, Region: c.Region, ID: id})
		if s == nil {
			continue // deleted behind the group's back
		}
		if zone == "" {
			zone = prop(s, "availabilityZone")
		}
		switch at := prop(s, "availabilityZone"); {
		case at == zone && first == "":
			first = id
		case at != zone && second == "":
			second = id
		}
	}
	if first == "" || standby && second == "" {
		return "", resource.Faultf("InvalidVPCNetworkStateFault", "DB instance and its standby cannot be in the subnet group %s: it has no subnet in the Availability Zone %s, or none in another one", group, zone)
	}
	c.Regional(tokSubnet, first)
	if standby {
		c.Regional(tokSubnet, second)
	}
	c.Default("dbSubnetGroupName", group)
	c.Default("availabilityZone", zone)
	return prop(g, "vpcId"), nil
}

// guardDatabase checks the security groups of a database in a VPC; without any it has the VPC's default one.
func guardDatabase(c *resource.Call, vpcID string) error {
	ids := effective(c, "vpcSecurityGroupIds")
	if len(ids) == 0 {
		owner, _ := c.Tx.Owner(defaultName(c, tokGroup, vpcID))
		ids = []string{owner.ID}
		c.Out("vpcSecurityGroupIds", resource.List(ids...))
	}
	if most := c.Limits["groups per interface"]; len(ids) > most {
		return rdsValue("The number of VPC security groups is %d, quota %d", len(ids), most)
	}
	for _, id := range ids {
		g := c.Regional(tokGroup, id)
		if g == nil {
			return rdsValue("Invalid security group , groupId= %s, groupName=.", id)
		}
		if at := prop(g, "vpcId"); at != vpcID {
			return rdsCombination("The DB instance and EC2 security group are in different VPCs. The DB instance is in %s and the EC2 security group is in %s", vpcID, at)
		}
	}
	return nil
}

// storeDBInstance checks the storage: its key, and that it only grows.
func storeDBInstance(c *resource.Call) error {
	if err := encrypt(c); err != nil {
		return err
	}
	typ := "gp2"
	if c.In.Int("iops") > 0 {
		typ = "io1"
	}
	c.Default("storageType", typ)
	iops, throughput := 0, 0
	if size := (resource.Props{"size": c.Eff("allocatedStorage")}).Int("size"); chosen(c, "storageType") == "gp3" {
		iops, throughput = 3000, 125
		if size >= stripedStorage {
			iops, throughput = 12000, 500
		}
	}
	c.Out("iops", iops)
	c.Out("storageThroughput", throughput)
	was, is := c.Old.Int("allocatedStorage"), c.In.Int("allocatedStorage")
	if !c.Creating() && c.In.Has("allocatedStorage") && is < was && c.In.Int("maxAllocatedStorage") <= is {
		return rdsCombination("Requested storage size (%d) cannot be less than the current storage size (%d).", is, was)
	}
	if !c.Creating() && c.In.Int("backupRetentionPeriod") == 0 && c.In.Has("backupRetentionPeriod") && len(c.Users(tokDBInstance)) > 0 {
		return resource.Faultf("InvalidDBInstanceState", "The DB instance %s has read replicas: backups cannot be switched off", prop(c.Obj, "identifier"))
	}
	return nil
}

// watchDBInstance checks who looks at the database: monitoring, insights and logs.
func watchDBInstance(c *resource.Call) error {
	if err := needMonitor(c); err != nil {
		return err
	}
	if c.In.Bool("performanceInsightsEnabled") {
		c.Default("performanceInsightsRetentionPeriod", 7)
		c.Default("performanceInsightsKmsKeyId", ownDatabaseKey(c))
	}
	exportLogs(c, "/aws/rds/instance/"+chosen(c, "identifier"))
	return needDatabaseKey(c, c.In.Str("performanceInsightsKmsKeyId"))
}

// needMonitor checks the role that sends enhanced monitoring.
func needMonitor(c *resource.Call) error {
	arn := c.In.Str("monitoringRoleArn")
	if arn == "" {
		return nil
	}
	if role := roleByARN(c, arn); role == nil || !trusts(role, "monitoring.rds.amazonaws.com") {
		return rdsValue("IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING")
	}
	return nil
}

// exportLogs makes the log groups that are not there yet, as RDS does: without a key, keeping for ever.
func exportLogs(c *resource.Call, prefix string) {
	for _, log := range c.In.Strs("enabledCloudwatchLogsExports") {
		name := prefix + "/" + log
		key := store.Key{Type: tokLogGroup, Account: c.Account, Region: c.Region, ID: name}
		if c.Tx.Get(key) == nil {
			arn := fmt.Sprintf("arn:aws:logs:%s:%s:log-group:%s", c.Region, c.Account, name)
			c.Tx.Put(&store.Object{Key: key, ARN: arn, Created: c.Now, Outputs: map[string]any{"name": name, "arn": arn, "retentionInDays": 0, "logGroupClass": "STANDARD"}})
		}
	}
}

// removeDBInstance deletes a database with what belongs to it. Its replicas in the region become databases of their own.
func removeDBInstance(c *resource.Call) error {
	if c.In.Bool("deletionProtection") {
		return rdsCombination("Cannot delete protected DB Instance, please disable deletion protection and try again.")
	}
	if !c.In.Bool("skipFinalSnapshot") {
		if c.In.Str("finalSnapshotIdentifier") == "" {
			return fmt.Errorf("final_snapshot_identifier is required when skip_final_snapshot is false")
		}
		if c.In.Has("replicateSourceDb") {
			return rdsCombination("FinalDBSnapshotIdentifier can not be specified when deleting a replica instance")
		}
		if err := leaveDBSnapshot(c, c.In.Str("finalSnapshotIdentifier")); err != nil {
			return err
		}
	}
	for _, k := range c.Users(tokDBInstance) {
		replica := c.Tx.Get(k)
		delete(replica.Inputs, "replicateSourceDb")
		delete(replica.Outputs, "replicateSourceDb")
		replica.Refs = slices.DeleteFunc(replica.Refs, func(r store.Key) bool { return r == c.Obj.Key })
		c.Tx.Put(replica)
	}
	if source := sourceOf(c, c.In.Str("replicateSourceDb")); source != nil {
		dropReplica(c, source)
	}
	deleteAll(c, c.Users(tokSecret, tokProxyTarget))
	return nil
}

// sourceOf returns the database that a replica copies: one of the region by its identifier, any of the account by its ARN.
func sourceOf(c *resource.Call, source string) *store.Object {
	region, id := c.Region, source
	if parts := strings.SplitN(source, ":", 7); len(parts) == 7 && parts[5] == "db" {
		region, id = parts[3], parts[6]
	}
	owner, _ := c.Tx.Owner(strings.Join([]string{"rds", "db", c.Account, region, id}, "/"))
	return c.Find(owner)
}

// setMembers changes a list of identifiers in what another thing shows.
func setMembers(c *resource.Call, o *store.Object, output string, change func([]string) []string) {
	o.Outputs[output] = resource.List(change(resource.Props(o.Outputs).Strs(output))...)
	c.Tx.Put(o)
}
