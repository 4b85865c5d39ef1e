package config_test

import (
	"strings"
	"testing"
)

func TestErrorsOfYAML(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"tab", cell("kms:", "\trotationDays: 180"), []string{
			`configs/clients/acme/cell.yaml:6:1: a tab is used as indentation (use spaces)`,
		}},
		{"byte order mark", map[string]string{"clients/acme/cell.yaml": "\xef\xbb\xbf" + smallest(0)}, []string{
			`configs/clients/acme/cell.yaml:1:1: the file begins with a byte order mark (save it as UTF-8 without BOM)`,
		}},
		{"cr lf", map[string]string{"clients/acme/cell.yaml": strings.ReplaceAll(smallest(0), "\n", "\r\n")}, []string{
			`configs/clients/acme/cell.yaml:1:17: the line ends with CR LF (save the file with LF line ends)`,
		}},
		{"nul byte", cell("labels: {a: \"x\x00y\"}"), []string{
			`configs/clients/acme/cell.yaml:5:15: the file holds the control character U+0000 (remove it, or write it as an escape in double quotes)`,
		}},
		{"not utf-8", cell("labels: {a: \xff}"), []string{
			`configs/clients/acme/cell.yaml:5:1: the line is not valid UTF-8 (save the file as UTF-8)`,
		}},
		{"duplicate key", cell("kms: {rotationDays: 180, rotationDays: 90}", "slot: 4"), []string{
			`configs/clients/acme/cell.yaml:5:26: kms.rotationDays: the key is already set at line 5, column 7 (remove one of the two)`,
			`configs/clients/acme/cell.yaml:6:1: slot: the key is already set at line 3, column 1 (remove one of the two)`,
		}},
		{"second document", cell("---", "slot: 4"), []string{
			`configs/clients/acme/cell.yaml:6:1: a second document begins here, want one document in a file (remove the line ---)`,
		}},
		{"merge key", cell("x: &x {a: b}", "labels:", "  <<: *x"), []string{
			`configs/clients/acme/cell.yaml:5:1: x: unknown key (known keys: account, region, slot, ring, profiles, state, decommission, deletionProtection, labels, kms, iam, network, storage, messaging, files, logging, database, cache, vault, services, ingress, sftp, schedules, backup, monitoring, sso, budget)`,
			`configs/clients/acme/cell.yaml:7:3: labels: the merge key << is not part of YAML 1.2 (put what is shared into a lower layer, or use an alias as a value)`,
		}},
		{"tag", cell("labels: {a: !!str 5}"), []string{
			`configs/clients/acme/cell.yaml:5:13: labels.a: the tag "!!str" is not allowed (write the value without it)`,
		}},
		{"unknown alias", cell("labels: *nowhere"), []string{
			`configs/clients/acme/cell.yaml:5:9: labels: the alias *nowhere has no anchor &nowhere before it`,
		}},
		{"alias of itself", cell("labels: &a {x: *a}"), []string{
			`configs/clients/acme/cell.yaml:5:16: labels.x: the alias *a has no anchor &a before it`,
		}},
		{"number as key", cell("labels: {1: one}"), []string{
			`configs/clients/acme/cell.yaml:5:10: labels: the key 1 is not a string (put it in quotes)`,
		}},
		{"map as key", cell("labels: {? {a: b} : c}"), []string{
			`configs/clients/acme/cell.yaml:5:19: not valid YAML: found an invalid key for this map`,
		}},
		{"no value", cell("storage:", "services:", "  # items:"), []string{
			`configs/clients/acme/cell.yaml:5:9: storage: the key has no value (give it one, remove the key, or write null to remove the inherited value)`,
			`configs/clients/acme/cell.yaml:6:11: services: the key has no value (give it one, remove the key, or write null to remove the inherited value)`,
		}},
		{"unclosed bracket", cell("labels: {a: b"), []string{
			`configs/clients/acme/cell.yaml:5:9: not valid YAML: could not find flow mapping end token '}'`,
		}},
		{"unclosed quote", cell("labels: {a: \"b}"), []string{
			`configs/clients/acme/cell.yaml:5:13: not valid YAML: could not find end character of double-quoted text`,
		}},
		{"bad indentation", cell("kms:", "    rotationDays: 180", "  deletionWindowDays: 7"), []string{
			`configs/clients/acme/cell.yaml:7:3: not valid YAML: value is not allowed in this context`,
		}},
		{"list at the top", map[string]string{"clients/acme/cell.yaml": "- account: nonprod\n"}, []string{
			`configs/clients/acme/cell.yaml:1:1: the file holds a list, want a map of keys`,
		}},
		{"scalar at the top", map[string]string{"clients/acme/cell.yaml": "nonprod\n"}, []string{
			`configs/clients/acme/cell.yaml:1:1: the file holds a string, want a map of keys`,
		}},
		{"empty client", map[string]string{"clients/acme/cell.yaml": "# nothing yet\n"}, []string{
			`configs/clients/acme/cell.yaml:1:1: account: missing key, want a name (for example: account: nonprod)`,
			`configs/clients/acme/cell.yaml:1:1: region: missing key, want a name (for example: region: us-east-1)`,
			`configs/clients/acme/cell.yaml:1:1: ring: missing key, want a string (for example: ring: early)`,
			`configs/clients/acme/cell.yaml:1:1: slot: missing key, want an integer from 0 to 63 (for example: slot: 7)`,
		}},
		{"too many brackets", cell("labels: " + strings.Repeat("[", 10_000)), []string{
			`configs/clients/acme/cell.yaml:5:1: brackets nest deeper than 64 levels`,
		}},
		{"too deep", cell("labels: " + strings.Repeat("[", 40) + strings.Repeat("]", 40)), []string{
			`configs/clients/acme/cell.yaml:5:41: values nest deeper than 32 levels`,
		}},
		{"long line", cell("labels: {a: " + strings.Repeat("x", 20_000) + "}"), []string{
			`configs/clients/acme/cell.yaml:5:1: the line is 20013 bytes long, want at most 16384`,
		}},
		{"deep indentation", cell("labels:", strings.Repeat(" ", 200)+"a: b"), []string{
			`configs/clients/acme/cell.yaml:6:1: the line is indented by 200 spaces, want at most 128`,
		}},
		{"large file", cell(strings.Repeat("# comment\n", 20_000)), []string{
			`configs/clients/acme/cell.yaml: the file is too large, want at most 131072 bytes`,
		}},
	})
}
