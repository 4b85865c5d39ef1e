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

func dbSubnetGroup() *resource.Kind {
	return &resource.Kind{
		Token: tokDBSubnets, Service: "RDS", Noun: "RDS DB Subnet Group", CreateOp: "CreateDBSubnetGroup", UpdateOp: "ModifyDBSubnetGroup", DeleteOp: "DeleteDBSubnetGroup",
		Naming: &resource.Naming{Property: "name", Max: 255, PrefixProperty: "namePrefix", Lower: true},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"name", "namePrefix"}, Why: "RDS has no call that renames it"}},
			Defaults:    map[string]any{"description": "Managed by Pulumi"},
			Sets:        []string{"subnetIds"},
			Lengths:     map[string]schema.Range{"name": {Min: 1, Max: 255}},
			Unsimulated: map[string]string{"namePrefix": ""},
		},
		Validate: func(v *resource.Validation) {
			name := v.In.Str("name")
			if v.In.Known("name") && !regexp.MustCompile(`^[ .0-9a-z_-]+$`).MatchString(name) {
				v.Fail("name", "only lowercase alphanumeric characters, hyphens, underscores, periods, and spaces allowed in %q", "name")
			}
			if name == "default" {
				v.Fail("name", "%q is not allowed as %q", "Default", "name")
			}
		},
		Identify: func(c *resource.Call) error {
			name := c.In.Str("name")
			if inRegion(c) >= c.Limits["DB subnet groups per region"] {
				return resource.Faultf("DBSubnetGroupQuotaExceeded", "DB Subnet Group quota exceeded: %d", c.Limits["DB subnet groups per region"])
			}
			c.Obj.ID = name
			c.Obj.ARN = rdsARN(c, "subgrp", name)
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("DBSubnetGroupAlreadyExists", "The DB subnet group '%s' already exists.", name)
			}
			c.Out("supportedNetworkTypes", resource.List("IPV4"))
			return nil
		},
		Apply: applyDBSubnetGroup,
		Remove: func(c *resource.Call) error {
			if users := c.Users(tokDBInstance, tokDBCluster); len(users) > 0 {
				return resource.Faultf("InvalidDBSubnetGroupStateFault", "Cannot delete the subnet group '%s' because at least one database instance: %s is still using it.", c.Obj.ID, databaseName(c.Tx.Get(users[0])))
			}
			return nil
		},
	}
}

// databaseName is the identifier of an instance, a cluster's instance or a cluster.
func databaseName(o *store.Object) string {
	if id := prop(o, "identifier"); id != "" {
		return id
	}
	return o.ID
}

func applyDBSubnetGroup(c *resource.Call) error {
	ids := c.In.Strs("subnetIds")
	if most := c.Limits["subnets per DB subnet group"]; len(ids) > most {
		return resource.Faultf("DBSubnetQuotaExceededFault", "A DB subnet group can have at most %d subnets, got %d", most, len(ids))
	}
	subnets, vpcID, wrong := place(c, ids, nil)
	switch {
	case wrong != nil && wrong.VPCs:
		return resource.Faultf("InvalidSubnet", "The subnets provided are not in the same VPC.")
	case wrong != nil:
		return resource.Faultf("InvalidSubnet", "Some input subnets in :[%s] are invalid.", wrong.Subnet)
	}
	if was := prop(c.Obj, "vpcId"); was != "" && was != vpcID {
		return resource.Faultf("InvalidSubnet", "The new Subnets are not in the same Vpc as the existing subnet group")
	}
	zones := map[string]bool{}
	for _, s := range subnets {
		zones[prop(s, "availabilityZone")] = true
	}
	if len(zones) < 2 {
		covered := ""
		for zone := range zones {
			covered = zone
		}
		return resource.Faultf("DBSubnetGroupDoesNotCoverEnoughAZs", "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: %s. Add subnets to cover at least 2 AZs.", covered)
	}
	for _, id := range (resource.Props{"was": c.Old["subnetIds"]}).Strs("was") {
		key := store.Key{Type: tokSubnet, Account: c.Account, Region: c.Region, ID: id}
		if !slices.Contains(ids, id) && len(resource.UsersOf(c.Tx, key, tokDBInstance, tokDBMember)) > 0 {
			return resource.Faultf("SubnetAlreadyInUse", "Some of the subnets to be deleted are currently in use: %s", id)
		}
	}
	c.Out("vpcId", vpcID)
	return nil
}

// staticParameters are those that PostgreSQL reads when it starts, as far as programs set them. Source: the context
// "postmaster" in postgresql.org/docs/current/view-pg-settings.html, and RDS's own.
func staticParameters() []string {
	return []string{
		"autovacuum_freeze_max_age", "autovacuum_max_workers", "autovacuum_multixact_freeze_max_age", "huge_pages", "max_connections", "max_files_per_process",
		"max_locks_per_transaction", "max_logical_replication_workers", "max_pred_locks_per_transaction", "max_prepared_transactions", "max_replication_slots",
		"max_wal_senders", "max_worker_processes", "pg_stat_statements.max", "rds.logical_replication", "rds.enable_plan_management", "shared_buffers",
		"shared_preload_libraries", "superuser_reserved_connections", "track_activity_query_size", "track_commit_timestamp", "wal_buffers",
	}
}

// largestParameterValue is in characters: API_Parameter.html of the RDS API reference.
const largestParameterValue = 8192

