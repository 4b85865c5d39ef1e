package aws

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// queue is of docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html.
func queue() *resource.Kind {
	return &resource.Kind{
		Token: tokQueue, Service: "SQS", Noun: "SQS Queue", CreateOp: "CreateQueue", UpdateOp: "SetQueueAttributes", DeleteOp: "DeleteQueue",
		Upsert: true, // CreateQueue answers with the queue that has the name, when its attributes are the same
		Naming: &resource.Naming{Property: "name", Max: 80, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name", "namePrefix", "fifoQueue"}, Why: "the name, which says whether it is FIFO, is the queue's URL"}},
			JSON:     []string{"policy", "redrivePolicy", "redriveAllowPolicy"},
			Computed: []string{"deduplicationScope", "fifoThroughputLimit", "kmsDataKeyReusePeriodSeconds", "policy", "redrivePolicy", "redriveAllowPolicy", "sqsManagedSseEnabled"},
			Defaults: map[string]any{
				"contentBasedDeduplication": false, "fifoQueue": false, "delaySeconds": float64(0), "maxMessageSize": float64(262144),
				"messageRetentionSeconds": float64(345600), "receiveWaitTimeSeconds": float64(0), "visibilityTimeoutSeconds": float64(30),
			},
			Enums: map[string][]string{"deduplicationScope": {"messageGroup", "queue"}, "fifoThroughputLimit": {"perQueue", "perMessageGroupId"}},
			Ranges: map[string]schema.Range{
				"delaySeconds": {Min: 0, Max: 900}, "kmsDataKeyReusePeriodSeconds": {Min: 60, Max: 86400}, "maxMessageSize": {Min: 1024, Max: 262144},
				"messageRetentionSeconds": {Min: 60, Max: 1209600}, "receiveWaitTimeSeconds": {Min: 0, Max: 20}, "visibilityTimeoutSeconds": {Min: 0, Max: 43200},
			},
			Formats:     map[string]schema.Format{"policy": schema.JSONDocument, "redrivePolicy": schema.JSONDocument, "redriveAllowPolicy": schema.JSONDocument},
			Conflicts:   [][]string{{"kmsMasterKeyId", "sqsManagedSseEnabled"}},
			Unsimulated: map[string]string{"namePrefix": ""},
		},
		Validate: checkQueue,
		Identify: identifyQueue,
		Apply:    applyQueue,
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokQueuePolicy))
			for _, k := range c.Users(tokRedriveAllow) { // also those of dead-letter queues that name this one, which stay
				if prop(c.Tx.Get(k), "queueUrl") == c.Obj.ID {
					c.Tx.Delete(k)
				}
			}
			return nil
		},
	}
}

func checkQueue(v *resource.Validation) {
	fifo := v.In.Bool("fifoQueue")
	pattern := `^[0-9A-Za-z_-]{1,80}$`
	if fifo {
		pattern = `^[0-9A-Za-z_-]{1,75}\.fifo$`
	}
	if v.In.Known("name") && !regexp.MustCompile(pattern).MatchString(v.In.Str("name")) {
		v.Fail("name", "invalid queue name: %s (letters, digits, hyphens and underscores, 80 at most; a FIFO queue's ends with .fifo, no other's does)", v.In.Str("name"))
	}
	if !fifo && v.In.Bool("contentBasedDeduplication") {
		v.Fail("contentBasedDeduplication", "content-based deduplication can only be set for FIFO queue")
	}
	for property, attribute := range map[string]string{"deduplicationScope": "DeduplicationScope", "fifoThroughputLimit": "FifoThroughputLimit"} {
		if !fifo && v.In.Has(property) {
			v.Fail(property, "InvalidAttributeName: Unknown Attribute %s. (it is for FIFO queues)", attribute)
		}
	}
	if v.In.Str("fifoThroughputLimit") == "perMessageGroupId" && v.In.Str("deduplicationScope") != "messageGroup" && !unknown(v.In, "deduplicationScope") {
		v.Fail("fifoThroughputLimit", "InvalidAttributeValue: Invalid value for the parameter FifoThroughputLimit. Reason: perMessageGroupId is allowed only when DeduplicationScope is messageGroup.")
	}
	checkPolicy(v, "policy", sqsPolicy())
	checkRedrive(v)
	checkRedriveAllow(v)
}

// redrive is where a queue's messages go that nobody manages to work on.
type redrive struct {
	DeadLetterTargetArn string
	MaxReceiveCount     json.RawMessage
}

// checkRedrive holds the form of a redrive policy. A count in quotes is taken by SQS and given back without them: the
// provider waits until it gives up.
func checkRedrive(v *resource.Validation) {
	text := v.In.Str("redrivePolicy")
	if text == "" {
		return
	}
	var r redrive
	if problem := strictly(text, &r); problem != "" {
		v.Fail("redrivePolicy", "InvalidParameterValue: Value %s for parameter RedrivePolicy is invalid. Reason: %s", text, problem)
		return
	}
	var count int
	if err := json.Unmarshal(r.MaxReceiveCount, &count); err != nil || count < 1 || count > 1000 {
		v.Fail("redrivePolicy", "InvalidParameterValue: Value %s for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount: %s, valid values are from 1 to 1000 both inclusive, as a number.", text, r.MaxReceiveCount)
	}
	if !strings.HasPrefix(r.DeadLetterTargetArn, "arn:aws:sqs:") {
		v.Fail("redrivePolicy", "InvalidParameterValue: Value %s for parameter RedrivePolicy is invalid. Reason: Invalid value for deadLetterTargetArn.", text)
	}
}

