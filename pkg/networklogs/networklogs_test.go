package networklogs_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/networklogs"
	"cellworks/pkg/pulumitest"
)

const bucketARN = "arn:aws:s3:::meridian-nonprod-us-east-1-network"

func args() networklogs.Args {
	return networklogs.Args{
		VPCID:     pulumi.String("vpc-1"),
		BucketARN: pulumi.String(bucketARN),
		FlowLogs:  config.BaseFlowLogs{Enabled: true, AggregationSeconds: 60},
		QueryLogs: true,
	}
}

func record(t *testing.T, args networklogs.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := networklogs.New(ctx, "logs", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsFlowAndQueryLogs(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "networklogs")
}

func TestEachKindOfLogCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	types := []string{
		"aws:ec2/flowLog:FlowLog",
		"aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig",
		"aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation",
	}
	for name, tc := range map[string]struct {
		flows, queries bool
		want           []int
	}{
		"both":    {true, true, []int{1, 1, 1}},
		"flows":   {true, false, []int{1, 0, 0}},
		"queries": {false, true, []int{0, 1, 1}},
		"none":    {false, false, []int{0, 0, 0}},
	} {
		a := args()
		a.FlowLogs.Enabled, a.QueryLogs = tc.flows, tc.queries
		recording := record(t, a)
		var got []int
		for _, token := range types {
			got = append(got, len(recording.OfType(token)))
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v of %v, want %v", name, got, types, tc.want)
		}
	}
}

// waits notes what each resource waits for, by type token.
type waits struct {
	mu       sync.Mutex
	upstream map[string][]string
}

func (w *waits) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.upstream[args.TypeToken] = args.RegisterRPC.GetDependencies()
	return args.Name + "-id", args.Inputs, nil
}

func (w *waits) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

func TestLogsWaitForThePolicies(t *testing.T) {
	t.Parallel()
	w := &waits{upstream: map[string][]string{}}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		policy, err := s3.NewBucketPolicy(ctx, "policy", &s3.BucketPolicyArgs{Bucket: pulumi.String("b"), Policy: pulumi.String("{}")})
		if err != nil {
			return err
		}
		a := args()
		a.DependsOn = []pulumi.Resource{policy}
		_, err = networklogs.New(ctx, "logs", a)
		return err
	}, pulumi.WithMocks("base", "test", w))
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{"aws:ec2/flowLog:FlowLog", "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig"} {
		if !slices.ContainsFunc(w.upstream[token], func(urn string) bool { return strings.HasSuffix(urn, "::policy") }) {
			t.Errorf("%s waits for %v, want it to wait for the policy", token, w.upstream[token])
		}
	}
}

func TestStatementsAdmitDeliveryForTheAccountOnly(t *testing.T) {
	t.Parallel()
	const conditions = `"ArnLike":{"aws:SourceArn":["arn:aws:logs:us-east-1:111122223333:*"]},"StringEquals":{"aws:SourceAccount":["111122223333"]`
	bucket, err := iampolicy.NewDocument(networklogs.BucketStatements("111122223333", "us-east-1", "b")...).JSONFor(iampolicy.Bucket)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"CheckNetworkLogs","Effect":"Allow","Principal":{"Service":["delivery.logs.amazonaws.com"]},"Action":["s3:GetBucketAcl","s3:ListBucket"],` +
		`"Resource":["arn:aws:s3:::b"],"Condition":{` + conditions + `}}},` +
		`{"Sid":"WriteNetworkLogs","Effect":"Allow","Principal":{"Service":["delivery.logs.amazonaws.com"]},"Action":["s3:PutObject"],` +
		`"Resource":["arn:aws:s3:::b/dns/AWSLogs/111122223333/*","arn:aws:s3:::b/flow/AWSLogs/aws-account-id=111122223333/*"],"Condition":{` + conditions +
		`,"s3:x-amz-acl":["bucket-owner-full-control"]}}}]}`; bucket != want {
		t.Errorf("bucket policy = %s, want %s", bucket, want)
	}
	key, err := iampolicy.NewDocument(networklogs.KeyStatements("111122223333", "us-east-1")...).JSONFor(iampolicy.Key)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"EncryptNetworkLogs","Effect":"Allow","Principal":{"Service":["delivery.logs.amazonaws.com"]},` +
		`"Action":["kms:Decrypt","kms:DescribeKey","kms:Encrypt","kms:GenerateDataKey*","kms:ReEncrypt*"],"Resource":["*"],"Condition":{` + conditions + `}}}]}`; key != want {
		t.Errorf("key policy = %s, want %s", key, want)
	}
}

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = "network logs \"l\": vpc id is not set\nbucket is not set\nflow logs: aggregation of 61 s is out of range, want 60 or 600"
	bad := networklogs.Args{FlowLogs: config.BaseFlowLogs{Enabled: true, AggregationSeconds: 61}}
	if _, err := networklogs.New(nil, "l", bad); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
