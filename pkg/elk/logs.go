package elk

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/opensearch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// The log groups that are not the domain's own.
const (
	logsConfigurator = "configurator"
	logsDelivery     = "delivery"
)

// domainLogs are the kinds of log that a domain publishes, by the end of their groups'
// names (docs.aws.amazon.com/opensearch-service/latest/developerguide/createdomain-configure-slow-logs.html).
func domainLogs() map[string]string {
	return map[string]string{
		"audit": "AUDIT_LOGS", "errors": "ES_APPLICATION_LOGS", "slow-indexing": "INDEX_SLOW_LOGS", "slow-search": "SEARCH_SLOW_LOGS",
	}
}

// logGroup returns the name of the log group of a purpose.
func logGroup(purpose string) string {
	return naming.UtilityLogGroup(config.ApplicationELK) + "/" + purpose
}

// publishers lets the domain, and no other, write to the groups of its logs.
func (a Args) publishers(domainARN string) iampolicy.Document {
	var on []string
	for _, purpose := range slices.Sorted(maps.Keys(domainLogs())) {
		group := naming.ARN(a.Region, "logs", a.Region, a.AccountID, "log-group:"+logGroup(purpose))
		on = append(on, group, group+":*")
	}
	return iampolicy.NewDocument(
		iampolicy.Allow("PublishLogs", "logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch").
			By(iampolicy.ByService("es.amazonaws.com")).On(on...).
			If("StringEquals", "aws:SourceAccount", a.AccountID).
			If("ArnLike", "aws:SourceArn", domainARN),
	)
}

// addLogs makes the log groups. A domain is refused that could not write to its own.
func (e *ELK) addLogs(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	e.logs = map[string]*cloudwatch.LogGroup{}
	for _, purpose := range slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(domainLogs())), logsConfigurator, logsDelivery))) {
		group, err := cloudwatch.NewLogGroup(ctx, e.name+"-"+purpose, &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(logGroup(purpose)),
			KmsKeyId:        pulumi.String(e.args.LogKeyARN),
			RetentionInDays: pulumi.Int(e.args.Config.LogRetentionDays),
		}, child)
		if err != nil {
			return err
		}
		e.logs[purpose] = group
	}
	policy, err := cloudwatch.NewLogResourcePolicy(ctx, e.name, &cloudwatch.LogResourcePolicyArgs{
		PolicyName:     pulumi.String(e.plan.domain),
		PolicyDocument: pulumi.String(e.plan.publishers),
	}, child)
	e.writable = policy
	return err
}

// published says which logs the domain writes where.
func (e *ELK) published() opensearch.DomainLogPublishingOptionArray {
	kinds := domainLogs()
	var options opensearch.DomainLogPublishingOptionArray
	for _, purpose := range slices.Sorted(maps.Keys(kinds)) {
		options = append(options, opensearch.DomainLogPublishingOptionArgs{
			LogType:               pulumi.String(kinds[purpose]),
			CloudwatchLogGroupArn: e.logs[purpose].Arn,
			Enabled:               pulumi.Bool(true),
		})
	}
	return options
}
