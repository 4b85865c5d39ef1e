package simcloud

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cellworks/pkg/simcloud/internal/aws"
	"cellworks/pkg/simcloud/internal/fault"
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// Fault is one thing that goes wrong in the cloud; its fields say where, when and what.
type Fault = fault.Fault

// Delay is a latency, fixed or drawn from a distribution.
type Delay = fault.Delay

// The kinds of fault.
const (
	FaultThrottle = fault.Throttle
	FaultError    = fault.Error
	FaultLatency  = fault.Latency
	FaultNotFound = fault.NotFound
	FaultCrash    = fault.Crash
)

// FaultKinds are the kinds of fault by name.
func FaultKinds() []fault.Kind { return fault.Kinds() }

// ParseDelay reads "200ms", "50ms..2s" (uniform), "200ms~50ms" (normal) and "exp:200ms" (exponential).
func ParseDelay(text string) (Delay, error) { return fault.ParseDelay(text) }

const (
	faultSetting = "faults"
	faultCounter = "fault ids"
)

// AddFault makes something go wrong from now on, in every process that uses the cloud, until the fault is removed, has
// struck as often as its Count says, or the cloud is reset. It returns the fault with its id and defaults, and fails
// when it makes no sense.
func (c *Cloud) AddFault(f Fault) (Fault, error) {
	f, err := f.Complete()
	if err != nil {
		return f, fmt.Errorf("fault: %w", err)
	}
	err = c.store.Update(func(tx *store.Tx) error {
		all, err := faultsOf(tx)
		if err != nil {
			return err
		}
		f.ID = fmt.Sprintf("f%d", tx.Next(faultCounter))
		return putFaults(tx, append(all, f))
	})
	return f, err
}

// Faults are the faults that are set, in the order in which they were added, with how often they matched and struck.
func (c *Cloud) Faults() (all []Fault, err error) {
	err = c.store.View(func(tx *store.Tx) error {
		all, err = faultsOf(tx)
		all = fault.WithCounts(all, tx)
		return err
	})
	return all, err
}

// RemoveFaults removes faults by id, or all when none is given. It fails, with nothing removed, when one is not set.
func (c *Cloud) RemoveFaults(ids ...string) error {
	return c.store.Update(func(tx *store.Tx) error {
		all, err := faultsOf(tx)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return putFaults(tx, nil)
		}
		for _, id := range ids {
			i := slices.IndexFunc(all, func(f Fault) bool { return f.ID == id })
			if i < 0 {
				return fmt.Errorf("no fault has the id %q", id)
			}
			all = slices.Delete(all, i, i+1)
		}
		return putFaults(tx, all)
	})
}

func faultsOf(tx *store.Tx) (all []Fault, err error) {
	data := tx.Setting(faultSetting)
	if data == nil {
		return nil, nil
	}
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("%w: the faults cannot be read: %w; delete all simulated objects with `cellctl sim reset`", ErrUnusableStore, err)
	}
	return all, nil
}

func putFaults(tx *store.Tx, all []Fault) error {
	data, err := json.Marshal(all)
	if err == nil {
		tx.PutSetting(faultSetting, data)
	}
	return err
}

// strike decides what hits a call. Without faults it is one look into the store.
func (c *Cloud) strike(call fault.Call) (s fault.Strike, err error) {
	var all []Fault
	err = c.store.View(func(tx *store.Tx) error { all, err = faultsOf(tx); return err })
	if err != nil || !slices.ContainsFunc(all, func(f Fault) bool { return f.Matches(call) }) {
		return s, err
	}
	err = c.store.Update(func(tx *store.Tx) error {
		if all, err = faultsOf(tx); err != nil {
			return err
		}
		s = fault.Decide(all, call, tx)
		return nil
	})
	return s, err
}

// target is a call that faults may strike.
type target struct {
	session resource.Session
	// kind is nil for functions and for configure.
	kind           *resource.Kind
	operation, urn string
	// id and in are those of the thing; in may be nil.
	id string
	in map[string]any
}

// suffer lets a call meet its faults, before the cloud does anything.
func (p *provider) suffer(ctx context.Context, t target) (fault.Strike, error) {
	typ, _ := splitURN(t.urn)
	project, stack := store.ProjectStack(t.urn)
	strike, err := p.cloud.strike(fault.Call{Operation: t.operation, Type: typ, URN: t.urn, Project: project, Stack: stack})
	if err != nil || len(strike.By) == 0 {
		return strike, err
	}
	p.cloud.opts.Log("faults %s strike %s of %s", strings.Join(strike.By, ", "), t.operation, t.urn)
	wait, refusal := strike.Wait, strike.Error
	var answer *resource.Fault
	if f := strike.Throttle; f != nil {
		tries := min(f.Attempts, t.session.Retries)
		wait += time.Duration(tries) * strike.Backoff
		if f.Attempts >= t.session.Retries {
			answer = throttled(p.engine.Plugin, t.kind, f)
			answer.Tries = t.session.Retries
		}
	}
	if err := p.cloud.opts.Wait(ctx, wait); err != nil {
		return strike, status.FromContextError(err).Err()
	}
	if answer == nil && refusal != nil {
		answer = &resource.Fault{Code: refusal.Code, Message: refusal.Message, Status: refusal.Status}
	}
	if answer == nil {
		return strike, nil
	}
	switch {
	case t.operation == "configure" && t.session.Role != "":
		return strike, status.Error(codes.InvalidArgument, aws.CannotAssume(t.session, answer).Error())
	case t.operation == "configure":
		return strike, status.Errorf(codes.InvalidArgument, "configuring the %s provider: %v", p.engine.Name, answer)
	case t.kind == nil:
		return strike, fmt.Errorf("invoking %s: %w", typ, answer)
	}
	return strike, p.engine.Refusal(resource.Refusal{
		Session: t.session, Kind: t.kind, Operation: t.operation, ID: t.id, In: t.in, Fault: answer,
	}, t.urn)
}

// throttled is how a service says that it is asked too often, as far as the fault does not say otherwise.
func throttled(p *resource.Plugin, kind *resource.Kind, f *Fault) *resource.Fault {
	answer := p.Throttled(kind)
	if f.Code != "" {
		answer.Code, answer.Message = f.Code, f.Message
	}
	if f.Status != 0 {
		answer.Status = f.Status
	}
	return answer
}

// crash ends the provider as the engine sees it: its connection is cut, and what it was doing is never answered. The
// provider instances of other connections live on.
func (p *provider) crash(ctx context.Context, urn string) error {
	p.cloud.opts.Log("the provider crashes after it has created %s", urn)
	if s := sessionOf(ctx); s != nil && s.cut != nil {
		s.cut()
	}
	return status.Error(codes.Unavailable, "error reading from server: EOF")
}

// waitFor waits for a duration, or less when ctx is done, and then returns why.
func waitFor(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
