package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func topicDefaultPolicy(c *resource.Call) string {
	return fmt.Sprintf(`{"Id":"__default_policy_ID","Statement":[{"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],`+
		`"Condition":{"StringEquals":{"AWS:SourceOwner":"%s"}},"Effect":"Allow","Principal":{"AWS":"*"},"Resource":"%s","Sid":"__default_statement_ID"}],"Version":"2008-10-17"}`, c.Account, c.Obj.ARN)
}

func topic() *resource.Kind {
	unsimulated := map[string]string{"namePrefix": "", "archivePolicy": ""}
	for _, protocol := range []string{"application", "firehose", "http", "lambda", "sqs"} {
		for _, what := range []string{"FailureFeedbackRoleArn", "SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate"} {
			unsimulated[protocol+what] = ""
		}
	}
	return &resource.Kind{
		Token: tokTopic, Service: "SNS", Noun: "SNS Topic", CreateOp: "CreateTopic", UpdateOp: "SetTopicAttributes", DeleteOp: "DeleteTopic",
		Upsert: true, // CreateTopic answers with the topic that has the name, when its attributes are the same
		Naming: &resource.Naming{Property: "name", Max: 256, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"name", "namePrefix", "fifoTopic"}, Why: "the name, which says whether it is FIFO, is the topic's ARN"}},
			JSON:        []string{"policy", "deliveryPolicy"},
			Computed:    []string{"policy", "signatureVersion", "tracingConfig", "fifoThroughputScope"},
			Defaults:    map[string]any{"fifoTopic": false, "contentBasedDeduplication": false},
			Enums:       map[string][]string{"fifoThroughputScope": {"Topic", "MessageGroup"}},
			Ranges:      map[string]schema.Range{"signatureVersion": {Min: 1, Max: 2}},
			Lengths:     map[string]schema.Range{"displayName": {Min: 0, Max: 100}},
			Formats:     map[string]schema.Format{"deliveryPolicy": schema.JSONDocument, "policy": schema.JSONDocument},
			Unsimulated: unsimulated,
		},
		Validate: func(v *resource.Validation) {
			checkTopicName(v)
			checkPolicy(v, "policy", snsPolicy())
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ARN = fmt.Sprintf("arn:aws:sns:%s:%s:%s", c.Region, c.Account, c.In.Str("name"))
			c.Obj.ID = c.Obj.ARN
			there := c.Tx.Get(c.Obj.Key)
			if there == nil && inRegion(c) >= c.Limits["topics per region"] {
				return resource.Faultf("TopicLimitExceeded", "Topic limit exceeded")
			}
			if there != nil && !sameTopic(there.Inputs, c.In) {
				return resource.Faultf("InvalidParameter", "Invalid parameter: Attributes Reason: Topic already exists with different attributes")
			}
			return nil
		},
		Apply: applyTopic,
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokTopicPolicy, tokSubscription))
			return nil
		},
	}
}

// sameTopic says whether two topics have the attributes that CreateTopic compares.
func sameTopic(a, b resource.Props) bool {
	for _, name := range []string{"displayName", "kmsMasterKeyId", "deliveryPolicy"} {
		if a.Str(name) != b.Str(name) {
			return false
		}
	}
	return a.Bool("fifoTopic") == b.Bool("fifoTopic") && a.Bool("contentBasedDeduplication") == b.Bool("contentBasedDeduplication")
}

// checkTopicName follows docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html.
func checkTopicName(v *resource.Validation) {
	fifo := v.In.Bool("fifoTopic")
	pattern := `^[0-9A-Za-z_-]{1,256}$`
	if fifo {
		pattern = `^[0-9A-Za-z_-]{1,250}\.fifo$`
	}
	if v.In.Known("name") && !regexp.MustCompile(pattern).MatchString(v.In.Str("name")) {
		v.Fail("name", "invalid topic name: %s (letters, digits, hyphens and underscores, 256 at most; a FIFO topic's ends with .fifo, no other's does)", v.In.Str("name"))
	}
	if !fifo && v.In.Bool("contentBasedDeduplication") {
		v.Fail("contentBasedDeduplication", "content-based deduplication can only be set for FIFO topics")
	}
	if !fifo && v.In.Has("fifoThroughputScope") {
		v.Fail("fifoThroughputScope", "InvalidParameter: Invalid parameter: Attributes Reason: FifoThroughputScope is only for FIFO topics")
	}
}

