package config_test

import (
	"strings"
	"testing"
)

func TestErrorsOfTheBase(t *testing.T) {
	t.Parallel()
	account := func(lines ...string) map[string]string {
		return map[string]string{"accounts/nonprod/base.yaml": strings.Join(lines, "\n") + "\n"}
	}
	checkWrong(t, []wrong{
		{"endpoints", account("network:", "  endpoints: {gateway: [s3, s3, efs], interface: [ecs, ecs-agent, S3]}"), []string{
			`configs/accounts/nonprod/base.yaml:2:29: network.endpoints.gateway[1]: s3 is already listed as gateway[0] (list each once)`,
			`configs/accounts/nonprod/base.yaml:2:33: network.endpoints.gateway[2]: "efs" is not known, want one of s3, dynamodb`,
			`configs/accounts/nonprod/base.yaml:2:50: network.endpoints.interface: of the endpoints of the ECS agent, ecs, ecs-agent, ecs-telemetry, it lacks ecs-telemetry (it needs all of them or none)`,
			`configs/accounts/nonprod/base.yaml:2:67: network.endpoints.interface[2]: "S3" is not valid, want the name of a service, such as ecr.api`,
		}},
		{"endpoints of the ECS agent", account("network: {endpoints: {interface: [logs, ecs, ecs-agent]}}"), []string{
			`configs/accounts/nonprod/base.yaml:1:34: network.endpoints.interface: of the endpoints of the ECS agent, ecs, ecs-agent, ecs-telemetry, it lacks ecs-telemetry (it needs all of them or none)`,
		}},
		{"gateways among the interfaces", account("network: {endpoints: {interface: [logs, dynamodb]}}"), []string{
			`configs/accounts/nonprod/base.yaml:1:41: network.endpoints.interface[1]: dynamodb has a gateway endpoint, which costs nothing (list it under network.endpoints.gateway)`,
		}},
		{"ages of log files", account("audit: {coldDays: 400, retentionDays: 400}"), []string{
			`configs/accounts/nonprod/base.yaml:1:19: audit.coldDays: files move at 400 days, when they are deleted after 400 (configs/accounts/nonprod/base.yaml:1:39) (use a smaller number, or 0 for never)`,
			`configs/defaults/base.yaml:10:81: audit.archiveDays: files move to the archive at 365 days, before they move to cold storage at 400 (use at least 401, or 0 for never)`,
		}},
		{"archive before cold", account("audit: {coldDays: 90, archiveDays: 90}"), []string{
			`configs/accounts/nonprod/base.yaml:1:36: audit.archiveDays: files move to the archive at 90 days, before they move to cold storage at 90 (use at least 91, or 0 for never)`,
		}},
		{"out of range", account("audit: {retentionDays: 30, objectLock: legal, logGroupDays: 100}", "guardrails: {passwordPolicy: {minimumLength: 8}}", "recorder: {deliveryHours: 5}"), []string{
			`configs/accounts/nonprod/base.yaml:1:24: audit.retentionDays: 30 is out of range, want 90 to 3653`,
			`configs/accounts/nonprod/base.yaml:1:40: audit.objectLock: "legal" is not known, want one of compliance, governance, none`,
			`configs/accounts/nonprod/base.yaml:1:61: audit.logGroupDays: 100 is not known, want one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653`,
			`configs/accounts/nonprod/base.yaml:2:46: guardrails.passwordPolicy.minimumLength: 8 is out of range, want 14 to 128`,
			`configs/accounts/nonprod/base.yaml:3:27: recorder.deliveryHours: 5 is not known, want one of 1, 3, 6, 12, 24`,
		}},
		{"contact", account("guardrails: {contacts: {security: {email: nobody, phone: 555}}}"), []string{
			`configs/accounts/nonprod/base.yaml:1:43: guardrails.contacts.security.email: "nobody" is not valid, want an e-mail address`,
			`configs/accounts/nonprod/base.yaml:1:58: guardrails.contacts.security.phone: 555 is an integer, want a phone number that begins with + and the country code (put it in quotes: "555")`,
		}},
		{"half a contact", account("guardrails: {contacts: {billing: {email: money@example.com}}}"), []string{
			`configs/accounts/nonprod/base.yaml:1:34: guardrails.contacts.billing.fullName: missing key, want 1 to 64 characters (for example: fullName: Security Team)`,
			`configs/accounts/nonprod/base.yaml:1:34: guardrails.contacts.billing.phone: missing key, want a phone number that begins with + and the country code (for example: phone: "+1 555 0100")`,
			`configs/accounts/nonprod/base.yaml:1:34: guardrails.contacts.billing.title: missing key, want 1 to 50 characters (for example: title: Security Officer)`,
		}},
		{"detection", account("detection:", "  inspector: [LAMBDA_CODE, ECS]", "  securityHub: {standards: []}", "  guardDuty: {features: [S3_DATA_EVENTS, S3_DATA_EVENTS]}"), []string{
			`configs/accounts/nonprod/base.yaml:2:14: detection.inspector: LAMBDA_CODE without LAMBDA, which Inspector refuses (add LAMBDA)`,
			`configs/accounts/nonprod/base.yaml:2:28: detection.inspector[1]: "ECS" is not known, want one of EC2, ECR, LAMBDA, LAMBDA_CODE (did you mean "EC2"?)`,
			`configs/accounts/nonprod/base.yaml:3:28: detection.securityHub.standards: Security Hub is enabled and checks no standard (for example: standards: [fsbp])`,
			`configs/accounts/nonprod/base.yaml:4:42: detection.guardDuty.features[1]: S3_DATA_EVENTS is already listed as features[0] (list each once)`,
		}},
		{"Lambda code alone", account("detection: {inspector: [LAMBDA_CODE]}"), []string{
			`configs/accounts/nonprod/base.yaml:1:24: detection.inspector: LAMBDA_CODE without LAMBDA, which Inspector refuses (add LAMBDA)`,
		}},
		{"disabled control without reason", account("detection: {securityHub: {disabled: [{name: S3.11}, {name: s3, reason: because of that}]}}"), []string{
			`configs/accounts/nonprod/base.yaml:1:38: detection.securityHub.disabled[S3.11].reason: missing key, want 10 to 1000 characters (for example: reason: log buckets send no notifications)`,
			`configs/accounts/nonprod/base.yaml:1:60: detection.securityHub.disabled[s3].name: "s3" is not valid, want the id of a control, such as S3.11`,
		}},
		{"accounts that are none", account("access: {peopleAccount: opps, deployers: [{name: jenkins, account: proud, role: '*'}]}"), []string{
			`configs/accounts/nonprod/base.yaml:1:25: access.peopleAccount: "opps" is not one of the organization's accounts (accounts: nonprod, prod)`,
			`configs/accounts/nonprod/base.yaml:1:68: access.deployers[jenkins].account: "proud" is not one of the organization's accounts (did you mean "prod"? accounts: nonprod, prod)`,
			`configs/accounts/nonprod/base.yaml:1:81: access.deployers[jenkins].role: every role of the account could deploy (name the role, or the path that only deploying roles have)`,
		}},
		{"CI", account("access:", "  ci:", "    - {name: a, url: 'https://ci.example.com', audience: sts.amazonaws.com, subjects: ['*']}", "    - {name: b, url: 'https://ci.example.com', audience: sts.amazonaws.com, subjects: []}", "    - {name: c, url: 'http://ci.example.com', audience: a b, subjects: [x, x], projects: [cells]}"), []string{
			`configs/accounts/nonprod/base.yaml:3:88: access.ci[a].subjects[0]: "*" is not valid, want a value of the claim sub that does not begin with *`,
			`configs/accounts/nonprod/base.yaml:4:22: access.ci[b].url: the provider is already access.ci[a] at configs/accounts/nonprod/base.yaml:3:22 (an account has one provider for an issuer: merge the two)`,
			`configs/accounts/nonprod/base.yaml:4:87: access.ci[b].subjects: 0 items are listed, want 1 to 20`,
			`configs/accounts/nonprod/base.yaml:5:22: access.ci[c].url: "http://ci.example.com" is not valid, want an https URL without query`,
			`configs/accounts/nonprod/base.yaml:5:57: access.ci[c].audience: "a b" is not valid, want 1 to 255 characters without blanks`,
			`configs/accounts/nonprod/base.yaml:5:76: access.ci[c].subjects[1]: x is already listed as subjects[0] (list each once)`,
			`configs/accounts/nonprod/base.yaml:5:91: access.ci[c].projects[0]: "cells" is not known, want one of base, utility, cell (did you mean "cell"?)`,
		}},
		{"one issuer twice", account("access:", "  ci:", "    - {name: a, url: 'https://ci.example.com', audience: a, subjects: [x]}", "    - {name: b, url: 'https://ci.example.com', audience: a, subjects: [x]}"), []string{
			`configs/accounts/nonprod/base.yaml:4:22: access.ci[b].url: the provider is already access.ci[a] at configs/accounts/nonprod/base.yaml:3:22 (an account has one provider for an issuer: merge the two)`,
		}},
		{"metadata", account("access: {samlMetadata: <html></html>}"), []string{
			`configs/accounts/nonprod/base.yaml:1:24: access.samlMetadata: the document is a "html", want an EntityDescriptor (paste the metadata document that the identity provider offers for AWS)`,
		}},
		{"metadata that is no XML", account("access: {samlMetadata: <EntityDescriptor>}"), []string{
			`configs/accounts/nonprod/base.yaml:1:24: access.samlMetadata: is not XML: XML syntax error on line 1: unexpected EOF (paste the metadata document that the identity provider offers for AWS)`,
		}},
		{"budget", account("budget: {monthlyUSD: 0, alertPercents: [80, 80], emails: []}"), []string{
			`configs/accounts/nonprod/base.yaml:1:22: budget.monthlyUSD: 0 is out of range, want 1 to 10000000`,
			`configs/accounts/nonprod/base.yaml:1:45: budget.alertPercents[1]: 80 is already listed as alertPercents[0] (list each once)`,
			`configs/accounts/nonprod/base.yaml:1:58: budget.emails: 0 items are listed, want 1 to 10`,
		}},
		{"what is the account's in another region", map[string]string{"accounts/nonprod/us-west-2/base.yaml": "access: {maxSessionHours: 2}\nbudget: {monthlyUSD: 5}\naudit: {alarms: false, coldDays: 0}\n"}, []string{
			`configs/accounts/nonprod/us-west-2/base.yaml:1:27: access: has no effect in us-west-2: it is the account's, whose home region is us-east-1 (move it to accounts/nonprod/base.yaml)`,
			`configs/accounts/nonprod/us-west-2/base.yaml:2:22: budget: has no effect in us-west-2: it is the account's, whose home region is us-east-1 (move it to accounts/nonprod/base.yaml)`,
			`configs/accounts/nonprod/us-west-2/base.yaml:3:17: audit.alarms: has no effect in us-west-2: it is the account's, whose home region is us-east-1 (move it to accounts/nonprod/base.yaml)`,
		}},
	})
}
