// Package realserver lets tests talk to the real Consul and Vault: programs that run on
// loopback and end with the test. Nothing but tests imports it.
package realserver

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/toolchain"
)

// Variable is what asks, when it is set, for servers to be built that are not there.
const Variable = "CELLWORKS_REAL_SERVERS"

const (
	// patience is how long Eventually waits, and pause how long between two looks.
	patience = 2 * time.Minute
	pause    = 300 * time.Millisecond
	// lastLines is how much of a server's output a failed test shows.
	lastLines = 60
)

// Consul returns the path of the Consul agent. It skips the test where there is none and
// Variable does not ask for it to be built, which takes minutes.
func Consul(t testing.TB) string {
	t.Helper()
	return program(t, toolchain.Toolchain.FindConsul, toolchain.Toolchain.Consul)
}

// Vault is Consul for the Vault server.
func Vault(t testing.TB) string {
	t.Helper()
	return program(t, toolchain.Toolchain.FindVault, toolchain.Toolchain.Vault)
}

func program(t testing.TB, find func(toolchain.Toolchain) string, build func(toolchain.Toolchain, context.Context) (string, error)) string {
	t.Helper()
	root, err := toolchain.FindRoot(".")
	if err != nil {
		t.Fatal(err)
	}
	tools := toolchain.Toolchain{Layout: layout.New(root), Environ: os.Environ()}
	if path := find(tools); path != "" {
		return path
	}
	if os.Getenv(Variable) == "" {
		t.Skipf("the real server is neither on PATH nor built: set %s=1 to build it, which takes minutes", Variable)
	}
	path, err := build(tools, t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// FreePorts returns count ports that are free on each of the first n addresses of
// loopback.
func FreePorts(t testing.TB, count, n int) []int {
	t.Helper()
	var ports []int
	var open []net.Listener
	defer func() {
		for _, l := range open {
			_ = l.Close() // it was never used
		}
	}()
	for len(ports) < count {
		first, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, first)
		port := first.Addr().(*net.TCPAddr).Port
		free := true
		for i := 2; i <= n; i++ {
			other, err := net.Listen("tcp", fmt.Sprintf("127.0.0.%d:%d", i, port))
			if err != nil {
				free = false
				break
			}
			open = append(open, other)
		}
		if free {
			ports = append(ports, port)
		}
	}
	return ports
}

// Start starts a server with more variables in its environment, and ends it with the
// test. Its last lines are shown when the test fails.
func Start(t testing.TB, name string, environ []string, command ...string) *exec.Cmd {
	t.Helper()
	var output bytes.Buffer
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), environ...), &output, &output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGKILL) // it may have ended
		_ = cmd.Wait()                          // it was killed
		if t.Failed() {
			lines := strings.Split(output.String(), "\n")
			t.Logf("%s:\n%s", name, strings.Join(lines[max(0, len(lines)-lastLines):], "\n"))
		}
	})
	return cmd
}

// Eventually waits until check is satisfied, and fails the test with its last complaint
// after two minutes.
func Eventually(t testing.TB, what string, check func() error) {
	t.Helper()
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	deadline := time.After(patience)
	for {
		err := check()
		if err == nil {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("%s: %v", what, err)
		case <-ticker.C:
		}
	}
}
