package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
)

// checkDBInstance follows docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html.
func checkDBInstance(v *resource.Validation) {
	checkDBIdentifier(v, "identifier", longestDBIdentifier)
	checkDBIdentifier(v, "identifierPrefix", longestDBPrefix)
	checkFinalSnapshot(v)
	checkEngine(v, enginePostgres)
	checkLogExports(v, enginePostgres)
	checkMaster(v, "username", "password")
	checkDatabaseName(v, "dbName")
	checkInstanceClass(v, `^db\.[a-z][a-z0-9]*[0-9][a-z0-9-]*\.[0-9]*[a-z]+$`)
	checkWindows(v, "backupWindow", "maintenanceWindow", "backup", 30)
	checkMonitoring(v)
	checkInsights(v)
	checkStorage(v)
	checkCertificate(v, "caCertIdentifier")
	checkOrigin(v)
	if v.In.Bool("multiAz") && v.In.Has("availabilityZone") {
		v.Fail("availabilityZone", "InvalidParameterCombination: Requesting a specific availability zone is not valid for Multi-AZ instances.")
	}
	if v.In.Has("kmsKeyId") && !unknown(v.In, "storageEncrypted") && !v.In.Bool("storageEncrypted") && !v.In.Has("replicateSourceDb") && !v.In.Has("snapshotIdentifier") {
		v.Fail("storageEncrypted", "InvalidParameterCombination: a KMS key can be given only when StorageEncrypted is true")
	}
	if v.In.Str("networkType") == "DUAL" {
		v.Fail("networkType", "the simulated cloud does not simulate IPv6")
	}
}

// checkOrigin checks what a database must be told that does not take its data from elsewhere.
func checkOrigin(v *resource.Validation) {
	source := v.In.Str("replicateSourceDb")
	switch {
	case v.In.Has("replicateSourceDb"):
		if source != "" && !strings.HasPrefix(source, "arn:") && v.In.Has("dbSubnetGroupName") {
			v.Fail("dbSubnetGroupName", "InvalidParameterCombination: DbSubnetGroupName should not be specified for read replicas that are created in the same region as the master (with one, replicateSourceDb has to be the source's ARN)")
		}
		if v.In.Bool("manageMasterUserPassword") {
			v.Fail("manageMasterUserPassword", "InvalidParameterCombination: ManageMasterUserPassword is not supported for read replicas.")
		}
	case v.In.Has("snapshotIdentifier"):
	case v.In.Has("restoreToPointInTime"):
		checkPointInTime(v)
	default:
		for _, property := range []string{"allocatedStorage", "engine", "username"} {
			if !v.In.Has(property) {
				v.Fail(property, "%q: required field is not set", property)
			}
		}
		if !v.In.Has("password") && !v.In.Has("manageMasterUserPassword") {
			v.Fail("password", "%q, %q: one of them is required", "password", "manageMasterUserPassword")
		}
	}
}

// checkPointInTime checks where a restore takes its data from, and from when.
func checkPointInTime(v *resource.Validation) {
	from := v.In.Obj("restoreToPointInTime")
	if unknown(v.In, "restoreToPointInTime") {
		return
	}
	if from.Has("restoreTime") == from.Bool("useLatestRestorableTime") {
		v.Fail("restoreToPointInTime", "InvalidParameterCombination: one of restoreTime and useLatestRestorableTime must be given, and only one")
	}
	sources := 0
	for _, property := range []string{"sourceDbInstanceIdentifier", "sourceDbiResourceId", "sourceDbInstanceAutomatedBackupsArn"} {
		if from.Has(property) {
			sources++
		}
	}
	if sources != 1 {
		v.Fail("restoreToPointInTime", "InvalidParameterCombination: one of sourceDbInstanceIdentifier, sourceDbiResourceId and sourceDbInstanceAutomatedBackupsArn must be given, got %d", sources)
	}
}

// checkInstanceClass checks the form of a class; which ones a region offers the simulated cloud does not know.
func checkInstanceClass(v *resource.Validation, form string) {
	if class := v.In.Str("instanceClass"); v.In.Known("instanceClass") && !regexp.MustCompile(form).MatchString(class) {
		v.Fail("instanceClass", "InvalidParameterValue: Invalid DB Instance class: %s", class)
	}
}

// checkCertificate checks the name of an authority. Source: UsingWithRDS.SSL.html of the RDS user guide.
func checkCertificate(v *resource.Validation, property string) {
	known := []string{newestCertificate, "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"}
	if name := v.In.Str(property); v.In.Known(property) && !slices.Contains(known, name) {
		v.Fail(property, "CertificateNotFound: Certificate not found: %s (there are %s)", name, strings.Join(known, ", "))
	}
}

// checkMonitoring checks enhanced monitoring: its interval in seconds, and its role.
func checkMonitoring(v *resource.Validation) {
	allowed := []int{0, 1, 5, 10, 15, 30, 60}
	interval := v.In.Int("monitoringInterval")
	switch {
	case !v.In.Known("monitoringInterval"):
	case !slices.Contains(allowed, interval):
		v.Fail("monitoringInterval", "expected monitoringInterval to be one of %v, got %d", allowed, interval)
	case interval > 0 && !v.In.Has("monitoringRoleArn"):
		v.Fail("monitoringRoleArn", "InvalidParameterCombination: A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.")
	}
	if v.In.Known("monitoringRoleArn") && !strings.HasPrefix(v.In.Str("monitoringRoleArn"), "arn:") {
		v.Fail("monitoringRoleArn", "(%s) is an invalid ARN: arn: invalid prefix", v.In.Str("monitoringRoleArn"))
	}
}

