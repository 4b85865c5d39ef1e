package main

import (
	"errors"
	"strings"
	"testing"

	"cellworks/pkg/fleet"
	"cellworks/pkg/simcloud"
)

// inCloud works with the field's simulated cloud.
func (w *field) inCloud(t *testing.T, do func(*simcloud.Cloud) error) {
	t.Helper()
	cloud, err := simcloud.Open(simcloud.Options{Dir: w.layout.Sim()})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(do(cloud), cloud.Close()); err != nil {
		t.Fatal(err)
	}
}

func delay(t *testing.T, text string) simcloud.Delay {
	t.Helper()
	d, err := simcloud.ParseDelay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const logGroupType = "aws:cloudwatch/logGroup:LogGroup"

// TestAProviderThatDiesAfterACreateLeavesNothingUnrecorded brings a cell up, meets the crash, and goes on.
func TestAProviderThatDiesAfterACreateLeavesNothingUnrecorded(t *testing.T) {
	t.Parallel()
	w := newSmallField(t)
	w.must(t, fleet.Up, ecsEast.String())
	w.inCloud(t, func(c *simcloud.Cloud) error {
		_, err := c.AddFault(simcloud.Fault{Kind: simcloud.FaultCrash, Type: logGroupType, Stack: acme.String(), Count: 1})
		return err
	})
	report, code := w.run(t, fleet.Up, "acme")
	if code != fleet.ExitFailed || !strings.Contains(report.Stacks[len(report.Stacks)-1].Error, "acme") {
		t.Fatalf("the up did not meet the crash: exit code %d, %+v", code, report.Stacks)
	}
	if living, recorded := w.living(t, acme), w.recorded(t, acme); living <= recorded {
		t.Fatalf("the crash lost nothing: the cloud has %d things, the state %d", living, recorded)
	}
	w.must(t, fleet.Up, "acme")
	if living, recorded := w.living(t, acme), w.recorded(t, acme); living != recorded {
		t.Errorf("the cloud has %d things, the state %d", living, recorded)
	}
	w.must(t, fleet.Preview, "acme")
}

// TestAnUpSurvivesASlowAndThrottlingCloud and a cloud that does not find at once what it has made.
func TestAnUpSurvivesASlowAndThrottlingCloud(t *testing.T) {
	t.Parallel()
	w := newSmallField(t)
	w.inCloud(t, func(c *simcloud.Cloud) error {
		for _, f := range []simcloud.Fault{
			{Kind: simcloud.FaultThrottle, Attempts: 5, Delay: delay(t, "1ms"), Probability: 0.2, Seed: "throttle"},
			{Kind: simcloud.FaultLatency, Delay: delay(t, "1ms..10ms"), Seed: "latency"},
			{Kind: simcloud.FaultNotFound, Reads: 5, Probability: 0.3, Seed: "consistency"},
		} {
			if _, err := c.AddFault(f); err != nil {
				return err
			}
		}
		return nil
	})
	w.must(t, fleet.Up, "acme")
	w.inCloud(t, func(c *simcloud.Cloud) error {
		faults, err := c.Faults()
		for _, f := range faults {
			if f.Struck == 0 {
				t.Errorf("fault %s did not strike", f.Kind)
			}
		}
		return errors.Join(err, c.RemoveFaults())
	})
	w.must(t, fleet.Preview, "acme")
}

// TestDriftIsFoundByRefreshAndPutBackByUp changes a log group behind the state's back.
func TestDriftIsFoundByRefreshAndPutBackByUp(t *testing.T) {
	t.Parallel()
	w := newSmallField(t)
	w.must(t, fleet.Up, "acme")
	w.inCloud(t, func(c *simcloud.Cloud) error {
		groups, err := c.Objects(t.Context(), simcloud.Filter{Project: acme.Project, Stack: acme.Name, Type: logGroupType})
		if err != nil || len(groups) == 0 {
			return errors.Join(err, errors.New("acme has no log group"))
		}
		_, err = c.Drift(t.Context(), groups[0].URN, simcloud.Change{Path: "retentionInDays", Value: 1.0}, simcloud.Change{Path: "tags.owner", Value: "nobody"})
		return err
	})
	if report := w.must(t, fleet.Refresh, "acme"); report.Changes().Update != 1 {
		t.Errorf("refresh finds %+v, want one change", report.Changes())
	}
	if report, code := w.run(t, fleet.Preview, "acme"); code != fleet.ExitChanges || report.Changes().Update != 1 {
		t.Errorf("preview after the refresh: exit code %d, %+v, want one update", code, report.Changes())
	}
	w.must(t, fleet.Up, "acme")
	w.must(t, fleet.Preview, "acme")
}
