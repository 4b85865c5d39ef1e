package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cellworks/pkg/fleet"
)

// CorruptError says that a state file cannot be used, and what can be put in its
// place. Nothing has been changed.
type CorruptError struct {
	Stack fleet.Stack
	// File is the state file.
	File string
	// Reason says what is wrong with it and where.
	Reason error
	// Backup is the newest backup that is sound; empty when there is none.
	Backup string
	// BackupTime is when it was written.
	BackupTime time.Time
	// BackupResources counts what it holds.
	BackupResources int
}

// Error says what is wrong and how to restore the newest good backup.
func (e *CorruptError) Error() string {
	text := fmt.Sprintf("state of %s is corrupt: %s: %v (nothing has been changed)", e.Stack, e.File, e.Reason)
	if e.Backup == "" {
		return text + "; there is no sound backup beside it: restore the file from a copy of the state folder"
	}
	return text + fmt.Sprintf("; the newest sound backup is %s of %s with %d resources: to restore it run: cp %q %q && cellctl refresh %s",
		e.Backup, e.BackupTime.Format(time.RFC3339), e.BackupResources, e.Backup, e.File, e.Stack)
}

// Unwrap returns the reason.
func (e *CorruptError) Unwrap() error { return e.Reason }

func (s Store) corrupt(stack fleet.Stack, reason error) error {
	e := &CorruptError{Stack: stack, File: s.Path(stack), Reason: reason}
	if b, ok := s.LargerBackup(stack, -1); ok {
		e.Backup, e.BackupTime, e.BackupResources = b.Path, b.Modified, b.Resources
	}
	return e
}

// Backup is a sound copy of a state.
type Backup struct {
	Path      string
	Modified  time.Time
	Resources int
}

// LargerBackup returns the newest sound backup of a state that holds more than a
// number of resources, and reports whether there is one.
func (s Store) LargerBackup(stack fleet.Stack, than int) (Backup, bool) {
	for _, b := range s.backups(stack) {
		text, err := os.ReadFile(b.Path)
		if err != nil {
			continue
		}
		if c, err := parse(text); err == nil && len(c.Resources) > than {
			b.Resources = len(c.Resources)
			return b, true
		}
	}
	return Backup{}, false
}

// Sweep removes what a killed process has left beside the state of a stack that
// nobody works on: temporary files, and sidecar files that are not whole, which
// keep the backend from reading a sound state. It returns what it removed.
func (s Store) Sweep(stack fleet.Stack) ([]string, error) {
	path := s.Path(stack)
	candidates, err := filepath.Glob(globQuote(path) + "*")
	if err != nil {
		return nil, fmt.Errorf("state of %s: %w", stack, err)
	}
	var removed []string
	for _, file := range candidates {
		name := strings.TrimPrefix(file, path)
		switch {
		case strings.HasSuffix(name, ".tmp"):
		case name == ".attrs" || name == ".bak.attrs":
			if text, err := os.ReadFile(file); err != nil || json.Valid(text) {
				continue
			}
		default:
			continue
		}
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return removed, fmt.Errorf("state of %s: %w", stack, err)
		}
		removed = append(removed, file)
	}
	return removed, nil
}

// globQuote makes a path match itself only.
func globQuote(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// backups lists the copies of a state, newest first: the one from before the last
// write, those of each update and those of the update history.
func (s Store) backups(stack fleet.Stack) []Backup {
	var found []Backup
	add := func(path string) {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			found = append(found, Backup{Path: path, Modified: info.ModTime()})
		}
	}
	add(s.Path(stack) + ".bak")
	for _, folder := range []string{"backups", "history"} {
		dir := filepath.Join(s.dir, bookkeeping, folder, stack.Project, stack.Name)
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue // no such backups
		}
		for _, e := range entries {
			isHistory := strings.HasSuffix(e.Name(), ".history.json")
			if strings.HasSuffix(e.Name(), ".json") && !isHistory {
				add(filepath.Join(dir, e.Name()))
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Backup) int { return b.Modified.Compare(a.Modified) })
	return found
}
