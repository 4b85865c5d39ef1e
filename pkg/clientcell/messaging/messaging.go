// Package messaging builds a cell's queues and topics: encrypted with the client's key,
// closed to other principals and to plain HTTP, each queue with a dead-letter queue. New
// objects of the cell's buckets are announced in queues by EventBridge.
package messaging

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

const token = component.TokenPrefix + ":clientcell:Messaging"

// Args says what queues and topics to build.
type Args struct {
	// Client is the client's name.
	Client string
	// AccountID and Region are where the cell is.
	AccountID, Region string
	// DeployRole is the name of the role that runs the deployment; the queues' policies
	// must not lock it out.
	DeployRole string
	// Config holds the queues and topics.
	Config config.CellMessaging
	// Buckets are the physical names of the cell's buckets, by name in the configuration.
	Buckets map[string]string
	// KeyARN is the cell's key. Its policy needs KeyStatements.
	KeyARN pulumi.StringInput
}

func (a Args) validate() error {
	var errs []error
	if a.Client == "" || a.AccountID == "" || a.Region == "" || a.DeployRole == "" {
		errs = append(errs, errors.New("client, account id, region and deployment role must be set"))
	}
	if a.KeyARN == nil {
		errs = append(errs, errors.New("key is not set"))
	}
	for _, queue := range a.Config.Queues {
		for _, bucket := range queue.Buckets {
			if a.Buckets[bucket] == "" {
				errs = append(errs, fmt.Errorf("queue %s hears of bucket %s, which the cell does not have", queue.Name, bucket))
			}
		}
	}
	for _, topic := range a.Config.Topics {
		for _, name := range topic.Queues {
			if queue, ok := a.queue(name); !ok || queue.FIFO != topic.FIFO {
				errs = append(errs, fmt.Errorf("topic %s sends to queue %s, which is none of the cell's of the same kind", topic.Name, name))
			}
		}
	}
	return errors.Join(errs...)
}

func (a Args) queue(name string) (config.Queue, bool) {
	i := slices.IndexFunc(a.Config.Queues, func(q config.Queue) bool { return q.Name == name })
	if i < 0 {
		return config.Queue{}, false
	}
	return a.Config.Queues[i], true
}

// Messaging is a cell's queues and topics.
type Messaging struct {
	pulumi.ResourceState

	// QueueURLs are where messages are sent and received, by queue name.
	QueueURLs map[string]pulumi.StringOutput
	// TopicARNs are what is published to, by topic name.
	TopicARNs map[string]pulumi.StringOutput

	name string
	args Args
	// queueARNs and deadARNs are those of the queues and of their dead-letter queues, and
	// closed the policies after which messages may come.
	queueARNs, deadARNs map[string]pulumi.StringOutput
	closed              map[string]pulumi.Resource
}

// Outputs returns the queues' URLs and the topics' ARNs.
func (m *Messaging) Outputs() pulumi.Map {
	queues, topics := pulumi.Map{}, pulumi.Map{}
	for name, url := range m.QueueURLs {
		queues[name] = url
	}
	for name, arn := range m.TopicARNs {
		topics[name] = arn
	}
	return pulumi.Map{"queueUrls": queues, "topicArns": topics}
}

// New builds the queues and topics that args describes. It fails, naming all that is
// wrong before any resource is registered, when args are incomplete, a queue hears of a
// bucket that the cell lacks, or a topic sends to a queue that the cell lacks or that is
// FIFO where the topic is not.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Messaging, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("messaging %q: %w", name, err)
	}
	m := &Messaging{
		name: name, args: args,
		QueueURLs: map[string]pulumi.StringOutput{}, TopicARNs: map[string]pulumi.StringOutput{},
		queueARNs: map[string]pulumi.StringOutput{}, deadARNs: map[string]pulumi.StringOutput{}, closed: map[string]pulumi.Resource{},
	}
	return component.Register(ctx, token, name, m, opts, func(child pulumi.ResourceOption) error {
		for _, queue := range args.Config.Queues {
			if err := m.addQueue(ctx, queue, child); err != nil {
				return err
			}
		}
		for _, topic := range args.Config.Topics {
			if err := m.addTopic(ctx, topic, child); err != nil {
				return err
			}
		}
		return nil
	})
}

