package autoengine_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/autoengine"
	"cellworks/pkg/fleet/checkpoint"
	"cellworks/pkg/simcloud"
)

type awsProvider struct{ pulumi.ProviderResourceState }

type subnet struct{ pulumi.CustomResourceState }

type vpc struct {
	pulumi.CustomResourceState
	CIDRBlock pulumi.StringOutput `pulumi:"cidrBlock"`
}

// network is a program with a VPC and a subnet of the given block in a component.
func network(subnetCIDR string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		p := &awsProvider{}
		err := ctx.RegisterResource("pulumi:providers:aws", "aws", pulumi.Map{
			"region":            pulumi.String("us-east-1"),
			"allowedAccountIds": pulumi.JSONMarshal([]string{"111122223333"}),
			"assumeRole":        pulumi.JSONMarshal(map[string]string{"roleArn": "arn:aws:iam::111122223333:role/OrganizationAccountAccessRole"}),
		}, p)
		if err != nil {
			return err
		}
		parent := &group{}
		if err := ctx.RegisterComponentResource("test:index:Network", "network", parent, pulumi.Providers(p)); err != nil {
			return err
		}
		v := &vpc{}
		if err := ctx.RegisterResource("aws:ec2/vpc:Vpc", "main", pulumi.Map{"cidrBlock": pulumi.String("10.16.0.0/16")}, v, pulumi.Parent(parent)); err != nil {
			return err
		}
		ctx.Export("vpcId", v.ID())
		return ctx.RegisterResource("aws:ec2/subnet:Subnet", "app", pulumi.Map{
			"vpcId":              v.ID(),
			"cidrBlock":          pulumi.String(subnetCIDR),
			"availabilityZoneId": pulumi.String("use1-az1"),
		}, &subnet{}, pulumi.Parent(parent))
	}
}

