package pulumitest

import (
	"hash/fnv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// respondService adds the computed outputs of what is not in AWS: Datadog's, Okta's and
// Vault's.
func respondService(token, name string, outputs resource.PropertyMap) {
	computed := func(keys ...string) {
		for _, key := range keys {
			outputs[resource.PropertyKey(key)] = resource.NewProperty(name + "-" + key)
		}
	}
	switch token {
	case "datadog:index/apiKey:ApiKey":
		outputs["key"] = resource.MakeSecret(resource.NewProperty(name + "-key"))
	case "datadog:index/syntheticsTest:SyntheticsTest":
		outputs["monitorId"] = resource.NewProperty(float64(number(name)))
	case "okta:app/oAuth:OAuth":
		computed("clientId")
		outputs["clientSecret"] = resource.MakeSecret(resource.NewProperty(name + "-clientSecret"))
	case "okta:app/saml:Saml":
		computed("metadata")
	case "okta:idp/saml:Saml":
		computed("audience")
	case "okta:idp/samlKey:SamlKey":
		computed("kid")
	case "aws:iam/role:Role":
		computed("uniqueId")
	case "aws:ec2/eip:Eip":
		outputs["publicIp"] = resource.NewProperty("192.0.2.1")
	case "aws:cloudwatch/logGroup:LogGroup":
		outputs["arn"] = resource.NewProperty("arn:aws:logs:us-east-1:111122223333:log-group:" + outputs["name"].StringValue())
	case "aws:rds/instance:Instance", "aws:rds/cluster:Cluster":
		respondDatabase(token, name, outputs)
	case "aws:rds/proxy:Proxy":
		outputs["arn"] = resource.NewProperty("arn:aws:rds:us-east-1:111122223333:db-proxy:prx-" + name)
		computed("endpoint")
	case "vault:index/authBackend:AuthBackend", "vault:jwt/authBackend:AuthBackend":
		computed("accessor")
	case "vault:pkiSecret/secretBackendRootCert:SecretBackendRootCert":
		computed("issuerId")
		outputs["certificate"] = resource.NewProperty(certificate)
	case "vault:pkiSecret/secretBackendIntermediateCertRequest:SecretBackendIntermediateCertRequest":
		outputs["csr"] = resource.NewProperty(request)
	case "vault:pkiSecret/secretBackendRootSignIntermediate:SecretBackendRootSignIntermediate":
		outputs["certificate"] = resource.NewProperty(certificate)
	case "vault:pkiSecret/secretBackendIntermediateSetSigned:SecretBackendIntermediateSetSigned":
		outputs["importedIssuers"] = resource.NewProperty([]resource.PropertyValue{resource.NewProperty(name + "-issuer")})
	}
}

// answer returns the result of a function that programs call; false for one that is not
// known.
func answer(token string, args resource.PropertyMap) (resource.PropertyMap, bool) {
	result := args.Copy()
	switch token {
	case "aws:secretsmanager/getSecretVersion:getSecretVersion":
		// It is JSON, so that it can be read as a whole and by a key.
		result["secretString"] = resource.NewProperty(`{"key":"recorded-secret"}`)
	case "datadog:index/getSensitiveDataScannerStandardPattern:getSensitiveDataScannerStandardPattern":
		result["id"] = resource.NewProperty("pattern of " + args["filter"].StringValue())
	case "okta:policy/getPolicy:getPolicy":
		result["id"] = resource.NewProperty(args["name"].StringValue() + "-id")
	default:
		return nil, false
	}
	return result, true
}

// respondDatabase gives a database its addresses and, where RDS keeps the password, the
// secret that it is in.
func respondDatabase(token, name string, outputs resource.PropertyMap) {
	host := func(suffix string) resource.PropertyValue {
		return resource.NewProperty(name + suffix + ".rds.amazonaws.com")
	}
	outputs["address"], outputs["endpoint"], outputs["readerEndpoint"] = host(""), host(".cluster"), host(".cluster-ro")
	outputs["resourceId"], outputs["clusterResourceId"] = resource.NewProperty(name+"-resource"), resource.NewProperty(name+"-resource")
	if managed, ok := outputs["manageMasterUserPassword"]; ok && managed.IsBool() && managed.BoolValue() {
		outputs["masterUserSecrets"] = resource.NewProperty([]resource.PropertyValue{resource.NewProperty(resource.PropertyMap{
			"secretArn": resource.NewProperty("arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!" + service(token) + "-" + name),
		})})
	}
}

// What takes a certificate or a request for one reads it, so that these are real:
// of the name "recorded", with keys that nobody has kept.
const (
	certificate = `-----BEGIN CERTIFICATE-----
MIIBPDCB76ADAgECAhR+OYKJmSwotH86FdnlJitd0IgyQjAFBgMrZXAwEzERMA8G
A1UEAwwIcmVjb3JkZWQwIBcNMjYxMTIzMTExOTU5WhgPMjEyNjEwMzAxMTE5NTla
MBMxETAPBgNVBAMMCHJlY29yZGVkMCowBQYDK2VwAyEAMpD/A5qvtqmamB1u/CYT
gt2RY6hpJcjU4t/i1YP763CjUzBRMB0GA1UdDgQWBBQaqz1Cmz9f3BCX0enB9n5W
zkdo8zAfBgNVHSMEGDAWgBQaqz1Cmz9f3BCX0enB9n5Wzkdo8zAPBgNVHRMBAf8E
BTADAQH/MAUGAytlcANBAO2+p0rvtlHT07hr0AwjerrPY6aLL/g9aVEt5M8nd2kX
/Tt4690IVv9GYl68EjLiL2LbkpTWsW9ptay3bZhpTw0=
-----END CERTIFICATE-----
`
	request = `-----BEGIN CERTIFICATE REQUEST-----
MIGSMEYCAQAwEzERMA8GA1UEAwwIcmVjb3JkZWQwKjAFBgMrZXADIQCCGeFxORfw
QNgqvnwCgOfOx5JUntM9Ucc3GhoNP+fdGKAAMAUGAytlcANBAFmVl1IE65pkI1JP
qPpjZPWzQuS2tq3wWNfjO96/VbqZ2rtmpJd+Af6VSOfwg4faHnLKWVv7ZdwANQDo
CexGIQ0=
-----END CERTIFICATE REQUEST-----
`
)

// number is a number that follows from a name: the id of a monitor.
func number(name string) uint16 {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(name))
	return uint16(hash.Sum32())
}
