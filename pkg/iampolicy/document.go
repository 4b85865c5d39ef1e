// Package iampolicy is IAM policy documents as values: typed, checked against
// the rules and size limits of IAM, and written as the same JSON every time, so
// that an unchanged policy is never a difference.
//
// It knows the shape of documents, not what actions exist, and it holds plain
// strings only: values that a resource makes are known when the text is made.
package iampolicy

// Version is the only version of the policy language that documents may have
// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html).
const Version = "2012-10-17"

// Effect is what a statement does with the requests that it matches.
type Effect string

const (
	// EffectAllow permits what no other statement denies.
	EffectAllow Effect = "Allow"
	// EffectDeny refuses, whatever else permits.
	EffectDeny Effect = "Deny"
)

// Document is one policy.
type Document struct {
	// Version is Version; empty means the same.
	Version string
	// Statements are written in this order; at least one.
	Statements []Statement
}

// Statement is one rule of a policy. Allow and Deny make one.
type Statement struct {
	// Sid names the statement within its document: letters and digits. Optional; unique.
	Sid string
	// Effect is EffectAllow or EffectDeny.
	Effect Effect
	// Principals says whom the statement is about; only in resource and trust policies.
	Principals Principals
	// NotPrincipals is everyone but those; excludes Principals, only with EffectDeny.
	NotPrincipals Principals
	// Actions are service:Action with wildcards, or "*".
	Actions []string
	// NotActions is every action but those; excludes Actions.
	NotActions []string
	// Resources are ARNs with wildcards, or "*".
	Resources []string
	// NotResources is every resource but those; excludes Resources.
	NotResources []string
	// Conditions must all hold for the statement to apply.
	Conditions []Condition
}

// Principals are those whom a statement is about. The zero value is no one.
type Principals struct {
	// Everyone is the principal "*"; it excludes the other fields.
	Everyone bool
	// AWS are account ids and ARNs of accounts, roles and users.
	AWS []string
	// Services are service principals, such as ecs-tasks.amazonaws.com.
	Services []string
	// Federated are identity providers.
	Federated []string
}

// Condition compares one key of a request with values, any of which may match.
type Condition struct {
	// Operator is a condition operator, such as StringEquals or ForAnyValue:ArnLike.
	Operator string
	// Key is a condition key, such as aws:SourceAccount.
	Key string
	// Values are compared with the key's; at least one.
	Values []string
}

// Allow returns a statement that permits actions. sid may be empty.
func Allow(sid string, actions ...string) Statement {
	return Statement{Sid: sid, Effect: EffectAllow, Actions: actions}
}

// Deny returns a statement that refuses actions. sid may be empty.
func Deny(sid string, actions ...string) Statement {
	return Statement{Sid: sid, Effect: EffectDeny, Actions: actions}
}

// On returns the statement with resources added.
func (s Statement) On(resources ...string) Statement {
	s.Resources = concat(s.Resources, resources)
	return s
}

// By returns the statement with its principals set.
func (s Statement) By(p Principals) Statement {
	s.Principals = p
	return s
}

// If returns the statement with a condition added.
func (s Statement) If(operator, key string, values ...string) Statement {
	s.Conditions = concat(s.Conditions, []Condition{{Operator: operator, Key: key, Values: values}})
	return s
}

// ByService returns the principals that are AWS services.
func ByService(services ...string) Principals { return Principals{Services: services} }

// ByAWS returns the principals that are accounts, roles and users.
func ByAWS(arns ...string) Principals { return Principals{AWS: arns} }

// ByEveryone returns the principal "*".
func ByEveryone() Principals { return Principals{Everyone: true} }

// NewDocument returns a document of the statements.
func NewDocument(statements ...Statement) Document {
	return Document{Version: Version, Statements: statements}
}

// concat never writes into the array of a, which other statements may share.
func concat[T any](a, b []T) []T {
	out := make([]T, 0, len(a)+len(b))
	return append(append(out, a...), b...)
}
