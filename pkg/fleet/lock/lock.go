// Package lock makes sure that only one command works on a stack at a time on
// this machine, and tells a second one who the first is. The locks are those of
// the operating system: they vanish with the process that holds them.
package lock

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Holder is who holds a lock.
type Holder struct {
	// PID is the process id.
	PID int `json:"pid"`
	// Command is what the person typed.
	Command string `json:"command"`
	// Since is when the lock was taken.
	Since time.Time `json:"since"`
}

// HeldError says that somebody else holds a lock.
type HeldError struct {
	// What is what is locked, in words.
	What string
	// Holder is who holds it; its zero value when that is not known.
	Holder Holder
}

// Error names the holder.
func (e *HeldError) Error() string {
	if e.Holder.PID == 0 {
		return fmt.Sprintf("%s is being worked on by another process: wait for it to end", e.What)
	}
	return fmt.Sprintf("%s is being worked on by %q (pid %d) since %s: wait for it to end",
		e.What, e.Holder.Command, e.Holder.PID, e.Holder.Since.Format(time.RFC3339))
}

// Lock is a lock that is held.
type Lock struct {
	flock *flock.Flock
	path  string
}

// patience is how long Acquire tries: long enough for a process that only looks
// (Held) to be gone, too short for a person to notice.
const patience = 200 * time.Millisecond

// Acquire takes the lock in file, which it creates with its folder, for holder.
// It does not wait for others to finish: when another process holds it the error
// is a HeldError with what as its What.
func Acquire(file, what string, holder Holder) (*Lock, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, fmt.Errorf("locking %s: %w", what, err)
	}
	l := &Lock{flock: flock.New(file), path: file + ".json"}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	got, err := l.flock.TryLockContext(ctx, patience/10)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("locking %s: %w", what, err)
	}
	if !got {
		held, _ := Read(file)
		return nil, &HeldError{What: what, Holder: held}
	}
	text, err := json.Marshal(holder)
	if err == nil {
		err = os.WriteFile(l.path, text, 0o644)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", what, err), l.flock.Unlock())
	}
	return l, nil
}

// Release gives the lock back. It fails when the operating system refuses, in
// which case the lock ends with the process.
func (l *Lock) Release() error {
	// The file itself stays: removing it would let two processes lock two different files of one name.
	return errors.Join(os.Remove(l.path), l.flock.Unlock())
}

// Read returns who last took the lock in file; it does not say that they still
// hold it. It fails when that is not known.
func Read(file string) (Holder, error) {
	var h Holder
	text, err := os.ReadFile(file + ".json")
	if err != nil {
		return h, err
	}
	err = json.Unmarshal(text, &h)
	return h, err
}

// Held reports whether some process holds the lock in file, and who.
func Held(file string) (Holder, bool) {
	if _, err := os.Stat(file); err != nil {
		return Holder{}, false
	}
	f := flock.New(file)
	got, err := f.TryLock()
	if err != nil {
		return Holder{}, false
	}
	if got {
		_ = f.Unlock() // it was free; nothing depends on giving it back sooner than the process ends
		return Holder{}, false
	}
	holder, _ := Read(file)
	return holder, true
}
