package detection_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/detection"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/pulumitest"
)

const (
	hubType      = "aws:securityhub/account:Account"
	disabledType = "aws:securityhub/standardsControlAssociation:StandardsControlAssociation"
	featureType  = "aws:guardduty/detectorFeature:DetectorFeature"
)

func args() detection.Args {
	return detection.Args{
		OrganizationName: "meridian",
		AccountName:      "prod",
		AccountID:        "111111111111",
		Region:           "us-east-1",
		HomeRegion:       true,
		Config: config.BaseDetection{
			GuardDuty: config.BaseGuardDuty{Enabled: true, Features: []string{"S3_DATA_EVENTS", "RUNTIME_MONITORING"}},
			SecurityHub: config.BaseSecurityHub{
				Enabled:   true,
				Standards: []string{"nist-800-53", "fsbp", "cis-3.0"},
				Disabled: []config.DisabledControl{
					{Name: "S3.11", Reason: "log buckets send no notifications"},
					{Name: "S3.20", Reason: "buckets have lifecycle rules instead"},
					{Name: "CloudWatch.4", Reason: "only in a standard that is not checked"},
				},
			},
			Inspector:        []string{"LAMBDA", "EC2", "ECR"},
			Macie:            true,
			UnusedAccessDays: 90,
			Alerts:           config.BaseAlerts{Emails: []string{"security@example.com"}, MinimumSeverity: "HIGH"},
		},
		KeyARN:             pulumi.String("arn:aws:kms:us-east-1:111111111111:key/logs"),
		BreakGlassRoleARN:  "arn:aws:iam::111111111111:role/break-glass",
		TrustedAccountIDs:  []string{"333333333333"},
		DeletionProtection: true,
	}
}

func record(t *testing.T, args detection.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := detection.New(ctx, "detection", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsTheDetection(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "detection")
}

func TestNewOutsideTheHomeRegionGathersNothing(t *testing.T) {
	t.Parallel()
	a := args()
	a.HomeRegion, a.Region = false, "us-west-2"
	recording := record(t, a)
	if n := len(recording.OfType("aws:securityhub/findingAggregator:FindingAggregator")); n != 0 {
		t.Errorf("%d finding aggregators, want none", n)
	}
	if got := recording.Strings("aws:accessanalyzer/analyzer:Analyzer", "type"); !slices.Equal(got, []string{"ACCOUNT"}) {
		t.Errorf("analyzers = %v, want the one of external access", got)
	}
	for _, arn := range recording.Strings("aws:securityhub/standardsSubscription:StandardsSubscription", "standardsArn") {
		if !strings.HasPrefix(arn, "arn:aws:securityhub:us-west-2::standards/") {
			t.Errorf("standard %s is not of the region", arn)
		}
	}
}

func TestNewLeavesOutWhatIsSwitchedOff(t *testing.T) {
	t.Parallel()
	a := args()
	a.Config.GuardDuty.Enabled, a.Config.SecurityHub.Enabled, a.Config.Macie = false, false, false
	a.Config.Inspector, a.Config.Alerts.Emails, a.TrustedAccountIDs = nil, nil, nil
	recording := record(t, a)
	want := map[string]int{
		"aws:sns/topic:Topic": 1, "aws:sns/topicPolicy:TopicPolicy": 1, "aws:accessanalyzer/analyzer:Analyzer": 2,
		"aws:cloudwatch/eventRule:EventRule": 5, "aws:cloudwatch/eventTarget:EventTarget": 5, "aws:rds/eventSubscription:EventSubscription": 4,
	}
	got := map[string]int{}
	for _, r := range recording.Resources {
		if r.Custom && r.Type != "pulumi:providers:aws" {
			got[r.Type]++
		}
	}
	for token, n := range want {
		if got[token] != n {
			t.Errorf("%d of %s, want %d", got[token], token, n)
		}
		delete(got, token)
	}
	if len(got) > 0 {
		t.Errorf("there are also %v", got)
	}
}

func TestNewSetsEveryFeatureOfGuardDuty(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	recording := record(t, args())
	statuses := recording.Strings(featureType, "status")
	for i, name := range recording.Strings(featureType, "name") {
		got[name] = statuses[i]
	}
	for name, want := range map[string]string{
		"EBS_MALWARE_PROTECTION": "DISABLED", "LAMBDA_NETWORK_LOGS": "DISABLED", "RDS_LOGIN_EVENTS": "DISABLED",
		"RUNTIME_MONITORING": "ENABLED", "S3_DATA_EVENTS": "ENABLED",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %s", name, got[name], want)
		}
	}
	if len(got) != 5 {
		t.Errorf("features are %v, want 5", got)
	}
}

