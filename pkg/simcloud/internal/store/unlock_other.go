//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package store

import "os"

// keepsOpen says whether bbolt's lock of the open file can be given up. Where it cannot, the file is closed after every
// transaction.
const keepsOpen = false

func unlockFile(*os.File) error { return nil }
