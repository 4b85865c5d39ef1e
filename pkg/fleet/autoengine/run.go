package autoengine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/checkpoint"
)

// operation is one operation on one stack.
type operation struct {
	*Engine
	kind    fleet.Operation
	target  fleet.Stack
	program pulumi.RunFunc
	command *command
	stack   auto.Stack
	observe func(fleet.Event)
	notes   []string
	// fresh says that the stack had no state before.
	fresh bool
	// look, where set, makes an up find out first what it would do.
	look *look
}

// Run implements fleet.Engine. An operation that changes anything holds the
// stack's lock meanwhile, and so does the preview of a stack that has no state
// yet, which makes an empty one and removes it again.
func (e *Engine) Run(ctx context.Context, kind fleet.Operation, target fleet.Stack, observe func(fleet.Event)) (fleet.Result, error) {
	o := &operation{
		Engine:  e,
		kind:    kind,
		target:  target,
		command: &command{engine: e, stack: target},
		observe: observe,
	}
	newProgram, ok := e.Programs[target.Project]
	if !ok {
		return fleet.Result{}, fmt.Errorf("project %q has no program", target.Project)
	}
	o.program = newProgram(e.Tree)
	if kind.Changes() || e.store != nil && !e.store.Exists(target) {
		held, err := e.acquire(target)
		if err != nil {
			return fleet.Result{}, err
		}
		defer func() {
			if err := held.Release(); err != nil {
				o.note(fmt.Sprintf("releasing the lock: %v", err))
			}
		}()
		if err := e.unlock(ctx, target, o.note); err != nil {
			return fleet.Result{}, err
		}
	}
	result, err := o.run(ctx)
	result.Processes = int(o.command.processes.Load())
	result.Notes = o.notes
	if err != nil && ctx.Err() != nil {
		err = o.interrupted()
	}
	return result, err
}

// note tells people something now and in the report.
func (o *operation) note(text string) {
	o.notes = append(o.notes, text)
	o.observe(fleet.Event{Kind: fleet.EventNote, Text: text})
}

// interrupted says what the stack holds after a cancellation.
func (o *operation) interrupted() error {
	if o.store != nil {
		if state, err := o.store.Read(o.target); err == nil {
			held := fmt.Sprintf("its state holds %d resources", len(state.Resources))
			if len(state.Pending) > 0 {
				held += fmt.Sprintf(" and %d unfinished operations", len(state.Pending))
			}
			return fmt.Errorf("%w: %s; run the command again to go on", fleet.ErrInterrupted, held)
		}
	}
	return fmt.Errorf("%w: run the command again to go on", fleet.ErrInterrupted)
}

func (o *operation) run(ctx context.Context) (fleet.Result, error) {
	state, err := o.sound()
	if err != nil {
		return fleet.Result{}, err
	}
	if o.fresh && (o.kind == fleet.Destroy || o.kind == fleet.Refresh) {
		o.note("nothing to " + string(o.kind) + ": the stack has no state")
		return fleet.Result{}, nil
	}
	repair, err := o.diagnose(ctx, state)
	if err != nil {
		return fleet.Result{}, err
	}
	if o.kind == fleet.Up && o.losable(state, repair) {
		if err := o.lookFirst(); err != nil {
			return fleet.Result{}, err
		}
		defer o.look.close()
	}
	if err := o.open(ctx); err != nil {
		return fleet.Result{}, err
	}
	if o.kind == fleet.Preview {
		defer o.forget()
	}
	if err := o.reconcile(ctx, state, repair); err != nil {
		return fleet.Result{}, err
	}
	if o.look != nil {
		return o.upAfterLook(ctx)
	}
	w := watch(o.observe)
	err = o.perform(ctx, w)
	w.wait()
	result := fleet.Result{Changes: w.counted(), Outputs: o.outputs(ctx)}
	refused := o.refusal(w.losses)
	switch {
	case o.kind == fleet.Preview && refused != nil:
		err = withRest(refused, err, w.errors)
	case err != nil:
		err = failure(err, w.errors)
	}
	return result, err
}

// sound reads the state and makes sure that it can be used before the engine
// touches it. A stack without state, or in a backend that is no folder, has none.
func (o *operation) sound() (*checkpoint.Checkpoint, error) {
	if o.store == nil {
		return nil, nil
	}
	state, err := o.store.Read(o.target)
	if errors.Is(err, fs.ErrNotExist) {
		o.fresh = true
		return nil, nil
	}
	return state, err
}

