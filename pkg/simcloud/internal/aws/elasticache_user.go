package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// defaultUser is the name of the user as whom a client is that says no name, and the id of the one that ElastiCache has
// made.
const defaultUser = "default"

func cacheUser() *resource.Kind {
	return &resource.Kind{
		Token: tokCacheUser, Service: "ElastiCache", Noun: "ElastiCache User", CreateOp: "CreateUser", UpdateOp: "ModifyUser", DeleteOp: "DeleteUser",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"userId", "userName"}, Why: "a user is made with them"}},
			Computed: []string{"authenticationMode"},
			Sets:     []string{"passwords", "authenticationMode.passwords"},
			Defaults: map[string]any{"noPasswordRequired": false},
			Lengths:  map[string]schema.Range{"passwords": {Min: 16, Max: 128}, "authenticationMode.passwords": {Min: 16, Max: 128}, "userName": {Min: 1, Max: 120}},
			Secrets:  []string{"passwords", "authenticationMode.passwords"},
		},
		Validate: checkCacheUser,
		Identify: func(c *resource.Call) error {
			id := strings.ToLower(c.In.Str("userId"))
			if most := c.Limits["cache users per region"]; inRegion(c) >= most {
				return resource.Faultf("UserQuotaExceeded", "Number of users has exceeded the limit: %d", most)
			}
			c.Obj.ID = id
			c.Obj.ARN = cacheARN(c, "user", id)
			if id == defaultUser || c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("UserAlreadyExists", "User %s already exists.", id)
			}
			return nil
		},
		Report: reportCacheUser,
		Remove: removeCacheUser,
	}
}

// reportCacheUser shows how a user authenticates; the passwords are those that the program gave, or none.
func reportCacheUser(c *resource.Call) {
	mode := c.In.Obj("authenticationMode")
	typ, passwords := mode.Str("type"), max(mode.Len("passwords"), c.In.Len("passwords"))
	switch {
	case typ == "" && c.In.Bool("noPasswordRequired"), typ == "no-password-required":
		typ, passwords = "no-password-required", 0
	case typ == "iam":
		passwords = 0
	default:
		typ = "password"
	}
	shown := map[string]any{"type": typ, "passwordCount": passwords}
	if mode.Has("passwords") {
		shown["passwords"] = mode["passwords"]
	}
	c.Out("authenticationMode", shown)
}

// checkCacheUser follows docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html.
func checkCacheUser(v *resource.Validation) {
	id := v.In.Str("userId")
	if v.In.Known("userId") && (!regexp.MustCompile(`^[A-Za-z][0-9A-Za-z-]{0,39}$`).MatchString(id) || strings.Contains(id, "--") || strings.HasSuffix(id, "-")) {
		v.Fail("userId", "InvalidParameterValue: The parameter UserId is not a valid identifier: it begins with a letter and has at most 40 letters, digits and single hyphens: %s", id)
	}
	checkAccessString(v)
	mode, ways := v.In.Obj("authenticationMode"), 0
	for _, given := range []bool{v.In.Has("authenticationMode"), v.In.Len("passwords") > 0 || unknown(v.In, "passwords"), v.In.Bool("noPasswordRequired")} {
		if given {
			ways++
		}
	}
	switch {
	case unknown(v.In, "noPasswordRequired"):
	case ways == 0:
		v.Fail("passwords", "InvalidParameterCombination: No password was provided. If you want to create/update the user without password, please use the NoPasswordRequired flag.")
	case ways > 1:
		v.Fail("authenticationMode", "InvalidParameterCombination: only one of authenticationMode, passwords and noPasswordRequired can be given")
	}
	for _, path := range []string{"passwords", "authenticationMode.passwords"} {
		n := v.In.Len("passwords")
		if path != "passwords" {
			n = mode.Len("passwords")
		}
		if n > 2 {
			v.Fail(path, "InvalidParameterValue: A user can have at most 2 passwords, got %d", n)
		}
	}
	if typ := mode.Str("type"); typ != "" && !unknown(mode, "passwords") && (typ == "password") != (mode.Len("passwords") > 0) {
		v.Fail("authenticationMode.passwords", "InvalidParameterCombination: passwords are required for, and only for, authentication type password (it is %s)", typ)
	}
	if mode.Str("type") == "iam" && v.In.Known("userId") && v.In.Known("userName") && id != v.In.Str("userName") {
		v.Fail("userName", "InvalidParameterCombination: User Id and User name must be same for authentication type: iam")
	}
}

// checkAccessString checks the words of an access string. A password has no place in it and is not repeated.
func checkAccessString(v *resource.Validation) {
	if !v.In.Known("accessString") {
		return
	}
	words := strings.Fields(v.In.Str("accessString"))
	if len(words) == 0 || words[0] != "on" && words[0] != "off" {
		v.Fail("accessString", "InvalidParameterValue: an access string begins with on or off")
	}
	form := regexp.MustCompile(`^(on|off|allkeys|resetkeys|allchannels|resetchannels|allcommands|nocommands|clearselectors|(~|%(R|W|RW)~|&)\S+|[+-]@?[a-z][a-z0-9|_-]*|\(\S*|\S*\))$`)
	for i, w := range words {
		switch {
		case strings.ContainsAny(w[:1], "><#!"):
			v.Fail("accessString", "InvalidParameterValue: the access string has a password as its word %d; passwords are given as passwords", i+1)
		case !form.MatchString(w):
			v.Fail("accessString", "InvalidParameterValue: Error in ACL string: syntax error at %q (word %d)", w, i+1)
		}
	}
}

