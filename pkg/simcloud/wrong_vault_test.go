package simcloud_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestVaultRefusesWrongMountsAndMethods(t *testing.T) {
	t.Parallel()
	sts := with(props{"backend": "aws", "role": "x", "boundIamPrincipalArns": []any{awsRoleARN}}, nil)
	refusesOf(t, "vault", []wrong{
		{"path taken", vaultMount, fixed(props{"path": "cells/acme/kv", "type": "kv"}), "URL: PUT https://vault.int.example.com:8200/v1/sys/mounts/cells/acme/kv\nCode: 400. Errors:\n\n* path is already in use at cells/acme/kv/"},
		{"path above another", vaultMount, fixed(props{"path": "cells", "type": "kv"}), "* path is already in use at cells/acme/db/"},
		{"path below another", vaultMount, fixed(props{"path": "pki/more", "type": "pki"}), "* path is already in use at pki/"},
		{"protected path", vaultMount, fixed(props{"path": "sys/more", "type": "kv"}), `cannot mount "sys/more/"`},
		{"path with a slash", vaultMount, fixed(props{"path": "secret/", "type": "kv"}), "path: invalid value for path (must not begin or end with a slash)"},
		{"unknown engine", vaultMount, fixed(props{"path": "x", "type": "kvv2"}), "* plugin not found in the catalog: kvv2"},
		{"engine of Enterprise", vaultMount, fixed(props{"path": "x", "type": "transform"}), "it is a plugin of Vault Enterprise"},
		{"namespace", vaultMount, fixed(props{"path": "x", "type": "kv", "namespace": "team"}), `namespace: the simulated cloud does not simulate "namespace": the simulated Vault is the community edition`},
		{"resource of Enterprise", "vault:index/namespace:Namespace", fixed(props{"path": "team"}), "the simulated cloud does not simulate vault:index/namespace:Namespace"},
		{"lease longer than the longest", vaultMount, fixed(props{"path": "x", "type": "kv", "defaultLeaseTtlSeconds": 7200, "maxLeaseTtlSeconds": 3600}), "defaultLeaseTtlSeconds: given default lease TTL greater than given max lease TTL"},
		{"lease longer than the system's", vaultMount, fixed(props{"path": "x", "type": "kv", "defaultLeaseTtlSeconds": 3000000}), "given default lease TTL greater than system max lease TTL of 2764800"},
		{"method taken", vaultAuth, fixed(props{"type": "aws", "path": "aws"}), "* path is already in use at aws/"},
		{"method taken by the JWT resource", vaultAuth, fixed(props{"type": "oidc"}), "* path is already in use at oidc/"},
		{"method of tokens", vaultAuth, fixed(props{"type": "userpass", "path": "token"}), "* path is already in use at token/"},
		{"unknown method", vaultAuth, fixed(props{"type": "awss"}), "* plugin not found in the catalog: awss"},
		{"tune", vaultAuth, fixed(props{"type": "userpass", "tune": props{"defaultLeaseTtl": "2h", "maxLeaseTtl": "1h"}}), "tune.defaultLeaseTtl: default_lease_ttl cannot be greater than max_lease_ttl"},
		{"tune's token type", vaultAuth, fixed(props{"type": "userpass", "tune": props{"tokenType": "batchy"}}), "tune.tokenType: expected tune.tokenType to be one of"},
		{"role at no method", awsAuthRole, fixed(with(sts, props{"backend": "aws2"})), `Code: 404. Errors:` + "\n\n" + `* no handler for route "auth/aws2/role". route entry not found.`},
		{"AWS role at another method", awsAuthRole, fixed(with(sts, props{"backend": "approle"})), "* unsupported path"},
		{"role of no IAM role", awsAuthRole, fixed(with(sts, props{"boundIamPrincipalArns": []any{"arn:aws:iam::" + accountA + ":role/nobody"}})), `unable to resolve ARN "arn:aws:iam::111122223333:role/nobody" to internal ID: api error NoSuchEntity: The role with name nobody cannot be found.`},
		{"role bound to nothing", awsAuthRole, fixed(with(sts, props{"boundIamPrincipalArns": nil})), "at least be one bound parameter should be specified on the role"},
		{"IAM role with an AMI", awsAuthRole, fixed(with(sts, props{"boundAmiIds": []any{"ami-1"}})), "boundAmiIds: specified boundAmiIds but not specifying ec2 auth_type or inferring ec2_instance"},
		{"token longer than its life", awsAuthRole, fixed(with(sts, props{"tokenTtl": 7200, "tokenMaxTtl": 3600})), "tokenTtl: 'token_ttl' cannot be greater than 'token_max_ttl'"},
		{"root for everybody", awsAuthRole, fixed(with(sts, props{"tokenPolicies": []any{"root"}})), "tokenPolicies: auth methods cannot create root tokens"},
		{"STS region without its endpoint", "vault:aws/authBackendClient:AuthBackendClient", fixed(props{"stsRegion": "us-east-1"}), "all of `sts_endpoint,sts_region` must be specified"},
		{"identity metadata", "vault:aws/authBackendConfigIdentity:AuthBackendConfigIdentity", fixed(props{"iamMetadatas": []any{"colour"}}), `iamMetadatas[0]: "colour" is not an available field`},
		{"identity alias as the documentation spells it", "vault:aws/authBackendConfigIdentity:AuthBackendConfigIdentity", fixed(props{"iamAlias": "roleId"}), `iamAlias: expected iamAlias to be one of ["role_id"`},
		{"JWT method without keys", "vault:jwt/authBackend:AuthBackend", fixed(props{"path": "j"}), "exactly one of 'jwt_validation_pubkeys', 'jwks_url' or 'oidc_discovery_url' must be set"},
		{"OIDC with half a client", "vault:jwt/authBackend:AuthBackend", fixed(props{"path": "o", "type": "oidc", "oidcDiscoveryUrl": "https://meridian.okta.com", "oidcClientId": "0oa"}), "both 'oidc_client_id' and 'oidc_client_secret' must be set for OIDC"},
		{"OIDC role without redirects", jwtAuthRole, fixed(props{"backend": "oidc", "roleName": "r", "userClaim": "email"}), "'allowed_redirect_uris' must be set if 'role_type' is 'oidc' or unspecified"},
		{"JWT role bound to nothing", jwtAuthRole, fixed(props{"backend": "oidc", "roleName": "r", "roleType": "jwt", "userClaim": "sub"}), "must have at least one bound constraint when creating/updating a role"},
		{"secret id of no role", "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId", fixed(props{"roleName": "nobody"}), `* role "nobody" does not exist`},
		{"app role for everybody", "vault:appRole/authBackendRole:AuthBackendRole", fixed(props{"roleName": "r", "bindSecretId": false}), "at least one constraint should be enabled on the role"},
		{"alias of an internal group", "vault:identity/groupAlias:GroupAlias", func(w *world) props {
			return props{"name": "a", "mountAccessor": w.res["oidc"].str("accessor"), "canonicalId": w.res["inner"].ID}
		}, "* alias can't be set on an internal group"},
		{"alias at no method", "vault:identity/groupAlias:GroupAlias", func(w *world) props {
			return props{"name": "a", "mountAccessor": "auth_oidc_0", "canonicalId": w.byURN("vault:identity/group:Group", "ops").ID}
		}, `* invalid mount accessor "auth_oidc_0"`},
		{"member that is none", "vault:identity/group:Group", fixed(props{"memberEntityIds": []any{"nobody"}}), `* invalid entity ID "nobody"`},
		{"entity name taken", vaultEntity, fixed(props{"name": "cell-acme-web"}), "* entity name is already in use"},
		{"entity that is root", vaultEntity, fixed(props{"policies": []any{"root"}}), "policies: policies cannot contain root"},
		{"metadata without a key", vaultEntity, fixed(props{"metadata": props{"": "v"}}), `failed to load metadata pair ("", "v"): key cannot be blank`},
		{"metadata with a space", vaultEntity, fixed(props{"metadata": props{"a b": "v"}}), `failed to load metadata pair ("a b", "v"): key contains invalid characters`},
		{"metadata with a long key", vaultEntity, fixed(props{"metadata": props{strings.Repeat("k", 129): "v"}}), "key is too long (limit: 128 characters)"},
		{"metadata with a long value", vaultEntity, fixed(props{"metadata": props{"k": strings.Repeat("v", 513)}}), "value is too long (limit: 512 characters)"},
		{"too much metadata", vaultEntity, func(*world) props {
			metadata := props{}
			for i := range 65 {
				metadata[fmt.Sprint("k", i)] = "v"
			}
			return props{"metadata": metadata}
		}, "metadata cannot contain more than 64 key/value pairs"},
		{"alias of nobody", vaultEntityAlias, func(w *world) props {
			return props{"name": "a", "mountAccessor": w.res["aws-auth"].str("accessor"), "canonicalId": "nobody"}
		}, "* invalid canonical ID"},
		{"entity's alias at no method", vaultEntityAlias, func(w *world) props {
			return props{"name": "a", "mountAccessor": "auth_aws_0", "canonicalId": w.byURN(vaultEntity, "web-service").ID}
		}, `* invalid mount accessor "auth_aws_0"`},
		{"alias taken", vaultEntityAlias, func(w *world) props {
			return props{"name": "AROAEXAMPLE", "mountAccessor": w.res["aws-auth"].str("accessor"), "canonicalId": w.byURN(vaultEntity, "web-service").ID}
		}, "* alias with combination of mount accessor and name already exists"},
		{"second alias of an entity at a method", vaultEntityAlias, func(w *world) props {
			return props{"name": "AROAOTHER", "mountAccessor": w.res["aws-auth"].str("accessor"), "canonicalId": w.byURN(vaultEntity, "web-service").ID}
		}, "* Alias already exists for requested entity and mount accessor"},
		{"members of an external group", "vault:identity/group:Group", fixed(props{"type": "external", "memberGroupIds": []any{"x"}}), "member entities can't be set manually for external groups"},
		{"group name taken", "vault:identity/group:Group", fixed(props{"name": "ops"}), "* group name is already in use"},
	})
}

