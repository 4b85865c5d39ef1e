package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/spelling"
	"cellworks/pkg/toolchain"
)

func (a *app) operation(op fleet.Operation, short string) *cobra.Command {
	c := &cobra.Command{
		Use:   string(op) + " TARGET...",
		Short: short,
		Example: map[fleet.Operation]string{
			fleet.Up: `  cellctl up acme
  cellctl up 'cell/*' --parallel 8
  cellctl up acme --allow-data-loss 'urn:pulumi:acme::cell::...::acme-inbound'`,
			fleet.Preview: `  cellctl preview acme
  cellctl preview --all --expect-no-changes --json`,
			fleet.Destroy: `  cellctl destroy acme
  cellctl destroy 'cell/*' 'utility/nonprod-*' --yes`,
			fleet.Refresh: `  cellctl refresh acme --expect-no-changes`,
		}[op],
		RunE: func(c *cobra.Command, args []string) error {
			return a.operate(c.Context(), op, args, "cellctl "+string(op)+" "+strings.Join(args, " "))
		},
	}
	c.Flags().BoolVar(&a.flags.all, "all", false, "every stack of the organization")
	c.Flags().IntVar(&a.flags.parallel, "parallel", defaultParallel, "how many stacks to work on at once")
	switch op {
	case fleet.Up:
		a.lossFlag(c)
		c.Flags().BoolVar(&a.flags.noDeps, "no-deps", false, "only the targets, also when prerequisites are not up")
		c.Flags().BoolVarP(&a.flags.yes, "yes", "y", false, "do not ask")
	case fleet.Preview:
		a.lossFlag(c)
		c.Flags().BoolVar(&a.flags.noDeps, "no-deps", false, "only the targets, also when prerequisites are not up")
		c.Flags().BoolVar(&a.flags.noChange, "expect-no-changes", false, "exit with 3 when there are changes")
	case fleet.Destroy:
		c.Flags().BoolVarP(&a.flags.yes, "yes", "y", false, "do not ask")
	case fleet.Refresh:
		c.Flags().BoolVar(&a.flags.noChange, "expect-no-changes", false, "exit with 3 when there are changes")
	}
	return c
}

func (a *app) lossFlag(c *cobra.Command) {
	c.Flags().StringArrayVar(&a.flags.dataLoss, "allow-data-loss", nil, "`URN` of a resource that may be deleted or replaced although it holds what cannot be made again; repeatable")
}

// operate checks and plans everything that can be checked and planned here, asks
// where a person should decide, and hands over. Up to the hand-over nothing has
// been touched.
func (a *app) operate(ctx context.Context, op fleet.Operation, targets []string, typed string) error {
	if a.flags.parallel < 1 {
		return usage(fmt.Errorf("--parallel is %d, want at least 1", a.flags.parallel))
	}
	w, err := a.workspace()
	if err != nil {
		return err
	}
	if err := a.answering(ctx, w); err != nil {
		return usage(err)
	}
	plan, states, err := a.plan(ctx, w, op, targets)
	if err != nil {
		return err
	}
	if len(plan.Steps) == 0 {
		return usage(errors.New("no stack matches"))
	}
	if err := fleet.CheckPermitted(a.flags.dataLoss, plan.Stacks()); err != nil {
		return usage(err)
	}
	if added := plan.Prerequisites(); len(added) > 0 {
		fmt.Fprintf(a.stderr, "also %s, which the targets need and which are not up yet: %s\n", verb(op), names(added))
	}
	if err := a.sure(ctx, w, plan, states); err != nil {
		return err
	}
	pulumi, err := w.tools.Pulumi(ctx)
	if err != nil {
		return err
	}
	program, err := w.tools.Cellworks(ctx)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return usage(fmt.Errorf("%w; nothing has been touched", fleet.ErrInterrupted))
	}
	return a.continueWith(w, program, request(a, w, plan, pulumi, typed))
}

// answering makes sure that providers which the environment names are there: a
// server in the background ends by itself, and its variables stay in the shell.
func (a *app) answering(ctx context.Context, w *workspace) error {
	value := a.getenv("PULUMI_DEBUG_PROVIDERS")
	if value == "" || w.cloud != config.Simulated {
		return nil
	}
	for _, entry := range strings.Split(value, ",") {
		_, port, ok := strings.Cut(entry, ":")
		if !ok {
			continue // the engine explains what is wrong with it
		}
		dialer := net.Dialer{Timeout: 2 * time.Second}
		conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			return fmt.Errorf("PULUMI_DEBUG_PROVIDERS is %q but nothing answers at port %s: unset it, or start the server again with eval \"$(cellctl sim serve --env)\"", value, port)
		}
		if err := conn.Close(); err != nil {
			return fmt.Errorf("PULUMI_DEBUG_PROVIDERS: %w", err)
		}
	}
	return nil
}

