package autoengine_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/checkpoint"
)

// grouped is a program that registers protected components by name, and then fails
// with broken.
func grouped(broken error, names ...string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		for _, name := range names {
			if err := ctx.RegisterComponentResource("test:index:Group", name, &group{}, pulumi.Protect(true)); err != nil {
				return err
			}
		}
		ctx.Export("plain", pulumi.String(ctx.Stack()))
		return broken
	}
}

func TestAnUpThatWouldDeleteWhatIsProtectedTouchesNothing(t *testing.T) {
	t.Parallel()
	c := setup(t, grouped(nil, "one", "two"))
	run(t, newEngine(t, c), fleet.Up)
	store := checkpoint.Open(c.Layout.State())
	before, err := os.ReadFile(store.Path(acme))
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range []fleet.Operation{fleet.Up, fleet.Preview} {
		c.Programs = programs(grouped(nil, "two", "three"))
		c.AllowDataLoss = []string{"urn:pulumi:acme::cell::test:index:Group::one"} // does not help
		result, err := newEngine(t, c).Run(t.Context(), op, acme, ignore)
		var loss *fleet.LossError
		if !errors.As(err, &loss) || len(loss.Losses) != 1 || result.Processes != 1 {
			t.Fatalf("%s: %v in %d processes, want one loss found in one", op, err, result.Processes)
		}
		if l := loss.Losses[0]; !l.Protected || l.Action != fleet.LossDelete || !strings.HasSuffix(l.URN, "::one") {
			t.Errorf("%s: loss = %+v", op, l)
		}
		if strings.Contains(err.Error(), "pulumi state unprotect") {
			t.Errorf("%s: %v, which names a remedy that goes around the configuration", op, err)
		}
		if after, err := os.ReadFile(store.Path(acme)); err != nil || string(after) != string(before) {
			t.Errorf("%s changed the state (%v)", op, err)
		}
	}
	c.Programs = programs(grouped(nil, "one", "two", "three"))
	if got := run(t, newEngine(t, c), fleet.Up); got.Changes.Create != 1 || got.Processes != 1 || got.Outputs["plain"] != "acme" {
		t.Errorf("up of one more = %+v, want it created in one process", got)
	}
}

func TestAProgramThatFailsWhileAnUpLooksIsToldOnce(t *testing.T) {
	t.Parallel()
	c := setup(t, grouped(nil, "one"))
	run(t, newEngine(t, c), fleet.Up)
	c.Programs = programs(grouped(errors.New("the program is broken"), "one"))
	result, err := newEngine(t, c).Run(t.Context(), fleet.Up, acme, ignore)
	if err == nil || strings.Count(err.Error(), "the program is broken") != 1 || result.Outputs["plain"] != "acme" {
		t.Errorf("up: %v with outputs %v, want what the program said and the outputs that are still there", err, result.Outputs)
	}
}
