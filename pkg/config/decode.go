package config

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"cellworks/pkg/spelling"
)

// decoder fills Go values from a merged tree, strictly.
type decoder struct {
	out *collector
	// client is the client's file, where keys that only it may set are missing. It is
	// nil while a tree without a client is decoded; such keys are then not expected.
	client *source
	// trusted says that the layers below the client's have been decoded before without
	// a problem, so that their values need no second check.
	trusted bool
	// partial says that the lowest layer could not be read: keys are not missing then.
	partial bool
	// failed holds the paths of values that are wrong. Later checks leave them alone.
	failed map[string]bool
}

func (d *decoder) problem(n *node, p *step, message, suggestion string) {
	d.problemAt(n.src, int(n.line), int(n.column), p, message, suggestion)
}

func (d *decoder) problemAt(src *source, line, column int, p *step, message, suggestion string) {
	path := p.String()
	d.fail(path)
	d.out.add(src, line, column, path, message, suggestion)
}

func (d *decoder) fail(path string) {
	if d.failed == nil {
		d.failed = map[string]bool{}
	}
	d.failed[path] = true
}

// value decodes n into v. f is the field that v is, or nil for an item of a list.
// low is what v holds the value of already, or nil: a tree without a problem that
// n was merged over.
func (d *decoder) value(s *schema, f *field, n, low *node, v reflect.Value, p *step) {
	if n == low {
		return
	}
	switch s.shape {
	case shapeStruct:
		if d.is(n, kindMap, s, f, p) {
			d.structure(s, n, low, v, p)
		}
	case shapeMap:
		if d.is(n, kindMap, s, f, p) {
			d.stringMap(s, n, v, p)
		}
	case shapeNamed, shapeList:
		if d.is(n, kindList, s, f, p) {
			d.list(s, f, n, low, v, p)
		}
	case shapeString:
		if d.is(n, kindString, s, f, p) && d.printable(n, p) && d.follows(f, n, p) {
			v.SetString(n.text)
		}
	case shapeRef:
		if d.is(n, kindString, s, f, p) {
			v.FieldByName("Name").SetString(n.text)
		}
	case shapeBool:
		if d.is(n, kindBool, s, f, p) {
			v.SetBool(n.text == "true")
		}
	case shapeInt:
		d.integer(s, f, n, v, p)
	case shapePrefix:
		d.prefix(s, f, n, v, p)
	case shapeSecret:
		d.secret(s, n, v, p)
	}
}

// is reports whether n is of kind k, and reports the problem when it is not.
func (d *decoder) is(n *node, k kind, s *schema, f *field, p *step) bool {
	if n.kind == k {
		return true
	}
	if n.kind == kindBad {
		d.fail(p.String())
		return false
	}
	want := wants(s, f)
	found, suggestion := "", ""
	switch n.kind {
	case kindString, kindInt, kindFloat, kindBool:
		found = fmt.Sprintf("%s is %s", n.text, n.kind)
		if n.kind == kindString {
			found = fmt.Sprintf("%s is %s", show(n.text), n.kind)
		}
		if k == kindString {
			suggestion = fmt.Sprintf("put it in quotes: %q", n.text)
		}
		if k != kindString && n.kind == kindString && looksLike(k, n.text) {
			suggestion = "remove the quotes: " + strings.ToLower(n.text)
		}
	case kindNull:
		found = "null is not a value here"
	default:
		found = "this is " + n.kind.String()
		if k == kindString && n.kind == kindMap && len(n.entries) == 1 {
			suggestion = "put a text with colons in quotes"
		}
	}
	d.problem(n, p, found+", want "+want, suggestion)
	return false
}

// printable reports whether a text is without control characters, which no service of AWS
// takes, and reports the problem when it is not.
func (d *decoder) printable(n *node, p *step) bool {
	for _, r := range n.text {
		if unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' {
			d.problem(n, p, fmt.Sprintf("the text holds the control character %U", r), "remove it: only tabs and ends of lines get through to what reads the text")
			return false
		}
	}
	return true
}

// looksLike reports whether text would be of kind k without its quotes.
func looksLike(k kind, text string) bool {
	if k == kindInt {
		_, err := strconv.Atoi(text)
		return err == nil
	}
	return k == kindBool && (strings.EqualFold(text, "true") || strings.EqualFold(text, "false"))
}

// follows reports whether a scalar is what the field's tags ask for, and reports
// the problem when it is not.
func (d *decoder) follows(f *field, n *node, p *step) bool {
	if f == nil || (d.trusted && n.src.layer != LayerClient) {
		return true
	}
	if len(f.oneof) > 0 && !slices.Contains(f.oneof, n.text) {
		suggestion := ""
		if near := spelling.Nearest(n.text, f.oneof); near != "" && n.kind == kindString {
			suggestion = fmt.Sprintf("did you mean %q?", near)
		}
		d.problem(n, p, fmt.Sprintf("%s is not known, want %s", quoted(n), f.wantScalar()), suggestion)
		return false
	}
	if f.match != nil && !f.match.MatchString(n.text) {
		d.problem(n, p, fmt.Sprintf("%s is not valid, want %s", show(n.text), f.hint), "")
		return false
	}
	return true
}

