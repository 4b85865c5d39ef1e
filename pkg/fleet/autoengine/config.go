package autoengine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/checkpoint"
	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/fleet/lock"
)

// Inventory lists what the cloud has that was created as part of a stack.
type Inventory func(ctx context.Context, stack fleet.Stack) ([]checkpoint.Found, error)

// Config is everything that an Engine needs.
type Config struct {
	// Layout is where files live.
	Layout layout.Layout
	// Tree is the configuration that programs are made for.
	Tree *config.Tree
	// Programs makes the program of each project.
	Programs map[string]func(*config.Tree) pulumi.RunFunc
	// Pulumi is the path of the command line binary.
	Pulumi string
	// PulumiVersion is its version, such as 3.259.0.
	PulumiVersion string
	// Backend is the URL of the state backend. Empty: the folder of Layout.
	Backend string
	// SecretsProvider encrypts secrets in the state. Empty: a generated passphrase.
	SecretsProvider string
	// Environ is the environment that processes inherit, as os.Environ gives it.
	Environ []string
	// DebugProviders is the value of PULUMI_DEBUG_PROVIDERS: providers that are served
	// already. Empty: the engine starts providers itself.
	DebugProviders string
	// Offline keeps the engine from looking for provider plugins on the network and
	// from using those of the user; for the simulated cloud.
	Offline bool
	// Inventory finds what the cloud has and the state has not. Nil: the cloud cannot
	// be asked, and interrupted creations are a person's decision.
	Inventory Inventory
	// AllowDataLoss are the URNs of what an up may delete or replace although it holds
	// what nobody can make again.
	AllowDataLoss []string
	// Command is what the person typed, for those who find a stack locked.
	Command string
	// Patience is how long to wait for a Pulumi process that still holds a stack's lock
	// in the backend, such as one that outlives a killed command for a moment.
	Patience time.Duration
	// Kill, when closed, ends processes at once instead of letting them finish.
	Kill <-chan struct{}
}

// Engine is the fleet.Engine of the Automation API. It is safe for concurrent use
// with different stacks.
type Engine struct {
	Config
	version semver.Version
	// store is where the state is, when the backend is a folder; otherwise nil.
	store *checkpoint.Store
	host  string
	// first serializes the creation of stacks in a backend that may still be empty.
	first sync.Mutex
}

var _ fleet.Engine = (*Engine)(nil)

// New prepares an engine: it creates the folders that it needs and, for the
// default backend, the passphrase. It fails when they cannot be created, or when
// the version of the command line is not one.
func New(c Config) (*Engine, error) {
	version, err := semver.ParseTolerant(c.PulumiVersion)
	if err != nil {
		return nil, fmt.Errorf("pulumi version %q: %w", c.PulumiVersion, err)
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("host name: %w", err)
	}
	e := &Engine{Config: c, version: version, host: host}
	e.Backend = c.Layout.Backend(c.Backend)
	folders := []string{c.Layout.Work()}
	if dir, ok := layout.BackendFolder(e.Backend); ok {
		store := checkpoint.Open(dir)
		e.store = &store
		folders = append(folders, dir)
	}
	if c.Offline {
		folders = append(folders, c.Layout.Home())
	}
	for _, dir := range folders {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, fmt.Errorf("work folder: %w", err)
		}
	}
	if e.ownPassphrase() {
		return e, c.Layout.EnsurePassphrase()
	}
	return e, nil
}

// ownPassphrase reports whether secrets are encrypted with the generated passphrase.
func (e *Engine) ownPassphrase() bool {
	return e.SecretsProvider == "" && e.Config.Backend == e.Layout.Backend("")
}

// collectorPercent is the heap growth at which the garbage collector of the
// command line runs. A process lives for a second or two on a heap of tens of MB;
// with the default of 100 it spends a sixth of its computing on collecting it
// (docs/performance.md).
const collectorPercent = "400"

// variables are the environment variables that processes get; an empty value
// removes the variable.
func (e *Engine) variables() map[string]string {
	vars := map[string]string{
		"PULUMI_BACKEND_URL":       e.Backend,
		"PULUMI_SKIP_UPDATE_CHECK": "true",
		// A work folder that was deleted must not give a stack a second encryption key.
		"PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true",
	}
	if e.ownPassphrase() {
		vars["PULUMI_CONFIG_PASSPHRASE_FILE"] = e.Layout.Passphrase()
		vars["PULUMI_CONFIG_PASSPHRASE"] = "" // it would win over the file
	}
	if !slices.ContainsFunc(e.Environ, func(entry string) bool { return strings.HasPrefix(entry, "GOGC=") }) {
		vars["GOGC"] = collectorPercent
	}
	if e.DebugProviders != "" {
		vars["PULUMI_DEBUG_PROVIDERS"] = e.DebugProviders
	}
	if e.Offline {
		vars["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
		vars["PULUMI_HOME"] = e.Layout.Home()
	}
	return vars
}

// environment merges inherited variables with those of the engine; later ones win.
func (e *Engine) environment(additional []string) []string {
	vars := e.variables()
	var env []string
	for _, entry := range append(append([]string{}, e.Environ...), additional...) {
		if name, _, _ := strings.Cut(entry, "="); name != "" {
			if _, ours := vars[name]; ours {
				continue
			}
		}
		env = append(env, entry)
	}
	for name, value := range vars {
		if value != "" {
			env = append(env, name+"="+value)
		}
	}
	return append(env, "PULUMI_AUTOMATION_API=true")
}

// acquire takes the stack's lock for this command.
func (e *Engine) acquire(stack fleet.Stack) (*lock.Lock, error) {
	return lock.Acquire(e.Layout.StackLock(stack), stack.String(),
		lock.Holder{PID: os.Getpid(), Command: e.Command, Since: time.Now().Truncate(time.Second)})
}

// unlock clears the way to the backend's own lock. It removes lock files of
// processes that are gone and what else they have left half done, waits a moment
// for those that are not, and fails naming the holder when they stay.
func (e *Engine) unlock(ctx context.Context, stack fleet.Stack, note func(string)) error {
	if e.store == nil {
		return nil
	}
	deadline := time.Now().Add(e.Patience)
	waiting := false
	for {
		locks, err := e.store.LockFiles(stack)
		if err != nil {
			return err
		}
		var live []checkpoint.LockFile
		for _, l := range locks {
			if !l.Stale(e.host) {
				live = append(live, l)
				continue
			}
			if err := os.Remove(l.Path); err != nil && !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("removing the stale lock of %s: %w", stack, err)
			}
			note(fmt.Sprintf("removed the lock of a process that is gone: %s", l))
		}
		if len(live) == 0 {
			_, err := e.store.Sweep(stack)
			return err
		}
		if !time.Now().Before(deadline) {
			return fmt.Errorf("%s is locked in the state backend by %s: wait for that process to end; "+
				"if it runs nowhere, delete the lock file", stack, live[0])
		}
		if !waiting {
			waiting = true
			note(fmt.Sprintf("waiting for %s", live[0]))
		}
		select {
		case <-ctx.Done():
			return fleet.ErrInterrupted
		case <-time.After(100 * time.Millisecond):
		}
	}
}
