// Package layout names every file and folder below the work folder .cellworks,
// which lies in the repository root and is not committed. It creates nothing by
// itself.
package layout

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"cellworks/pkg/fleet"
)

// WorkFolder is the name of the work folder in the repository root.
const WorkFolder = ".cellworks"

// Layout is the work folder of one repository.
type Layout struct{ root string }

// New returns the layout of the repository in root, an absolute path.
func New(root string) Layout { return Layout{root: root} }

// Root is the repository root.
func (l Layout) Root() string { return l.root }

// Work is the work folder.
func (l Layout) Work() string { return filepath.Join(l.root, WorkFolder) }

// Bin holds the binaries that are built on first use.
func (l Layout) Bin() string { return filepath.Join(l.Work(), "bin") }

// State is the folder of the default state backend.
func (l Layout) State() string { return filepath.Join(l.Work(), "state") }

// Index holds what commands remember of the states that they have read.
func (l Layout) Index() string { return filepath.Join(l.Work(), "index.json") }

// Sim is the store of the simulated cloud.
func (l Layout) Sim() string { return filepath.Join(l.Work(), "sim") }

// Home is PULUMI_HOME.
func (l Layout) Home() string { return filepath.Join(l.Work(), "home") }

// Locks holds one lock file per stack and per build.
func (l Layout) Locks() string { return filepath.Join(l.Work(), "locks") }

// StackLock is the lock file of one stack.
func (l Layout) StackLock(s fleet.Stack) string {
	return filepath.Join(l.Locks(), s.Project, s.Name+".lock")
}

// StackDir holds the project and settings files of one stack. Every stack has
// its own, because the engine's tools rewrite files in it.
func (l Layout) StackDir(s fleet.Stack) string {
	return filepath.Join(l.Work(), "work", s.Project, s.Name)
}

// Requests holds what the command line hands to the program binary.
func (l Layout) Requests() string { return filepath.Join(l.Work(), "requests") }

// Passphrase is the file with the generated passphrase of the default backend.
func (l Layout) Passphrase() string { return filepath.Join(l.Work(), "passphrase") }

// Salt is the file with what goes with the passphrase, the same for every stack.
func (l Layout) Salt() string { return filepath.Join(l.Work(), "encryptionsalt") }

// EnsurePassphrase creates the passphrase file with a random passphrase, readable
// by its owner only, unless there is one. It is safe to be called by several
// processes at once, and fails when the file cannot be written.
func (l Layout) EnsurePassphrase() error {
	if info, err := os.Stat(l.Passphrase()); err == nil && info.Size() > 0 {
		return nil
	}
	if err := os.MkdirAll(l.Work(), 0o755); err != nil {
		return fmt.Errorf("creating the work folder: %w", err)
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return fmt.Errorf("generating a passphrase: %w", err)
	}
	temp, err := os.CreateTemp(l.Work(), "passphrase-*")
	if err != nil {
		return fmt.Errorf("writing the passphrase: %w", err)
	}
	defer func() { _ = os.Remove(temp.Name()) }() // gone already when it was linked; then this does nothing that matters
	_, err = temp.WriteString(base64.RawURLEncoding.EncodeToString(secret) + "\n")
	if err := errors.Join(err, temp.Close()); err != nil {
		return fmt.Errorf("writing the passphrase: %w", err)
	}
	// The salt is of no use with another passphrase than its own.
	if err := os.Remove(l.Salt()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("writing the passphrase: %w", err)
	}
	// Link fails when another process was faster; then that process's passphrase holds.
	if err := os.Link(temp.Name(), l.Passphrase()); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("writing the passphrase: %w", err)
	}
	return nil
}

// Backend returns the URL of a state backend: configured, where not empty,
// otherwise the default folder.
func (l Layout) Backend(configured string) string {
	if configured != "" {
		return configured
	}
	// Without this parameter every write has a second file beside it, which is not written as a whole:
	// a process killed at the wrong moment leaves one that makes the state unreadable.
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(l.State()), RawQuery: "metadata=skip"}).String()
}

// BackendFolder returns the folder of a file:// backend and reports whether it
// is one.
func BackendFolder(backend string) (string, bool) {
	if !strings.HasPrefix(backend, "file://") {
		return "", false
	}
	u, err := url.Parse(backend)
	if err != nil {
		return "", false
	}
	return filepath.FromSlash(u.Host + u.Path), true
}
