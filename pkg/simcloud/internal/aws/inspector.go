package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func inspectorEnabler() *resource.Kind {
	return &resource.Kind{
		Token: tokInspector, Service: "Inspector2", Noun: "Inspector2 Enabler", CreateOp: "Enable", UpdateOp: "Enable", DeleteOp: "Disable",
		Upsert: true, // enabling what is enabled is no error
		Rules: schema.Rules{
			Sets:  []string{"accountIds", "resourceTypes"},
			Enums: map[string][]string{"resourceTypes": {"CODE_REPOSITORY", "EC2", "ECR", "LAMBDA", "LAMBDA_CODE"}},
		},
		Validate: checkEnabler,
		Identify: func(c *resource.Call) error {
			join := func(list []string) string { slices.Sort(list); return strings.Join(list, ":") }
			c.Obj.ID = join(c.In.Strs("accountIds")) + "-" + join(c.In.Strs("resourceTypes"))
			return nil
		},
		Apply: func(c *resource.Call) error {
			for _, account := range c.In.Strs("accountIds") {
				if account != c.Account {
					return fmt.Errorf("account %s: ACCESS_DENIED: it is not a member of the organization of %s that Inspector knows", account, c.Account)
				}
			}
			return nil
		},
	}
}

func checkEnabler(v *resource.Validation) {
	for _, name := range []string{"accountIds", "resourceTypes"} {
		if v.In.Known(name) && v.In.Len(name) == 0 {
			v.Fail(name, "%s: attribute requires 1 item minimum, but config has only 0 declared", name)
		}
	}
	accounts := v.In.Strs("accountIds")
	for i, account := range accounts {
		if !regexp.MustCompile(`^[0-9]{12}$`).MatchString(account) {
			v.Fail(fmt.Sprintf("accountIds[%d]", i), "invalid value for accountIds (must be a 12 digit account ID): %q", account)
		}
	}
	if len(accounts) > 1 && slices.Contains(accounts, v.Account) {
		v.Fail("accountIds", `"account_ids" can contain either the administrator account or one or more member accounts. Contains %v`, accounts)
	}
	types := v.In.Strs("resourceTypes")
	if v.In.Known("resourceTypes") && slices.Contains(types, "LAMBDA_CODE") && !slices.Contains(types, "LAMBDA") {
		v.Fail("resourceTypes", "ValidationException: LAMBDA_CODE scanning needs LAMBDA scanning to be enabled")
	}
}

func macieAccount() *resource.Kind {
	return &resource.Kind{
		Token: tokMacie, Service: "Macie2", Noun: "Macie Account", CreateOp: "EnableMacie", UpdateOp: "UpdateMacieSession", DeleteOp: "DisableMacie",
		Rules: schema.Rules{Computed: []string{"findingPublishingFrequency", "status"}},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.Account
			if c.Tx.Get(c.Obj.Key) != nil {
				return &resource.Fault{Code: "ConflictException", Message: "Macie has already been enabled", Status: 409}
			}
			c.Out("createdAt", c.Now.Format(time.RFC3339))
			c.Out("serviceRole", fmt.Sprintf("arn:aws:iam::%s:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie", c.Account))
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("findingPublishingFrequency", "FIFTEEN_MINUTES")
			c.Default("status", "ENABLED")
			c.Out("updatedAt", c.Now.Format(time.RFC3339))
			return nil
		},
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokMacieExport))
			return nil
		},
	}
}

func macieExport() *resource.Kind {
	return &resource.Kind{
		Token: tokMacieExport, Service: "Macie2", Noun: "Macie Classification Export Configuration",
		CreateOp: "PutClassificationExportConfiguration", UpdateOp: "PutClassificationExportConfiguration", DeleteOp: "PutClassificationExportConfiguration",
		Rules: schema.Rules{Formats: map[string]schema.Format{"s3Destination.kmsKeyArn": schema.ARN}},
		Validate: func(v *resource.Validation) {
			if !v.In.Has("s3Destination") {
				v.Fail("s3Destination", "%q: one of `s3Destination` must be specified", "s3Destination")
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = fmt.Sprintf("macie:classification_export_configuration:%s:%s", c.Account, c.Region)
			if c.Tx.Get(c.Obj.Key) != nil {
				return fmt.Errorf("a configuration already exists")
			}
			return nil
		},
		Apply: applyMacieExport,
	}
}

// applyMacieExport holds what docs.aws.amazon.com/macie/latest/user/discovery-results-repository-s3.html asks of the
// bucket and the key.
func applyMacieExport(c *resource.Call) error {
	const macie = "macie.amazonaws.com"
	if c.Regional(tokMacie, c.Account) == nil {
		return &resource.Fault{Code: "AccessDeniedException", Message: "Macie is not enabled", Status: 403}
	}
	to := c.In.Obj("s3Destination")
	b := findBucket(c, to.Str("bucketName"))
	if b == nil {
		return resource.Faultf("ValidationException", "The request failed because the specified bucket doesn't exist: %s", to.Str("bucketName"))
	}
	call := newServiceCall(c, macie, "s3:GetBucketLocation", b.ARN, fmt.Sprintf("arn:aws:macie2:%s:%s:export-configuration:none", c.Region, c.Account))
	policy := bucketPolicyOf(c, b)
	object := strings.TrimSuffix(b.ARN+"/"+strings.Trim(to.Str("keyPrefix"), "/"), "/") + "/AWSLogs/" + c.Account + "/Macie/results"
	if !call.allowedBy(policy) || !call.on("s3:PutObject", object).allowedBy(policy) {
		return resource.Faultf("AccessDeniedException", "The request failed because the policy of bucket %s doesn't let %s do s3:GetBucketLocation and s3:PutObject", b.ID, macie)
	}
	key, err := needKey(c, to.Str("kmsKeyArn"))
	if err != nil || !call.on("kms:GenerateDataKey", key.ARN).allowedBy(prop(key, "policy")) {
		return resource.Faultf("AccessDeniedException", "The request failed because the KMS key %s doesn't exist or its policy doesn't let %s do kms:GenerateDataKey", to.Str("kmsKeyArn"), macie)
	}
	return nil
}
