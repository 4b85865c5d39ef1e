package cell_test

import (
	"cmp"
	"maps"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/pulumitest"
)

// built is one recorded cell with what it may rely on.
type built struct {
	config.Cell
	recording *pulumitest.Recording
	below     pulumitest.Stacks
	// balancers are how the account's load balancers are configured, which those of a cell
	// with its own VPC follow.
	balancers map[config.LoadBalancerScheme]config.UtilityLoadBalancer
}

// breach sets an input of the first resource of a type to what a claim must object to; nil
// takes the input away.
type breach struct {
	token, property string
	value           any
}

// claim is what holds in every cell.
type claim struct {
	// reason is why it must hold.
	reason string
	// faults returns what breaks it.
	faults func(built) []string
	// breaches each break it: a claim that nothing breaks is no claim.
	breaches []breach
	// of is the client whose cell they break; empty: fir, which has all but a VPC of its own.
	of string
}

const (
	bucketPolicy = "aws:s3/bucketPolicy:BucketPolicy"
	queuePolicy  = "aws:sqs/queuePolicy:QueuePolicy"
	ingressRule  = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressRule   = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	role         = "aws:iam/role:Role"
	rolePolicy   = "aws:iam/policy:Policy"

	// allowAll lets everybody in and denies nobody.
	allowAll = `{"Statement":[{"Sid":"All","Effect":"Allow","Principal":"*","Action":["*"],"Resource":["*"]}]}`
	// denyBadly denies other principals, but counts all roles of cells as own ones.
	denyBadly = `{"Statement":[
{"Effect":"Deny","Principal":"*","Action":["s3:*","sqs:*"],"Resource":["*"],"Condition":{"Bool":{"aws:SecureTransport":["false"]}}},
{"Effect":"Deny","Principal":"*","Action":["s3:*","sqs:*"],"Resource":["*"],"Condition":{"ArnNotLike":{"aws:PrincipalArn":["arn:aws:iam::111111111111:role/cell/*"]},"Bool":{"aws:PrincipalIsAWSService":["false"]}}}]}`
)

