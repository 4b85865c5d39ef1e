// Package contract types what one project publishes as stack outputs and
// another project reads. References only point down: cell, utility, base.
// It holds no secrets: a value that must stay secret is read where it is made.
package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// organization is the only organization name that Pulumi's self-managed
// backends know; it is part of a stack reference's name.
const organization = "organization"

// MissingError says that a stack that is read does not publish what is needed.
type MissingError struct {
	// Project and Stack name the stack that was read.
	Project, Stack string
	// Keys are the missing outputs, in the order of the contract.
	Keys []string
}

func (e *MissingError) Error() string {
	quoted := make([]string, len(e.Keys))
	for i, k := range e.Keys {
		quoted[i] = fmt.Sprintf("%q", k)
	}
	return fmt.Sprintf("stack %s/%s does not publish %s: bring it up first (cellctl up %s/%s)",
		e.Project, e.Stack, strings.Join(quoted, ", "), e.Project, e.Stack)
}

// outputs is the part of a stack reference that read needs.
type outputs interface {
	GetOutputDetails(name string) (*pulumi.StackReferenceOutputDetails, error)
}

// read fills a T from the outputs of stack project/stack. Every field of T,
// also of embedded structs, must carry a json tag, which names its output. It reports all missing outputs at
// once, as a MissingError, and an output of the wrong shape by stack and key.
func read[T any](ref outputs, project, stack string) (T, error) {
	var result T
	value := reflect.ValueOf(&result).Elem()
	missing := &MissingError{Project: project, Stack: stack}
	var errs []error
	for _, field := range reflect.VisibleFields(value.Type()) {
		key := field.Tag.Get("json")
		if field.Anonymous {
			continue
		}
		details, err := ref.GetOutputDetails(key)
		if err != nil {
			return result, fmt.Errorf("stack %s/%s: reading output %q: %w", project, stack, key, err)
		}
		if details.Value == nil {
			if details.SecretValue != nil {
				errs = append(errs, fmt.Errorf("stack %s/%s: output %q is secret, want a plain value", project, stack, key))
				continue
			}
			missing.Keys = append(missing.Keys, key)
			continue
		}
		if err := decode(details.Value, value.FieldByIndex(field.Index).Addr().Interface()); err != nil {
			errs = append(errs, fmt.Errorf("stack %s/%s: output %q: %w", project, stack, key, err))
		}
	}
	if len(missing.Keys) > 0 {
		errs = append(errs, missing)
	}
	return result, errors.Join(errs...)
}

// decode converts a plain output value to the type that target points to.
func decode(value, target any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, target)
}

// reference registers the reference to stack project/stack.
func reference(ctx *pulumi.Context, project, stack string) (*pulumi.StackReference, error) {
	name := strings.Join([]string{organization, project, stack}, "/")
	ref, err := pulumi.NewStackReference(ctx, name, nil)
	if err != nil {
		return nil, fmt.Errorf("stack %s/%s: referencing: %w", project, stack, err)
	}
	return ref, nil
}

// export publishes every field of outputs, a struct whose fields are Pulumi
// inputs that carry json tags, or embedded structs of such.
func export(ctx *pulumi.Context, outputs any) {
	value := reflect.ValueOf(outputs)
	for _, field := range reflect.VisibleFields(value.Type()) {
		if !field.Anonymous {
			ctx.Export(field.Tag.Get("json"), value.FieldByIndex(field.Index).Interface().(pulumi.Input))
		}
	}
}
