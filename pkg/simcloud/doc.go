// Package simcloud is the simulated cloud: the aws, vault, datadog and okta providers that the real Pulumi engine talks
// to over gRPC, in front of one persistent store that any number of stacks and processes share.
//
// It checks what the real providers and their APIs check (property schema, references, uniqueness, address
// arithmetic, quotas, what blocks a delete) and answers with ids, ARNs and computed outputs of the real shape. What
// it does not simulate it refuses by name; README.md in this folder says what that is.
//
// It runs no workload, needs no network and links no provider SDK.
package simcloud

//go:generate go run ./schemagen -dir internal/schema
//go:generate go run ./simdoc -out ../../docs/simulated-cloud.md
