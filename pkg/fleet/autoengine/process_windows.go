package autoengine

import (
	"os"
	"os/exec"
	"syscall"
)

// detach gives the process a group of its own.
func detach(process *exec.Cmd) (release func()) {
	process.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
	return func() {}
}

// interrupt cannot reach a process of another group here without a console.
func interrupt(p *os.Process) error { return p.Kill() }
