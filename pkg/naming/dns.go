package naming

import "strings"

// Zone returns the domain name of a region's public hosted zone:
// <region>.<account>.<domain>. Every cell of the account and region has its host
// names below it, so that one wildcard certificate covers them.
func Zone(region, account, domain string) string {
	return strings.Join([]string{region, account, domain}, ".")
}