// plan decides what to do, given what is up.
func (a *app) plan(ctx context.Context, w *workspace, op fleet.Operation, targets []string) (fleet.Plan, fleet.States, error) {
	states, stateErr := w.states(ctx)
	if states == nil && stateErr != nil {
		return fleet.Plan{}, nil, stateErr
	}
	graph, err := w.graph.WithStates(states)
	if err != nil {
		return fleet.Plan{}, nil, err
	}
	stacks, err := a.selection(ctx, w, graph, op, targets, states)
	if err != nil {
		return fleet.Plan{}, nil, usage(err)
	}
	if stateErr != nil && op == fleet.Destroy {
		// A state that cannot be read may need what is to be destroyed.
		return fleet.Plan{}, nil, stateErr
	}
	if op == fleet.Destroy {
		if err := w.protection(ctx, stacks, states); err != nil {
			return fleet.Plan{}, nil, err
		}
	}
	plan, err := graph.Plan(op, stacks, states, a.flags.noDeps)
	if err != nil {
		return fleet.Plan{}, nil, usage(err)
	}
	a.mentionOrphans(ctx, w, op, graph, states)
	return plan, states, a.preflight(ctx, w, graph, plan, states)
}

// selection returns the stacks that targets name.
func (a *app) selection(ctx context.Context, w *workspace, graph *fleet.Graph, op fleet.Operation, targets []string, states fleet.States) ([]fleet.Stack, error) {
	switch {
	case a.flags.all && len(targets) > 0:
		return nil, errors.New("--all and targets exclude each other")
	case a.flags.all:
		var stacks []fleet.Stack
		for _, n := range graph.Nodes() {
			if !n.Orphan || op == fleet.Destroy || op == fleet.Refresh {
				stacks = append(stacks, n.Stack)
			}
		}
		return stacks, nil
	case len(targets) == 0:
		return nil, fmt.Errorf("%s what? name at least one TARGET, such as a client, or --all", op)
	}
	stacks, err := graph.Select(targets)
	if err != nil || op == fleet.Destroy || op == fleet.Refresh {
		return stacks, err
	}
	return withConfiguration(graph, stacks, states, func(s fleet.Stack) string { return w.orphanRemedy(ctx, s) })
}

// withConfiguration returns the stacks that can come up. It fails for each that has no
// configuration but holds something. One that holds nothing was destroyed: a
// wildcard means the others.
func withConfiguration(graph *fleet.Graph, stacks []fleet.Stack, states fleet.States, remedy func(fleet.Stack) string) ([]fleet.Stack, error) {
	var kept []fleet.Stack
	var errs []error
	for _, s := range stacks {
		switch n, _ := graph.Node(s); {
		case !n.Orphan:
			kept = append(kept, s)
		case states[s].Resources > 0:
			errs = append(errs, fmt.Errorf("%s has state but no configuration: %s", s, remedy(s)))
		}
	}
	if len(kept) == 0 && len(errs) == 0 {
		errs = append(errs, fmt.Errorf("%s has no configuration and holds nothing: restore its configuration", stacks[0]))
	}
	return kept, errors.Join(errs...)
}

// sure asks before something is deleted, and before a real cloud is changed.
func (a *app) sure(ctx context.Context, w *workspace, plan fleet.Plan, states fleet.States) error {
	ask := plan.Operation == fleet.Destroy || plan.Operation == fleet.Up && w.cloud == config.AWS
	if !ask || a.flags.yes {
		return nil
	}
	if !a.terminal {
		return usage(fmt.Errorf("%s asks before it goes on, and here is nobody to ask: add --yes", plan.Operation))
	}
	fmt.Fprintf(a.stderr, "This will %s in the cloud %s:\n", plan.Operation, w.cloud)
	for _, step := range plan.Steps {
		fmt.Fprintf(a.stderr, "  %s (%s now)\n", step.Stack, spelling.Count(states[step.Stack].Resources, "resource"))
	}
	if plan.Operation == fleet.Up {
		fmt.Fprintln(a.stderr, "To see the changes first, answer no and run cellctl preview with the same targets.")
	}
	return a.confirm(ctx, "Go on?", "nothing has been touched")
}

func request(a *app, w *workspace, plan fleet.Plan, pulumi toolchain.Pulumi, typed string) fleet.Request {
	return fleet.Request{
		Plan:            plan,
		Root:            w.layout.Root(),
		Configs:         w.tree.Dir(),
		Cloud:           string(w.cloud),
		Backend:         w.backend.URL,
		SecretsProvider: w.backend.SecretsProvider,
		Pulumi:          pulumi.Path,
		PulumiVersion:   pulumi.Version,
		Parallel:        a.flags.parallel,
		JSON:            a.flags.json,
		ExpectNoChanges: a.flags.noChange,
		AllowDataLoss:   a.flags.dataLoss,
		Command:         typed,
	}
}

// continueWith hands the request to the program binary, which takes this
// process's place where the system can do that.
func (a *app) continueWith(w *workspace, program string, r fleet.Request) error {
	if err := os.MkdirAll(w.layout.Requests(), 0o755); err != nil {
		return fmt.Errorf("handing over: %w", err)
	}
	file, err := os.CreateTemp(w.layout.Requests(), "request-*.json")
	if err != nil {
		return fmt.Errorf("handing over: %w", err)
	}
	if err := errors.Join(r.Encode(file), file.Close()); err != nil {
		return fmt.Errorf("handing over: %w", err)
	}
	a.code, err = a.handOver(program, []string{filepath.Base(program), "--request", file.Name()}, a.environ)
	if err != nil {
		return fmt.Errorf("handing over to %s: %w", program, err)
	}
	return nil
}

func verb(op fleet.Operation) string {
	if op == fleet.Preview {
		return "previewing"
	}
	return "bringing up"
}

func names(stacks []fleet.Stack) string {
	text := make([]string, len(stacks))
	for i, s := range stacks {
		text[i] = s.String()
	}
	return strings.Join(text, ", ")
}
