package base

import (
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/contract"
	"cellworks/pkg/dns"
	"cellworks/pkg/endpoints"
	"cellworks/pkg/ipam"
	"cellworks/pkg/logbuckets"
	"cellworks/pkg/naming"
	"cellworks/pkg/network"
	"cellworks/pkg/networkacl"
	"cellworks/pkg/networklogs"
)

// region is the network of the region with its names.
type region struct {
	network   *network.Network
	endpoints *endpoints.Endpoints
	zone      *dns.Zone
	private   *dns.PrivateZone
}

// network builds the region's VPC, its endpoints, zones and logs.
func (s *stack) network(ctx *pulumi.Context, archive *logbuckets.LogBuckets) (*region, error) {
	cfg := s.cfg
	private := naming.PrivateZone(cfg.Region.Name, cfg.Account.Name, s.org.Domain)
	args := network.Args{
		VPC:                s.vpc,
		Zones:              cfg.Region.Zones,
		NAT:                cfg.Network.NAT,
		EgressPorts:        cfg.Network.EgressPorts,
		Peers:              networkacl.Peers{Hub: s.isHub, Hubs: s.hubBlocks(), Cells: s.cells, Senders: cfg.Network.SFTPCIDRs},
		DeletionProtection: cfg.DeletionProtection,
	}
	if cfg.Network.SearchPrivateZone {
		args.SearchDomain = private
	}
	r := &region{}
	var err error
	if r.network, err = network.New(ctx, naming.BaseNetwork, args, s.provider); err != nil {
		return nil, err
	}
	if r.endpoints, err = endpoints.New(ctx, "endpoints", endpoints.Args{
		VPCID:             r.network.VPCID,
		VPCCIDR:           s.vpc.CIDR(),
		Region:            cfg.Region.Name,
		AccountID:         cfg.Account.ID,
		TrustedAccountIDs: s.otherAccountIDs(),
		OrganizationID:    cfg.Access.OrganizationID,
		Config:            cfg.Network.Endpoints,
		SubnetIDs:         r.network.SubnetIDs[ipam.Intra],
		RouteTableIDs:     r.network.Tables(ipam.App, ipam.Data, ipam.Intra),
	}, s.provider); err != nil {
		return nil, err
	}
	if r.zone, err = dns.New(ctx, "dns", dns.Args{Domain: naming.Zone(cfg.Region.Name, cfg.Account.Name, s.org.Domain)}, s.provider); err != nil {
		return nil, err
	}
	if r.private, err = dns.NewPrivate(ctx, "private", dns.PrivateArgs{Domain: private, VPCID: r.network.VPCID}, s.provider); err != nil {
		return nil, err
	}
	bucket := archive.Buckets[contract.LogsNetwork]
	_, err = networklogs.New(ctx, "networklogs", networklogs.Args{
		VPCID:     r.network.VPCID,
		BucketARN: bucket.ARN,
		FlowLogs:  cfg.Network.FlowLogs,
		QueryLogs: cfg.Network.QueryLogs,
		DependsOn: []pulumi.Resource{bucket.Policy},
	}, s.provider)
	return r, err
}

func (s *stack) hubBlocks() []netip.Prefix {
	var blocks []netip.Prefix
	for _, hub := range s.hubs {
		blocks = append(blocks, hub.CIDR())
	}
	return blocks
}

// otherAccountIDs returns the ids of the organization's other accounts.
func (s *stack) otherAccountIDs() []string {
	var ids []string
	for _, account := range s.org.Accounts {
		if account.ID != s.cfg.Account.ID {
			ids = append(ids, account.ID)
		}
	}
	return ids
}

// publish fills in what the contract says of the network.
func (r *region) publish(s *stack, outputs *contract.BaseOutputs) {
	tiers := pulumi.StringMap{}
	for _, tier := range ipam.Tiers() {
		tiers[string(tier)] = pulumi.String(s.vpc.Tier(tier).String())
	}
	outputs.VPCID = r.network.VPCID
	outputs.VPCCIDR = pulumi.String(s.vpc.CIDR().String())
	outputs.TierCIDRs = tiers
	outputs.SubnetIDs = r.network.SubnetIDMap()
	outputs.SubnetCIDRs = r.network.SubnetCIDRMap()
	outputs.RouteTableIDs = r.network.RouteTableIDMap()
	outputs.EndpointSecurityGroupID = r.endpoints.SecurityGroupID
	outputs.PrefixListIDs = r.endpoints.PrefixListIDMap()
	outputs.ZoneID = r.zone.ID
	outputs.ZoneName = r.zone.Domain
	outputs.PrivateZoneID = r.private.ID
	outputs.PrivateZoneName = r.private.Domain
}
