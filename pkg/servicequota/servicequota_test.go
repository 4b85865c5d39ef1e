package servicequota_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/servicequota"
)

func TestQuotasAreWhole(t *testing.T) {
	t.Parallel()
	name, code := regexp.MustCompile(`^[a-z][A-Za-z]+$`), regexp.MustCompile(`^L-[0-9A-F]{8}$`)
	names, codes := map[string]bool{}, map[string]bool{}
	for _, q := range servicequota.All() {
		switch {
		case !name.MatchString(q.Name) || names[q.Name]:
			t.Errorf("%q is not a name of its own", q.Name)
		case q.Default < 1 || q.Title == "" || q.Scope == "" || q.Source == "":
			t.Errorf("%s lacks something: %+v", q.Name, q)
		case q.Code != "" && (!code.MatchString(q.Code) || codes[q.Code] || q.Service == ""):
			t.Errorf("%s: %q is not a code of its own in a service", q.Name, q.Code)
		case !q.Adjustable && q.Most != 0 || q.Most != 0 && q.Most < q.Default:
			t.Errorf("%s: at most %d, the default is %d and adjustable %v", q.Name, q.Most, q.Default, q.Adjustable)
		case !strings.HasPrefix(q.Source, "docs.aws.amazon.com/") && q.Name != servicequota.CellSlots:
			t.Errorf("%s: the source is %q", q.Name, q.Source)
		}
		names[q.Name], codes[q.Code] = true, true
		if found, ok := servicequota.Find(q.Name); !ok || found != q {
			t.Errorf("Find(%s) = %+v, %v", q.Name, found, ok)
		}
		if slices.Contains(servicequota.Raisable(), q.Name) != q.Adjustable {
			t.Errorf("%s is adjustable %v, Raisable says otherwise", q.Name, q.Adjustable)
		}
	}
	if _, ok := servicequota.Find("roles"); ok {
		t.Error("there is a quota of a name that is none")
	}
}
