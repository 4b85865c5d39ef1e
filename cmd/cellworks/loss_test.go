package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/fleet"
)

// refused performs an operation that has to be refused for one stack and to leave
// its state and the cloud as they are. It returns what would be lost.
func (w *field) refused(t *testing.T, op fleet.Operation, stack fleet.Stack) []fleet.Loss {
	t.Helper()
	resources := func() int {
		state, err := w.store().Read(stack)
		if err != nil {
			t.Fatal(err)
		}
		return len(state.Resources)
	}
	had, living := resources(), w.living(t, stack)
	report, code := w.run(t, op, stack.String())
	if len(report.Stacks) != 1 || report.Stacks[0].Result != fleet.Refused || code != fleet.ExitRefused || len(report.Stacks[0].Losses) == 0 {
		t.Fatalf("%s of %s: exit code %d, %+v, want it refused with what would be lost", op, stack, code, report.Stacks)
	}
	if got := w.living(t, stack); got != living || resources() != had {
		t.Errorf("%s of %s left %d of %d things in the cloud and %d of %d in the state", op, stack, got, living, resources(), had)
	}
	if op == fleet.Up && report.Changes().Any() {
		t.Errorf("%s of %s counts %+v, and nothing was touched", op, stack, report.Changes())
	}
	for _, l := range report.Stacks[0].Losses {
		if !strings.Contains(report.Stacks[0].Error, l.URN) || l.ID == "" || !strings.Contains(report.Stacks[0].Error, l.ID) {
			t.Errorf("%s: the error does not name %+v: %s", stack, l, report.Stacks[0].Error)
		}
	}
	return report.Stacks[0].Losses
}

// append adds lines to a file of the configuration.
func (w *field) append(t *testing.T, file, text string) {
	t.Helper()
	old, err := os.ReadFile(w.configs + "/" + file)
	if err != nil {
		t.Fatal(err)
	}
	w.reconfigure(t, map[string]string{file: string(old) + text})
}

func TestABucketGoesOnlyWhenItIsNamed(t *testing.T) {
	t.Parallel()
	w := newSmallField(t)
	w.must(t, fleet.Up, "acme")
	example := w.configs

	// The port of a service is that of its target group, which is replaced: it can be made again.
	w.append(t, "clients/acme/cell.yaml", "services: {items: [{name: api, port: 8081}]}\n")
	if got := w.must(t, fleet.Up, "acme"); got.Changes().Replace == 0 {
		t.Errorf("another port: %+v, want something replaced", got.Changes())
	}
	w.configs = example
	w.must(t, fleet.Up, "acme")

	// One bucket goes, and something that could be changed without harm.
	w.append(t, "clients/acme/cell.yaml", "kms: {rotationDays: 200}\nstorage: {buckets: [{name: inbound, remove: true}]}\nmessaging: {queues: [{name: ingest, buckets: null}]}\n")
	var named []string
	for _, op := range []fleet.Operation{fleet.Preview, fleet.Up} {
		losses := w.refused(t, op, acme)
		if len(losses) != 1 || losses[0].Action != fleet.LossDelete || losses[0].ID != "meridian-acme-us-east-1-inbound" || losses[0].Protected {
			t.Errorf("%s: losses = %+v, want the bucket", op, losses)
		}
		named = []string{losses[0].URN}
	}
	w.permitted = named
	if got := w.must(t, fleet.Up, "acme").Stacks[0]; got.Changes.Delete == 0 || got.Changes.Update == 0 || got.Processes != 1 {
		t.Errorf("up with the bucket named: %+v, want it deleted in one process", got)
	}
	if w.living(t, acme) != w.recorded(t, acme) {
		t.Errorf("the cloud has %d things, the state %d", w.living(t, acme), w.recorded(t, acme))
	}
	w.permitted = nil
	w.must(t, fleet.Preview, "acme")
}

// refusesWhatIsProtected takes the recorder out of a protected base stack that is
// up: its bucket is protected, and the recorder would be gone before the engine
// finds out.
func (w *field) refusesWhatIsProtected(t *testing.T) {
	t.Helper()
	example := w.configs
	w.append(t, "accounts/prod/us-east-1/base.yaml", "recorder: {enabled: false}\n")
	prod := fleet.Stack{Project: "base", Name: "prod-us-east-1"}
	for _, op := range []fleet.Operation{fleet.Preview, fleet.Up} {
		losses := w.refused(t, op, prod)
		bucket := slices.IndexFunc(losses, func(l fleet.Loss) bool { return l.Type == "aws:s3/bucketV2:BucketV2" })
		if bucket < 0 || !losses[bucket].Protected {
			t.Errorf("%s: losses = %+v, want the protected bucket", op, losses)
		}
		w.permitted = nil
		for _, l := range losses {
			w.permitted = append(w.permitted, l.URN) // which does not help
		}
	}
	w.configs, w.permitted = example, nil
}

// refusesANewKey changes what a key cannot change in the same up that takes its
// protection away, which the engine alone would let pass.
func (w *field) refusesANewKey(t *testing.T) {
	t.Helper()
	example := w.configs
	vault := fleet.Stack{Project: "utility", Name: "ops-us-east-1-vault"}
	w.append(t, "accounts/ops/utility.yaml", "deletionProtection: false\n")
	text, err := os.ReadFile(w.configs + "/accounts/ops/utility.yaml")
	if err != nil {
		t.Fatal(err)
	}
	w.reconfigure(t, map[string]string{"accounts/ops/utility.yaml": strings.Replace(string(text), "\nvault:\n", "\nvault:\n  seal: {multiRegion: false}\n", 1)})
	losses := w.refused(t, fleet.Preview, vault)
	if len(losses) != 1 || losses[0].Type != "aws:kms/key:Key" || losses[0].Action != fleet.LossReplace || !slices.Equal(losses[0].Properties, []string{"multiRegion"}) || losses[0].Protected {
		t.Errorf("losses = %+v, want the key of the seal for its property multiRegion", losses)
	}
	w.permitted = []string{losses[0].URN}
	report, code := w.run(t, fleet.Preview, vault.String())
	if code != fleet.ExitChanges || report.Changes().Replace == 0 {
		t.Errorf("preview with the key named: exit code %d, %+v", code, report.Stacks)
	}
	w.configs, w.permitted = example, nil
}
