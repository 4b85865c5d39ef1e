package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/base"
	"cellworks/cell"
	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/autoengine"
	"cellworks/pkg/fleet/checkpoint"
	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/fleet/simserver"
	"cellworks/pkg/naming"
	"cellworks/pkg/quota"
	"cellworks/pkg/simcloud"
	"cellworks/utility"
)

// patience is how long a Pulumi process may outlive a command that was killed.
const patience = 20 * time.Second

// programs are all programs of the repository, by project.
func programs() map[string]func(*config.Tree) pulumi.RunFunc {
	return map[string]func(*config.Tree) pulumi.RunFunc{
		naming.ProjectBase:    base.Program,
		naming.ProjectUtility: utility.Program,
		naming.ProjectCell:    cell.Program,
	}
}

// newEngine prepares the engine and, for the simulated cloud, its server. The
// returned function ends both.
func newEngine(ctx context.Context, request fleet.Request, tree *config.Tree, kill <-chan struct{}) (*autoengine.Engine, func() error, error) {
	environ := os.Environ()
	c := autoengine.Config{
		Layout:          layout.New(request.Root),
		Tree:            tree,
		Programs:        programs(),
		Pulumi:          request.Pulumi,
		PulumiVersion:   request.PulumiVersion,
		Backend:         request.Backend,
		SecretsProvider: request.SecretsProvider,
		Environ:         environ,
		AllowDataLoss:   request.AllowDataLoss,
		Command:         request.Command,
		Patience:        patience,
		Kill:            kill,
	}
	var open closers
	if config.Cloud(request.Cloud) == config.Simulated {
		c.Offline = true
		var err error
		if open, err = simulate(ctx, &c, named(environ, "PULUMI_DEBUG_PROVIDERS")); err != nil {
			return nil, nil, errors.Join(err, open.Close())
		}
	}
	engine, err := autoengine.New(c)
	if err != nil {
		return nil, nil, errors.Join(err, open.Close())
	}
	return engine, open.Close, nil
}

// simulate serves the simulated cloud to the engine, unless the environment names
// providers that are served already. A server of our own in the background has
// the same store, so that it can be asked what it has; others cannot.
func simulate(ctx context.Context, c *autoengine.Config, served string) (closers, error) {
	if served != "" {
		if info, running := simserver.Running(c.Layout); !running || info.DebugProviders != served {
			return nil, nil
		}
	}
	cloud, err := simcloud.Open(simcloud.Options{Dir: c.Layout.Sim(), AccountQuotas: quota.Simulated(c.Tree.Organization())})
	if err != nil {
		return nil, err
	}
	open := closers{cloud}
	c.Inventory = inventory(cloud)
	if served != "" {
		return open, nil
	}
	// The server must outlive the cancellation of ctx: the engine finishes calls that are under way.
	server, err := cloud.Serve(context.WithoutCancel(ctx))
	if err != nil {
		return open, err
	}
	c.DebugProviders = server.DebugProviders()
	return append(open, server), nil
}

// inventory asks the simulated cloud what a stack has created.
func inventory(cloud *simcloud.Cloud) autoengine.Inventory {
	return func(ctx context.Context, stack fleet.Stack) ([]checkpoint.Found, error) {
		objects, err := cloud.Objects(ctx, simcloud.Filter{Project: stack.Project, Stack: stack.Name})
		if err != nil {
			return nil, err
		}
		found := make([]checkpoint.Found, 0, len(objects))
		for _, o := range objects {
			region := o.Region
			if region == "global" {
				region = ""
			}
			found = append(found, checkpoint.Found{Type: o.Type, ID: o.ID, URN: o.URN, Account: o.Account, Region: region, Inputs: o.Inputs})
		}
		return found, nil
	}
}
