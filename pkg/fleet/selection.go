package fleet

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"cellworks/pkg/naming"
	"cellworks/pkg/spelling"
)

// UnknownTargetError reports a target that names no stack.
type UnknownTargetError struct {
	// Target is what was asked for.
	Target string
	// Known are the targets that there are: clients for a bare name, stacks of the
	// same project for project/name, otherwise all stacks.
	Known []string
	// Nearest is the known target that Target is most likely a misspelling of, or empty.
	Nearest string
}

// Error names the nearest target and the known ones.
func (e *UnknownTargetError) Error() string {
	hint := ""
	if e.Nearest != "" {
		hint = fmt.Sprintf("did you mean %q? ", e.Nearest)
	}
	const shown = 40
	known := strings.Join(e.Known[:min(len(e.Known), shown)], ", ")
	if more := len(e.Known) - shown; more > 0 {
		known += fmt.Sprintf(" and %d more", more)
	}
	kind := "client"
	if strings.Contains(e.Target, "/") {
		kind = "stack"
	}
	if known == "" {
		known = "none"
	}
	return fmt.Sprintf("unknown %s %q (%sknown: %s)", kind, e.Target, hint, known)
}

// Select returns the stacks that targets name, in dependency order and each
// once. A target is project/stack, a bare client name, or either with the
// wildcards of path.Match (cell/*, base/prod-*, a*). It fails with one
// UnknownTargetError for each target that names nothing, joined.
func (g *Graph) Select(targets []string) ([]Stack, error) {
	chosen := map[Stack]bool{}
	var errs []error
	for _, target := range targets {
		matches, err := g.match(target)
		if err != nil {
			errs = append(errs, err)
		}
		for _, s := range matches {
			chosen[s] = true
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	var stacks []Stack
	for _, s := range g.order {
		if chosen[s] {
			stacks = append(stacks, s)
		}
	}
	return stacks, nil
}

// match returns the stacks that one target names.
func (g *Graph) match(target string) ([]Stack, error) {
	pattern := target
	if !strings.Contains(target, "/") {
		pattern = naming.ProjectCell + "/" + target
	}
	var found []Stack
	for _, s := range g.order {
		ok, err := path.Match(pattern, s.String())
		if err != nil {
			return nil, fmt.Errorf("target %q: %w, see the wildcards of cell/*", target, err)
		}
		if ok {
			found = append(found, s)
		}
	}
	if len(found) == 0 {
		return nil, g.unknown(target)
	}
	return found, nil
}

func (g *Graph) unknown(target string) error {
	project, _, full := strings.Cut(target, "/")
	var known []string
	for _, s := range g.order {
		switch {
		case !full && s.Project == naming.ProjectCell:
			known = append(known, s.Name)
		case full && s.Project == project:
			known = append(known, s.String())
		}
	}
	if full && len(known) == 0 {
		for _, s := range g.order {
			known = append(known, s.String())
		}
	}
	slices.Sort(known)
	return &UnknownTargetError{Target: target, Known: known, Nearest: spelling.Nearest(target, known)}
}