// advancedInsights is how many days the advanced mode of Database Insights keeps at least.
const advancedInsights = 465

// checkInsights checks Performance Insights: 7 days, months of 31, or 731. Source:
// docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html.
func checkInsights(v *resource.Validation) {
	const property = "performanceInsightsRetentionPeriod"
	on, days := v.In.Bool("performanceInsightsEnabled"), v.In.Int(property)
	if v.In.Known(property) && days != 0 && days != 7 && days != 731 && (days%31 != 0 || days < 31 || days > 731) {
		v.Fail(property, "InvalidParameterValue: Invalid Performance Insights retention period: %d. Valid values are 7, month * 31 (1-23 months) and 731.", days)
	}
	if unknown(v.In, "performanceInsightsEnabled") {
		return
	}
	for _, needs := range []string{"performanceInsightsKmsKeyId", property} {
		if v.In.Has(needs) && !on {
			v.Fail(needs, "InvalidParameterCombination: %s can be set only when performanceInsightsEnabled is true", needs)
		}
	}
	if v.In.Str("databaseInsightsMode") == "advanced" && (!on || v.In.Has(property) && v.In.Known(property) && days < advancedInsights || !v.In.Has(property)) {
		v.Fail("databaseInsightsMode", "InvalidParameterCombination: To enable the Advanced mode of Database Insights, set performanceInsightsEnabled to true and performanceInsightsRetentionPeriod to at least %d.", advancedInsights)
	}
}

// stripedStorage is the size in GiB from which a gp3 volume of PostgreSQL is four, whose speed can be chosen.
const stripedStorage = 400

// volume is what a type of storage of PostgreSQL takes: its size in GiB and its IO operations a second.
type volume struct{ Min, Max, MinIops, MaxIops int }

// volumes follow docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html.
func volumes() map[string]volume {
	return map[string]volume{
		"standard": {5, 3072, 0, 0}, "gp2": {20, 65536, 0, 0}, "gp3": {20, 65536, 12000, 64000}, "io1": {100, 65536, 1000, 256000}, "io2": {100, 65536, 1000, 256000},
	}
}

// checkStorage checks size, type and speed of the storage.
func checkStorage(v *resource.Validation) {
	for _, name := range []string{"allocatedStorage", "storageType", "iops", "storageThroughput", "maxAllocatedStorage"} {
		if unknown(v.In, name) {
			return
		}
	}
	typ, size, iops := v.In.Str("storageType"), v.In.Int("allocatedStorage"), v.In.Int("iops")
	if typ == "" {
		if typ = "gp2"; iops > 0 {
			typ = "io1"
		}
	}
	if limits := volumes()[typ]; v.In.Has("allocatedStorage") && (size < limits.Min || size > limits.Max) {
		v.Fail("allocatedStorage", "InvalidParameterCombination: Invalid storage size for engine name postgres and storage type %s: %d (%d to %d GiB)", typ, size, limits.Min, limits.Max)
		return
	}
	checkSpeed(v, typ, size, iops)
	most := v.In.Int("maxAllocatedStorage")
	if v.In.Has("allocatedStorage") && most > 0 && (most < size || most > size && most*10 < size*11) || most > volumes()[typ].Max {
		v.Fail("maxAllocatedStorage", "InvalidParameterCombination: Invalid max storage size for engine name postgres and storage type %s: %d. It must be at least 10%% more than the allocated %d GiB and at most %d GiB.", typ, most, size, volumes()[typ].Max)
	}
}

func checkSpeed(v *resource.Validation, typ string, size, iops int) {
	sized, limits := v.In.Has("allocatedStorage"), volumes()[typ]
	throughput := v.In.Int("storageThroughput")
	switch {
	case throughput > 0 && typ != "gp3":
		v.Fail("storageThroughput", "InvalidParameterCombination: You can't specify storage throughput for storage type %s", typ)
	case iops > 0 && limits.MaxIops == 0:
		v.Fail("iops", "InvalidParameterCombination: You can't specify IOPS for storage type %s", typ)
	case iops == 0 && (typ == "io1" || typ == "io2"):
		v.Fail("iops", "InvalidParameterCombination: The storage type %s requires iops to be specified.", typ)
	case typ == "gp3" && sized && size < stripedStorage && iops+throughput > 0:
		path := "iops"
		if iops == 0 {
			path = "storageThroughput"
		}
		v.Fail(path, "InvalidParameterCombination: You can't specify IOPS or storage throughput for engine postgres and a storage size less than %d.", stripedStorage)
	case iops > 0 && (iops < limits.MinIops || iops > limits.MaxIops):
		v.Fail("iops", "InvalidParameterCombination: Invalid iops for engine name postgres and storage type %s: %d (%d to %d)", typ, iops, limits.MinIops, limits.MaxIops)
	case typ == "gp3" && throughput > 0 && (throughput < 500 || throughput > 4000 || iops > 0 && throughput*4 > iops):
		v.Fail("storageThroughput", "InvalidParameterCombination: Invalid storage throughput for engine name postgres and storage type gp3: %d (500 to 4000 MiB/s, at most a quarter of the IOPS)", throughput)
	case typ == "io1" && sized && (iops*2 < size || iops > size*50):
		v.Fail("iops", "InvalidParameterCombination: Invalid iops to storage (GB) ratio for engine name postgres and storage type io1: %s", fmt.Sprintf("%.4f", float64(iops)/float64(size)))
	}
}
