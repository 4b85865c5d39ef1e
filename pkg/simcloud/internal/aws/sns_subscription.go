package aws

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// longestSubscriptionWait is how many minutes the provider waits for a confirmation at most.
const longestSubscriptionWait = 60 * 24

func topicSubscription() *resource.Kind {
	return &resource.Kind{
		Token: tokSubscription, Service: "SNS", Noun: "SNS Topic Subscription", CreateOp: "Subscribe", UpdateOp: "SetSubscriptionAttributes", DeleteOp: "Unsubscribe",
		Upsert: true, // subscribing again answers with the subscription that is there
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"endpoint", "protocol", "topic"}, Why: "together they are the subscription"}},
			JSON:     []string{"deliveryPolicy", "filterPolicy", "redrivePolicy", "replayPolicy"},
			Strings:  []string{"topic"},
			Computed: []string{"filterPolicyScope"},
			Defaults: map[string]any{"confirmationTimeoutInMinutes": float64(1), "endpointAutoConfirms": false, "rawMessageDelivery": false},
			Enums: map[string][]string{
				"protocol":          {"application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs"},
				"filterPolicyScope": {"MessageAttributes", "MessageBody"},
			},
			Ranges: map[string]schema.Range{"confirmationTimeoutInMinutes": {Min: 0, Max: longestSubscriptionWait}},
			Formats: map[string]schema.Format{
				"topic": schema.ARN, "subscriptionRoleArn": schema.ARN, "deliveryPolicy": schema.JSONDocument, "filterPolicy": schema.JSONDocument, "redrivePolicy": schema.JSONDocument,
			},
			Unsimulated: map[string]string{"replayPolicy": "", "subscriptionRoleArn": ""},
		},
		Validate: checkSubscription,
		Identify: func(c *resource.Call) error {
			arn := c.In.Str("topic")
			identity := strings.Join([]string{"subscription", arn, c.In.Str("protocol"), c.In.Str("endpoint")}, "/")
			c.Obj.ARN = arn + ":" + c.UUID("subscription")
			if there, ok := c.Tx.Owner(identity); ok {
				c.Obj.ARN = there.ID
			}
			c.Obj.ID = c.Obj.ARN
			c.Claim(identity)
			return nil
		},
		Apply: applySubscription,
	}
}

// endpointForms are the forms of the endpoints of the protocols, and how SNS refuses others. Source:
// docs.aws.amazon.com/sns/latest/api/API_Subscribe.html.
func endpointForms() map[string][2]string {
	const email = `^[^@\s]+@[^@\s]+\.[^@\s]+$`
	return map[string][2]string{
		"email":       {email, "Email address"},
		"email-json":  {email, "Email address"},
		"http":        {`^http://[^\s/]+`, "Endpoint must match the specified protocol"},
		"https":       {`^https://[^\s/]+`, "Endpoint must match the specified protocol"},
		"sms":         {`^\+?[0-9-]{5,20}$`, "Endpoint Reason: Invalid SMS endpoint"},
		"sqs":         {`^arn:aws:sqs:[a-z0-9-]+:[0-9]{12}:.+$`, "SQS endpoint ARN"},
		"lambda":      {`^arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:.+$`, "Lambda endpoint ARN"},
		"firehose":    {`^arn:aws:firehose:[a-z0-9-]+:[0-9]{12}:deliverystream/.+$`, "Firehose endpoint ARN"},
		"application": {`^arn:aws:sns:[a-z0-9-]+:[0-9]{12}:endpoint/.+$`, "Application endpoint arn invalid"},
	}
}

func checkSubscription(v *resource.Validation) {
	const invalid = "InvalidParameter: Invalid parameter: "
	protocol := v.In.Str("protocol")
	form := endpointForms()[protocol]
	if v.In.Known("protocol") && v.In.Known("endpoint") && !regexp.MustCompile(form[0]).MatchString(v.In.Str("endpoint")) {
		v.Fail("endpoint", "%s%s: %q", invalid, form[1], v.In.Str("endpoint"))
	}
	if v.In.Bool("rawMessageDelivery") && !slices.Contains([]string{"sqs", "http", "https", "firehose", ""}, protocol) {
		v.Fail("rawMessageDelivery", "%sAttributes Reason: Delivery protocol [%s] does not support raw message delivery.", invalid, protocol)
	}
	if text := v.In.Str("filterPolicy"); text != "" {
		var policy map[string]any
		if json.Unmarshal([]byte(text), &policy) != nil {
			v.Fail("filterPolicy", "%sFilterPolicy: Filter policy must be an object", invalid)
		}
	} else if v.In.Has("filterPolicyScope") && !v.In.Has("filterPolicy") {
		v.Fail("filterPolicyScope", "%q: all of `filterPolicy,filterPolicyScope` must be specified", "filterPolicyScope")
	}
	if unconfirmed(protocol) && v.In.Bool("endpointAutoConfirms") && strings.HasPrefix(protocol, "email") {
		v.Fail("endpointAutoConfirms", "an e-mail address does not confirm by itself")
	}
	if strings.HasSuffix(v.In.Str("topic"), ".fifo") && !slices.Contains([]string{"sqs", ""}, protocol) {
		v.Fail("protocol", "%sInvalid protocol type: %s (a FIFO topic delivers to queues only)", invalid, protocol)
	}
}

// unconfirmed says whether the owner of an endpoint has to confirm a subscription.
func unconfirmed(protocol string) bool {
	return slices.Contains([]string{"email", "email-json", "http", "https"}, protocol)
}

func applySubscription(c *resource.Call) error {
	arn := c.In.Str("topic")
	t := findTopic(c, arn)
	if t == nil && !strings.Contains(arn, ":"+c.Region+":"+c.Account+":") {
		t = topicElsewhere(c, arn)
	}
	if t == nil {
		return noTopic(arn)
	}
	if c.In.Str("protocol") == "sqs" {
		if err := checkQueueSubscription(c, t); err != nil {
			return err
		}
	}
	if err := checkUndelivered(c, t); err != nil {
		return err
	}
	scope := ""
	if c.In.Has("filterPolicy") {
		scope = "MessageAttributes"
	}
	c.Default("filterPolicyScope", scope)
	c.Out("ownerId", c.Account)
	c.Out("confirmationWasAuthenticated", !unconfirmed(c.In.Str("protocol")))
	c.Out("pendingConfirmation", unconfirmed(c.In.Str("protocol")) && !c.In.Bool("endpointAutoConfirms"))
	return nil
}

// topicElsewhere is a topic of another account or region: SNS takes subscriptions across both.
func topicElsewhere(c *resource.Call, arn string) *store.Object {
	part := strings.Split(arn, ":")
	if len(part) != 6 || part[2] != "sns" {
		return nil
	}
	return c.Use(store.Key{Type: tokTopic, Account: part[4], Region: part[3], ID: arn})
}
