package cell_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/pulumitest"
	"cellworks/pkg/vaultpolicy"
)

const (
	vaultMount  = "vault:index/mount:Mount"
	vaultRole   = "vault:aws/authBackendRole:AuthBackendRole"
	vaultEntity = "vault:identity/entity:Entity"
	vaultAlias  = "vault:identity/entityAlias:EntityAlias"
)

// vaultTypes are what a cell makes in Vault, with the property that says where.
var vaultTypes = map[string]string{
	vaultMount: "path", vaultRole: "backend", vaultEntity: "", vaultAlias: "",
	"vault:kv/secretBackendV2:SecretBackendV2":                       "mount",
	"vault:transit/secretBackendKey:SecretBackendKey":                "backend",
	"vault:database/secretBackendConnection:SecretBackendConnection": "backend",
	"vault:database/secretBackendRole:SecretBackendRole":             "backend",
	"vault:generic/endpoint:Endpoint":                                "path",
}

func vaultBreaches() []breach {
	return []breach{
		{vaultMount, "path", "secret"}, {vaultMount, "path", "cells/firs/kv"},
		{"vault:transit/secretBackendKey:SecretBackendKey", "backend", "transit"}, {"vault:generic/endpoint:Endpoint", "path", "sys/policy/root"},
		{vaultEntity, "metadata", map[string]any{"client": "other", "service": "api"}}, {vaultEntity, "metadata", map[string]any{"client": "+", "service": "api"}},
		{vaultEntity, "metadata", map[string]any{"client": "fir", "service": "*"}}, {vaultEntity, "metadata", nil},
		{vaultEntity, "name", "cell-other-api"}, {vaultEntity, "policies", []any{"administrator"}},
		{vaultAlias, "canonicalId", "other-vault-api-id"}, {vaultAlias, "name", "other-api-task-uniqueId"}, {vaultAlias, "mountAccessor", "auth_oidc_1a2b3c4d"},
		{vaultRole, "tokenPolicies", []any{"deploy-cell"}}, {vaultRole, "tokenPolicies", []any{naming.VaultCellServicePolicy, "deploy-cell"}}, {vaultRole, "role", "api"},
		{vaultRole, "boundIamPrincipalArns", []any{"arn:aws:iam::222222222222:role/cell/other/other-api-task"}}, {vaultRole, "boundIamPrincipalArns", []any{"*"}},
		{vaultRole, "resolveAwsUniqueIds", false}, {vaultRole, "backend", "approle"},
	}
}

// vaultFaults returns what is not below the client's path, and who could log in as somebody
// else's service, or as more than a service.
func vaultFaults(b built) []string {
	var found []string
	below := naming.VaultCellsPath + b.Client + "/"
	for _, res := range b.recording.Resources {
		if !strings.HasPrefix(res.Type, "vault:") {
			continue
		}
		where, known := vaultTypes[res.Type]
		if !known {
			found = append(found, fmt.Sprintf("%s is not what cells have in Vault: policies and groups are the platform's", res.URN))
		} else if path := text(res, where); where != "" && !strings.HasPrefix(path, below) && (res.Type != vaultRole || path != naming.VaultAWSMount) {
			found = append(found, fmt.Sprintf("%s of %s is %q, want it below %s", where, res.URN, path, below))
		}
	}
	services := map[string]bool{}
	for _, entity := range b.recording.OfType(vaultEntity) {
		service, faults := b.entityFaults(entity)
		found = append(found, faults...)
		services[service] = true
	}
	for _, kind := range []string{vaultAlias, vaultRole} {
		for _, res := range b.recording.OfType(kind) {
			if service := strings.TrimPrefix(res.Name, b.Client+"-vault-"); !services[service] {
				found = append(found, fmt.Sprintf("%s belongs to no service of the client", res.URN))
			}
		}
	}
	return found
}

