package cell_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
)

const (
	cellDefaults = "defaults/cell.yaml"
	taskType     = "aws:ecs/taskDefinition:TaskDefinition"
)

// change is one changed default.
type change struct {
	// path is the key, edit the change of its value.
	path string
	edit edit
	// want is what changes in the cell of a client that inherits it.
	want []string
	// other is what changes instead in cells that are made otherwise, by client: one with
	// Aurora, one that is tested from outside, one that is closed.
	other map[string][]string
	// overriding are the clients that something nearer than the defaults decides for: a
	// reader of the configuration has to come to the same as Tree.CellOrigin.
	overriding []string
}

func changes() map[string]change {
	return map[string]change{
		"key": {
			path: "kms.rotationDays", edit: edit{cellDefaults, "rotationDays: 365", "rotationDays: 400"},
			want: []string{"aws:kms/key:Key rotationPeriodInDays"}, overriding: []string{"cedar", "dogwood"},
		},
		"database": {
			path: "database.backupDays", edit: edit{cellDefaults, "backupDays: 35 ", "backupDays: 30 "},
			want: []string{"aws:rds/instance:Instance backupRetentionPeriod"}, overriding: []string{"acme", "birch", "elm", "hazel", "ivy", "juniper"},
			other: map[string][]string{"cedar": {"aws:rds/cluster:Cluster backupRetentionPeriod"}},
		},
		"queue": {
			path: "messaging.queues[ingest].visibilitySeconds", edit: edit{cellDefaults, "visibilitySeconds: 300", "visibilitySeconds: 600"},
			want: []string{"aws:sqs/queue:Queue visibilityTimeoutSeconds"},
		},
		"bucket": {
			path: "storage.buckets[inbound].expireDays", edit: edit{cellDefaults, "expireDays: 90 ", "expireDays: 60 "},
			want: []string{"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2 rules"}, overriding: []string{"cedar"},
		},
		"service": {
			path: "services.items[api].healthPath", edit: edit{cellDefaults, "healthPath: /healthz", "healthPath: /ready"},
			want: []string{"aws:lb/targetGroup:TargetGroup healthCheck"},
			other: map[string][]string{
				"dogwood": {"aws:lb/targetGroup:TargetGroup healthCheck", "datadog:index/syntheticsTest:SyntheticsTest requestDefinition"}, "juniper": nil,
				"maple": {"aws:lb/targetGroup:TargetGroup healthCheck", "datadog:index/syntheticsTest:SyntheticsTest requestDefinition"},
			},
		},
		"tasks": {
			path: "services.items[api].memory", edit: edit{cellDefaults, "memory: 1024 ", "memory: 2048 "},
			want: []string{taskType + " memory"}, overriding: []string{"cedar"},
		},
		"logs": {
			path: "logging.retentionDays", edit: edit{cellDefaults, "retentionDays: 90 ", "retentionDays: 60 "},
			overriding: []string{"acme", "birch", "cedar", "dogwood", "elm", "fir", "hazel", "ivy", "juniper", "larch", "maple"},
		},
		"budget": {
			path: "budget.monthlyUSD", edit: edit{cellDefaults, "monthlyUSD: 500", "monthlyUSD: 600"},
			want: []string{"aws:budgets/budget:Budget limitAmount"}, overriding: []string{"acme", "birch", "elm", "hazel", "ivy", "juniper"},
		},
	}
}

func TestChangedDefaultReachesThoseWhoInheritIt(t *testing.T) {
	t.Parallel()
	tree := load(t)
	before := recordAll(t, tree)
	for name, c := range changes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := edited(t, c.edit)
			if got := overriding(t, changed, c.path); !slices.Equal(got, c.overriding) {
				t.Errorf("%s is overridden for %q, want %q", c.path, got, c.overriding)
			}
			for _, fault := range reachFaults(changed, c, before, recordAll(t, changed)) {
				t.Error(fault)
			}
		})
	}
}

