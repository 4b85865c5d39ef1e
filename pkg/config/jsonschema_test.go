package config_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"cellworks/pkg/config"
)

// compiled returns the schema of a kind and layer, checked against the dialect.
func compiled(t *testing.T, kind string, layer config.Layer) *jsonschema.Schema {
	t.Helper()
	text, err := config.JSONSchema(kind, layer)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatalf("%s %s: %v", kind, layer, err)
	}
	return s
}

// valid validates YAML text.
func valid(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if value, err = jsonschema.UnmarshalJSON(bytes.NewReader(asJSON)); err != nil {
		t.Fatal(err)
	}
	return s.Validate(value)
}

// kindOf returns the kind and layer of a file by its path in the tree.
func kindOf(name string) (kind string, layer config.Layer) {
	kind = strings.TrimSuffix(path.Base(name), ".yaml")
	switch first, _, _ := strings.Cut(name, "/"); {
	case name == "organization.yaml":
		return kind, config.LayerOrganization
	case first == "network":
		return kind, config.LayerNetwork
	case first == "defaults":
		return kind, config.LayerDefaults
	case first == "profiles":
		return "cell", config.LayerProfile
	case first == "clients":
		return kind, config.LayerClient
	case strings.Count(name, "/") == 2:
		return kind, config.LayerAccount
	}
	return kind, config.LayerRegion
}

func TestShippedFilesFollowTheirSchemasAndNameThem(t *testing.T) {
	t.Parallel()
	const dir = "../../configs"
	files := 0
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".yaml" {
			return err
		}
		files++
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		kind, layer := kindOf(name)
		if err := valid(t, compiled(t, kind, layer), string(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		file := kind + "." + string(layer) + ".json"
		if layer == config.LayerOrganization || layer == config.LayerNetwork {
			file = kind + ".json"
		}
		first, _, _ := strings.Cut(string(text), "\n")
		if want := "# yaml-language-server: $schema=" + strings.Repeat("../", strings.Count(name, "/")) + "schema/" + file; first != want {
			t.Errorf("%s begins %q, want %q so that editors complete and check", name, first, want)
		}
		return nil
	})
	if err != nil || files < 15 {
		t.Errorf("%d files, %v", files, err)
	}
}

func TestSchemasAcceptAndRefuse(t *testing.T) {
	t.Parallel()
	files := sound()
	client := files["clients/acme/cell.yaml"]
	for _, tc := range []struct {
		kind  string
		layer config.Layer
		text  string
		ok    bool
	}{
		{"organization", config.LayerOrganization, files["organization.yaml"], true},
		{"organization", config.LayerOrganization, strings.Replace(files["organization.yaml"], "slot: 1", "slot: 16", 1), false},
		{"organization", config.LayerOrganization, strings.Replace(files["organization.yaml"], "homeRegion: us-east-1", "", 1), false},
		{"base", config.LayerDefaults, files["defaults/base.yaml"], true},
		{"base", config.LayerDefaults, "deletionProtection: true\n", false},
		{"base", config.LayerAccount, "network: {nat: single}\n", true},
		{"base", config.LayerAccount, "network: {nat: twice}\n", false},
		{"base", config.LayerRegion, "network: {egressPorts: [0]}\n", false},
		{"base", config.LayerRegion, "network: {egressPorts: null}\nfinal: [{path: network.nat, reason: cost}]\n", true},
		{"base", config.LayerRegion, "final: [{path: network.nat}]\n", false},
		{"utility", config.LayerDefaults, files["defaults/utility.yaml"], true},
		{"utility", config.LayerRegion, "ecs: {logRetentionDays: 100}\n", false},
		{"cell", config.LayerDefaults, files["defaults/cell.yaml"], true},
		{"retired", config.LayerNetwork, "retired: []\n", true},
		{"retired", config.LayerNetwork, "retired: [{kind: account, account: lab, slot: 7, released: 2026-01-31, until: 2026-02-28}]\n", true},
		{"retired", config.LayerNetwork, "retired: [{kind: account, account: lab, released: 2026-01-31}]\n", false},
		{"retired", config.LayerNetwork, "retired: [{kind: zone, account: lab, slot: 7, released: 2026-01-31}]\n", false},
		{"retired", config.LayerNetwork, "final: []\n", false},
		{"cell", config.LayerDefaults, client, false},
		{"cell", config.LayerClient, client, true},
		{"cell", config.LayerClient, "account: nonprod\n", false},
		{"cell", config.LayerClient, client + "storge: {}\n", false},
		{"cell", config.LayerClient, client + "labels: {a: null, b: c}\nnetwork: {egress: null}\n", true},
		{"cell", config.LayerClient, client + "kms: null\n", false},
		{"cell", config.LayerClient, client + "storage: {buckets: [{name: inbound, remove: true}]}\n", true},
		{"cell", config.LayerClient, client + "storage: {buckets: [{name: inbound, remove: true, expireDays: 4}]}\n", false},
		{"cell", config.LayerClient, client + "storage: {buckets: [{expireDays: 4}]}\n", false},
		{"cell", config.LayerClient, client + "services: {items: [{name: api, cpu: null, secrets: {A: \"secretsmanager:db#key\", B: \"ssm:a/b\", C: null}}]}\n", true},
		{"cell", config.LayerClient, client + "services: {items: [{name: api, secrets: {A: hunter2}}]}\n", false},
		{"cell", config.LayerClient, client + "final: []\n", false},
		{"cell", config.LayerClient, client + "profiles: [gold]\n", true},
		{"cell", config.LayerProfile, "kms: {rotationDays: 90}\nfinal: [{path: kms, reason: x}]\n", true},
		{"cell", config.LayerProfile, "slot: 4\n", false},
		{"cell", config.LayerAccount, "profiles: [gold]\n", false},
	} {
		if err := valid(t, compiled(t, tc.kind, tc.layer), tc.text); (err == nil) != tc.ok {
			t.Errorf("%s %s: %v, want it to be accepted: %t\n%s", tc.kind, tc.layer, err, tc.ok, tc.text)
		}
	}
}

func TestSchemaOfAnUnknownKind(t *testing.T) {
	t.Parallel()
	for want, of := range map[string]config.SchemaFile{
		`unknown kind of file "cel" (did you mean "cell"? kinds: organization, base, utility, cell, retired)`:                        {Kind: "cel"},
		`a file of kind base has no layer "client" (its layers: defaults, account, region)`:                                          {Kind: "base", Layer: "client"},
		`a file of kind cell has no layer "regions" (did you mean "region"? its layers: defaults, account, region, profile, client)`: {Kind: "cell", Layer: "regions"},
	} {
		if _, err := config.JSONSchema(of.Kind, of.Layer); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
