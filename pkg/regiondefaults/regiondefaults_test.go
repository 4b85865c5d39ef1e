package regiondefaults_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
	"cellworks/pkg/pulumitest"
	"cellworks/pkg/regiondefaults"
)

func args() regiondefaults.Args {
	return regiondefaults.Args{
		AccountID:    pulumitest.AccountID,
		Region:       "us-east-1",
		Config:       config.BaseGuardrails{MetadataHopLimit: 1, ImageScanning: "enhanced"},
		VolumeKeyARN: pulumi.String("arn:aws:kms:us-east-1:111122223333:key/volumes"),
	}
}

func record(t *testing.T, args regiondefaults.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := regiondefaults.New(ctx, "defaults", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsTheSettings(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "regiondefaults")
}

func TestImagesAreScannedAsConfigured(t *testing.T) {
	t.Parallel()
	given := args()
	given.Config.ImageScanning = "basic"
	given.Config.MetadataHopLimit = 2
	recording := record(t, given)
	const scanning = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
	if got := recording.Strings(scanning, "scanType"); !cmp.Equal(got, []string{"BASIC"}) {
		t.Errorf("scan type = %v, want BASIC", got)
	}
	rules := recording.OfType(scanning)[0].Inputs["rules"].ArrayValue()
	if got := rules[0].ObjectValue()["scanFrequency"].StringValue(); len(rules) != 1 || got != "SCAN_ON_PUSH" {
		t.Errorf("%d rules, the first of frequency %s, want one with SCAN_ON_PUSH", len(rules), got)
	}
	hops := recording.OfType("aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults")[0].Inputs["httpPutResponseHopLimit"]
	if hops.NumberValue() != 2 {
		t.Errorf("hop limit = %v, want 2", hops)
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = `region defaults "defaults": account id is empty
region is empty
key of volumes is not set
metadata hop limit: 0 is out of range, want 1 or 2
image scanning: "" is unknown, want enhanced or basic`
	_, err := regiondefaults.New(nil, "defaults", regiondefaults.Args{})
	if err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("error differs (-want +got):\n%s", diff)
	}
}

func TestTheKeyOfVolumesLetsInstancesStart(t *testing.T) {
	t.Parallel()
	const id, region = "111122223333", "us-east-1"
	statements := regiondefaults.VolumeKeyStatements(id, region)
	text, err := iampolicy.NewDocument(statements...).JSONFor(iampolicy.Key)
	if err != nil {
		t.Fatal(err)
	}
	const conditions = `"Condition":{"Bool":{"kms:GrantIsForAWSResource":["true"]}`
	for _, want := range []string{
		`"Sid":"UseByAutoScaling","Effect":"Allow","Principal":{"AWS":["` + naming.AutoScalingRoleARN(id, region) + `"]}`,
		`"Action":["kms:CreateGrant"],"Resource":["*"],` + conditions + `}`,
		`"Action":["kms:CreateGrant"],"Resource":["*"],` + conditions + `,"StringEquals":{"kms:CallerAccount":["111122223333"],"kms:ViaService":["ec2.us-east-1.amazonaws.com"]}}`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s\nis not in %s", want, text)
		}
	}
	for _, s := range statements {
		keys := map[string]bool{}
		for _, c := range s.Conditions {
			keys[c.Key] = c.Operator == "StringEquals" && len(c.Values) == 1
		}
		if s.Principals.Everyone && (!keys["kms:CallerAccount"] || !keys["kms:ViaService"]) {
			t.Errorf("statement %s lets in more than the account through EC2", s.Sid)
		}
	}
}
