package access_test

import (
	"testing"

	"cellworks/pkg/naming"
)

// vpcNeeds are the calls for a cell's own VPC, without the hub's side of a connection.
func vpcNeeds() map[string][]need {
	fresh, own := with("aws:RequestTag/cell", "acme"), with("aws:ResourceTag/cell", "acme")
	tagged := func(action string) map[string]string {
		return with("aws:RequestTag/cell", "acme", "ec2:CreateAction", action)
	}
	made := func(kind, create, remove string, more ...string) []need {
		return []need{
			{arn("ec2", kind+"/*"), fresh, []string{"ec2:" + create}},
			{arn("ec2", kind+"/x-1"), tagged(create), []string{"ec2:CreateTags"}},
			{arn("ec2", kind+"/x-1"), own, append([]string{"ec2:" + remove, "ec2:CreateTags", "ec2:DeleteTags"}, more...)},
		}
	}
	vpc, table, subnet, address, group := arn("ec2", "vpc/vpc-1"), arn("ec2", "route-table/rtb-1"), arn("ec2", "subnet/subnet-1"), arn("ec2", "elastic-ip/eipalloc-1"), arn("ec2", "security-group/sg-1")
	link, zone := arn("ec2", "vpc-peering-connection/pcx-1"), "arn:aws:route53:::hostedzone/Z1"
	balancer, listener, acl := arn("elasticloadbalancing", "loadbalancer/app/acme-public/1"), arn("elasticloadbalancing", "listener/app/acme-public/1/2"), arn("wafv2", "regional/webacl/cells-public-1/2")
	queries := arn("route53resolver", "resolver-query-log-config/rqlc-1")
	delivery := need{"*", nil, []string{"logs:CreateLogDelivery", "logs:DeleteLogDelivery"}}
	return map[string][]need{
		"aws:ec2/vpc:Vpc": made("vpc", "CreateVpc", "DeleteVpc", "ec2:ModifyVpcAttribute"),
		"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
			{group, nil, []string{"ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"}},
			{group, fresh, []string{"ec2:CreateTags"}},
		},
		"aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": {
			{arn("ec2", "network-acl/acl-1"), nil, []string{"ec2:DeleteNetworkAclEntry"}},
			{arn("ec2", "network-acl/acl-1"), fresh, []string{"ec2:CreateTags"}},
		},
		"aws:ec2/defaultRouteTable:DefaultRouteTable": {{table, nil, []string{"ec2:DeleteRoute"}}, {table, fresh, []string{"ec2:CreateTags"}}},
		"aws:ec2/internetGateway:InternetGateway": append(made("internet-gateway", "CreateInternetGateway", "DeleteInternetGateway", "ec2:AttachInternetGateway", "ec2:DetachInternetGateway"),
			need{vpc, own, []string{"ec2:AttachInternetGateway", "ec2:DetachInternetGateway"}}),
		"aws:ec2/natGateway:NatGateway": append(made("natgateway", "CreateNatGateway", "DeleteNatGateway"),
			need{address, own, []string{"ec2:CreateNatGateway"}}, need{subnet, own, []string{"ec2:CreateNatGateway"}}),
		"aws:ec2/routeTable:RouteTable": append(made("route-table", "CreateRouteTable", "DeleteRouteTable"), need{vpc, own, []string{"ec2:CreateRouteTable"}}),
		"aws:ec2/route:Route":           {{table, own, []string{"ec2:CreateRoute", "ec2:ReplaceRoute", "ec2:DeleteRoute"}}},
		"aws:ec2/vpcEndpoint:VpcEndpoint": append(made("vpc-endpoint", "CreateVpcEndpoint", "DeleteVpcEndpoints", "ec2:ModifyVpcEndpoint"),
			need{vpc, own, []string{"ec2:CreateVpcEndpoint"}}, need{table, own, []string{"ec2:CreateVpcEndpoint", "ec2:ModifyVpcEndpoint"}},
			need{subnet, own, []string{"ec2:CreateVpcEndpoint"}}, need{group, own, []string{"ec2:CreateVpcEndpoint"}}),
		"aws:ec2/flowLog:FlowLog": append(made("vpc-flow-log", "CreateFlowLogs", "DeleteFlowLogs"), need{vpc, own, []string{"ec2:CreateFlowLogs"}}, delivery),
		"aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": {
			{"*", fresh, []string{"route53resolver:CreateResolverQueryLogConfig", "route53resolver:TagResource"}},
			{queries, own, []string{"route53resolver:DeleteResolverQueryLogConfig", "route53resolver:GetResolverQueryLogConfig", "route53resolver:UntagResource"}}, delivery,
		},
		"aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": {
			{queries, own, []string{"route53resolver:AssociateResolverQueryLogConfig", "route53resolver:DisassociateResolverQueryLogConfig", "route53resolver:GetResolverQueryLogConfigAssociation"}},
		},
		"aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {
			{"*", fresh, []string{"servicediscovery:CreatePrivateDnsNamespace", "servicediscovery:TagResource"}},
			{arn("servicediscovery", "namespace/ns-1"), own, []string{"servicediscovery:UpdatePrivateDnsNamespace", "servicediscovery:DeleteNamespace"}},
			{"*", with("route53:VPCs", "VPCId=vpc-1,VPCRegion=us-east-1"), []string{"route53:CreateHostedZone", "route53:AssociateVPCWithHostedZone"}},
			{zone, nil, []string{"route53:GetHostedZone", "route53:DeleteHostedZone"}},
		},
		"aws:route53/zoneAssociation:ZoneAssociation": {
			{zone, with("route53:VPCs", "VPCId=vpc-1,VPCRegion=us-east-1"), []string{"route53:AssociateVPCWithHostedZone", "route53:DisassociateVPCFromHostedZone"}},
		},
		"aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": {
			{link, nil, []string{"ec2:AcceptVpcPeeringConnection"}}, {vpc, own, []string{"ec2:AcceptVpcPeeringConnection"}}, {link, fresh, []string{"ec2:CreateTags"}},
		},
		"aws:ec2/peeringConnectionOptions:PeeringConnectionOptions": {{link, own, []string{"ec2:ModifyVpcPeeringConnectionOptions"}}},
		"aws:lb/loadBalancer:LoadBalancer": {
			{balancer, fresh, []string{"elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:AddTags"}},
			{balancer, own, []string{"elasticloadbalancing:ModifyLoadBalancerAttributes", "elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets", "elasticloadbalancing:DeleteLoadBalancer"}},
			{iamResource("role/aws-service-role/elasticloadbalancing.amazonaws.com/x"), with("iam:AWSServiceName", "elasticloadbalancing.amazonaws.com"), []string{"iam:CreateServiceLinkedRole"}},
		},
		"aws:lb/listener:Listener": {
			{balancer, fresh, []string{"elasticloadbalancing:CreateListener"}}, {listener, fresh, []string{"elasticloadbalancing:AddTags"}},
			{listener, own, []string{"elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyListenerAttributes", "elasticloadbalancing:DeleteListener"}},
		},
		"aws:wafv2/webAclAssociation:WebAclAssociation": {
			{acl, with("aws:ResourceTag/"+naming.TagProject, naming.ProjectUtility), []string{"wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"}},
			{balancer, nil, []string{"wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"}}, {balancer, own, []string{"elasticloadbalancing:SetWebACL"}},
			{"*", nil, []string{"wafv2:GetWebACLForResource"}},
		},
		// The hub's side, which only the role of a hub may make.
		"aws:ec2/vpcPeeringConnection:VpcPeeringConnection":                   {{link, own, []string{"ec2:DeleteVpcPeeringConnection"}}, {arn("ec2", "vpc-peering-connection/*"), fresh, []string{"ec2:CreateVpcPeeringConnection"}}},
		"aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization": {{zone, nil, []string{"route53:ListVPCAssociationAuthorizations"}}},
	}
}

