// Package component holds the one way in which a Pulumi component of this
// project is registered. It knows nothing of any cloud.
package component

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// TokenPrefix is the package part of the type token of every component:
// cellworks:<go package>:<Type>. Tokens are part of a resource's URN, so they
// are API: a rename must carry an alias.
const TokenPrefix = "cellworks"

// Component is a Pulumi component with one list of outputs that serves
// registration, stack exports and tests.
type Component interface {
	pulumi.ComponentResource
	// Outputs returns what the component publishes, by output name.
	Outputs() pulumi.Map
}

// Register registers c under token and name with opts, runs build and records
// c's outputs. The only option that build is given is child, which makes a
// resource a child of c; opts belong to c alone and must not be passed on,
// because aliases, ignoreChanges and the like would leak into every child.
//
// It fails when the component cannot be registered, when build fails, or when
// the outputs cannot be recorded; each error names token and name, and the
// component returned with an error is the zero C. A failure of the cloud is not
// reported here: Pulumi reports it when the program ends.
func Register[C Component](
	ctx *pulumi.Context,
	token, name string,
	c C,
	opts []pulumi.ResourceOption,
	build func(child pulumi.ResourceOption) error,
) (C, error) {
	var zero C
	if err := ctx.RegisterComponentResource(token, name, c, opts...); err != nil {
		return zero, fmt.Errorf("%s %q: registering: %w", token, name, err)
	}
	if err := build(pulumi.Parent(c)); err != nil {
		return zero, fmt.Errorf("%s %q: %w", token, name, err)
	}
	if err := ctx.RegisterResourceOutputs(c, c.Outputs()); err != nil {
		return zero, fmt.Errorf("%s %q: registering outputs: %w", token, name, err)
	}
	return c, nil
}
