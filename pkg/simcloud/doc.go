// Package simcloud is the simulated cloud: an aws provider that the real Pulumi engine talks to over gRPC, in front of
// one persistent store that any number of stacks and processes share.
//
// It checks what the real provider and the AWS API check (property schema, references, uniqueness, address
// arithmetic, quotas, what blocks a delete) and answers with ids, ARNs and computed outputs of the real shape. What
// it does not simulate it refuses by name; README.md in this folder says what that is.
//
// It runs no workload, needs no network and links no provider SDK.
package simcloud

//go:generate go run ./schemagen -dir internal/schema
//go:generate go run ./simdoc -out ../../docs/simulated-cloud.md
