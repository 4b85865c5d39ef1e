package simcloud_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"cellworks/pkg/simcloud"
)

// TestExchangeOutputsHaveTheirForm compares what the cloud chooses with the form that AWS gives it.
func TestExchangeOutputsHaveTheirForm(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	for _, tc := range []struct{ name, output, form string }{
		{"main", "url", `^https://sqs\.us-east-1\.amazonaws\.com/111122223333/acme-main$`},
		{"main", "arn", `^arn:aws:sqs:us-east-1:111122223333:acme-main$`},
		{"orders", "arn", `^arn:aws:sqs:us-east-1:111122223333:acme-orders\.fifo$`},
		{"sftp", "arn", `^arn:aws:transfer:us-east-1:111122223333:server/s-[0-9a-f]{17}$`},
		{"sftp", "endpoint", `^s-[0-9a-f]{17}\.server\.transfer\.us-east-1\.amazonaws\.com$`},
		{"sftp", "hostKeyFingerprint", `^SHA256:[A-Za-z0-9+/]{43}=$`},
		{"sftp-user", "arn", `^arn:aws:transfer:us-east-1:111122223333:user/s-[0-9a-f]{17}/client-1$`},
		{"sftp-key", "sshKeyId", `^key-[0-9a-f]{17}$`},
		{"inbox-scan", "arn", `^arn:aws:guardduty:us-east-1:111122223333:malware-protection-plan/[0-9a-f]{20}$`},
		{"inbox-scan", "status", `^ACTIVE$`},
		{"morning", "arn", `^arn:aws:autoscaling:us-east-1:111122223333:scheduledAction:[0-9a-f-]{36}:resource/ecs/service/shared/acme-web:scheduledActionName/morning$`},
		{"replica", "arn", `^arn:aws:kms:us-east-1:111122223333:key/mrk-[0-9a-f]{32}$`},
		{"replica", "keySpec", `^SYMMETRIC_DEFAULT$`},
	} {
		if got := w.res[tc.name].str(tc.output); !regexp.MustCompile(tc.form).MatchString(got) {
			t.Errorf("%s of %s is %q, want the form %s", tc.output, tc.name, got, tc.form)
		}
	}
	if id := w.res["replica"].ID; id != w.res["primary"].ID || w.res["replica"].Out["keyRotationEnabled"] != true {
		t.Errorf("the replica %s shares neither id nor rotation with its primary key %s", id, w.res["primary"].ID)
	}
	if endpoint := w.res["sftp"].Out["endpointDetails"].(props); !strings.HasPrefix(endpoint["vpcEndpointId"].(string), "vpce-0") {
		t.Errorf("the server's endpoint is %v", endpoint)
	}
	if q := w.res["inbox-tells"].Out["queues"].([]any)[0].(props); !strings.HasPrefix(q["id"].(string), "tf-s3-queue-") {
		t.Errorf("a configuration without an id has %v", q["id"])
	}
	if f := w.res["inbox-tells"].Out["lambdaFunctions"].([]any)[0].(props); f["id"] != "out" {
		t.Errorf("a configuration with an id has %v", f["id"])
	}
	if on := w.res["main"].Out["sqsManagedSseEnabled"]; on != false {
		t.Errorf("a queue with a key of KMS is encrypted by SQS: %v", on)
	}
}

