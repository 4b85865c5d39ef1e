package fleet

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// Node is one stack of the organization and what it builds on.
type Node struct {
	Stack Stack
	// Account and Region are where the stack's resources live; empty for an orphan.
	// Connections are in several regions and accounts: theirs are the account that is
	// reached and its home region.
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
// and region, one more for the connections of each account that another reaches,
// one for each application that is enabled, a cell for each client. It fails when a
// resolved configuration cannot be read.
func FromTree(tree *config.Tree) (*Graph, error) {
	nodes := peeringNodes(tree)
	applications := map[Stack]bool{}
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			base := baseNode(account, region.Name)
			nodes = append(nodes, base)
			utility, err := tree.Utility(account.Name, region.Name)
			if err != nil {
				return nil, fmt.Errorf("utility of %s in %s: %w", account.Name, region.Name, err)
			}
			for _, application := range utility.Applications() {
				if !application.Enabled {
					continue
				}
				node := applicationNode(base, application)
				applications[node.Stack] = true
				nodes = append(nodes, node)
			}
		}
	}
	for _, client := range tree.Clients() {
		node, err := cellNode(tree, client, applications)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, node)
	}
	return NewGraph(nodes)
}

func baseStack(account, region string) Stack {
	return Stack{naming.ProjectBase, naming.StackBase(account, region)}
}

func utilityStack(account, region, application string) Stack {
	return Stack{naming.ProjectUtility, naming.StackUtility(account, region, application)}
}

// applicationNode returns the node of an application beside a base stack.
func applicationNode(base Node, application config.Application) Node {
	node := Node{
		Stack:   utilityStack(base.Account, base.Region, application.Name),
		Account: base.Account,
		Region:  base.Region,
		Needs:   []Stack{base.Stack},
	}
	for _, need := range application.Needs {
		node.Needs = append(node.Needs, utilityStack(base.Account, base.Region, need))
	}
	return node
}

// baseNode returns the node of an account's base stack in a region. What an
// account has once is in its home region, and the other regions read it there.
func baseNode(account config.Account, region string) Node {
	node := Node{Stack: baseStack(account.Name, region), Account: account.Name, Region: region}
	if region != account.HomeRegion {
		node.Needs = []Stack{baseStack(account.Name, account.HomeRegion)}
	}
	return node
}

// peeringNodes returns the nodes of the connections between VPCs, which read the
// base stacks of both sides. An account that nobody reaches has none.
func peeringNodes(tree *config.Tree) []Node {
	needs := map[string][]Stack{}
	for _, edge := range tree.PeeringEdges() {
		account := edge.Spoke.Account
		needs[account] = append(needs[account], baseStack(edge.Hub.Account, edge.Hub.Region), baseStack(account, edge.Spoke.Region))
	}
	var nodes []Node
	for _, account := range tree.Organization().Accounts {
		stacks := needs[account.Name]
		if len(stacks) == 0 {
			continue
		}
		slices.SortFunc(stacks, Stack.compare)
		nodes = append(nodes, Node{
			Stack:   Stack{naming.ProjectBase, naming.StackPeering(account.Name)},
			Account: account.Name,
			Region:  account.HomeRegion,
			Needs:   slices.Compact(stacks),
		})
	}
	return nodes
}

// cellNode returns the node of a client's cell: it builds on its base stack, on those
// of the regions that it keeps copies in, and on the applications that its modules read, wherever those run. What is not among applications
// is switched off.
func cellNode(tree *config.Tree, client string, applications map[Stack]bool) (Node, error) {
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
		Needs:   []Stack{baseStack(account, region)},
	}
	for _, other := range cell.CopyRegions() {
		node.Needs = append(node.Needs, baseStack(account, other))
	}
	if cell.Network.Mode == config.OwnVPC {
		// It connects its own VPC with each of them.
		for _, hub := range tree.Peers(account, region).Hubs {
			node.Needs = append(node.Needs, baseStack(hub.Account, hub.Region))
		}
	}
	for _, use := range cell.Uses() {
		inAccount, inRegion, ok := tree.Serving(use.Application, account, region)
		if !ok || use.Here && (inAccount.Name != account || inRegion.Name != region) {
			continue
		}
		if stack := utilityStack(inAccount.Name, inRegion.Name, use.Application); applications[stack] {
			node.Needs = append(node.Needs, stack)
		}
		if hub := (config.VPCRef{Account: inAccount.Name, Region: inRegion.Name}); use.Application == config.ApplicationVault && cell.Network.Mode != config.OwnVPC {
			node.Needs = append(node.Needs, connectionNeeds(tree, hub, config.VPCRef{Account: account, Region: region})...)
		}
	}
	return node, nil
}

// connectionNeeds returns the stack with the connection between the VPC of Vault and that
// of a cell: over it Vault reaches the cell's database and services reach Vault. Nothing
// when there is none between the two.
func connectionNeeds(tree *config.Tree, a, b config.VPCRef) []Stack {
	for _, edge := range tree.PeeringEdges() {
		if edge.Hub == a && edge.Spoke == b || edge.Hub == b && edge.Spoke == a {
			return []Stack{{naming.ProjectBase, naming.StackPeering(edge.Spoke.Account)}}
		}
	}
	return nil
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
