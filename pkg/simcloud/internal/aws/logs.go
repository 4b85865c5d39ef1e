package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// retentionDays are what CloudWatch Logs takes; 0 keeps for ever.
func retentionDays() []int {
	return []int{0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
}

func logGroup() *resource.Kind {
	return &resource.Kind{
		Token: tokLogGroup, Service: "CloudWatch Logs", Noun: "CloudWatch Logs Log Group", CreateOp: "CreateLogGroup", UpdateOp: "PutRetentionPolicy", DeleteOp: "DeleteLogGroup",
		Naming: &resource.Naming{Property: "name", Max: 512, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"name", "namePrefix", "logGroupClass"}, Why: "a log group is made with its name and class"}},
			Computed:    []string{"logGroupClass"},
			Defaults:    map[string]any{"retentionInDays": float64(0), "skipDestroy": false},
			Enums:       map[string][]string{"logGroupClass": {"STANDARD", "INFREQUENT_ACCESS", "DELIVERY"}},
			Lengths:     map[string]schema.Range{"name": {Min: 1, Max: 512}},
			Formats:     map[string]schema.Format{"kmsKeyId": schema.ARN},
			Unsimulated: map[string]string{"namePrefix": ""},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("retentionInDays") && !slices.Contains(retentionDays(), v.In.Int("retentionInDays")) {
				v.Fail("retentionInDays", "expected retentionInDays to be one of %v, got %d", retentionDays(), v.In.Int("retentionInDays"))
			}
			if v.In.Known("name") && !regexp.MustCompile(`^[.\-_/#A-Za-z0-9]+$`).MatchString(v.In.Str("name")) {
				v.Fail("name", "%q isn't a valid log group name (alphanumeric characters, underscores, hyphens, slashes, hash signs and dots are allowed): %q", "name", v.In.Str("name"))
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			c.Obj.ARN = fmt.Sprintf("arn:aws:logs:%s:%s:log-group:%s", c.Region, c.Account, c.Obj.ID)
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("ResourceAlreadyExistsException", "The specified log group already exists")
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("logGroupClass", "STANDARD")
			return checkLogKey(c)
		},
		Remove: func(c *resource.Call) error {
			if !c.In.Bool("skipDestroy") {
				deleteAll(c, c.Users(tokLogStream, tokLogProtection))
			}
			return keepWhenSkipped(c)
		},
	}
}

// checkLogKey refuses a key that the log service may not use: the service asks the key, the caller's rights do not
// help.
func checkLogKey(c *resource.Call) error {
	arn := c.In.Str("kmsKeyId")
	if arn == "" {
		return nil
	}
	key, err := needKey(c, arn)
	if err != nil || !strings.Contains(prop(key, "policy"), "logs."+c.Region+".amazonaws.com") {
		return resource.Faultf("InvalidParameterException", "The specified KMS key does not exist or is not allowed to be used with Arn '%s'", c.Obj.ARN)
	}
	return nil
}

// keepWhenSkipped leaves a thing in the cloud, without a resource, when the program said so.
func keepWhenSkipped(c *resource.Call) error {
	if c.In.Bool("skipDestroy") {
		left := *c.Obj
		left.URN, left.ID = "", c.Obj.ID
		c.Tx.Put(&left)
		return resource.ErrKept
	}
	return nil
}
