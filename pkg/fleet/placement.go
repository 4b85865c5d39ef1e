package fleet

import (
	"fmt"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// PlacementOf reads where a cell's network is from the outputs of its stack; "" when the
// stack does not publish it.
func PlacementOf(outputs map[string]any) string {
	placement, _ := outputs[config.OutputPlacement].(string)
	return placement
}

// placements reports cells that are up and would move.
func (p *preflight) placements(plan Plan) error {
	for _, step := range plan.Steps {
		was := p.states[step.Stack].Placement
		if step.Stack.Project != naming.ProjectCell || was == "" || p.graph.nodes[step.Stack].Orphan {
			continue
		}
		cell, err := p.tree.Cell(step.Stack.Name)
		if err != nil {
			return err
		}
		if is := cell.Placement(); is != was {
			p.add(step.Stack.String(), cell.PlacementPath(was), fmt.Sprintf("client %s is up, %s: %s would move everything, databases included", cell.Client, was, is),
				fmt.Sprintf("restore %s; another placement is for a new client", was))
		}
	}
	return nil
}
