package simcloud_test

import (
	"fmt"
	"strings"
	"testing"
)

// redriveTo is a redrive policy as a queue's property.
func redriveTo(arn string, count any) props {
	return props{"redrivePolicy": asJSON(props{"deadLetterTargetArn": arn, "maxReceiveCount": count})}
}

func TestRefusesWrongQueues(t *testing.T) {
	t.Parallel()
	named := func(more props) func(*world) props { return fixed(and(props{"name": "other"}, more)) }
	dead := func(count any) func(*world) props {
		return func(w *world) props { return and(props{"name": "other"}, redriveTo(w.res["dead"].str("arn"), count)) }
	}
	allow := func(document props) func(*world) props {
		return func(w *world) props {
			return props{"queueUrl": w.res["main"].ID, "redriveAllowPolicy": asJSON(document)}
		}
	}
	policy := func(statement string) func(*world) props {
		return func(w *world) props {
			return props{"queueUrl": w.res["main"].ID, "policy": document(strings.ReplaceAll(statement, "QUEUE", w.res["main"].str("arn")))}
		}
	}
	refuses(t, []wrong{
		{"dot in a name", queueType, fixed(props{"name": "a.b"}), `invalid queue name: a.b`},
		{"FIFO without suffix", queueType, named(props{"fifoQueue": true}), `invalid queue name: other`},
		{"suffix without FIFO", queueType, fixed(props{"name": "a.fifo"}), `invalid queue name: a.fifo`},
		{"long name", queueType, fixed(props{"name": strings.Repeat("q", 81)}), `invalid queue name: qqq`},
		{"deduplication of a standard queue", queueType, named(props{"contentBasedDeduplication": true}), `content-based deduplication can only be set for FIFO queue`},
		{"scope of a standard queue", queueType, named(props{"deduplicationScope": "queue"}), `InvalidAttributeName: Unknown Attribute DeduplicationScope.`},
		{"throughput of groups, deduplication of the queue", queueType, fixed(props{"name": "a.fifo", "fifoQueue": true, "fifoThroughputLimit": "perMessageGroupId"}), `allowed only when DeduplicationScope is messageGroup`},
		{"two encryptions", queueType, named(props{"kmsMasterKeyId": "alias/aws/sqs", "sqsManagedSseEnabled": true}), `kmsMasterKeyId`},
		{"key that is none", queueType, named(props{"kmsMasterKeyId": "alias/none"}), `api error KMS.NotFoundException: the KMS key alias/none does not exist`},
		{"too long a delay", queueType, named(props{"delaySeconds": 901}), `delaySeconds`},
		{"retention of a month", queueType, named(props{"messageRetentionSeconds": 2592000}), `messageRetentionSeconds`},
		{"name taken with other attributes", queueType, changed("main", props{"visibilityTimeoutSeconds": 60}), `api error QueueNameExists: A queue already exists with the same name and a different value for attribute VisibilityTimeoutSeconds`},
		{"count in quotes", queueType, dead("5"), `Invalid value for maxReceiveCount: "5", valid values are from 1 to 1000`},
		{"count of zero", queueType, dead(0), `Invalid value for maxReceiveCount: 0`},
		{"redrive with a stranger", queueType, named(props{"redrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:1:a","maxReceiveCount":1,"max":1}`}), `unsupported format`},
		{"dead letters nowhere", queueType, named(redriveTo("arn:aws:sqs:us-east-1:"+accountA+":none", 5)), `Reason: Dead letter target does not exist.`},
		{"dead letters elsewhere", queueType, named(redriveTo("arn:aws:sqs:us-west-2:"+accountA+":none", 5)), `must be in the account and region of the queue`},
		{"dead letters of another kind", queueType, func(w *world) props { return and(props{"name": "other"}, redriveTo(w.res["orders"].str("arn"), 5)) }, `Dead-letter queue must be same type of queue as the source.`},
		{"dead letters of others only", queueType, dead(5), `does not let arn:aws:sqs:us-east-1:111122223333:other use it`},

		{"permission that is none", redriveAllowType, allow(props{"redrivePermission": "some"}), `Invalid value for redrivePermission: "some"`},
		{"by queue without queues", redriveAllowType, allow(props{"redrivePermission": "byQueue"}), `sourceQueueArns is for, and needed with, the redrivePermission byQueue`},
		{"all and some", redriveAllowType, allow(props{"redrivePermission": "allowAll", "sourceQueueArns": []any{"arn:aws:sqs:us-east-1:1:a"}}), `sourceQueueArns is for, and needed with`},
		{"eleven sources", redriveAllowType, allow(props{"redrivePermission": "byQueue", "sourceQueueArns": strings.Split(strings.Repeat("arn:aws:sqs:us-east-1:1:a ", 11), " ")[:11]}), `at most 10 queues, got 11`},
		{"source that is a topic", redriveAllowType, allow(props{"redrivePermission": "byQueue", "sourceQueueArns": []any{"arn:aws:sns:us-east-1:1:a"}}), `is not the ARN of a queue`},
		{"permission of no queue", redriveAllowType, fixed(props{"queueUrl": "https://sqs.us-east-1.amazonaws.com/1/none", "redriveAllowPolicy": `{"redrivePermission":"denyAll"}`}), `NonExistentQueue: The specified queue does not exist.`},

		{"policy of no queue", queuePolicyType, fixed(props{"queueUrl": "https://sqs.us-east-1.amazonaws.com/1/none", "policy": document(`{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}`)}), `NonExistentQueue`},
		{"policy for a topic", queuePolicyType, policy(`{"Effect":"Allow","Principal":"*","Action":"sns:Publish","Resource":"QUEUE"}`), `Policy statement action out of service scope!: "sns:Publish"`},
		{"policy for nobody", queuePolicyType, policy(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/nobody"},"Action":"sqs:*","Resource":"QUEUE"}`), `api error InvalidAttributeValue: Invalid value for the parameter Policy: "AWS":"arn:aws:iam::111122223333:role/nobody"`},
		{"policy too long", queuePolicyType, policy(`{"Sid":"` + strings.Repeat("x", 8192) + `","Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"QUEUE"}`), `Policy exceeds 8192 bytes`},
	})
}

