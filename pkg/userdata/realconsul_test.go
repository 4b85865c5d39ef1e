package userdata_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"cellworks/pkg/realserver"
	"cellworks/pkg/userdata"
)

const (
	managementToken = "11111111-2222-3333-4444-555555555555"
	agentToken      = "66666666-7777-8888-9999-aaaaaaaaaaaa"
	gossipKey       = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
)

// consulCluster is a Consul cluster of three servers on loopback, each on an address
// of its own with the ports of all.
type consulCluster struct {
	binary  string
	ca      authority
	configs []userdata.ConsulConfig
	servers []*exec.Cmd
	access  []userdata.ConsulAccess
}

func startConsul(t *testing.T) *consulCluster {
	t.Helper()
	c := &consulCluster{binary: realserver.Consul(t)}
	dir := t.TempDir()
	base := userdata.ConsulConfig{Region: "us-east-1", Datacenter: "test", Servers: 3}
	base.TLS, c.ca = newTLS(t, dir, base.ServerName())
	free := realserver.FreePorts(t, 5, 3)
	base.Ports = userdata.ConsulPorts{HTTPS: free[0], GRPCTLS: free[1], DNS: free[2], Server: free[3], SerfLAN: free[4]}
	for n := 1; n <= 3; n++ {
		base.Join.Addresses = append(base.Join.Addresses, fmt.Sprintf("127.0.0.%d:%d", n, base.Ports.SerfLAN))
	}
	for name, token := range map[string]string{"management": managementToken, "agent": agentToken} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(token+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for n := 1; n <= 3; n++ {
		config, own := base, filepath.Join(dir, fmt.Sprint("server", n))
		config.DataDir, config.LogDir = filepath.Join(own, "data"), filepath.Join(own, "log")
		config.BindAddress = fmt.Sprintf("127.0.0.%d", n)
		config.ClientAddress = config.BindAddress
		text, err := config.HCL()
		if err != nil {
			t.Fatal(err)
		}
		for _, folder := range []string{filepath.Join(own, "config"), config.LogDir} {
			if err := os.MkdirAll(folder, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		// The last two are what the bootstrap script writes on a server.
		for file, content := range map[string]string{
			"consul.hcl":  text,
			"node.json":   fmt.Sprintf(`{"node_name": "i-%d"}`, n),
			"secret.json": fmt.Sprintf(`{"encrypt": %q, "acl": {"tokens": {"initial_management": %q, "agent": %q}}}`, gossipKey, managementToken, agentToken),
		} {
			if err := os.WriteFile(filepath.Join(own, "config", file), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c.configs = append(c.configs, config)
		c.access = append(c.access, userdata.ConsulAccess{
			Binary: c.binary, Address: fmt.Sprintf("https://127.0.0.%d:%d", n, config.Ports.HTTPS), ServerName: config.ServerName(), CA: config.TLS.CA,
			ManagementToken: filepath.Join(dir, "management"), AgentToken: filepath.Join(dir, "agent"),
		})
		c.servers = append(c.servers, realserver.Start(t, fmt.Sprint("consul ", n), nil, c.binary, "agent", "-config-dir="+filepath.Join(own, "config")))
	}
	return c
}

// api is the API of a server, 0 to 2.
func (c *consulCluster) api(server int, token string) realserver.API {
	return newAPI(c.ca, c.configs[0].ServerName(), c.access[server].Address, realserver.ConsulHeader, token)
}

// peer is a line of what consul operator raft list-peers prints, by the columns that
// the scripts on the servers read.
type peer struct{ name, state, voter string }

func (c *consulCluster) peers(server int) ([]peer, error) {
	cmd := exec.Command(c.binary, "operator", "raft", "list-peers")
	access := c.access[server]
	cmd.Env = append(os.Environ(), "CONSUL_HTTP_ADDR="+access.Address, "CONSUL_TLS_SERVER_NAME="+access.ServerName, "CONSUL_CACERT="+access.CA, "CONSUL_HTTP_TOKEN_FILE="+access.ManagementToken)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("list-peers: %w\n%s", err, out)
	}
	var peers []peer
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n")[1:] {
		if fields := strings.Fields(line); len(fields) >= 5 {
			peers = append(peers, peer{fields[0], fields[3], fields[4]})
		}
	}
	slices.SortFunc(peers, func(a, b peer) int { return strings.Compare(a.name, b.name) })
	return peers, nil
}

// elected waits until a number of servers have a vote and one leads. It returns the
// leader's index.
func (c *consulCluster) elected(t *testing.T, ask, voters int) int {
	t.Helper()
	leader := -1
	realserver.Eventually(t, "election", func() error {
		peers, err := c.peers(ask)
		if err != nil {
			return err
		}
		leader = slices.IndexFunc(peers, func(p peer) bool { return p.state == "leader" })
		if slices.ContainsFunc(peers, func(p peer) bool { return p.voter != "true" }) || len(peers) != voters || leader < 0 {
			return fmt.Errorf("peers %v, want %d with a vote and one that leads", peers, voters)
		}
		return nil
	})
	return leader
}

func TestRealConsulServesWithTheConfigurationOfItsServers(t *testing.T) {
	t.Parallel()
	c := startConsul(t)
	leader := c.elected(t, 0, 3)

	nobody, manager := c.api(0, ""), c.api(1, managementToken)
	nobody.Must(t, http.StatusOK, http.MethodGet, "/v1/status/leader", nil, nil) // what the load balancer asks
	nobody.Must(t, http.StatusForbidden, http.MethodPut, "/v1/kv/a", "b", nil)
	manager.Must(t, http.StatusOK, http.MethodPut, "/v1/kv/a", "b", nil)
	c.api(2, managementToken).Must(t, http.StatusOK, http.MethodGet, "/v1/kv/a?consistent", nil, nil)
	c.tokens(t)
	c.names(t)
	c.snapshot(t)

	if err := c.servers[leader].Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	// A server that ends leaves, and the others go on.
	other := (leader + 1) % 3
	c.elected(t, other, 2)
	c.api(other, managementToken).Must(t, http.StatusOK, http.MethodPut, "/v1/kv/a", "c", nil)
}

// tokens runs the script of the servers on all of them at once, as they do, and once
// more.
func (c *consulCluster) tokens(t *testing.T) {
	t.Helper()
	bash := tool(t, "bash")
	var nodes []struct{ Node string }
	c.api(0, "").Must(t, http.StatusOK, http.MethodGet, "/v1/catalog/nodes", nil, &nodes)
	if len(nodes) != 0 {
		t.Errorf("nodes %v are told to those without a token, want none", nodes)
	}
	for range 2 {
		var all sync.WaitGroup
		for _, access := range c.access {
			script, err := access.Script()
			if err != nil {
				t.Fatal(err)
			}
			all.Go(func() {
				// The script exits with a failure when it lost a race; servers repeat it until it
				// succeeds.
				var out []byte
				var err error
				for range 5 {
					if out, err = exec.CommandContext(t.Context(), bash, "-c", script).CombinedOutput(); err == nil {
						return
					}
				}
				t.Errorf("consul-acl: %v\n%s", err, out)
			})
		}
		all.Wait()
	}
	agent := c.api(0, agentToken)
	agent.Must(t, http.StatusOK, http.MethodGet, "/v1/acl/token/self", nil, nil)
	agent.Must(t, http.StatusForbidden, http.MethodPut, "/v1/kv/a", "b", nil)
	// Servers register themselves with that token, which takes them a while to notice.
	realserver.Eventually(t, "registration of the servers", func() error {
		_, err := c.api(2, "").Call(http.MethodGet, "/v1/catalog/nodes", nil, &nodes)
		if err == nil && len(nodes) != 3 {
			err = fmt.Errorf("nodes %v, want the three servers", nodes)
		}
		return err
	})
}

// names asks for a service by DNS, as the resolver of the VPC does.
func (c *consulCluster) names(t *testing.T) {
	t.Helper()
	for _, network := range []string{"udp", "tcp"} {
		resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, network, fmt.Sprintf("127.0.0.1:%d", c.configs[0].Ports.DNS))
		}}
		realserver.Eventually(t, "DNS by "+network, func() error {
			addresses, err := resolver.LookupHost(t.Context(), "consul.service.test.consul.")
			if err == nil && len(addresses) != 3 {
				err = fmt.Errorf("consul.service.test.consul is at %v, want three addresses", addresses)
			}
			return err
		})
	}
}

