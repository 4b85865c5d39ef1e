package detection

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// pattern is an event pattern of EventBridge: an event matches when each field
// that is set here holds one of the values
// (docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html).
type pattern[D any] struct {
	Source     []string `json:"source,omitempty"`
	DetailType []string `json:"detail-type"`
	Detail     D        `json:"detail"`
}

// comparison matches numbers: an operator and an operand.
type comparison struct {
	Numeric [2]any `json:"numeric"`
}

// atLeast matches numbers of least and above.
func atLeast(least int) comparison { return comparison{[2]any{">=", least}} }

// exists matches by whether the field is there at all.
type exists struct {
	Exists bool `json:"exists"`
}

// anythingBut matches every value but these.
type anythingBut struct {
	Values []string `json:"anything-but"`
}

// prefix matches values that begin with Prefix.
type prefix struct {
	Prefix string `json:"prefix"`
}

// guardDutyFinding is the detail of "GuardDuty Finding".
type guardDutyFinding struct {
	Severity []comparison `json:"severity"`
}

// hubFindings is the detail of "Security Hub Findings - Imported".
type hubFindings struct {
	Findings hubFinding `json:"findings"`
}

type hubFinding struct {
	ProductArn  []prefix      `json:"ProductArn"`
	ProductName []anythingBut `json:"ProductName"`
	RecordState []string      `json:"RecordState"`
	Severity    hubSeverity   `json:"Severity"`
	Workflow    hubWorkflow   `json:"Workflow"`
}

type hubSeverity struct {
	Label []string `json:"Label"`
}

type hubWorkflow struct {
	Status []string `json:"Status"`
}

// accessFinding is the detail of "Access Analyzer Finding".
type accessFinding struct {
	IsDeleted    []bool        `json:"isDeleted"`
	Status       []string      `json:"status"`
	ResourceType []anythingBut `json:"resourceType,omitempty"`
}

// assumedRole is the detail of a call of AssumeRole.
type assumedRole struct {
	EventSource       []string       `json:"eventSource"`
	EventName         []string       `json:"eventName"`
	RequestParameters roleParameters `json:"requestParameters"`
}

type roleParameters struct {
	RoleARN []string `json:"roleArn"`
}

// userActivity is the detail of a call or a sign-in.
type userActivity struct {
	UserIdentity userIdentity `json:"userIdentity"`
}

type userIdentity struct {
	Type []string `json:"type"`
	// InvokedBy is set on calls that a service makes for the user.
	InvokedBy []exists `json:"invokedBy"`
}

// text writes v as JSON in which < and > are themselves: EventBridge's templates
// are made of them, and its limit counts what is written.
func text(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", fmt.Errorf("encoding %T: %w", v, err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}
