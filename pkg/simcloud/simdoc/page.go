package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/aws"
	"cellworks/pkg/simcloud/internal/datadog"
	"cellworks/pkg/simcloud/internal/okta"
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/vault"
)

// page is what has been written.
type page struct {
	strings.Builder
	schema *schema.File
}

func (p *page) line(format string, a ...any) { fmt.Fprintf(p, format+"\n", a...) }

// provider is what the page says of one provider.
type provider struct {
	name      string
	kinds     map[string]*resource.Kind
	functions map[string]resource.Function
	notes     map[string]resource.Note
	// intro stands before the provider's types; it may be empty.
	intro string
}

func providers() []provider {
	return []provider{
		{"aws", aws.Kinds(), aws.Functions(), aws.Notes(), ""},
		{"vault", vault.Kinds(), nil, vault.Notes(), aboutVault},
		{"datadog", datadog.Kinds(), datadog.Functions(), datadog.Notes(), aboutDatadog},
		{"okta", okta.Kinds(), okta.Functions(), okta.Notes(), aboutOkta},
	}
}

// write returns the whole page.
func write() (string, error) {
	p := &page{}
	var modules []string
	files := map[string]*schema.File{}
	for _, of := range providers() {
		f, err := schema.Load(of.name)
		if err != nil {
			return "", err
		}
		files[of.name] = f
		modules = append(modules, fmt.Sprintf("- %d resource types of `%s`", len(of.kinds), f.Module))
	}
	p.line("%s", head(strings.Join(modules, "\n")))
	for _, of := range providers() {
		p.schema = files[of.name]
		p.types(of)
		p.functions(of)
	}
	p.line("%s", policies)
	p.quotas()
	p.line("%s", faults)
	p.line("%s", missing)
	return p.String(), nil
}

// types lists the types by service, each with all that is checked.
func (p *page) types(of provider) {
	byService := map[string][]string{}
	for token, k := range of.kinds {
		byService[k.Service] = append(byService[k.Service], token)
	}
	for _, service := range slices.Sorted(maps.Keys(byService)) {
		p.line("## %s\n", service)
		if of.intro != "" {
			p.line("%s", of.intro)
		}
		slices.Sort(byService[service])
		for _, token := range byService[service] {
			p.kind(of.kinds[token], of.notes[token])
		}
	}
}

func (p *page) kind(k *resource.Kind, n resource.Note) {
	r := p.schema.Resources[k.Token]
	p.line("### %s\n", k.Token)
	p.item("Checked", n.Needs)
	p.item("Replaces", p.replaces(k, r))
	p.item("Delete", n.Delete)
	p.item("Name", naming(k))
	p.item("Required", code(required(r.Inputs, &k.Rules)))
	p.item("Values", p.values(k, r))
	p.item("Together", groups(&k.Rules))
	p.item("Secret", secrets(k, r))
	p.item("Refused by name", unsimulated(&k.Rules))
	p.item("Not simulated", n.Missing)
	p.line("")
}

func (p *page) item(title, text string) {
	if text != "" && text != "-" {
		p.line("- %s: %s", title, text)
	}
}

func code(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "`" + strings.Join(names, "`, `") + "`"
}

func required(props schema.Properties, rules *schema.Rules) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(props)) {
		if _, refused := rules.Unsimulated[name]; props[name].Required && !refused {
			names = append(names, name)
		}
	}
	return names
}

func (p *page) replaces(k *resource.Kind, r *schema.Resource) string {
	if k.Rules.Immutable != "" {
		text := "every change (" + k.Rules.Immutable + ")"
		if len(k.Rules.Mutable) > 0 {
			text += ", but for " + code(k.Rules.Mutable)
		}
		return text
	}
	var parts []string
	said := map[string]bool{}
	for _, e := range k.Rules.Replaces {
		parts = append(parts, code(e.Properties)+" ("+e.Why+")")
		for _, name := range e.Properties {
			said[name] = true
		}
	}
	var documented []string
	for _, name := range slices.Sorted(maps.Keys(r.Inputs)) {
		if r.Inputs[name].Replaces && !said[name] {
			documented = append(documented, name)
		}
	}
	if len(documented) > 0 {
		parts = append(parts, code(documented)+" (as documented)")
	}
	if k.ForcesWhen != "" {
		parts = append(parts, k.ForcesWhen)
	}
	for _, name := range slices.Sorted(maps.Keys(k.Rules.ReplacesUnless)) {
		parts = append(parts, fmt.Sprintf("`%s` (unless `%s` is set)", name, k.Rules.ReplacesUnless[name]))
	}
	if k.Rules.DeleteFirst {
		parts = append(parts, "the old one is deleted first")
	}
	return strings.Join(parts, "; ")
}

