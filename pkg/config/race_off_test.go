//go:build !race

package config_test

// slowdown is how many times longer code takes than in a program.
const slowdown = 1
