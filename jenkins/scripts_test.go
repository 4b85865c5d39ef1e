package jenkins_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// folder holds the images and pipelines.
const folder = "."

// files returns those of the folder that match, at least one.
func files(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("no file %s: %v", pattern, err)
	}
	return found
}

// text returns a file of the folder.
func text(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// seed returns the script of the job that makes the others.
func seed(t *testing.T) string {
	t.Helper()
	var jobs struct{ Jobs []struct{ Script string } }
	if err := yaml.Unmarshal([]byte(text(t, "controller/casc/common/jobs.yaml")), &jobs); err != nil || len(jobs.Jobs) != 1 {
		t.Fatalf("jobs = %+v, %v", jobs, err)
	}
	return jobs.Jobs[0].Script
}

// scripts returns every Groovy script by name.
func scripts(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{"seed": seed(t)}
	for _, file := range slices.Concat(files(t, "pipelines/*.Jenkinsfile"), files(t, "pipelines/*.groovy"), files(t, "jobs/*.groovy")) {
		all[filepath.Base(file)] = text(t, file)
	}
	return all
}

// What the shared script does holds locks: every run of a pipeline is checked for it.
func TestOnlyTheSharedScriptChangesStacks(t *testing.T) {
	t.Parallel()
	for name, script := range scripts(t) {
		for command := range strings.Lines(script) {
			changes := strings.Contains(command, "cellctl up") || strings.Contains(command, "cellctl refresh") || strings.Contains(command, "cellctl destroy")
			if changes && name != "stacks.groovy" {
				t.Errorf("%s changes stacks by itself: %s", name, command)
			}
		}
	}
}

func TestShellScriptsParse(t *testing.T) {
	t.Parallel()
	for _, file := range slices.Concat(files(t, "*/*.sh")) {
		for checker, option := range map[string]string{"sh": "-n", "shellcheck": "--norc"} {
			path, err := exec.LookPath(checker)
			if err != nil {
				continue // not everywhere, and the other one looked
			}
			if output, err := exec.Command(path, option, file).CombinedOutput(); err != nil {
				t.Errorf("%s %s: %v\n%s", checker, file, err, output)
			}
		}
	}
}

func TestOnlyConfigurationIsRecognized(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("diff"); err != nil {
		t.Skip("diff is not installed: only-configs.sh compares trees with it")
	}
	for name, tc := range map[string]struct {
		change func(t *testing.T, tree string)
		want   int
	}{
		"nothing":                           {func(*testing.T, string) {}, 0},
		"a client":                          {put("configs/clients/acme/cell.yaml", "ring: canary\n"), 0},
		"a new client":                      {put("configs/clients/elm/cell.yaml", "ring: canary\n"), 0},
		"what is built":                     {put(".cellworks/bin/cellctl", "x"), 0},
		"code":                              {put("cell/program.go", "package cell // changed\n"), 1},
		"a new file":                        {put("cell/init.go", "package cell\n"), 1},
		"the pipeline":                      {put("jenkins/deploy.Jenkinsfile", "pipeline {}\n"), 1},
		"where state is":                    {put("configs/organization.yaml", "backend: {url: s3://elsewhere}\n"), 1},
		"a program among the configuration": {put("configs/clients/acme/cell.go", "package main\n"), 1},
		"a link": {func(t *testing.T, tree string) {
			if err := os.Symlink("../../..", filepath.Join(tree, "configs/clients/up.yaml")); err != nil {
				t.Fatal(err)
			}
		}, 1},
		"no configuration": {func(t *testing.T, tree string) {
			if err := os.RemoveAll(filepath.Join(tree, "configs")); err != nil {
				t.Fatal(err)
			}
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree := t.TempDir()
			for _, at := range []string{filepath.Join(tree, "trusted"), tree} {
				for file, content := range map[string]string{"cell/program.go": "package cell\n", "configs/organization.yaml": "name: x\n", "configs/clients/acme/cell.yaml": "ring: broad\n"} {
					put(file, content)(t, at)
				}
			}
			tc.change(t, tree)
			script, err := filepath.Abs(filepath.Join(folder, "pipelines/only-configs.sh"))
			if err != nil {
				t.Fatal(err)
			}
			command := exec.Command("sh", script, "trusted", ".")
			command.Dir = tree
			output, _ := command.CombinedOutput()
			if got := command.ProcessState.ExitCode(); got != tc.want {
				t.Errorf("exit code %d, want %d: %s", got, tc.want, output)
			}
		})
	}
}

// put returns a change that writes a file.
func put(file, content string) func(*testing.T, string) {
	return func(t *testing.T, tree string) {
		t.Helper()
		path := filepath.Join(tree, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
