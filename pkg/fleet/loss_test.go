package fleet_test

import (
	"context"
	"strings"
	"testing"

	"cellworks/pkg/fleet"
)

const (
	keyURN    = "urn:pulumi:acme::cell::aws:kms/key:Key::acme"
	bucketURN = "urn:pulumi:acme::cell::aws:s3/bucketV2:BucketV2::acme-inbound"
	vpcURN    = "urn:pulumi:acme::cell::aws:ec2/vpc:Vpc::acme"
)

// losses are one that can be permitted, one of a protected resource, and one of
// something that is only protected.
func losses() []fleet.Loss {
	return []fleet.Loss{
		{URN: bucketURN, Type: "aws:s3/bucketV2:BucketV2", ID: "meridian-acme", Action: fleet.LossDelete, Holds: "its objects"},
		{URN: keyURN, Type: "aws:kms/key:Key", ID: "1234", Action: fleet.LossReplace, Properties: []string{"multiRegion"}, Holds: "the only key", Protected: true},
		{URN: vpcURN, Type: "aws:ec2/vpc:Vpc", ID: "vpc-1", Action: fleet.LossDelete, Protected: true, Retained: true},
	}
}

func TestOnlyNamedAndUnprotectedThingsMayGo(t *testing.T) {
	t.Parallel()
	if got := fleet.Unpermitted(losses(), nil); len(got) != 3 {
		t.Errorf("without permission %d of 3 are refused", len(got))
	}
	got := fleet.Unpermitted(losses(), []string{bucketURN, keyURN, vpcURN})
	if len(got) != 2 || got[0].URN != keyURN || got[1].URN != vpcURN {
		t.Errorf("with all named %v are refused, want the protected two", got)
	}
}

func TestARefusalSaysEverything(t *testing.T) {
	t.Parallel()
	err := &fleet.LossError{Operation: fleet.Up, Stack: acme, Losses: losses()}
	want := `would lose 3 resources that cannot be had back; nothing has been touched
delete urn:pulumi:acme::cell::aws:s3/bucketV2:BucketV2::acme-inbound
  id meridian-acme; holds its objects
replace urn:pulumi:acme::cell::aws:kms/key:Key::acme
  id 1234; holds the only key; replaced because of multiRegion; protected
delete urn:pulumi:acme::cell::aws:ec2/vpc:Vpc::acme
  id vpc-1; stays in the cloud, and no stack has it any more; protected
remedy: take back the change that does it; if they really must go:
  for what is protected, first take back the change, set deletionProtection: false in the configuration (for one module of a client decommission is enough), and run cellctl up cell/acme
  back up what they hold, then cellctl up cell/acme --allow-data-loss 'urn:pulumi:acme::cell::aws:s3/bucketV2:BucketV2::acme-inbound'`
	if err.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}
	if one := (&fleet.LossError{Operation: fleet.Preview, Stack: acme, Losses: losses()[:1]}).Error(); !strings.HasPrefix(one, "up would lose 1 resource that") || strings.Contains(one, "protected") {
		t.Errorf("a preview with one loss says %s", one)
	}
}

func TestARefusedStackIsReportedAndStopsWhatNeedsIt(t *testing.T) {
	t.Parallel()
	e := &engine{gate: func(_ context.Context, s fleet.Stack) error {
		if s == baseEast {
			return &fleet.LossError{Operation: fleet.Up, Stack: s, Losses: losses()[:1]}
		}
		return nil
	}}
	p := plan(t, fleet.Up, nil, false, acme, cedarWest)
	report := fleet.Runner{Engine: e, Parallel: 2}.Run(context.Background(), p)
	want := map[fleet.Stack]fleet.Outcome{
		baseEast: fleet.Refused, baseWest: fleet.Succeeded,
		ecsEast: fleet.Skipped, acme: fleet.Skipped, cedarWest: fleet.Succeeded,
	}
	for s, o := range outcomes(report) {
		if want[s] != o {
			t.Errorf("%s is %s, want %s", s, o, want[s])
		}
	}
	for _, s := range report.Stacks {
		switch s.Stack {
		case baseEast:
			if len(s.Losses) != 1 || s.Losses[0].URN != bucketURN {
				t.Errorf("losses = %v", s.Losses)
			}
		case ecsEast:
			if s.Error != "waits for "+baseEast.String()+", which was refused" {
				t.Errorf("%s: %s", s.Stack, s.Error)
			}
		}
	}
	if code := (fleet.Request{Plan: p}).ExitCode(report); code != fleet.ExitRefused {
		t.Errorf("exit code %d, want %d", code, fleet.ExitRefused)
	}
}

func TestExitCodesOfRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		op       fleet.Operation
		outcomes []fleet.Outcome
		want     int
	}{
		{fleet.Preview, []fleet.Outcome{fleet.Succeeded, fleet.Refused}, fleet.ExitRefused},
		{fleet.Preview, []fleet.Outcome{fleet.Skipped, fleet.Succeeded}, fleet.ExitChanges},
		{fleet.Up, []fleet.Outcome{fleet.Refused, fleet.Skipped}, fleet.ExitRefused},
		{fleet.Up, []fleet.Outcome{fleet.Refused, fleet.Failed}, fleet.ExitFailed},
	} {
		var report fleet.Report
		for _, o := range c.outcomes {
			report.Stacks = append(report.Stacks, fleet.StackReport{Result: o})
		}
		if got := (fleet.Request{Plan: fleet.Plan{Operation: c.op}, ExpectNoChanges: c.op == fleet.Preview}).ExitCode(report); got != c.want {
			t.Errorf("%s that ended %v exits with %d, want %d", c.op, c.outcomes, got, c.want)
		}
	}
}

func TestPermissionsMustBeAboutTheStacksOfTheCommand(t *testing.T) {
	t.Parallel()
	if err := fleet.CheckPermitted([]string{keyURN, bucketURN}, []fleet.Stack{baseEast, acme}); err != nil {
		t.Error(err)
	}
	err := fleet.CheckPermitted([]string{"acme-inbound", keyURN, "urn:pulumi:birch::cell::aws:kms/key:Key::birch"}, []fleet.Stack{acme})
	if err == nil || !strings.Contains(err.Error(), `"acme-inbound" is no URN`) || !strings.Contains(err.Error(), "belongs to cell/birch") || strings.Contains(err.Error(), keyURN) {
		t.Errorf("got %v, want the two that permit nothing here", err)
	}
}
