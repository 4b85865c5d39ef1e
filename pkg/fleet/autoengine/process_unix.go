//go:build unix && !linux

package autoengine

import (
	"os"
	"os/exec"
	"syscall"
)

// detach gives the process a group of its own.
func detach(process *exec.Cmd) (release func()) {
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return func() {}
}

func interrupt(p *os.Process) error { return p.Signal(os.Interrupt) }
