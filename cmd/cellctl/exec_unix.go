//go:build unix

package main

import "syscall"

// replaceProcess continues as another program: same process, same terminal, same
// signals.
func replaceProcess(path string, args, environ []string) (int, error) {
	return 0, syscall.Exec(path, args, environ)
}