// entityFaults returns whose service an identity is, and what is wrong with it and with the
// login that leads to it.
func (b built) entityFaults(entity pulumitest.Resource) (string, []string) {
	var found []string
	service := strings.TrimPrefix(entity.Name, b.Client+"-vault-")
	check := func(res pulumitest.Resource, property string, want any) {
		value := plainValue(res.Inputs[resource.PropertyKey(property)])
		if got := value.Mappable(); !reflect.DeepEqual(got, want) {
			found = append(found, fmt.Sprintf("%s of %s is %v, want %v", property, res.URN, got, want))
		}
	}
	if !slices.ContainsFunc(b.Services.Items, func(s config.Service) bool { return s.Name == service }) {
		found = append(found, fmt.Sprintf("%s is none of the client's services", entity.URN))
	}
	check(entity, "name", naming.CellVaultRole(b.Client, service))
	check(entity, "metadata", map[string]any{vaultpolicy.MetadataClient: b.Client, vaultpolicy.MetadataService: service})
	check(entity, "policies", nil)
	of := func(token string) pulumitest.Resource {
		for _, res := range b.recording.OfType(token) {
			if res.Name == entity.Name {
				return res
			}
		}
		found = append(found, fmt.Sprintf("%s has no %s", entity.URN, token))
		return pulumitest.Resource{}
	}
	alias, login, task := of(vaultAlias), of(vaultRole), b.Client+"-"+service+"-task"
	check(alias, "canonicalId", entity.ID)
	check(alias, "name", task+"-uniqueId")
	check(alias, "mountAccessor", b.accessor())
	check(login, "role", naming.CellVaultRole(b.Client, service))
	check(login, "tokenPolicies", []any{naming.VaultCellServicePolicy})
	check(login, "resolveAwsUniqueIds", true)
	if in := texts(login.Inputs["boundIamPrincipalArns"]); len(in) != 1 || !strings.HasSuffix(in[0], ":"+task) {
		found = append(found, fmt.Sprintf("%s lets in %q, want the role %s alone", login.URN, in, task))
	}
	if !slices.Contains(login.Dependencies, alias.URN) {
		found = append(found, fmt.Sprintf("%s can log in before Vault knows whose service it is", login.URN))
	}
	return service, append(found, b.policyFaults(entity)...)
}

// policyFaults returns what the policy that services share gives to an identity outside of
// the client's path.
func (b built) policyFaults(entity pulumitest.Resource) []string {
	var found []string
	metadata, below := plainValue(entity.Inputs["metadata"]), naming.VaultCellsPath+b.Client+"/"
	for _, rule := range vaultpolicy.CellService().Rules {
		path := rule.Path
		if metadata.IsObject() {
			for key, value := range metadata.ObjectValue() {
				path = strings.ReplaceAll(path, vaultpolicy.Metadata(string(key)), value.StringValue())
			}
		}
		// What an identity has no metadata for, Vault does not give to it.
		if !strings.Contains(path, "{{") && !strings.HasPrefix(path, below) && path != "auth/token/lookup-self" {
			found = append(found, fmt.Sprintf("%s reaches %q, want it below %s", entity.URN, path, below))
		}
	}
	return found
}

// accessor is that of the auth method in the Vault that serves the cell.
func (b built) accessor() string {
	for _, stack := range slices.Sorted(maps.Keys(b.below)) {
		if accessor, ok := b.below[stack]["awsAccessor"].(string); ok {
			return accessor
		}
	}
	return ""
}

// TestCellsThatWritePoliciesAreFound adds to a real recording what a cell must not make.
func TestCellsThatWritePoliciesAreFound(t *testing.T) {
	t.Parallel()
	tree := load(t)
	cfg, err := tree.Cell("fir")
	if err != nil {
		t.Fatal(err)
	}
	cell := built{Cell: cfg, recording: record(t, tree, stacks(t, tree), "fir"), below: stacks(t, tree)}
	for _, token := range []string{"vault:index/policy:Policy", "vault:identity/group:Group", "vault:identity/entityPolicies:EntityPolicies"} {
		more := cell
		more.recording = &pulumitest.Recording{Resources: append(slices.Clone(cell.recording.Resources), pulumitest.Resource{URN: token, Type: token})}
		if len(vaultFaults(more)) == 0 {
			t.Errorf("nothing objects to a %s", token)
		}
	}
}
