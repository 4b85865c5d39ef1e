package aws

import (
	"slices"
	"strings"
)

// The types of VPC endpoint that the simulated cloud has.
const (
	gatewayEndpoint   = "Gateway"
	interfaceEndpoint = "Interface"
)

// gatewayServices have a gateway endpoint besides the one with interfaces.
// Source: docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html.
func gatewayServices() []string { return []string{"s3", "dynamodb"} }

// interfaceServices are services that the simulated regions offer through interfaces, by the part of their name after
// the region. They are not told apart by region. Source: docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-access.html.
func interfaceServices() []string {
	return strings.Fields(`
		access-analyzer acm-pca application-autoscaling appmesh-envoy-management aps aps-workspaces athena
		auditmanager autoscaling autoscaling-plans backup backup-gateway batch bedrock bedrock-runtime cassandra
		cloudformation cloudhsmv2 cloudtrail codeartifact.api codeartifact.repositories codebuild codecommit codedeploy
		codepipeline comprehend config datasync dms dynamodb ebs ec2 ec2messages ecr.api ecr.dkr ecs ecs-agent
		ecs-telemetry eks eks-auth elasticache elasticbeanstalk elasticfilesystem elasticloadbalancing elasticmapreduce
		email-smtp emr-containers events evidently execute-api fis firehose fsx git-codecommit glue grafana guardduty
		guardduty-data inspector2 kafka kendra kinesis-firehose kinesis-streams kms lakeformation lambda logs macie2
		monitoring mq notifications pipes polly qldb.session rds rds-data redshift redshift-data
		rekognition s3 sagemaker.api sagemaker.runtime scheduler secretsmanager securityhub servicecatalog
		servicediscovery sns sqs ssm ssm-contacts ssm-incidents ssmmessages states storagegateway sts synthetics textract
		transcribe transfer transfer.server wafv2 workspaces xray`)
}

// endpointService is the service that the name of an endpoint service of a region stands for, with the types of
// endpoint that it has; none when the region has no such service.
func endpointService(name, region string) (service string, types []string) {
	service, ok := strings.CutPrefix(name, "com.amazonaws."+region+".")
	if !ok {
		return "", nil
	}
	if slices.Contains(gatewayServices(), service) {
		types = append(types, gatewayEndpoint)
	}
	if slices.Contains(interfaceServices(), service) {
		types = append(types, interfaceEndpoint)
	}
	return service, types
}

// endpointDomain is the name that an interface endpoint with private DNS answers to in its VPC.
func endpointDomain(service, region string) string {
	// Source: the PrivateDnsName of DescribeVpcEndpointServices.
	special := map[string]string{
		"ecr.api": "api.ecr", "ecr.dkr": "dkr.ecr", "codeartifact.api": "codeartifact", "codeartifact.repositories": "d.codeartifact",
		"kinesis-firehose": "firehose", "kinesis-streams": "kinesis", "sagemaker.api": "api.sagemaker", "sagemaker.runtime": "runtime.sagemaker",
		"elasticfilesystem": "elasticfilesystem", "ecs-agent": "ecs-a", "ecs-telemetry": "ecs-t", "transfer.server": "server.transfer",
	}
	if domain, ok := special[service]; ok {
		service = domain
	}
	return service + "." + region + ".amazonaws.com"
}

// prefixListOf is the managed prefix list of a service in a region.
func prefixListOf(service, region string) string { return "pl-" + shortHash(service+region, 8) }

// addressesOf are blocks of a service that has a prefix list, as the list of us-east-1 begins.
func addressesOf(service string) []any {
	return map[string][]any{
		"s3":       {"54.231.0.0/16", "52.216.0.0/15"},
		"dynamodb": {"52.94.0.0/22", "52.119.224.0/20"},
	}[service]
}
