package datadog

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// managedRoles are those that every organization has. Source: docs.datadoghq.com/account_management/rbac.
func managedRoles() []string {
	return []string{"Datadog Admin Role", "Datadog Standard Role", "Datadog Read Only Role"}
}

// fixedID is the id of something that an organization has from the beginning, in the form of a UUID.
func fixedID(org, name string) string {
	sum := sha256.Sum256([]byte("datadog\x00" + org + "\x00" + name))
	h := hex.EncodeToString(sum[:])
	return fmt.Sprintf("%s-%s-11%s-%s-%s", h[:8], h[8:12], h[14:16], h[16:20], h[20:32])
}

// roleExists says whether an id is one of a role, be it managed or made.
func roleExists(c *resource.Call, id string) bool {
	for _, name := range managedRoles() {
		if id == fixedID(c.Account, name) {
			return true
		}
	}
	return c.OfAccount(tokRole, id) != nil
}

func isUUID(s string) bool {
	return regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`).MatchString(s)
}

func role() *resource.Kind {
	return &resource.Kind{
		Token: tokRole, Noun: "role", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(resource.Props) string { return "api/v2/roles" },
		Rules: schema.Rules{
			Sets:     []string{"permissions"},
			Defaults: map[string]any{"defaultPermissionsOptOut": false},
		},
		Validate: func(v *resource.Validation) {
			for i, p := range v.In.Objs("permissions") {
				if id := p.Str("id"); id != "" && !isUUID(id) {
					v.Fail(fmt.Sprintf("permissions[%d].id", i), "permission with ID %s does not exist", id)
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.UUID("role")
			c.Out("userCount", 0)
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Release()
			name := c.In.Str("name")
			for _, managed := range managedRoles() {
				if name == managed {
					return conflict("Role with name %q already exists", name)
				}
			}
			if !c.Claim(orgName(c, "role", name)) {
				return conflict("Role with name %q already exists", name)
			}
			return nil
		},
	}
}

func team() *resource.Kind {
	return &resource.Kind{
		Token: tokTeam, Noun: "Team", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(resource.Props) string { return "api/v2/team" },
		Rules: schema.Rules{
			Lengths: map[string]schema.Range{"handle": {Min: 1, Max: 195}, "name": {Min: 1, Max: 200}},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("handle") && !regexp.MustCompile(`^[a-z0-9_.-]+$`).MatchString(v.In.Str("handle")) {
				v.Fail("handle", "Invalid handle %q: want lower-case letters, digits, dots, dashes and underscores", v.In.Str("handle"))
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.UUID("team")
			c.Out("linkCount", 0)
			c.Out("userCount", 0)
			c.Out("summary", "")
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Release()
			if !c.Claim(orgName(c, "team", c.In.Str("handle"))) {
				return conflict("Team handle %q already exists", c.In.Str("handle"))
			}
			return nil
		},
	}
}

func authnMapping() *resource.Kind {
	return &resource.Kind{
		Token: tokAuthnMapping, Noun: "authn mapping", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(resource.Props) string { return "api/v2/authn_mappings" },
		Rules: schema.Rules{ExactlyOne: [][]string{{"role", "team"}}},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.UUID("mapping")
			return nil
		},
		Apply: func(c *resource.Call) error {
			if id := c.In.Str("role"); id != "" && !roleExists(c, id) {
				return missing("Role with id %s does not exist", id)
			}
			if id := c.In.Str("team"); id != "" && c.OfAccount(tokTeam, id) == nil {
				return missing("Team with id %s does not exist", id)
			}
			c.Release()
			if !c.Claim(orgName(c, "mapping", strings.Join([]string{c.In.Str("key"), c.In.Str("value"), c.In.Str("role"), c.In.Str("team")}, "|"))) {
				return conflict("AuthN Mapping already exists")
			}
			return nil
		},
	}
}

func serviceAccount() *resource.Kind {
	return &resource.Kind{
		Token: tokServiceAccount, Noun: "service account", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(resource.Props) string { return "api/v2/service_accounts" },
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"email"}, Why: "an account's address cannot be changed"}},
			Defaults: map[string]any{"disabled": false},
			Computed: []string{"name"},
			Sets:     []string{"roles"},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("email") && !regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`).MatchString(v.In.Str("email")) {
				v.Fail("email", "Invalid email address: %q", v.In.Str("email"))
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.UUID("account")
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("name", c.In.Str("email"))
			for _, id := range c.In.Strs("roles") {
				if !roleExists(c, id) {
					return refuse("Role with id %s does not exist", id)
				}
			}
			return nil
		},
		Remove: func(c *resource.Call) error { // an account that is disabled loses its keys
			for _, k := range c.Users(tokApplicationKey) {
				c.Tx.Delete(k)
			}
			return nil
		},
	}
}

