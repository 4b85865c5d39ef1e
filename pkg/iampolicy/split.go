package iampolicy

import (
	"fmt"
	"strconv"
)

// Split returns documents that say together what d says, each within the limit of the
// kind and with statements in their order: d alone when it fits. A statement that is too
// long for a document of its own becomes several, each about some of its resources, with
// a number behind the Sid from the second on. It fails when d breaks the policy grammar,
// and when a statement is too long for something else than its resources.
func (d Document) Split(kind Kind) ([]Document, error) {
	if err := d.validate(kind); err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	var all []Document
	var open []Statement
	for _, s := range d.Statements {
		pieces, err := s.pieces(kind)
		if err != nil {
			return nil, err
		}
		for _, piece := range pieces {
			more := append(open[:len(open):len(open)], piece)
			size, err := Document{Statements: more}.size()
			if err != nil {
				return nil, err
			}
			if size > kind.Limit() {
				all, more = append(all, Document{Version: d.Version, Statements: open}), []Statement{piece}
			}
			open = more
		}
	}
	return append(all, Document{Version: d.Version, Statements: open}), nil
}

func (d Document) size() (int, error) {
	text, err := d.text()
	return len(text), err
}

// pieces returns the statement as statements that each fit into a document.
func (s Statement) pieces(kind Kind) ([]Statement, error) {
	whole, err := Document{Statements: []Statement{s}}.size()
	if err != nil || whole <= kind.Limit() {
		return []Statement{s}, err
	}
	bare := s
	bare.Resources = nil
	size, err := Document{Statements: []Statement{bare}}.size()
	if err != nil {
		return nil, err
	}
	// The key of the list, its brackets and what numbers the statement.
	const around = len(`"Resource":[],`) + 2
	var pieces []Statement
	room := 0
	for _, resource := range set(s.Resources) {
		need := len(strconv.Quote(resource)) + 1
		if size+around+need > kind.Limit() {
			return nil, fmt.Errorf("%s: statement %s is too long for %d characters, whatever its resources", kind, s.Sid, kind.Limit())
		}
		if need > room {
			piece := bare
			if n := len(pieces) + 1; n > 1 && s.Sid != "" {
				piece.Sid = s.Sid + strconv.Itoa(n)
			}
			pieces, room = append(pieces, piece), kind.Limit()-size-around
		}
		last := &pieces[len(pieces)-1]
		last.Resources, room = append(last.Resources, resource), room-need
	}
	if len(pieces) == 0 {
		return nil, fmt.Errorf("%s: statement %s is too long for %d characters, and has no resources to divide", kind, s.Sid, kind.Limit())
	}
	return pieces, nil
}
