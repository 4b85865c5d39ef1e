package vaultpolicy_test

import (
	"strings"
	"testing"

	"cellworks/pkg/vaultpolicy"
)

// as is the policy as an identity with this metadata has it: rules that name other
// metadata are not there.
func as(policy vaultpolicy.Policy, metadata map[string]string) vaultpolicy.Policy {
	filled := vaultpolicy.Policy{Name: policy.Name}
	for _, rule := range policy.Rules {
		for key, value := range metadata {
			rule.Path = strings.ReplaceAll(rule.Path, vaultpolicy.Metadata(key), value)
		}
		if !strings.Contains(rule.Path, "{{") {
			filled.Rules = append(filled.Rules, rule)
		}
	}
	return filled
}

func service(client, name string) map[string]string {
	return map[string]string{vaultpolicy.MetadataClient: client, vaultpolicy.MetadataService: name}
}

func TestServicesReachWhatTheirClientHas(t *testing.T) {
	t.Parallel()
	mine := as(vaultpolicy.CellService(), service("acme", "api"))
	for _, tc := range []struct {
		capability vaultpolicy.Capability
		path       string
		want       bool
	}{
		{vaultpolicy.Read, "cells/acme/kv/data/api/partner", true},
		{vaultpolicy.Read, "cells/acme/kv/data/shared/license", true},
		{vaultpolicy.List, "cells/acme/kv/metadata/api/", true},
		{vaultpolicy.Update, "cells/acme/transit/encrypt/cell", true},
		{vaultpolicy.Update, "cells/acme/transit/decrypt/cell", true},
		{vaultpolicy.Update, "cells/acme/transit/datakey/plaintext/cell", true},
		{vaultpolicy.Read, "cells/acme/database/creds/api.app", true},
		{vaultpolicy.Read, "cells/acme/database/creds/worker.app", false},
		{vaultpolicy.Read, "cells/acme/database/creds/api-two.app", false},
		{vaultpolicy.Read, "cells/acme/database/creds/app", false},
		{vaultpolicy.Read, "auth/token/lookup-self", true},
		{vaultpolicy.Create, "cells/acme/kv/data/api/partner", false},
		{vaultpolicy.Update, "cells/acme/kv/data/api/partner", false},
		{vaultpolicy.Read, "cells/acme/kv/data/worker/partner", false},
		{vaultpolicy.Read, "cells/acme/kv/data/api-two/partner", false},
		{vaultpolicy.Read, "cells/acme/transit/keys/cell", false},
		{vaultpolicy.Read, "cells/acme/database/config/main", false},
		{vaultpolicy.Update, "cells/acme/database/rotate-root/main", false},
		{vaultpolicy.Read, "cells/birch/kv/data/api/partner", false},
		{vaultpolicy.Read, "cells/birch/kv/data/shared/license", false},
		{vaultpolicy.Read, "cells/acme-two/kv/data/api/partner", false},
		{vaultpolicy.Update, "cells/birch/transit/decrypt/cell", false},
		{vaultpolicy.Read, "cells/birch/database/creds/api.app", false},
		{vaultpolicy.Read, "kv/data/platform/datadog", false},
		{vaultpolicy.Update, "identity/entity", false},
	} {
		if got := allows(mine, tc.capability, tc.path); got != tc.want {
			t.Errorf("service api of acme may %s %s: %v, want %v", tc.capability, tc.path, got, tc.want)
		}
	}
}

func TestWhoIsNobodysServiceReachesNothing(t *testing.T) {
	t.Parallel()
	for _, metadata := range []map[string]string{nil, {vaultpolicy.MetadataService: "api"}} {
		if got := as(vaultpolicy.CellService(), metadata).Rules; len(got) != 1 || got[0].Path != "auth/token/lookup-self" {
			t.Errorf("with %v: %v, want the look at its own token alone", metadata, got)
		}
	}
}

// TestNobodyMakesHimselfMore holds that those who write what Vault gives policies by can
// give the policy of services alone, and those who lock people out nothing.
func TestNobodyMakesHimselfMore(t *testing.T) {
	t.Parallel()
	for _, policy := range all(t) {
		if policy.Name == vaultpolicy.Deploy().Name {
			continue // it writes all policies
		}
		for _, rule := range policy.Rules {
			writes := false
			for _, capability := range rule.Capabilities {
				writes = writes || capability == vaultpolicy.Create || capability == vaultpolicy.Update || capability == vaultpolicy.Patch
			}
			if !writes || !strings.HasPrefix(rule.Path, "auth/aws/role/") && !strings.HasPrefix(rule.Path, "identity/") && !strings.HasPrefix(rule.Path, "sys/policies/") {
				continue
			}
			if rule.Parameters == nil || strings.HasPrefix(rule.Path, "sys/policies/") {
				t.Errorf("%s: whoever has it writes anything at %s", policy.Name, rule.Path)
			}
			for _, parameter := range []string{"policies", "token_policies"} {
				values, named := rule.Parameters[parameter]
				if _, other := rule.Parameters[vaultpolicy.AnyOther]; !named && other || named && len(values.Texts) > 0 || named && len(values.Lists) == 0 {
					t.Errorf("%s: %s may be anything at %s", policy.Name, parameter, rule.Path)
				}
				for _, list := range values.Lists {
					for _, given := range list {
						if given != vaultpolicy.CellService().Name {
							t.Errorf("%s: gives %s at %s", policy.Name, given, rule.Path)
						}
					}
				}
			}
		}
	}
}
