package aws

import (
	"fmt"
	"regexp"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// longestEvent is what a function takes in bytes when it is waited for. Source:
// docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html.
const longestEvent = 6 << 20

func invocation() *resource.Kind {
	return &resource.Kind{
		Token: tokInvocation, Service: "Lambda", Noun: "Lambda Invocation", CreateOp: "Invoke", UpdateOp: "Invoke", DeleteOp: "Invoke",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"functionName", "qualifier"}, Why: "it is a call of one function"}},
			JSON:     []string{"input"},
			Defaults: map[string]any{"lifecycleScope": "CREATE_ONLY", "qualifier": "$LATEST", "terraformKey": "tf"},
			Formats:  map[string]schema.Format{"input": schema.JSONDocument},
		},
		Derived:    map[string][]string{"input": {"result"}, "triggers": {"result"}},
		ForcesWhen: "Another input or trigger, unless lifecycleScope is CRUD: the function is called anew.",
		// With CREATE_ONLY a new input or trigger is a new call, of a new resource.
		Forces: func(_, next resource.Props) []string {
			if next.Str("lifecycleScope") == "CRUD" {
				return nil
			}
			return []string{"input", "triggers"}
		},
		Validate: func(v *resource.Validation) {
			if n := len(v.In.Str("input")); n > longestEvent {
				v.Fail("input", "RequestTooLargeException: %d byte payload is too large for the RequestResponse invocation type (limit %d bytes)", n, longestEvent)
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = fmt.Sprintf("%s_%s_%s", c.In.Str("functionName"), c.In.Str("qualifier"), shortHash(c.In.Str("input"), 32))
			// Two calls with one input are one in the provider's ids; here each is a thing of its own.
			if c.Tx.Get(c.Obj.Key) != nil {
				c.Obj.ID += "_" + c.Hex("call", 8)
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			if _, err := needFunction(c, c.In.Str("functionName")); err != nil {
				return err
			}
			if q := c.In.Str("qualifier"); q != "$LATEST" && q != "1" {
				return &resource.Fault{Code: "ResourceNotFoundException", Message: "Function not found: " + c.In.Str("functionName") + ":" + q, Status: 404}
			}
			c.Out("result", "null")
			return nil
		},
	}
}

func functionPermission() *resource.Kind {
	return &resource.Kind{
		Token: tokFunctionPermission, Service: "Lambda", Noun: "Lambda Permission", CreateOp: "AddPermission", UpdateOp: "AddPermission", DeleteOp: "RemovePermission",
		Naming: &resource.Naming{Property: "statementId", Max: 100, PrefixProperty: "statementIdPrefix"},
		Rules: schema.Rules{
			Immutable:   "AddPermission is all there is",
			Strings:     []string{"function"},
			Formats:     map[string]schema.Format{"sourceArn": schema.ARN},
			Unsimulated: map[string]string{"statementIdPrefix": ""},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("action") && !regexp.MustCompile(`^lambda:[*a-zA-Z]+$|^\*$`).MatchString(v.In.Str("action")) {
				v.Fail("action", `invalid value for action (must match '^(lambda:[*]|lambda:[a-zA-Z]+|[*])$'): %q`, v.In.Str("action"))
			}
			if id := v.In.Str("sourceAccount"); id != "" && !regexp.MustCompile(`^[0-9]{12}$`).MatchString(id) {
				v.Fail("sourceAccount", "%q doesn't look like AWS Account ID (exactly 12 digits): %q", "sourceAccount", id)
			}
			if v.In.Known("statementId") && !regexp.MustCompile(`^[a-zA-Z0-9-_]{1,100}$`).MatchString(v.In.Str("statementId")) {
				v.Fail("statementId", "%q has letters, digits, - and _ only, 100 at most: %q", "statementId", v.In.Str("statementId"))
			}
		},
		Identify: func(c *resource.Call) error {
			id := c.In.Str("statementId")
			if f, err := needFunction(c, c.In.Str("function")); err == nil && !c.Claim("permission/"+f.ARN+"/"+id) {
				return &resource.Fault{Code: "ResourceConflictException", Message: fmt.Sprintf("The statement id (%s) provided already exists. Please provide a new statement id, or remove the existing statement.", id), Status: 409}
			}
			c.Obj.ID = c.In.Str("function") + "/" + id
			return nil
		},
		Apply: func(c *resource.Call) error {
			if _, err := needFunction(c, c.In.Str("function")); err != nil {
				return err
			}
			p := c.In.Str("principal")
			if !knownServicePrincipal(p) && !principalExists(c, p) {
				return resource.Faultf("InvalidParameterValueException", "The provided principal was invalid. Please check the principal and try again.")
			}
			return nil
		},
	}
}
