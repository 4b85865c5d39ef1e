package userdata_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/toolchain"
	"cellworks/pkg/userdata"
)

// realServers is the variable that asks for the real servers to be built, which takes
// minutes.
const realServers = "CELLWORKS_REAL_SERVERS"

// realServer returns the real program, and skips the test where it is neither there
// nor asked for.
func realServer(t *testing.T, find func(toolchain.Toolchain) string, build func(toolchain.Toolchain, context.Context) (string, error)) string {
	t.Helper()
	root, err := toolchain.FindRoot(".")
	if err != nil {
		t.Fatal(err)
	}
	tools := toolchain.Toolchain{Layout: layout.New(root), Environ: os.Environ()}
	if path := find(tools); path != "" {
		return path
	}
	if os.Getenv(realServers) == "" {
		t.Skipf("the real server is neither on PATH nor built: set %s=1 to build it, which takes minutes", realServers)
	}
	path, err := build(tools, t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pool        *x509.CertPool
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func writePEM(t *testing.T, path, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// newTLS writes the files of servers that have names, on loopback, and returns who
// signed them.
func newTLS(t *testing.T, dir string, names ...string) (userdata.TLSFiles, authority) {
	t.Helper()
	files := userdata.TLSFiles{CA: filepath.Join(dir, "ca.pem"), Certificate: filepath.Join(dir, "server.pem"), Key: filepath.Join(dir, "server-key.pem")}
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test authority"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	ca := authority{key: newKey(t), pool: x509.NewCertPool()}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &ca.key.PublicKey, ca.key)
	if err != nil {
		t.Fatal(err)
	}
	if ca.certificate, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	ca.pool.AddCert(ca.certificate)
	writePEM(t, files.CA, "CERTIFICATE", der)

	key := newKey(t)
	server := x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: names[0]}, NotBefore: template.NotBefore, NotAfter: template.NotAfter,
		DNSNames: append(names, "localhost"), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if der, err = x509.CreateCertificate(rand.Reader, &server, ca.certificate, &key.PublicKey, ca.key); err != nil {
		t.Fatal(err)
	}
	writePEM(t, files.Certificate, "CERTIFICATE", der)
	if der, err = x509.MarshalECPrivateKey(key); err != nil {
		t.Fatal(err)
	}
	writePEM(t, files.Key, "EC PRIVATE KEY", der)
	return files, ca
}

// freePorts returns ports that are free on the first n addresses of loopback.
func freePorts(t *testing.T, count, n int) []int {
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

// start starts a server and ends it with the test. Its output is shown when the test
// fails.
func start(t *testing.T, name string, environ []string, command ...string) *exec.Cmd {
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
			t.Logf("%s:\n%s", name, tail(output.String(), 60))
		}
	})
	return cmd
}

func tail(text string, lines int) string {
	all := strings.Split(text, "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// eventually waits until check is satisfied, and fails the test with its last
// complaint after a while.
func eventually(t *testing.T, what string, check func() error) {
	t.Helper()
	ticker := time.NewTicker(300 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(2 * time.Minute)
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

// api is the HTTP API of a server.
type api struct {
	client *http.Client
	url    string
	header string // that carries the token
	token  string
}

func newAPI(ca authority, serverName, url, header, token string) api {
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: ca.pool, ServerName: serverName, MinVersion: tls.VersionTLS12}}
	return api{client: &http.Client{Transport: transport, Timeout: 20 * time.Second}, url: url, header: header, token: token}
}

// call sends a request with a JSON body, or none, and decodes the answer into answer,
// unless it is nil.
func (a api) call(method, path string, body, answer any) (int, error) {
	var input io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		input = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, a.url+path, input)
	if err != nil {
		return 0, err
	}
	if a.token != "" {
		request.Header.Set(a.header, a.token)
	}
	response, err := a.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }() // it is read to its end
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return response.StatusCode, err
	}
	if answer != nil {
		if err := json.Unmarshal(text, answer); err != nil {
			return response.StatusCode, fmt.Errorf("%s %s: %d %s: %w", method, path, response.StatusCode, text, err)
		}
	}
	return response.StatusCode, nil
}

// must fails the test unless the request is answered with a status.
func (a api) must(t *testing.T, status int, method, path string, body, answer any) {
	t.Helper()
	got, err := a.call(method, path, body, answer)
	if err != nil || got != status {
		t.Fatalf("%s %s: status %d, %v, want %d", method, path, got, err, status)
	}
}