// open prepares the stack's folder and selects the stack, which it creates when
// the backend has none.
func (o *operation) open(ctx context.Context) error {
	dir := o.Layout.StackDir(o.target)
	if err := writeProject(dir, o.target.Project); err != nil {
		return err
	}
	options := []auto.LocalWorkspaceOption{auto.WorkDir(dir), auto.Program(o.program), auto.Pulumi(o.command)}
	if o.SecretsProvider != "" {
		options = append(options, auto.SecretsProvider(o.SecretsProvider))
	}
	if o.Offline {
		options = append(options, auto.PulumiHome(o.Layout.Home()))
	}
	workspace, err := auto.NewLocalWorkspace(ctx, options...)
	if err != nil {
		return failure(err, nil)
	}
	if o.fresh {
		return o.create(ctx, workspace)
	}
	if o.stack, err = auto.UpsertStack(ctx, o.target.Name, workspace); err != nil {
		return failure(err, nil)
	}
	return nil
}

// forget removes the empty state that a preview of a new stack has made.
func (o *operation) forget() {
	if !o.fresh {
		return
	}
	if state, err := o.store.Read(o.target); err != nil || len(state.Resources) > 0 {
		return // not what was made here
	}
	path := o.store.Path(o.target)
	for _, file := range []string{path, path + ".bak"} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			o.note(fmt.Sprintf("removing the empty state of a previewed stack: %v", err))
		}
	}
}

func (o *operation) perform(ctx context.Context, w *watcher) error {
	var err error
	switch o.kind {
	case fleet.Up:
		_, err = o.stack.Up(ctx, optup.EventStreams(w.events), optup.SuppressOutputs(), optup.SuppressProgress(), optup.Color("never"))
	case fleet.Preview:
		_, err = o.stack.Preview(ctx, optpreview.EventStreams(w.events), optpreview.SuppressOutputs(), optpreview.SuppressProgress(), optpreview.Color("never"))
	case fleet.Destroy:
		_, err = o.stack.Destroy(ctx, optdestroy.EventStreams(w.events), optdestroy.SuppressOutputs(), optdestroy.SuppressProgress(), optdestroy.Color("never"))
	case fleet.Refresh:
		_, err = o.stack.Refresh(ctx, optrefresh.EventStreams(w.events), optrefresh.SuppressOutputs(), optrefresh.SuppressProgress(), optrefresh.Color("never"))
	default:
		err = fmt.Errorf("unknown operation %q", o.kind)
	}
	return err
}

// outputs returns the stack's outputs after the operation, secrets masked. A
// preview and a destroy have none.
func (o *operation) outputs(ctx context.Context) map[string]any {
	if o.kind == fleet.Preview || o.kind == fleet.Destroy {
		return nil
	}
	if o.store != nil {
		state, err := o.store.Read(o.target)
		if err != nil {
			return nil // the operation's own error says why
		}
		return state.Outputs()
	}
	values, err := o.stack.Outputs(ctx)
	if err != nil {
		o.note(fmt.Sprintf("reading the outputs: %v", failure(err, nil)))
		return nil
	}
	outputs := make(map[string]any, len(values))
	for key, value := range values {
		outputs[key] = value.Value
		if value.Secret {
			outputs[key] = checkpoint.Masked
		}
	}
	return outputs
}

// failure turns an error of the Automation API, which carries whole command
// outputs, into what went wrong: what the engine reported where it did, otherwise
// what the command line said.
func failure(err error, reported []string) error {
	// The text is "what: cause\ncode: n\nstdout: ...\nstderr: ...".
	what, output, _ := strings.Cut(err.Error(), "\ncode: ")
	if strings.HasSuffix(what, "signal: killed") {
		reported = append(reported, "the pulumi process was killed; run the command again, it repairs what was left unfinished")
	}
	if len(reported) > 0 {
		return errors.New(strings.Join(unique(reported), "\n"))
	}
	var said []string
	for line := range strings.Lines(output) {
		if message, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimPrefix(line, "stderr: ")), "error: "); ok {
			said = append(said, plain(message))
		}
	}
	if len(said) > 0 {
		return errors.New(strings.Join(unique(said), "\n"))
	}
	if _, stderr, ok := strings.Cut(output, "stderr: "); ok && strings.TrimSpace(stderr) != "" {
		what += ": " + strings.TrimSpace(stderr)
	}
	return errors.New(plain(what))
}

func unique(lines []string) []string {
	seen := map[string]bool{}
	var kept []string
	for _, l := range lines {
		if !seen[l] {
			seen[l] = true
			kept = append(kept, l)
		}
	}
	return kept
}
