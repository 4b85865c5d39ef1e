package network

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// isDomain reports whether name is a host name of RFC 1123 in lower case.
func isDomain(name string) bool {
	const maxLength = 253 // RFC 1035, without the trailing dot
	return len(name) <= maxLength &&
		regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`).MatchString(name)
}

// addDHCP gives the hosts of the VPC their search domain. The name server stays
// that of AWS: any other breaks the private names of endpoints.
func (n *Network) addDHCP(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	if n.args.SearchDomain == "" {
		return nil
	}
	options, err := ec2.NewVpcDhcpOptions(ctx, n.name, &ec2.VpcDhcpOptionsArgs{
		DomainName:        pulumi.String(n.args.SearchDomain),
		DomainNameServers: pulumi.StringArray{pulumi.String("AmazonProvidedDNS")},
		Tags:              nameTag(n.name),
	}, child)
	if err != nil {
		return err
	}
	_, err = ec2.NewVpcDhcpOptionsAssociation(ctx, n.name, &ec2.VpcDhcpOptionsAssociationArgs{
		VpcId:         n.VPCID,
		DhcpOptionsId: options.ID(),
	}, child)
	return err
}
