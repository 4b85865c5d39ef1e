package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// defaultFlowFormat is the record of version 2.
const defaultFlowFormat = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}"

// flowFields are the fields of a record. Source: docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html.
func flowFields() []string {
	return strings.Fields(`
		version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
		vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id
		pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path ecs-cluster-arn ecs-cluster-name
		ecs-container-instance-arn ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name
		ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason resource-id encryption-status`)
}

const (
	toLogGroup = "cloud-watch-logs"
	toBucket   = "s3"
)

func flowLog() *resource.Kind {
	return &resource.Kind{
		Token: tokFlowLog, Service: "EC2", Noun: "Flow Log", CreateOp: "CreateFlowLogs", UpdateOp: "CreateTags", DeleteOp: "DeleteFlowLogs",
		Rules: schema.Rules{
			Immutable: "EC2 has no call that changes a flow log",
			Mutable:   []string{"tags"},
			Computed:  []string{"logDestination", "logFormat", "logGroupName"},
			Defaults:  map[string]any{"logDestinationType": toLogGroup, "maxAggregationInterval": float64(600)},
			Enums: map[string][]string{
				"logDestinationType":            {toLogGroup, toBucket, "kinesis-data-firehose"},
				"trafficType":                   {"ACCEPT", "REJECT", "ALL"},
				"destinationOptions.fileFormat": {"plain-text", "parquet"},
			},
			Formats:    map[string]schema.Format{"iamRoleArn": schema.ARN, "logDestination": schema.ARN},
			Conflicts:  [][]string{{"logDestination", "logGroupName"}},
			ExactlyOne: [][]string{{"vpcId", "subnetId"}},
			Unsimulated: map[string]string{
				"eniId": "", "transitGatewayId": "", "transitGatewayAttachmentId": "", "deliverCrossAccountRole": "",
			},
		},
		Validate: checkFlowLog,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "fl-0" + c.Hex("flow log", 16)
			c.Obj.ARN = ec2ARN(c, "vpc-flow-log", c.Obj.ID)
			return nil
		},
		Apply: applyFlowLog,
		Report: func(c *resource.Call) {
			c.Out("logDestination", strings.TrimSuffix(prop(c.Obj, "logDestination"), ":*"))
		},
	}
}

func checkFlowLog(v *resource.Validation) {
	if n := v.In.Int("maxAggregationInterval"); v.In.Known("maxAggregationInterval") && n != 60 && n != 600 {
		v.Fail("maxAggregationInterval", "expected maxAggregationInterval to be one of [60 600], got %d", n)
	}
	if v.In.Str("logDestinationType") == "kinesis-data-firehose" {
		v.Fail("logDestinationType", "the simulated cloud does not simulate delivery to Firehose")
	}
}

func applyFlowLog(c *resource.Call) error {
	what := c.In.Str("vpcId") + c.In.Str("subnetId")
	if id := c.In.Str("vpcId"); id != "" && c.Regional(tokVPC, id) == nil {
		return resource.Faultf("InvalidVpcId.NotFound", "The Vpc Id %s does not exist", id)
	}
	if id := c.In.Str("subnetId"); id != "" && c.Regional(tokSubnet, id) == nil {
		return resource.Faultf("InvalidSubnetId.NotFound", "The subnet ID '%s' does not exist", id)
	}
	if c.In.Str("trafficType") == "" {
		return resource.Faultf("MissingParameter", "The request must contain the parameter TrafficType")
	}
	if err := checkFlowFormat(c.In.Str("logFormat")); err != nil {
		return err
	}
	c.Default("logFormat", defaultFlowFormat)
	deliver := flowToLogGroup
	if c.In.Str("logDestinationType") == toBucket {
		deliver = flowToBucket
	}
	if err := deliver(c); err != nil {
		return err
	}
	c.Release()
	claim := fmt.Sprintf("flow-log/%s/%s/%s/%s/%s/%v/%v", c.Account, c.Region, what, prop(c.Obj, "logDestination")+c.In.Str("logDestination"),
		c.In.Str("trafficType"), c.Eff("logFormat"), c.In.Int("maxAggregationInterval"))
	if !c.Claim(claim) {
		return resource.Faultf("FlowLogAlreadyExists", "Error. There is an existing Flow Log with the same configuration and log destination.")
	}
	return nil
}

