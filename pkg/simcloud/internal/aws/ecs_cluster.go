package aws

import (
	"fmt"
	"regexp"
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
			for _, key := range []string{exec.Str("kmsKeyId"), storage.Str("kmsKeyId")} {
				if key == "" {
					continue
				}
				if _, err := needKey(c, key); err != nil {
					return resource.Faultf("InvalidParameterException", "The specified KMS key is invalid: %s", key)
				}
			}
			return checkTaskStorageKey(c, storage.Str("fargateEphemeralStorageKmsKeyId"))
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

// checkTaskStorageKey refuses a key with which Fargate could not encrypt the disks of tasks. ECS finds out when a task
// starts. Source: docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-create-storage-key.html.
func checkTaskStorageKey(c *resource.Call, name string) error {
	if name == "" {
		return nil
	}
	key, err := needKey(c, name)
	if err != nil {
		return resource.Faultf("InvalidParameterException", "The specified KMS key is invalid: %s", name)
	}
	if resource.Props(key.Outputs).Bool("multiRegion") {
		return resource.Faultf("InvalidParameterException", "The specified KMS key is invalid: %s is a multi-Region key", name)
	}
	const context = "kms:EncryptionContext:aws:ecs:"
	call := newServiceCall(c, "fargate.amazonaws.com", "kms:GenerateDataKeyWithoutPlaintext", key.ARN, c.Obj.ARN).
		with(context+"clusterName", clusterName(c.Obj.ARN)).with(context+"clusterAccount", c.Account).with("kms:GrantOperations", "Decrypt")
	policy := prop(key, "policy")
	if !call.allowedBy(policy) || !call.on("kms:CreateGrant", key.ARN).allowedBy(policy) {
		return resource.Faultf("InvalidParameterException", "The policy of the KMS key %s does not let fargate.amazonaws.com use it for cluster %s (kms:GenerateDataKeyWithoutPlaintext, kms:CreateGrant)", key.ARN, clusterName(c.Obj.ARN))
	}
	return nil
}
