package simcloud_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// TestRecordedProgramsPassTheCheck walks every resource of every program's golden. Their inputs hold made-up ids, so
// only what Check sees is checked: types, properties, values, policy documents.
func TestRecordedProgramsPassTheCheck(t *testing.T) {
	t.Parallel()
	c := oneCloud(t)
	programs := 0
	for _, project := range []string{"base", "utility", "cell"} {
		goldens, err := filepath.Glob(filepath.Join("..", "..", project, "testdata", "*.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range goldens {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			resources := map[string]struct{ Inputs props }{}
			if err := yaml.Unmarshal(data, &resources); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			programs++
			for urn, r := range resources {
				if !strings.Contains(urn, "aws:") || strings.Contains(urn, "pulumi:providers:") {
					continue
				}
				if _, refused := c.check(urn, nil, r.Inputs); len(refused) > 0 {
					t.Errorf("%s: %s:\n%s", path, urn, strings.Join(refused, "\n"))
				}
			}
		}
	}
	if programs == 0 {
		t.Fatal("no program has a golden: the test has nothing to hold against the schema")
	}
}
