package userdata_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/userdata"
)

// document is a cloud-config document as cloud-init reads it.
type document struct {
	WriteFiles []struct {
		Path        string `yaml:"path"`
		Owner       string `yaml:"owner"`
		Permissions string `yaml:"permissions"`
		Content     string `yaml:"content"`
	} `yaml:"write_files"`
	RunCmd [][]string `yaml:"runcmd"`
}

// decoded undoes what EC2 and cloud-init undo.
func decoded(t *testing.T, encoded string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > userdata.MaxSize {
		t.Errorf("user data has %d bytes, want at most %d", len(data), userdata.MaxSize)
	}
	if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return data
	}
	reader, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if data, err = io.ReadAll(reader); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCloudInitReadsEveryFileAsItWasRendered(t *testing.T) {
	t.Parallel()
	for name, config := range configs(t) {
		encoded, err := config.Encode()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text := decoded(t, encoded)
		if !bytes.HasPrefix(text, []byte("#cloud-config\n")) {
			t.Errorf("%s begins with %.20q, want the line by which cloud-init knows it", name, text)
		}
		var got document
		if err := yaml.UnmarshalWithOptions(text, &got, yaml.Strict()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var files []userdata.File
		for _, f := range got.WriteFiles {
			files = append(files, userdata.File{Path: f.Path, Mode: f.Permissions, Content: f.Content})
			if f.Owner != "root:root" {
				t.Errorf("%s: %s belongs to %s, want root:root", name, f.Path, f.Owner)
			}
		}
		if diff := cmp.Diff(config.Files, files); diff != "" {
			t.Errorf("%s: files differ (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff([][]string{config.Command}, got.RunCmd); diff != "" {
			t.Errorf("%s: command differs (-want +got):\n%s", name, diff)
		}
		if again, err := config.Encode(); err != nil || again != encoded {
			t.Errorf("%s is encoded differently the second time, %v", name, err)
		}
	}
}

func TestTheCommandIsOneOfTheFiles(t *testing.T) {
	t.Parallel()
	for name, config := range configs(t) {
		for _, f := range config.Files {
			if f.Path == config.Command[0] && f.Mode != "0755" {
				t.Errorf("%s: %s has mode %s, want 0755", name, f.Path, f.Mode)
			}
		}
		content(t, config, config.Command[0])
	}
}

// noise does not become shorter by compression.
func noise(n int) string {
	random := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, n)
	for i := range text {
		text[i] = byte(' ' + random.IntN(95))
	}
	return string(text)
}

func TestLongDocumentsAreCompressedAndTooLongOnesRefused(t *testing.T) {
	t.Parallel()
	encode := func(content string) (string, error) {
		return userdata.CloudConfig{Files: []userdata.File{{Path: "/a", Mode: "0644", Content: content}}, Command: []string{"/a"}}.Encode()
	}
	for name, tc := range map[string]struct {
		content    string
		compressed bool
	}{"short": {"x", false}, "long": {strings.Repeat("x", userdata.MaxSize), true}} {
		encoded, err := encode(tc.content)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || bytes.HasPrefix(raw, []byte("#cloud-config")) == tc.compressed {
			t.Errorf("%s: user data begins with %.13q, want compressed: %v", name, raw, tc.compressed)
		}
	}
	if _, err := encode(noise(2 * userdata.MaxSize)); err == nil || !strings.Contains(err.Error(), "compressed, are too many, want at most 16384: put more into the image") {
		t.Errorf("error = %v, want that it is too long", err)
	}
}

func TestDocumentsReportAllThatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := userdata.CloudConfig{Files: []userdata.File{
		{Path: "etc/x", Mode: "644", Content: "x"}, {Path: "/etc/../x", Mode: "0644", Content: "x"}, {Path: "/y", Mode: "0644", Content: "x"}, {Path: "/y", Mode: "0644"},
	}}.Encode()
	const want = `cloud-config: file path "etc/x" is not absolute and clean
cloud-config: file etc/x has mode "644", want four octal digits such as 0640
cloud-config: file path "/etc/../x" is not absolute and clean
cloud-config: file /y is given twice
cloud-config: file /y is empty
cloud-config: command is empty`
	if err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestUserDataHoldsNoSecret(t *testing.T) {
	t.Parallel()
	// What secrets look like: PEM, tokens of Vault, Consul and AWS, keys in base64.
	secret := regexp.MustCompile(`-----BEGIN|\bhv[sbr]\.|\b(AKIA|ASIA)[A-Z0-9]{16}|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|[A-Za-z0-9+/]{43}=`)
	const anonymous = "00000000-0000-0000-0000-000000000002" // the token of those who have none
	for name, config := range configs(t) {
		data, err := config.Document()
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range secret.FindAllString(strings.ReplaceAll(string(data), anonymous, ""), -1) {
			t.Errorf("user data of %s holds %q, which looks like a secret", name, found)
		}
		for _, f := range config.Files {
			for _, line := range strings.Split(f.Content, "\n") {
				// A shell that traces would log what it fetches.
				if strings.Contains(line, "set -x") || strings.Contains(line, "-o xtrace") {
					t.Errorf("%s of %s traces: %s", f.Path, name, line)
				}
			}
		}
	}
}

func TestServersReportAllThatIsWrong(t *testing.T) {
	t.Parallel()
	consul := consulServer()
	consul.Region, consul.GroupName, consul.Version, consul.Checksum = "mars", "a b", "latest", "123"
	consul.Datacenter, consul.Servers, consul.DataDevice = "US", 2, "/dev/xvda"
	consul.Join.TagValue, consul.Secrets.Gossip, consul.Snapshots.EveryHours = "a b", "$(id)", 5
	_, err := consul.CloudConfig()
	const want = `consul server: region "mars" is not valid, want it to match ^[a-z]{2}(-[a-z]+)+-\d$
group name "a b" is not valid, want it to match ^[A-Za-z0-9._-]{1,255}$
version "latest" is not valid, want it to match ^\d+\.\d+\.\d+$
checksum "123" is not valid, want it to match ^([0-9a-f]{64})?$
datacenter "US" is not valid, want it to match ^[a-z0-9][a-z0-9-]{0,62}$
join tag's value "a b" is not valid, want it to match ^[A-Za-z0-9][A-Za-z0-9-]{0,127}$
2 servers cannot be a cluster, want 3 or 5, or 1 to try something out
snapshots every 5 hours are not at the same times each day, want a divisor of 24
data device "/dev/xvda" is not valid, want it to match ^/dev/sd[f-p]$
secret "$(id)" is not valid, want it to match ^[A-Za-z0-9/_+=.@:-]{1,512}$`
	if err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}

	vault := vaultOnConsul()
	vault.Host, vault.SealKey, vault.APIPort, vault.AuditDevices, vault.ConsulAddress = "va ult", `"; x`, 0, []string{"/dev/sdf"}, "consul"
	vault.SnapshotRole, vault.Secrets.ConsulToken, vault.Name = "Role", "", `x"`
	_, err = vault.CloudConfig()
	const wantVault = `vault server: cluster name "x\"" is not valid, want it to match ^[A-Za-z0-9][A-Za-z0-9-]{0,62}$
api address "https://va ult:0" is not valid, want it to match ^https://[A-Za-z0-9.-]+(:\d{1,5})?$
server name "va ult" is not valid, want it to match ^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$
seal key "\"; x" is not valid, want it to match ^[A-Za-z0-9:/_-]{1,256}$
consul address "consul" is not valid, want it to match ^[A-Za-z0-9.-]+:\d{1,5}$
snapshot role "Role" is not valid, want it to match ^[a-z0-9-]{1,64}$
load balancer port 0 is out of range, want 1 to 65535
secret "" is not valid, want it to match ^[A-Za-z0-9/_+=.@:-]{1,512}$
audit devices [/dev/sdf], want 2 volumes besides the data's`
	if err == nil || err.Error() != wantVault {
		t.Errorf("error = %v, want %s", err, wantVault)
	}
}
