package config

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestTagsAreSound(t *testing.T) {
	t.Parallel()
	s, err := newSchemas()
	if err != nil {
		t.Fatal(err)
	}
	for name, kind := range map[string]*schema{"organization": s.organization, "base": s.base, "utility": s.utility, "cell": s.cell} {
		checkTags(t, name, kind)
	}
}

// checkTags fails for a built-in default that breaks the field's own rules and for
// a required scalar without an example.
func checkTags(t *testing.T, path string, s *schema) {
	t.Helper()
	if len(s.fields) > 64 {
		t.Errorf("%s has %d fields, more than the decoder can tell apart", path, len(s.fields))
	}
	for i := range s.fields {
		f := &s.fields[i]
		at := path + "." + f.key
		if f.fallback != nil {
			d := &decoder{out: &collector{}}
			d.value(f.schema, f, f.fallback, nil, reflect.New(f.schema.zero).Elem(), nil)
			if problems := d.out.problems(); len(problems) > 0 {
				t.Errorf("the default of %s is not valid: %v", at, problems)
			}
		}
		isStruct := f.schema.shape == shapeStruct
		if f.fallback == nil && !f.optional && !isStruct && f.example == "" {
			t.Errorf("%s is required and has no tag example", at)
		}
		if isStruct {
			checkTags(t, at, f.schema)
		}
		if f.schema.elem != nil {
			checkTags(t, at, f.schema.elem)
		}
	}
}

func TestMistakesInTagsAreFound(t *testing.T) {
	t.Parallel()
	for name, typ := range map[string]reflect.Type{
		"no tag": reflect.TypeFor[struct{ A string }](),
		"bad range": reflect.TypeFor[struct {
			A int `yaml:"a" range:"1-2"`
		}](),
		"bad pattern": reflect.TypeFor[struct {
			A string `yaml:"a" match:"(" hint:"x"`
		}](),
		"no hint": reflect.TypeFor[struct {
			A string `yaml:"a" match:"x"`
		}](),
		"default of a map": reflect.TypeFor[struct {
			A map[string]string `yaml:"a" default:"x"`
		}](),
		"type": reflect.TypeFor[struct {
			A float64 `yaml:"a"`
		}](),
		"type of an item": reflect.TypeFor[struct {
			A []float64 `yaml:"a"`
		}](),
	} {
		if _, err := newSchema(typ); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestShippedDefaultsShowEveryKey(t *testing.T) {
	t.Parallel()
	s, err := newSchemas()
	if err != nil {
		t.Fatal(err)
	}
	for name, kind := range map[string]*schema{"base": s.base, "utility": s.utility, "cell": s.cell} {
		data, err := os.ReadFile(filepath.Join("..", "..", "configs", "defaults", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		out := &collector{}
		root := parse(data, &source{name, LayerDefaults}, out)
		if root == nil {
			t.Fatal(out.problems())
		}
		checkShown(t, name, kind, root)
	}
}

func checkShown(t *testing.T, path string, s *schema, n *node) {
	t.Helper()
	for i := range s.fields {
		f := &s.fields[i]
		v := n.get(f.key)
		switch {
		case v == nil && (f.layer != "" || f.optional && (f.schema.shape == shapeString || f.schema.shape == shapeSecret)):
			// What only a client sets, and texts for which there is no default.
		case v == nil:
			t.Errorf("%s does not show the key %s", path, f.key)
		case f.schema.shape == shapeStruct:
			checkShown(t, path+"."+f.key, f.schema, v)
		case f.schema.shape == shapeNamed && len(v.items) > 0:
			// The first item shows readers what the others may say.
			checkShown(t, path+"."+f.key, f.schema.elem, v.items[0])
		}
	}
}

func TestFilesAreNamedFromTheCurrentDirectory(t *testing.T) {
	t.Parallel()
	cwd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		cwd:                                    "",
		filepath.Join(cwd, "testdata"):         "testdata",
		filepath.Join(cwd, "a", "configs"):     "a/configs",
		filepath.Join(cwd, "..", "configs"):    "configs",
		filepath.Join(t.TempDir(), "settings"): "settings",
	} {
		if got := shownAs(dir); got != want {
			t.Errorf("%s is shown as %q, want %q", dir, got, want)
		}
	}
}

func TestSecretsAreToldFromReferences(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		key, value string
		secret     bool
	}{
		{"DB_PASSWORD", "c29tZXRoaW5nc2VjcmV0MTIz", true},
		{"api-token", "0123456789abcdef0123", true},
		{"anything", "x AKIAIOSFODNN7EXAMPLE y", true},
		{"session", "ASIAIOSFODNN7EXAMPLE", true},
		{"note", "-----BEGIN OPENSSH PRIVATE KEY-----", true},
		{"passwordRef", "vault:cells/acme/kv/db", false},
		{"secretsProvider", "awskms://alias/pulumi?region=us-east-1", false},
		{"TOKEN_TTL", "3600", false},
		{"passwordHint", "correct-horse-battery-staple", false},
		{"image", "registry.example.com/api@sha256:4f5c3b1de5a0c7f1", false},
		{"name", "AKIAIOSFODNN7", false},
		{"commit", "0123456789abcdef0123456789abcdef01234567", false},
		{"DB_PASSWORD", "hunter2", true},
		{"dbPassword", "abc", true},
		{"api_key", "x", true},
		{"CLIENT_SECRET", "correct horse", true},
		{"DB_PASSWORD", "secretsmanager:db#password", false},
		{"MAX_TOKEN", "4096", false},
		{"USE_TOKEN", "true", false},
		{"url", "postgres://app:hunter2@db.example.com/x", true},
		{"url", "postgres://app@db.example.com:5432/x", false},
		{"url", "https://example.com:8443/a:b@c", false},
		{"note", "ghp_0123456789abcdefghijABCDEFGHIJ012345", true},
		{"note", "github_pat_11ABCDEFG0123456789abcdef", true},
		{"note", "glpat-0123456789abcdefghij", true},
		{"note", "xoxb-0123456789-abcdefghij", true},
		{"note", "hvs.CAESI0123456789abcdefghij", true},
		{"note", "sk_live_0123456789abcdef", true},
		{"note", "AIzaSy0123456789abcdefghij0123456789abc", true},
		{"note", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl", true},
		{"note", "npm is a package manager for JavaScript", false},
		{"note", "SG.", false},
		{"host", "pul-gateway-for-the-eastern-clinics", false},
	} {
		if got := secretKind(tc.key, tc.value); (got != "") != tc.secret {
			t.Errorf("%s: %s looks like %q, want a secret: %t", tc.key, tc.value, got, tc.secret)
		}
	}
}
