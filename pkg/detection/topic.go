package detection

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// The services that publish alerts.
const (
	alarmService = "cloudwatch.amazonaws.com"
	eventService = "events.amazonaws.com"

	budgetService   = "budgets.amazonaws.com"
	backupService   = "backup.amazonaws.com"
	databaseService = "events.rds.amazonaws.com"
)

// KeyStatements returns what the policy of Args.KeyARN needs, so that alarms, events and
// what services say of cells can be published to an encrypted topic of the account in the region.
//
// The condition is on the topic, which SNS names to KMS: EventBridge sends KMS
// neither aws:SourceAccount nor aws:SourceArn, and with a condition on them no
// event would arrive
// (docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
func KeyStatements(accountID, region string) []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Allow("UseByAlerts", "kms:Decrypt", "kms:GenerateDataKey*").
			By(iampolicy.ByService(alarmService, eventService, budgetService, backupService, databaseService)).On("*").
			If("ArnLike", "kms:EncryptionContext:aws:sns:topicArn", naming.ARN(region, "sns", region, accountID, "*")),
	}
}

// topicPolicy lets alarms and rules of the account publish, and what tells of its
// databases, budgets and backups, over TLS only. The
// statement on EventBridge has no condition because it must not have one
// (docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html,
// "Amazon SNS permissions"). The account's own principals need no statement: IAM
// alone decides on them.
func (a Args) topicPolicy(topicARN string) iampolicy.Document {
	return iampolicy.NewDocument(
		iampolicy.Deny("DenyPlainHTTP", "sns:Publish").By(iampolicy.ByEveryone()).On(topicARN).
			If("Bool", "aws:SecureTransport", "false"),
		iampolicy.Allow("PublishAlarms", "sns:Publish").By(iampolicy.ByService(alarmService)).On(topicARN).
			If("StringEquals", "aws:SourceAccount", a.AccountID).
			If("ArnLike", "aws:SourceArn", naming.ARN(a.Region, "cloudwatch", a.Region, a.AccountID, "alarm:*")),
		iampolicy.Allow("PublishEvents", "sns:Publish").By(iampolicy.ByService(eventService)).On(topicARN),
		iampolicy.Allow("PublishOfCells", "sns:Publish").By(iampolicy.ByService(budgetService, databaseService)).On(topicARN).
			If("StringEquals", "aws:SourceAccount", a.AccountID),
		// AWS Backup says for no account that it asks
		// (docs.aws.amazon.com/aws-backup/latest/devguide/backup-notifications.html).
		iampolicy.Allow("PublishBackups", "sns:Publish").By(iampolicy.ByService(backupService)).On(topicARN),
	)
}

// addTopic adds the topic, what may publish to it and who hears of it. An address
// is subscribed once its owner has confirmed.
func (d *Detection) addTopic(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	topic, err := sns.NewTopic(ctx, d.name, &sns.TopicArgs{
		DisplayName:    pulumi.String(fmt.Sprintf("Security of %s in %s", d.args.AccountName, d.args.Region)),
		KmsMasterKeyId: d.args.KeyARN.ToStringOutput(),
	}, child)
	if err != nil {
		return err
	}
	policy, err := sns.NewTopicPolicy(ctx, d.name, &sns.TopicPolicyArgs{
		Arn: topic.Arn,
		Policy: topic.Arn.ApplyT(func(arn string) (string, error) {
			return d.args.topicPolicy(arn).JSON()
		}).(pulumi.StringOutput),
	}, child)
	if err != nil {
		return err
	}
	// Through the policy, so that nobody publishes before they may.
	d.TopicARN = policy.Arn
	for _, email := range slices.Sorted(slices.Values(d.args.Config.Alerts.Emails)) {
		if _, err := sns.NewTopicSubscription(ctx, d.name+"-"+email, &sns.TopicSubscriptionArgs{
			Topic:    topic.Arn,
			Protocol: pulumi.String("email"),
			Endpoint: pulumi.String(email),
		}, child); err != nil {
			return err
		}
	}
	return nil
}
