package fault

import (
	"slices"
	"time"
)

// Counters are counts by name that outlive a process.
type Counters interface {
	// Next counts: 1 for the first call with a name, then 2, and so on.
	Next(name string) int
	// Count is how often Next was called.
	Count(name string) int
}

// Strike is what hits one call, all faults together.
type Strike struct {
	// Wait is the latency of the call.
	Wait time.Duration
	// Throttle is the fault that throttles the call for the most tries, with the wait before each of them; nil: none.
	Throttle *Fault
	Backoff  time.Duration
	// Error is the fault that fails the call; nil: none.
	Error *Fault
	// HiddenFor is how many looks do not find what the call makes.
	HiddenFor int
	// Crash says that the engine never hears of what the call makes.
	Crash bool
	// By are the ids of the faults that struck.
	By []string
}

func matchedKey(id string) string { return "fault\x00" + id + "\x00matched" }
func struckKey(id string) string  { return "fault\x00" + id + "\x00struck" }

// Decide says what hits a call and counts it.
func Decide(faults []Fault, c Call, counters Counters) Strike {
	var s Strike
	for i := range faults {
		f := &faults[i]
		if !f.Matches(c) {
			continue
		}
		n := counters.Next(matchedKey(f.ID))
		if f.Nth > 0 && n != f.Nth || f.Every > 1 && n%f.Every != 0 {
			continue
		}
		if f.Count > 0 && counters.Count(struckKey(f.ID)) >= f.Count {
			continue
		}
		again := 0
		if f.Probability > 0 || f.Delay.Shape != Fixed {
			again = counters.Next("fault\x00" + f.ID + "\x00" + c.Operation + "\x00" + c.URN + c.Type)
		}
		draw := func(what string) float64 { return chance(f.Seed, f.Kind, what, c.Operation, c.URN, c.Type, again) }
		if f.Probability > 0 && draw("strike") >= f.Probability {
			continue
		}
		counters.Next(struckKey(f.ID))
		s.add(f, f.Delay.Draw(draw("delay"), draw("delay again")))
	}
	return s
}

func (s *Strike) add(f *Fault, delay time.Duration) {
	s.By = append(s.By, f.ID)
	switch f.Kind {
	case Latency:
		s.Wait += delay
	case Throttle:
		if s.Throttle == nil || f.Attempts > s.Throttle.Attempts {
			s.Throttle, s.Backoff = f, delay
		}
	case Error:
		if s.Error == nil {
			s.Error = f
		}
	case NotFound:
		s.HiddenFor = max(s.HiddenFor, f.Reads)
	case Crash:
		s.Crash = true
	}
}

// WithCounts are the faults with their counts.
func WithCounts(faults []Fault, counters Counters) []Fault {
	counted := slices.Clone(faults)
	for i := range counted {
		counted[i].Matched = counters.Count(matchedKey(counted[i].ID))
		counted[i].Struck = counters.Count(struckKey(counted[i].ID))
	}
	return counted
}
