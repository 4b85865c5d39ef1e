package fleet

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"cellworks/pkg/naming"
)

// stackName is what Pulumi accepts as a stack name, see
// https://www.pulumi.com/docs/iac/concepts/stacks/.
var stackName = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$`)

// Stack names one Pulumi stack.
type Stack struct {
	// Project is the Pulumi project: base, utility or cell.
	Project string `json:"project"`
	// Name is the stack's name within the project.
	Name string `json:"stack"`
}

// String returns project/name, the form in which commands take a stack.
func (s Stack) String() string { return s.Project + "/" + s.Name }

// ParseStack parses project/name. It fails for any other form, and for a project
// or name that Pulumi would not accept.
func ParseStack(text string) (Stack, error) {
	project, name, ok := strings.Cut(text, "/")
	if !ok || !stackName.MatchString(project) || !stackName.MatchString(name) {
		return Stack{}, fmt.Errorf("%q is not a stack, want project/stack such as %s/acme", text, naming.ProjectCell)
	}
	return Stack{Project: project, Name: name}, nil
}

// StackOf returns the stack of the resource with a URN, and reports whether it is one.
func StackOf(urn string) (Stack, bool) {
	rest, ok := strings.CutPrefix(urn, "urn:pulumi:")
	parts := strings.SplitN(rest, "::", 4)
	if !ok || len(parts) < 4 {
		return Stack{}, false
	}
	return Stack{Project: parts[1], Name: parts[0]}, true
}

// compare orders stacks by level, then project, then name.
func (s Stack) compare(other Stack) int {
	return cmp.Or(
		cmp.Compare(level(s.Project), level(other.Project)),
		cmp.Compare(s.Project, other.Project),
		cmp.Compare(s.Name, other.Name),
	)
}

func level(project string) int {
	switch project {
	case naming.ProjectBase:
		return 0
	case naming.ProjectUtility:
		return 1
	case naming.ProjectCell:
		return 2
	default:
		return 3
	}
}
