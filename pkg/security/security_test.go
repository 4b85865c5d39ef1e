package security_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
	"cellworks/pkg/pulumitest"
	"cellworks/pkg/security"
)

const (
	jobType        = "aws:macie2/classificationJob:ClassificationJob"
	aggregatorType = "aws:cfg/configurationAggregator:ConfigurationAggregator"
	leaveType      = "aws:cfg/aggregateAuthorization:AggregateAuthorization"
	ruleType       = "aws:cloudwatch/eventRule:EventRule"
	taskType       = "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask"
	scheduleType   = "aws:scheduler/schedule:Schedule"
	bucketPolicy   = "aws:s3/bucketPolicy:BucketPolicy"
)

func args() security.Args {
	return security.Args{
		OrganizationName: "meridian",
		AccountName:      "prod",
		AccountID:        pulumitest.AccountID,
		Region:           "us-east-1",
		Config: config.UtilitySecurity{
			CentralAccount:      "ops",
			Macie:               config.UtilityMacie{Enabled: true, Every: config.Weekly, SamplingPercent: 10},
			VulnerabilityReport: config.UtilityVulnerabilityReport{Enabled: true, Every: config.Weekly, Severities: []string{"HIGH", "CRITICAL"}},
			ReportRetentionDays: 2192,
			Patching: config.UtilityPatching{
				Enabled: true, Operation: config.PatchScan, ApproveAfterDays: 7, Weekday: "SUN", Hour: 4, DurationHours: 4, Inventory: true,
			},
			Routes: []config.FindingRoute{
				{Name: "pager", Severities: []string{"CRITICAL"}, Accounts: []string{"prod"}, Emails: []string{"on-call@example.com"}},
				{Name: "chat", Severities: []string{"HIGH", "CRITICAL"}},
				{Name: "elsewhere", Severities: []string{"LOW"}, Accounts: []string{"ops"}},
			},
		},
		Detection: config.BaseDetection{
			GuardDuty: config.BaseGuardDuty{Features: []string{"S3_DATA_EVENTS", "RUNTIME_MONITORING"}}, Inspector: []string{"EC2", "ECR"}, Macie: true,
		},
		Center:              security.Place{AccountID: "333333333333", Region: "us-east-1"},
		LogKeyARN:           "arn:aws:kms:us-east-1:111122223333:key/logs",
		AlertTopicARN:       "arn:aws:sns:us-east-1:111122223333:alerts",
		PermissionsBoundary: "arn:aws:iam::111122223333:policy/platform-boundary",
		DeletionProtection:  true,
	}
}

// center returns the arguments of the place that gathers, which administers too.
func center() security.Args {
	a := args()
	a.Center = security.Place{AccountID: a.AccountID, Region: a.Region}
	a.Members = map[string]string{"prod": a.AccountID, "nonprod": "111111111111", "ops": "333333333333"}
	a.Regions = []string{"us-west-2", "us-east-1", "us-east-1"}
	a.Config.OrganizationAdmin, a.Config.DetectorID = true, "12abc34d567e8fa901bc2d34e56789f0"
	return a
}

