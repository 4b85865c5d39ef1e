package toolchain

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Pulumi is a Pulumi command line.
type Pulumi struct {
	// Path is the absolute path of the binary.
	Path string
	// Version is its version, such as 3.259.0.
	Version string
	// OnPath says that it was found on PATH, not built here.
	OnPath bool
}

// pulumiStamp remembers what a binary was found to be, so that it need not be
// asked again, which takes a sixth of a second.
type pulumiStamp struct {
	Path    string    `json:"path"`
	Size    int64     `json:"size"`
	ModTime time.Time `json:"modTime"`
	Version string    `json:"version"`
}

// Pulumi returns the command line to use. One on PATH that is at least as new as
// the pinned version and of the same major version is used; otherwise the pinned
// one is built, once. It fails when that is not possible.
func (t Toolchain) Pulumi(ctx context.Context) (Pulumi, error) {
	found, pinned, err := t.FindPulumi(ctx)
	if err != nil || found.Path != "" {
		return found, err
	}
	path := filepath.Join(t.Layout.Bin(), executable("pulumi"))
	b := build{
		Toolchain: t,
		name:      "pulumi",
		what:      "the Pulumi command line v" + pinned,
		why:       fmt.Sprintf("a pulumi on PATH, v%s or newer, would be used instead", pinned),
		module:    filepath.Join(t.Layout.Root(), "tools"),
		pkg:       cliModule + "/cmd/pulumi",
		flags:     []string{"-ldflags", "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v" + pinned},
		output:    path,
	}
	err = b.run(ctx, func() bool { return t.builtPulumi(pinned) }, func() error {
		return t.remember(path, pinned)
	})
	if err != nil {
		return Pulumi{}, err
	}
	return Pulumi{Path: path, Version: pinned}, nil
}

// FindPulumi returns the command line that can be used without building anything,
// with an empty Path when there is none, and the pinned version.
func (t Toolchain) FindPulumi(ctx context.Context) (found Pulumi, pinned string, err error) {
	pinned, err = t.PinnedVersion()
	if err != nil {
		return Pulumi{}, "", err
	}
	want, err := parseVersion(pinned)
	if err != nil {
		return Pulumi{}, "", fmt.Errorf("pinned pulumi version: %w", err)
	}
	if path, err := lookPath(t.Environ, "pulumi"); err == nil {
		// One that does not say what it is cannot be used; that is no error, because another can be built.
		if v, err := t.ask(ctx, path); err == nil && v.serves(want) {
			return Pulumi{Path: path, Version: v.String(), OnPath: true}, pinned, nil
		}
	}
	if t.builtPulumi(pinned) {
		return Pulumi{Path: filepath.Join(t.Layout.Bin(), executable("pulumi")), Version: pinned}, pinned, nil
	}
	return Pulumi{}, pinned, nil
}

// ask returns the version of the binary at path.
func (t Toolchain) ask(ctx context.Context, path string) (version, error) {
	if stamp, ok := t.recall(path); ok {
		return parseVersion(stamp.Version)
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "version")
	cmd.Env = append(append([]string{}, t.Environ...), "PULUMI_SKIP_UPDATE_CHECK=true")
	out, err := cmd.Output()
	if err != nil {
		return version{}, fmt.Errorf("%s version: %w", path, err)
	}
	v, err := parseVersion(string(out))
	if err != nil {
		return version{}, fmt.Errorf("%s version: %w", path, err)
	}
	// Not to be able to remember costs time, nothing else.
	_ = t.remember(path, v.String())
	return v, nil
}

// builtPulumi reports whether the binary that was built here is the pinned one.
func (t Toolchain) builtPulumi(pinned string) bool {
	stamp, ok := t.recall(filepath.Join(t.Layout.Bin(), executable("pulumi")))
	return ok && stamp.Version == pinned
}

// stampPath holds what is known of the binary at path.
func (t Toolchain) stampPath(path string) string {
	name := "pulumi-on-path.json"
	if filepath.Dir(path) == t.Layout.Bin() {
		name = "pulumi.json"
	}
	return filepath.Join(t.Layout.Bin(), name)
}

// recall returns what is known of the binary at path as it is now.
func (t Toolchain) recall(path string) (pulumiStamp, bool) {
	info, err := os.Stat(path)
	if err != nil {
		return pulumiStamp{}, false
	}
	var stamp pulumiStamp
	text, err := os.ReadFile(t.stampPath(path))
	if err != nil || json.Unmarshal(text, &stamp) != nil {
		return pulumiStamp{}, false
	}
	return stamp, stamp.Path == path && stamp.Size == info.Size() && stamp.ModTime.Equal(info.ModTime())
}

// remember records the version of the binary at path.
func (t Toolchain) remember(path, version string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return writeJSON(t.stampPath(path), pulumiStamp{Path: path, Size: info.Size(), ModTime: info.ModTime(), Version: version})
}

// writeJSON replaces a file as a whole.
func writeJSON(path string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	temp := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := os.WriteFile(temp, text, 0o644); err != nil {
		return err
	}
	return os.Rename(temp, path)
}
