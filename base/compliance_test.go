package base_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"cellworks/base"
	"cellworks/pkg/pulumitest"
)

// rule is one rule on an account as a whole, as AWS Config and Security Hub know
// it, judged on what the base stacks register.
type rule struct {
	// ids are the names of the rule in the HIPAA conformance pack, Security Hub and
	// CIS AWS Foundations.
	ids string
	// once says that one stack of the account has to meet the rule, not that of every
	// region.
	once bool
	met  func(*pulumitest.Recording) error
}

// accountRules are the rules that can be met when an account is built. What people
// must do stands in docs/base.md: no program can give the root user a second
// factor.
func accountRules() []rule {
	const password, trail = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy", "aws:cloudtrail/trail:Trail"
	none := func(tokens ...string) func(*pulumitest.Recording) error {
		return func(r *pulumitest.Recording) error {
			for _, token := range tokens {
				if len(r.OfType(token)) > 0 {
					return fmt.Errorf("has a %s", token)
				}
			}
			return nil
		}
	}
	setting := func(name, value string) func(*pulumitest.Recording) error {
		return func(r *pulumitest.Recording) error {
			for i, id := range r.Strings("aws:ssm/serviceSetting:ServiceSetting", "settingId") {
				if strings.HasSuffix(id, name) && r.Strings("aws:ssm/serviceSetting:ServiceSetting", "settingValue")[i] == value {
					return nil
				}
			}
			return fmt.Errorf("no setting %s is %s", name, value)
		}
	}
	return []rule{
		{"ebs-snapshot-public-restorable-check, EC2.1, EC2.182", false, has("aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", "state", "block-all-sharing")},
		{"ec2-ebs-encryption-by-default, EC2.7", false, has("aws:ebs/encryptionByDefault:EncryptionByDefault", "enabled", true)},
		{"guardduty-enabled-centralized, GuardDuty.1", false, has("aws:guardduty/detector:Detector", "enable", true)},
		{"GuardDuty.9", false, feature("RDS_LOGIN_EVENTS")},
		{"GuardDuty.10", false, feature("S3_DATA_EVENTS")},
		{"GuardDuty.11", false, feature("RUNTIME_MONITORING")},
		{"securityhub-enabled", false, has("aws:securityhub/account:Account")},
		{"Config.1", false, records},
		{"IAM.28", false, has("aws:accessanalyzer/analyzer:Analyzer", "type", "ACCOUNT")},
		{"SSM.6", false, setting("/ssm/automation/customer-script-log-destination", "CloudWatch")},
		{"SSM.7", false, setting("/ssm/documents/console/public-sharing-permission", "Disable")},
		{"iam-password-policy, IAM.7, IAM.15, IAM.16", true, has(password, "minimumPasswordLength", 14.0, "passwordReusePrevention", 24.0, "maxPasswordAge", 90.0,
			"requireUppercaseCharacters", true, "requireLowercaseCharacters", true, "requireNumbers", true, "requireSymbols", true)},
		{"s3-account-level-public-access-blocks-periodic, S3.1", true, has("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
			"blockPublicAcls", true, "blockPublicPolicy", true, "ignorePublicAcls", true, "restrictPublicBuckets", true)},
		{"Account.1", true, has("aws:account/alternativeContact:AlternativeContact", "alternateContactType", "SECURITY")},
		{"CloudTrail.1, CloudTrail.3, CloudTrail.4", true, has(trail, "isMultiRegionTrail", true, "enableLogging", true, "enableLogFileValidation", true)},
		{"CloudTrail.2, CloudTrail.5", true, set(trail, "kmsKeyId", "cloudWatchLogsGroupArn")},
		{"CloudTrail.7", true, logged},
		{"S3.22, S3.23", true, dataEvents},
		{"IAM.18", true, has("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "policyArn", "arn:aws:iam::aws:policy/AWSSupportAccess")},
		{"CloudWatch.1, CloudWatch.4 to CloudWatch.14", true, alarms},
		{"access-keys-rotated, iam-user-mfa-enabled, iam-user-unused-credentials-check, mfa-enabled-for-iam-console-access, IAM.3, IAM.5, IAM.8, IAM.19, IAM.22", false,
			none("aws:iam/user:User", "aws:iam/accessKey:AccessKey", "aws:iam/userLoginProfile:UserLoginProfile")},
		{"IAM.1, IAM.21", false, noWildcards},
		{"IAM.2, iam-no-inline-policy-check", false, none("aws:iam/userPolicy:UserPolicy", "aws:iam/userPolicyAttachment:UserPolicyAttachment", "aws:iam/rolePolicy:RolePolicy")},
		{"EC2.6, vpc-flow-logs-enabled", false, has("aws:ec2/flowLog:FlowLog", "trafficType", "ALL")},
		{"RDS.19", false, tells("db-cluster", "maintenance", "failure")},
		{"RDS.20", false, tells("db-instance", "maintenance", "configuration change", "failure")},
		{"RDS.21", false, tells("db-parameter-group", "configuration change")},
		{"RDS.22", false, tells("db-security-group", "configuration change", "failure")},
		{"RDS.1, SSM.4", false, none("aws:rds/snapshot:Snapshot", "aws:ssm/document:Document")},
	}
}

func TestTheBaselineMeetsTheRulesOnAccounts(t *testing.T) {
	t.Parallel()
	tree := load(t)
	bases := pulumitest.Bases(t, tree)
	for _, account := range tree.Organization().Accounts {
		for _, region := range account.Regions {
			recording := pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: account.Name + "-" + region.Name, References: bases}, base.Program(tree))
			for _, rule := range accountRules() {
				err := rule.met(recording)
				home := region.Name == account.HomeRegion
				switch {
				case err != nil && (home || !rule.once):
					t.Errorf("base %s %s does not meet %s: %v", account.Name, region.Name, rule.ids, err)
				case err == nil && rule.once && !home:
					t.Errorf("base %s %s builds again what %s is on: an account has it once", account.Name, region.Name, rule.ids)
				}
			}
		}
	}
}

