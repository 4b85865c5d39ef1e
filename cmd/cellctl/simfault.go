package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"cellworks/pkg/simcloud"
)

// simFaultCommand works with what goes wrong in the simulated cloud.
func (a *app) simFaultCommand() *cobra.Command {
	c := &cobra.Command{Use: "fault", Short: "Let things go wrong in the simulated cloud"}
	c.AddCommand(a.faultAddCommand(), a.faultListCommand(), a.faultRemoveCommand())
	return c
}

const faultHelp = `add lets calls to the simulated cloud go wrong from now on, in every command and
every server that uses it, until the fault is removed (cellctl sim fault rm) or
the cloud is reset. KIND is one of

  throttle            the service says "slow down" to the first --attempts tries
                      of a call. The provider tries again by itself (25 times, or
                      its maxRetries): below that the call only takes longer.
  error               the call fails with --code and --message
  latency             the call takes --latency longer: 200ms, 50ms..2s (evenly
                      between), 200ms~50ms (normal), exp:200ms (exponential)
  not-found           what was just created is not found by the next --reads looks
                      (eventual consistency)
  crash-after-create  the provider dies when the cloud has made the thing and
                      before anybody has noted it

Without flags that say where, every call to the cloud is hit; * and ? stand for any
characters. Calls of check, diff and configure are hit only by a fault that names
that operation.

  cellctl sim fault add throttle --type 'aws:ec2/*' --attempts 30
  cellctl sim fault add error --operation create --type Role --nth 3 --code LimitExceeded --message 'no more'
  cellctl sim fault add error --operation configure --code ExpiredToken --status 403
  cellctl sim fault add latency --latency 20ms..400ms --probability 0.2 --seed monday
  cellctl sim fault add crash-after-create --stack cell/acme --urn '*::web' --count 1`

func (a *app) faultAddCommand() *cobra.Command {
	var f simcloud.Fault
	var latency string
	c := &cobra.Command{
		Use: "add KIND", Short: "Let calls go wrong from now on", Long: faultHelp,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			for _, kind := range simcloud.FaultKinds() {
				if string(kind) == args[0] {
					f.Kind = kind
				}
			}
			if f.Kind == "" {
				return usage(fmt.Errorf("sim fault add: unknown kind %q, want one of %q", args[0], simcloud.FaultKinds()))
			}
			if latency != "" {
				var err error
				if f.Delay, err = simcloud.ParseDelay(latency); err != nil {
					return usage(err)
				}
			}
			return a.addFault(f)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.Type, "type", "", "types, such as aws:ec2/vpc:Vpc, Vpc or 'aws:ec2/*'")
	flags.StringVar(&f.URN, "urn", "", "URNs, such as '*::web'")
	flags.StringVar(&f.Operation, "operation", "", "create, read, update, delete, invoke, check, diff or configure")
	flags.StringVar(&f.Stack, "stack", "", "stacks, such as cell/acme, acme or 'cell/*'")
	flags.IntVar(&f.Nth, "nth", 0, "the so manieth matching call only")
	flags.IntVar(&f.Every, "every", 0, "each so manieth matching call")
	flags.IntVar(&f.Count, "count", 0, "so often at most")
	flags.Float64Var(&f.Probability, "probability", 0, "by chance, more than 0 and at most 1; the same calls in every run")
	flags.StringVar(&f.Seed, "seed", "", "makes the chance another one")
	flags.StringVar(&f.Code, "code", "", "error code, such as InternalError")
	flags.StringVar(&f.Message, "message", "", "error message")
	flags.IntVar(&f.Status, "status", 0, "HTTP status (default 400)")
	flags.IntVar(&f.Attempts, "attempts", 0, "tries of a call that are throttled (default 3)")
	flags.IntVar(&f.Reads, "reads", 0, "looks that do not find what was created (default 3)")
	flags.StringVar(&latency, "latency", "", "latency, or the wait before each throttled try (default 50ms)")
	return c
}

func (a *app) addFault(f simcloud.Fault) error {
	cloud, err := a.openCloud()
	if err != nil {
		return err
	}
	f, err = cloud.AddFault(f)
	if err != nil {
		return errors.Join(usage(err), cloud.Close())
	}
	if err := cloud.Close(); err != nil {
		return err
	}
	if a.flags.json {
		return a.print(f)
	}
	fmt.Fprintf(a.stderr, "%s: %s %s; end it with cellctl sim fault rm %s\n", f.ID, f.Kind, faultTarget(f), f.ID)
	return nil
}

