package resource

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// Validation is the check of one resource's inputs.
type Validation struct {
	Session
	In       Props
	failures []schema.Failure
	warnings []schema.Failure
}

// Fail refuses the property at path.
func (v *Validation) Fail(path, format string, a ...any) {
	v.failures = append(v.failures, schema.Failure{Path: path, Reason: fmt.Sprintf(format, a...)})
}

// Warn tells of something at path that is no error and that somebody should know.
func (v *Validation) Warn(path, format string, a ...any) {
	v.warnings = append(v.warnings, schema.Failure{Path: path, Reason: path + ": " + fmt.Sprintf(format, a...)})
}

// Call is one create, update or delete, inside one transaction of the store.
type Call struct {
	Session
	Tx *store.Tx
	// In are the inputs; on delete those that the thing has.
	In Props
	// Old are the inputs before an update; nil on create.
	Old Props
	// Obj is the thing. Its references are collected anew by Apply.
	Obj *store.Object
	// Now is the time of the call.
	Now  time.Time
	seed string
	// Limits are the service quotas by name.
	Limits map[string]int
	// missed are things that exist and that this call did not find.
	missed []store.Key
}

// Creating says whether the thing is being made.
func (c *Call) Creating() bool { return c.Old == nil }

// Out sets a computed output.
func (c *Call) Out(name string, value any) { c.Obj.Outputs[name] = value }

// Default sets an output that the inputs leave open; an earlier choice of the cloud stays.
func (c *Call) Default(name string, value any) {
	if !c.In.Has(name) {
		if _, chosen := c.Obj.Outputs[name]; !chosen {
			c.Obj.Outputs[name] = value
		}
	}
}

// Eff is an input or, where the program sets none, the output that the cloud chose.
func (c *Call) Eff(name string) any {
	if v, ok := c.In[name]; ok {
		return v
	}
	return c.Obj.Outputs[name]
}

// Hex is n hexadecimal digits that follow from the cloud's seed, the resource's URN, how often that was created, and
// the label.
func (c *Call) Hex(label string, n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d", c.seed, label, i))
		b.WriteString(hex.EncodeToString(sum[:]))
	}
	return b.String()[:n]
}

// Pick is n characters of an alphabet, chosen as Hex chooses.
func (c *Call) Pick(label, alphabet string, n int) string {
	out := make([]byte, n)
	for i := range out {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d", c.seed, label, i))
		out[i] = alphabet[binary.BigEndian.Uint64(sum[:])%uint64(len(alphabet))]
	}
	return string(out)
}

// UUID is an id in the form of a UUID, version 4.
func (c *Call) UUID(label string) string {
	h := c.Hex(label, 32)
	return fmt.Sprintf("%s-%s-4%s-%c%s-%s", h[:8], h[8:12], h[13:16], "89ab"[h[16]&3], h[17:20], h[20:])
}

// key of a thing of the caller's account, in the caller's region unless global.
func (c *Call) key(typ, id string, global bool) store.Key {
	region := c.Region
	if global {
		region = Global
	}
	return store.Key{Type: typ, Account: c.Account, Region: region, ID: id}
}

// Regional returns a thing of the caller's account and region and records that this one needs it; nil when there is
// none or it is being deleted.
func (c *Call) Regional(typ, id string) *store.Object { return c.Use(c.key(typ, id, false)) }

// OfAccount is Regional for things that an account has once.
func (c *Call) OfAccount(typ, id string) *store.Object { return c.Use(c.key(typ, id, true)) }

// Find returns a living thing, or nil when there is none or the cloud is not consistent about it yet.
func (c *Call) Find(k store.Key) *store.Object {
	o := c.Tx.Get(k)
	if o == nil || o.State != "" {
		return nil
	}
	if o.Hidden > 0 {
		c.missed = append(c.missed, k)
		return nil
	}
	return o
}

// Use is Regional for any key.
func (c *Call) Use(k store.Key) *store.Object {
	o := c.Find(k)
	if o == nil {
		return nil
	}
	for _, r := range c.Obj.Refs {
		if r == k {
			return o
		}
	}
	c.Obj.Refs = append(c.Obj.Refs, k)
	return o
}

// Claim takes a name for the thing; false when another thing has it.
func (c *Call) Claim(name string) bool {
	if owner, taken := c.Tx.Owner(name); taken && owner != c.Obj.Key {
		return false
	}
	if !contains(c.Obj.Names, name) {
		c.Obj.Names = append(c.Obj.Names, name)
	}
	return true
}

// Release gives up the names that the thing has claimed.
func (c *Call) Release() { c.Obj.Names = nil }

// ImportAs lets the thing be found under another id as well, the one that the provider's import takes.
func (c *Call) ImportAs(id string) {
	c.Claim(importName(c.Obj.Type, c.Obj.Account, c.Obj.Region, id))
}

func importName(typ, account, region, id string) string {
	return strings.Join([]string{"import", typ, account, region, id}, "/")
}

// Users are the things that need this one, of the given types or, without any, of every type.
func (c *Call) Users(types ...string) []store.Key { return UsersOf(c.Tx, c.Obj.Key, types...) }

// UsersOf is Users for another thing.
func UsersOf(tx *store.Tx, k store.Key, types ...string) []store.Key {
	if len(types) == 0 {
		return tx.Referrers(k, "")
	}
	var users []store.Key
	for _, t := range types {
		users = append(users, tx.Referrers(k, t)...)
	}
	return users
}
