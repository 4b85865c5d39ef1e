package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"cellworks/pkg/config"
)

func (a *app) diffCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "diff A B",
		Short: "Compare what is resolved for two targets, or for one at two points in history",
		Long: `Compare the effective values of two targets and say where each was set.
TARGET@REF is the target in the git commit REF; TARGET alone is that in the files.

  cellctl config diff acme birch
  cellctl config diff acme@main acme
  cellctl config diff acme@main acme@HEAD~3

` + targetHelp,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error { return a.diff(c.Context(), args[0], args[1]) },
	}
}

// side is one of the two that are compared.
type side struct {
	Target string `json:"target"`
	// Ref is the git revision as given; empty: the files as they are.
	Ref string `json:"ref"`

	values []config.Value
}

func (s side) String() string {
	if s.Ref == "" {
		return s.Target
	}
	return s.Target + "@" + s.Ref
}

// origin is where a value was set, as git names the file when it is not the one on disk.
func (s side) origin(o config.Origin) string {
	if s.Ref == "" || o.File == "" {
		return o.String()
	}
	return s.Ref + ":" + o.String()
}

// comparison is the JSON of diff.
type comparison struct {
	A           side                `json:"a"`
	B           side                `json:"b"`
	Differences []config.Difference `json:"differences"`
}

func (a *app) diff(ctx context.Context, one, two string) error {
	trees := &treesByRef{app: a, loaded: map[string]*config.Tree{}}
	var sides [2]side
	for i, text := range []string{one, two} {
		target, ref, historic := strings.Cut(text, "@")
		if historic && ref == "" {
			return usage(fmt.Errorf("%q has no revision behind the @: write %s@main, or %s for the files as they are", text, target, target))
		}
		tree, err := trees.at(ctx, ref)
		if err != nil {
			return err
		}
		sides[i] = side{Target: target, Ref: ref}
		if sides[i].values, err = tree.Explain(target, ""); err != nil {
			return usage(fmt.Errorf("%s: %w", text, err))
		}
	}
	found := comparison{sides[0], sides[1], config.Diff(sides[0].values, sides[1].values)}
	if a.flags.json {
		return a.print(found)
	}
	return a.diffText(found)
}

func (a *app) diffText(c comparison) error {
	if len(c.Differences) == 0 {
		fmt.Fprintf(a.stdout, "%s and %s are the same\n", c.A, c.B)
		return nil
	}
	fmt.Fprintf(a.stdout, "--- %s\n+++ %s\n", c.A, c.B)
	table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	for _, d := range c.Differences {
		fmt.Fprintf(table, "\n%s\n", d.Path)
		for _, x := range []struct {
			sign  string
			side  side
			value *config.Value
		}{{"-", c.A, d.A}, {"+", c.B, d.B}} {
			if x.value != nil {
				fmt.Fprintf(table, "%s %s\t%s\n", x.sign, shorten(x.value.Text()), x.side.origin(x.value.Origin))
			}
		}
	}
	return table.Flush()
}

// treesByRef loads the configuration at git revisions, each once.
type treesByRef struct {
	app    *app
	loaded map[string]*config.Tree
}

// at returns the configuration at a revision, or that on disk when ref is empty.
func (t *treesByRef) at(ctx context.Context, ref string) (*config.Tree, error) {
	if tree, ok := t.loaded[ref]; ok {
		return tree, nil
	}
	tree, err := t.load(ctx, ref)
	t.loaded[ref] = tree
	return tree, err
}

func (t *treesByRef) load(ctx context.Context, ref string) (_ *config.Tree, err error) {
	if ref == "" {
		return t.app.tree()
	}
	dir, err := t.app.configsDir()
	if err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp("", "cellctl-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	// Problems and origins then name the files as they do on disk.
	copied := filepath.Join(temp, filepath.Base(dir))
	if err := checkout(ctx, t.app.environ, dir, ref, copied); err != nil {
		return nil, usage(err)
	}
	tree, err := config.Load(copied)
	if err != nil {
		return nil, usage(fmt.Errorf("the configuration at %s is not valid:\n%w", ref, err))
	}
	return tree, nil
}
