package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// iamID is a unique id as IAM gives them: four letters for the kind of thing, seventeen that follow.
func iamID(c *resource.Call, kind string) string {
	return kind + c.Pick("unique id", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 17)
}

func iamFault(code, format string, a ...any) error {
	status := map[string]int{"EntityAlreadyExists": 409, "DeleteConflict": 409, "LimitExceeded": 409, "NoSuchEntity": 404}[code]
	return &resource.Fault{Code: code, Message: fmt.Sprintf(format, a...), Status: status}
}

// checkIAMName checks what roles and policies have in common.
func checkIAMName(v *resource.Validation) {
	if v.In.Known("name") && !regexp.MustCompile(`^[0-9A-Za-z_+=,.@-]+$`).MatchString(v.In.Str("name")) {
		v.Fail("name", `invalid value for name (must match [\w+=,.@-])`)
	}
	if path := v.In.Str("path"); path != "" && (!strings.HasPrefix(path, "/") || !strings.HasSuffix(path, "/")) {
		v.Fail("path", "ValidationError: The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.")
	}
}

func role() *resource.Kind {
	return &resource.Kind{
		Token: tokRole, Service: "IAM", Noun: "IAM Role", CreateOp: "CreateRole", UpdateOp: "UpdateAssumeRolePolicy", DeleteOp: "DeleteRole",
		Global: true,
		Naming: &resource.Naming{Property: "name", Max: 64, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"name", "namePrefix", "path"}, Why: "the name and path are the role's ARN"}},
			JSON:        []string{"assumeRolePolicy", "inlinePolicies.policy"},
			Sets:        []string{"managedPolicyArns", "inlinePolicies"},
			Computed:    []string{"managedPolicyArns", "inlinePolicies"},
			Strings:     []string{"assumeRolePolicy"},
			Defaults:    map[string]any{"path": "/", "maxSessionDuration": float64(3600), "forceDetachPolicies": false},
			Ranges:      map[string]schema.Range{"maxSessionDuration": {Min: 3600, Max: 43200}},
			Lengths:     map[string]schema.Range{"name": {Min: 1, Max: 64}, "description": {Min: 0, Max: 1000}, "path": {Min: 1, Max: 512}},
			Formats:     map[string]schema.Format{"permissionsBoundary": schema.ARN, "managedPolicyArns": schema.ARN, "inlinePolicies.policy": schema.JSONDocument},
			Unsimulated: map[string]string{"namePrefix": ""},
		},
		Validate: func(v *resource.Validation) {
			checkIAMName(v)
			checkPolicy(v, "assumeRolePolicy", trustPolicy())
		},
		Identify: func(c *resource.Call) error {
			if inRegion(c) >= c.Limits["roles per account"] {
				return iamFault("LimitExceeded", "Cannot exceed quota for RolesPerAccount: %d", c.Limits["roles per account"])
			}
			name := c.In.Str("name")
			c.Obj.ID = name
			c.Obj.ARN = fmt.Sprintf("arn:aws:iam::%s:role%s%s", c.Account, c.In.Str("path"), name)
			if c.Tx.Get(c.Obj.Key) != nil || !c.Claim(roleName(c.Account, name)) {
				return iamFault("EntityAlreadyExists", "Role with name %s already exists.", name)
			}
			id := iamID(c, "AROA")
			c.Claim(uniqueIDName(id))
			c.Out("uniqueId", id)
			c.Out("createDate", c.Now.Format(time.RFC3339))
			return nil
		},
		Apply:  applyRole,
		Remove: removeRole,
	}
}

func applyRole(c *resource.Call) error {
	c.Default("managedPolicyArns", resource.List[any]())
	c.Default("inlinePolicies", resource.List[any]())
	if most := c.Limits["policies per role"]; c.In.Len("managedPolicyArns") > most {
		return iamFault("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: %d", most)
	}
	for _, arn := range c.In.Strs("managedPolicyArns") {
		if err := needPolicy(c, arn); err != nil {
			return err
		}
	}
	if boundary := c.In.Str("permissionsBoundary"); boundary != "" {
		if err := needPolicy(c, boundary); err != nil {
			return err
		}
	}
	return checkPrincipals(c, c.In.Str("assumeRolePolicy"), "MalformedPolicyDocument", "Invalid principal in policy")
}

