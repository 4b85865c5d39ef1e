package pulumitest_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/pulumitest"
)

var target = pulumitest.Target{Project: "cell", Stack: "acme"}

// box is a component that holds one key, built as the test says.
type box struct{ pulumi.ResourceState }

func (*box) Outputs() pulumi.Map { return pulumi.Map{} }

func newBox(ctx *pulumi.Context, name string, opts []pulumi.ResourceOption, build func(child pulumi.ResourceOption) error) error {
	_, err := component.Register(ctx, component.TokenPrefix+":test:Box", name, &box{}, opts, build)
	return err
}

func key(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
	_, err := kms.NewKey(ctx, name, &kms.KeyArgs{Description: pulumi.String("a key")}, opts...)
	return err
}

func TestEachHouseRuleFindsItsBreach(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		program func(ctx *pulumi.Context, given pulumi.ResourceOption) error
		want    string
	}{
		{"sound", func(ctx *pulumi.Context, given pulumi.ResourceOption) error {
			return newBox(ctx, "a", []pulumi.ResourceOption{given}, func(child pulumi.ResourceOption) error {
				return key(ctx, "a-key", child)
			})
		}, ""},
		{"two with one URN", func(ctx *pulumi.Context, given pulumi.ResourceOption) error {
			for _, name := range []string{"a", "b"} {
				if err := newBox(ctx, name, []pulumi.ResourceOption{given}, func(child pulumi.ResourceOption) error {
					return key(ctx, "key", child)
				}); err != nil {
					return err
				}
			}
			return nil
		}, "urn:pulumi:acme::cell::cellworks:test:Box$aws:kms/key:Key::key is registered twice"},
		{"stray on the stack", func(ctx *pulumi.Context, _ pulumi.ResourceOption) error {
			provider, err := aws.NewProvider(ctx, "bare", &aws.ProviderArgs{DefaultTags: allTags()})
			if err != nil {
				return err
			}
			return key(ctx, "stray", pulumi.Provider(provider))
		}, "urn:pulumi:acme::cell::aws:kms/key:Key::stray is on the stack itself"},
		{"default provider", func(ctx *pulumi.Context, _ pulumi.ResourceOption) error {
			return newBox(ctx, "a", nil, func(child pulumi.ResourceOption) error { return key(ctx, "a-key", child) })
		}, "cellworks:test:Box$aws:kms/key:Key::a-key is on a default provider"},
		{"leaked options", func(ctx *pulumi.Context, given pulumi.ResourceOption) error {
			return newBox(ctx, "a", []pulumi.ResourceOption{given}, func(child pulumi.ResourceOption) error {
				return key(ctx, "a-key", given, child)
			})
		}, "Box$aws:kms/key:Key::a-key carries option \"pulumitest-marker\" of its parent"},
		{"untagged", func(ctx *pulumi.Context, _ pulumi.ResourceOption) error {
			_, err := aws.NewProvider(ctx, "bare", &aws.ProviderArgs{})
			return err
		}, "pulumi:providers:aws::bare leaves its resources without tag \"cellworks:stack\""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			recording, err := pulumitest.Record(target, func(ctx *pulumi.Context) error {
				return tc.program(ctx, pulumitest.AWS(t, ctx))
			})
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(recording.Violations(), "\n")
			if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
				t.Errorf("violations = %q, want %q", got, tc.want)
			}
		})
	}
}

func allTags() aws.ProviderDefaultTagsArgs {
	tags := pulumi.StringMap{}
	for _, name := range []string{"cellworks:project", "cellworks:stack", "cellworks:account", "environment", "data-classification", "managed-by"} {
		tags[name] = pulumi.String("x")
	}
	return aws.ProviderDefaultTagsArgs{Tags: tags}
}

func TestRecordReportsThatTheProgramFails(t *testing.T) {
	t.Parallel()
	failure := errors.New("no such client")
	if _, err := pulumitest.Record(target, func(*pulumi.Context) error { return failure }); !errors.Is(err, failure) && !strings.Contains(err.Error(), failure.Error()) {
		t.Errorf("Record = %v, want %v", err, failure)
	}
}

func TestComponentErrorsNameTheComponent(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(target, func(ctx *pulumi.Context) error {
		return newBox(ctx, "a", nil, func(pulumi.ResourceOption) error { return errors.New("broken") })
	})
	if want := `cellworks:test:Box "a": broken`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want it to contain %q", err, want)
	}
}
