package simcloud_test

import (
	"strings"
	"testing"
)

func TestRefusesWrongTransferServers(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	details := with(w.res["sftp"].In["endpointDetails"].(props), props{"addressAllocationIds": nil})
	server := func(change props) func(*world) props { return fixed(change) }
	endpoint := func(changes props) func(*world) props {
		return fixed(props{"endpointType": "VPC", "endpointDetails": with(details, changes)})
	}
	fresh := func(name string) string { return w.create(eipType, name, props{"domain": "vpc"}).ID }
	far := w.create(vpcType, "sftp-far", props{"cidrBlock": "10.99.0.0/16"})
	farSubnets := []any{}
	for zone, block := range map[string]string{"use1-az1": "10.99.1.0/24", "use1-az2": "10.99.2.0/24"} {
		farSubnets = append(farSubnets, w.create(subnetType, "sftp-"+zone, props{"vpcId": far.ID, "cidrBlock": block, "availabilityZoneId": zone}).ID)
	}
	used := w.res["sftp"].In["endpointDetails"].(props)["addressAllocationIds"]
	refusesIn(t, w, []wrong{
		{"policy that is none", sftpType, server(props{"securityPolicyName": "TransferSecurityPolicy-2019-01"}), `got TransferSecurityPolicy-2019-01`},
		{"FTP for the service's users", sftpType, server(props{"protocols": []any{"SFTP", "FTP"}}), `FTP needs an endpoint in a VPC and an identity provider that is not SERVICE_MANAGED`},
		{"identity provider of another kind", sftpType, server(props{"identityProviderType": "AWS_LAMBDA"}), `identityProviderType: the simulated cloud does not simulate identity providers of type AWS_LAMBDA`},
		{"two log destinations", sftpType, server(props{"structuredLogDestinations": []any{"arn:aws:logs:us-east-1:1:log-group:a:*", "arn:aws:logs:us-east-1:1:log-group:b:*"}}), `Member must have length less than or equal to 1`},
		{"logs into a bucket", sftpType, server(props{"structuredLogDestinations": []any{"arn:aws:s3:::acme-data"}}), `must be a CloudWatch log group`},
		{"logs into no group", sftpType, server(props{"structuredLogDestinations": []any{"arn:aws:logs:us-east-1:" + accountA + ":log-group:none:*"}}), `The log group of StructuredLogDestinations does not exist`},
		{"role that is none", sftpType, server(props{"loggingRole": "arn:aws:iam::" + accountA + ":role/none"}), `Unable to assume role: arn:aws:iam::111122223333:role/none does not exist`},
		{"role of another service", sftpType, func(w *world) props { return props{"loggingRole": w.res["copier"].str("arn")} }, `does not trust transfer.amazonaws.com`},
		{"public with a VPC", sftpType, server(props{"endpointDetails": details}), `EndpointDetails cannot be specified when EndpointType is PUBLIC`},
		{"VPC without one", sftpType, server(props{"endpointType": "VPC"}), `VpcId must be specified when EndpointType is VPC`},
		{"VPC endpoint", sftpType, server(props{"endpointType": "VPC_ENDPOINT"}), `no longer available for new servers`},
		{"own VPC endpoint", sftpType, endpoint(props{"vpcEndpointId": "vpce-1"}), `conflicts with endpointDetails.vpcId`},
		{"VPC that is none", sftpType, endpoint(props{"vpcId": "vpc-1"}), `The vpc ID 'vpc-1' does not exist`},
		{"subnet that is none", sftpType, endpoint(props{"subnetIds": []any{"subnet-1"}}), `Unable to create VPC endpoint: subnet subnet-1 does not exist`},
		{"subnets of another VPC", sftpType, endpoint(props{"subnetIds": farSubnets, "securityGroupIds": nil}), `are not in VPC`},
		{"two subnets of a zone", sftpType, endpoint(props{"subnetIds": []any{w.subnet("public0"), w.subnet("app0")}}), `Found another VPC endpoint subnet in the availability zone`},
		{"group that is none", sftpType, endpoint(props{"securityGroupIds": []any{"sg-1"}}), `The security group 'sg-1' does not exist in VPC`},
		{"one address for two subnets", sftpType, endpoint(props{"addressAllocationIds": []any{"eipalloc-1"}}), `the number of AddressAllocationIds (1) must be that of SubnetIds (2)`},
		{"addresses that are none", sftpType, endpoint(props{"addressAllocationIds": []any{"eipalloc-1", "eipalloc-2"}}), `The allocation ID 'eipalloc-1' does not exist`},
		{"addresses in use", sftpType, endpoint(props{"addressAllocationIds": used}), `is already associated`},
		{"address of a NAT gateway", sftpType, endpoint(props{"subnetIds": []any{w.subnet("public0")}, "addressAllocationIds": []any{w.res["eip"].ID}}), `is already associated`},
		{"addresses without internet", sftpType, fixed(props{"endpointType": "VPC", "endpointDetails": props{"vpcId": far.ID, "subnetIds": farSubnets, "addressAllocationIds": []any{fresh("sftp-a"), fresh("sftp-b")}}}), `has no Internet gateway attached`},
		{"gateway with the server's address", "aws:ec2/natGateway:NatGateway", fixed(props{"allocationId": used.([]any)[0], "subnetId": w.subnet("public0")}), `Resource.AlreadyAssociated`},

		{"tag of AWS", sftpTagType, changed("sftp-host", props{"key": "aws:transfer:owner"}), `aws: prefixed tag key names are not allowed for external use`},
		{"zone without its path", sftpTagType, changed("sftp-host", props{"key": "aws:transfer:route53HostedZoneId", "value": "Z123"}), `is /hostedzone/ and the zone's id, got "Z123"`},
		{"tag of no server", sftpTagType, changed("sftp-host", props{"resourceArn": "arn:aws:transfer:us-east-1:" + accountA + ":server/s-00000000000000001"}), `api error ResourceNotFoundException: Unknown resource`},
	})
}