func claims() map[string]claim {
	return map[string]claim{
		"roles": {
			reason: "policies tell a client's roles by their path, and the boundary is what no role can exceed", faults: roleFaults,
			breaches: []breach{{role, "path", "/"}, {role, "path", "/cell/other/"}, {role, "permissionsBoundary", nil}, {role, "permissionsBoundary", "arn:aws:iam::aws:policy/AdministratorAccess"}, {rolePolicy, "path", nil}},
		},
		"attachments": {
			reason: "what is written for another client's roles, or for everybody, says nothing of this client", faults: attachmentFaults,
			breaches: []breach{
				{attachment, "policyArn", "arn:aws:iam::222222222222:policy/cell/other/extra/reports"}, {attachment, "policyArn", "arn:aws:iam::333333333333:policy/cell/fir/extra/reports"},
				{attachment, "policyArn", "arn:aws:iam::aws:policy/AdministratorAccess"}, {attachment, "role", "other-api-task"},
			},
		},
		"keys": {
			reason: "the client's own key is what shreds the client's data when it is deleted, and what no other cell may use", faults: keyFaults,
			breaches: []breach{
				{"aws:sqs/queue:Queue", "kmsMasterKeyId", nil}, {"aws:sns/topic:Topic", "kmsMasterKeyId", "alias/aws/sns"}, {"aws:cloudwatch/logGroup:LogGroup", "kmsKeyId", nil},
				{"aws:rds/instance:Instance", "kmsKeyId", nil}, {"aws:rds/instance:Instance", "performanceInsightsKmsKeyId", "arn:aws:kms:us-east-1:111122223333:logs"},
				{"aws:efs/fileSystem:FileSystem", "kmsKeyId", nil}, {"aws:elasticache/replicationGroup:ReplicationGroup", "kmsKeyId", nil}, {"aws:backup/vault:Vault", "kmsKeyArn", nil},
				{encryptionType, "rules", nil}, {encryptionType, "bucket", "another"}, {"aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication", "kmsKeyId", nil},
			},
		},
		"rules": {
			reason: "what a cell talks to is its own, the platform's in front of it, or written in its configuration", faults: ruleFaults,
			breaches: []breach{
				{ingressRule, "cidrIpv4", "0.0.0.0/0"}, {ingressRule, "cidrIpv6", "::/0"}, {ingressRule, "cidrIpv4", "10.0.0.0/8"}, {ingressRule, "referencedSecurityGroupId", "sg-other"}, {ingressRule, "prefixListId", "pl-other"},
				{egressRule, "cidrIpv4", "10.0.0.0/8"}, {egressRule, "referencedSecurityGroupId", "sg-other"}, {egressRule, "securityGroupId", "sg-other"},
				{"aws:ec2/securityGroup:SecurityGroup", "ingress", []any{map[string]any{"cidrBlocks": []any{"0.0.0.0/0"}}}},
			},
		},
		"policies of stores": {
			reason: "another cell's role that a mistake gave a right to must still be refused, and nothing may be read off the wire", faults: storeFaults,
			breaches: []breach{{bucketPolicy, "policy", allowAll}, {bucketPolicy, "policy", denyBadly}, {bucketPolicy, "bucket", "another"}, {queuePolicy, "policy", allowAll}, {queuePolicy, "policy", denyBadly}},
		},
		"Vault": {
			reason: "a path below cells/<client>/, and whose service the identity says that a role is, are what keeps clients apart in the one Vault that they share", faults: vaultFaults,
			breaches: vaultBreaches(),
		},
		"Consul": {
			reason: "who logs in to Consul may register and answer as what the role's tag says", faults: consulFaults,
			breaches: []breach{
				{role, "tags", map[string]any{naming.TagConsulService: "other-api"}}, {role, "tags", map[string]any{naming.TagConsulService: "fir"}},
				{"aws:ecs/service:Service", "tags", map[string]any{"consul.hashicorp.com/service-name": "other-api"}},
				{rolePolicy, "policy", `{"Statement":[{"Sid":"ShowItself","Effect":"Allow","Action":["iam:GetRole"],"Resource":["arn:aws:iam::222222222222:role/cell/fir/fir-api-*"]}]}`},
			},
		},
		"sign-in": {
			reason: "load balancers that clients share take the cookie of one for that of another with the same name", faults: signInFaults,
			breaches: []breach{
				{listenerRule, "actions", ask(map[string]any{"clientId": "fir-clientId"})}, {listenerRule, "actions", ask(map[string]any{"clientId": "fir-clientId", "sessionCookieName": "cell"})},
				{listenerRule, "actions", ask(map[string]any{"clientId": "other-clientId", "sessionCookieName": "cell-fir"})},
				{listenerRule, "actions", []any{map[string]any{"type": "forward"}}},
			},
		},
		"policies of keys": {
			reason: "whoever uses the client's key reads the client's data, and a grant lets whomever it names use it", faults: keyPolicyFaults,
			breaches: keyPolicyBreaches(),
		},
		"policies of topics and files": {
			reason: "another cell's role that a mistake gave a right to must still be refused", faults: sharePolicyFaults,
			breaches: []breach{{topicPolicy, "policy", allowAll}, {topicPolicy, "policy", denyBadly}, {topicPolicy, "arn", "another"}, {filePolicy, "policy", allowAll}, {filePolicy, "policy", denyBadly}, {filePolicy, "fileSystemId", "another"}},
		},
		"own VPC": {
			reason: "a cell's own VPC is connected with those that operate it and lets nothing of another cell in, and nothing of the cell is outside of it",
			faults: vpcFaults, of: "maple", breaches: vpcBreaches(),
		},
		"tags": {
			reason: "conditions and bills tell cells apart by the tag cell", faults: tagFaults,
			breaches: []breach{{"pulumi:providers:aws", "defaultTags", map[string]any{"tags": map[string]any{"cell": "other"}}}, {"pulumi:providers:aws", "defaultTags", nil}, {rolePolicy, "tags", map[string]any{"cell": "other"}}},
		},
		"rights": {
			reason: "a wildcard that does not begin with the client's own name reaches other clients", faults: rightFaults,
			breaches: []breach{{rolePolicy, "policy", `{"Statement":[{"Sid":"Look","Effect":"Allow","Action":["s3:GetObject"],"Resource":["*"]}]}`},
				{rolePolicy, "policy", `{"Statement":[{"Sid":"All","Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::meridian-*"]}]}`},
				{rolePolicy, "policy", `{"Statement":[{"Sid":"All","Effect":"Allow","Action":["s3:*"],"NotResource":["arn:aws:s3:::other"]}]}`},
				{rolePolicy, "policy", "no document"}},
		},
	}
}

