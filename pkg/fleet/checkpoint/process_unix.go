//go:build unix

package checkpoint

import (
	"bytes"
	"errors"
	"os"
	"strconv"
	"syscall"
	"time"
)

// startMargin allows for the coarse clocks that process start times are kept in.
const startMargin = 2 * time.Second

// runningSince reports whether a process of that id runs and, where that can be
// told, has been running since before t. Ids are used again, so a process that
// started later is not the one that was meant.
func runningSince(pid int, t time.Time) bool {
	if pid <= 0 {
		return false
	}
	if err := syscall.Kill(pid, 0); err != nil && !errors.Is(err, syscall.EPERM) {
		return false
	}
	start, ok := startTime(pid)
	return !ok || !start.After(t.Add(startMargin))
}

// startTime returns when a process started, on systems with Linux's /proc; see
// proc(5) for the fields. Times are in ticks of 1/100 second since boot.
func startTime(pid int) (time.Time, bool) {
	const ticksPerSecond = 100
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return time.Time{}, false
	}
	// The second field is the program's name in parentheses and may itself hold spaces.
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	const startField = 22 - 3 // numbered from 1, and two fields are cut off
	if len(fields) <= startField {
		return time.Time{}, false
	}
	ticks, err := strconv.ParseInt(string(fields[startField]), 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	boot, ok := bootTime()
	return boot.Add(time.Duration(ticks) * time.Second / ticksPerSecond), ok
}

func bootTime() (time.Time, bool) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return time.Time{}, false
	}
	for line := range bytes.Lines(text) {
		if value, ok := bytes.CutPrefix(line, []byte("btime ")); ok {
			seconds, err := strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64)
			return time.Unix(seconds, 0), err == nil
		}
	}
	return time.Time{}, false
}
