package aws

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func certificate() *resource.Kind {
	imported := " (only certificates that ACM issues)"
	return &resource.Kind{
		Token: tokCertificate, Service: "ACM", Noun: "ACM Certificate", CreateOp: "RequestCertificate", UpdateOp: "UpdateCertificateOptions", DeleteOp: "DeleteCertificate",
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"domainName", "subjectAlternativeNames", "validationMethod", "validationOptions", "keyAlgorithm"}, Why: "a certificate says what it says"},
			},
			Sets:     []string{"subjectAlternativeNames", "validationOptions"},
			Computed: []string{"subjectAlternativeNames", "keyAlgorithm", "options", "validationMethod"},
			Enums: map[string][]string{
				"validationMethod": {"DNS", "EMAIL"},
				"keyAlgorithm":     {"RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"},
				"options.certificateTransparencyLoggingPreference": {"ENABLED", "DISABLED"},
			},
			Lengths: map[string]schema.Range{"domainName": {Min: 1, Max: 253}, "subjectAlternativeNames": {Min: 1, Max: 253}},
			Unsimulated: map[string]string{
				"certificateBody": imported, "certificateChain": imported, "privateKey": imported,
				"certificateAuthorityArn": " (only public certificates)", "earlyRenewalDuration": imported,
			},
		},
		Validate: func(v *resource.Validation) {
			if !v.In.Has("domainName") {
				v.Fail("domainName", "%q: one of `domainName,privateKey` must be specified", "domainName")
			}
			if strings.HasSuffix(v.In.Str("domainName"), ".") {
				v.Fail("domainName", "invalid value for domainName (cannot end with a period)")
			}
		},
		Identify: identifyCertificate,
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokListener, tokListenerCertificate)) > 0 {
				return resource.Faultf("ResourceInUseException", "Certificate %s in account %s is in use.", c.Obj.ARN, c.Account)
			}
			return nil
		},
	}
}

func identifyCertificate(c *resource.Call) error {
	names := []string{c.In.Str("domainName")}
	for _, n := range c.In.Strs("subjectAlternativeNames") {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	if most := c.Limits["names per certificate"]; len(names) > most {
		return resource.Faultf("LimitExceededException", "Error: you have reached your limit of %d domain names per certificate.", most)
	}
	c.Obj.ID = fmt.Sprintf("arn:aws:acm:%s:%s:certificate/%s", c.Region, c.Account, c.UUID("certificate"))
	c.Obj.ARN = c.Obj.ID
	var options []any
	for _, n := range names {
		options = append(options, validationOption(c.Account, n))
	}
	c.Out("domainValidationOptions", options)
	c.Default("subjectAlternativeNames", resource.List(names...))
	c.Default("validationMethod", "DNS")
	c.Default("keyAlgorithm", "RSA_2048")
	c.Default("options", map[string]any{"certificateTransparencyLoggingPreference": "ENABLED"})
	c.Out("status", "PENDING_VALIDATION")
	c.Out("type", "AMAZON_ISSUED")
	c.Out("renewalEligibility", "INELIGIBLE")
	c.Out("pendingRenewal", false)
	for _, none := range []string{"notAfter", "notBefore"} {
		c.Out(none, "")
	}
	for _, none := range []string{"validationEmails", "renewalSummaries"} {
		c.Out(none, resource.List[any]())
	}
	return nil
}

// validationOption is the record that proves a domain: the same for every certificate of an account, and for a
// wildcard the same as for the name below it, as ACM does.
func validationOption(account, name string) map[string]any {
	domain := strings.TrimPrefix(name, "*.")
	return map[string]any{
		"domainName":          name,
		"resourceRecordName":  "_" + shortHash("acm name"+account+domain, 32) + "." + domain + ".",
		"resourceRecordType":  "CNAME",
		"resourceRecordValue": "_" + shortHash("acm value"+account+domain, 32) + ".zzzzzzzzzz.acm-validations.aws.",
	}
}

func certificateValidation() *resource.Kind {
	return &resource.Kind{
		Token: tokValidation, Service: "ACM", Noun: "ACM Certificate Validation", CreateOp: "DescribeCertificate", UpdateOp: "DescribeCertificate", DeleteOp: "DescribeCertificate",
		Upsert: true,
		Rules: schema.Rules{
			Immutable: "it is no thing in the cloud, only the wait for one certificate",
			Sets:      []string{"validationRecordFqdns"},
			Formats:   map[string]schema.Format{"certificateArn": schema.ARN},
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("certificateArn"); return nil },
		Apply:    validateCertificate,
	}
}

// validateCertificate issues the certificate when its records stand in a public zone, and says what it waits for when
// they do not; the real provider waits 75 minutes before it says so.
func validateCertificate(c *resource.Call) error {
	arn := c.In.Str("certificateArn")
	cert := c.Regional(tokCertificate, arn)
	if cert == nil {
		return &resource.Fault{Code: "ResourceNotFoundException", Message: fmt.Sprintf("Could not find certificate %s.", arn)}
	}
	given := c.In.Strs("validationRecordFqdns")
	for i := range given {
		given[i] = zoneName(given[i])
	}
	for _, o := range resource.Props(cert.Outputs).Objs("domainValidationOptions") {
		name := zoneName(o.Str("resourceRecordName"))
		if len(given) > 0 && !slices.Contains(given, name) {
			return fmt.Errorf("missing %s DNS validation record: %s", o.Str("domainName"), name)
		}
		if !provesDomain(c, name, o.Str("resourceRecordValue")) {
			return fmt.Errorf("waiting for ACM Certificate (%s) to be issued: timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 1h15m0s): "+
				"no public hosted zone has the record %s CNAME %s", arn, name, o.Str("resourceRecordValue"))
		}
	}
	c.Claim(issuedName(arn))
	return nil
}

func provesDomain(c *resource.Call, name, value string) bool {
	for _, k := range c.Tx.Named("publiccname/" + name + "/") {
		for _, r := range resource.Props(c.Tx.Get(k).Outputs).Strs("records") {
			if zoneName(r) == zoneName(value) {
				return true
			}
		}
	}
	return false
}

// issuedName is claimed when a certificate is issued.
func issuedName(arn string) string { return "issued/" + arn }
