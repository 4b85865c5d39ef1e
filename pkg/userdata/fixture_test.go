package userdata_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/userdata"
)

var update = flag.Bool("update", false, "rewrite the golden files of the tests that are run")

func server(application string) userdata.Server {
	return userdata.Server{
		Region: "us-east-1", GroupName: "utility-" + application, HookName: "launch", LogGroup: "/utility/" + application,
		MetricNamespace: "utility/" + application, Version: "1.22.0", Checksum: strings.Repeat("0f", 32),
	}
}

func join(application string) userdata.Join {
	return userdata.Join{TagKey: "cellworks-join", TagValue: "ops-us-east-1-" + application}
}

func consulServer() userdata.Consul {
	return userdata.Consul{
		Server: server("consul"), Datacenter: "us-east-1", Servers: 3, Join: join("consul"), DataDevice: "/dev/sdf",
		Secrets: userdata.ConsulSecrets{
			Gossip: "utility/consul/gossip", CA: "utility/consul/ca", Certificate: "utility/consul/certificate", Key: "utility/consul/private-key",
			ManagementToken: "utility/consul/management-token", AgentToken: "utility/consul/agent-token",
		},
		Snapshots: userdata.Snapshots{EveryHours: 6, Bucket: "example-utility-333333333333-us-east-1-consul-snapshots", Region: "us-east-1"},
	}
}

func vaultServer() userdata.Vault {
	return userdata.Vault{
		Server: server("vault"), Name: "ops-us-east-1", Host: "vault.us-east-1.ops.example.com", APIPort: 443, Join: join("vault"),
		SealKey: "arn:aws:kms:us-east-1:333333333333:key/1", DataDevice: "/dev/sdf", AuditDevices: []string{"/dev/sdg", "/dev/sdh"},
		Secrets:   userdata.VaultSecrets{CA: "utility/vault/ca", Certificate: "utility/vault/certificate", Key: "utility/vault/private-key"},
		Snapshots: userdata.Snapshots{EveryHours: 24, Bucket: "example-utility-333333333333-us-east-1-vault-snapshots", Region: "us-west-2"}, SnapshotRole: "snapshot",
	}
}

func vaultOnConsul() userdata.Vault {
	v := vaultServer()
	v.Passthrough, v.ConsulAddress = true, "consul.us-east-1.ops.int.example.com:8501"
	v.Secrets.ConsulCA, v.Secrets.ConsulToken = "utility/consul/ca", "utility/vault/consul-token"
	return v
}

// configs are the cloud-config documents of every kind of server.
func configs(t *testing.T) map[string]userdata.CloudConfig {
	t.Helper()
	made := map[string]userdata.CloudConfig{}
	for name, make := range map[string]func() (userdata.CloudConfig, error){
		"consul": consulServer().CloudConfig, "vault": vaultServer().CloudConfig, "vault-on-consul": vaultOnConsul().CloudConfig,
	} {
		config, err := make()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		made[name] = config
	}
	return made
}

// put writes the files whose path contains part into a new directory, by their
// base names, and returns their paths.
func put(t *testing.T, config userdata.CloudConfig, part string) []string {
	t.Helper()
	dir := t.TempDir()
	var paths []string
	for _, f := range config.Files {
		if strings.Contains(f.Path, part) {
			path := filepath.Join(dir, filepath.Base(f.Path))
			if err := os.WriteFile(path, []byte(f.Content), 0o644); err != nil {
				t.Fatal(err)
			}
			paths = append(paths, path)
		}
	}
	if len(paths) == 0 {
		t.Fatalf("no file in %s", part)
	}
	return paths
}

// tool returns the path of a program, and skips the test without it.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("there is no %s on PATH", name)
	}
	return path
}

func TestServersAreToldWhatTheGoldenFilesSay(t *testing.T) {
	t.Parallel()
	for name, config := range configs(t) {
		for _, f := range config.Files {
			golden := filepath.Join("testdata", name, filepath.Base(f.Path))
			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, []byte(f.Content), 0o644); err != nil {
					t.Fatal(err)
				}
				t.Errorf("golden %s is rewritten: read the diff, then run again without -update", golden)
				continue
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), f.Content); diff != "" {
				t.Errorf("%s of %s differs from %s (-want +got):\n%s", f.Path, name, golden, diff)
			}
		}
	}
}
