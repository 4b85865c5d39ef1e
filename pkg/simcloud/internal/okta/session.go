package okta

import (
	"encoding/pem"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// domains are the base URLs of Okta's organizations. Source: developer.okta.com/docs/concepts/okta-organizations.
func domains() []string {
	return []string{"okta.com", "oktapreview.com", "okta-emea.com", "okta-gov.com", "okta.mil", "trexcloud.com"}
}

// configure checks the provider's settings as the real one and its SDK do.
func configure(_ *store.Tx, settings resource.Props) (resource.Session, error) {
	fail := func(format string, a ...any) (resource.Session, error) {
		return resource.Session{}, fmt.Errorf("configure the okta provider: "+format, a...)
	}
	org, base := strings.ToLower(settings.Str("orgName")), strings.ToLower(settings.Str("baseUrl"))
	if base == "" {
		base = "okta.com"
	}
	if org == "" {
		return fail("your Okta URL is missing: set orgName")
	}
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`).MatchString(org) {
		return fail("orgName %q is no name of an organization: want the first part of its URL alone", org)
	}
	if strings.Contains(base, "/") {
		return fail("baseUrl %q must be a domain without scheme and path, such as okta.com", base)
	}
	if settings.Has("httpProxy") {
		return fail("the simulated cloud does not simulate %q", "httpProxy")
	}
	if n := settings.Int("maxApiCapacity"); settings.Has("maxApiCapacity") && (n < 1 || n > 100) {
		return fail("expected max_api_capacity to be in the range (1 - 100), got %d", n)
	}
	if err := checkCredentials(settings); err != nil {
		return fail("%w", err)
	}
	s := resource.Session{Account: org + "." + base, Region: resource.Global, Retries: providerTries}
	if settings.Has("maxRetries") {
		s.Retries = 1 + settings.Int("maxRetries")
	}
	return s, nil
}

// checkCredentials checks that there is one way to authenticate: a token, or the key of a service app.
func checkCredentials(settings resource.Props) error {
	token, access, client := settings.Str("apiToken") != "", settings.Str("accessToken") != "", settings.Str("clientId") != ""
	switch {
	case token && client:
		return errors.New(`"api_token": conflicts with client_id`)
	case token && access:
		return errors.New(`"api_token": conflicts with access_token`)
	case token || access:
		return nil
	case !client:
		return errors.New("your Okta API token is missing: set apiToken, or clientId with privateKey and scopes")
	case len(settings.Strs("scopes")) == 0:
		return errors.New("your Okta API scopes are missing: set scopes")
	case settings.Str("privateKey") == "":
		return errors.New("your Okta private key is missing: set privateKey")
	case settings.Str("privateKeyId") == "":
		return errors.New("your Okta private key id is missing: set privateKeyId")
	}
	if b, _ := pem.Decode([]byte(settings.Str("privateKey"))); b == nil || !strings.HasSuffix(b.Type, "PRIVATE KEY") {
		return errors.New("the private key is no PEM-encoded private key")
	}
	for _, scope := range settings.Strs("scopes") {
		if !strings.HasPrefix(scope, "okta.") {
			return fmt.Errorf("%q is no scope of the Okta API, want for example okta.groups.manage", scope)
		}
	}
	return nil
}

// reach fails when no Okta domain has the session's address.
func reach(_ *store.Tx, s resource.Session) error {
	for _, d := range domains() {
		if strings.HasSuffix(s.Account, "."+d) {
			return nil
		}
	}
	return fmt.Errorf("the API returned an unknown error: Get \"https://%[1]s/api/v1/org\": dial tcp: lookup %[1]s: no such host: Okta's domains are %[2]s", s.Account, strings.Join(domains(), ", "))
}
