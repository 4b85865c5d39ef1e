package config_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"cellworks/pkg/config"
)

// What any tree may take, however hostile: two seconds of one processor, which a busy
// machine does not stretch as it does the time on the wall, and 500 MB allocated in
// all, whether or not they were in use at once.
const (
	maxProcessorTime = 2 * time.Second
	maxAllocated     = 500 << 20
)

// hostileEnv makes the test binary load the one tree that it names and print what
// that took.
const hostileEnv = "CONFIG_TEST_HOSTILE_TREE"

func TestMain(m *testing.M) {
	dir := os.Getenv(hostileEnv)
	if dir == "" {
		os.Exit(m.Run())
	}
	var before, after runtime.MemStats
	var u syscall.Rusage
	runtime.ReadMemStats(&before)
	_, err := config.Load(dir)
	runtime.ReadMemStats(&after)
	if rusage := syscall.Getrusage(syscall.RUSAGE_SELF, &u); rusage != nil {
		panic(rusage)
	}
	var problems config.Problems
	fmt.Println(errors.As(err, &problems), u.Utime.Nano()+u.Stime.Nano(), after.TotalAlloc-before.TotalAlloc)
	os.Exit(0)
}

// took loads a tree in a process of its own and returns what that process used.
func took(t *testing.T, dir string) (refused bool, processor time.Duration, allocated uint64) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), hostileEnv+"="+dir)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscan(string(out), &refused, &processor, &allocated); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	return refused, processor, allocated
}

func TestHostileTextIsRefusedQuickly(t *testing.T) {
	t.Parallel()
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused, processor, allocated := took(t, write(t, map[string]string{"clients/acme/cell.yaml": text}))
			if !refused {
				t.Error("the tree is not refused for its content")
			}
			t.Logf("%s, %d MB", processor, allocated>>20)
			if processor > slowdown*maxProcessorTime || allocated > slowdown*maxAllocated {
				t.Errorf("took %s and %d MB, want at most %s and %d MB", processor, allocated>>20, maxProcessorTime, maxAllocated>>20)
			}
		})
	}
}

