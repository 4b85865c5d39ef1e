package cellrole_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/cellrole"
	"cellworks/pkg/component"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/pulumitest"
)

// box is a component that holds a role.
type box struct{ pulumi.ResourceState }

func (*box) Outputs() pulumi.Map { return pulumi.Map{} }

func complete() cellrole.Args {
	return cellrole.Args{
		Client: "acme", Name: "acme-storage-scan", Description: "Scans",
		Trust: iampolicy.NewDocument(iampolicy.Allow("Scan", "sts:AssumeRole").By(iampolicy.ByService("guardduty.amazonaws.com"))),
		Policy: cellrole.Text(func(arns []string) iampolicy.Document {
			return iampolicy.NewDocument(iampolicy.Allow("UseKeys", "kms:Decrypt").On(arns...))
		}, pulumi.String("arn:aws:kms:us-east-1:111122223333:key/1"), pulumi.String("arn:aws:kms:us-west-2:111122223333:key/1")),
		PermissionsBoundary: pulumi.String("arn:aws:iam::111122223333:policy/platform-service-boundary"),
	}
}

func add(ctx *pulumi.Context, args cellrole.Args, opts ...pulumi.ResourceOption) error {
	_, err := component.Register(ctx, "cellworks:test:Box", "box", &box{}, opts, func(child pulumi.ResourceOption) error {
		_, err := cellrole.Add(ctx, "box-scan", args, child)
		return err
	})
	return err
}

func TestRolesAreInTheClientsPathAndBounded(t *testing.T) {
	t.Parallel()
	recording := pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		return add(ctx, complete(), pulumitest.AWS(t, ctx))
	})
	recording.Golden(t, "role")
	for _, property := range []string{"path", "permissionsBoundary"} {
		want := map[string]string{"path": "/cell/acme/", "permissionsBoundary": "arn:aws:iam::111122223333:policy/platform-service-boundary"}[property]
		if got := recording.Strings("aws:iam/role:Role", property); len(got) != 1 || got[0] != want {
			t.Errorf("%s = %q, want %s", property, got, want)
		}
	}
}

func TestBadArgsAreRefusedBeforeAnythingIsRegistered(t *testing.T) {
	t.Parallel()
	unbounded, untrusted := complete(), complete()
	unbounded.PermissionsBoundary = nil
	untrusted.Trust = iampolicy.Document{}
	for want, args := range map[string]cellrole.Args{
		`role "acme-storage-scan": client, name, policy and permissions boundary must be set`: unbounded,
		`role "acme-storage-scan": trust policy: a policy needs at least one statement`:       untrusted,
	} {
		_, err := cellrole.Add(nil, "box", args, nil)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}

// TestLongPoliciesAreDivided holds that a role may do all that a policy too long for IAM
// says, by several, and that what depends on the role waits for the last of them.
func TestLongPoliciesAreDivided(t *testing.T) {
	t.Parallel()
	const key = "arn:aws:kms:us-east-1:111122223333:key/1"
	var buckets []string
	for i := range 150 {
		buckets = append(buckets, fmt.Sprintf("arn:aws:s3:::meridian-acme-us-east-1-bucket-%03d", i))
	}
	args := complete()
	args.Policy = cellrole.Text(func(values []string) iampolicy.Document {
		return iampolicy.NewDocument(
			iampolicy.Allow("Scan", "s3:GetObject").On(buckets...),
			iampolicy.Allow("UseKeys", "kms:Decrypt").On(values...),
			iampolicy.Allow("Deliver", "s3:PutObject").On(values[1]+"/*"),
		)
	}, pulumi.String(key), pulumi.String("arn:aws:s3:::there"))
	recording := pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		return add(ctx, args, pulumitest.AWS(t, ctx))
	})
	policies := recording.Strings("aws:iam/policy:Policy", "policy")
	if len(policies) != 2 || len(recording.OfType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")) != 2 {
		t.Fatalf("%d policies, want 2 and both attached", len(policies))
	}
	all := strings.Join(policies, "")
	for _, arn := range append(buckets, key, "arn:aws:s3:::there", "arn:aws:s3:::there/*") {
		if !strings.Contains(all, `"`+arn+`"`) {
			t.Errorf("no policy names %s", arn)
		}
	}
	if strings.Contains(all, "arn:aws:cellworks") {
		t.Errorf("policies name what stands for others: %s", all)
	}
}
