package simcloud_test

import (
	"strings"
	"testing"
)

func TestRefusesWrongIdentitiesAndKeys(t *testing.T) {
	t.Parallel()
	const role, policy, attachment = "aws:iam/role:Role", "aws:iam/policy:Policy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	document := func(statement string) string { return `{"Version":"2012-10-17","Statement":[` + statement + `]}` }
	refuses(t, []wrong{
		{"role name taken", role, fixed(props{"name": "ACME-exec", "assumeRolePolicy": trustPolicy}), `api error EntityAlreadyExists: Role with name ACME-exec already exists.`},
		{"role name", role, fixed(props{"name": "a b", "assumeRolePolicy": trustPolicy}), `name: invalid value for name`},
		{"role path", role, fixed(props{"path": "cell", "assumeRolePolicy": trustPolicy}), `path: ValidationError: The specified value for path is invalid`},
		{"session too long", role, fixed(props{"maxSessionDuration": 50000, "assumeRolePolicy": trustPolicy}), `maxSessionDuration: expected maxSessionDuration to be in the range (3600 - 43200), got 50000`},
		{"trust is no JSON", role, fixed(props{"assumeRolePolicy": "{"}), `assumeRolePolicy: MalformedPolicyDocument: Syntax errors in policy`},
		{"trust with a version that is none", role, fixed(props{"assumeRolePolicy": `{"Version":"2020-01-01","Statement":[]}`}), `assumeRolePolicy: MalformedPolicyDocument: The policy must contain a valid version string`},
		{"trust without principal", role, fixed(props{"assumeRolePolicy": document(`{"Effect":"Allow","Action":"sts:AssumeRole"}`)}), `MalformedPolicyDocument: Missing required field Principal`},
		{"trust with resource", role, fixed(props{"assumeRolePolicy": document(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*","Resource":"*"}`)}), `MalformedPolicyDocument: Has prohibited field Resource`},
		{"trust too long", role, fixed(props{"assumeRolePolicy": document(`{"Sid":"` + strings.Repeat("a", 2048) + `","Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}`)}), `LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048`},
		{"trust names a role that is none", role, fixed(props{"assumeRolePolicy": document(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:role/nobody"}}`)}),
			`api error MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/nobody"`},
		{"boundary that is none", role, fixed(props{"assumeRolePolicy": trustPolicy, "permissionsBoundary": "arn:aws:iam::111122223333:policy/none"}), `api error NoSuchEntity: Policy arn:aws:iam::111122223333:policy/none does not exist or is not attachable.`},
		{"policy with principal", policy, fixed(props{"policy": document(`{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}`)}), `policy: MalformedPolicyDocument: Policy document should not specify a principal`},
		{"policy without resource", policy, fixed(props{"policy": document(`{"Effect":"Allow","Action":"s3:*"}`)}), `MalformedPolicyDocument: Missing required field Resource`},
		{"policy with a bare action", policy, fixed(props{"policy": document(`{"Effect":"Allow","Action":"GetObject","Resource":"*"}`)}), `Actions/Conditions must be prefaced by a vendor`},
		{"policy with a bare resource", policy, fixed(props{"policy": document(`{"Effect":"Allow","Action":"s3:*","Resource":"acme-data"}`)}), `Resource acme-data must be in ARN format or "*"`},
		{"policy effect", policy, fixed(props{"policy": document(`{"Effect":"allow","Action":"s3:*","Resource":"*"}`)}), `Invalid effect: "allow"`},
		{"policy with unknown field", policy, fixed(props{"policy": document(`{"Effect":"Allow","Actions":"s3:*","Resource":"*"}`)}), `Unknown field Actions`},
		{"policy too long", policy, fixed(props{"policy": document(`{"Sid":"` + strings.Repeat("a", 6144) + `","Effect":"Allow","Action":"s3:*","Resource":"*"}`)}), `LimitExceeded: Cannot exceed quota for PolicySize: 6144`},
		{"attach to no role", attachment, fixed(props{"role": "nobody", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}), `StatusCode: 404`},
		{"attach to no role says so", attachment, fixed(props{"role": "nobody", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}), `api error NoSuchEntity: The role with name nobody cannot be found.`},
		{"attach no policy", attachment, fixed(props{"role": "acme-exec", "policyArn": "arn:aws:iam::111122223333:policy/none"}), `does not exist or is not attachable.`},
		{"key rotation period without rotation", "aws:kms/key:Key", fixed(props{"rotationPeriodInDays": 90}), `rotationPeriodInDays: "rotationPeriodInDays": all of`},
		{"key policy without principal", "aws:kms/key:Key", fixed(props{"policy": document(`{"Effect":"Allow","Action":"kms:*","Resource":"*"}`)}), `policy: MalformedPolicyDocumentException: Missing required field Principal`},
		{"key policy names a role that is none", "aws:kms/key:Key", fixed(props{"policy": document(`{"Effect":"Allow","Action":"kms:*","Resource":"*","Principal":{"AWS":["arn:aws:iam::111122223333:role/x/nobody"]}}`)}),
			`api error MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals: "AWS":`},
		{"alias taken", "aws:kms/alias:Alias", func(w *world) props { return props{"name": "alias/cell/acme", "targetKeyId": w.res["key"].ID} }, `api error AlreadyExistsException: An alias with the name arn:aws:kms:us-east-1:111122223333:alias/cell/acme already exists`},
		{"alias without prefix", "aws:kms/alias:Alias", fixed(props{"name": "acme", "targetKeyId": "k"}), `name: "name" must begin with 'alias/'`},
		{"alias reserved", "aws:kms/alias:Alias", fixed(props{"name": "alias/aws/s3", "targetKeyId": "k"}), `reserved for AWS managed keys`},
		{"alias of no key", "aws:kms/alias:Alias", fixed(props{"name": "alias/x", "targetKeyId": "1234"}), `api error NotFoundException: Key 'arn:aws:kms:us-east-1:111122223333:key/1234' does not exist`},
		{"log group taken", "aws:cloudwatch/logGroup:LogGroup", fixed(props{"name": "/cell/acme/web"}), `api error ResourceAlreadyExistsException: The specified log group already exists`},
		{"log retention", "aws:cloudwatch/logGroup:LogGroup", fixed(props{"retentionInDays": 100}), `retentionInDays: expected retentionInDays to be one of [0 1 3 5 7 14 30`},
		{"log group name", "aws:cloudwatch/logGroup:LogGroup", fixed(props{"name": "a b"}), `isn't a valid log group name`},
		{"log key of another region", "aws:cloudwatch/logGroup:LogGroup", fixed(props{"kmsKeyId": "arn:aws:kms:us-west-2:111122223333:key/1"}), `api error InvalidParameterException: The specified KMS key does not exist or is not allowed to be used with Arn`},
	})
}

func TestRefusesWrongNamesAndCertificates(t *testing.T) {
	t.Parallel()
	const record = "aws:route53/record:Record"
	rec := func(change props) func(*world) props {
		return func(w *world) props {
			return with(props{"zoneId": w.res["zone"].ID, "name": "www", "type": "A", "ttl": 60, "records": []any{"10.0.0.1"}}, change)
		}
	}
	alias := func(name, zoneID string) func(*world) props {
		return rec(props{"ttl": nil, "records": nil, "aliases": []any{props{"name": name, "zoneId": zoneID, "evaluateTargetHealth": true}}})
	}
	refuses(t, []wrong{
		{"record in no zone", record, rec(props{"zoneId": "Z1"}), `api error NoSuchHostedZone: No hosted zone found with ID: Z1`},
		{"record taken", record, rec(props{"name": "acme", "allowOverwrite": false}), `api error InvalidChangeBatch: [Tried to create resource record set [name='acme.clients.example.com.', type='A'] but it already exists]`},
		{"record type", record, rec(props{"type": "ALIAS"}), `type: expected type to be one of`},
		{"record without ttl", record, rec(props{"ttl": nil}), "ttl: \"ttl\": all of `records,ttl` must be specified"},
		{"record without value", record, rec(props{"records": nil, "ttl": nil}), "one of `records,aliases` must be specified"},
		{"address", record, rec(props{"records": []any{"10.0.0"}}), `records[0]: InvalidChangeBatch: [Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address`},
		{"CNAME at the top", record, rec(props{"name": "clients.example.com", "type": "CNAME", "records": []any{"x.example.com"}}), `is not permitted at apex in zone clients.example.com.`},
		{"CNAME beside an address", record, rec(props{"name": "acme", "type": "CNAME", "records": []any{"x.example.com"}}), `conflicting RRSet of type A`},
		{"CNAME to two", record, rec(props{"type": "CNAME", "records": []any{"x.example.com", "y.example.com"}}), `Expected exactly one value for a CNAME record, got 2`},
		{"alias with ttl", record, rec(props{"records": nil, "aliases": []any{props{"name": "x", "zoneId": "Z", "evaluateTargetHealth": true}}}), `aliases: "aliases": conflicts with ttl`},
		{"alias to no balancer", record, alias("gone-1.us-east-1.elb.amazonaws.com", "Z35SXDOTRQ7X7K"), `but that target was not found]`},
		{"alias to the wrong zone", record, alias("gone-1.us-east-1.elb.amazonaws.com", "Z1H1FL5HABSF5"), `but the alias target name does not lie within the target zone]`},
		{"alias to an unknown zone", record, alias("x.example.org", "Z9"), `but that zone was not found`},
		{"private zone twice in a VPC", "aws:route53/zone:Zone", func(w *world) props {
			return props{"name": "int.example.com.", "vpcs": []any{props{"vpcId": w.res["vpc"].ID}}}
		}, `api error ConflictingDomainExists`},
		{"private zone in no VPC", "aws:route53/zone:Zone", fixed(props{"name": "x.example.com", "vpcs": []any{props{"vpcId": "vpc-1"}}}), `api error InvalidVPCId: The VPC: vpc-1 you specified was not found`},
		{"certificate without a name", "aws:acm/certificate:Certificate", fixed(props{"validationMethod": "DNS"}), "domainName: \"domainName\": one of `domainName,privateKey` must be specified"},
		{"certificate with a dot at the end", "aws:acm/certificate:Certificate", fixed(props{"domainName": "a.example.com."}), `domainName: invalid value for domainName (cannot end with a period)`},
		{"certificate with 11 names", "aws:acm/certificate:Certificate", fixed(props{"domainName": "a.example.com", "subjectAlternativeNames": []any{"1.a", "2.a", "3.a", "4.a", "5.a", "6.a", "7.a", "8.a", "9.a", "10.a"}}),
			`api error LimitExceededException: Error: you have reached your limit of 10 domain names per certificate.`},
		{"validation of nothing", "aws:acm/certificateValidation:CertificateValidation", fixed(props{"certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/1"}), `api error ResourceNotFoundException`},
	})
}

func TestRefusesWrongBuckets(t *testing.T) {
	t.Parallel()
	const bucket, lifecycle = "aws:s3/bucketV2:BucketV2", "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	rule := func(change props) func(*world) props {
		return fixed(props{"bucket": "acme-data", "rules": []any{with(props{"id": "a", "status": "Enabled", "expiration": props{"days": 90}}, change)}})
	}
	sse := "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	by := func(change props) func(*world) props {
		return fixed(props{"bucket": "acme-data", "rules": []any{props{"applyServerSideEncryptionByDefault": change}}})
	}
	doc := func(resource, principal string) props {
		return props{"bucket": "acme-data", "policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"` + resource + `","Principal":` + principal + `}]}`}
	}
	refuses(t, []wrong{
		{"own name taken", bucket, fixed(props{"bucket": "acme-data"}), `api error BucketAlreadyOwnedByYou`},
		{"upper case", bucket, fixed(props{"bucket": "Acme"}), `bucket: validating S3 Bucket (Acme) name: only lowercase alphanumeric characters`},
		{"too short", bucket, fixed(props{"bucket": "ab"}), `must be between 3 and 63 characters`},
		{"an address", bucket, fixed(props{"bucket": "10.0.0.1"}), `must not be formatted as an IP address`},
		{"versioning of no bucket", "aws:s3/bucketVersioningV2:BucketVersioningV2", fixed(props{"bucket": "nobody", "versioningConfiguration": props{"status": "Enabled"}}), `api error NoSuchBucket: The specified bucket does not exist`},
		{"versioning status", "aws:s3/bucketVersioningV2:BucketVersioningV2", fixed(props{"bucket": "acme-data", "versioningConfiguration": props{"status": "On"}}), `versioningConfiguration.status: expected versioningConfiguration.status to be one of`},
		{"encryption algorithm", sse, by(props{"sseAlgorithm": "kms"}), `rules[0].applyServerSideEncryptionByDefault.sseAlgorithm: expected`},
		{"encryption with no such key", sse, by(props{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:aws:kms:us-east-1:111122223333:key/1"}), `api error NotFoundException: Key 'arn:aws:kms:us-east-1:111122223333:key/1' does not exist`},
		{"key for AES256", sse, by(props{"sseAlgorithm": "AES256", "kmsMasterKeyId": "x"}), `a KMS key is only allowed with sseAlgorithm aws:kms`},
		{"ownership", "aws:s3/bucketOwnershipControls:BucketOwnershipControls", fixed(props{"bucket": "acme-data", "rule": props{"objectOwnership": "Mine"}}), `rule.objectOwnership: expected rule.objectOwnership to be one of`},
		{"lifecycle without action", lifecycle, rule(props{"expiration": nil}), `rules[0]: InvalidRequest: At least one action needs to be specified in a rule`},
		{"lifecycle without rules", lifecycle, fixed(props{"bucket": "acme-data", "rules": []any{}}), `rules: rules: attribute requires 1 item minimum`},
		{"lifecycle expires before it moves", lifecycle, rule(props{"transitions": []any{props{"days": 120, "storageClass": "GLACIER"}}}), `rules[0]: InvalidArgument: 'Days' in the Expiration action must be greater than 'Days' in the Transition action`},
		{"lifecycle moves too early", lifecycle, rule(props{"transitions": []any{props{"days": 10, "storageClass": "STANDARD_IA"}}}), `must be greater than or equal to 30 for storageClass 'STANDARD_IA'`},
		{"lifecycle status", lifecycle, rule(props{"status": "On"}), `rules[0].status: expected rules.status to be one of`},
		{"policy of another bucket", "aws:s3/bucketPolicy:BucketPolicy", fixed(doc("arn:aws:s3:::other/*", `{"AWS":"111122223333"}`)), `api error MalformedPolicy: Policy has invalid resource`},
		{"public policy", "aws:s3/bucketPolicy:BucketPolicy", fixed(doc("arn:aws:s3:::acme-data/*", `"*"`)), `because public policies are blocked by the BlockPublicPolicy block public access setting.`},
		{"policy for nobody", "aws:s3/bucketPolicy:BucketPolicy", fixed(doc("arn:aws:s3:::acme-data/*", `{"AWS":"arn:aws:iam::111122223333:role/nobody"}`)), `api error MalformedPolicy: Invalid principal in policy`},
	})
}
