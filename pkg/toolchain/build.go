package toolchain

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// How often progress is told, on a terminal and elsewhere.
const (
	terminalInterval = time.Second
	plainInterval    = 15 * time.Second
)

// outputLines bounds the compiler output that a failed build shows.
const outputLines = 40

// build is one program to be built.
type build struct {
	Toolchain
	name   string
	what   string
	why    string
	module string
	pkg    string
	flags  []string
	output string
	// before runs with the go command before the build; may be nil.
	before func(goCommand string) error
}

// run builds unless fresh, which it asks again when it has waited for another
// process that was building the same. The binary appears as a whole or not at
// all; after runs when it is in place.
func (b build) run(ctx context.Context, fresh func() bool, after func() error) error {
	goCommand, err := b.Go()
	if err != nil {
		return err
	}
	release, err := b.exclusive(ctx)
	if err != nil {
		return err
	}
	defer release()
	if fresh() {
		return nil
	}
	started := time.Now()
	if isFile(b.output) {
		b.say("building %s again: its source has changed", b.name)
	} else {
		b.say("building %s", b.what)
		b.say("  this happens once and takes a few minutes on a machine that has not done it before; %s", b.why)
	}
	temp := fmt.Sprintf("%s.%d", b.output, os.Getpid())
	defer func() { _ = os.Remove(temp) }() // gone when the build succeeded
	if err := b.compile(ctx, goCommand, temp); err != nil {
		return err
	}
	if err := os.Rename(temp, b.output); err != nil {
		return fmt.Errorf("building %s: %w", b.name, err)
	}
	if err := after(); err != nil {
		return fmt.Errorf("building %s: %w", b.name, err)
	}
	b.say("  built %s in %s", relative(b.Layout.Root(), b.output), time.Since(started).Round(time.Second))
	return nil
}

// exclusive waits until no other process builds the same program.
func (b build) exclusive(ctx context.Context) (release func(), err error) {
	for _, dir := range []string{b.Layout.Bin(), b.Layout.Locks()} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, fmt.Errorf("building %s: %w", b.name, err)
		}
	}
	lock := flock.New(filepath.Join(b.Layout.Locks(), "build-"+b.name+".lock"))
	got, err := lock.TryLock()
	if err == nil && !got {
		b.say("waiting for another process that is building %s", b.name)
		_, err = lock.TryLockContext(ctx, 200*time.Millisecond)
	}
	if err != nil {
		return nil, fmt.Errorf("building %s: %w", b.name, err)
	}
	return func() { _ = lock.Unlock() }, nil // the system unlocks at the latest when the process ends
}

func (b build) compile(ctx context.Context, goCommand, output string) error {
	progress := &meter{build: b, started: time.Now(), state: "looking up modules"}
	stop := progress.show()
	defer stop()
	total, err := b.count(ctx, goCommand, progress)
	if err != nil {
		return err
	}
	if b.before != nil {
		if err := b.before(goCommand); err != nil {
			return err
		}
	}
	progress.begin(total)
	args := append([]string{"build", "-v", "-o", output}, b.flags...)
	cmd := b.command(ctx, goCommand, append(args, b.pkg)...)
	var last lines
	cmd.Stderr = io.MultiWriter(progress, &last)
	cmd.Stdout = &last
	if err := cmd.Run(); err != nil {
		stop()
		if ctx.Err() != nil {
			return fmt.Errorf("building %s: interrupted", b.name)
		}
		return fmt.Errorf("building %s: go %s: %w\n%s", b.name, strings.Join(args, " "), err, last.String())
	}
	return nil
}

// count returns how many packages the program consists of, for progress only.
func (b build) count(ctx context.Context, goCommand string, progress *meter) (int, error) {
	cmd := b.command(ctx, goCommand, "list", "-deps", b.pkg)
	var last lines
	cmd.Stderr = io.MultiWriter(progress, &last)
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("building %s: go list: %w\n%s", b.name, err, last.String())
	}
	return bytes.Count(out, []byte("\n")), nil
}

func (b build) command(ctx context.Context, goCommand string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, goCommand, args...)
	cmd.Dir, cmd.Env = b.module, b.Environ
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // the go command then removes its temporary files
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// meter counts the packages that the go command names and shows how far it is.
type meter struct {
	build
	mutex   sync.Mutex
	started time.Time
	state   string
	done    int
	total   int
	rest    []byte
}

// Write takes the go command's standard error.
func (m *meter) Write(p []byte) (int, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.rest = append(m.rest, p...)
	for {
		line, rest, ok := bytes.Cut(m.rest, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		m.rest = rest
		if text, ok := strings.CutPrefix(string(line), "go: downloading "); ok {
			m.state = "downloading " + text
		} else if m.total > 0 {
			m.done++
		}
	}
}

func (m *meter) begin(total int) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.total = total
}

func (m *meter) String() string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	elapsed := time.Since(m.started).Round(time.Second)
	if m.total == 0 || m.done == 0 && strings.HasPrefix(m.state, "downloading") {
		return fmt.Sprintf("  %s, %s", m.state, elapsed)
	}
	return fmt.Sprintf("  compiled %d of at most %d packages, %s", min(m.done, m.total), m.total, elapsed)
}

// show tells progress at intervals until stop is called, which may be twice.
func (m *meter) show() (stop func()) {
	if m.Progress == nil {
		return func() {}
	}
	interval := plainInterval
	if m.Terminal {
		interval = terminalInterval
	}
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-quit:
				if m.Terminal {
					fmt.Fprint(m.Progress, "\r\x1b[K")
				}
				return
			case <-ticker.C:
				if m.Terminal {
					fmt.Fprintf(m.Progress, "\r\x1b[K%s", shorten(m.String(), 79))
				} else {
					fmt.Fprintln(m.Progress, m.String())
				}
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(quit)
		<-done
	})
}

func shorten(text string, width int) string {
	if len(text) <= width {
		return text
	}
	return text[:width-3] + "..."
}

// lines keeps the last lines that are no mere package names.
type lines struct{ text bytes.Buffer }

func (l *lines) Write(p []byte) (int, error) { return l.text.Write(p) }

func (l *lines) String() string {
	var kept []string
	scanner := bufio.NewScanner(&l.text)
	for scanner.Scan() {
		if line := scanner.Text(); strings.ContainsAny(line, " \t") {
			kept = append(kept, line)
		}
	}
	if err := scanner.Err(); err != nil && !errors.Is(err, io.EOF) {
		kept = append(kept, err.Error())
	}
	return strings.Join(kept[max(0, len(kept)-outputLines):], "\n")
}

func relative(root, path string) string {
	if short, err := filepath.Rel(root, path); err == nil {
		return short
	}
	return path
}
