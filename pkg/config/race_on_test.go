//go:build race

package config_test

// slowdown is how many times longer code takes under the race detector, with room.
const slowdown = 15
