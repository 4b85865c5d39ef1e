package realserver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
)

// The headers that carry the tokens of servers.
const (
	ConsulHeader = "X-Consul-Token"
	VaultHeader  = "X-Vault-Token"
)

// API is the HTTP API of a server.
type API struct {
	// Client sends the requests.
	Client *http.Client
	// URL is where the server listens, without a path.
	URL string
	// Header carries Token, unless that is empty.
	Header, Token string
}

// As returns the API for who has another token.
func (a API) As(token string) API {
	a.Token = token
	return a
}

// Call sends a request with a JSON body, or none, and decodes the answer into answer,
// unless it is nil or the body is empty. It fails when nobody answers, or the answer is
// not what answer takes.
func (a API) Call(method, path string, body, answer any) (int, error) {
	var input io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		input = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, a.URL+path, input)
	if err != nil {
		return 0, err
	}
	if a.Token != "" {
		request.Header.Set(a.Header, a.Token)
	}
	response, err := a.Client.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }() // it is read to its end
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return response.StatusCode, err
	}
	if answer != nil && len(text) > 0 {
		if err := json.Unmarshal(text, answer); err != nil {
			return response.StatusCode, fmt.Errorf("%s %s: %d %s: %w", method, path, response.StatusCode, text, err)
		}
	}
	return response.StatusCode, nil
}

// Must fails the test unless the request is answered with a status.
func (a API) Must(t testing.TB, status int, method, path string, body, answer any) {
	t.Helper()
	got, err := a.Call(method, path, body, answer)
	if err != nil || got != status {
		t.Fatalf("%s %s: status %d, %v, want %d", method, path, got, err, status)
	}
}
