package config

import "strings"

// plainParser reads the part of YAML that most files keep to: block maps, block
// lists and one-line scalars in ASCII. It is several times as fast as the full
// parser. Whatever it does not know for certain it leaves to the full parser,
// faults of any kind included, so that a file means the same to both.
type plainParser struct {
	text  string
	src   *source
	arena *arena
	line  plainLine
	next  int // offset of the line after line
	done  bool
	nodes int
	// gave says that the text is for the full parser.
	gave bool
	// entries and items hold those of maps and lists that are not complete.
	entries []entry
	items   []*node
}

// plainLine is a line that is neither blank nor a comment. Within the item of a
// list it begins behind the dash.
type plainLine struct {
	number int32
	indent int // columns before start
	start  int // offset of the first character
	end    int // offset behind the last one, the newline left out
}

// parse returns the tree of the text, or nil when the text is for the full
// parser. The parser's buffers are kept for the next text.
func (p *plainParser) parse(text string, src *source) *node {
	*p = plainParser{text: text, src: src, arena: p.arena, entries: p.entries[:0], items: p.items[:0]}
	if len(text) > maxFileBytes {
		return nil
	}
	p.advance()
	if p.done || p.line.indent != 0 || p.dash() {
		return nil
	}
	root := p.mapping(0)
	if p.gave || !p.done {
		return nil
	}
	root.line, root.column = 1, 1
	return root
}

// give leaves the text to the full parser.
func (p *plainParser) give() *node {
	p.gave, p.done = true, true
	return nil
}

// advance moves to the next line that says something.
func (p *plainParser) advance() {
	for p.next < len(p.text) && !p.gave {
		start := p.next
		end := strings.IndexByte(p.text[start:], '\n')
		if end < 0 {
			end = len(p.text) - start
		}
		end += start
		p.next, p.line.number = end+1, p.line.number+1
		at := start
		for at < end && p.text[at] == ' ' {
			at++
		}
		for i := at; i < end; i++ {
			if b := p.text[i]; b < ' ' || b >= 0x7f {
				p.give()
				return
			}
		}
		if at == end || p.text[at] == '#' {
			continue
		}
		if end-start > maxLineBytes || at-start > maxIndent || p.line.number > maxLines {
			p.give()
			return
		}
		p.line.indent, p.line.start, p.line.end = at-start, at, end
		return
	}
	p.done = true
}

// dash reports whether the line begins an item of a list.
func (p *plainParser) dash() bool {
	return p.text[p.line.start] == '-' && p.line.start+1 < p.line.end && p.text[p.line.start+1] == ' '
}

func (p *plainParser) node(n node) *node {
	if p.nodes++; p.nodes > maxNodes {
		return p.give()
	}
	n.src = p.src
	return p.arena.node(n)
}

// mapping reads the block map at a column.
func (p *plainParser) mapping(depth int) *node {
	if depth > maxDepth {
		return p.give()
	}
	indent, first := p.line.indent, len(p.entries)
	at := node{line: p.line.number, column: int32(indent) + 1, kind: kindMap}
	for !p.done && p.line.indent == indent {
		key, rest, ok := p.key()
		if !ok || p.known(first, key) {
			return p.give()
		}
		e := entry{key: key, line: p.line.number, column: int32(indent) + 1, src: p.src}
		if e.value = p.valueOf(key, rest, depth); e.value == nil {
			return p.give()
		}
		p.entries = append(p.entries, e)
	}
	if !p.done && p.line.indent > indent {
		return p.give()
	}
	at.entries = p.arena.entriesOf(p.entries[first:], 0)
	p.entries = p.entries[:first]
	return p.node(at)
}

// known reports whether the map whose entries begin at first has the key.
func (p *plainParser) known(first int, key string) bool {
	for i := first; i < len(p.entries); i++ {
		if p.entries[i].key == key {
			return true
		}
	}
	return false
}

// key splits the line into its key and the offset of what follows the colon.
func (p *plainParser) key() (key string, rest int, ok bool) {
	at := p.line.start
	for at < p.line.end && isWord(p.text[at]) {
		at++
	}
	if at == p.line.start || at == p.line.end || p.text[at] != ':' || at+1 < p.line.end && p.text[at+1] != ' ' {
		return "", 0, false
	}
	key = p.text[p.line.start:at]
	return key, at + 1, isLetter(key[0]) && !reserved(key)
}

