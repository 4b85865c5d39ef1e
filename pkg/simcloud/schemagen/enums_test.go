package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEnumsAreReadFromWholeSentencesOnly: what is half understood is not taken.
func TestEnumsAreReadFromWholeSentencesOnly(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string][]string{
		"Mode. Valid values are `B` and `A`.":                                        {"A", "B"},
		"Valid values: `A`,  `B`, or `C`. Defaults to `A`.":                          {"A", "B", "C"},
		"Possible values are `a` (default), `b`, or\n`c`. See more.":                 {"a", "b", "c"},
		"Should be one of `A`, `B`":                                                  {"A", "B"},
		"Valid values are from `44` to `60` in increments of 4.":                     nil,
		"Valid values depend on the protocol: `A` or `B`.":                           nil,
		"Valid values are `A`, `B` and every name that begins with a digit.":         nil,
		"Only valid for Load Balancers of type `application` or `network`.":          nil,
		"Name of the policy. Can be set if `protocol` is `TLS`.":                     nil,
		"Valid values are `true` or `false`. Valid values are `A`.":                  {"false", "true"},
		"The valid values are `EC2`, `FARGATE`, and `EXTERNAL`. Defaults to `EC2`. ": {"EC2", "EXTERNAL", "FARGATE"},
	} {
		if diff := cmp.Diff(want, enumOf(doc)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", doc, diff)
		}
	}
}
