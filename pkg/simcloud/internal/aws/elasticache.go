package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func cacheARN(c *resource.Call, kind, name string) string {
	return fmt.Sprintf("arn:aws:elasticache:%s:%s:%s:%s", c.Region, c.Account, kind, name)
}

// cacheName is the form of the names of groups: docs.aws.amazon.com/AmazonElastiCache/latest/APIReference.
const cacheName = `^[A-Za-z][0-9A-Za-z-]{0,254}$`

// checkCacheName checks the name of a group.
func checkCacheName(v *resource.Validation, what string) {
	name := v.In.Str("name")
	if !v.In.Known("name") {
		return
	}
	if !regexp.MustCompile(cacheName).MatchString(name) || strings.Contains(name, "--") || strings.HasSuffix(name, "-") {
		v.Fail("name", "InvalidParameterValue: The parameter %s is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.", what)
	}
}

func cacheSubnetGroup() *resource.Kind {
	return &resource.Kind{
		Token: tokCacheSubnets, Service: "ElastiCache", Noun: "ElastiCache Subnet Group", CreateOp: "CreateCacheSubnetGroup", UpdateOp: "ModifyCacheSubnetGroup", DeleteOp: "DeleteCacheSubnetGroup",
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "ElastiCache has no call that renames it"}},
			Defaults: map[string]any{"description": "Managed by Pulumi"},
			Sets:     []string{"subnetIds"},
		},
		Validate: func(v *resource.Validation) { checkCacheName(v, "CacheSubnetGroupName") },
		Identify: func(c *resource.Call) error {
			name := strings.ToLower(c.In.Str("name"))
			if most := c.Limits["cache subnet groups per region"]; inRegion(c) >= most {
				return resource.Faultf("CacheSubnetGroupQuotaExceeded", "The customer has exceeded the allowed number of Cache Subnet Groups: %d", most)
			}
			c.Obj.ID = name
			c.Obj.ARN = cacheARN(c, "subnetgroup", name)
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("CacheSubnetGroupAlreadyExists", "Cache subnet group %s already exists.", name)
			}
			return nil
		},
		Apply: applyCacheSubnets,
		Remove: func(c *resource.Call) error {
			if users := c.Users(tokCache); len(users) > 0 {
				return resource.Faultf("CacheSubnetGroupInUse", "Cache subnet group %s is currently in use by a cache cluster: %s", c.Obj.ID, users[0].ID)
			}
			return nil
		},
	}
}

func applyCacheSubnets(c *resource.Call) error {
	ids := c.In.Strs("subnetIds")
	if most := c.Limits["subnets per cache subnet group"]; len(ids) > most {
		return resource.Faultf("CacheSubnetQuotaExceededFault", "A cache subnet group can have at most %d subnets, got %d", most, len(ids))
	}
	_, vpcID, wrong := place(c, ids, nil)
	switch {
	case wrong != nil && wrong.VPCs:
		return resource.Faultf("InvalidSubnet", "The subnets are not in the same VPC.")
	case wrong != nil:
		return resource.Faultf("InvalidSubnet", "Subnet %s is invalid: it does not exist.", wrong.Subnet)
	case prop(c.Obj, "vpcId") != "" && prop(c.Obj, "vpcId") != vpcID:
		return resource.Faultf("InvalidSubnet", "The new subnets are not in the VPC of the subnet group.")
	}
	for _, id := range (resource.Props{"was": c.Old["subnetIds"]}).Strs("was") {
		key := store.Key{Type: tokSubnet, Account: c.Account, Region: c.Region, ID: id}
		if !slices.Contains(ids, id) && len(resource.UsersOf(c.Tx, key, tokCache)) > 0 {
			return resource.Faultf("SubnetInUse", "The subnet ID %s is in use.", id)
		}
	}
	c.Out("vpcId", vpcID)
	return nil
}

// cacheVersion is what ElastiCache has of a version: the one that runs, and the family of its parameters.
type cacheVersion struct{ Actual, Family string }

