package aws

import (
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// cacheGroup is a replication group: the primary node of a cache and its replicas, or shards of them.
func cacheGroup() *resource.Kind {
	return &resource.Kind{
		Token: tokCache, Service: "ElastiCache", Noun: "ElastiCache Replication Group", CreateOp: "CreateReplicationGroup", UpdateOp: "ModifyReplicationGroup", DeleteOp: "DeleteReplicationGroup",
		Naming: &resource.Naming{Property: "replicationGroupId", Max: 40, Lower: true},
		Rules:  cacheRules(), Validate: checkCache,
		Forces:     cacheForces,
		ForcesWhen: "the engine version is an older one, the engine goes from valkey to redis, or encryption in transit of a version before 7.0.5 changes",
		Derived: map[string][]string{
			"engineVersion": {"engineVersionActual"}, "numCacheClusters": {"memberClusters"}, "numNodeGroups": {"memberClusters"}, "replicasPerNodeGroup": {"memberClusters"},
			"transitEncryptionEnabled": {"primaryEndpointAddress", "readerEndpointAddress", "configurationEndpointAddress"},
		},
		Identify: func(c *resource.Call) error {
			id := strings.ToLower(c.In.Str("replicationGroupId"))
			c.Obj.ID = id
			c.Obj.ARN = cacheARN(c, "replicationgroup", id)
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("ReplicationGroupAlreadyExists", "Replication group %s already exists.", id)
			}
			return nil
		},
		Apply:  applyCache,
		Report: func(c *resource.Call) { reportWindow(c, "maintenanceWindow") },
		Remove: removeCache,
	}
}

func cacheRules() schema.Rules {
	return schema.Rules{
		Replaces: []schema.Replace{
			{Properties: []string{"replicationGroupId"}, Why: "a group is its id"},
			{Properties: []string{"atRestEncryptionEnabled", "kmsKeyId", "port", "subnetGroupName", "networkType", "dataTieringEnabled", "securityGroupNames", "globalReplicationGroupId"}, Why: "a group is made with them"},
			{Properties: []string{"snapshotName", "snapshotArns"}, Why: "the data come from there"},
		},
		Sets: []string{"securityGroupIds", "userGroupIds", "logDeliveryConfigurations", "snapshotArns"},
		Computed: []string{
			"applyImmediately", "atRestEncryptionEnabled", "autoMinorVersionUpgrade", "clusterMode", "dataTieringEnabled", "engine", "engineVersion", "globalReplicationGroupId", "ipDiscovery", "maintenanceWindow",
			"networkType", "nodeType", "numCacheClusters", "numNodeGroups", "parameterGroupName", "replicasPerNodeGroup", "securityGroupIds", "securityGroupNames", "snapshotWindow",
			"subnetGroupName", "transitEncryptionEnabled", "transitEncryptionMode",
		},
		Defaults: map[string]any{"automaticFailoverEnabled": false, "multiAzEnabled": false},
		Enums: map[string][]string{
			"engine": {"redis", "valkey"}, "logDeliveryConfigurations.destinationType": {"cloudwatch-logs", "kinesis-firehose"}, "networkType": {"dualStack", "ipv4", "ipv6", "dual_stack"},
		},
		Ranges: map[string]schema.Range{
			"numCacheClusters": {Min: 1, Max: 6}, "numNodeGroups": {Min: 1, Max: 500}, "replicasPerNodeGroup": {Min: 0, Max: 5}, "snapshotRetentionLimit": {Min: 0, Max: 35}, "port": {Min: 1, Max: 65535},
		},
		Lengths:   map[string]schema.Range{"description": {Min: 1, Max: 1024}},
		Formats:   map[string]schema.Format{"notificationTopicArn": schema.ARN, "kmsKeyId": schema.ARN},
		Conflicts: [][]string{{"numCacheClusters", "numNodeGroups"}, {"numCacheClusters", "replicasPerNodeGroup"}, {"authToken", "userGroupIds"}},
		Unsimulated: map[string]string{
			"globalReplicationGroupId": "", "securityGroupNames": "; use securityGroupIds", "snapshotArns": "", "ipDiscovery": "", "clusterMode": "; numNodeGroups or the parameter group decides",
		},
	}
}

// cacheOrder is a version as a number that grows with it; 6.x is the newest of 6.
func cacheOrder(version string) int {
	var major, minor, patch int
	if strings.HasSuffix(version, ".x") {
		version = strings.TrimSuffix(version, "x") + "99"
	}
	_, _ = fmt.Sscanf(version+".0.0", "%d.%d.%d", &major, &minor, &patch) // the form was checked
	return major*10000 + minor*100 + patch
}