func applyTopic(c *resource.Call) error {
	if id := c.In.Str("kmsMasterKeyId"); id != "" && id != "alias/aws/sns" {
		if _, err := needKey(c, id); err != nil {
			return resource.Faultf("InvalidParameter", "Invalid parameter: Attributes Reason: the KMS key %s does not exist or cannot be used", id)
		}
	}
	c.Out("owner", c.Account)
	c.Out("beginningArchiveTime", "")
	c.Default("signatureVersion", 0)
	c.Default("tracingConfig", "")
	c.Default("fifoThroughputScope", "")
	c.Default("policy", topicDefaultPolicy(c))
	return checkPrincipals(c, c.In.Str("policy"), "InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound")
}

// findTopic is the topic of the caller's account and region that an ARN names, or nil.
func findTopic(c *resource.Call, arn string) *store.Object { return c.Regional(tokTopic, arn) }

// topicPolicyOf is the text of a topic's policy.
func topicPolicyOf(c *resource.Call, topic *store.Object) string {
	if o := c.Find(store.Key{Type: tokTopicPolicy, Account: topic.Account, Region: topic.Region, ID: topic.ID}); o != nil {
		return prop(o, "policy")
	}
	return prop(topic, "policy")
}

// topicActions are the actions that a topic's policy may name. Source:
// docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html.
func topicActions() []string {
	return []string{
		"sns:addpermission", "sns:deletetopic", "sns:getdataprotectionpolicy", "sns:gettopicattributes", "sns:listsubscriptionsbytopic", "sns:listtagsforresource",
		"sns:publish", "sns:putdataprotectionpolicy", "sns:receive", "sns:removepermission", "sns:settopicattributes", "sns:subscribe",
	}
}

// snsPolicy is the policy of a topic. Its size: docs.aws.amazon.com/general/latest/gr/sns.html, "Topic policy size".
func snsPolicy() policyKind {
	return policyKind{Size: 30720, Spaces: true, Principal: true, Resource: true, Actions: "sns", WrongAction: outOfScope,
		Malformed: "InvalidParameter: Invalid parameter: Policy", TooLarge: "InvalidParameter: Invalid parameter: Policy Reason: Policy exceeds 30720 bytes"}
}

const outOfScope = "Policy statement action out of service scope!"

func topicPolicy() *resource.Kind {
	return &resource.Kind{
		Token: tokTopicPolicy, Service: "SNS", Noun: "SNS Topic Policy", CreateOp: "SetTopicAttributes", UpdateOp: "SetTopicAttributes", DeleteOp: "SetTopicAttributes",
		Upsert: true, // it takes the place of the policy that the topic has
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"arn"}, Why: "it is the topic's"}},
			JSON:     []string{"policy"},
			Strings:  []string{"policy"},
			Formats:  map[string]schema.Format{"arn": schema.ARN, "policy": schema.JSONDocument},
		},
		Validate: func(v *resource.Validation) {
			checkPolicy(v, "policy", snsPolicy())
			statements, _ := parsePolicy(v.In.Str("policy")) // checkPolicy has refused what cannot be read
			for i, s := range statements {
				for _, a := range slices.Concat(s.Action, s.NotAction) {
					if !slices.Contains(topicActions(), strings.ToLower(a)) {
						v.Fail("policy", "InvalidParameter: Invalid parameter: %s %q (statement %d)", outOfScope, a, i)
					}
				}
			}
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("arn"); return nil },
		Apply: func(c *resource.Call) error {
			t := findTopic(c, c.In.Str("arn"))
			if t == nil {
				return noTopic(c.In.Str("arn"))
			}
			statements, _ := parsePolicy(c.In.Str("policy")) // Check has refused what cannot be read
			for _, s := range statements {
				for _, r := range slices.Concat(s.Resource, s.NotResource) {
					if !wildcard(r, t.ARN) {
						return resource.Faultf("InvalidParameter", "Invalid parameter: Policy statement resource out of service scope! %q is not %s", r, t.ARN)
					}
				}
			}
			c.Out("owner", c.Account)
			return checkPrincipals(c, c.In.Str("policy"), "InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound")
		},
	}
}

func noTopic(arn string) error {
	return &resource.Fault{Code: "NotFound", Message: fmt.Sprintf("Topic does not exist (%s)", arn), Status: 404}
}