// simulated is an engine on a simulated cloud of its own.
func simulated(t *testing.T, program pulumi.RunFunc) (*autoengine.Engine, autoengine.Config, *simcloud.Cloud) {
	t.Helper()
	c := setup(t, program)
	cloud, err := simcloud.Open(simcloud.Options{Dir: c.Layout.Sim()})
	if err != nil {
		t.Fatal(err)
	}
	server, err := cloud.Serve(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	c.DebugProviders = server.DebugProviders()
	c.Inventory = func(ctx context.Context, s fleet.Stack) ([]checkpoint.Found, error) {
		objects, err := cloud.Objects(ctx, simcloud.Filter{Project: s.Project, Stack: s.Name})
		var found []checkpoint.Found
		for _, o := range objects {
			found = append(found, checkpoint.Found{Type: o.Type, ID: o.ID, URN: o.URN, Account: o.Account, Region: o.Region, Inputs: o.Inputs})
		}
		return found, err
	}
	return newEngine(t, c), c, cloud
}

// edit changes the state of acme.
func edit(t *testing.T, c autoengine.Config, change func(latest map[string]any)) {
	t.Helper()
	path := checkpoint.Open(c.Layout.State()).Path(acme)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]any
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	change(file["checkpoint"].(map[string]any)["latest"].(map[string]any))
	if text, err = json.Marshal(file); err == nil {
		err = os.WriteFile(path, text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// forgetType removes the resources of a type from the state and returns them.
func forgetType(latest map[string]any, kind string) []any {
	var kept, removed []any
	for _, r := range latest["resources"].([]any) {
		if r.(map[string]any)["type"] == kind {
			removed = append(removed, r)
		} else {
			kept = append(kept, r)
		}
	}
	latest["resources"] = kept
	return removed
}

// interrupt turns the resources of a type into creations that never finished.
func interrupt(latest map[string]any, kind string) {
	var pending []any
	for _, r := range forgetType(latest, kind) {
		resource := r.(map[string]any)
		delete(resource, "id")
		delete(resource, "outputs")
		pending = append(pending, map[string]any{"type": "creating", "resource": resource})
	}
	latest["pending_operations"] = pending
}

const (
	subnetType = "aws:ec2/subnet:Subnet"
	vpcType    = "aws:ec2/vpc:Vpc"
)

func TestAFailureNamesTheResourceAndWhatTheCloudSaid(t *testing.T) {
	t.Parallel()
	e, _, _ := simulated(t, network("192.168.0.0/24"))
	result, err := e.Run(t.Context(), fleet.Up, acme, ignore)
	if err == nil {
		t.Fatal("up succeeded")
	}
	for _, want := range []string{`aws:ec2/subnet:Subnet "app"`, "InvalidSubnet.Range", "192.168.0.0/24"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error = %q, want it to contain %q", err, want)
		}
	}
	if lines := strings.Count(err.Error(), "\n"); lines > 4 || strings.Contains(err.Error(), "stdout") {
		t.Errorf("error is a wall of %d lines: %s", lines, err)
	}
	if result.Changes.Create == 0 {
		t.Errorf("changes = %+v, want what was created before the failure", result.Changes)
	}
}

func TestWhatTheStateDoesNotKnowIsAdopted(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(map[string]any){
		"interrupted": func(latest map[string]any) { interrupt(latest, subnetType) },
		"forgotten":   func(latest map[string]any) { forgetType(latest, subnetType) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, c, cloud := simulated(t, network("10.16.0.0/20"))
			run(t, e, fleet.Up)
			before, err := cloud.Objects(t.Context(), simcloud.Filter{Type: subnetType})
			if err != nil {
				t.Fatal(err)
			}
			edit(t, c, lose)
			preview := run(t, e, fleet.Preview)
			if len(preview.Notes) != 1 || !strings.HasPrefix(preview.Notes[0], "up would adopt "+subnetType+" "+before[0].ID) || preview.Processes != 1 {
				t.Errorf("preview = %+v, want a note of what up would adopt", preview)
			}
			up := run(t, e, fleet.Up)
			if up.Changes.Any() || len(up.Notes) != 1 || !strings.HasPrefix(up.Notes[0], "adopted "+subnetType+" "+before[0].ID) {
				t.Errorf("up = %+v, want the subnet adopted and nothing changed", up)
			}
			again := run(t, e, fleet.Up)
			if again.Changes.Any() || len(again.Notes) != 0 || again.Processes != 1 {
				t.Errorf("second up = %+v, want nothing to do", again)
			}
			run(t, e, fleet.Destroy)
			left, err := cloud.Objects(t.Context(), simcloud.Filter{Project: acme.Project, Stack: acme.Name})
			if err != nil || len(left) != 0 {
				t.Errorf("after destroy the cloud has %v (%v), want nothing", left, err)
			}
		})
	}
}

func TestAnInterruptedCreationOfNothingIsCleared(t *testing.T) {
	t.Parallel()
	e, c, cloud := simulated(t, network("10.16.0.0/20"))
	run(t, e, fleet.Up)
	edit(t, c, func(latest map[string]any) { interrupt(latest, subnetType) })
	objects, err := cloud.Objects(t.Context(), simcloud.Filter{Type: subnetType})
	if err != nil {
		t.Fatal(err)
	}
	if err := cloud.Delete(t.Context(), objects[0]); err != nil {
		t.Fatal(err)
	}
	up := run(t, e, fleet.Up)
	if up.Changes.Create != 1 || len(up.Notes) != 1 || !strings.HasPrefix(up.Notes[0], "cleared the interrupted creation of "+subnetType) {
		t.Errorf("up = %+v, want the creation cleared and the subnet created", up)
	}
	if again := run(t, e, fleet.Up); again.Changes.Any() || len(again.Notes) != 0 {
		t.Errorf("second up = %+v, want nothing to do", again)
	}
}

func TestAnInterruptedReplacementIsCleanedUp(t *testing.T) {
	t.Parallel()
	e, c, cloud := simulated(t, network("10.16.0.0/20"))
	run(t, e, fleet.Up)
	// The state says that the recorded subnet is an older one, which the cloud has no longer, and that the one that
	// the cloud has came from a replacement that never finished.
	edit(t, c, func(latest map[string]any) {
		resources := latest["resources"].([]any)
		interrupt(latest, subnetType)
		latest["resources"] = resources
		for _, r := range resources {
			if resource := r.(map[string]any); resource["type"] == subnetType {
				resource["id"] = "subnet-0123456789abcdef0"
			}
		}
	})
	up := run(t, e, fleet.Up)
	if len(up.Notes) != 1 || !strings.Contains(up.Notes[0], "to be deleted") {
		t.Fatalf("up = %+v, want the unfinished replacement recorded to be deleted", up)
	}
	objects, err := cloud.Objects(t.Context(), simcloud.Filter{Type: subnetType})
	if err != nil || len(objects) != 0 {
		t.Errorf("the cloud has %v (%v), want the unfinished replacement deleted", objects, err)
	}
}

func TestWhatCannotBeAdoptedSafelyStopsEverything(t *testing.T) {
	t.Parallel()
	e, c, _ := simulated(t, network("10.16.0.0/20"))
	run(t, e, fleet.Up)
	edit(t, c, func(latest map[string]any) {
		forgetType(latest, subnetType)
		forgetType(latest, vpcType)
		forgetType(latest, "test:index:Network")
	})
	path := checkpoint.Open(c.Layout.State()).Path(acme)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	result, err := e.Run(t.Context(), fleet.Up, acme, ignore)
	if err == nil || result.Processes != 0 {
		t.Fatalf("up: %v (%d processes), want a refusal before the engine starts", err, result.Processes)
	}
	for _, want := range []string{
		"2 things need a decision before up; nothing has been touched",
		"the component that it was made in is not in the state:",
		"aws:ec2/subnet:Subnet subnet-", "aws:ec2/vpc:Vpc vpc-", "urn urn:pulumi:acme::cell::test:index:Network$aws:ec2/vpc:Vpc::main",
		"remedy: if the state is too old, restore the backup with",
		"remedy: delete what nobody needs: cellctl sim rm ID",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error = %s\nwant it to contain %q", err, want)
		}
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the state was touched (%v)", err)
	}
	preview := run(t, e, fleet.Preview)
	if len(preview.Notes) != 2 || !strings.HasPrefix(preview.Notes[0], "up would refuse: ") {
		t.Errorf("preview notes = %q, want what up would refuse", preview.Notes)
	}
}