// TestExchangeChangesReplaceOrUpdate asks what the engine asks when a program changes one property.
func TestExchangeChangesReplaceOrUpdate(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	details := w.res["sftp"].In["endpointDetails"].(props)
	scanned := func(b props) props { return props{"s3Bucket": b} }
	for _, tc := range []struct {
		name, property string
		value          any
		replaces       bool
	}{
		{"main", "visibilityTimeoutSeconds", 60, false},
		{"main", "kmsMasterKeyId", "alias/aws/sqs", false},
		{"main", "name", "other", true},
		{"orders", "fifoQueue", false, true},
		{"main-rule", "name", "other", true},
		{"acme-main", "queueUrl", w.res["orders"].ID, true},
		{"sftp", "endpointDetails", with(details, props{"addressAllocationIds": nil}), false},
		{"sftp", "endpointDetails", with(details, props{"securityGroupIds": []any{w.res["web-group"].ID}}), false},
		{"sftp", "endpointDetails", with(details, props{"vpcId": "vpc-1"}), true},
		{"sftp", "endpointType", "PUBLIC", false},
		{"sftp", "domain", "EFS", true},
		{"sftp", "securityPolicyName", "TransferSecurityPolicy-2025-03", false},
		{"sftp-user", "policy", keyPolicy, false},
		{"sftp-user", "userName", "other", true},
		{"sftp-key", "body", edKey("z"), true},
		{"sftp-host", "value", "other.example.com", false},
		{"sftp-host", "key", "other", true},
		{"inbox-tells", "eventbridge", false, false},
		{"inbox-tells", "bucket", "acme-copies", true},
		{"inbox-copies", "role", "arn:aws:iam::1:role/x", false},
		{"inbox-scan", "protectedResource", scanned(props{"bucketName": "acme-inbox"}), false},
		{"inbox-scan", "protectedResource", scanned(props{"bucketName": "acme-copies"}), true},
		{"https-more", "certificateArn", "arn:aws:acm:us-east-1:1:certificate/x", true},
		{"morning", "scalableTargetAction", props{"minCapacity": 5}, false},
		{"morning", "resourceId", "service/shared/x", true},
		{"replica", "description", "copy", false},
		{"replica", "primaryKeyArn", "arn:aws:kms:us-west-2:1:key/mrk-1", true},
	} {
		m := w.res[tc.name]
		if m == nil {
			m = w.byURN(queuePolicyType, tc.name)
		}
		d := w.diff(m, with(m.In, props{tc.property: tc.value}))
		if d.GetChanges() != pulumirpc.DiffResponse_DIFF_SOME || !slices.Contains(d.GetDiffs(), tc.property) {
			t.Errorf("%s %s: a change makes no diff: %v", tc.name, tc.property, d)
		}
		if got := slices.Contains(d.GetReplaces(), tc.property); got != tc.replaces {
			t.Errorf("%s: a change of %s to %v replaces = %v, want %v", tc.name, tc.property, tc.value, got, tc.replaces)
		}
	}
}

func TestExchangeDeletesAreBlocked(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	for name, want := range map[string]string{
		"sftp":           "api error InvalidRequestException: Server s-",
		"sftp-group":     "api error DependencyViolation",
		"sftp-0":         "api error InvalidIPAddress.InUse",
		"igw":            "has some mapped public address(es)",
		"cert":           "api error ResourceInUseException",
		"inbox-versions": "api error InvalidBucketState: A replication configuration is present on this bucket",
	} {
		refusesDelete(w, name, want)
	}
	v := w.create(vpcType, "sftp-vpc", props{"cidrBlock": "10.77.0.0/16"})
	w.create(sftpType, "hidden", props{"endpointType": "VPC", "endpointDetails": props{"vpcId": v.ID}})
	wantRefused(t, "delete of a VPC with a server", w.delete(v), "DependencyViolation")
	versions := w.res["inbox-versions"]
	wantRefused(t, "suspended versions under replication", w.update(versions, with(versions.In, props{"versioningConfiguration": props{"status": "Suspended"}})), "InvalidBucketState: A replication configuration is present")
	if err := w.delete(w.res["inbox-copies"]); err != nil {
		t.Fatal(err)
	}
	if err := w.update(versions, with(versions.In, props{"versioningConfiguration": props{"status": "Suspended"}})); err != nil {
		t.Errorf("suspended versions without replication: %v", err)
	}
}

// TestAServerTakesItsUsersAlong deletes a user, then a server by force.
func TestAServerTakesItsUsersAlong(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	server, key := w.res["sftp"], w.res["sftp-key"]
	gone := func(what string, m *made) {
		t.Helper()
		if got := w.read(m.URN, m.ID); got.ID != "" {
			t.Errorf("%s is still there", what)
		}
	}
	if err := w.delete(w.res["sftp-user"]); err != nil {
		t.Fatal(err)
	}
	gone("the key of a user that was deleted", key)
	user := w.create(sftpUserType, "again", w.res["sftp-user"].In)
	again := w.create(sftpKeyType, "again", key.In)
	if err := w.update(server, with(server.In, props{"forceDestroy": true})); err != nil {
		t.Fatal(err)
	}
	if err := w.delete(server); err != nil {
		t.Fatal(err)
	}
	gone("a user of a server that was deleted", user)
	gone("a key of a server that was deleted", again)
	gone("a tag of a server that was deleted", w.res["sftp-host"])
	if err := w.delete(w.res["sftp-0"]); err != nil {
		t.Errorf("release of an address that the server had: %v", err)
	}
}

