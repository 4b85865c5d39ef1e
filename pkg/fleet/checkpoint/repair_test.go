package checkpoint_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"cellworks/pkg/fleet/checkpoint"
)

var (
	subnet  = urn("cellworks:network:Network$aws:ec2/subnet:Subnet", "network-app")
	vpc     = urn("cellworks:network:Network$aws:ec2/vpc:Vpc", "network")
	topZone = urn("aws:route53/zone:Zone", "zone")
)

func found(kind, id, urn string) checkpoint.Found {
	return checkpoint.Found{Type: kind, ID: id, URN: urn, Account: "111122223333", Region: "us-east-1", Inputs: map[string]any{"a": "b"}}
}

func creating(kind, urn string) string {
	return fmt.Sprintf(`{"type":"creating","resource":{"urn":%q,"custom":true,"type":%q,"inputs":{"x":1},"dependencies":["d"],"provider":"p::1"}}`, urn, kind)
}

// summary tells a repair in one line.
func summary(r checkpoint.Repair) string {
	var parts []string
	for _, a := range r.Adopt {
		parts = append(parts, "adopt "+a.Found.ID)
	}
	for _, a := range r.Discard {
		parts = append(parts, "discard "+a.Found.ID)
	}
	for _, c := range r.Clear {
		parts = append(parts, "clear "+checkpoint.Name(c.URN))
	}
	for _, d := range r.Unsafe {
		parts = append(parts, "unsafe "+d.Found.ID+": "+d.Reason)
	}
	return strings.Join(parts, "; ")
}

