package iam_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/iam"
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
