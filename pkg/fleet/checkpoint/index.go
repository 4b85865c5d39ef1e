package checkpoint

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"cellworks/pkg/fleet"
)

const (
	// indexVersion is of what a summary holds and how it is made: an index of another
	// version is not read.
	indexVersion = 3
	// settled is how long a state must have been left alone before its summary is kept:
	// two writes within one tick of the file system's clock have the same time.
	settled = 2 * time.Second
)

// entry is the summary of a state file, and what the file was like when it was read.
type entry struct {
	Stack    fleet.Stack `json:"stack"`
	Size     int64       `json:"size"`
	Modified int64       `json:"modified"` // nanoseconds of Unix time
	State    fleet.State `json:"state"`
}

// of reports whether the entry was made of the file that info describes.
func (e entry) of(info os.FileInfo) bool {
	return e.Size == info.Size() && e.Modified == info.ModTime().UnixNano()
}

// index holds summaries of states that were read before. It is a cache: one that cannot
// be read, or written, costs time and nothing else.
type index struct {
	path string
	dir  string

	mutex   sync.Mutex
	kept    map[fleet.Stack]entry
	seen    []entry
	changed bool
}

// indexFile is an index as it is stored.
type indexFile struct {
	Version int     `json:"version"`
	Dir     string  `json:"dir"` // the store that it is of
	Entries []entry `json:"entries"`
}

// openIndex reads the index at path of the store in dir; without a path it has nothing
// and keeps nothing.
func openIndex(path, dir string) *index {
	x := &index{path: path, dir: dir, kept: map[fleet.Stack]entry{}}
	if path == "" {
		return x
	}
	var file indexFile
	text, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(text, &file) != nil || file.Version != indexVersion || file.Dir != dir {
		return x
	}
	for _, e := range file.Entries {
		x.kept[e.Stack] = e
	}
	return x
}

// find returns the summary of a state whose file has not changed since.
func (x *index) find(stack fleet.Stack, info os.FileInfo) (fleet.State, bool) {
	e, ok := x.kept[stack]
	if !ok || !e.of(info) {
		return fleet.State{}, false
	}
	x.mutex.Lock()
	defer x.mutex.Unlock()
	x.seen = append(x.seen, e)
	return e.State, true
}

// keep remembers the summary of the file that info described before it was read.
func (x *index) keep(stack fleet.Stack, info os.FileInfo, state fleet.State) {
	if time.Since(info.ModTime()) < settled {
		return
	}
	x.mutex.Lock()
	defer x.mutex.Unlock()
	x.changed = true
	x.seen = append(x.seen, entry{Stack: stack, Size: info.Size(), Modified: info.ModTime().UnixNano(), State: state})
}

// close stores what was seen, when that is not what is stored already.
func (x *index) close() {
	if x.path == "" || !x.changed {
		return
	}
	slices.SortFunc(x.seen, func(a, b entry) int { return cmp.Compare(a.Stack.String(), b.Stack.String()) })
	text, err := json.Marshal(indexFile{Version: indexVersion, Dir: x.dir, Entries: x.seen})
	if err != nil {
		return
	}
	temp, err := os.CreateTemp(filepath.Dir(x.path), filepath.Base(x.path)+".*.tmp")
	if err != nil {
		return
	}
	_, err = temp.Write(text)
	if closing := temp.Close(); err == nil && closing == nil && os.Rename(temp.Name(), x.path) == nil {
		return
	}
	_ = os.Remove(temp.Name()) // the next command tries again
}
