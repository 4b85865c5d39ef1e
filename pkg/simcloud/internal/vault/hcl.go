package vault

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// block is a block of HCL: `path "secret/*" { capabilities = ["read"] }`.
type block struct {
	kind, label string
	line        int
	attributes  map[string]any // string, float64, bool, []any, or map[string]any
	blocks      []block
}

// parseHCL reads the part of HCL 1 that policies are written in: blocks with a label, attributes, comments.
func parseHCL(text string) ([]block, error) {
	p := &parser{text: []rune(text), line: 1}
	body, err := p.body(0)
	if err != nil {
		return nil, err
	}
	if len(body.attributes) > 0 {
		for name := range body.attributes {
			return nil, fmt.Errorf("invalid key %q on line 1", name)
		}
	}
	return body.blocks, nil
}

type parser struct {
	text []rune
	at   int
	line int
}

func (p *parser) fail(format string, a ...any) error {
	return fmt.Errorf("At %d:1: %s", p.line, fmt.Sprintf(format, a...))
}

// body reads until the end of the text or, below the first level, the closing brace.
func (p *parser) body(depth int) (block, error) {
	b := block{attributes: map[string]any{}}
	for {
		p.space()
		if p.at >= len(p.text) {
			if depth > 0 {
				return b, p.fail("object expected closing RBRACE got: EOF")
			}
			return b, nil
		}
		if p.text[p.at] == '}' {
			if depth == 0 {
				return b, p.fail("illegal character")
			}
			p.at++
			return b, nil
		}
		if err := p.item(&b, depth); err != nil {
			return b, err
		}
	}
}

// item reads one attribute or block.
func (p *parser) item(b *block, depth int) error {
	line := p.line
	name, err := p.key()
	if err != nil {
		return err
	}
	p.space()
	label, labels := "", 0
	for p.at < len(p.text) && p.text[p.at] == '"' {
		if label, err = p.quoted(); err != nil {
			return err
		}
		labels++
		p.space()
	}
	switch {
	case p.at < len(p.text) && p.text[p.at] == '{':
		p.at++
		inner, err := p.body(depth + 1)
		if err != nil {
			return err
		}
		inner.kind, inner.label, inner.line = name, label, line
		b.blocks = append(b.blocks, inner)
		return nil
	case p.at < len(p.text) && p.text[p.at] == '=' && labels == 0:
		p.at++
		v, err := p.value()
		if err != nil {
			return err
		}
		if m, ok := v.(map[string]any); ok {
			b.blocks = append(b.blocks, block{kind: name, line: line, attributes: m})
			return nil
		}
		b.attributes[name] = v
		return nil
	}
	return p.fail("key '%s' expected start of object ('{') or assignment ('=')", name)
}

func (p *parser) key() (string, error) {
	if p.text[p.at] == '"' {
		return p.quoted()
	}
	from := p.at
	for p.at < len(p.text) && (unicode.IsLetter(p.text[p.at]) || unicode.IsDigit(p.text[p.at]) || strings.ContainsRune("_-.", p.text[p.at])) {
		p.at++
	}
	if p.at == from {
		return "", p.fail("illegal character %q", p.text[p.at])
	}
	return string(p.text[from:p.at]), nil
}

func (p *parser) quoted() (string, error) {
	from := p.at
	for p.at++; p.at < len(p.text) && p.text[p.at] != '"'; p.at++ {
		if p.text[p.at] == '\n' {
			return "", p.fail("literal not terminated")
		}
		if p.text[p.at] == '\\' {
			p.at++
		}
	}
	if p.at >= len(p.text) {
		return "", p.fail("literal not terminated")
	}
	p.at++
	s, err := strconv.Unquote(string(p.text[from:p.at]))
	if err != nil {
		return "", p.fail("invalid string literal")
	}
	return s, nil
}

func (p *parser) value() (any, error) {
	p.space()
	if p.at >= len(p.text) {
		return nil, p.fail("unexpected end of file")
	}
	switch p.text[p.at] {
	case '"':
		return p.quoted()
	case '[':
		return p.list()
	case '{':
		p.at++
		inner, err := p.body(1)
		return inner.attributes, err
	case '<':
		return p.heredoc()
	}
	from := p.at
	for p.at < len(p.text) && !strings.ContainsRune(" \t\r\n,]}#", p.text[p.at]) {
		p.at++
	}
	word := string(p.text[from:p.at])
	if word == "true" || word == "false" {
		return word == "true", nil
	}
	if n, err := strconv.ParseFloat(word, 64); err == nil {
		return n, nil
	}
	return nil, p.fail("Unknown token: %s", word)
}

func (p *parser) list() (any, error) {
	p.at++
	list := []any{}
	for {
		p.space()
		if p.at >= len(p.text) {
			return nil, p.fail("error parsing list, expected comma or list end, got: EOF")
		}
		if p.text[p.at] == ']' {
			p.at++
			return list, nil
		}
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		p.space()
		if p.at < len(p.text) && p.text[p.at] == ',' {
			p.at++
		} else if p.at < len(p.text) && p.text[p.at] != ']' {
			return nil, p.fail("error parsing list, expected comma or list end, got: %c", p.text[p.at])
		}
	}
}

// heredoc reads `<<EOT` until a line that is EOT.
func (p *parser) heredoc() (any, error) {
	rest := string(p.text[p.at:])
	head, body, ok := strings.Cut(rest, "\n")
	marker := strings.TrimSpace(strings.TrimLeft(head, "<-"))
	if !ok || marker == "" || !strings.HasPrefix(head, "<<") {
		return nil, p.fail("heredoc not terminated")
	}
	var lines []string
	used := len([]rune(head)) + 1
	for line := range strings.Lines(body) {
		used += len([]rune(line))
		p.line++
		if strings.TrimSpace(line) == marker {
			p.at += used
			return strings.Join(lines, ""), nil
		}
		lines = append(lines, line)
	}
	return nil, p.fail("heredoc not terminated")
}

// space skips blanks, line ends and comments.
func (p *parser) space() {
	for p.at < len(p.text) {
		switch r := p.text[p.at]; {
		case r == '\n':
			p.line++
			p.at++
		case unicode.IsSpace(r):
			p.at++
		case r == '#' || r == '/' && p.at+1 < len(p.text) && p.text[p.at+1] == '/':
			for p.at < len(p.text) && p.text[p.at] != '\n' {
				p.at++
			}
		case r == '/' && p.at+1 < len(p.text) && p.text[p.at+1] == '*':
			p.comment()
		default:
			return
		}
	}
}

func (p *parser) comment() {
	for p.at < len(p.text) && !(p.text[p.at] == '*' && p.at+1 < len(p.text) && p.text[p.at+1] == '/') {
		if p.text[p.at] == '\n' {
			p.line++
		}
		p.at++
	}
	p.at = min(p.at+2, len(p.text))
}
