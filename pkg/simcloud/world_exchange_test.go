package simcloud_test

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
)

const (
	queueType        = "aws:sqs/queue:Queue"
	queuePolicyType  = "aws:sqs/queuePolicy:QueuePolicy"
	redriveAllowType = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
	sftpType         = "aws:transfer/server:Server"
	sftpUserType     = "aws:transfer/user:User"
	sftpKeyType      = "aws:transfer/sshKey:SshKey"
	sftpTagType      = "aws:transfer/tag:Tag"
	notificationType = "aws:s3/bucketNotification:BucketNotification"
	replicationType  = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
	versioningType   = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	malwarePlanType  = "aws:guardduty/malwareProtectionPlan:MalwareProtectionPlan"
	timedScalingType = "aws:appautoscaling/scheduledAction:ScheduledAction"
	moreCertificates = "aws:lb/listenerCertificate:ListenerCertificate"
	replicaKeyType   = "aws:kms/replicaKey:ReplicaKey"
	subscriptionType = "aws:sns/topicSubscription:TopicSubscription"
	topicPolicyType  = "aws:sns/topicPolicy:TopicPolicy"
	eipType          = "aws:ec2/eip:Eip"
)

// exchange adds what a cell exchanges messages and files with.
func (w *world) exchange() {
	w.messages()
	w.sftp()
	w.inbox()
	w.copies()
	w.ingress()
	w.masking()
}

// lets is the statement that lets services do something for things of the account.
func lets(services []string, action, on string) string {
	return fmt.Sprintf(`{"Effect":"Allow","Principal":{"Service":["%s.amazonaws.com"]},"Action":[%s],"Resource":"%s","Condition":{"StringEquals":{"aws:SourceAccount":"%s"}}}`,
		strings.Join(services, `.amazonaws.com","`), action, on, accountA)
}

// senders are the services that send to queues and topics.
func senders() []string { return []string{"sns", "events", "s3"} }

func (w *world) messages() {
	key := w.add(kmsKeyType, "message-key", props{"policy": document(
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + accountA + `:root"},"Action":"kms:*","Resource":"*"},` + lets(senders(), `"kms:GenerateDataKey*","kms:Decrypt"`, "*"))})
	dead := w.add(queueType, "dead", props{"name": "acme-dead", "kmsMasterKeyId": key.str("arn"), "messageRetentionSeconds": 1209600})
	main := w.add(queueType, "main", props{
		"name": "acme-main", "kmsMasterKeyId": key.ID, "kmsDataKeyReusePeriodSeconds": 3600, "visibilityTimeoutSeconds": 120, "receiveWaitTimeSeconds": 20,
		"redrivePolicy": asJSON(props{"deadLetterTargetArn": dead.str("arn"), "maxReceiveCount": 5}),
	})
	w.add(redriveAllowType, "dead-for", props{"queueUrl": dead.ID, "redriveAllowPolicy": asJSON(props{"redrivePermission": "byQueue", "sourceQueueArns": []any{main.str("arn")}})})
	for _, q := range []*made{dead, main} {
		w.add(queuePolicyType, q.str("name"), props{"queueUrl": q.ID, "policy": document(lets(senders(), `"sqs:SendMessage"`, q.str("arn")))})
	}
	w.add(queueType, "orders", props{
		"name": "acme-orders.fifo", "fifoQueue": true, "contentBasedDeduplication": true, "deduplicationScope": "messageGroup", "fifoThroughputLimit": "perMessageGroupId", "sqsManagedSseEnabled": true,
	})
	t := w.add(topicType, "events", props{"name": "acme-events", "kmsMasterKeyId": key.ID})
	w.add(topicPolicyType, "events-policy", props{"arn": t.ID, "policy": document(lets(senders(), `"sns:Publish"`, t.ID))})
	w.add(subscriptionType, "events-main", props{
		"topic": t.ID, "protocol": "sqs", "endpoint": main.str("arn"), "rawMessageDelivery": true, "redrivePolicy": asJSON(props{"deadLetterTargetArn": dead.str("arn")}),
	})
	rule := w.add(ruleType, "main-rule", props{"name": "to-main", "eventPattern": `{"source":["acme"]}`})
	w.add(targetType, "main-target", props{"rule": rule.str("name"), "targetId": "queue", "arn": main.str("arn"), "deadLetterConfig": props{"arn": dead.str("arn")}})
}