func removeRole(c *resource.Call) error {
	attached := c.Users(tokRoleAttachment)
	if len(attached) > 0 && !c.In.Bool("forceDetachPolicies") {
		return iamFault("DeleteConflict", "Cannot delete entity, must detach all policies first.")
	}
	deleteAll(c, attached)
	for _, k := range c.Users(tokInstanceProfile) { // the provider takes the role out of them first
		profile := c.Tx.Get(k)
		delete(profile.Outputs, "role")
		delete(profile.Inputs, "role")
		profile.Refs = slices.DeleteFunc(profile.Refs, func(r store.Key) bool { return r == c.Obj.Key })
		c.Tx.Put(profile)
	}
	return nil
}

// needPolicy checks a managed policy; those of AWS itself are taken as they are written.
func needPolicy(c *resource.Call, arn string) error {
	if strings.HasPrefix(arn, "arn:aws:iam::aws:policy/") && !strings.HasSuffix(arn, "/") {
		return nil
	}
	if c.OfAccount(tokPolicy, arn) == nil {
		return iamFault("NoSuchEntity", "Policy %s does not exist or is not attachable.", arn)
	}
	return nil
}

// roleByARN returns a role that another service is to act as, or nil.
func roleByARN(c *resource.Call, arn string) *store.Object {
	name := arn[strings.LastIndexByte(arn, '/')+1:]
	o := c.OfAccount(tokRole, name)
	if o == nil || o.ARN != arn {
		return nil
	}
	return o
}

func policy() *resource.Kind {
	return &resource.Kind{
		Token: tokPolicy, Service: "IAM", Noun: "IAM Policy", CreateOp: "CreatePolicy", UpdateOp: "CreatePolicyVersion", DeleteOp: "DeletePolicy",
		Global: true,
		Naming: &resource.Naming{Property: "name", Max: 128, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"name", "namePrefix", "path", "description"}, Why: "IAM has no call that changes them"}},
			JSON:        []string{"policy"},
			Strings:     []string{"policy"},
			Defaults:    map[string]any{"path": "/"},
			Lengths:     map[string]schema.Range{"name": {Min: 1, Max: 128}, "description": {Min: 0, Max: 1000}, "path": {Min: 1, Max: 512}},
			Unsimulated: map[string]string{"namePrefix": ""},
		},
		Validate: func(v *resource.Validation) {
			checkIAMName(v)
			checkPolicy(v, "policy", managedPolicy())
		},
		Identify: func(c *resource.Call) error {
			if inRegion(c) >= c.Limits["policies per account"] {
				return iamFault("LimitExceeded", "Cannot exceed quota for PoliciesPerAccount: %d", c.Limits["policies per account"])
			}
			name := c.In.Str("name")
			c.Obj.ID = fmt.Sprintf("arn:aws:iam::%s:policy%s%s", c.Account, c.In.Str("path"), name)
			c.Obj.ARN = c.Obj.ID
			if c.Tx.Get(c.Obj.Key) != nil || !c.Claim("policy/"+c.Account+"/"+strings.ToLower(name)) {
				return iamFault("EntityAlreadyExists", "A policy called %s already exists. Duplicate names are not allowed.", name)
			}
			c.Out("policyId", iamID(c, "ANPA"))
			c.Out("attachmentCount", 0)
			return nil
		},
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokRoleAttachment, tokRole)) > 0 {
				return iamFault("DeleteConflict", "Cannot delete a policy attached to entities.")
			}
			return nil
		},
	}
}

func rolePolicyAttachment() *resource.Kind {
	return &resource.Kind{
		Token: tokRoleAttachment, Service: "IAM", Noun: "IAM Role Policy Attachment", CreateOp: "AttachRolePolicy", UpdateOp: "AttachRolePolicy", DeleteOp: "DetachRolePolicy",
		Global: true,
		Rules: schema.Rules{
			Immutable:   "an attachment is one role and one policy",
			DeleteFirst: true,
			Strings:     []string{"role"},
			Formats:     map[string]schema.Format{"policyArn": schema.ARN},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("role") + "-" + c.Pick("attachment", "0123456789", 26)
			c.ImportAs(c.In.Str("role") + "/" + c.In.Str("policyArn"))
			return nil
		},
		Apply: func(c *resource.Call) error {
			r := c.OfAccount(tokRole, c.In.Str("role"))
			if r == nil {
				return iamFault("NoSuchEntity", "The role with name %s cannot be found.", c.In.Str("role"))
			}
			if strings.Contains(r.ARN, linkedRolePath) {
				return iamFault("UnmodifiableEntity", "Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", r.ID)
			}
			if err := needPolicy(c, c.In.Str("policyArn")); err != nil {
				return err
			}
			if most := c.Limits["policies per role"]; c.Tx.CountReferrers(r.Key, tokRoleAttachment) >= most {
				return iamFault("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: %d", most)
			}
			return nil
		},
	}
}
