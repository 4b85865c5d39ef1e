package config_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/config"
)

func TestOriginOfValues(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, map[string]string{
		"accounts/nonprod/us-east-1/cell.yaml": "kms: {deletionWindowDays: 8}\n",
		"clients/acme/cell.yaml": smallest(3) + `kms:
  deletionWindowDays: 9
services: {items: [{name: api, cpu: null}, {name: web, image: "registry.example.com/web@` + digest + `", port: 80}]}
`,
	})
	client := func(line, column int, value string, overrode ...config.Origin) config.Origin {
		return config.Origin{File: "configs/clients/acme/cell.yaml", Line: line, Column: column, Layer: config.LayerClient, Value: value, Overrode: overrode}
	}
	for path, want := range map[string]config.Origin{
		"slot": client(3, 7, "3"),
		"kms.deletionWindowDays": client(6, 23, "9",
			config.Origin{File: "configs/accounts/nonprod/us-east-1/cell.yaml", Line: 1, Column: 27, Layer: config.LayerRegion, Value: "8"},
			config.Origin{File: "configs/accounts/nonprod/cell.yaml", Line: 3, Column: 23, Layer: config.LayerAccount, Value: "7"},
			config.Origin{File: "configs/defaults/cell.yaml", Line: 2, Column: 27, Layer: config.LayerDefaults, Value: "30"}),
		"iam.maxSessionHours":           {File: "configs/defaults/cell.yaml", Line: 3, Column: 24, Layer: config.LayerDefaults, Value: "1"},
		"services.items[web].port":      client(7, 169, "80"),
		"services.items[1].port":        client(7, 169, "80"),
		"services.items[web].memory":    {Layer: config.LayerBuiltin, Value: "1024"},
		"services.items[api].cpu":       {Layer: config.LayerBuiltin, Value: "512", Overrode: []config.Origin{client(7, 37, "null")}},
		"services.items[api].port":      {File: "configs/defaults/cell.yaml", Line: 15, Column: 13, Layer: config.LayerDefaults, Value: "8080"},
		"storage.buckets[inbound].name": {File: "configs/defaults/cell.yaml", Line: 8, Column: 20, Layer: config.LayerDefaults, Value: "inbound"},
	} {
		got, ok := tree.CellOrigin("acme", path)
		if !ok {
			t.Errorf("%s has no origin", path)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("origin of %s differs (-want +got):\n%s", path, diff)
		}
	}
	for _, path := range []string{"", "kms.", "kms.x", "services.items[none].cpu", "services.items[9]", "services.items[web", "slot.x", "labels", "labels.a", "[0]", "."} {
		if got, ok := tree.CellOrigin("acme", path); ok && path != "kms." {
			t.Errorf("%q has the origin %v, want none", path, got)
		}
	}
	if _, ok := tree.CellOrigin("birch", "slot"); ok {
		t.Error("a client that does not exist has an origin")
	}
}

func TestProblemsAsJSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(config.Problems{{File: "f", Line: 1, Column: 2, Path: "p", Message: "m", Suggestion: "s"}})
	if err != nil {
		t.Fatal(err)
	}
	if want := `[{"file":"f","line":1,"column":2,"path":"p","message":"m","suggestion":"s"}]`; string(text) != want {
		t.Errorf("got %s, want %s", text, want)
	}
}
