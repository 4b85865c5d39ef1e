package endpoints

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/naming"
)

// maxInterfaces is the default quota of interface endpoints of a VPC
// (docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html).
const maxInterfaces = 50

// gateways returns the services that have gateway endpoints.
func gateways() []string { return []string{"dynamodb", "s3"} }

// ecsServices returns what the ECS agent of an instance talks to. Where only some
// of them have endpoints, the agent uses the public ones.
func ecsServices() []string { return []string{"ecs", "ecs-agent", "ecs-telemetry"} }

func (a Args) validate() error {
	var errs []error
	add := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	add(a.VPCID == nil, "vpc id is not set")
	add(!a.VPCCIDR.IsValid(), "vpc block is not set")
	add(a.Region == "" || a.AccountID == "", "region and account id must be set")
	add(naming.Partition(a.Region) == "aws-cn", "region %s: the services of China have other names, want a region of another partition", a.Region)
	add(len(a.Config.Gateway) > 0 && len(a.RouteTableIDs) == 0, "gateway endpoints have no route tables, want those of the app, data and intra tiers")
	add(len(a.Config.Interface) > 0 && len(a.SubnetIDs) == 0, "interface endpoints have no subnets, want one a zone")
	add(len(a.Config.Interface) > maxInterfaces, "interface: got %d services, want at most %d", len(a.Config.Interface), maxInterfaces)
	return errors.Join(append(errs, a.services()...)...)
}

// services returns what is wrong with the lists of services.
func (a Args) services() []error {
	var errs []error
	for i, service := range a.Config.Gateway {
		if !slices.Contains(gateways(), service) {
			errs = append(errs, fmt.Errorf("gateway: %q has no gateway endpoint, want %s: list it under interface", service, strings.Join(gateways(), " or ")))
		}
		if slices.Contains(a.Config.Gateway[:i], service) {
			errs = append(errs, fmt.Errorf("gateway: %q is listed twice", service))
		}
	}
	var ecs []string
	for i, service := range a.Config.Interface {
		if slices.Contains(gateways(), service) {
			errs = append(errs, fmt.Errorf("interface: %q has a gateway endpoint, which costs nothing: list it under gateway", service))
		}
		if slices.Contains(a.Config.Interface[:i], service) {
			errs = append(errs, fmt.Errorf("interface: %q is listed twice", service))
		} else if slices.Contains(ecsServices(), service) {
			ecs = append(ecs, service)
		}
	}
	if len(ecs) > 0 && len(ecs) < len(ecsServices()) {
		errs = append(errs, fmt.Errorf("interface: got %s, want all of %s or none", strings.Join(ecs, " and "), strings.Join(ecsServices(), ", ")))
	}
	return errs
}
