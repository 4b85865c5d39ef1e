package aws

import (
	"fmt"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// hubStandards are the standards that an account can subscribe to, by their ARN without the region. Source:
// docs.aws.amazon.com/securityhub/latest/userguide/standards-reference.html. The oldest has an ARN without a region.
func hubStandards() map[string]bool {
	regional := map[string]bool{"ruleset/cis-aws-foundations-benchmark/v/1.2.0": false}
	for _, s := range []string{
		"aws-foundational-security-best-practices/v/1.0.0", "aws-resource-tagging-standard/v/1.0.0",
		"cis-aws-foundations-benchmark/v/1.4.0", "cis-aws-foundations-benchmark/v/3.0.0", "cis-aws-foundations-benchmark/v/5.0.0",
		"nist-800-171/v/2.0.0", "nist-800-53/v/5.0.0", "pci-dss/v/3.2.1", "pci-dss/v/4.0.1",
	} {
		regional["standards/"+s] = true
	}
	return regional
}

// standardProblem says why an ARN is no standard's in a region.
func standardProblem(arn, in string) string {
	part := strings.SplitN(arn, ":", 6)
	if len(part) < 6 || part[2] != "securityhub" {
		return fmt.Sprintf("%s is not the ARN of a standard", arn)
	}
	regional, known := hubStandards()[part[5]]
	switch {
	case !known:
		return fmt.Sprintf("there is no standard %s", part[5])
	case regional && part[3] != in:
		return fmt.Sprintf("%s is of region %q, the hub is in %s", arn, part[3], in)
	case !regional && part[3] != "", part[4] != "":
		return fmt.Sprintf("%s has a region or an account that the standard's ARN has not", arn)
	}
	return ""
}

// needHub refuses what needs Security Hub in an account and region that has not enabled it.
func needHub(c *resource.Call) error {
	if c.Regional(tokHub, c.Account) == nil {
		return &resource.Fault{Code: "InvalidAccessException", Message: fmt.Sprintf("Account %s is not subscribed to AWS Security Hub", c.Account), Status: 401}
	}
	return nil
}

func hub() *resource.Kind {
	return &resource.Kind{
		Token: tokHub, Service: "SecurityHub", Noun: "Security Hub Account", CreateOp: "EnableSecurityHub", UpdateOp: "UpdateSecurityHubConfiguration", DeleteOp: "DisableSecurityHub",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"enableDefaultStandards"}, Why: "it is heeded once, when the hub is enabled"}},
			Computed: []string{"controlFindingGenerator"},
			Defaults: map[string]any{"enableDefaultStandards": true, "autoEnableControls": true},
			Enums:    map[string][]string{"controlFindingGenerator": {"STANDARD_CONTROL", "SECURITY_CONTROL"}},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.Account
			if c.Tx.Get(c.Obj.Key) != nil {
				return &resource.Fault{Code: "ResourceConflictException", Message: "Account is already subscribed to Security Hub", Status: 409}
			}
			c.Obj.ARN = fmt.Sprintf("arn:aws:securityhub:%s:%s:hub/default", c.Region, c.Account)
			if c.In.Bool("enableDefaultStandards") {
				subscribeDefaults(c)
			}
			return nil
		},
		Apply: func(c *resource.Call) error { c.Default("controlFindingGenerator", "SECURITY_CONTROL"); return nil },
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokControl, tokStandard, tokAggregator))
			return nil
		},
	}
}

// subscribeDefaults subscribes to the two standards that Security Hub itself enables.
func subscribeDefaults(c *resource.Call) {
	for _, arn := range []string{
		fmt.Sprintf("arn:aws:securityhub:%s::standards/aws-foundational-security-best-practices/v/1.0.0", c.Region),
		"arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0",
	} {
		id := subscriptionARN(c, arn)
		c.Tx.Put(&store.Object{
			Key: store.Key{Type: tokStandard, Account: c.Account, Region: c.Region, ID: id}, ARN: id, Created: c.Now, Refs: []store.Key{c.Obj.Key},
			Outputs: map[string]any{"standardsArn": arn},
		})
	}
}

// subscriptionARN is that of the subscription to a standard.
func subscriptionARN(c *resource.Call, standard string) string {
	part := strings.SplitN(standard, ":", 6)
	_, name, _ := strings.Cut(part[len(part)-1], "/")
	return fmt.Sprintf("arn:aws:securityhub:%s:%s:subscription/%s", c.Region, c.Account, name)
}

