package contract

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// published is a stack that publishes the given outputs.
type published map[string]pulumi.StackReferenceOutputDetails

func (p published) GetOutputDetails(name string) (*pulumi.StackReferenceOutputDetails, error) {
	details := p[name]
	return &details, nil
}

func plain(value any) pulumi.StackReferenceOutputDetails {
	return pulumi.StackReferenceOutputDetails{Value: value}
}

func base() published {
	return published{
		"vpcId":     plain("vpc-1"),
		"vpcCidr":   plain("10.16.0.0/16"),
		"tierCidrs": plain(map[string]any{"app": "10.16.0.0/17"}),
		"subnetIds": plain(map[string]any{"app": map[string]any{"use1-az1": "subnet-1"}}),
		"zoneId":    plain("Z1"),
		"zoneName":  plain("us-east-1.nonprod.example.com"),
	}
}

func TestReadFillsEveryField(t *testing.T) {
	t.Parallel()
	got, err := read[Base](base(), "base", "nonprod-us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	want := Base{
		VPCID:     "vpc-1",
		VPCCIDR:   "10.16.0.0/16",
		TierCIDRs: map[string]string{"app": "10.16.0.0/17"},
		SubnetIDs: map[string]map[string]string{"app": {"use1-az1": "subnet-1"}},
		ZoneID:    "Z1",
		ZoneName:  "us-east-1.nonprod.example.com",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read = %+v, want %+v", got, want)
	}
}

func TestReadReportsAllThatIsWrongAtOnce(t *testing.T) {
	t.Parallel()
	stack := base()
	delete(stack, "vpcId")
	delete(stack, "zoneId")
	stack["vpcCidr"] = pulumi.StackReferenceOutputDetails{SecretValue: "hidden"}
	stack["tierCidrs"] = plain("not a map")
	_, err := read[Base](stack, "base", "nonprod-us-east-1")
	var missing *MissingError
	if !errors.As(err, &missing) || !reflect.DeepEqual(missing.Keys, []string{"vpcId", "zoneId"}) {
		t.Fatalf("read: %v, want a MissingError for vpcId and zoneId", err)
	}
	for _, want := range []string{
		`stack base/nonprod-us-east-1 does not publish "vpcId", "zoneId": bring it up first (cellctl up base/nonprod-us-east-1)`,
		`stack base/nonprod-us-east-1: output "vpcCidr" is secret, want a plain value`,
		`stack base/nonprod-us-east-1: output "tierCidrs": json: cannot unmarshal string`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error = %q, want it to contain %q", err, want)
		}
	}
	if strings.Contains(err.Error(), "hidden") {
		t.Errorf("error = %q shows a secret", err)
	}
}

func TestWhatIsPublishedIsWhatIsRead(t *testing.T) {
	t.Parallel()
	for _, pair := range []struct{ out, in reflect.Type }{
		{reflect.TypeFor[BaseOutputs](), reflect.TypeFor[Base]()},
		{reflect.TypeFor[ECSOutputs](), reflect.TypeFor[ECS]()},
	} {
		if out, in := keys(pair.out), keys(pair.in); !reflect.DeepEqual(out, in) {
			t.Errorf("%s publishes %v, %s reads %v", pair.out, out, pair.in, in)
		}
	}
}

func keys(t reflect.Type) map[string]string {
	names := map[string]string{}
	for i := range t.NumField() {
		names[t.Field(i).Name] = t.Field(i).Tag.Get("json")
	}
	return names
}
