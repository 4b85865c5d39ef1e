// Package pulumitest runs Pulumi programs without an engine, records what they
// register, holds the house rules over it and compares it with goldens. It is
// for tests only and says nothing of how a cloud would react.
package pulumitest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

const (
	stackType          = "pulumi:pulumi:Stack"
	stackReferenceType = "pulumi:pulumi:StackReference"
	providerPrefix     = "pulumi:providers:"
)

// Resource is one registration.
type Resource struct {
	// URN is what the engine would call the resource: the types of its ancestors,
	// its own type and its name.
	URN string
	// Type is the type token, Name the logical name.
	Type, Name string
	// Parent is the parent's URN; the stack's for a resource without one.
	Parent string
	// Custom reports whether a provider manages the resource; false for a
	// component.
	Custom bool
	// Provider is the reference of the provider that was given; empty for the
	// default provider.
	Provider string
	// ID is what the cloud knows it by; empty for a component.
	ID string
	// Inputs are the resource's inputs, and Dependencies the URNs of what comes first.
	Inputs       resource.PropertyMap
	Dependencies []string
	// Protect, IgnoreChanges and Aliases are options of the registration. An alias is the
	// former URN, name or parent's URN.
	Protect       bool
	IgnoreChanges []string
	Aliases       []string
}

// Recording is what a program registered.
type Recording struct {
	// Resources are sorted by URN and, within one URN, by order of registration.
	Resources []Resource
}

// Stacks are the outputs of the stacks that a program may reference, by
// <project>/<stack>.
type Stacks map[string]map[string]any

// Target is the stack that a program is run as.
type Target struct {
	// Project and Stack name the stack.
	Project, Stack string
	// References are the stacks that the program may read.
	References Stacks
}

// Run runs program as target and returns what it registered. It fails the test
// when the program fails and when the recording breaks a house rule.
func Run(t testing.TB, target Target, program pulumi.RunFunc) *Recording {
	t.Helper()
	recording, err := Record(target, program)
	if err != nil {
		t.Fatalf("program %s/%s: %v", target.Project, target.Stack, err)
	}
	for _, violation := range recording.Violations() {
		t.Error(violation)
	}
	return recording
}

// Record runs program as target and returns what it registered, without judging
// it. It fails when the program does.
func Record(target Target, program pulumi.RunFunc) (*Recording, error) {
	m := &monitor{target: target}
	if err := pulumi.RunErr(program, pulumi.WithMocksWithOrganization("organization", target.Project, target.Stack, m)); err != nil {
		return nil, err
	}
	slices.SortStableFunc(m.resources, func(a, b Resource) int { return cmp.Compare(a.URN, b.URN) })
	return &Recording{Resources: m.resources}, nil
}

// OfType returns the resources of a type, sorted by URN.
func (r *Recording) OfType(token string) []Resource {
	var found []Resource
	for _, res := range r.Resources {
		if res.Type == token {
			found = append(found, res)
		}
	}
	return found
}

// Strings returns a string input of every resource of a type, sorted by URN; a
// resource without it gives "".
func (r *Recording) Strings(token, property string) []string {
	var values []string
	for _, res := range r.OfType(token) {
		value := ""
		if v, ok := res.Inputs[resource.PropertyKey(property)]; ok && unsecret(v).IsString() {
			value = unsecret(v).StringValue()
		}
		values = append(values, value)
	}
	return values
}

// monitor records registrations and answers them as a cloud might.
type monitor struct {
	target    Target
	mu        sync.Mutex
	resources []Resource
}

func (m *monitor) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	if args.TypeToken == stackReferenceType {
		return m.reference(args)
	}
	id, outputs := respond(args.TypeToken, args.Name, args.Inputs)
	if rpc := args.RegisterRPC; rpc != nil && args.TypeToken != stackType {
		recorded := m.recorded(args, rpc)
		if args.Custom {
			recorded.ID = id
		}
		m.mu.Lock()
		m.resources = append(m.resources, recorded)
		m.mu.Unlock()
	}
	return id, outputs, nil
}

func (m *monitor) recorded(args pulumi.MockResourceArgs, rpc *pulumirpc.RegisterResourceRequest) Resource {
	aliases := slices.Clone(rpc.GetAliasURNs())
	for _, alias := range rpc.GetAliases() {
		aliases = append(aliases, cmp.Or(alias.GetUrn(), alias.GetSpec().GetName(), alias.GetSpec().GetParentUrn()))
	}
	return Resource{
		URN:           m.urn(rpc.GetParent(), args.TypeToken, args.Name),
		Type:          args.TypeToken,
		Name:          args.Name,
		Parent:        rpc.GetParent(),
		Custom:        args.Custom,
		Provider:      args.Provider,
		Inputs:        args.Inputs,
		Dependencies:  rpc.GetDependencies(),
		Protect:       rpc.GetProtect(),
		IgnoreChanges: rpc.GetIgnoreChanges(),
		Aliases:       aliases,
	}
}

// urn composes the URN that the engine would give. The parent's URN holds the
// types of its ancestors, not their names, so two instances of one component
// collide where their children's names do not differ.
func (m *monitor) urn(parent, token, name string) string {
	chain := token
	if p := resource.URN(parent); parent != "" && p.Type() != stackType {
		chain = string(p.QualifiedType()) + "$" + token
	}
	return strings.Join([]string{"urn:pulumi:" + m.target.Stack, m.target.Project, chain, name}, "::")
}

// reference answers the read of a stack reference; an unknown stack has no
// outputs, as with the real engine's missing ones.
func (m *monitor) reference(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	name := args.Inputs["name"].StringValue()
	outputs := m.target.References[strings.TrimPrefix(name, "organization/")]
	if outputs == nil {
		outputs = map[string]any{}
	}
	return name, resource.PropertyMap{
		"name":              resource.NewProperty(name),
		"outputs":           resource.NewPropertyValue(outputs),
		"secretOutputNames": resource.NewProperty([]resource.PropertyValue{}),
	}, nil
}

// Call answers the functions that answer knows and refuses others: what a program calls
// must be answered on purpose.
func (m *monitor) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	if result, ok := answer(args.Token, args.Args); ok {
		return result, nil
	}
	return nil, &unknownFunctionError{token: args.Token}
}

type unknownFunctionError struct{ token string }

func (e *unknownFunctionError) Error() string {
	return "the recorder does not answer function " + e.token + ": add it to package pulumitest"
}

func unsecret(v resource.PropertyValue) resource.PropertyValue {
	for v.IsSecret() {
		v = v.SecretValue().Element
	}
	return v
}

// Words returns the runs of letters and digits in the resource's name and
// inputs, in no order, so that a test can tell whether it names something.
func (r Resource) Words() []string {
	return strings.FieldsFunc(r.Name+" "+fmt.Sprint(plain(resource.NewProperty(r.Inputs))), func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c)
	})
}
