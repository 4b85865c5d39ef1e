package checkpoint

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Found is a thing that the cloud has and that carries the URN of the resource
// that made it.
type Found struct {
	// Type is the resource's type token.
	Type string
	// ID is the provider's id.
	ID string
	// URN is the resource that the thing was created as.
	URN string
	// Account and Region are where it is; Region is empty for what an account has once.
	Account, Region string
	// Inputs are the properties that it was created with.
	Inputs map[string]any
}

// String names the thing for people.
func (f Found) String() string { return fmt.Sprintf("%s %s (%s)", f.Type, f.ID, Name(f.URN)) }

// Name returns the readable end of a URN.
func Name(urn string) string {
	if i := strings.LastIndex(urn, "::"); i >= 0 {
		return urn[i+2:]
	}
	return urn
}

// Repair is what has to be done to a state so that it agrees with the cloud about
// what exists.
type Repair struct {
	// Adopt are things to record as resources.
	Adopt []Adoption
	// Discard are things to record as resources that the next update deletes: they were
	// made by a replacement that was interrupted and will be made again.
	Discard []Adoption
	// Clear are interrupted creations that created nothing.
	Clear []Resource
	// Unsafe are things that exist and cannot be recorded without a person's decision.
	Unsafe []Doubt
}

// Adoption is a thing of the cloud and the resource that records it.
type Adoption struct {
	Found    Found
	resource map[string]any
}

// Doubt is a thing of the cloud, or an interrupted creation, that nobody but a
// person can decide about.
type Doubt struct {
	// Found is the thing; its ID is empty for a creation that may have made something.
	Found Found
	// Reason says why it cannot be recorded.
	Reason string
}

// Needed reports whether there is anything to repair.
func (r Repair) Needed() bool {
	return len(r.Adopt)+len(r.Discard)+len(r.Clear)+len(r.Unsafe) > 0
}

// Diagnose compares the state with what the cloud has of the same stack.
//
// A creation that was interrupted and of which the cloud has exactly one thing is
// adopted with what the state knows of it; one of which the cloud has nothing is
// cleared. A thing that the state knows nothing of is adopted when its resource
// is not recorded, its provider is the only one in the state that it can belong
// to, and the component that it was made in is recorded.
func (c *Checkpoint) Diagnose(cloud []Found) Repair {
	d := &diagnosis{Checkpoint: c, recorded: map[string]bool{}, live: map[string]bool{}, pending: map[string]int{}}
	for _, r := range c.Resources {
		d.recorded[r.Type+" "+r.ID] = true
		d.recorded[r.Type+" "+r.ID+" "+r.URN] = true
		if !r.Delete {
			d.live[r.URN] = true
		}
	}
	for i, p := range c.Pending {
		if p.Creating() {
			d.pending[p.Resource.URN] = i
		}
	}
	found := map[string][]Found{}
	for _, f := range cloud {
		if !d.holds(f) {
			found[f.URN] = append(found[f.URN], f)
		}
	}
	urns := make([]string, 0, len(found))
	for urn := range found {
		urns = append(urns, urn)
	}
	slices.Sort(urns)
	for _, urn := range urns {
		d.judge(urn, found[urn])
	}
	for _, p := range c.Pending {
		if p.Creating() && len(found[p.Resource.URN]) == 0 {
			d.repair.Clear = append(d.repair.Clear, p.Resource)
		}
	}
	return d.repair
}

// Undecided treats every interrupted creation of a thing of the cloud as a doubt,
// for clouds that cannot be asked what they have. Components and providers exist
// in the state only.
func (c *Checkpoint) Undecided() Repair {
	var r Repair
	for _, p := range c.Pending {
		switch {
		case !p.Creating():
		case !p.Resource.Custom || strings.HasPrefix(p.Resource.Type, "pulumi:"):
			r.Clear = append(r.Clear, p.Resource)
		default:
			r.Unsafe = append(r.Unsafe, Doubt{
				Found:  Found{Type: p.Resource.Type, URN: p.Resource.URN},
				Reason: "its creation was interrupted and it may or may not exist",
			})
		}
	}
	return r
}

// diagnosis is one run of Diagnose.
type diagnosis struct {
	*Checkpoint
	// recorded holds "type id", and "type id urn".
	recorded map[string]bool
	live     map[string]bool
	pending  map[string]int
	repair   Repair
}

// holds reports whether the state has recorded a thing. The id alone does not tell
// for a thing that is being created: the two ends of a connection, for one, have
// options of the same type and id.
func (d *diagnosis) holds(f Found) bool {
	if _, pending := d.pending[f.URN]; pending {
		return d.recorded[f.Type+" "+f.ID+" "+f.URN]
	}
	return d.recorded[f.Type+" "+f.ID]
}

