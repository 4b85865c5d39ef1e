package simcloud_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"cellworks/pkg/simcloud"
)

func document(statement string) string {
	return `{"Version":"2012-10-17","Statement":[` + statement + `]}`
}

// TestRefusesWrongPolicyDocuments writes each mistake into an identity policy.
func TestRefusesWrongPolicyDocuments(t *testing.T) {
	t.Parallel()
	policy := func(statement string) func(*world) props { return fixed(props{"policy": document(statement)}) }
	var table []wrong
	for name, tc := range map[string][2]string{
		"pattern as service":          {`{"Effect":"Allow","Action":"s*:GetObject","Resource":"*"}`, `Action vendors (e.g., aws, ec2, etc.) must not contain wildcards: "s*:GetObject"`},
		"action without a service":    {`{"Effect":"Allow","Action":"GetObject","Resource":"*"}`, `Actions/Conditions must be prefaced by a vendor`},
		"action and not action":       {`{"Effect":"Allow","Action":"s3:*","NotAction":"s3:Get*","Resource":"*"}`, `Statement cannot have both Action and NotAction`},
		"resource and not resource":   {`{"Effect":"Allow","Action":"s3:*","Resource":"*","NotResource":"*"}`, `Statement cannot have both Resource and NotResource`},
		"statement ids twice":         {`{"Sid":"a","Effect":"Allow","Action":"s3:*","Resource":"*"},{"Sid":"a","Effect":"Deny","Action":"s3:*","Resource":"*"}`, `Statement IDs (SID) in a single policy must be unique. (statement 1)`},
		"statement id with a hyphen":  {`{"Sid":"read-only","Effect":"Allow","Action":"s3:*","Resource":"*"}`, `Statement IDs (SID) must be alpha-numeric`},
		"condition operator":          {`{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEqual":{"aws:PrincipalTag/cell":"acme"}}}`, `Invalid Condition type : StringEqual.`},
		"condition key":               {`{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"PrincipalTag":"acme"}}}`, `must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: condition key "PrincipalTag"`},
		"condition that is a list":    {`{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":[]}`, `Condition must be an object`},
		"condition without keys":      {`{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":"true"}}`, `Condition Bool must be an object of keys and values`},
		"short ARN":                   {`{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3"}`, `Resource arn:aws:s3 must be in ARN format or "*".`},
		"partition":                   {`{"Effect":"Allow","Action":"s3:*","Resource":"arn:amazon:s3:::acme-data"}`, `Partition "amazon" is not valid for resource "arn:amazon:s3:::acme-data".`},
		"pattern as vendor":           {`{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:*:::acme-data"}`, `Resource vendor must be fully qualified and cannot contain regexes`},
		"no statement":                {``, `Missing required field Statement`},
		"statement that is a string":  {`"allow"`, `Statement must be an object or a list of objects`},
		"effect missing":              {`{"Action":"s3:*","Resource":"*"}`, `Invalid effect: ""`},
		"principal in an identity":    {`{"Effect":"Allow","Action":"s3:*","Resource":"*","NotPrincipal":{"AWS":"*"}}`, `Policy document should not specify a principal`},
		"every resource but in words": {`{"Effect":"Allow","Action":"s3:*","Resource":"all"}`, `Resource all must be in ARN format`},
	} {
		table = append(table, wrong{name, "aws:iam/policy:Policy", policy(tc[0]), tc[1]})
	}
	refuses(t, table)
}

