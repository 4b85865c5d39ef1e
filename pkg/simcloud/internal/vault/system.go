package vault

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func audit() *resource.Kind {
	return &resource.Kind{
		Token: tokAudit, Noun: "Vault audit device", CreateOp: "error enabling audit backend", UpdateOp: "error enabling audit backend", DeleteOp: "error deleting from Vault",
		Route: func(in resource.Props) string { return "sys/audit/" + auditPath(in) },
		Rules: schema.Rules{
			Immutable: "an audit device is enabled as it is",
			Computed:  []string{"path"},
			Defaults:  map[string]any{"local": false},
		},
		Validate: func(v *resource.Validation) { checkPath(v) },
		Identify: func(c *resource.Call) error {
			path := auditPath(c.In)
			if !c.Claim(vaultName(c, "audit", path)) {
				return refuse("path already in use")
			}
			c.Obj.ID = path
			c.Out("path", path)
			return checkDevice(c)
		},
	}
}

func auditPath(in resource.Props) string {
	if path := clean(in.Str("path")); path != "" {
		return path
	}
	return in.Str("type")
}

// checkDevice checks an audit device's options. Whether its file can be written, nobody can tell.
func checkDevice(c *resource.Call) error {
	o := c.In.Obj("options")
	if f := o.Str("format"); f != "" && f != "json" && f != "jsonx" {
		return refuse("unknown format type %q", f)
	}
	switch c.In.Str("type") {
	case "file":
		path := o.Str("file_path")
		if path == "" {
			path = o.Str("path")
		}
		if path == "" {
			return refuse("file_path is required")
		}
	case "socket":
		if o.Str("address") == "" {
			return refuse("address is required")
		}
		if s := o.Str("socket_type"); s != "" && !slices.Contains([]string{"tcp", "udp", "unix"}, s) {
			return refuse("unknown network %s", s)
		}
	case "syslog":
	default:
		return refuse("unknown backend type: %q", c.In.Str("type"))
	}
	return nil
}

func auditHeader() *resource.Kind {
	return &resource.Kind{
		Token: tokAuditHeader, Noun: "Vault audited request header", CreateOp: "error configuring audit request header", UpdateOp: "error configuring audit request header", DeleteOp: "error deleting from Vault",
		Route:  func(in resource.Props) string { return "sys/config/auditing/request-headers/" + in.Str("name") },
		Upsert: true,
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "it is the header's name"}},
			Defaults: map[string]any{"hmac": false},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			return nil
		},
	}
}

// fewestServers is what Raft's autopilot must leave. Source: vault/raft.go and physical/raft, autopilot's Validate.
const fewestServers = 3

func raftAutopilot() *resource.Kind {
	return &resource.Kind{
		Token: tokRaft, Noun: "Raft autopilot configuration", CreateOp: "error writing \"%s\"", UpdateOp: "error writing \"%s\"", DeleteOp: "error resetting \"%s\"",
		Route:  func(resource.Props) string { return "sys/storage/raft/autopilot/configuration" },
		Upsert: true, // every Vault has one
		Rules: schema.Rules{
			Defaults: map[string]any{
				"cleanupDeadServers": false, "deadServerLastContactThreshold": "24h0m0s", "lastContactThreshold": "10s",
				"maxTrailingLogs": float64(1000), "minQuorum": float64(fewestServers), "serverStabilizationTime": "10s",
			},
			Unsimulated: map[string]string{"disableUpgradeMigration": ": Vault Enterprise has it, the simulated Vault is the community edition"},
		},
		Validate: func(v *resource.Validation) {
			for _, name := range []string{"deadServerLastContactThreshold", "lastContactThreshold", "serverStabilizationTime"} {
				checkDuration(v, name)
			}
			if v.In.Bool("cleanupDeadServers") && v.In.Known("minQuorum") && v.In.Int("minQuorum") < fewestServers {
				v.Fail("minQuorum", "min_quorum must be set when cleanup_dead_servers is set and it should at least be %d; cleanup_dead_servers: true, min_quorum: %d", fewestServers, v.In.Int("minQuorum"))
			}
			if d, err := duration(v.In.Str("deadServerLastContactThreshold")); err == nil && d < time.Minute {
				v.Fail("deadServerLastContactThreshold", "dead_server_last_contact_threshold should not be set to less than 1m; received %q", v.In.Str("deadServerLastContactThreshold"))
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "sys/storage/raft/autopilot/configuration"
			return nil
		},
	}
}

func checkDuration(v *resource.Validation, property string) {
	if !v.In.Known(property) {
		return
	}
	if d, err := duration(v.In.Str(property)); err != nil || d < 0 {
		v.Fail(property, "error converting input for field %q: %q is no duration, want for example 30s or 24h", property, v.In.Str(property))
	}
}

func rateLimit() *resource.Kind {
	const lead = "error creating Resource Rate Limit Quota"
	return &resource.Kind{
		Token: tokRateLimit, Noun: "rate limit quota", CreateOp: lead, UpdateOp: "error updating Resource Rate Limit Quota", DeleteOp: "error deleting Resource Rate Limit Quota",
		Route:  func(in resource.Props) string { return "sys/quotas/rate-limit/" + in.Str("name") },
		Upsert: true,
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "a quota is its name"}},
			Defaults: map[string]any{"blockInterval": float64(0)},
			Computed: []string{"interval"},
		},
		Validate: func(v *resource.Validation) {
			if rate, ok := v.In["rate"].(float64); ok && rate <= 0 {
				v.Fail("rate", "'rate' is invalid: expected rate to be at least (0.000000), got %f", rate)
			}
			for _, name := range []string{"interval", "blockInterval"} {
				if v.In.Int(name) < 0 {
					v.Fail(name, "'%s' is invalid: must not be negative", name)
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			return nil
		},
		Apply: applyRateLimit,
	}
}

