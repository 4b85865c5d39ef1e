package aws

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// eventCategories are what RDS tells of each type of source. Source:
// docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html.
func eventCategories() map[string][]string {
	return map[string][]string{
		"db-instance": {
			"availability", "backup", "configuration change", "creation", "deletion", "failover", "failure", "low storage", "maintenance", "notification", "read replica", "recovery",
			"restoration", "security", "security patching",
		},
		"db-cluster":          {"configuration change", "creation", "deletion", "failover", "failure", "global-failover", "maintenance", "migration", "notification", "serverless"},
		"db-parameter-group":  {"configuration change"},
		"db-security-group":   {"configuration change", "failure"},
		"db-snapshot":         {"creation", "deletion", "notification", "restoration"},
		"db-cluster-snapshot": {"backup", "notification"},
		"db-proxy":            {"configuration change", "creation", "deletion", "failure"},
	}
}

func dbEvents() *resource.Kind {
	return &resource.Kind{
		Token: tokDBEvents, Service: "RDS", Noun: "RDS Event Subscription", CreateOp: "CreateEventSubscription", UpdateOp: "ModifyEventSubscription", DeleteOp: "DeleteEventSubscription",
		Naming: &resource.Naming{Property: "name", Max: 255, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"name", "namePrefix"}, Why: "RDS has no call that renames it"}},
			Defaults:    map[string]any{"enabled": true},
			Sets:        []string{"eventCategories", "sourceIds"},
			Formats:     map[string]schema.Format{"snsTopic": schema.ARN},
			Unsimulated: map[string]string{"namePrefix": ""},
		},
		Validate: checkDBEvents,
		Identify: func(c *resource.Call) error {
			name := c.In.Str("name")
			if most := c.Limits["DB event subscriptions per region"]; inRegion(c) >= most {
				return resource.Faultf("EventSubscriptionQuotaExceeded", "Event subscription quota exceeded: %d", most)
			}
			c.Obj.ID = name
			c.Obj.ARN = rdsARN(c, "es", name)
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("SubscriptionAlreadyExist", "Event subscription %s already exists.", name)
			}
			c.Out("customerAwsId", c.Account)
			return nil
		},
		Apply: func(c *resource.Call) error {
			topic := findTopic(c, c.In.Str("snsTopic"))
			if topic == nil {
				return resource.Faultf("SNSTopicArnNotFound", "SNS topic ARN does not exist: %s", c.In.Str("snsTopic"))
			}
			for _, id := range c.In.Strs("sourceIds") {
				if !tellsOf(c, c.In.Str("sourceType"), id) {
					return resource.Faultf("SourceNotFound", "The source %s of type %s could not be found.", id, c.In.Str("sourceType"))
				}
			}
			return tellsTopic(c, topic)
		},
	}
}

// tellsTopic holds a subscription against its topic: RDS names the source of what it publishes, here each that there may
// be. Source: docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.GrantingPermissions.html.
func tellsTopic(c *resource.Call, topic *store.Object) error {
	ids := c.In.Strs("sourceIds")
	if len(ids) == 0 {
		ids = []string{"*"}
	}
	kind := map[string]string{
		"db-instance": "db", "db-cluster": "cluster", "db-parameter-group": "pg", "db-security-group": "secgrp", "db-snapshot": "snapshot",
		"db-cluster-snapshot": "cluster-snapshot", "db-proxy": "db-proxy",
	}[c.In.Str("sourceType")]
	if kind == "" {
		kind = "*" // of any type
	}
	for _, id := range ids {
		call := newServiceCall(c, "events.rds.amazonaws.com", "", "", rdsARN(c, kind, id)).with("kms:EncryptionContext:aws:sns:topicArn", topic.ARN)
		if why := closedTopic(c, topic, call); why != "" {
			return resource.Faultf("SNSNoAuthorization", "RDS cannot publish to %s: %s", topic.ARN, why)
		}
	}
	return nil
}

