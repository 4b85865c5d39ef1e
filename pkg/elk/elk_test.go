package elk_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/elk"
	"cellworks/pkg/pulumitest"
)

const (
	domainType   = "aws:opensearch/domain:Domain"
	streamType   = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
	functionType = "aws:lambda/function:Function"
	callType     = "aws:lambda/invocation:Invocation"
	roleType     = "aws:iam/role:Role"
)

const metadata = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="http://www.okta.com/exk1"/>`

func args() elk.Args {
	return elk.Args{
		OrganizationName: "meridian",
		AccountID:        pulumitest.AccountID,
		Region:           "us-east-1",
		Config: config.UtilityELK{
			EngineVersion:      "OpenSearch_2.19",
			Data:               config.UtilitySearchNodes{Count: 3, InstanceType: "r7g.large.search", VolumeGiB: 200},
			MasterInstanceType: "m7g.large.search",
			Warm:               config.UtilityWarmNodes{Enabled: true, Count: 3, InstanceType: "ultrawarm1.medium.search", AfterDays: 14},
			SearchableDays:     60,
			WindowHour:         3,
			ServiceLinkedRole:  true,
			LogRetentionDays:   2192,
			Archive:            config.UtilityLogArchive{RetentionDays: 2192, ObjectLock: config.LockCompliance, ColdDays: 90, ArchiveDays: 365},
			People: config.UtilitySearchPeople{
				SAMLMetadata: metadata, Administrators: "logs-administrators", Operators: "logs-operators", SessionMinutes: 60,
			},
		},
		VPCID:               "vpc-1",
		DataSubnetIDs:       []string{"subnet-data-1", "subnet-data-2", "subnet-data-3"},
		AppSubnetIDs:        []string{"subnet-app-1", "subnet-app-2", "subnet-app-3"},
		AppCIDR:             netip.MustParsePrefix("10.48.0.0/17"),
		ZoneID:              "Z1",
		ZoneName:            "us-east-1.ops.example.com",
		Senders:             map[string]string{"prod": "222222222222", "nonprod": "111111111111"},
		LogKeyARN:           "arn:aws:kms:us-east-1:111122223333:key/logs",
		AlertTopicARN:       "arn:aws:sns:us-east-1:111122223333:alerts",
		PermissionsBoundary: "arn:aws:iam::111122223333:policy/platform-boundary",
		DeletionProtection:  true,
	}
}

func record(t *testing.T, args elk.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := elk.New(ctx, "elk", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsEverything(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "elk")
}

// document returns the configuration that the function is called with.
func document(t *testing.T, recording *pulumitest.Recording) map[string]map[string]map[string]any {
	t.Helper()
	var d map[string]map[string]map[string]any
	if err := json.Unmarshal([]byte(recording.Strings(callType, "input")[0]), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// The file is also what the tests of the function work with.
func TestDocumentIsWhatIsMeant(t *testing.T) {
	t.Parallel()
	var got bytes.Buffer
	if err := json.Indent(&got, []byte(record(t, args()).Strings(callType, "input")[0]), "", "  "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	path := filepath.Join("testdata", "document.json")
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Fatalf("%s is rewritten: read the diff, then run again without -update", path)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

func TestFunctionPassesItsOwnTests(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	command := exec.Command(python, "-B", "-W", "error", "-m", "unittest", "-v")
	command.Dir = "configure"
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if ran := regexp.MustCompile(`Ran ([1-9][0-9]*) tests`).FindSubmatch(out); ran == nil {
		t.Errorf("no test ran:\n%s", out)
	}
}

func TestFunctionIsCalledAgainWhenSomethingChanges(t *testing.T) {
	t.Parallel()
	triggers := func(args elk.Args) string {
		return record(t, args).OfType(callType)[0].Inputs["triggers"].ObjectValue()["document"].StringValue()
	}
	first := triggers(args())
	if again := triggers(args()); again != first {
		t.Errorf("the trigger of one document is %s and %s", first, again)
	}
	for name, change := range map[string]func(*elk.Args){
		"age":     func(a *elk.Args) { a.Config.SearchableDays = 61 },
		"group":   func(a *elk.Args) { a.Config.People.Operators = "others" },
		"account": func(a *elk.Args) { a.Senders["ops"] = "333333333333" },
	} {
		changed := args()
		change(&changed)
		if triggers(changed) == first {
			t.Errorf("a change of %s does not call the function again", name)
		}
	}
	code := record(t, args()).OfType(functionType)[0].Inputs["code"]
	if !code.IsArchive() || !strings.Contains(string(code.ArchiveValue().Assets["configure.py"].(*resource.Asset).Text), "def handler(event, context):") {
		t.Errorf("code = %v, want configure.py", code)
	}
}

func TestReadersSeeTheirOwnClientOnly(t *testing.T) {
	t.Parallel()
	d := document(t, record(t, args()))
	role := d["roles"]["log_reader"]
	for _, item := range role["index_permissions"].([]any) {
		permission := item.(map[string]any)
		logs := slices.ContainsFunc(permission["index_patterns"].([]any), func(p any) bool { return !strings.HasPrefix(p.(string), ".") })
		if logs && permission["dls"] != `{"terms":{"readers":[${user.roles}]}}` {
			t.Errorf("readers may read %v with the query %v", permission["index_patterns"], permission["dls"])
		}
		if got := permission["allowed_actions"].([]any); len(got) != 1 || got[0] != "read" {
			t.Errorf("readers may %v on %v, want read only", got, permission["index_patterns"])
		}
	}
	if got := d["mappings"]["log_reader"]["backend_roles"].([]any); len(got) != 1 || got[0] != "logs-client-*" {
		t.Errorf("readers are %v, want logs-client-*", got)
	}
	for name, pipeline := range d["pipelines"] {
		fields := map[string]string{}
		var order []string
		for _, step := range pipeline["processors"].([]any) {
			for kind, body := range step.(map[string]any) {
				field := body.(map[string]any)["field"].(string)
				order = append(order, kind+" "+field)
				if value, ok := body.(map[string]any)["value"]; ok {
					fields[field] = value.(string)
				}
			}
		}
		account := strings.TrimPrefix(name, "route-")
		if fields["readers"] != "logs-client-{{{client}}}" || fields["account"] != account || fields["_index"] != "logs-{{{client}}}-{{{index_period}}}" {
			t.Errorf("%s sets %v", name, fields)
		}
		if grok := slices.Index(order, "grok client"); grok < 0 || grok > slices.Index(order, "set readers") {
			t.Errorf("%s takes the client for granted: %v", name, order)
		}
	}
}

func TestClientsAreNotKnownHere(t *testing.T) {
	t.Parallel()
	tree, err := config.Load("../../configs")
	if err != nil {
		t.Fatal(err)
	}
	text := record(t, args()).Strings(callType, "input")[0]
	for _, client := range tree.Clients() {
		if strings.Contains(text, client) {
			t.Errorf("the domain's configuration names the client %s: a new one would change it", client)
		}
	}
}

// ages returns the states of the policy with the age at which an index leaves each.
func ages(t *testing.T, args elk.Args) string {
	t.Helper()
	policy := document(t, record(t, args))["policies"]["logs"]["policy"].(map[string]any)
	var states []string
	for _, item := range policy["states"].([]any) {
		s := item.(map[string]any)
		text := s["name"].(string)
		for _, next := range s["transitions"].([]any) {
			n := next.(map[string]any)
			text += " " + n["conditions"].(map[string]any)["min_index_age"].(string) + " " + n["state_name"].(string)
		}
		states = append(states, text)
	}
	return strings.Join(states, ", ")
}

func TestIndexesAgeAMonthLongerThanTheirLines(t *testing.T) {
	t.Parallel()
	if got, want := ages(t, args()), "hot 45d warm, warm 91d deleted, deleted"; got != want {
		t.Errorf("states are %s, want %s", got, want)
	}
	cold := args()
	cold.Config.Warm.Enabled = false
	if got, want := ages(t, cold), "hot 91d deleted, deleted"; got != want {
		t.Errorf("without warm nodes states are %s, want %s", got, want)
	}
	if _, ok := record(t, cold).OfType(domainType)[0].Inputs["clusterConfig"].ObjectValue()["warmEnabled"]; ok {
		t.Error("warm nodes are switched on although they are off")
	}
}

func TestEveryAccountHasAStreamAndARoleOfItsOwn(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	var indexes []string
	for _, stream := range recording.OfType(streamType) {
		search := stream.Inputs["opensearchConfiguration"].ObjectValue()
		indexes = append(indexes, search["indexName"].StringValue())
		if got := search["s3BackupMode"].StringValue(); got != "AllDocuments" {
			t.Errorf("%s archives %s, want AllDocuments", stream.URN, got)
		}
	}
	if want := []string{"incoming-nonprod", "incoming-prod"}; !slices.Equal(indexes, want) {
		t.Errorf("streams write to %v, want %v", indexes, want)
	}
	for account, id := range args().Senders {
		found := false
		for _, role := range recording.OfType(roleType) {
			trust := role.Inputs["assumeRolePolicy"].StringValue()
			if role.Name != "elk-sender-"+account {
				if strings.Contains(trust, id) {
					t.Errorf("%s trusts account %s", role.URN, account)
				}
				continue
			}
			found = true
			if !strings.Contains(trust, `"AWS":["arn:aws:iam::`+id+`:root"]`) || !strings.Contains(trust, `arn:aws:iam::`+id+`:role/cell/*`) {
				t.Errorf("%s trusts %s, want the tasks of %s", role.URN, trust, id)
			}
		}
		if !found {
			t.Errorf("account %s has no role to send with", account)
		}
	}
}

func TestRolesAreBounded(t *testing.T) {
	t.Parallel()
	for _, role := range record(t, args()).OfType(roleType) {
		if role.Inputs["permissionsBoundary"].StringValue() != args().PermissionsBoundary || role.Inputs["path"].StringValue() != "/utility/" {
			t.Errorf("%s is without boundary or path", role.URN)
		}
	}
}

func TestSwitches(t *testing.T) {
	t.Parallel()
	a := args()
	a.Config.ServiceLinkedRole, a.Config.People.SAMLMetadata, a.DeletionProtection = false, "", false
	a.Config.Archive.ObjectLock = config.LockNone
	recording := record(t, a)
	for _, off := range []string{
		"aws:iam/serviceLinkedRole:ServiceLinkedRole", "aws:opensearch/domainSamlOptions:DomainSamlOptions",
		"aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
	} {
		if found := recording.OfType(off); len(found) > 0 {
			t.Errorf("%s is built though it is off", found[0].URN)
		}
	}
	for _, res := range recording.Resources {
		if res.Protect {
			t.Errorf("%s is protected without deletion protection", res.URN)
		}
	}
}

func TestNewRefusesBadArgs(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		change func(*elk.Args)
		want   string
	}{
		{"nothing", func(a *elk.Args) { *a = elk.Args{} }, `elk "elk": organization is empty
account id is empty
region is empty
vpc is empty
zone id is empty
zone name is empty
log key is empty
alert topic is empty
permissions boundary is empty
data subnets [] are not 3 different ones, want one in each of 3 zones
app subnets are empty
app block is not set
0 data nodes do not spread over 3 zones, want a multiple of 3
no account sends logs, want at least one`},
		{"places", func(a *elk.Args) {
			a.DataSubnetIDs = []string{"subnet-1", "subnet-2", "subnet-2"}
			a.Config.Data.Count = 4
			a.Senders["ops"] = ""
		}, `elk "elk": data subnets [subnet-1 subnet-2 subnet-2] are not 3 different ones, want one in each of 3 zones
4 data nodes do not spread over 3 zones, want a multiple of 3
account "ops" has no id`},
		{"a long name", func(a *elk.Args) { a.ZoneName = strings.Repeat("a", 60) + ".example" }, "has 73 characters, want at most 64"},
		{"metadata", func(a *elk.Args) { a.Config.People.SAMLMetadata = "<EntityDescriptor/>" }, "metadata of the identity provider: the document states no entityID"},
		{"the archive", func(a *elk.Args) { a.Config.Archive.RetentionDays = 0 }, "object lock of 0 days is out of range"},
	} {
		a := args()
		tc.change(&a)
		_, err := pulumitest.Record(pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
			_, err := elk.New(ctx, "elk", a, pulumitest.AWS(t, ctx))
			return err
		})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: error = %v, want it to contain %q", tc.name, err, tc.want)
		}
	}
}