func TestVaultRefusesWrongPoliciesAndSettings(t *testing.T) {
	t.Parallel()
	acl := func(text string) func(*world) props { return fixed(props{"name": "p", "policy": text}) }
	refusesOf(t, "vault", []wrong{
		{"template that does not close", vaultPolicy, acl("path \"cells/{{identity.entity.name/*\" {\n  capabilities = [\"read\"]\n}"), "policy: failed to parse policy: failed to validate policy templating: unbalanced templating characters"},
		{"template that does not open", vaultPolicy, acl("path \"cells/}}/*\" {\n  capabilities = [\"read\"]\n}"), "failed to validate policy templating: unbalanced templating characters"},
		{"policy that does not close", vaultPolicy, acl(`path "a" { capabilities = ["read"]`), "policy: failed to parse policy: At 1:1: object expected closing RBRACE got: EOF"},
		{"policy with an unknown capability", vaultPolicy, acl(`path "a" { capabilities = ["write"] }`), `failed to parse policy: path "a": invalid capability "write"`},
		{"policy with an unknown key", vaultPolicy, acl("\npath \"a\" { capability = [\"read\"] }"), `path "a": invalid key "capability" on line 2`},
		{"policy with an unknown block", vaultPolicy, acl(`rule "a" { capabilities = ["read"] }`), `invalid key "rule" on line 1`},
		{"policy of nothing", vaultPolicy, acl(" "), "'policy' parameter not supplied or empty"},
		{"policy with a list that does not close", vaultPolicy, acl(`path "a" { capabilities = ["read" }`), "error parsing list, expected comma or list end"},
		{"policy in broken JSON", vaultPolicy, acl(`{"path":`), "failed to parse policy: unexpected end of JSON input"},
		{"the root policy", vaultPolicy, fixed(props{"name": "root", "policy": cellPolicy}), `name: cannot update "root" policy`},
		{"password too short", "vault:index/passwordPolicy:PasswordPolicy", fixed(props{"name": "p", "policy": "length = 3\nrule \"charset\" { charset = \"a\" }"}), "passwords must be between 4 and 100 characters"},
		{"password of nothing", "vault:index/passwordPolicy:PasswordPolicy", fixed(props{"name": "p", "policy": "length = 20"}), "no charsets specified"},
		{"audit path taken", "vault:index/audit:Audit", fixed(props{"type": "file", "options": props{"file_path": "/x"}}), "error enabling audit backend: Error making API request.\n\nURL: PUT https://vault.int.example.com:8200/v1/sys/audit/file\nCode: 400. Errors:\n\n* path already in use"},
		{"audit file without a path", "vault:index/audit:Audit", fixed(props{"type": "file", "path": "f3", "options": props{"mode": "0600"}}), "* file_path is required"},
		{"audit device that is none", "vault:index/audit:Audit", fixed(props{"type": "kafka", "options": props{}}), `* unknown backend type: "kafka"`},
		{"autopilot that loses quorum", "vault:index/raftAutopilot:RaftAutopilot", fixed(props{"cleanupDeadServers": true, "minQuorum": 1}), "minQuorum: min_quorum must be set when cleanup_dead_servers is set and it should at least be 3; cleanup_dead_servers: true, min_quorum: 1"},
		{"autopilot with a time that is none", "vault:index/raftAutopilot:RaftAutopilot", fixed(props{"lastContactThreshold": "soon"}), "lastContactThreshold: error converting input"},
		{"quota of no mount", "vault:index/quotaRateLimit:QuotaRateLimit", fixed(props{"name": "q", "path": "nowhere", "rate": 5}), `* invalid mount path "nowhere"`},
		{"quota of nothing", "vault:index/quotaRateLimit:QuotaRateLimit", fixed(props{"name": "q", "rate": 0}), "rate: 'rate' is invalid"},
		{"second quota of a path", "vault:index/quotaRateLimit:QuotaRateLimit", fixed(props{"name": "q", "path": "auth/oidc", "rate": 5}), `rate limit quota with similar properties exists under the name "logins"`},
		{"endpoint that Vault has and the simulated one has not", vaultEndpoint, fixed(props{"path": "cells/acme/transit/keys/app/trim", "dataJson": "{}"}), "the simulated Vault does not serve PUT /v1/cells/acme/transit/keys/app/trim"},
		{"endpoint of no mount", vaultEndpoint, fixed(props{"path": "nowhere/x", "dataJson": "{}"}), `no handler for route "nowhere/x"`},
		{"rotation that is read", vaultEndpoint, fixed(props{"path": "cells/acme/db/rotate-root/main", "dataJson": "{}"}), "Code: 405. Errors:"},
		{"rotation of no connection", vaultEndpoint, fixed(props{"path": "cells/acme/db/rotate-root/second", "dataJson": "{}", "disableRead": true}), `failed to find entry for connection with name: "second"`},
		{"endpoint with a list", vaultEndpoint, fixed(props{"path": "cells/acme/kv/data/x", "dataJson": `["hunter2"]`}), "dataJson: data_json \"(sensitive value)\" syntax error"},
	})
}

