package aws

import (
	"fmt"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func queryLog() *resource.Kind {
	return &resource.Kind{
		Token: tokQueryLog, Service: "Route53Resolver", Noun: "Route53 Resolver Query Log Config",
		CreateOp: "CreateResolverQueryLogConfig", UpdateOp: "TagResource", DeleteOp: "DeleteResolverQueryLogConfig",
		Naming: &resource.Naming{Property: "name", Max: 64},
		Rules: schema.Rules{
			Immutable: "Route 53 Resolver has no call that changes a configuration",
			Mutable:   []string{"tags"},
			Lengths:   map[string]schema.Range{"name": {Min: 1, Max: 64}},
			Formats:   map[string]schema.Format{"destinationArn": schema.ARN},
		},
		Validate: func(v *resource.Validation) {
			name := v.In.Str("name")
			if v.In.Known("name") && (!regexp.MustCompile(`^[0-9A-Za-z_' -]+$`).MatchString(name) || regexp.MustCompile(`^[0-9]+$`).MatchString(name)) {
				v.Fail("name", "invalid value for name (must contain letters, digits, spaces, _, - and ' only, and not digits alone)")
			}
		},
		Identify: func(c *resource.Call) error {
			if inRegion(c) >= c.Limits["query log configurations per region"] {
				return resource.Faultf("LimitExceededException", "The account has reached the limit of query logging configurations: %d", c.Limits["query log configurations per region"])
			}
			c.Obj.ID = "rqlc-" + c.Hex("query log", 16)
			c.Obj.ARN = fmt.Sprintf("arn:aws:route53resolver:%s:%s:resolver-query-log-config/%s", c.Region, c.Account, c.Obj.ID)
			c.Out("ownerId", c.Account)
			c.Out("shareStatus", "NOT_SHARED")
			return nil
		},
		Apply: checkQueryLogTarget,
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokQueryLogAssociation)) > 0 {
				return resource.Faultf("InvalidRequestException", "Please disassociate all the VPCs from the query logging configuration %s before deleting it", c.Obj.ID)
			}
			return nil
		},
	}
}

// checkQueryLogTarget checks where the log goes: a log group of the region or a bucket.
func checkQueryLogTarget(c *resource.Call) error {
	arn := c.In.Str("destinationArn")
	group, isGroup := strings.CutPrefix(strings.TrimSuffix(arn, ":*"), fmt.Sprintf("arn:aws:logs:%s:%s:log-group:", c.Region, c.Account))
	path, isBucket := strings.CutPrefix(arn, "arn:aws:s3:::")
	name, _, _ := strings.Cut(path, "/")
	switch {
	case isGroup && c.Regional(tokLogGroup, group) != nil, isBucket && findBucket(c, name) != nil:
		return nil
	case isGroup, isBucket:
		return resource.Faultf("InvalidParameterException", "The destination %s does not exist", arn)
	case strings.HasPrefix(arn, "arn:aws:firehose:"):
		return fmt.Errorf("the simulated cloud does not simulate delivery to Firehose")
	}
	return resource.Faultf("InvalidParameterException", "The destination %s is neither a log group of %s in account %s, nor a bucket, nor a delivery stream", arn, c.Region, c.Account)
}

func queryLogAssociation() *resource.Kind {
	return &resource.Kind{
		Token: tokQueryLogAssociation, Service: "Route53Resolver", Noun: "Route53 Resolver Query Log Config Association",
		CreateOp: "AssociateResolverQueryLogConfig", UpdateOp: "AssociateResolverQueryLogConfig", DeleteOp: "DisassociateResolverQueryLogConfig",
		Rules: schema.Rules{Immutable: "an association is one configuration and one VPC"},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "rqlca-" + c.Hex("query log association", 16)
			return nil
		},
		Apply: func(c *resource.Call) error {
			id, vpcID := c.In.Str("resolverQueryLogConfigId"), c.In.Str("resourceId")
			config := c.Regional(tokQueryLog, id)
			if config == nil {
				return resource.Faultf("ResourceNotFoundException", "The query logging configuration '%s' does not exist", id)
			}
			if c.Regional(tokVPC, vpcID) == nil {
				return resource.Faultf("InvalidParameterException", "The VPC '%s' does not exist", vpcID)
			}
			if c.Tx.CountReferrers(config.Key, tokQueryLogAssociation) >= c.Limits["VPCs per query log configuration"] {
				return resource.Faultf("LimitExceededException", "The query logging configuration has reached the limit of VPC associations: %d", c.Limits["VPCs per query log configuration"])
			}
			if !c.Claim("query-log/" + id + "/" + vpcID) {
				return resource.Faultf("ResourceExistsException", "The VPC '%s' is already associated with the query logging configuration '%s'", vpcID, id)
			}
			return nil
		},
	}
}
