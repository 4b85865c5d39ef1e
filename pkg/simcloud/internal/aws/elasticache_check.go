package aws

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
)

// checkCache follows docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html.
func checkCache(v *resource.Validation) {
	id := v.In.Str("replicationGroupId")
	switch {
	case !v.In.Known("replicationGroupId"):
	case len(id) < 1 || len(id) > 40 || !regexp.MustCompile(`^[0-9A-Za-z-]+$`).MatchString(id):
		v.Fail("replicationGroupId", "invalid value for replicationGroupId (must contain from 1 to 40 alphanumeric characters or hyphens): %s", id)
	case !regexp.MustCompile(`^[A-Za-z]`).MatchString(id):
		v.Fail("replicationGroupId", "invalid value for replicationGroupId (must begin with a letter): %s", id)
	case strings.Contains(id, "--") || strings.HasSuffix(id, "-"):
		v.Fail("replicationGroupId", "invalid value for replicationGroupId (cannot contain two consecutive hyphens or end with one): %s", id)
	}
	checkWindows(v, "snapshotWindow", "maintenanceWindow", "snapshot", 60)
	checkCacheVersion(v)
	checkCacheNodes(v)
	checkCacheSecrets(v)
	if typ := v.In.Str("networkType"); typ == "ipv6" || strings.HasPrefix(typ, "dual") {
		v.Fail("networkType", "the simulated cloud does not simulate IPv6")
	}
	seen := map[string]bool{}
	for i, l := range v.In.Objs("logDeliveryConfigurations") {
		if typ := l.Str("logType"); seen[typ] && typ != "" {
			v.Fail(fmt.Sprintf("logDeliveryConfigurations[%d].logType", i), "InvalidParameterValue: the log %s is delivered twice", typ)
		}
		seen[l.Str("logType")] = true
	}
}

func checkCacheVersion(v *resource.Validation) {
	engine, version := v.In.Str("engine"), v.In.Str("engineVersion")
	if engine == "" {
		engine = "redis"
	}
	known := cacheVersions()[engine]
	if unknown(v.In, "engine") || !v.In.Known("engineVersion") || known == nil {
		return
	}
	form := map[string]string{"redis": `^[1-5](\.\d+){2}$|^(6\.x|[6-9]\.\d+)$`, "valkey": `^[7-9]\.\d+$`}[engine]
	versions := strings.Join(slices.Sorted(maps.Keys(known)), ", ")
	switch _, ok := known[version]; {
	case !regexp.MustCompile(form).MatchString(version):
		v.Fail("engineVersion", "engineVersion: %s is invalid. For Redis v6 or higher and for Valkey, use <major>.<minor>. For Redis v5 or lower, use <major>.<minor>.<patch>.", version)
	case !ok:
		v.Fail("engineVersion", "InvalidParameterValue: Cannot find version %s for %s (the simulated cloud has %s)", version, engine, versions)
	}
}

// cacheNode is the form of node types that can be made today.
// Source: docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html.
const cacheNode = `^cache\.(t[23]\.(micro|small|medium)|t4g\.(micro|small|medium)|m4\.(|x|2x|4x|10x)large|r4\.(|x|2x|4x|8x|16x)large|[mr]5\.(|x|2x|4x|12x|24x)large|` +
	`([mr]6g|[mr]7g|c7gn)\.(|x|2x|4x|8x|12x|16x)large|r6gd\.(x|2x|4x|8x|12x|16x)large)$`

