package endpoints_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/endpoints"
	"cellworks/pkg/pulumitest"
)

const endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint"

func ids(names ...string) map[string]pulumi.StringOutput {
	all := map[string]pulumi.StringOutput{}
	for _, name := range names {
		all[name] = pulumi.String(name + "-id").ToStringOutput()
	}
	return all
}

func args() endpoints.Args {
	return endpoints.Args{
		VPCID:         pulumi.String("vpc-1"),
		VPCCIDR:       netip.MustParsePrefix("10.16.0.0/16"),
		Region:        "us-east-1",
		AccountID:     "111122223333",
		Config:        config.BaseEndpoints{Gateway: []string{"s3", "dynamodb"}, Interface: []string{"logs", "ecr.api", "guardduty-data"}},
		SubnetIDs:     ids("use1-az1", "use1-az2"),
		RouteTableIDs: ids("app-use1-az1", "app-use1-az2", "data-use1-az1", "data-use1-az2", "intra"),
	}
}

func record(t *testing.T, args endpoints.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := endpoints.New(ctx, "endpoints", args, pulumitest.AWS(t, ctx))
		return err
	})
}

// policies returns the policy of every endpoint by its name.
func policies(recording *pulumitest.Recording) map[string]string {
	all := map[string]string{}
	for _, r := range recording.OfType(endpoint) {
		all[r.Name] = ""
		if policy, ok := r.Inputs["policy"]; ok {
			all[r.Name] = policy.StringValue()
		}
	}
	return all
}

func TestNewBuildsGatewayAndInterfaceEndpoints(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "endpoints")
}

func TestNewDoesNotDependOnTheOrderOfServices(t *testing.T) {
	t.Parallel()
	a := args()
	slices.Reverse(a.Config.Gateway)
	slices.Reverse(a.Config.Interface)
	record(t, a).Golden(t, "endpoints")
}

func TestWithoutServicesThereIsNothing(t *testing.T) {
	t.Parallel()
	group := make(chan string, 1)
	recording := pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		a := args()
		a.Config, a.SubnetIDs, a.RouteTableIDs = config.BaseEndpoints{}, nil, nil
		e, err := endpoints.New(ctx, "endpoints", a, pulumitest.AWS(t, ctx))
		if err != nil {
			return err
		}
		if len(e.PrefixListIDMap()) != 0 {
			t.Errorf("prefix lists = %v, want none", e.PrefixListIDMap())
		}
		e.SecurityGroupID.ApplyT(func(id string) string { group <- id; return id })
		return nil
	})
	for _, r := range recording.Resources {
		if r.Custom && !strings.HasPrefix(r.Type, "pulumi:providers:") {
			t.Errorf("%s is registered, want nothing", r.URN)
		}
	}
	if id := <-group; id != "" {
		t.Errorf("security group = %q, want it empty", id)
	}
}

func TestPoliciesAdmitOwnPrincipalsOnly(t *testing.T) {
	t.Parallel()
	const (
		account = `"StringEquals":{"aws:PrincipalAccount":["111122223333"]}`
		trusted = `"StringEquals":{"aws:PrincipalAccount":["111122223333","444455556666"]}`
		org     = `"StringEquals":{"aws:PrincipalOrgID":["o-a1b2c3d4e5"]}`
	)
	for name, tc := range map[string]struct {
		change                    func(*endpoints.Args)
		gateways, otherInterfaces string
	}{
		"account":      {func(*endpoints.Args) {}, account, account},
		"trusted":      {func(a *endpoints.Args) { a.TrustedAccountIDs = []string{"444455556666"} }, trusted, trusted},
		"organization": {func(a *endpoints.Args) { a.OrganizationID = "o-a1b2c3d4e5" }, org, account},
	} {
		a := args()
		tc.change(&a)
		for endpoint, policy := range policies(record(t, a)) {
			want := tc.otherInterfaces
			if endpoint == "endpoints-s3" || endpoint == "endpoints-dynamodb" {
				want = tc.gateways
			}
			if !strings.Contains(policy, want) {
				t.Errorf("%s: policy of %s = %s, want it to contain %s", name, endpoint, policy, want)
			}
		}
	}
}

