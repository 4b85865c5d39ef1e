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
		VPCID:              "vpc-1",
		SubnetIDs:          []string{"subnet-1", "subnet-2"},
		TargetCIDR:         netip.MustParsePrefix("10.16.0.0/17"),
		AllowedCIDRs:       []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")},
		IdleTimeoutSeconds: 60,
		ZoneID:             "Z1",
		ZoneName:           "us-east-1.nonprod.example.com",
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

func TestOnlyHTTPSLeadsToTargets(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	if got, want := recording.Strings("aws:lb/listener:Listener", "protocol"), []string{"HTTP", "HTTPS"}; !slices.Equal(got, want) {
		t.Fatalf("listeners = %v, want %v", got, want)
	}
	plain := recording.OfType("aws:lb/listener:Listener")[0]
	action := plain.Inputs["defaultActions"].ArrayValue()[0].ObjectValue()
	if got := action["type"].StringValue(); got != "redirect" {
		t.Errorf("plain HTTP does %s, want redirect", got)
	}
}

func TestEachAllowedBlockHasRulesOfItsOwn(t *testing.T) {
	t.Parallel()
	a := args()
	a.AllowedCIDRs = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24")}
	got := record(t, a).Strings("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "cidrIpv4")
	want := []string{"198.51.100.0/24", "203.0.113.0/24", "198.51.100.0/24", "203.0.113.0/24"}
	if !slices.Equal(got, want) {
		t.Errorf("blocks = %v, want %v", got, want)
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
		"hosted zone is not set",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error = %q, want it to contain %q", err, want)
		}
	}
}
