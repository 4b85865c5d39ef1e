package database

import (
	"encoding/json"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// What RDS calls its events, and the categories that operators are told of
// (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html and, for
// clusters, AuroraUserGuide/USER_Events.Messages.html).
const (
	instanceEvent = "RDS DB Instance Event"
	clusterEvent  = "RDS DB Cluster Event"
)

func instanceCategories() []string {
	return []string{"availability", "configuration change", "deletion", "failover", "failure", "low storage", "maintenance", "notification", "recovery"}
}

func clusterCategories() []string {
	return []string{"failover", "failure", "maintenance", "notification"}
}

// pattern is what a rule of EventBridge looks for
// (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-cloudwatch-events.sample.html).
type pattern struct {
	Source     []string `json:"source"`
	DetailType []string `json:"detail-type"`
	Detail     detail   `json:"detail"`
}

// detail is one of these, or any of several.
type detail struct {
	*happening
	Any []happening `json:"$or,omitempty"`
}

// happening is something of one of the categories that happens to one of the sources.
type happening struct {
	Sources    []string `json:"SourceArn"`
	Categories []string `json:"EventCategories"`
}

// pattern matches what happens to the instances and, of an Aurora cluster, to the cluster.
// ids are those of the instances.
func (a Args) pattern(ids []string) (string, error) {
	arn := func(what string) string { return naming.ARN(a.Region, "rds", a.Region, a.AccountID, what) }
	instances := happening{Categories: instanceCategories()}
	for _, id := range ids {
		instances.Sources = append(instances.Sources, arn("db:"+id))
	}
	p := pattern{Source: []string{"aws.rds"}, DetailType: []string{instanceEvent}, Detail: detail{happening: &instances}}
	if a.Config.Engine == config.EngineAurora {
		cluster := happening{Sources: []string{arn("cluster:" + naming.CellDatabase(a.Client))}, Categories: clusterCategories()}
		p.DetailType, p.Detail = []string{clusterEvent, instanceEvent}, detail{Any: []happening{cluster, instances}}
	}
	text, err := json.Marshal(p)
	return string(text), err
}

// addEvents tells the account's operators of failures, failovers and full disks. That is
// what FSBP RDS.19 and RDS.20 want of subscriptions of RDS, of which an account takes too
// few for its cells; without any, both pass.
//
// The rule needs nothing to exist but the topic: it is there when something happens to a
// database that is still being made.
func (d *Database) addEvents() error {
	text, err := d.args.pattern(d.Identifiers)
	if err != nil {
		return err
	}
	rule, err := cloudwatch.NewEventRule(d.ctx, d.name, &cloudwatch.EventRuleArgs{
		Name:         pulumi.String(naming.CellDatabaseEvents(d.args.Client)),
		Description:  pulumi.String("Events of the database of client " + d.args.Client),
		EventPattern: pulumi.String(text),
	}, d.child)
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(d.ctx, d.name, &cloudwatch.EventTargetArgs{
		Rule: rule.Name,
		Arn:  pulumi.String(d.args.AlertTopicARN),
		InputTransformer: cloudwatch.EventTargetInputTransformerArgs{
			InputPaths: pulumi.ToStringMap(map[string]string{
				"source": "$.detail.SourceIdentifier", "message": "$.detail.Message", "id": "$.detail.EventID",
				"account": "$.account", "region": "$.region", "time": "$.time",
			}),
			InputTemplate: pulumi.String(`"Database <source> of client ` + d.args.Client + `, account <account>, <region>, at <time>: <message> (<id>)"`),
		},
	}, d.child)
	return err
}