// TestAServerMovesBetweenAddresses gives a server other addresses; those that it had are free.
func TestAServerMovesBetweenAddresses(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	server := w.res["sftp"]
	next := with(server.In["endpointDetails"].(props), props{"addressAllocationIds": []any{w.create(eipType, "n0", props{}).ID, w.create(eipType, "n1", props{}).ID}})
	if err := w.update(server, with(server.In, props{"endpointDetails": next})); err != nil {
		t.Fatal(err)
	}
	w.create("aws:ec2/natGateway:NatGateway", "freed", props{"allocationId": w.res["sftp-0"].ID, "subnetId": w.subnet("public0")})
}

// TestQueuesAreTakenOver creates a queue of the name and attributes of one that exists, and deletes both at once.
func TestQueuesAreTakenOver(t *testing.T) {
	t.Parallel()
	c := oneCloud(t)
	first := c.create(queueType, "first", props{"name": "q", "delaySeconds": 5})
	second := c.create(queueType, "second", props{"name": "q", "delaySeconds": 5})
	if first.ID != second.ID {
		t.Errorf("two queues of a name: %s and %s", first.ID, second.ID)
	}
	policy := c.create(queuePolicyType, "p", props{"queueUrl": first.ID, "policy": document(`{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}`)})
	if err := c.delete(first); err != nil {
		t.Fatal(err)
	}
	if got := c.read(policy.URN, policy.ID); got.ID != "" {
		t.Error("a policy outlived its queue")
	}
}

// TestAReplicaIsAKey encrypts with a replica, by its id and by an alias.
func TestAReplicaIsAKey(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	replica := w.res["replica"]
	w.create("aws:kms/alias:Alias", "replica", props{"name": "alias/replica", "targetKeyId": replica.ID})
	w.create(queueType, "by-alias", props{"name": "by-alias", "kmsMasterKeyId": "alias/replica"})
	w.create(logGroupType, "by-arn", props{"name": "by-arn", "kmsKeyId": replica.str("arn")})
	if err := w.delete(replica); err != nil {
		t.Fatal(err)
	}
	_, err := w.try(queueType, "late", props{"name": "late", "kmsMasterKeyId": replica.ID})
	wantRefused(t, "a queue with a replica pending deletion", err, "KMS.NotFoundException")
}

// TestServicesRollBackOnAlarms gives a service an alarm to watch, by name.
func TestServicesRollBackOnAlarms(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	s := w.res["service"]
	for _, change := range []props{
		{"alarms": props{"enable": true, "rollback": true, "alarmNames": []any{"root-use"}}},
		{"forceNewDeployment": true, "triggers": props{"config": "1"}},
	} {
		if err := w.update(s, with(s.In, change)); err != nil {
			t.Errorf("%v: %v", change, err)
		}
	}
}

// TestQueuesHearTopicsOfOthers subscribes a queue to a topic of another account and region, which its policy must name.
func TestQueuesHearTopicsOfOthers(t *testing.T) {
	t.Parallel()
	s := serve(t, openCloud(t, simcloud.Options{}))
	near, far := connect(t, s, "near", accountA, "us-east-1"), connect(t, s, "far", accountB, "us-west-2")
	topic := far.create(topicType, "t", props{"name": "theirs"})
	queue := near.create(queueType, "q", props{"name": "ours"})
	in := props{"topic": topic.ID, "protocol": "sqs", "endpoint": queue.str("arn")}
	policy := near.create(queuePolicyType, "p", props{"queueUrl": queue.ID, "policy": document(lets(senders(), `"sqs:SendMessage"`, queue.str("arn")))})
	_, err := near.try(subscriptionType, "s", in)
	wantRefused(t, "a queue that hears its own account only", err, "does not let sns.amazonaws.com do sqs:SendMessage for "+topic.ID)
	theirs := strings.ReplaceAll(policy.str("policy"), `"`+accountA+`"`, `"`+accountB+`"`)
	if err := near.update(policy, props{"queueUrl": queue.ID, "policy": theirs}); err != nil {
		t.Fatal(err)
	}
	near.create(subscriptionType, "s", in)
	far.create(subscriptionType, "s", in)
}