// TestRefusesWrongPrincipals writes each mistake into the kinds of policy that have principals.
func TestRefusesWrongPrincipals(t *testing.T) {
	t.Parallel()
	const key, bucketPolicy = "aws:kms/key:Key", "aws:s3/bucketPolicy:BucketPolicy"
	trust := func(principal, action string) func(*world) props {
		return fixed(props{"assumeRolePolicy": document(`{"Effect":"Allow","Principal":` + principal + `,"Action":"` + action + `"}`)})
	}
	use := func(statements ...string) func(*world) props {
		return fixed(props{"policy": document(strings.Join(statements, ","))})
	}
	const admin = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}`
	refuses(t, []wrong{
		{"trust for another action", roleType, trust(`{"Service":"ecs-tasks.amazonaws.com"}`, "s3:GetObject"), `MalformedPolicyDocument: AssumeRole policy may only specify STS AssumeRole actions.: "s3:GetObject"`},
		{"trust for every action", roleType, trust(`{"Service":"ecs-tasks.amazonaws.com"}`, "*"), `AssumeRole policy may only specify STS AssumeRole actions.`},
		{"service that is none", roleType, trust(`{"Service":"ecs-task.amazonaws.com"}`, "sts:AssumeRole"), `api error MalformedPolicyDocument: Invalid principal in policy: "SERVICE":"ecs-task.amazonaws.com"`},
		{"service without its domain", roleType, trust(`{"Service":"ecs-tasks"}`, "sts:AssumeRole"), `Invalid principal in policy: "SERVICE":"ecs-tasks"`},
		{"user that is none", roleType, trust(`{"AWS":"arn:aws:iam::111122223333:user/ann"}`, "sts:AssumeRole"), `Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/ann"`},
		{"account with 11 digits", roleType, trust(`{"AWS":"arn:aws:iam::11112222333:root"}`, "sts:AssumeRole"), `Invalid principal in policy: "AWS":"arn:aws:iam::11112222333:root"`},
		{"all roles of an account", roleType, trust(`{"AWS":"arn:aws:iam::111122223333:role/*"}`, "sts:AssumeRole"), `Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/*"`},
		{"role with the wrong path", roleType, trust(`{"AWS":"arn:aws:iam::111122223333:role/acme-exec"}`, "sts:AssumeRole"), `Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/acme-exec"`},
		{"dead unique id", roleType, trust(`{"AWS":"AROAAAAAAAAAAAAAAAAAA"}`, "sts:AssumeRole"), `Invalid principal in policy: "AWS":"AROAAAAAAAAAAAAAAAAAA"`},
		{"kind of principal", roleType, trust(`{"Role":"acme-exec"}`, "sts:AssumeRole"), `Invalid principal in policy: "Role"`},
		{"key service that is none", key, use(admin, `{"Effect":"Allow","Principal":{"Service":"log.us-east-1.amazonaws.com"},"Action":"kms:Decrypt","Resource":"*"}`),
			`api error MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals: "SERVICE":"log.us-east-1.amazonaws.com"`},
		{"key that nobody can change", key, use(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":["kms:Encrypt","kms:Decrypt"],"Resource":"*"}`),
			`api error MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future.`},
		{"key of another account", key, use(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"kms:*","Resource":"*"}`), `will not allow you to update the key policy in the future`},
		{"key administered by a role alone", key, func(w *world) props {
			return use(`{"Effect":"Allow","Principal":{"AWS":"` + w.res["exec"].str("arn") + `"},"Action":"kms:*","Resource":"*"}`)(w)
		}, `will not allow you to update the key policy in the future`},
		{"bucket policy for a queue", bucketPolicy, fixed(props{"bucket": "acme-data", "policy": document(`{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"arn:aws:s3:::acme-data/*"}`)}),
			`policy: MalformedPolicy: Policy has invalid action: "sqs:*"`},
		{"bucket service that is none", bucketPolicy, fixed(props{"bucket": "acme-data", "policy": document(`{"Effect":"Allow","Principal":{"Service":"logs"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-data/*"}`)}),
			`api error MalformedPolicy: Invalid principal in policy: "SERVICE":"logs"`},
		{"balancer logs without permission", "aws:lb/loadBalancer:LoadBalancer", func(w *world) props {
			return with(w.res["lb"].In, props{"name": "logged", "accessLogs": props{"bucket": "acme-data", "enabled": true}})
		}, `api error InvalidConfigurationRequest: Access Denied for bucket: acme-data. Please check S3bucket permission`},
	})
}

func TestRefusesWrongTags(t *testing.T) {
	t.Parallel()
	many := props{}
	for i := range 51 {
		many[fmt.Sprint("k", i)] = "v"
	}
	refuses(t, []wrong{
		{"reserved key", "aws:ec2/eip:Eip", fixed(props{"tags": props{"aws:cell": "acme"}}), `api error InvalidParameterValue: Tag keys starting with 'aws:' are reserved for internal use: aws:cell`},
		{"51 tags", "aws:ec2/eip:Eip", fixed(props{"tags": many}), `api error TagLimitExceeded: More than 50 tags specified: 51`},
		{"51 tags on a role", roleType, fixed(props{"assumeRolePolicy": trustPolicy, "tags": many}), `api error LimitExceeded: More than 50 tags specified: 51`},
		{"long key", "aws:kms/key:Key", fixed(props{"tags": props{strings.Repeat("k", 129): "v"}}), `api error TagException: Tag keys have 1 to 128 characters`},
		{"long value", "aws:s3/bucketV2:BucketV2", fixed(props{"bucket": "tagged", "tags": props{"k": strings.Repeat("v", 257)}}), `api error InvalidTag: Tag values have at most 256 characters: the value of k has 257`},
	})
}

// TestTakesPoliciesThatAWSTakes: what is unusual and right must pass.
func TestTakesPoliciesThatAWSTakes(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	w := buildWorld(connect(t, serve(t, cloud), "dev", accountA, "us-east-1"), nil)
	for name, principal := range map[string]string{
		"account": `{"AWS":"444455556666"}`, "root": `{"AWS":["arn:aws:iam::444455556666:root"]}`, "role": `{"AWS":"` + w.res["exec"].str("arn") + `"}`,
		"unique-id": `{"AWS":"` + w.res["exec"].str("uniqueId") + `"}`, "caller": `{"AWS":"arn:aws:iam::111122223333:role/OrganizationAccountAccessRole"}`,
		"session": `{"AWS":"arn:aws:sts::111122223333:assumed-role/acme-exec/one"}`, "service": `{"Service":["ecs-tasks.amazonaws.com","logs.us-east-1.amazonaws.com"]}`,
		"federated": `{"Federated":"cognito-identity.amazonaws.com"}`,
	} {
		w.create(roleType, "trust-"+name, props{"assumeRolePolicy": document(`{"Effect":"Allow","Principal":` + principal + `,"Action":["sts:AssumeRole","sts:TagSession"]}`)})
	}
	w.create(roleType, "no-version", props{"assumeRolePolicy": `{"Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}`})
	w.create("aws:kms/key:Key", "locked", props{"bypassPolicyLockoutSafetyCheck": true, "policy": document(`{"Effect":"Allow","Principal":{"AWS":"` + w.res["exec"].str("arn") + `"},"Action":"kms:Decrypt","Resource":"*"}`)})
	w.create("aws:iam/policy:Policy", "conditions", props{"policy": document(`{"Effect":"Allow","Action":["S3:getobject","ssmmessages:*"],"Resource":["*","arn:aws:s3:::*"],
		"Condition":{"ForAllValues:StringEqualsIfExists":{"aws:TagKeys":["cell"]},"Null":{"aws:PrincipalTag/cell":"false"},"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/x"}}}`)})
	w.create("aws:s3/bucketV2:BucketV2", "balancer-logs", props{"bucket": "balancer-logs"})
	w.create("aws:s3/bucketPolicy:BucketPolicy", "balancer-logs", props{"bucket": "balancer-logs", "policy": document(`{"Effect":"Allow","Principal":{"Service":"logdelivery.elasticloadbalancing.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::balancer-logs/*"}`)})
	w.create("aws:lb/loadBalancer:LoadBalancer", "logged", with(w.res["lb"].In, props{"name": "logged", "accessLogs": props{"bucket": "balancer-logs", "enabled": true}}))
	if objects, err := cloud.Objects(context.Background(), simcloud.Filter{Type: roleType}); err != nil || len(objects) != w.count(roleType) {
		t.Errorf("%d roles (%v), want %d", len(objects), err, w.count(roleType))
	}
}
