package config

import (
	"fmt"
	"slices"
	"strconv"
)

// checker reports what is wrong with values that have the right form, at the
// place of the value that is to blame.
type checker struct {
	out    *collector
	root   *node
	failed map[string]bool // paths that are reported already
}

// bad reports whether one of the values is reported already, so that a check on
// top of it would only repeat the problem.
func (c *checker) bad(paths ...string) bool {
	return slices.ContainsFunc(paths, func(p string) bool { return c.failed[p] })
}

// problem reports a problem with the value at a path. A value that no file sets is
// reported where the nearest map around it is.
func (c *checker) problem(path, message, suggestion string) {
	n, _ := c.root.find(path)
	c.out.add(n.src, int(n.line), int(n.column), path, message, suggestion)
}

// where names the place of the value at a path.
func (c *checker) where(path string) string {
	n, _ := c.root.find(path)
	return n.where()
}

func (n *node) where() string { return fmt.Sprintf("%s:%d:%d", n.src.file, n.line, n.column) }

// itemPath is the path of a named list's item.
func itemPath(list, name string, index int) string {
	if name == "" {
		name = strconv.Itoa(index)
	}
	return list + "[" + name + "]"
}

// names returns the names of things.
func names[T any](things []T, name func(T) string) []string {
	out := make([]string, len(things))
	for i, x := range things {
		out[i] = name(x)
	}
	return out
}

func accountNames(o Organization) []string {
	return names(o.Accounts, func(a Account) string { return a.Name })
}

func regionNames(a Account) []string {
	return names(a.Regions, func(r Region) string { return r.Name })
}

func ringNames(o Organization) []string {
	return names(o.Rings, func(r Ring) string { return r.Name })
}