func TestWithoutAnInventoryAPersonDecides(t *testing.T) {
	t.Parallel()
	_, c, _ := simulated(t, network("10.16.0.0/20"))
	run(t, newEngine(t, c), fleet.Up)
	edit(t, c, func(latest map[string]any) { interrupt(latest, subnetType) })
	c.Inventory = nil
	_, err := newEngine(t, c).Run(t.Context(), fleet.Up, acme, ignore)
	if err == nil || !strings.Contains(err.Error(), "may or may not exist") || !strings.Contains(err.Error(), "pulumi refresh --clear-pending-creates --stack acme") {
		t.Errorf("up: %v, want the remedy", err)
	}
}

func TestALostStateIsNotReplacedByAnEmptyOne(t *testing.T) {
	t.Parallel()
	e, c, _ := simulated(t, network("10.16.0.0/20"))
	run(t, e, fleet.Up)
	path := checkpoint.Open(c.Layout.State()).Path(acme)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	_, err := e.Run(t.Context(), fleet.Up, acme, ignore)
	if err == nil || !strings.Contains(err.Error(), "the state has no aws provider") || !strings.Contains(err.Error(), "restore the backup with") {
		t.Errorf("up: %v, want that the backup should be restored", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("up left an empty state in place of the lost one")
	}
}
