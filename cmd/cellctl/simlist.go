package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Widths beyond which names and ids are shortened, so that a line fits a terminal
// of 120 columns. --json has them whole.
const (
	maxName = 38
	maxID   = 44
)

// listObjects writes what the simulated cloud has, a heading for each stack, so
// that the columns hold what differs.
func listObjects(w io.Writer, objects []simObject) error {
	objects = slices.Clone(objects)
	slices.SortStableFunc(objects, func(a, b simObject) int {
		one, _ := owner(a.URN)
		other, _ := owner(b.URN)
		return strings.Compare(one, other)
	})
	if len(objects) == 0 {
		_, err := fmt.Fprintln(w, "nothing")
		return err
	}
	for i := 0; i < len(objects); {
		stack, _ := owner(objects[i].URN)
		end := i
		for end < len(objects) {
			if next, _ := owner(objects[end].URN); next != stack {
				break
			}
			end++
		}
		if i > 0 {
			fmt.Fprintln(w)
		}
		if err := listStack(w, stack, objects[i:end]); err != nil {
			return err
		}
		i = end
	}
	return nil
}

func listStack(w io.Writer, stack string, objects []simObject) error {
	title := stack
	if stack == "-" {
		title = "made by the cloud itself, or by tests"
	}
	where := map[string]bool{}
	for _, o := range objects {
		if o.Region != "global" || !strings.HasPrefix(o.Type, "aws:") {
			where[place(o)] = true
		}
	}
	only := ""
	for place := range where {
		if only = ""; len(where) == 1 {
			only = " in " + place
		}
	}
	fmt.Fprintf(w, "%s%s (%d)\n", title, only, len(objects))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, o := range objects {
		_, name := owner(o.URN)
		line := fmt.Sprintf("  %s\t%s\t%s", shortType(o.Type), cutMiddle(name, maxName), cutMiddle(shortID(o.ID), maxID))
		if only == "" {
			line += "\t" + place(o)
		}
		if o.State != "" {
			line += "\t" + o.State
		}
		fmt.Fprintln(table, line)
	}
	return table.Flush()
}

// place is where a thing is: an account and region, or a Vault, a Datadog site, an
// Okta organization.
func place(o simObject) string {
	if o.Region == "global" && !strings.HasPrefix(o.Type, "aws:") {
		return o.Account
	}
	return o.Account + " " + o.Region
}

// shortType is the module and name in a token: aws:ec2/vpc:Vpc is ec2.Vpc.
func shortType(token string) string {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return token
	}
	module, _, _ := strings.Cut(parts[1], "/")
	return module + "." + parts[2]
}

// shortID is an ARN without what it shares with all others of its account and
// region; every other id is itself.
func shortID(id string) string {
	if parts := strings.SplitN(id, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		return parts[5]
	}
	return id
}

// cutMiddle cuts text in the middle, where names differ least.
func cutMiddle(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	tail := (most - 1) / 2
	return string(runes[:most-1-tail]) + "…" + string(runes[len(runes)-tail:])
}

// owner returns the stack and the logical name in a URN; a dash for what the cloud
// has made by itself.
func owner(urn string) (stack, name string) {
	parts := strings.Split(urn, "::")
	if len(parts) < 4 {
		return "-", "-"
	}
	return parts[1] + "/" + strings.TrimPrefix(parts[0], "urn:pulumi:"), parts[3]
}
