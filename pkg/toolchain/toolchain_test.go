package toolchain_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/toolchain"
)

// fakeGo is a go command that records its calls and "builds" a script.
const fakeGo = `#!/bin/sh
echo "$PWD: $*" >> "$CALLS"
case "$1" in
list)
	case "$*" in
	*-json*) printf '{"Dir":"%s","EmbedFiles":["data.txt"],"Module":{"Main":true}}\n{"Dir":"/elsewhere","Module":{}}\n' "$ROOT/cmd/cellworks" ;;
	*) echo one; echo two; echo three ;;
	esac ;;
build)
	if [ -n "$FAIL" ]; then
		echo "cellworks/cmd/cellworks" >&2
		echo "cmd/cellworks/main.go:3:1: syntax error" >&2
		exit 1
	fi
	while [ "$1" != -o ]; do shift; done
	printf '#!/bin/sh\necho v3.259.0\n' > "$2"
	chmod +x "$2"
	echo "one" >&2 ;;
esac
`

// repository is a repository with a fake go command on its PATH.
type repository struct {
	toolchain.Toolchain
	root, bin, calls string
	said             *strings.Builder
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func newRepository(t *testing.T, environ ...string) *repository {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the fake go command is a shell script")
	}
	root, bin := t.TempDir(), t.TempDir()
	r := &repository{root: root, bin: bin, calls: filepath.Join(bin, "calls"), said: &strings.Builder{}}
	write(t, filepath.Join(bin, "go"), fakeGo, 0o755)
	write(t, filepath.Join(root, "go.mod"), "module cellworks\n\ngo 1.26\n", 0o644)
	write(t, filepath.Join(root, "go.sum"), "", 0o644)
	write(t, filepath.Join(root, "tools", "go.mod"), "module cellworks/tools\n\nrequire (\n\tgithub.com/pulumi/pulumi/pkg/v3 v3.259.0 // indirect\n)\n", 0o644)
	write(t, filepath.Join(root, "cmd", "cellworks", "main.go"), "package main\n", 0o644)
	write(t, filepath.Join(root, "cmd", "cellworks", "data.txt"), "data", 0o644)
	r.Toolchain = toolchain.Toolchain{
		Layout:   layout.New(root),
		Environ:  append([]string{"PATH=" + bin + ":/usr/bin:/bin", "CALLS=" + r.calls, "ROOT=" + root}, environ...),
		Progress: r.said,
	}
	return r
}

