package vaultpolicy_test

import (
	"cmp"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cellworks/pkg/naming"
	"cellworks/pkg/vaultpolicy"
)

// accessor is that of the auth method of roles of AWS.
const accessor = "auth_aws_1a2b3c4d"

// all are the policies that there are, by name.
func all(t *testing.T) map[string]vaultpolicy.Policy {
	t.Helper()
	policies := map[string]vaultpolicy.Policy{}
	for _, policy := range []vaultpolicy.Policy{
		vaultpolicy.Administrator(), vaultpolicy.Agent("base"), vaultpolicy.Agent("cell"), vaultpolicy.Auditor(), vaultpolicy.CellService(), vaultpolicy.CellWriter(),
		vaultpolicy.Certificates(), vaultpolicy.Deploy(), vaultpolicy.DeployCell(accessor), vaultpolicy.Operator(), vaultpolicy.Outside(), vaultpolicy.Snapshot(), vaultpolicy.Writer(),
	} {
		if _, ok := policies[policy.Name]; ok {
			t.Fatalf("two policies are called %s", policy.Name)
		}
		policies[policy.Name] = policy
	}
	return policies
}

// parse reads a policy back: its rules by path.
func parse(t *testing.T, text string) map[string]vaultpolicy.Rule {
	t.Helper()
	file, diagnostics := hclsyntax.ParseConfig([]byte(text), "policy.hcl", hcl.InitialPos)
	if diagnostics.HasErrors() {
		t.Fatalf("%v in\n%s", diagnostics, text)
	}
	body := file.Body.(*hclsyntax.Body)
	if len(body.Attributes) > 0 {
		t.Errorf("attributes beside paths in\n%s", text)
	}
	rules := map[string]vaultpolicy.Rule{}
	for _, block := range body.Blocks {
		if block.Type != "path" || len(block.Labels) != 1 || len(block.Body.Blocks) > 0 {
			t.Fatalf("block %s %q is no rule", block.Type, block.Labels)
		}
		rule := vaultpolicy.Rule{Path: block.Labels[0]}
		for name, attribute := range block.Body.Attributes {
			value, diagnostics := attribute.Expr.Value(nil)
			if diagnostics.HasErrors() {
				t.Fatal(diagnostics)
			}
			switch name {
			case "capabilities":
				for _, capability := range texts(value) {
					rule.Capabilities = append(rule.Capabilities, vaultpolicy.Capability(capability))
				}
			case "allowed_parameters":
				rule.Parameters = map[string]vaultpolicy.Values{}
				for parameter, allowed := range value.AsValueMap() {
					rule.Parameters[parameter] = values(allowed)
				}
			default:
				t.Fatalf("%s: Vault knows no %s", rule.Path, name)
			}
		}
		rules[rule.Path] = rule
	}
	return rules
}

func texts(value cty.Value) []string {
	list := []string{}
	for _, text := range value.AsValueSlice() {
		list = append(list, text.AsString())
	}
	return list
}

func values(value cty.Value) vaultpolicy.Values {
	all := value.AsValueSlice()
	if len(all) == 0 {
		return vaultpolicy.Values{}
	}
	if all[0].Type() == cty.String {
		return vaultpolicy.Values{Texts: texts(value)}
	}
	var lists [][]string
	for _, list := range all {
		lists = append(lists, texts(list))
	}
	return vaultpolicy.Values{Lists: lists}
}

func TestEveryPolicyIsReadAsItIsMeant(t *testing.T) {
	t.Parallel()
	for name, policy := range all(t) {
		text, err := policy.HCL()
		if err != nil {
			t.Error(err)
			continue
		}
		read := parse(t, text)
		if len(read) != len(policy.Rules) {
			t.Errorf("%s: %d paths are read, want %d", name, len(read), len(policy.Rules))
		}
		for _, rule := range policy.Rules {
			if !reflect.DeepEqual(read[rule.Path], rule) {
				t.Errorf("%s: %s is read as %v, want %v", name, rule.Path, read[rule.Path], rule)
			}
		}
	}
}

func TestHCLIsWrittenInOneOrder(t *testing.T) {
	t.Parallel()
	got, err := vaultpolicy.Policy{Name: "p", Rules: []vaultpolicy.Rule{
		{Path: "kv/b/*", Capabilities: []vaultpolicy.Capability{vaultpolicy.Read, vaultpolicy.List}},
		{Path: "kv/a", Capabilities: []vaultpolicy.Capability{vaultpolicy.Deny}},
	}}.HCL()
	const want = "path \"kv/a\" {\n  capabilities = [\"deny\"]\n}\n\npath \"kv/b/*\" {\n  capabilities = [\"read\", \"list\"]\n}\n"
	if err != nil || got != want {
		t.Errorf("HCL = %s, %v, want %s", got, err, want)
	}
}

