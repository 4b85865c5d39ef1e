package detection

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// databaseEvents are the categories of RDS's events that people are told of, by type of
// source: those that FSBP RDS.19 to RDS.22 want, and what else needs somebody to look
// (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html and, for
// clusters, AuroraUserGuide/USER_Events.Messages.html).
func databaseEvents() map[string][]string {
	return map[string][]string{
		"db-cluster": {"failover", "failure", "maintenance", "notification"},
		"db-instance": {
			"availability", "configuration change", "deletion", "failover", "failure", "low storage", "maintenance", "notification", "recovery",
		},
		"db-parameter-group": {"configuration change"},
		"db-security-group":  {"configuration change", "failure"},
	}
}

// addDatabases tells of what happens to every database of the account in the region, those
// of cells that do not exist yet included. A subscription without sources has them all: an
// account takes 20 in a region, which one for each cell would soon be.
func (d *Detection) addDatabases(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	events := databaseEvents()
	for _, source := range slices.Sorted(maps.Keys(events)) {
		if _, err := rds.NewEventSubscription(ctx, d.name+"-"+source, &rds.EventSubscriptionArgs{
			SnsTopic:        d.TopicARN,
			SourceType:      pulumi.String(source),
			Enabled:         pulumi.Bool(true),
			EventCategories: pulumi.ToStringArray(events[source]),
		}, child); err != nil {
			return err
		}
	}
	return nil
}
