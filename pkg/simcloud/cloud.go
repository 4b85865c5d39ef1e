package simcloud

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/aws"
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
	"cellworks/pkg/simcloud/internal/vault"
)

// ErrUnusableStore is in the chain of every error about a store that is damaged or of another version. Reset is the
// way out.
var ErrUnusableStore = store.ErrUnusable

// Options say where a simulated cloud keeps its objects and how it makes its ids.
type Options struct {
	// Dir is the folder of the store. It is created when missing. Several processes may use one folder at once.
	Dir string
	// Seed enters every generated id, so that two clouds with one seed hand out the same ids to the same programs.
	// Empty is a valid seed.
	Seed string
	// Log receives one line per provider call and per refusal; it may be called by several goroutines at once. Nil is
	// silent.
	Log func(format string, a ...any)
	// Quotas raises or lowers service quotas, by the names that README.md lists. Quotas that are not named keep their
	// defaults, which are those of a new account.
	Quotas map[string]int
	// AccountQuotas are those of one account, by its id, over Quotas.
	AccountQuotas map[string]map[string]int
	// Wait waits where a fault lets a call take time. Nil waits; a test may return at once. Its error ends the call.
	Wait func(ctx context.Context, d time.Duration) error
}

// Cloud is one simulated cloud. It is safe for concurrent use.
type Cloud struct {
	opts  Options
	store *store.Store
	// engines by the provider's name.
	engines map[string]*resource.Engine
}

// Open opens the cloud in opts.Dir and creates it when there is none. It fails when the folder cannot be written and,
// with ErrUnusableStore, when the store there is damaged or was made by another version.
func Open(opts Options) (*Cloud, error) {
	c, err := open(opts)
	if err != nil {
		return nil, err
	}
	if c.store, err = store.Open(opts.Dir); err != nil {
		return nil, err
	}
	for _, e := range c.engines {
		e.Store = c.store
	}
	return c, nil
}

func open(opts Options) (*Cloud, error) {
	if opts.Dir == "" {
		return nil, fmt.Errorf("open the simulated cloud: no folder given")
	}
	if opts.Log == nil {
		opts.Log = func(string, ...any) {}
	}
	if opts.Wait == nil {
		opts.Wait = waitFor
	}
	limits, err := changed(aws.Limits(), opts.Quotas)
	if err != nil {
		return nil, err
	}
	accounts := map[string]map[string]int{}
	for account, quotas := range opts.AccountQuotas {
		if accounts[account], err = changed(limits, quotas); err != nil {
			return nil, err
		}
	}
	all, err := plugins()
	if err != nil {
		return nil, err
	}
	c := &Cloud{opts: opts, engines: map[string]*resource.Engine{}}
	for _, p := range all {
		c.engines[p.Name] = &resource.Engine{Plugin: p, Seed: opts.Seed, Limits: limits, AccountLimits: accounts, Now: time.Now, Wait: opts.Wait}
	}
	return c, nil
}

// changed returns limits with those that are raised or lowered.
func changed(limits, quotas map[string]int) (map[string]int, error) {
	limits = maps.Clone(limits)
	for name, limit := range quotas {
		if _, known := limits[name]; !known {
			return nil, fmt.Errorf("open the simulated cloud: unknown quota %q, want one of %q", name, slices.Sorted(maps.Keys(limits)))
		}
		limits[name] = limit
	}
	return limits, nil
}

// engineOf is what simulates the provider of a type, with how it simulates the type; both are nil for a type that is
// not simulated.
func (c *Cloud) engineOf(token string) (*resource.Engine, *resource.Kind) {
	provider, _, _ := strings.Cut(token, ":")
	e := c.engines[provider]
	if e == nil || e.Kinds[token] == nil {
		return nil, nil
	}
	return e, e.Kinds[token]
}

// Reset deletes everything in the cloud of opts.Dir. Unlike Open it also takes a store that cannot be read.
func Reset(opts Options) error { return store.Reset(opts.Dir) }

// Close closes the store; objects stay. Servers of the cloud must be closed first.
func (c *Cloud) Close() error { return c.store.Close() }

// Reset deletes everything in the cloud.
func (c *Cloud) Reset() error { return store.Reset(c.opts.Dir) }

// Object is one thing that exists in the simulated cloud.
type Object struct {
	// Type is the Pulumi token, ID the provider's id of the thing.
	Type, ID string
	// ARN is empty for things that have none.
	ARN string
	// Account is the 12-digit account id, or the host of the Vault, the Datadog site or the Okta organization that has
	// the thing. Region is "global" for things that an account has once.
	Account, Region string
	// URN is the resource that made the thing; empty for what the cloud itself made, such as a VPC's default group.
	URN string
	// Inputs and Outputs are plain values: nil, bool, float64, string, []any, map[string]any. Secrets are masked.
	Inputs, Outputs map[string]any
	Created         time.Time
	// State is empty for a living thing and "PendingDeletion" for a key in its deletion window.
	State string
}

// Filter selects objects. Fields that are empty select everything; the zero Filter selects all that is not pending
// deletion, also what the cloud itself made.
type Filter struct {
	// Project and Stack are those of the URN.
	Project, Stack, Account, Region, Type string
	IncludePendingDeletion                bool
}

