package naming_test

import (
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/naming"
)

func TestNamesOfAccessAreFixed(t *testing.T) {
	t.Parallel()
	const id, region = "111122223333", "us-east-1"
	for _, tc := range []struct{ got, want string }{
		{naming.BoundaryARN(id, region), "arn:aws:iam::111122223333:policy/platform-boundary"},
		{naming.ServiceBoundaryARN(id, region), "arn:aws:iam::111122223333:policy/platform-service-boundary"},
		{naming.DeployRole(naming.ProjectCell), "deploy/pulumi-cell"},
		{naming.DeployRoleARN(id, region, naming.ProjectBase), "arn:aws:iam::111122223333:role/deploy/pulumi-base"},
		{naming.DeployRoleARN(id, "us-gov-west-1", naming.ProjectUtility), "arn:aws-us-gov:iam::111122223333:role/deploy/pulumi-utility"},
		{naming.PersonRole(naming.PersonBreakGlass), "people/break-glass"},
		{naming.PersonRoleARN(id, region, naming.PersonAuditor), "arn:aws:iam::111122223333:role/people/auditor"},
		{naming.ServiceRoleARN(id, region, naming.ServiceBackup), "arn:aws:iam::111122223333:role/service/backup"},
		{naming.AutoScalingRoleARN(id, region), "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"},
		{naming.RecorderRoleARN(id, region), "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"},
		{naming.AccountAlias("meridian", "prod"), "meridian-prod"},
		{naming.AccountBudget("prod", "actual"), "prod-monthly-actual"},
		{naming.CellScheduleGroup("acme"), "cell-acme"},
		{naming.CellBudget("acme"), "cell-acme"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %s, want %s", tc.got, tc.want)
		}
	}
}

func TestPathsOfIAMAreApart(t *testing.T) {
	t.Parallel()
	paths := []string{naming.DeployPath, naming.PeoplePath, naming.ServicePath, naming.CellsPath, naming.UtilityPath, "/aws-service-role/"}
	for i, a := range paths {
		if !strings.HasPrefix(a, "/") || !strings.HasSuffix(a, "/") {
			t.Errorf("path %q does not begin and end with a slash", a)
		}
		for _, b := range paths[i+1:] {
			if strings.HasPrefix(a, b) || strings.HasPrefix(b, a) {
				t.Errorf("path %s is within %s: a policy on one covers the other", a, b)
			}
		}
	}
	if !strings.HasPrefix(naming.CellRolePath("acme"), naming.CellsPath) {
		t.Errorf("roles of a cell are in %s, want them in %s", naming.CellRolePath("acme"), naming.CellsPath)
	}
	if !strings.HasPrefix("/"+naming.VaultServers, naming.UtilityPath) {
		t.Errorf("%s are not roles of the utility project", naming.VaultServers)
	}
}

func TestServiceLinkedRolesAreServicePrincipals(t *testing.T) {
	t.Parallel()
	var services []string
	for name, service := range naming.ServiceLinkedRoles() {
		if !strings.HasSuffix(service, ".amazonaws.com") || slices.Contains(services, service) {
			t.Errorf("%s: %q is not a service principal of its own", name, service)
		}
		services = append(services, service)
	}
	for _, arn := range []string{naming.AutoScalingRoleARN("1", "us-east-1"), naming.RecorderRoleARN("1", "us-east-1")} {
		if !slices.ContainsFunc(services, func(s string) bool { return strings.Contains(arn, "/"+s+"/") }) {
			t.Errorf("%s is of no service in the list", arn)
		}
	}
}