// publicKey is a line of authorized_keys: the type and the parts of the key.
func publicKey(typ string, parts ...string) string {
	var blob []byte
	for _, part := range append([]string{typ}, parts...) {
		blob = binary.BigEndian.AppendUint32(blob, uint32(len(part))) //nolint:gosec // no part is longer than a key
		blob = append(blob, part...)
	}
	return typ + " " + base64.StdEncoding.EncodeToString(blob) + " client@example.com"
}

// edKey is an Ed25519 key of one repeated letter.
func edKey(letter string) string { return publicKey("ssh-ed25519", strings.Repeat(letter, 32)) }

func (w *world) sftp() {
	group := w.add(securityGroupType, "sftp-group", props{"vpcId": w.res["vpc"].ID, "description": "sftp"})
	logs := w.add(logGroupType, "sftp-logs", props{"name": "/cell/acme/sftp"})
	logging := w.trustedBy("sftp-logging", "transfer.amazonaws.com")
	reader := w.trustedBy("sftp-reader", "transfer.amazonaws.com")
	one, two := w.add(eipType, "sftp-0", props{"domain": "vpc"}), w.add(eipType, "sftp-1", props{"domain": "vpc"})
	s := w.add(sftpType, "sftp", props{
		"endpointType": "VPC", "securityPolicyName": "TransferSecurityPolicy-2024-01", "protocols": []any{"SFTP"}, "loggingRole": logging.str("arn"),
		"structuredLogDestinations": []any{logs.str("arn") + ":*"}, "preAuthenticationLoginBanner": "authorized use only",
		"endpointDetails": props{
			"vpcId": w.res["vpc"].ID, "subnetIds": []any{w.subnet("public0"), w.subnet("public1")}, "addressAllocationIds": []any{one.ID, two.ID}, "securityGroupIds": []any{group.ID},
		},
	})
	u := w.add(sftpUserType, "sftp-user", props{
		"serverId": s.ID, "userName": "client-1", "role": reader.str("arn"), "homeDirectoryType": "LOGICAL", "policy": readPolicy,
		"homeDirectoryMappings": []any{props{"entry": "/in", "target": "/acme-inbox/in"}, props{"entry": "/out", "target": "/acme-inbox/out"}},
	})
	w.add(sftpKeyType, "sftp-key", props{"serverId": s.ID, "userName": u.str("userName"), "body": edKey("k")})
	w.add(sftpTagType, "sftp-host", props{"resourceArn": s.str("arn"), "key": "aws:transfer:customHostname", "value": "sftp.acme.clients.example.com"})
}

func (w *world) inbox() {
	b := w.add(bucketType, "inbox", props{"bucket": "acme-inbox"})
	w.add(versioningType, "inbox-versions", props{"bucket": b.ID, "versioningConfiguration": props{"status": "Enabled"}})
	w.add(allowanceType, "inbox-calls", props{
		"function": w.res["configure"].str("arn"), "action": "lambda:InvokeFunction", "principal": "s3.amazonaws.com", "statementId": "inbox", "sourceArn": b.str("arn"), "sourceAccount": accountA,
	})
	created := []any{"s3:ObjectCreated:*"}
	w.add(notificationType, "inbox-tells", props{
		"bucket": b.ID, "eventbridge": true,
		"queues":          []any{props{"queueArn": w.res["main"].str("arn"), "events": created, "filterPrefix": "in/"}},
		"topics":          []any{props{"topicArn": w.res["events"].ID, "events": []any{"s3:ObjectRemoved:Delete"}}},
		"lambdaFunctions": []any{props{"id": "out", "lambdaFunctionArn": w.res["configure"].str("arn"), "events": created, "filterPrefix": "out/", "filterSuffix": ".csv"}},
	})
	scanner := w.trustedBy("scanner", "malware-protection-plan.guardduty.amazonaws.com")
	w.add(malwarePlanType, "inbox-scan", props{
		"role": scanner.str("arn"), "protectedResource": props{"s3Bucket": props{"bucketName": b.ID, "objectPrefixes": []any{"in/"}}},
		"actions": []any{props{"taggings": []any{props{"status": "ENABLED"}}}},
	})
}