func TestAgentsAreInTheOrderOfGuardDuty(t *testing.T) {
	t.Parallel()
	var got []string
	for _, feature := range record(t, args()).OfType(featureType) {
		if agents := feature.Inputs["additionalConfigurations"]; agents.IsArray() {
			for _, agent := range agents.ArrayValue() {
				got = append(got, agent.ObjectValue()["name"].StringValue())
			}
		}
	}
	if want := []string{"EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT"}; !slices.Equal(got, want) {
		t.Errorf("agents are %v, want %v", got, want)
	}
}

// Security Hub refuses to disable a control in a standard that does not have it.
func TestNewDisablesControlsWhereTheyAre(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	var got []string
	for _, r := range recording.OfType(disabledType) {
		got = append(got, r.Name)
		if r.Inputs["associationStatus"].StringValue() != "DISABLED" || r.Inputs["updatedReason"].StringValue() == "" {
			t.Errorf("%s: %v, want it disabled with a reason", r.Name, r.Inputs)
		}
	}
	want := []string{"detection-cis-3.0-S3.20", "detection-nist-800-53-S3.11", "detection-nist-800-53-S3.20"}
	if !slices.Equal(got, want) {
		t.Errorf("disabled are %v, want %v", got, want)
	}
	if hub := recording.OfType(hubType)[0]; hub.Inputs["enableDefaultStandards"].BoolValue() {
		t.Error("the hub brings its own standards")
	}
}

func TestNewSubscribesByAddress(t *testing.T) {
	t.Parallel()
	a := args()
	a.Config.Alerts.Emails = []string{"b@example.com", "a@example.com"}
	var names []string
	for _, r := range record(t, a).OfType("aws:sns/topicSubscription:TopicSubscription") {
		names = append(names, r.Name)
	}
	if want := []string{"detection-a@example.com", "detection-b@example.com"}; !slices.Equal(names, want) {
		t.Errorf("subscriptions are %v, want %v", names, want)
	}
}

// With a condition, EventBridge publishes nothing and nobody hears of it.
func TestTopicPolicyHasNoConditionOnEventBridge(t *testing.T) {
	t.Parallel()
	policy := record(t, args()).Strings("aws:sns/topicPolicy:TopicPolicy", "policy")[0]
	const topic = `"arn:aws:sns:us-east-1:111122223333:detection"`
	want := `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"DenyPlainHTTP","Effect":"Deny","Principal":"*","Action":["sns:Publish"],"Resource":[` + topic + `],"Condition":{"Bool":{"aws:SecureTransport":["false"]}}},` +
		`{"Sid":"PublishAlarms","Effect":"Allow","Principal":{"Service":["cloudwatch.amazonaws.com"]},"Action":["sns:Publish"],"Resource":[` + topic + `],` +
		`"Condition":{"ArnLike":{"aws:SourceArn":["arn:aws:cloudwatch:us-east-1:111111111111:alarm:*"]},"StringEquals":{"aws:SourceAccount":["111111111111"]}}},` +
		`{"Sid":"PublishEvents","Effect":"Allow","Principal":{"Service":["events.amazonaws.com"]},"Action":["sns:Publish"],"Resource":[` + topic + `]},` +
		`{"Sid":"PublishOfCells","Effect":"Allow","Principal":{"Service":["budgets.amazonaws.com","events.rds.amazonaws.com"]},"Action":["sns:Publish"],"Resource":[` + topic + `],` +
		`"Condition":{"StringEquals":{"aws:SourceAccount":["111111111111"]}}},` +
		`{"Sid":"PublishBackups","Effect":"Allow","Principal":{"Service":["backup.amazonaws.com"]},"Action":["sns:Publish"],"Resource":[` + topic + `]}]}`
	if policy != want {
		t.Errorf("policy = %s\nwant %s", policy, want)
	}
}

