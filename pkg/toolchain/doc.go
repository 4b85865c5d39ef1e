// Package toolchain makes sure that the two programs that do the work are there:
// the Pulumi command line, of which one on PATH is used when it is new enough,
// and cellworks, which links the engine driver and the programs. What is missing
// or stale is built once from source into the work folder, with progress that a
// newcomer understands. It downloads nothing itself; the go command fetches
// modules.
package toolchain
