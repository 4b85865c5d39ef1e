package toolchain

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"cellworks/pkg/fleet/layout"
)

// module is the path of the main module, by which the repository is recognized.
const module = "cellworks"

// cliModule is the module that the Pulumi command line is built from.
const cliModule = "github.com/pulumi/pulumi/pkg/v3"

// Toolchain finds and builds programs.
type Toolchain struct {
	// Layout is the repository's.
	Layout layout.Layout
	// Environ is the environment of processes, as os.Environ gives it; its PATH is
	// where programs are looked for.
	Environ []string
	// Progress receives lines for people. Nil is silent.
	Progress io.Writer
	// Terminal says that Progress is a terminal, on which a line can be rewritten.
	Terminal bool
}

// FindRoot returns the repository root: start or the nearest folder above it
// that holds this project's go.mod. It fails when there is none.
func FindRoot(start string) (string, error) {
	start, err := filepath.Abs(start)
	if err != nil {
		return "", fmt.Errorf("repository root: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && declares(text, module) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("%s is not inside of the repository: no go.mod of module %s in it or above it (change to the repository, or set CELLWORKS_ROOT)", start, module)
		}
	}
}

func declares(goMod []byte, name string) bool {
	for line := range strings.Lines(string(goMod)) {
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "module" {
			return fields[1] == name
		}
	}
	return false
}

// PinnedVersion is the version of the Pulumi command line that tools/go.mod
// requires, such as 3.259.0. It fails when the file does not name one.
func (t Toolchain) PinnedVersion() (string, error) {
	path := filepath.Join(t.Layout.Root(), "tools", "go.mod")
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("pinned pulumi version: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) >= 2 && fields[0] == cliModule {
			return strings.TrimPrefix(fields[1], "v"), nil
		}
	}
	return "", fmt.Errorf("pinned pulumi version: %s does not require %s", path, cliModule)
}

// version is the numeric part of a semantic version.
type version [3]int

var semver = regexp.MustCompile(`^v?(\d+)\.(\d+)\.(\d+)`)

func parseVersion(text string) (version, error) {
	m := semver.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return version{}, fmt.Errorf("%q is not a version", strings.TrimSpace(text))
	}
	var v version
	for i := range v {
		n, err := strconv.Atoi(m[i+1])
		if err != nil {
			return version{}, err
		}
		v[i] = n
	}
	return v, nil
}

// serves reports whether a command line of version v can stand in for the pinned
// one: same major version, not older.
func (v version) serves(pinned version) bool {
	if v[0] != pinned[0] {
		return false
	}
	return v[1] > pinned[1] || v[1] == pinned[1] && v[2] >= pinned[2]
}

func (v version) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }

// lookPath finds a program in the PATH of environ.
func lookPath(environ []string, name string) (string, error) {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	var path string
	for _, entry := range environ {
		if value, ok := strings.CutPrefix(entry, "PATH="); ok {
			path = value
		}
	}
	for _, dir := range filepath.SplitList(path) {
		if !filepath.IsAbs(dir) {
			continue // a program in the current directory is not one that was installed
		}
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && (runtime.GOOS == "windows" || info.Mode()&0o111 != 0) {
			return file, nil
		}
	}
	return "", fmt.Errorf("%s is not on PATH", name)
}

// Go returns the go command. It fails with the way to get one.
func (t Toolchain) Go() (string, error) {
	path, err := lookPath(t.Environ, "go")
	if err != nil {
		return "", errors.New("go is not on PATH: the programs of this repository are built on first use; install Go from https://go.dev/dl and put it on PATH")
	}
	return path, nil
}

func (t Toolchain) say(format string, args ...any) {
	if t.Progress != nil {
		fmt.Fprintf(t.Progress, format+"\n", args...)
	}
}

// executable adds what the system wants at the end of a program's name.
func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}
