package aws

import (
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// logsPolicy is a resource policy of CloudWatch Logs. Its size:
// docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html.
func logsPolicy() policyKind {
	return policyKind{Size: 5120, Spaces: true, Principal: true, Resource: true, Actions: "logs", WrongAction: "Policy statement contains actions of another service",
		Malformed: "InvalidParameterException", TooLarge: "LimitExceededException: Resource policy document length exceeded 5120"}
}

func logResourcePolicy() *resource.Kind {
	return &resource.Kind{
		Token: tokLogPolicy, Service: "CloudWatch Logs", Noun: "CloudWatch Logs Resource Policy", CreateOp: "PutResourcePolicy", UpdateOp: "PutResourcePolicy", DeleteOp: "DeleteResourcePolicy",
		Upsert: true, // PutResourcePolicy changes the policy that has the name
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"policyName"}, Why: "a policy is its name"}},
			JSON:     []string{"policyDocument"},
			Strings:  []string{"policyDocument"},
			Lengths:  map[string]schema.Range{"policyName": {Min: 1, Max: 255}},
			Formats:  map[string]schema.Format{"policyDocument": schema.JSONDocument},
		},
		Validate: func(v *resource.Validation) { checkPolicy(v, "policyDocument", logsPolicy()) },
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("policyName")
			if c.Tx.Get(c.Obj.Key) == nil && inRegion(c) >= c.Limits["log resource policies per region"] {
				return resource.Faultf("LimitExceededException", "Resource limit exceeded.")
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			return checkPrincipals(c, c.In.Str("policyDocument"), "InvalidParameterException", "Invalid principal in policy")
		},
	}
}
