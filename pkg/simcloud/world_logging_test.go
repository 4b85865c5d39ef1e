package simcloud_test

const protectionType = "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy"

// statements is a data protection policy of two statements.
func statements(audit, mask string) string {
	return `{"Name":"mask","Version":"2021-06-01","Statement":[` + audit + `,` + mask + `]}`
}

const (
	audits = `{"Sid":"audit","DataIdentifier":["arn:aws:dataprotection::aws:data-identifier/Ssn-US"],"Operation":{"Audit":{"FindingsDestination":{}}}}`
	masks  = `{"Sid":"mask","DataIdentifier":["arn:aws:dataprotection::aws:data-identifier/Ssn-US"],"Operation":{"Deidentify":{"MaskConfig":{}}}}`
)

// masking hides what a cell's logs say.
func (w *world) masking() {
	w.add(protectionType, "masked", props{"logGroupName": w.res["logs"].str("name"), "policyDocument": statements(audits, masks)})
}
