package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	bolt "go.etcd.io/bbolt"
)

const (
	metaBucket    = "meta"
	objectBucket  = "objects"
	indexBucket   = "index"
	counterBucket = "counters"
	settingBucket = "settings" // made when the first setting is written
	versionKey    = "version"
)

// Tx is one transaction. A read that meets a damaged record ends the transaction with an error after the function has
// returned, so that the simulated services need not handle it at every look-up.
type Tx struct {
	bolt                     *bolt.Tx
	objects, index, counters *bolt.Bucket
	err                      error
}

// newTx opens the buckets and checks the version; fresh says that they were just made.
func newTx(b *bolt.Tx) (t *Tx, fresh bool, err error) {
	meta := b.Bucket([]byte(metaBucket))
	if meta == nil {
		for _, name := range []string{metaBucket, objectBucket, indexBucket, counterBucket} {
			if _, err := b.CreateBucketIfNotExists([]byte(name)); err != nil {
				return nil, false, err
			}
		}
		fresh = true
		meta = b.Bucket([]byte(metaBucket))
		if err := meta.Put([]byte(versionKey), []byte(Version)); err != nil {
			return nil, false, err
		}
	}
	if v := string(meta.Get([]byte(versionKey))); v != Version {
		return nil, false, fmt.Errorf("made by another version: format %q, want %q", v, Version)
	}
	t = &Tx{
		bolt:     b,
		objects:  b.Bucket([]byte(objectBucket)),
		index:    b.Bucket([]byte(indexBucket)),
		counters: b.Bucket([]byte(counterBucket)),
	}
	if t.objects == nil || t.index == nil || t.counters == nil {
		return nil, false, fmt.Errorf("damaged: a bucket is missing")
	}
	return t, fresh, nil
}

func (t *Tx) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

// Get returns the object with key k, or nil.
func (t *Tx) Get(k Key) *Object {
	data := t.objects.Get([]byte(k.encode()))
	if data == nil {
		return nil
	}
	o := &Object{}
	if err := json.Unmarshal(data, o); err != nil {
		t.fail(fmt.Errorf("damaged: %s: %w", k, err))
		return nil
	}
	return o
}

// Put writes o and its index entries, in place of what had its key.
func (t *Tx) Put(o *Object) {
	old := t.Get(o.Key)
	if old != nil {
		t.unindex(old)
	} else {
		t.tally(o.Key, 1)
	}
	t.countRefs(old, o)
	data, err := json.Marshal(o)
	if err != nil {
		t.fail(fmt.Errorf("encode %s: %w", o.Key, err))
		return
	}
	self := []byte(o.encode())
	if err := t.objects.Put(self, data); err != nil {
		t.fail(err)
	}
	for _, e := range o.indexEntries() {
		if err := t.index.Put([]byte(e), self); err != nil {
			t.fail(err)
		}
	}
}

// Delete removes the object with key k, if there is one.
func (t *Tx) Delete(k Key) {
	old := t.Get(k)
	if old == nil {
		return
	}
	t.unindex(old)
	t.tally(k, -1)
	t.countRefs(old, nil)
	if err := t.objects.Delete([]byte(k.encode())); err != nil {
		t.fail(err)
	}
}

func (t *Tx) unindex(o *Object) {
	for _, e := range o.indexEntries() {
		if err := t.index.Delete([]byte(e)); err != nil {
			t.fail(err)
		}
	}
}

// Owner is the key of the object that has claimed a name.
func (t *Tx) Owner(name string) (Key, bool) {
	v := t.index.Get([]byte(nameEntry(name)))
	return decodeKey(string(v)), v != nil
}

// Referrers are the objects that need k, only those of one type when typ is not empty, in key order.
func (t *Tx) Referrers(k Key, typ string) []Key {
	prefix := "r" + sep + k.encode() + sep + sep
	if typ != "" {
		prefix += typ + sep
	}
	return t.scan(prefix)
}

// InStack are the objects made by a stack's resources; with an empty stack those of all stacks of the project, with an
// empty project those of every stack.
func (t *Tx) InStack(project, stack string) []Key {
	prefix := "u" + sep
	if project != "" {
		prefix += project + sep
		if stack != "" {
			prefix += stack + sep
		}
	}
	return t.scan(prefix)
}

// ByID are the objects with an id, whatever their type, account and region.
func (t *Tx) ByID(id string) []Key { return t.scan("i" + sep + id + sep) }

func (t *Tx) scan(prefix string) []Key {
	var keys []Key
	c := t.index.Cursor()
	p := []byte(prefix)
	for k, v := c.Seek(p); k != nil && bytes.HasPrefix(k, p); k, v = c.Next() {
		keys = append(keys, decodeKey(string(v)))
	}
	return keys
}