// allows says whether a policy allows something: of the paths that match, the most
// exact one counts, as Vault has it.
func allows(policy vaultpolicy.Policy, capability vaultpolicy.Capability, path string) bool {
	var matching []vaultpolicy.Rule
	for _, rule := range policy.Rules {
		pattern := strings.NewReplacer(`\+`, `[^/]+`).Replace(regexp.QuoteMeta(strings.TrimSuffix(rule.Path, "*")))
		if !strings.HasSuffix(rule.Path, "*") {
			pattern += "$"
		}
		if regexp.MustCompile("^" + pattern).MatchString(path) {
			matching = append(matching, rule)
		}
	}
	if len(matching) == 0 {
		return false
	}
	wildcard := func(r vaultpolicy.Rule) int {
		if i := strings.IndexAny(r.Path, "+*"); i >= 0 {
			return i
		}
		return len(path) + 1
	}
	best := slices.MaxFunc(matching, func(a, b vaultpolicy.Rule) int {
		return cmp.Or(cmp.Compare(wildcard(a), wildcard(b)), cmp.Compare(len(a.Path), len(b.Path)))
	})
	return slices.Contains(best.Capabilities, capability)
}

func TestPoliciesAllowWhatTheyAreForAndNoMore(t *testing.T) {
	t.Parallel()
	policies := all(t)
	for _, tc := range []struct {
		policy     string
		capability vaultpolicy.Capability
		path       string
		want       bool
	}{
		{"writer", vaultpolicy.Create, "kv/data/platform/datadog", true},
		{"writer", vaultpolicy.Read, "kv/metadata/platform/datadog", true},
		{"writer", vaultpolicy.Read, "kv/data/platform/datadog", false},
		{"writer", vaultpolicy.Update, "kv/data/jenkins/base/token", false},
		{"administrator", vaultpolicy.Read, "kv/data/platform/datadog", true},
		{"administrator", vaultpolicy.Read, "sys/audit", true},
		{"administrator", vaultpolicy.Delete, "sys/audit/file-1", false},
		{"administrator", vaultpolicy.Update, "sys/policies/acl/administrator", false},
		{"administrator", vaultpolicy.Read, "cells/acme/kv/data/database", false},
		{"administrator", vaultpolicy.Read, "cells/acme/database/creds/app", false},
		{"administrator", vaultpolicy.Update, "auth/aws/role/deploy-cell", false},
		{"administrator", vaultpolicy.Create, "auth/token/create", false},
		{"cell-writer", vaultpolicy.Create, "cells/acme/kv/data/api/partner", true},
		{"cell-writer", vaultpolicy.Read, "cells/acme/kv/metadata/api/partner", true},
		{"cell-writer", vaultpolicy.Read, "cells/acme/kv/data/api/partner", false},
		{"cell-writer", vaultpolicy.Update, "cells/acme/transit/keys/cell", false},
		{"cell-writer", vaultpolicy.Update, "kv/data/platform/datadog", false},
		{"operator", vaultpolicy.Update, "sys/storage/raft/remove-peer", true},
		{"operator", vaultpolicy.Read, "kv/data/platform/datadog", false},
		{"operator", vaultpolicy.Read, "sys/storage/raft/snapshot", false},
		{"auditor", vaultpolicy.Read, "sys/policies/acl/writer", true},
		{"auditor", vaultpolicy.Read, "auth/aws/role/deploy-cell", true},
		{"auditor", vaultpolicy.Read, "kv/data/platform/datadog", false},
		{"auditor", vaultpolicy.List, "auth/approle/role/outside/secret-id", false},
		{"snapshot", vaultpolicy.Read, "sys/storage/raft/snapshot", true},
		{"snapshot", vaultpolicy.Update, "sys/storage/raft/snapshot", false},
		{"jenkins-agent-cell", vaultpolicy.Read, "kv/data/jenkins/cell/token", true},
		{"jenkins-agent-cell", vaultpolicy.Read, "kv/data/jenkins/base/token", false},
		{"jenkins-agent-cell", vaultpolicy.Update, "kv/data/jenkins/cell/token", false},
		{"certificates", vaultpolicy.Update, "pki/issue/internal", true},
		{"certificates", vaultpolicy.Update, "pki-root/root/sign-intermediate", false},
		{"outside", vaultpolicy.Read, "kv/data/outside/vendor", true},
		{"outside", vaultpolicy.Read, "kv/data/platform/datadog", false},
		{"deploy-cell", vaultpolicy.Create, "sys/mounts/cells/acme/kv", true},
		{"deploy-cell", vaultpolicy.Create, "cells/acme/database/config/main", true},
		{"deploy-cell", vaultpolicy.Create, "auth/aws/role/cell-acme-api", true},
		{"deploy-cell", vaultpolicy.Update, "identity/entity", true},
		{"deploy-cell", vaultpolicy.Delete, "identity/entity-alias/id/7d0", true},
		{"deploy-cell", vaultpolicy.List, "identity/entity/id", false},
		{"deploy-cell", vaultpolicy.Update, "identity/entity/name/administrator", false},
		{"deploy-cell", vaultpolicy.Update, "identity/entity/merge", false},
		{"deploy-cell", vaultpolicy.Update, "identity/group", false},
		{"deploy-cell", vaultpolicy.Read, "sys/auth", false},
		{"deploy-cell", vaultpolicy.Delete, "sys/policies/acl/cell-acme-api", true},
		{"deploy-cell", vaultpolicy.Update, "sys/policies/acl/cell-acme-api", false},
		{"deploy-cell", vaultpolicy.Update, "sys/policies/acl/" + naming.VaultCellServicePolicy, false},
		{"deploy-cell", vaultpolicy.Delete, "sys/policies/acl/" + naming.VaultCellServicePolicy, false},
		{"deploy-cell", vaultpolicy.Read, "cells/acme/kv/data/database", false},
		{"deploy-cell", vaultpolicy.Read, "cells/acme/database/creds/app", false},
		{"deploy-cell", vaultpolicy.Update, "cells/acme/transit/decrypt/records", false},
		{"deploy-cell", vaultpolicy.Update, "auth/aws/role/deploy-cell", false},
		{"deploy-cell", vaultpolicy.Update, "sys/policies/acl/administrator", false},
		{"deploy-cell", vaultpolicy.Create, "sys/mounts/kv", false},
		{"pulumi-utility", vaultpolicy.Create, "sys/audit/file-1", true},
		{"pulumi-utility", vaultpolicy.Update, "sys/quotas/rate-limit/all", true},
		{"pulumi-utility", vaultpolicy.Read, "kv/data/platform/datadog", false},
		{"pulumi-utility", vaultpolicy.Update, "auth/deploy/role/pulumi-utility", false},
	} {
		if got := allows(policies[tc.policy], tc.capability, tc.path); got != tc.want {
			t.Errorf("%s may %s %s: %v, want %v", tc.policy, tc.capability, tc.path, got, tc.want)
		}
	}
}