func TestDiagnose(t *testing.T) {
	t.Parallel()
	const subnetType, vpcType, zoneType = "aws:ec2/subnet:Subnet", "aws:ec2/vpc:Vpc", "aws:route53/zone:Zone"
	known := found(vpcType, "vpc-1", vpc)
	elsewhere := found(subnetType, "subnet-1", subnet)
	elsewhere.Region = "us-west-2"
	foreign := found(subnetType, "subnet-1", subnet)
	foreign.Account = "999999999999"
	// The two ends of a connection have options of one type and id.
	const optionsType = "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions"
	hubOptions, spokeOptions := urn(optionsType, "link-hub"), urn(optionsType, "link-spoke")
	oneEnd := fmt.Sprintf(`{"urn":%q,"custom":true,"id":"pcx-1","type":%q}`, hubOptions, optionsType)
	secondProvider := strings.NewReplacer("prov-1", "prov-2", "::aws\"", "::aws2\"").Replace(resources()[1])
	for name, tc := range map[string]struct {
		pending []string
		extra   []string
		cloud   []checkpoint.Found
		want    string
	}{
		"nothing to do":                 {nil, nil, []checkpoint.Found{known}, ""},
		"pending, created":              {[]string{creating(subnetType, subnet)}, nil, []checkpoint.Found{known, found(subnetType, "subnet-1", subnet)}, "adopt subnet-1"},
		"pending, not created":          {[]string{creating(subnetType, subnet)}, nil, []checkpoint.Found{known}, "clear network-app"},
		"pending, created twice":        {[]string{creating(subnetType, subnet)}, nil, []checkpoint.Found{found(subnetType, "subnet-1", subnet), found(subnetType, "subnet-2", subnet)}, "unsafe subnet-1: 2 things were created as this resource; unsafe subnet-2: 2 things were created as this resource"},
		"pending replacement":           {[]string{creating(vpcType, vpc)}, nil, []checkpoint.Found{known, found(vpcType, "vpc-2", vpc)}, "discard vpc-2"},
		"pending replacement, none":     {[]string{creating(vpcType, vpc)}, nil, []checkpoint.Found{known}, "clear network"},
		"pending update":                {[]string{strings.Replace(creating(vpcType, vpc), "creating", "updating", 1)}, nil, []checkpoint.Found{known}, ""},
		"pending, one of two ends":      {[]string{creating(optionsType, spokeOptions)}, []string{oneEnd}, []checkpoint.Found{found(optionsType, "pcx-1", hubOptions), found(optionsType, "pcx-1", spokeOptions)}, "adopt pcx-1"},
		"orphan":                        {nil, nil, []checkpoint.Found{found(subnetType, "subnet-1", subnet)}, "adopt subnet-1"},
		"orphan at the top":             {nil, nil, []checkpoint.Found{found(zoneType, "Z1", topZone)}, "adopt Z1"},
		"orphan with another id":        {nil, nil, []checkpoint.Found{found(vpcType, "vpc-2", vpc)}, "unsafe vpc-2: the state already holds this resource with another id"},
		"orphan of another region":      {nil, nil, []checkpoint.Found{elsewhere}, "unsafe subnet-1: the state has no aws provider for account 111122223333 and region us-west-2"},
		"orphan of another account":     {nil, nil, []checkpoint.Found{foreign}, "unsafe subnet-1: the state has no aws provider for account 999999999999 and region us-east-1"},
		"orphan of two providers":       {nil, []string{secondProvider}, []checkpoint.Found{found(subnetType, "subnet-1", subnet)}, "unsafe subnet-1: 2 aws providers of the state could manage it"},
		"orphan of a missing component": {nil, nil, []checkpoint.Found{found(subnetType, "subnet-1", urn("cellworks:other:Other$aws:ec2/subnet:Subnet", "s"))}, "unsafe subnet-1: the component that it was made in is not in the state"},
	} {
		c := read(t, write(t, t.TempDir(), acme, append(resources(), tc.extra...), tc.pending))
		if got := summary(c.Diagnose(tc.cloud)); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestWithoutAnInventoryInterruptedCreationsAreDoubts(t *testing.T) {
	t.Parallel()
	component := strings.Replace(creating("cellworks:dns:Zone", urn("cellworks:dns:Zone", "dns")), `"custom":true`, `"custom":false`, 1)
	provider := creating("pulumi:providers:aws", urn("pulumi:providers:aws", "aws2"))
	c := read(t, write(t, t.TempDir(), acme, resources(), []string{component, provider}))
	if got := summary(c.Undecided()); got != "clear dns; clear aws2" {
		t.Errorf("Undecided = %q, want what is in the state only to be cleared", got)
	}
	c = read(t, write(t, t.TempDir(), acme, resources(), []string{creating("aws:ec2/vpc:Vpc", vpc)}))
	if got := summary(c.Undecided()); got != "unsafe : its creation was interrupted and it may or may not exist" {
		t.Errorf("Undecided = %q", got)
	}
	if !c.Undecided().Needed() {
		t.Error("Needed = false")
	}
	if _, err := c.Apply(c.Undecided()); err == nil {
		t.Error("Apply of doubts succeeded")
	}
}

func TestApplyKeepsEverythingElse(t *testing.T) {
	t.Parallel()
	c := read(t, write(t, t.TempDir(), acme, resources(), []string{creating("aws:ec2/subnet:Subnet", subnet), creating("aws:ec2/vpc:Vpc", vpc)}))
	repair := c.Diagnose([]checkpoint.Found{found("aws:ec2/subnet:Subnet", "subnet-1", subnet), found("aws:ec2/vpc:Vpc", "vpc-2", vpc), found("aws:route53/zone:Zone", "Z1", topZone)})
	text, err := c.Apply(repair)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Version    int `json:"version"`
		Deployment struct {
			Manifest         map[string]any   `json:"manifest"`
			SecretsProviders map[string]any   `json:"secrets_providers"`
			Resources        []map[string]any `json:"resources"`
			Pending          []any            `json:"pending_operations"`
		} `json:"deployment"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	d := file.Deployment
	if file.Version != 3 || d.Manifest["time"] != "t" || d.SecretsProviders["type"] != "passphrase" || len(d.Pending) != 0 || len(d.Resources) != 8 {
		t.Fatalf("deployment = %s", text)
	}
	if d.Resources[3]["unknownField"] == nil {
		t.Error("a field that is not understood was lost")
	}
	added := map[any]map[string]any{}
	for _, r := range d.Resources[5:] {
		added[r["id"]] = r
	}
	if r := added["subnet-1"]; r["provider"] != "p::1" || r["dependencies"] == nil || r["delete"] != nil {
		t.Errorf("subnet-1 = %v, want what the interrupted creation knew", r)
	}
	if r := added["vpc-2"]; r["delete"] != true {
		t.Errorf("vpc-2 = %v, want it to be deleted", r)
	}
	if r := added["Z1"]; r["parent"] != urn("pulumi:pulumi:Stack", "cell-acme") || r["provider"] != urn("pulumi:providers:aws", "aws")+"::prov-1" {
		t.Errorf("Z1 = %v, want the stack's provider and root", r)
	}
}
