package datadogresource_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/datadogresource"
)

const module = "github.com/pulumi/pulumi-datadog/sdk/v4"

// sdk is what the pinned SDK says: the document that the simulated cloud's schemagen
// reads from its sources, and holds fresh against them.
type sdk struct {
	Module    string                            `json:"module"`
	Resources map[string]sdkResource            `json:"resources"`
	Objects   map[string]map[string]sdkProperty `json:"objects"`
}

type sdkResource struct {
	Inputs  map[string]sdkProperty `json:"in"`
	Outputs map[string]sdkProperty `json:"out"`
}

type sdkProperty struct {
	Type     string `json:"t"`
	Required bool   `json:"r"`
	Secret   bool   `json:"s"`
}

func readSDK(t *testing.T) sdk {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "simcloud", "internal", "schema", "datadog.json"))
	if err != nil {
		t.Fatal(err)
	}
	var s sdk
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// declared are our types by token: arguments, and the resource where it has outputs.
func declared() map[string]struct{ args, resource any } {
	return map[string]struct{ args, resource any }{
		datadogresource.TokenProvider:         {datadogresource.ProviderArgs{}, datadogresource.Provider{}},
		datadogresource.TokenMonitor:          {datadogresource.MonitorArgs{}, datadogresource.Monitor{}},
		datadogresource.TokenNotificationRule: {datadogresource.NotificationRuleArgs{}, datadogresource.NotificationRule{}},
		datadogresource.TokenObjective:        {datadogresource.ObjectiveArgs{}, datadogresource.Objective{}},
		datadogresource.TokenDashboard:        {datadogresource.DashboardArgs{}, datadogresource.Dashboard{}},
		datadogresource.TokenDowntime:         {datadogresource.DowntimeArgs{}, datadogresource.Downtime{}},
		datadogresource.TokenSyntheticsTest:   {datadogresource.SyntheticsTestArgs{}, datadogresource.SyntheticsTest{}},
		datadogresource.TokenAPIKey:           {datadogresource.APIKeyArgs{}, datadogresource.APIKey{}},
		datadogresource.TokenScannerGroup:     {datadogresource.ScannerGroupArgs{}, datadogresource.ScannerGroup{}},
		datadogresource.TokenScannerRule:      {datadogresource.ScannerRuleArgs{}, datadogresource.ScannerRule{}},
	}
}

// types are the schema's names of the types of fields.
func types() map[reflect.Type]string {
	return map[reflect.Type]string{
		reflect.TypeFor[pulumi.StringInput](): "string", reflect.TypeFor[pulumi.StringPtrInput](): "string", reflect.TypeFor[pulumi.StringOutput](): "string",
		reflect.TypeFor[pulumi.IntInput](): "int", reflect.TypeFor[pulumi.IntPtrInput](): "int", reflect.TypeFor[pulumi.IntOutput](): "int",
		reflect.TypeFor[pulumi.BoolInput](): "bool", reflect.TypeFor[pulumi.BoolPtrInput](): "bool",
		reflect.TypeFor[pulumi.Float64Input](): "number", reflect.TypeFor[pulumi.Float64PtrInput](): "number",
		reflect.TypeFor[pulumi.StringArrayInput](): "[]string", reflect.TypeFor[pulumi.IntArrayInput](): "[]int", reflect.TypeFor[pulumi.StringMapInput](): "{}string",
	}
}

// compare reports how the fields of ours differ from properties.
func (s sdk) compare(t *testing.T, at string, ours reflect.Type, properties map[string]sdkProperty) {
	t.Helper()
	names := map[string]bool{}
	for i := range ours.NumField() {
		field := ours.Field(i)
		name, path := field.Tag.Get("pulumi"), at+"."+field.Tag.Get("pulumi")
		if field.Anonymous {
			continue
		}
		property, ok := properties[name]
		if !ok {
			t.Errorf("%s: the SDK has no such property", path)
			continue
		}
		names[name] = true
		if required := field.Tag.Get("required") == "true"; required != property.Required {
			t.Errorf("%s: required is %v, in the SDK %v", path, required, property.Required)
		}
		s.compareType(t, path, field.Type, property.Type)
	}
	for name, property := range properties {
		if property.Required && !names[name] {
			t.Errorf("%s.%s is required and not declared", at, name)
		}
	}
}

func (s sdk) compareType(t *testing.T, path string, ours reflect.Type, want string) {
	t.Helper()
	if plain, ok := types()[ours]; ok {
		if plain != want {
			t.Errorf("%s: type is %s, in the SDK %s", path, plain, want)
		}
		return
	}
	prefix := map[reflect.Kind]string{reflect.Pointer: "@", reflect.Slice: "[]@"}[ours.Kind()]
	object, ok := strings.CutPrefix(want, prefix)
	if prefix == "" || !ok {
		t.Errorf("%s: type is %v, in the SDK %s", path, ours, want)
		return
	}
	s.compare(t, path, ours.Elem(), s.Objects[object])
}

func TestPropertiesAreThoseOfThePinnedSDK(t *testing.T) {
	t.Parallel()
	s := readSDK(t)
	for token, ours := range declared() {
		theirs, ok := s.Resources[token]
		if !ok {
			t.Errorf("%s: the SDK has no such type", token)
			continue
		}
		s.compare(t, token, reflect.TypeOf(ours.args), theirs.Inputs)
		outputs := map[string]sdkProperty{}
		for name, property := range theirs.Outputs {
			property.Required = false
			outputs[name] = property
		}
		s.compare(t, token, reflect.TypeOf(ours.resource), outputs)
	}
}

func TestVersionIsTheSDKs(t *testing.T) {
	t.Parallel()
	if got, want := readSDK(t).Module, module+"@v"+datadogresource.Version; got != want {
		t.Errorf("the schema is that of %s, want %s: run go generate ./pkg/simcloud, and change Version", got, want)
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if want := module + " v" + datadogresource.Version + "\n"; !strings.Contains(string(text), want) {
		t.Errorf("go.mod does not require %q: change Version to what it requires", strings.TrimSpace(want))
	}
}

// TestSourcesAskForTheSameProvider reads how the SDK's own resources ask for their
// provider.
func TestSourcesAskForTheSameProvider(t *testing.T) {
	t.Parallel()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		t.Fatalf("go list -m %s: %v", module, err)
	}
	if len(strings.TrimSpace(string(dir))) == 0 {
		t.Skipf("the source of %s is not in the module cache (go mod download fetches it)", module)
	}
	folder := filepath.Join(strings.TrimSpace(string(dir)), "go", "datadog", "internal")
	for file, want := range map[string]string{
		"pulumiUtilities.go": `version := semver\.MustParse\("` + regexp.QuoteMeta(datadogresource.Version) + `"\)`,
		"pulumiVersion.go":   `var pluginDownloadURL string = ""`,
	} {
		text, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(want).Match(text) {
			t.Errorf("%s does not say %s", file, want)
		}
	}
}
