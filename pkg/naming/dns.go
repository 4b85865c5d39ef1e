package naming

import "strings"

// Zone returns the domain name of a region's public hosted zone:
// <region>.<account>.<domain>. Every cell of the account and region has its host
// names below it, so that one wildcard certificate covers them.
func Zone(region, account, domain string) string {
	return strings.Join([]string{region, account, domain}, ".")
}

// PrivateZone returns the domain name of a region's private hosted zone:
// <region>.<account>.int.<domain>. It lies below the public domain, because ACM
// validates certificates in public zones only.
func PrivateZone(region, account, domain string) string {
	return Zone(region, account, "int."+domain)
}

// ServiceZone returns the domain name of a region's Cloud Map namespace:
// <region>.<account>.svc.<domain>. Cloud Map makes and owns its zone, hence one
// beside PrivateZone.
func ServiceZone(region, account, domain string) string {
	return Zone(region, account, "svc."+domain)
}

// CellServiceZone returns the domain name of the Cloud Map namespace of a cell with its
// own VPC, <client>.<zone>, where zone is ServiceZone: its services have the names there
// that they would have in the account's.
func CellServiceZone(client, zone string) string { return client + "." + zone }