func cacheForces(old, next resource.Props) []string {
	var forced []string
	was, is := old.Str("engineVersion"), next.Str("engineVersion")
	if old.Str("engine") == "valkey" && next.Known("engine") && next.Str("engine") != "valkey" {
		forced = append(forced, "engine")
	}
	if was != "" && is != "" && cacheOrder(is) < cacheOrder(was) {
		forced = append(forced, "engineVersion")
	}
	const firstThatChanges = 70005 // 7.0.5
	engine := old.Str("engine")
	if engine == "" {
		engine = "redis"
	}
	if version := cacheVersions()[engine][was]; version.Actual != "" && cacheOrder(version.Actual) < firstThatChanges {
		forced = append(forced, "transitEncryptionEnabled")
	}
	return forced
}

// cacheShape is how many shards a cache has and how many nodes each.
type cacheShape struct {
	Shards, Nodes int
	// Sharded says that keys are spread over shards, be it one.
	Sharded bool
}

// shapeOf reads the shape that the inputs ask for.
func shapeOf(in resource.Props) cacheShape {
	s := cacheShape{Shards: max(1, in.Int("numNodeGroups")), Nodes: max(1, in.Int("numCacheClusters"))}
	if in.Has("replicasPerNodeGroup") {
		s.Nodes = in.Int("replicasPerNodeGroup") + 1
	}
	s.Sharded = s.Shards > 1 || strings.HasSuffix(in.Str("parameterGroupName"), ".cluster.on")
	return s
}

func applyCache(c *resource.Call) error {
	engine := "redis"
	c.Default("engine", engine)
	engine = chosen(c, "engine")
	c.Default("engineVersion", newestCache(engine))
	version := cacheVersions()[engine][chosen(c, "engineVersion")]
	shape := shapeOf(c.In)
	if err := needCacheParameters(c, version, &shape); err != nil {
		return err
	}
	if shape.Sharded && !c.In.Bool("automaticFailoverEnabled") {
		return resource.Faultf("InvalidParameterCombination", "Redis with cluster mode enabled cannot be created with auto failover turned off.")
	}
	for _, step := range []func(*resource.Call, cacheShape) error{roomForNodes, placeCache, hideCache, tellOfCache} {
		if err := step(c, shape); err != nil {
			return err
		}
	}
	if err := needCacheUsers(c, engine); err != nil {
		return err
	}
	c.Out("engineVersionActual", version.Actual)
	chooseCache(c, engine, shape)
	addressCache(c, shape)
	return nil
}

func chooseCache(c *resource.Call, engine string, shape cacheShape) {
	mode := "disabled"
	if shape.Sharded {
		mode = "enabled"
	}
	for name, value := range map[string]any{
		"applyImmediately": false, "autoMinorVersionUpgrade": true, "atRestEncryptionEnabled": engine == "valkey", "dataTieringEnabled": false, "globalReplicationGroupId": "",
		"ipDiscovery": "ipv4", "maintenanceWindow": "sun:08:00-sun:09:00", "networkType": "ipv4", "securityGroupNames": resource.List[any](), "snapshotWindow": "06:00-07:00",
		"transitEncryptionEnabled": false,
	} {
		c.Default(name, value)
	}
	if c.Eff("transitEncryptionEnabled") == true {
		c.Default("transitEncryptionMode", "required")
	} else {
		c.Default("transitEncryptionMode", "")
	}
	for name, value := range map[string]any{
		"clusterMode": mode, "clusterEnabled": shape.Sharded, "numCacheClusters": shape.Shards * shape.Nodes, "numNodeGroups": shape.Shards, "replicasPerNodeGroup": shape.Nodes - 1,
	} {
		if !c.In.Has(name) {
			c.Out(name, value)
		}
	}
}

