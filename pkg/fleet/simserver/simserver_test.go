package simserver_test

import (
	"errors"
	"testing"
	"time"

	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/fleet/lock"
	"cellworks/pkg/fleet/simserver"
)

func TestOneServerAtATime(t *testing.T) {
	t.Parallel()
	l := layout.New(t.TempDir())
	if _, running := simserver.Running(l); running {
		t.Error("a server runs before there was one")
	}
	info := simserver.Info{PID: 7, DebugProviders: "aws:1234", Since: time.Unix(1, 0)}
	record, err := simserver.Claim(l, info)
	if err != nil {
		t.Fatal(err)
	}
	if got, running := simserver.Running(l); !running || got.PID != 7 || got.DebugProviders != "aws:1234" {
		t.Errorf("Running = %+v, %v, want %+v", got, running, info)
	}
	var held *lock.HeldError
	if _, err := simserver.Claim(l, info); !errors.As(err, &held) {
		t.Errorf("second Claim: %v, want a HeldError", err)
	}
	if err := record.Release(); err != nil {
		t.Fatal(err)
	}
	if _, running := simserver.Running(l); running {
		t.Error("a server runs after it was released")
	}
}
