package vaultpolicy_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"cellworks/pkg/realserver"
)

// recorded is what a golden says of a resource.
type recorded struct {
	Inputs map[string]any `yaml:"inputs"`
}

// replay makes what a program registered in a real Vault, with the requests that the
// provider makes for it (hashicorp/terraform-provider-vault v3, which pulumi-vault v5 is
// made from).
type replay struct {
	t   *testing.T
	api realserver.API
	// accessor is that of the auth method aws, and sts where STS and IAM are.
	accessor, sts string
	// ids are the ids that Vault has given, by those that the golden has.
	ids map[string]string
	// made are the paths to read again, and to delete, in the order in which they were made.
	made []string
}

// order is in what order types are made; others are not replayed.
var order = []string{
	"vault:aws/authBackendClient:AuthBackendClient", "vault:aws/authBackendConfigIdentity:AuthBackendConfigIdentity",
	"vault:aws/authBackendStsRole:AuthBackendStsRole", "vault:index/policy:Policy", "vault:index/mount:Mount", "vault:kv/secretBackendV2:SecretBackendV2",
	"vault:transit/secretBackendKey:SecretBackendKey", "vault:database/secretBackendRole:SecretBackendRole", "vault:identity/entity:Entity",
	"vault:identity/entityAlias:EntityAlias", "vault:aws/authBackendRole:AuthBackendRole",
}

// golden makes what the recording of a program holds.
func (r *replay) golden(file string) {
	r.t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		r.t.Fatal(err)
	}
	var resources map[string]recorded
	if err := yaml.Unmarshal(text, &resources); err != nil {
		r.t.Fatal(err)
	}
	for _, token := range order {
		for _, urn := range slices.Sorted(maps.Keys(resources)) {
			parts := strings.Split(urn, "::")
			if types := strings.Split(parts[2], "$"); types[len(types)-1] == token {
				r.make(token, parts[3], resources[urn].Inputs)
			}
		}
	}
}

// make makes one resource.
func (r *replay) make(token, name string, in map[string]any) {
	r.t.Helper()
	field := func(name string) string { return fmt.Sprint(in[name]) }
	switch token {
	case "vault:aws/authBackendClient:AuthBackendClient":
		in["stsEndpoint"], in["iamEndpoint"] = r.sts, r.sts
		r.write("auth/"+field("backend")+"/config/client", snaked(in, "backend"))
	case "vault:aws/authBackendConfigIdentity:AuthBackendConfigIdentity":
		r.write("auth/"+field("backend")+"/config/identity", map[string]any{"iam_alias": in["iamAlias"], "iam_metadata": in["iamMetadatas"]})
	case "vault:aws/authBackendStsRole:AuthBackendStsRole":
		r.write("auth/"+field("backend")+"/config/sts/"+field("accountId"), snaked(in, "backend", "accountId"))
	case "vault:index/policy:Policy":
		// The recorder makes accessors up.
		r.write("sys/policies/acl/"+field("name"), map[string]any{"policy": strings.ReplaceAll(field("policy"), "vault-config-aws-accessor", r.accessor)})
	case "vault:index/mount:Mount":
		lease := map[string]any{}
		for from, to := range map[string]string{"defaultLeaseTtlSeconds": "default_lease_ttl", "maxLeaseTtlSeconds": "max_lease_ttl"} {
			if seconds, ok := in[from]; ok {
				lease[to] = fmt.Sprint(seconds, "s")
			}
		}
		r.write("sys/mounts/"+field("path"), map[string]any{"type": in["type"], "description": in["description"], "options": in["options"], "config": lease})
		r.made = append(r.made, "sys/mounts/"+field("path")+"/tune", "sys/mounts/"+field("path"))
	case "vault:kv/secretBackendV2:SecretBackendV2":
		r.write(field("mount")+"/config", snaked(in, "mount"))
	case "vault:transit/secretBackendKey:SecretBackendKey":
		key := field("backend") + "/keys/" + field("name")
		r.write(key, map[string]any{"type": in["type"], "exportable": in["exportable"], "allow_plaintext_backup": in["allowPlaintextBackup"], "auto_rotate_period": in["autoRotatePeriod"]})
		r.write(key+"/config", map[string]any{"deletion_allowed": true})
		r.made = append(r.made, key)
	case "vault:database/secretBackendRole:SecretBackendRole":
		r.write(field("backend")+"/roles/"+field("name"), snaked(in, "backend", "name"))
		r.made = append(r.made, field("backend")+"/roles/"+field("name"))
	default:
		r.identify(token, name, in)
	}
}

// identify makes identities, their aliases, and the roles by which they log in.
func (r *replay) identify(token, name string, in map[string]any) {
	r.t.Helper()
	switch token {
	case "vault:identity/entity:Entity":
		r.ids[name+"-id"] = r.write("identity/entity", snaked(in))
		r.made = append(r.made, "identity/entity/id/"+r.ids[name+"-id"])
	case "vault:identity/entityAlias:EntityAlias":
		// The provider looks first whether there is one.
		r.write("identity/lookup/entity", map[string]any{"alias_name": in["name"], "alias_mount_accessor": r.accessor})
		id := r.write("identity/entity-alias", map[string]any{"name": in["name"], "mount_accessor": r.accessor, "canonical_id": r.ids[fmt.Sprint(in["canonicalId"])], "custom_metadata": map[string]any{}})
		r.made = append(r.made, "identity/entity-alias/id/"+id)
	case "vault:aws/authBackendRole:AuthBackendRole":
		body := snaked(in, "backend", "role", "boundIamPrincipalArns")
		var bound []string
		for _, arn := range in["boundIamPrincipalArns"].([]any) {
			// The recorder makes ARNs up, too, but for those that programs put together.
			if parts := strings.Split(fmt.Sprint(arn), ":"); parts[3] != "" {
				arn = who{parts[4], parts[5]}.arn()
			}
			bound = append(bound, fmt.Sprint(arn))
		}
		body["bound_iam_principal_arn"] = bound
		path := fmt.Sprintf("auth/%s/role/%s", in["backend"], in["role"])
		r.write(path, body)
		r.made = append(r.made, path)
	}
}

// write makes one request and returns the id that Vault gives.
func (r *replay) write(path string, body map[string]any) string {
	r.t.Helper()
	var answer struct {
		Data struct {
			ID string `json:"id"`
		} `json:"data"`
		Errors []string `json:"errors"`
	}
	status, err := r.api.Call(http.MethodPut, "/v1/"+path, body, &answer)
	if err != nil || status != http.StatusOK && status != http.StatusNoContent {
		r.t.Fatalf("%s: status %d, %v, %q", path, status, err, answer.Errors)
	}
	return answer.Data.ID
}

// snaked is what resources call their fields as Vault calls them.
func snaked(in map[string]any, but ...string) map[string]any {
	out := map[string]any{}
	for name, value := range in {
		if slices.Contains(but, name) {
			continue
		}
		var snake strings.Builder
		for _, c := range name {
			if c >= 'A' && c <= 'Z' {
				snake.WriteString("_" + strings.ToLower(string(c)))
				continue
			}
			snake.WriteRune(c)
		}
		out[snake.String()] = value
	}
	return out
}
