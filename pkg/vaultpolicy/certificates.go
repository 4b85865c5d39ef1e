package vaultpolicy

import "cellworks/pkg/naming"

// CertificateRole is the role of naming.VaultPKIMount that issues certificates for
// names of the platform.
const CertificateRole = "internal"

// Certificates is for what gets certificates for servers of the platform.
func Certificates() Policy {
	return Policy{Name: "certificates", Rules: []Rule{
		at(naming.VaultPKIMount+"/issue/"+CertificateRole, Create, Update),
		at(naming.VaultPKIMount+"/sign/"+CertificateRole, Create, Update),
	}}
}