// Objects lists what the cloud has, in the order of type, account, region and id. It fails when the store cannot be
// read or ctx is done.
func (c *Cloud) Objects(ctx context.Context, f Filter) ([]Object, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var found []Object
	err := c.store.View(func(tx *store.Tx) error {
		for _, o := range f.candidates(tx) {
			if f.takes(o) {
				found = append(found, c.export(o))
			}
		}
		return nil
	})
	return found, err
}

// candidates are read by the narrowest index.
func (f Filter) candidates(tx *store.Tx) []*store.Object {
	if f.Project == "" {
		var all []*store.Object
		tx.Each(f.Type, f.Account, f.Region, func(o *store.Object) bool { all = append(all, o); return true })
		return all
	}
	var of []*store.Object
	for _, k := range tx.InStack(f.Project, f.Stack) {
		of = append(of, tx.Get(k))
	}
	return of
}

func (f Filter) takes(o *store.Object) bool {
	project, stack := store.ProjectStack(o.URN)
	return (f.Project == "" || f.Project == project) &&
		(f.Stack == "" || f.Stack == stack) &&
		(f.Account == "" || f.Account == o.Account) &&
		(f.Region == "" || f.Region == o.Region) &&
		(f.Type == "" || f.Type == o.Type) &&
		(f.IncludePendingDeletion || o.State == "")
}

func (c *Cloud) export(o *store.Object) Object {
	if e, kind := c.engineOf(o.Type); kind != nil {
		o.Inputs, o.Outputs = e.Masked(kind, o.Inputs), e.Masked(kind, o.Outputs)
	}
	return Object{
		Type: o.Type, ID: o.ID, ARN: o.ARN, Account: o.Account, Region: o.Region, URN: o.URN,
		Inputs: o.Inputs, Outputs: o.Outputs, Created: o.Created, State: o.State,
	}
}

// Delete removes a thing as its service would: with the same refusals when something depends on it. A thing that is
// gone already is no error. Of o only Type, ID, Account and Region are used.
func (c *Cloud) Delete(ctx context.Context, o Object) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if o.Type == aws.CacheSnapshot { // of no program's; nothing depends on it
		return c.Forget(ctx, o)
	}
	engine, kind := c.engineOf(o.Type)
	if kind == nil {
		return fmt.Errorf("delete %s: the simulated cloud does not simulate %s", o.ID, o.Type)
	}
	return engine.Delete(resource.Session{Account: o.Account, Region: o.Region}, kind, o.ID)
}

// Forget removes a thing without asking what depends on it, as if it had been deleted behind everyone's back. A thing
// that is gone already is no error. Of o only Type, ID, Account and Region are used.
func (c *Cloud) Forget(ctx context.Context, o Object) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return c.store.Update(func(tx *store.Tx) error {
		tx.Delete(store.Key{Type: o.Type, Account: o.Account, Region: o.Region, ID: o.ID})
		return nil
	})
}

// PutParameter writes a parameter of Systems Manager as a person or a build of images would: of type String, in the
// account with an id of 12 digits. A program that makes one of the name has to overwrite it. It fails when the region has
// no data and when a program has made a parameter of the name.
func (c *Cloud) PutParameter(ctx context.Context, account, region, name, value string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(account) != 12 || strings.Trim(account, "0123456789") != "" {
		return fmt.Errorf("put parameter %s: account %q is not an id of 12 digits", name, account)
	}
	return c.store.Update(func(tx *store.Tx) error {
		return aws.PutParameter(tx, account, region, name, value, time.Now().UTC())
	})
}

// PutSecret writes a value of a secret of Secrets Manager as a person would, in the account with an id of 12 digits: a
// new version of the secret of the name, which is made where there is none. It fails when the region has no data, when
// the value is empty or too long, and when the secret is to be deleted.
func (c *Cloud) PutSecret(ctx context.Context, account, region, name, value string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(account) != 12 || strings.Trim(account, "0123456789") != "" {
		return fmt.Errorf("put secret %s: account %q is not an id of 12 digits", name, account)
	}
	return c.store.Update(func(tx *store.Tx) error {
		return aws.PutSecret(tx, c.store.Seal, aws.Place{Account: account, Region: region}, name, value, time.Now().UTC())
	})
}

// PutBucketObject puts an object into a bucket, which then cannot be deleted. No program can: it is for tests and
// rehearsals. It fails when there is no such bucket.
func (c *Cloud) PutBucketObject(ctx context.Context, bucket, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return c.store.Update(func(tx *store.Tx) error { return aws.PutObject(tx, bucket, key, time.Now().UTC()) })
}

// AllowVault lets a simulated Vault exist at a host, although no load balancer of the simulated AWS answers there. It is
// for tests, rehearsals and programs of Vault alone; it lasts until the cloud is reset.
func (c *Cloud) AllowVault(host string) error {
	if host == "" || strings.ContainsAny(host, ":/ ") {
		return fmt.Errorf("allow a vault at %q: want a host name alone, such as vault.example.com", host)
	}
	return c.store.Update(func(tx *store.Tx) error { vault.Allow(tx, host); return nil })
}
