package recorder

// Treatment says what an exception does to its rule.
type Treatment string

const (
	// LeftOut is a rule that the conformance pack does not evaluate.
	LeftOut Treatment = "left out"
	// Expected is a rule that is evaluated everywhere and that the named resources
	// fail on purpose; anything else that fails it is a finding.
	Expected Treatment = "expected finding"
	// Manual is a rule whose result a person records.
	Manual Treatment = "manual"
)

// Exception is one rule of the HIPAA conformance pack that this platform's design
// meets in part or not at all, for an auditor to read.
type Exception struct {
	// Rule is the rule's name.
	Rule string
	// Treatment is what happens to it.
	Treatment Treatment
	// Resources are those that do not meet the rule.
	Resources string
	// Reason is why, and what takes the rule's place.
	Reason string
}

// Exceptions returns the exceptions by rule name.
func Exceptions() []Exception {
	const replaced = "a node is replaced, never restored; what it holds is saved as snapshots of the application in a bucket"
	return []Exception{
		{"annual-risk-assessment-performed", Manual, "the account",
			"the assessment is work of people, who record its result once a year with PutExternalEvaluation"},
		{"autoscaling-group-elb-healthcheck-required", LeftOut, "groups of Vault and Consul nodes",
			"a standby or sealed node answers a load balancer's check with an error; replacing it for that would cost the quorum"},
		{"ebs-in-backup-plan", LeftOut, "volumes of nodes in Auto Scaling groups", replaced},
		{"ec2-resources-protected-by-backup-plan", LeftOut, "nodes in Auto Scaling groups", replaced},
		{"elbv2-acm-certificate-required", Expected, "listeners on port 80 and TCP listeners",
			"the listener on port 80 only redirects to HTTPS; behind a TCP listener the servers end TLS with certificates of their own"},
		{"s3-bucket-default-lock-enabled", LeftOut, "all buckets but the trail's",
			"AWS Config and S3 deliver nothing to a bucket with a default retention, and clients may have their data deleted; versions protect both"},
		{"s3-bucket-logging-enabled", Expected, "the bucket for server access logs",
			"it would log its own logging without end"},
		{"s3-bucket-replication-enabled", LeftOut, "all buckets",
			"health data stays in its region, where S3 keeps it in three zones; versions and backups guard against deletion"},
		{"s3-default-encryption-kms", Expected, "the buckets for server access logs and load balancer logs",
			"both services deliver only to buckets that S3 itself encrypts; the logs name no patient"},
		{"s3-event-notifications-enabled", LeftOut, "all buckets",
			"nothing waits for an object, and data events in the trail record each access"},
	}
}

// leftOut returns the rules that are not evaluated.
func leftOut() map[string]bool {
	out := map[string]bool{}
	for _, e := range Exceptions() {
		if e.Treatment == LeftOut {
			out[e.Rule] = true
		}
	}
	return out
}