// tells wants an enabled subscription to what happens to every source of a type.
func tells(source string, categories ...string) func(*pulumitest.Recording) error {
	return func(r *pulumitest.Recording) error {
		for _, res := range r.OfType("aws:rds/eventSubscription:EventSubscription") {
			if res.Inputs["sourceType"].V != source || res.Inputs["enabled"].V != true || res.Inputs["sourceIds"].V != nil {
				continue
			}
			told := map[any]bool{}
			for _, category := range res.Inputs["eventCategories"].ArrayValue() {
				told[category.V] = true
			}
			for _, category := range categories {
				if !told[category] {
					return fmt.Errorf("%s does not tell of %s", res.Name, category)
				}
			}
			return nil
		}
		return fmt.Errorf("nobody is told of every %s", source)
	}
}

// has wants a resource of a type whose inputs have the values.
func has(token string, pairs ...any) func(*pulumitest.Recording) error {
	return func(r *pulumitest.Recording) error {
		for _, res := range r.OfType(token) {
			ok := true
			for i := 0; i < len(pairs); i += 2 {
				ok = ok && res.Inputs[resource.PropertyKey(pairs[i].(string))].V == pairs[i+1]
			}
			if ok {
				return nil
			}
		}
		return fmt.Errorf("no %s with %v", token, pairs)
	}
}

// set wants every resource of a type, of which there is one, to have the inputs.
func set(token string, names ...string) func(*pulumitest.Recording) error {
	return func(r *pulumitest.Recording) error {
		found := r.OfType(token)
		for _, res := range found {
			for _, name := range names {
				if res.Inputs[resource.PropertyKey(name)].IsNull() {
					return fmt.Errorf("%s has no %s", res.Name, name)
				}
			}
		}
		if len(found) == 0 {
			return fmt.Errorf("no %s", token)
		}
		return nil
	}
}

func feature(name string) func(*pulumitest.Recording) error {
	return has("aws:guardduty/detectorFeature:DetectorFeature", "name", name, "status", "ENABLED")
}

// records wants a recorder of everything, under the service's own role, that is
// started.
func records(r *pulumitest.Recording) error {
	for _, recorder := range r.OfType("aws:cfg/recorder:Recorder") {
		group := recorder.Inputs["recordingGroup"].ObjectValue()
		if !group["allSupported"].BoolValue() || !strings.HasSuffix(recorder.Inputs["roleArn"].StringValue(), "/AWSServiceRoleForConfig") {
			return errors.New("the recorder does not record everything under the service's role")
		}
	}
	return errors.Join(has("aws:cfg/recorder:Recorder")(r), has("aws:cfg/deliveryChannel:DeliveryChannel")(r), has("aws:cfg/recorderStatus:RecorderStatus", "isEnabled", true)(r))
}

// logged wants the trail's bucket to have server access logs.
func logged(r *pulumitest.Recording) error {
	bucket := r.Strings("aws:cloudtrail/trail:Trail", "s3BucketName")
	if len(bucket) == 0 || !slices.Contains(r.Strings("aws:s3/bucketLoggingV2:BucketLoggingV2", "bucket"), bucket[0]) {
		return errors.New("the trail's bucket is not logged")
	}
	return nil
}

func dataEvents(r *pulumitest.Recording) error {
	for _, trail := range r.OfType("aws:cloudtrail/trail:Trail") {
		if strings.Contains(trail.Inputs["advancedEventSelectors"].String(), "AWS::S3::Object") {
			return nil
		}
	}
	return errors.New("the trail has no data events of S3")
}

// alarms wants an alarm for each metric that a filter on the trail's log group
// counts, and somebody who hears it.
func alarms(r *pulumitest.Recording) error {
	filters := r.OfType("aws:cloudwatch/logMetricFilter:LogMetricFilter")
	watched := r.Strings("aws:cloudwatch/metricAlarm:MetricAlarm", "metricName")
	for _, filter := range filters {
		if name := filter.Inputs["metricTransformation"].ObjectValue()["name"].StringValue(); !slices.Contains(watched, name) {
			return fmt.Errorf("no alarm on %s", name)
		}
	}
	if len(filters) < 12 {
		return fmt.Errorf("%d filters, want at least 12", len(filters))
	}
	return has("aws:sns/topicSubscription:TopicSubscription")(r)
}

// noWildcards wants no policy to allow all actions, of everything or of a service.
func noWildcards(r *pulumitest.Recording) error {
	var errs []error
	for _, policy := range r.OfType("aws:iam/policy:Policy") {
		var document struct {
			Statement []struct {
				Sid, Effect string
				Action      []string
			}
		}
		if err := json.Unmarshal([]byte(policy.Inputs["policy"].StringValue()), &document); err != nil {
			return err
		}
		for _, s := range document.Statement {
			for _, action := range s.Action {
				if s.Effect == "Allow" && (action == "*" || strings.HasSuffix(action, ":*")) {
					errs = append(errs, fmt.Errorf("%s, statement %s allows %s", policy.Name, s.Sid, action))
				}
			}
		}
	}
	return errors.Join(errs...)
}
