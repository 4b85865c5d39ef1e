package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// samplePeriod is short against a process of the Pulumi CLI, which lives for a
// second or more, and long against a sample, which takes some milliseconds of
// computing on a machine with hundreds of processes.
const samplePeriod = 200 * time.Millisecond

// watchMemory samples the resident memory of this process and all below it
// until the returned function is called, which returns the highest sum in bytes.
// Where there is no /proc it returns 0.
func watchMemory(tb testing.TB) func() uint64 {
	tb.Helper()
	stop, done := make(chan struct{}), make(chan uint64, 1)
	go func() {
		ticker := time.NewTicker(samplePeriod)
		defer ticker.Stop()
		var peak uint64
		for {
			peak = max(peak, residentMemory())
			select {
			case <-stop:
				done <- peak
				return
			case <-ticker.C:
			}
		}
	}()
	return sync.OnceValue(func() uint64 {
		close(stop)
		return <-done
	})
}

// residentMemory sums the resident memory of this process and its descendants.
func residentMemory() uint64 {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0
	}
	parent, resident := map[int]int{}, map[int]uint64{}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it ended meanwhile
		}
		// pid (name) state ppid ...; the name may hold anything, the last parenthesis ends it.
		open, shut := strings.IndexByte(string(text), '('), strings.LastIndexByte(string(text), ')')
		if open < 0 || shut < open {
			continue
		}
		pid, _ := strconv.Atoi(strings.TrimSpace(string(text[:open])))
		fields := strings.Fields(string(text[shut+1:]))
		// Fields are counted behind the name: ppid is 2nd, rss in pages 22nd (proc(5)).
		if len(fields) < 22 {
			continue
		}
		parent[pid], _ = strconv.Atoi(fields[1])
		pages, _ := strconv.ParseUint(fields[21], 10, 64)
		resident[pid] = pages * uint64(os.Getpagesize())
	}
	var sum uint64
	for pid := range resident {
		for ancestor := pid; ancestor > 1; ancestor = parent[ancestor] {
			if ancestor == os.Getpid() {
				sum += resident[pid]
				break
			}
		}
	}
	return sum
}

// clockTick is the unit of times in /proc on every architecture of Linux (proc(5), USER_HZ).
const clockTick = 10 * time.Millisecond

// computingTime is the time of processors that this process and the processes that
// it has waited for took, those below them included. Where there is no /proc it is 0.
func computingTime() time.Duration {
	text, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	// Counted behind the name: utime, stime, cutime and cstime are 12th to 15th (proc(5)).
	if len(fields) < 15 {
		return 0
	}
	var ticks int64
	for _, field := range fields[11:15] {
		n, _ := strconv.ParseInt(field, 10, 64)
		ticks += n
	}
	return time.Duration(ticks) * clockTick
}
