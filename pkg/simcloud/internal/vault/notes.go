package vault

import "cellworks/pkg/simcloud/internal/resource"

const (
	freely  = "Always possible."
	atMount = "The engine is mounted at the path and is of the right type; otherwise \"no handler for route\" or \"unsupported path\"."
	atAuth  = "The auth method is enabled at the path and is of the right type; otherwise \"no handler for route\" or \"unsupported path\"."
)

// Notes are the notes by token, one for each type.
func Notes() map[string]resource.Note {
	notes := systemNotes()
	for _, more := range []map[string]resource.Note{authNotes(), engineNotes(), pkiNotes()} {
		for token, n := range more {
			notes[token] = n
		}
	}
	return notes
}

func systemNotes() map[string]resource.Note {
	return map[string]resource.Note{
		tokMount: {
			Needs:  "The path is free: nothing is mounted there, above or below. The engine is one of the community edition. Lease times fit each other and the system's longest, 32 days.",
			Delete: "Takes with it all that is below.", Missing: "A new path mounts anew; the real provider moves the mount.",
		},
		tokPolicy: {
			Needs:  "The text is parsed: HCL or JSON, path blocks with known keys and capabilities, wrapping times. Names of policies are taken as written wherever they are used.",
			Delete: freely, Missing: "Policies are not evaluated. Of templates in paths only the braces are looked at, as in Vault.",
		},
		tokPasswordPolicy: {Needs: "The text is parsed; the length is 4 to 100, there is a charset, and the least counts fit the length.", Delete: freely},
		tokAudit:          {Needs: "The path is free; the device is file, socket or syslog with the options that it needs.", Delete: freely, Missing: "Whether a file can be written."},
		tokAuditHeader:    {Needs: "A header of the name is written over.", Delete: freely},
		tokRaft:           {Needs: "Times can be read; with cleanup at least three servers stay.", Delete: "Back to Vault's defaults."},
		tokRateLimit:      {Needs: "The path is that of a mount, or empty; there is one quota for a path and role; a role needs an auth mount.", Delete: freely},
		tokEndpoint: {
			Needs:  "The path leads to a mount, and is one that the simulated Vault serves: rotate-root, reset and rotate-role of databases (of a connection or static role that exists), rotate of transit keys, config/cluster, config/auto-tidy and config/acme of PKI, users of userpass, data and metadata of KV. What does something cannot be read: disableRead.",
			Delete: "An action has no delete: disableDelete.", Missing: "Every other path; it is refused.",
		},
	}
}

func authNotes() map[string]resource.Note {
	return map[string]resource.Note{
		tokAuth: {
			Needs: "The path is free; the method is one of the community edition; lease times fit each other.", Delete: "Takes with it all that is below.",
			Missing: "A new path enables anew; the real provider moves the method.",
		},
		tokAWSClient:   {Needs: atAuth + " A region of STS needs its endpoint.", Delete: freely},
		tokAWSIdentity: {Needs: atAuth + " Metadata are fields that Vault has.", Delete: freely},
		tokAWSSTSRole:  {Needs: atAuth, Delete: freely, Missing: "The STS role itself is looked for only when a role of its account is bound, as in Vault."},
		tokAWSRole: {
			Needs:  atAuth + " It is bound to something that its type allows. With resolveAwsUniqueIds every IAM role exists in the simulated AWS, and Vault can ask for it: in its own account, or through an STS role that exists.",
			Delete: freely, Missing: "Bound instances, images, subnets and VPCs are taken as written. IAM users do not exist.",
		},
		tokJWT:      {Needs: "The path is free; there is one source of keys; a client has an id and a secret.", Delete: "Takes with it all that is below.", Missing: "Nobody asks the discovery URL."},
		tokJWTRole:  {Needs: atAuth + " OIDC roles have redirect URIs, JWT roles something that they are bound to.", Delete: freely},
		tokAppRole:  {Needs: atAuth + " There is a constraint; the role id is its own.", Delete: "Takes its secret ids with it."},
		tokSecretID: {Needs: "The role exists and takes secret ids.", Delete: freely, Missing: "Uses and lifetimes are not counted."},
		tokEntity: {
			Needs: "The name is free; metadata are at most 64, with keys and values that Vault takes; no policy root.", Delete: "Takes its aliases with it.",
			Missing: "Nobody logs in, so that Vault makes none by itself.",
		},
		tokEntityAlias: {
			Needs:  "The entity exists and has no other alias there; the accessor is that of an auth method; the name is free there.",
			Delete: freely, Missing: "Whether there is anybody of the name.",
		},
		tokGroup:      {Needs: "The name is free; member groups exist; external groups have no members.", Delete: "Takes its aliases with it."},
		tokGroupAlias: {Needs: "The group exists and is external; the accessor is that of an auth method; the name is free there.", Delete: freely},
	}
}

func engineNotes() map[string]resource.Note {
	return map[string]resource.Note{
		tokKV: {Needs: atMount + " It is version 2.", Delete: "The configuration stays in Vault as it is.", Missing: "Version 1 is refused, where Vault writes a secret named config."},
		tokTransitKey: {
			Needs:  atMount + " The type of key exists and can do what is asked of it; rotation is off or at least hourly. What is once exportable stays so.",
			Delete: "Refused unless deletionAllowed is set.",
		},
		tokConnection: {
			Needs:  atMount + " There is a PostgreSQL block with a URL that can be read, and the user and password that it asks for.",
			Delete: freely, Missing: "Databases other than PostgreSQL. Nobody connects, whatever verifyConnection says.",
		},
		tokDatabaseRole: {Needs: atMount + " There are creation statements. As in Vault, the connection need not exist.", Delete: freely},
		tokStaticRole:   {Needs: atMount + " The connection exists and allows the role; there is one way to rotate.", Delete: freely},
	}
}

func pkiNotes() map[string]resource.Note {
	const keys = "Certificates are real; their keys are Ed25519 keys that follow from the mount, whatever type is asked for. Types existing and kms."
	return map[string]resource.Note{
		tokRootCert:    {Needs: atMount + " Names of the issuer and key are free; the length of the key fits its type. The engine's longest lease caps the lifetime without a word.", Delete: "The issuer goes.", Missing: keys},
		tokCertRequest: {Needs: atMount + " The name of the key is free.", Delete: freely, Missing: keys},
		tokSign: {
			Needs:  atMount + " The request can be read and is signed; the issuer exists, outlives what it signs, and may sign a CA.",
			Delete: freely, Missing: "Revocation.",
		},
		tokSetSigned: {Needs: atMount + " The certificate can be read and is one of a CA.", Delete: "The issuer goes."},
		tokIssuers:   {Needs: atMount + " The default issuer exists.", Delete: "Back to the first issuer."},
		tokURLs:      {Needs: atMount + " URLs can be read.", Delete: freely},
		tokCRL:       {Needs: atMount + " Delta CRLs need automatic rebuilding; the grace period is shorter than the expiry; nothing of Enterprise.", Delete: freely},
		tokPKIRole:   {Needs: atMount + " ttl is at most maxTtl; the length of keys fits their type.", Delete: freely},
	}
}
