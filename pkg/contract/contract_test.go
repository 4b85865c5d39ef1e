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
	zones := func(value string) any { return map[string]any{"app": map[string]any{"use1-az1": value}} }
	return published{
		"boundaryArn":             plain("arn:aws:iam::111111111111:policy/boundary"),
		"serviceBoundaryArn":      plain("arn:aws:iam::111111111111:policy/service-boundary"),
		"deployRoleArns":          plain(map[string]any{"cell": "arn:aws:iam::111111111111:role/deploy/pulumi-cell"}),
		"serviceRoleArns":         plain(map[string]any{}),
		"contractVersion":         plain(float64(BaseVersion)),
		"homeRegion":              plain(true),
		"vpcId":                   plain("vpc-1"),
		"vpcCidr":                 plain("10.16.0.0/16"),
		"tierCidrs":               plain(map[string]any{"app": "10.16.0.0/17"}),
		"subnetIds":               plain(zones("subnet-1")),
		"subnetCidrs":             plain(zones("10.16.0.0/20")),
		"routeTableIds":           plain(zones("rtb-1")),
		"endpointSecurityGroupId": plain("sg-1"),
		"prefixListIds":           plain(map[string]any{"s3": "pl-1"}),
		"zoneId":                  plain("Z1"),
		"zoneName":                plain("us-east-1.nonprod.example.com"),
		"privateZoneId":           plain("Z2"),
		"privateZoneName":         plain("us-east-1.nonprod.int.example.com"),
		"keyArns":                 plain(map[string]any{KeyLogs: "arn:aws:kms:us-east-1:111111111111:key/1"}),
		"logBuckets":              plain(map[string]any{LogsAccess: "access"}),
		"alertTopicArn":           plain("arn:aws:sns:us-east-1:111111111111:alerts"),
	}
}

func TestReadFillsEveryField(t *testing.T) {
	t.Parallel()
	got, err := read[Base](base(), "base", "nonprod-us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	zones := func(value string) map[string]map[string]string {
		return map[string]map[string]string{"app": {"use1-az1": value}}
	}
	want := Base{
		Account: Account{
			BoundaryARN:        "arn:aws:iam::111111111111:policy/boundary",
			ServiceBoundaryARN: "arn:aws:iam::111111111111:policy/service-boundary",
			DeployRoleARNs:     map[string]string{"cell": "arn:aws:iam::111111111111:role/deploy/pulumi-cell"},
			ServiceRoleARNs:    map[string]string{},
		},
		ContractVersion:         BaseVersion,
		HomeRegion:              true,
		VPCID:                   "vpc-1",
		VPCCIDR:                 "10.16.0.0/16",
		TierCIDRs:               map[string]string{"app": "10.16.0.0/17"},
		SubnetIDs:               zones("subnet-1"),
		SubnetCIDRs:             zones("10.16.0.0/20"),
		RouteTableIDs:           zones("rtb-1"),
		EndpointSecurityGroupID: "sg-1",
		PrefixListIDs:           map[string]string{"s3": "pl-1"},
		ZoneID:                  "Z1",
		ZoneName:                "us-east-1.nonprod.example.com",
		PrivateZoneID:           "Z2",
		PrivateZoneName:         "us-east-1.nonprod.int.example.com",
		KeyARNs:                 map[string]string{KeyLogs: "arn:aws:kms:us-east-1:111111111111:key/1"},
		LogBuckets:              map[string]string{LogsAccess: "access"},
		AlertTopicARN:           "arn:aws:sns:us-east-1:111111111111:alerts",
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
		{reflect.TypeFor[ConsulOutputs](), reflect.TypeFor[Consul]()},
		{reflect.TypeFor[VaultOutputs](), reflect.TypeFor[Vault]()},
		{reflect.TypeFor[JenkinsOutputs](), reflect.TypeFor[Jenkins]()},
		{reflect.TypeFor[ELKOutputs](), reflect.TypeFor[ELK]()},
		{reflect.TypeFor[SecurityOutputs](), reflect.TypeFor[Security]()},
		{reflect.TypeFor[OktaOutputs](), reflect.TypeFor[Okta]()},
		{reflect.TypeFor[VaultConfigOutputs](), reflect.TypeFor[VaultConfig]()},
		{reflect.TypeFor[DatadogOutputs](), reflect.TypeFor[Datadog]()},
	} {
		if out, in := keys(pair.out), keys(pair.in); !reflect.DeepEqual(out, in) {
			t.Errorf("%s publishes %v, %s reads %v", pair.out, out, pair.in, in)
		}
	}
}

func keys(t reflect.Type) map[string]string {
	names := map[string]string{}
	for _, field := range reflect.VisibleFields(t) {
		if !field.Anonymous {
			names[field.Name] = field.Tag.Get("json")
		}
	}
	return names
}

func TestLoadBalancersArePublishedAsTheyAreRead(t *testing.T) {
	t.Parallel()
	published := LoadBalancerOutputs{}.Map()
	for field, key := range keys(reflect.TypeFor[LoadBalancer]()) {
		if _, ok := published[key]; !ok {
			t.Errorf("%s is read as %q, which is not published", field, key)
		}
	}
	if len(published) != reflect.TypeFor[LoadBalancer]().NumField() {
		t.Errorf("published %v, want exactly the fields of LoadBalancer", published)
	}
}
