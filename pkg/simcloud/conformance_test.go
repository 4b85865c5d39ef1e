package simcloud_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"cellworks/pkg/simcloud"
)

// providerOf is the provider of a resource's type.
func providerOf(urn string) string {
	parts := strings.Split(urn, "::")
	if len(parts) < 4 {
		return ""
	}
	provider, _, _ := strings.Cut(parts[2][strings.LastIndexByte(parts[2], '$')+1:], ":")
	return provider
}

// TestRecordedProgramsPassTheCheck walks every resource of every program's golden. Their inputs hold made-up ids, so
// only what Check sees is checked: types, properties, values, policy documents.
func TestRecordedProgramsPassTheCheck(t *testing.T) {
	t.Parallel()
	clients := map[string]*client{"aws": oneCloud(t)}
	west := connect(t, serve(t, openCloud(t, simcloud.Options{})), "dev", accountA, "us-west-2")
	for _, s := range services() {
		clients[s.name] = connectTo(t, openCloud(t, simcloud.Options{}), s)
	}
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
			resources := map[string]struct {
				Inputs   props
				Provider string
			}{}
			if err := yaml.Unmarshal(data, &resources); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			programs++
			for urn, r := range resources {
				c := clients[providerOf(urn)]
				if r.Provider == "aws-us-west-2" {
					c = west
				}
				if c == nil { // a component, a stack or a provider
					continue
				}
				// A golden hides secrets; some are JSON.
				for _, text := range []string{"dataJson", "secretString"} {
					if r.Inputs[text] == "[secret]" {
						r.Inputs[text] = "{}"
					}
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
