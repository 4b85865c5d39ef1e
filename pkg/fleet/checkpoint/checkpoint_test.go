package checkpoint_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/checkpoint"
)

var (
	acme = fleet.Stack{Project: "cell", Name: "acme"}
	base = fleet.Stack{Project: "base", Name: "nonprod-us-east-1"}
)

// urn makes a URN of stack acme.
func urn(types, name string) string { return "urn:pulumi:acme::cell::" + types + "::" + name }

const secret = `{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"v1:abc"}`

// resources of a stack that is up: the root, a provider, a component with a VPC
// and a reference.
func resources() []string {
	return []string{
		fmt.Sprintf(`{"urn":%q,"custom":false,"type":"pulumi:pulumi:Stack","outputs":{"plain":"x","deep":{"list":[1,%s]},"hidden":%s}}`, urn("pulumi:pulumi:Stack", "cell-acme"), secret, secret),
		fmt.Sprintf(`{"urn":%q,"custom":true,"id":"prov-1","type":"pulumi:providers:aws","inputs":{"region":"us-east-1","allowedAccountIds":"[\"111122223333\"]"}}`, urn("pulumi:providers:aws", "aws")),
		fmt.Sprintf(`{"urn":%q,"custom":false,"type":"cellworks:network:Network"}`, urn("cellworks:network:Network", "network")),
		fmt.Sprintf(`{"urn":%q,"custom":true,"id":"vpc-1","type":"aws:ec2/vpc:Vpc","unknownField":{"kept":true}}`, urn("cellworks:network:Network$aws:ec2/vpc:Vpc", "network")),
		fmt.Sprintf(`{"urn":%q,"custom":true,"id":"ref","type":"pulumi:pulumi:StackReference","inputs":{"name":"organization/base/nonprod-us-east-1"}}`, urn("pulumi:pulumi:StackReference", "base")),
	}
}

// write makes a state file of resources and pending operations.
func write(t testing.TB, dir string, stack fleet.Stack, resources, pending []string) checkpoint.Store {
	t.Helper()
	store := checkpoint.Open(dir)
	text := fmt.Sprintf(`{"version":3,"checkpoint":{"stack":"organization/%s","latest":{"manifest":{"time":"t"},"secrets_providers":{"type":"passphrase"},"resources":[%s],"pending_operations":[%s]}}}`,
		stack, strings.Join(resources, ","), strings.Join(pending, ","))
	put(t, store.Path(stack), text, time.Time{})
	return store
}

func put(t testing.TB, path, text string, modified time.Time) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if !modified.IsZero() {
		if err := os.Chtimes(path, modified, modified); err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, s checkpoint.Store) *checkpoint.Checkpoint {
	t.Helper()
	c, err := s.Read(acme)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOutputsAreMaskedAtAnyDepth(t *testing.T) {
	t.Parallel()
	got := read(t, write(t, t.TempDir(), acme, resources(), nil)).Outputs()
	want := map[string]any{"plain": "x", "deep": map[string]any{"list": []any{1.0, "[secret]"}}, "hidden": "[secret]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
}

func TestStateSummarizes(t *testing.T) {
	t.Parallel()
	root := fmt.Sprintf(`{"urn":%q,"type":"pulumi:pulumi:Stack"}`, urn("pulumi:pulumi:Stack", "cell-acme"))
	creating := fmt.Sprintf(`{"type":"creating","resource":{"urn":%q,"type":"aws:ec2/vpc:Vpc"}}`, urn("aws:ec2/vpc:Vpc", "x"))
	protected := fmt.Sprintf(`{"urn":%q,"type":"aws:kms/key:Key","protect":true}`, urn("cellworks:clientcell:Key$aws:kms/key:Key", "acme"))
	updating := strings.Replace(creating, "creating", "updating", 1)
	for name, tc := range map[string]struct {
		resources, pending []string
		want               fleet.State
	}{
		"up":          {resources(), nil, fleet.State{Resources: 4, Ready: true, References: []fleet.Stack{base}}},
		"updating":    {resources(), []string{updating}, fleet.State{Resources: 4, Ready: true, References: []fleet.Stack{base}}},
		"interrupted": {resources(), []string{creating}, fleet.State{Resources: 4, References: []fleet.Stack{base}}},
		"incomplete":  {append([]string{root}, resources()[2:4]...), nil, fleet.State{Resources: 3}},
		"protected":   {[]string{root, protected}, nil, fleet.State{Resources: 2, Protected: []string{"aws:kms/key:Key acme"}}},
		"root alone":  {[]string{root}, nil, fleet.State{}},
		"empty":       {nil, nil, fleet.State{}},
	} {
		got := read(t, write(t, t.TempDir(), acme, tc.resources, tc.pending)).State()
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: state (-want +got):\n%s", name, diff)
		}
	}
}

func TestStatesListsAllAndReportsTheUnreadable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, acme, resources(), nil)
	store := write(t, dir, base, nil, nil)
	broken := fleet.Stack{Project: "cell", Name: "broken"}
	put(t, store.Path(broken), "{", time.Time{})
	put(t, store.Path(acme)+".bak", "{}", time.Time{})
	states, err := store.States()
	var corrupt *checkpoint.CorruptError
	if !errors.As(err, &corrupt) || corrupt.Stack != broken {
		t.Errorf("error = %v, want a CorruptError of %s", err, broken)
	}
	if len(states) != 2 || states[acme].Resources != 4 {
		t.Errorf("states = %v, want acme and base", states)
	}
	if states, err := checkpoint.Open(filepath.Join(dir, "none")).States(); err != nil || len(states) != 0 {
		t.Errorf("states of no folder = %v, %v", states, err)
	}
	if _, err := store.Read(fleet.Stack{Project: "cell", Name: "never"}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Read of no state: %v, want fs.ErrNotExist", err)
	}
}

