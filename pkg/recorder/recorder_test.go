package recorder_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/pulumitest"
	"cellworks/pkg/recorder"
)

func args() recorder.Args {
	return recorder.Args{
		OrganizationName:    "meridian",
		AccountID:           "111111111111",
		Region:              "us-east-1",
		HomeRegion:          true,
		Config:              config.BaseRecorder{Enabled: true, DeliveryHours: 24, RetentionDays: 2557, ConformancePack: true},
		Audit:               config.BaseAudit{RetentionDays: 2192, ObjectLock: config.LockCompliance, ColdDays: 90, ArchiveDays: 365, RetainOnDestroy: true},
		KeyARN:              pulumi.String("arn:aws:kms:us-east-1:111111111111:key/logs"),
		AccessLogBucket:     pulumi.String("meridian-111111111111-us-east-1-logs-access"),
		AuthorizedVPCIDs:    pulumi.ToStringArray([]string{"vpc-1"}),
		PublicRouteTableIDs: pulumi.ToStringArray([]string{"rtb-b", "rtb-a", "rtb-b"}),
		DeletionProtection:  true,
	}
}

func record(t *testing.T, args recorder.Args, check func(*recorder.Recorder)) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		r, err := recorder.New(ctx, "recorder", args, pulumitest.AWS(t, ctx))
		if err == nil && check != nil {
			check(r)
		}
		return err
	})
}

func TestNewBuildsTheRecorder(t *testing.T) {
	t.Parallel()
	recording := record(t, args(), func(r *recorder.Recorder) {
		if want := "meridian-111111111111-us-east-1-logs-recorder"; r.BucketName != want {
			t.Errorf("bucket name = %q, want %q", r.BucketName, want)
		}
	})
	template, err := recorder.Template(true)
	if err != nil {
		t.Fatal(err)
	}
	if got := recording.Strings("aws:cfg/conformancePack:ConformancePack", "templateBody"); !slices.Equal(got, []string{template}) {
		t.Errorf("the conformance pack is not the template")
	}
	for _, r := range recording.Resources {
		if _, ok := r.Inputs["templateBody"]; ok {
			r.Inputs["templateBody"] = resource.NewProperty("(what Template returns)")
		}
	}
	recording.Golden(t, "recorder")
}

func TestNewOutsideTheHomeRegionRecordsWhatIsRegional(t *testing.T) {
	t.Parallel()
	a := args()
	a.HomeRegion, a.Region = false, "us-west-2"
	recording := record(t, a, nil)
	group := recording.OfType("aws:cfg/recorder:Recorder")[0].Inputs["recordingGroup"].ObjectValue()
	if group["includeGlobalResourceTypes"].BoolValue() || !group["allSupported"].BoolValue() {
		t.Errorf("recording group = %v, want all types but the global ones", group)
	}
	if body := recording.Strings("aws:cfg/conformancePack:ConformancePack", "templateBody")[0]; strings.Contains(body, "iam-password-policy") {
		t.Error("rules on the account are evaluated outside its home region")
	}
}

func TestNewLeavesOutWhatIsSwitchedOff(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		enabled, pack           bool
		recorders, packs, total int
	}{
		{true, false, 1, 0, 0},
		{false, true, 0, 1, 1},
		{false, false, 0, 0, 0},
	} {
		a := args()
		a.Config.Enabled, a.Config.ConformancePack = test.enabled, test.pack
		if !test.pack {
			a.AuthorizedVPCIDs, a.PublicRouteTableIDs = nil, nil
		}
		recording := record(t, a, func(r *recorder.Recorder) {
			if (r.BucketName != "") != test.enabled || (r.Status != nil) != test.enabled {
				t.Errorf("enabled %v: bucket %q, status %v", test.enabled, r.BucketName, r.Status)
			}
		})
		if n := len(recording.OfType("aws:cfg/recorder:Recorder")); n != test.recorders {
			t.Errorf("enabled %v: %d recorders, want %d", test.enabled, n, test.recorders)
		}
		if n := len(recording.OfType("aws:cfg/conformancePack:ConformancePack")); n != test.packs {
			t.Errorf("pack %v: %d conformance packs, want %d", test.pack, n, test.packs)
		}
		if !test.enabled {
			if n := children(recording); n != test.total {
				t.Errorf("enabled %v, pack %v: %d resources, want %d", test.enabled, test.pack, n, test.total)
			}
		}
	}
}

// children counts what the component made.
func children(recording *pulumitest.Recording) int {
	n := 0
	for _, r := range recording.Resources {
		if r.Custom && !strings.HasPrefix(r.Type, "pulumi:providers:") {
			n++
		}
	}
	return n
}

// order remembers what each resource waits for.
type order struct {
	mu    sync.Mutex
	waits map[string][]string
}

func (o *order) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, urn := range args.RegisterRPC.GetDependencies() {
		o.waits[args.TypeToken] = append(o.waits[args.TypeToken], string(resource.URN(urn).Type()))
	}
	outputs := args.Inputs.Copy()
	if outputs["name"].IsNull() {
		outputs["name"] = resource.NewProperty(args.Name)
	}
	return args.Name, outputs, nil
}

