package realserver

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// rootToken is that of servers that keep everything in memory.
const rootToken = "root"

// NewVault starts a Vault that keeps everything in memory, with more variables in its
// environment, and returns its API for root. It skips the test like Vault.
func NewVault(t testing.TB, environ ...string) API {
	t.Helper()
	binary := Vault(t)
	address := fmt.Sprintf("127.0.0.1:%d", FreePorts(t, 1, 1)[0])
	Start(t, "vault", append(environ, "HOME="+t.TempDir(), "VAULT_ADDR=", "VAULT_TOKEN="), binary,
		"server", "-dev", "-dev-no-store-token", "-dev-root-token-id="+rootToken, "-dev-listen-address="+address)
	api := API{Client: &http.Client{Timeout: 20 * time.Second}, URL: "http://" + address, Header: VaultHeader, Token: rootToken}
	Eventually(t, "Vault", func() error {
		status, err := api.Call(http.MethodGet, "/v1/sys/health", nil, nil)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("health is %d, want %d", status, http.StatusOK)
		}
		return err
	})
	return api
}
