package datadog

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kinesis"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

const (
	// failedPurpose is the end of the bucket's name.
	failedPurpose = "failed"
	// errorStream is the log stream with the errors of the delivery, and failedStream that
	// with those of the bucket.
	errorStream, failedStream = "endpoint", failedPurpose
	// errorDays is how long those errors are kept.
	errorDays = 90

	// What Datadog asks for
	// (docs.datadoghq.com/logs/guide/send-aws-services-logs-with-the-datadog-kinesis-firehose-destination).
	bufferSeconds = 60
	bufferMiB     = 4
	// retrySeconds is how long a batch is tried again before it is put aside, the most
	// there is
	// (docs.aws.amazon.com/firehose/latest/APIReference/API_HttpEndpointRetryOptions.html).
	retrySeconds = 7200
)

// deliveryName is the stream's name: the monitor of its delay names it.
func deliveryName() string { return "utility-" + config.ApplicationDatadog }

// errorGroup is the log group of the delivery's own errors. It is none of those whose
// lines are sent: they would go round and round.
func errorGroup() string { return naming.UtilityLogGroup(config.ApplicationDatadog) + "/delivery" }

// addLogs sends the lines of the log groups that are named. One stream takes them all;
// what Datadog does not take is kept for some days.
func (d *Datadog) addLogs() error {
	if !d.args.Config.Logs.Enabled {
		return nil
	}
	args := d.plan.failed
	args.KeyARN = d.key.ARN
	failed, err := bucket.Add(d.ctx, d.name+"-"+failedPurpose, args, d.child)
	if err != nil {
		return err
	}
	group, err := cloudwatch.NewLogGroup(d.ctx, d.name+"-delivery", &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(errorGroup()),
		KmsKeyId:        pulumi.String(d.args.LogKeyARN),
		RetentionInDays: pulumi.Int(errorDays),
	}, d.child)
	if err != nil {
		return err
	}
	streams := map[string]pulumi.StringOutput{}
	for _, name := range []string{errorStream, failedStream} {
		made, err := cloudwatch.NewLogStream(d.ctx, d.name+"-"+name, &cloudwatch.LogStreamArgs{
			Name: pulumi.String(name), LogGroupName: group.Name,
		}, d.child)
		if err != nil {
			return err
		}
		streams[name] = made.Name
	}
	delivery, err := d.addDelivery(failed, group, streams)
	if err != nil {
		return err
	}
	return d.subscribe(delivery)
}

// addDelivery makes the stream, with the role that it works as.
func (d *Datadog) addDelivery(failed *bucket.Bucket, group *cloudwatch.LogGroup, streams map[string]pulumi.StringOutput) (*kinesis.FirehoseDeliveryStream, error) {
	trust := iampolicy.NewDocument(iampolicy.Allow("Delivery", "sts:AssumeRole").By(iampolicy.ByService("firehose.amazonaws.com")).
		If("StringEquals", "sts:ExternalId", d.args.AccountID))
	role, ready, err := d.addRole("delivery", "Delivers lines to Datadog", trust,
		pulumi.StringArray{d.KeySecretARN, d.key.ARN}, func(arns []string) []iampolicy.Statement {
			return d.args.deliveryPermissions(d.plan, arns[0], arns[1])
		})
	if err != nil {
		return nil, err
	}
	log := func(stream string) pulumi.StringOutput { return streams[stream] }
	return kinesis.NewFirehoseDeliveryStream(d.ctx, d.name, &kinesis.FirehoseDeliveryStreamArgs{
		Name:        pulumi.String(deliveryName()),
		Destination: pulumi.String("http_endpoint"),
		ServerSideEncryption: kinesis.FirehoseDeliveryStreamServerSideEncryptionArgs{
			Enabled: pulumi.Bool(true), KeyType: pulumi.String("CUSTOMER_MANAGED_CMK"), KeyArn: d.key.ARN,
		},
		HttpEndpointConfiguration: kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationArgs{
			Name:              pulumi.String("Datadog"),
			Url:               pulumi.String(d.plan.site.intake),
			RoleArn:           role,
			BufferingInterval: pulumi.Int(bufferSeconds),
			BufferingSize:     pulumi.Int(bufferMiB),
			RetryDuration:     pulumi.Int(retrySeconds),
			S3BackupMode:      pulumi.String("FailedDataOnly"),
			SecretsManagerConfiguration: kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationSecretsManagerConfigurationArgs{
				Enabled: pulumi.Bool(true), SecretArn: d.KeySecretARN, RoleArn: role,
			},
			RequestConfiguration: kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationRequestConfigurationArgs{
				ContentEncoding: pulumi.String("GZIP"),
				CommonAttributes: kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationRequestConfigurationCommonAttributeArray{
					attribute("account", d.args.AccountName), attribute("region", d.args.Region),
				},
			},
			S3Configuration: kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationS3ConfigurationArgs{
				BucketArn: failed.ARN, RoleArn: role, CompressionFormat: pulumi.String("GZIP"), KmsKeyArn: d.key.ARN,
				CloudwatchLoggingOptions: kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationS3ConfigurationCloudwatchLoggingOptionsArgs{
					Enabled: pulumi.Bool(true), LogGroupName: group.Name, LogStreamName: log(failedStream),
				},
			},
			CloudwatchLoggingOptions: kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationCloudwatchLoggingOptionsArgs{
				Enabled: pulumi.Bool(true), LogGroupName: group.Name, LogStreamName: log(errorStream),
			},
		},
	}, d.child, pulumi.DependsOn([]pulumi.Resource{ready, failed.Policy}))
}