func TestVaultRefusesWrongEngines(t *testing.T) {
	t.Parallel()
	key := props{"backend": "cells/acme/transit", "name": "k"}
	db := props{"backend": "cells/acme/db", "name": "second", "postgresql": postgres()}
	url := func(u string) props {
		return with(db, props{"postgresql": with(postgres(), props{"connectionUrl": u})})
	}
	ca := props{"backend": "pki", "type": "internal", "commonName": "X"}
	sign := func(changes props) func(*world) props {
		return func(w *world) props {
			return with(props{"backend": "pki", "csr": w.res["csr"].str("csr"), "commonName": "X", "ttl": "3600"}, changes)
		}
	}
	refusesOf(t, "vault", []wrong{
		{"configuration of another engine", "vault:kv/secretBackendV2:SecretBackendV2", fixed(props{"mount": "cells/acme/transit"}), "* unsupported path"},
		{"configuration of nothing", "vault:kv/secretBackendV2:SecretBackendV2", fixed(props{"mount": "kv"}), `no handler for route "kv/config"`},
		{"key type", transitKey, fixed(with(key, props{"type": "aes-512"})), "type: unknown key type aes-512"},
		{"convergent and not derived", transitKey, fixed(with(key, props{"convergentEncryption": true})), "convergent encryption requires derivation to be enabled"},
		{"derived RSA", transitKey, fixed(with(key, props{"type": "rsa-2048", "derived": true})), "not supported for keys of type rsa-2048"},
		{"rotation every minute", transitKey, fixed(with(key, props{"autoRotatePeriod": 60})), "auto rotate period must be 0 to disable or at least an hour"},
		{"key in a KV engine", transitKey, fixed(with(key, props{"backend": "cells/acme/kv"})), "* unsupported path"},
		{"connection of no database", dbConnection, fixed(with(db, props{"postgresql": nil})), "postgresql: \"postgresql\": one of `cassandra,"},
		{"connection of another database", dbConnection, fixed(with(db, props{"mysql": props{"connectionUrl": "x"}})), `mysql: the simulated cloud does not simulate "mysql"; it has postgresql`},
		{"connection without URL", dbConnection, fixed(url("")), "postgresql.connectionUrl: connection_url cannot be empty"},
		{"connection with a wrong URL", dbConnection, fixed(url("postgres:/db")), "cannot parse the connection_url"},
		{"connection to a mount that is none", dbConnection, fixed(with(db, props{"backend": "db"})), `no handler for route "db/config"`},
		{"static role that is not allowed", dbStaticRole, fixed(props{"backend": "cells/acme/db", "name": "other", "dbName": "main", "username": "u", "rotationPeriod": 3600}), `* "other" is not an allowed role`},
		{"static role of no connection", dbStaticRole, fixed(props{"backend": "cells/acme/db", "name": "nightly", "dbName": "second", "username": "u", "rotationPeriod": 3600}), `failed to find entry for connection with name: "second"`},
		{"static role without rotation", dbStaticRole, fixed(props{"backend": "cells/acme/db", "name": "nightly", "dbName": "main", "username": "u"}), "one of rotation_schedule or rotation_period must be provided"},
		{"role without statements", dbRole, fixed(props{"backend": "cells/acme/db", "name": "r", "dbName": "main", "creationStatements": []any{}}), "creationStatements: empty creation statements"},
		{"RSA key of 1024 bits", pkiRoot, fixed(with(ca, props{"keyBits": 1024})), "keyBits: unsupported bit length for RSA key: 1024"},
		{"issuer name taken", pkiRoot, fixed(with(ca, props{"issuerName": "root-1"})), "* issuer name already in use"},
		{"root in a KV engine", pkiRoot, fixed(with(ca, props{"backend": "cells/acme/kv"})), "* unsupported path"},
		{"request that is none", pkiSign, sign(props{"csr": "x"}), "csr: certificate request could not be parsed: csr contains no data"},
		{"CA that outlives its issuer", pkiSign, sign(props{"ttl": "315360000"}), "cannot satisfy request, as TTL would result in notAfter of "},
		{"CA below the last one", pkiSign, sign(props{"backend": "pki-int"}), "the issuer's certificate allows no CA below it"},
		{"issuer that is none", pkiSign, sign(props{"issuerRef": "nobody"}), "unable to find PKI issuer for reference: nobody"},
		{"default issuer that is none", "vault:pkiSecret/secretBackendConfigIssuers:SecretBackendConfigIssuers", fixed(props{"backend": "pki-int", "default": "nobody"}), "unable to find PKI issuer for reference: nobody"},
		{"certificate that is none", "vault:pkiSecret/secretBackendIntermediateSetSigned:SecretBackendIntermediateSetSigned", fixed(props{"backend": "pki-int", "certificate": "x"}), "certificate: unable to parse PEM"},
		{"URL that is none", "vault:pkiSecret/secretBackendConfigUrls:SecretBackendConfigUrls", fixed(props{"backend": "pki", "issuingCertificates": []any{"vault/ca"}}), "issuingCertificates[0]: invalid URL found in Authority Information Access (AIA) parameter issuing_certificates: vault/ca"},
		{"delta CRLs without rebuilding", "vault:pkiSecret/secretBackendCrlConfig:SecretBackendCrlConfig", fixed(props{"backend": "pki", "enableDelta": true}), "Delta CRLs cannot be enabled when auto rebuilding is disabled"},
		{"CRLs of Enterprise", "vault:pkiSecret/secretBackendCrlConfig:SecretBackendCrlConfig", fixed(props{"backend": "pki", "unifiedCrl": true}), "only available in Vault Enterprise"},
		{"certificate longer than the longest", "vault:pkiSecret/secretBackendRole:SecretBackendRole", fixed(props{"backend": "pki", "name": "r", "ttl": "2h", "maxTtl": "1h"}), `ttl: "ttl" value must be less than "max_ttl" value`},
	})
}

