package access

import (
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// cellVPC is what a cell with its own VPC has beside that of other cells.
func cellVPC() map[string]service {
	return map[string]service{
		"ec2": {
			create: []string{
				"CreateFlowLogs", "CreateInternetGateway", "CreateNatGateway", "CreateRouteTable", "CreateVpc", "CreateVpcEndpoint", "CreateVpcPeeringConnection",
			},
			manage: []string{
				"AcceptVpcPeeringConnection", "AttachInternetGateway", "CreateFlowLogs", "CreateNatGateway", "CreateRoute", "CreateRouteTable", "CreateVpcEndpoint", "DeleteFlowLogs",
				"DeleteInternetGateway", "DeleteNatGateway", "DeleteRoute", "DeleteRouteTable", "DeleteVpc", "DeleteVpcEndpoints", "DeleteVpcPeeringConnection",
				"DetachInternetGateway", "ModifyVpcAttribute", "ModifyVpcEndpoint", "ModifyVpcPeeringConnectionOptions", "ReplaceRoute",
			},
		},
		"elasticloadbalancing": {
			create: []string{"CreateListener", "CreateLoadBalancer"},
			manage: []string{"CreateListener", "DeleteListener", "DeleteLoadBalancer", "ModifyListener*", "ModifyLoadBalancer*", "SetIpAddressType", "SetSecurityGroups", "SetSubnets", "SetWebACL"},
		},
		"route53resolver": {
			create: []string{"CreateResolverQueryLogConfig"},
			manage: []string{"AssociateResolverQueryLogConfig", "DeleteResolverQueryLogConfig", "DisassociateResolverQueryLogConfig"},
			tag:    []string{"TagResource"}, untag: []string{"UntagResource"}, read: []string{"Get*", "List*"},
		},
		"servicediscovery": {
			create: []string{"CreatePrivateDnsNamespace"}, manage: []string{"DeleteNamespace", "UpdatePrivateDnsNamespace"},
		},
	}
}

// cellVPCByName is what tags do not decide.
func (a Args) cellVPCByName() []iampolicy.Statement {
	requested := "aws:RequestTag/" + naming.TagCell
	zones := naming.ARN(a.Region, "route53", "", "", "hostedzone/*")
	statements := []iampolicy.Statement{
		iampolicy.Allow("TagNewNetwork", "ec2:CreateTags").On(a.arn("ec2", "*")).
			If("StringLike", requested, "?*").
			If("StringEquals", "ec2:CreateAction", "CreateFlowLogs", "CreateInternetGateway", "CreateNatGateway", "CreateRouteTable", "CreateVpc", "CreateVpcEndpoint", "CreateVpcPeeringConnection"),
		// What AWS makes with a VPC, and a request of another account, come without tags: they
		// are taken over once. The account's own are taken over by the base project.
		iampolicy.Allow("TakeOver", "ec2:CreateTags").
			On(a.arn("ec2", "network-acl/*"), a.arn("ec2", "route-table/*"), a.arn("ec2", "security-group/*"), a.arn("ec2", "vpc-peering-connection/*")).
			If("StringLike", requested, "?*").
			If("Null", "aws:ResourceTag/"+naming.TagProject, "true"),
		iampolicy.Allow("SealDefaults", "ec2:DeleteNetworkAclEntry", "ec2:DeleteRoute", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress").
			On(a.arn("ec2", "network-acl/*"), a.arn("ec2", "route-table/*"), a.arn("ec2", "security-group/*")).
			If("Null", "aws:ResourceTag/"+naming.TagProject, "true"),
		// Whoever asks; the VPC that is asked for must be a cell's.
		iampolicy.Allow("Accept", "ec2:AcceptVpcPeeringConnection").On(a.arn("ec2", "vpc-peering-connection/*")),
		// Zones of Cloud Map and of endpoints, as for the utility project, and the account's
		// own for a cell's VPC. A zone that is made with a VPC is private.
		iampolicy.Allow("NamespaceZones", "route53:AssociateVPCWithHostedZone", "route53:CreateHostedZone", "route53:DisassociateVPCFromHostedZone").On("*").
			If("Null", "route53:VPCs", "false"),
		iampolicy.Allow("DeleteZones", "route53:DeleteHostedZone").On(zones),
		// The web ACLs of the account's load balancers. A load balancer has no tags that AWS
		// WAF looks at; elasticloadbalancing:SetWebACL, which it asks for too, has.
		iampolicy.Allow("ProtectBalancers", "wafv2:AssociateWebACL", "wafv2:DisassociateWebACL").
			On(a.arn("elasticloadbalancing", "loadbalancer/app/*"), a.arn("wafv2", "regional/webacl/cells-*/*")),
	}
	if a.Connects {
		statements = append(statements, a.connectCells()...)
	}
	return statements
}

// connectCells are the account's side of a connection with a cell's own VPC: the
// connection, which carries the client's tag, routes to it in the private tables, and its
// right to resolve the private zone. No condition says where a route leads.
func (a Args) connectCells() []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Allow("AskForCells", "ec2:CreateVpcPeeringConnection").On(a.arn("ec2", "vpc/*")),
		iampolicy.Allow("RouteToCells", "ec2:CreateRoute", "ec2:DeleteRoute", "ec2:ReplaceRoute").On(a.arn("ec2", "route-table/*")).
			If("StringLike", "aws:ResourceTag/Name", naming.BaseNetwork+"-app-*", naming.BaseNetwork+"-data-*", naming.BaseNetwork+"-intra"),
		iampolicy.Allow("NamesForCells", "route53:CreateVPCAssociationAuthorization", "route53:DeleteVPCAssociationAuthorization").
			On(naming.ARN(a.Region, "route53", "", "", "hostedzone/*")),
	}
}
