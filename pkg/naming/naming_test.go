package naming_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/naming"
)

func TestPhysicalKeepsShortNames(t *testing.T) {
	t.Parallel()
	got, err := naming.Physical(naming.MaxTargetGroup, "acme", "api")
	if err != nil || got != "acme-api" {
		t.Errorf("got %q, %v; want acme-api", got, err)
	}
	exact := strings.Repeat("a", 32)
	if got, err := naming.Physical(32, exact); err != nil || got != exact {
		t.Errorf("got %q, %v; want the name of exactly 32 characters as it is", got, err)
	}
}

func TestPhysicalShortensLongNamesAlwaysTheSameWay(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		limit int
		parts []string
		want  string
	}{
		{32, []string{"prod", "acme", "a-service-with-a-long-name"}, "prod-acme-a-service-with-z2qqz7"},
		{16, []string{"abcdefgh-", "x"}, ""},
		{12, []string{"abcd", "efghijkl"}, "abcd-5xidfh"},
	} {
		got, err := naming.Physical(tc.limit, tc.parts...)
		if tc.want == "" {
			if err == nil {
				t.Errorf("%q: got %q, want an error", tc.parts, got)
			}
			continue
		}
		if err != nil || got != tc.want {
			t.Errorf("%q: got %q, %v; want %q", tc.parts, got, err, tc.want)
		}
	}
}

func TestBadNamesAreRefused(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		what string
		err  error
		want string
	}{
		{"no part", errOf(naming.Physical(32)), "a name needs at least one part"},
		{"empty part", errOf(naming.Physical(32, "acme", "")),
			`part 2 of name "acme-": is empty, want lower-case letters, digits and dashes`},
		{"upper case", errOf(naming.Physical(32, "Acme")),
			`part 1 of name "Acme": holds 'A', want only lower-case letters, digits and dashes`},
		{"underscore", errOf(naming.Role("acme", "a_b", "task")),
			`role: part 2 of name "acme-a_b-task": holds '_', want only lower-case letters, digits and dashes`},
		{"dash at the end", errOf(naming.TargetGroup("acme-", "api", 8080)),
			`target group: part 1 of name "acme--api-8080": "acme-" begins or ends with a dash, want a letter or digit there`},
		{"small limit", errOf(naming.Physical(7, "a")), "name limit 7 is too small, want at least 8"},
		{"internal load balancer", errOf(naming.LoadBalancer("internal", "x")),
			`load balancer: name "internal-x" begins with internal-, which AWS reserves`},
		{"reserved bucket prefix", errOf(naming.Bucket("sthree", "acme", "us-east-1", "x")),
			`bucket: name "sthree-acme-us-east-1-x" begins with sthree-, which S3 reserves`},
		{"reserved bucket suffix", errOf(naming.Bucket("org", "acme", "us-east-1", "s3alias")),
			`bucket: name "org-acme-us-east-1-s3alias" ends with -s3alias, which S3 reserves`},
	} {
		if tc.err == nil || tc.err.Error() != tc.want {
			t.Errorf("%s: error %v, want %s", tc.what, tc.err, tc.want)
		}
	}
}

func TestNamesOfCells(t *testing.T) {
	t.Parallel()
	bucket, err := naming.Bucket("meridian", "acme", "us-east-1", "archive")
	if err != nil {
		t.Fatal(err)
	}
	role, err := naming.Role("acme", "api", "task")
	if err != nil {
		t.Fatal(err)
	}
	got := []string{
		bucket, role, naming.CellRolePath("acme"), naming.CellLogGroup("acme", "api"), naming.CellKeyAlias("acme"),
		naming.CellSecret("acme", "db"), naming.CellParameter("acme", "db/url"),
		naming.StackBase("prod", "us-east-1"), naming.StackUtility("prod", "us-east-1", "ecs"), naming.StackCell("acme"),
		naming.StackPeering("prod"),
	}
	want := []string{
		"meridian-acme-us-east-1-archive", "acme-api-task", "/cell/acme/", "/cell/acme/api", "alias/cell/acme", "cell/acme/db", "/cell/acme/db/url",
		"prod-us-east-1", "prod-us-east-1-ecs", "acme",
		"prod-peering",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names differ (-want +got):\n%s", diff)
	}
}

func TestLongestSlugsFitWithoutShortening(t *testing.T) {
	t.Parallel()
	slug := "a" + strings.Repeat("b", 11)
	group, err := naming.TargetGroup(slug, strings.Repeat("s", 19), 8080)
	if err != nil || len(group) != naming.MaxTargetGroup {
		t.Errorf("target group %q, %v; want exactly %d characters", group, err, naming.MaxTargetGroup)
	}
	if other, err := naming.TargetGroup(slug, strings.Repeat("s", 19), 8081); err != nil || other == group {
		t.Errorf("target group %q, %v; want another one on another port", other, err)
	}
	bucket, err := naming.Bucket(slug, slug, "ap-southeast-1", strings.Repeat("n", 20))
	if err != nil || !strings.HasSuffix(bucket, "nnnnn") || len(bucket) > naming.MaxBucket {
		t.Errorf("bucket %q, %v; want at most %d characters, unshortened", bucket, err, naming.MaxBucket)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	cell := naming.TagSet{Project: "cell", Stack: "acme", Account: "nonprod", Client: "acme"}
	want := map[string]string{
		"cellworks:project": "cell", "cellworks:stack": "acme", "cellworks:account": "nonprod",
		"environment": "nonprod", "cell": "acme", "data-classification": "phi", "managed-by": "pulumi",
	}
	if diff := cmp.Diff(want, cell.Tags()); diff != "" {
		t.Errorf("tags of a cell differ (-want +got):\n%s", diff)
	}
	base := naming.TagSet{Project: "base", Stack: "ops-us-east-1", Account: "ops"}.Tags()
	if _, ok := base["cell"]; ok || base["data-classification"] != "internal" {
		t.Errorf("tags of a base stack are %v, want no cell and classification internal", base)
	}
}

func FuzzPhysicalIsValidBoundedAndTellsNamesApart(f *testing.F) {
	valid := regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	f.Add(32, "acme", "api", "acme", "web")
	f.Add(8, "acme-very-long", "api", "acme-very-long", "apj")
	f.Add(16, "a--------------------b", "c", "a", "--b")
	f.Fuzz(func(t *testing.T, limit int, a1, a2, b1, b2 string) {
		one, err1 := naming.Physical(limit, a1, a2)
		two, err2 := naming.Physical(limit, b1, b2)
		for _, got := range []struct {
			name string
			err  error
		}{{one, err1}, {two, err2}} {
			if got.err != nil {
				continue
			}
			if len(got.name) > limit || !valid.MatchString(got.name) {
				t.Fatalf("Physical(%d) = %q, want at most that many of a-z, 0-9 and inner dashes", limit, got.name)
			}
		}
		if err1 != nil || err2 != nil {
			return
		}
		full1, full2 := a1+"-"+a2, b1+"-"+b2
		bothCut := len(full1) > limit && len(full2) > limit
		bothKept := len(full1) <= limit && len(full2) <= limit
		if (bothCut || bothKept) && (full1 == full2) != (one == two) {
			t.Fatalf("%q and %q became %q and %q", full1, full2, one, two)
		}
	})
}

func errOf[T any](_ T, err error) error { return err }
