package autoengine

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"cellworks/pkg/fleet"
)

const (
	bucketURN = "urn:pulumi:acme::cell::aws:s3/bucketV2:BucketV2::inbound"
	awsURN    = "urn:pulumi:acme::cell::pulumi:providers:aws::aws"
	ruleURN   = "urn:pulumi:acme::cell::aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule::https"
)

// step is the event of one step of a resource whose old state has the id old.
func step(op apitype.OpType, urn string, change func(*apitype.StepEventMetadata)) apitype.StepEventMetadata {
	m := apitype.StepEventMetadata{
		Op: op, URN: urn, Type: typeOf(urn),
		Old: &apitype.StepEventStateMetadata{ID: "old", Custom: true},
		New: &apitype.StepEventStateMetadata{Custom: true},
	}
	if change != nil {
		change(&m)
	}
	return m
}

func TestForecast(t *testing.T) {
	t.Parallel()
	forced := func(m *apitype.StepEventMetadata) {
		m.Keys = []string{"bucket"}
		m.DetailedDiff = map[string]apitype.PropertyDiff{
			"bucket": {Kind: apitype.DiffUpdateReplace}, "tags.a": {Kind: apitype.DiffUpdate}, "objectLockEnabled": {Kind: apitype.DiffAddReplace},
		}
	}
	deleted := fleet.Loss{URN: bucketURN, Type: "aws:s3/bucketV2:BucketV2", ID: "old", Action: fleet.LossDelete, Holds: "its objects with all their versions"}
	replaced := deleted
	replaced.Action, replaced.Properties = fleet.LossReplace, []string{"bucket", "objectLockEnabled"}
	keyed, protected, retained := replaced, deleted, deleted
	keyed.Properties, protected.Protected, retained.Retained = []string{"bucket"}, true, true
	pointed := func(op apitype.OpType, was, is map[string]any) []apitype.StepEventMetadata {
		return []apitype.StepEventMetadata{step(op, awsURN, func(m *apitype.StepEventMetadata) { m.Old.Inputs, m.New.Inputs = was, is })}
	}
	at := func(account, region string) map[string]any {
		return map[string]any{"allowedAccountIds": []any{account}, "region": region}
	}
	moved := func(properties ...string) []fleet.Loss {
		return []fleet.Loss{{URN: awsURN, Type: "pulumi:providers:aws", ID: "old", Action: fleet.LossMove, Properties: properties, Holds: "all that it has made where it points to now"}}
	}
	for name, c := range map[string]struct {
		steps []apitype.StepEventMetadata
		want  []fleet.Loss
	}{
		"nothing goes": {steps: []apitype.StepEventMetadata{step(apitype.OpSame, bucketURN, nil), step(apitype.OpUpdate, bucketURN, nil), {Op: apitype.OpCreate, URN: bucketURN}}},
		"delete":       {steps: []apitype.StepEventMetadata{step(apitype.OpDelete, bucketURN, nil)}, want: []fleet.Loss{deleted}},
		"replace, the new one first": {
			steps: []apitype.StepEventMetadata{step(apitype.OpCreateReplacement, bucketURN, forced), step(apitype.OpReplace, bucketURN, forced), step(apitype.OpDeleteReplaced, bucketURN, nil)},
			want:  []fleet.Loss{replaced},
		},
		"replace, the old one first": {
			steps: []apitype.StepEventMetadata{step(apitype.OpDeleteReplaced, bucketURN, nil), step(apitype.OpReplace, bucketURN, forced), step(apitype.OpCreateReplacement, bucketURN, forced)},
			want:  []fleet.Loss{replaced},
		},
		"replace without details": {
			steps: []apitype.StepEventMetadata{step(apitype.OpReplace, bucketURN, func(m *apitype.StepEventMetadata) { m.Keys = []string{"bucket"} })},
			want:  []fleet.Loss{keyed},
		},
		"left by an interrupted replacement": {steps: []apitype.StepEventMetadata{step(apitype.OpDeleteReplaced, bucketURN, nil)}, want: []fleet.Loss{deleted}},
		"into another account":               {steps: pointed(apitype.OpUpdate, at("1", "a"), at("2", "a")), want: moved("allowedAccountIds")},
		"into another region":                {steps: pointed(apitype.OpReplace, at("1", "a"), at("1", "b")), want: moved("region")},
		"into another of both":               {steps: pointed(apitype.OpUpdate, at("1", "a"), at("2", "b")), want: moved("allowedAccountIds", "region")},
		"a provider that stays":              {steps: pointed(apitype.OpUpdate, at("1", "a"), at("1", "a"))},
		"a provider that is told its place":  {steps: pointed(apitype.OpUpdate, nil, at("1", "a"))},
		"a provider that goes":               {steps: []apitype.StepEventMetadata{step(apitype.OpDelete, awsURN, func(m *apitype.StepEventMetadata) { m.Old.Inputs, m.New = at("1", "a"), nil })}},
		"can be made again":                  {steps: []apitype.StepEventMetadata{step(apitype.OpReplace, ruleURN, nil), step(apitype.OpDelete, ruleURN, nil)}},
		"read, not ours":                     {steps: []apitype.StepEventMetadata{step(apitype.OpDelete, bucketURN, func(m *apitype.StepEventMetadata) { m.Old.External = true })}},
		"stays in the cloud":                 {steps: []apitype.StepEventMetadata{step(apitype.OpDelete, bucketURN, func(m *apitype.StepEventMetadata) { m.Old.RetainOnDelete = true })}, want: []fleet.Loss{retained}},
		"protected":                          {steps: []apitype.StepEventMetadata{step(apitype.OpDelete, bucketURN, func(m *apitype.StepEventMetadata) { m.Old.Protect = true })}, want: []fleet.Loss{protected}},
		"protected and nothing else": {
			steps: []apitype.StepEventMetadata{step(apitype.OpReplace, ruleURN, func(m *apitype.StepEventMetadata) { m.Old.Protect, m.New.Protect = true, true })},
			want:  []fleet.Loss{{URN: ruleURN, Type: typeOf(ruleURN), ID: "old", Action: fleet.LossReplace, Protected: true}},
		},
		"protection taken away with the replacement": {
			steps: []apitype.StepEventMetadata{step(apitype.OpReplace, bucketURN, func(m *apitype.StepEventMetadata) { m.Old.Protect, m.Keys = true, []string{"bucket"} })},
			want:  []fleet.Loss{keyed},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var f forecast
			for _, s := range c.steps {
				f.see(s)
			}
			if diff := cmp.Diff(c.want, f.all()); diff != "" {
				t.Errorf("losses (-want +got):\n%s", diff)
			}
		})
	}
}