// valueOf reads the value of a key: what follows on its line, or the block below it.
func (p *plainParser) valueOf(key string, rest, depth int) *node {
	indent := p.line.indent
	at := rest
	for at < p.line.end && p.text[at] == ' ' {
		at++
	}
	if at < p.line.end && p.text[at] != '#' {
		n := p.scalar(key, at)
		p.advance()
		return n
	}
	p.advance()
	switch {
	case p.done:
	case p.dash() && p.line.indent >= indent:
		return p.list(key, depth+1)
	case p.line.indent > indent:
		return p.mapping(depth + 1)
	}
	return nil
}

// list reads the block list at a column.
func (p *plainParser) list(key string, depth int) *node {
	if depth > maxDepth {
		return p.give()
	}
	indent, first := p.line.indent, len(p.items)
	at := node{line: p.line.number, column: int32(indent) + 1, kind: kindList}
	for !p.done && p.line.indent == indent && p.dash() {
		p.line.start, p.line.indent = p.line.start+2, indent+2
		if p.line.start == p.line.end || p.text[p.line.start] == ' ' || p.text[p.line.start] == '-' {
			return p.give()
		}
		var n *node
		if _, _, ok := p.key(); ok {
			n = p.mapping(depth + 1)
		} else {
			n = p.scalar(key, p.line.start)
			p.advance()
		}
		if n == nil {
			return p.give()
		}
		p.items = append(p.items, n)
	}
	if !p.done && p.line.indent > indent {
		return p.give()
	}
	at.items = p.arena.itemsOf(p.items[first:], 0)
	p.items = p.items[:first]
	return p.node(at)
}

// scalar reads the scalar at an offset, which nothing but a comment may follow.
func (p *plainParser) scalar(key string, at int) *node {
	end, n := at, node{line: p.line.number, column: int32(p.line.indent+at-p.line.start) + 1}
	switch b := p.text[at]; b {
	case '"', '\'':
		length := strings.IndexByte(p.text[at+1:p.line.end], b)
		if length < 0 {
			return nil
		}
		n.kind, n.text = kindString, p.text[at+1:at+1+length]
		if end = at + length + 2; strings.IndexByte(n.text, '\\') >= 0 {
			return nil
		}
	case '{', '[':
		if end = at + 2; end > p.line.end || p.text[at+1] != b+2 {
			return nil
		}
		if n.kind = kindMap; b == '[' {
			n.kind = kindList
		}
	default:
		for end < p.line.end && isPlain(p.text[end]) {
			end++
		}
		if n.text = p.text[at:end]; !n.classify() {
			return nil
		}
	}
	after := end
	for after < p.line.end && p.text[after] == ' ' {
		after++
	}
	// The full parser misplaces a scalar that blanks end the line of, and so decides.
	if after > end && after == p.line.end || after < p.line.end && (p.text[after] != '#' || after == end) {
		return nil
	}
	if secretKind(key, n.text) != "" {
		return nil
	}
	return p.node(n)
}

// classify sets the kind of a plain scalar and reports whether it is certain.
func (n *node) classify() bool {
	if n.text == "" || n.text[len(n.text)-1] == ':' {
		return false
	}
	n.kind = kindString
	switch first := n.text[0]; {
	case n.text == "null":
		n.kind = kindNull
	case n.text == "true" || n.text == "false":
		n.kind = kindBool
	case isLetter(first) || first == '/':
		return !reserved(n.text)
	case !isDigit(first):
		return false
	case strings.Trim(n.text, "0123456789") == "":
		n.kind = kindInt
		return len(n.text) == 1 || first != '0' && len(n.text) < 18
	default:
		return strings.IndexByte(n.text, '/') > 0
	}
	return true
}

// reserved reports whether YAML reads the word as null or a boolean.
func reserved(word string) bool {
	if len(word) != 4 && len(word) != 5 {
		return false
	}
	return strings.EqualFold(word, "null") || strings.EqualFold(word, "true") || strings.EqualFold(word, "false")
}

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' }
func isDigit(b byte) bool  { return '0' <= b && b <= '9' }
func isWord(b byte) bool   { return isLetter(b) || isDigit(b) || b == '_' || b == '-' }

// isPlain reports whether the character means nothing but itself in a plain
// scalar. The colon does when no blank follows it.
func isPlain(b byte) bool {
	return isWord(b) || b == '.' || b == '/' || b == '@' || b == ':' || b == '+'
}
