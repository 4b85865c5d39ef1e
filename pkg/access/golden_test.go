package access_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// made is a resource of a golden file.
type made struct {
	file, urn, token, name string
	// owner is the account that a role of the same file is bounded in.
	owner  string
	inputs map[string]any
}

// goldens visits every golden of some folders.
func goldens(t *testing.T, visit func(file string, text []byte), folders ...string) {
	t.Helper()
	for _, folder := range folders {
		files, err := filepath.Glob(folder + "/testdata/*.yaml")
		if err != nil || len(files) == 0 {
			t.Fatalf("no goldens are in %s: %v", folder, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			visit(file, text)
		}
	}
}

// resources returns the AWS resources of every golden of the module that is of one of
// the projects, component by component and program by program: what is built next is
// among them without being named here.
func resources(t *testing.T, projects ...string) []made {
	t.Helper()
	var all []made
	goldens(t, func(file string, text []byte) {
		if of := regexp.MustCompile(`^urn:pulumi:[^:]+::([a-z]+)::`).FindSubmatch(text); of != nil && slices.Contains(projects, string(of[1])) {
			all = append(all, parse(t, file, text)...)
		}
	}, "../*", "../../utility", "../../cell")
	return all
}

func parse(t *testing.T, file string, text []byte) []made {
	t.Helper()
	var golden map[string]struct {
		Inputs map[string]any `yaml:"inputs"`
	}
	if err := yaml.Unmarshal(text, &golden); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	owner := account
	if m := regexp.MustCompile(`iam::(\d{12}):policy/platform-(?:service-)?boundary`).FindSubmatch(text); m != nil {
		owner = string(m[1])
	}
	var found []made
	for _, urn := range slices.Sorted(maps.Keys(golden)) {
		if m := regexp.MustCompile(`\$(aws:[^:]+:[A-Za-z0-9]+)::(.+)$`).FindStringSubmatch(urn); m != nil {
			found = append(found, made{file: file, urn: urn, token: m[1], name: m[2], owner: owner, inputs: golden[urn].Inputs})
		}
	}
	return found
}

// text returns an input. What has no name of its own is given one by Pulumi, and the
// policies that the recorder invents ARNs for are the project's.
func (m made) text(input string) string {
	value, _ := m.inputs[input].(string)
	switch {
	case input == "name" && value == "":
		return m.name + "-0a1b2c3"
	case input == "policyArn" && !strings.HasPrefix(value, "arn:aws:iam::aws:policy/"):
		return iamResource("policy/utility/own")
	}
	return value
}

// fill puts the inputs of the resource for the {names} in a text.
func (m made) fill(text string) string {
	return regexp.MustCompile(`\{[a-zA-Z]+\}`).ReplaceAllStringFunc(text, func(name string) string { return m.text(strings.Trim(name, "{}")) })
}

// fillAll does so for the values of condition keys.
func (m made) fillAll(keys map[string]string) map[string]string {
	filled := map[string]string{}
	for key, value := range keys {
		filled[key] = m.fill(value)
	}
	return filled
}
