package resource

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/store"
)

// Engine runs the provider's operations on a store.
type Engine struct {
	*Plugin
	Store *store.Store
	// Seed enters every generated id.
	Seed string
	// Limits are the service quotas by name.
	Limits map[string]int
	// AccountLimits are those of accounts that have others, by the account's id.
	AccountLimits map[string]map[string]int
	// Now is the clock.
	Now func() time.Time
	// Wait waits before the engine looks again for a thing that it did not find; its error ends the call.
	Wait func(context.Context, time.Duration) error
}

// How the provider looks again for a thing that a call refers to and that is not found yet. The real one does so for
// two to five minutes, with growing pauses: about as many looks, in less time here.
const (
	looks     = 20
	lookPause = 25 * time.Millisecond
)

// ErrKept is what a kind's Remove returns when the thing stays in the cloud although its resource goes.
var ErrKept = errors.New("kept")

// retry runs attempt again while it fails for a thing that exists and was not found, as the provider does.
func (e *Engine) retry(ctx context.Context, attempt func() (missed []store.Key, err error)) error {
	for look := 1; ; look++ {
		missed, err := attempt()
		if err == nil || len(missed) == 0 {
			return err
		}
		if hideErr := e.Store.Update(func(tx *store.Tx) error { looked(tx, missed); return nil }); hideErr != nil {
			return hideErr
		}
		if look == looks {
			return err
		}
		if waitErr := e.Wait(ctx, lookPause); waitErr != nil {
			return errors.Join(err, waitErr)
		}
	}
}

// looked counts one look at every hidden thing.
func looked(tx *store.Tx, keys []store.Key) {
	for _, k := range keys {
		if o := tx.Get(k); o != nil && o.Hidden > 0 {
			o.Hidden--
			tx.Put(o)
		}
	}
}

// Create makes a thing and returns its id and outputs. The next hiddenFor looks at it do not find it.
func (e *Engine) Create(ctx context.Context, s Session, kind *Kind, urn string, in map[string]any, hiddenFor int) (id string, outputs map[string]any, err error) {
	err = e.retry(ctx, func() (missed []store.Key, err error) {
		id, outputs, missed, err = e.create(s, kind, urn, in, hiddenFor)
		return missed, err
	})
	return id, outputs, err
}

func (e *Engine) create(s Session, kind *Kind, urn string, in map[string]any, hiddenFor int) (id string, outputs map[string]any, missed []store.Key, err error) {
	err = e.Store.Update(func(tx *store.Tx) error {
		c := e.call(s, tx, in)
		defer func() { missed = c.missed }()
		if err := e.reach(tx, s); err != nil {
			return err
		}
		generation := tx.Next("generation\x00" + urn)
		c.seed = fmt.Sprintf("%s\x00%s\x00%s\x00%s\x00%d", e.Seed, s.Account, s.Region, urn, generation)
		c.Obj = &store.Object{Key: c.key(kind.Token, "", kind.Global), URN: urn, Outputs: map[string]any{}, Created: c.Now, Hidden: hiddenFor}
		if err := e.make(c, kind); err != nil {
			return e.explain(c, kind, "create", kind.nameIn(in), err)
		}
		id, outputs = c.Obj.ID, c.Obj.Outputs
		return nil
	})
	return id, outputs, missed, err
}

func (e *Engine) make(c *Call, kind *Kind) error {
	if err := kind.Identify(c); err != nil {
		return err
	}
	if other := c.Tx.Get(c.Obj.Key); other != nil && !kind.Upsert {
		return Faultf("AlreadyExists", "%s %s already exists", kind.Noun, c.Obj.ID)
	}
	return e.settle(c, kind)
}

// settle applies the inputs and writes the thing.
func (e *Engine) settle(c *Call, kind *Kind) error {
	if err := checkTags(c, kind); err != nil {
		return err
	}
	if kind.Apply != nil {
		if err := kind.Apply(c); err != nil {
			return err
		}
	}
	maps.Copy(c.Obj.Outputs, withoutInternals(c.In))
	tagsAll(c.Obj.Outputs, e.Schema.Resources[kind.Token])
	if _, has := e.Schema.Resources[kind.Token].Outputs["arn"]; has && c.Obj.ARN != "" {
		c.Obj.Outputs["arn"] = c.Obj.ARN
	}
	if kind.Report != nil {
		kind.Report(c)
	}
	c.Obj.Inputs = c.In
	return e.keep(c.Tx, kind, c.Obj)
}

// Update changes a thing and returns its outputs.
func (e *Engine) Update(ctx context.Context, s Session, kind *Kind, id, urn string, in map[string]any) (outputs map[string]any, err error) {
	err = e.retry(ctx, func() (missed []store.Key, err error) {
		outputs, missed, err = e.update(s, kind, id, urn, in)
		return missed, err
	})
	return outputs, err
}

