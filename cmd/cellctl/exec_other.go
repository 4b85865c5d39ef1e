//go:build !unix

package main

import (
	"errors"
	"os"
	"os/exec"
)

// replaceProcess runs another program on this one's terminal and returns its exit
// code.
func replaceProcess(path string, args, environ []string) (int, error) {
	cmd := exec.Command(path, args[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = environ, os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}
