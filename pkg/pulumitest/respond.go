package pulumitest

import (
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// respond returns the id and outputs of a resource: its inputs, an ARN, and the
// computed outputs that the components read. They are recognizable, not
// realistic: what a cloud really answers is the simulated cloud's business.
func respond(token, name string, inputs resource.PropertyMap) (string, resource.PropertyMap) {
	id := name + "-id"
	outputs := inputs.Copy()
	set := func(key, value string) {
		if _, given := outputs[resource.PropertyKey(key)]; !given {
			outputs[resource.PropertyKey(key)] = resource.NewProperty(value)
		}
	}
	set("arn", "arn:aws:"+service(token)+":us-east-1:111122223333:"+name)
	set("name", name)
	switch token {
	case "datadog:index/monitor:Monitor":
		id = strconv.Itoa(int(number(name)))
	case "aws:ec2/vpc:Vpc":
		set("defaultNetworkAclId", name+"-default-acl")
		set("defaultRouteTableId", name+"-default-rtb")
		set("defaultSecurityGroupId", name+"-default-sg")
	case "aws:ec2/vpcEndpoint:VpcEndpoint":
		set("prefixListId", "pl-"+name)
	case "aws:ec2/launchTemplate:LaunchTemplate":
		outputs["latestVersion"] = resource.NewProperty(1.0)
	case "aws:ecr/repository:Repository":
		set("repositoryUrl", "111122223333.dkr.ecr.us-east-1.amazonaws.com/"+outputs["name"].StringValue())
	case "aws:opensearch/domain:Domain":
		set("endpoint", "vpc-"+name+".us-east-1.es.amazonaws.com")
	case "aws:lb/loadBalancer:LoadBalancer":
		set("dnsName", name+".elb.amazonaws.com")
		set("zoneId", name+"-zone")
	case "aws:route53/zone:Zone":
		set("zoneId", id)
		outputs["nameServers"] = resource.NewProperty([]resource.PropertyValue{resource.NewProperty("ns-1.awsdns-00.com")})
	case "aws:route53/record:Record":
		outputs["fqdn"] = outputs["name"]
	case "aws:acm/certificate:Certificate":
		outputs["domainValidationOptions"] = resource.NewProperty([]resource.PropertyValue{
			resource.NewProperty(resource.PropertyMap{
				"domainName":          outputs["domainName"],
				"resourceRecordName":  resource.NewProperty("_proof." + name),
				"resourceRecordType":  resource.NewProperty("CNAME"),
				"resourceRecordValue": resource.NewProperty("_proof.acm-validations.aws"),
			}),
		})
	default:
		respondService(token, name, outputs)
	}
	return id, outputs
}

// service returns the service of a type token: ec2 of aws:ec2/vpc:Vpc.
func service(token string) string {
	_, rest, _ := strings.Cut(token, ":")
	name, _, _ := strings.Cut(rest, "/")
	return name
}
