package iampolicy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Kind says what a document is attached to, and with it which elements it has
// and how long it may be.
type Kind string

const (
	// Managed is a customer managed identity policy: no principals, resources required.
	Managed Kind = "managed policy"
	// Trust says who may assume a role: principals required, no resources.
	Trust Kind = "trust policy"
	// Bucket is an S3 bucket policy: principals and resources required.
	Bucket Kind = "bucket policy"
	// Key is a KMS key policy: principals and resources required.
	Key Kind = "key policy"
)

// Limit returns the longest JSON of the kind. The units are those that the
// service counts: characters without white space outside of strings for Managed
// and Trust (docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html),
// bytes for Bucket (docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html)
// and Key (docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html).
// It is 0 for a kind that is none of these. The limit of Trust is the default
// quota; an account can have it raised to 4096.
func (k Kind) Limit() int {
	switch k {
	case Managed:
		return 6144
	case Trust:
		return 2048
	case Bucket:
		return 20480
	case Key:
		return 32768
	}
	return 0
}

// JSON returns the document as compact JSON that is the same for equal
// documents: statements in their order, every list an array, sorted, each value
// once. It fails, naming every fault with its statement, when the document or a
// statement breaks the policy grammar, whatever the document is attached to. Use
// JSONFor when that is known.
func (d Document) JSON() (string, error) {
	if err := d.validate(""); err != nil {
		return "", err
	}
	return d.text()
}

// JSONFor is JSON for a document of one kind. It also fails when elements are
// missing or out of place for the kind, and when the text is over Kind.Limit.
func (d Document) JSONFor(kind Kind) (string, error) {
	if kind.Limit() == 0 {
		return "", fmt.Errorf("unknown policy kind %q, want %q, %q, %q or %q", string(kind), Managed, Trust, Bucket, Key)
	}
	if err := d.validate(kind); err != nil {
		return "", fmt.Errorf("%s: %w", kind, err)
	}
	text, err := d.text()
	if err != nil {
		return "", err
	}
	if len(text) > kind.Limit() {
		return "", fmt.Errorf("%s: %d characters are too many, want at most %d: merge statements or use wildcards",
			kind, len(text), kind.Limit())
	}
	return text, nil
}

// The field order of these structs is the order of the JSON.
type documentJSON struct {
	Version   string
	Statement []statementJSON
}

type statementJSON struct {
	Sid          string                         `json:",omitempty"`
	Effect       Effect                         `json:""`
	Principal    any                            `json:",omitempty"`
	NotPrincipal any                            `json:",omitempty"`
	Action       []string                       `json:",omitempty"`
	NotAction    []string                       `json:",omitempty"`
	Resource     []string                       `json:",omitempty"`
	NotResource  []string                       `json:",omitempty"`
	Condition    map[string]map[string][]string `json:",omitempty"`
}

func (d Document) text() (string, error) {
	out := documentJSON{Version: Version}
	for _, s := range d.Statements {
		out.Statement = append(out.Statement, statementJSON{
			Sid:          s.Sid,
			Effect:       s.Effect,
			Principal:    s.Principals.json(),
			NotPrincipal: s.NotPrincipals.json(),
			Action:       set(s.Actions),
			NotAction:    set(s.NotActions),
			Resource:     set(s.Resources),
			NotResource:  set(s.NotResources),
			Condition:    conditions(s.Conditions),
		})
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // an escaped & is counted as six characters
	if err := enc.Encode(out); err != nil {
		return "", errors.New("a value is not valid text")
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

func (p Principals) json() any {
	if p.Everyone {
		return "*"
	}
	out := map[string][]string{}
	for name, values := range map[string][]string{"AWS": p.AWS, "Service": p.Services, "Federated": p.Federated} {
		if len(values) > 0 {
			out[name] = set(values)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func conditions(cs []Condition) map[string]map[string][]string {
	out := map[string]map[string][]string{}
	for _, c := range cs {
		if out[c.Operator] == nil {
			out[c.Operator] = map[string][]string{}
		}
		out[c.Operator][c.Key] = set(c.Values)
	}
	return out
}

// set returns the values sorted, each once, leaving the argument alone.
func set(values []string) []string {
	out := slices.Clone(values)
	slices.Sort(out)
	return slices.Compact(out)
}
