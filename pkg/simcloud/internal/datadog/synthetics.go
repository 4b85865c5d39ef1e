package datadog

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// locations are the managed ones in AWS from which tests run. Source: docs.datadoghq.com/synthetics, managed locations.
func locations() []string {
	return []string{
		"aws:af-south-1", "aws:ap-east-1", "aws:ap-northeast-1", "aws:ap-northeast-2", "aws:ap-northeast-3", "aws:ap-south-1", "aws:ap-southeast-1", "aws:ap-southeast-2",
		"aws:ap-southeast-3", "aws:ca-central-1", "aws:eu-central-1", "aws:eu-north-1", "aws:eu-south-1", "aws:eu-west-1", "aws:eu-west-2", "aws:eu-west-3", "aws:me-south-1",
		"aws:sa-east-1", "aws:us-east-1", "aws:us-east-2", "aws:us-west-1", "aws:us-west-2",
	}
}

// The times between two runs of a test in seconds. Source: the provider's check of tick_every.
const (
	shortestTick = 30
	longestTick  = 604800
)

func syntheticsTest() *resource.Kind {
	return &resource.Kind{
		Token: tokSynthetics, Noun: "synthetics test", CreateOp: "create", UpdateOp: "update", DeleteOp: "delete",
		Route: func(resource.Props) string { return "api/v1/synthetics/tests" },
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"type", "subtype"}, Why: "the API has one kind of test for each"}},
			Computed: []string{"subtype", "deviceIds"},
			Sets:     []string{"locations"},
			Enums:    map[string][]string{"type": {"api", "browser", "mobile", "network"}, "optionsList.ci.executionRule": {"blocking", "non_blocking", "skipped"}},
			Secrets:  []string{"requestBasicauth.password", "requestBasicauth.secretKey", "requestBasicauth.clientSecret", "requestBasicauth.sessionToken", "requestClientCertificate.key.content"},
			Unsimulated: map[string]string{
				"mobileOptionsList": "", "mobileSteps": "", "configInitialApplicationArguments": "", "requestFiles": "",
			},
		},
		Validate: checkSynthetics,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = slug(c)
			id, err := strconv.Atoi("1" + c.Pick("monitor", "0123456789", 8))
			if err != nil {
				return err
			}
			c.Out("monitorId", id)
			c.Claim(monitorName(c, strconv.Itoa(id)))
			return nil
		},
		Apply: func(c *resource.Call) error {
			if c.In.Str("type") == "api" {
				c.Default("subtype", "http")
			}
			for _, l := range c.In.Strs("locations") {
				if !slices.Contains(locations(), l) {
					return refuse("Invalid location: %s does not exist", l)
				}
			}
			return nil
		},
		Remove: func(c *resource.Call) error {
			if users := c.Users(tokObjective); len(users) > 0 && !c.In.Bool("forceDeleteDependencies") {
				return conflict("The test's monitor is referenced in SLOs: %s", users[0].ID)
			}
			return nil
		},
	}
}

func checkSynthetics(v *resource.Validation) {
	if v.In.Known("locations") && v.In.Len("locations") == 0 {
		v.Fail("locations", "Invalid payload: locations must have at least one element")
	}
	if tick := v.In.Obj("optionsList").Int("tickEvery"); v.In.Obj("optionsList").Known("tickEvery") && (tick < shortestTick || tick > longestTick) {
		v.Fail("optionsList.tickEvery", "expected options_list.0.tick_every to be in the range (%d - %d), got %d", shortestTick, longestTick, tick)
	}
	if retry := v.In.Obj("optionsList").Obj("retry"); retry.Int("count") > 5 {
		v.Fail("optionsList.retry.count", "Invalid payload: a test is tried again at most 5 times, got %d", retry.Int("count"))
	}
	request := v.In.Obj("requestDefinition")
	switch subtype := v.In.Str("subtype"); {
	case v.In.Str("type") == "browser":
		if v.In.Len("browserSteps") == 0 && !v.In.Has("browserSteps") && !v.In.Has("requestDefinition") {
			v.Fail("browserSteps", "Invalid payload: a browser test needs a request_definition with its starting URL")
		}
		if v.In.Len("deviceIds") == 0 && !v.In.Has("deviceIds") {
			v.Fail("deviceIds", "Invalid payload: device_ids must have at least one element")
		}
	case v.In.Str("type") != "api":
	case subtype == "multi":
		if v.In.Len("apiSteps") == 0 && !v.In.Has("apiSteps") {
			v.Fail("apiSteps", "Invalid payload: a multistep test has at least one step")
		}
	default:
		if !v.In.Has("requestDefinition") {
			v.Fail("requestDefinition", "Invalid payload: request is required")
		}
		if v.In.Len("assertions") == 0 && !v.In.Has("assertions") {
			v.Fail("assertions", "Invalid payload: assertions must have at least one element")
		}
		if subtype == "" || subtype == "http" {
			checkHTTP(v, request)
		} else if (subtype == "ssl" || subtype == "tcp" || subtype == "dns" || subtype == "icmp") && v.In.Known("requestDefinition") && request.Str("host") == "" {
			v.Fail("requestDefinition.host", "Invalid payload: host is required for tests of subtype %s", subtype)
		}
	}
	for i, a := range v.In.Objs("assertions") {
		if a.Str("target") == "" && !a.Has("target") && !a.Has("targetjsonpath") && !a.Has("targetjsonschema") && !a.Has("targetxpath") && a.Str("operator") != "isUndefined" && a.Str("type") != "javascript" {
			v.Fail(fmt.Sprintf("assertions[%d]", i), "Invalid payload: target is required")
		}
	}
}

func checkHTTP(v *resource.Validation, request resource.Props) {
	if !v.In.Known("requestDefinition") {
		return
	}
	if u, err := url.Parse(request.Str("url")); err != nil || request.Str("url") == "" || u.Host == "" && !regexp.MustCompile(`\{\{.*\}\}`).MatchString(request.Str("url")) {
		v.Fail("requestDefinition.url", "Invalid payload: url %q is invalid", request.Str("url"))
	}
	if m := request.Str("method"); m == "" {
		v.Fail("requestDefinition.method", "Invalid payload: method is required")
	} else if !slices.Contains([]string{"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"}, m) && !regexp.MustCompile(`^[A-Z]+$`).MatchString(m) {
		v.Fail("requestDefinition.method", "Invalid payload: method %q is invalid", m)
	}
}
