package dns_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/dns"
	"cellworks/pkg/pulumitest"
)

func TestNewBuildsTheZone(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := dns.New(ctx, "dns", dns.Args{Domain: "us-east-1.nonprod.example.com"}, pulumitest.AWS(t, ctx))
		return err
	}).Golden(t, "dns")
}

func TestNewRejectsAnEmptyDomainBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = `zone "dns": domain is empty`
	if _, err := dns.New(nil, "dns", dns.Args{}); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestNewPrivateBuildsTheZone(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := dns.NewPrivate(ctx, "internal", dns.PrivateArgs{Domain: "us-east-1.nonprod.int.example.com", VPCID: pulumi.String("vpc-1")}, pulumitest.AWS(t, ctx))
		return err
	}).Golden(t, "private")
}

func TestNewPrivateRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = "private zone \"internal\": domain is empty\nvpc id is not set"
	if _, err := dns.NewPrivate(nil, "internal", dns.PrivateArgs{}); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
