package simcloud_test

const (
	awsRoleARN    = "arn:aws:iam::" + accountA + ":role/cell/acme/acme-web"
	readerARN     = "arn:aws:iam::" + accountA + ":role/cell/acme/vault-reader"
	vaultMount    = "vault:index/mount:Mount"
	vaultAuth     = "vault:index/authBackend:AuthBackend"
	vaultPolicy   = "vault:index/policy:Policy"
	vaultEntity   = "vault:identity/entity:Entity"
	awsAuthRole   = "vault:aws/authBackendRole:AuthBackendRole"
	jwtAuthRole   = "vault:jwt/authBackendRole:AuthBackendRole"
	transitKey    = "vault:transit/secretBackendKey:SecretBackendKey"
	dbConnection  = "vault:database/secretBackendConnection:SecretBackendConnection"
	dbRole        = "vault:database/secretBackendRole:SecretBackendRole"
	dbStaticRole  = "vault:database/secretBackendStaticRole:SecretBackendStaticRole"
	pkiRoot       = "vault:pkiSecret/secretBackendRootCert:SecretBackendRootCert"
	pkiSign       = "vault:pkiSecret/secretBackendRootSignIntermediate:SecretBackendRootSignIntermediate"
	vaultEndpoint = "vault:generic/endpoint:Endpoint"

	vaultEntityAlias = "vault:identity/entityAlias:EntityAlias"
)

const cellPolicy = `
# what a service of the cell may do
path "cells/acme/kv/data/*" {
  capabilities = ["read", "list"]
}
path "cells/acme/transit/encrypt/app" { capabilities = ["update"] }
`

func postgres() props {
	return props{
		"connectionUrl": "postgresql://{{username}}:{{password}}@db.acme.internal:5432/app?sslmode=verify-full", "username": "vault", "password": "swordfish", "maxOpenConnections": 5,
	}
}

func (w *world) vault() {
	w.vaultSystem()
	w.vaultAuth()
	w.vaultEngines()
	w.vaultPKI()
}

func (w *world) vaultSystem() {
	w.add("vault:index/audit:Audit", "file", props{"type": "file", "options": props{"file_path": "/var/log/vault/audit.log"}})
	w.add("vault:index/audit:Audit", "second", props{"type": "file", "path": "file2", "options": props{"file_path": "/opt/vault/audit.log"}})
	w.add("vault:index/auditRequestHeader:AuditRequestHeader", "header", props{"name": "X-Request-Id"})
	w.add("vault:index/raftAutopilot:RaftAutopilot", "autopilot", props{
		"cleanupDeadServers": true, "deadServerLastContactThreshold": "10m", "minQuorum": 3, "serverStabilizationTime": "30s",
	})
	w.add(vaultPolicy, "policy", props{"name": "cell-acme-web", "policy": cellPolicy})
	w.add(vaultPolicy, "named", props{"policy": `{"path":{"sys/health":{"capabilities":["read"]}}}`})
	w.add("vault:index/passwordPolicy:PasswordPolicy", "passwords", props{"name": "strong", "policy": "length = 32\nrule \"charset\" {\n  charset = \"abcdefghijklmnopqrstuvwxyz\"\n  min-chars = 4\n}\n"})
}

func (w *world) vaultAuth() {
	a := w.add(vaultAuth, "aws-auth", props{"type": "aws", "path": "aws", "tune": props{"maxLeaseTtl": "24h", "defaultLeaseTtl": "1h"}})
	w.add("vault:aws/authBackendClient:AuthBackendClient", "client", props{"backend": a.str("path"), "iamServerIdHeaderValue": vaultHost, "stsEndpoint": "https://sts.us-east-1.amazonaws.com", "stsRegion": "us-east-1"})
	w.add("vault:aws/authBackendConfigIdentity:AuthBackendConfigIdentity", "identity", props{"backend": "aws", "iamAlias": "role_id", "iamMetadatas": []any{"account_id", "canonical_arn"}})
	w.add("vault:aws/authBackendStsRole:AuthBackendStsRole", "sts", props{"backend": "aws", "accountId": accountA, "stsRole": readerARN})
	w.add(awsAuthRole, "web", props{
		"backend": "aws", "role": "cell-acme-web", "authType": "iam", "boundIamPrincipalArns": []any{awsRoleARN}, "tokenPolicies": []any{"cell-acme-web", "none-yet"},
		"tokenTtl": 3600, "tokenMaxTtl": 14400,
	})
	oidc := w.add("vault:jwt/authBackend:AuthBackend", "oidc", props{
		"path": "oidc", "type": "oidc", "oidcDiscoveryUrl": "https://meridian.okta.com", "oidcClientId": "0oa", "oidcClientSecret": "open sesame", "defaultRole": "staff",
	})
	w.add(jwtAuthRole, "staff", props{
		"backend": "oidc", "roleName": "staff", "roleType": "oidc", "userClaim": "email", "groupsClaim": "groups", "oidcScopes": []any{"profile", "email", "groups"},
		"allowedRedirectUris": []any{"https://" + vaultHost + "/ui/vault/auth/oidc/oidc/callback", "http://localhost:8250/oidc/callback"},
	})
	w.add(vaultAuth, "approle", props{"type": "approle"})
	w.add("vault:appRole/authBackendRole:AuthBackendRole", "outside", props{"roleName": "outside", "secretIdBoundCidrs": []any{"10.0.0.0/8"}, "secretIdTtl": 3600, "tokenPolicies": []any{"cell-acme-web"}})
	w.add("vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId", "secret-id", props{"roleName": "outside", "metadata": `{"by":"test"}`})
	w.add("vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId", "wrapped", props{"roleName": "outside", "wrappingTtl": "60s"})
	g := w.add("vault:identity/group:Group", "ops", props{"name": "ops", "type": "external", "policies": []any{"cell-acme-web"}})
	e := w.add(vaultEntity, "web-service", props{"name": "cell-acme-web", "metadata": props{"client": "acme", "service": "web"}})
	w.add(vaultEntityAlias, "web-service", props{"name": "AROAEXAMPLE", "mountAccessor": a.str("accessor"), "canonicalId": e.ID})
	w.add("vault:identity/group:Group", "inner", props{"memberGroupIds": []any{g.ID}, "memberEntityIds": []any{e.ID}})
	w.add("vault:identity/groupAlias:GroupAlias", "ops-okta", props{"name": "vault-ops", "mountAccessor": oidc.str("accessor"), "canonicalId": g.ID})
	w.add("vault:index/quotaRateLimit:QuotaRateLimit", "global", props{"name": "global", "path": "", "rate": 1000})
	w.add("vault:index/quotaRateLimit:QuotaRateLimit", "logins", props{"name": "logins", "path": "auth/oidc", "rate": 10.5})
}

