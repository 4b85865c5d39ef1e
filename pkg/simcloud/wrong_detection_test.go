package simcloud_test

import (
	"context"
	"net"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"

	"cellworks/pkg/simcloud"
)

func TestRefusesWrongDetection(t *testing.T) {
	t.Parallel()
	const (
		detector, feature, publishing = "aws:guardduty/detector:Detector", "aws:guardduty/detectorFeature:DetectorFeature", "aws:guardduty/publishingDestination:PublishingDestination"
		inspector, macie              = "aws:inspector2/enabler:Enabler", "aws:macie2/account:Account"
		export                        = "aws:macie2/classificationExportConfiguration:ClassificationExportConfiguration"
	)
	more := func(names ...string) []any {
		var list []any
		for _, n := range names {
			list = append(list, props{"name": n, "status": "ENABLED"})
		}
		return list
	}
	refuses(t, []wrong{
		{"second detector", detector, fixed(props{}), `api error BadRequestException: The request is rejected because a detector already exists for the current account.`},
		{"findings every day", detector, fixed(props{"findingPublishingFrequency": "DAILY"}), `to be one of ["FIFTEEN_MINUTES" "ONE_HOUR" "SIX_HOURS"], got DAILY`},
		{"data sources of old", detector, fixed(props{"datasources": props{"s3Logs": props{"enable": true}}}), `datasources: the simulated cloud does not simulate "datasources", which is deprecated; use guardduty.DetectorFeature`},
		{"feature of no detector", feature, fixed(props{"detectorId": "0123", "name": "S3_DATA_EVENTS", "status": "ENABLED"}), `api error BadRequestException: The request is rejected because the input detectorId is not owned by the current account.`},
		{"unknown feature", feature, changed("runtime", props{"name": "MALWARE", "additionalConfigurations": nil}), `name: expected name to be one of ["EBS_MALWARE_PROTECTION"`},
		{"feature that the provider names", feature, changed("runtime", props{"name": nil, "additionalConfigurations": nil}), `name: expected name to be one of`},
		{"runtime monitoring twice", feature, changed("runtime", props{"name": "EKS_RUNTIME_MONITORING", "additionalConfigurations": more("EKS_ADDON_MANAGEMENT")}), `The request failed because both EKS_RUNTIME_MONITORING and RUNTIME_MONITORING were specified`},
		{"agents of Kubernetes alone", feature, changed("runtime", props{"name": "EKS_RUNTIME_MONITORING", "additionalConfigurations": more("EC2_AGENT_MANAGEMENT")}),
			`additionalConfigurations[0].name: BadRequestException: The request is rejected because the additional configuration EC2_AGENT_MANAGEMENT is not one of feature EKS_RUNTIME_MONITORING (EKS_ADDON_MANAGEMENT)`},
		{"agents of what has none", feature, changed("runtime", props{"name": "S3_DATA_EVENTS", "additionalConfigurations": more("EC2_AGENT_MANAGEMENT")}), `is not one of feature S3_DATA_EVENTS`},
		{"agents twice", feature, changed("runtime", props{"additionalConfigurations": more("EC2_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT")}), `additionalConfigurations[1].name: BadRequestException`},
		{"second destination", publishing, changed("findings", nil), `The request failed because a publishing destination of this type already exists.`},
		{"second inspector of a stranger", inspector, fixed(props{"accountIds": []any{accountB}, "resourceTypes": []any{"EC2"}}), `account 444455556666: ACCESS_DENIED`},
		{"inspector of itself and others", inspector, fixed(props{"accountIds": []any{accountA, accountB}, "resourceTypes": []any{"EC2"}}), `can contain either the administrator account or one or more member accounts`},
		{"inspector of 11 digits", inspector, fixed(props{"accountIds": []any{"11112222333"}, "resourceTypes": []any{"EC2"}}), `accountIds[0]: invalid value for accountIds (must be a 12 digit account ID)`},
		{"inspector of nothing", inspector, fixed(props{"accountIds": []any{accountA}, "resourceTypes": []any{}}), `resourceTypes: resourceTypes: attribute requires 1 item minimum`},
		{"inspector of code without functions", inspector, fixed(props{"accountIds": []any{accountA}, "resourceTypes": []any{"LAMBDA_CODE"}}), `LAMBDA_CODE scanning needs LAMBDA scanning to be enabled`},
		{"inspector of an unknown type", inspector, fixed(props{"accountIds": []any{accountA}, "resourceTypes": []any{"ECS"}}), `resourceTypes[0]: expected resourceTypes to be one of`},
		{"second Macie", macie, fixed(props{}), `api error ConflictException: Macie has already been enabled`},
		{"Macie on and off", macie, fixed(props{"status": "DISABLED"}), `status: expected status to be one of ["ENABLED" "PAUSED"], got DISABLED`},
		{"second export", export, changed("results", nil), `Macie Classification Export Configuration: a configuration already exists`},
		{"export to nowhere", export, fixed(props{}), `s3Destination: "s3Destination": one of`},
	})
}

