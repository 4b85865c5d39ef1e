package aws

import (
	"fmt"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// sessionPolicy is what a user's session is scoped down with. Its size:
// docs.aws.amazon.com/transfer/latest/APIReference/API_CreateUser.html.
func sessionPolicy() policyKind {
	return policyKind{Size: 2048, Spaces: true, Resource: true, Malformed: "InvalidRequestException: Invalid policy",
		TooLarge: "ValidationException: Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to 2048"}
}

// transferUser is of docs.aws.amazon.com/transfer/latest/APIReference/API_CreateUser.html.
func transferUser() *resource.Kind {
	return &resource.Kind{
		Token: tokTransferUser, Service: "Transfer", Noun: "Transfer User", CreateOp: "CreateUser", UpdateOp: "UpdateUser", DeleteOp: "DeleteUser",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"serverId", "userName"}, Why: "a user is a name at one server"}},
			JSON:     []string{"policy"},
			Sets:     []string{"posixProfile.secondaryGids"},
			Defaults: map[string]any{"homeDirectoryType": "PATH"},
			Enums:    map[string][]string{"homeDirectoryType": {"PATH", "LOGICAL"}},
			Ranges:   map[string]schema.Range{"posixProfile.uid": {Min: 0, Max: 1<<32 - 1}, "posixProfile.gid": {Min: 0, Max: 1<<32 - 1}},
			Lengths: map[string]schema.Range{
				"homeDirectory": {Min: 0, Max: 1024}, "homeDirectoryMappings.entry": {Min: 0, Max: 1024}, "homeDirectoryMappings.target": {Min: 0, Max: 1024},
			},
			Formats: map[string]schema.Format{"role": schema.ARN, "policy": schema.JSONDocument},
		},
		Validate: func(v *resource.Validation) {
			checkTransferNames(v)
			checkPolicy(v, "policy", sessionPolicy())
			checkHome(v)
		},
		Identify: identifyTransferUser,
		Apply: func(c *resource.Call) error {
			s, err := needTransferServer(c)
			if err != nil {
				return err
			}
			if efs := prop(s, "domain") == "EFS"; efs != c.In.Has("posixProfile") {
				return transferFault("PosixProfile is required for, and only for, users of a server whose domain is EFS (%s is %s)", s.ID, prop(s, "domain"))
			}
			return needTransferRole(c, c.In.Str("role"))
		},
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokTransferKey, tokTransferTag))
			return nil
		},
	}
}

// checkTransferNames holds the forms of a server's id and of a user's name.
func checkTransferNames(v *resource.Validation) {
	if id := v.In.Str("serverId"); v.In.Known("serverId") && !regexp.MustCompile(`^s-[0-9a-f]{17}$`).MatchString(id) {
		v.Fail("serverId", "%q isn't a valid transfer server id (only lowercase alphanumeric characters are allowed): %q", "serverId", id)
	}
	if name := v.In.Str("userName"); v.In.Known("userName") && !regexp.MustCompile(`^\w[\w@.-]{2,99}$`).MatchString(name) {
		v.Fail("userName", "Invalid %q: must be between 3 and 100 alphanumeric or special characters hyphen and underscore. However, %q cannot begin with a hyphen, period, and at sign: %q", "userName", "userName", name)
	}
}

// checkHome holds where a user begins: a path, or mappings of which none is below another.
func checkHome(v *resource.Validation) {
	mappings := v.In.Objs("homeDirectoryMappings")
	switch typ := v.In.Str("homeDirectoryType"); {
	case typ == "LOGICAL" && len(mappings) == 0 && !unknown(v.In, "homeDirectoryMappings"):
		v.Fail("homeDirectoryMappings", "InvalidRequestException: HomeDirectoryMappings must be specified when HomeDirectoryType is LOGICAL")
	case typ == "LOGICAL" && v.In.Has("homeDirectory"):
		v.Fail("homeDirectory", "InvalidRequestException: HomeDirectory cannot be specified when HomeDirectoryType is LOGICAL")
	case typ == "PATH" && len(mappings) > 0:
		v.Fail("homeDirectoryMappings", "InvalidRequestException: HomeDirectoryMappings cannot be specified when HomeDirectoryType is PATH")
	}
	if home := v.In.Str("homeDirectory"); home != "" && !strings.HasPrefix(home, "/") {
		v.Fail("homeDirectory", "ValidationException: Value '%s' at 'homeDirectory' failed to satisfy constraint: Member must satisfy regular expression pattern: (|/.*)", home)
	}
	var entries []string
	for i, m := range mappings {
		path := fmt.Sprintf("homeDirectoryMappings[%d]", i)
		for _, end := range []string{"entry", "target"} {
			if m.Known(end) && !strings.HasPrefix(m.Str(end), "/") {
				v.Fail(path+"."+end, "ValidationException: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy regular expression pattern: /.*", m.Str(end), end)
			}
		}
		entry := strings.TrimSuffix(m.Str("entry"), "/") + "/"
		for _, other := range entries {
			if m.Known("entry") && (strings.HasPrefix(entry, other) || strings.HasPrefix(other, entry)) {
				v.Fail(path+".entry", "InvalidRequestException: HomeDirectoryMappings must not overlap: %s and %s", strings.TrimSuffix(other, "/"), m.Str("entry"))
			}
		}
		if m.Known("entry") {
			entries = append(entries, entry)
		}
	}
}

