package datadogresource_test

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/datadogresource"
)

// cloud answers every registration with the id 42, and keeps it.
type cloud struct {
	mu   sync.Mutex
	seen []pulumi.MockResourceArgs
}

func (c *cloud) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, args)
	outputs := args.Inputs.Copy()
	if args.TypeToken == datadogresource.TokenAPIKey {
		outputs["key"] = resource.NewProperty("0123")
	}
	return "42", outputs, nil
}

func (c *cloud) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return resource.PropertyMap{"id": resource.NewProperty("pattern of " + args.Args["filter"].StringValue())}, nil
}

func run(t *testing.T, program pulumi.RunFunc) *cloud {
	t.Helper()
	c := &cloud{}
	if err := pulumi.RunErr(program, pulumi.WithMocks("utility", "test", c)); err != nil {
		t.Fatal(err)
	}
	return c
}

// of returns the one registration of a type.
func (c *cloud) of(t *testing.T, token string) pulumi.MockResourceArgs {
	t.Helper()
	i := slices.IndexFunc(c.seen, func(args pulumi.MockResourceArgs) bool { return args.TypeToken == token })
	if i < 0 {
		t.Fatalf("%s is not registered", token)
	}
	return c.seen[i]
}

func TestArgumentsArriveAsTheSDKSendsThem(t *testing.T) {
	t.Parallel()
	c := run(t, func(ctx *pulumi.Context) error {
		m, err := datadogresource.NewMonitor(ctx, "cpu", datadogresource.MonitorArgs{
			Name: pulumi.String("CPU"), Type: pulumi.String("query alert"), Query: pulumi.String("q"), Message: pulumi.String("m"),
			MonitorThresholds: &datadogresource.MonitorThresholds{Critical: pulumi.String("90")},
			Tags:              pulumi.StringArray{pulumi.String("team:ops")}, RequireFullWindow: pulumi.Bool(false), EvaluationDelay: pulumi.Int(900),
		})
		if err != nil {
			return err
		}
		_, err = datadogresource.NewObjective(ctx, "uptime", datadogresource.ObjectiveArgs{
			Name: pulumi.String("uptime"), Type: pulumi.String("monitor"), MonitorIDs: pulumi.IntArray{m.Number()},
			Thresholds: []datadogresource.ObjectiveThreshold{{Timeframe: pulumi.String("30d"), Target: pulumi.Float64(99.9)}},
		})
		return err
	})
	for token, want := range map[string]map[string]any{
		datadogresource.TokenMonitor: {
			"name": "CPU", "type": "query alert", "query": "q", "message": "m", "monitorThresholds": map[string]any{"critical": "90"},
			"tags": []any{"team:ops"}, "requireFullWindow": false, "evaluationDelay": 900.0,
		},
		datadogresource.TokenObjective: {
			"name": "uptime", "type": "monitor", "monitorIds": []any{42.0}, "thresholds": []any{map[string]any{"timeframe": "30d", "target": 99.9}},
		},
	} {
		if diff := cmp.Diff(want, c.of(t, token).Inputs.Mappable()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", token, diff)
		}
		if got := c.of(t, token).RegisterRPC.GetVersion(); got != datadogresource.Version {
			t.Errorf("%s asks for version %q, want %q", token, got, datadogresource.Version)
		}
	}
}

func TestSecretsAreMarkedAsTheSDKMarksThem(t *testing.T) {
	t.Parallel()
	c := run(t, func(ctx *pulumi.Context) error {
		provider, err := datadogresource.NewProvider(ctx, "datadog", datadogresource.ProviderArgs{APIKey: pulumi.String("a"), AppKey: pulumi.String("b")})
		if err != nil {
			return err
		}
		_, err = datadogresource.NewAPIKey(ctx, "agents", datadogresource.APIKeyArgs{Name: pulumi.String("agents")}, pulumi.Provider(provider))
		return err
	})
	s := readSDK(t)
	for token, ours := range declared() {
		var want []string
		for _, properties := range []map[string]sdkProperty{s.Resources[token].Inputs, s.Resources[token].Outputs} {
			for name, property := range properties {
				if property.Secret && has(ours.args, ours.resource, name) && !slices.Contains(want, name) {
					want = append(want, name)
				}
			}
		}
		if len(want) == 0 {
			continue
		}
		slices.Sort(want)
		got := c.of(t, token)
		if secrets := got.RegisterRPC.GetAdditionalSecretOutputs(); !slices.Equal(secrets, want) {
			t.Errorf("%s: secret outputs are %q, want %q", token, secrets, want)
		}
		for _, name := range want {
			if v, given := got.Inputs[resource.PropertyKey(name)]; given && !v.IsSecret() {
				t.Errorf("%s: input %s is no secret", token, name)
			}
		}
	}
}

// has reports whether one of our structs declares a property.
func has(args, res any, name string) bool {
	for _, of := range []reflect.Type{reflect.TypeOf(args), reflect.TypeOf(res)} {
		for i := range of.NumField() {
			if of.Field(i).Tag.Get("pulumi") == name {
				return true
			}
		}
	}
	return false
}

func TestMissingPropertiesAreNamedAllAtOnce(t *testing.T) {
	t.Parallel()
	c := &cloud{}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := datadogresource.NewObjective(ctx, "uptime", datadogresource.ObjectiveArgs{
			Type: pulumi.String("metric"), Query: &datadogresource.ObjectiveQuery{Numerator: pulumi.String("n")},
			Thresholds: []datadogresource.ObjectiveThreshold{{Target: pulumi.Float64(99)}},
		})
		return err
	}, pulumi.WithMocks("utility", "test", c))
	want := `ServiceLevelObjective "uptime": required and missing: name, thresholds[0].timeframe, query.denominator`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want it to contain %q", err, want)
	}
	for _, args := range c.seen {
		if args.TypeToken == datadogresource.TokenObjective {
			t.Error("the objective is registered all the same")
		}
	}
}

func TestStandardPatternsAreLookedUp(t *testing.T) {
	t.Parallel()
	run(t, func(ctx *pulumi.Context) error {
		id, err := datadogresource.LookupScannerPattern(ctx, "Visa")
		if err == nil && id != "pattern of Visa" {
			t.Errorf("id = %q", id)
		}
		return err
	})
}
