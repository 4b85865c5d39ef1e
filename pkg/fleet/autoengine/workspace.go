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
// With the generated passphrase all stacks share the salt of the first. To derive
// a key costs a quarter of a second of computing for each salt that an operation
// meets, its own and that of every stack that it reads, and is meant to slow down
// the guessing of passphrases; ours is 256 random bits.
func (o *operation) create(ctx context.Context, w auto.Workspace) error {
	shared := o.ownPassphrase()
	if _, err := os.Stat(o.Layout.Salt()); err != nil || !shared {
		// The first stack also makes what a backend has once, which the command line does not do safely twice at a time.
		o.first.Lock()
		defer o.first.Unlock()
	}
	var err error
	if shared {
		err = o.giveSalt()
	}
	if err != nil {
		return err
	}
	if o.stack, err = auto.NewStack(ctx, o.target.Name, w); err != nil {
		return failure(err, nil)
	}
	if shared {
		return o.takeSalt()
	}
	return nil
}

// giveSalt writes the shared salt into the stack's settings, where there is one
// and the stack has no settings yet.
func (o *operation) giveSalt() error {
	salt, err := os.ReadFile(o.Layout.Salt())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("encryption salt: %w", err)
	}
	if _, err := os.Stat(o.settingsFile()); err == nil {
		return nil
	}
	if err := os.WriteFile(o.settingsFile(), []byte("encryptionsalt: "+strings.TrimSpace(string(salt))+"\n"), 0o644); err != nil {
		return fmt.Errorf("settings of %s: %w", o.target, err)
	}
	return nil
}

// takeSalt makes the stack's salt the shared one, unless there is one.
func (o *operation) takeSalt() error {
	if _, err := os.Stat(o.Layout.Salt()); err == nil {
		return nil
	}
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
