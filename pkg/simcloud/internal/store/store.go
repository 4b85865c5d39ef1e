// Package store keeps the objects of a simulated cloud in one file that several processes use at once.
//
// A transaction takes an operating-system lock, works and lets the lock go, so that no process shuts another out and a
// killed process leaves no lock behind. Commits are not synced to disk: what a process wrote is in
// the operating system's cache and survives the death of the process, which is what tests and rollouts need; it may
// not survive the death of the machine, and a simulated cloud may be reset.
//
// It knows objects, unique names, references and address spans; it knows no service.
package store

import (
	"crypto/cipher"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/gofrs/flock"
	bolt "go.etcd.io/bbolt"
)

// Version is the format of the store. A store of another version is refused, never converted.
const Version = "1"

const (
	dataFile = "cloud.db"
	lockFile = "cloud.lock"
)

// ErrUnusable is in the chain of every error that only a reset resolves.
var ErrUnusable = errors.New("the simulated cloud's store cannot be used")

// Store is a folder with one data file.
type Store struct {
	dir string
	mu  sync.Mutex // one transaction at a time in this process; the file lock orders the processes

	// The open data file, or nil, and the last transaction that this process has seen in it.
	db   *bolt.DB
	file *os.File
	seen uint64

	cipher cipher.AEAD // nil until the first secret
}

// Open prepares dir, which is created when it is missing, and checks that a store found there can be read.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("create the folder of the simulated cloud: %w", err)
	}
	s := &Store{dir: dir}
	return s, s.Update(func(*Tx) error { return nil })
}

// View runs fn on a consistent state that it cannot change.
func (s *Store) View(fn func(*Tx) error) error { return s.transact(false, fn) }

// Update runs fn and keeps its changes when it returns nil, all or none.
func (s *Store) Update(fn func(*Tx) error) error { return s.transact(true, fn) }

// Reset deletes everything in the store of dir, also one that cannot be read.
func Reset(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	s := &Store{dir: dir}
	return s.locked(func() error {
		err := os.Remove(s.path())
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		return err
	})
}

func (s *Store) path() string { return filepath.Join(s.dir, dataFile) }

// locked runs fn while no other goroutine or process is in the store.
func (s *Store) locked(fn func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	lock := flock.New(filepath.Join(s.dir, lockFile))
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("lock the simulated cloud in %s: %w", s.dir, err)
	}
	defer func() { _ = lock.Close() }() // the lock goes with the handle, whatever closing says
	return fn()
}

// transact runs fn. The file stays open between transactions for as long as no other process writes to it: opening
// and mapping it anew costs more the larger it is.
func (s *Store) transact(writable bool, fn func(*Tx) error) error {
	return s.locked(func() (err error) {
		// A damaged page makes bbolt panic or, beyond the end of a mapped file, fault. Both become an error.
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		whole := false
		defer func() {
			p := recover()
			if !whole || !keepsOpen {
				s.drop()
			}
			if p == nil {
				return
			}
			if !storeFault(p) {
				panic(p)
			}
			err = s.unusable(fmt.Errorf("damaged: %v", p))
		}()
		db, err := s.open()
		if err != nil {
			return s.unusable(err)
		}
		err = s.inside(db, writable, fn)
		whole = !errors.Is(err, ErrUnusable)
		return err
	})
}

// drop closes the data file, if it is open. A file that cannot even be closed is one more sign of the damage that is
// being reported already.
func (s *Store) drop() {
	defer func() { _ = recover() }()
	if s.db != nil {
		_ = s.db.Close()
	}
	s.db, s.file = nil, nil
}

// Close closes the data file. The store may still be used; it opens the file again.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop()
	return nil
}

// storeFault tells a panic that reading a damaged file caused from a mistake in the code that ran in the transaction.
func storeFault(p any) bool {
	if _, fault := p.(interface{ Addr() uintptr }); fault {
		return true
	}
	return strings.Contains(string(debug.Stack()), "go.etcd.io/bbolt")
}

func (s *Store) inside(db *bolt.DB, writable bool, fn func(*Tx) error) error {
	btx, err := db.Begin(true)
	if err != nil {
		return s.unusable(err)
	}
	defer func() { _ = btx.Rollback() }()
	t, fresh, err := newTx(btx)
	if err != nil {
		return s.unusable(err)
	}
	if err := fn(t); err != nil {
		return err
	}
	if t.err != nil {
		return s.unusable(t.err)
	}
	if !writable && !fresh {
		return nil
	}
	id := uint64(btx.ID())
	if err := btx.Commit(); err != nil {
		s.drop()
		return fmt.Errorf("write the simulated cloud in %s: %w", s.dir, err)
	}
	s.seen = id
	return nil
}

func (s *Store) unusable(cause error) error {
	return fmt.Errorf("%w: %s: %w; delete all simulated objects with `cellctl sim reset`", ErrUnusable, s.path(), cause)
}
