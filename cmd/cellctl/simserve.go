package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/fleet/simserver"
	"cellworks/pkg/quota"
	"cellworks/pkg/simcloud"
)

// Times of the background server.
const (
	defaultIdle  = 30 * time.Minute
	startTimeout = 15 * time.Second
	poll         = 50 * time.Millisecond
)

func (a *app) simServeCommand() *cobra.Command {
	var env bool
	var idle time.Duration
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the simulated cloud, so that plain pulumi commands can use it",
		Long: `serve lets plain pulumi commands work with the simulated cloud and its states:

  eval "$(cellctl sim serve --env)"
  pulumi preview --stack acme

With --env the server runs in the background and ends when nothing has called it
for a while (--idle); what is printed sets the variables that pulumi needs.
Without --env it runs until it is interrupted.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if idle <= 0 {
				return usage(fmt.Errorf("--idle is %s, want more than 0", idle))
			}
			l, err := a.layout()
			if err != nil {
				return err
			}
			if env {
				return a.serveInBackground(c.Context(), l, idle)
			}
			return a.serve(c.Context(), l, idle)
		},
	}
	c.Flags().BoolVar(&env, "env", false, "serve in the background and print what to evaluate in a shell")
	c.Flags().DurationVar(&idle, "idle", defaultIdle, "end after this long without a call; with --env only")
	return c
}

func (a *app) simStopCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "stop",
		Short: "Stop the server that runs in the background",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := a.layout()
			if err != nil {
				return err
			}
			info, running := simserver.Running(l)
			if !running {
				fmt.Fprintln(a.stderr, "no server is running")
				return nil
			}
			process, err := os.FindProcess(info.PID)
			if err == nil {
				err = process.Signal(os.Interrupt)
			}
			if err != nil {
				return fmt.Errorf("stopping the server (pid %d): %w", info.PID, err)
			}
			return wait(c.Context(), "the server to stop", func() bool {
				_, running := simserver.Running(l)
				return !running
			})
		},
	}
}

// background marks the process that serves in the background.
const background = "CELLWORKS_SIM_BACKGROUND"

// serve serves until ctx ends; in the background also until nothing has called
// for idle.
func (a *app) serve(ctx context.Context, l layout.Layout, idle time.Duration) error {
	opts := simcloud.Options{Dir: l.Sim()}
	// Whoever serves may be about to mend the configuration.
	if tree, err := a.tree(); err == nil {
		opts.AccountQuotas = quota.Simulated(tree.Organization())
	}
	cloud, err := simcloud.Open(opts)
	if err != nil {
		return err
	}
	server, err := cloud.Serve(ctx)
	if err != nil {
		return errors.Join(err, cloud.Close())
	}
	record, err := simserver.Claim(l, simserver.Info{PID: os.Getpid(), DebugProviders: server.DebugProviders(), Since: time.Now()})
	if err != nil {
		return errors.Join(err, server.Close(), cloud.Close())
	}
	if a.getenv(background) == "" {
		fmt.Fprintln(a.stderr, "serving the simulated cloud until interrupted; in another shell: eval \"$(cellctl sim serve --env)\"")
		<-ctx.Done()
	} else {
		untilIdle(ctx, server, idle)
	}
	return errors.Join(record.Release(), server.Close(), cloud.Close())
}

// untilIdle returns when ctx ends or nothing has called the server for idle.
func untilIdle(ctx context.Context, server *simcloud.Server, idle time.Duration) {
	for {
		left := time.Until(server.LastCall().Add(idle))
		if left <= 0 {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(left):
		}
	}
}

// serveInBackground makes sure that a server runs and prints what reaches it.
func (a *app) serveInBackground(ctx context.Context, l layout.Layout, idle time.Duration) error {
	tools := a.toolchain(l)
	pulumi, err := tools.Pulumi(ctx)
	if err != nil {
		return err
	}
	host, err := tools.LanguageHost(ctx)
	if err != nil {
		return err
	}
	info, running := simserver.Running(l)
	if !running {
		if info, err = a.start(ctx, l, idle); err != nil {
			return err
		}
	}
	if err := l.EnsurePassphrase(); err != nil {
		return err
	}
	for _, dir := range []string{l.State(), l.Home()} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("work folder: %w", err)
		}
	}
	exports := map[string]string{
		"PULUMI_DEBUG_PROVIDERS":                      info.DebugProviders,
		"PULUMI_BACKEND_URL":                          l.Backend(""),
		"PULUMI_CONFIG_PASSPHRASE_FILE":               l.Passphrase(),
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
		"PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER":    "true",
		"PULUMI_SKIP_UPDATE_CHECK":                    "true",
		"PULUMI_HOME":                                 l.Home(),
	}
	for _, name := range slices.Sorted(maps.Keys(exports)) {
		fmt.Fprintf(a.stdout, "export %s=%s\n", name, quote(exports[name]))
	}
	fmt.Fprintln(a.stdout, "unset PULUMI_CONFIG_PASSPHRASE")
	if bin := l.Bin(); !pulumi.OnPath || filepath.Dir(host) == bin {
		fmt.Fprintf(a.stdout, "export PATH=%s:\"$PATH\"\n", quote(bin))
	}
	return nil
}

// quote makes text one word of a POSIX shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// start runs this program again as the server and waits until it answers.
func (a *app) start(ctx context.Context, l layout.Layout, idle time.Duration) (simserver.Info, error) {
	self, err := a.self()
	if err != nil {
		return simserver.Info{}, fmt.Errorf("starting the server: %w", err)
	}
	if err := os.MkdirAll(l.Work(), 0o755); err != nil {
		return simserver.Info{}, fmt.Errorf("starting the server: %w", err)
	}
	log, err := os.OpenFile(simserver.Log(l), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return simserver.Info{}, fmt.Errorf("starting the server: %w", err)
	}
	defer func() { _ = log.Close() }() // the server has its own handle
	cmd := exec.Command(self, "sim", "serve", "--idle", idle.String())
	cmd.Dir, cmd.Stdout, cmd.Stderr = l.Root(), log, log
	cmd.Env = append(append([]string{}, a.environ...), background+"=1", "CELLWORKS_ROOT="+l.Root())
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return simserver.Info{}, fmt.Errorf("starting the server: %w", err)
	}
	var info simserver.Info
	err = wait(ctx, "the server to start", func() bool {
		var running bool
		info, running = simserver.Running(l)
		return running
	})
	if err != nil {
		said, _ := os.ReadFile(simserver.Log(l)) // the error itself says enough without it
		return info, fmt.Errorf("%w: %s", err, strings.TrimSpace(string(said)))
	}
	return info, cmd.Process.Release()
}

// wait polls until done.
func wait(ctx context.Context, what string, done func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", what, ctx.Err())
		case <-ticker.C:
		}
	}
	return nil
}
