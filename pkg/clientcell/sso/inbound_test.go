package sso

import (
	"strings"
	"testing"
)

func TestValueOfSaysWhatIsWrongAndNothingMore(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ text, key, want, problem string }{
		{text: "plain", want: "plain"},
		{text: `{"a":"x"}`, want: `{"a":"x"}`},
		{text: `{"a":"x"}`, key: "a", want: "x"},
		{text: "", problem: "secret cell/acme/sso/idp is empty, or holds bytes instead of text"},
		{text: "hidden", key: "a", problem: "secret cell/acme/sso/idp: want a JSON object, as the reference names a key of it"},
		{text: `{"b":"hidden"}`, key: "a", problem: `secret cell/acme/sso/idp has no key "a" with a text`},
		{text: `{"a":17}`, key: "a", problem: `secret cell/acme/sso/idp has no key "a" with a text`},
	} {
		got, err := valueOf(tc.text, "cell/acme/sso/idp", tc.key)
		if problem := errorText(err); got != tc.want || problem != tc.problem || strings.Contains(problem, "hidden") {
			t.Errorf("valueOf(%q, %q) = %q, %q, want %q, %q", tc.text, tc.key, got, problem, tc.want, tc.problem)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
