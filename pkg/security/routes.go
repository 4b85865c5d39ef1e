package security

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

const (
	eventService = "events.amazonaws.com"
	// maxPattern is the longest event pattern, in characters
	// (docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html).
	maxPattern = 2048
	// maxTitle is the longest name of a topic that subscribers are shown
	// (docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html).
	maxTitle = 100
)

// findings is the pattern of the events that a route leads.
type findings struct {
	Source     []string `json:"source"`
	DetailType []string `json:"detail-type"`
	Detail     struct {
		Findings finding `json:"findings"`
	} `json:"detail"`
}

type finding struct {
	AccountID   []string   `json:"AwsAccountId"`
	ProductARN  []prefix   `json:"ProductArn"`
	RecordState []string   `json:"RecordState"`
	Severity    label      `json:"Severity"`
	Workflow    workStatus `json:"Workflow"`
}

type prefix struct {
	Prefix string `json:"prefix"`
}

type label struct {
	Label []string `json:"Label"`
}

type workStatus struct {
	Status []string `json:"Status"`
}

// pattern returns the pattern of what a route leads: new findings of the account and
// region itself. An administrator's Security Hub holds those of every account, and one
// that gathers regions those of every region, which their own stacks lead.
func (a Args) pattern(route config.FindingRoute) (string, error) {
	if len(route.Severities) == 0 {
		return "", errors.New("no severity is listed, want at least one")
	}
	p := findings{Source: []string{"aws.securityhub"}, DetailType: []string{"Security Hub Findings - Imported"}}
	p.Detail.Findings = finding{
		AccountID:   []string{a.AccountID},
		ProductARN:  []prefix{{strings.TrimSuffix(naming.ARN(a.Region, "securityhub", a.Region, "", ""), ":")}},
		RecordState: []string{"ACTIVE"},
		Severity:    label{slices.Sorted(slices.Values(route.Severities))},
		Workflow:    workStatus{[]string{"NEW"}},
	}
	text, err := json.Marshal(p)
	if err == nil && len(text) > maxPattern {
		err = fmt.Errorf("a pattern of %d characters is too long, want at most %d", len(text), maxPattern)
	}
	return string(text), err
}

// addRoutes adds a topic for each route, and what leads findings there. They arrive as
// the events that they are: chats and pagers know those, and show nothing else.
func (s *Security) addRoutes(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	for _, route := range s.args.Config.RoutesOf(s.args.AccountName) {
		name := s.name + "-" + route.Name
		topic, err := s.addTopic(ctx, name, route, child)
		if err != nil {
			return err
		}
		s.TopicARNs[route.Name] = topic
		rule, err := cloudwatch.NewEventRule(ctx, name, &cloudwatch.EventRuleArgs{
			Description:  pulumi.String("Findings for " + route.Name),
			EventPattern: pulumi.String(s.plan.routes[route.Name]),
		}, child)
		if err != nil {
			return err
		}
		if _, err := cloudwatch.NewEventTarget(ctx, name, &cloudwatch.EventTargetArgs{Rule: rule.Name, Arn: topic}, child); err != nil {
			return err
		}
	}
	return nil
}

// addTopic adds the topic of a route and those who hear of it by e-mail. It returns the
// topic's ARN once events may be published.
func (s *Security) addTopic(ctx *pulumi.Context, name string, route config.FindingRoute, child pulumi.ResourceOption) (pulumi.StringOutput, error) {
	title := fmt.Sprintf("Findings of %s in %s: %s", s.args.AccountName, s.args.Region, route.Name)
	topic, err := sns.NewTopic(ctx, name, &sns.TopicArgs{
		DisplayName:    pulumi.String(title[:min(len(title), maxTitle)]),
		KmsMasterKeyId: pulumi.String(s.args.LogKeyARN),
	}, child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	policy, err := sns.NewTopicPolicy(ctx, name, &sns.TopicPolicyArgs{
		Arn: topic.Arn,
		Policy: topic.Arn.ApplyT(func(arn string) (string, error) {
			return topicPolicy(arn).JSON()
		}).(pulumi.StringOutput),
	}, child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	for _, email := range slices.Sorted(slices.Values(route.Emails)) {
		if _, err := sns.NewTopicSubscription(ctx, name+"-"+email, &sns.TopicSubscriptionArgs{
			Topic:    topic.Arn,
			Protocol: pulumi.String("email"),
			Endpoint: pulumi.String(email),
		}, child); err != nil {
			return pulumi.StringOutput{}, err
		}
	}
	return policy.Arn, nil
}

// topicPolicy lets rules publish, over TLS only. The statement on EventBridge has no
// condition because it must not have one
// (docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html,
// "Amazon SNS permissions"). For subscribers of the account IAM alone decides.
func topicPolicy(topicARN string) iampolicy.Document {
	return iampolicy.NewDocument(
		iampolicy.Deny("DenyPlainHTTP", "sns:Publish").By(iampolicy.ByEveryone()).On(topicARN).
			If("Bool", "aws:SecureTransport", "false"),
		iampolicy.Allow("PublishEvents", "sns:Publish").By(iampolicy.ByService(eventService)).On(topicARN),
	)
}
