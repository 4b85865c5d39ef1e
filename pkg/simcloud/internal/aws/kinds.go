// Package aws simulates the services of AWS: one file per service or part of one, each a few functions per resource
// type on the shared core of package resource.
package aws

import "cellworks/pkg/simcloud/internal/resource"

// Kinds are the simulated resource types by token.
func Kinds() map[string]*resource.Kind { return nil }
