package datadog

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// sites are the hosts of Datadog's API. Source: docs.datadoghq.com/getting_started/site.
func sites() []string {
	return []string{
		"api.datadoghq.com", "api.us3.datadoghq.com", "api.us5.datadoghq.com", "api.datadoghq.eu", "api.ap1.datadoghq.com", "api.ap2.datadoghq.com",
		"api.ddog-gov.com",
	}
}

const invalidCredentials = "Invalid or missing credentials provided to the Datadog Provider. Please confirm your API and APP keys are valid and are for the correct region, " +
	"see https://www.terraform.io/docs/providers/datadog/ for more information on providing credentials for the Datadog Provider"

// configure checks the provider's settings as the real one does. The real one asks Datadog whether the keys are valid;
// the simulated Datadog takes every pair of keys of the right form.
func configure(_ *store.Tx, settings resource.Props) (resource.Session, error) {
	fail := func(format string, a ...any) (resource.Session, error) {
		return resource.Session{}, fmt.Errorf("configure the datadog provider: "+format, a...)
	}
	for _, name := range []string{"cloudProviderType", "defaultTags", "orgUuid", "awsAccessKeyId", "awsSecretAccessKey", "awsSessionToken", "cloudProviderRegion"} {
		if settings.Has(name) {
			return fail("the simulated cloud does not simulate %q", name)
		}
	}
	address := settings.Str("apiUrl")
	if address == "" {
		address = "https://api.datadoghq.com"
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme == "" {
		return fail("missing protocol or host: %v", address)
	}
	if strings.HasPrefix(u.Path, "/api") {
		return fail("apiUrl %q must not end with the /api/ path", address)
	}
	if !settings.Bool("validate") && settings.Has("validate") && settings.Str("validate") != "true" {
		return session(u.Host, settings), nil
	}
	key, app := settings.Str("apiKey"), settings.Str("appKey")
	if key == "" || app == "" {
		return fail("api_key and app_key must be set unless validate = false")
	}
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(key) || !regexp.MustCompile(`^([0-9a-f]{40}|ddapp_[0-9A-Za-z]+)$`).MatchString(app) {
		return fail("%s", invalidCredentials+". The simulated Datadog takes API keys of 32 and application keys of 40 hexadecimal digits")
	}
	return session(u.Host, settings), nil
}

func session(host string, settings resource.Props) resource.Session {
	s := resource.Session{Account: strings.ToLower(host), Region: resource.Global, Retries: providerTries}
	if settings.Has("httpClientRetryMaxRetries") {
		s.Retries = 1 + settings.Int("httpClientRetryMaxRetries")
	}
	if settings.Str("httpClientRetryEnabled") == "false" {
		s.Retries = 1
	}
	if settings.Str("apiKey") == "" || settings.Str("appKey") == "" {
		s.Trouble = "403 Forbidden: " + invalidCredentials
	}
	return s
}

// reach fails when no site of Datadog has the session's address.
func reach(_ *store.Tx, s resource.Session) error {
	if s.Trouble != "" {
		return fmt.Errorf("%s", s.Trouble)
	}
	for _, site := range sites() {
		if s.Account == site {
			return nil
		}
	}
	return fmt.Errorf("dial tcp: lookup %s: no such host: Datadog's sites are %s", s.Account, strings.Join(sites(), ", "))
}

// orgName is a name that is taken once in an organization.
func orgName(c *resource.Call, kind, name string) string {
	return strings.Join([]string{"datadog", c.Account, kind, name}, "/")
}