func naming(k *resource.Kind) string {
	if k.Naming == nil {
		return ""
	}
	return fmt.Sprintf("`%s`; without one the logical name and seven digits, at most %d characters", k.Naming.Property, k.Naming.Max)
}

// values are the enums, ranges, lengths and forms of the type's properties.
func (p *page) values(k *resource.Kind, r *schema.Resource) string {
	found := map[string]string{}
	p.enums(found, r.Inputs, "", &k.Rules)
	for pattern, values := range k.Rules.Enums {
		found[pattern] = strings.Join(values, ", ")
	}
	for pattern, n := range k.Rules.Ranges {
		found[pattern] = fmt.Sprintf("%d to %d", n.Min, n.Max)
	}
	for pattern, n := range k.Rules.Lengths {
		found[pattern] = join(found[pattern], fmt.Sprintf("%d to %d characters", n.Min, n.Max))
	}
	forms := map[schema.Format]string{schema.IPv4CIDR: "IPv4 block", schema.IPv6CIDR: "IPv6 block", schema.ARN: "ARN", schema.JSONDocument: "JSON"}
	for pattern, form := range k.Rules.Formats {
		found[pattern] = join(found[pattern], forms[form])
	}
	var parts []string
	for _, pattern := range slices.Sorted(maps.Keys(found)) {
		parts = append(parts, fmt.Sprintf("`%s` %s", pattern, found[pattern]))
	}
	return strings.Join(parts, "; ")
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}

// enums adds what the SDK or its documentation lists, for the properties that are simulated.
func (p *page) enums(found map[string]string, props schema.Properties, prefix string, rules *schema.Rules) {
	for name, property := range props {
		if _, refused := rules.Unsimulated[name]; refused && prefix == "" {
			continue
		}
		if len(property.Enum) > 0 {
			found[prefix+name] = strings.Join(property.Enum, ", ")
		}
		object, nested := strings.CutPrefix(strings.TrimLeft(property.Type, "[]{}"), "@")
		if nested && strings.Count(prefix, ".") < deepest {
			p.enums(found, p.schema.Objects[object], prefix+name+".", rules)
		}
	}
}

// deepest is how many objects deep values are listed.
const deepest = 5

func groups(r *schema.Rules) string {
	var parts []string
	for _, g := range r.ExactlyOne {
		parts = append(parts, "exactly one of "+code(g))
	}
	for _, g := range r.Conflicts {
		parts = append(parts, "at most one of "+code(g))
	}
	return strings.Join(parts, "; ")
}

func unsimulated(r *schema.Rules) string {
	return code(slices.Sorted(maps.Keys(r.Unsimulated)))
}

// secrets are the properties that are sealed in the store and marked for the engine.
func secrets(k *resource.Kind, r *schema.Resource) string {
	names := slices.Clone(k.Rules.Secrets)
	for name, property := range r.Outputs {
		if property.Secret {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return code(names)
}

func (p *page) functions(of provider) {
	if len(of.functions) == 0 {
		return
	}
	p.line("## Functions of %s\n", of.name)
	for _, token := range slices.Sorted(maps.Keys(of.functions)) {
		p.line("- `%s`: takes %s, answers %s", token, listOr(slices.Sorted(maps.Keys(p.schema.Functions[token].Inputs))), listOr(slices.Sorted(maps.Keys(p.schema.Functions[token].Outputs))))
	}
	p.line("")
}

func listOr(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return code(names)
}

func (p *page) quotas() {
	p.line("## Quotas\n\nThose of a new account, as published in 2025. `Options.Quotas` changes them by name, `Options.AccountQuotas` for one account; commands raise those that\n`accounts[].quotas` of the organization names.\n")
	p.line("| quota | limit | source |\n|---|---|---|")
	for _, q := range aws.Quotas() {
		p.line("| %s | %d | %s |", q.Name, q.Limit, q.Source)
	}
	p.line("")
}
