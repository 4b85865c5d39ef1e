package aws

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// serviceCall is what an AWS service is going to do to a thing of a customer, as the policy of that thing sees it.
type serviceCall struct {
	// Service is the principal: "cloudtrail.amazonaws.com".
	Service string
	// Action and Resource are what is done to what: "s3:PutObject" to the ARN of an object.
	Action, Resource string
	// Context are the condition keys that the service sends, in lower case. A key that is not here is taken as met by a
	// statement that allows and as not met by one that denies.
	Context map[string]string
}

// newServiceCall is a call for something of the caller's account, for instance a trail, whose ARN is source.
func newServiceCall(c *resource.Call, service, action, on, source string) serviceCall {
	return serviceCall{Service: service, Action: action, Resource: on, Context: map[string]string{
		"aws:sourceaccount": c.Account, "aws:sourcearn": source, "aws:securetransport": "true", "aws:principalisawsservice": "true",
		"s3:x-amz-acl": "bucket-owner-full-control",
	}}
}

// on is the same call for another action.
func (r serviceCall) on(action, target string) serviceCall {
	r.Action, r.Resource = action, target
	return r
}

// with is the same call with one more condition key.
func (r serviceCall) with(key, value string) serviceCall {
	r.Context = maps.Clone(r.Context)
	r.Context[strings.ToLower(key)] = value
	return r
}

// allowedBy says whether a policy lets the call through: a statement allows it and none denies it.
func (r serviceCall) allowedBy(text string) bool {
	statements, err := parsePolicy(text)
	if err != nil {
		return false
	}
	allowed := false
	for _, s := range statements {
		if !r.covered(s) || !r.meets(s) {
			continue
		}
		if s.Effect == "Deny" {
			return false
		}
		allowed = true
	}
	return allowed
}

// covered says whether a statement speaks of the call at all.
func (r serviceCall) covered(s statement) bool {
	who := slices.Contains(s.Principal["Service"], r.Service) || slices.Contains(s.Principal["AWS"], "*")
	return who && !s.NotPrincipal && s.does(r.Action, r.Resource)
}

// does says whether a statement is about an action on a resource.
func (s statement) does(action, target string) bool {
	acts := slices.ContainsFunc(s.Action, func(p string) bool { return matchesAction(p, action) })
	if s.NotAction != nil {
		acts = !slices.ContainsFunc(s.NotAction, func(p string) bool { return matchesAction(p, action) })
	}
	on := slices.ContainsFunc(s.Resource, func(p string) bool { return wildcard(p, target) })
	if s.NotResource != nil {
		on = !slices.ContainsFunc(s.NotResource, func(p string) bool { return wildcard(p, target) })
	}
	return acts && on
}

// meets says whether all conditions of a statement hold for the call.
func (r serviceCall) meets(s statement) bool {
	for operator, keys := range s.Condition {
		for key, values := range keys {
			actual, known := r.Context[strings.ToLower(key)]
			if !known {
				if s.Effect == "Deny" {
					return false
				}
				continue
			}
			if !holds(operator, actual, conditionValues(values)) {
				return false
			}
		}
	}
	return true
}

// conditionValues are the values of a condition key as strings: JSON lets them be booleans and numbers too.
func conditionValues(v any) []string {
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	values := make([]string, len(list))
	for i, e := range list {
		values[i] = fmt.Sprint(e)
	}
	return values
}

// holds compares a value as a condition operator does; an operator that compares neither strings, ARNs nor booleans
// holds.
func holds(operator, actual string, values []string) bool {
	operator = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(operator, "ForAnyValue:"), "ForAllValues:"), "IfExists")
	compare := func(v string) bool { return v == actual }
	switch strings.Replace(operator, "Not", "", 1) {
	case "StringEquals":
	case "StringEqualsIgnoreCase", "Bool":
		compare = func(v string) bool { return strings.EqualFold(v, actual) }
	case "StringLike", "ArnLike", "ArnEquals": // ArnEquals takes wildcards as ArnLike does
		compare = func(v string) bool { return wildcard(v, actual) }
	default:
		return true
	}
	return slices.ContainsFunc(values, compare) != strings.Contains(operator, "Not")
}

// findBucket is a bucket by name, wherever it is; nil when there is none. The caller records that it needs it.
func findBucket(c *resource.Call, name string) *store.Object {
	owner, ok := c.Tx.Owner("bucket/" + name)
	if !ok {
		return nil
	}
	return c.Use(owner)
}

// bucketPolicyOf is the text of a bucket's policy; empty when it has none.
func bucketPolicyOf(c *resource.Call, b *store.Object) string {
	o := c.Find(store.Key{Type: tokBucketPolicy, Account: b.Account, Region: b.Region, ID: b.ID})
	if o == nil {
		return ""
	}
	return prop(o, "policy")
}

// roleMay says whether a managed policy of the customer that is attached to a role, or one of the role itself, allows
// an action; conditions are taken as met.
func roleMay(c *resource.Call, role *store.Object, action, target string) bool {
	texts := []string{}
	for _, p := range resource.Props(role.Outputs).Objs("inlinePolicies") {
		texts = append(texts, p.Str("policy"))
	}
	for _, k := range resource.UsersOf(c.Tx, role.Key, tokRoleAttachment) {
		attached := c.Tx.Get(k)
		if p := c.Tx.Get(store.Key{Type: tokPolicy, Account: role.Account, Region: resource.Global, ID: prop(attached, "policyArn")}); p != nil {
			texts = append(texts, prop(p, "policy"))
		}
	}
	for _, text := range texts {
		statements, _ := parsePolicy(text) // IAM has refused what cannot be read
		if slices.ContainsFunc(statements, func(s statement) bool { return s.Effect == "Allow" && s.does(action, target) }) {
			return true
		}
	}
	return false
}

// linkedTo says whether an ARN is that of a role that is linked to a service, and so has the rights of the service.
func linkedTo(arn, service string) bool {
	return strings.Contains(arn, ":role/aws-service-role/"+service+"/")
}
