// Package autoengine performs operations on stacks through the Pulumi Automation
// API with inline programs: the real engine, the real state, no language host.
//
// It starts as few command line processes as it can, because each costs a third
// of a second: what the file backend's folder can answer is answered from there,
// so that an operation on a stack that exists is one process. Around the
// operation it makes sure that nobody else works on the stack, that the state is
// sound, and that what an interrupted run has left behind is repaired.
//
// It reads no environment variable by itself: everything comes with [Config].
package autoengine
