package main

import (
	"os"
	"strings"
	"testing"

	"cellworks/pkg/simcloud/internal/aws"
)

// TestThePageIsFresh writes the page again in memory.
func TestThePageIsFresh(t *testing.T) {
	t.Parallel()
	want, err := write()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../../docs/simulated-cloud.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/simulated-cloud.md is stale; run go generate ./pkg/simcloud")
	}
}

// TestEveryTypeHasANote: the page must say of each type what is checked and what a delete does.
func TestEveryTypeHasANote(t *testing.T) {
	t.Parallel()
	notes := aws.Notes()
	for token := range aws.Kinds() {
		if notes[token].Needs == "" || notes[token].Delete == "" {
			t.Errorf("%s has no note", token)
		}
		delete(notes, token)
	}
	for token := range notes {
		t.Errorf("%s has a note and is not simulated", token)
	}
}

func TestThePageSaysWhatItMustSay(t *testing.T) {
	t.Parallel()
	got, err := write()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"### aws:ec2/vpc:Vpc\n", "- Replaces: `cidrBlock` (the primary block of a VPC cannot be changed or taken away)",
		"- Required: `vpcId`", "`deletionWindowInDays` 7 to 30", "| entries per ACL, a direction | 20 |",
		"`aws:index/getRegion:getRegion`: takes `endpoint`", "exactly one of `records`, `aliases`",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
