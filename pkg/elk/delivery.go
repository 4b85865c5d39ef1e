package elk

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kinesis"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// How Firehose gathers records before it delivers them
// (docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html). People
// search what is a minute old; the archive wants few and large files.
const (
	searchSeconds  = 60
	searchMiB      = 5
	archiveSeconds = 900
	archiveMiB     = 128
	// retrySeconds is how long it tries a domain that does not answer, the most there is
	// (docs.aws.amazon.com/firehose/latest/APIReference/API_AmazonopensearchserviceRetryOptions.html).
	// After that only the archive has the records, and the file of those that failed.
	retrySeconds = 7200
)

// addStreams makes the delivery stream of each account, and the role that its tasks send
// with. What arrives before the domain is configured would be refused, so a stream
// comes after that.
func (e *ELK) addStreams(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	ready := append([]pulumi.Resource{e.configured, e.delivery.ready, e.archive.Policy}, e.groups.open...)
	for _, account := range slices.Sorted(maps.Keys(e.args.Senders)) {
		args, err := e.stream(ctx, account, child)
		if err != nil {
			return err
		}
		stream, err := kinesis.NewFirehoseDeliveryStream(ctx, e.name+"-"+account, args, child, pulumi.DependsOn(ready))
		if err != nil {
			return err
		}
		sender, err := e.addRole(ctx, "sender-"+account, "Sends logs of account "+account,
			e.args.senderTrust(account), senderPermissions, stream.Arn, child)
		if err != nil {
			return err
		}
		e.Streams[account] = Stream{Name: stream.Name, ARN: stream.Arn, RoleARN: sender.ARN}
	}
	return nil
}

// stream returns the delivery stream of an account, whose records reach the index that
// its pipeline routes, and all go to the archive as they come.
func (e *ELK) stream(ctx *pulumi.Context, account string, child pulumi.ResourceOption) (*kinesis.FirehoseDeliveryStreamArgs, error) {
	streams := map[string]pulumi.StringInput{}
	for _, target := range []string{"archive", "search"} {
		made, err := cloudwatch.NewLogStream(ctx, e.name+"-"+account+"-"+target, &cloudwatch.LogStreamArgs{
			Name:         pulumi.String(account + "/" + target),
			LogGroupName: e.logs[logsDelivery].Name,
		}, child)
		if err != nil {
			return nil, err
		}
		streams[target] = made.Name
	}
	return &kinesis.FirehoseDeliveryStreamArgs{
		Destination: pulumi.String("opensearch"),
		ServerSideEncryption: kinesis.FirehoseDeliveryStreamServerSideEncryptionArgs{
			Enabled: pulumi.Bool(true),
			KeyType: pulumi.String("CUSTOMER_MANAGED_CMK"),
			KeyArn:  e.KeyARN,
		},
		OpensearchConfiguration: kinesis.FirehoseDeliveryStreamOpensearchConfigurationArgs{
			DomainArn:           e.DomainARN,
			RoleArn:             e.delivery.ARN,
			IndexName:           pulumi.String(incoming(account)),
			IndexRotationPeriod: pulumi.String("NoRotation"),
			BufferingInterval:   pulumi.Int(searchSeconds),
			BufferingSize:       pulumi.Int(searchMiB),
			RetryDuration:       pulumi.Int(retrySeconds),
			S3BackupMode:        pulumi.String("AllDocuments"),
			S3Configuration:     e.backup(account, streams["archive"]),
			CloudwatchLoggingOptions: kinesis.FirehoseDeliveryStreamOpensearchConfigurationCloudwatchLoggingOptionsArgs{
				Enabled: pulumi.Bool(true), LogGroupName: e.logs[logsDelivery].Name, LogStreamName: streams["search"],
			},
			VpcConfig: kinesis.FirehoseDeliveryStreamOpensearchConfigurationVpcConfigArgs{
				RoleArn:          e.delivery.ARN,
				SubnetIds:        pulumi.ToStringArray(e.args.AppSubnetIDs),
				SecurityGroupIds: pulumi.StringArray{e.groups.delivery.ID()},
			},
		},
	}, nil
}

func (e *ELK) backup(account string, stream pulumi.StringInput) kinesis.FirehoseDeliveryStreamOpensearchConfigurationS3ConfigurationArgs {
	return kinesis.FirehoseDeliveryStreamOpensearchConfigurationS3ConfigurationArgs{
		BucketArn:         e.archive.ARN,
		RoleArn:           e.delivery.ARN,
		Prefix:            pulumi.String(account + "/"),
		ErrorOutputPrefix: pulumi.String("failed/" + account + "/"),
		CompressionFormat: pulumi.String("GZIP"),
		BufferingInterval: pulumi.Int(archiveSeconds),
		BufferingSize:     pulumi.Int(archiveMiB),
		KmsKeyArn:         e.KeyARN,
		CloudwatchLoggingOptions: kinesis.FirehoseDeliveryStreamOpensearchConfigurationS3ConfigurationCloudwatchLoggingOptionsArgs{
			Enabled: pulumi.Bool(true), LogGroupName: e.logs[logsDelivery].Name, LogStreamName: stream,
		},
	}
}
