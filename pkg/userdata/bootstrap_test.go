package userdata_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/userdata"
)

// instance is a folder that stands for the disk of a server at its first boot, with
// stand-ins for the commands that reach beyond it.
type instance struct {
	dir    string
	script string
	// commands are what the stand-ins do, in bash, by name. What they write is what the
	// command would.
	commands map[string]string
}

// prelude makes minutes pass when a script sleeps for seconds, without a wait.
const prelude = "sleep() { SECONDS=$((SECONDS + 60 * $1)); }\n"

func boot(t *testing.T, config userdata.CloudConfig, application string) *instance {
	t.Helper()
	tool(t, "bash")
	i := &instance{dir: t.TempDir(), commands: map[string]string{
		"aws": `case "$*" in
  *complete-lifecycle-action*) ;;
  *describe-volumes*) echo vol-0123 ;;
  *get-secret-value*gossip*) echo AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= ;;
  *get-secret-value*token*) echo 11111111-2222-3333-4444-555555555555 ;;
  *get-secret-value*) echo PEM-of-a-secret ;;
esac`,
		"curl": `case "$*" in
  *api/token*) echo session ;;
  *instance-id*) cat >/dev/null; echo i-0abc ;;
  *sys/health*) echo "${HEALTH:-200}" ;;
  *sys/init*) [ -n "${INITIALIZED:-}" ] || exit 7; echo "{\"initialized\":$INITIALIZED}" ;;
  *) echo something ;;
esac`,
		"blkid":   `case "$*" in -p*) exit "${BLKID:-2}" ;; *) echo 1234-5678 ;; esac`,
		"install": `set -- $(printf '%s\n' "$*" | sed -E 's/-(o|g) [a-z]+//g'); exec /usr/bin/install "$@"`,
		"consul": `case "$*" in
  version) echo "Consul v${RELEASE:-1.22.0}" ;;
  *list-peers*) echo "Node ID Address State Voter RaftProtocol"; echo "i-0abc 1 10.0.0.1:8300 follower ${VOTER:-true} 3" ;;
  *autopilot*) echo "Healthy:                      ${HEALTHY:-true}" ;;
esac`,
		"vault":    `echo "Vault v${RELEASE:-1.22.0} (0123abc), built 2025-01-01"`,
		"mkfs.xfs": "", "mount": "", "getent": "", "chown": "", "systemctl": "", "swapoff": "", "dnf": "", "amazon-cloudwatch-agent-ctl": "", "consul-acl": "", "logrotate": "",
	}}
	for _, f := range config.Files {
		i.put(t, f.Path, f.Content)
	}
	for _, folder := range []string{"/etc", "/var/log", "/var/tmp", "/usr/bin", "/dev/disk/by-id", "/opt/aws/amazon-cloudwatch-agent/bin"} {
		if err := os.MkdirAll(i.at(folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	i.put(t, "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123", "")
	i.put(t, "/etc/fstab", "")
	text := content(t, config, "/usr/local/sbin/"+application+"-bootstrap")
	// A block device cannot be made by everybody.
	text = strings.ReplaceAll(text, "[ -b ", "[ -e ")
	first, rest, _ := strings.Cut(text, "\n")
	i.script = first + "\n" + prelude + i.inside(rest)
	return i
}

// at returns the path below the folder that stands for a path.
func (i *instance) at(path string) string { return filepath.Join(i.dir, "disk", path) }

// inside moves the absolute paths of a script below the folder.
func (i *instance) inside(script string) string {
	for _, root := range []string{"/etc/", "/opt/", "/var/", "/usr/bin/", "/usr/sbin/", "/usr/local/", "/dev/disk/"} {
		for _, before := range []string{"'", `"`, " ", "=", ">"} {
			script = strings.ReplaceAll(script, before+root, before+i.at(root)+"/")
		}
	}
	return script
}

func (i *instance) put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(i.at(path)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(i.at(path), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// outcome is how a boot went.
type outcome struct {
	calls  []string // of stand-ins, with their arguments
	log    string
	failed bool
}

// run boots with variables that the stand-ins read.
func (i *instance) run(t *testing.T, variables ...string) outcome {
	t.Helper()
	bin, calls := filepath.Join(i.dir, "bin"), filepath.Join(i.dir, "calls")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, body := range i.commands {
		text := fmt.Sprintf("#!/bin/bash\nprintf '%%s %%s\\n' %s \"$*\" >>%s\n%s\n", name, calls, body)
		for _, path := range []string{filepath.Join(bin, name), i.at("/opt/aws/amazon-cloudwatch-agent/bin/" + name), i.at("/usr/local/sbin/" + name), i.at("/usr/sbin/" + name)} {
			known := strings.HasPrefix(path, bin) || strings.HasSuffix(path, "agent-ctl") && strings.Contains(path, "/opt/aws/") ||
				name == "consul-acl" && strings.Contains(path, "local") || name == "logrotate" && strings.Contains(path, "/usr/sbin/")
			if !known {
				continue
			}
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-c", i.script)
	cmd.Env = append([]string{"PATH=" + bin + ":/usr/bin:/bin"}, variables...)
	out, err := cmd.CombinedOutput()
	text, _ := os.ReadFile(calls) // none: nothing was called
	return outcome{calls: strings.Split(strings.TrimSpace(string(text)), "\n"), log: string(out), failed: err != nil}
}

// find returns the place of the first call that begins with a text, or -1.
func (o outcome) find(begin string) int {
	return slices.IndexFunc(o.calls, func(call string) bool { return strings.HasPrefix(call, begin) })
}

// result is what the group was told of the launch, each in its order.
func (o outcome) result() string {
	var told []string
	for _, call := range o.calls {
		if strings.Contains(call, "complete-lifecycle-action") {
			told = append(told, call[strings.LastIndex(call, " ")+1:])
		}
	}
	return strings.Join(told, " ")
}

func (o outcome) want(t *testing.T, name, result string) {
	t.Helper()
	if got := o.result(); got != result || o.failed != (result == "ABANDON") {
		t.Errorf("%s: the group is told %q, failed %v, want %q\n%s\n%s", name, got, o.failed, result, strings.Join(o.calls, "\n"), o.log)
	}
}

func TestAConsulServerServesOnceItHasAVote(t *testing.T) {
	t.Parallel()
	i := boot(t, configs(t)["consul"], "consul")
	o := i.run(t)
	o.want(t, "boot", "CONTINUE")
	for _, order := range [][2]string{
		{"mkfs.xfs ", "mount "}, {"mount ", "aws secretsmanager"}, {"aws secretsmanager", "systemctl start --no-block consul.service"},
		{"consul validate", "systemctl start --no-block consul.service"}, {"systemctl start --no-block consul.service", "consul operator raft list-peers"},
		{"consul operator raft list-peers", "consul-acl"}, {"consul-acl", "aws autoscaling complete-lifecycle-action"},
	} {
		if before, after := o.find(order[0]), o.find(order[1]); before < 0 || after < 0 || before > after {
			t.Errorf("%q is call %d and %q is call %d, want both in this order:\n%s", order[0], before, order[1], after, strings.Join(o.calls, "\n"))
		}
	}
	for path, want := range map[string]string{
		"/etc/consul.d/node.json":         `{"node_name": "i-0abc"}` + "\n",
		"/etc/consul.d/tls/ca.pem":        "PEM-of-a-secret\n",
		"/etc/consul.d/tokens/management": "11111111-2222-3333-4444-555555555555\n",
		"/etc/consul.d/secret.json": `{"encrypt": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "acl": {"tokens": {` +
			`"initial_management": "11111111-2222-3333-4444-555555555555", "agent": "11111111-2222-3333-4444-555555555555"}}}` + "\n",
		"/etc/fstab": "UUID=1234-5678 " + i.at("/opt/consul") + " xfs defaults,nodev,nosuid,noexec,nofail 0 2\n",
	} {
		got, err := os.ReadFile(i.at(path))
		if err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v, want %q", path, got, err, want)
		}
		if info, err := os.Stat(i.at(path)); err == nil && strings.Contains(path, "consul.d") && info.Mode().Perm() != 0o640 {
			t.Errorf("%s has mode %v, want 0640", path, info.Mode())
		}
	}
	log, err := os.ReadFile(i.at("/var/log/consul-bootstrap.log"))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"PEM-of-a-secret", "11111111-2222", "AAAAAAAAAAAA"} {
		if strings.Contains(string(log)+o.log+strings.Join(o.calls, "\n"), secret) {
			t.Errorf("%s is in the log or in the arguments of a command", secret)
		}
	}
}

func TestAServerThatCannotServeIsGivenUp(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		variables []string
		commands  map[string]string
		said      string
	}{
		"no vote":                       {variables: []string{"VOTER=false"}, said: "gave up waiting for the vote of this server"},
		"cluster that is not healthy":   {variables: []string{"HEALTHY=false"}, said: "gave up waiting for a healthy cluster"},
		"no tokens":                     {commands: map[string]string{"consul-acl": "exit 1"}, said: "gave up waiting for the tokens"},
		"secret without value":          {commands: map[string]string{"aws": `case "$*" in *describe-volumes*) echo vol-0123 ;; *get-secret-value*) exit 254 ;; esac`}, said: "gave up waiting for utility/consul/ca"},
		"volume that is not there":      {commands: map[string]string{"aws": `case "$*" in *describe-volumes*) echo None ;; esac`}, said: "gave up waiting for volume /dev/sdf"},
		"volume that cannot be read":    {variables: []string{"BLKID=8"}, said: "cannot tell what is on"},
		"configuration that is refused": {commands: map[string]string{"consul": `case "$*" in version) echo Consul v1.22.0 ;; validate*) exit 1 ;; esac`}, said: "consul validate"},
		"release that is not the one":   {variables: []string{"RELEASE=1.21.0"}, commands: map[string]string{"sha256sum": "exit 1"}, said: "sha256sum"},
		"token that is none":            {commands: map[string]string{"aws": `case "$*" in *describe-volumes*) echo vol-0123 ;; *get-secret-value*) echo '", "x": "' ;; esac`}},
	} {
		i := boot(t, configs(t)["consul"], "consul")
		for command, body := range tc.commands {
			i.commands[command] = body
		}
		o := i.run(t, tc.variables...)
		o.want(t, name, "ABANDON")
		if !strings.Contains(o.log, tc.said) {
			t.Errorf("%s: the log does not say %q:\n%s", name, tc.said, o.log)
		}
	}
}

func TestDataThatIsThereIsKept(t *testing.T) {
	t.Parallel()
	o := boot(t, configs(t)["consul"], "consul").run(t, "BLKID=0")
	o.want(t, "boot", "CONTINUE")
	if at := o.find("mkfs.xfs"); at >= 0 {
		t.Errorf("%s formats a volume with data", o.calls[at])
	}
}

func TestAnImageWithoutTheReleaseNeedsItsChecksum(t *testing.T) {
	t.Parallel()
	server := consulServer()
	server.Checksum = ""
	config, err := server.CloudConfig()
	if err != nil {
		t.Fatal(err)
	}
	o := boot(t, config, "consul").run(t, "RELEASE=1.21.0")
	o.want(t, "boot", "ABANDON")
	if !strings.Contains(o.log, "the image holds no consul 1.22.0, and no checksum is known to download it by") {
		t.Errorf("log %s, want why", o.log)
	}
}

func TestAVaultServerServesWhenItsClusterDoes(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		variables []string
		want      string
	}{
		"leader":                                 {[]string{"HEALTH=200"}, "CONTINUE"},
		"standby":                                {[]string{"HEALTH=429"}, "CONTINUE"},
		"sealed":                                 {[]string{"HEALTH=503"}, "ABANDON"},
		"not started":                            {[]string{"HEALTH=000"}, "ABANDON"},
		"new cluster":                            {[]string{"HEALTH=501"}, "CONTINUE"},
		"new cluster that others reach":          {[]string{"HEALTH=501", "INITIALIZED=false"}, "CONTINUE"},
		"outside of a cluster that is sealed up": {[]string{"HEALTH=501", "INITIALIZED=true"}, "ABANDON"},
	} {
		for _, kind := range []string{"vault", "vault-on-consul"} {
			i := boot(t, configs(t)[kind], "vault")
			o := i.run(t, tc.variables...)
			o.want(t, kind+", "+name, tc.want)
			if tc.want != "CONTINUE" {
				continue
			}
			want := "VAULT_RAFT_NODE_ID=i-0abc\n"
			if kind != "vault" {
				want = "CONSUL_HTTP_TOKEN=11111111-2222-3333-4444-555555555555\n"
			}
			if got, err := os.ReadFile(i.at("/etc/vault.d/vault.env")); err != nil || string(got) != want {
				t.Errorf("%s, %s: vault.env holds %q, %v, want %q", kind, name, got, err, want)
			}
			if n := strings.Count(strings.Join(o.calls, "\n"), "mkfs.xfs "); n != 3 {
				t.Errorf("%s, %s: %d volumes are formatted, want 3", kind, name, n)
			}
		}
	}
}
