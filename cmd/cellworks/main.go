// Command cellworks runs the programs of base, utility and cell on the engine. It
// is started by cellctl, which has checked everything and tells it by a request
// file what to do; nobody starts it by hand.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"golang.org/x/term"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/progress"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		var problems config.Problems
		if errors.As(err, &problems) {
			code = fleet.ExitUsage
		}
	}
	os.Exit(code)
}

func run(args []string) (int, error) {
	flags := flag.NewFlagSet("cellworks", flag.ContinueOnError)
	path := flags.String("request", "", "request file, which is removed when it has been read")
	if err := flags.Parse(args); err != nil {
		return fleet.ExitUsage, err
	}
	if *path == "" {
		return fleet.ExitUsage, errors.New("cellworks is started by cellctl: run cellctl --help")
	}
	request, err := readRequest(*path)
	if err != nil {
		return fleet.ExitFailed, err
	}
	tree, err := config.Load(request.Configs)
	if err != nil {
		return fleet.ExitUsage, err
	}
	return perform(request, tree)
}

func readRequest(path string) (fleet.Request, error) {
	file, err := os.Open(path)
	if err != nil {
		return fleet.Request{}, fmt.Errorf("request: %w", err)
	}
	request, err := fleet.DecodeRequest(file)
	return request, errors.Join(err, file.Close(), os.Remove(path))
}

// perform does what the request says and reports it.
func perform(request fleet.Request, tree *config.Tree) (int, error) {
	view := progress.Start(request.Plan, viewOptions())
	stopped := false
	stop := func() {
		if !stopped {
			stopped = true
			view.Stop()
		}
	}
	defer stop()
	ctx, kill, release := cancellable(view)
	defer release()
	engine, closeEngine, err := newEngine(ctx, request, tree, kill)
	if err != nil {
		return fleet.ExitFailed, err
	}
	report := fleet.Runner{Engine: engine, Parallel: request.Parallel, Observe: view.Observe}.Run(ctx, request.Plan)
	stop()
	err = errors.Join(closeEngine(), write(request, report))
	if err != nil {
		return fleet.ExitFailed, err
	}
	return request.ExitCode(report), nil
}

// write reports for programs or for people.
func write(request fleet.Request, report fleet.Report) error {
	if !request.JSON {
		return progress.Summary(os.Stdout, report)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(report)
}

func viewOptions() progress.Options {
	fd := int(os.Stderr.Fd())
	terminal := term.IsTerminal(fd) && os.Getenv("TERM") != "dumb" && os.Getenv("TERM") != ""
	return progress.Options{
		Out:      os.Stderr,
		Terminal: terminal,
		Color:    terminal && os.Getenv("NO_COLOR") == "",
		Size: func() (int, int) {
			columns, rows, err := term.GetSize(fd)
			if err != nil {
				return 0, 0
			}
			return columns, rows
		},
	}
}

// cancellable returns a context that the first of fleet.EndingSignals ends, and a
// channel that the second Ctrl-C closes. The first lets what is under way finish; the
// second does not.
func cancellable(view *progress.View) (ctx context.Context, kill <-chan struct{}, release func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, fleet.EndingSignals()...)
	now := make(chan struct{})
	go func() {
		if _, open := <-signals; !open {
			return
		}
		view.Say("stopping: what is under way finishes, nothing new starts; once more to stop at once")
		cancel()
		for again := range signals {
			if again != syscall.SIGHUP { // a terminal that goes may say so more than once
				view.Say("stopping at once: the next command repairs what is left unfinished")
				close(now)
				return
			}
		}
	}()
	return ctx, now, func() {
		signal.Stop(signals)
		close(signals)
		cancel()
	}
}

// named returns the value of a variable in an environment.
func named(environ []string, name string) string {
	value := ""
	for _, entry := range environ {
		if v, ok := strings.CutPrefix(entry, name+"="); ok {
			value = v
		}
	}
	return value
}

// closers ends several things, the last one first.
type closers []io.Closer

func (c closers) Close() error {
	var errs []error
	for i := len(c) - 1; i >= 0; i-- {
		errs = append(errs, c[i].Close())
	}
	return errors.Join(errs...)
}
