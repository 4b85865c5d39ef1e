package aws

import (
	"fmt"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func instanceProfile() *resource.Kind {
	return &resource.Kind{
		Token: tokInstanceProfile, Service: "IAM", Noun: "IAM Instance Profile", CreateOp: "CreateInstanceProfile", UpdateOp: "AddRoleToInstanceProfile", DeleteOp: "DeleteInstanceProfile",
		Global: true,
		Naming: &resource.Naming{Property: "name", Max: 128, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"name", "namePrefix", "path"}, Why: "the name and path are the profile's ARN"}},
			Strings:     []string{"role"},
			Defaults:    map[string]any{"path": "/"},
			Lengths:     map[string]schema.Range{"name": {Min: 1, Max: 128}, "path": {Min: 1, Max: 512}},
			Unsimulated: map[string]string{"namePrefix": ""},
		},
		Validate: checkIAMName,
		Identify: func(c *resource.Call) error {
			if inRegion(c) >= c.Limits["instance profiles per account"] {
				return iamFault("LimitExceeded", "Cannot exceed quota for InstanceProfilesPerAccount: %d", c.Limits["instance profiles per account"])
			}
			name := c.In.Str("name")
			c.Obj.ID = name
			c.Obj.ARN = fmt.Sprintf("arn:aws:iam::%s:instance-profile%s%s", c.Account, c.In.Str("path"), name)
			if c.Tx.Get(c.Obj.Key) != nil || !c.Claim("instance-profile/"+c.Account+"/"+strings.ToLower(name)) {
				return iamFault("EntityAlreadyExists", "Instance Profile %s already exists.", name)
			}
			c.Out("uniqueId", iamID(c, "AIPA"))
			c.Out("createDate", c.Now.Format(time.RFC3339))
			return nil
		},
		Apply: func(c *resource.Call) error {
			name := c.In.Str("role")
			if name == "" {
				return nil
			}
			if r := c.OfAccount(tokRole, name); r == nil {
				return iamFault("NoSuchEntity", "The role with name %s cannot be found.", name)
			} else if strings.Contains(r.ARN, linkedRolePath) {
				return iamFault("UnmodifiableEntity", "Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", r.ID)
			}
			return nil
		},
	}
}
