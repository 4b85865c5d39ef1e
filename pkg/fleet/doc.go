// Package fleet decides what a command does to many stacks and drives it: it
// derives the graph of stacks from the configuration, selects targets, adds the
// prerequisites that are not up yet, runs the plan in dependency order with
// bounded parallelism and reports the result of every stack.
//
// It reaches the deployment engine through one narrow seam, [Engine], links no
// Pulumi package and no program, and reads no environment. Sub-packages hold
// what is behind that seam: layout (where files live), checkpoint (state files),
// lock (who works on a stack), autoengine (the Pulumi Automation API) and
// progress (what a person sees).
package fleet
