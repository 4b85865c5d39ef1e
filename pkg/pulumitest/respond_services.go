package pulumitest

import "github.com/pulumi/pulumi/sdk/v3/go/common/resource"

// respondService adds the computed outputs of what is not in AWS: Vault's and Okta's.
func respondService(token, name string, outputs resource.PropertyMap) {
	computed := func(keys ...string) {
		for _, key := range keys {
			outputs[resource.PropertyKey(key)] = resource.NewProperty(name + "-" + key)
		}
	}
	switch token {
	case "okta:app/oAuth:OAuth":
		computed("clientId")
		outputs["clientSecret"] = resource.MakeSecret(resource.NewProperty(name + "-clientSecret"))
	case "okta:app/saml:Saml":
		computed("metadata")
	case "vault:index/authBackend:AuthBackend", "vault:jwt/authBackend:AuthBackend":
		computed("accessor")
	case "vault:pkiSecret/secretBackendRootCert:SecretBackendRootCert":
		computed("certificate", "issuerId")
	case "vault:pkiSecret/secretBackendIntermediateCertRequest:SecretBackendIntermediateCertRequest":
		computed("csr")
	case "vault:pkiSecret/secretBackendRootSignIntermediate:SecretBackendRootSignIntermediate":
		computed("certificate")
	case "vault:pkiSecret/secretBackendIntermediateSetSigned:SecretBackendIntermediateSetSigned":
		outputs["importedIssuers"] = resource.NewProperty([]resource.PropertyValue{resource.NewProperty(name + "-issuer")})
	}
}
