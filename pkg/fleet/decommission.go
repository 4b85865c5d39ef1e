package fleet

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// ModulesOf reads the names of the modules that a cell has from the outputs of its stack.
// It returns nil when the stack publishes none.
func ModulesOf(outputs map[string]any) []string {
	list, _ := outputs[config.OutputModules].([]any)
	var modules []string
	for _, item := range list {
		if name, ok := item.(string); ok {
			modules = append(modules, name)
		}
	}
	return modules
}

// Doubtful returns the cells of which more has to be known before a plan: those of the
// plan that are up, nobody knows with which modules, and whose client's own file switches
// off one that keeps data; and, where a cell of the plan is new, those of Strays.
func Doubtful(tree *config.Tree, plan Plan, states States) []Stack {
	var doubtful []Stack
	if slices.ContainsFunc(plan.Steps, func(step Step) bool {
		return step.Stack.Project == naming.ProjectCell && states[step.Stack].Resources == 0
	}) {
		doubtful = Strays(tree, states)
	}
	for _, step := range plan.Steps {
		state := states[step.Stack]
		if step.Stack.Project != naming.ProjectCell || state.Resources == 0 || state.Modules != nil {
			continue
		}
		cell, err := tree.Cell(step.Stack.Name)
		if err != nil {
			continue // an orphan
		}
		if slices.ContainsFunc(cell.Modules(), func(m config.Module) bool {
			origin, ok := tree.CellOrigin(step.Stack.Name, m.Name+".enabled")
			return m.Stateful && !m.Enabled && ok && origin.Layer == config.LayerClient
		}) {
			doubtful = append(doubtful, step.Stack)
		}
	}
	return doubtful
}

// Strays returns the cells that are up without a configuration, and of which nobody
// knows where they are.
func Strays(tree *config.Tree, states States) []Stack {
	var strays []Stack
	for _, stack := range slices.SortedFunc(maps.Keys(states), Stack.compare) {
		state := states[stack]
		if stack.Project == naming.ProjectCell && state.Resources > 0 && state.Home.Account == "" && !slices.Contains(tree.Clients(), stack.Name) {
			strays = append(strays, stack)
		}
	}
	return strays
}

// decommissions reports modules that keep data, are up, and are switched off although the
// client's decommission does not name them, or not yet.
func (p *preflight) decommissions(plan Plan, now time.Time) error {
	for _, step := range plan.Steps {
		up := p.states[step.Stack].Modules
		if step.Stack.Project != naming.ProjectCell || len(up) == 0 || p.graph.nodes[step.Stack].Orphan {
			continue
		}
		client := step.Stack.Name
		cell, err := p.tree.Cell(client)
		if err != nil {
			return err
		}
		for _, m := range cell.Modules() {
			named := slices.ContainsFunc(cell.Decommission, func(d config.Decommission) bool { return d.Name == m.Name })
			if (m.Stateful || named) && !m.Enabled && slices.Contains(up, m.Name) {
				p.goes(cell, m.Name, now)
			}
		}
	}
	return nil
}

// goes reports a module whose data would go without leave, or before its day.
func (p *preflight) goes(cell config.Cell, module string, now time.Time) {
	target := naming.ProjectCell + "/" + cell.Client
	i := slices.IndexFunc(cell.Decommission, func(d config.Decommission) bool { return d.Name == module })
	switch {
	case i < 0:
		p.add(target, module+".enabled", fmt.Sprintf("module %s of client %s keeps data and is up, but is switched off", module, cell.Client),
			fmt.Sprintf("switch it on again; to give its data up, first say so with decommission: [{name: %s, reason: ..., date: \"YYYY-MM-DD\"}] in the client's file and bring the cell up, which takes the protection away", module))
	case !cell.Decommission[i].Due(now):
		d := cell.Decommission[i]
		p.add(target, "decommission["+module+"].date", fmt.Sprintf("the data of module %s of client %s may be deleted from %s on, and today is %s", module, cell.Client, d.Date, now.UTC().Format(time.DateOnly)),
			"switch the module on again until then")
	}
}
