package autoengine

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/checkpoint"
	"cellworks/pkg/fleet/stateful"
)

// typeAWS is the type of providers of AWS.
const typeAWS = "pulumi:providers:aws"

// forecast collects what the steps of a preview would lose. A replacement consists
// of several steps; what was left to be deleted by an earlier one has only its last.
type forecast struct {
	losses   []fleet.Loss
	replaced map[string]bool
}

// see takes the step of one resource.
func (f *forecast) see(m apitype.StepEventMetadata) {
	old := m.Old
	if old == nil || old.External {
		return // nothing of ours would go
	}
	loss := fleet.Loss{URN: m.URN, Type: m.Type, ID: old.ID, Holds: stateful.Holds(m.URN), Retained: old.RetainOnDelete}
	if moved := moves(m); len(moved) > 0 {
		loss.Action, loss.Properties, loss.Holds = fleet.LossMove, moved, "all that it has made where it points to now"
		f.losses = append(f.losses, loss)
		return
	}
	switch m.Op {
	case apitype.OpDelete, apitype.OpDeleteReplaced:
		loss.Action, loss.Protected = fleet.LossDelete, old.Protect && m.Op == apitype.OpDelete
	case apitype.OpReplace, apitype.OpImportReplacement:
		loss.Action, loss.Properties = fleet.LossReplace, reasons(m)
		// The engine lets an up take protection away and replace at once.
		loss.Protected = old.Protect && (m.New == nil || m.New.Protect)
		if f.replaced == nil {
			f.replaced = map[string]bool{}
		}
		f.replaced[m.URN] = true
	default:
		return // nothing goes, or another step of the same replacement tells
	}
	if loss.Holds != "" || loss.Protected {
		f.losses = append(f.losses, loss)
	}
}

// moves returns the inputs by which a provider of AWS would be pointed to another account
// or region. The engine asks it for the same resources there, as if it were nothing: a
// new account replaces no provider.
func moves(m apitype.StepEventMetadata) []string {
	if m.Type != typeAWS || m.New == nil || m.Op == apitype.OpSame {
		return nil
	}
	var moved []string
	for _, input := range []string{"allowedAccountIds", "region"} {
		was, is := m.Old.Inputs[input], m.New.Inputs[input]
		if was != nil && !reflect.DeepEqual(was, is) {
			moved = append(moved, input)
		}
	}
	return moved
}

// all returns one loss for each resource, in the order of their steps.
func (f *forecast) all() []fleet.Loss {
	var losses []fleet.Loss
	for _, l := range f.losses {
		part := l.Action == fleet.LossDelete && f.replaced[l.URN]
		if !part && !slices.ContainsFunc(losses, func(other fleet.Loss) bool { return other.URN == l.URN && other.ID == l.ID }) {
			losses = append(losses, l)
		}
	}
	return losses
}

// reasons returns the properties that force a replacement, by path where the
// provider has told them.
func reasons(m apitype.StepEventMetadata) []string {
	var paths []string
	for path, diff := range m.DetailedDiff {
		if strings.HasSuffix(string(diff.Kind), "-replace") {
			paths = append(paths, path)
		}
	}
	if len(paths) == 0 {
		paths = slices.Clone(m.Keys)
	}
	slices.Sort(paths)
	return paths
}

// refusal returns why the operation must not go on, or nil.
func (o *operation) refusal(f forecast) *fleet.LossError {
	if refused := fleet.Unpermitted(f.all(), o.AllowDataLoss); len(refused) > 0 {
		return &fleet.LossError{Operation: o.kind, Stack: o.target, Losses: refused}
	}
	return nil
}

// withRest adds to a refusal what else has made the operation fail. What the engine
// says of protected resources the refusal has said already.
func withRest(refused *fleet.LossError, err error, reported []string) error {
	if err == nil {
		return refused
	}
	rest := slices.DeleteFunc(slices.Clone(reported), func(text string) bool {
		return strings.Contains(text, "because it is protected") || strings.Contains(text, "marked for protection")
	})
	if len(rest) == 0 {
		return refused
	}
	return errors.Join(refused, failure(err, rest))
}

// losable reports whether an up could lose anything: whether there is something
// protected or stateful in the state, or a provider that could be led away from it, or, where nobody knows the state, always.
func (o *operation) losable(state *checkpoint.Checkpoint, repair checkpoint.Repair) bool {
	if o.fresh {
		return false
	}
	return state == nil || repair.Needed() || slices.ContainsFunc(state.Resources, func(r checkpoint.Resource) bool {
		return r.Protect || r.Type == typeAWS || stateful.Holds(r.URN) != ""
	})
}