func TestRefusesWrongTransferUsers(t *testing.T) {
	t.Parallel()
	user := func(change props) func(*world) props {
		return changed("sftp-user", and(props{"userName": "client-2"}, change))
	}
	key := func(body string) func(*world) props { return changed("sftp-key", props{"body": body}) }
	mapped := func(entries ...string) props {
		var list []any
		for _, e := range entries {
			list = append(list, props{"entry": e, "target": "/acme-inbox" + e})
		}
		return props{"homeDirectoryMappings": list}
	}
	const noServer = "s-00000000000000001"
	refuses(t, []wrong{
		{"server that is none", sftpUserType, user(props{"serverId": noServer}), `api error ResourceNotFoundException: Unknown server: s-00000000000000001`},
		{"server by name", sftpUserType, user(props{"serverId": "sftp"}), `isn't a valid transfer server id`},
		{"name of two letters", sftpUserType, user(props{"userName": "me"}), `must be between 3 and 100 alphanumeric or special characters`},
		{"name with a hyphen first", sftpUserType, user(props{"userName": "-client"}), `cannot begin with a hyphen`},
		{"name that is too long", sftpUserType, user(props{"userName": strings.Repeat("u", 101)}), `must be between 3 and 100`},
		{"name twice", sftpUserType, changed("sftp-user", props{}), `api error ResourceExistsException: User client-1 already exists`},
		{"role that is none", sftpUserType, user(props{"role": "arn:aws:iam::" + accountA + ":role/none"}), `Unable to assume role`},
		{"role of another service", sftpUserType, func(w *world) props {
			return with(w.res["sftp-user"].In, props{"userName": "client-2", "role": w.res["exec"].str("arn")})
		}, `does not trust transfer.amazonaws.com`},
		{"logical without mappings", sftpUserType, user(props{"homeDirectoryMappings": nil}), `HomeDirectoryMappings must be specified when HomeDirectoryType is LOGICAL`},
		{"mappings of a path", sftpUserType, user(props{"homeDirectoryType": "PATH"}), `HomeDirectoryMappings cannot be specified when HomeDirectoryType is PATH`},
		{"logical with a home", sftpUserType, user(props{"homeDirectory": "/acme-inbox"}), `HomeDirectory cannot be specified when HomeDirectoryType is LOGICAL`},
		{"home that is no path", sftpUserType, user(props{"homeDirectoryType": "PATH", "homeDirectoryMappings": nil, "homeDirectory": "acme"}), `pattern: (|/.*)`},
		{"entry below an entry", sftpUserType, user(mapped("/in", "/in/now")), `homeDirectoryMappings[1].entry: InvalidRequestException: HomeDirectoryMappings must not overlap: /in and /in/now`},
		{"root beside others", sftpUserType, user(mapped("/in", "/")), `must not overlap`},
		{"target that is no path", sftpUserType, user(props{"homeDirectoryMappings": []any{props{"entry": "/", "target": "acme-inbox"}}}), `homeDirectoryMappings[0].target: ValidationException`},
		{"policy that is too long", sftpUserType, user(props{"policy": document(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + strings.Repeat("x", 2048) + `"}`)}), `Member must have length less than or equal to 2048`},
		{"policy with a principal", sftpUserType, user(props{"policy": document(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}`)}), `Policy document should not specify a principal.`},
		{"POSIX profile for S3", sftpUserType, user(props{"posixProfile": props{"uid": 1, "gid": 1}}), `PosixProfile is required for, and only for, users of a server whose domain is EFS`},

		{"key of nobody", sftpKeyType, changed("sftp-key", props{"userName": "nobody"}), `api error ResourceNotFoundException: Unknown user: nobody`},
		{"key of no server", sftpKeyType, changed("sftp-key", props{"serverId": noServer}), `Unknown server`},
		{"key twice", sftpKeyType, key(strings.TrimSuffix(edKey("k"), "client@example.com") + "other"), `api error ResourceExistsException: The SSH public key exists already`},
		{"key without a type", sftpKeyType, key("AAAA"), `Unsupported or invalid SSH public key format: it has no type and key`},
		{"key of DSA", sftpKeyType, key(publicKey("ssh-dss", "1", "2", "3", "4")), `"ssh-dss" is none of`},
		{"key that is not base64", sftpKeyType, key("ssh-rsa AAA*"), `the key is not base64`},
		{"key that says another type", sftpKeyType, key("ssh-ed25519" + strings.TrimPrefix(publicKey("ssh-rsa!!!!", strings.Repeat("x", 32)), "ssh-rsa!!!!")), `the line says ssh-ed25519, the key says ssh-rsa!!!!`},
		{"key that is cut off", sftpKeyType, key(edKey("c")[:40]), `Unsupported or invalid SSH public key format`},
		{"RSA key of 1,024 bits", sftpKeyType, key(publicKey("ssh-rsa", "\x01\x00\x01", "\x00"+strings.Repeat("n", 128))), `a key of 1024 bits is not supported for ssh-rsa`},
		{"two keys", sftpKeyType, key(edKey("a") + "\n" + edKey("b")), `it has more than one line`},
	})
}

func TestTakesEveryKindOfPublicKey(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	for name, body := range map[string]string{
		"rsa":     publicKey("ssh-rsa", "\x01\x00\x01", "\x00"+strings.Repeat("n", 256)),
		"rsa4096": publicKey("ssh-rsa", "\x01\x00\x01", "\x00"+strings.Repeat("n", 512)),
		"p256":    publicKey("ecdsa-sha2-nistp256", "nistp256", strings.Repeat("p", 65)),
		"p521":    publicKey("ecdsa-sha2-nistp521", "nistp521", strings.Repeat("p", 133)),
		"ed":      edKey("e") + "\n",
	} {
		if _, err := w.try(sftpKeyType, name, with(w.res["sftp-key"].In, props{"body": body})); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
