package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cellworks/pkg/fleet"
)

// LockFile is a lock that the Pulumi command line has left in the backend. It is
// a plain file, so it outlives a process that is killed.
type LockFile struct {
	Path      string
	PID       int       `json:"pid"`
	Username  string    `json:"username"`
	Hostname  string    `json:"hostname"`
	Timestamp time.Time `json:"timestamp"`
}

// LockFiles lists the lock files of a stack. It fails when one cannot be read or
// understood.
func (s Store) LockFiles(stack fleet.Stack) ([]LockFile, error) {
	dir := filepath.Join(s.dir, bookkeeping, "locks", "organization", stack.Project, stack.Name)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("locks of %s: %w", stack, err)
	}
	var locks []LockFile
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".json") {
			continue
		}
		lock := LockFile{Path: filepath.Join(dir, e.Name())}
		text, err := os.ReadFile(lock.Path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // just released
		}
		if err == nil {
			err = json.Unmarshal(text, &lock)
		}
		if err != nil {
			return nil, fmt.Errorf("lock file %s: %w (if no Pulumi process is working on %s, delete the file)", lock.Path, err, stack)
		}
		locks = append(locks, lock)
	}
	return locks, nil
}

// Stale reports whether the process that took the lock is certainly gone: it ran
// on host, which is this machine, and no process of that id has been running
// since before the lock was taken.
func (l LockFile) Stale(host string) bool {
	return l.Hostname == host && !runningSince(l.PID, l.Timestamp)
}

// String names the holder.
func (l LockFile) String() string {
	return fmt.Sprintf("%s@%s (pid %d) since %s, lock file %s", l.Username, l.Hostname, l.PID, l.Timestamp.Format(time.RFC3339), l.Path)
}
