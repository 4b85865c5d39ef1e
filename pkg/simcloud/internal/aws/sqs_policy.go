package aws

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// sqsPolicy is the policy of a queue. Its size:
// docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html.
func sqsPolicy() policyKind {
	return policyKind{Size: 8192, Spaces: true, Principal: true, Resource: true, Actions: "sqs", WrongAction: outOfScope,
		Malformed: "InvalidAttributeValue: Invalid value for the parameter Policy", TooLarge: "InvalidAttributeValue: Invalid value for the parameter Policy. Reason: Policy exceeds 8192 bytes"}
}

// needQueue fails when there is no queue of the URL that a property names.
func needQueue(c *resource.Call) error {
	url := c.In.Str("queueUrl")
	if c.Regional(tokQueue, url) != nil {
		return nil
	}
	return resource.Faultf("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist. (%s)", url)
}

// queuePart is what the attributes of a queue that are resources of their own have in common.
func queuePart(token, noun, property string) *resource.Kind {
	return &resource.Kind{
		Token: token, Service: "SQS", Noun: noun, CreateOp: "SetQueueAttributes", UpdateOp: "SetQueueAttributes", DeleteOp: "SetQueueAttributes",
		Upsert: true, // it takes the place of what the queue has
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"queueUrl"}, Why: "it is the queue's"}},
			JSON:     []string{property},
			Strings:  []string{property},
			Formats:  map[string]schema.Format{property: schema.JSONDocument},
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("queueUrl"); return nil },
	}
}

func queuePolicy() *resource.Kind {
	k := queuePart(tokQueuePolicy, "SQS Queue Policy", "policy")
	k.Validate = func(v *resource.Validation) {
		checkPolicy(v, "policy", sqsPolicy())
		part := strings.Split(v.In.Str("queueUrl"), "/")
		statements, err := parsePolicy(v.In.Str("policy"))
		if err != nil || len(part) != 5 {
			return // checkPolicy has refused it, or the queue is not made yet
		}
		arn := fmt.Sprintf("arn:aws:sqs:%s:%s:%s", v.Region, part[3], part[4])
		for i, s := range statements {
			for _, r := range slices.Concat(s.Resource, s.NotResource) {
				if !wildcard(r, arn) {
					v.Warn("policy", "SQS keeps a statement about another resource, and it says nothing: %q is not %s (statement %d)", r, arn, i)
				}
			}
		}
	}
	k.Apply = func(c *resource.Call) error {
		if err := needQueue(c); err != nil {
			return err
		}
		return checkPrincipals(c, c.In.Str("policy"), "InvalidAttributeValue", "Invalid value for the parameter Policy")
	}
	return k
}

func redriveAllowPolicy() *resource.Kind {
	k := queuePart(tokRedriveAllow, "SQS Queue Redrive Allow Policy", "redriveAllowPolicy")
	k.Validate = checkRedriveAllow
	k.Apply = needQueue
	return k
}

// redriveAllow is which queues may use a queue for what they cannot work on.
type redriveAllow struct {
	RedrivePermission string
	SourceQueueArns   []string
}

// mostSources is how many queues a redrive allow policy names. Source:
// docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html.
const mostSources = 10

func checkRedriveAllow(v *resource.Validation) {
	text := v.In.Str("redriveAllowPolicy")
	if text == "" {
		return
	}
	var r redriveAllow
	problem := strictly(text, &r)
	switch {
	case problem != "":
	case !slices.Contains([]string{"allowAll", "denyAll", "byQueue"}, r.RedrivePermission):
		problem = fmt.Sprintf("Invalid value for redrivePermission: %q, valid values are allowAll, denyAll and byQueue.", r.RedrivePermission)
	case (r.RedrivePermission == "byQueue") != (len(r.SourceQueueArns) > 0):
		problem = "sourceQueueArns is for, and needed with, the redrivePermission byQueue."
	case len(r.SourceQueueArns) > mostSources:
		problem = fmt.Sprintf("sourceQueueArns can have at most %d queues, got %d; use allowAll.", mostSources, len(r.SourceQueueArns))
	}
	for _, arn := range r.SourceQueueArns {
		if problem == "" && !strings.HasPrefix(arn, "arn:aws:sqs:") {
			problem = fmt.Sprintf("Invalid value for sourceQueueArns: %q is not the ARN of a queue.", arn)
		}
	}
	if problem != "" {
		v.Fail("redriveAllowPolicy", "InvalidParameterValue: Value %s for parameter RedriveAllowPolicy is invalid. Reason: %s", text, problem)
	}
}

// redriveAllowed says whether the called queue may use another for what it cannot work on.
func redriveAllowed(c *resource.Call, target *store.Object) bool {
	text := prop(target, "redriveAllowPolicy")
	if o := c.Find(store.Key{Type: tokRedriveAllow, Account: target.Account, Region: target.Region, ID: target.ID}); o != nil {
		text = prop(o, "redriveAllowPolicy")
	}
	if text == "" {
		return true
	}
	var r redriveAllow
	if strictly(text, &r) != "" {
		return false
	}
	return r.RedrivePermission == "allowAll" || r.RedrivePermission == "byQueue" && slices.Contains(r.SourceQueueArns, c.Obj.ARN)
}

// queuePolicyOf is the text of a queue's policy; empty when it has none.
func queuePolicyOf(c *resource.Call, q *store.Object) string {
	if o := c.Find(store.Key{Type: tokQueuePolicy, Account: q.Account, Region: q.Region, ID: q.ID}); o != nil {
		return prop(o, "policy")
	}
	return prop(q, "policy")
}