func TestCellsAreIsolated(t *testing.T) {
	t.Parallel()
	for name, tree := range map[string]*config.Tree{"as configured": load(t), "with every module": whole(t)} {
		for client, cell := range builtAll(t, tree) {
			isolated(t, name+", "+client, cell)
		}
	}
}

func isolated(t *testing.T, name string, cell built) {
	t.Helper()
	for what, c := range claims() {
		for _, fault := range c.faults(cell) {
			t.Errorf("%s, %s: %s: %s", name, what, fault, c.reason)
		}
	}
}

// What is claimed of the examples holds for clients whose files set everything to
// something.
func TestAnyCellIsIsolatedNamesNoOtherAndIsCounted(t *testing.T) {
	t.Parallel()
	tree := withRandom(t)
	all := builtAll(t, tree)
	for client, cell := range all {
		isolated(t, client, cell)
		namesNoOther(t, client, cell.recording, tree)
	}
	quotasCover(t, tree, all)
}

// Each claim is shown to look at something: breaking a real recording breaks the claim.
func TestBreachesOfIsolationAreFound(t *testing.T) {
	t.Parallel()
	tree := whole(t)
	below := stacks(t, tree)
	for what, c := range claims() {
		cfg, err := tree.Cell(cmp.Or(c.of, "fir"))
		if err != nil {
			t.Fatal(err)
		}
		cell := built{cfg, record(t, tree, below, cfg.Client), below, balancersOf(t, tree, cfg)}
		for _, b := range c.breaches {
			broken := cell
			broken.recording = &pulumitest.Recording{Resources: slices.Clone(cell.recording.Resources)}
			at := slices.IndexFunc(broken.recording.Resources, func(res pulumitest.Resource) bool { return res.Type == b.token })
			if at < 0 {
				t.Errorf("%s: the cell has no %s to break", what, b.token)
				continue
			}
			res := &broken.recording.Resources[at]
			res.Inputs = maps.Clone(res.Inputs)
			delete(res.Inputs, resource.PropertyKey(b.property))
			if b.value != nil {
				res.Inputs[resource.PropertyKey(b.property)] = resource.NewPropertyValue(b.value)
			}
			if len(c.faults(broken)) == 0 {
				t.Errorf("%s: nothing objects to %s of %s = %v", what, b.property, res.URN, b.value)
			}
		}
	}
}

func balancersOf(t *testing.T, tree *config.Tree, cell config.Cell) map[config.LoadBalancerScheme]config.UtilityLoadBalancer {
	t.Helper()
	utility, err := tree.Utility(cell.Account.Name, cell.Region.Name)
	if err != nil {
		t.Fatal(err)
	}
	return utility.ECS.LoadBalancers.Enabled()
}

func builtAll(t *testing.T, tree *config.Tree) map[string]built {
	t.Helper()
	below, all := stacks(t, tree), map[string]built{}
	for client, recording := range recordAll(t, tree) {
		cfg, err := tree.Cell(client)
		if err != nil {
			t.Fatal(err)
		}
		all[client] = built{cfg, recording, below, balancersOf(t, tree, cfg)}
	}
	return all
}
