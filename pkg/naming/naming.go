// Package naming makes every name that the stacks give to something: physical
// names within the limits of the services, stack names and tag sets. Nothing
// else formats a name, so that two places never disagree on one.
//
// Names are API: changing what a function returns replaces or orphans what is
// deployed under the old name.
package naming

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The longest names that the services take, in characters.
const (
	// MaxLoadBalancer is for an ALB or NLB
	// (docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html).
	MaxLoadBalancer = 32
	// MaxTargetGroup is for a target group
	// (docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html).
	MaxTargetGroup = 32
	// MaxBucket is for an S3 bucket
	// (docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
	MaxBucket = 63
	// MaxRole is for an IAM role
	// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
	MaxRole = 64
	// MaxPolicy is for an IAM managed policy (the same page).
	MaxPolicy = 128
	// MaxLogGroup is for a CloudWatch log group
	// (docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html).
	MaxLogGroup = 512
	// MaxKeyAlias is for a KMS alias, the prefix alias/ included
	// (docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html).
	MaxKeyAlias = 256
	// MaxCluster is for an ECS cluster
	// (docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html).
	MaxCluster = 255
	// MaxService is for an ECS service
	// (docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html).
	MaxService = 255
	// MaxTaskFamily is for an ECS task definition
	// (docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html).
	MaxTaskFamily = 255
	// MaxSecurityGroup is for a VPC security group
	// (docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html).
	MaxSecurityGroup = 255
	// MaxDatabase is for an RDS instance or cluster identifier
	// (docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html).
	MaxDatabase = 63
	// MaxCertificateName is for the domain name of an ACM certificate, periods included
	// (docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html).
	MaxCertificateName = 64
	// MaxTagValue is for the value of a tag
	// (docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html).
	MaxTagValue = 256
)

// hashLength is how many base32 characters of the hash a shortened name keeps: 30
// bits, so that a thousand shortened names collide with a chance of 1 in 2,000.
const hashLength = 6

// Physical joins parts with dashes into a name of at most limit characters out of
// a-z, 0-9 and dash. A longer name is cut and ends with a dash and six characters
// of the SHA-256 of the whole name, so that names that differ only behind the cut
// stay different. It fails when there is no part, when a part is empty, holds
// other characters, or begins or ends with a dash, and when limit is under 8.
func Physical(limit int, parts ...string) (string, error) {
	if limit < hashLength+2 {
		return "", fmt.Errorf("name limit %d is too small, want at least %d", limit, hashLength+2)
	}
	if len(parts) == 0 {
		return "", errors.New("a name needs at least one part")
	}
	for i, p := range parts {
		if err := checkPart(p); err != nil {
			return "", fmt.Errorf("part %d of name %q: %w", i+1, strings.Join(parts, "-"), err)
		}
	}
	name := strings.Join(parts, "-")
	if len(name) <= limit {
		return name, nil
	}
	sum := sha256.Sum256([]byte(name))
	hash := strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:hashLength]
	return strings.TrimRight(name[:limit-hashLength-1], "-") + "-" + hash, nil
}

func checkPart(p string) error {
	if p == "" {
		return errors.New("is empty, want lower-case letters, digits and dashes")
	}
	for _, r := range p {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return fmt.Errorf("holds %q, want only lower-case letters, digits and dashes", r)
		}
	}
	if p[0] == '-' || p[len(p)-1] == '-' {
		return fmt.Errorf("%q begins or ends with a dash, want a letter or digit there", p)
	}
	return nil
}

// LoadBalancer returns a load balancer's name. It fails as Physical does, and for
// the prefix internal-, which AWS keeps for itself.
func LoadBalancer(parts ...string) (string, error) {
	name, err := Physical(MaxLoadBalancer, parts...)
	if err != nil {
		return "", fmt.Errorf("load balancer: %w", err)
	}
	if strings.HasPrefix(name, "internal-") {
		return "", fmt.Errorf("load balancer: name %q begins with internal-, which AWS reserves", name)
	}
	return name, nil
}

// TargetGroup returns the name of the target group of a client's service on a port: one
// on another port is another group, made while the first is there. It fails as Physical
// does.
func TargetGroup(client, service string, port int) (string, error) {
	name, err := Physical(MaxTargetGroup, client, service, strconv.Itoa(port))
	if err != nil {
		return "", fmt.Errorf("target group: %w", err)
	}
	return name, nil
}

// Bucket returns the globally unique name <org>-<client>-<region>-<name>. It fails
// as Physical does, and for the prefixes and suffixes that S3 keeps for itself.
func Bucket(org, client, region, name string) (string, error) {
	bucket, err := Physical(MaxBucket, org, client, region, name)
	if err != nil {
		return "", fmt.Errorf("bucket: %w", err)
	}
	for _, p := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		if strings.HasPrefix(bucket, p) {
			return "", fmt.Errorf("bucket: name %q begins with %s, which S3 reserves", bucket, p)
		}
	}
	for _, s := range []string{"-s3alias", "--ol-s3", "--x-s3", "--table-s3"} {
		if strings.HasSuffix(bucket, s) {
			return "", fmt.Errorf("bucket: name %q ends with %s, which S3 reserves", bucket, s)
		}
	}
	return bucket, nil
}

// Role returns the name <client>-<service>-<kind> of an IAM role of a cell, such
// as acme-api-task. It fails as Physical does.
func Role(client, service, kind string) (string, error) {
	name, err := Physical(MaxRole, client, service, kind)
	if err != nil {
		return "", fmt.Errorf("role: %w", err)
	}
	return name, nil
}

// CellRolePath returns the IAM path /cell/<client>/ that all roles of a cell have.
func CellRolePath(client string) string { return "/cell/" + client + "/" }

// CellExtraPolicies returns the IAM path /cell/<client>/extra/ of policies that somebody
// else makes for the roles of a cell's services.
func CellExtraPolicies(client string) string { return CellRolePath(client) + "extra/" }

// CellLogGroup returns the log group /cell/<client>/<service> of a cell's service.
func CellLogGroup(client, service string) string { return "/cell/" + client + "/" + service }

// CellKeyAlias returns the KMS alias alias/cell/<client> of a client's key.
func CellKeyAlias(client string) string { return "alias/cell/" + client }

// CellSecret returns the secret cell/<client>/<name> of a cell in Secrets Manager.
func CellSecret(client, name string) string { return "cell/" + client + "/" + name }

// CellSignInSecrets begins the names, within a cell, of the secrets that its deployments
// read: those by which the cell's sign-in knows the client's own identity provider.
const CellSignInSecrets = "sso/"

// CellParameter returns the parameter /cell/<client>/<name> of a cell in Systems
// Manager.
func CellParameter(client, name string) string { return "/cell/" + client + "/" + name }
