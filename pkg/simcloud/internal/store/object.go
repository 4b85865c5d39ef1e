package store

import (
	"fmt"
	"strings"
	"time"
)

// Key identifies an object. Region is "global" for things that an account has once.
type Key struct{ Type, Account, Region, ID string }

// String is for messages.
func (k Key) String() string {
	return fmt.Sprintf("%s %s (account %s, region %s)", k.Type, k.ID, k.Account, k.Region)
}

const sep = "\x00"

func (k Key) encode() string { return strings.Join([]string{k.Type, k.Account, k.Region, k.ID}, sep) }

func decodeKey(s string) Key {
	parts := strings.SplitN(s, sep, 4)
	for len(parts) < 4 {
		parts = append(parts, "")
	}
	return Key{parts[0], parts[1], parts[2], parts[3]}
}

// Object is one thing in the cloud.
type Object struct {
	Key
	ARN     string         `json:",omitempty"`
	URN     string         `json:",omitempty"` // the resource that made it; empty for what the cloud itself made
	Inputs  map[string]any `json:",omitempty"`
	Outputs map[string]any `json:",omitempty"`
	Created time.Time
	State   string `json:",omitempty"`
	// Hidden is how many more looks at the object do not find it.
	Hidden int `json:",omitempty"`
	// Names are claimed by this object alone: two objects with one name cannot exist.
	Names []string `json:",omitempty"`
	// Refs are the objects that this one needs.
	Refs []Key `json:",omitempty"`
	// Span is a range that must not overlap another one of the same space.
	Span *Span `json:",omitempty"`
}

// Span is an inclusive range in a space. First and Last compare as strings, so they are fixed-width.
type Span struct{ Space, First, Last string }

// ProjectStack of a URN: urn:pulumi:<stack>::<project>::<type>::<name>.
func ProjectStack(urn string) (project, stack string) {
	parts := strings.SplitN(urn, "::", 3)
	if len(parts) < 3 {
		return "", ""
	}
	return parts[1], strings.TrimPrefix(parts[0], "urn:pulumi:")
}

// indexEntries are all index keys of an object; each points at the object.
func (o *Object) indexEntries() []string {
	self := o.encode()
	entries := make([]string, 0, 3+len(o.Names)+len(o.Refs))
	for _, n := range o.Names {
		entries = append(entries, nameEntry(n))
	}
	for _, r := range o.Refs {
		entries = append(entries, "r"+sep+r.encode()+sep+sep+self)
	}
	if o.Span != nil {
		entries = append(entries, spanEntry(o.Span.Space, o.Span.First))
	}
	if project, stack := ProjectStack(o.URN); project != "" {
		entries = append(entries, "u"+sep+project+sep+stack+sep+self)
	}
	return append(entries, "i"+sep+o.ID+sep+self)
}

func nameEntry(name string) string         { return "n" + sep + name }
func spanEntry(space, first string) string { return "s" + sep + space + sep + first }