func (a *app) faultListCommand() *cobra.Command {
	return &cobra.Command{
		Use: "ls", Short: "List the faults with how often they struck",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			cloud, err := a.openCloud()
			if err != nil {
				return err
			}
			faults, err := cloud.Faults()
			if err := errors.Join(err, cloud.Close()); err != nil {
				return err
			}
			if a.flags.json {
				return a.print(struct {
					Faults []simcloud.Fault `json:"faults"`
				}{append([]simcloud.Fault{}, faults...)})
			}
			table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "ID\tKIND\tWHERE\tWHEN\tWHAT\tMATCHED\tSTRUCK")
			for _, f := range faults {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\t%d\n", f.ID, f.Kind, faultTarget(f), faultTrigger(f), faultEffect(f), f.Matched, f.Struck)
			}
			return table.Flush()
		},
	}
}

func (a *app) faultRemoveCommand() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use: "rm ID...", Short: "End faults",
		RunE: func(_ *cobra.Command, ids []string) error {
			if all == (len(ids) > 0) {
				return usage(errors.New("sim fault rm: name the faults to end, or give --all"))
			}
			cloud, err := a.openCloud()
			if err != nil {
				return err
			}
			return errors.Join(usage(cloud.RemoveFaults(ids...)), cloud.Close())
		},
	}
	c.Flags().BoolVar(&all, "all", false, "end all")
	return c
}

// faultTarget says in words which calls a fault is about.
func faultTarget(f simcloud.Fault) string {
	return words("everything", map[string]string{"of": f.Type, "in": f.Stack, "at": f.URN}, f.Operation, "of", "in", "at")
}

// words puts together what is set, in an order.
func words(none string, parts map[string]string, first string, order ...string) string {
	said := []string{}
	if first != "" {
		said = append(said, first)
	}
	for _, key := range order {
		if parts[key] != "" {
			said = append(said, key+" "+parts[key])
		}
	}
	if len(said) == 0 {
		return none
	}
	return strings.Join(said, " ")
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// faultTrigger says in words when a fault strikes.
func faultTrigger(f simcloud.Fault) string {
	chance := ""
	if f.Probability > 0 {
		chance = fmt.Sprint(f.Probability)
	}
	return words("always", map[string]string{"nth": number(f.Nth), "every": number(f.Every), "chance": chance, "at most": number(f.Count)}, "", "nth", "every", "chance", "at most")
}

// faultEffect says in words what a fault does.
func faultEffect(f simcloud.Fault) string {
	switch f.Kind {
	case simcloud.FaultThrottle:
		return fmt.Sprintf("%d tries, %s each", f.Attempts, f.Delay)
	case simcloud.FaultError:
		return f.Code
	case simcloud.FaultLatency:
		return f.Delay.String()
	case simcloud.FaultNotFound:
		return fmt.Sprintf("%d looks", f.Reads)
	case simcloud.FaultCrash:
	}
	return "-"
}

func (a *app) simDriftCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "drift URN PATH=VALUE...",
		Short: "Change a thing in the simulated cloud without any stack knowing",
		Long: `drift changes what a resource has made as somebody at the console would: with the
same checks, but without the stack's state knowing. URN is the resource's URN, or
the id or ARN of the thing (cellctl sim ls). VALUE is JSON or plain text; without
a value the property is taken away.

  cellctl sim drift URN retentionInDays=7 tags.owner=ops 'ingress[0].toPort=22'

cellctl refresh then corrects the state, and cellctl up puts the thing back.`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(c *cobra.Command, args []string) error { return a.simDrift(c.Context(), args[0], args[1:]) },
	}
}

func (a *app) simDrift(ctx context.Context, urn string, texts []string) error {
	var changes []simcloud.Change
	var problems []error
	for _, text := range texts {
		change, err := simcloud.ParseChange(text)
		problems = append(problems, err)
		changes = append(changes, change)
	}
	if err := errors.Join(problems...); err != nil {
		return usage(err)
	}
	cloud, err := a.openCloud()
	if err != nil {
		return err
	}
	changed, err := cloud.Drift(ctx, urn, changes...)
	if err != nil {
		return errors.Join(usage(err), cloud.Close())
	}
	if err := cloud.Close(); err != nil {
		return err
	}
	if a.flags.json {
		return a.print(listed(changed))
	}
	fmt.Fprintf(a.stderr, "changed %s %s (%d properties); its stack does not know\n", shortType(changed.Type), changed.ID, len(changes))
	return nil
}