// needTransferServer returns the server that a property names.
func needTransferServer(c *resource.Call) (*store.Object, error) {
	id := c.In.Str("serverId")
	if s := c.Regional(tokTransferServer, id); s != nil {
		return s, nil
	}
	return nil, &resource.Fault{Code: "ResourceNotFoundException", Message: "Unknown server: " + id, Status: 404}
}

func identifyTransferUser(c *resource.Call) error {
	s, err := needTransferServer(c)
	if err != nil {
		return err
	}
	name := c.In.Str("userName")
	c.Obj.ID = s.ID + "/" + name
	c.Obj.ARN = fmt.Sprintf("arn:aws:transfer:%s:%s:user/%s", c.Region, c.Account, c.Obj.ID)
	if c.Tx.Get(c.Obj.Key) != nil {
		return &resource.Fault{Code: "ResourceExistsException", Message: fmt.Sprintf("User %s already exists at server %s", name, s.ID), Status: 409}
	}
	if most := c.Limits["users per transfer server"]; c.Tx.CountReferrers(s.Key, tokTransferUser) >= most {
		return resource.Faultf("ServiceQuotaExceededException", "Server %s has reached the maximum number of users: %d", s.ID, most)
	}
	return nil
}

// transferTag is a tag that Transfer itself reads: the name that a server goes by, and its zone.
func transferTag() *resource.Kind {
	return &resource.Kind{
		Token: tokTransferTag, Service: "Transfer", Noun: "Transfer Tag", CreateOp: "TagResource", UpdateOp: "TagResource", DeleteOp: "UntagResource",
		Upsert: true, // a tag of the key takes the new value
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"resourceArn", "key"}, Why: "together they are the tag"}},
			Lengths:  map[string]schema.Range{"key": {Min: 1, Max: 128}, "value": {Min: 0, Max: 256}},
			Formats:  map[string]schema.Format{"resourceArn": schema.ARN},
		},
		Validate: func(v *resource.Validation) {
			key := v.In.Str("key")
			own := key == "aws:transfer:customHostname" || key == "aws:transfer:route53HostedZoneId"
			if strings.HasPrefix(strings.ToLower(key), "aws:") && !own {
				v.Fail("key", "InvalidRequestException: aws: prefixed tag key names are not allowed for external use: %s", key)
			}
			if value := v.In.Str("value"); key == "aws:transfer:route53HostedZoneId" && value != "" && !regexp.MustCompile(`^/hostedzone/Z[0-9A-Z]+$`).MatchString(value) {
				v.Fail("value", "InvalidRequestException: the value of %s is /hostedzone/ and the zone's id, got %q", key, value)
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("resourceArn") + "," + c.In.Str("key")
			return nil
		},
		Apply: func(c *resource.Call) error {
			arn := c.In.Str("resourceArn")
			kind, id, _ := strings.Cut(arn[strings.LastIndexByte(arn, ':')+1:], "/")
			typ := map[string]string{"server": tokTransferServer, "user": tokTransferUser}[kind]
			if typ == "" {
				return fmt.Errorf("the simulated cloud simulates tags of servers and users of Transfer only: %s", arn)
			}
			if o := c.Regional(typ, id); o == nil || o.ARN != arn {
				return &resource.Fault{Code: "ResourceNotFoundException", Message: "Unknown resource: " + arn, Status: 404}
			}
			return nil
		},
	}
}
