package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/checkpoint"
	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/toolchain"
)

// tools is what the command line needs of the toolchain.
type tools interface {
	Pulumi(ctx context.Context) (toolchain.Pulumi, error)
	FindPulumi(ctx context.Context) (found toolchain.Pulumi, pinned string, err error)
	Cellworks(ctx context.Context) (string, error)
	LanguageHost(ctx context.Context) (string, error)
	FreshCellworks() bool
	Go() (string, error)
}

// configsDir finds the configuration directory.
func (a *app) configsDir() (string, error) {
	dir := a.flags.configs
	if dir == "" {
		dir = a.getenv("CELLWORKS_CONFIGS")
	}
	if dir == "" {
		found, err := config.Find(a.dir)
		if err != nil {
			return "", usage(err)
		}
		dir = found
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(a.dir, dir)
	}
	return dir, nil
}

// tree loads the configuration. Anything wrong with it is a usage error.
func (a *app) tree() (*config.Tree, error) {
	dir, err := a.configsDir()
	if err != nil {
		return nil, err
	}
	tree, err := config.Load(dir)
	return tree, usage(err)
}

// layout finds the repository and its work folder.
func (a *app) layout() (layout.Layout, error) {
	start := a.getenv("CELLWORKS_ROOT")
	if start == "" {
		start = a.dir
	}
	root, err := toolchain.FindRoot(start)
	if err != nil {
		return layout.Layout{}, usage(err)
	}
	return layout.New(root), nil
}

func (a *app) toolchain(l layout.Layout) tools {
	if a.tools != nil {
		return a.tools
	}
	return toolchain.Toolchain{Layout: l, Environ: a.environ, Progress: a.stderr, Terminal: a.terminal}
}

// workspace is everything that most commands begin with.
type workspace struct {
	layout  layout.Layout
	tree    *config.Tree
	graph   *fleet.Graph
	tools   tools
	environ []string
	cloud   config.Cloud
	// backend is the organization's, where it applies to the cloud; empty: the default.
	backend config.Backend
}

// workspace loads and checks everything that needs no process.
func (a *app) workspace() (*workspace, error) {
	tree, err := a.tree()
	if err != nil {
		return nil, err
	}
	l, err := a.layout()
	if err != nil {
		return nil, err
	}
	w := &workspace{layout: l, tree: tree, tools: a.toolchain(l), environ: a.environ}
	if w.cloud, w.backend, err = target(tree.Organization(), a.flags.cloud); err != nil {
		return nil, usage(err)
	}
	w.graph, err = fleet.FromTree(tree)
	return w, usage(err)
}

// target decides on cloud and backend. The organization's backend holds the state
// of the organization's cloud; another cloud must not get mixed into it.
func target(o config.Organization, override string) (config.Cloud, config.Backend, error) {
	cloud := o.Cloud
	if override != "" {
		cloud = config.Cloud(override)
	}
	switch cloud {
	case config.Simulated:
		if o.Cloud == config.Simulated {
			return cloud, o.Backend, nil
		}
		return cloud, config.Backend{}, nil
	case config.AWS:
		if o.Backend.URL == "" {
			return "", config.Backend{}, errors.New("cloud aws needs a shared state: set backend.url in organization.yaml, such as s3://bucket?region=us-east-1")
		}
		return cloud, o.Backend, nil
	}
	return "", config.Backend{}, fmt.Errorf("unknown cloud %q, want %s or %s", override, config.Simulated, config.AWS)
}

// store returns the folder that holds the state and reports whether it is one.
func (w *workspace) store() (checkpoint.Store, bool) {
	dir, ok := layout.BackendFolder(w.layout.Backend(w.backend.URL))
	return checkpoint.Open(dir).Indexed(w.layout.Index()), ok
}

// states returns what is up. With an error it still returns what could be read.
func (w *workspace) states(ctx context.Context) (fleet.States, error) {
	if store, ok := w.store(); ok {
		return store.States()
	}
	remote, err := w.remote(ctx)
	if err != nil {
		return nil, err
	}
	return remote.states(ctx)
}