func standardsSubscription() *resource.Kind {
	return &resource.Kind{
		Token: tokStandard, Service: "SecurityHub", Noun: "Security Hub Standards Subscription",
		CreateOp: "BatchEnableStandards", UpdateOp: "BatchEnableStandards", DeleteOp: "BatchDisableStandards",
		Upsert: true, // enabling a standard again answers with the subscription that is there
		Rules: schema.Rules{
			Immutable: "a subscription is its standard",
			Formats:   map[string]schema.Format{"standardsArn": schema.ARN},
		},
		Validate: func(v *resource.Validation) {
			if problem := standardProblem(v.In.Str("standardsArn"), v.Region); v.In.Known("standardsArn") && problem != "" {
				v.Fail("standardsArn", "InvalidInputException: Invalid parameter standardsArn: %s", problem)
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = subscriptionARN(c, c.In.Str("standardsArn"))
			c.Obj.ARN = c.Obj.ID
			return nil
		},
		Apply: needHub,
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokControl))
			return nil
		},
	}
}

func findingAggregator() *resource.Kind {
	const all, but, some, none = "ALL_REGIONS", "ALL_REGIONS_EXCEPT_SPECIFIED", "SPECIFIED_REGIONS", "NO_REGIONS"
	return &resource.Kind{
		Token: tokAggregator, Service: "SecurityHub", Noun: "Security Hub Finding Aggregator",
		CreateOp: "CreateFindingAggregator", UpdateOp: "UpdateFindingAggregator", DeleteOp: "DeleteFindingAggregator",
		Rules: schema.Rules{
			Sets:  []string{"specifiedRegions"},
			Enums: map[string][]string{"linkingMode": {all, but, some, none}},
		},
		Validate: func(v *resource.Validation) {
			mode := v.In.Str("linkingMode")
			named := v.In.Len("specifiedRegions") > 0 || unknown(v.In, "specifiedRegions")
			if (mode == all || mode == none) && named {
				v.Fail("specifiedRegions", "InvalidInputException: Regions cannot be specified when linkingMode is %s", mode)
			}
			if (mode == some || mode == but) && !named {
				v.Fail("specifiedRegions", "InvalidInputException: Regions must be specified when linkingMode is %s", mode)
			}
		},
		Identify: func(c *resource.Call) error {
			taken := ""
			c.Tx.Each(tokAggregator, c.Account, "", func(o *store.Object) bool { taken = o.Region; return false })
			if taken != "" {
				return &resource.Fault{Code: "ResourceConflictException", Message: fmt.Sprintf("A finding aggregator already exists for account %s, in %s", c.Account, taken), Status: 409}
			}
			c.Obj.ARN = fmt.Sprintf("arn:aws:securityhub:%s:%s:finding-aggregator/%s", c.Region, c.Account, c.UUID("aggregator"))
			c.Obj.ID = c.Obj.ARN
			return nil
		},
		Apply: needHub,
	}
}

func standardsControl() *resource.Kind {
	return &resource.Kind{
		Token: tokControl, Service: "SecurityHub", Noun: "Security Hub Standards Control Association",
		CreateOp: "BatchUpdateStandardsControlAssociations", UpdateOp: "BatchUpdateStandardsControlAssociations", DeleteOp: "BatchUpdateStandardsControlAssociations",
		Upsert: true, // every control of a standard is associated with it, enabled or disabled
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"securityControlId", "standardsArn"}, Why: "together they are the association"}},
			Lengths:  map[string]schema.Range{"updatedReason": {Min: 1, Max: 1024}},
			Formats:  map[string]schema.Format{"standardsArn": schema.ARN},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Str("associationStatus") == "DISABLED" && !v.In.Has("updatedReason") {
				v.Fail("updatedReason", "Attribute \"updatedReason\" must be specified when \"associationStatus\" is \"DISABLED\"")
			}
			if id := v.In.Str("securityControlId"); v.In.Known("securityControlId") && !regexp.MustCompile(`^[A-Z][A-Za-z0-9]*\.[1-9][0-9]*$`).MatchString(id) {
				v.Fail("securityControlId", "InvalidInputException: %q is no security control, want a service and a number such as IAM.6", id)
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("securityControlId") + "," + c.In.Str("standardsArn")
			return nil
		},
		Apply: func(c *resource.Call) error {
			if err := needHub(c); err != nil {
				return err
			}
			arn := c.In.Str("standardsArn")
			if s := c.Regional(tokStandard, subscriptionARN(c, arn)); s == nil || prop(s, "standardsArn") != arn {
				return fmt.Errorf("%s: RESOURCE_NOT_FOUND: the account is not subscribed to the standard", c.Obj.ID)
			}
			return nil
		},
	}
}
