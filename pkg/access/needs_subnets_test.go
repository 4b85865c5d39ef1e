package access_test

import (
	"testing"

	"cellworks/pkg/naming"
)

// subnetNeeds are the calls for a cell's own subnets. The account's VPC, its route tables
// and its default network ACL are the base's.
func subnetNeeds() map[string][]need {
	fresh, own := with("aws:RequestTag/cell", "acme"), with("aws:ResourceTag/cell", "acme")
	base := func(name string) map[string]string {
		return with("aws:ResourceTag/Name", name, "aws:ResourceTag/"+naming.TagProject, naming.ProjectBase)
	}
	tagged := func(action string) map[string]string {
		return with("aws:RequestTag/cell", "acme", "ec2:CreateAction", action)
	}
	subnet, acl, vpc, table := arn("ec2", "subnet/subnet-1"), arn("ec2", "network-acl/acl-1"), arn("ec2", "vpc/vpc-1"), arn("ec2", "route-table/rtb-1")
	return map[string][]need{
		"aws:ec2/subnet:Subnet": {
			{arn("ec2", "subnet/*"), fresh, []string{"ec2:CreateSubnet"}},
			{vpc, base("network"), []string{"ec2:CreateSubnet"}},
			{subnet, tagged("CreateSubnet"), []string{"ec2:CreateTags"}},
			{subnet, own, []string{"ec2:ModifySubnetAttribute", "ec2:DeleteSubnet", "ec2:CreateTags", "ec2:DeleteTags"}},
			{"*", nil, []string{"ec2:DescribeSubnets", "ec2:DescribeVpcs"}},
		},
		"aws:ec2/routeTableAssociation:RouteTableAssociation": {
			{subnet, own, []string{"ec2:AssociateRouteTable", "ec2:DisassociateRouteTable", "ec2:ReplaceRouteTableAssociation"}},
			{table, base("network-app-use1-az1"), []string{"ec2:AssociateRouteTable", "ec2:DisassociateRouteTable", "ec2:ReplaceRouteTableAssociation"}},
			{table, base("network-data-use1-az1"), []string{"ec2:AssociateRouteTable"}},
			{"*", nil, []string{"ec2:DescribeRouteTables"}},
		},
		"aws:ec2/networkAcl:NetworkAcl": {
			{arn("ec2", "network-acl/*"), fresh, []string{"ec2:CreateNetworkAcl"}},
			{vpc, base("network"), []string{"ec2:CreateNetworkAcl"}},
			{acl, tagged("CreateNetworkAcl"), []string{"ec2:CreateTags"}},
			// A new network ACL has no entries; the provider looks for some to remove.
			{acl, own, []string{"ec2:CreateNetworkAclEntry", "ec2:DeleteNetworkAclEntry", "ec2:ReplaceNetworkAclEntry", "ec2:ReplaceNetworkAclAssociation", "ec2:DeleteNetworkAcl", "ec2:DeleteTags"}},
			{subnet, own, []string{"ec2:ReplaceNetworkAclAssociation"}},
			{arn("ec2", "network-acl/acl-default"), base("network-default-sealed"), []string{"ec2:ReplaceNetworkAclAssociation"}},
			{"*", nil, []string{"ec2:DescribeNetworkAcls"}},
		},
	}
}

func TestRoleOfCellsLeavesTheNetworkOfTheAccountAlone(t *testing.T) {
	t.Parallel()
	recording, _ := record(t, args())
	texts := ofRole(recording, "pulumi-cell")
	base := func(name string) map[string]string {
		return with("aws:ResourceTag/Name", name, "aws:ResourceTag/"+naming.TagProject, naming.ProjectBase)
	}
	subnet, acl, table := arn("ec2", "subnet/subnet-1"), arn("ec2", "network-acl/acl-1"), arn("ec2", "route-table/rtb-1")
	for _, n := range []need{
		{subnet, base("network-app-use1-az1"), []string{"ec2:DeleteSubnet", "ec2:ModifySubnetAttribute", "ec2:AssociateRouteTable", "ec2:DisassociateRouteTable", "ec2:ReplaceNetworkAclAssociation"}},
		{acl, base("network-app"), []string{"ec2:CreateNetworkAclEntry", "ec2:DeleteNetworkAclEntry", "ec2:ReplaceNetworkAclEntry", "ec2:ReplaceNetworkAclAssociation", "ec2:DeleteNetworkAcl"}},
		{acl, base("network-default-sealed"), []string{"ec2:CreateNetworkAclEntry", "ec2:ReplaceNetworkAclEntry"}},
		{table, base("network-public"), []string{"ec2:AssociateRouteTable"}},
		{table, base("network-app-use1-az1"), []string{"ec2:CreateRoute", "ec2:ReplaceRoute", "ec2:DeleteRoute", "ec2:DeleteRouteTable"}},
		{subnet, with("aws:RequestTag/project", "cell"), []string{"ec2:CreateSubnet"}},
	} {
		for _, action := range n.actions {
			if allowed, _ := decide(t, texts, request{action: action, resource: n.resource, keys: n.keys}); allowed {
				t.Errorf("a deployment of cells may %s on %s with %v", action, n.resource, n.keys)
			}
		}
	}
}
