// Package archtest holds the architecture as tests: who may import whom, what
// must stay out of light packages, and the house rules of source files. It has
// no code of its own.
package archtest
