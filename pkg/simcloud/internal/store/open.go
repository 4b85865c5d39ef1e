package store

import (
	"errors"
	"os"

	bolt "go.etcd.io/bbolt"
)

// open returns the data file, opened anew when it is not open yet, was deleted, or was written by another process:
// bbolt keeps pages in memory that such a write makes stale. It must be called with the lock held.
func (s *Store) open() (*bolt.DB, error) {
	if s.db != nil {
		fresh, err := s.isFresh()
		if err != nil {
			return nil, err
		}
		if fresh {
			return s.db, nil
		}
		s.drop()
	}
	if err := checkFile(s.path()); err != nil {
		return nil, err
	}
	db, err := bolt.Open(s.path(), 0o644, &bolt.Options{
		NoSync: true, FreelistType: bolt.FreelistArrayType, NoStatistics: true,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			f, err := os.OpenFile(name, flag, mode)
			s.file = f
			return f, err
		},
	})
	if err != nil {
		return nil, err
	}
	s.db = db
	if s.seen, err = newestMeta(s.file); err != nil {
		return nil, err
	}
	// bbolt has locked the file for as long as it is open; the lock beside it, which is held for one transaction only,
	// takes its place.
	return db, unlockFile(s.file)
}

// isFresh says whether the open file is the one at the store's path and no other process has written to it.
func (s *Store) isFresh() (bool, error) {
	there, err := os.Stat(s.path())
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	ours, err := s.file.Stat()
	if err != nil || !os.SameFile(there, ours) {
		return false, err
	}
	last, err := newestMeta(s.file)
	return last == s.seen, err
}

// checkFile checks the size of a file before bbolt maps it. One that is missing or empty is a store to be made.
func checkFile(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	_, err = newestMeta(f)
	return err
}
