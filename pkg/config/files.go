package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// files reads the tree's directory. Everything goes through an os.Root, so that no
// symbolic link leads out of the tree.
type files struct {
	root   *os.Root
	prefix string // of a file's name in problems
	out    *collector
	// unreadable holds the directories and links that are reported as such. What lies
	// below them is not reported again.
	unreadable sync.Map
}

// hidden reports whether a name is, or lies in, something that is unreadable.
func (f *files) hidden(name string) bool {
	for ; name != "." && name != "/"; name = path.Dir(name) {
		if _, ok := f.unreadable.Load(name); ok {
			return true
		}
	}
	return false
}

// closed reports a directory or link that cannot be read.
func (f *files) closed(name, message string, err error) {
	f.unreadable.Store(name, true)
	f.problem(name, message+cause(err).Error(), "")
}

// badLink begins the message for a link that leads out, loops or dangles.
const badLink = "the symbolic link cannot be followed inside of the configuration: "

func openFiles(dir string, out *collector) (*files, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("configs directory %q: %w", dir, err)
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, fmt.Errorf("configs directory %q cannot be opened, want a directory with organization.yaml: %w", dir, err)
	}
	return &files{root: root, prefix: shownAs(abs), out: out}, nil
}

// shownAs returns how problems name the absolute directory: relative to the
// current directory when it lies below it, otherwise to its own parent.
func shownAs(abs string) string {
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, abs); err == nil && filepath.IsLocal(rel) {
			if rel == "." {
				return ""
			}
			return filepath.ToSlash(rel)
		}
	}
	return filepath.Base(abs)
}

func (f *files) source(name string, layer Layer) *source {
	return &source{file: path.Join(f.prefix, name), layer: layer}
}

// problem records a problem of a file or directory itself.
func (f *files) problem(name, message, suggestion string) {
	f.out.add(f.source(name, ""), 0, 0, "", message, suggestion)
}

// parse reads and parses a file. exists tells an absent file, which is no problem
// here, from one that has problems.
func (f *files) parse(name string, layer Layer) (n *node, exists bool) {
	if f.hidden(name) {
		return nil, true
	}
	data, err := f.read(name)
	if errors.Is(err, fs.ErrNotExist) && !f.isLink(name) {
		return nil, false
	}
	src := f.source(name, layer)
	if err != nil {
		f.out.add(src, 0, 0, "", err.Error(), "")
		return nil, true
	}
	return parse(data, src, f.out), true
}

// read returns a file's content, at most one byte more than maxFileBytes.
func (f *files) read(name string) (_ []byte, err error) {
	// A FIFO without a writer would block an ordinary open for ever.
	file, err := f.root.OpenFile(filepath.FromSlash(name), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		if f.isLink(name) {
			return nil, fmt.Errorf(badLink+"%w", cause(err))
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return nil, fmt.Errorf("the file cannot be opened: %w", cause(err))
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("the file cannot be read: %w", cause(err))
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is here, want a regular file", what(info.Mode()))
	}
	data := make([]byte, min(info.Size(), maxFileBytes)+1)
	n, err := io.ReadFull(file, data)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("the file cannot be read: %w", cause(err))
	}
	return data[:n], nil
}

func (f *files) isLink(name string) bool {
	info, err := f.root.Lstat(filepath.FromSlash(name))
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

// cause strips operation and path, which problems name already, from an error.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

func what(m fs.FileMode) string {
	switch {
	case m.IsDir():
		return "a directory"
	case m&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case m&fs.ModeDevice != 0:
		return "a device"
	case m&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a special file"
}

// list returns the names in a directory, sorted: subdirectories and other files.
// Dotfiles and README.md are left out. A directory that does not exist is empty.
func (f *files) list(dir string) (dirs, names []string) {
	if f.hidden(dir) {
		return nil, nil
	}
	d, err := f.root.Open(filepath.FromSlash(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		f.closed(dir, "the directory cannot be opened: ", err)
		return nil, nil
	}
	entries, err := d.ReadDir(-1)
	if err = errors.Join(err, d.Close()); err != nil {
		f.closed(dir, "the directory cannot be read: ", err)
		return nil, nil
	}
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") || name == "README.md" {
			continue
		}
		isDir := e.IsDir()
		if e.Type()&fs.ModeSymlink != 0 {
			at := path.Join(dir, name)
			info, err := f.root.Stat(filepath.FromSlash(at))
			if err != nil {
				f.closed(at, badLink, err)
				continue
			}
			isDir = info.IsDir()
		}
		if isDir {
			dirs = append(dirs, name)
		} else {
			names = append(names, name)
		}
	}
	slices.Sort(dirs)
	slices.Sort(names)
	return dirs, names
}

// unknown reports every name that is not among the known ones. kind says what the
// names are.
func (f *files) unknown(dir, kind string, names, known []string) {
	for _, name := range names {
		if slices.Contains(known, name) {
			continue
		}
		suggestion := "remove it: nothing reads it here"
		if len(known) > 0 {
			suggestion = didYouMean(name, known, "known here")
		}
		f.problem(path.Join(dir, name), "unknown "+kind, suggestion)
	}
}
