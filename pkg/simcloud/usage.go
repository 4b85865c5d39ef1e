package simcloud

import (
	"sync"
	"time"
)

// Usage is what the calls of a server have cost so far.
type Usage struct {
	// Calls is the number of provider calls that have ended.
	Calls int
	// Inside is the time inside calls, added up: calls at the same time count each.
	Inside time.Duration
	// Busy is the time during which at least one call was inside. It is the most by which a deployment would be
	// shorter if calls took no time.
	Busy time.Duration
}

// meter measures Usage.
type meter struct {
	mu     sync.Mutex
	inside int
	since  time.Time // when inside became more than 0
	total  Usage
}

// begin notes a call; what it returns notes the call's end.
func (m *meter) begin() (end func()) {
	began := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.inside == 0 {
		m.since = began
	}
	m.inside++
	return func() {
		ended := time.Now()
		m.mu.Lock()
		defer m.mu.Unlock()
		m.inside--
		m.total.Calls++
		m.total.Inside += ended.Sub(began)
		if m.inside == 0 {
			m.total.Busy += ended.Sub(m.since)
		}
	}
}

// Usage is what the server's calls have cost so far; calls under way are not in it.
func (s *Server) Usage() Usage {
	s.meter.mu.Lock()
	defer s.meter.mu.Unlock()
	return s.meter.total
}