// parameterGroupRules are those of groups for instances and for clusters.
func parameterGroupRules() schema.Rules {
	return schema.Rules{
		Replaces:    []schema.Replace{{Properties: []string{"name", "namePrefix", "family", "description"}, Why: "RDS has no call that changes them"}},
		Defaults:    map[string]any{"description": "Managed by Pulumi"},
		Sets:        []string{"parameters"},
		Enums:       map[string][]string{"parameters.applyMethod": {"immediate", "pending-reboot"}},
		Lengths:     map[string]schema.Range{"name": {Min: 1, Max: 255}, "parameters.value": {Min: 0, Max: largestParameterValue}},
		Unsimulated: map[string]string{"namePrefix": ""},
	}
}

func dbParameterGroup() *resource.Kind {
	rules := parameterGroupRules()
	rules.Defaults["skipDestroy"] = false
	return &resource.Kind{
		Token: tokDBParameters, Service: "RDS", Noun: "RDS DB Parameter Group", CreateOp: "CreateDBParameterGroup", UpdateOp: "ModifyDBParameterGroup", DeleteOp: "DeleteDBParameterGroup",
		Naming: &resource.Naming{Property: "name", Max: 255, PrefixProperty: "namePrefix", Lower: true},
		Rules:  rules, Validate: checkParameterGroup,
		Identify: func(c *resource.Call) error {
			return identifyParameterGroup(c, "pg", "DB parameter groups per region")
		},
		Remove: func(c *resource.Call) error {
			if users := c.Users(tokDBInstance, tokDBMember); len(users) > 0 && !c.In.Bool("skipDestroy") {
				return resource.Faultf("InvalidDBParameterGroupState", "One or more database instances are still members of this parameter group %s, so the group cannot be deleted", c.Obj.ID)
			}
			return keepWhenSkipped(c)
		},
	}
}

func clusterParameterGroup() *resource.Kind {
	return &resource.Kind{
		Token: tokClusterParameters, Service: "RDS", Noun: "RDS Cluster Parameter Group", CreateOp: "CreateDBClusterParameterGroup", UpdateOp: "ModifyDBClusterParameterGroup", DeleteOp: "DeleteDBClusterParameterGroup",
		Naming: &resource.Naming{Property: "name", Max: 255, PrefixProperty: "namePrefix", Lower: true},
		Rules:  parameterGroupRules(), Validate: checkParameterGroup,
		Identify: func(c *resource.Call) error {
			return identifyParameterGroup(c, "cluster-pg", "DB cluster parameter groups per region")
		},
		Remove: func(c *resource.Call) error {
			if users := c.Users(tokDBCluster); len(users) > 0 {
				return resource.Faultf("InvalidDBParameterGroupState", "One or more database clusters are still members of this parameter group %s, so the group cannot be deleted", c.Obj.ID)
			}
			return nil
		},
	}
}

func identifyParameterGroup(c *resource.Call, kind, quota string) error {
	name := c.In.Str("name")
	if inRegion(c) >= c.Limits[quota] {
		return resource.Faultf("DBParameterGroupQuotaExceeded", "Maximum number of parameter groups reached: %d", c.Limits[quota])
	}
	c.Obj.ID = name
	c.Obj.ARN = rdsARN(c, kind, name)
	if c.Tx.Get(c.Obj.Key) != nil {
		return resource.Faultf("DBParameterGroupAlreadyExists", "Parameter group %s already exists", name)
	}
	return nil
}

// checkFamily refuses a family that RDS or the simulated cloud does not have.
func checkFamily(v *resource.Validation) {
	family := v.In.Str("family")
	if !v.In.Known("family") {
		return
	}
	var known []string
	for _, e := range dbEngines() {
		for major := range e.Latest {
			known = append(known, fmt.Sprint(e.Family, major))
		}
	}
	if slices.Sort(known); !slices.Contains(known, family) {
		v.Fail("family", "InvalidParameterValue: ParameterGroupFamily %s is not a valid parameter group family (the simulated cloud has %s)", family, strings.Join(known, ", "))
	}
}

func checkParameterGroup(v *resource.Validation) {
	name := v.In.Str("name")
	switch {
	case !v.In.Known("name"):
	case !regexp.MustCompile(`^[0-9a-z.-]+$`).MatchString(name):
		v.Fail("name", "only lowercase alphanumeric characters, periods, and hyphens allowed in parameter group %q", "name")
	case name[0] < 'a' || name[0] > 'z':
		v.Fail("name", "first character of parameter group %q must be a letter", "name")
	case strings.Contains(name, "--") || strings.HasSuffix(name, "-"):
		v.Fail("name", "parameter group %q cannot contain two consecutive hyphens or end with one", "name")
	case strings.HasPrefix(name, "default."):
		v.Fail("name", "InvalidParameterValue: The parameter DBParameterGroupName is not a valid identifier: names that begin with default. are RDS's own")
	}
	checkFamily(v)
	seen := map[string]bool{}
	for i, p := range v.In.Objs("parameters") {
		path, name := fmt.Sprintf("parameters[%d]", i), p.Str("name")
		switch {
		case !p.Known("name"):
		case !regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$`).MatchString(name):
			v.Fail(path+".name", "InvalidParameterValue: Could not find parameter with name: %s", name)
		case seen[name]:
			v.Fail(path+".name", "InvalidParameterValue: The parameter %s is given twice", name)
		case p.Str("applyMethod") != "pending-reboot" && !unknown(p, "applyMethod") && slices.Contains(staticParameters(), name):
			v.Fail(path+".applyMethod", "InvalidParameterCombination: cannot use immediate apply method for static parameter (%s needs applyMethod pending-reboot)", name)
		}
		seen[name] = true
	}
}