func (e *Engine) update(s Session, kind *Kind, id, urn string, in map[string]any) (outputs map[string]any, missed []store.Key, err error) {
	err = e.Store.Update(func(tx *store.Tx) error {
		c := e.call(s, tx, in)
		defer func() { missed = c.missed }()
		if err := e.reach(tx, s); err != nil {
			return err
		}
		c.Obj = tx.Get(c.key(kind.Token, id, kind.Global))
		if c.Obj == nil || c.Obj.State != "" {
			c.Obj = &store.Object{}
			return e.explain(c, kind, "update", id, &Fault{Code: "NotFound", Message: "couldn't find resource", Status: 404})
		}
		if err := e.unseal(kind, c.Obj); err != nil {
			return err
		}
		c.Old = c.Obj.Inputs
		if c.Old == nil {
			c.Old = Props{}
		}
		c.seed = fmt.Sprintf("%s\x00%s\x00%d", e.Seed, c.Obj.ID, tx.Next("change\x00"+id))
		for name := range c.Old {
			if _, still := in[name]; !still && !contains(kind.Rules.Computed, name) {
				delete(c.Obj.Outputs, name)
			}
		}
		c.Obj.URN, c.Obj.Refs = urn, nil
		if err := e.settle(c, kind); err != nil {
			return e.explain(c, kind, "update", id, err)
		}
		outputs = c.Obj.Outputs
		return nil
	})
	return outputs, missed, err
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}

// Delete removes a thing. One that is gone already is no error.
func (e *Engine) Delete(s Session, kind *Kind, id string) error {
	return e.Store.Update(func(tx *store.Tx) error {
		return e.remove(s, tx, kind, id)
	})
}

func (e *Engine) remove(s Session, tx *store.Tx, kind *Kind, id string) error {
	if err := e.reach(tx, s); err != nil {
		return err
	}
	c := e.call(s, tx, nil)
	c.Obj = tx.Get(c.key(kind.Token, id, kind.Global))
	if c.Obj == nil || c.Obj.State != "" {
		return nil
	}
	if err := e.unseal(kind, c.Obj); err != nil {
		return err
	}
	c.In, c.Old = c.Obj.Inputs, c.Obj.Inputs
	if kind.Remove != nil {
		if err := kind.Remove(c); errors.Is(err, ErrKept) {
			return nil
		} else if err != nil {
			return e.explain(c, kind, "delete", id, err)
		}
	}
	if c.Obj.State != "" {
		return e.keep(tx, kind, c.Obj)
	}
	tx.Delete(c.Obj.Key)
	return nil
}

// Read returns what is stored under an id or under the id that an import takes; nil when there is nothing.
func (e *Engine) Read(s Session, kind *Kind, id string) (o *store.Object, err error) {
	var hidden []store.Key
	err = e.Store.View(func(tx *store.Tx) error {
		if err := e.reach(tx, s); err != nil {
			return err
		}
		c := e.call(s, tx, nil)
		k := c.key(kind.Token, id, kind.Global)
		if o = tx.Get(k); o == nil {
			if owner, ok := tx.Owner(importName(k.Type, k.Account, k.Region, id)); ok {
				o = tx.Get(owner)
			}
		}
		if o != nil && o.State != "" {
			o = nil
		}
		if o != nil && o.Hidden > 0 {
			hidden, o = []store.Key{o.Key}, nil
		}
		return e.unseal(kind, o)
	})
	if err == nil && len(hidden) > 0 {
		err = e.Store.Update(func(tx *store.Tx) error { looked(tx, hidden); return nil })
	}
	return o, err
}

// reach fails when there is nothing at the other end of the provider's connection.
func (e *Engine) reach(tx *store.Tx, s Session) error {
	if e.Reach == nil {
		return nil
	}
	return e.Reach(tx, s)
}

// Answer calls a function. Secrets of its result, which it hands on as the store keeps them, are open.
func (e *Engine) Answer(tx *store.Tx, s Session, f Function, args Props) (map[string]any, error) {
	if err := e.reach(tx, s); err != nil {
		return nil, err
	}
	result, err := f(tx, s, args)
	for name, value := range result {
		if err == nil {
			result[name], err = e.Store.Unseal(value)
		}
	}
	return result, err
}

func (e *Engine) call(s Session, tx *store.Tx, in map[string]any) *Call {
	limits, own := e.AccountLimits[s.Account]
	if !own {
		limits = e.Limits
	}
	return &Call{Session: s, Tx: tx, In: in, Now: e.Now().UTC(), Limits: limits}
}

// explain puts an API error into the words of the real provider.
func (e *Engine) explain(c *Call, kind *Kind, operation, id string, err error) error {
	var f *Fault
	if !errors.As(err, &f) {
		return fmt.Errorf("%sing %s: %w", strings.TrimSuffix(operation, "e"), kind.Noun, err)
	}
	request := c.UUID(fmt.Sprint("request ", operation, kind.Token, id, c.Now.UnixNano()))
	return e.Explain(Refusal{Session: c.Session, Kind: kind, Operation: operation, ID: id, In: c.In, Request: request, Fault: f})
}

// Refusal is the error of a call for urn that the cloud's API answered with a fault before it did anything.
func (e *Engine) Refusal(r Refusal, urn string) error {
	c := &Call{Session: r.Session, Now: e.Now().UTC(), In: r.In, seed: e.Seed + urn}
	return e.explain(c, r.Kind, r.Operation, r.ID, r.Fault)
}