// TestRefusesQueuesThatLetNobodyIn: a subscription, a target and a notification of a queue that their service cannot
// send to.
func TestRefusesQueuesThatLetNobodyIn(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	open := func(q *made, statement string) *made {
		w.create(queuePolicyType, q.str("name")+"-policy", props{"queueUrl": q.ID, "policy": document(strings.ReplaceAll(statement, "QUEUE", q.str("arn")))})
		return q
	}
	anyone := lets(senders(), `"sqs:SendMessage"`, "QUEUE")
	closed := w.create(queueType, "closed", props{"name": "closed"})
	ofAWS := open(w.create(queueType, "of-aws", props{"name": "of-aws", "kmsMasterKeyId": "alias/aws/sqs"}), anyone)
	ofKey := open(w.create(queueType, "of-key", props{"name": "of-key", "kmsMasterKeyId": quietKey(w, "no-service")}), anyone)
	narrow := open(w.create(queueType, "narrow", props{"name": "narrow"}),
		`{"Effect":"Allow","Principal":{"Service":["sns.amazonaws.com","events.amazonaws.com","s3.amazonaws.com"]},"Action":"sqs:SendMessage","Resource":"QUEUE","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:sns:us-east-1:`+accountA+`:other"}}}`)
	ordered := open(w.create(queueType, "ordered", props{"name": "ordered.fifo", "fifoQueue": true}), anyone)

	subscribed := func(q *made) func(*world) props { return changed("events-main", props{"endpoint": q.str("arn")}) }
	aimed := func(q *made) func(*world) props {
		return changed("main-target", props{"targetId": "other", "arn": q.str("arn"), "deadLetterConfig": nil})
	}
	told := func(q *made) func(*world) props {
		return fixed(props{"bucket": "acme-copies", "queues": []any{props{"queueArn": q.str("arn"), "events": []any{"s3:ObjectCreated:*"}}}})
	}
	const lost = "api error InvalidArgument: Unable to validate the following destination configurations ("
	none := &made{Out: props{"arn": "arn:aws:sqs:us-east-1:" + accountA + ":none"}}
	var table []wrong
	for _, way := range []struct {
		typ string
		to  func(*made) func(*world) props
		by  string
	}{{subscriptionType, subscribed, "sns"}, {targetType, aimed, "events"}, {notificationType, told, "s3"}} {
		table = append(table,
			wrong{way.by + " to no queue", way.typ, way.to(none), `does not exist`},
			wrong{way.by + " without a policy", way.typ, way.to(closed), `the policy of queue ` + closed.str("arn") + ` does not let ` + way.by + `.amazonaws.com do sqs:SendMessage`},
			wrong{way.by + " for another source", way.typ, way.to(narrow), `does not let ` + way.by + `.amazonaws.com do sqs:SendMessage for arn:aws:`},
			wrong{way.by + " with the key of AWS", way.typ, way.to(ofAWS), `is encrypted with alias/aws/sqs, which lets no service use it`},
			wrong{way.by + " with a key that does not let it", way.typ, way.to(ofKey), `does not let ` + way.by + `.amazonaws.com do kms:GenerateDataKey and kms:Decrypt`},
		)
	}
	refusesIn(t, w, append(table,
		wrong{"FIFO queue of a standard topic", subscriptionType, subscribed(ordered), `FIFO SQS Queues can not be subscribed to standard SNS topics`},
		wrong{"subscription with lost dead letters", subscriptionType, changed("events-main", redriveTo(none.str("arn"), 1)), `RedrivePolicy: the queue ` + none.str("arn") + ` does not exist`},
		wrong{"subscription with closed dead letters", subscriptionType, changed("events-main", redriveTo(closed.str("arn"), 1)), `RedrivePolicy: the policy of queue`},
		wrong{"subscription with dead letters of another kind", subscriptionType, changed("events-main", redriveTo(ordered.str("arn"), 1)), `must be of the type of the topic`},
		wrong{"FIFO target without a group", targetType, aimed(ordered), `Parameter(s) SqsParameters must be specified`},
		wrong{"group of a standard target", targetType, changed("main-target", props{"targetId": "other", "sqsTarget": props{"messageGroupId": "a"}}), `SqsParameters must be specified for, and only for`},
		wrong{"FIFO dead letters of a target", targetType, changed("main-target", props{"targetId": "other", "deadLetterConfig": props{"arn": ordered.str("arn")}}), `must be a standard queue`},
		wrong{"closed dead letters of a target", targetType, changed("main-target", props{"targetId": "other", "deadLetterConfig": props{"arn": closed.str("arn")}}), `would get nothing: the policy of queue`},
		wrong{"notification of a FIFO queue", notificationType, told(ordered), lost + ordered.str("arn") + ` is a FIFO queue`},
	))
}

