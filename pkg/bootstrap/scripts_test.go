package bootstrap_test

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cellworks/pkg/bootstrap"
	"cellworks/pkg/config"
)

func realSteps(t *testing.T) []bootstrap.Step {
	t.Helper()
	return plan(t, tree(t, map[string]func(string) string{"organization.yaml": real, "accounts/ops/utility.yaml": noImages}), config.AWS, nil)
}

func TestScriptsParse(t *testing.T) {
	t.Parallel()
	for _, step := range realSteps(t) {
		if step.Script == "" {
			continue
		}
		for checker, options := range map[string][]string{"sh": {"-n"}, "shellcheck": {"-s", "sh", "-"}} {
			path, err := exec.LookPath(checker)
			if err != nil {
				continue // not everywhere, and the other one looked
			}
			command := exec.Command(path, options...)
			command.Stdin = strings.NewReader(step.Script)
			if output, err := command.CombinedOutput(); err != nil {
				t.Errorf("%s: %s: %v\n%s", step.ID, checker, err, output)
			}
		}
		if strings.Contains(step.Script, "<no value>") {
			t.Errorf("%s lacks a value:\n%s", step.ID, step.Script)
		}
	}
}

func TestScriptsPutNoSecretOnACommandLine(t *testing.T) {
	t.Parallel()
	for _, step := range realSteps(t) {
		for _, match := range regexp.MustCompile(`--secret-string (\S+)`).FindAllStringSubmatch(step.Script, -1) {
			if !strings.HasPrefix(strings.Trim(match[1], "'"), "file://") {
				t.Errorf("%s shows %s to everybody on the machine", step.ID, match[1])
			}
		}
	}
}

// stubs puts programs in the place of those that a script calls: cellctl by go run
// prints outputs, and aws keeps the files of secrets.
func stubs(t *testing.T, outputs string) (path, kept string) {
	t.Helper()
	bin, kept := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		"go": "#!/bin/sh\ncat <<'JSON'\n" + outputs + "\nJSON\n",
		"aws": `#!/bin/sh
while [ $# -gt 0 ]; do
	case "$1" in
	list-secret-version-ids) list=yes ;;
	--secret-id) id=$2 ;;
	--secret-string) cp "${2#file://}" "` + kept + `/$(basename "$id")" ;;
	esac
	shift
done
[ -z "${list:-}" ] || ! [ -e "` + kept + `/$(basename "$id")" ] || echo 1
`,
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return bin, kept
}