func (w *world) vaultEngines() {
	w.add(vaultMount, "kv", props{"path": "cells/acme/kv", "type": "kv", "options": props{"version": "2"}})
	w.add("vault:kv/secretBackendV2:SecretBackendV2", "kv-config", props{"mount": "cells/acme/kv", "maxVersions": 10, "casRequired": true})
	w.add(vaultMount, "transit", props{"path": "cells/acme/transit", "type": "transit"})
	w.add(transitKey, "app-key", props{"backend": "cells/acme/transit", "name": "app", "autoRotatePeriod": 7776000, "deletionAllowed": true})
	w.add(vaultMount, "db", props{"path": "cells/acme/db", "type": "database", "defaultLeaseTtlSeconds": 3600, "maxLeaseTtlSeconds": 86400})
	w.add(dbConnection, "main", props{"backend": "cells/acme/db", "name": "main", "allowedRoles": []any{"app", "nightly"}, "verifyConnection": true, "postgresql": postgres()})
	w.add(dbRole, "app", props{
		"backend": "cells/acme/db", "name": "app", "dbName": "main", "defaultTtl": 3600, "maxTtl": 86400,
		"creationStatements": []any{`CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`, `GRANT app_rw TO "{{name}}"`},
	})
	w.add(dbStaticRole, "nightly", props{"backend": "cells/acme/db", "name": "nightly", "dbName": "main", "username": "nightly", "rotationPeriod": 86400})
	w.add(vaultEndpoint, "rotate", props{"path": "cells/acme/db/rotate-root/main", "dataJson": "{}", "disableRead": true, "disableDelete": true})
}

func (w *world) vaultPKI() {
	w.add(vaultMount, "root-pki", props{"path": "pki", "type": "pki", "maxLeaseTtlSeconds": 315360000})
	w.add(vaultMount, "int-pki", props{"path": "pki-int", "type": "pki", "maxLeaseTtlSeconds": 157680000})
	root := w.add(pkiRoot, "root", props{"backend": "pki", "type": "internal", "commonName": "Meridian Root", "ttl": "315360000", "issuerName": "root-1", "maxPathLength": 1})
	csr := w.add("vault:pkiSecret/secretBackendIntermediateCertRequest:SecretBackendIntermediateCertRequest", "csr", props{"backend": "pki-int", "type": "internal", "commonName": "Meridian Issuing"})
	signed := w.add(pkiSign, "signed", props{"backend": "pki", "csr": csr.str("csr"), "commonName": "Meridian Issuing", "ttl": "94608000", "maxPathLength": 0})
	w.add("vault:pkiSecret/secretBackendIntermediateSetSigned:SecretBackendIntermediateSetSigned", "set", props{"backend": "pki-int", "certificate": signed.str("certificate")})
	w.add("vault:pkiSecret/secretBackendConfigIssuers:SecretBackendConfigIssuers", "issuers", props{"backend": "pki", "default": root.str("issuerId")})
	w.add("vault:pkiSecret/secretBackendConfigUrls:SecretBackendConfigUrls", "urls", props{"backend": "pki", "issuingCertificates": []any{"https://" + vaultHost + "/v1/pki/ca"}, "crlDistributionPoints": []any{"https://" + vaultHost + "/v1/pki/crl"}})
	w.add("vault:pkiSecret/secretBackendCrlConfig:SecretBackendCrlConfig", "crl", props{"backend": "pki-int", "autoRebuild": true, "expiry": "72h"})
	w.add("vault:pkiSecret/secretBackendRole:SecretBackendRole", "server", props{
		"backend": "pki-int", "name": "server", "allowedDomains": []any{"int.example.com"}, "allowSubdomains": true, "ttl": "86400", "maxTtl": "259200", "keyType": "ec", "keyBits": 256, "noStore": true,
	})
}
