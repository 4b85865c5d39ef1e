package loadbalancer_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/loadbalancer"
	"cellworks/pkg/pulumitest"
)

func args() loadbalancer.Args {
	return loadbalancer.Args{
		VPCID:              pulumi.String("vpc-1"),
		SubnetIDs:          pulumi.ToStringArray([]string{"subnet-1", "subnet-2"}),
		TargetCIDR:         netip.MustParsePrefix("10.16.0.0/17"),
		AllowedCIDRs:       []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")},
		IdleTimeoutSeconds: 60,
		CertificateARN:     pulumi.String("arn:aws:acm:us-east-1:111122223333:certificate/1"),
		LogBucket:          "meridian-111122223333-us-east-1-logs-loadbalancer",
		DeletionProtection: true,
	}
}

func record(t *testing.T, args loadbalancer.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := loadbalancer.New(ctx, "cells", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsTheLoadBalancer(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "loadbalancer")
}

func TestItListensOnHTTPSAlone(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	if got, want := recording.Strings("aws:lb/listener:Listener", "protocol"), []string{"HTTPS"}; !slices.Equal(got, want) {
		t.Fatalf("listeners = %v, want %v", got, want)
	}
	for _, rule := range recording.OfType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") {
		if from, to := rule.Inputs["fromPort"].NumberValue(), rule.Inputs["toPort"].NumberValue(); from != 443 || to != 443 {
			t.Errorf("%s opens ports %v to %v, want 443 alone", rule.URN, from, to)
		}
	}
}

func TestEachAllowedBlockHasRulesOfItsOwn(t *testing.T) {
	t.Parallel()
	a := args()
	a.AllowedCIDRs = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24")}
	got := record(t, a).Strings("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "cidrIpv4")
	want := []string{"198.51.100.0/24", "203.0.113.0/24"}
	if !slices.Equal(got, want) {
		t.Errorf("blocks = %v, want %v", got, want)
	}
}

// TestTasksAreNotLetIn holds that no rule lets an address of a task in, and each lets in
// what it did before otherwise.
func TestTasksAreNotLetIn(t *testing.T) {
	t.Parallel()
	a := args()
	a.AllowedCIDRs = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("10.48.0.0/16")}
	a.TaskCIDRs = []netip.Prefix{netip.MustParsePrefix("10.16.0.0/17"), netip.MustParsePrefix("10.17.0.0/17")}
	var blocks []netip.Prefix
	for _, text := range record(t, a).Strings("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "cidrIpv4") {
		blocks = append(blocks, netip.MustParsePrefix(text))
	}
	for address, want := range map[string]bool{
		"10.16.0.1": false, "10.16.127.255": false, "10.17.64.9": false,
		"10.15.255.255": true, "10.16.128.0": true, "10.17.128.0": true, "10.18.0.0": true, "10.48.1.1": true, "10.255.255.255": true, "11.0.0.0": false,
	} {
		if got := slices.ContainsFunc(blocks, func(b netip.Prefix) bool { return b.Contains(netip.MustParseAddr(address)) }); got != want {
			t.Errorf("%s gets in: %v, want %v by %v", address, got, want, blocks)
		}
	}
	a.AllowedCIDRs = []netip.Prefix{netip.MustParsePrefix("10.16.64.0/20")}
	const want = `load balancer "cells": allowed blocks: all of [10.16.64.0/20] are of tasks, who may not connect`
	if _, err := loadbalancer.New(nil, "cells", a); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestDeletionProtectionIsOfBothAWSAndPulumi(t *testing.T) {
	t.Parallel()
	for _, protected := range []bool{true, false} {
		a := args()
		a.DeletionProtection = protected
		balancer := record(t, a).OfType("aws:lb/loadBalancer:LoadBalancer")[0]
		if got := balancer.Inputs["enableDeletionProtection"].BoolValue(); got != protected || balancer.Protect != protected {
			t.Errorf("protected by AWS %v, by Pulumi %v, want both %v", got, balancer.Protect, protected)
		}
	}
}

func TestNewCertificateIssuesAWildcard(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := loadbalancer.NewCertificate(ctx, "cells", loadbalancer.CertificateArgs{ZoneID: "Z1", ZoneName: "us-east-1.nonprod.example.com"}, pulumitest.AWS(t, ctx))
		return err
	}).Golden(t, "certificate")
}

func TestNewCertificateRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 63)
	for want, args := range map[string]loadbalancer.CertificateArgs{
		`certificate "cells": hosted zone is not set`:                                 {ZoneName: "example.com"},
		`certificate "cells": name *.` + long + ` has 65 characters, want at most 64`: {ZoneID: "Z1", ZoneName: long},
	} {
		if _, err := loadbalancer.NewCertificate(nil, "cells", args); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	_, err := loadbalancer.New(nil, "cells", loadbalancer.Args{IdleTimeoutSeconds: 4001})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`load balancer "cells": vpc id is empty`,
		"subnets: got 0, want at least 2 in different zones",
		"target block is not set",
		"allowed blocks: got none, want at least one",
		"idle timeout: 4001 s is out of range, want 1 to 4000",
		"certificate is not set",
		"log bucket is not set",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error = %q, want it to contain %q", err, want)
		}
	}
}
