package cell_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"cellworks/pkg/config"
	"cellworks/pkg/fleet/stateful"
	"cellworks/pkg/pulumitest"
)

// suspends are all classes of differences between an active and a suspended client, with
// what docs/cell.md says of them.
var suspends = map[string]string{
	"aws:ecs/service:Service desiredCount":                                    "services have no tasks",
	"aws:ecs/service:Service (options)":                                       "services have no tasks: what scaling set is not left alone",
	"aws:appautoscaling/target:Target minCapacity":                            "services have no tasks, and scaling starts none",
	"aws:appautoscaling/target:Target maxCapacity":                            "services have no tasks, and scaling starts none",
	"aws:appautoscaling/scheduledAction:ScheduledAction scalableTargetAction": "services have no tasks, and no action brings them back",
	"- aws:lb/listenerRule:ListenerRule":                                      "rules are gone",
	"- aws:lb/targetGroup:TargetGroup":                                        "target groups are gone",
	"aws:ecs/service:Service loadBalancers":                                   "target groups are gone, so that services are behind none",
	"aws:ecs/service:Service healthCheckGracePeriodSeconds":                   "target groups are gone, so that services are behind none",
	"- " + ingressRule:                                                        "the load balancers' groups, and peers, may connect to nothing",
	"aws:scheduler/schedule:Schedule state":                                   "schedules are disabled",
	"+ datadog:index/downtimeSchedule:DowntimeSchedule":                       "a downtime keeps the monitors quiet",
	"datadog:index/syntheticsTest:SyntheticsTest status":                      "nobody asks it from outside",
	"- okta:app/groupAssignment:GroupAssignment":                              "its people reach no application",
	"okta:app/oAuth:OAuth status":                                             "the application is inactive",
	"okta:idp/saml:Saml status":                                               "the client's own provider is inactive",
	"- okta:policy/ruleIdpDiscovery:RuleIdpDiscovery":                         "nobody is sent to the client's own provider",
	"- aws:transfer/sshKey:SshKey":                                            "a suspended cell keeps its users and takes their keys away",
}

func TestSuspendedCellsDifferAsTheyShould(t *testing.T) {
	t.Parallel()
	tree := whole(t)
	var edits []edit
	for _, client := range tree.Clients() {
		if cell, err := tree.Cell(client); err != nil || cell.State == config.Suspended {
			continue // it is suspended already
		}
		edits = append(edits, edit{"clients/" + client + "/cell.yaml", "\nslot: ", "\nstate: suspended\nslot: "})
	}
	active, suspended := recordAll(t, tree), recordAll(t, whole(t, edits...))
	seen := map[string]bool{}
	for client := range active {
		for _, fault := range suspensionFaults(active[client], suspended[client]) {
			t.Errorf("%s: %s", client, fault)
		}
		for _, difference := range differences(active[client], suspended[client]) {
			seen[difference] = true
		}
	}
	for difference, what := range suspends {
		if !seen[difference] {
			t.Errorf("no suspended cell shows %q, though %s", difference, what)
		}
	}
}

// ownBalancer reports whether a group is that of a load balancer of the cell's own.
func ownBalancer(cell *pulumitest.Recording, group string) bool {
	return slices.ContainsFunc(cell.OfType("aws:lb/loadBalancer:LoadBalancer"), func(res pulumitest.Resource) bool { return res.Name+"-id" == group })
}

// suspensionFaults returns what a suspended cell does that the documentation does not say,
// and what it would lose, replace, or leave without protection.
func suspensionFaults(active, suspended *pulumitest.Recording) []string {
	var faults []string
	for _, difference := range differences(active, suspended) {
		if suspends[difference] == "" {
			faults = append(faults, fmt.Sprintf("%q differs, which docs/cell.md does not say", difference))
		}
	}
	is := byURN(suspended)
	for urn, res := range byURN(active) {
		source := text(res, "referencedSecurityGroupId") + text(res, "cidrIpv4")
		if _, kept := is[urn]; !kept && res.Type == ingressRule && !strings.HasPrefix(source, "sg-cells-") && !ownBalancer(active, text(res, "referencedSecurityGroupId")) && !strings.Contains(urn, "-peer-") {
			faults = append(faults, fmt.Sprintf("%s is gone, which lets %q in and no load balancer or peer", urn, source))
		}
	}
	for urn, res := range byURN(active) {
		what := stateful.Holds(urn)
		if what == "" {
			continue
		}
		kept, ok := is[urn]
		if !ok {
			faults = append(faults, fmt.Sprintf("%s is gone, and with it %s", urn, what))
		} else if !lasting(kept).DeepEquals(lasting(res)) || kept.Protect != res.Protect {
			faults = append(faults, fmt.Sprintf("%s is another one, but holds %s", urn, what))
		}
	}
	return faults
}

// lasting returns the inputs that no suspension changes: of what holds something only the
// state of the client's own provider, which then answers nobody.
func lasting(res pulumitest.Resource) resource.PropertyMap {
	inputs := compared(res)
	if res.Type == "okta:idp/saml:Saml" {
		inputs = without(inputs, []string{"status"})
	}
	return inputs
}

// The comparison has to see what a suspension must never do.
func TestWrongSuspensionsAreFound(t *testing.T) {
	t.Parallel()
	tree := load(t)
	below := stacks(t, tree)
	active := record(t, tree, below, "acme")
	if faults := suspensionFaults(active, active); len(faults) > 0 {
		t.Fatalf("nothing is changed, yet: %q", faults)
	}
	set := func(property string, value any) func(*pulumitest.Resource) {
		return func(res *pulumitest.Resource) {
			res.Inputs = maps.Clone(res.Inputs)
			res.Inputs[resource.PropertyKey(property)] = resource.NewPropertyValue(value)
		}
	}
	for _, tc := range []struct {
		token, want string
		change      func(*pulumitest.Resource)
	}{
		{"aws:s3/bucketV2:BucketV2", "its objects with all their versions", nil},
		{"aws:kms/key:Key", "the only key to what it has encrypted", nil},
		{"aws:route53/record:Record", `"- aws:route53/record:Record" differs`, nil},
		{"aws:kms/key:Key", "is another one", set("enableKeyRotation", false)},
		{"aws:rds/instance:Instance", "is another one", func(res *pulumitest.Resource) { res.Protect = !res.Protect }},
		{ingressRule, "no load balancer or peer", nil},
		{"aws:backup/plan:Plan", `"aws:backup/plan:Plan name" differs`, set("name", "other")},
	} {
		resources := slices.Clone(active.Resources)
		at := slices.IndexFunc(resources, func(res pulumitest.Resource) bool { return res.Type == tc.token })
		if at < 0 {
			t.Errorf("the cell has no %s", tc.token)
			continue
		}
		if tc.change == nil {
			resources = slices.Delete(resources, at, at+1)
		} else {
			tc.change(&resources[at])
		}
		if faults := strings.Join(suspensionFaults(active, &pulumitest.Recording{Resources: resources}), "\n"); !strings.Contains(faults, tc.want) {
			t.Errorf("a changed %s gives %q, want it to contain %q", tc.token, faults, tc.want)
		}
	}
}
