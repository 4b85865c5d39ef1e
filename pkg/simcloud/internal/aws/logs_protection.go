package aws

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// mostProtectionLetters is the size of a data protection policy. It and what the document must hold:
// docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDataProtectionPolicy.html.
const mostProtectionLetters = 30720

// protection is a data protection policy's document.
type protection struct {
	Name, Version string
	Statement     []struct {
		DataIdentifier []string
		Operation      map[string]json.RawMessage
	}
}

func logDataProtection() *resource.Kind {
	return &resource.Kind{
		Token: tokLogProtection, Service: "CloudWatch Logs", Noun: "CloudWatch Logs Data Protection Policy",
		CreateOp: "PutDataProtectionPolicy", UpdateOp: "PutDataProtectionPolicy", DeleteOp: "DeleteDataProtectionPolicy",
		Upsert: true, // a log group has one policy, and putting another takes its place
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"logGroupName"}, Why: "a policy is its log group's"}},
			JSON:     []string{"policyDocument"},
			Formats:  map[string]schema.Format{"policyDocument": schema.JSONDocument},
			Lengths:  map[string]schema.Range{"logGroupName": {Min: 1, Max: 512}},
		},
		Validate: func(v *resource.Validation) {
			text := v.In.Str("policyDocument")
			if problem := protectionProblem(text); v.In.Known("policyDocument") && json.Valid([]byte(text)) && problem != "" {
				v.Fail("policyDocument", "InvalidParameterException: Invalid data protection policy: %s", problem)
			}
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("logGroupName"); return nil },
		Apply: func(c *resource.Call) error {
			g := c.Regional(tokLogGroup, c.In.Str("logGroupName"))
			if g == nil {
				return resource.Faultf("ResourceNotFoundException", "The specified log group does not exist.")
			}
			if class := prop(g, "logGroupClass"); class == "DELIVERY" {
				return resource.Faultf("ValidationException", "Operation is not supported with specified log group, as log group class is %s", class)
			}
			return needFindings(c)
		},
	}
}

// protectionProblem says what is wrong with a document: it audits and masks the same identifiers.
func protectionProblem(text string) string {
	var p protection
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return err.Error()
	}
	switch {
	case len(text) > mostProtectionLetters:
		return "the document has more than 30720 characters"
	case p.Name == "" || p.Version != "2021-06-01":
		return `it needs a Name and the Version "2021-06-01"`
	case len(p.Statement) != 2:
		return "it needs exactly two statements, one that audits and one that masks"
	}
	found := map[string]bool{}
	for _, s := range p.Statement {
		for operation, inside := range s.Operation {
			found[operation] = true
			want := map[string]string{"Audit": "FindingsDestination", "Deidentify": "MaskConfig"}[operation]
			var fields map[string]json.RawMessage
			if err := json.Unmarshal(inside, &fields); err != nil || want == "" || fields[want] == nil {
				return "the operation " + operation + " is not Audit with FindingsDestination or Deidentify with MaskConfig"
			}
			if operation == "Deidentify" && strings.TrimSpace(string(fields[want])) != "{}" {
				return "MaskConfig must be empty"
			}
		}
		if len(s.DataIdentifier) == 0 || slices.ContainsFunc(s.DataIdentifier, wrongIdentifier) {
			return "a statement needs data identifiers, the ARNs of managed ones or names of the document's own"
		}
	}
	if !found["Audit"] || !found["Deidentify"] {
		return "it needs exactly two statements, one that audits and one that masks"
	}
	if !slices.Equal(p.Statement[0].DataIdentifier, p.Statement[1].DataIdentifier) {
		return "the data identifiers of both statements must be the same"
	}
	return ""
}

func wrongIdentifier(arn string) bool {
	return !regexp.MustCompile(`^(arn:aws[a-z-]*:dataprotection::aws:data-identifier/)?[A-Za-z][A-Za-z0-9_-]*$`).MatchString(arn)
}

// needFindings looks for the log group that findings go to.
func needFindings(c *resource.Call) error {
	var p protection
	if err := json.Unmarshal([]byte(c.In.Str("policyDocument")), &p); err != nil {
		return resource.Faultf("InvalidParameterException", "Invalid data protection policy: %v", err)
	}
	for _, s := range p.Statement {
		var to struct {
			FindingsDestination struct{ CloudWatchLogs struct{ LogGroup string } }
		}
		if err := json.Unmarshal(s.Operation["Audit"], &to); err != nil {
			continue // the statement that masks
		}
		if group := to.FindingsDestination.CloudWatchLogs.LogGroup; group != "" && c.Regional(tokLogGroup, group) == nil {
			return resource.Faultf("InvalidParameterException", "The log group %s provided for findings does not exist.", group)
		}
	}
	return nil
}
