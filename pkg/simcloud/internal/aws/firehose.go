package aws

import (
	"fmt"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// firehoseTargets are the destinations with the property that configures each.
func firehoseTargets() map[string]string {
	return map[string]string{
		"elasticsearch": "elasticsearchConfiguration", "extended_s3": "extendedS3Configuration", "http_endpoint": "httpEndpointConfiguration", "iceberg": "icebergConfiguration",
		"opensearch": "opensearchConfiguration", "opensearchserverless": "opensearchserverlessConfiguration", "redshift": "redshiftConfiguration",
		"snowflake": "snowflakeConfiguration", "splunk": "splunkConfiguration",
	}
}

func firehoseFault(format string, a ...any) error {
	return resource.Faultf("InvalidArgumentException", format, a...)
}

// firehoseRules are what the SDK does not say of streams.
func firehoseRules() schema.Rules {
	const (
		search, bucket = "opensearchConfiguration.", "opensearchConfiguration.s3Configuration."
		http, failed   = "httpEndpointConfiguration.", "httpEndpointConfiguration.s3Configuration."
	)
	forms := []string{"UNCOMPRESSED", "GZIP", "ZIP", "Snappy", "HADOOP_SNAPPY"}
	return schema.Rules{
		Replaces: []schema.Replace{{Properties: []string{"name", "destination", "kinesisSourceConfiguration", "mskSourceConfiguration"}, Why: "a stream is its name, made with source and destination"}},
		Computed: []string{"arn", "destinationId", "versionId"},
		Enums: map[string][]string{
			"destination":                               {"elasticsearch", "extended_s3", "http_endpoint", "iceberg", "opensearch", "opensearchserverless", "redshift", "snowflake", "splunk"},
			bucket + "compressionFormat":                forms,
			"serverSideEncryption.keyType":              {"AWS_OWNED_CMK", "CUSTOMER_MANAGED_CMK"},
			search + "s3BackupMode":                     {"AllDocuments", "FailedDocumentsOnly"},
			search + "indexRotationPeriod":              {"NoRotation", "OneHour", "OneDay", "OneWeek", "OneMonth"},
			"extendedS3Configuration.compressionFormat": forms, failed + "compressionFormat": forms,
			http + "s3BackupMode": {"AllData", "FailedDataOnly"}, http + "requestConfiguration.contentEncoding": {"NONE", "GZIP"},
		},
		Ranges: map[string]schema.Range{
			search + "bufferingInterval": {Min: 0, Max: 900}, search + "bufferingSize": {Min: 1, Max: 100}, search + "retryDuration": {Min: 0, Max: 7200},
			bucket + "bufferingInterval": {Min: 0, Max: 900}, bucket + "bufferingSize": {Min: 1, Max: 128},
			http + "bufferingInterval": {Min: 0, Max: 900}, http + "bufferingSize": {Min: 1, Max: 100}, http + "retryDuration": {Min: 0, Max: 7200},
			failed + "bufferingInterval": {Min: 0, Max: 900}, failed + "bufferingSize": {Min: 1, Max: 128},
		},
		Secrets: []string{http + "accessKey"},
		Formats: map[string]schema.Format{
			search + "domainArn": schema.ARN, search + "roleArn": schema.ARN, bucket + "bucketArn": schema.ARN, bucket + "roleArn": schema.ARN, bucket + "kmsKeyArn": schema.ARN,
			"serverSideEncryption.keyArn": schema.ARN,
			http + "roleArn":              schema.ARN, failed + "bucketArn": schema.ARN, failed + "roleArn": schema.ARN, failed + "kmsKeyArn": schema.ARN,
			http + "secretsManagerConfiguration.secretArn": schema.ARN, http + "secretsManagerConfiguration.roleArn": schema.ARN,
		},
		Unsimulated: map[string]string{
			"elasticsearchConfiguration": "", "icebergConfiguration": "", "kinesisSourceConfiguration": "", "mskSourceConfiguration": "",
			"opensearchserverlessConfiguration": "", "redshiftConfiguration": "", "snowflakeConfiguration": "", "splunkConfiguration": "",
		},
	}
}

func firehose() *resource.Kind {
	return &resource.Kind{
		Token: tokFirehose, Service: "Firehose", Noun: "Kinesis Firehose Delivery Stream", CreateOp: "CreateDeliveryStream", UpdateOp: "UpdateDestination", DeleteOp: "DeleteDeliveryStream",
		Naming:     &resource.Naming{Property: "name", Max: 64},
		Rules:      firehoseRules(),
		ForcesWhen: "The interfaces in the VPC are to be elsewhere.",
		Forces: func(old, next resource.Props) []string {
			if fmt.Sprint(old.Obj("opensearchConfiguration")["vpcConfig"]) != fmt.Sprint(next.Obj("opensearchConfiguration")["vpcConfig"]) {
				return []string{"opensearchConfiguration"} // its interfaces stay where they are
			}
			return nil
		},
		Validate: checkFirehose,
		Identify: func(c *resource.Call) error {
			name := c.In.Str("name")
			c.Obj.ARN = fmt.Sprintf("arn:aws:firehose:%s:%s:deliverystream/%s", c.Region, c.Account, name)
			c.Obj.ID = c.Obj.ARN
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("ResourceInUseException", "Firehose %s under accountId %s already exists", name, c.Account)
			}
			if inRegion(c) >= c.Limits["delivery streams per region"] {
				return resource.Faultf("LimitExceededException", "You have already consumed your firehose quota of %d hoses.", c.Limits["delivery streams per region"])
			}
			c.Out("destinationId", "destinationId-000000000001")
			c.Out("versionId", "1")
			return nil
		},
		Apply: applyFirehose,
		Report: func(c *resource.Call) {
			if !c.Creating() {
				c.Out("versionId", fmt.Sprint(versionOf(c.Obj, "versionId")+1))
			}
		},
	}
}