func (o *order) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

// AWS Config refuses every other order: a channel without a recorder, a start
// without a channel, rules without a running recorder.
func TestNewKeepsTheOrderOfAWSConfig(t *testing.T) {
	t.Parallel()
	o := &order{waits: map[string][]string{}}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := recorder.New(ctx, "recorder", args())
		return err
	}, pulumi.WithMocks("base", "test", o))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range [][2]string{
		{"aws:cfg/deliveryChannel:DeliveryChannel", "aws:cfg/recorder:Recorder"},
		{"aws:cfg/deliveryChannel:DeliveryChannel", "aws:s3/bucketPolicy:BucketPolicy"},
		{"aws:cfg/recorderStatus:RecorderStatus", "aws:cfg/deliveryChannel:DeliveryChannel"},
		{"aws:cfg/conformancePack:ConformancePack", "aws:cfg/recorderStatus:RecorderStatus"},
		{"aws:cfg/retentionConfiguration:RetentionConfiguration", "aws:cfg/recorder:Recorder"},
	} {
		if !slices.Contains(o.waits[test[0]], test[1]) {
			t.Errorf("%s waits for %v, want also for %s", test[0], o.waits[test[0]], test[1])
		}
	}
}

// role stands for what makes the service-linked role.
type role struct{ pulumi.ResourceState }

func (*role) Outputs() pulumi.Map { return pulumi.Map{} }

func TestNewTakesAServiceRoleOfTheSameStack(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		var linked *iam.ServiceLinkedRole
		aws := pulumitest.AWS(t, ctx)
		_, err := component.Register(ctx, "cellworks:recorder_test:Role", "account", &role{}, []pulumi.ResourceOption{aws},
			func(child pulumi.ResourceOption) (err error) {
				linked, err = iam.NewServiceLinkedRole(ctx, "account-config", &iam.ServiceLinkedRoleArgs{AwsServiceName: pulumi.String("config.amazonaws.com")}, child)
				return err
			})
		if err != nil {
			return err
		}
		a := args()
		a.ServiceRole = linked
		_, err = recorder.New(ctx, "recorder", a, aws)
		return err
	})
}

func TestNewFailsWithoutVPCsThatMayHaveAnInternetGateway(t *testing.T) {
	t.Parallel()
	a := args()
	a.AuthorizedVPCIDs = pulumi.StringArray{}
	_, err := pulumitest.Record(pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := recorder.New(ctx, "recorder", a, pulumitest.AWS(t, ctx))
		return err
	})
	const want = "recorder: authorized VPCs: there are none, want at least one"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		change func(*recorder.Args)
		want   string
	}{
		{func(a *recorder.Args) { *a = recorder.Args{Config: a.Config} },
			"recorder \"recorder\": organization is empty\naccount id is empty\nregion is empty\n" +
				"authorized VPCs are not set, want those that have an internet gateway\npublic route tables are not set, want those that lead to an internet gateway"},
		{func(a *recorder.Args) { a.Config.DeliveryHours = 5 }, `recorder "recorder": delivery every 5 hours is not possible, want 1, 3, 6, 12 or 24`},
		{func(a *recorder.Args) { a.KeyARN = nil }, `recorder "recorder": bucket "meridian-111111111111-us-east-1-logs-recorder": key is not set`},
		{func(a *recorder.Args) { a.AuthorizedVPCIDs, a.PublicRouteTableIDs = nil, nil },
			"recorder \"recorder\": authorized VPCs are not set, want those that have an internet gateway\npublic route tables are not set, want those that lead to an internet gateway"},
	} {
		a := args()
		test.change(&a)
		_, err := recorder.New(nil, "recorder", a)
		if err == nil || err.Error() != test.want {
			t.Errorf("error = %v, want %s", err, test.want)
		}
	}
}

func TestKeyStatementsLetOnlyTheAccountsRecorderUseTheKey(t *testing.T) {
	t.Parallel()
	text, err := iampolicy.NewDocument(recorder.KeyStatements("111111111111")...).JSONFor(iampolicy.Key)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"Version":"2012-10-17","Statement":[{"Sid":"UseByRecorder","Effect":"Allow","Principal":{"Service":["config.amazonaws.com"]},` +
		`"Action":["kms:Decrypt","kms:GenerateDataKey"],"Resource":["*"],"Condition":{"StringEquals":{"aws:SourceAccount":["111111111111"]}}}]}`
	if text != want {
		t.Errorf("statements = %s, want %s", text, want)
	}
}

func TestServiceRoleARN(t *testing.T) {
	t.Parallel()
	const want = "arn:aws:iam::111111111111:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
	if got := recorder.ServiceRoleARN("111111111111", "us-east-1"); got != want {
		t.Errorf("role = %s, want %s", got, want)
	}
}
