package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"cellworks/pkg/config"
)

const (
	// detailed is the most values that are explained one by one; more become a table.
	detailed = 3
	// textWidth is where explanations wrap, in characters.
	textWidth = 92
	// cellWidth is the longest value in a table, in characters.
	cellWidth = 44
)

const targetHelp = `A target is a client, or cell/<client>, base/<account>-<region>,
utility/<account>-<region> or organization.`

// resolveCommands are the commands that look into the resolved configuration.
func (a *app) resolveCommands() []*cobra.Command {
	explain := &cobra.Command{
		Use:   "explain TARGET [PATH]",
		Short: "Say what a value is, what it means, who set it and what it overrode",
		Long:  "Explain the values of a target at PATH and below, such as services.items[api].cpu;\nwithout PATH, all of them.\n\n" + targetHelp,
		Args:  cobra.RangeArgs(1, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.explain(args[0], strings.Join(args[1:], ""))
		},
	}
	origins := false
	show := &cobra.Command{
		Use:   "show TARGET",
		Short: "Print the resolved configuration as YAML",
		Long:  "Print everything that is set for a target, defaults included, as one YAML document.\n\n" + targetHelp,
		Args:  cobra.ExactArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return a.show(args[0], origins) },
	}
	show.Flags().BoolVar(&origins, "origins", false, "say behind each value which file, line and column set it")
	return []*cobra.Command{explain, show, a.diffCommand(), a.lintCommand(), a.schemaCommand()}
}

// explanation is the JSON of explain.
type explanation struct {
	Target string         `json:"target"`
	Values []config.Value `json:"values"`
}

func (a *app) explain(target, path string) error {
	tree, err := a.tree()
	if err != nil {
		return err
	}
	values, err := tree.Explain(target, path)
	if err != nil {
		return usage(err)
	}
	if a.flags.json {
		return a.print(explanation{target, values})
	}
	if len(values) > detailed {
		return a.valueTable(values)
	}
	for i, v := range values {
		if i > 0 {
			fmt.Fprintln(a.stdout)
		}
		if err := a.valueDetail(v); err != nil {
			return err
		}
	}
	return nil
}

// valueDetail says everything about one value.
func (a *app) valueDetail(v config.Value) error {
	if v.Removed {
		fmt.Fprintf(a.stdout, "%s is removed\n\n", v.Path)
	} else {
		fmt.Fprintf(a.stdout, "%s: %s\n\n", v.Path, v.Text())
	}
	for _, line := range wrap(v.Doc, textWidth-2) {
		fmt.Fprintln(a.stdout, "  "+line)
	}
	if v.Want != "" {
		for _, line := range wrap("Wants "+v.Want+".", textWidth-2) {
			fmt.Fprintln(a.stdout, "  "+line)
		}
	}
	fmt.Fprintln(a.stdout)
	table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	verb := "set by"
	if v.Removed {
		verb = "removed by"
	}
	fmt.Fprintf(table, "  %s\t%s\t%s\n", verb, v.Origin, shorten(originText(v.Origin, v.Removed)))
	for _, o := range v.Origin.Overrode {
		fmt.Fprintf(table, "  over\t%s\t%s\n", o, shorten(originText(o, false)))
	}
	if v.Final != nil {
		fmt.Fprintf(table, "  final by\t%s\t%s\n", v.Final.Origin, v.Final.Reason)
	}
	return table.Flush()
}

// originText is the value of an origin. A map with keys has none.
func originText(o config.Origin, removed bool) string {
	if removed {
		return ""
	}
	return o.Value
}

// valueTable lists many values, one a line.
func (a *app) valueTable(values []config.Value) error {
	table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PATH\tVALUE\tSET BY\tOVER")
	for _, v := range values {
		var over []string
		for _, o := range v.Origin.Overrode {
			over = append(over, fmt.Sprintf("%s (%s)", shorten(o.Value), o.Layer))
		}
		text := shorten(v.Text())
		if v.Removed {
			text = "(removed)"
		}
		if v.Final != nil {
			over = append(over, "final")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", v.Path, text, v.Origin, strings.Join(over, ", "))
	}
	return table.Flush()
}

// shorten cuts the middle out of a text that is too long for a table: of an image,
// both the name and the digest then still show.
func shorten(text string) string {
	runes := []rune(text)
	if len(runes) <= cellWidth {
		return text
	}
	return string(runes[:cellWidth-13]) + "..." + string(runes[len(runes)-10:])
}

// wrap breaks a text into lines of at most that many characters where words allow.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

func (a *app) show(target string, origins bool) error {
	tree, err := a.tree()
	if err != nil {
		return err
	}
	if a.flags.json {
		if origins {
			return usage(errors.New("--origins and --json exclude each other: explain --json has both values and origins"))
		}
		resolved, err := tree.Resolved(target)
		if err != nil {
			return usage(err)
		}
		return a.print(struct {
			Target string         `json:"target"`
			Config map[string]any `json:"config"`
		}{target, resolved})
	}
	text, err := tree.YAML(target, origins)
	if err != nil {
		return usage(err)
	}
	_, err = fmt.Fprint(a.stdout, text)
	return err
}