// checkCacheNodes checks how many nodes of which type a cache has, and whether they can stand in for each other.
func checkCacheNodes(v *resource.Validation) {
	typ := v.In.Str("nodeType")
	switch {
	case !v.In.Has("nodeType"):
		v.Fail("nodeType", "InvalidParameterValue: The parameter CacheNodeType must be provided and must not be blank.")
	case v.In.Known("nodeType") && !regexp.MustCompile(cacheNode).MatchString(typ):
		v.Fail("nodeType", "InvalidParameterValue: Invalid cache node type: %s", typ)
	case strings.HasPrefix(typ, "cache.r6gd.") != v.In.Bool("dataTieringEnabled") && !unknown(v.In, "dataTieringEnabled") && typ != "":
		v.Fail("dataTieringEnabled", "InvalidParameterCombination: data tiering is for, and only for, nodes of type r6gd (it is %s)", typ)
	}
	for _, name := range []string{"automaticFailoverEnabled", "multiAzEnabled", "numCacheClusters", "numNodeGroups", "replicasPerNodeGroup", "parameterGroupName"} {
		if unknown(v.In, name) {
			return
		}
	}
	failover, multi, shape := v.In.Bool("automaticFailoverEnabled"), v.In.Bool("multiAzEnabled"), shapeOf(v.In)
	sharded := shape.Sharded || v.In.Has("numNodeGroups") || v.In.Has("replicasPerNodeGroup")
	switch {
	case multi && !failover:
		v.Fail("automaticFailoverEnabled", "automatic_failover_enabled must be true if multi_az_enabled is true")
	case failover && !sharded && shape.Nodes < 2:
		v.Fail("numCacheClusters", "%q: must be at least 2 if automatic_failover_enabled is true", "num_cache_clusters")
	case multi && shape.Nodes < 2:
		v.Fail("replicasPerNodeGroup", "InvalidParameterCombination: Multi-AZ needs at least one replica in each node group")
	}
	if v.In.Has("replicasPerNodeGroup") && !v.In.Has("numNodeGroups") {
		v.Fail("replicasPerNodeGroup", "%q can be set only with %q", "replicasPerNodeGroup", "numNodeGroups")
	}
}

// checkCacheSecrets checks encryption and who may come in.
func checkCacheSecrets(v *resource.Validation) {
	token := v.In.Str("authToken")
	if v.In.Known("authToken") && (len(token) < 16 || len(token) > 128 || strings.ContainsAny(token, `@"/ `)) {
		v.Fail("authToken", "invalid value for authToken (must contain from 16 to 128 alphanumeric characters or symbols (excluding @, \", and /))")
	}
	if v.In.Has("authTokenUpdateStrategy") && !v.In.Has("authToken") {
		v.Fail("authTokenUpdateStrategy", "%q requires %q", "authTokenUpdateStrategy", "authToken")
	}
	on := v.In.Bool("transitEncryptionEnabled") || unknown(v.In, "transitEncryptionEnabled")
	if v.In.Has("authToken") && !on {
		v.Fail("transitEncryptionEnabled", "InvalidParameterCombination: The AUTH token is only supported when encryption-in-transit is enabled.")
	}
	if n := v.In.Len("userGroupIds"); n > 1 {
		v.Fail("userGroupIds", "InvalidParameterValue: A replication group can have at most one user group, got %d", n)
	}
	if v.In.Has("userGroupIds") && (v.In.Len("userGroupIds") > 0 || unknown(v.In, "userGroupIds")) && !on {
		v.Fail("transitEncryptionEnabled", "InvalidParameterCombination: User group based access control requires encryption-in-transit to be enabled. Please re-submit the request with TransitEncryptionEnabled set to true.")
	}
	if v.In.Has("transitEncryptionMode") && v.In.Str("transitEncryptionMode") != "" && !on {
		v.Fail("transitEncryptionMode", "InvalidParameterCombination: TransitEncryptionMode can be set only when TransitEncryptionEnabled is true")
	}
	rest := v.In.Bool("atRestEncryptionEnabled") || unknown(v.In, "atRestEncryptionEnabled") || !v.In.Has("atRestEncryptionEnabled") && v.In.Str("engine") == "valkey"
	if v.In.Has("kmsKeyId") && !rest {
		v.Fail("atRestEncryptionEnabled", "InvalidParameterCombination: a KMS key can be given only when AtRestEncryptionEnabled is true")
	}
}
