// Package simserver records the simulated cloud's server that runs in the
// background, so that other commands find it and can stop it. It starts nothing.
package simserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/fleet/lock"
)

// Info is what is recorded of a running server.
type Info struct {
	// PID is the server's process.
	PID int `json:"pid"`
	// DebugProviders is the value of PULUMI_DEBUG_PROVIDERS that reaches it.
	DebugProviders string `json:"debugProviders"`
	// Since is when it started.
	Since time.Time `json:"since"`
}

// Record is one running server's claim to be the one.
type Record struct {
	path string
	lock *lock.Lock
}

func paths(l layout.Layout) (info, lockFile string) {
	return filepath.Join(l.Work(), "sim-server.json"), filepath.Join(l.Locks(), "sim-server.lock")
}

// Log is where a server in the background writes what it has to say.
func Log(l layout.Layout) string { return filepath.Join(l.Work(), "sim-server.log") }

// Claim makes this process the background server. It fails with a lock.HeldError
// when there is one already.
func Claim(l layout.Layout, info Info) (*Record, error) {
	path, lockFile := paths(l)
	held, err := lock.Acquire(lockFile, "the simulated cloud's server",
		lock.Holder{PID: info.PID, Command: "cellctl sim serve", Since: info.Since})
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(info)
	if err == nil {
		err = os.WriteFile(path, text, 0o644)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("recording the server: %w", err), held.Release())
	}
	return &Record{path: path, lock: held}, nil
}

// Release withdraws the claim.
func (r *Record) Release() error { return errors.Join(os.Remove(r.path), r.lock.Release()) }

// Running returns the server that runs in the background and reports whether
// there is one.
func Running(l layout.Layout) (Info, bool) {
	path, lockFile := paths(l)
	holder, held := lock.Held(lockFile)
	if !held {
		return Info{}, false
	}
	var info Info
	text, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(text, &info) != nil || info.PID != holder.PID {
		return Info{}, false // not yet, or no longer
	}
	return info, true
}
