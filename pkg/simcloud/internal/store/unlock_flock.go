//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package store

import (
	"os"
	"syscall"
)

// keepsOpen says whether bbolt's lock of the open file can be given up, so that other processes can open it too.
const keepsOpen = true

func unlockFile(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }
