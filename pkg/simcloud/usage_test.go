package simcloud_test

import (
	"fmt"
	"sync"
	"testing"

	"cellworks/pkg/simcloud"
)

func TestUsageCountsCallsAndTheirTime(t *testing.T) {
	t.Parallel()
	s := serve(t, openCloud(t, simcloud.Options{}))
	c := connect(t, s, "dev", accountA, "us-east-1") // one call: Configure
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			own := &client{t: t, rpc: c.rpc, stack: c.stack}
			if _, err := own.try(logType, fmt.Sprint("g", i), props{}); err != nil { // two calls: Check and Create
				t.Error(err)
			}
		})
	}
	wg.Wait()
	u := s.Usage()
	if u.Calls != 17 {
		t.Errorf("%d calls, want 17", u.Calls)
	}
	if u.Busy <= 0 || u.Inside < u.Busy {
		t.Errorf("busy %s of %s inside calls: want more than none, and not more than inside", u.Busy, u.Inside)
	}
}
