package iampolicy_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cellworks/pkg/iampolicy"
)

func TestJSONIsCanonical(t *testing.T) {
	t.Parallel()
	d := iampolicy.NewDocument(
		iampolicy.Deny("TLSOnly", "s3:*").By(iampolicy.ByEveryone()).
			On("arn:aws:s3:::b/*", "arn:aws:s3:::b").If("Bool", "aws:SecureTransport", "false"),
		iampolicy.Allow("Read", "s3:ListBucket", "s3:GetObject", "s3:GetObject").
			By(iampolicy.Principals{Services: []string{"logs.amazonaws.com"}, AWS: []string{"111122223333"}}).
			On("*").If("StringLike", "aws:PrincipalArn", "a&b<c>").If("StringEquals", "aws:SourceAccount", "2", "1"),
	)
	want := `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"TLSOnly","Effect":"Deny","Principal":"*","Action":["s3:*"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],` +
		`"Condition":{"Bool":{"aws:SecureTransport":["false"]}}},` +
		`{"Sid":"Read","Effect":"Allow","Principal":{"AWS":["111122223333"],"Service":["logs.amazonaws.com"]},` +
		`"Action":["s3:GetObject","s3:ListBucket"],"Resource":["*"],` +
		`"Condition":{"StringEquals":{"aws:SourceAccount":["1","2"]},"StringLike":{"aws:PrincipalArn":["a&b<c>"]}}}]}`
	for range 20 {
		got, err := d.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("JSON differs (-want +got):\n%s", diff)
		}
	}
}

func TestOrderOfSetsDoesNotShow(t *testing.T) {
	t.Parallel()
	actions := []string{"sqs:SendMessage", "kms:Decrypt", "s3:GetObject"}
	a := mustJSON(t, iampolicy.NewDocument(iampolicy.Allow("", actions...).On("*")))
	given := slices.Clone(actions)
	slices.Reverse(actions)
	b := mustJSON(t, iampolicy.NewDocument(iampolicy.Allow("", actions...).On("*")))
	if a != b {
		t.Errorf("the order of actions shows:\n%s\n%s", a, b)
	}
	slices.Reverse(actions)
	if !slices.Equal(given, actions) {
		t.Error("JSON reordered its argument")
	}
}

func TestBuildersDoNotShareArrays(t *testing.T) {
	t.Parallel()
	base := iampolicy.Allow("", "s3:GetObject").On("arn:aws:s3:::a").On("arn:aws:s3:::b")
	one, two := base.On("arn:aws:s3:::one"), base.On("arn:aws:s3:::two")
	if !slices.Contains(one.Resources, "arn:aws:s3:::one") || slices.Contains(one.Resources, "arn:aws:s3:::two") {
		t.Errorf("first statement has %v after a second was made", one.Resources)
	}
	if len(two.Resources) != 3 || len(base.Resources) != 2 {
		t.Errorf("second has %v and their origin %v", two.Resources, base.Resources)
	}
}

