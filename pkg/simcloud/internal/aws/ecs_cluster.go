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

func ecsARN(c *resource.Call, rest string) string {
	return fmt.Sprintf("arn:aws:ecs:%s:%s:%s", c.Region, c.Account, rest)
}

// checkECSName holds what ECS asks of the names of clusters, services and task definition families.
func checkECSName(v *resource.Validation, property string) {
	if v.In.Known(property) && !regexp.MustCompile(`^[0-9A-Za-z_-]{1,255}$`).MatchString(v.In.Str(property)) {
		v.Fail(property, `%q must be 1 to 255 letters, digits, hyphens and underscores, got %q`, property, v.In.Str(property))
	}
}

func cluster() *resource.Kind {
	return &resource.Kind{
		Token: tokCluster, Service: "ECS", Noun: "ECS Cluster", CreateOp: "CreateCluster", UpdateOp: "UpdateCluster", DeleteOp: "DeleteCluster",
		Upsert: true, // CreateCluster answers with the cluster that has the name
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "the name is the cluster's ARN"}},
			Sets:     []string{"settings"},
			Computed: []string{"settings"},
			Enums: map[string][]string{
				"settings.name":  {"containerInsights"},
				"settings.value": {"enhanced", "enabled", "disabled"},
				"configuration.executeCommandConfiguration.logging": {"NONE", "DEFAULT", "OVERRIDE"},
			},
		},
		Validate: func(v *resource.Validation) {
			checkECSName(v, "name")
			exec := v.In.Obj("configuration").Obj("executeCommandConfiguration")
			if exec.Str("logging") == "OVERRIDE" && !exec.Has("logConfiguration") {
				v.Fail("configuration.executeCommandConfiguration.logConfiguration", "InvalidParameterException: logConfiguration must be specified when logging is OVERRIDE")
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = ecsARN(c, "cluster/"+c.In.Str("name"))
			c.Obj.ARN = c.Obj.ID
			c.ImportAs(c.In.Str("name"))
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("settings", resource.List(map[string]any{"name": "containerInsights", "value": "disabled"}))
			exec := c.In.Obj("configuration").Obj("executeCommandConfiguration")
			storage := c.In.Obj("configuration").Obj("managedStorageConfiguration")
			for _, key := range []string{exec.Str("kmsKeyId"), storage.Str("kmsKeyId"), storage.Str("fargateEphemeralStorageKmsKeyId")} {
				if key == "" {
					continue
				}
				if _, err := needKey(c, key); err != nil {
					return resource.Faultf("InvalidParameterException", "The specified KMS key is invalid: %s", key)
				}
			}
			return nil
		},
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokService)) > 0 {
				return resource.Faultf("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.")
			}
			return nil
		},
	}
}

// needCluster returns a cluster by name or ARN.
func needCluster(c *resource.Call, name string) (*store.Object, error) {
	arn := name
	if !strings.HasPrefix(name, "arn:") {
		arn = ecsARN(c, "cluster/"+name)
	}
	if o := c.Regional(tokCluster, arn); o != nil {
		return o, nil
	}
	return nil, resource.Faultf("ClusterNotFoundException", "Cluster not found.")
}

func clusterCapacityProviders() *resource.Kind {
	return &resource.Kind{
		Token: tokClusterProviders, Service: "ECS", Noun: "ECS Cluster Capacity Providers", CreateOp: "PutClusterCapacityProviders", UpdateOp: "PutClusterCapacityProviders", DeleteOp: "PutClusterCapacityProviders",
		Upsert: true,
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"clusterName"}, Why: "it is the cluster's"}},
			Sets:     []string{"capacityProviders", "defaultCapacityProviderStrategies"},
			Ranges: map[string]schema.Range{
				"defaultCapacityProviderStrategies.base":   {Min: 0, Max: 100000},
				"defaultCapacityProviderStrategies.weight": {Min: 0, Max: 1000},
			},
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("clusterName"); return nil },
		Apply: func(c *resource.Call) error {
			if _, err := needCluster(c, c.In.Str("clusterName")); err != nil {
				return err
			}
			c.Default("capacityProviders", resource.List[any]())
			associated := c.In.Strs("capacityProviders")
			for _, p := range associated {
				if p != "FARGATE" && p != "FARGATE_SPOT" {
					return resource.Faultf("InvalidParameterException", "The specified capacity provider '%s' was not found.", p)
				}
			}
			for _, s := range c.In.Objs("defaultCapacityProviderStrategies") {
				if !slices.Contains(associated, s.Str("capacityProvider")) {
					return resource.Faultf("InvalidParameterException", "The capacity provider '%s' in the default strategy is not associated with the cluster.", s.Str("capacityProvider"))
				}
			}
			return nil
		},
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokService)) > 0 {
				return resource.Faultf("ResourceInUseException", "The specified capacity provider is in use and cannot be removed.")
			}
			return nil
		},
	}
}