// tellsOf says whether there is a source of events.
func tellsOf(c *resource.Call, typ, id string) bool {
	if typ == "db-instance" {
		return sourceOf(c, id) != nil
	}
	tokens := map[string]string{"db-cluster": tokDBCluster, "db-parameter-group": tokDBParameters, "db-snapshot": tokDBSnapshot, "db-cluster-snapshot": tokClusterSnapshot, "db-proxy": tokProxy}
	return tokens[typ] != "" && c.Find(store.Key{Type: tokens[typ], Account: c.Account, Region: c.Region, ID: id}) != nil
}

func checkDBEvents(v *resource.Validation) {
	if v.In.Known("name") && !regexp.MustCompile(`^[0-9A-Za-z-]{1,255}$`).MatchString(v.In.Str("name")) {
		v.Fail("name", "only alphanumeric characters and hyphens allowed in %q, at most 255: %s", "name", v.In.Str("name"))
	}
	typ := v.In.Str("sourceType")
	if v.In.Len("sourceIds") > 0 && !v.In.Has("sourceType") {
		v.Fail("sourceType", "InvalidParameterCombination: sourceIds can be given only with a sourceType")
	}
	known, has := eventCategories()[typ]
	if !has {
		all := map[string]bool{}
		for _, list := range eventCategories() {
			for _, category := range list {
				all[category] = true
			}
		}
		known = slices.Sorted(maps.Keys(all))
	}
	for i, category := range v.In.Strs("eventCategories") {
		if !slices.Contains(known, category) {
			v.Fail(fmt.Sprintf("eventCategories[%d]", i), "SubscriptionCategoryNotFound: The requested category %s does not exist for source type %q (there are %s)", category, typ, strings.Join(known, ", "))
		}
	}
}

// backupsElsewhere sends the automated backups of a database to the provider's region.
func backupsElsewhere() *resource.Kind {
	return &resource.Kind{
		Token: tokBackupsElsewhere, Service: "RDS", Noun: "RDS instance automated backups replication", CreateOp: "StartDBInstanceAutomatedBackupsReplication", UpdateOp: "StartDBInstanceAutomatedBackupsReplication", DeleteOp: "StopDBInstanceAutomatedBackupsReplication",
		Rules: schema.Rules{
			Immutable:   "RDS starts and stops a replication and does not change it",
			Defaults:    map[string]any{"retentionPeriod": float64(7)},
			Computed:    []string{"kmsKeyId"},
			Ranges:      map[string]schema.Range{"retentionPeriod": {Min: 1, Max: 35}},
			Formats:     map[string]schema.Format{"sourceDbInstanceArn": schema.ARN, "kmsKeyId": schema.ARN},
			Unsimulated: map[string]string{"preSignedUrl": ""},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = rdsARN(c, "auto-backup", "ab-"+c.Pick("backup", "abcdefghijklmnopqrstuvwxyz234567", 39))
			c.Obj.ARN = c.Obj.ID
			return nil
		},
		Apply: func(c *resource.Call) error {
			arn := c.In.Str("sourceDbInstanceArn")
			source := sourceOf(c, arn)
			if source == nil || source.Type != tokDBInstance {
				return resource.Faultf("DBInstanceNotFound", "DBInstance %s not found.", arn)
			}
			from := resource.Props(source.Outputs)
			switch key := c.In.Str("kmsKeyId"); {
			case source.Region == c.Region:
				return rdsValue("Automated backups can't be replicated to the region of their DB instance: %s. The provider has to be one of another region.", c.Region)
			case from.Int("backupRetentionPeriod") == 0:
				return resource.Faultf("InvalidDBInstanceState", "Automated backups are not enabled for the DB instance %s: its backup retention period is 0", arn)
			case key == "" && from.Bool("storageEncrypted"):
				return rdsValue("A KMS key of region %s must be specified for the backups of the encrypted DB instance %s", c.Region, arn)
			}
			if !c.Claim("backups of " + arn) {
				return resource.Faultf("InvalidDBInstanceAutomatedBackupState", "The automated backups of %s are already replicated", arn)
			}
			c.Default("kmsKeyId", "")
			return needDatabaseKey(c, c.In.Str("kmsKeyId"))
		},
	}
}