func (c *consulCluster) snapshot(t *testing.T) {
	t.Helper()
	file, access := filepath.Join(t.TempDir(), "consul.snap"), c.access[0]
	for _, args := range [][]string{{"snapshot", "save", file}, {"snapshot", "inspect", file}} {
		cmd := exec.CommandContext(t.Context(), c.binary, args...)
		cmd.Env = append(os.Environ(), "CONSUL_HTTP_ADDR="+access.Address, "CONSUL_TLS_SERVER_NAME="+access.ServerName, "CONSUL_CACERT="+access.CA, "CONSUL_HTTP_TOKEN_FILE="+access.ManagementToken)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("consul %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

func TestRealConsulTakesTheFileOfItsServersAsItIs(t *testing.T) {
	t.Parallel()
	binary := realserver.Consul(t)
	config := consulServer().Config()
	if !hasPrivateAddress(t) {
		config.BindAddress = "127.0.0.1" // the file asks for a private one
	}
	text, err := config.HCL()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "consul.hcl"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), binary, "validate", dir).CombinedOutput(); err != nil {
		t.Errorf("consul validate: %v\n%s", err, out)
	}
}

// hasPrivateAddress reports whether GetPrivateIP would find one.
func hasPrivateAddress(t *testing.T) bool {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(addresses, func(a net.Addr) bool {
		block, ok := a.(*net.IPNet)
		return ok && block.IP.To4() != nil && block.IP.IsPrivate()
	})
}