func TestKeyStatementsAreForTopicsOfTheAccountAndRegion(t *testing.T) {
	t.Parallel()
	text, err := iampolicy.NewDocument(detection.KeyStatements("111111111111", "us-east-1")...).JSONFor(iampolicy.Key)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"Version":"2012-10-17","Statement":[{"Sid":"UseByAlerts","Effect":"Allow",` +
		`"Principal":{"Service":["backup.amazonaws.com","budgets.amazonaws.com","cloudwatch.amazonaws.com","events.amazonaws.com","events.rds.amazonaws.com"]},"Action":["kms:Decrypt","kms:GenerateDataKey*"],"Resource":["*"],` +
		`"Condition":{"ArnLike":{"kms:EncryptionContext:aws:sns:topicArn":["arn:aws:sns:us-east-1:111111111111:*"]}}}]}`
	if text != want {
		t.Errorf("statements = %s, want %s", text, want)
	}
}

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		change func(*detection.Args)
		want   string
	}{
		{func(a *detection.Args) { *a = detection.Args{Config: a.Config} },
			"organization is empty\naccount is empty\naccount id is empty\nregion is empty\nbreak-glass role is empty\nkey is not set"},
		{func(a *detection.Args) {
			a.Config.GuardDuty.Features = []string{"S3_DATA_EVENTS", "S3_DATA_EVENTS", "EKS_RUNTIME_MONITORING"}
		},
			"GuardDuty feature \"S3_DATA_EVENTS\" is given twice, want it once\n" +
				`GuardDuty feature "EKS_RUNTIME_MONITORING" is unknown, want one of EBS_MALWARE_PROTECTION, LAMBDA_NETWORK_LOGS, RDS_LOGIN_EVENTS, RUNTIME_MONITORING, S3_DATA_EVENTS`},
		{func(a *detection.Args) { a.Config.Inspector = []string{"LAMBDA_CODE"} },
			"inspector scans LAMBDA_CODE only together with LAMBDA, want both"},
		{func(a *detection.Args) { a.Config.UnusedAccessDays = 366 },
			"unused access of 366 days is out of range, want 1 to 365"},
		{func(a *detection.Args) { a.Config.SecurityHub.Standards = []string{"cis-2.0"} },
			`standard "cis-2.0" is unknown, want one of cis-1.4, cis-3.0, fsbp, nist-800-53, pci-dss`},
		{func(a *detection.Args) {
			a.Config.SecurityHub.Disabled = []config.DisabledControl{{Name: "S3.99"}, {Name: "S3.1"}, {Name: "S3.1"}}
		},
			"disabled control \"S3.99\" is in none of the standards that this project knows: check its spelling, or add it to controls.csv\n" +
				`disabled control "S3.1" is given twice, want it once`},
		{func(a *detection.Args) { a.Config.Alerts.MinimumSeverity = "" },
			`severity "" is unknown, want one of LOW, MEDIUM, HIGH, CRITICAL`},
		{func(a *detection.Args) { a.OrganizationName = "Meridian" },
			`part 1 of name "Meridian-prod-external-access": holds 'M', want only lower-case letters, digits and dashes`},
		{func(a *detection.Args) {
			a.BreakGlassRoleARN = "arn:aws:iam::111111111111:role/" + strings.Repeat("x", 2000)
		},
			"alert break-glass: a pattern of 2210 characters is too long, want at most 2048"},
	} {
		a := args()
		test.change(&a)
		_, err := detection.New(nil, "detection", a)
		if want := `detection "detection": ` + test.want; err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}
