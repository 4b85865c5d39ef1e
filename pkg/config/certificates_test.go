package config_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"
	"time"

	"cellworks/pkg/config"
)

// certificateUntil returns the base64 of a certificate that ends then.
func certificateUntil(t *testing.T, until time.Time) string {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: until.AddDate(-1, 0, 0), NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}

func TestCertificatesOfClientsEnd(t *testing.T) {
	t.Parallel()
	end := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	tree := func(kind string) map[string]string {
		files := cell("sso: {enabled: true, inbound: {type: saml, issuer: \"https://idp.example.org\", ssoURL: \"https://idp.example.org/saml\", certificate: \"" + certificateUntil(t, end) + "\"}}")
		if kind == "off" {
			files["clients/acme/cell.yaml"] = strings.Replace(files["clients/acme/cell.yaml"], "sso: {enabled: true", "sso: {enabled: false", 1)
		}
		files["accounts/nonprod/utility.yaml"] = "okta: {enabled: true}\n"
		return files
	}
	const (
		at   = "configs/clients/acme/cell.yaml:5:132: sso.inbound.certificate: the certificate of the client's identity provider "
		next = " (ask the client for the next one: X509Certificate in the provider's metadata)"
		soon = at + "ends on 2027-03-01" + next + " [expiring]"
		over = at + "ended on 2027-03-01: nobody signs in with it" + next + " [expired]"
	)
	for _, tc := range []struct {
		kind  string
		now   time.Time
		want  string
		ended bool
	}{
		{"on", end.AddDate(0, 0, -31), "", false},
		{"on", end.AddDate(0, 0, -30), soon, false},
		{"on", end.Add(-time.Second), soon, false},
		{"on", end, over, true},
		{"off", end.AddDate(1, 0, 0), "", false},
	} {
		loaded := mustLoad(t, tree(tc.kind))
		var found config.Findings
		for _, f := range loaded.LintAt(tc.now) {
			if f.Rule == config.RuleExpiring || f.Rule == config.RuleExpired {
				found = append(found, f)
			}
		}
		var got []string
		for _, f := range found {
			got = append(got, f.Problem.String()+" ["+f.Rule+"]")
		}
		if text := strings.Join(got, "\n"); text != tc.want || found.Wrong() {
			t.Errorf("%s at %s: lint finds %q, wrong %t, want %q, and never wrong: the files did not change", tc.kind, tc.now, text, found.Wrong(), tc.want)
		}
		for _, c := range loaded.EndingCertificates(tc.now) {
			if c.Client != "acme" || c.Expired != tc.ended {
				t.Errorf("%s at %s: %+v, want acme's, expired %t", tc.kind, tc.now, c, tc.ended)
			}
		}
	}
}