func TestARefusalDoesNotHideWhatElseIsWrong(t *testing.T) {
	t.Parallel()
	refused := &fleet.LossError{Operation: fleet.Up, Losses: []fleet.Loss{{URN: bucketURN, Protected: true}}}
	broken := errors.New("exit status 255\ncode: 255\nstdout: \nstderr: ")
	said := `aws:s3/bucketV2:BucketV2 "inbound": resource cannot be deleted because it is protected`
	if got := withRest(refused, broken, []string{said}); !errors.Is(got, refused) || got.Error() != refused.Error() {
		t.Errorf("got %v, want the refusal alone", got)
	}
	got := withRest(refused, broken, []string{said, "the program is broken"})
	var loss *fleet.LossError
	if !errors.As(got, &loss) || got.Error() != refused.Error()+"\nthe program is broken" {
		t.Errorf("got %v, want the refusal and what the program said", got)
	}
}

func TestAnUpThatWasNotPreviewedToItsEndIsEnded(t *testing.T) {
	t.Parallel()
	for name, l := range map[string]*look{
		"no stream":                  {preview: &watcher{}},
		"a stream without a summary": {preview: &watcher{}, complete: true},
		"a stream that broke off":    {preview: &watcher{summary: &fleet.Changes{}}},
	} {
		o := &operation{Engine: &Engine{}, kind: fleet.Up, look: l}
		if err := o.decide(); err == nil || errors.Is(err, errRefused) {
			t.Errorf("%s: %v, want that nobody knows what it would delete", name, err)
		}
	}
	o := &operation{Engine: &Engine{}, kind: fleet.Up, look: &look{preview: &watcher{summary: &fleet.Changes{}}, complete: true}}
	if err := o.decide(); err != nil {
		t.Errorf("a preview without losses: %v", err)
	}
}