func checkFirehose(v *resource.Validation) {
	if v.In.Known("name") && !regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,64}$`).MatchString(v.In.Str("name")) {
		v.Fail("name", "invalid value for name (must contain letters, digits, _, . and - only, 64 at most): %q", v.In.Str("name"))
	}
	destination := v.In.Str("destination")
	if want, known := firehoseTargets()[destination]; known && !v.In.Has(want) {
		v.Fail(want, "when destination is '%s', %s is required", destination, want)
	}
	for target, name := range firehoseTargets() {
		if known := v.In.Known("destination"); known && v.In.Has(name) && target != destination {
			v.Fail(name, "ValidationException: exactly one destination configuration is supported for a Firehose: %s is not that of destination '%s'", name, destination)
		}
	}
	search := v.In.Obj("opensearchConfiguration")
	if v.In.Known("opensearchConfiguration") && search.Has("domainArn") == search.Has("clusterEndpoint") {
		v.Fail("opensearchConfiguration.domainArn", "%q: only one of `clusterEndpoint,domainArn` can be specified, and one must be", "domainArn")
	}
	if index := search.Str("indexName"); index != "" && (index != strings.ToLower(index) || strings.HasPrefix(index, "_")) {
		v.Fail("opensearchConfiguration.indexName", "InvalidArgumentException: an index name is in lower case and does not begin with _: %q", index)
	}
	checkFirehoseEndpoint(v)
	sse := v.In.Obj("serverSideEncryption")
	if sse.Has("keyArn") != (sse.Str("keyType") == "CUSTOMER_MANAGED_CMK") && v.In.Known("serverSideEncryption") {
		v.Fail("serverSideEncryption.keyArn", "InvalidArgumentException: keyArn is for, and needed with, keyType CUSTOMER_MANAGED_CMK")
	}
}

func applyFirehose(c *resource.Call) error {
	c.Default("arn", c.Obj.ARN)
	search, target := c.In.Obj("opensearchConfiguration"), c.In.Obj("extendedS3Configuration")
	if c.In.Str("destination") == "opensearch" {
		target = search.Obj("s3Configuration")
		if err := checkFirehoseSearch(c, search); err != nil {
			return err
		}
	}
	if http := c.In.Obj("httpEndpointConfiguration"); c.In.Str("destination") == "http_endpoint" {
		target = http.Obj("s3Configuration")
		if err := checkFirehoseSecret(c, http); err != nil {
			return err
		}
	}
	if err := checkFirehoseRole(c, target.Str("roleArn")); err != nil {
		return err
	}
	b := findBucket(c, strings.TrimPrefix(target.Str("bucketArn"), "arn:aws:s3:::"))
	if b == nil {
		return firehoseFault("The bucket %s does not exist", target.Str("bucketArn"))
	}
	if role := roleByARN(c, target.Str("roleArn")); !roleMay(c, role, "s3:PutObject", b.ARN+"/x") {
		return firehoseFault("The role %s is not allowed to write to the bucket %s", target.Str("roleArn"), b.ARN)
	}
	for _, key := range []string{target.Str("kmsKeyArn"), c.In.Obj("serverSideEncryption").Str("keyArn")} {
		if key == "" {
			continue
		}
		if _, err := needKey(c, key); err != nil {
			return resource.Faultf("InvalidKMSResourceException", "The KMS key %s does not exist or cannot be used", key)
		}
	}
	return nil
}

// checkFirehoseRole refuses a role that Firehose cannot assume.
func checkFirehoseRole(c *resource.Call, arn string) error {
	if r := roleByARN(c, arn); r == nil || !trusts(r, "firehose.amazonaws.com") {
		return firehoseFault("Firehose is unable to assume role %s. Please check the role provided.", arn)
	}
	return nil
}

func checkFirehoseSearch(c *resource.Call, search resource.Props) error {
	if err := checkFirehoseRole(c, search.Str("roleArn")); err != nil {
		return err
	}
	if arn := search.Str("domainArn"); arn != "" {
		d := c.Regional(tokSearchDomain, arn)
		if d == nil {
			return firehoseFault("The domain %s does not exist in the region", arn)
		}
		if resource.Props(d.Inputs).Has("vpcOptions") && !search.Has("vpcConfig") {
			return firehoseFault("The domain %s is in a VPC: vpcConfig is needed", arn)
		}
	}
	if !search.Has("vpcConfig") {
		return nil
	}
	vpc := search.Obj("vpcConfig")
	if err := checkFirehoseRole(c, vpc.Str("roleArn")); err != nil {
		return err
	}
	if _, _, wrong := place(c, vpc.Strs("subnetIds"), vpc.Strs("securityGroupIds")); wrong != nil {
		return firehoseFault("The VPC configuration is not valid: %s", wrong)
	}
	if !roleMay(c, roleByARN(c, vpc.Str("roleArn")), "ec2:CreateNetworkInterface", "*") {
		return firehoseFault("The role %s is not allowed to make network interfaces: ec2:CreateNetworkInterface", vpc.Str("roleArn"))
	}
	return nil
}

// checkFirehoseEndpoint refuses a key that is given twice or not at all. Source:
// docs.aws.amazon.com/firehose/latest/APIReference/API_HttpEndpointDestinationConfiguration.html.
func checkFirehoseEndpoint(v *resource.Validation) {
	const at = "httpEndpointConfiguration"
	http := v.In.Obj(at)
	if !v.In.Has(at) || !v.In.Known(at) {
		return
	}
	if url := http.Str("url"); http.Known("url") && !regexp.MustCompile(`^https://.{1,992}$`).MatchString(url) {
		v.Fail(at+".url", "invalid value for url (must be an HTTPS URL): %q", url)
	}
	secret := http.Obj("secretsManagerConfiguration")
	if secret.Bool("enabled") && http.Has("accessKey") {
		v.Fail(at+".accessKey", "InvalidArgumentException: the access key is in the secret of secretsManagerConfiguration: it must not be given here as well")
	}
	if secret.Bool("enabled") && !secret.Has("secretArn") {
		v.Fail(at+".secretsManagerConfiguration.secretArn", "InvalidArgumentException: secretArn is required when secretsManagerConfiguration is enabled")
	}
}

// checkFirehoseSecret refuses an endpoint whose secret its role may not read. Source:
// docs.aws.amazon.com/firehose/latest/dev/using-secrets-manager.html.
func checkFirehoseSecret(c *resource.Call, http resource.Props) error {
	if err := checkFirehoseRole(c, http.Str("roleArn")); err != nil {
		return err
	}
	secret := http.Obj("secretsManagerConfiguration")
	if !secret.Bool("enabled") {
		return nil
	}
	arn, role := secret.Str("secretArn"), secret.Str("roleArn")
	if role == "" {
		role = http.Str("roleArn")
	}
	if _, err := needSecret(c, arn); err != nil {
		return firehoseFault("The secret %s does not exist or cannot be used", arn)
	}
	if err := checkFirehoseRole(c, role); err != nil {
		return err
	}
	if !roleMay(c, roleByARN(c, role), "secretsmanager:GetSecretValue", arn) {
		return firehoseFault("The role %s is not allowed to read the secret %s: secretsmanager:GetSecretValue", role, arn)
	}
	return nil
}
