package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/spelling"
)

// defaultParallel is how many stacks are worked on at once: enough to keep a
// small machine busy while others wait for the cloud.
const defaultParallel = 4

func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "cellctl",
		Short: "Bring up, preview and take down the stacks of the organization",
		Long: `cellctl drives the stacks of the organization: base/<account>-<region>,
base/<account>-peering, utility/<account>-<region>-<application> and
cell/<client>. A TARGET is one of these or a bare client name; wildcards work in
both (cell/*, base/prod-*).

Exit codes: 0 done; 1 a stack failed; 2 wrong usage or configuration, nothing
touched; 3 changes found where none were expected; 4 a stack was refused, because
it would lose what cannot be made again.`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetIn(a.stdin)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		var wrong *pflag.InvalidValueError
		if errors.As(err, &wrong) && wrong.GetFlag().Value.Type() == "int" {
			err = fmt.Errorf("--%s is %q, want a whole number", wrong.GetFlag().Name, wrong.GetValue())
		}
		return usage(fmt.Errorf("%w (see %s --help)", err, c.CommandPath()))
	})
	root.PersistentFlags().StringVar(&a.flags.configs, "configs", "", "configuration directory (default: $CELLWORKS_CONFIGS, or the nearest configs/ upward)")
	root.PersistentFlags().StringVar(&a.flags.cloud, "cloud", "", "simulated or aws (default: what organization.yaml says)")
	root.PersistentFlags().BoolVar(&a.flags.json, "json", false, "print one JSON object on standard output; everything else goes to standard error")
	root.AddCommand(
		a.operation(fleet.Up, "Bring stacks up, with the prerequisites that are not up yet"),
		a.operation(fleet.Preview, "Show what up would do"),
		a.operation(fleet.Destroy, "Delete everything that stacks have created"),
		a.operation(fleet.Refresh, "Read the cloud and correct what the states say of it"),
		a.clientCommand(),
		a.bootstrapCommand(),
		a.outputsCommand(),
		a.listCommand(),
		a.doctorCommand(),
		a.configCommand(),
		a.networkCommand(),
		a.quotaCommand(),
		a.simCommand(),
	)
	guard(root)
	return root
}

// guard makes wrong arguments, and flags that exclude each other, usage errors, for a
// command and those below it.
func guard(c *cobra.Command) {
	if args := c.Args; args != nil {
		c.Args = func(c *cobra.Command, given []string) error {
			if err := errors.Join(args(c, given), c.ValidateFlagGroups()); err != nil {
				return usage(fmt.Errorf("%s: %w (see %s --help)", c.CommandPath(), err, c.CommandPath()))
			}
			return nil
		}
	}
	if c.HasSubCommands() && c.RunE == nil {
		c.SuggestionsMinimumDistance = 2
		c.Args = cobra.ArbitraryArgs
		c.RunE = func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return c.Help()
			}
			hint := ""
			if near := c.SuggestionsFor(args[0]); len(near) > 0 {
				hint = fmt.Sprintf("did you mean %q? ", near[0])
			}
			return usage(fmt.Errorf("%s: unknown command %q (%ssee %s --help)", c.CommandPath(), args[0], hint, c.CommandPath()))
		}
	}
	for _, sub := range c.Commands() {
		guard(sub)
	}
}

// tell reports an error: problems of the configuration as JSON when JSON was
// asked for, everything else as text.
func (a *app) tell(err error) {
	var problems config.Problems
	if errors.As(err, &problems) {
		if a.flags.json {
			if a.print(problemReport{problems}) == nil {
				return
			}
		}
		fmt.Fprintln(a.stderr, problems.Error())
		fmt.Fprintf(a.stderr, "error: the configuration has %s; nothing has been touched\n", spelling.Count(len(problems), "problem"))
		return
	}
	fmt.Fprintln(a.stderr, "error:", err)
}

// problemReport is the JSON of what is wrong with a configuration.
type problemReport struct {
	Problems config.Problems `json:"problems"`
}

// print writes one JSON object to standard output.
func (a *app) print(value any) error {
	encoder := json.NewEncoder(a.stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// contents counts what a configuration describes.
func contents(tree *config.Tree) string {
	return spelling.Count(len(tree.Organization().Accounts), "account") + ", " + spelling.Count(len(tree.Clients()), "client")
}

func (a *app) configCommand() *cobra.Command {
	c := &cobra.Command{Use: "config", Short: "Work with the configuration"}
	c.AddCommand(&cobra.Command{
		Use:   "validate",
		Short: "Check every file of the configuration",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			tree, err := a.tree()
			if err != nil {
				return err
			}
			if a.flags.json {
				return a.print(problemReport{config.Problems{}})
			}
			fmt.Fprintf(a.stdout, "%s is valid: %s\n", tree.Dir(), contents(tree))
			return nil
		},
	})
	c.AddCommand(a.resolveCommands()...)
	return c
}