func TestBadDocumentsAreRefusedWithEveryFault(t *testing.T) {
	t.Parallel()
	ok := iampolicy.Allow("", "s3:GetObject").On("*")
	for _, tc := range []struct {
		name string
		doc  iampolicy.Document
		want string
	}{
		{"empty", iampolicy.Document{Version: "2008-10-17"},
			"version \"2008-10-17\" is not supported, want \"2012-10-17\"\na policy needs at least one statement"},
		{"effect and action", iampolicy.NewDocument(iampolicy.Statement{Effect: "allow", Resources: []string{"*"}}),
			"statement 1: effect \"allow\" is unknown, want Allow or Deny\nstatement 1: no actions, want Actions or NotActions"},
		{"nothing to apply to", iampolicy.NewDocument(ok, iampolicy.Allow("Lost", "s3:GetObject")),
			"statement 2 (Lost): neither principals nor resources, want at least one of them"},
		{"bad values", iampolicy.NewDocument(iampolicy.Allow("a b", "GetObject").On("bucket")),
			"statement 1 (a b): sid \"a b\" is not valid, want letters and digits\n" +
				"statement 1 (a b): action \"GetObject\" is not valid, want \"*\" or service:Action, such as s3:GetObject\n" +
				"statement 1 (a b): resource \"bucket\" is not valid, want \"*\" or an ARN, such as arn:aws:s3:::bucket/*"},
		{"sid twice", iampolicy.NewDocument(iampolicy.Allow("A", "s3:*").On("*"), iampolicy.Deny("A", "s3:*").On("*")),
			"statement 2 (A): the sid is already that of statement 1, want a sid once"},
		{"conditions", iampolicy.NewDocument(ok.If("StringEqual", "aws:x", "1").If("Bool", "x").If("Bool", "aws:X", "1").If("Bool", "aws:x", "1")),
			"statement 1: condition operator \"StringEqual\" is not valid, want one of IAM's, such as StringEquals\n" +
				"statement 1: condition key \"x\" is not valid, want service:key, such as aws:SourceAccount\n" +
				"statement 1: condition Bool x has no values, want at least one\n" +
				"statement 1: condition Bool aws:x is given twice, want one with all values"},
		{"both", iampolicy.NewDocument(iampolicy.Statement{
			Effect: iampolicy.EffectAllow, Actions: []string{"*"}, NotActions: []string{"*"}, Resources: []string{"*"}, NotResources: []string{"*"},
			Principals: iampolicy.Principals{Everyone: true, AWS: []string{""}}, NotPrincipals: iampolicy.ByAWS("111122223333"),
		}), "statement 1: both Actions and NotActions, want one of them\n" +
			"statement 1: both Resources and NotResources, want one of them\n" +
			"statement 1: both Principals and NotPrincipals, want one of them\n" +
			"statement 1: NotPrincipals with Allow lets everyone else in, want Deny or Principals\n" +
			"statement 1: everyone and named principals, want one of them\n" +
			"statement 1: principal \"\" is not valid, want text that is not empty"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := tc.doc.JSON()
			if err == nil {
				t.Fatal("accepted")
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("error differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestConditionKeys(t *testing.T) {
	t.Parallel()
	for key, ok := range map[string]bool{
		"aws:SourceAccount": true, "aws:ResourceTag/cellworks:project": true, "SAML:aud": true,
		"token.actions.githubusercontent.com:sub": true, "ci.example.com/oidc/1:aud": true,
		"aud": false, ".example.com:aud": false, "ci.example.com/a b:aud": false, "example..com:aud": false,
	} {
		_, err := iampolicy.NewDocument(iampolicy.Allow("", "s3:GetObject").On("*").If("StringEquals", key, "x")).JSON()
		if (err == nil) != ok {
			t.Errorf("condition key %q: error %v, want accepted %t", key, err, ok)
		}
	}
}

func TestKindsDecideElements(t *testing.T) {
	t.Parallel()
	identity := iampolicy.NewDocument(iampolicy.Allow("", "s3:GetObject").On("*"))
	trust := iampolicy.NewDocument(iampolicy.Allow("", "sts:AssumeRole").By(iampolicy.ByService("ecs-tasks.amazonaws.com")))
	resource := iampolicy.NewDocument(iampolicy.Allow("", "kms:*").By(iampolicy.ByAWS("111122223333")).On("*"))
	for _, tc := range []struct {
		kind iampolicy.Kind
		ok   iampolicy.Document
	}{
		{iampolicy.Managed, identity}, {iampolicy.Trust, trust}, {iampolicy.Bucket, resource}, {iampolicy.Key, resource},
	} {
		for _, doc := range []iampolicy.Document{identity, trust, resource} {
			_, err := doc.JSONFor(tc.kind)
			if want := cmp.Equal(doc, tc.ok); (err == nil) != want {
				t.Errorf("%s: error %v, want accepted %t for %v", tc.kind, err, want, doc)
			}
		}
	}
	if _, err := identity.JSONFor("inline"); err == nil {
		t.Error("an unknown kind was accepted")
	}
}

func TestSizeLimits(t *testing.T) {
	t.Parallel()
	for kind, limit := range map[iampolicy.Kind]int{
		iampolicy.Managed: 6144, iampolicy.Trust: 2048, iampolicy.Bucket: 20480, iampolicy.Key: 32768,
	} {
		text, err := sized(kind, "").JSONFor(kind)
		if err != nil {
			t.Fatal(err)
		}
		fill := limit - len(text)
		if _, err := sized(kind, strings.Repeat("x", fill)).JSONFor(kind); err != nil {
			t.Errorf("%s of exactly %d characters: %v", kind, limit, err)
		}
		if _, err := sized(kind, strings.Repeat("x", fill+1)).JSONFor(kind); err == nil || !strings.Contains(err.Error(), "too many") {
			t.Errorf("%s of %d characters: error %v, want too many", kind, limit+1, err)
		}
	}
}

// sized returns a document for kind whose JSON is as long as fill is.
func sized(kind iampolicy.Kind, fill string) iampolicy.Document {
	s := iampolicy.Allow("", "kms:Decrypt").If("StringEquals", "aws:PrincipalTag/cell", fill)
	if kind != iampolicy.Managed {
		s = s.By(iampolicy.ByEveryone())
	}
	if kind != iampolicy.Trust {
		s = s.On("*")
	}
	return iampolicy.NewDocument(s)
}

func FuzzJSONIsValidAndStable(f *testing.F) {
	f.Add("Sid", "s3:GetObject", "arn:aws:s3:::b/*", "StringEquals", "aws:SourceAccount", "1", "AWS")
	f.Add("", "*", "*", "Bool", "aws:SecureTransport", "false", "\xff")
	f.Fuzz(func(t *testing.T, sid, action, resource, operator, key, value, principal string) {
		d := iampolicy.NewDocument(iampolicy.Allow(sid, action).On(resource).By(iampolicy.ByAWS(principal)).If(operator, key, value))
		one, err := d.JSON()
		if err != nil {
			return
		}
		if two := mustJSON(t, d); one != two {
			t.Fatalf("two texts of one document:\n%s\n%s", one, two)
		}
		var back struct {
			Statement []struct {
				Action, Resource []string
				Principal        struct{ AWS []string }
				Condition        map[string]map[string][]string
			}
		}
		if err := json.Unmarshal([]byte(one), &back); err != nil {
			t.Fatalf("%v in %s", err, one)
		}
		s := back.Statement[0]
		if s.Action[0] != action || s.Resource[0] != resource || s.Principal.AWS[0] != principal || s.Condition[operator][key][0] != value {
			t.Fatalf("lost a value in %s", one)
		}
	})
}

func mustJSON(t *testing.T, d iampolicy.Document) string {
	t.Helper()
	text, err := d.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return text
}