func TestOnlyS3AdmitsBucketsOfAWS(t *testing.T) {
	t.Parallel()
	a := args()
	a.Region = "us-gov-west-1"
	for endpoint, policy := range policies(record(t, a)) {
		const layers = `"arn:aws-us-gov:s3:::prod-us-gov-west-1-starport-layer-bucket/*"`
		if got, want := strings.Contains(policy, layers), endpoint == "endpoints-s3"; got != want {
			t.Errorf("policy of %s names the bucket of image layers = %v, want %v", endpoint, got, want)
		}
	}
}

func TestPatchManagerReadsItsBucketsOnly(t *testing.T) {
	t.Parallel()
	policy := policies(record(t, args()))["endpoints-s3"]
	for bucket, want := range map[string]bool{
		"aws-patch-manager-us-east-1-?????????":      true,
		"patch-baseline-snapshot-us-east-1":          true,
		"patch-baseline-snapshot-us-east-1-????????": true,
		"aws-patch-manager-us-east-1-*":              false,
		"*":                                          false,
	} {
		if got := strings.Contains(policy, `"arn:aws:s3:::`+bucket+`/*"`); got != want {
			t.Errorf("the policy names bucket %s = %v, want %v", bucket, got, want)
		}
	}
}

func TestTheAgentOfECSHasNoPolicies(t *testing.T) {
	t.Parallel()
	a := args()
	a.Config.Interface = []string{"ecs", "ecs-agent", "ecs-telemetry"}
	for endpoint, policy := range policies(record(t, a)) {
		if got, want := policy == "", endpoint == "endpoints-ecs-agent" || endpoint == "endpoints-ecs-telemetry"; got != want {
			t.Errorf("%s is without a policy = %v, want %v", endpoint, got, want)
		}
	}
}

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	many := make([]string, 51)
	for i := range many {
		many[i] = fmt.Sprintf("service%d", i)
	}
	for want, change := range map[string]func(*endpoints.Args){
		"vpc id is not set\nvpc block is not set\nregion and account id must be set":                    func(a *endpoints.Args) { a.VPCID, a.VPCCIDR, a.AccountID = nil, netip.Prefix{}, "" },
		`region cn-north-1: the services of China have other names, want a region of another partition`: func(a *endpoints.Args) { a.Region = "cn-north-1" },
		`gateway endpoints have no route tables, want those of the app, data and intra tiers`:           func(a *endpoints.Args) { a.RouteTableIDs = nil },
		`interface endpoints have no subnets, want one a zone`:                                          func(a *endpoints.Args) { a.SubnetIDs = nil },
		`interface: got 51 services, want at most 50`:                                                   func(a *endpoints.Args) { a.Config.Interface = many },
		`gateway: "sqs" has no gateway endpoint, want dynamodb or s3: list it under interface`:          func(a *endpoints.Args) { a.Config.Gateway = []string{"sqs"} },
		"gateway: \"s3\" is listed twice\ninterface: \"logs\" is listed twice": func(a *endpoints.Args) {
			a.Config = config.BaseEndpoints{Gateway: []string{"s3", "s3"}, Interface: []string{"logs", "logs"}}
		},
		`interface: "s3" has a gateway endpoint, which costs nothing: list it under gateway`:                        func(a *endpoints.Args) { a.Config.Interface = []string{"s3"} },
		`interface: got ecs-agent and ecs, want all of ecs, ecs-agent, ecs-telemetry or none`:                       func(a *endpoints.Args) { a.Config.Interface = []string{"ecs-agent", "logs", "ecs"} },
		"interface: \"ecs\" is listed twice\ninterface: got ecs, want all of ecs, ecs-agent, ecs-telemetry or none": func(a *endpoints.Args) { a.Config.Interface = []string{"ecs", "ecs"} },
	} {
		a := args()
		change(&a)
		if _, err := endpoints.New(nil, "e", a); err == nil || err.Error() != `endpoints "e": `+want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}
