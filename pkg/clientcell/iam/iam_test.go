package iam_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/iam"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/pulumitest"
)

const boundary = pulumi.String("arn:aws:iam::111122223333:policy/platform-boundary")

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	key := pulumi.String("arn:aws:kms:us-east-1:111122223333:key/1")
	complete := iam.Args{Client: "acme", AccountID: "111122223333", Region: "us-east-1", KeyARN: key, PermissionsBoundary: boundary}
	noClient, noKey, noBoundary, badService, others := complete, complete, complete, complete, complete
	others.Config.ExtraPolicies = []string{"arn:aws:iam::111122223333:policy/cell/acme/extra/reports", "arn:aws:iam::111122223333:policy/cell/birch/extra/reports"}
	noClient.Client = ""
	noKey.KeyARN = nil
	noBoundary.PermissionsBoundary = nil
	badService.Services = map[string]string{"Api": "image"}
	for want, args := range map[string]iam.Args{
		`roles "acme": client, account id and region must be set`: noClient,
		`roles "acme": key is not set`:                            noKey,
		`roles "acme": permissions boundary is not set`:           noBoundary,
		`roles "acme": policy arn:aws:iam::111122223333:policy/cell/birch/extra/reports is not in the client's own path, want arn:aws:iam::111122223333:policy/cell/acme/extra/<name>`: others,
		`roles "acme": role: part 2 of name "acme-Api-task"`: badService,
	} {
		if _, err := iam.New(nil, "acme", args); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error = %v, want it to begin with %s", err, want)
		}
	}
}

func TestOnlyPrivateRepositoriesThatAreUsedMayBePulled(t *testing.T) {
	t.Parallel()
	args := iam.Args{
		Client: "acme", AccountID: "111122223333", Region: "us-east-1",
		KeyARN:              pulumi.String("arn:aws:kms:us-east-1:111122223333:key/1"),
		PermissionsBoundary: boundary,
		Services: map[string]string{
			"api":    "444455556666.dkr.ecr.us-west-2.amazonaws.com/platform/api@sha256:00",
			"worker": "registry.example.com/worker@sha256:00",
		},
	}
	recording := pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		_, err := iam.New(ctx, "acme", args, pulumitest.AWS(t, ctx))
		return err
	})
	for i, got := range recording.Strings("aws:iam/role:Role", "permissionsBoundary") {
		if got != string(boundary) {
			t.Errorf("role %d has boundary %q, want %s", i, got, boundary)
		}
	}
	policies := strings.Join(recording.Strings("aws:iam/policy:Policy", "policy"), "\n")
	if want := "arn:aws:ecr:us-west-2:444455556666:repository/platform/api"; !strings.Contains(policies, want) {
		t.Errorf("policies do not name %s: %s", want, policies)
	}
	if strings.Contains(policies, "repository/*") || strings.Contains(policies, "worker@") {
		t.Errorf("policies name repositories that are not used: %s", policies)
	}
}

func TestServicesGetTheClientsExtraPolicies(t *testing.T) {
	t.Parallel()
	args := iam.Args{
		Client: "acme", AccountID: "111122223333", Region: "us-east-1",
		KeyARN: pulumi.String("arn:aws:kms:us-east-1:111122223333:key/1"), PermissionsBoundary: boundary,
		Services: map[string]string{"api": "image", "worker": "image"},
	}
	const extra = "arn:aws:iam::111122223333:policy/cell/acme/extra/reports"
	args.Config.ExtraPolicies = []string{extra}
	recording := pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		_, err := iam.New(ctx, "acme", args, pulumitest.AWS(t, ctx))
		return err
	})
	var got []string
	for _, attachment := range recording.OfType("aws:iam/rolePolicyAttachment:RolePolicyAttachment") {
		if attachment.Inputs["policyArn"].StringValue() == extra {
			got = append(got, attachment.Name+" of "+attachment.Inputs["role"].StringValue())
		}
	}
	slices.Sort(got)
	if want := []string{"acme-api-task-extra.reports of acme-api-task", "acme-worker-task-extra.reports of acme-worker-task"}; !slices.Equal(got, want) {
		t.Errorf("attached as %q, want %q: what starts tasks gets none", got, want)
	}
}

