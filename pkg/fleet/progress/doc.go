// Package progress shows people what a plan is doing: a compact view that
// repaints itself on a terminal, plain lines elsewhere, and at the end a table of
// results and the outputs. It decides nothing and is fed by fleet's events.
package progress