func TestRefusesWrongNotifications(t *testing.T) {
	t.Parallel()
	created := []any{"s3:ObjectCreated:*"}
	queues := func(entries ...props) func(*world) props {
		return func(w *world) props {
			var list []any
			for _, e := range entries {
				list = append(list, and(props{"queueArn": w.res["main"].str("arn")}, e))
			}
			return props{"bucket": "acme-copies", "queues": list}
		}
	}
	refuses(t, []wrong{
		{"bucket that is none", notificationType, fixed(props{"bucket": "acme-none", "eventbridge": true}), `NoSuchBucket`},
		{"event that is none", notificationType, queues(props{"events": []any{"s3:ObjectCreated:Paste"}}), `queues[0].events[0]: InvalidArgument: The event 's3:ObjectCreated:Paste' is not supported for notifications`},
		{"event of another service", notificationType, queues(props{"events": []any{"sns:ObjectCreated:*"}}), `is not supported for notifications`},
		{"no event", notificationType, queues(props{"events": []any{}}), `an event is missing`},
		{"no function", notificationType, fixed(props{"bucket": "acme-copies", "lambdaFunctions": []any{props{"events": created}}}), `a function is missing`},
		{"same event twice", notificationType, queues(props{"events": created}, props{"events": []any{"s3:ObjectCreated:Put"}}), `queues[1]: InvalidArgument: Configuration is ambiguously defined.`},
		{"prefix below a prefix", notificationType, queues(props{"events": created, "filterPrefix": "in/"}, props{"events": created, "filterPrefix": "in/now/"}), `(with queues[0])`},
		{"suffix of a suffix", notificationType, queues(props{"events": created, "filterSuffix": ".csv"}, props{"events": created, "filterSuffix": "v"}), `overlapping suffixes`},
		{"topic that is none", notificationType, fixed(props{"bucket": "acme-copies", "topics": []any{props{"topicArn": "arn:aws:sns:us-east-1:" + accountA + ":none", "events": created}}}), `Unable to validate the following destination configurations (arn:aws:sns:us-east-1:111122223333:none does not exist`},
		{"topic that does not let", notificationType, func(w *world) props {
			return props{"bucket": "acme-copies", "topics": []any{props{"topicArn": w.res["alerts"].ID, "events": created}}}
		}, `does not let s3.amazonaws.com do sns:Publish for arn:aws:s3:::acme-copies`},
		{"function that is none", notificationType, fixed(props{"bucket": "acme-copies", "lambdaFunctions": []any{props{"lambdaFunctionArn": "arn:aws:lambda:us-east-1:" + accountA + ":function:none", "events": created}}}), `function:none does not exist`},
		{"function for another bucket", notificationType, func(w *world) props {
			return props{"bucket": "acme-copies", "lambdaFunctions": []any{props{"lambdaFunctionArn": w.res["configure"].str("arn"), "events": created}}}
		}, `no permission of function ` + "arn:aws:lambda:us-east-1:" + accountA + `:function:configure lets s3.amazonaws.com do lambda:InvokeFunction for arn:aws:s3:::acme-copies`},
	})
}

