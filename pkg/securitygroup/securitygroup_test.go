package securitygroup_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/pulumitest"
	"cellworks/pkg/securitygroup"
)

// owner is a component that adds groups.
type owner struct{ pulumi.ResourceState }

func (*owner) Outputs() pulumi.Map { return pulumi.Map{} }

func record(t *testing.T, build func(ctx *pulumi.Context, child pulumi.ResourceOption) error) (*pulumitest.Recording, error) {
	t.Helper()
	return pulumitest.Record(pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := component.Register(ctx, "cellworks:test:Owner", "x", &owner{}, []pulumi.ResourceOption{pulumitest.AWS(t, ctx)}, func(child pulumi.ResourceOption) error {
			return build(ctx, child)
		})
		return err
	})
}

func TestGroupsNameEachOther(t *testing.T) {
	t.Parallel()
	recording, err := record(t, func(ctx *pulumi.Context, child pulumi.ResourceOption) error {
		servers, err := securitygroup.Add(ctx, "servers", securitygroup.Args{VPCID: "vpc-1", Description: "Servers"}, child)
		if err != nil {
			return err
		}
		balancer, err := securitygroup.Add(ctx, "balancer", securitygroup.Args{VPCID: "vpc-1", Description: "Load balancer"}, child)
		if err != nil {
			return err
		}
		return errors.Join(
			servers.From(securitygroup.Of(servers), 8301, "gossip", "tcp", "udp"),
			servers.From(securitygroup.Of(balancer), 8501, "load balancer", "tcp"),
			balancer.To(securitygroup.Of(servers), 8501, "servers", "tcp"),
			balancer.From(securitygroup.At(netip.MustParsePrefix("10.0.0.0/8")), 443, "clients in 10.0.0.0/8", "tcp"),
			servers.To(securitygroup.At(netip.MustParsePrefix("0.0.0.0/0")), 443, "AWS", "tcp"),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, violation := range recording.Violations() {
		t.Error(violation)
	}
	recording.Golden(t, "groups")
}

func TestRulesThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	for want, rule := range map[string]func(*securitygroup.Group) error{
		`cellworks:test:Owner "x": security group "servers": rule "all": port 0 with protocols [tcp] is no rule`: func(g *securitygroup.Group) error {
			return g.From(securitygroup.Of(g), 0, "all", "tcp")
		},
		`cellworks:test:Owner "x": security group "servers": rule "all": protocol "-1" is not known, want tcp or udp`: func(g *securitygroup.Group) error {
			return g.To(securitygroup.Of(g), 443, "all", "-1")
		},
	} {
		_, err := record(t, func(ctx *pulumi.Context, child pulumi.ResourceOption) error {
			group, err := securitygroup.Add(ctx, "servers", securitygroup.Args{VPCID: "vpc-1", Description: "Servers"}, child)
			if err != nil {
				return err
			}
			return rule(group)
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}

func TestAddRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = `security group "servers": vpc id and description must be set`
	if _, err := securitygroup.Add(nil, "servers", securitygroup.Args{}, nil); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