// TestVaultMountTakesWhatIsBelow covers what tables of refusals cannot: deletes, what they take along and what stops them.
func TestVaultMountTakesWhatIsBelow(t *testing.T) {
	t.Parallel()
	w := serviceWorld(t, openCloud(t, optionsOf("test")), of("vault"), nil)
	if err := w.delete(w.byURN(vaultMount, "db")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"main", "app", "nightly"} {
		for _, m := range w.made {
			if strings.HasSuffix(m.URN, "::"+name) && strings.Contains(m.URN, "vault:database/") {
				if got := w.read(m.URN, m.ID); got.ID != "" {
					t.Errorf("%s is still there", m.URN)
				}
			}
		}
	}
	key := w.byURN(transitKey, "app-key")
	if err := w.update(key, with(key.In, props{"deletionAllowed": false})); err != nil {
		t.Fatal(err)
	}
	if err := w.delete(key); err == nil || !strings.Contains(err.Error(), "deletion is not allowed for this key") {
		t.Errorf("delete of a protected key: %v", err)
	}
	role := w.byURN(awsAuthRole, "web")
	if d := w.diff(role, with(role.In, props{"resolveAwsUniqueIds": false})); len(d.GetReplaces()) != 1 {
		t.Errorf("resolveAwsUniqueIds from true to false replaces %v", d.GetReplaces())
	}
	if d := w.diff(role, with(role.In, props{"tokenTtl": 60})); len(d.GetReplaces()) != 0 {
		t.Errorf("tokenTtl replaces %v", d.GetReplaces())
	}
}
