package naming

import "strings"

// The first labels of the host names of applications that have no choice of it.
const (
	// HostVault is Vault's.
	HostVault = "vault"
	// HostSearch is that of OpenSearch Dashboards.
	HostSearch = "logs"
)

// UtilityHost returns the name <host>.<region>.<account>.<domain> of an application
// that people reach: below the region's public zone, since ACM proves names there only.
func UtilityHost(host, region, account, domain string) string {
	return host + "." + Zone(region, account, domain)
}

// VaultHost returns the name by which clients reach the Vault cluster of an account and
// region.
func VaultHost(region, account, domain string) string {
	return UtilityHost(HostVault, region, account, domain)
}

// VaultURL returns the address of VaultHost.
func VaultURL(region, account, domain string) string {
	return "https://" + VaultHost(region, account, domain)
}

// SearchHost returns the name by which people reach OpenSearch Dashboards in an account
// and region.
func SearchHost(region, account, domain string) string {
	return UtilityHost(HostSearch, region, account, domain)
}

// VaultSignInURLs returns where the identity provider sends people back to who log in
// to Vault: its pages, and the command line, which listens on its default port
// (developer.hashicorp.com/vault/docs/auth/jwt, "Redirect URIs").
func VaultSignInURLs(vaultURL string) []string {
	return []string{vaultURL + "/ui/vault/auth/" + VaultPeopleMount + "/oidc/callback", "http://localhost:8250/oidc/callback"}
}

// The paths of what is mounted in Vault. Policies, scripts and applications name them:
// they never change.
const (
	// VaultAWSMount is the auth method by which roles of AWS log in; the command line's
	// default.
	VaultAWSMount = "aws"
	// VaultPeopleMount is the auth method by which people do.
	VaultPeopleMount = "oidc"
	// VaultOutsideMount is the auth method of what is outside AWS.
	VaultOutsideMount = "approle"
	// VaultKVMount holds the platform's own secrets.
	VaultKVMount = "kv"
	// VaultTransitMount encrypts for the platform.
	VaultTransitMount = "transit"
	// VaultPKIRootMount is the root of the private certificate authority.
	VaultPKIRootMount = "pki-root"
	// VaultPKIMount is what issues certificates.
	VaultPKIMount = "pki"
	// VaultDatabaseMount makes users of the platform's own databases.
	VaultDatabaseMount = "database"
	// VaultCellsPath begins the paths of everything that is mounted for cells.
	VaultCellsPath = "cells/"
)

// VaultCellPrefix begins the names of the identities of cells' services in Vault, and of
// the roles by which they log in.
const VaultCellPrefix = "cell-"

// VaultCellServicePolicy is the policy that all services of all cells share. Deployments
// of cells, which manage what begins with VaultCellPrefix, do not write it.
const VaultCellServicePolicy = "cells-service"

// SearchSignInURL returns where the identity provider sends people to who sign in to
// OpenSearch Dashboards at host
// (docs.aws.amazon.com/opensearch-service/latest/developerguide/saml.html).
func SearchSignInURL(host string) string {
	return "https://" + host + "/_dashboards/_opendistro/_security/saml/acs"
}

// JenkinsSignInURL returns where the identity provider sends people back to who log in
// to Jenkins at host (plugins.jenkins.io/oic-auth).
func JenkinsSignInURL(host string) string { return "https://" + host + "/securityRealm/finishLogin" }

// AWSRoleGroup returns the group aws#<account>#<role>#<account id> at the identity
// provider whose members get a role of an account. AWSRoleFilter reads it.
func AWSRoleGroup(account, role, accountID string) string {
	return strings.Join([]string{"aws", account, role, accountID}, "#")
}

// AWSRoleFilter is the expression by which Okta finds role and account id in the names
// that AWSRoleGroup makes
// (help.okta.com/en-us/content/topics/deploymentguides/aws/aws-configure-identity-provider.htm).
const AWSRoleFilter = `^aws\#\S+\#(?{{role}}[\w\-]+)\#(?{{accountid}}\d+)$`