// addressCache names the endpoints and nodes of a cache.
func addressCache(c *resource.Call, shape cacheShape) {
	zone := fmt.Sprintf("%s.%s.cache.amazonaws.com", shortHash("cache/"+c.Account+c.Region, 6), regions()[c.Region].Zone)
	primary, reader, configuration := "master."+c.Obj.ID+"."+zone, "replica."+c.Obj.ID+"."+zone, ""
	if c.Eff("transitEncryptionEnabled") != true {
		host, rest, _ := strings.Cut(zone, ".")
		primary, reader = fmt.Sprintf("%s.%s.ng.0001.%s", c.Obj.ID, host, rest), fmt.Sprintf("%s-ro.%s.ng.0001.%s", c.Obj.ID, host, rest)
	}
	if shape.Sharded {
		primary, reader, configuration = "", "", "clustercfg."+c.Obj.ID+"."+zone
	}
	var members []string
	for shard := range shape.Shards {
		for node := range shape.Nodes {
			name := fmt.Sprintf("%s-%03d", c.Obj.ID, node+1)
			if shape.Sharded {
				name = fmt.Sprintf("%s-%04d-%03d", c.Obj.ID, shard+1, node+1)
			}
			members = append(members, name)
		}
	}
	c.Out("primaryEndpointAddress", primary)
	c.Out("readerEndpointAddress", reader)
	c.Out("configurationEndpointAddress", configuration)
	c.Out("memberClusters", resource.List(members...))
}

// needCacheParameters checks the parameter group, which is of the version's family and may make a cache sharded.
func needCacheParameters(c *resource.Call, version cacheVersion, shape *cacheShape) error {
	name, own := c.In.Str("parameterGroupName"), "default."+version.Family
	if shape.Sharded {
		own += ".cluster.on"
	}
	if name == "" || strings.HasPrefix(name, "default.") {
		if name != "" && name != own {
			return resource.Faultf("InvalidParameterCombination", "Expected a parameter group of family %s but found %s", version.Family, name)
		}
		c.Out("parameterGroupName", own)
		return nil
	}
	g := c.Regional(tokCacheParameters, strings.ToLower(name))
	if g == nil {
		return resource.Faultf("CacheParameterGroupNotFound", "CacheParameterGroup not found: %s", name)
	}
	if family := prop(g, "family"); family != version.Family {
		return resource.Faultf("InvalidParameterCombination", "Expected a parameter group of family %s but found one of family %s", version.Family, family)
	}
	sharded := false
	for _, p := range resource.Props(g.Outputs).Objs("parameters") {
		sharded = sharded || p.Str("name") == "cluster-enabled" && p.Str("value") == "yes"
	}
	if shape.Shards > 1 && !sharded {
		return resource.Faultf("InvalidParameterCombination", "Use of more than one node group needs a parameter group with the parameter cluster-enabled set to yes: %s has not", name)
	}
	shape.Sharded = sharded
	return nil
}

// roomForNodes holds the nodes of a region against its quota.
func roomForNodes(c *resource.Call, shape cacheShape) error {
	nodes := shape.Shards * shape.Nodes
	if most := c.Limits["cache nodes per cluster"]; shape.Sharded && nodes > most {
		return resource.Faultf("NodeQuotaForClusterExceeded", "The request cannot be processed because it would exceed the allowed number of cache nodes in a single cluster: %d, quota %d", nodes, most)
	}
	c.Tx.Each(tokCache, c.Account, c.Region, func(o *store.Object) bool {
		if o.ID != c.Obj.ID {
			nodes += resource.Props(o.Outputs).Len("memberClusters")
		}
		return true
	})
	if most := c.Limits["cache nodes per region"]; nodes > most {
		return resource.Faultf("NodeQuotaForCustomerExceeded", "The request cannot be processed because it would exceed the allowed number of cache nodes per customer: %d, quota %d", nodes, most)
	}
	return nil
}

// placeCache puts the nodes into the subnets of the cache's group. Those of a cache in several zones need two.
func placeCache(c *resource.Call, shape cacheShape) error {
	name := chosen(c, "subnetGroupName")
	if name == "" {
		name = "default"
	}
	g := c.Regional(tokCacheSubnets, strings.ToLower(name))
	if g == nil {
		return resource.Faultf("CacheSubnetGroupNotFoundFault", "Cache Subnet Group %s does not exist.", name)
	}
	c.Default("subnetGroupName", name)
	groups := effective(c, "securityGroupIds")
	if len(groups) == 0 {
		owner, _ := c.Tx.Owner(defaultName(c, tokGroup, prop(g, "vpcId")))
		groups = []string{owner.ID}
		c.Out("securityGroupIds", resource.List(groups...))
	}
	subnets, _, wrong := place(c, resource.Props(g.Outputs).Strs("subnetIds"), groups)
	if wrong != nil {
		return resource.Faultf("InvalidParameterValue", "Some security group Ids are invalid or not in the VPC of the subnet group: %s", wrong)
	}
	zones := map[string]bool{}
	for _, s := range subnets {
		zones[prop(s, "availabilityZone")] = true
	}
	if c.In.Bool("multiAzEnabled") && len(zones) < 2 {
		return resource.Faultf("InvalidParameterCombination", "Multi-AZ needs a subnet group with subnets in at least two Availability Zones: %s has %d", name, len(zones))
	}
	preferred := c.In.Strs("preferredCacheClusterAzs")
	if c.Creating() && len(preferred) > 0 && len(preferred) != shape.Shards*shape.Nodes {
		return resource.Faultf("InvalidParameterCombination", "The number of preferred Availability Zones (%d) is not the number of nodes (%d)", len(preferred), shape.Shards*shape.Nodes)
	}
	for _, zone := range preferred {
		if c.Creating() && !zones[zone] {
			return resource.Faultf("InvalidParameterValue", "The subnet group %s has no subnet in the Availability Zone %s", name, zone)
		}
	}
	return nil
}

