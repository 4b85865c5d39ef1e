package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cellworks/pkg/config"
)

// patience is what any tree may take, however hostile. It is far more than any of
// them takes, so that a busy machine does not fail the test.
const patience = 20 * time.Second

func TestHostileTextIsRefusedQuickly(t *testing.T) {
	t.Parallel()
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			_, err := config.Load(write(t, map[string]string{"clients/acme/cell.yaml": text}))
			var problems config.Problems
			if !errors.As(err, &problems) {
				t.Errorf("error %v, want problems", err)
			}
			if took := time.Since(start); took > patience {
				t.Errorf("took %s, want less than %s", took, patience)
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
		"many keys": func() string {
			var b strings.Builder
			for i := 0; b.Len() < 120_000; i++ {
				fmt.Fprintf(&b, "k%d: v\n", i)
			}
			return b.String()
		}(),
	}
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
				"configs/clients/birch/cell.yaml: missing file, want at least the keys account, region, slot and ring"},
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
