// Command cellctl is the command line of the project. It is light: it validates,
// plans, lists and checks by itself, and hands what has to run programs over to
// the binary of cmd/cellworks, which it builds on first use.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"golang.org/x/term"

	"cellworks/pkg/fleet"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), fleet.EndingSignals()...)
	defer stop()
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(fleet.ExitUsage)
	}
	a := &app{
		stdin:    os.Stdin,
		stdout:   os.Stdout,
		stderr:   os.Stderr,
		terminal: term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd())),
		dir:      dir,
		environ:  os.Environ(),
		self:     os.Executable,
		handOver: replaceProcess,
	}
	os.Exit(a.run(ctx, os.Args[1:]))
}

// app is the command line with everything that it takes from the outside.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	// terminal says that a person can be asked.
	terminal bool
	// dir is the working directory.
	dir     string
	environ []string
	// self is the path of this binary.
	self func() (string, error)
	// handOver continues with another program. On some systems it never returns;
	// on others it returns the program's exit code.
	handOver func(path string, args, environ []string) (int, error)
	// child, in tests, takes the place of a process that is waited for, and look that of
	// one whose output is read.
	child func(ctx context.Context, path string, args []string) (int, error)
	look  func(ctx context.Context, command []string) (string, error)
	// tools replaces the toolchain in tests.
	tools tools
	// now tells the time; nil is time.Now.
	now func() time.Time

	flags flags
	// code is the exit code when a command ends without an error.
	code int
}

// flags are those of all commands.
type flags struct {
	configs  string
	cloud    string
	json     bool
	yes      bool
	noDeps   bool
	all      bool
	noChange bool
	// dataLoss are the URNs of what may be lost.
	dataLoss []string
	parallel int
}

// usageError is a mistake of the person or in the configuration: nothing has been
// touched.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// usage marks an error as usageError.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return usageError{err}
}

// run runs one command line and returns its exit code.
func (a *app) run(ctx context.Context, args []string) int {
	root := a.command()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return a.code
	}
	a.tell(err)
	var wrong usageError
	var ended childError
	switch {
	case errors.As(err, &wrong):
		return fleet.ExitUsage
	case errors.As(err, &ended):
		return ended.code
	}
	return fleet.ExitFailed
}

func (a *app) clock() time.Time {
	if a.now != nil {
		return a.now()
	}
	return time.Now()
}

func (a *app) getenv(name string) string {
	value := ""
	for _, entry := range a.environ {
		if len(entry) > len(name) && entry[:len(name)] == name && entry[len(name)] == '=' {
			value = entry[len(name)+1:]
		}
	}
	return value
}
