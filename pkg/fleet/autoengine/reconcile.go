package autoengine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"

	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/checkpoint"
)

// diagnose compares the state with the cloud, where the cloud can be asked: an
// interrupted run may have created what it did not record. What cannot be decided
// safely is an error, unless the operation is a preview, and then nothing has been
// touched.
func (o *operation) diagnose(ctx context.Context, state *checkpoint.Checkpoint) (checkpoint.Repair, error) {
	var repair checkpoint.Repair
	switch {
	case o.Inventory != nil:
		cloud, err := o.Inventory(ctx, o.target)
		if err != nil {
			return repair, fmt.Errorf("asking the cloud what it has of %s: %w", o.target, err)
		}
		if state == nil {
			state = &checkpoint.Checkpoint{}
		}
		repair = state.Diagnose(cloud)
	case state != nil:
		repair = state.Undecided()
	}
	if len(repair.Unsafe) > 0 && o.kind != fleet.Preview {
		return repair, o.undecided(repair.Unsafe, state)
	}
	return repair, nil
}

// reconcile makes the state agree with the cloud about what exists, before the
// operation. A preview only tells.
func (o *operation) reconcile(ctx context.Context, state *checkpoint.Checkpoint, repair checkpoint.Repair) error {
	if !repair.Needed() {
		return nil
	}
	if o.kind == fleet.Preview {
		o.describe(repair, "up would ")
		for _, d := range repair.Unsafe {
			o.note(fmt.Sprintf("up would refuse: %s: %s", d.Found, d.Reason))
		}
		return nil
	}
	deployment, err := state.Apply(repair)
	if err != nil {
		return fmt.Errorf("repairing the state of %s: %w", o.target, err)
	}
	if err := o.importState(ctx, deployment); err != nil {
		return err
	}
	o.describe(repair, "")
	return o.complete(ctx, repair)
}

// describe notes every repair, after a prefix.
func (o *operation) describe(r checkpoint.Repair, prefix string) {
	verb := func(done, would string) string {
		if prefix == "" {
			return done
		}
		return prefix + would
	}
	for _, a := range r.Adopt {
		o.note(fmt.Sprintf("%s %s: the cloud has it and the state did not", verb("adopted", "adopt"), a.Found))
	}
	for _, a := range r.Discard {
		o.note(fmt.Sprintf("%s %s to be deleted: an interrupted replacement made it and will make it again", verb("recorded", "record"), a.Found))
	}
	for _, c := range r.Clear {
		o.note(fmt.Sprintf("%s the interrupted creation of %s: the cloud has nothing of it", verb("cleared", "clear"), readable(c.Type, c.URN)))
	}
}

// shown bounds the things that an error lists.
const shown = 20

// undecided refuses to go on, says what is in doubt and why, and what to do.
func (o *operation) undecided(doubts []checkpoint.Doubt, state *checkpoint.Checkpoint) error {
	var reasons []string
	byReason := map[string][]checkpoint.Found{}
	for _, d := range doubts {
		if byReason[d.Reason] == nil {
			reasons = append(reasons, d.Reason)
		}
		byReason[d.Reason] = append(byReason[d.Reason], d.Found)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d things need a decision before %s; nothing has been touched", len(doubts), o.kind)
	for _, reason := range reasons {
		fmt.Fprintf(&b, "\n%s:", reason)
		for i, f := range byReason[reason] {
			if i == shown {
				fmt.Fprintf(&b, "\n  and %d more", len(byReason[reason])-shown)
				break
			}
			fmt.Fprintf(&b, "\n  %s %s, urn %s", f.Type, f.ID, f.URN)
		}
	}
	for _, remedy := range o.remedies(doubts, state) {
		fmt.Fprintf(&b, "\nremedy: %s", remedy)
	}
	return errors.New(b.String())
}

// remedies say how a person decides.
func (o *operation) remedies(doubts []checkpoint.Doubt, state *checkpoint.Checkpoint) []string {
	var remedies []string
	have := 0
	if state != nil {
		have = len(state.Resources)
	}
	if o.store != nil {
		if b, ok := o.store.LargerBackup(o.target, have); ok {
			remedies = append(remedies, fmt.Sprintf("if the state is too old, restore the backup with %d resources: cp %q %q", b.Resources, b.Path, o.store.Path(o.target)))
		}
	}
	where := fmt.Sprintf("--stack %s -C %q", o.target.Name, o.Layout.StackDir(o.target))
	if doubts[0].Found.ID == "" {
		return append(remedies, fmt.Sprintf("look each up in the cloud; what exists: pulumi import TYPE NAME ID %s; then, and for what does not exist: pulumi refresh --clear-pending-creates %s", where, where))
	}
	if o.Offline {
		return append(remedies, "delete what nobody needs: cellctl sim rm ID")
	}
	return append(remedies, "delete what nobody needs in the cloud, import the rest: pulumi import TYPE NAME ID "+where)
}

// importState replaces the state through the command line, which checks its
// integrity and keeps a backup.
func (o *operation) importState(ctx context.Context, deployment []byte) error {
	file := filepath.Join(o.Layout.StackDir(o.target), fmt.Sprintf("repair-%d.json", os.Getpid()))
	// A deployment holds what the cloud knows of a client, so nobody else may read it.
	if err := os.WriteFile(file, deployment, 0o600); err != nil {
		return fmt.Errorf("repairing the state of %s: %w", o.target, err)
	}
	defer func() { _ = os.Remove(file) }() // a leftover harms nothing and is overwritten by the next repair
	_, stderr, code, err := o.command.Run(ctx, o.Layout.StackDir(o.target), nil, nil, nil, nil,
		"stack", "import", "--stack", o.target.Name, "--file", file)
	if err != nil {
		return fmt.Errorf("repairing the state of %s: %w", o.target, failure(fmt.Errorf("%w\ncode: %d\nstderr: %s", err, code, stderr), nil))
	}
	return nil
}

// complete reads the adopted things from the cloud, because the state knows no
// more of them than what they were made from.
func (o *operation) complete(ctx context.Context, r checkpoint.Repair) error {
	var urns []string
	for _, a := range r.Adopt {
		urns = append(urns, a.Found.URN)
	}
	if len(urns) == 0 || o.kind == fleet.Refresh {
		return nil
	}
	w := watch(func(fleet.Event) {})
	_, err := o.stack.Refresh(ctx, optrefresh.EventStreams(w.events), optrefresh.Target(urns), optrefresh.SuppressOutputs(), optrefresh.SuppressProgress(), optrefresh.Color("never"))
	w.wait()
	if err != nil {
		return fmt.Errorf("reading what was adopted: %w", failure(err, w.errors))
	}
	return nil
}
