package userdata_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cellworks/pkg/userdata"
)

// block is a body of HCL: attributes by name with their source, and the blocks in
// it by type and labels.
type block struct {
	values map[string]string
	blocks map[string][]block
}

// hclFile parses a file of a server.
func hclFile(t *testing.T, text string) block {
	t.Helper()
	file, diagnostics := hclsyntax.ParseConfig([]byte(text), "test.hcl", hcl.InitialPos)
	if diagnostics.HasErrors() {
		t.Fatalf("%v in:\n%s", diagnostics, text)
	}
	return read(file.Body.(*hclsyntax.Body), text)
}

func read(body *hclsyntax.Body, text string) block {
	b := block{values: map[string]string{}, blocks: map[string][]block{}}
	for name, attribute := range body.Attributes {
		b.values[name] = string(attribute.Expr.Range().SliceBytes([]byte(text)))
	}
	for _, inner := range body.Blocks {
		name := strings.Join(append([]string{inner.Type}, inner.Labels...), " ")
		b.blocks[name] = append(b.blocks[name], read(inner.Body, text))
	}
	return b
}

// content returns the file of a document with a path.
func content(t *testing.T, config userdata.CloudConfig, path string) string {
	t.Helper()
	for _, f := range config.Files {
		if f.Path == path {
			return f.Content
		}
	}
	t.Fatalf("no file %s", path)
	return ""
}

func TestConsulListensOnTLSOnlyAndDeniesByDefault(t *testing.T) {
	t.Parallel()
	file := hclFile(t, content(t, configs(t)["consul"], "/etc/consul.d/consul.hcl"))
	for path, want := range map[string]string{
		"server": "true", "bootstrap_expect": "3", "encrypt_verify_incoming": "true", "encrypt_verify_outgoing": "true", "leave_on_terminate": "true",
		"ports http": "-1", "ports grpc": "-1", "ports https": "8501", "ports grpc_tls": "8503", "ports dns": "8600", "ports serf_wan": "-1",
		"acl enabled": "true", "acl default_policy": `"deny"`, "acl down_policy": `"extend-cache"`, "acl enable_token_persistence": "true",
		"tls defaults verify_incoming": "true", "tls defaults verify_outgoing": "true", "tls internal_rpc verify_server_hostname": "true",
		"auto_encrypt allow_tls": "true", "autopilot min_quorum": "3",
		"retry_join": `["provider=aws region=us-east-1 tag_key=cellworks-join tag_value=ops-us-east-1-consul addr_type=private_v4"]`,
	} {
		if got := at(t, file, path); got != want {
			t.Errorf("%s = %s, want %s", path, got, want)
		}
	}
	for _, secret := range []string{"encrypt", "tokens"} {
		if _, ok := file.values[secret]; ok {
			t.Errorf("consul.hcl holds %s, want it in a file of its own that is written on the server", secret)
		}
	}
}

// at returns an attribute by the blocks that it is in, each the only one of its
// kind.
func at(t *testing.T, b block, path string) string {
	t.Helper()
	parts := strings.Split(path, " ")
	for _, name := range parts[:len(parts)-1] {
		name = strings.ReplaceAll(name, ":", " ")
		if len(b.blocks[name]) != 1 {
			t.Fatalf("%s: %d blocks %s, want 1", path, len(b.blocks[name]), name)
		}
		b = b.blocks[name][0]
	}
	value, ok := b.values[parts[len(parts)-1]]
	if !ok {
		t.Errorf("%s is not set", path)
	}
	return value
}

func TestVaultStoresByRaftAndUnsealsByKMS(t *testing.T) {
	t.Parallel()
	file := hclFile(t, content(t, configs(t)["vault"], "/etc/vault.d/vault.hcl"))
	for path, want := range map[string]string{
		"disable_mlock": "true", "api_addr": `"https://vault.us-east-1.ops.example.com:443"`, "cluster_addr": `"https://{{ GetPrivateIP }}:8201"`,
		"storage:raft path": `"/opt/vault"`, "storage:raft retry_join auto_join_scheme": `"https"`, "storage:raft retry_join auto_join_port": "8200",
		"storage:raft retry_join leader_tls_servername": `"vault.us-east-1.ops.example.com"`,
		"storage:raft retry_join auto_join":             `"provider=aws region=us-east-1 tag_key=cellworks-join tag_value=ops-us-east-1-vault addr_type=private_v4"`,
		"seal:awskms kms_key_id":                        `"arn:aws:kms:us-east-1:333333333333:key/1"`, "seal:awskms region": `"us-east-1"`,
		"listener:tcp tls_min_version": `"tls12"`, "listener:tcp address": `"0.0.0.0:8200"`,
	} {
		if got := at(t, file, path); got != want {
			t.Errorf("%s = %s, want %s", path, got, want)
		}
	}
}

