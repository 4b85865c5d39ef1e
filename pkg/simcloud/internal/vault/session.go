package vault

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cellworks/pkg/simcloud/internal/aws"
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// allowedSetting are the hosts that are a Vault without a load balancer in the simulated AWS.
const allowedSetting = "vaults"

// tlsPort is the port of an address that names none.
const tlsPort = 443

// Allow lets a Vault exist at a host although no record of the simulated AWS leads to it.
func Allow(tx *store.Tx, host string) {
	hosts := strings.Fields(string(tx.Setting(allowedSetting)))
	if host = strings.ToLower(host); !slices.Contains(hosts, host) {
		tx.PutSetting(allowedSetting, []byte(strings.Join(append(hosts, host), " ")))
	}
}

// configure reads the provider's settings. Like the real provider, which authenticates when it is first used, it
// refuses little: what only a call finds wrong becomes the session's trouble.
func configure(_ *store.Tx, settings resource.Props) (resource.Session, error) {
	if ns := settings.Str("namespace"); ns != "" {
		return resource.Session{}, fmt.Errorf("configure the vault provider: namespace %q: the simulated Vault is the community edition, which has no namespaces", ns)
	}
	var logins []string
	for name := range settings {
		if strings.HasPrefix(name, "authLogin") {
			logins = append(logins, name)
		}
	}
	slices.Sort(logins)
	if len(logins) > 1 {
		return resource.Session{}, fmt.Errorf("configure the vault provider: %q: conflicts with %s", logins[0], strings.Join(logins[1:], ", "))
	}
	for _, name := range logins {
		if login := settings.Obj(name); login.Str("namespace") != "" {
			return resource.Session{}, fmt.Errorf("configure the vault provider: %s.namespace: the simulated Vault is the community edition, which has no namespaces", name)
		}
	}
	text := settings.Str("address")
	u, err := url.Parse(text)
	if err != nil || text != "" && (u.Scheme == "" || u.Host == "") {
		return resource.Session{}, fmt.Errorf("configure the vault provider: address %q is no URL, want for example https://vault.example.com:8200", text)
	}
	s := resource.Session{Account: strings.ToLower(u.Hostname()), Endpoint: strings.ToLower(u.Host), Region: resource.Global, Retries: 1 + settings.Int("maxRetries")}
	if !settings.Has("maxRetries") {
		s.Retries = providerTries
	}
	switch {
	case text == "":
		s.Trouble = "failed to configure Vault address"
	case u.Scheme != "https":
		s.Trouble = fmt.Sprintf("failed to lookup token, err=Error making API request.\n\nURL: GET %s/v1/auth/token/lookup-self\nCode: 400. Raw Message:\n\n"+
			"Client sent an HTTP request to an HTTPS server.", strings.TrimSuffix(text, "/"))
	case len(logins) == 0 && settings.Str("token") == "":
		s.Trouble = "no vault token set on Client"
	}
	return s, nil
}

// reach fails when there is no Vault at the session's address.
func reach(tx *store.Tx, s resource.Session) error {
	if s.Trouble != "" {
		return fmt.Errorf("%s", s.Trouble)
	}
	if _, err := home(tx, s); err != nil {
		return fmt.Errorf("failed to lookup token, err=Get \"https://%s/v1/auth/token/lookup-self\": dial tcp: %w", address(s), err)
	}
	return nil
}

// address is the host and port of a session's Vault, as errors name it.
func address(s resource.Session) string {
	if s.Endpoint != "" {
		return s.Endpoint
	}
	return s.Account
}

// home is the AWS account in which the Vault of a session runs, empty for one that runs nowhere in the simulated AWS,
// or the error of a connection to nothing.
func home(tx *store.Tx, s resource.Session) (account string, err error) {
	if slices.Contains(strings.Fields(string(tx.Setting(allowedSetting))), s.Account) {
		return "", nil
	}
	port := tlsPort
	if _, p, ok := strings.Cut(address(s), ":"); ok {
		if port, err = strconv.Atoi(p); err != nil {
			return "", fmt.Errorf("address %s: invalid port", address(s))
		}
	} else if s.Endpoint == "" { // whoever removes a thing by its id
		port = 0
	}
	return aws.Listening(tx, s.Account, port)
}