// abroad is a provider of the world's account in another region.
func (w *world) abroad() *client {
	if w.far == nil {
		w.far = connect(w.t, w.server, "abroad", accountA, "us-west-2")
		w.elsewhere = append(w.elsewhere, w.far)
	}
	return w.far
}

func (w *world) copies() {
	primary := w.abroad().create(kmsKeyType, "primary", props{"multiRegion": true, "enableKeyRotation": true})
	w.res["primary"] = primary
	key := w.add(replicaKeyType, "replica", props{"primaryKeyArn": primary.str("arn"), "policy": keyPolicy, "deletionWindowInDays": 7})
	b := w.add(bucketType, "copies", props{"bucket": "acme-copies"})
	w.add(versioningType, "copies-versions", props{"bucket": b.ID, "versioningConfiguration": props{"status": "Enabled"}})
	copier := w.trustedBy("copier", "s3.amazonaws.com")
	w.add(replicationType, "inbox-copies", props{"bucket": "acme-inbox", "role": copier.str("arn"), "rules": []any{props{
		"id": "all", "status": "Enabled", "filter": props{"prefix": ""}, "deleteMarkerReplication": props{"status": "Enabled"},
		"sourceSelectionCriteria": props{"sseKmsEncryptedObjects": props{"status": "Enabled"}},
		"destination": props{
			"bucket": b.str("arn"), "storageClass": "STANDARD_IA", "encryptionConfiguration": props{"replicaKmsKeyId": key.str("arn")},
			"metrics": props{"status": "Enabled", "eventThreshold": props{"minutes": 15}}, "replicationTime": props{"status": "Enabled", "time": props{"minutes": 15}},
		},
	}}})
}

// requestLabel is how a scaling policy names a load balancer and a target group.
func (w *world) requestLabel() string {
	return w.res["lb"].str("arnSuffix") + "/" + w.res["target"].str("arnSuffix")
}

func (w *world) ingress() {
	w.add(moreCertificates, "https-more", props{"listenerArn": w.res["https"].ID, "certificateArn": w.res["validation"].str("certificateArn")})
	w.add(timedScalingType, "morning", and(w.scales(), props{
		"name": "morning", "schedule": "cron(0 6 ? * MON-FRI *)", "timezone": "America/New_York", "scalableTargetAction": props{"minCapacity": 4},
	}))
	w.add(scalingPolicyType, "requests", and(w.scales(), props{
		"name": "requests", "policyType": "TargetTrackingScaling",
		"targetTrackingScalingPolicyConfiguration": props{"targetValue": 1000, "predefinedMetricSpecification": props{"predefinedMetricType": "ALBRequestCountPerTarget", "resourceLabel": w.requestLabel()}},
	}))
	queued := func(metric string) props {
		return props{"stat": "Average", "metric": props{"namespace": "AWS/SQS", "metricName": metric, "dimensions": []any{props{"name": "QueueName", "value": "acme-main"}}}}
	}
	w.add(scalingPolicyType, "backlog", and(w.scales(), props{
		"name": "backlog", "policyType": "TargetTrackingScaling",
		"targetTrackingScalingPolicyConfiguration": props{"targetValue": 100, "customizedMetricSpecification": props{"metrics": []any{
			props{"id": "visible", "metricStat": queued("ApproximateNumberOfMessagesVisible"), "returnData": false},
			props{"id": "hidden", "metricStat": queued("ApproximateNumberOfMessagesNotVisible"), "returnData": false},
			props{"id": "both", "expression": "visible + hidden"},
		}}},
	}))
}

const scalingPolicyType = "aws:appautoscaling/policy:Policy"

// scales are the properties that say that the world's service is to scale.
func (w *world) scales() props {
	return props{"resourceId": w.res["scaling"].str("resourceId"), "scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs"}
}
