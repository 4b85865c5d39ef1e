package fault

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
)

// Shape is the distribution of a delay.
type Shape string

// The shapes.
const (
	Fixed       Shape = "fixed"
	Uniform     Shape = "uniform"
	Normal      Shape = "normal"
	Exponential Shape = "exponential"
)

// Delay is a duration, fixed or drawn. Its text is what ParseDelay reads.
type Delay struct {
	Shape Shape
	// A is the fixed duration, the least, or the mean; B is the most, or the standard deviation.
	A, B time.Duration
}

const maxDelay = time.Hour

// ParseDelay reads "200ms", "50ms..2s" (uniform), "200ms~50ms" (normal, mean and standard deviation) and "exp:200ms"
// (exponential, mean). Nothing is longer than an hour.
func ParseDelay(text string) (Delay, error) {
	d := Delay{Shape: Fixed}
	first, second, both := text, "", false
	if rest, ok := strings.CutPrefix(text, "exp:"); ok {
		d.Shape, first = Exponential, rest
	} else if a, b, ok := strings.Cut(text, ".."); ok {
		d.Shape, first, second, both = Uniform, a, b, true
	} else if a, b, ok := strings.Cut(text, "~"); ok {
		d.Shape, first, second, both = Normal, a, b, true
	}
	var err error
	if d.A, err = time.ParseDuration(first); err == nil && both {
		d.B, err = time.ParseDuration(second)
	}
	if err != nil {
		return Delay{}, fmt.Errorf("latency %q: want 200ms, 50ms..2s, 200ms~50ms or exp:200ms", text)
	}
	if d.A < 0 || d.B < 0 || d.A > maxDelay || d.B > maxDelay {
		return Delay{}, fmt.Errorf("latency %q: want durations between 0 and %s", text, maxDelay)
	}
	if d.Shape == Uniform && d.A > d.B {
		return Delay{}, fmt.Errorf("latency %q: %s is more than %s", text, d.A, d.B)
	}
	return d, nil
}

// IsZero says whether no delay is set.
func (d Delay) IsZero() bool { return d.Shape == "" }

// String is what ParseDelay reads.
func (d Delay) String() string {
	switch d.Shape {
	case Fixed:
		return d.A.String()
	case Uniform:
		return d.A.String() + ".." + d.B.String()
	case Normal:
		return d.A.String() + "~" + d.B.String()
	case Exponential:
		return "exp:" + d.A.String()
	}
	return ""
}

// MarshalJSON writes the text.
func (d Delay) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads the text.
func (d *Delay) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	if text == "" {
		*d = Delay{}
		return nil
	}
	var err error
	*d, err = ParseDelay(text)
	return err
}

// Draw is the delay for two chances between 0 (included) and 1; never negative, never more than an hour.
func (d Delay) Draw(u, v float64) time.Duration {
	x := float64(d.A)
	switch d.Shape {
	case Fixed:
	case Uniform:
		x += u * float64(d.B-d.A)
	case Normal: // Box and Muller
		x += float64(d.B) * math.Sqrt(-2*math.Log(1-u)) * math.Cos(2*math.Pi*v)
	case Exponential:
		x *= -math.Log(1 - u)
	}
	return min(max(time.Duration(x), 0), maxDelay)
}

// chance is a number between 0 (included) and 1 that follows from what it is drawn for.
func chance(parts ...any) float64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", parts))
	return float64(binary.BigEndian.Uint64(sum[:])>>11) / (1 << 53)
}
