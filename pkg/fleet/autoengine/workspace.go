package autoengine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// project is the project file of a stack's folder. Default providers are disabled
// for every stack, so that a resource without an explicit provider fails.
const project = `name: %s
runtime: go
config:
  pulumi:disable-default-providers:
    value:
      - aws
      - vault
      - datadog
      - okta
`

// writeProject writes the project file of a stack's folder unless it is there.
func writeProject(dir, name string) error {
	path, text := filepath.Join(dir, "Pulumi.yaml"), fmt.Sprintf(project, name)
	if old, err := os.ReadFile(path); err == nil && string(old) == text {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("work folder of %s: %w", name, err)
	}
	temp := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := os.WriteFile(temp, []byte(text), 0o644); err != nil {
		return fmt.Errorf("project file: %w", err)
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("project file: %w", err)
	}
	return nil
}

// settingsFile is the file in which the command line keeps how a stack encrypts.
func (o *operation) settingsFile() string {
	return filepath.Join(o.Layout.StackDir(o.target), "Pulumi."+o.target.Name+".yaml")
}

// create makes the stack in the backend.
//
// With the generated passphrase all stacks share the salt of the first, which the
// command line makes together with what a backend has once. To derive a key costs
// a quarter of a second of computing for each salt that an operation meets, its
// own and that of every stack that it reads, and is meant to slow down the
// guessing of passphrases; ours is 256 random bits. Every further stack then needs
// no process to be created.
func (o *operation) create(ctx context.Context, w auto.Workspace) error {
	if !o.ownPassphrase() {
		return o.initialize(ctx, w)
	}
	if !o.store.Initialized() {
		o.first.Lock()
		defer o.first.Unlock()
	}
	salt, err := o.salt()
	if err != nil {
		return err
	}
	if _, err := os.Stat(o.settingsFile()); errors.Is(err, fs.ErrNotExist) && salt != "" {
		if err := os.WriteFile(o.settingsFile(), []byte("encryptionsalt: "+salt+"\n"), 0o644); err != nil {
			return fmt.Errorf("settings of %s: %w", o.target, err)
		}
	}
	if salt == "" || !o.store.Initialized() {
		if err := o.initialize(ctx, w); err != nil {
			return err
		}
		return o.takeSalt()
	}
	if err := o.store.Create(o.target); err != nil {
		return err
	}
	if o.stack, err = auto.SelectStack(ctx, o.target.Name, w); err != nil {
		return failure(err, nil)
	}
	return nil
}

// initialize has the command line create the stack.
func (o *operation) initialize(ctx context.Context, w auto.Workspace) (err error) {
	if o.stack, err = auto.NewStack(ctx, o.target.Name, w); err != nil {
		return failure(err, nil)
	}
	return nil
}

// salt returns the shared salt, or nothing as long as there is none.
func (o *operation) salt() (string, error) {
	text, err := os.ReadFile(o.Layout.Salt())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("encryption salt: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// takeSalt makes the stack's salt the shared one.
func (o *operation) takeSalt() error {
	settings, err := o.stack.Workspace().StackSettings(context.Background(), o.target.Name)
	if err != nil {
		return fmt.Errorf("settings of %s: %w", o.target, failure(err, nil))
	}
	return share(settings, o.Layout.Salt())
}

func share(settings *workspace.ProjectStack, path string) error {
	if settings.EncryptionSalt == "" {
		return nil
	}
	temp := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := os.WriteFile(temp, []byte(settings.EncryptionSalt+"\n"), 0o644); err != nil {
		return fmt.Errorf("encryption salt: %w", err)
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("encryption salt: %w", err)
	}
	return nil
}
