package aws

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// Limits of a template. Sources: docs.aws.amazon.com/config/latest/APIReference/API_PutConformancePack.html (size) and
// docs.aws.amazon.com/config/latest/developerguide/configlimits.html (types in a rule's scope).
const (
	largestPackTemplate = 51200
	mostPackParameters  = 60
	mostScopeTypes      = 100
)

const badTemplate = "ConformancePackTemplateValidationException: "

func conformancePack() *resource.Kind {
	return &resource.Kind{
		Token: tokConformancePack, Service: "Config Service", Noun: "ConfigService Conformance Pack",
		CreateOp: "PutConformancePack", UpdateOp: "PutConformancePack", DeleteOp: "DeleteConformancePack",
		Upsert: true, // putting a pack of the same name changes the one that is there
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"name"}, Why: "the name is in the pack's ARN and in those of its rules"}},
			JSON:        []string{"templateBody"},
			Sets:        []string{"inputParameters"},
			Lengths:     map[string]schema.Range{"deliveryS3Bucket": {Min: 1, Max: 63}, "deliveryS3KeyPrefix": {Min: 1, Max: 1024}, "name": {Min: 1, Max: 256}},
			Unsimulated: map[string]string{"templateS3Uri": "; use templateBody"},
		},
		Validate: checkPack,
		Identify: func(c *resource.Call) error {
			name := c.In.Str("name")
			c.Obj.ID = name
			if c.Tx.Get(c.Obj.Key) == nil && inRegion(c) >= c.Limits["conformance packs per region"] {
				return resource.Faultf("MaxNumberOfConformancePacksExceededException", "Failed to put conformance pack '%s' because the maximum number of conformance packs: %d is reached.", name, c.Limits["conformance packs per region"])
			}
			c.Obj.ARN = fmt.Sprintf("arn:aws:config:%s:%s:conformance-pack/%s/conformance-pack-%s", c.Region, c.Account, name, c.Pick("pack", "abcdefghijklmnopqrstuvwxyz0123456789", 9))
			return nil
		},
		Apply: func(c *resource.Call) error {
			if status := running(c); status == nil || c.Use(status.Key) == nil {
				return resource.Faultf("NoRunningConfigurationRecorderException", "There is no configuration recorder running.")
			}
			t, _ := parsePack(c.In.Str("templateBody")) // Check has refused what cannot be read
			if most := c.Limits["rules per conformance pack"]; len(t.Resources) > most {
				return resource.Faultf("ConformancePackTemplateValidationException", "The conformance pack template has %d rules, at most %d are allowed", len(t.Resources), most)
			}
			if name := c.In.Str("deliveryS3Bucket"); name != "" && findBucket(c, name) == nil {
				return resource.Faultf("InvalidParameterValueException", "The delivery bucket %s does not exist", name)
			}
			return nil
		},
	}
}

// packTemplate is the part of CloudFormation's template language that a conformance pack uses.
type packTemplate struct {
	Parameters map[string]map[string]any `yaml:"Parameters"`
	Resources  map[string]packRule       `yaml:"Resources"`
}

type packRule struct {
	Type       string `yaml:"Type"`
	Properties struct {
		ConfigRuleName any `yaml:"ConfigRuleName"`
		Source         struct {
			Owner            string `yaml:"Owner"`
			SourceIdentifier any    `yaml:"SourceIdentifier"`
		} `yaml:"Source"`
		Scope struct {
			ComplianceResourceTypes []any `yaml:"ComplianceResourceTypes"`
		} `yaml:"Scope"`
		InputParameters any `yaml:"InputParameters"`
	} `yaml:"Properties"`
}

func parsePack(text string) (packTemplate, error) {
	var t packTemplate
	if err := yaml.Unmarshal([]byte(text), &t); err != nil {
		message, _, _ := strings.Cut(err.Error(), "\n")
		return t, fmt.Errorf("invalid YAML or JSON: %s", message)
	}
	return t, nil
}