func TestRefusesWrongCopies(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	w.create(bucketType, "plain", props{"bucket": "acme-plain"})
	rule := w.res["inbox-copies"].In["rules"].([]any)[0].(props)
	to := rule["destination"].(props)
	rules := func(changes props) func(*world) props {
		return changed("inbox-copies", props{"rules": []any{with(rule, changes)}})
	}
	at := func(changes props) func(*world) props { return rules(props{"destination": with(to, changes)}) }
	refusesIn(t, w, []wrong{
		{"source without versions", replicationType, changed("inbox-copies", props{"bucket": "acme-plain"}), `Versioning must be 'Enabled' on the bucket to apply a replication configuration`},
		{"destination without versions", replicationType, at(props{"bucket": "arn:aws:s3:::acme-plain"}), `Destination bucket must have versioning enabled.`},
		{"destination that is none", replicationType, at(props{"bucket": "arn:aws:s3:::acme-none"}), `Destination bucket must exist.`},
		{"destination that is the source", replicationType, at(props{"bucket": "arn:aws:s3:::acme-inbox"}), `Destination bucket cannot be the same as the source bucket.`},
		{"owner that is another", replicationType, at(props{"account": accountB, "accessControlTranslation": props{"owner": "Destination"}}), `must be the account ID of the owner of the destination bucket`},
		{"owner that changes nothing", replicationType, at(props{"account": accountA}), `account and accessControlTranslation go together`},
		{"role that is none", replicationType, changed("inbox-copies", props{"role": "arn:aws:iam::" + accountA + ":role/none"}), `S3 cannot assume the role`},
		{"role of another service", replicationType, changed("inbox-copies", props{"role": w.res["scanner"].str("arn")}), `does not trust s3.amazonaws.com`},
		{"no rule", replicationType, changed("inbox-copies", props{"rules": []any{}}), `has 1 to 1000 rules, got 0`},
		{"priority twice", replicationType, changed("inbox-copies", props{"rules": []any{with(rule, props{"id": "a"}), with(rule, props{"id": "b"})}}), `rules[1].priority: InvalidRequest: Found duplicate priority: 0`},
		{"id twice", replicationType, changed("inbox-copies", props{"rules": []any{rule, with(rule, props{"priority": 1})}}), `rules[1].id: InvalidArgument: Rule Id must be unique.`},
		{"filter without delete markers", replicationType, rules(props{"deleteMarkerReplication": nil}), `DeleteMarkerReplication must be specified for this version`},
		{"delete markers without filter", replicationType, rules(props{"filter": nil}), `it needs a filter`},
		{"prefix and filter", replicationType, rules(props{"prefix": "a"}), `prefix beside filter`},
		{"objects that exist", replicationType, rules(props{"existingObjectReplication": props{"status": "Enabled"}}), `existing objects are copied by S3 Batch Replication`},
		{"encrypted without key", replicationType, at(props{"encryptionConfiguration": nil}), `ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.`},
		{"key without encrypted", replicationType, rules(props{"sourceSelectionCriteria": nil}), `SseKmsEncryptedObjects must be specified`},
		{"key elsewhere", replicationType, at(props{"encryptionConfiguration": props{"replicaKmsKeyId": w.res["primary"].str("arn")}}), `does not exist in us-east-1, where the destination bucket acme-copies is`},
		{"key by id", replicationType, at(props{"encryptionConfiguration": props{"replicaKmsKeyId": w.res["key"].ID}}), `ReplicaKmsKeyID must be the ARN of a key`},
		{"time without metrics", replicationType, at(props{"metrics": nil}), `Metrics must be enabled when ReplicationTime is enabled.`},
		{"time of an hour", replicationType, at(props{"replicationTime": props{"status": "Enabled", "time": props{"minutes": 60}}}), `the only valid value is 15 minutes, got 60`},

		{"scan of no bucket", malwarePlanType, changed("inbox-scan", props{"protectedResource": props{"s3Bucket": props{"bucketName": "acme-none"}}}), `the S3 bucket acme-none does not exist in us-east-1`},
		{"second scan", malwarePlanType, changed("inbox-scan", props{}), `a malware protection plan already exists for the S3 bucket acme-inbox`},
		{"scan of nothing", malwarePlanType, changed("inbox-scan", props{"protectedResource": props{}}), `the protected resource is missing`},
		{"six prefixes", malwarePlanType, changed("inbox-scan", props{"protectedResource": props{"s3Bucket": props{"bucketName": "acme-copies", "objectPrefixes": []any{"a", "b", "c", "d", "e", "f"}}}}), `more than 5 items (6)`},
		{"scan by another role", malwarePlanType, changed("inbox-scan", props{"role": w.res["copier"].str("arn"), "protectedResource": props{"s3Bucket": props{"bucketName": "acme-copies"}}}), `it must exist and trust malware-protection-plan.guardduty.amazonaws.com`},

		{"replica in the primary's region", replicaKeyType, fixed(props{"primaryKeyArn": w.res["key"].str("arn")}), `Replica region cannot be same as the primary region: us-east-1`},
		{"replica of none", replicaKeyType, fixed(props{"primaryKeyArn": fmt.Sprintf("arn:aws:kms:us-west-2:%s:key/mrk-1", accountA)}), `api error NotFoundException: Key 'arn:aws:kms:us-west-2:111122223333:key/mrk-1' does not exist`},
		{"replica of another account's", replicaKeyType, fixed(props{"primaryKeyArn": fmt.Sprintf("arn:aws:kms:us-west-2:%s:key/mrk-1", accountB)}), `api error NotFoundException`},
		{"replica of a key of one region", replicaKeyType, func(w *world) props {
			return props{"primaryKeyArn": w.abroad().create(kmsKeyType, "single", props{}).str("arn")}
		}, `api error UnsupportedOperationException`},
		{"second replica", replicaKeyType, changed("replica", props{}), `api error AlreadyExistsException`},
		{"replica that locks out", replicaKeyType, func(w *world) props {
			primary := w.abroad().create(kmsKeyType, "locked", props{"multiRegion": true})
			return props{"primaryKeyArn": primary.str("arn"), "policy": document(`{"Effect":"Allow","Principal":{"AWS":"` + accountB + `"},"Action":"kms:*","Resource":"*"}`)}
		}, `The new key policy will not allow you to update the key policy in the future.`},
	})
}
