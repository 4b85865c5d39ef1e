package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"cellworks/pkg/fleet"
)

// bookkeeping is the folder that the backend keeps everything in.
const bookkeeping = ".pulumi"

// Store is the folder of a file backend. It need not exist.
type Store struct{ dir, index string }

// Open returns the store in dir, the path of the backend's URL.
func Open(dir string) Store { return Store{dir: dir} }

// Indexed returns the store with a file at path in which States keeps the summaries of
// what it reads, so that it reads only what has changed since. The file is made when it
// is not there; one of another store, or that cannot be read or written, is as none.
func (s Store) Indexed(path string) Store {
	s.index = path
	return s
}

// Path is the state file of a stack.
func (s Store) Path(stack fleet.Stack) string {
	return filepath.Join(s.dir, bookkeeping, "stacks", stack.Project, stack.Name+".json")
}

// Exists reports whether the stack has a state file.
func (s Store) Exists(stack fleet.Stack) bool {
	_, err := os.Stat(s.Path(stack))
	return err == nil
}

// Initialized reports whether the backend has what it has once, without which it
// takes its own states for those of an older layout.
func (s Store) Initialized() bool {
	_, err := os.Stat(filepath.Join(s.dir, bookkeeping, "meta.yaml"))
	return err == nil
}

// Create writes the empty state of a new stack, which is what `pulumi stack init`
// does in half a second of computing. The caller must hold the stack's lock. It
// fails with fs.ErrExist when the stack has a state.
func (s Store) Create(stack fleet.Stack) error {
	text, err := json.Marshal(map[string]any{
		"version":    maxVersion,
		"checkpoint": map[string]string{"stack": "organization/" + stack.String()},
	})
	if err != nil {
		return err
	}
	path := s.Path(stack)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return fmt.Errorf("state of %s: %w", stack, err)
	}
	temp := fmt.Sprintf("%s.%d.tmp", path, os.Getpid())
	if err := os.WriteFile(temp, text, 0o666); err != nil {
		return fmt.Errorf("state of %s: %w", stack, err)
	}
	defer func() { _ = os.Remove(temp) }()      // the link stays
	if err := os.Link(temp, path); err != nil { // unlike a rename it never replaces a state
		return fmt.Errorf("state of %s: %w", stack, err)
	}
	return nil
}

// Stacks lists the stacks that have a state file, in no particular order. A store
// that does not exist has none.
func (s Store) Stacks() ([]fleet.Stack, error) {
	root := filepath.Join(s.dir, bookkeeping, "stacks")
	projects, err := os.ReadDir(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing states: %w", err)
	}
	var stacks []fleet.Stack
	for _, project := range projects {
		if !project.IsDir() {
			continue
		}
		files, err := os.ReadDir(filepath.Join(root, project.Name()))
		if err != nil {
			return nil, fmt.Errorf("listing states: %w", err)
		}
		for _, f := range files {
			if name, ok := strings.CutSuffix(f.Name(), ".json"); ok && f.Type().IsRegular() {
				stacks = append(stacks, fleet.Stack{Project: project.Name(), Name: name})
			}
		}
	}
	return stacks, nil
}

// Read parses the state of a stack. It fails with fs.ErrNotExist when there is
// none and with a CorruptError when the file is not a sound state.
func (s Store) Read(stack fleet.Stack) (*Checkpoint, error) {
	text, err := os.ReadFile(s.Path(stack))
	if err != nil {
		return nil, fmt.Errorf("state of %s: %w", stack, err)
	}
	c, err := parse(text)
	if err != nil {
		return nil, s.corrupt(stack, err)
	}
	return c, nil
}

// state summarizes the state of a stack, and fails like Read.
func (s Store) state(stack fleet.Stack, known *index) (fleet.State, error) {
	info, err := os.Stat(s.Path(stack))
	if err != nil {
		return fleet.State{}, fmt.Errorf("state of %s: %w", stack, err)
	}
	if state, ok := known.find(stack, info); ok {
		return state, nil
	}
	text, err := os.ReadFile(s.Path(stack))
	if err != nil {
		return fleet.State{}, fmt.Errorf("state of %s: %w", stack, err)
	}
	state, err := parseState(text)
	if err == nil {
		known.keep(stack, info, state)
		return state, nil
	}
	// What is wrong with a state is said by the one that reads all of it.
	if _, err := parse(text); err != nil {
		return fleet.State{}, s.corrupt(stack, err)
	}
	return fleet.State{}, s.corrupt(stack, err)
}

// States reads all states, several at a time; see Indexed. A state that cannot be read
// is reported in the joined error; the others are returned with it.
func (s Store) States() (fleet.States, error) {
	stacks, err := s.Stacks()
	if err != nil {
		return nil, err
	}
	var (
		mutex   sync.Mutex
		workers sync.WaitGroup
		states  = make(fleet.States, len(stacks))
		errs    []error
		slots   = make(chan struct{}, runtime.GOMAXPROCS(0))
		known   = openIndex(s.index, s.dir)
	)
	for _, stack := range stacks {
		slots <- struct{}{}
		workers.Go(func() {
			defer func() { <-slots }()
			state, err := s.state(stack, known)
			mutex.Lock()
			defer mutex.Unlock()
			if err != nil {
				errs = append(errs, err)
				return
			}
			states[stack] = state
		})
	}
	workers.Wait()
	known.close()
	return states, errors.Join(errs...)
}
