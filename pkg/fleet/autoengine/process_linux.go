package autoengine

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// detach gives the process a group of its own and has the system interrupt it
// when this process dies, so that a killed command leaves nothing behind that
// goes on changing the cloud. The parent in the system's sense is a thread, so
// the goroutine keeps its thread until release.
func detach(process *exec.Cmd) (release func()) {
	runtime.LockOSThread()
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
	return runtime.UnlockOSThread
}

func interrupt(p *os.Process) error { return p.Signal(os.Interrupt) }
