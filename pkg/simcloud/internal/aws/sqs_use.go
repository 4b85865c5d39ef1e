package aws

import (
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// ownQueueKey and ownTopicKey are the keys of AWS for queues and topics. Their policies let no other service use them.
const (
	ownQueueKey = "alias/aws/sqs"
	ownTopicKey = "alias/aws/sns"
)

// closedQueue says why a service's call cannot send to a queue; empty when it can: the queue's policy allows it, and of
// an encrypted one also the key's. Source:
// docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html, "services to queues".
func closedQueue(c *resource.Call, q *store.Object, call serviceCall) string {
	if !call.on("sqs:SendMessage", q.ARN).allowedBy(queuePolicyOf(c, q)) {
		return fmt.Sprintf("the policy of queue %s does not let %s do sqs:SendMessage for %s", q.ARN, call.Service, call.Context["aws:sourcearn"])
	}
	return closedKey(c, q, call)
}

// closedTopic is closedQueue for a topic.
func closedTopic(c *resource.Call, t *store.Object, call serviceCall) string {
	if !call.on("sns:Publish", t.ARN).allowedBy(topicPolicyOf(c, t)) {
		of := call.Context["aws:sourcearn"]
		if of == "" {
			return fmt.Sprintf("the policy of topic %s does not let %s do sns:Publish, whatever for: the service names no source", t.ARN, call.Service)
		}
		return fmt.Sprintf("the policy of topic %s does not let %s do sns:Publish for %s", t.ARN, call.Service, of)
	}
	return closedKey(c, t, call)
}

// closedKey says why a service's call cannot use the key of a queue or topic.
func closedKey(c *resource.Call, of *store.Object, call serviceCall) string {
	id := prop(of, "kmsMasterKeyId")
	switch id {
	case "":
		return ""
	case ownQueueKey, ownTopicKey:
		return fmt.Sprintf("%s is encrypted with %s, which lets no service use it: take a key of the account", of.ARN, id)
	}
	key := lookupKey(c, of.Account, of.Region, id)
	if key == nil || key.State != "" {
		return fmt.Sprintf("the KMS key %s of %s does not exist or cannot be used", id, of.ARN)
	}
	policy := prop(key, "policy")
	if !call.on("kms:GenerateDataKey", key.ARN).allowedBy(policy) || !call.on("kms:Decrypt", key.ARN).allowedBy(policy) {
		return fmt.Sprintf("the policy of the KMS key %s does not let %s do kms:GenerateDataKey and kms:Decrypt", key.ARN, call.Service)
	}
	return ""
}

// checkQueueSubscription holds a subscription of a queue against the queue. SNS itself takes any ARN of the owner's and
// delivers nothing.
func checkQueueSubscription(c *resource.Call, topic *store.Object) error {
	arn := c.In.Str("endpoint")
	refuse := func(why string) error {
		return resource.Faultf("InvalidParameter", "Invalid parameter: Invalid parameter: Endpoint Reason: %s", why)
	}
	q := findQueue(c, arn)
	if q == nil {
		return refuse(fmt.Sprintf("the queue %s does not exist", arn))
	}
	if resource.Props(q.Outputs).Bool("fifoQueue") && !resource.Props(topic.Outputs).Bool("fifoTopic") {
		return refuse("FIFO SQS Queues can not be subscribed to standard SNS topics")
	}
	call := newServiceCall(c, "sns.amazonaws.com", "", "", topic.ARN).with("aws:SourceAccount", topic.Account)
	if why := closedQueue(c, q, call); why != "" {
		return refuse(why)
	}
	return nil
}

// checkUndelivered looks for the queue of a subscription's messages that could not be delivered.
func checkUndelivered(c *resource.Call, topic *store.Object) error {
	text := c.In.Str("redrivePolicy")
	if text == "" {
		return nil
	}
	var r redrive
	why := strictly(text, &r)
	if why == "" {
		q := findQueue(c, r.DeadLetterTargetArn)
		switch {
		case q == nil || q.Region != c.Region || q.Account != c.Account:
			why = fmt.Sprintf("the queue %s does not exist in %s of account %s", r.DeadLetterTargetArn, c.Region, c.Account)
		case resource.Props(q.Outputs).Bool("fifoQueue") != resource.Props(topic.Outputs).Bool("fifoTopic"):
			why = "the dead-letter queue must be of the type of the topic"
		default:
			why = closedQueue(c, q, newServiceCall(c, "sns.amazonaws.com", "", "", topic.ARN).with("aws:SourceAccount", topic.Account))
		}
	}
	if why == "" {
		return nil
	}
	return resource.Faultf("InvalidParameter", "Invalid parameter: RedrivePolicy: %s", why)
}

// checkQueueTarget holds a rule's target, or the queue of what the target did not get, against the queue.
func checkQueueTarget(c *resource.Call, rule *store.Object, arn string, undelivered bool) error {
	q := findQueue(c, arn)
	if q == nil || q.Account != c.Account || q.Region != c.Region {
		return resource.Faultf("ResourceNotFoundException", "The target %s of rule %s does not exist in %s of account %s", arn, rule.ID, c.Region, c.Account)
	}
	fifo, grouped := resource.Props(q.Outputs).Bool("fifoQueue"), c.In.Obj("sqsTarget").Str("messageGroupId") != ""
	switch {
	case undelivered && fifo:
		return resource.Faultf("ValidationException", "The dead-letter queue %s must be a standard queue.", arn)
	case !undelivered && fifo != grouped:
		return resource.Faultf("ValidationException", "Parameter(s) SqsParameters must be specified for, and only for, a target that is a FIFO queue: %s", arn)
	}
	if why := closedQueue(c, q, newServiceCall(c, "events.amazonaws.com", "", "", rule.ARN)); why != "" {
		return resource.Faultf("ValidationException", "The target %s of rule %s would get nothing: %s", arn, rule.ID, why)
	}
	return nil
}

// checkTargetQueues looks at the queues of a target: the target itself and that of what could not be delivered.
func checkTargetQueues(c *resource.Call, rule *store.Object) error {
	if arn := c.In.Str("arn"); strings.HasPrefix(arn, "arn:aws:sqs:") {
		if err := checkQueueTarget(c, rule, arn, false); err != nil {
			return err
		}
	}
	if arn := c.In.Obj("deadLetterConfig").Str("arn"); arn != "" {
		return checkQueueTarget(c, rule, arn, true)
	}
	return nil
}
