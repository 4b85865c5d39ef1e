package config_test

import (
	"strings"
	"testing"
)

// TestPoliciesOfOthersAreRefused holds that no role of a client gets what was made for
// another's, or for everybody.
func TestPoliciesOfOthersAreRefused(t *testing.T) {
	t.Parallel()
	const mine = "arn:aws:iam::111111111111:policy/cell/acme/extra/reports"
	with := func(arns ...string) map[string]string {
		return cell("iam: {extraPolicies: ['" + strings.Join(arns, "', '") + "']}")
	}
	checkWrong(t, []wrong{
		{"another client's, another account's, listed twice", with(mine, "arn:aws:iam::111111111111:policy/cell/birch/extra/reports", "arn:aws:iam::222222222222:policy/cell/acme/extra/reports", mine), []string{
			`configs/clients/acme/cell.yaml:5:83: iam.extraPolicies[1]: "arn:aws:iam::111111111111:policy/cell/birch/extra/reports" is not one of client acme in account nonprod (want arn:aws:iam::111111111111:policy/cell/acme/extra/<name>)`,
			`configs/clients/acme/cell.yaml:5:144: iam.extraPolicies[2]: "arn:aws:iam::222222222222:policy/cell/acme/extra/reports" is not one of client acme in account nonprod (want arn:aws:iam::111111111111:policy/cell/acme/extra/<name>)`,
			`configs/clients/acme/cell.yaml:5:204: iam.extraPolicies[3]: ` + mine + ` is already listed as extraPolicies[0] (list each once)`,
		}},
		{"what another cell's stack makes, and AWS's own", with("arn:aws:iam::111111111111:policy/cell/birch/birch-api-task", "arn:aws:iam::aws:policy/AdministratorAccess"), []string{
			`configs/clients/acme/cell.yaml:5:23: iam.extraPolicies[0]: "arn:aws:iam::111111111111:policy/cell/birch/birch-api-task" is not valid, want the ARN of a managed policy in the path /cell/<client>/extra/`,
			`configs/clients/acme/cell.yaml:5:85: iam.extraPolicies[1]: "arn:aws:iam::aws:policy/AdministratorAccess" is not valid, want the ARN of a managed policy in the path /cell/<client>/extra/`,
		}},
		{"one for all clients", map[string]string{"accounts/nonprod/cell.yaml": "iam: {extraPolicies: ['" + mine + "']}\n", "clients/birch/cell.yaml": smallest(1)}, []string{
			`configs/accounts/nonprod/cell.yaml:1:23: iam.extraPolicies[0]: "` + mine + `" is not one of client birch in account nonprod, in the cell of client birch (want arn:aws:iam::111111111111:policy/cell/birch/extra/<name>)`,
		}},
	})
	mustLoad(t, with(mine))
}
