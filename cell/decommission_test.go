package cell_test

import (
	"strings"
	"testing"
)

// TestWhatIsDecommissionedMayGo holds that a module of which something is protected can
// be given up without taking the protection of the whole cell away: with all modules
// named that can be, the key alone is protected.
func TestWhatIsDecommissionedMayGo(t *testing.T) {
	t.Parallel()
	const file, head = "clients/larch/cell.yaml", "ring: broad\n"
	said := head + "decommission:\n"
	for _, module := range []string{"storage", "database", "files", "backup", "cache", "vault", "sso", "sftp"} {
		said += "  - {name: " + module + ", reason: the contract ended, date: \"2027-01-31\"}\n"
	}
	for name, tc := range map[string]struct {
		tree []edit
		want bool // something else than the key is protected
	}{
		"nothing":    {nil, true},
		"everything": {[]edit{{file, head, said}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree := edited(t, tc.tree...)
			var protected []string
			for _, res := range record(t, tree, stacks(t, tree), "larch").Resources {
				if res.Protect && !strings.HasPrefix(res.Type, "aws:kms/") {
					protected = append(protected, res.URN)
				}
			}
			if got := len(protected) > 0; got != tc.want {
				t.Errorf("protected beside the key: %v, want some: %v", protected, tc.want)
			}
		})
	}
}
