package aws

import (
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// replicaKey is of docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html.
func replicaKey() *resource.Kind {
	return &resource.Kind{
		Token: tokReplicaKey, Service: "KMS", Noun: "KMS Replica Key", CreateOp: "ReplicateKey", UpdateOp: "PutKeyPolicy", DeleteOp: "ScheduleKeyDeletion",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"primaryKeyArn"}, Why: "a replica has the material of its primary key"}},
			JSON:     []string{"policy"},
			Computed: []string{"policy"},
			Defaults: map[string]any{"bypassPolicyLockoutSafetyCheck": false, "deletionWindowInDays": float64(30), "enabled": true},
			Ranges:   map[string]schema.Range{"deletionWindowInDays": {Min: 7, Max: 30}},
			Formats:  map[string]schema.Format{"policy": schema.JSONDocument, "primaryKeyArn": schema.ARN},
			Lengths:  map[string]schema.Range{"description": {Min: 0, Max: 8192}},
		},
		Validate: func(v *resource.Validation) {
			checkPolicy(v, "policy", keyPolicy())
			part := strings.Split(v.In.Str("primaryKeyArn"), ":")
			if len(part) == 6 && part[3] == v.Region {
				v.Fail("primaryKeyArn", "ValidationException: Replica region cannot be same as the primary region: %s", v.Region)
			}
		},
		Identify: func(c *resource.Call) error {
			arn := c.In.Str("primaryKeyArn")
			c.Obj.ID = arn[strings.LastIndexByte(arn, '/')+1:]
			c.Obj.ARN = fmt.Sprintf("arn:aws:kms:%s:%s:key/%s", c.Region, c.Account, c.Obj.ID)
			c.Out("keyId", c.Obj.ID)
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("AlreadyExistsException", "Replica of %s already exists in %s", arn, c.Region)
			}
			return nil
		},
		Apply:  applyReplicaKey,
		Remove: func(c *resource.Call) error { return scheduleKeyDeletion(c, c.In.Int("deletionWindowInDays")) },
	}
}

func applyReplicaKey(c *resource.Call) error {
	arn := c.In.Str("primaryKeyArn")
	part := strings.Split(arn, ":")
	var primary *store.Object
	if len(part) == 6 && part[4] == c.Account {
		primary = c.Tx.Get(store.Key{Type: tokKey, Account: c.Account, Region: part[3], ID: strings.TrimPrefix(part[5], "key/")})
	}
	switch {
	case primary == nil:
		return resource.Faultf("NotFoundException", "Key '%s' does not exist", arn)
	case primary.State != "":
		return resource.Faultf("KMSInvalidStateException", "%s is pending deletion.", arn)
	case c.Use(primary.Key) == nil:
		return resource.Faultf("NotFoundException", "Key '%s' does not exist", arn)
	case !resource.Props(primary.Outputs).Bool("multiRegion"):
		return resource.Faultf("UnsupportedOperationException", "%s is not a multi-Region primary key", arn)
	}
	c.Out("keyRotationEnabled", resource.Props(primary.Outputs).Bool("enableKeyRotation"))
	c.Out("keySpec", prop(primary, "customerMasterKeySpec"))
	c.Out("keyUsage", prop(primary, "keyUsage"))
	c.Default("policy", defaultKeyPolicy(c))
	if err := checkPrincipals(c, c.In.Str("policy"), "MalformedPolicyDocumentException", "Policy contains a statement with one or more invalid principals."); err != nil {
		return err
	}
	return checkLockout(c)
}