func TestVaultStoresInConsulWhenItIsTold(t *testing.T) {
	t.Parallel()
	config := configs(t)["vault-on-consul"]
	file := hclFile(t, content(t, config, "/etc/vault.d/vault.hcl"))
	for path, want := range map[string]string{
		"disable_mlock": "false", "storage:consul address": `"consul.us-east-1.ops.int.example.com:8501"`, "storage:consul scheme": `"https"`,
		"storage:consul tls_ca_file": `"/etc/vault.d/tls/consul-ca.pem"`,
	} {
		if got := at(t, file, path); got != want {
			t.Errorf("%s = %s, want %s", path, got, want)
		}
	}
	if len(file.blocks["storage raft"]) > 0 {
		t.Error("vault.hcl has raft storage as well")
	}
	bootstrap := content(t, config, "/usr/local/sbin/vault-bootstrap")
	if !strings.Contains(bootstrap, "CONSUL_HTTP_TOKEN=%s") || strings.Contains(bootstrap, "VAULT_RAFT_NODE_ID") {
		t.Error("vault-bootstrap does not hand Vault the token of Consul instead of a Raft node id")
	}
}

func TestScriptsAreBash(t *testing.T) {
	t.Parallel()
	bash := tool(t, "bash")
	for name, config := range configs(t) {
		for _, path := range put(t, config, "/sbin/") {
			if out, err := exec.CommandContext(t.Context(), bash, "-n", path).CombinedOutput(); err != nil {
				t.Errorf("%s: bash -n %s: %v\n%s", name, filepath.Base(path), err, out)
			}
		}
	}
}

func TestScriptsPassShellCheck(t *testing.T) {
	t.Parallel()
	shellcheck := tool(t, "shellcheck")
	for name, config := range configs(t) {
		out, err := exec.CommandContext(t.Context(), shellcheck, append([]string{"--severity=style", "--shell=bash"}, put(t, config, "/sbin/")...)...).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

func TestScriptsStopAtTheFirstErrorAndReportTheLaunch(t *testing.T) {
	t.Parallel()
	strict := regexp.MustCompile(`(?m)^set -E?euo pipefail$`)
	for name, config := range configs(t) {
		for _, f := range config.Files {
			if !strings.Contains(f.Path, "/sbin/") {
				continue
			}
			if !strict.MatchString(f.Content) {
				t.Errorf("%s: %s does not set -euo pipefail", name, f.Path)
			}
			if strings.HasSuffix(f.Path, "-bootstrap") {
				completed := strings.Index(f.Content, "complete CONTINUE")
				if !strings.Contains(f.Content, "trap finish EXIT") || completed < strings.LastIndex(f.Content, "  await ") {
					t.Errorf("%s: %s must give up by a trap, and go on only after it has waited", name, f.Path)
				}
			}
		}
	}
}

func TestUnitsAreThoseOfSystemd(t *testing.T) {
	t.Parallel()
	analyze := tool(t, "systemd-analyze")
	// The programs are not here, which systemd would report.
	present := "=" + tool(t, "true")
	executable := strings.NewReplacer(
		"=/usr/bin/consul", present, "=/usr/bin/vault", present, "=/usr/local/sbin/consul-snapshot", present, "=/usr/local/sbin/vault-snapshot", present)
	for name, config := range configs(t) {
		present := userdata.CloudConfig{}
		for _, f := range config.Files {
			f.Content = executable.Replace(f.Content)
			present.Files = append(present.Files, f)
		}
		units := slices.DeleteFunc(put(t, present, "/systemd/system/"), func(path string) bool { return strings.HasSuffix(path, ".conf") })
		out, err := exec.CommandContext(t.Context(), analyze, append([]string{"verify", "--man=no"}, units...)...).CombinedOutput()
		if err != nil || len(bytes.TrimSpace(out)) > 0 {
			t.Errorf("%s: systemd-analyze verify: %v\n%s", name, err, out)
		}
	}
}

func TestSnapshotsAreDueEverySoManyHours(t *testing.T) {
	t.Parallel()
	analyze := tool(t, "systemd-analyze")
	calendar := regexp.MustCompile(`(?m)^OnCalendar=(.+)$`)
	due := regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`)
	for _, hours := range []int{1, 2, 3, 4, 6, 8, 12, 24} {
		server := consulServer()
		server.Snapshots.EveryHours = hours
		config, err := server.CloudConfig()
		if err != nil {
			t.Fatal(err)
		}
		found := calendar.FindStringSubmatch(content(t, config, "/etc/systemd/system/consul-snapshot.timer"))
		cmd := exec.CommandContext(t.Context(), analyze, "calendar", "--iterations=30", found[1])
		cmd.Env = append(os.Environ(), "TZ=UTC")
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("every %d hours: systemd-analyze calendar %s: %v", hours, found[1], err)
			continue
		}
		times := slices.Compact(due.FindAllString(string(out), -1))
		if len(times) != 30 {
			t.Fatalf("every %d hours: %s is due at %v, want 30 times", hours, found[1], times)
		}
		for i := range times[1:] {
			before, err1 := time.Parse("2006-01-02 15:04:05 MST", times[i])
			after, err2 := time.Parse("2006-01-02 15:04:05 MST", times[i+1])
			if got := after.Sub(before); err1 != nil || err2 != nil || got != time.Duration(hours)*time.Hour {
				t.Errorf("every %d hours: %s is due at %s and then at %s", hours, found[1], times[i], times[i+1])
			}
		}
	}
}
