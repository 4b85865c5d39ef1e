package fleet

import (
	"fmt"
	"maps"
	"slices"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// Home is where a cell is that is up, as its stack has published it.
type Home struct {
	// Account, Region and Slot are what its file said when it came up; empty where the stack
	// does not say.
	Account, Region string
	Slot            int
	// Placement is config.Cell.Placement of then; empty where the stack does not say.
	Placement string
}

// HomeOf reads where a cell is from the outputs of its stack; what it does not publish is
// empty.
func HomeOf(outputs map[string]any) Home {
	var h Home
	h.Placement, _ = outputs[config.OutputPlacement].(string)
	account, _ := outputs[config.OutputAccount].(string)
	region, _ := outputs[config.OutputRegion].(string)
	if slot, ok := outputs[config.OutputSlot].(float64); ok && account != "" && region != "" {
		h.Account, h.Region, h.Slot = account, region, int(slot)
	}
	return h
}

// homes reports cells that are up and would move, and those that would come to where
// another is.
func (p *preflight) homes(plan Plan) error {
	for _, step := range plan.Steps {
		if step.Stack.Project != naming.ProjectCell || p.graph.nodes[step.Stack].Orphan {
			continue
		}
		cell, err := p.tree.Cell(step.Stack.Name)
		if err != nil {
			return err
		}
		if was := p.states[step.Stack].Home; !p.moves(step.Stack, cell, was) {
			p.meets(step.Stack, cell, was)
		}
	}
	return nil
}

// moves reports a cell that is up and that its file would move.
func (p *preflight) moves(stack Stack, cell config.Cell, was Home) bool {
	wasThere, there := was.Account+" "+was.Region, cell.Account.Name+" "+cell.Region.Name
	if was.Account != "" && wasThere != there {
		path := "region"
		if was.Account != cell.Account.Name {
			path = "account"
		}
		p.add(stack.String(), path, fmt.Sprintf("client %s is up in %s: in %s nothing of it would be found, databases included", cell.Client, wasThere, there),
			fmt.Sprintf("restore %s; another account or region is for a new client", wasThere))
		return true
	}
	if is := cell.Placement(); was.Placement != "" && is != was.Placement {
		p.add(stack.String(), cell.PlacementPath(was.Placement), fmt.Sprintf("client %s is up, %s: %s would move everything, databases included", cell.Client, was.Placement, is),
			fmt.Sprintf("restore %s; another placement is for a new client", was.Placement))
		return true
	}
	return false
}

// meets reports the cell that is up in the slot, or in the VPC slot, to which another
// cell would come. Two files of the configuration never say the same: the one that is up
// has none any more, or has not followed it yet.
func (p *preflight) meets(stack Stack, cell config.Cell, was Home) {
	if p.states[stack].Resources > 0 && (was.Account == "" || was.Slot == cell.Slot) {
		return // it is there
	}
	for _, other := range slices.SortedFunc(maps.Keys(p.states), Stack.compare) {
		state := p.states[other]
		if other == stack || state.Resources == 0 || state.Home.Account != cell.Account.Name || state.Home.Region != cell.Region.Name {
			continue
		}
		what, path, same := fmt.Sprint("slot ", cell.Slot), "slot", state.Home.Slot == cell.Slot
		if cell.Network.Mode == config.OwnVPC && state.Home.Placement == cell.Placement() {
			what, path, same = fmt.Sprint("VPC slot ", cell.Network.VPCSlot), "network.vpcSlot", true
		}
		if !same {
			continue
		}
		message, suggestion := fmt.Sprintf("%s of %s %s is still that of %s, which is up", what, cell.Account.Name, cell.Region.Name, other), fmt.Sprintf("bring %s up first, which gives it up", other)
		if _, err := p.tree.Cell(other.Name); err != nil {
			message, suggestion = message+" and has no configuration", fmt.Sprintf("take another one; cellctl list says what to do about %s", other)
		}
		p.add(stack.String(), path, message, suggestion)
	}
}
