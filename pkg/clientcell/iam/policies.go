package iam

import (
	"maps"
	"slices"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// trustPolicy lets ECS, on behalf of this account's clusters in this region
// only, assume the role.
func (a Args) trustPolicy() iampolicy.Document {
	return iampolicy.NewDocument(
		iampolicy.Allow("AssumeByTasks", "sts:AssumeRole").By(iampolicy.ByService("ecs-tasks.amazonaws.com")).
			If("StringEquals", "aws:SourceAccount", a.AccountID).
			If("ArnLike", "aws:SourceArn", naming.ARN(a.Region, "ecs", a.Region, a.AccountID, "*")),
	)
}

// executionPolicy lets ECS write the cell's logs, pull the services' images from
// the private repositories that they name and GuardDuty's agent, read exactly the secrets
// that they name, and do what modules need to start tasks.
func (a Args) executionPolicy(keyARN string) iampolicy.Document {
	groups := naming.ARN(a.Region, "logs", a.Region, a.AccountID, "log-group:"+naming.CellLogGroup(a.Client, "*"))
	statements := []iampolicy.Statement{
		iampolicy.Allow("WriteLogs", "logs:CreateLogStream", "logs:PutLogEvents").On(groups),
	}
	if len(a.Services) > 0 {
		statements = append(statements,
			// The API has no resource-level permission.
			iampolicy.Allow("Login", "ecr:GetAuthorizationToken").On("*"),
			iampolicy.Allow("PullImages", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer").
				On(append(a.repositories(), a.runtimeAgent())...),
		)
	}
	return iampolicy.NewDocument(slices.Concat(statements, a.readSecrets(keyARN), a.Starting)...)
}

// readSecrets returns what reading the cell's secrets takes. The ARN of a secret of
// Secrets Manager ends with a dash and six characters that it gets on creation; a
// longer wildcard would match names that begin alike.
func (a Args) readSecrets(keyARN string) []iampolicy.Statement {
	secrets, parameters := map[string]bool{}, map[string]bool{}
	for _, ref := range a.Secrets {
		if ref.Store == config.ParameterStore {
			parameters[naming.ARN(a.Region, "ssm", a.Region, a.AccountID, "parameter"+naming.CellParameter(a.Client, ref.Name))] = true
		} else {
			secrets[naming.ARN(a.Region, "secretsmanager", a.Region, a.AccountID, "secret:"+naming.CellSecret(a.Client, ref.Name)+"-??????")] = true
		}
	}
	var statements []iampolicy.Statement
	var services []string
	if len(secrets) > 0 {
		statements = append(statements, iampolicy.Allow("ReadSecrets", "secretsmanager:GetSecretValue").On(slices.Sorted(maps.Keys(secrets))...))
		services = append(services, "secretsmanager."+a.Region+".amazonaws.com")
	}
	if len(parameters) > 0 {
		statements = append(statements, iampolicy.Allow("ReadParameters", "ssm:GetParameters").On(slices.Sorted(maps.Keys(parameters))...))
		services = append(services, "ssm."+a.Region+".amazonaws.com")
	}
	if len(services) > 0 {
		statements = append(statements, iampolicy.Allow("DecryptSecrets", "kms:Decrypt").On(keyARN).If("StringEquals", "kms:ViaService", services...))
	}
	return statements
}

// runtimeAgent returns the repository of the agent that GuardDuty puts beside every
// task on Fargate. It is in an account of AWS that differs from region to region
// (docs.aws.amazon.com/guardduty/latest/ug/prereq-runtime-monitoring-ecs-support.html);
// the wildcard gives nothing away, since another account's repository would have to
// let the cell in as well.
func (a Args) runtimeAgent() string {
	return naming.ARN(a.Region, "ecr", a.Region, "*", "repository/aws-guardduty-agent-fargate")
}

// repositories returns the ARNs of the private repositories of the images.
func (a Args) repositories() []string {
	arns := map[string]bool{}
	for _, image := range slices.AppendSeq(slices.Clone(a.SideCars), maps.Values(a.Services)) {
		if arn, ok := naming.PrivateRepository(image); ok {
			arns[arn] = true
		}
	}
	return slices.Sorted(maps.Keys(arns))
}

// taskPolicy lets a service use the cell's key, its buckets and what modules grant.
func (a Args) taskPolicy(service, keyARN string) iampolicy.Document {
	statements := []iampolicy.Statement{
		iampolicy.Allow("UseKey", "kms:Decrypt", "kms:GenerateDataKey").On(keyARN),
	}
	if len(a.Buckets) > 0 {
		var buckets, objects []string
		for _, bucket := range a.Buckets {
			arn := naming.ARN(a.Region, "s3", "", "", bucket)
			buckets, objects = append(buckets, arn), append(objects, arn+"/*")
		}
		statements = append(statements,
			iampolicy.Allow("ListBuckets", "s3:GetBucketLocation", "s3:ListBucket").On(buckets...),
			iampolicy.Allow("UseObjects", "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject").On(objects...),
		)
	}
	return iampolicy.NewDocument(slices.Concat(statements, a.Grants, a.GrantsOf[service])...)
}