func applyRateLimit(c *resource.Call) error {
	c.Default("interval", 1)
	path := clean(c.In.Str("path"))
	if path != "" && path != "sys" && !strings.HasPrefix(path, "sys/") && path != "identity" {
		if mountOf(c, path) == nil {
			return refuse("invalid mount path %q", c.In.Str("path"))
		}
	}
	if c.In.Str("role") != "" && !strings.HasPrefix(path, "auth/") {
		return refuse("rate limit quotas for roles need the path of an auth mount, not %q", c.In.Str("path"))
	}
	c.Release()
	if !c.Claim(vaultName(c, "ratelimit", path+"|"+c.In.Str("role"))) {
		owner, _ := c.Tx.Owner(vaultName(c, "ratelimit", path+"|"+c.In.Str("role")))
		return refuse("rate limit quota with similar properties exists under the name %q", owner.ID)
	}
	return nil
}

// mountOf is what is mounted at the beginning of a path, or nil. A path below auth/ is one of an auth method.
func mountOf(c *resource.Call, path string) *mountPoint {
	table := secretTable
	rest := clean(path)
	if below, ok := strings.CutPrefix(rest, "auth/"); ok {
		table, rest = authTable, below
	}
	parts := strings.Split(rest, "/")
	for i := len(parts); i > 0; i-- {
		if m := mounted(c, table, strings.Join(parts[:i], "/")); m != nil {
			return &mountPoint{typ: typeOf(m), rest: strings.Join(parts[i:], "/")}
		}
	}
	return nil
}

// mountPoint is where a path leads: the type of what is mounted there, and what of the path lies below.
type mountPoint struct{ typ, rest string }

// endpoint writes to any path. The simulated Vault serves few of them and refuses the rest.
func endpoint() *resource.Kind {
	return &resource.Kind{
		Token: tokEndpoint, Noun: "Vault endpoint", CreateOp: "error writing to Vault", UpdateOp: "error writing to Vault", DeleteOp: "error deleting \"%s\" from Vault",
		Route:  func(in resource.Props) string { return clean(in.Str("path")) },
		Upsert: true,
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"path"}, Why: "an endpoint is its path"}},
			Defaults: map[string]any{"disableRead": false, "disableDelete": false, "ignoreAbsentFields": false},
			Formats:  map[string]schema.Format{"dataJson": schema.JSONDocument},
			JSON:     []string{"dataJson"},
		},
		Validate: func(v *resource.Validation) {
			if text := strings.TrimSpace(v.In.Str("dataJson")); v.In.Known("dataJson") && !strings.HasPrefix(text, "{") {
				v.Fail("dataJson", "data_json %q syntax error: want a JSON object", "(sensitive value)")
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("path")
			c.Out("writeData", map[string]any{})
			c.Out("writeDataJson", "{}")
			return nil
		},
		Apply: applyEndpoint,
		Remove: func(c *resource.Call) error {
			if !c.In.Bool("disableDelete") && actionOf(c) {
				return unsupportedOperation()
			}
			return nil
		},
	}
}

func applyEndpoint(c *resource.Call) error {
	path := clean(c.In.Str("path"))
	m := mountOf(c, path)
	if m == nil {
		return noRoute(path)
	}
	name := m.rest[strings.LastIndexByte(m.rest, '/')+1:]
	owner := strings.TrimSuffix(strings.TrimSuffix(path, m.rest), "/")
	for _, r := range routes() {
		if r.typ != m.typ || !regexp.MustCompile(`^`+r.pattern+`$`).MatchString(m.rest) {
			continue
		}
		if r.needs != "" && c.OfAccount(r.needs, owner+r.below+name) == nil {
			return refuse(r.absent, name)
		}
		if r.action && !c.In.Bool("disableRead") {
			return unsupportedOperation()
		}
		return nil
	}
	return fmt.Errorf("the simulated Vault does not serve PUT /v1/%s; pkg/simcloud/README.md says what it serves", path)
}

func actionOf(c *resource.Call) bool {
	m := mountOf(c, c.In.Str("path"))
	return m != nil && slices.ContainsFunc(routes(), func(r route) bool {
		return r.action && r.typ == m.typ && regexp.MustCompile(`^`+r.pattern+`$`).MatchString(m.rest)
	})
}

func unsupportedOperation() error {
	return &resource.Fault{Code: "405", Message: "1 error occurred:\n\t* unsupported operation\n\n", Status: 405}
}

// route is a path below a mount that the endpoint resource may write.
type route struct {
	typ, pattern string
	// needs is the type of the thing that the last part of the path names, below which part of its id, and absent what
	// Vault says when there is none.
	needs, below, absent string
	// action says that the path does something: it can neither be read nor deleted.
	action bool
}

func routes() []route {
	return []route{
		{typ: "database", pattern: "rotate-root/[^/]+", needs: tokConnection, below: "/config/", absent: "failed to find entry for connection with name: %q", action: true},
		{typ: "database", pattern: "reset/[^/]+", needs: tokConnection, below: "/config/", absent: "failed to find entry for connection with name: %q", action: true},
		{typ: "database", pattern: "rotate-role/[^/]+", needs: tokStaticRole, below: "/static-roles/", absent: "no static role found for role name %q", action: true},
		{typ: "transit", pattern: "keys/[^/]+/rotate", action: true},
		{typ: "pki", pattern: "config/(cluster|auto-tidy|acme)"},
		{typ: "userpass", pattern: "users/[^/]+"},
		{typ: "kv", pattern: "(data|metadata)/.+"},
	}
}