// cacheVersions are the versions by engine. Source:
// docs.aws.amazon.com/AmazonElastiCache/latest/dg/supported-engine-versions.html as of 2025.
func cacheVersions() map[string]map[string]cacheVersion {
	return map[string]map[string]cacheVersion{
		"redis": {
			"4.0.10": {"4.0.10", "redis4.0"}, "5.0.6": {"5.0.6", "redis5.0"}, "6.0": {"6.0.5", "redis6.x"}, "6.2": {"6.2.6", "redis6.x"}, "6.x": {"6.2.6", "redis6.x"},
			"7.0": {"7.0.7", "redis7"}, "7.1": {"7.1.0", "redis7"},
		},
		"valkey": {"7.2": {"7.2.6", "valkey7"}, "8.0": {"8.0.1", "valkey8"}, "8.1": {"8.1.0", "valkey8"}},
	}
}

// newestCache is the version of a cache for which the program asks for none.
func newestCache(engine string) string {
	return map[string]string{"redis": "7.1", "valkey": "8.1"}[engine]
}

// cacheFamilies are the families of parameters.
func cacheFamilies() []string {
	var families []string
	for _, versions := range cacheVersions() {
		for _, v := range versions {
			families = append(families, v.Family)
		}
	}
	slices.Sort(families)
	return slices.Compact(families)
}

func cacheParameterGroup() *resource.Kind {
	return &resource.Kind{
		Token: tokCacheParameters, Service: "ElastiCache", Noun: "ElastiCache Parameter Group", CreateOp: "CreateCacheParameterGroup", UpdateOp: "ModifyCacheParameterGroup", DeleteOp: "DeleteCacheParameterGroup",
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name", "family", "description"}, Why: "ElastiCache has no call that changes them"}},
			Defaults: map[string]any{"description": "Managed by Pulumi"},
			Sets:     []string{"parameters"},
		},
		Validate: checkCacheParameters,
		Identify: func(c *resource.Call) error {
			name := strings.ToLower(c.In.Str("name"))
			if most := c.Limits["cache parameter groups per region"]; inRegion(c) >= most {
				return resource.Faultf("CacheParameterGroupQuotaExceeded", "The quota for the number of cache parameter groups has been exceeded: %d", most)
			}
			c.Obj.ID = name
			c.Obj.ARN = cacheARN(c, "parametergroup", name)
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("CacheParameterGroupAlreadyExists", "Parameter group %s already exists", name)
			}
			return nil
		},
		Remove: func(c *resource.Call) error {
			if users := c.Users(tokCache); len(users) > 0 {
				return resource.Faultf("InvalidCacheParameterGroupState", "One or more cache clusters are still members of this parameter group %s, so the group cannot be deleted: %s", c.Obj.ID, users[0].ID)
			}
			return nil
		},
	}
}

func checkCacheParameters(v *resource.Validation) {
	checkCacheName(v, "CacheParameterGroupName")
	if family := v.In.Str("family"); v.In.Known("family") && !slices.Contains(cacheFamilies(), family) {
		v.Fail("family", "InvalidParameterValue: CacheParameterGroupFamily %s is not a valid parameter group family (the simulated cloud has %s)", family, strings.Join(cacheFamilies(), ", "))
	}
	policies := []string{"volatile-lru", "allkeys-lru", "volatile-lfu", "allkeys-lfu", "volatile-random", "allkeys-random", "volatile-ttl", "noeviction"}
	seen := map[string]bool{}
	for i, p := range v.In.Objs("parameters") {
		path, name, value := fmt.Sprintf("parameters[%d]", i), p.Str("name"), p.Str("value")
		switch {
		case !p.Known("name"):
		case !regexp.MustCompile(`^[a-z][a-z0-9-]*$`).MatchString(name):
			v.Fail(path+".name", "InvalidParameterValue: The parameter %s cannot be found", name)
		case seen[name]:
			v.Fail(path+".name", "InvalidParameterValue: The parameter %s is given twice", name)
		case name == "maxmemory-policy" && p.Known("value") && !slices.Contains(policies, value):
			v.Fail(path+".value", "InvalidParameterValue: Invalid value for maxmemory-policy: %s (allowed are %s)", value, strings.Join(policies, ", "))
		case name == "cluster-enabled" && p.Known("value") && value != "yes" && value != "no":
			v.Fail(path+".value", "InvalidParameterValue: Invalid value for cluster-enabled: %s (allowed are yes, no)", value)
		}
		seen[name] = true
	}
}
