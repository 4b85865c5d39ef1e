package iampolicy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/iampolicy"
)

func resources(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("arn:aws:s3:::meridian-acme-us-east-1-bucket-%03d/*", i)
	}
	return all
}

func TestSplitKeepsWhatFits(t *testing.T) {
	t.Parallel()
	whole := iampolicy.NewDocument(iampolicy.Allow("Use", "s3:GetObject").On(resources(50)...))
	parts, err := whole.Split(iampolicy.Managed)
	if err != nil || len(parts) != 1 {
		t.Fatalf("%d documents, %v, want one", len(parts), err)
	}
	was, _ := whole.JSON()
	if got, err := parts[0].JSON(); err != nil || got != was {
		t.Errorf("document %s, %v, want %s", got, err, was)
	}
}

// TestSplitSaysTheSame holds that the documents are within the limit and that together
// they allow what the whole does.
func TestSplitSaysTheSame(t *testing.T) {
	t.Parallel()
	whole := iampolicy.NewDocument(
		iampolicy.Allow("First", "kms:Decrypt").On("arn:aws:kms:us-east-1:111122223333:key/1"),
		iampolicy.Allow("List", "s3:ListBucket").On(resources(80)...),
		iampolicy.Allow("Use", "s3:GetObject", "s3:PutObject").On(resources(400)...).If("StringEquals", "aws:SourceAccount", "111122223333"),
		iampolicy.Allow("Last", "sqs:SendMessage").On("arn:aws:sqs:us-east-1:111122223333:acme-work"),
	)
	parts, err := whole.Split(iampolicy.Managed)
	if err != nil || len(parts) < 4 {
		t.Fatalf("%d documents, %v, want several", len(parts), err)
	}
	var got []string
	for i, part := range parts {
		if _, err := part.JSONFor(iampolicy.Managed); err != nil {
			t.Errorf("document %d: %v", i+1, err)
		}
		got = append(got, rights(part)...)
	}
	want := rights(whole)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the documents allow %d rights, the whole %d", len(got), len(want))
	}
}

// rights are what a document allows, one line each.
func rights(d iampolicy.Document) []string {
	var all []string
	for _, s := range d.Statements {
		for _, r := range s.Resources {
			all = append(all, fmt.Sprint(s.Effect, s.Actions, r, s.Conditions))
		}
	}
	return all
}

func TestSplitRefusesWhatCannotBeDivided(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]iampolicy.Statement{
		"managed policy: statement Long is too long for 6144 characters, whatever its resources":         iampolicy.Allow("Long", "s3:GetObject").On("*").If("StringEquals", "aws:PrincipalTag/x", strings.Repeat("x", 6100)),
		"managed policy: statement Wide is too long for 6144 characters, and has no resources to divide": {Sid: "Wide", Effect: iampolicy.EffectAllow, Actions: []string{"s3:GetObject"}, NotResources: resources(200)},
	} {
		if _, err := iampolicy.NewDocument(s).Split(iampolicy.Managed); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
	if _, err := (iampolicy.Document{}).Split(iampolicy.Managed); err == nil {
		t.Error("a document without statements is split")
	}
}