// TestRefusesWrongDestinationsOfFindings needs a detector and a Macie that have none yet.
func TestRefusesWrongDestinationsOfFindings(t *testing.T) {
	t.Parallel()
	c := oneCloud(t)
	d := c.create("aws:guardduty/detector:Detector", "detector", props{})
	refused := func(typ string, in props, want string) {
		t.Helper()
		if _, err := c.try(typ, "bad", in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s %v: %v, want %s", typ, in, err, want)
		}
	}
	w := &world{client: c, res: map[string]*made{}}
	open := c.create("aws:kms/key:Key", "key", props{"policy": keyPolicy}).str("arn")
	quiet := quietKey(w, "quiet")
	wrongBucket(w, "shut")
	wrongBucket(w, "open", writes("guardduty.amazonaws.com", "open", ""), writes("macie.amazonaws.com", "open", ""))
	const publishing, export = "aws:guardduty/publishingDestination:PublishingDestination", "aws:macie2/classificationExportConfiguration:ClassificationExportConfiguration"
	findings := func(bucket, key string) props {
		return props{"detectorId": d.ID, "destinationArn": "arn:aws:s3:::" + bucket, "kmsKeyArn": key}
	}
	const denied = "The request failed because the GuardDuty service principal does not have permission to the KMS key or the resource specified by the destinationArn parameter."
	refused(publishing, findings("nowhere", open), denied)
	refused(publishing, findings("shut", open), "the policy of the bucket must let guardduty.amazonaws.com do s3:GetBucketLocation and s3:PutObject")
	refused(publishing, findings("open", quiet), "the policy of the key must let guardduty.amazonaws.com do kms:GenerateDataKey")
	refused(publishing, findings("open", "arn:aws:kms:us-west-2:111122223333:key/1"), "the key must exist in the region of the bucket")
	results := func(bucket, key string) props {
		return props{"s3Destination": props{"bucketName": bucket, "kmsKeyArn": key}}
	}
	refused(export, results("open", open), "api error AccessDeniedException: Macie is not enabled")
	c.create("aws:macie2/account:Account", "macie", props{})
	refused(export, results("nowhere", open), "the specified bucket doesn't exist: nowhere")
	refused(export, results("shut", open), "the policy of bucket shut doesn't let macie.amazonaws.com do s3:GetBucketLocation and s3:PutObject")
	refused(export, results("open", quiet), "its policy doesn't let macie.amazonaws.com do kms:GenerateDataKey")
	c.create(publishing, "findings", findings("open", open))
	c.create(export, "results", results("open", open))
}

func TestRefusesWrongHubs(t *testing.T) {
	t.Parallel()
	const standard, aggregator = "aws:securityhub/standardsSubscription:StandardsSubscription", "aws:securityhub/findingAggregator:FindingAggregator"
	of := func(arn string) func(*world) props { return fixed(props{"standardsArn": arn}) }
	table := []wrong{
		{"second hub", hubType, fixed(props{}), `api error ResourceConflictException: Account is already subscribed to Security Hub`},
		{"standard that is none", standard, of("arn:aws:securityhub:us-east-1::standards/hipaa/v/1.0.0"), `standardsArn: InvalidInputException: Invalid parameter standardsArn: there is no standard standards/hipaa/v/1.0.0`},
		{"standard of another region", standard, of(strings.Replace(bestOf, "us-east-1", "us-west-2", 1)), `is of region "us-west-2", the hub is in us-east-1`},
		{"oldest standard with a region", standard, of("arn:aws:securityhub:us-east-1::ruleset/cis-aws-foundations-benchmark/v/1.2.0"), `has a region or an account that the standard's ARN has not`},
		{"standard that is a hub", standard, of("arn:aws:iam::111122223333:role/x"), `is not the ARN of a standard`},
		{"second aggregator", aggregator, fixed(props{"linkingMode": "ALL_REGIONS"}), `api error ResourceConflictException: A finding aggregator already exists for account 111122223333, in us-east-1`},
		{"all regions and some", aggregator, fixed(props{"linkingMode": "ALL_REGIONS", "specifiedRegions": []any{"us-west-2"}}), `specifiedRegions: InvalidInputException: Regions cannot be specified when linkingMode is ALL_REGIONS`},
		{"some regions and none", aggregator, fixed(props{"linkingMode": "SPECIFIED_REGIONS"}), `specifiedRegions: InvalidInputException: Regions must be specified`},
		{"control without a reason", controlType, changed("control", props{"updatedReason": nil}), `updatedReason: Attribute "updatedReason" must be specified when "associationStatus" is "DISABLED"`},
		{"control of another form", controlType, changed("control", props{"securityControlId": "1.14"}), `securityControlId: InvalidInputException: "1.14" is no security control`},
		{"control of a standard without a subscription", controlType, changed("control", props{"standardsArn": strings.Replace(bestOf, "aws-foundational-security-best-practices/v/1.0.0", "nist-800-53/v/5.0.0", 1)}),
			`IAM.6,arn:aws:securityhub:us-east-1::standards/nist-800-53/v/5.0.0: RESOURCE_NOT_FOUND: the account is not subscribed to the standard`},
		{"control half on", controlType, changed("control", props{"associationStatus": "PAUSED"}), `associationStatus: expected associationStatus to be one of ["DISABLED" "ENABLED"], got PAUSED`},
	}
	refuses(t, table)
	c := oneCloud(t)
	for typ, in := range map[string]props{
		standard: {"standardsArn": bestOf}, aggregator: {"linkingMode": "ALL_REGIONS"},
		controlType: {"standardsArn": bestOf, "securityControlId": "IAM.6", "associationStatus": "ENABLED"},
	} {
		if _, err := c.try(typ, "early", in); err == nil || !strings.Contains(err.Error(), "api error InvalidAccessException: Account 111122223333 is not subscribed to AWS Security Hub") {
			t.Errorf("%s without a hub: %v", typ, err)
		}
	}
}

