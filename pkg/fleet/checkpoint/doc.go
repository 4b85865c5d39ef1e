// Package checkpoint reads the state files, lock files and backups of Pulumi's
// self-managed file backend without starting a process: what a stack holds, its
// outputs, whether its file is sound, who locks it. It prepares repairs as a
// deployment to be imported. The only state that it writes itself is the empty one
// of a new stack.
//
// The format is that of the backend's version 1 layout: stacks/<project>/<stack>.json
// with a .bak beside it, backups/, history/ and locks/, all below .pulumi.
package checkpoint