// removeCacheUser takes a user out of its groups. The one that clients are without a name cannot leave a group.
func removeCacheUser(c *resource.Call) error {
	for _, k := range c.Users(tokCacheUsers) {
		group := c.Tx.Get(k)
		if c.In.Str("userName") == defaultUser && prop(group, "engine") == "redis" {
			return resource.Faultf("DefaultUserAssociatedToUserGroup", "Default user %s is associated with user group %s and cannot be deleted.", c.Obj.ID, k.ID)
		}
		ids := without(resource.Props(group.Outputs).Strs("userIds"), c.Obj.ID)
		group.Inputs["userIds"] = resource.List(ids...)
		group.Refs = slices.DeleteFunc(group.Refs, func(r store.Key) bool { return r == c.Obj.Key })
		setMembers(c, group, "userIds", func([]string) []string { return ids })
	}
	return nil
}

func cacheUserGroup() *resource.Kind {
	return &resource.Kind{
		Token: tokCacheUsers, Service: "ElastiCache", Noun: "ElastiCache User Group", CreateOp: "CreateUserGroup", UpdateOp: "ModifyUserGroup", DeleteOp: "DeleteUserGroup",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"userGroupId"}, Why: "a group is its id"}},
			Sets:     []string{"userIds"},
		},
		Validate: func(v *resource.Validation) {
			if id := v.In.Str("userGroupId"); v.In.Known("userGroupId") && !regexp.MustCompile(`^[A-Za-z][0-9A-Za-z-]{0,39}$`).MatchString(id) {
				v.Fail("userGroupId", "InvalidParameterValue: The parameter UserGroupId is not a valid identifier: it begins with a letter and has at most 40 letters, digits and hyphens: %s", id)
			}
		},
		Identify: func(c *resource.Call) error {
			id := strings.ToLower(c.In.Str("userGroupId"))
			if most := c.Limits["cache user groups per region"]; inRegion(c) >= most {
				return resource.Faultf("UserGroupQuotaExceeded", "Number of user groups has exceeded the limit: %d", most)
			}
			c.Obj.ID = id
			c.Obj.ARN = cacheARN(c, "usergroup", id)
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("UserGroupAlreadyExists", "User Group %s already exists.", id)
			}
			return nil
		},
		Apply: applyCacheUsers,
		Remove: func(c *resource.Call) error {
			if users := c.Users(tokCache); len(users) > 0 {
				return resource.Faultf("InvalidUserGroupState", "User group %s is associated with replication group %s and cannot be deleted.", c.Obj.ID, users[0].ID)
			}
			return nil
		},
	}
}

// applyCacheUsers checks the members. A group for Redis has one user named default; one for Valkey may do without:
// docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html.
func applyCacheUsers(c *resource.Call) error {
	ids, engine := c.In.Strs("userIds"), c.In.Str("engine")
	if most := c.Limits["users per cache user group"]; len(ids) > most {
		return resource.Faultf("UserQuotaExceeded", "A user group can have at most %d users, got %d", most, len(ids))
	}
	names := map[string]bool{}
	for _, id := range ids {
		name, of := defaultUser, "redis"
		if id != defaultUser {
			user := c.Regional(tokCacheUser, id)
			if user == nil {
				return resource.Faultf("UserNotFound", "User %s not found.", id)
			}
			name, of = prop(user, "userName"), prop(user, "engine")
		}
		switch {
		case engine == "redis" && of == "valkey":
			return resource.Faultf("InvalidParameterCombination", "User %s of engine valkey cannot be in user group %s of engine redis", id, c.Obj.ID)
		case names[name]:
			return resource.Faultf("DuplicateUserName", "User group %s has more than one user with the user name %s.", c.Obj.ID, name)
		}
		names[name] = true
	}
	if engine == "redis" && !names[defaultUser] {
		return resource.Faultf("DefaultUserRequired", "User group needs to contain a user with the user name %s.", defaultUser)
	}
	return nil
}

// needCacheUsers checks the group of users of a cache.
func needCacheUsers(c *resource.Call, engine string) error {
	for _, id := range c.In.Strs("userGroupIds") {
		g := c.Regional(tokCacheUsers, id)
		if g == nil {
			return resource.Faultf("UserGroupNotFound", "User group %s not found.", id)
		}
		if of := prop(g, "engine"); of == "valkey" && engine == "redis" {
			return resource.Faultf("InvalidParameterCombination", "%s", fmt.Sprintf("User group %s of engine %s cannot be used by a replication group of engine %s", id, of, engine))
		}
	}
	return nil
}
