package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/simcloud"
	"cellworks/pkg/toolchain"
)

// plain is the Pulumi command line with the Go language host, on a field's state
// and simulated cloud, as cellctl sim serve --env sets it up.
type plain struct {
	repository, pulumi string
	environ            []string
	settings           string
}

func newPlain(t *testing.T, w *field) plain {
	t.Helper()
	repository, err := toolchain.FindRoot(".")
	if err != nil {
		t.Fatal(err)
	}
	host, err := toolchain.Toolchain{Layout: layout.New(repository), Environ: os.Environ()}.LanguageHost(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cloud, err := simcloud.Open(simcloud.Options{Dir: w.layout.Sim()})
	if err != nil {
		t.Fatal(err)
	}
	server, err := cloud.Serve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	environ := append(os.Environ(),
		"PATH="+filepath.Dir(host)+string(os.PathListSeparator)+os.Getenv("PATH"),
		"PULUMI_DEBUG_PROVIDERS="+server.DebugProviders(),
		"PULUMI_BACKEND_URL="+w.layout.Backend(""),
		"PULUMI_CONFIG_PASSPHRASE_FILE="+w.layout.Passphrase(),
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
		"PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER=true",
		"PULUMI_SKIP_UPDATE_CHECK=true",
		"PULUMI_HOME="+w.layout.Home(),
	)
	return plain{repository: repository, pulumi: w.pulumi.Path, environ: environ, settings: t.TempDir()}
}

// run runs a pulumi command on a stack from the repository root and returns what
// it printed.
func (p plain) run(t *testing.T, stack string, args ...string) string {
	t.Helper()
	// The settings file is kept out of the repository.
	args = append(args, "--stack", stack, "--config-file", filepath.Join(p.settings, "Pulumi."+stack+".yaml"), "--non-interactive", "--color", "never")
	cmd := exec.CommandContext(t.Context(), p.pulumi, args...)
	cmd.Dir, cmd.Env = p.repository, p.environ
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("pulumi %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestPlainPulumiAndTheFleetWorkOnTheSameStacks(t *testing.T) {
	t.Parallel()
	w := newField(t)
	w.must(t, fleet.Up, "elm", "utility/nonprod-us-east-1-ecs")
	p := newPlain(t, w)

	p.run(t, "nonprod-us-east-1", "preview", "-C", "base", "--expect-no-changes")
	p.run(t, "nonprod-us-east-1-ecs", "preview", "-C", "utility", "--expect-no-changes")
	p.run(t, "elm", "preview", "--expect-no-changes")

	w.must(t, fleet.Destroy, "elm")
	if out := p.run(t, "elm", "up", "--yes", "--skip-preview"); !strings.Contains(out, " created") {
		t.Errorf("up of a destroyed stack printed %s, want resources created", out)
	}
	w.must(t, fleet.Preview, "elm") // expects no changes
}