// TestHubComesWithStandards: a hub with default standards has two subscriptions, which go with it.
func TestHubComesWithStandards(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	c := connect(t, serve(t, cloud), "dev", accountA, "us-east-1")
	hub := c.create(hubType, "hub", props{})
	standards := func() int {
		found, err := cloud.Objects(context.Background(), simcloud.Filter{Type: "aws:securityhub/standardsSubscription:StandardsSubscription"})
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	c.create("aws:securityhub/standardsSubscription:StandardsSubscription", "best", props{"standardsArn": bestOf}) // takes over the default one
	if n := standards(); n != 2 {
		t.Errorf("%d standards, want the 2 defaults", n)
	}
	if err := c.delete(hub); err != nil {
		t.Fatal(err)
	}
	if n := standards(); n != 0 {
		t.Errorf("%d standards outlive their hub", n)
	}
}

// TestWarnsOfWhatIsTakenAndWrong: the cloud takes it, and somebody should know.
func TestWarnsOfWhatIsTakenAndWrong(t *testing.T) {
	t.Parallel()
	socket, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	engine := &listener{lines: make(chan *pulumirpc.LogRequest, 10)}
	server := grpc.NewServer()
	pulumirpc.RegisterEngineServer(server, engine)
	go func() { _ = server.Serve(socket) }()
	t.Cleanup(server.Stop)
	c := dial(t, serve(t, openCloud(t, simcloud.Options{})), "dev")
	if _, err := c.rpc.Attach(context.Background(), &pulumirpc.PluginAttach{Address: socket.Addr().String()}); err != nil {
		t.Fatal(err)
	}
	if err := c.configure(accountA, "us-east-1", nil); err != nil {
		t.Fatal(err)
	}
	few := allBackups()
	delete(few, "EBS")
	for _, tc := range []struct {
		typ  string
		in   props
		want string
	}{
		{"aws:iam/policy:Policy", props{"policy": document(`{"Effect":"Allow","Action":["s3:GetObject","dyanmodb:PutItem"],"Resource":"*"}`)},
			`policy: Invalid service in action: the service dyanmodb specified in the action "dyanmodb:PutItem" does not exist (statement 0)`},
		{"aws:iam/policy:Policy", props{"policy": document(`{"Effect":"Deny","NotAction":"iams:*","Resource":"*"}`)}, `the service iams specified`},
		{"aws:guardduty/detectorFeature:DetectorFeature", props{"detectorId": "0", "name": "EKS_RUNTIME_MONITORING", "status": "ENABLED"}, `say EKS_ADDON_MANAGEMENT too, ENABLED or DISABLED`},
		{"aws:backup/regionSettings:RegionSettings", props{"resourceTypeOptInPreference": few}, `say EBS too, true or false`},
		{"aws:ssm/serviceSetting:ServiceSetting", props{"settingId": "/ssm/documents/console/public-sharing-permission", "settingValue": "Disable"},
			`write arn:aws:ssm:us-east-1:111122223333:servicesetting/ssm/documents/console/public-sharing-permission`},
		{queuePolicyType, props{"queueUrl": "https://sqs.us-east-1.amazonaws.com/111122223333/a", "policy": document(`{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:111122223333:b"}`)},
			`"arn:aws:sqs:us-east-1:111122223333:b" is not arn:aws:sqs:us-east-1:111122223333:a (statement 0)`},
	} {
		if _, refused := c.check(c.urn(tc.typ, "x"), nil, tc.in); len(refused) > 0 {
			t.Errorf("%s was refused: %v", tc.typ, refused)
			continue
		}
		line := <-engine.lines
		if line.GetSeverity() != pulumirpc.LogSeverity_WARNING || !strings.Contains(line.GetMessage(), tc.want) {
			t.Errorf("%s: the engine was told %q, want %s", tc.typ, line.GetMessage(), tc.want)
		}
	}
}
