package key_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/key"
	"cellworks/pkg/pulumitest"
)

const (
	account = "111111111111"
	region  = "us-east-1"
)

func logsKey() key.Args {
	return key.Args{
		Description: "Logs of the account",
		Alias:       "alias/base/logs",
		AccountID:   account,
		Region:      region,
		Statements: []iampolicy.Statement{
			key.ForLogGroups(region, account, "/base/*"),
			key.ViaServices("ReadLogFiles", region, account, []string{"s3"}, "kms:Decrypt"),
			key.ByServices("UseByAlerts", account, []string{"cloudwatch.amazonaws.com", "events.amazonaws.com"}),
		},
		DeletionWindowDays: 30,
		Protect:            true,
		Retain:             true,
	}
}

func record(t *testing.T, args key.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "base", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := key.New(ctx, "logs", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsTheKey(t *testing.T) {
	t.Parallel()
	record(t, logsKey()).Golden(t, "key")
}

func TestSwitchesOfTheKey(t *testing.T) {
	t.Parallel()
	args := logsKey()
	args.MultiRegion, args.Protect = true, false
	found := record(t, args).OfType("aws:kms/key:Key")
	if len(found) != 1 || found[0].Protect || !found[0].Inputs["multiRegion"].BoolValue() || !found[0].Inputs["enableKeyRotation"].BoolValue() {
		t.Errorf("keys = %v, want one that is unprotected, rotated and of many regions", found)
	}
}

func TestAdministratorsCannotUseTheKey(t *testing.T) {
	t.Parallel()
	args := logsKey()
	args.Statements = nil
	args.Administrators = []string{"arn:aws:iam::" + account + ":role/deploy/*"}
	var policy struct {
		Statement []struct {
			Action    []string
			Condition map[string]map[string][]string
		}
	}
	if err := json.Unmarshal([]byte(record(t, args).Strings("aws:kms/key:Key", "policy")[0]), &policy); err != nil {
		t.Fatal(err)
	}
	for _, use := range []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:GenerateDataKey", "kms:CreateGrant"} {
		for _, pattern := range policy.Statement[0].Action {
			if pattern == use || strings.HasSuffix(pattern, "*") && strings.HasPrefix(use, strings.TrimSuffix(pattern, "*")) {
				t.Errorf("%s allows administrators %s", pattern, use)
			}
		}
	}
	want := []string{"arn:aws:iam::" + account + ":role/deploy/*", "arn:aws:iam::" + account + ":root"}
	if got := policy.Statement[0].Condition["ArnLike"]["aws:PrincipalArn"]; !slices.Equal(got, want) {
		t.Errorf("administrators = %q, want %q: without the root user a key can become unmanageable", got, want)
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	bad := func(change func(*key.Args)) key.Args {
		args := logsKey()
		change(&args)
		return args
	}
	for want, args := range map[string]key.Args{
		"key \"logs\": description, account id and region must be set\n" +
			"alias \"\" is not valid, want alias/ and letters, digits, /, _ and -, at most 256 characters, not alias/aws/\n" +
			"deletion window of 0 days is out of range, want 7 to 30": {},
		"key \"logs\": alias \"alias/aws/s3\" is not valid, want alias/ and letters, digits, /, _ and -, at most 256 characters, not alias/aws/": bad(func(a *key.Args) { a.Alias = "alias/aws/s3" }),
		"key \"logs\": deletion window of 31 days is out of range, want 7 to 30":                                                                 bad(func(a *key.Args) { a.DeletionWindowDays = 31 }),
		"key \"logs\": statement 1 (Open): allows every action, want those that are needed\n" +
			"allows everyone without a condition, want named principals or a condition": bad(func(a *key.Args) {
			a.Statements = []iampolicy.Statement{iampolicy.Allow("Open", "kms:*").By(iampolicy.ByEveryone()).On("*")}
		}),
		"key \"logs\": key policy: statement 2 (X): no resources, want Resources or NotResources": bad(func(a *key.Args) {
			a.Statements = []iampolicy.Statement{iampolicy.Allow("X", "kms:Decrypt").By(iampolicy.ByService("logs.amazonaws.com"))}
		}),
	} {
		if _, err := key.New(nil, "logs", args); err == nil || err.Error() != want {
			t.Errorf("error = %v\nwant    %s", err, want)
		}
	}
}

func TestStatementsNameOnlyTheirAccountAndRegion(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]iampolicy.Statement{
		`{"Sid":"UseByLogs","Effect":"Allow","Principal":{"Service":["logs.us-gov-west-1.amazonaws.com"]},` +
			`"Action":["kms:Decrypt","kms:DescribeKey","kms:Encrypt","kms:GenerateDataKey*","kms:ReEncrypt*"],"Resource":["*"],` +
			`"Condition":{"ArnLike":{"kms:EncryptionContext:aws:logs:arn":["arn:aws-us-gov:logs:us-gov-west-1:111111111111:log-group:/a","arn:aws-us-gov:logs:us-gov-west-1:111111111111:log-group:/b/*"]}}}`: key.ForLogGroups("us-gov-west-1", account, "/a", "/b/*"),
		`{"Sid":"Volumes","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111111111111:root"]},` +
			`"Action":["kms:Decrypt","kms:DescribeKey","kms:Encrypt","kms:GenerateDataKey*","kms:ReEncrypt*"],"Resource":["*"],` +
			`"Condition":{"StringEquals":{"kms:CallerAccount":["111111111111"],"kms:ViaService":["ec2.us-east-1.amazonaws.com"]}}}`: key.ViaServices("Volumes", region, account, []string{"ec2"}),
		`{"Sid":"Config","Effect":"Allow","Principal":{"Service":["config.amazonaws.com"]},"Action":["kms:Decrypt","kms:GenerateDataKey*"],"Resource":["*"],` +
			`"Condition":{"StringEquals":{"aws:SourceAccount":["111111111111"]}}}`: key.ByServices("Config", account, []string{"config.amazonaws.com"}),
	} {
		got, err := iampolicy.NewDocument(s).JSONFor(iampolicy.Key)
		if err != nil || got != `{"Version":"2012-10-17","Statement":[`+want+`]}` {
			t.Errorf("statement = %s, %v\nwant %s", got, err, want)
		}
	}
}
