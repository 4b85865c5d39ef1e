package messaging

import (
	"encoding/json"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// signatureVersion is the one with SHA256
// (docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html).
const signatureVersion = 2

// addTopic adds a topic and what it sends to. A message that a queue does not take waits
// in the queue's dead-letter queue.
func (m *Messaging) addTopic(ctx *pulumi.Context, cfg config.Topic, child pulumi.ResourceOption) error {
	a, name := m.args, m.name+"-"+cfg.Name
	args := &sns.TopicArgs{
		Name:             pulumi.String(naming.CellTopic(a.Client, cfg.Name, cfg.FIFO)),
		KmsMasterKeyId:   a.KeyARN.ToStringOutput(),
		SignatureVersion: pulumi.Int(signatureVersion),
	}
	if cfg.FIFO {
		args.FifoTopic, args.ContentBasedDeduplication = pulumi.Bool(true), pulumi.Bool(true)
	}
	topic, err := sns.NewTopic(ctx, name, args, child)
	if err != nil {
		return err
	}
	text, err := iampolicy.NewDocument(a.topicPolicy(topicARN(a.Client, a.AccountID, a.Region, cfg))...).JSON()
	if err != nil {
		return err
	}
	policy, err := sns.NewTopicPolicy(ctx, name, &sns.TopicPolicyArgs{Arn: topic.Arn, Policy: pulumi.String(text)}, child)
	if err != nil {
		return err
	}
	// Through the policy, so that nobody publishes before the topic is closed.
	m.TopicARNs[cfg.Name] = policy.Arn
	for _, queue := range cfg.Queues {
		if _, err := sns.NewTopicSubscription(ctx, name+"-"+queue, &sns.TopicSubscriptionArgs{
			Topic:              topic.Arn,
			Protocol:           pulumi.String("sqs"),
			Endpoint:           m.queueARNs[queue],
			RawMessageDelivery: pulumi.Bool(true),
			RedrivePolicy:      pulumi.JSONMarshal(pulumi.Map{"deadLetterTargetArn": m.deadARNs[queue]}),
		}, child, pulumi.DependsOn([]pulumi.Resource{m.closed[queue]})); err != nil {
			return err
		}
	}
	return nil
}

// topicPolicy denies plain HTTP and every principal but the cell's own roles and the
// deployment role. IAM says who of those may publish.
func (a Args) topicPolicy(arn string) []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Deny("DenyPlainHTTP", "sns:Publish").By(iampolicy.ByEveryone()).On(arn).
			If("Bool", "aws:SecureTransport", "false"),
		iampolicy.Deny("DenyOtherPrincipals", "sns:Publish", "sns:Subscribe").By(iampolicy.ByEveryone()).On(arn).
			If("ArnNotLike", "aws:PrincipalArn",
				naming.ARN(a.Region, "iam", "", a.AccountID, "role"+naming.CellRolePath(a.Client)+"*"),
				naming.ARN(a.Region, "iam", "", a.AccountID, "role/"+a.DeployRole)),
	}
}

// pattern is what a rule of EventBridge looks for.
type pattern struct {
	Source     []string `json:"source"`
	DetailType []string `json:"detail-type"`
	Detail     detail   `json:"detail"`
}

type detail struct {
	Bucket named `json:"bucket"`
}

type named struct {
	Name []string `json:"name"`
}

// addBucketEvents announces new objects of the queue's buckets in it. The rule's name is
// fixed, because the queue's policy names it.
func (m *Messaging) addBucketEvents(ctx *pulumi.Context, name string, cfg config.Queue, queue *sqs.Queue, policy *sqs.QueuePolicy, child pulumi.ResourceOption) error {
	if len(cfg.Buckets) == 0 {
		return nil
	}
	var buckets []string
	for _, bucket := range cfg.Buckets {
		buckets = append(buckets, m.args.Buckets[bucket])
	}
	text, err := json.Marshal(pattern{
		Source: []string{"aws.s3"}, DetailType: []string{"Object Created"}, Detail: detail{Bucket: named{Name: buckets}},
	})
	if err != nil {
		return err
	}
	rule, err := cloudwatch.NewEventRule(ctx, name, &cloudwatch.EventRuleArgs{
		Name:         pulumi.String(m.args.rule(cfg)),
		Description:  pulumi.String("New objects of client " + m.args.Client + " for queue " + cfg.Name),
		EventPattern: pulumi.String(text),
	}, child)
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(ctx, name, &cloudwatch.EventTargetArgs{
		Rule: rule.Name,
		Arn:  queue.Arn,
	}, child, pulumi.DependsOn([]pulumi.Resource{policy}))
	return err
}
