//go:build !unix

package checkpoint

import "time"

// runningSince cannot tell here, so it calls every process alive: a lock is then
// never taken away from anybody.
func runningSince(int, time.Time) bool { return true }
