package aws

import (
	"fmt"
	"maps"
	"slices"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func dbProxy() *resource.Kind {
	return &resource.Kind{
		Token: tokProxy, Service: "RDS", Noun: "RDS DB Proxy", CreateOp: "CreateDBProxy", UpdateOp: "ModifyDBProxy", DeleteOp: "DeleteDBProxy",
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"engineFamily", "vpcSubnetIds"}, Why: "a proxy is made with them"},
				{Properties: []string{"name"}, Why: "the name is the id of the resource; the provider renames a proxy, here it is made anew"},
			},
			Computed: []string{"idleClientTimeout", "vpcSecurityGroupIds"},
			Sets:     []string{"auths", "vpcSecurityGroupIds", "vpcSubnetIds"},
			Defaults: map[string]any{"debugLogging": false, "requireTls": false},
			Enums: map[string][]string{
				"engineFamily": {"MYSQL", "POSTGRESQL", "SQLSERVER"}, "auths.authScheme": {"SECRETS"}, "auths.iamAuth": {"DISABLED", "ENABLED", "REQUIRED"},
			},
			Ranges:  map[string]schema.Range{"idleClientTimeout": {Min: 1, Max: 28800}},
			Formats: map[string]schema.Format{"roleArn": schema.ARN, "auths.secretArn": schema.ARN},
		},
		Validate: func(v *resource.Validation) {
			checkDBIdentifier(v, "name", longestDBIdentifier)
			if family := v.In.Str("engineFamily"); family == "MYSQL" || family == "SQLSERVER" {
				v.Fail("engineFamily", "the simulated cloud does not simulate proxies for %s, only for POSTGRESQL", family)
			}
			for i, a := range v.In.Objs("auths") {
				if a.Has("clientPasswordAuthType") && !slices.Contains([]string{"POSTGRES_MD5", "POSTGRES_SCRAM_SHA_256"}, a.Str("clientPasswordAuthType")) && a.Known("clientPasswordAuthType") {
					v.Fail(fmt.Sprintf("auths[%d].clientPasswordAuthType", i), "InvalidParameterValue: ClientPasswordAuthType %s is not valid for engine family POSTGRESQL", a.Str("clientPasswordAuthType"))
				}
				if !a.Has("secretArn") {
					v.Fail(fmt.Sprintf("auths[%d].secretArn", i), "InvalidParameterCombination: the authentication scheme SECRETS needs a secret")
				}
			}
		},
		Identify: func(c *resource.Call) error {
			name := c.In.Str("name")
			if most := c.Limits["DB proxies per region"]; inRegion(c) >= most {
				return resource.Faultf("DBProxyQuotaExceededFault", "You can't create more than %d proxies", most)
			}
			c.Obj.ID = name
			c.Obj.ARN = rdsARN(c, "db-proxy", "prx-0"+c.Hex("proxy", 16))
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("DBProxyAlreadyExistsFault", "DB Proxy %s already exists", name)
			}
			c.Out("endpoint", rdsHost(c, name+".proxy-"))
			return nil
		},
		Apply: applyDBProxy,
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokProxyTargets, tokProxyTarget))
			return nil
		},
	}
}

func applyDBProxy(c *resource.Call) error {
	subnets, vpcID, wrong := place(c, c.In.Strs("vpcSubnetIds"), nil)
	if wrong != nil {
		return resource.Faultf("InvalidSubnet", "The requested subnets are not valid: %s", wrong)
	}
	zones := map[string]bool{}
	for _, s := range subnets {
		zones[prop(s, "availabilityZone")] = true
	}
	if len(zones) < 2 {
		return resource.Faultf("InvalidSubnet", "DB Proxy needs subnets in at least two Availability Zones, got %d", len(zones))
	}
	if err := guardDatabase(c, vpcID); err != nil {
		return err
	}
	if role := roleByARN(c, c.In.Str("roleArn")); role == nil || !trusts(role, "rds.amazonaws.com") {
		return rdsValue("IAM role ARN %s is invalid or cannot be assumed by RDS", c.In.Str("roleArn"))
	}
	for _, a := range c.In.Objs("auths") {
		if _, err := needSecret(c, a.Str("secretArn")); err != nil {
			return rdsValue("The secret %s could not be found or cannot be used", a.Str("secretArn"))
		}
	}
	c.Default("idleClientTimeout", 1800)
	return nil
}

// needProxy returns the proxy that a target or a target group belongs to.
func needProxy(c *resource.Call) (*store.Object, error) {
	if o := c.Regional(tokProxy, c.In.Str("dbProxyName")); o != nil {
		return o, nil
	}
	return nil, resource.Faultf("DBProxyNotFoundFault", "DBProxy %s not found", c.In.Str("dbProxyName"))
}

