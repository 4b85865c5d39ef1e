package schema

// Rules are what a resource type's documentation and the real provider's code say and the SDK's types do not. They are
// reviewed data: a wrong entry makes the simulated cloud refuse what the real one takes, or the other way round.
//
// A pattern is a property path without list indexes and map keys: "ingress.fromPort".
type Rules struct {
	// Replaces says which properties make a new resource when they change, and why.
	Replaces []Replace
	// Immutable says that every change makes a new resource, but for those of Mutable.
	Immutable string
	// Mutable are the exceptions from Immutable.
	Mutable []string
	// ReplacesUnless are properties whose change makes a new resource unless another, boolean one is set.
	ReplacesUnless map[string]string
	// DeleteFirst says that a replacement cannot exist beside the thing that it replaces.
	DeleteFirst bool
	// Sets are patterns of lists in which order has no meaning.
	Sets []string
	// JSON are patterns of strings that hold a JSON document, compared by meaning.
	JSON []string
	// Computed are top-level properties for which the cloud chooses a value when none is given: taking one out of the
	// program changes nothing.
	Computed []string
	// Defaults are values that the real provider fills in before it looks at anything.
	Defaults map[string]any
	// Enums are the allowed values by pattern.
	Enums map[string][]string
	// Ranges are the allowed numbers by pattern, both ends included.
	Ranges map[string]Range
	// Formats are the forms of strings by pattern.
	Formats map[string]Format
	// Lengths are the allowed lengths of strings in characters by pattern.
	Lengths map[string]Range
	// Conflicts are groups of which at most one may be set.
	Conflicts [][]string
	// ExactlyOne are groups of which one must be set, and only one.
	ExactlyOne [][]string
	// Unsimulated are top-level properties that the real provider takes and the simulated cloud does not, with what to
	// use in their place, if anything.
	Unsimulated map[string]string
	// Secrets are patterns of values that the SDK does not mark as secrets and the real provider does.
	Secrets []string
	// Strings are top-level properties that the SDK leaves untyped (a string or a typed document).
	Strings []string
}

// Replace is one reviewed reason for replacement.
type Replace struct {
	Properties []string
	Why        string
}

// Range is an inclusive range.
type Range struct{ Min, Max int }

// Format is the form of a string.
type Format int

// The forms.
const (
	IPv4CIDR Format = iota + 1 // a network address with its prefix length, no host bits
	IPv6CIDR
	ARN
	JSONDocument
)

// replaces says whether a change of a top-level property makes a new resource.
func (r *Rules) replaces(property string, documented bool, next map[string]any) bool {
	if unless, ok := r.ReplacesUnless[property]; ok {
		return next[unless] != true
	}
	if r.Immutable != "" {
		return !contains(r.Mutable, property)
	}
	for _, e := range r.Replaces {
		if contains(e.Properties, property) {
			return true
		}
	}
	return documented
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}
