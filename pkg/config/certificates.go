package config

import (
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"slices"
	"time"
)

const (
	// RuleExpiring is a certificate that ends soon: nothing is wrong yet.
	RuleExpiring = "expiring"
	// RuleExpired is one that has ended.
	RuleExpired = "expired"

	// expiringDays is how long before its end a certificate is reported: a client must be
	// written to, and send another.
	expiringDays = 30
)

// EndingCertificate is a certificate of a client's own identity provider that has ended,
// or ends within 30 days.
type EndingCertificate struct {
	// Client is whose it is.
	Client string
	// Expired says that it has ended: nobody of the client signs in with it.
	Expired bool
	// Problem is at the certificate.
	Problem Problem
}

// EndingCertificates returns the certificates that have ended at the time now, or end
// within 30 days, of clients that sign in with them. Load knows no time and accepts them.
func (t *Tree) EndingCertificates(now time.Time) []EndingCertificate {
	var found []EndingCertificate
	for _, client := range t.clients {
		// Few clients have one, and a cell takes time to resolve.
		if _, ok := t.cells[client].root.find(inboundKey + ".certificate"); !ok {
			continue
		}
		cell, err := t.Cell(client)
		if err != nil || !cell.SSO.Enabled || cell.SSO.Inbound.Type != InboundSAML {
			continue
		}
		until, ok := cell.SSO.Inbound.certificateEnd()
		if !ok || now.AddDate(0, 0, expiringDays).Before(until) {
			continue
		}
		expired := !now.Before(until)
		message := "the certificate of the client's identity provider ends on " + until.Format(time.DateOnly)
		if expired {
			message = fmt.Sprintf("the certificate of the client's identity provider ended on %s: nobody signs in with it", until.Format(time.DateOnly))
		}
		found = append(found, EndingCertificate{client, expired,
			t.ProblemAt("cell/"+client, inboundKey+".certificate", message, "ask the client for the next one: X509Certificate in the provider's metadata")})
	}
	return found
}

// certificateEnd returns when the certificate ends, in UTC, and false for what is none.
func (i CellInbound) certificateEnd() (time.Time, bool) {
	der, err := base64.StdEncoding.DecodeString(i.CertificateBase64())
	if err != nil {
		return time.Time{}, false
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return time.Time{}, false
	}
	return certificate.NotAfter.UTC(), true
}

// LintAt is Lint at the time now: it finds certificates that end soon or have ended too.
func (t *Tree) LintAt(now time.Time) Findings {
	found := t.Lint()
	for _, c := range t.EndingCertificates(now) {
		rule := RuleExpiring
		if c.Expired {
			rule = RuleExpired
		}
		found = append(found, Finding{Problem: c.Problem, Rule: rule})
	}
	slices.SortStableFunc(found, func(a, b Finding) int { return compareProblems(a.Problem, b.Problem) })
	return found
}

// Wrong reports whether any of them is in what is written. That a day has come is not: the
// same files were fine the day before, and whoever changes others must not be held up.
func (f Findings) Wrong() bool {
	return slices.ContainsFunc(f, func(one Finding) bool { return one.Rule != RuleExpiring && one.Rule != RuleExpired })
}