func TestExpandedAliasesAreBounded(t *testing.T) {
	t.Parallel()
	_, err := config.Load(write(t, map[string]string{"clients/acme/cell.yaml": hostile()["billion laughs"]}))
	want := "configs/clients/acme/cell.yaml:6:17: the file holds more than 20000 values once its aliases are expanded"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// hostile returns files that are meant to take all time or memory.
func hostile() map[string]string {
	laughs := "labels:\n  a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
	for i := 1; i < 20; i++ {
		laughs += fmt.Sprintf("  a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), ", "))
	}
	deep := ""
	for i := range 100 {
		deep += strings.Repeat(" ", i) + "a:\n"
	}
	return map[string]string{
		"billion laughs":   laughs,
		"50 MB":            strings.Repeat("# a comment that fills the file\n", 50<<20/32),
		"brackets":         strings.Repeat("[", 100_000),
		"brackets by line": strings.Repeat("[\n", 10_000),
		"braces":           strings.Repeat("{a: ", 4_000),
		"dashes":           strings.Repeat("- ", 8_000),
		"questions":        strings.Repeat("? ", 8_000),
		"tags":             strings.Repeat("!a ", 5_000),
		"colons":           strings.Repeat("a: ", 5_000),
		"quotes":           strings.Repeat("\"a\" ", 4_000),
		"anchors":          strings.Repeat("&a ", 5_000),
		"documents":        strings.Repeat("---\na: b\n", 10_000),
		"deep":             deep + strings.Repeat(" ", 100) + "b: c\n",
		"deep by line": func() string {
			var b strings.Builder
			for i := range 10_000 {
				b.WriteString(strings.Repeat(" ", min(i, 120)) + "a:\n")
			}
			return b.String()
		}(),
		"deep by braces over lines": strings.Repeat("a: {\n", 10_000),
		"deep by dashes over lines": func() string {
			var b strings.Builder
			for i := range 10_000 {
				b.WriteString(strings.Repeat(" ", min(2*i, 126)) + "- a:\n")
			}
			return b.String()
		}(),
		"many items of one name":  smallest(0) + "labels: {a: 1}\nservices: {items: [\n" + strings.Repeat("{name: a}, {name: b},\n", 4_000) + "]}\n",
		"many items":              smallest(0) + "services:\n  items:\n" + numbered("    - name: s%d\n", 4_900),
		"many removals":           smallest(0) + "storage:\n  buckets:\n" + numbered("    - {name: b%d, remove: true}\n", 4_900),
		"many locks":              smallest(0) + "final:\n" + numbered("  - {path: labels.a%d, reason: x}\n", 4_900),
		"many profiles":           smallest(0) + "profiles: [" + numbered("a%d, ", 2_000) + "a]\n",
		"many unknown keys":       smallest(0) + "kms:\n" + numbered("  rotationDay%d: 1\n", 4_900),
		"long misspelled key":     smallest(0) + strings.Repeat("k", 16_000) + ": 1\n",
		"many lines of one value": smallest(0) + "labels:\n  a: >\n" + strings.Repeat("    x\n", 4_900),
		"many keys": func() string {
			var b strings.Builder
			for i := 0; b.Len() < 120_000; i++ {
				fmt.Fprintf(&b, "k%d: v\n", i)
			}
			return b.String()
		}(),
	}
}

// numbered repeats a format with the numbers below n.
func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func TestAliasesAreValues(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, cell("kms: {deletionWindowDays: &days 10}", "storage: {buckets: [{name: inbound, noncurrentDays: *days}]}"))
	if got := mustCell(t, tree, "acme").Storage.Buckets[0].NoncurrentDays; got != 10 {
		t.Errorf("the alias stands for %d, want 10", got)
	}
}

func TestHostileFilesAreRefused(t *testing.T) {
	t.Parallel()
	link := func(target string) func(*testing.T, string) {
		return func(t *testing.T, name string) {
			if err := os.Symlink(target, name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, tc := range []struct {
		name, file string
		make       func(*testing.T, string)
		want       string
	}{
		{"link out of the tree", "clients/acme/cell.yaml", link("../../../outside.yaml"),
			"configs/clients/acme/cell.yaml: the symbolic link cannot be followed inside of the configuration: path escapes from parent"},
		{"absolute link", "clients/acme/cell.yaml", link("/dev/zero"),
			"configs/clients/acme/cell.yaml: the symbolic link cannot be followed inside of the configuration: path escapes from parent"},
		{"loop", "clients/acme/cell.yaml", link("cell.yaml"),
			"configs/clients/acme/cell.yaml: the symbolic link cannot be followed inside of the configuration: too many levels of symbolic links"},
		{"dangling link", "clients/acme/cell.yaml", link("gone.yaml"),
			"configs/clients/acme/cell.yaml: the symbolic link cannot be followed inside of the configuration: no such file or directory"},
		{"named pipe", "clients/acme/cell.yaml", func(t *testing.T, name string) {
			if err := syscall.Mkfifo(name, 0o644); err != nil {
				t.Fatal(err)
			}
		}, "configs/clients/acme/cell.yaml: a named pipe is here, want a regular file"},
		{"directory", "clients/acme/cell.yaml", func(t *testing.T, name string) {
			if err := os.Mkdir(name, 0o755); err != nil {
				t.Fatal(err)
			}
		}, "configs/clients/acme/cell.yaml: a directory is here, want a regular file\n" +
			"configs/clients/acme/cell.yaml: unknown directory (remove it: nothing reads it here)"},
		{"loop at a directory", "accounts", link("accounts"),
			"configs/accounts: the symbolic link cannot be followed inside of the configuration: too many levels of symbolic links"},
		{"loop of the organization", "organization.yaml", link("organization.yaml"),
			"configs/organization.yaml: the symbolic link cannot be followed inside of the configuration: too many levels of symbolic links"},
		{"dangling client", "clients/birch", link("gone"),
			"configs/clients/birch: the symbolic link cannot be followed inside of the configuration: no such file or directory"},
		{"loop of directories", "clients/birch", link("../clients"),
			"configs/clients/birch/acme: unknown directory (remove it: nothing reads it here)\n" +
				"configs/clients/birch/birch: unknown directory (remove it: nothing reads it here)\n" +
				"configs/clients/birch/cell.yaml: missing file, want at least the keys account, region, slot and ring (remove the folder, or put the file back: git checkout <revision> -- configs/clients/birch)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir := write(t, nil)
			writeFile(t, filepath.Join(filepath.Dir(dir), "outside.yaml"), smallest(0))
			name := filepath.Join(dir, filepath.FromSlash(tc.file))
			if err := os.RemoveAll(name); err != nil {
				t.Fatal(err)
			}
			tc.make(t, name)
			_, err := config.Load(dir)
			if err == nil || err.Error() != tc.want {
				t.Errorf("error:\n%v\nwant:\n%s", err, tc.want)
			}
		})
	}
}

func TestLinkWithinTheTreeIsFollowed(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{"accounts/nonprod/cell.yaml": ""})
	if err := os.MkdirAll(filepath.Join(dir, "accounts", "nonprod"), 0o755); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "schema", "shared.yaml"), "iam: {maxSessionHours: 2}\n")
	if err := os.Symlink("../../schema/shared.yaml", filepath.Join(dir, "accounts", "nonprod", "cell.yaml")); err != nil {
		t.Fatal(err)
	}
	tree, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := mustCell(t, tree, "acme").IAM.MaxSessionHours; got != 2 {
		t.Errorf("maxSessionHours %d, want that of the linked file", got)
	}
}
