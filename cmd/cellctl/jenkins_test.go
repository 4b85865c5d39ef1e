package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cellworks/pkg/fleet"
)

// commandLines returns every cellctl command line of a text, without what is only
// known when it runs.
func commandLines(text string) [][]string {
	var lines [][]string
	// Script interpolations stand for stacks.
	text = regexp.MustCompile(`\$\{[^}]*\}`).ReplaceAllString(text, "acme")
	for _, match := range regexp.MustCompile("(?:sh(?:\\(script:)? ['\"]\\.cellworks/bin/|`)cellctl ([^'\"`]+)").FindAllStringSubmatch(text, -1) {
		lines = append(lines, strings.Fields(strings.ReplaceAll(strings.ReplaceAll(match[1], "<", ""), ">", "")))
	}
	return lines
}

// accepts reports why the command line does not take args; nothing runs.
func accepts(args []string) error {
	a := &app{stdin: strings.NewReader(""), stdout: &strings.Builder{}, stderr: &strings.Builder{}}
	command, rest, err := a.command().Find(args)
	if err != nil {
		return err
	}
	if command.HasSubCommands() {
		return fmt.Errorf("%s is no command", strings.Join(args, " "))
	}
	if err := command.ParseFlags(rest); err != nil {
		return err
	}
	return command.ValidateArgs(command.Flags().Args())
}

func TestPipelinesRunCommandsThatThereAre(t *testing.T) {
	t.Parallel()
	found := 0
	for _, pattern := range []string{"pipelines/*", "README.md"} {
		files, err := filepath.Glob(filepath.Join("../../jenkins", pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no file %s: %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, args := range commandLines(string(text)) {
				found++
				if err := accepts(args); err != nil {
					t.Errorf("%s: cellctl %s: %v", file, strings.Join(args, " "), err)
				}
			}
		}
	}
	if found < 12 {
		t.Errorf("found %d commands, want the 12 and more that the pipelines run", found)
	}
	for _, wrong := range [][]string{{"upp", "acme"}, {"up", "--now", "acme"}, {"refresh", "--no-deps", "acme"}, {"list", "acme"}} {
		if accepts(wrong) == nil {
			t.Errorf("cellctl %s would pass as a command", strings.Join(wrong, " "))
		}
	}
}

func TestDriftIsToldByTheCodeThatPipelinesWaitFor(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../jenkins/pipelines/stacks.groovy")
	if err != nil {
		t.Fatal(err)
	}
	if want := "codes.contains(" + string(rune('0'+fleet.ExitChanges)) + ")"; !strings.Contains(string(text), want) {
		t.Errorf("the pipelines do not look for %s", want)
	}
}