func record(t *testing.T, args security.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := security.New(ctx, "security", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsWhatEveryAccountHas(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "member")
}

func TestNewBuildsTheCenter(t *testing.T) {
	t.Parallel()
	record(t, center()).Golden(t, "center")
}

func TestOnlyTheCenterGathers(t *testing.T) {
	t.Parallel()
	elsewhere := center()
	elsewhere.Config.OrganizationAdmin = false
	elsewhere.Center.Region = "us-west-2"
	for name, tc := range map[string]struct {
		args           security.Args
		gather, permit int
	}{"center": {center(), 1, 0}, "its other region": {elsewhere, 0, 0}, "another account": {args(), 0, 1}} {
		recording := record(t, tc.args)
		if got := len(recording.OfType(aggregatorType)); got != tc.gather {
			t.Errorf("%s: %d aggregators, want %d", name, got, tc.gather)
		}
		if got := len(recording.OfType(leaveType)); got != tc.permit {
			t.Errorf("%s: %d authorizations, want %d", name, got, tc.permit)
		}
	}
}

func TestMacieReadsTheBucketsOfCells(t *testing.T) {
	t.Parallel()
	criterion := record(t, args()).OfType(jobType)[0].Inputs["s3JobDefinition"].ObjectValue()["bucketCriteria"].ObjectValue()["includes"].ObjectValue()["ands"].ArrayValue()[0].ObjectValue()["tagCriterion"].ObjectValue()
	tag := criterion["tagValues"].ArrayValue()[0].ObjectValue()
	key, value := tag["key"].StringValue(), tag["value"].StringValue()
	if cell := (naming.TagSet{Client: "acme"}).Tags(); cell[key] != value {
		t.Errorf("Macie reads buckets with %s=%s, but a cell's has %q", key, value, cell[key])
	}
	if other := (naming.TagSet{}).Tags(); other[key] == value {
		t.Errorf("Macie reads buckets with %s=%s, which those of no cell have too", key, value)
	}
}

func TestCadencesAreThoseOfBothServices(t *testing.T) {
	t.Parallel()
	for every, want := range map[config.Cadence][2]string{
		config.Daily: {"dailySchedule", "cron(0 5 * * ? *)"}, config.Weekly: {"weeklySchedule", "cron(0 5 ? * MON *)"}, config.Monthly: {"monthlySchedule", "cron(0 5 1 * ? *)"},
	} {
		a := args()
		a.Config.Macie.Every, a.Config.VulnerabilityReport.Every = every, every
		recording := record(t, a)
		frequency := recording.OfType(jobType)[0].Inputs["scheduleFrequency"].ObjectValue()
		if _, ok := frequency[resource.PropertyKey(want[0])]; !ok || len(frequency) != 1 {
			t.Errorf("%s: Macie runs %v, want %s", every, frequency, want[0])
		}
		if got := recording.Strings(scheduleType, "scheduleExpression")[0]; got != want[1] {
			t.Errorf("%s: the report is asked for at %s, want %s", every, got, want[1])
		}
	}
}

func TestReportIsAskedForAsInspectorWantsIt(t *testing.T) {
	t.Parallel()
	target := record(t, args()).OfType(scheduleType)[0].Inputs["target"].ObjectValue()
	const want = `{"ReportFormat":"CSV","S3Destination":{"BucketName":"meridian-utility-111122223333-us-east-1-security-reports","KeyPrefix":"inspector/","KmsKeyArn":"arn:aws:kms:us-east-1:111122223333:security-reports"},` +
		`"FilterCriteria":{"FindingStatus":[{"Comparison":"EQUALS","Value":"ACTIVE"}],"Severity":[{"Comparison":"EQUALS","Value":"CRITICAL"},{"Comparison":"EQUALS","Value":"HIGH"}]}}`
	if got := target["input"].StringValue(); got != want {
		t.Errorf("input = %s, want %s", got, want)
	}
	if got := target["arn"].StringValue(); got != "arn:aws:scheduler:::aws-sdk:inspector2:createFindingsReport" {
		t.Errorf("target = %s", got)
	}
}

func TestServicesWriteTheirFoldersOnly(t *testing.T) {
	t.Parallel()
	var policy struct {
		Statement []struct {
			Sid, Effect string
			Principal   any
			Action      []string
			Resource    []string
			Condition   map[string]map[string][]string
		}
	}
	if err := json.Unmarshal([]byte(record(t, args()).Strings(bucketPolicy, "policy")[0]), &policy); err != nil {
		t.Fatal(err)
	}
	folders := map[string]string{"WriteMacieResults": "macie/*", "WriteVulnerabilities": "inspector/*"}
	for _, s := range policy.Statement {
		if s.Effect != string(iampolicy.EffectAllow) {
			continue
		}
		if got := s.Condition["StringEquals"]["aws:SourceAccount"]; !slices.Equal(got, []string{pulumitest.AccountID}) {
			t.Errorf("%s: for account %v, want the own", s.Sid, got)
		}
		folder, writes := folders[s.Sid]
		delete(folders, s.Sid)
		if writes && (len(s.Resource) != 1 || !strings.HasSuffix(s.Resource[0], "-security-reports/"+folder)) {
			t.Errorf("%s: writes %v, want %s", s.Sid, s.Resource, folder)
		}
	}
	if len(folders) > 0 {
		t.Errorf("nobody writes %v", folders)
	}
}

func TestRoutesAreThoseOfTheAccountAndItsOwnFindings(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	got := map[string]string{}
	for _, rule := range recording.OfType(ruleType) {
		var pattern struct {
			Detail struct {
				Findings struct {
					AwsAccountID []string
					ProductArn   []struct{ Prefix string }
					Severity     struct{ Label []string }
				}
			}
		}
		if err := json.Unmarshal([]byte(rule.Inputs["eventPattern"].StringValue()), &pattern); err != nil {
			t.Fatal(err)
		}
		f := pattern.Detail.Findings
		got[rule.Name] = strings.Join(f.Severity.Label, " ")
		if !slices.Equal(f.AwsAccountID, []string{pulumitest.AccountID}) || f.ProductArn[0].Prefix != "arn:aws:securityhub:us-east-1:" {
			t.Errorf("%s leads findings of %v %v, want the own", rule.Name, f.AwsAccountID, f.ProductArn)
		}
	}
	if want := map[string]string{"security-chat": "CRITICAL HIGH", "security-pager": "CRITICAL"}; len(got) != len(want) || got["security-chat"] != want["security-chat"] || got["security-pager"] != want["security-pager"] {
		t.Errorf("routes lead %v, want %v", got, want)
	}
	for _, topic := range recording.OfType("aws:sns/topic:Topic") {
		if topic.Inputs["kmsMasterKeyId"].StringValue() == "" {
			t.Errorf("%s is not encrypted", topic.URN)
		}
	}
}

func TestPatchingScansUnlessToldToInstall(t *testing.T) {
	t.Parallel()
	for operation, want := range map[config.PatchOperation]string{config.PatchScan: "Scan NoReboot", config.PatchInstall: "Install RebootIfNeeded"} {
		a := args()
		a.Config.Patching.Operation = operation
		task := record(t, a).OfType(taskType)[0].Inputs
		var got []string
		for _, p := range task["taskInvocationParameters"].ObjectValue()["runCommandParameters"].ObjectValue()["parameters"].ArrayValue() {
			got = append(got, p.ObjectValue()["values"].ArrayValue()[0].StringValue())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: parameters are %v, want %s", operation, got, want)
		}
		if task["maxConcurrency"].StringValue() != "1" {
			t.Errorf("%s: several instances at once", operation)
		}
	}
}

func TestWhatIsOffIsNotBuilt(t *testing.T) {
	t.Parallel()
	a := args()
	a.Config.Macie.Enabled, a.Config.VulnerabilityReport.Enabled, a.Config.Routes, a.DeletionProtection = false, false, nil, false
	a.Config.Patching.Enabled, a.Config.Patching.Inventory = false, false
	for _, res := range record(t, a).Resources {
		for _, module := range []string{":macie2/", ":scheduler/", ":sns/", ":ssm/", ":iam/", ":guardduty/", ":inspector2/", ":securityhub/"} {
			if strings.Contains(res.Type, module) {
				t.Errorf("%s is built though it is off", res.URN)
			}
		}
		if res.Protect {
			t.Errorf("%s is protected without deletion protection", res.URN)
		}
	}
}

func TestNewRefusesBadArgs(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		change func(*security.Args)
		want   string
	}{
		{"nothing", func(a *security.Args) { *a = security.Args{Config: a.Config} }, `security "security": organization is empty
account is empty
account id is empty
region is empty
center's account id is empty
center's region is empty
log key is empty
alert topic is empty
permissions boundary is empty
accounts or regions to gather are empty`},
		{"values", func(a *security.Args) {
			*a = center()
			a.Members["ops"], a.Config.DetectorID = "", ""
			a.Config.Macie.Every, a.Config.VulnerabilityReport.Every, a.Config.VulnerabilityReport.Severities = "hourly", "", nil
			a.Config.Routes = []config.FindingRoute{{Name: "pager", Severities: []string{"HIGH"}}, {Name: "pager"}}
		}, `security "security": account "ops" has no id
the organization's administrator has no detector, want its id
the vulnerability report lists no severity, want at least one
macie: cadence "hourly" is unknown, want daily, weekly or monthly
vulnerability report: cadence "" is unknown, want daily, weekly or monthly
route "pager" is given twice, want it once
route "pager": no severity is listed, want at least one`},
		{"a long pattern", func(a *security.Args) {
			a.Config.Routes[1].Severities = []string{strings.Repeat("x", 2048)}
		}, `route "chat": a pattern of`},
	} {
		a := args()
		tc.change(&a)
		_, err := pulumitest.Record(pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
			_, err := security.New(ctx, "security", a, pulumitest.AWS(t, ctx))
			return err
		})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: error = %v, want it to contain %q", tc.name, err, tc.want)
		}
	}
}