func applicationKey() *resource.Kind {
	return &resource.Kind{
		Token: tokApplicationKey, Noun: "service account application key", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(in resource.Props) string {
			return "api/v2/service_accounts/" + in.Str("serviceAccountId") + "/application_keys"
		},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"serviceAccountId"}, Why: "a key is of one account"}},
			Sets:     []string{"scopes"},
		},
		Validate: func(v *resource.Validation) {
			for i, s := range v.In.Strs("scopes") {
				if !regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(s) {
					v.Fail(fmt.Sprintf("scopes[%d]", i), "Invalid scope: %s", s)
				}
			}
		},
		Identify: func(c *resource.Call) error {
			key := c.Hex("key", 40)
			c.Obj.ID = c.UUID("key id")
			c.Out("key", key)
			c.Out("last4", key[36:])
			c.Out("createdAt", c.Now.Format(time.RFC3339))
			return nil
		},
		Apply: func(c *resource.Call) error {
			if c.OfAccount(tokServiceAccount, c.In.Str("serviceAccountId")) == nil {
				return missing("Service account with id %s not found", c.In.Str("serviceAccountId"))
			}
			return nil
		},
	}
}

// mostAPIKeys of an organization. Source: docs.datadoghq.com/account_management/api-app-keys.
const mostAPIKeys = 50

func apiKey() *resource.Kind {
	return &resource.Kind{
		Token: tokAPIKey, Noun: "api key", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(resource.Props) string { return "api/v2/api_keys" },
		Rules: schema.Rules{Computed: []string{"remoteConfigReadEnabled"}, Lengths: map[string]schema.Range{"name": {Min: 1, Max: 255}}},
		Identify: func(c *resource.Call) error {
			if c.Tx.Tally(tokAPIKey, c.Account, resource.Global) >= mostAPIKeys {
				return &resource.Fault{Code: "403", Message: fmt.Sprintf("The organization has the most API keys that it may have: %d", mostAPIKeys), Status: 403}
			}
			c.Obj.ID = c.UUID("key id")
			c.Out("key", c.Hex("key", 32))
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("remoteConfigReadEnabled", true)
			return nil
		},
	}
}

// Functions are the simulated functions by token.
func Functions() map[string]resource.Function {
	return map[string]resource.Function{
		"datadog:index/getRole:getRole": getRole,
		"datadog:index/getSensitiveDataScannerStandardPattern:getSensitiveDataScannerStandardPattern": getStandardPattern,
	}
}

// getRole finds the one role whose name has the filter in it, the one of that very name where there are more.
func getRole(tx *store.Tx, s resource.Session, args resource.Props) (map[string]any, error) {
	filter := args.Str("filter")
	found := map[string]string{}
	for _, name := range managedRoles() {
		found[name] = fixedID(s.Account, name)
	}
	tx.Each(tokRole, s.Account, resource.Global, func(o *store.Object) bool {
		name, _ := o.Outputs["name"].(string)
		found[name] = o.ID
		return true
	})
	if id, ok := found[filter]; ok {
		return map[string]any{"id": id, "filter": filter, "name": filter, "userCount": 0}, nil
	}
	var names []string
	for name := range found {
		if strings.Contains(strings.ToLower(name), strings.ToLower(filter)) {
			names = append(names, name)
		}
	}
	switch len(names) {
	case 0:
		return nil, fmt.Errorf("no role found with name filter %q", filter)
	case 1:
		return map[string]any{"id": found[names[0]], "filter": filter, "name": names[0], "userCount": 0}, nil
	}
	return nil, fmt.Errorf("your query returned more than one result for filter %q, please try a more specific search criteria", filter)
}
