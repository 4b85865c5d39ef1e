package trail

import "strings"

// Watch is one kind of event in the trail that raises an alarm. The patterns are
// those that Security Hub compares letter by letter
// (docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html).
type Watch struct {
	// Name is part of the names of the alarm's resources; it never changes.
	Name string
	// Metric is the name of the metric that counts the events.
	Metric string
	// Section is that of CIS AWS Foundations 1.4.0.
	Section string
	// Control is Security Hub's, which evaluates the section.
	Control string
	// Title says what has happened when the alarm is raised.
	Title string
	// Pattern is the filter that finds the events in the log group.
	Pattern string
}

// Watches returns what raises an alarm: sections 4.1 to 4.14 of CIS AWS
// Foundations 1.4.0, in their order. Section 4.15, changes of the organization, is
// left out: only the trail of the organization's management account has them.
func Watches() []Watch {
	return append([]Watch{
		{"unauthorized-calls", "UnauthorizedCalls", "4.1", "CloudWatch.2", "A call was refused for lack of permission",
			`{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}`},
		{"sign-in-without-mfa", "SignInWithoutMFA", "4.2", "CloudWatch.3", "A user signed in to the console without a second factor",
			`{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }`},
		{"root-use", "RootUse", "4.3", "CloudWatch.1", "The root user was used",
			`{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}`},
		{"iam-changes", "IAMPolicyChanges", "4.4", "CloudWatch.4", "A policy of IAM was changed or attached",
			calls("iam.amazonaws.com", "DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy", "PutGroupPolicy", "PutRolePolicy", "PutUserPolicy",
				"CreatePolicy", "DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion", "AttachRolePolicy", "DetachRolePolicy",
				"AttachUserPolicy", "DetachUserPolicy", "AttachGroupPolicy", "DetachGroupPolicy")},
		{"trail-changes", "TrailChanges", "4.5", "CloudWatch.5", "A trail was changed",
			calls("", "CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging")},
		{"sign-in-failures", "SignInFailures", "4.6", "CloudWatch.6", "Signing in to the console failed",
			`{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}`},
		{"key-removals", "KeyRemovals", "4.7", "CloudWatch.7", "A key was disabled or scheduled for deletion",
			calls("kms.amazonaws.com", "DisableKey", "ScheduleKeyDeletion")},
		{"bucket-changes", "BucketPolicyChanges", "4.8", "CloudWatch.8", "The access to a bucket was changed",
			calls("s3.amazonaws.com", "PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle", "PutBucketReplication",
				"DeleteBucketPolicy", "DeleteBucketCors", "DeleteBucketLifecycle", "DeleteBucketReplication")},
		{"recorder-changes", "RecorderChanges", "4.9", "CloudWatch.9", "AWS Config was stopped or changed",
			calls("config.amazonaws.com", "StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel", "PutConfigurationRecorder")},
	}, networkWatches()...)
}

// networkWatches are the sections on the network.
func networkWatches() []Watch {
	return []Watch{
		{"security-group-changes", "SecurityGroupChanges", "4.10", "CloudWatch.10", "A security group was changed",
			calls("", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress",
				"CreateSecurityGroup", "DeleteSecurityGroup")},
		{"network-acl-changes", "NetworkACLChanges", "4.11", "CloudWatch.11", "A network ACL was changed",
			calls("", "CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry", "ReplaceNetworkAclEntry",
				"ReplaceNetworkAclAssociation")},
		{"gateway-changes", "GatewayChanges", "4.12", "CloudWatch.12", "An Internet or customer gateway was changed",
			calls("", "CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway", "DeleteInternetGateway",
				"DetachInternetGateway")},
		{"route-changes", "RouteTableChanges", "4.13", "CloudWatch.13", "A route table was changed",
			calls("ec2.amazonaws.com", "CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation", "DeleteRouteTable",
				"DeleteRoute", "DisassociateRouteTable")},
		{"vpc-changes", "VPCChanges", "4.14", "CloudWatch.14", "A VPC or a peering connection was changed",
			calls("", "CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection", "CreateVpcPeeringConnection",
				"DeleteVpcPeeringConnection", "RejectVpcPeeringConnection", "AttachClassicLinkVpc", "DetachClassicLinkVpc",
				"DisableVpcClassicLink", "EnableVpcClassicLink")},
	}
}

// calls returns the pattern of calls by name; of one service, if source is given.
func calls(source string, names ...string) string {
	called := make([]string, 0, len(names))
	for _, name := range names {
		called = append(called, "($.eventName="+name+")")
	}
	pattern := strings.Join(called, " || ")
	if source != "" {
		pattern = "($.eventSource=" + source + ") && (" + pattern + ")"
	}
	return "{" + pattern + "}"
}
