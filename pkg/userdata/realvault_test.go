package userdata_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cellworks/pkg/realserver"
	"cellworks/pkg/userdata"
)

// healthPath is what the load balancer asks.
const healthPath = "/v1/sys/health?standbyok=true&perfstandbyok=true&uninitcode=200&sealedcode=503"

// vaultCluster is a Vault cluster of three servers on loopback. There is no KMS here,
// so that it is unsealed by hand, with a share of its key.
type vaultCluster struct {
	ca    authority
	name  string
	nodes []userdata.VaultConfig
	dir   string
}

func startVault(t *testing.T) *vaultCluster {
	t.Helper()
	binary := realserver.Vault(t)
	c := &vaultCluster{name: "vault.test", dir: t.TempDir()}
	files, ca := newTLS(t, c.dir, c.name)
	c.ca = ca
	free := realserver.FreePorts(t, 2, 3)
	ports := userdata.VaultPorts{API: free[0], Cluster: free[1]}
	var join userdata.Join
	for n := 1; n <= 3; n++ {
		join.Addresses = append(join.Addresses, fmt.Sprintf("https://127.0.0.%d:%d", n, ports.API))
	}
	for n := 1; n <= 3; n++ {
		own := filepath.Join(c.dir, fmt.Sprint("server", n))
		address := fmt.Sprintf("127.0.0.%d", n)
		config := userdata.VaultConfig{
			Region: "us-east-1", ClusterName: "test", APIAddress: fmt.Sprintf("https://%s:%d", address, ports.API),
			ListenAddress: address, NodeAddress: address, Ports: ports,
			DataDir: filepath.Join(own, "data"), LogDir: filepath.Join(own, "log"), TLS: files, ServerName: c.name, Join: join,
		}
		text, err := config.HCL()
		if err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{config.DataDir, config.LogDir} {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		file := filepath.Join(own, "vault.hcl")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c.nodes = append(c.nodes, config)
		// The variable is what the bootstrap script gives the unit.
		realserver.Start(t, fmt.Sprint("vault ", n), []string{fmt.Sprintf("VAULT_RAFT_NODE_ID=i-%d", n)}, binary, "server", "-config="+file)
	}
	return c
}

func (c *vaultCluster) api(node int, token string) realserver.API {
	return newAPI(c.ca, c.name, c.nodes[node].APIAddress, realserver.VaultHeader, token)
}

// health waits until a server answers with a status.
func (c *vaultCluster) health(t *testing.T, node int, path string, want int) {
	t.Helper()
	realserver.Eventually(t, fmt.Sprintf("health of server %d", node), func() error {
		got, err := c.api(node, "").Call(http.MethodGet, path, nil, nil)
		if err == nil && got != want {
			err = fmt.Errorf("%s is answered with %d, want %d", path, got, want)
		}
		return err
	})
}

// initialize makes the cluster's key, in one share, and unseals every server with it.
// It returns the root token.
func (c *vaultCluster) initialize(t *testing.T) string {
	t.Helper()
	var made struct {
		Keys  []string `json:"keys"`
		Token string   `json:"root_token"`
	}
	c.api(0, "").Must(t, http.StatusOK, http.MethodPut, "/v1/sys/init", map[string]int{"secret_shares": 1, "secret_threshold": 1}, &made)
	c.health(t, 0, healthPath, http.StatusServiceUnavailable) // sealed servers are out of service
	for node := range c.nodes {
		// A server that has not joined yet has nothing to unseal.
		realserver.Eventually(t, fmt.Sprintf("unsealing server %d", node), func() error {
			var state struct{ Sealed bool }
			status, err := c.api(node, "").Call(http.MethodPut, "/v1/sys/unseal", map[string]string{"key": made.Keys[0]}, &state)
			if err == nil && (status != http.StatusOK || state.Sealed) {
				err = fmt.Errorf("status %d, sealed %v", status, state.Sealed)
			}
			return err
		})
		c.health(t, node, healthPath, http.StatusOK)
	}
	return made.Token
}

func TestRealVaultServesWithTheConfigurationOfItsServers(t *testing.T) {
	t.Parallel()
	c := startVault(t)
	for node := range c.nodes {
		c.health(t, node, "/v1/sys/health", http.StatusNotImplemented) // what the bootstrap script asks
		c.health(t, node, healthPath, http.StatusOK)
	}
	token := c.initialize(t)
	c.health(t, 0, "/v1/sys/health", http.StatusOK)
	c.health(t, 1, "/v1/sys/health", http.StatusTooManyRequests)

	leader, standby := c.api(0, token), c.api(2, token)
	var peers struct {
		Data struct {
			Config struct {
				Servers []struct {
					ID    string `json:"node_id"`
					Voter bool   `json:"voter"`
				} `json:"servers"`
			} `json:"config"`
		} `json:"data"`
	}
	realserver.Eventually(t, "votes", func() error {
		_, err := leader.Call(http.MethodGet, "/v1/sys/storage/raft/configuration", nil, &peers)
		for n, server := range peers.Data.Config.Servers {
			if want := fmt.Sprintf("i-%d", n+1); server.ID != want || !server.Voter {
				return fmt.Errorf("servers %v, want i-1 to i-3 with a vote", peers.Data.Config.Servers)
			}
		}
		if err == nil && len(peers.Data.Config.Servers) != 3 {
			err = fmt.Errorf("servers %v, want 3", peers.Data.Config.Servers)
		}
		return err
	})
	c.audited(t, leader)
	leader.Must(t, http.StatusNoContent, http.MethodPost, "/v1/sys/mounts/kv", map[string]any{"type": "kv"}, nil)
	// Standbys hand requests on to the leader by the port of the cluster.
	standby.Must(t, http.StatusNoContent, http.MethodPut, "/v1/kv/a", map[string]string{"b": "c"}, nil)
	var stored struct{ Data map[string]string }
	leader.Must(t, http.StatusOK, http.MethodGet, "/v1/kv/a", nil, &stored)
	if stored.Data["b"] != "c" {
		t.Errorf("stored %v, want what was written by way of a standby", stored.Data)
	}
	c.api(1, "").Must(t, http.StatusForbidden, http.MethodGet, "/v1/kv/a", nil, nil)
	c.recorded(t)
	if status, err := leader.Call(http.MethodGet, "/v1/sys/storage/raft/snapshot", nil, nil); err != nil || status != http.StatusOK {
		t.Errorf("snapshot: status %d, %v", status, err)
	}
}

// audit are the files of the two audit devices, which are the same on every server:
// here, on one disk.
func (c *vaultCluster) audit() []string {
	return []string{filepath.Join(c.dir, "audit-1.log"), filepath.Join(c.dir, "audit-2.log")}
}

// audited enables both audit devices.
func (c *vaultCluster) audited(t *testing.T, root realserver.API) {
	t.Helper()
	for n, file := range c.audit() {
		root.Must(t, http.StatusNoContent, http.MethodPut, fmt.Sprintf("/v1/sys/audit/file-%d", n+1), map[string]any{"type": "file", "options": map[string]string{"file_path": file}}, nil)
	}
}

// recorded checks that both devices hold the requests.
func (c *vaultCluster) recorded(t *testing.T) {
	t.Helper()
	for _, file := range c.audit() {
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), `"path":"kv/a"`) {
			t.Errorf("%s does not hold the request, %v", file, err)
		}
	}
}

func TestRealVaultTakesTheFilesOfItsServersAsTheyAre(t *testing.T) {
	t.Parallel()
	binary := realserver.Vault(t)
	for name, server := range map[string]userdata.Vault{"raft": vaultServer(), "consul": vaultOnConsul()} {
		config := server.Config()
		if !hasPrivateAddress(t) {
			config.NodeAddress = "127.0.0.1" // the file asks for a private one
		}
		text, err := config.HCL()
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "vault.hcl")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		// It goes on to look at disks and keys that are not here.
		out, _ := exec.CommandContext(t.Context(), binary, "operator", "diagnose", "-config="+file, "-skip=seal,storage,listener").CombinedOutput()
		if !regexp.MustCompile(`success \].*Parse Configuration`).Match(out) {
			t.Errorf("%s: vault operator diagnose says:\n%s", name, out)
		}
	}
}