// Overlapping is an object whose span in the same space overlaps s. Spans of one space never overlap each other, so
// only the one that begins last before the end of s can.
func (t *Tx) Overlapping(s Span) (Key, bool) {
	prefix := []byte("s" + sep + s.Space + sep)
	c := t.index.Cursor()
	var v []byte
	k, _ := c.Seek([]byte(spanEntry(s.Space, s.Last) + sep))
	if k == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	if k == nil || !bytes.HasPrefix(k, prefix) {
		return Key{}, false
	}
	key := decodeKey(string(v))
	o := t.Get(key)
	return key, o != nil && o.Span != nil && o.Span.Last >= s.First
}

// Each calls fn for every object of a type in an account and region, in key order, until fn returns false. Empty
// arguments at the end widen the walk.
func (t *Tx) Each(typ, account, region string, fn func(*Object) bool) {
	prefix := ""
	for _, part := range []string{typ, account, region} {
		if part == "" {
			break
		}
		prefix += part + sep
	}
	c := t.objects.Cursor()
	for k, v := c.Seek([]byte(prefix)); k != nil && bytes.HasPrefix(k, []byte(prefix)); k, v = c.Next() {
		o := &Object{}
		if err := json.Unmarshal(v, o); err != nil {
			t.fail(fmt.Errorf("damaged: %s: %w", decodeKey(string(k)), err))
			return
		}
		if !fn(o) {
			return
		}
	}
}

func refsKey(target Key, typ string) string {
	return "refs" + sep + target.encode() + sep + sep + typ
}

// CountReferrers is the number of things of a type that need k. Unlike Referrers it costs the same whatever the number.
func (t *Tx) CountReferrers(k Key, typ string) int { return t.Count(refsKey(k, typ)) }

// countRefs keeps the counters of referrers when an object takes the place of another; either may be nil.
func (t *Tx) countRefs(old, next *Object) {
	changes := map[string]int{}
	if old != nil {
		for _, r := range old.Refs {
			changes[refsKey(r, old.Type)]--
		}
	}
	if next != nil {
		for _, r := range next.Refs {
			changes[refsKey(r, next.Type)]++
		}
	}
	for counter, change := range changes {
		if change != 0 {
			t.add(counter, change)
		}
	}
}

func tallyKey(typ, account, region string) string {
	return "tally" + sep + typ + sep + account + sep + region
}

// Tally is the number of objects of a type in an account and region.
func (t *Tx) Tally(typ, account, region string) int { return t.Count(tallyKey(typ, account, region)) }

func (t *Tx) tally(k Key, change int) { t.add(tallyKey(k.Type, k.Account, k.Region), change) }

// CountNames is the number of claimed names that begin with prefix.
func (t *Tx) CountNames(prefix string) int { return len(t.scan(nameEntry(prefix))) }

// Named are the objects that have claimed names that begin with prefix, in the order of the names.
func (t *Tx) Named(prefix string) []Key { return t.scan(nameEntry(prefix)) }

// NamesUnder are the claimed names that begin with prefix, without it, in order.
func (t *Tx) NamesUnder(prefix string) []string {
	var names []string
	p := []byte(nameEntry(prefix))
	c := t.index.Cursor()
	for k, _ := c.Seek(p); k != nil && bytes.HasPrefix(k, p); k, _ = c.Next() {
		names = append(names, string(k[len(p):]))
	}
	return names
}

// Next counts: 1 for the first call with a name, then 2, and so on.
func (t *Tx) Next(counter string) int { return t.add(counter, 1) }

func (t *Tx) add(counter string, change int) int {
	n := t.Count(counter) + change
	if n == 0 {
		if err := t.counters.Delete([]byte(counter)); err != nil {
			t.fail(err)
		}
		return 0
	}
	if err := t.counters.Put([]byte(counter), []byte(strconv.Itoa(n))); err != nil {
		t.fail(err)
	}
	return n
}

// Count is how often Next was called for a counter.
func (t *Tx) Count(counter string) int {
	n, _ := strconv.Atoi(string(t.counters.Get([]byte(counter))))
	return n
}

// Setting is what PutSetting wrote last under a name, or nil.
func (t *Tx) Setting(name string) []byte {
	settings := t.bolt.Bucket([]byte(settingBucket))
	if settings == nil {
		return nil
	}
	return settings.Get([]byte(name))
}

// PutSetting keeps a value under a name.
func (t *Tx) PutSetting(name string, value []byte) {
	settings, err := t.bolt.CreateBucketIfNotExists([]byte(settingBucket))
	if err == nil {
		err = settings.Put([]byte(name), value)
	}
	if err != nil {
		t.fail(err)
	}
}

// All are all objects in key order.
func (t *Tx) All() []*Object {
	var all []*Object
	t.Each("", "", "", func(o *Object) bool { all = append(all, o); return true })
	return slices.Clip(all)
}