const (
	// pollSeconds is how long a receiver waits for a message, the most that SQS allows: no
	// call comes back empty without need
	// (docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html).
	pollSeconds = 20
	// dataKeySeconds is for how long SQS uses a data key again: the default, which keeps
	// the calls to KMS few.
	dataKeySeconds = 300
	// deadSeconds is how long a message that nobody could handle is kept: 14 days, the
	// most that SQS allows.
	deadSeconds = 14 * 24 * 3600
)

// addQueue adds a queue behind its dead-letter queue.
func (m *Messaging) addQueue(ctx *pulumi.Context, cfg config.Queue, child pulumi.ResourceOption) error {
	name, client := m.name+"-"+cfg.Name, m.args.Client
	dead, err := m.addOne(ctx, name+"-dead", cfg, sqs.QueueArgs{
		Name:                    pulumi.String(naming.CellDeadLetterQueue(client, cfg.Name, cfg.FIFO)),
		MessageRetentionSeconds: pulumi.Int(deadSeconds),
	}, child)
	if err != nil {
		return err
	}
	queue, err := m.addOne(ctx, name, cfg, sqs.QueueArgs{
		Name:                     pulumi.String(naming.CellQueue(client, cfg.Name, cfg.FIFO)),
		MessageRetentionSeconds:  pulumi.Int(cfg.RetentionSeconds),
		VisibilityTimeoutSeconds: pulumi.Int(cfg.VisibilitySeconds),
		RedrivePolicy:            redrive(dead.Arn, cfg.MaxReceives),
	}, child)
	if err != nil {
		return err
	}
	// What is dead may go back to the queue that it came from, and nothing else may come in.
	if _, err := sqs.NewRedriveAllowPolicy(ctx, name, &sqs.RedriveAllowPolicyArgs{
		QueueUrl: dead.Url,
		RedriveAllowPolicy: pulumi.JSONMarshal(pulumi.Map{
			"redrivePermission": pulumi.String("byQueue"),
			"sourceQueueArns":   pulumi.StringArray{queue.Arn},
		}),
	}, child); err != nil {
		return err
	}
	policy, err := m.addQueuePolicies(ctx, name, cfg, queue, dead, child)
	if err != nil {
		return err
	}
	m.QueueURLs[cfg.Name], m.queueARNs[cfg.Name], m.deadARNs[cfg.Name], m.closed[cfg.Name] = policy.QueueUrl, queue.Arn, dead.Arn, policy
	return m.addBucketEvents(ctx, name, cfg, queue, policy, child)
}

// redrive returns the policy by which a queue gives up on a message.
func redrive(deadARN pulumi.StringOutput, maxReceives int) pulumi.StringOutput {
	return pulumi.JSONMarshal(pulumi.Map{
		"deadLetterTargetArn": deadARN,
		"maxReceiveCount":     pulumi.Int(maxReceives),
	})
}

func (m *Messaging) addOne(ctx *pulumi.Context, name string, cfg config.Queue, args sqs.QueueArgs, child pulumi.ResourceOption) (*sqs.Queue, error) {
	args.KmsMasterKeyId = m.args.KeyARN.ToStringOutput()
	args.KmsDataKeyReusePeriodSeconds = pulumi.Int(dataKeySeconds)
	args.ReceiveWaitTimeSeconds = pulumi.Int(pollSeconds)
	if cfg.FIFO {
		args.FifoQueue, args.ContentBasedDeduplication = pulumi.Bool(true), pulumi.Bool(true)
	}
	return sqs.NewQueue(ctx, name, &args, child)
}