// called returns the go commands that have run since the last call.
func (r *repository) called(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(r.calls)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(r.calls); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func (r *repository) cellworks(t *testing.T) []string {
	t.Helper()
	path, err := r.Cellworks(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(r.root, ".cellworks", "bin", "cellworks"); path != want {
		t.Fatalf("Cellworks = %s, want %s", path, want)
	}
	return r.called(t)
}

func TestTheProgramIsBuiltOnceAndAgainWhenItsSourceChanges(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	source := filepath.Join(r.root, "cmd", "cellworks", "main.go")
	for _, step := range []struct {
		name   string
		change func()
		builds bool
	}{
		{"first use", func() {}, true},
		{"nothing changed", func() {}, false},
		{"a test was added", func() {
			write(t, filepath.Join(filepath.Dir(source), "main_test.go"), "package main", 0o644)
		}, false},
		{"touched but the same", func() {
			if err := os.Chtimes(source, time.Unix(1, 0), time.Unix(1, 0)); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"same size, other content", func() { write(t, source, "package niam\n", 0o644) }, true},
		{"a file was added", func() {
			write(t, filepath.Join(filepath.Dir(source), "more.go"), "package main", 0o644)
		}, true},
		{"a file was removed", func() {
			if err := os.Remove(filepath.Join(filepath.Dir(source), "more.go")); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"an embedded file changed", func() {
			write(t, filepath.Join(filepath.Dir(source), "data.txt"), "atad", 0o644)
		}, true},
		{"go.mod changed", func() {
			write(t, filepath.Join(r.root, "go.mod"), "module cellworks\n\ngo 1.27\n", 0o644)
		}, true},
		{"the binary is gone", func() {
			if err := os.Remove(filepath.Join(r.root, ".cellworks", "bin", "cellworks")); err != nil {
				t.Fatal(err)
			}
		}, true},
	} {
		step.change()
		calls := r.cellworks(t)
		if built := len(calls) > 0; built != step.builds {
			t.Errorf("%s: go commands %v, want a build: %v", step.name, calls, step.builds)
		}
	}
	if said := r.said.String(); !strings.Contains(said, "building cellworks") || !strings.Contains(said, "built .cellworks/bin/cellworks in") {
		t.Errorf("progress = %q", said)
	}
}

func TestAFailedBuildShowsTheCompilersMessagesAndLeavesNoBinary(t *testing.T) {
	t.Parallel()
	r := newRepository(t, "FAIL=1")
	_, err := r.Cellworks(context.Background())
	if err == nil || !strings.Contains(err.Error(), "main.go:3:1: syntax error") || strings.Contains(err.Error(), "\ncellworks/cmd/cellworks") {
		t.Errorf("Cellworks: %v, want the compiler's message without package names", err)
	}
	entries, err := os.ReadDir(filepath.Join(r.root, ".cellworks", "bin"))
	if err != nil || len(entries) != 0 {
		t.Errorf("bin holds %v, %v, want nothing", entries, err)
	}
}

func TestSeveralAtOnceBuildOnce(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.Progress = nil
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if _, err := r.Cellworks(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	builds := 0
	for _, call := range r.called(t) {
		if strings.Contains(call, ": build ") {
			builds++
		}
	}
	if builds != 1 {
		t.Errorf("built %d times, want once", builds)
	}
}

func TestPulumi(t *testing.T) {
	t.Parallel()
	for version, used := range map[string]bool{
		"v3.259.0": true, "3.260.1": true, "v3.300.0-alpha.1": true,
		"v3.258.9": false, "v4.0.0": false, "v2.999.0": false, "nonsense": false,
	} {
		r := newRepository(t)
		onPath := filepath.Join(r.bin, "pulumi")
		asked := filepath.Join(r.bin, "asked")
		write(t, onPath, fmt.Sprintf("#!/bin/sh\necho x >> %s\necho %s\n", asked, version), 0o755)
		for range 2 {
			got, err := r.Pulumi(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			want := filepath.Join(r.root, ".cellworks", "bin", "pulumi")
			if used {
				want = onPath
			}
			if got.Path != want || got.OnPath != used {
				t.Errorf("%s: Pulumi = %+v, want %s", version, got, want)
			}
		}
		if text, err := os.ReadFile(asked); used && (err != nil || strings.Count(string(text), "x") != 1) {
			t.Errorf("%s: asked %q times (%v), want once", version, text, err)
		}
		calls := r.called(t)
		if used && len(calls) > 0 || !used && len(calls) != 2 {
			t.Errorf("%s: go commands %v", version, calls)
		}
		if !used && !strings.Contains(calls[1], "-ldflags -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0 github.com/pulumi/pulumi/pkg/v3/cmd/pulumi") {
			t.Errorf("build = %s", calls[1])
		}
	}
}

func TestWithoutGoThereIsAWayOut(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.Environ = []string{"PATH=" + t.TempDir()}
	if _, err := r.Cellworks(context.Background()); err == nil || !strings.Contains(err.Error(), "https://go.dev/dl") {
		t.Errorf("Cellworks: %v, want where to get Go", err)
	}
}

func TestFindRoot(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	for _, start := range []string{r.root, filepath.Join(r.root, "cmd", "cellworks"), filepath.Join(r.root, "tools")} {
		if got, err := toolchain.FindRoot(start); err != nil || got != r.root {
			t.Errorf("FindRoot(%s) = %s, %v, want %s", start, got, err, r.root)
		}
	}
	if _, err := toolchain.FindRoot(t.TempDir()); err == nil || !strings.Contains(err.Error(), "CELLWORKS_ROOT") {
		t.Errorf("FindRoot outside: %v, want a way out", err)
	}
}

func TestPinnedVersion(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	if v, err := r.PinnedVersion(); err != nil || v != "3.259.0" {
		t.Errorf("PinnedVersion = %q, %v", v, err)
	}
	write(t, filepath.Join(r.root, "tools", "go.mod"), "module x\n", 0o644)
	if _, err := r.PinnedVersion(); err == nil {
		t.Error("PinnedVersion without a requirement succeeded")
	}
}
