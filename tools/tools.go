//go:build tools

// Package tools pins the programs that the project builds from source: the
// Pulumi CLI, the Go language host and the linter. It is never compiled.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