// TestLongPoliciesAreDivided holds that a cell with many buckets, queues or secrets gets
// roles that may use all of them, and that too many are refused.
func TestLongPoliciesAreDivided(t *testing.T) {
	t.Parallel()
	const key = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
	args := func(n int) iam.Args {
		a := iam.Args{
			Client: "acme", AccountID: "111122223333", Region: "us-east-1", KeyARN: pulumi.String(key), PermissionsBoundary: boundary,
			Services: map[string]string{"api": "registry.example.com/api@sha256:00"},
		}
		for i := range n {
			a.Buckets = append(a.Buckets, fmt.Sprintf("meridian-acme-us-east-1-bucket-%03d", i))
		}
		return a
	}
	run := func(a iam.Args) (*pulumitest.Recording, error) {
		return pulumitest.Record(pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
			_, err := iam.New(ctx, "acme", a, pulumitest.AWS(t, ctx))
			return err
		})
	}
	recording, err := run(args(100))
	if err != nil {
		t.Fatal(err)
	}
	policies := recording.Strings("aws:iam/policy:Policy", "policy")
	names := recording.Strings("aws:iam/policy:Policy", "name")
	if want := []string{"acme-api-task", "acme-api-task-2", "acme-ecs-execution"}; !slices.Equal(slices.Sorted(slices.Values(names)), want) {
		t.Errorf("policies %q, want %q", names, want)
	}
	if got := len(recording.OfType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")); got != len(policies) {
		t.Errorf("%d of %d policies are attached", got, len(policies))
	}
	for _, bucket := range args(100).Buckets {
		for _, arn := range []string{`"arn:aws:s3:::` + bucket + `"`, `"arn:aws:s3:::` + bucket + `/*"`} {
			if !strings.Contains(strings.Join(policies, ""), arn) {
				t.Errorf("no policy names %s", arn)
			}
		}
	}
	const want = `roles "acme": role acme-api-task: it would need 9 policies of 6144 characters, want at most 5`
	if _, err := run(args(400)); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want it to contain %s", err, want)
	}
}

// TestTheMostThatTheConfigurationTakesFits holds the bounds of storage.buckets,
// messaging.queues and topics and services' secrets: with the longest names roles have
// room for all of them.
func TestTheMostThatTheConfigurationTakesFits(t *testing.T) {
	t.Parallel()
	const client, region, account = "abcdefghijkl", "ap-southeast-1", "111122223333"
	arns := func(service, between, after string, n int) []string {
		var all []string
		for i := range n {
			all = append(all, "arn:aws:"+service+":"+region+":"+account+":"+client+"-"+fmt.Sprintf("%020d", i)+between+after)
		}
		return all
	}
	args := iam.Args{
		Client: client, AccountID: account, Region: region, PermissionsBoundary: boundary,
		KeyARN:   pulumi.String("arn:aws:kms:ap-southeast-1:111122223333:key/mrk-11111111222233334444555555555555"),
		Services: map[string]string{"api": "registry.example.com/api@sha256:00"},
		Grants: []iampolicy.Statement{
			iampolicy.Allow("UseQueues", "sqs:ChangeMessageVisibility", "sqs:ReceiveMessage", "sqs:SendMessage").On(append(arns("sqs", "", ".fifo", 80), arns("sqs", "-dead", ".fifo", 80)...)...),
			iampolicy.Allow("UseTopics", "sns:Publish").On(arns("sns", "", ".fifo", 50)...),
		},
	}
	for i := range 50 {
		args.Buckets = append(args.Buckets, fmt.Sprintf("organization-%s-%s-%020d", client, region, i))
	}
	for i := range 100 {
		args.Secrets = append(args.Secrets, config.SecretRef{Store: config.SecretsManager, Name: fmt.Sprintf("%0128d", i)})
	}
	if _, err := pulumitest.Record(pulumitest.Target{Project: "cell", Stack: client}, func(ctx *pulumi.Context) error {
		_, err := iam.New(ctx, client, args, pulumitest.AWS(t, ctx))
		return err
	}); err != nil {
		t.Error(err)
	}
}