func checkFlowFormat(format string) error {
	if format == "" {
		return nil
	}
	var unknown []string
	rest := regexp.MustCompile(`\$\{([^}]*)\}`).ReplaceAllStringFunc(format, func(field string) string {
		if name := field[2 : len(field)-1]; !slices.Contains(flowFields(), name) {
			unknown = append(unknown, name)
		}
		return ""
	})
	switch {
	case len(unknown) > 0:
		return resource.Faultf("InvalidParameter", "Unknown fields provided: %s", strings.Join(unknown, ", "))
	case strings.TrimSpace(rest) != "" || rest == format:
		return resource.Faultf("InvalidParameter", "Invalid LogFormat %q: want fields such as ${srcaddr}, separated by spaces", format)
	}
	return nil
}

// flowToLogGroup checks delivery to CloudWatch Logs. The group itself is made by the delivery when there is none.
func flowToLogGroup(c *resource.Call) error {
	prefix := fmt.Sprintf("arn:aws:logs:%s:%s:log-group:", c.Region, c.Account)
	name := c.In.Str("logGroupName")
	if arn := c.In.Str("logDestination"); arn != "" {
		rest, ok := strings.CutPrefix(strings.TrimSuffix(arn, ":*"), prefix)
		if !ok || rest == "" {
			return resource.Faultf("InvalidParameter", "Invalid LogDestination: %s is not the ARN of a log group in %s of account %s", arn, c.Region, c.Account)
		}
		name = rest
	}
	if name == "" {
		return resource.Faultf("InvalidParameter", "LogGroupName can't be empty")
	}
	if c.In.Has("destinationOptions") {
		return resource.Faultf("InvalidParameter", "DestinationOptions is not applicable for cloud-watch-logs delivery")
	}
	role := c.In.Str("iamRoleArn")
	if role == "" {
		return resource.Faultf("InvalidParameter", "DeliverLogsPermissionArn can't be empty")
	}
	if r := roleByARN(c, role); r == nil || !trusts(r, "vpc-flow-logs.amazonaws.com") {
		return resource.Faultf("InvalidParameter", "Unable to assume given IAM role: '%s'", role)
	}
	c.Default("logGroupName", name)
	c.Default("logDestination", prefix+name)
	return nil
}

// flowToBucket checks delivery to S3. Who owns the bucket may let the delivery write its policy; another account's must
// allow it already.
func flowToBucket(c *resource.Call) error {
	if c.In.Str("iamRoleArn") != "" {
		return resource.Faultf("InvalidParameter", "DeliverLogsPermissionArn is not applicable for s3 delivery")
	}
	arn := c.In.Str("logDestination")
	if arn == "" {
		return resource.Faultf("InvalidParameter", "LogDestination can't be empty if LogGroupName is not provided")
	}
	path, ok := strings.CutPrefix(arn, "arn:aws:s3:::")
	name, _, _ := strings.Cut(path, "/")
	if !ok || name == "" {
		return resource.Faultf("InvalidParameter", "Invalid LogDestination: %s is not the ARN of a bucket", arn)
	}
	b := findBucket(c, name)
	if b == nil {
		return resource.Faultf("LogDestinationNotFoundException", "LogDestination: %s does not exist.", name)
	}
	write := newServiceCall(c, "delivery.logs.amazonaws.com", "s3:PutObject", strings.TrimSuffix(arn, "/")+"/AWSLogs/"+c.Account+"/vpcflowlogs/"+c.Region+"/x.log.gz",
		fmt.Sprintf("arn:aws:logs:%s:%s:log-delivery", c.Region, c.Account))
	if b.Account != c.Account && !write.allowedBy(bucketPolicyOf(c, b)) {
		return resource.Faultf("LogDestinationPermissionIssueException", "Access Denied for LogDestination: %s. Please check LogDestination permission", name)
	}
	c.Default("logGroupName", "")
	return nil
}
