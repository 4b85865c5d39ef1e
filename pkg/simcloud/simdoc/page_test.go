package main

import (
	"os"
	"strings"
	"testing"
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
	for _, of := range providers() {
		for token := range of.kinds {
			if of.notes[token].Needs == "" || of.notes[token].Delete == "" {
				t.Errorf("%s has no note", token)
			}
			delete(of.notes, token)
		}
		for token := range of.notes {
			t.Errorf("%s has a note and is not simulated", token)
		}
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
		"resource types of `github.com/pulumi/pulumi-vault/sdk/v5@v5.20.0`", "### vault:index/mount:Mount\n", "- Secret: `postgresql.connectionUrl`, `postgresql.password`",
		"### datadog:index/monitor:Monitor\n", "`okta:policy/getPolicy:getPolicy`: takes `name`, `type`", "- Refused by name: `namespace`",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