// TestOnlyHubsAreConnectedByCells holds what the role of cells may do to the account's own
// VPC: in a hub it adds the hub's side of a connection, elsewhere nothing.
func TestOnlyHubsAreConnectedByCells(t *testing.T) {
	t.Parallel()
	base := func(name string) map[string]string {
		return with("aws:ResourceTag/Name", name, "aws:ResourceTag/"+naming.TagProject, naming.ProjectBase, "aws:PrincipalTag/cell", "acme")
	}
	table, link := arn("ec2", "route-table/rtb-1"), arn("ec2", "vpc-peering-connection/pcx-1")
	for _, hub := range []bool{false, true} {
		a := args()
		a.Connects = hub
		recording, _ := record(t, a)
		texts := ofRole(recording, "pulumi-cell")
		decides := func(n need, want bool) {
			for _, action := range n.actions {
				if allowed, _ := decide(t, texts, request{action: action, resource: n.resource, keys: n.keys}); allowed != want {
					t.Errorf("hub %v: may %s on %s with %v is %v, want %v", hub, action, n.resource, n.keys, allowed, want)
				}
			}
		}
		decides(need{arn("ec2", "vpc/vpc-1"), base("network"), []string{"ec2:CreateVpcPeeringConnection"}}, hub)
		for _, name := range []string{"network-app-use1-az1", "network-data-use1-az1", "network-intra"} {
			decides(need{table, base(name), []string{"ec2:CreateRoute", "ec2:ReplaceRoute", "ec2:DeleteRoute"}}, hub)
		}
		decides(need{"arn:aws:route53:::hostedzone/Z1", nil, []string{"route53:CreateVPCAssociationAuthorization", "route53:DeleteVPCAssociationAuthorization"}}, hub)
		never := []need{
			{table, base("network-public"), []string{"ec2:CreateRoute"}},
			{table, base("network-default-sealed"), []string{"ec2:DeleteRoute", "ec2:CreateTags"}},
			{arn("ec2", "vpc/vpc-1"), base("network"), []string{"ec2:DeleteVpc", "ec2:ModifyVpcAttribute", "ec2:AcceptVpcPeeringConnection", "ec2:CreateRouteTable"}},
			{link, base("ops-us-east-1-prod-us-east-1"), []string{"ec2:DeleteVpcPeeringConnection", "ec2:ModifyVpcPeeringConnectionOptions", "ec2:CreateTags"}},
			{arn("ec2", "security-group/sg-1"), base("network-default-sealed"), []string{"ec2:RevokeSecurityGroupEgress", "ec2:CreateTags"}},
			{arn("elasticloadbalancing", "loadbalancer/app/cells-public/1"), with("aws:ResourceTag/"+naming.TagProject, naming.ProjectUtility), []string{"elasticloadbalancing:SetWebACL", "elasticloadbalancing:DeleteLoadBalancer"}},
			{arn("ec2", "network-interface/eni-1"), with("aws:RequestTag/cell", "acme"), []string{"ec2:CreateTags"}},
			{arn("ec2", "vpc/vpc-2"), with("aws:ResourceTag/cell", "birch", "aws:PrincipalTag/cell", "acme"), []string{"ec2:DeleteVpc", "ec2:AcceptVpcPeeringConnection"}},
		}
		for _, n := range never {
			decides(n, false)
		}
	}
}
