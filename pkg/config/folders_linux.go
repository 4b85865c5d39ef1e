package config

import (
	"os"
	"slices"
	"strings"
	"syscall"
)

// folders reads the one file that each of the directories below a directory holds,
// with as few system calls as that takes: they are most of the time that a large
// tree needs. What is not as usual it leaves to files, which knows links, special
// files and names that do not belong there.
type folders struct {
	dir *os.File // nil: everything is left to files
}

func (f *files) folders(dir string) folders {
	d, err := f.root.Open(dir)
	if err != nil {
		return folders{}
	}
	return folders{d}
}

func (f folders) close() {
	if f.dir != nil {
		// The directory is only read, so a failing close loses nothing.
		_ = f.dir.Close()
	}
}

// file returns the content of a file in the directory name, in r's buffer, and
// reports whether the directory and the file are as usual.
func (f folders) file(r *reader, name, file string) ([]byte, bool) {
	if f.dir == nil {
		return nil, false
	}
	const flags = syscall.O_RDONLY | syscall.O_NOFOLLOW | syscall.O_CLOEXEC
	dir, err := syscall.Openat(int(f.dir.Fd()), name, flags|syscall.O_DIRECTORY, 0)
	if err != nil {
		return nil, false
	}
	defer func() { _ = syscall.Close(dir) }()
	if r.buf == nil {
		r.buf = make([]byte, maxFileBytes+1)
	}
	if !r.holdsOnly(dir, file) {
		return nil, false
	}
	// A FIFO without a writer would block an ordinary open for ever.
	fd, err := syscall.Openat(dir, file, flags|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, false
	}
	defer func() { _ = syscall.Close(fd) }()
	var stat syscall.Stat_t
	if err := syscall.Fstat(fd, &stat); err != nil || stat.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return nil, false
	}
	size := 0
	for size < len(r.buf) {
		n, err := syscall.Read(fd, r.buf[size:])
		if err != nil {
			return nil, false
		}
		if n == 0 {
			break
		}
		size += n
	}
	return r.buf[:size], true
}

// holdsOnly reports whether the directory holds the file and nothing else that
// anyone would read.
func (r *reader) holdsOnly(dir int, file string) bool {
	r.names = r.names[:0]
	for {
		n, err := syscall.ReadDirent(dir, r.buf)
		if err != nil {
			return false
		}
		if n == 0 {
			break
		}
		_, _, r.names = syscall.ParseDirent(r.buf[:n], -1, r.names)
	}
	for _, name := range r.names {
		if name != file && name != "README.md" && !strings.HasPrefix(name, ".") {
			return false
		}
	}
	return slices.Contains(r.names, file)
}
