package toolchain

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
)

// Cellworks returns the path of the program binary, which it builds when it is
// missing or when a file that it was built from has changed. When it is fresh, no
// go command runs. It fails when it cannot be built.
func (t Toolchain) Cellworks(ctx context.Context) (string, error) {
	path := filepath.Join(t.Layout.Bin(), executable("cellworks"))
	if t.FreshCellworks() {
		return path, nil
	}
	var sources fingerprint
	b := build{
		Toolchain: t,
		name:      "cellworks",
		what:      "cellworks, which holds the programs of this repository",
		why:       "it is built again when its source changes, then mostly from cache",
		module:    t.Layout.Root(),
		pkg:       "./cmd/cellworks",
		output:    path,
		before: func(goCommand string) (err error) {
			// Before the build, so that a file that changes meanwhile makes the binary stale.
			sources, err = t.sources(ctx, goCommand)
			return err
		},
	}
	err := b.run(ctx, t.FreshCellworks, func() error { return writeJSON(t.fingerprintPath(), sources) })
	if err != nil {
		return "", err
	}
	return path, nil
}

// FreshCellworks reports whether the program binary is there and was built from
// the source as it is now.
func (t Toolchain) FreshCellworks() bool {
	if !isFile(filepath.Join(t.Layout.Bin(), executable("cellworks"))) {
		return false
	}
	recorded, err := readFingerprint(t.fingerprintPath())
	return err == nil && recorded.matches(t.Layout.Root())
}

func (t Toolchain) fingerprintPath() string {
	return filepath.Join(t.Layout.Bin(), "cellworks.json")
}

// listed is what the go command says about a package.
type listed struct {
	Dir        string
	EmbedFiles []string
	SFiles     []string
	Module     *struct {
		Main bool
	}
}

// sources returns the fingerprint of every file of this repository that the
// binary is built from.
func (t Toolchain) sources(ctx context.Context, goCommand string) (fingerprint, error) {
	cmd := exec.CommandContext(ctx, goCommand, "list", "-deps", "-json=Dir,EmbedFiles,SFiles,Module", "./cmd/cellworks")
	cmd.Dir, cmd.Env = t.Layout.Root(), t.Environ
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return fingerprint{}, fmt.Errorf("listing what cellworks is built from: %w\n%s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	var dirs, files []string
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var p listed
		if err := decoder.Decode(&p); err != nil {
			return fingerprint{}, fmt.Errorf("listing what cellworks is built from: %w", err)
		}
		if p.Module == nil || !p.Module.Main {
			continue
		}
		dirs = append(dirs, p.Dir)
		for _, f := range append(p.EmbedFiles, p.SFiles...) {
			files = append(files, filepath.Join(p.Dir, f))
		}
	}
	files = append(files, filepath.Join(t.Layout.Root(), "go.mod"), filepath.Join(t.Layout.Root(), "go.sum"))
	return take(t.Layout.Root(), dirs, files)
}
