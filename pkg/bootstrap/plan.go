package bootstrap

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/naming"
)

// Input is what a plan is made from.
type Input struct {
	// Tree is the configuration.
	Tree *config.Tree
	// Graph is what stacks there are.
	Graph *fleet.Graph
	// States is what is up.
	States fleet.States
	// Cloud is where it is built.
	Cloud config.Cloud
}

// home is where operations run: the account and region of Jenkins.
type home struct {
	account config.Account
	region  string
	utility config.Utility
}

// plan is a plan that is being made.
type plan struct {
	Input
	home home
	// taken are the stacks that a step brings up already.
	taken map[fleet.Stack]bool
	steps []Step
	errs  []error
}

// Plan returns the steps from nothing to a whole organization, in the order in which
// each finds what it needs. It fails when no account has application jenkins, when
// more than one place has it, or when a script cannot be written.
func Plan(in Input) ([]Step, error) {
	where, err := operations(in.Tree)
	if err != nil {
		return nil, err
	}
	p := &plan{Input: in, home: where, taken: map[fleet.Stack]bool{}}
	p.accounts()
	p.base()
	p.applications()
	p.jenkins()
	p.rest()
	return p.steps, errors.Join(p.errs...)
}

// operations finds the one place that Jenkins runs in.
func operations(tree *config.Tree) (home, error) {
	var found []home
	var names []string
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			utility, err := tree.Utility(account.Name, region.Name)
			if err != nil {
				return home{}, err
			}
			if utility.Jenkins.Enabled {
				found = append(found, home{account: account, region: region.Name, utility: utility})
				names = append(names, account.Name+" "+region.Name)
			}
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return home{}, errors.New("no account has application jenkins, to which everything is handed over: set jenkins.enabled: true in its utility.yaml")
	}
	return home{}, fmt.Errorf("jenkins is enabled in %s: one of them would deploy what the other one does, so enable it in one", strings.Join(names, " and "))
}

// profile is the AWS profile with which a person works in an account.
func (p *plan) profile(account string) string {
	return p.Tree.Organization().Name + "-" + account
}

// real reports whether there is anything outside of Pulumi: the simulated cloud has
// nothing but what stacks make.
func (p *plan) real() bool { return p.Cloud == config.AWS }

// add adds a step of a person. With the simulated cloud it says why nobody need do it.
func (p *plan) add(step Step, simulated string) {
	if !p.real() {
		step.NotNeeded = simulated
	}
	p.steps = append(p.steps, step)
}

// stacks adds a step that brings up those of stacks that no step before does. Without
// any there is no step.
func (p *plan) stacks(step Step, stacks ...fleet.Stack) {
	for _, stack := range stacks {
		if _, exists := p.Graph.Node(stack); exists && !p.taken[stack] {
			p.taken[stack] = true
			step.Stacks = append(step.Stacks, stack)
		}
	}
	if len(step.Stacks) > 0 {
		p.steps = append(p.steps, step)
	}
}

// matching returns the stacks of the graph that pass, prerequisites first.
func (p *plan) matching(pass func(fleet.Node) bool) []fleet.Stack {
	var stacks []fleet.Stack
	for _, node := range p.Graph.Nodes() {
		if !node.Orphan && pass(node) {
			stacks = append(stacks, node.Stack)
		}
	}
	return stacks
}

// application returns the stack of an application where operations run.
func (p *plan) application(name string) fleet.Stack {
	return fleet.Stack{Project: naming.ProjectUtility, Name: naming.StackUtility(p.home.account.Name, p.home.region, name)}
}

// base adds the account baseline, that of operations first, which others send to, and
// the connections.
func (p *plan) base() {
	accounts := slices.Clone(p.Tree.Organization().Accounts)
	slices.SortStableFunc(accounts, func(a, b config.Account) int {
		switch p.home.account.Name {
		case a.Name:
			return -1
		case b.Name:
			return 1
		}
		return 0
	})
	for _, account := range accounts {
		var stacks []fleet.Stack
		for _, region := range account.Regions {
			stacks = append(stacks, fleet.Stack{Project: naming.ProjectBase, Name: naming.StackBase(account.Name, region.Name)})
		}
		// The home region has what the others read.
		home := naming.StackBase(account.Name, account.HomeRegion)
		slices.SortStableFunc(stacks, func(a, b fleet.Stack) int {
			switch home {
			case a.Name:
				return -1
			case b.Name:
				return 1
			}
			return 0
		})
		p.stacks(Step{ID: "base-" + account.Name, Title: "Baseline of account " + account.Name}, stacks...)
	}
	p.delegation()
	p.stacks(Step{ID: "connections", Title: "Connections between the accounts' networks"},
		p.matching(func(n fleet.Node) bool { return n.Stack.Project == naming.ProjectBase })...)
}

// rest adds what Jenkins brings up once it is there. In the simulated cloud no Jenkins
// runs, so that everything is brought up from here.
func (p *plan) rest() {
	utility := p.matching(func(n fleet.Node) bool { return n.Stack.Project == naming.ProjectUtility && !p.taken[n.Stack] })
	cells := p.matching(func(n fleet.Node) bool { return n.Stack.Project == naming.ProjectCell })
	if p.real() {
		left := len(utility) + len(cells)
		p.add(Step{
			ID:    "hand-over",
			Title: fmt.Sprintf("Jenkins brings up the other %d stacks", left),
			Notes: p.handOver(),
		}, "")
		return
	}
	p.stacks(Step{ID: "applications", Title: "Other applications", Notes: []string{"with cloud aws, Jenkins does this"}}, utility...)
	p.stacks(Step{ID: "cells", Title: "Cells of the clients", Notes: []string{"with cloud aws, Jenkins does this"}}, cells...)
}

// handOver says what people do when Jenkins takes over.
func (p *plan) handOver() []string {
	return []string{
		"log in to " + p.url() + " and run the job seed, then the job deploy: it brings up what is left, and from then on every change of the deployed branch",
		"a client is built by the job onboard, with its name as parameter, once its configuration is on the deployed branch; with account and region as parameters too, the job makes that configuration",
		"so that Jenkins deploys the base level too, and looks at its own stack, set role: deploy/pulumi-base for every account in organization.yaml, and, in the same change, add those who still deploy from a workstation to base.access.deployers",
		fmt.Sprintf("%s stays with the workstation for ever, as do the initialization of Vault and break-glass: the job deploy says when it has changed",
			p.application(config.ApplicationJenkins)),
	}
}

// url is where Jenkins is reached.
func (p *plan) url() string {
	return "https://" + p.home.utility.Jenkins.Host + "." + naming.Zone(p.home.region, p.home.account.Name, p.Tree.Organization().Domain)
}
