package aws

import (
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func logStream() *resource.Kind {
	return &resource.Kind{
		Token: tokLogStream, Service: "CloudWatch Logs", Noun: "CloudWatch Logs Log Stream", CreateOp: "CreateLogStream", UpdateOp: "CreateLogStream", DeleteOp: "DeleteLogStream",
		Naming: &resource.Naming{Property: "name", Max: 512},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name", "logGroupName"}, Why: "a stream is its name in its group"}},
			Lengths:  map[string]schema.Range{"name": {Min: 1, Max: 512}},
		},
		Validate: func(v *resource.Validation) {
			if name := v.In.Str("name"); strings.ContainsAny(name, ":*") {
				v.Fail("name", "%q: must not contain ':' or '*': %q", "name", name)
			}
		},
		Identify: func(c *resource.Call) error {
			group, name := c.In.Str("logGroupName"), c.In.Str("name")
			c.Obj.ID = name
			c.Obj.ARN = fmt.Sprintf("arn:aws:logs:%s:%s:log-group:%s:log-stream:%s", c.Region, c.Account, group, name)
			if !c.Claim("log-stream/" + c.Obj.ARN) {
				return resource.Faultf("ResourceAlreadyExistsException", "The specified log stream already exists")
			}
			c.Obj.ID = group + ":" + name
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

// logGroupByARN is the log group that an ARN with or without :* at its end names.
func logGroupByARN(c *resource.Call, arn string) *store.Object {
	_, name, _ := strings.Cut(strings.TrimSuffix(arn, ":*"), ":log-group:")
	g := c.Regional(tokLogGroup, name)
	if g == nil || g.ARN != strings.TrimSuffix(arn, ":*") {
		return nil
	}
	return g
}
