package autoengine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"

	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/checkpoint"
)

// reconcile makes the state agree with the cloud about what exists, before the
// operation: an interrupted run may have created what it did not record. What
// cannot be decided safely is an error, and then nothing has been touched. A
// preview only tells.
func (o *operation) reconcile(ctx context.Context, state *checkpoint.Checkpoint) error {
	repair, err := o.diagnose(ctx, state)
	if err != nil || !repair.Needed() {
		return err
	}
	if o.kind == fleet.Preview {
		o.describe(repair, "up would ")
		for _, d := range repair.Unsafe {
			o.note(fmt.Sprintf("up would refuse: %s: %s", d.Found, d.Reason))
		}
		return nil
	}
	if len(repair.Unsafe) > 0 {
		return o.undecided(repair.Unsafe)
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

// diagnose asks the cloud, where it can be asked.
func (o *operation) diagnose(ctx context.Context, state *checkpoint.Checkpoint) (checkpoint.Repair, error) {
	if o.Inventory == nil {
		if state == nil {
			return checkpoint.Repair{}, nil
		}
		return state.Undecided(), nil
	}
	cloud, err := o.Inventory(ctx, o.target)
	if err != nil {
		return checkpoint.Repair{}, fmt.Errorf("asking the cloud what it has of %s: %w", o.target, err)
	}
	if state == nil {
		state = &checkpoint.Checkpoint{}
	}
	return state.Diagnose(cloud), nil
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

// undecided refuses to go on and says for each thing what to do.
func (o *operation) undecided(doubts []checkpoint.Doubt) error {
	const shown = 20
	var b strings.Builder
	fmt.Fprintf(&b, "%d things need a decision before %s; nothing has been touched:", len(doubts), o.kind)
	for i, d := range doubts {
		if i == shown {
			fmt.Fprintf(&b, "\n  and %d more", len(doubts)-shown)
			break
		}
		fmt.Fprintf(&b, "\n  %s, urn %s: %s; %s", d.Found, d.Found.URN, d.Reason, o.remedy(d))
	}
	return fmt.Errorf("%s", b.String())
}

// remedy says how a person decides about a thing.
func (o *operation) remedy(d checkpoint.Doubt) string {
	dir := o.Layout.StackDir(o.target)
	if d.Found.ID == "" {
		return fmt.Sprintf("look it up in the cloud; if it exists, import it: pulumi import %s %s ID --stack %s -C %q; then, or if it does not exist, drop the operation: "+
			"pulumi refresh --clear-pending-creates --stack %s -C %q",
			d.Found.Type, checkpoint.Name(d.Found.URN), o.target.Name, dir, o.target.Name, dir)
	}
	if o.Offline {
		return "delete it (cellctl sim rm " + d.Found.ID + "), or restore the state that records it"
	}
	return fmt.Sprintf("delete it in the cloud, or import it: pulumi import %s %s %s --stack %s -C %q",
		d.Found.Type, checkpoint.Name(d.Found.URN), d.Found.ID, o.target.Name, dir)
}

// importState replaces the state through the command line, which checks its
// integrity and keeps a backup.
func (o *operation) importState(ctx context.Context, deployment []byte) error {
	file := filepath.Join(o.Layout.StackDir(o.target), fmt.Sprintf("repair-%d.json", os.Getpid()))
	// A deployment holds what the cloud knows of a client, so nobody else may read it.
	if err := os.WriteFile(file, deployment, 0o600); err != nil {
		return fmt.Errorf("repairing the state of %s: %w", o.target, err)
	}
	defer os.Remove(file) // a leftover harms nothing and is overwritten by the next repair
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
