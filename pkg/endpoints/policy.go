package endpoints

import (
	"fmt"
	"slices"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// maxPolicy is the length of an endpoint policy
// (docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html).
const maxPolicy = 20480

// hasPolicy reports whether an interface endpoint takes a policy. ECS documents
// policies for its API only (docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html);
// the endpoints of its agent serve nothing but registered instances.
func hasPolicy(service string) bool {
	return !slices.Contains([]string{"ecs-agent", "ecs-telemetry"}, service)
}

// gatewayPolicy returns the policy of a gateway endpoint: only the organization's
// own principals pass, so that nobody inside the VPC copies data with the
// credentials of an account of their own.
func (a Args) gatewayPolicy(service string) (string, error) {
	key, values := a.accounts()
	if a.OrganizationID != "" {
		key, values = "aws:PrincipalOrgID", []string{a.OrganizationID}
	}
	statements := admitting(service+":*", key, values)
	if service == "s3" {
		statements = append(statements, iampolicy.Allow("ReadBucketsOfAWS", "s3:GetObject").By(iampolicy.ByEveryone()).On(a.bucketsOfAWS()...))
	}
	return text(service, statements)
}

// interfacePolicy returns the policy of every interface endpoint.
func (a Args) interfacePolicy() (string, error) {
	key, values := a.accounts()
	return text("interface", admitting("*", key, values))
}

// accounts returns the condition that holds for the principals of the accounts.
func (a Args) accounts() (key string, values []string) {
	return "aws:PrincipalAccount", slices.Concat([]string{a.AccountID}, a.TrustedAccountIDs)
}

// admitting returns statements that let principals through for whom a condition
// holds, and services of AWS that act in the VPC on the account's behalf.
func admitting(action, key string, values []string) []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Allow("OwnPrincipals", action).By(iampolicy.ByEveryone()).On("*").If("StringEquals", key, values...),
		iampolicy.Allow("ServicesOfAWS", action).By(iampolicy.ByEveryone()).On("*").If("Bool", "aws:PrincipalIsAWSService", "true"),
	}
}

// bucketsOfAWS returns the objects of the buckets of AWS that hosts read without
// credentials of the account, or with none: the layers of images in ECR
// (docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html), the
// packages of Amazon Linux 2 and 2023
// (docs.aws.amazon.com/linux/al2023/ug/al2023-vpc-endpoint.html), and what the
// agent of Systems Manager fetches
// (docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html).
// The buckets of Patch Manager end in 9 characters that differ by region, those of
// its snapshots in 8 or in none
// (docs.aws.amazon.com/systems-manager/latest/userguide/patch-operations-s3-buckets.html).
func (a Args) bucketsOfAWS() []string {
	var objects []string
	for _, format := range []string{
		"prod-%s-starport-layer-bucket",
		"amazonlinux-2-repos-%s",
		"al2023-repos-%s-de612dc2",
		"aws-ssm-%s",
		"amazon-ssm-%s",
		"amazon-ssm-packages-%s",
		"%s-birdwatcher-prod",
		"aws-ssm-distributor-file-%s",
		"aws-ssm-document-attachments-%s",
		"aws-patch-manager-%s-?????????",
		"patch-baseline-snapshot-%s",
		"patch-baseline-snapshot-%s-????????",
	} {
		objects = append(objects, naming.ARN(a.Region, "s3", "", "", fmt.Sprintf(format, a.Region)+"/*"))
	}
	return objects
}

// text returns the policy of the statements.
func text(what string, statements []iampolicy.Statement) (string, error) {
	policy, err := iampolicy.NewDocument(statements...).JSON()
	if err != nil {
		return "", fmt.Errorf("policy of %s: %w", what, err)
	}
	if len(policy) > maxPolicy {
		return "", fmt.Errorf("policy of %s: %d characters are too many, want at most %d: trust fewer accounts", what, len(policy), maxPolicy)
	}
	return policy, nil
}
