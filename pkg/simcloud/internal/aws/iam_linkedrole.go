package aws

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// linkedRoles are the names of the roles of services, by service. Source: the services' pages that
// docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html leads to.
func linkedRoles() map[string]string {
	roles := map[string]string{}
	for service, name := range map[string]string{
		"access-analyzer": "AccessAnalyzer", "agentless.inspector2": "AmazonInspector2Agentless", "autoscaling": "AutoScaling",
		"backup": "Backup", "batch": "Batch", "cloudtrail": "CloudTrail", "config": "Config", "config-conforms": "ConfigConforms",
		"config-multiaccountsetup": "ConfigMultiAccountSetup", "delivery.logs": "LogDelivery",
		"dynamodb.application-autoscaling": "ApplicationAutoScaling_DynamoDBTable", "ecs": "ECS",
		"ecs.application-autoscaling": "ApplicationAutoScaling_ECSService", "eks": "AmazonEKS", "eks-nodegroup": "AmazonEKSNodegroup",
		"elasticache": "ElastiCache", "elasticfilesystem": "AmazonElasticFileSystem", "elasticloadbalancing": "ElasticLoadBalancing",
		"es": "AmazonElasticsearchService", "guardduty": "AmazonGuardDuty", "inspector2": "AmazonInspector2", "macie": "AmazonMacie",
		"malware-protection.guardduty": "AmazonGuardDutyMalwareProtection", "opensearchservice": "AmazonOpenSearchService",
		"ops.apigateway": "APIGateway", "organizations": "Organizations", "pullthroughcache.ecr": "ECRPullThroughCache",
		"ram": "ResourceAccessManager", "rds": "RDS", "rds.application-autoscaling": "ApplicationAutoScaling_RDSCluster",
		"replication.ecr": "ECRReplication", "route53resolver": "Route53Resolver", "securityhub": "SecurityHub", "spot": "EC2Spot",
		"spotfleet": "EC2SpotFleet", "ssm": "AmazonSSM", "transitgateway": "VPCTransitGateway", "wafv2": "WAFV2Logging",
	} {
		roles[service+".amazonaws.com"] = "AWSServiceRoleFor" + name
	}
	return roles
}

// linkedRolePath is in the ARN of every role that is a service's.
const linkedRolePath = ":role/aws-service-role/"

// suffixedServices may have several roles in an account, told apart by a suffix.
func suffixedServices() []string { return []string{"autoscaling.amazonaws.com"} }

func linkedRole() *resource.Kind {
	return &resource.Kind{
		Token: tokLinkedRole, Service: "IAM", Noun: "IAM Service Linked Role",
		CreateOp: "CreateServiceLinkedRole", UpdateOp: "UpdateRole", DeleteOp: "DeleteServiceLinkedRole",
		Global: true,
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"awsServiceName", "customSuffix"}, Why: "they are the role's name"}},
			Lengths:  map[string]schema.Range{"description": {Min: 0, Max: 1000}, "customSuffix": {Min: 1, Max: 64}},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("awsServiceName") && !strings.Contains(v.In.Str("awsServiceName"), ".") {
				v.Fail("awsServiceName", "invalid value for awsServiceName (must be a full service hostname e.g. elasticbeanstalk.amazonaws.com)")
			}
		},
		Identify: identifyLinkedRole,
		Apply: func(c *resource.Call) error {
			name := prop(c.Obj, "name")
			c.Tx.Put(&store.Object{
				Key: roleKey(c, name), ARN: c.Obj.ARN, Created: c.Obj.Created, Refs: []store.Key{c.Obj.Key},
				Names: []string{roleName(c.Account, name), uniqueIDName(prop(c.Obj, "uniqueId"))},
				Outputs: map[string]any{
					"name": name, "arn": c.Obj.ARN, "path": prop(c.Obj, "path"), "uniqueId": prop(c.Obj, "uniqueId"),
					"assumeRolePolicy": fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":%q},"Action":"sts:AssumeRole"}]}`, c.In.Str("awsServiceName")),
				},
			})
			return nil
		},
		Remove: func(c *resource.Call) error {
			key := roleKey(c, prop(c.Obj, "name"))
			if users := resource.UsersOf(c.Tx, key); len(users) > 0 {
				return fmt.Errorf("waiting for IAM Service Linked Role (%s) delete: unexpected state 'FAILED', wanted target 'SUCCEEDED'. last error: the role is in use by %s", c.Obj.ID, users[0].ID)
			}
			c.Tx.Delete(key)
			return nil
		},
	}
}

// roleKey is that of the role as everything else sees it.
func roleKey(c *resource.Call, name string) store.Key {
	return store.Key{Type: tokRole, Account: c.Account, Region: resource.Global, ID: name}
}

// roleName is claimed by the role of a name, in any case of letters.
func roleName(account, name string) string { return "role/" + account + "/" + strings.ToLower(name) }

func identifyLinkedRole(c *resource.Call) error {
	service, suffix := c.In.Str("awsServiceName"), c.In.Str("customSuffix")
	name, known := linkedRoles()[service]
	if !known {
		return iamFault("InvalidInput", "Cannot find Service Linked Role template for %s", service)
	}
	if suffix != "" {
		if !slices.Contains(suffixedServices(), service) {
			return iamFault("InvalidInput", "Custom suffix is not allowed for %s", service)
		}
		name += "_" + suffix
	}
	if _, taken := c.Tx.Owner(roleName(c.Account, name)); taken {
		return iamFault("InvalidInput", "Service role name %s has been taken in this account, please try a different suffix.", name)
	}
	path := "/aws-service-role/" + service + "/"
	c.Obj.ARN = fmt.Sprintf("arn:aws:iam::%s:role%s%s", c.Account, path, name)
	c.Obj.ID = c.Obj.ARN
	c.Out("name", name)
	c.Out("path", path)
	c.Out("uniqueId", iamID(c, "AROA"))
	c.Out("createDate", c.Now.Format(time.RFC3339))
	return nil
}