func attribute(name, value string) kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationRequestConfigurationCommonAttributeArgs {
	return kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationRequestConfigurationCommonAttributeArgs{
		Name: pulumi.String(name), Value: pulumi.String(value),
	}
}

// deliveryPermissions let the stream read its secret and put aside what fails.
func (a Args) deliveryPermissions(p plan, secretARN, keyARN string) []iampolicy.Statement {
	failed := naming.ARN(a.Region, "s3", "", "", p.failed.Name)
	group := naming.ARN(a.Region, "logs", a.Region, a.AccountID, "log-group:"+errorGroup())
	return []iampolicy.Statement{
		iampolicy.Allow("ReadKey", "secretsmanager:GetSecretValue").On(secretARN),
		iampolicy.Allow("PutAside", "s3:AbortMultipartUpload", "s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:PutObject").
			On(failed, failed+"/*"),
		iampolicy.Allow("Encrypt", "kms:Decrypt", "kms:GenerateDataKey").On(keyARN).
			If("StringEquals", "kms:ViaService", "s3."+a.Region+".amazonaws.com", "secretsmanager."+a.Region+".amazonaws.com"),
		iampolicy.Allow("WriteLogs", "logs:PutLogEvents").On(group + ":*"),
	}
}

// subscribe sends the lines of each group to the stream, all of them: what to leave out
// is decided in Datadog, where people can change it in a hurry.
func (d *Datadog) subscribe(delivery *kinesis.FirehoseDeliveryStream) error {
	trust := iampolicy.NewDocument(iampolicy.Allow("Logs", "sts:AssumeRole").By(iampolicy.ByService("logs.amazonaws.com")).
		If("StringLike", "aws:SourceArn", naming.ARN(d.args.Region, "logs", d.args.Region, d.args.AccountID, "*")))
	role, ready, err := d.addRole("lines", "Sends lines to Datadog's stream", trust, pulumi.StringArray{delivery.Arn}, func(arns []string) []iampolicy.Statement {
		return []iampolicy.Statement{iampolicy.Allow("Send", "firehose:PutRecord", "firehose:PutRecordBatch").On(arns[0])}
	})
	if err != nil {
		return err
	}
	for _, group := range d.args.Config.Logs.Groups {
		name := d.name + "-" + strings.ReplaceAll(strings.Trim(group, "/"), "/", "-")
		if _, err := cloudwatch.NewLogSubscriptionFilter(d.ctx, name, &cloudwatch.LogSubscriptionFilterArgs{
			Name:           pulumi.String(deliveryName()),
			LogGroup:       pulumi.String(group),
			FilterPattern:  pulumi.String(""),
			DestinationArn: delivery.Arn,
			RoleArn:        role,
		}, d.child, pulumi.DependsOn([]pulumi.Resource{ready})); err != nil {
			return err
		}
	}
	return nil
}

// addRole makes a role whose permissions need ARNs that only AWS knows, and returns its
// ARN and what must be there before it can do what it is for.
func (d *Datadog) addRole(short, description string, trust iampolicy.Document, need pulumi.StringArray, allow func(arns []string) []iampolicy.Statement) (pulumi.StringOutput, pulumi.Resource, error) {
	none := pulumi.StringOutput{}
	trusted, err := trust.JSONFor(iampolicy.Trust)
	if err != nil {
		return none, nil, fmt.Errorf("role %s: %w", short, err)
	}
	name := d.name + "-" + short
	role, err := iam.NewRole(d.ctx, name, &iam.RoleArgs{
		Path:                pulumi.String(naming.UtilityPath),
		Description:         pulumi.String(description),
		AssumeRolePolicy:    pulumi.String(trusted),
		PermissionsBoundary: pulumi.String(d.args.PermissionsBoundary),
	}, d.child)
	if err != nil {
		return none, nil, err
	}
	policy, err := iam.NewPolicy(d.ctx, name, &iam.PolicyArgs{
		Path:        pulumi.String(naming.UtilityPath),
		Description: pulumi.String(description),
		Policy: need.ToStringArrayOutput().ApplyT(func(arns []string) (string, error) {
			return iampolicy.NewDocument(allow(arns)...).JSONFor(iampolicy.Managed)
		}).(pulumi.StringOutput),
	}, d.child)
	if err != nil {
		return none, nil, err
	}
	attached, err := iam.NewRolePolicyAttachment(d.ctx, name, &iam.RolePolicyAttachmentArgs{Role: role.Name, PolicyArn: policy.Arn}, d.child)
	return role.Arn, attached, err
}
