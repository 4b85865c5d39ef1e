package fleet

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// applicationECS is the utility application that cells with services build on.
const applicationECS = "ecs"

// Node is one stack of the organization and what it builds on.
type Node struct {
	Stack Stack
	// Account and Region are where the stack's resources live; empty for an orphan.
	Account, Region string
	// Client is the owner of a cell; empty for base and utility.
	Client string
	// Needs are the stacks whose outputs this one reads.
	Needs []Stack
	// Orphan says that the stack has state but no configuration.
	Orphan bool
}

// Graph is all stacks of an organization, in dependency order. It never changes.
type Graph struct {
	nodes map[Stack]Node
	order []Stack
}

// FromTree returns the graph of a configuration: a base stack for each account
// and region, the ecs application where it is enabled, a cell for each client.
// It fails when a resolved configuration cannot be read.
func FromTree(tree *config.Tree) (*Graph, error) {
	var nodes []Node
	ecs := map[Stack]bool{}
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			base := Stack{naming.ProjectBase, naming.StackBase(account.Name, region.Name)}
			nodes = append(nodes, Node{Stack: base, Account: account.Name, Region: region.Name})
			utility, err := tree.Utility(account.Name, region.Name)
			if err != nil {
				return nil, fmt.Errorf("utility of %s in %s: %w", account.Name, region.Name, err)
			}
			if utility.ECS.Enabled {
				stack := Stack{naming.ProjectUtility, naming.StackUtility(account.Name, region.Name, applicationECS)}
				ecs[stack] = true
				nodes = append(nodes, Node{Stack: stack, Account: account.Name, Region: region.Name, Needs: []Stack{base}})
			}
		}
	}
	for _, client := range tree.Clients() {
		node, err := cellNode(tree, client, ecs)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, node)
	}
	return NewGraph(nodes)
}

// cellNode returns the node of a client's cell. A cell without services reads
// nothing of the cluster, so it does not wait for it.
func cellNode(tree *config.Tree, client string, ecs map[Stack]bool) (Node, error) {
	cell, err := tree.Cell(client)
	if err != nil {
		return Node{}, fmt.Errorf("cell of %s: %w", client, err)
	}
	account, region := cell.Account.Name, cell.Region.Name
	node := Node{
		Stack:   Stack{naming.ProjectCell, naming.StackCell(client)},
		Account: account,
		Region:  region,
		Client:  client,
		Needs:   []Stack{{naming.ProjectBase, naming.StackBase(account, region)}},
	}
	utility := Stack{naming.ProjectUtility, naming.StackUtility(account, region, applicationECS)}
	if cell.Services.Enabled && ecs[utility] {
		node.Needs = append(node.Needs, utility)
	}
	return node, nil
}

// NewGraph orders nodes. It fails when a stack occurs twice, when a need is not
// among the nodes, or when needs form a circle.
func NewGraph(nodes []Node) (*Graph, error) {
	g := &Graph{nodes: make(map[Stack]Node, len(nodes))}
	for _, n := range nodes {
		if _, twice := g.nodes[n.Stack]; twice {
			return nil, fmt.Errorf("stack %s occurs twice", n.Stack)
		}
		g.nodes[n.Stack] = n
	}
	for _, n := range nodes {
		for _, need := range n.Needs {
			if _, ok := g.nodes[need]; !ok {
				return nil, fmt.Errorf("stack %s needs %s, which does not exist", n.Stack, need)
			}
		}
	}
	return g, g.sort()
}

// sort fills order: prerequisites first, otherwise by level and name.
func (g *Graph) sort() error {
	const visiting, done = 1, 2
	marks := make(map[Stack]int, len(g.nodes))
	var visit func(s Stack, path []string) error
	visit = func(s Stack, path []string) error {
		switch marks[s] {
		case done:
			return nil
		case visiting:
			return fmt.Errorf("stacks need each other in a circle: %s", strings.Join(append(path, s.String()), " -> "))
		}
		marks[s] = visiting
		for _, need := range g.nodes[s].Needs {
			if err := visit(need, append(path, s.String())); err != nil {
				return err
			}
		}
		marks[s] = done
		g.order = append(g.order, s)
		return nil
	}
	stacks := make([]Stack, 0, len(g.nodes))
	for s := range g.nodes {
		stacks = append(stacks, s)
	}
	slices.SortFunc(stacks, Stack.compare)
	for _, s := range stacks {
		if err := visit(s, nil); err != nil {
			return err
		}
	}
	return nil
}

// Nodes returns all nodes, prerequisites before what needs them.
func (g *Graph) Nodes() []Node {
	nodes := make([]Node, len(g.order))
	for i, s := range g.order {
		nodes[i] = g.nodes[s]
	}
	return nodes
}

// Node returns the node of a stack and reports whether there is one.
func (g *Graph) Node(s Stack) (Node, bool) {
	n, ok := g.nodes[s]
	return n, ok
}

// WithStates returns the graph with an orphan node for each state that the
// configuration does not know, such as the cell of a client whose directory was
// removed, so that it can be listed and destroyed. What an orphan needs is taken
// from the stacks that its state refers to.
func (g *Graph) WithStates(states States) (*Graph, error) {
	var nodes []Node
	for _, s := range g.order {
		nodes = append(nodes, g.nodes[s])
	}
	for stack, state := range states {
		if _, known := g.nodes[stack]; known {
			continue
		}
		n := Node{Stack: stack, Orphan: true}
		for _, ref := range state.References {
			_, known := g.nodes[ref]
			_, alive := states[ref]
			if (known || alive) && ref != stack {
				n.Needs = append(n.Needs, ref)
			}
		}
		nodes = append(nodes, n)
	}
	return NewGraph(nodes)
}

// closure returns everything that the stacks need, directly or not, without the
// stacks themselves.
func (g *Graph) closure(stacks []Stack) map[Stack]bool {
	found := map[Stack]bool{}
	queue := slices.Clone(stacks)
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		for _, need := range g.nodes[s].Needs {
			if !found[need] {
				found[need] = true
				queue = append(queue, need)
			}
		}
	}
	for _, s := range stacks {
		delete(found, s)
	}
	return found
}
