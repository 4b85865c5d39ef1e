package aws

import (
	"fmt"
	"regexp"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func logStream() *resource.Kind {
	return &resource.Kind{
		Token: tokLogStream, Service: "CloudWatch Logs", Noun: "CloudWatch Logs Log Stream", CreateOp: "CreateLogStream", UpdateOp: "CreateLogStream", DeleteOp: "DeleteLogStream",
		Naming: &resource.Naming{Property: "name", Max: 512},
		Rules: schema.Rules{
			Immutable: "a stream is its name in its group",
			Lengths:   map[string]schema.Range{"name": {Min: 1, Max: 512}},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("name") && !regexp.MustCompile(`^[^:*]+$`).MatchString(v.In.Str("name")) {
				v.Fail("name", "%q cannot contain : or *: %q", "name", v.In.Str("name"))
			}
		},
		Identify: func(c *resource.Call) error {
			group, name := c.In.Str("logGroupName"), c.In.Str("name")
			c.Obj.ID = name
			c.Obj.ARN = fmt.Sprintf("arn:aws:logs:%s:%s:log-group:%s:log-stream:%s", c.Region, c.Account, group, name)
			if c.Tx.Get(c.Obj.Key) != nil { // the provider's id is the name alone
				c.Obj.ID = group + ":" + name
			}
			if c.Tx.Get(c.Obj.Key) != nil || !c.Claim("log-stream/"+c.Obj.ARN) {
				return resource.Faultf("ResourceAlreadyExistsException", "The specified log stream already exists")
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			if c.Regional(tokLogGroup, c.In.Str("logGroupName")) == nil {
				return resource.Faultf("ResourceNotFoundException", "The specified log group does not exist.")
			}
			return nil
		},
	}
}