func TestCertificatesOfServersAreWhatServersTake(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"openssl", "jq", "sh"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed: the script that makes certificates runs it", program)
		}
	}
	bin, kept := stubs(t, `{"stacks": [{"outputs": {"certificateNames": ["server.us-east-1.consul", "localhost", "127.0.0.1"]}}]}`)
	command := exec.Command("sh", "-s")
	command.Stdin = strings.NewReader(find(t, realSteps(t), "consul-secrets").Script)
	command.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	command.Dir = t.TempDir()
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	read := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(kept, name))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	certificate := func(name string) *x509.Certificate {
		block, _ := pem.Decode(read(name))
		if block == nil {
			t.Fatalf("%s is no PEM", name)
		}
		parsed, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	authority, server := certificate("ca"), certificate("certificate")
	roots := x509.NewCertPool()
	roots.AddCert(authority)
	for _, name := range []string{"server.us-east-1.consul", "localhost", "127.0.0.1"} {
		for _, usage := range []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth} {
			if _, err := server.Verify(x509.VerifyOptions{Roots: roots, DNSName: name, KeyUsages: []x509.ExtKeyUsage{usage}}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	block, _ := pem.Decode(read("private-key"))
	key, err := x509.ParseECPrivateKey(block.Bytes)
	if err != nil || !key.PublicKey.Equal(server.PublicKey.(*ecdsa.PublicKey)) {
		t.Errorf("the key is not the certificate's: %v", err)
	}
	for name, pattern := range map[string]string{
		"gossip":           `^[A-Za-z0-9+/]{43}=$`,
		"management-token": `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$`,
		"agent-token":      `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$`,
	} {
		if got := string(read(name)); !regexp.MustCompile(pattern).MatchString(got) {
			t.Errorf("%s does not match %s", name, pattern)
		}
	}
	if string(read("management-token")) == string(read("agent-token")) {
		t.Error("both tokens are the same")
	}
	if entries, err := os.ReadDir(command.Dir); err != nil || len(entries) != 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestNameServersArePrintedAsRecords(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("jq"); err != nil {
		t.Skip("jq is not installed")
	}
	bin, _ := stubs(t, `{"stacks": [{"outputs": {"zoneNameServers": ["ns-1.awsdns-00.com", "ns-2.awsdns-00.net"]}}]}`)
	command := exec.Command("sh", "-s")
	command.Stdin = strings.NewReader(find(t, realSteps(t), "delegation").Script)
	command.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	output, err := command.CombinedOutput()
	if want := "us-east-1.ops.meridianhealth.example. 3600 IN NS ns-1.awsdns-00.com.\n"; err != nil || !strings.Contains(string(output), want) {
		t.Errorf("output = %s, %v, want %s", output, err, want)
	}
}

func TestKeysAreWrittenAsAgentsReadThem(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"jq", "sh"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed: the script that writes keys runs it", program)
		}
	}
	bin, kept := stubs(t, "")
	folder := t.TempDir()
	const pem = "-----BEGIN PRIVATE KEY-----\nb\"\\n$(id)\n-----END PRIVATE KEY-----\n"
	script := filepath.Join(folder, "script")
	for file, text := range map[string]string{script: find(t, realSteps(t), "jenkins-keys").Script, filepath.Join(folder, "key.pem"): pem} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(answers string, environ ...string) (string, error) {
		command := exec.Command("sh", script)
		command.Stdin, command.Dir = strings.NewReader(answers), folder
		command.Env = append(os.Environ(), append(environ, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))...)
		output, err := command.CombinedOutput()
		return string(output), err
	}
	read := func(name string) map[string]string {
		text, err := os.ReadFile(filepath.Join(kept, name))
		if err != nil {
			t.Fatal(err)
		}
		var values map[string]string
		if err := json.Unmarshal(text, &values); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return values
	}
	output, err := run("api\napp\napi2\n'app\"2$x\nid\nkey.pem\nkid\nid2\n" + filepath.Join(folder, "key.pem") + "\nkid2\n")
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for name, want := range map[string]map[string]string{
		"datadog-preview": {"DD_API_KEY": "api", "DD_APP_KEY": "app"},
		"datadog-deploy":  {"DD_API_KEY": "api2", "DD_APP_KEY": `'app"2$x`},
		"okta-preview":    {"OKTA_API_CLIENT_ID": "id", "OKTA_API_PRIVATE_KEY": pem, "OKTA_API_PRIVATE_KEY_ID": "kid"},
		"okta-deploy":     {"OKTA_API_CLIENT_ID": "id2", "OKTA_API_PRIVATE_KEY": pem, "OKTA_API_PRIVATE_KEY_ID": "kid2"},
	} {
		if got := read(name); !maps.Equal(got, want) {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	// Run again it asks for nothing, unless told to.
	if output, err := run(""); err != nil || strings.Contains(output, "Enter:") {
		t.Errorf("the second time: %v\n%s", err, output)
	}
	if output, err := run("new\nnew\n", "REPLACE=datadog-preview"); err != nil || read("datadog-preview")["DD_APP_KEY"] != "new" || read("datadog-deploy")["DD_API_KEY"] != "api2" {
		t.Errorf("replaced: %v\n%s", err, output)
	}
	for _, answers := range []string{"", "\n", "id\nmissing.pem\nkid\n", "id\n/dev/null\nkid\n"} {
		if output, err := run(answers, "REPLACE=okta-deploy"); err == nil || read("okta-deploy")["OKTA_API_CLIENT_ID"] != "id2" {
			t.Errorf("%q is taken: %s", answers, output)
		}
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 2 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}
