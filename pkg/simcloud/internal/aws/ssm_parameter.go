package aws

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// Sizes of a parameter's value in bytes and the parts of its path. Source:
// docs.aws.amazon.com/general/latest/gr/ssm.html, "Parameter Store".
const (
	standardParameter = 4096
	advancedParameter = 8192
	deepestParameter  = 15
)

// parameterARN is the ARN of a parameter. A path's slash is the one after "parameter".
func parameterARN(c *resource.Call, name string) string {
	return fmt.Sprintf("arn:aws:ssm:%s:%s:parameter/%s", c.Region, c.Account, strings.TrimPrefix(name, "/"))
}

func parameter() *resource.Kind {
	return &resource.Kind{
		Token: tokParameter, Service: "SSM", Noun: "SSM Parameter", CreateOp: "PutParameter", UpdateOp: "PutParameter", DeleteOp: "DeleteParameter",
		Upsert:  true, // Identify refuses a taken name unless the program overwrites
		Naming:  &resource.Naming{Property: "name", Max: 2048},
		Derived: map[string][]string{"value": {"version"}, "insecureValue": {"version"}, "description": {"version"}},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "the name is the parameter's ARN"}, {Properties: []string{"dataType"}, Why: "PutParameter does not change it"}},
			Computed: []string{"arn", "dataType", "keyId", "tier", "insecureValue", "value"},
			Enums: map[string][]string{
				"type": {"String", "StringList", "SecureString"}, "tier": {"Standard", "Advanced", "Intelligent-Tiering"}, "dataType": {"text", "aws:ec2:image", "aws:ssm:integration"},
			},
			Lengths:     map[string]schema.Range{"name": {Min: 1, Max: 2048}, "description": {Min: 0, Max: 1024}, "allowedPattern": {Min: 0, Max: 1024}},
			ExactlyOne:  [][]string{{"value", "insecureValue"}},
			Secrets:     []string{"value"},
			Unsimulated: map[string]string{"arn": ", which it computes"},
		},
		Forces: func(old, next resource.Props) []string {
			if old.Str("tier") == "Advanced" && next.Str("tier") == "Standard" {
				return []string{"tier"} // AWS does not take a parameter back to the lower tier
			}
			return nil
		},
		ForcesWhen: "tier from Advanced to Standard",
		Validate:   checkParameter,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			c.Obj.ARN = parameterARN(c, c.Obj.ID)
			there := c.Tx.Get(c.Obj.Key)
			if there != nil && !c.In.Bool("overwrite") {
				return resource.Faultf("ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.")
			}
			if there == nil && inRegion(c) >= c.Limits["parameters per region"] {
				return resource.Faultf("ParameterLimitExceeded", "You have exceeded the number of parameters for this Amazon Web Services account: %d", c.Limits["parameters per region"])
			}
			if there != nil {
				c.Out("version", versionOf(there, "version"))
			}
			return nil
		},
		Apply: applyParameter,
	}
}

// checkParameter holds what Parameter Store asks of names and values. Source:
// docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html.
func checkParameter(v *resource.Validation) {
	const form = "can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_"
	if name := v.In.Str("name"); v.In.Known("name") {
		parts := strings.Split(strings.TrimPrefix(name, "/"), "/")
		first := strings.ToLower(parts[0])
		switch {
		case strings.HasPrefix(first, "aws"):
			v.Fail("name", "AccessDeniedException: No access to reserved parameter name: %s.", name)
		case strings.HasPrefix(first, "ssm") || !regexp.MustCompile(`^(/?[A-Za-z0-9_.-]+)+$`).MatchString(name):
			v.Fail("name", "ValidationException: Parameter name: %s (%s)", form, name)
		case len(parts) > 1 && !strings.HasPrefix(name, "/"):
			v.Fail("name", "ValidationException: Parameter name must be a fully qualified name. (%s does not begin with /)", name)
		case len(parts) > deepestParameter:
			v.Fail("name", "HierarchyLevelLimitExceededException: The hierarchy can have a maximum of %d levels. (%s has %d)", deepestParameter, name, len(parts))
		}
	}
	if v.In.Str("type") == "SecureString" && v.In.Str("insecureValue") != "" {
		v.Fail("insecureValue", "invalid configuration, cannot set type = SecureString and insecureValue")
	}
	most, tier := standardParameter, v.In.Str("tier")
	if tier == "Advanced" || tier == "Intelligent-Tiering" {
		most = advancedParameter
	}
	for _, property := range []string{"value", "insecureValue"} {
		if n := len(v.In.Str(property)); n > most {
			v.Fail(property, "ValidationException: %s tier parameters support a maximum parameter value of %d characters, got %d", map[bool]string{true: "Standard", false: "Advanced"}[most == standardParameter], most, n)
		}
	}
}

func applyParameter(c *resource.Call) error {
	value := c.In.Str("value") + c.In.Str("insecureValue")
	if pattern := c.In.Str("allowedPattern"); pattern != "" {
		if re, err := regexp.Compile(pattern); err != nil {
			return resource.Faultf("InvalidAllowedPatternException", "The request does not meet the regular expression requirement. (%s)", pattern)
		} else if !re.MatchString(value) {
			return resource.Faultf("ParameterPatternMismatchException", "Parameter value, cannot be validated against allowedPattern: %s", pattern)
		}
	}
	switch {
	case value == "":
		return resource.Faultf("ValidationException", "1 validation error detected: Value at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1")
	case c.In.Str("dataType") == "aws:ec2:image" && !regexp.MustCompile(`^ami-[0-9a-f]{8}([0-9a-f]{9})?$`).MatchString(value):
		return resource.Faultf("ValidationException", "The value of a parameter of data type aws:ec2:image must be the id of an image, got %s", value)
	}
	if c.In.Str("type") == "SecureString" {
		c.Default("keyId", "alias/aws/ssm")
		if key, _ := c.Eff("keyId").(string); key != "alias/aws/ssm" {
			if _, err := needKey(c, key); err != nil {
				return resource.Faultf("InvalidKeyId", "Invalid keyId %s", key)
			}
		}
	} else {
		c.Default("keyId", "")
	}
	changed := c.Creating()
	for _, property := range []string{"value", "insecureValue", "description", "type", "keyId", "tier", "allowedPattern"} {
		changed = changed || !sameValue(c.Old[property], c.In[property])
	}
	if changed {
		c.Out("version", versionOf(c.Obj, "version")+1)
	}
	c.Default("dataType", "text")
	c.Default("tier", "Standard")
	return nil
}

// PutParameter writes a parameter that no program has made. It fails when the region has no data and when a program's
// parameter has the name.
func PutParameter(tx *store.Tx, account, region, name, value string, now time.Time) error {
	if _, known := regions()[region]; !known {
		return fmt.Errorf("put parameter %s: the simulated cloud has no data of region %q, only of %s", name, region, strings.Join(Regions(), ", "))
	}
	key := store.Key{Type: tokParameter, Account: account, Region: region, ID: name}
	there := tx.Get(key)
	if there != nil && there.URN != "" {
		return fmt.Errorf("put parameter %s: %s has made it", name, there.URN)
	}
	version := 1
	if there != nil {
		version += versionOf(there, "version")
	}
	arn := parameterARN(&resource.Call{Session: resource.Session{Account: account, Region: region}}, name)
	tx.Put(&store.Object{Key: key, ARN: arn, Created: now, Outputs: map[string]any{
		"name": name, "arn": arn, "type": "String", "insecureValue": value, "dataType": "text", "tier": "Standard", "version": version,
	}})
	return nil
}