// quoted is a scalar as a message shows it.
func quoted(n *node) string {
	if n.kind == kindString {
		return show(n.text)
	}
	return n.text
}

func (d *decoder) integer(s *schema, f *field, n *node, v reflect.Value, p *step) {
	if !d.is(n, kindInt, s, f, p) {
		return
	}
	i, err := strconv.Atoi(n.text)
	if err != nil || strconv.Itoa(i) != n.text {
		d.problem(n, p, fmt.Sprintf("%s is not a plain decimal integer, want %s", n.text, wants(s, f)), "write it without leading zeros, signs or separators")
		return
	}
	if f != nil && f.ranged && (i < f.lo || i > f.hi) {
		d.problem(n, p, fmt.Sprintf("%d is out of range, want %d to %d", i, f.lo, f.hi), "")
		return
	}
	if d.follows(f, n, p) {
		v.SetInt(int64(i))
	}
}

func (d *decoder) prefix(s *schema, f *field, n *node, v reflect.Value, p *step) {
	if !d.is(n, kindString, s, f, p) {
		return
	}
	cidr, err := netip.ParsePrefix(n.text)
	switch {
	case err != nil:
		suggestion := ""
		if addr, err := netip.ParseAddr(n.text); err == nil && addr.Is4() {
			suggestion = fmt.Sprintf("for one address write %q", n.text+"/32")
		}
		d.problem(n, p, fmt.Sprintf("%s is not a CIDR, want %s", show(n.text), s.want()), suggestion)
	case !cidr.Addr().Is4():
		d.problem(n, p, fmt.Sprintf("%s is not IPv4, want %s", show(n.text), s.want()), "")
	case cidr != cidr.Masked():
		d.problem(n, p, fmt.Sprintf("%s has host bits set, want a network address", show(n.text)), fmt.Sprintf("did you mean %q?", cidr.Masked()))
	default:
		v.Set(reflect.ValueOf(cidr))
	}
}

// secret decodes a reference to a secret, an item of a map.
func (d *decoder) secret(s *schema, n *node, v reflect.Value, p *step) {
	if !d.is(n, kindString, s, nil, p) {
		return
	}
	r, err := ParseSecretRef(n.text)
	if err != nil {
		d.problem(n, p, err.Error(), "the secret itself stays out of these files")
		return
	}
	v.Set(reflect.ValueOf(r))
}

func (d *decoder) stringMap(s *schema, n *node, v reflect.Value, p *step) {
	out := reflect.MakeMapWithSize(s.zero, len(n.entries))
	for i := range n.entries {
		e := &n.entries[i]
		if e.value.kind == kindNull {
			continue
		}
		value, at := reflect.New(s.elem.zero).Elem(), p.child(e.key)
		d.value(s.elem, nil, e.value, nil, value, at)
		if !d.failed[at.String()] {
			out.SetMapIndex(reflect.ValueOf(e.key), value)
		}
	}
	v.Set(out)
}

func (d *decoder) list(s *schema, f *field, n, low *node, v reflect.Value, p *step) {
	if f != nil && f.most > 0 && (len(n.items) < f.least || len(n.items) > f.most) {
		d.problem(n, p, fmt.Sprintf("%d items are listed, want %d to %d", len(n.items), f.least, f.most), "")
		return
	}
	named := s.shape == shapeNamed
	if named {
		f = nil // its items describe themselves
	}
	if !named || low == nil || low.kind != kindList || v.Len() != len(low.items) {
		low = &node{}
	}
	out := reflect.MakeSlice(s.zero, len(n.items), len(n.items))
	next := 0 // item of the lower list; a merge keeps their order
	for i, it := range n.items {
		var under *node
		if j := low.position(it, next); j >= 0 {
			under, next = low.items[j], j+1
			out.Index(i).Set(v.Index(j))
		}
		at := p.item(it, i)
		d.value(s.elem, f, it, under, out.Index(i), at)
		if named && it != under {
			d.unique(n.items[:i], it, at)
		}
	}
	v.Set(out)
}

// position returns which item of a list, from the given one on, an item was
// merged over, or -1.
func (n *node) position(it *node, from int) int {
	for i := from; i < len(n.items); i++ {
		if x := n.items[i]; x == it || it.name() != "" && it.name() == x.name() {
			return i
		}
	}
	return -1
}

// unique reports an item whose name an item before it has.
func (d *decoder) unique(before []*node, it *node, p *step) {
	name := it.name()
	if name == "" {
		return
	}
	for _, other := range before {
		if other.name() == name {
			first := other.get("name")
			d.problem(it.get("name"), p, fmt.Sprintf("the name is already used at %s:%d:%d", first.src.file, first.line, first.column), "give one of the two another name")
			return
		}
	}
}
