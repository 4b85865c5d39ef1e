package naming_test

import (
	"testing"

	"cellworks/pkg/naming"
)

func TestNamesOfACellAtTheIdentityProvider(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		naming.CellGroup("acme", "users"):                   "cell-acme-users",
		naming.CellGroupPrefix("acme"):                      "cell-acme-",
		naming.CellSignOn("acme"):                           "cell-acme",
		naming.CellSignInCookie("birch"):                    "cell-birch",
		naming.LoadBalancerSignInURL("acme.example.com"):    "https://acme.example.com/oauth2/idpresponse",
		naming.CellSecret("acme", naming.CellSignInSecrets): "cell/acme/sso/",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
