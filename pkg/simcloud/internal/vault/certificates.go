package vault

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
)

// The certificates of the simulated PKI engine are real, but for their keys: whatever key is asked for, it is an Ed25519
// key that follows from the Vault, the mount and the key's id. Such a key protects nothing.

// keyOf is a key of a PKI engine.
func keyOf(c *resource.Call, mount, keyID string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("simulated key\x00" + c.Account + "\x00" + clean(mount) + "\x00" + keyID))
	return ed25519.NewKeyFromSeed(seed[:])
}

// backdate is how long before its issue a certificate begins to be valid. Source: sdk/helper/certutil.
const backdate = 30 * time.Second

// subjectOf is what a program says of a certificate's holder.
func subjectOf(in resource.Props) pkix.Name {
	one := func(name string) []string {
		if s := in.Str(name); s != "" {
			return []string{s}
		}
		return nil
	}
	return pkix.Name{
		CommonName: in.Str("commonName"), Organization: one("organization"), OrganizationalUnit: one("ou"), Country: one("country"),
		Locality: one("locality"), Province: one("province"), StreetAddress: one("streetAddress"), PostalCode: one("postalCode"),
	}
}

// namesOf are the alternative names that a program asks for.
func namesOf(in resource.Props) (dns, mail []string, ips []net.IP, uris []*url.URL) {
	names := in.Strs("altNames")
	if !in.Bool("excludeCnFromSans") && strings.Contains(in.Str("commonName"), ".") && !strings.Contains(in.Str("commonName"), " ") {
		names = append([]string{in.Str("commonName")}, names...)
	}
	for _, n := range names {
		if strings.Contains(n, "@") {
			mail = append(mail, n)
		} else {
			dns = append(dns, n)
		}
	}
	for _, text := range in.Strs("ipSans") {
		if ip := net.ParseIP(text); ip != nil {
			ips = append(ips, ip)
		}
	}
	for _, text := range in.Strs("uriSans") {
		if u, err := url.Parse(text); err == nil {
			uris = append(uris, u)
		}
	}
	return dns, mail, ips, uris
}

// authority is the certificate of a CA to be, without what its issuer sets.
func authority(c *resource.Call, ends time.Time) *x509.Certificate {
	dns, mail, ips, uris := namesOf(c.In)
	serial, _ := new(big.Int).SetString(c.Hex("serial", 40), 16)
	cert := &x509.Certificate{
		SerialNumber: serial, Subject: subjectOf(c.In), NotBefore: c.Now.Add(-backdate), NotAfter: ends,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, BasicConstraintsValid: true, IsCA: true,
		DNSNames: dns, EmailAddresses: mail, IPAddresses: ips, URIs: uris,
		PermittedDNSDomains: c.In.Strs("permittedDnsDomains"), PermittedDNSDomainsCritical: c.In.Has("permittedDnsDomains"),
		MaxPathLen: -1,
	}
	if c.In.Has("maxPathLength") {
		cert.MaxPathLen = c.In.Int("maxPathLength")
		cert.MaxPathLenZero = cert.MaxPathLen == 0
	}
	return cert
}

func issue(template, parent *x509.Certificate, public any, signer ed25519.PrivateKey) (string, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		return "", fmt.Errorf("unable to create certificate: %w", err)
	}
	return encodePEM("CERTIFICATE", der), nil
}

func encodePEM(typ string, der []byte) string {
	return strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: typ, Bytes: der})))
}

// certificateIn is the first certificate in a PEM text.
func certificateIn(text string) (*x509.Certificate, error) {
	b, _ := pem.Decode([]byte(strings.TrimSpace(text) + "\n"))
	if b == nil || b.Type != "CERTIFICATE" {
		return nil, fmt.Errorf("no data found in PEM block")
	}
	return x509.ParseCertificate(b.Bytes)
}

// requestIn is the certificate request in a PEM text.
func requestIn(text string) (*x509.CertificateRequest, error) {
	b, _ := pem.Decode([]byte(strings.TrimSpace(text) + "\n"))
	if b == nil || !strings.HasSuffix(b.Type, "CERTIFICATE REQUEST") {
		return nil, fmt.Errorf("csr contains no data")
	}
	csr, err := x509.ParseCertificateRequest(b.Bytes)
	if err == nil {
		err = csr.CheckSignature()
	}
	return csr, err
}

// colons is a serial number as Vault writes it: "1f:0a:…".
func colons(serial *big.Int) string {
	var parts []string
	for _, b := range serial.Bytes() {
		parts = append(parts, fmt.Sprintf("%02x", b))
	}
	return strings.Join(parts, ":")
}
