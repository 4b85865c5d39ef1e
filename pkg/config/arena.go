package config

// arenaBlock is how many nodes an arena takes from the heap at once: enough to
// spare the collector most of its work, little enough to waste for one client.
const arenaBlock = 128

// arena hands out nodes and entries from large blocks, because a tree of clients
// is millions of small values that all live as long as the tree. The nil arena
// takes each from the heap. It is for one goroutine.
type arena struct {
	nodes   []node
	entries []entry
	items   []*node
}

func (a *arena) node(n node) *node {
	if a == nil {
		return &n
	}
	if len(a.nodes) == cap(a.nodes) {
		a.nodes = make([]node, 0, arenaBlock)
	}
	a.nodes = append(a.nodes, n)
	return &a.nodes[len(a.nodes)-1]
}

// entriesOf returns a copy of from with room for more.
func (a *arena) entriesOf(from []entry, more int) []entry {
	need := len(from) + more
	if a == nil || need > arenaBlock {
		return append(make([]entry, 0, need), from...)
	}
	if cap(a.entries)-len(a.entries) < need {
		a.entries = make([]entry, 0, 2*arenaBlock)
	}
	at := len(a.entries)
	a.entries = append(a.entries, from...)[:at+need]
	return a.entries[at : at+len(from) : at+need]
}

// itemsOf returns a copy of from with room for more.
func (a *arena) itemsOf(from []*node, more int) []*node {
	need := len(from) + more
	if a == nil || need > arenaBlock {
		return append(make([]*node, 0, need), from...)
	}
	if cap(a.items)-len(a.items) < need {
		a.items = make([]*node, 0, arenaBlock)
	}
	at := len(a.items)
	a.items = append(a.items, from...)[:at+need]
	return a.items[at : at+len(from) : at+need]
}
