package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"

	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/checkpoint"
)

// remote asks a state backend that is not a folder through the Pulumi command line.
type remote struct {
	pulumi  string
	backend string
	environ []string
}

func (w *workspace) remote(ctx context.Context) (*remote, error) {
	pulumi, err := w.tools.Pulumi(ctx)
	if err != nil {
		return nil, err
	}
	return &remote{pulumi: pulumi.Path, backend: w.backend.URL, environ: w.environ}, nil
}

func (r *remote) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, r.pulumi, append([]string{"--non-interactive"}, args...)...)
	cmd.Env = append(append([]string{}, r.environ...), "PULUMI_BACKEND_URL="+r.backend, "PULUMI_SKIP_UPDATE_CHECK=true")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("asking the state backend %s: %w: %s", r.backend, err, bytes.TrimSpace(stderr.Bytes()))
	}
	return out, nil
}

// states lists all stacks of the backend. What they have read is not known, so
// the configuration alone says what needs what.
func (r *remote) states(ctx context.Context) (fleet.States, error) {
	out, err := r.run(ctx, "stack", "ls", "--all", "--json", "--fully-qualify-stack-names")
	if err != nil {
		return nil, err
	}
	return parseStackList(out)
}

func parseStackList(text []byte) (fleet.States, error) {
	var list []struct {
		Name          string `json:"name"`
		ResourceCount int    `json:"resourceCount"`
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("list of stacks: %w", err)
	}
	states := fleet.States{}
	for _, item := range list {
		parts := strings.Split(item.Name, "/")
		if len(parts) < 2 {
			continue // of a project without one; not ours
		}
		stack := fleet.Stack{Project: parts[len(parts)-2], Name: parts[len(parts)-1]}
		count := item.ResourceCount
		if count == 1 {
			count = 0 // the root alone
		}
		states[stack] = fleet.State{Resources: count, Ready: count > 0}
	}
	return states, nil
}

// protection adds to states what protects each of stacks. A folder of states has
// said it already.
func (w *workspace) protection(ctx context.Context, stacks []fleet.Stack, states fleet.States) error {
	if _, ok := w.store(); ok {
		return nil
	}
	remote, err := w.remote(ctx)
	if err != nil {
		return err
	}
	for _, stack := range stacks {
		state, ok := states[stack]
		if !ok || state.Resources == 0 {
			continue
		}
		out, err := remote.run(ctx, "stack", "export", "--stack", "organization/"+stack.String())
		if err != nil {
			return err
		}
		if state.Protected, err = parseProtected(out); err != nil {
			return fmt.Errorf("state of %s: %w", stack, err)
		}
		states[stack] = state
	}
	return nil
}

// parseProtected returns what is protected in an exported state.
func parseProtected(text []byte) ([]string, error) {
	var export struct {
		Deployment struct {
			Resources []checkpoint.Resource `json:"resources"`
		} `json:"deployment"`
	}
	if err := json.Unmarshal(text, &export); err != nil {
		return nil, err
	}
	state := (&checkpoint.Checkpoint{Resources: export.Deployment.Resources}).State()
	return state.Protected, nil
}

// outputs returns the outputs of a stack, secrets masked.
func (r *remote) outputs(ctx context.Context, stack fleet.Stack) (map[string]any, error) {
	out, err := r.run(ctx, "stack", "output", "--json", "--stack", "organization/"+stack.String())
	if err != nil {
		return nil, err
	}
	var outputs map[string]any
	if err := json.Unmarshal(out, &outputs); err != nil {
		return nil, fmt.Errorf("outputs of %s: %w", stack, err)
	}
	return outputs, nil
}