// strictly decodes a JSON object and says what is wrong with it; fields that out does not have are wrong.
func strictly(text string, out any) string {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(out); err != nil {
		return "Amazon SQS can't create the redrive policy, as it's in an unsupported format: " + err.Error()
	}
	return ""
}

func queueURL(region, account, name string) string {
	return fmt.Sprintf("https://sqs.%s.amazonaws.com/%s/%s", region, account, name)
}

// comparedAttributes are those of a queue that CreateQueue compares with those of the queue that has the name.
func comparedAttributes() []string {
	return []string{
		"contentBasedDeduplication", "deduplicationScope", "delaySeconds", "fifoQueue", "fifoThroughputLimit", "kmsDataKeyReusePeriodSeconds", "kmsMasterKeyId",
		"maxMessageSize", "messageRetentionSeconds", "policy", "receiveWaitTimeSeconds", "redrivePolicy", "redriveAllowPolicy", "sqsManagedSseEnabled", "visibilityTimeoutSeconds",
	}
}

func identifyQueue(c *resource.Call) error {
	name := c.In.Str("name")
	c.Obj.ID = queueURL(c.Region, c.Account, name)
	c.Obj.ARN = fmt.Sprintf("arn:aws:sqs:%s:%s:%s", c.Region, c.Account, name)
	c.Out("url", c.Obj.ID)
	there := c.Tx.Get(c.Obj.Key)
	if there == nil {
		return nil
	}
	for _, attribute := range comparedAttributes() {
		if c.In.Has(attribute) && !sameValue(c.In[attribute], there.Outputs[attribute]) {
			return resource.Faultf("QueueNameExists", "A queue already exists with the same name and a different value for attribute %s", strings.ToUpper(attribute[:1])+attribute[1:])
		}
	}
	return nil
}

func applyQueue(c *resource.Call) error {
	if id := c.In.Str("kmsMasterKeyId"); id != "" && id != ownQueueKey {
		if _, err := needKey(c, id); err != nil {
			return resource.Faultf("KMS.NotFoundException", "the KMS key %s does not exist or cannot be used", id)
		}
	}
	// SQS encrypts with a key of its own unless it is told otherwise.
	c.Out("sqsManagedSseEnabled", c.In.Str("kmsMasterKeyId") == "" && (!c.In.Has("sqsManagedSseEnabled") || c.In.Bool("sqsManagedSseEnabled")))
	c.Default("kmsDataKeyReusePeriodSeconds", 300)
	c.Default("policy", "")
	c.Default("redrivePolicy", "")
	c.Default("redriveAllowPolicy", "")
	scope, limit := "", ""
	if c.In.Bool("fifoQueue") {
		scope, limit = "queue", "perQueue"
	}
	c.Default("deduplicationScope", scope)
	c.Default("fifoThroughputLimit", limit)
	if err := checkPrincipals(c, c.In.Str("policy"), "InvalidAttributeValue", "Invalid value for the parameter Policy"); err != nil {
		return err
	}
	return checkDeadLetters(c)
}

// checkDeadLetters looks for the queue of a redrive policy.
func checkDeadLetters(c *resource.Call) error {
	text := c.In.Str("redrivePolicy")
	if text == "" {
		return nil
	}
	var r redrive
	if problem := strictly(text, &r); problem != "" {
		return resource.Faultf("InvalidParameterValue", "Value %s for parameter RedrivePolicy is invalid. Reason: %s", text, problem)
	}
	refuse := func(reason string) error {
		return resource.Faultf("InvalidParameterValue", "Value %s for parameter RedrivePolicy is invalid. Reason: %s", text, reason)
	}
	part := strings.Split(r.DeadLetterTargetArn, ":")
	if len(part) != 6 || part[3] != c.Region || part[4] != c.Account {
		return refuse("Dead letter target must be in the account and region of the queue.")
	}
	target := findQueue(c, r.DeadLetterTargetArn)
	switch {
	case target == nil:
		return refuse("Dead letter target does not exist.")
	case resource.Props(target.Outputs).Bool("fifoQueue") != c.In.Bool("fifoQueue"):
		return refuse("Dead-letter queue must be same type of queue as the source.")
	case !redriveAllowed(c, target):
		return refuse("the redrive allow policy of " + target.ARN + " does not let " + c.Obj.ARN + " use it.")
	}
	return nil
}

// findQueue is the queue that an ARN names, in any account and region, or nil.
func findQueue(c *resource.Call, arn string) *store.Object {
	part := strings.Split(arn, ":")
	if len(part) != 6 || part[2] != "sqs" {
		return nil
	}
	return c.Use(store.Key{Type: tokQueue, Account: part[4], Region: part[3], ID: queueURL(part[3], part[4], part[5])})
}
