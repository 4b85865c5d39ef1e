package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/fleet/lock"
	"cellworks/pkg/fleet/simserver"
	"cellworks/pkg/simcloud"
)

func (a *app) simCommand() *cobra.Command {
	c := &cobra.Command{Use: "sim", Short: "Work with the simulated cloud"}
	c.AddCommand(a.simServeCommand(), a.simStopCommand(), a.simListCommand(), a.simRemoveCommand(), a.simResetCommand(),
		a.simFaultCommand(), a.simDriftCommand(), a.simVaultCommand(), a.simParameterCommand(), a.simSecretCommand())
	return c
}

// simObject is one thing in the simulated cloud, as it is listed.
type simObject struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Account string `json:"account"`
	Region  string `json:"region"`
	URN     string `json:"urn"`
	State   string `json:"state,omitempty"`
}

func listed(o simcloud.Object) simObject {
	return simObject{o.Type, o.ID, o.Account, o.Region, o.URN, o.State}
}

func (a *app) simListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "ls [STACK]",
		Short: "List what the simulated cloud has, of one stack or of all",
		Long: `ls lists what the simulated cloud has, by stack: type, logical name and id. ARNs are
cut to what differs and long ids in the middle; --json has everything whole.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			filter := simcloud.Filter{IncludePendingDeletion: true}
			if len(args) == 1 {
				target := args[0]
				if !strings.Contains(target, "/") {
					target = "cell/" + target
				}
				stack, err := fleet.ParseStack(target)
				if err != nil {
					return usage(err)
				}
				filter.Project, filter.Stack = stack.Project, stack.Name
			}
			return a.simList(c.Context(), filter)
		},
	}
}

func (a *app) simList(ctx context.Context, filter simcloud.Filter) error {
	cloud, err := a.openCloud()
	if err != nil {
		return err
	}
	found, err := cloud.Objects(ctx, filter)
	if err := errors.Join(err, cloud.Close()); err != nil {
		return err
	}
	objects := []simObject{}
	for _, o := range found {
		objects = append(objects, listed(o))
	}
	if a.flags.json {
		return a.print(struct {
			Objects []simObject `json:"objects"`
		}{objects})
	}
	return listObjects(a.stdout, objects)
}

func (a *app) openCloud() (*simcloud.Cloud, error) {
	l, err := a.layout()
	if err != nil {
		return nil, err
	}
	return simcloud.Open(simcloud.Options{Dir: l.Sim()})
}

func (a *app) simRemoveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rm ID",
		Short: "Delete one thing from the simulated cloud, as its service would",
		Args:  cobra.ExactArgs(1),
		RunE:  func(c *cobra.Command, args []string) error { return a.simRemove(c.Context(), args[0]) },
	}
}

func (a *app) simRemove(ctx context.Context, id string) error {
	cloud, err := a.openCloud()
	if err != nil {
		return err
	}
	found, err := cloud.Objects(ctx, simcloud.Filter{})
	if err != nil {
		return errors.Join(err, cloud.Close())
	}
	var matches []simcloud.Object
	for _, o := range found {
		if o.ID == id || o.ARN == id {
			matches = append(matches, o)
		}
	}
	switch len(matches) {
	case 0:
		return usage(errors.Join(fmt.Errorf("the simulated cloud has nothing with id %q (see cellctl sim ls)", id), cloud.Close()))
	case 1:
		err = cloud.Delete(ctx, matches[0])
		if err == nil {
			fmt.Fprintf(a.stderr, "deleted %s %s\n", matches[0].Type, matches[0].ID)
		}
		return errors.Join(err, cloud.Close())
	}
	return usage(errors.Join(fmt.Errorf("%d things have the id %q: name one by its ARN (see cellctl sim ls --json)", len(matches), id), cloud.Close()))
}

func (a *app) simResetCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "reset",
		Short: "Empty the simulated cloud, and forget the states that describe it",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return a.simReset(c.Context()) },
	}
	c.Flags().BoolVarP(&a.flags.yes, "yes", "y", false, "do not ask")
	return c
}

// simReset removes the simulated cloud and, because they would describe things
// that are gone, the states in the default folder. It refuses while anybody works
// on a stack.
func (a *app) simReset(ctx context.Context) error {
	l, err := a.layout()
	if err != nil {
		return err
	}
	if err := busy(l); err != nil {
		return usage(err)
	}
	folders := []string{l.State()}
	if tree, err := a.tree(); err == nil && tree.Organization().Cloud == config.AWS {
		folders = nil // the default folder is then not what describes the simulated cloud alone
	}
	if !a.flags.yes {
		if !a.terminal {
			return usage(errors.New("sim reset asks before it goes on, and here is nobody to ask: add --yes"))
		}
		if err := a.confirm(ctx, "This empties the simulated cloud and forgets the states of its stacks. Go on?", "nothing has been touched"); err != nil {
			return err
		}
	}
	if err := simcloud.Reset(simcloud.Options{Dir: l.Sim()}); err != nil {
		return err
	}
	for _, dir := range folders {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("forgetting states: %w", err)
		}
	}
	fmt.Fprintln(a.stderr, "the simulated cloud is empty")
	return nil
}

// busy returns an error when a command works on a stack or the server runs.
func busy(l layout.Layout) error {
	if info, running := simserver.Running(l); running {
		return fmt.Errorf("the simulated cloud's server is running (pid %d): stop it first with cellctl sim stop", info.PID)
	}
	for _, s := range lockedStacks(l) {
		if holder, held := lock.Held(l.StackLock(s)); held {
			return &lock.HeldError{What: s.String(), Holder: holder}
		}
	}
	return nil
}

// lockedStacks lists the stacks that have ever been locked here.
func lockedStacks(l layout.Layout) []fleet.Stack {
	var stacks []fleet.Stack
	projects, err := os.ReadDir(l.Locks())
	if err != nil {
		return nil
	}
	for _, project := range projects {
		files, err := os.ReadDir(l.Locks() + "/" + project.Name())
		if err != nil {
			continue // not a folder
		}
		for _, f := range files {
			if name, ok := strings.CutSuffix(f.Name(), ".lock"); ok {
				stacks = append(stacks, fleet.Stack{Project: project.Name(), Name: name})
			}
		}
	}
	return stacks
}