func checkPack(v *resource.Validation) {
	if v.In.Known("name") && !regexp.MustCompile(`^[A-Za-z][0-9A-Za-z-]*$`).MatchString(v.In.Str("name")) {
		v.Fail("name", "invalid value for name (must begin with alphabetic character, must contain only alphanumeric and hyphen characters)")
	}
	if v.In.Len("inputParameters") > mostPackParameters {
		v.Fail("inputParameters", "Too many list items: at most %d", mostPackParameters)
	}
	if !v.In.Has("templateBody") {
		v.Fail("templateBody", "%q: one of `templateBody,templateS3Uri` must be specified", "templateBody")
	}
	text := v.In.Str("templateBody")
	if !v.In.Known("templateBody") {
		return
	}
	if len(text) < 1 || len(text) > largestPackTemplate {
		v.Fail("templateBody", "expected length of templateBody to be in the range (1 - %d), got %d", largestPackTemplate, len(text))
		return
	}
	t, err := parsePack(text)
	if err != nil {
		v.Fail("templateBody", "%q contains an %v", "templateBody", err)
		return
	}
	if len(t.Resources) == 0 {
		v.Fail("templateBody", badTemplate+"The template has no Resources")
	}
	names := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		for _, problem := range t.Resources[id].problems(id, t, names) {
			v.Fail("templateBody", "%sResources.%s: %s", badTemplate, id, problem)
		}
	}
	for i, p := range v.In.Objs("inputParameters") {
		if _, declared := t.Parameters[p.Str("parameterName")]; !declared && p.Known("parameterName") {
			v.Fail(fmt.Sprintf("inputParameters[%d].parameterName", i), badTemplate+"Parameters: [%s] do not exist in the template", p.Str("parameterName"))
		}
	}
}

// problems are what is wrong with one resource of a template; names are the rules' names so far, by the resource that
// has them.
func (r packRule) problems(id string, t packTemplate, names map[string]string) []string {
	var found []string
	if !regexp.MustCompile(`^[A-Za-z0-9]{1,255}$`).MatchString(id) {
		found = append(found, "Resource names must be alphanumeric")
	}
	if r.Type == "AWS::Config::RemediationConfiguration" {
		return found
	}
	if r.Type != "AWS::Config::ConfigRule" {
		return append(found, fmt.Sprintf("Unsupported resource type %q", r.Type))
	}
	p := r.Properties
	if name, ok := p.ConfigRuleName.(string); !ok || name == "" || len(name) > 128 {
		found = append(found, "ConfigRuleName is required, with at most 128 characters")
	} else if other, taken := names[name]; taken {
		found = append(found, fmt.Sprintf("ConfigRuleName %s is that of %s already", name, other))
	} else {
		names[name] = id
	}
	if !slices.Contains([]string{"AWS", "CUSTOM_LAMBDA", "CUSTOM_POLICY"}, p.Source.Owner) {
		found = append(found, fmt.Sprintf("Source.Owner is %q, want AWS, CUSTOM_LAMBDA or CUSTOM_POLICY", p.Source.Owner))
	}
	identifier, _ := p.Source.SourceIdentifier.(string)
	if p.Source.Owner == "AWS" && !regexp.MustCompile(`^[A-Z0-9_]+$`).MatchString(identifier) {
		found = append(found, fmt.Sprintf("Source.SourceIdentifier %q is no managed rule's", identifier))
	}
	if len(p.Scope.ComplianceResourceTypes) > mostScopeTypes {
		found = append(found, fmt.Sprintf("Scope has %d types, at most %d are allowed", len(p.Scope.ComplianceResourceTypes), mostScopeTypes))
	}
	return append(found, parameterProblems(p.InputParameters, t)...)
}

// parameterProblems looks at a rule's input parameters: an object, or the JSON text of one.
func parameterProblems(in any, t packTemplate) []string {
	if text, isText := in.(string); isText {
		in = nil
		if json.Unmarshal([]byte(text), &in) != nil {
			return []string{"InputParameters is no JSON object"}
		}
	}
	if in == nil {
		return nil
	}
	parameters, ok := in.(map[string]any)
	if !ok {
		return []string{"InputParameters must be an object"}
	}
	var found []string
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		switch value := parameters[name].(type) {
		case []any:
			found = append(found, fmt.Sprintf("InputParameters.%s must be a string, a number or a boolean, not a list", name))
		case map[string]any:
			if ref, isRef := value["Ref"].(string); isRef {
				if _, declared := t.Parameters[ref]; !declared {
					found = append(found, fmt.Sprintf("InputParameters.%s refers to the parameter %s, which the template does not declare", name, ref))
				}
			}
		}
	}
	return found
}