func TestACorruptStateNamesTheNewestSoundBackup(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store := write(t, dir, acme, resources(), nil)
	path := store.Path(acme)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	day := func(d int) time.Time { return time.Date(2024, 1, d, 0, 0, 0, 0, time.UTC) }
	backups := filepath.Join(dir, ".pulumi", "backups", "cell", "acme")
	history := filepath.Join(dir, ".pulumi", "history", "cell", "acme")
	put(t, path+".bak", "also broken", day(9))
	put(t, filepath.Join(backups, "acme.1.json"), string(whole), day(5))
	put(t, filepath.Join(history, "acme-2.checkpoint.json"), string(whole), day(7))
	put(t, filepath.Join(history, "acme-2.history.json"), `{"kind":"update"}`, day(8))
	for text, reason := range map[string]string{
		"":                                "the file is empty",
		string(whole[:40]):                "invalid JSON at byte 40",
		`{"a":1}`:                         "not a Pulumi state",
		`{"version":9,"checkpoint":{}}`:   "version 9, newer than 3",
		`{"version":3,"checkpoint":null}`: "not a Pulumi state",
		`{"version":3,"checkpoint":{"latest":{"resources":7}}}`: "resources:",
		"[]": "cannot unmarshal",
	} {
		put(t, path, text, time.Time{})
		_, err := store.Read(acme)
		var corrupt *checkpoint.CorruptError
		if !errors.As(err, &corrupt) || !strings.Contains(err.Error(), reason) {
			t.Errorf("Read(%q): %v, want a CorruptError with %q", text, err, reason)
			continue
		}
		if want := filepath.Join(history, "acme-2.checkpoint.json"); corrupt.Backup != want || corrupt.BackupResources != 5 {
			t.Errorf("Read(%q): backup %s with %d resources, want %s with 5", text, corrupt.Backup, corrupt.BackupResources, want)
		}
	}
	if err := os.RemoveAll(filepath.Join(dir, ".pulumi", "backups")); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, ".pulumi", "history")); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Read(acme); err == nil || !strings.Contains(err.Error(), "no sound backup") {
		t.Errorf("Read without backups: %v", err)
	}
}

func TestLockFilesTellTheLiveFromTheDead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store := checkpoint.Open(dir)
	locks := filepath.Join(dir, ".pulumi", "locks", "organization", "cell", "acme")
	content := func(pid int, host string, since time.Time) string {
		text, err := json.Marshal(map[string]any{"pid": pid, "username": "u", "hostname": host, "timestamp": since})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	now := time.Now()
	const host = "here"
	for name, tc := range map[string]struct {
		content string
		stale   bool
	}{
		"live":        {content(os.Getpid(), host, now.Add(time.Second)), false},
		"dead":        {content(1<<22+1, host, now), true}, // above the largest process id of Linux
		"used again":  {content(os.Getpid(), host, now.Add(-24*time.Hour)), true},
		"other host":  {content(1<<22+1, "there", now), false},
		"nonsense id": {content(-1, host, now), true},
	} {
		put(t, filepath.Join(locks, "one.json"), tc.content, time.Time{})
		got, err := store.LockFiles(acme)
		if err != nil || len(got) != 1 {
			t.Fatalf("%s: LockFiles = %v, %v", name, got, err)
		}
		if got[0].Stale(host) != tc.stale {
			t.Errorf("%s: Stale = %v, want %v", name, !tc.stale, tc.stale)
		}
	}
	put(t, filepath.Join(locks, "one.json"), "{", time.Time{})
	if _, err := store.LockFiles(acme); err == nil || !strings.Contains(err.Error(), "one.json") {
		t.Errorf("LockFiles of nonsense: %v, want an error that names the file", err)
	}
	if got, err := store.LockFiles(base); err != nil || len(got) != 0 {
		t.Errorf("LockFiles of no locks = %v, %v", got, err)
	}
}
