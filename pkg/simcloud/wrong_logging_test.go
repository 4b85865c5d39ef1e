package simcloud_test

import (
	"strings"
	"testing"
)

func TestRefusesWrongMasks(t *testing.T) {
	t.Parallel()
	document := func(text string) func(*world) props { return changed("masked", props{"policyDocument": text}) }
	const invalid = `policyDocument: InvalidParameterException: Invalid data protection policy: `
	refuses(t, []wrong{
		{"no log group", protectionType, changed("masked", props{"logGroupName": "/cell/acme/none"}), `api error ResourceNotFoundException: The specified log group does not exist.`},
		{"no JSON", protectionType, document("mask"), `policyDocument: `},
		{"one statement", protectionType, document(`{"Name":"mask","Version":"2021-06-01","Statement":[` + masks + `]}`), invalid + `it needs exactly two statements, one that audits and one that masks`},
		{"no version", protectionType, document(strings.Replace(statements(audits, masks), "2021-06-01", "2012-10-17", 1)), invalid + `it needs a Name and the Version "2021-06-01"`},
		{"two that mask", protectionType, document(statements(masks, masks)), invalid + `it needs exactly two statements, one that audits and one that masks`},
		{"other identifiers", protectionType, document(statements(strings.Replace(audits, "Ssn-US", "Address", 1), masks)), invalid + `the data identifiers of both statements must be the same`},
		{"no identifiers", protectionType, document(statements(strings.Replace(audits, `"arn:aws:dataprotection::aws:data-identifier/Ssn-US"`, "", 1), masks)), invalid + `a statement needs data identifiers`},
		{"an identifier of another service", protectionType, document(statements(strings.ReplaceAll(audits, "dataprotection", "macie"), strings.ReplaceAll(masks, "dataprotection", "macie"))), invalid + `a statement needs data identifiers`},
		{"a mask of a kind", protectionType, document(statements(audits, strings.Replace(masks, `"MaskConfig":{}`, `"MaskConfig":{"With":"*"}`, 1))), invalid + `MaskConfig must be empty`},
		{"an operation that is none", protectionType, document(statements(audits, strings.Replace(masks, "Deidentify", "Remove", 1))), invalid + `the operation Remove is not Audit with FindingsDestination or Deidentify with MaskConfig`},
		{"findings to nowhere", protectionType, document(statements(strings.Replace(audits, `"FindingsDestination":{}`, `"FindingsDestination":{"CloudWatchLogs":{"LogGroup":"/cell/acme/none"}}`, 1), masks)), `The log group /cell/acme/none provided for findings does not exist.`},
		{"too long", protectionType, document(statements(strings.Replace(audits, "audit", strings.Repeat("a", 31000), 1), masks)), invalid + `the document has more than 30720 characters`},
	})
}
