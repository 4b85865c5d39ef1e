// Package security builds what looks after one region of an account beyond what its
// baseline detects: reports of personal data and of vulnerabilities, patches, a view of
// AWS Config over all accounts, the administration of an organization of AWS, and
// topics for those who must hear of findings. What watches at all, and the e-mail about
// it, is the baseline's.
package security

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/component"
)

const token = component.TokenPrefix + ":security:Security"

// Security looks after one region of an account.
type Security struct {
	pulumi.ResourceState

	// TopicARNs are the topics that findings are led to, by route, each known once it
	// may be published to.
	TopicARNs map[string]pulumi.StringOutput
	// ReportBucket is the name of the bucket with what Macie and Inspector report.
	ReportBucket pulumi.StringOutput
	// ReportKeyARN is its key.
	ReportKeyARN pulumi.StringOutput

	name    string
	args    Args
	plan    plan
	reports *bucket.Bucket
}

// Outputs returns the topics by route, and where reports are.
func (s *Security) Outputs() pulumi.Map {
	return pulumi.Map{"topicArns": s.topics(), "reportBucket": s.ReportBucket, "reportKeyArn": s.ReportKeyARN}
}

func (s *Security) topics() pulumi.StringMap {
	topics := pulumi.StringMap{}
	for route, arn := range s.TopicARNs {
		topics[route] = arn
	}
	return topics
}

// New builds what args describes. It fails, naming all that is wrong before any
// resource is registered, when a field that must be set is not, a route is given twice
// or breaks a limit of EventBridge, or a value of Config is not one that is known.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Security, error) {
	p, err := args.resolve()
	if err != nil {
		return nil, fmt.Errorf("security %q: %w", name, err)
	}
	s := &Security{name: name, args: args, plan: p, TopicARNs: map[string]pulumi.StringOutput{}}
	return component.Register(ctx, token, name, s, opts, func(child pulumi.ResourceOption) error {
		for _, add := range []func(*pulumi.Context, pulumi.ResourceOption) error{
			s.addReports, s.addMacie, s.addVulnerabilityReport, s.addRoutes, s.addPatching, s.addInventory, s.addAggregation, s.addAdministration,
		} {
			if err := add(ctx, child); err != nil {
				return err
			}
		}
		return nil
	})
}

func after(resources ...pulumi.Resource) pulumi.ResourceOption { return pulumi.DependsOn(resources) }
