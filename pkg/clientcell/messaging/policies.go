package messaging

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

const (
	topicService = "sns.amazonaws.com"
	eventService = "events.amazonaws.com"
)

// KeyStatements returns what the policy of the cell's key needs, so that topics and rules
// can send to encrypted queues and topics of the cell. The condition is on the queue or
// topic, which SQS and SNS name to KMS: EventBridge sends KMS no account of its own.
// They are none without queues and topics.
func KeyStatements(client, accountID, region string, cfg config.CellMessaging) []iampolicy.Statement {
	var queues, topics []string
	for _, q := range cfg.Queues {
		queues = append(queues, queueARN(client, accountID, region, q), deadARN(client, accountID, region, q))
	}
	for _, t := range cfg.Topics {
		topics = append(topics, topicARN(client, accountID, region, t))
	}
	use := func(sid, context string, arns []string) iampolicy.Statement {
		return iampolicy.Allow(sid, "kms:Decrypt", "kms:GenerateDataKey*").By(iampolicy.ByService(topicService, eventService)).On("*").
			If("ArnEquals", "kms:EncryptionContext:"+context, arns...)
	}
	var statements []iampolicy.Statement
	if len(queues) > 0 {
		statements = append(statements, use("UseByQueues", "aws:sqs:arn", queues))
	}
	if len(topics) > 0 {
		statements = append(statements, use("UseByTopics", "aws:sns:topicArn", topics))
	}
	return statements
}

// Grants returns what every service may do: send, receive and look at messages of the
// cell's queues, dead ones included, and publish to its topics.
func Grants(client, accountID, region string, cfg config.CellMessaging) []iampolicy.Statement {
	var queues, topics []string
	for _, q := range cfg.Queues {
		queues = append(queues, queueARN(client, accountID, region, q), deadARN(client, accountID, region, q))
	}
	for _, t := range cfg.Topics {
		topics = append(topics, topicARN(client, accountID, region, t))
	}
	var statements []iampolicy.Statement
	if len(queues) > 0 {
		statements = append(statements, iampolicy.Allow("UseQueues", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage",
			"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage").On(queues...))
	}
	if len(topics) > 0 {
		statements = append(statements, iampolicy.Allow("UseTopics", "sns:Publish").On(topics...))
	}
	return statements
}

func queueARN(client, accountID, region string, q config.Queue) string {
	return naming.ARN(region, "sqs", region, accountID, naming.CellQueue(client, q.Name, q.FIFO))
}

func deadARN(client, accountID, region string, q config.Queue) string {
	return naming.ARN(region, "sqs", region, accountID, naming.CellDeadLetterQueue(client, q.Name, q.FIFO))
}

func topicARN(client, accountID, region string, t config.Topic) string {
	return naming.ARN(region, "sns", region, accountID, naming.CellTopic(client, t.Name, t.FIFO))
}

// ruleARN is the rule of EventBridge that announces new objects in a queue.
func (a Args) ruleARN(q config.Queue) string {
	return naming.ARN(a.Region, "events", a.Region, a.AccountID, "rule/"+a.rule(q))
}

// rule is the name of that rule: the queue's policy must name it before it exists.
func (a Args) rule(q config.Queue) string { return a.Client + "-" + q.Name + "-objects" }

// addQueuePolicies closes a queue and its dead-letter queue, and lets in what the cell's
// own topics and rules send.
func (m *Messaging) addQueuePolicies(ctx *pulumi.Context, name string, cfg config.Queue, queue, dead *sqs.Queue, child pulumi.ResourceOption) (*sqs.QueuePolicy, error) {
	a := m.args
	arn := queueARN(a.Client, a.AccountID, a.Region, cfg)
	senders := a.senders(cfg, arn)
	// A topic leaves in the dead-letter queue what it cannot deliver.
	deadLetters := a.senders(config.Queue{Name: cfg.Name, FIFO: cfg.FIFO}, deadARN(a.Client, a.AccountID, a.Region, cfg))
	if _, err := addPolicy(ctx, name+"-dead", dead, append(a.closed(deadARN(a.Client, a.AccountID, a.Region, cfg)), deadLetters...), child); err != nil {
		return nil, err
	}
	return addPolicy(ctx, name, queue, append(a.closed(arn), senders...), child)
}

func addPolicy(ctx *pulumi.Context, name string, queue *sqs.Queue, statements []iampolicy.Statement, child pulumi.ResourceOption) (*sqs.QueuePolicy, error) {
	text, err := iampolicy.NewDocument(statements...).JSON()
	if err != nil {
		return nil, err
	}
	return sqs.NewQueuePolicy(ctx, name, &sqs.QueuePolicyArgs{QueueUrl: queue.Url, Policy: pulumi.String(text)}, child)
}

// closed denies plain HTTP, and every principal but the cell's own roles, the deployment
// role and AWS services: it holds even where another cell's IAM policy is too wide.
func (a Args) closed(arn string) []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Deny("DenyPlainHTTP", "sqs:*").By(iampolicy.ByEveryone()).On(arn).
			If("Bool", "aws:SecureTransport", "false"),
		iampolicy.Deny("DenyOtherPrincipals", "sqs:*").By(iampolicy.ByEveryone()).On(arn).
			If("ArnNotLike", "aws:PrincipalArn",
				naming.ARN(a.Region, "iam", "", a.AccountID, "role"+naming.CellRolePath(a.Client)+"*"),
				naming.ARN(a.Region, "iam", "", a.AccountID, "role/"+a.DeployRole)).
			If("Bool", "aws:PrincipalIsAWSService", "false"),
	}
}

// senders lets the topics that name a queue, and the rule of its buckets, send to it.
func (a Args) senders(q config.Queue, arn string) []iampolicy.Statement {
	var topics []string
	for _, t := range a.Config.Topics {
		for _, name := range t.Queues {
			if name == q.Name {
				topics = append(topics, topicARN(a.Client, a.AccountID, a.Region, t))
			}
		}
	}
	var statements []iampolicy.Statement
	if len(topics) > 0 {
		statements = append(statements, iampolicy.Allow("SendByTopics", "sqs:SendMessage").By(iampolicy.ByService(topicService)).On(arn).
			If("ArnEquals", "aws:SourceArn", topics...))
	}
	if len(q.Buckets) > 0 {
		statements = append(statements, iampolicy.Allow("SendByRule", "sqs:SendMessage").By(iampolicy.ByService(eventService)).On(arn).
			If("ArnEquals", "aws:SourceArn", a.ruleARN(q)))
	}
	return statements
}
