package aws

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"cellworks/pkg/simcloud/internal/resource"
)

// policyKind is one use of an IAM policy document, with what that use demands.
type policyKind struct {
	// Size is the largest document in characters; of identity policies and trust policies white space does not count.
	// Sources: IAM quotas page (6,144 managed; 2,048 trust), KMS quotas (32,768), S3 bucket policy limit (20,480).
	Size int
	// Spaces says that white space counts.
	Spaces bool
	// Principal says whether statements must name one (true) or must not.
	Principal bool
	// Resource says whether statements must name one (true) or must not.
	Resource bool
	// OptionalResource says that statements may name one, when Resource does not ask for it.
	OptionalResource bool
	// Actions is the service whose actions alone are allowed, with the refusal of others; empty allows all.
	Actions, WrongAction string
	// PlainSids says that a statement's id has letters and digits only.
	PlainSids bool
	// Malformed and TooLarge are the API's error codes.
	Malformed, TooLarge string
}

func managedPolicy() policyKind {
	return policyKind{Size: 6144, Resource: true, PlainSids: true, Malformed: "MalformedPolicyDocument", TooLarge: "LimitExceeded: Cannot exceed quota for PolicySize: 6144"}
}

func trustPolicy() policyKind {
	return policyKind{Size: 2048, Principal: true, PlainSids: true, Actions: "sts", WrongAction: "AssumeRole policy may only specify STS AssumeRole actions.",
		Malformed: "MalformedPolicyDocument", TooLarge: "LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048"}
}

func keyPolicy() policyKind {
	return policyKind{Size: 32768, Spaces: true, Principal: true, Resource: true, Malformed: "MalformedPolicyDocumentException", TooLarge: "LimitExceededException: The policy exceeds 32768 bytes"}
}

func s3Policy() policyKind {
	return policyKind{Size: 20480, Spaces: true, Principal: true, Resource: true, Actions: "s3", WrongAction: "Policy has invalid action",
		Malformed: "MalformedPolicy", TooLarge: "PolicyTooLarge: Policy exceeds the maximum allowed document size of 20480 bytes"}
}

// statement is one statement with every list form made a list.
type statement struct {
	Effect                                   string
	Sid                                      string
	Action, NotAction, Resource, NotResource []string
	Principal                                map[string][]string
	Condition                                map[string]map[string]any
	HasPrincipal, NotPrincipal, HasCondition bool
	HasAction, HasResource                   bool
}

// checkPolicy refuses a document that the API would refuse; one that is not known yet passes.
func checkPolicy(v *resource.Validation, property string, kind policyKind) {
	text := v.In.Str(property)
	if text == "" {
		return
	}
	size := len(text)
	if !kind.Spaces {
		size = len(strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, text))
	}
	if size > kind.Size {
		v.Fail(property, "%s (the document has %d)", kind.TooLarge, size)
	}
	statements, err := parsePolicy(text)
	if err != nil {
		v.Fail(property, "%s: %v", kind.Malformed, err)
		return
	}
	sids := map[string]bool{}
	for i, s := range statements {
		problem := s.problem(kind)
		if problem == "" && s.Sid != "" && sids[s.Sid] {
			problem = "Statement IDs (SID) in a single policy must be unique."
		}
		sids[s.Sid] = true
		if problem != "" {
			v.Fail(property, "%s: %s (statement %d)", kind.Malformed, problem, i)
			continue
		}
		for _, stranger := range s.strangers() {
			v.Warn(property, "%s (statement %d)", stranger, i)
		}
	}
}

func parsePolicy(text string) ([]statement, error) {
	var doc struct {
		Version   string
		ID        string `json:"Id"`
		Statement json.RawMessage
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&doc); err != nil {
		return nil, fmt.Errorf("Syntax errors in policy: %w", err)
	}
	if doc.Version != "2012-10-17" && doc.Version != "2008-10-17" && doc.Version != "" { // without one it is the older
		return nil, fmt.Errorf("The policy must contain a valid version string, got %q, want \"2012-10-17\"", doc.Version)
	}
	var list []map[string]any
	if json.Unmarshal(doc.Statement, &list) != nil {
		var one map[string]any
		if err := json.Unmarshal(doc.Statement, &one); err != nil {
			return nil, fmt.Errorf("Syntax errors in policy: Statement must be an object or a list of objects")
		}
		list = append(list, one)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("Syntax errors in policy: Missing required field Statement")
	}
	statements := make([]statement, len(list))
	for i, m := range list {
		s, err := parseStatement(m)
		if err != nil {
			return nil, fmt.Errorf("statement %d: %w", i, err)
		}
		statements[i] = s
	}
	return statements, nil
}

func parseStatement(m map[string]any) (statement, error) {
	s := statement{Principal: map[string][]string{}}
	for k, v := range m {
		switch k {
		case "Sid":
			s.Sid, _ = v.(string)
		case "Effect":
			s.Effect, _ = v.(string)
		case "Action":
			s.Action, s.HasAction = stringsOf(v), true
		case "NotAction":
			s.NotAction, s.HasAction = stringsOf(v), true
		case "Resource":
			s.Resource, s.HasResource = stringsOf(v), true
		case "NotResource":
			s.NotResource, s.HasResource = stringsOf(v), true
		case "Condition":
			s.HasCondition = true
			if err := s.conditions(v); err != nil {
				return s, err
			}
		case "NotPrincipal":
			s.HasPrincipal, s.NotPrincipal = true, true
		case "Principal":
			s.HasPrincipal = true
			if all, ok := v.(string); ok {
				s.Principal["AWS"] = []string{all}
				continue
			}
			by, _ := v.(map[string]any)
			for typ, ids := range by {
				s.Principal[typ] = stringsOf(ids)
			}
		default:
			return s, fmt.Errorf("Unknown field %s", k)
		}
	}
	return s, nil
}

func stringsOf(v any) []string {
	if one, ok := v.(string); ok {
		return []string{one}
	}
	return resource.Props{"v": v}.Strs("v")
}

// problem says what is wrong with a statement by itself.
func (s statement) problem(kind policyKind) string {
	switch {
	case s.Effect != "Allow" && s.Effect != "Deny":
		return fmt.Sprintf("Invalid effect: %q", s.Effect)
	case !s.HasAction:
		return "Missing required field Action"
	case s.Action != nil && s.NotAction != nil:
		return "Statement cannot have both Action and NotAction"
	case s.Resource != nil && s.NotResource != nil:
		return "Statement cannot have both Resource and NotResource"
	case kind.Resource && !s.HasResource:
		return "Missing required field Resource"
	case !kind.Resource && !kind.OptionalResource && s.HasResource:
		return "Has prohibited field Resource"
	case kind.Principal && !s.HasPrincipal:
		return "Missing required field Principal"
	case !kind.Principal && s.HasPrincipal:
		return "Policy document should not specify a principal."
	}
	for typ := range s.Principal {
		if typ != "AWS" && typ != "Service" && typ != "Federated" && typ != "CanonicalUser" {
			return fmt.Sprintf("Invalid principal in policy: %q", typ)
		}
	}
	for _, problem := range []string{s.sidProblem(kind), s.actionProblem(kind), s.resourceProblem(), s.conditionProblem()} {
		if problem != "" {
			return problem
		}
	}
	return ""
}

// isPublic says whether a document lets everyone in without a condition.
func isPublic(text string) bool {
	statements, err := parsePolicy(text)
	if err != nil {
		return false
	}
	for _, s := range statements {
		for _, p := range s.Principal["AWS"] {
			if p == "*" && s.Effect == "Allow" && !s.HasCondition {
				return true
			}
		}
	}
	return false
}