func (d *diagnosis) judge(urn string, found []Found) {
	if len(found) > 1 {
		for _, f := range found {
			d.doubt(f, fmt.Sprintf("%d things were created as this resource", len(found)))
		}
		return
	}
	f := found[0]
	i, pending := d.pending[urn]
	switch {
	case pending:
		var whole []struct {
			Resource map[string]any `json:"resource"`
		}
		if err := json.Unmarshal(d.latest["pending_operations"], &whole); err != nil {
			d.doubt(f, err.Error())
			return
		}
		resource := whole[i].Resource
		resource["id"] = f.ID
		if d.live[urn] {
			resource["delete"] = true
			d.repair.Discard = append(d.repair.Discard, Adoption{f, resource})
			return
		}
		d.repair.Adopt = append(d.repair.Adopt, Adoption{f, resource})
	case d.live[urn]:
		d.doubt(f, "the state already holds this resource with another id")
	default:
		d.orphan(f)
	}
}

func (d *diagnosis) doubt(f Found, reason string) {
	d.repair.Unsafe = append(d.repair.Unsafe, Doubt{f, reason})
}

// orphan decides about a thing of which the state knows nothing.
func (d *diagnosis) orphan(f Found) {
	provider, reason := d.provider(f)
	if reason != "" {
		d.doubt(f, reason)
		return
	}
	parent, ok := d.parent(f.URN)
	if !ok {
		d.doubt(f, "the component that it was made in is not in the state")
		return
	}
	d.repair.Adopt = append(d.repair.Adopt, Adoption{f, map[string]any{
		"urn":      f.URN,
		"custom":   true,
		"id":       f.ID,
		"type":     f.Type,
		"inputs":   f.Inputs,
		"outputs":  map[string]any{},
		"parent":   parent,
		"provider": provider,
	}})
}

// provider returns the reference (urn::id) of the provider that manages f.
func (d *diagnosis) provider(f Found) (string, string) {
	pkg, _, _ := strings.Cut(f.Type, ":")
	var candidates []Resource
	for _, r := range d.Resources {
		if r.Type == typeProvider+pkg && !r.Delete && belongs(r, f) {
			candidates = append(candidates, r)
		}
	}
	switch len(candidates) {
	case 0:
		return "", fmt.Sprintf("the state has no %s provider for account %s and region %s", pkg, f.Account, f.Region)
	case 1:
		return candidates[0].URN + "::" + candidates[0].ID, ""
	default:
		return "", fmt.Sprintf("%d %s providers of the state could manage it", len(candidates), pkg)
	}
}

// belongs reports whether nothing in a provider's configuration speaks against
// its managing f.
func belongs(provider Resource, f Found) bool {
	if region, ok := provider.Inputs["region"].(string); ok && f.Region != "" && region != f.Region {
		return false
	}
	var accounts []string
	switch v := provider.Inputs["allowedAccountIds"].(type) {
	case string: // providers take their configuration as JSON text
		if json.Unmarshal([]byte(v), &accounts) != nil {
			return true
		}
	case []any:
		for _, item := range v {
			if s, ok := item.(string); ok {
				accounts = append(accounts, s)
			}
		}
	}
	return len(accounts) == 0 || f.Account == "" || slices.Contains(accounts, f.Account)
}

// parent returns a recorded resource that f can hang below. A URN holds the types
// of its ancestors but not their names; any resource with those types will do,
// because the next update records the true parent.
func (d *diagnosis) parent(urn string) (string, bool) {
	parts := strings.Split(urn, "::")
	if len(parts) < 4 {
		return "", false
	}
	chain, own := parts[2], strings.LastIndex(parts[2], "$")
	if own < 0 {
		for _, r := range d.Resources {
			if r.Type == typeStack {
				return r.URN, true
			}
		}
		return "", false
	}
	for _, r := range d.Resources {
		candidate := strings.Split(r.URN, "::")
		if len(candidate) >= 4 && candidate[2] == chain[:own] && !r.Delete {
			return r.URN, true
		}
	}
	return "", false
}

// Apply returns the deployment with the repair made, in the form that
// `pulumi stack import` takes. Interrupted operations are not in it: the
// interrupted creations are decided by the repair, and others are simply done
// again by the next update. It fails when the repair holds doubts.
func (c *Checkpoint) Apply(r Repair) ([]byte, error) {
	if len(r.Unsafe) > 0 {
		return nil, fmt.Errorf("%d things cannot be recorded without a decision", len(r.Unsafe))
	}
	var resources []json.RawMessage
	if raw, ok := c.latest["resources"]; ok {
		if err := json.Unmarshal(raw, &resources); err != nil {
			return nil, fmt.Errorf("resources: %w", err)
		}
	}
	for _, a := range slices.Concat(r.Adopt, r.Discard) {
		raw, err := json.Marshal(a.resource)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.Found, err)
		}
		resources = append(resources, raw)
	}
	deployment := make(map[string]any, len(c.latest))
	for key, value := range c.latest {
		deployment[key] = value
	}
	delete(deployment, "pending_operations")
	deployment["resources"] = resources
	file := map[string]any{"version": c.version, "deployment": deployment}
	if len(c.features) > 0 {
		file["features"] = c.features
	}
	return json.Marshal(file)
}
