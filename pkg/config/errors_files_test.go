package config_test

import "testing"

func TestErrorsOfFiles(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"no organization", map[string]string{"organization.yaml": ""}, []string{
			`configs/organization.yaml: missing file, want the organization's name, domain, accounts and rings`,
		}},
		{"no defaults", map[string]string{"defaults/cell.yaml": ""}, []string{
			`configs/defaults/cell.yaml: missing file, want the defaults of every cell`,
		}},
		{"unknown names", map[string]string{
			"organisation.yaml": "x: y", "defaults/cells.yaml": "x: y", "accounts/prodd/base.yaml": "x: y", "accounts/nonprod/us-east-2/base.yaml": "x: y",
			"accounts/nonprod/bse.yaml": "x: y", "accounts/prod/us-west-2/cell.yml": "x: y", "accounts/x.yaml": "x: y", "clients/x.yaml": "x: y",
			"clients/acme/cell.yml": "x: y", "clients/acme/old/cell.yaml": "x: y", "default/cell.yaml": "x: y",
			"README.md": "fine", "clients/acme/README.md": "fine", ".editorconfig": "fine", "schema/cell.json": "fine",
		}, []string{
			`configs/accounts/nonprod/bse.yaml: unknown file (did you mean "base.yaml"? known here: base.yaml, cell.yaml, utility.yaml)`,
			`configs/accounts/nonprod/us-east-2: unknown region of account nonprod (did you mean "us-east-1"? known here: us-east-1, us-west-2)`,
			`configs/accounts/prod/us-west-2/cell.yml: unknown file (did you mean "cell.yaml"? known here: base.yaml, cell.yaml, utility.yaml)`,
			`configs/accounts/prodd: unknown account (did you mean "prod"? known here: nonprod, prod)`,
			`configs/accounts/x.yaml: unknown file (remove it: nothing reads it here)`,
			`configs/clients/acme/cell.yml: unknown file (did you mean "cell.yaml"? known here: cell.yaml)`,
			`configs/clients/acme/old: unknown directory (remove it: nothing reads it here)`,
			`configs/clients/x.yaml: unknown file (remove it: nothing reads it here)`,
			`configs/default: unknown directory (did you mean "defaults"? known here: accounts, clients, defaults, network, profiles, schema)`,
			`configs/defaults/cells.yaml: unknown file (did you mean "cell.yaml"? known here: base.yaml, cell.yaml, utility.yaml)`,
			`configs/organisation.yaml: unknown file (did you mean "organization.yaml"? known here: organization.yaml)`,
		}},
		{"client names", map[string]string{
			"clients/ab/cell.yaml": smallest(1), "clients/Acme/cell.yaml": smallest(2), "clients/averylongclient/cell.yaml": smallest(3),
		}, []string{
			`configs/clients/Acme: "Acme" is not a valid client name, want 3 to 12 lower-case letters and digits, starting with a letter`,
			`configs/clients/ab: "ab" is not a valid client name, want 3 to 12 lower-case letters and digits, starting with a letter`,
			`configs/clients/averylongclient: "averylongclient" is not a valid client name, want 3 to 12 lower-case letters and digits, starting with a letter`,
		}},
		{"client without a file", map[string]string{"clients/birch/README.md": "soon"}, []string{
			`configs/clients/birch/cell.yaml: missing file, want at least the keys account, region, slot and ring (remove the folder, or put the file back: git checkout <revision> -- configs/clients/birch)`,
		}},
		{"broken defaults do not hide the client's problems", map[string]string{
			"defaults/cell.yaml": "kms: [", "clients/acme/cell.yaml": smallest(0) + "kmss: {}\n",
		}, []string{
			`configs/clients/acme/cell.yaml:5:1: kmss: unknown key (did you mean "kms"? known keys: account, region, slot, ring, profiles, state, decommission, deletionProtection, labels, kms, iam, network, storage, messaging, files, logging, database, cache, vault, services, ingress, sftp, schedules, backup, monitoring, sso, budget)`,
			`configs/defaults/cell.yaml:1:6: not valid YAML: sequence end token ']' not found`,
		}},
	})
}