func TestNoPolicyReachesEverything(t *testing.T) {
	t.Parallel()
	for name, policy := range all(t) {
		for _, rule := range policy.Rules {
			for _, broad := range []string{"*", "sys/*", "auth/*", "cells/*", "+/*"} {
				if rule.Path == broad {
					t.Errorf("%s: %s is too broad", name, rule.Path)
				}
			}
			if strings.HasPrefix(rule.Path, "sys/raw") || strings.HasPrefix(rule.Path, "sys/generate-root") || strings.HasPrefix(rule.Path, "sys/seal") {
				t.Errorf("%s: %s is for nobody", name, rule.Path)
			}
		}
	}
}

func TestHCLNamesAllThatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := vaultpolicy.Policy{Name: "root", Rules: []vaultpolicy.Rule{
		{Path: "kv/\" {}", Capabilities: []vaultpolicy.Capability{vaultpolicy.Read}},
		{Path: "kv/+*", Capabilities: []vaultpolicy.Capability{vaultpolicy.Deny, vaultpolicy.Read}},
		{Path: "kv/a", Capabilities: nil},
		{Path: "kv/a", Capabilities: []vaultpolicy.Capability{"write", vaultpolicy.Read, vaultpolicy.Read}},
		{Path: "kv/a+b/c", Capabilities: []vaultpolicy.Capability{vaultpolicy.Read}},
		{Path: "kv/{{identity.entity.name}}/c", Capabilities: []vaultpolicy.Capability{vaultpolicy.Read}},
		{Path: "kv/a-" + vaultpolicy.Metadata("client") + "/c", Capabilities: []vaultpolicy.Capability{vaultpolicy.Read}},
		{Path: "kv/c", Capabilities: []vaultpolicy.Capability{vaultpolicy.Read}, Parameters: map[string]vaultpolicy.Values{"*": {}}},
		{Path: "kv/d", Capabilities: []vaultpolicy.Capability{vaultpolicy.Read}, Parameters: map[string]vaultpolicy.Values{"a\"b": {}, "both": {Texts: []string{"a"}, Lists: [][]string{{"b"}}}}},
	}}.HCL()
	if err == nil {
		t.Fatal("the policy is accepted")
	}
	for _, want := range []string{
		`vault policy "root": name "root" is not valid, want lower-case letters, digits and dashes, and not root`,
		`path "kv/\" {}" is not valid`, `path "kv/+*" is not valid`, `path "kv/+*": deny takes everything else away`, `path "kv/a" is there twice`,
		`path "kv/a" allows nothing: leave it out, or deny`, `capability "write" is unknown or there twice`, `capability "read" is unknown or there twice`,
		`path "kv/a+b/c": + must stand for a whole part`, `path "kv/{{identity.entity.name}}/c" is not valid`,
		`path "kv/a-{{identity.entity.metadata.client}}/c": {{identity.entity.metadata.client}} must stand for a whole part, or begin the last one before .*`,
		`path "kv/c": the parameters limit nothing: leave them out`, `path "kv/d": parameter "a\"b" is not valid`, `path "kv/d": parameter "both" is text or a list, not both`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want it to contain %q", err, want)
		}
	}
	if _, err := (vaultpolicy.Policy{Name: "empty"}).HCL(); err == nil || err.Error() != `vault policy "empty": has no rules` {
		t.Errorf("error = %v", err)
	}
}
