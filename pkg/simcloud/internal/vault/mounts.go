package vault

import (
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// The tables of what is mounted: secrets engines and, below auth/, auth methods.
const (
	secretTable = "mounts"
	authTable   = "auth"
)

// protected are the beginnings of paths at which nobody can mount. Source: vault/mount.go, protectedMounts.
func protected() []string { return []string{"audit/", "auth/", "sys/", "cubbyhole/", "identity/"} }

// clean is a path as Vault keeps it, without the slash at its end.
func clean(path string) string { return strings.Trim(path, "/") }

// vaultName is a name that is taken once in a Vault.
func vaultName(c *resource.Call, kind, name string) string {
	return strings.Join([]string{"vault", c.Account, kind, name}, "/")
}

// claimPath takes a path for a mount. Vault refuses a path that is another's, lies below it or above it.
func claimPath(c *resource.Call, table, path string) error {
	path = clean(path)
	if table == secretTable {
		for _, p := range protected() {
			if strings.HasPrefix(path+"/", p) {
				return &resource.Fault{Code: "403", Message: "cannot mount \"" + path + "/\"", Status: 403}
			}
		}
	} else if path == "token" {
		return refuse("path is already in use at token/")
	}
	own := vaultName(c, table, "")
	for _, other := range c.Tx.NamesUnder(own) {
		if strings.HasPrefix(other+"/", path+"/") || strings.HasPrefix(path+"/", other+"/") {
			if owner, _ := c.Tx.Owner(own + other); owner != c.Obj.Key {
				return refuse("path is already in use at %s/", other)
			}
		}
	}
	c.Claim(own + path)
	return nil
}

// mounted is what is mounted at a path, and records that the called thing needs it; nil when nothing is.
func mounted(c *resource.Call, table, path string) *store.Object {
	owner, ok := c.Tx.Owner(vaultName(c, table, clean(path)))
	if !ok {
		return nil
	}
	return c.Use(owner)
}

// engine is the secrets engine of one of some types at a path. The route is what is called below the path.
func engine(c *resource.Call, path, route string, types ...string) (*store.Object, error) {
	return ofType(mounted(c, secretTable, path), clean(path)+"/"+route, types)
}

// method is the auth method of one of some types at a path below auth/.
func method(c *resource.Call, path, route string, types ...string) (*store.Object, error) {
	return ofType(mounted(c, authTable, path), "auth/"+clean(path)+"/"+route, types)
}

func ofType(m *store.Object, route string, types []string) (*store.Object, error) {
	if m == nil {
		return nil, noRoute(route)
	}
	if !slices.Contains(types, typeOf(m)) {
		return nil, unsupported()
	}
	return m, nil
}

// typeOf is the type of a mount.
func typeOf(m *store.Object) string {
	typ, _ := m.Outputs["type"].(string)
	return typ
}

// under is the id of a thing at a route, kept apart by its path.
func under(in resource.Props, property, route string) string {
	return clean(in.Str(property)) + "/" + route
}

// removeBelow deletes all that needs a thing and all that needs that in turn: a mount takes with it what is below it.
func removeBelow(c *resource.Call) error {
	deleteUsers(c.Tx, c.Obj.Key)
	return nil
}

func deleteUsers(tx *store.Tx, k store.Key) {
	for _, user := range resource.UsersOf(tx, k) {
		if user == k {
			continue
		}
		deleteUsers(tx, user)
		tx.Delete(user)
	}
}