// reachFaults returns how the cells of clients change otherwise than c says: inheriting
// ones by another class of differences, others at all.
func reachFaults(tree *config.Tree, c change, before, after map[string]*pulumitest.Recording) []string {
	var faults []string
	for _, client := range slices.Sorted(maps.Keys(before)) {
		var want []string
		if inherits(tree, client, c.path) {
			want = c.want
			if other, ok := c.other[client]; ok {
				want = other
			}
		}
		if got := differences(before[client], after[client]); !slices.Equal(got, want) {
			faults = append(faults, fmt.Sprintf("%s at %s changes %q, want %q", c.path, client, got, want))
		}
	}
	return faults
}

// inherits reports whether a client has a value from the defaults, and anything that it
// could show at: a client that runs nothing inherits what services are like, too.
func inherits(tree *config.Tree, client, path string) bool {
	origin, ok := tree.CellOrigin(client, path)
	if !ok || origin.Layer != config.LayerDefaults {
		return false
	}
	cfg, err := tree.Cell(client)
	return err == nil && (cfg.Services.Enabled || !strings.HasPrefix(path, "services."))
}

func overriding(t *testing.T, tree *config.Tree, path string) []string {
	t.Helper()
	var found []string
	for _, client := range tree.Clients() {
		origin, ok := tree.CellOrigin(client, path)
		if !ok {
			t.Fatalf("%s has no %s", client, path)
		}
		if origin.Layer != config.LayerDefaults {
			found = append(found, client)
		}
	}
	return found
}

// The comparison has to fail when a change reaches one whom it should not, misses one whom
// it should reach, or shows as something else there.
func TestWrongReachOfDefaultsIsFound(t *testing.T) {
	t.Parallel()
	c := changes()["key"]
	tree := edited(t, c.edit)
	before, after := recordAll(t, load(t)), recordAll(t, tree)
	if faults := reachFaults(tree, c, before, after); len(faults) > 0 {
		t.Fatalf("the change itself is wrong: %q", faults)
	}
	plant := func(client, token, property string) map[string]*pulumitest.Recording {
		planted := maps.Clone(after)
		recording := &pulumitest.Recording{Resources: slices.Clone(after[client].Resources)}
		at := slices.IndexFunc(recording.Resources, func(res pulumitest.Resource) bool { return res.Type == token })
		inputs := recording.Resources[at].Inputs.Copy()
		inputs[resource.PropertyKey(property)] = resource.NewProperty(1.0)
		recording.Resources[at].Inputs = inputs
		planted[client] = recording
		return planted
	}
	unreached, lost, changed := maps.Clone(after), maps.Clone(after), c
	unreached["fir"] = before["fir"]
	lost["acme"] = &pulumitest.Recording{Resources: after["acme"].Resources[1:]}
	changed.want = []string{"aws:kms/key:Key deletionWindowInDays"}
	for name, tc := range map[string]struct {
		change change
		after  map[string]*pulumitest.Recording
		client []string
	}{
		"reaches one who overrides": {c, plant("cedar", "aws:kms/key:Key", "rotationPeriodInDays"), []string{"cedar"}},
		"misses one who inherits":   {c, unreached, []string{"fir"}},
		"shows elsewhere too":       {c, plant("birch", "aws:sqs/queue:Queue", "visibilityTimeoutSeconds"), []string{"birch"}},
		"takes something away":      {c, lost, []string{"acme"}},
		"is another property":       {changed, after, []string{"acme", "birch", "elm", "fir", "hazel", "ivy", "juniper", "larch", "maple"}},
	} {
		var got []string
		for client := range before {
			one := map[string]*pulumitest.Recording{client: before[client]}
			if len(reachFaults(tree, tc.change, one, tc.after)) > 0 {
				got = append(got, client)
			}
		}
		slices.Sort(got)
		if diff := cmp.Diff(tc.client, got); diff != "" {
			t.Errorf("%s: clients at fault (-want +got):\n%s", name, diff)
		}
	}
}
