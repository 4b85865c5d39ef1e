// Package webacl builds an AWS WAF web ACL with its log, and puts it in front of
// load balancers. What it blocks is what AWS's managed rules know as attacks, and
// addresses that ask too often.
package webacl

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

const token = component.TokenPrefix + ":webacl:WebACL"

// The requests that an address may make in five minutes
// (docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html).
const (
	minRequestLimit = 10
	maxRequestLimit = 2_000_000_000
)

// Args says what web ACL to build.
type Args struct {
	// Description says what the web ACL is in front of.
	Description string
	// AccountID and Region are where it is.
	AccountID, Region string
	// LogName is the end of the log group's name, naming.FirewallLogGroup: unique in the
	// account and region; letters, digits and dashes.
	LogName string
	// LogRetentionDays is how long CloudWatch keeps the log.
	LogRetentionDays int
	// LogKeyARN is the key that encrypts the log. Its policy must let CloudWatch Logs use
	// it for that group.
	LogKeyARN string
	// RequestLimit is how many requests one address may make in five minutes, 10 to
	// 2000000000.
	RequestLimit int
	// Resources are the ARNs of the load balancers that it is in front of, by name. One
	// has at most one web ACL.
	Resources map[string]pulumi.StringInput
}

func (a Args) validate() error {
	var errs []error
	if a.Description == "" || a.AccountID == "" || a.Region == "" || a.LogKeyARN == "" {
		errs = append(errs, errors.New("description, account id, region and log key must be set"))
	}
	if !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(a.LogName) {
		errs = append(errs, fmt.Errorf("log name %q is not valid, want lower-case letters, digits and single dashes", a.LogName))
	}
	if a.LogRetentionDays < 1 {
		errs = append(errs, fmt.Errorf("log retention: %d days is out of range, want 1 or more", a.LogRetentionDays))
	}
	if a.RequestLimit < minRequestLimit || a.RequestLimit > maxRequestLimit {
		errs = append(errs, fmt.Errorf("request limit: %d is out of range, want %d to %d", a.RequestLimit, minRequestLimit, maxRequestLimit))
	}
	for _, name := range slices.Sorted(maps.Keys(a.Resources)) {
		if a.Resources[name] == nil {
			errs = append(errs, fmt.Errorf("resource %s has no arn", name))
		}
	}
	return errors.Join(errs...)
}

// WebACL is one web ACL, its log and its places.
type WebACL struct {
	pulumi.ResourceState

	// ARN is the web ACL's ARN.
	ARN pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the web ACL's ARN.
func (w *WebACL) Outputs() pulumi.Map { return pulumi.Map{"webAclArn": w.ARN} }

// New builds the web ACL that args describes. It fails, naming all that is wrong
// before any resource is registered, when args are invalid.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*WebACL, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("web acl %q: %w", name, err)
	}
	writers, err := args.writers().JSON()
	if err != nil {
		return nil, fmt.Errorf("web acl %q: policy of the log: %w", name, err)
	}
	w := &WebACL{name: name, args: args}
	return component.Register(ctx, token, name, w, opts, func(child pulumi.ResourceOption) error {
		acl, err := wafv2.NewWebAcl(ctx, name, &wafv2.WebAclArgs{
			Description:      pulumi.String(args.Description),
			Scope:            pulumi.String("REGIONAL"),
			DefaultAction:    wafv2.WebAclDefaultActionArgs{Allow: wafv2.WebAclDefaultActionAllowArgs{}},
			Rules:            args.rules(),
			VisibilityConfig: visibility(name),
		}, child)
		if err != nil {
			return err
		}
		w.ARN = acl.Arn
		if err := w.addLog(ctx, writers, child); err != nil {
			return err
		}
		for _, place := range slices.Sorted(maps.Keys(args.Resources)) {
			// A load balancer has one web ACL: deleting the association with the old one
			// after the new one is made would leave it without any.
			if _, err := wafv2.NewWebAclAssociation(ctx, name+"-"+place, &wafv2.WebAclAssociationArgs{
				WebAclArn:   w.ARN,
				ResourceArn: args.Resources[place],
			}, child, pulumi.DeleteBeforeReplace(true)); err != nil {
				return err
			}
		}
		return nil
	})
}

// addLog keeps a record of every request, without what tells who made it: cookies,
// tokens, and the query, in which applications put search terms.
func (w *WebACL) addLog(ctx *pulumi.Context, writers string, child pulumi.ResourceOption) error {
	group, err := cloudwatch.NewLogGroup(ctx, w.name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(naming.FirewallLogGroup(w.args.LogName)),
		KmsKeyId:        pulumi.String(w.args.LogKeyARN),
		RetentionInDays: pulumi.Int(w.args.LogRetentionDays),
	}, child)
	if err != nil {
		return err
	}
	policy, err := cloudwatch.NewLogResourcePolicy(ctx, w.name, &cloudwatch.LogResourcePolicyArgs{
		PolicyName:     pulumi.String(naming.FirewallLogGroup(w.args.LogName)),
		PolicyDocument: pulumi.String(writers),
	}, child)
	if err != nil {
		return err
	}
	// Without the policy, AWS WAF would add one that nobody manages.
	_, err = wafv2.NewWebAclLoggingConfiguration(ctx, w.name, &wafv2.WebAclLoggingConfigurationArgs{
		ResourceArn:           w.ARN,
		LogDestinationConfigs: pulumi.StringArray{group.Arn},
		RedactedFields: wafv2.WebAclLoggingConfigurationRedactedFieldArray{
			redactedHeader("authorization"),
			redactedHeader("cookie"),
			wafv2.WebAclLoggingConfigurationRedactedFieldArgs{QueryString: wafv2.WebAclLoggingConfigurationRedactedFieldQueryStringArgs{}},
		},
	}, child, pulumi.DependsOn([]pulumi.Resource{policy}))
	return err
}

func redactedHeader(name string) wafv2.WebAclLoggingConfigurationRedactedFieldArgs {
	return wafv2.WebAclLoggingConfigurationRedactedFieldArgs{
		SingleHeader: wafv2.WebAclLoggingConfigurationRedactedFieldSingleHeaderArgs{Name: pulumi.String(name)},
	}
}

// writers lets the delivery of logs write to the group, for web ACLs of the account
// and region (docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html).
func (a Args) writers() iampolicy.Document {
	group := naming.ARN(a.Region, "logs", a.Region, a.AccountID, "log-group:"+naming.FirewallLogGroup(a.LogName))
	return iampolicy.NewDocument(
		iampolicy.Allow("WriteRequests", "logs:CreateLogStream", "logs:PutLogEvents").
			By(iampolicy.ByService("delivery.logs.amazonaws.com")).On(group+":*").
			If("StringEquals", "aws:SourceAccount", a.AccountID).
			If("ArnLike", "aws:SourceArn", naming.ARN(a.Region, "logs", a.Region, a.AccountID, "*")),
	)
}

// PutBefore puts a web ACL that is built elsewhere, in the same account and region, in
// front of one more load balancer. It registers no component of its own.
func PutBefore(ctx *pulumi.Context, name, webACLARN string, resourceARN pulumi.StringInput, child pulumi.ResourceOption) error {
	_, err := wafv2.NewWebAclAssociation(ctx, name, &wafv2.WebAclAssociationArgs{WebAclArn: pulumi.String(webACLARN), ResourceArn: resourceARN}, child)
	return err
}