// proxyTargetGroup manages the group that comes with a proxy.
func proxyTargetGroup() *resource.Kind {
	return &resource.Kind{
		Token: tokProxyTargets, Service: "RDS", Noun: "RDS DB Proxy Default Target Group", CreateOp: "ModifyDBProxyTargetGroup", UpdateOp: "ModifyDBProxyTargetGroup", DeleteOp: "ModifyDBProxyTargetGroup",
		Upsert: true, // it changes the group that is there
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"dbProxyName"}, Why: "it is the proxy's"}},
			Computed: []string{"connectionPoolConfig"},
			Ranges: map[string]schema.Range{
				"connectionPoolConfig.connectionBorrowTimeout": {Min: 0, Max: 3600}, "connectionPoolConfig.maxConnectionsPercent": {Min: 1, Max: 100},
				"connectionPoolConfig.maxIdleConnectionsPercent": {Min: 0, Max: 100},
			},
			Enums: map[string][]string{"connectionPoolConfig.sessionPinningFilters": {"EXCLUDE_VARIABLE_SETS"}},
		},
		Validate: func(v *resource.Validation) {
			pool := v.In.Obj("connectionPoolConfig")
			if pool.Len("sessionPinningFilters") > 0 {
				v.Fail("connectionPoolConfig.sessionPinningFilters", "InvalidParameterCombination: session pinning filters are not valid for engine family POSTGRESQL")
			}
			if idle, most := pool.Int("maxIdleConnectionsPercent"), pool.Int("maxConnectionsPercent"); pool.Has("maxConnectionsPercent") && pool.Known("maxConnectionsPercent") && idle > most {
				v.Fail("connectionPoolConfig.maxIdleConnectionsPercent", "InvalidParameterValue: MaxIdleConnectionsPercent (%d) must not be greater than MaxConnectionsPercent (%d)", idle, most)
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("dbProxyName")
			c.Obj.ARN = rdsARN(c, "target-group", "prx-tg-0"+c.Hex("targets", 16))
			c.Out("name", "default")
			return nil
		},
		Apply: func(c *resource.Call) error {
			_, err := needProxy(c)
			return err
		},
		Report: func(c *resource.Call) {
			pool := map[string]any{"connectionBorrowTimeout": 120, "initQuery": "", "maxConnectionsPercent": 100, "maxIdleConnectionsPercent": 50, "sessionPinningFilters": resource.List[any]()}
			maps.Copy(pool, c.In.Obj("connectionPoolConfig"))
			c.Out("connectionPoolConfig", pool)
		},
	}
}

func proxyTarget() *resource.Kind {
	return &resource.Kind{
		Token: tokProxyTarget, Service: "RDS", Noun: "RDS DB Proxy Target", CreateOp: "RegisterDBProxyTargets", UpdateOp: "RegisterDBProxyTargets", DeleteOp: "DeregisterDBProxyTargets",
		Rules: schema.Rules{
			Immutable:  "a target is registered and deregistered",
			ExactlyOne: [][]string{{"dbInstanceIdentifier", "dbClusterIdentifier"}},
		},
		Identify: func(c *resource.Call) error {
			typ, id := "RDS_INSTANCE", c.In.Str("dbInstanceIdentifier")
			if id == "" {
				typ, id = "TRACKED_CLUSTER", c.In.Str("dbClusterIdentifier")
			}
			c.Obj.ID = fmt.Sprintf("%s/%s/%s/%s", c.In.Str("dbProxyName"), c.In.Str("targetGroupName"), typ, id)
			c.Out("type", typ)
			c.Out("rdsResourceId", id)
			c.Out("targetArn", "")
			c.Out("trackedClusterId", "")
			return nil
		},
		Apply: applyProxyTarget,
	}
}

func applyProxyTarget(c *resource.Call) error {
	proxy, err := needProxy(c)
	if err != nil {
		return err
	}
	if group := c.In.Str("targetGroupName"); group != "default" {
		return resource.Faultf("DBProxyTargetGroupNotFoundFault", "DBProxyTargetGroup %s not found", group)
	}
	if len(resource.UsersOf(c.Tx, proxy.Key, tokProxyTarget)) > 0 {
		return resource.Faultf("DBProxyTargetAlreadyRegisteredFault", "The proxy %s already has a target", proxy.ID)
	}
	var target *store.Object
	endpoint := ""
	if id := c.In.Str("dbInstanceIdentifier"); id != "" {
		if target = sourceOf(c, id); target == nil {
			return resource.Faultf("DBInstanceNotFound", "DBInstance %s not found.", id)
		}
		endpoint = prop(target, "address")
	} else if target, err = findCluster(c, c.In.Str("dbClusterIdentifier")); err != nil {
		return err
	}
	subnet := resource.Props(proxy.Outputs).Strs("vpcSubnetIds")[0]
	if at := vpcOfGroup(c, prop(target, "dbSubnetGroupName")); at != vpcOf(c, subnet) {
		return resource.Faultf("InvalidDBInstanceState", "The proxy %s and its target are in different VPCs: the target is in %s", proxy.ID, at)
	}
	c.Use(target.Key)
	c.Out("endpoint", endpoint)
	c.Out("port", resource.Props(target.Outputs).Int("port"))
	return nil
}