// hideCache checks how a cache is encrypted, at rest and on the way.
func hideCache(c *resource.Call, _ cacheShape) error {
	if key := c.In.Str("kmsKeyId"); key != "" {
		if _, err := needKey(c, key); err != nil {
			return resource.Faultf("InvalidParameterValue", "The specified KMS key %s does not exist, is not enabled or you do not have permissions to access it.", key)
		}
	}
	if c.Creating() || !c.In.Has("transitEncryptionEnabled") {
		return nil
	}
	was, mode := c.Obj.Outputs["transitEncryptionEnabled"] == true, prop(c.Obj, "transitEncryptionMode")
	switch is := c.In.Bool("transitEncryptionEnabled"); {
	case is && !was && c.In.Str("transitEncryptionMode") != "preferred":
		return resource.Faultf("InvalidParameterCombination", "To enable encryption in transit of an existing replication group the TransitEncryptionMode has to be preferred first, and required later.")
	case !is && was && mode != "preferred":
		return resource.Faultf("InvalidParameterCombination", "To disable encryption in transit the TransitEncryptionMode has to be preferred first.")
	}
	return nil
}

// tellOfCache checks what a cache tells of itself: notifications and logs; and the snapshot that it begins with.
func tellOfCache(c *resource.Call, _ cacheShape) error {
	if arn := c.In.Str("notificationTopicArn"); arn != "" && findTopic(c, arn) == nil {
		return resource.Faultf("InvalidParameterValue", "The SNS topic %s does not exist in the region", arn)
	}
	for _, l := range c.In.Objs("logDeliveryConfigurations") {
		to, typ := l.Str("destination"), map[string]string{"cloudwatch-logs": tokLogGroup, "kinesis-firehose": tokFirehose}[l.Str("destinationType")]
		found := c.Find(store.Key{Type: typ, Account: c.Account, Region: c.Region, ID: to}) != nil
		if typ == tokFirehose {
			found = c.Find(store.Key{Type: typ, Account: c.Account, Region: c.Region, ID: fmt.Sprintf("arn:aws:firehose:%s:%s:deliverystream/%s", c.Region, c.Account, to)}) != nil
		}
		if !found {
			return resource.Faultf("InvalidParameterValue", "The destination %s of type %s for the %s does not exist", to, l.Str("destinationType"), l.Str("logType"))
		}
	}
	if name := c.In.Str("snapshotName"); c.Creating() && name != "" && c.Tx.Get(cacheSnapshotKey(c, name)) == nil {
		return resource.Faultf("SnapshotNotFoundFault", "Snapshot %s not found.", name)
	}
	return nil
}

func cacheSnapshotKey(c *resource.Call, name string) store.Key {
	return store.Key{Type: CacheSnapshot, Account: c.Account, Region: c.Region, ID: name}
}

// removeCache leaves a snapshot behind when the program names one.
func removeCache(c *resource.Call) error {
	name := c.In.Str("finalSnapshotIdentifier")
	if name == "" {
		return nil
	}
	key := cacheSnapshotKey(c, name)
	if c.Tx.Get(key) != nil {
		return resource.Faultf("SnapshotAlreadyExistsFault", "Snapshot with specified name already exists: %s", name)
	}
	c.Tx.Put(&store.Object{Key: key, ARN: cacheARN(c, "snapshot", name), Created: c.Now, Outputs: map[string]any{
		"name": name, "replicationGroupId": c.Obj.ID, "engine": prop(c.Obj, "engine"), "engineVersion": prop(c.Obj, "engineVersionActual"), "nodeType": prop(c.Obj, "nodeType"),
	}})
	return nil
}
