package naming_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/naming"
)

func TestPeopleReachApplicationsBelowThePublicZone(t *testing.T) {
	t.Parallel()
	if got, want := naming.UtilityHost("jenkins", "us-east-1", "ops", "example.com"), "jenkins.us-east-1.ops.example.com"; got != want {
		t.Errorf("UtilityHost = %s, want %s", got, want)
	}
	if got, want := naming.VaultURL("us-east-1", "ops", "example.com"), "https://vault.us-east-1.ops.example.com"; got != want {
		t.Errorf("VaultURL = %s, want %s", got, want)
	}
	got := naming.VaultSignInURLs("https://vault.example.com")
	want := []string{"https://vault.example.com/ui/vault/auth/oidc/oidc/callback", "http://localhost:8250/oidc/callback"}
	if !slices.Equal(got, want) {
		t.Errorf("VaultSignInURLs = %q, want %q", got, want)
	}
}

func TestGroupsOfRolesAreReadBack(t *testing.T) {
	t.Parallel()
	// The names of Okta's groups in the expression are those of Go's.
	filter := strings.NewReplacer(`(?{{role}}`, `(?P<role>`, `(?{{accountid}}`, `(?P<id>`, `\#`, `#`).Replace(naming.AWSRoleFilter)
	found := regexp.MustCompile(filter).FindStringSubmatch(naming.AWSRoleGroup("prod", "break-glass", "222222222222"))
	if want := []string{"aws#prod#break-glass#222222222222", "break-glass", "222222222222"}; !slices.Equal(found, want) {
		t.Errorf("the filter finds %q, want %q", found, want)
	}
}
