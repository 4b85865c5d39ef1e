package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
	"cellworks/pkg/quota"
)

// newFlags are those of client new.
type newFlags struct {
	applyFlags
	config.NewClient
	labels []string
}

func (a *app) clientNewCommand() *cobra.Command {
	f := newFlags{}
	c := &cobra.Command{
		Use:   "new NAME",
		Short: "Add a client: write its file, show what it would build, build it",
		Long: `Add a client with one command: write the smallest file that its cell needs, with
the first free slot of the account and region, check the whole fleet with it,
show the preview, ask, and bring the cell and what it needs up. Whatever is wrong
is told at once and leaves nothing behind.

At a terminal, what is not given is asked for. The ring is the last one unless
--ring says otherwise. Commit the file afterwards: what is built follows it.`,
		Example: `  cellctl client new willow --account nonprod --region us-east-1
  cellctl client new willow --account prod --region us-east-1 --profile gold --label tier=gold --dry-run
  cellctl client new willow --account prod --region us-east-1 --from cedar --no-up
  cellctl client new willow --account nonprod --region us-east-1 --yes --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			f.Name = args[0]
			if !c.Flags().Changed("slot") {
				f.Slot = -1
			} else if f.Slot < 0 {
				return usage(fmt.Errorf("--slot is %d, want 0 or more", f.Slot))
			}
			return a.newClient(c.Context(), f)
		},
	}
	c.Flags().StringVar(&f.Account, "account", "", "account in which the cell lives")
	c.Flags().StringVar(&f.Region, "region", "", "region of the account in which the cell lives")
	c.Flags().IntVar(&f.Slot, "slot", 0, "slot of the cell (default: the first that is free)")
	c.Flags().StringVar(&f.Ring, "ring", "", "when rollouts reach the client (default: the last ring)")
	c.Flags().StringArrayVar(&f.Profiles, "profile", nil, "`NAME` of a profile; repeatable, later ones win")
	c.Flags().StringArrayVar(&f.labels, "label", nil, "`KEY=VALUE` for selecting clients; repeatable")
	c.Flags().StringVar(&f.From, "from", "", "`CLIENT` whose overrides the new one gets too")
	a.applyFlags(c, &f.applyFlags)
	return c
}

func (a *app) newClient(ctx context.Context, f newFlags) error {
	w, err := a.workspace()
	if err != nil {
		return err
	}
	former, err := a.room(ctx, w, &f)
	if err != nil {
		return err
	}
	// One reader for all questions: it may read more than it is asked for.
	in := bufio.NewReader(a.stdin)
	a.stdin = in
	if err := a.complete(ctx, in, w.tree, &f); err != nil {
		return err
	}
	alone := a.asksSomebody(f.applyFlags, "client new")
	text, err := a.scaffold(ctx, w, f, former)
	if err != nil {
		if alone != nil {
			fmt.Fprintln(a.stderr, "error:", alone) // beside what else is wrong
		}
		return err
	}
	if alone != nil {
		return alone
	}
	where, shown := w.tree.ClientFile(f.Name)
	file := clientFile{shown, text}
	if f.dryRun {
		return a.showFile(file, a.withDraft(file, a.rehearse(w.tree, f.Name, text)))
	}
	undo, err := create(where, text)
	if err != nil {
		return err
	}
	c := change{client: f.Name, file: file, undo: undo, undone: "is removed again", typed: "cellctl client new " + f.Name}
	if w, err = a.workspace(); err == nil {
		err = a.fits(w.tree, f.Name)
	}
	if err != nil {
		return a.withDraft(file, a.takeBack(c, err))
	}
	fmt.Fprintf(a.stderr, "wrote %s\n", shown)
	if f.noUp {
		fmt.Fprintf(a.stderr, "commit it, so that others see the slot taken; then cellctl up %s\n", f.Name)
		return a.showFile(file, nil)
	}
	fmt.Fprintln(a.stderr, "  "+strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  "))
	return a.follow(ctx, w, c)
}

// room adds to f what leaves less room than the slots in the configuration: quotas, and
// cells that are up without a configuration, which it returns.
func (a *app) room(ctx context.Context, w *workspace, f *newFlags) (formerCells, error) {
	census, err := quota.Take(w.tree, a.clock())
	if err != nil {
		return nil, usage(err)
	}
	f.Quotas = func(account, region string) int {
		cells, runs := census.Room(ipam.Place{Account: account, Region: region})
		if !runs {
			return 0 // no cluster, no cells
		}
		return cells
	}
	former, err := a.former(ctx, w, f.applyFlags)
	if err != nil {
		return nil, err
	}
	f.Held = former.held
	return former, nil
}

// fits fails, naming the quota and where there is room, when those of the client's account
// and region do not let its cell in beside the others.
func (a *app) fits(tree *config.Tree, client string) error {
	cell, err := tree.Cell(client)
	if err != nil {
		return usage(err)
	}
	census, err := quota.Take(tree, a.clock())
	if err != nil {
		return usage(err)
	}
	if over, _ := fleet.Quotas(tree, census, []ipam.Place{{Account: cell.Account.Name, Region: cell.Region.Name}}); len(over) > 0 {
		return usage(over)
	}
	return nil
}

// withDraft prints the lines of a file that is wrong and that nobody can open: err says
// which.
func (a *app) withDraft(file clientFile, err error) error {
	if err == nil {
		return nil
	}
	fmt.Fprintf(a.stderr, "%s would be:\n", file.File)
	for i, line := range strings.Split(strings.TrimSuffix(file.Text, "\n"), "\n") {
		fmt.Fprintf(a.stderr, "%4d  %s\n", i+1, line)
	}
	return err
}

// showFile prints a file, unless something is wrong with it.
func (a *app) showFile(file clientFile, err error) error {
	if err != nil {
		return err
	}
	if a.flags.json {
		return a.print(file)
	}
	fmt.Fprint(a.stdout, file.Text)
	return nil
}

// complete asks for what is not given, where there is somebody to ask.
func (a *app) complete(ctx context.Context, in *bufio.Reader, tree *config.Tree, f *newFlags) error {
	rooms := tree.Rooms(f.NewClient, a.clock())
	choose := func(what, preset string, choices []string) (string, error) {
		if !a.terminal || a.flags.yes {
			return "", nil // reported with everything else
		}
		if preset != "" {
			preset = fmt.Sprintf(" [%s]", preset)
		}
		return a.ask(ctx, in, fmt.Sprintf("%s (%s)%s: ", what, strings.Join(choices, "; "), preset))
	}
	if f.Account == "" {
		var choices []string
		for _, account := range tree.Organization().Accounts {
			// Quotas of the whole account are in each: they do not add up.
			var free []string
			for _, r := range rooms {
				if r.Account == account.Name {
					free = append(free, fmt.Sprintf("%d in %s", r.Free, r.Region))
				}
			}
			choices = append(choices, fmt.Sprintf("%s: room for %s", account.Name, strings.Join(free, ", ")))
		}
		answer, err := choose("Account", "", choices)
		if err != nil {
			return usage(err)
		}
		f.Account = answer
	}
	account, ok := tree.Account(f.Account)
	if f.Region != "" || !ok {
		return nil
	}
	if len(account.Regions) == 1 {
		f.Region = account.Regions[0].Name
		return nil
	}
	var choices []string
	for _, r := range rooms {
		if r.Account == account.Name {
			choices = append(choices, fmt.Sprintf("%s: room for %d", r.Region, r.Free))
		}
	}
	answer, err := choose("Region", account.HomeRegion, choices)
	if err != nil {
		return usage(err)
	}
	if f.Region = answer; answer == "" && a.terminal && !a.flags.yes {
		f.Region = account.HomeRegion
	}
	return nil
}

// scaffold returns the text of the file, or everything that is wrong.
func (a *app) scaffold(ctx context.Context, w *workspace, f newFlags, former formerCells) (string, error) {
	_, shown := w.tree.ClientFile(f.Name)
	var problems config.Problems
	f.Labels = map[string]string{}
	for _, label := range f.labels {
		key, value, ok := strings.Cut(label, "=")
		if !ok || key == "" {
			problems = append(problems, config.Problem{File: shown, Path: "labels", Message: fmt.Sprintf("--label %q is not KEY=VALUE", label)})
			continue
		}
		f.Labels[key] = value
	}
	stack := fleet.Stack{Project: naming.ProjectCell, Name: naming.StackCell(f.Name)}
	if n := former[stack].Resources; n > 0 {
		problems = append(problems, config.Problem{File: shown, Message: fmt.Sprintf("a former client of this name still has %d resources in %s", n, stack), Suggestion: w.orphanRemedy(ctx, stack)})
	}
	text, err := w.tree.Scaffold(f.NewClient, a.clock())
	var wrong config.Problems
	if err != nil && !errors.As(err, &wrong) {
		return "", err
	}
	if problems = append(wrong, problems...); len(problems) > 0 {
		return "", usage(problems)
	}
	return text, nil
}

// rehearse checks the fleet with a client's file in a copy of the configuration.
func (a *app) rehearse(tree *config.Tree, client, text string) (err error) {
	temp, err := os.MkdirTemp("", "cellctl-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	dir := filepath.Join(temp, filepath.Base(tree.Dir()))
	if err := os.CopyFS(dir, os.DirFS(tree.Dir())); err != nil {
		return fmt.Errorf("copying the configuration: %w", err)
	}
	if _, err := create(filepath.Join(dir, "clients", client, "cell.yaml"), text); err != nil {
		return err
	}
	with, err := config.Load(dir)
	if err != nil {
		return usage(err)
	}
	return a.fits(with, client)
}

// create writes a file that must not exist yet, with the folder that it is in. undo
// removes what create has made.
func create(where, text string) (undo func() error, err error) {
	dir := filepath.Dir(where)
	_, err = os.Stat(dir)
	made := errors.Is(err, fs.ErrNotExist)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the client's folder: %w", err)
	}
	undo = func() error {
		err := os.Remove(where)
		if made {
			err = errors.Join(err, os.Remove(dir))
		}
		return err
	}
	file, err := os.OpenFile(where, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("writing the client's file: %w", err)
	}
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("writing the client's file: %w", err), undo())
	}
	return undo, nil
}
