package aws

import (
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// trusts says whether a role lets a service assume it.
func trusts(role *store.Object, service string) bool {
	statements, _ := parsePolicy(prop(role, "assumeRolePolicy")) // IAM has refused what cannot be read
	return slices.ContainsFunc(statements, func(s statement) bool {
		return s.Effect == "Allow" && slices.Contains(s.Principal["Service"], service) && mayAssume(s)
	})
}

func mayAssume(s statement) bool {
	return slices.ContainsFunc(s.Action, func(a string) bool { return matchesAction(a, "sts:AssumeRole") })
}

// assumable says whether a role exists under an ARN and lets anybody but services assume it. Who may is not looked at.
func assumable(tx *store.Tx, arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 {
		return false
	}
	name := parts[5][strings.LastIndexByte(parts[5], '/')+1:]
	role := tx.Get(store.Key{Type: tokRole, Account: parts[4], Region: resource.Global, ID: name})
	if role == nil || role.ARN != arn {
		return false
	}
	statements, _ := parsePolicy(prop(role, "assumeRolePolicy")) // IAM has refused what cannot be read
	return slices.ContainsFunc(statements, func(s statement) bool {
		return s.Effect == "Allow" && mayAssume(s) && len(s.Principal["AWS"]) > 0
	})
}
