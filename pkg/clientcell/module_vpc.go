package clientcell

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/network"
	"cellworks/pkg/clientcell/vpc"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/ipam"
	"cellworks/pkg/loadbalancer"
	"cellworks/pkg/naming"
	"cellworks/pkg/peering"
	"cellworks/pkg/webacl"
)

// OwnVPC is what a cell with its own VPC takes over from the account's.
type OwnVPC struct {
	// Network and Balancers are what the account configures of its VPC and of its load
	// balancers, by scheme: the cell's own follow them.
	Network   config.BaseNetwork
	Balancers map[config.LoadBalancerScheme]config.UtilityLoadBalancer
	// TrustedAccountIDs and OrganizationID say who may use the endpoints beside the
	// account itself.
	TrustedAccountIDs []string
	OrganizationID    string
	// Provider builds in the account and region, and Peers are the VPCs that reach the
	// cell's, by name.
	Provider pulumi.ProviderResource
	Peers    map[string]peering.Side
}

// planVPC decides the addresses of the cell's own VPC, and reports what the levels below
// lack for it.
func (p *plan) planVPC() error {
	cfg := p.Config
	account, region := cfg.Account.Name, cfg.Region.Name
	var errs []error
	var err error
	if p.vpc, err = ipam.NewVPC(cfg.Account.Slot, cfg.Region.Slot, cfg.Network.VPCSlot); err != nil {
		errs = append(errs, fmt.Errorf("own vpc: %w", err))
	}
	if p.OwnVPC == nil {
		errs = append(errs, errors.New("own vpc: nothing says what it takes over from the account's"))
	}
	if p.Base.LogBuckets[contract.LogsNetwork] == "" || p.Base.PrivateZoneID == "" {
		errs = append(errs, fmt.Errorf("own vpc: base stack of %s in %s publishes no bucket for the logs of networks, or no private zone", account, region))
	}
	if cfg.Vault.Enabled && p.Vault != nil && p.OwnVPC != nil {
		errs = append(errs, p.checkVaultPath())
	}
	return errors.Join(errs...)
}

// checkVaultPath reports servers of Vault in no VPC that the cell's is connected with.
func (p *plan) checkVaultPath() error {
	for _, text := range p.Vault.ServerCIDRs {
		block, err := netip.ParsePrefix(text)
		if err != nil {
			return fmt.Errorf("servers of Vault: %w", err)
		}
		within := func(s peering.Side) bool { return s.CIDR.Bits() <= block.Bits() && s.CIDR.Contains(block.Addr()) }
		if !slices.ContainsFunc(slices.Collect(maps.Values(p.OwnVPC.Peers)), within) {
			return fmt.Errorf("own vpc: it is connected with no VPC that servers of Vault in %s are in", block)
		}
	}
	return nil
}

// planBalancers reports what the account lacks for load balancers of the cell's own, of
// the schemes that its services are exposed on.
func (p *plan) planBalancers() error {
	account, region := p.Config.Account.Name, p.Config.Region.Name
	var errs []error
	for _, scheme := range p.schemes() {
		ok := false
		if p.OwnVPC != nil {
			_, ok = p.OwnVPC.Balancers[scheme]
		}
		if !ok || p.ECS.CertificateARN == "" || p.ECS.WebACLARNs[scheme] == "" || p.Base.LogBuckets[contract.LogsLoadBalancer] == "" {
			stack := naming.ProjectUtility + "/" + naming.StackUtility(account, region, config.ApplicationECS)
			errs = append(errs, fmt.Errorf("own %s load balancer: %s in %s has no certificate, web ACL or bucket for one: bring stack %s up first (cellctl up %s)", scheme, account, region, stack, stack))
		}
		p.balancers[scheme] = contract.LoadBalancer{}.Outputs() // not made yet
	}
	return errors.Join(errs...)
}

// schemes returns the load balancers that services are exposed on, in order.
func (p *plan) schemes() []config.LoadBalancerScheme {
	found := map[config.LoadBalancerScheme]bool{}
	for _, service := range p.services {
		if scheme := p.scheme(service); scheme != "" {
			found[scheme] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// addVPC builds the cell's own VPC and its load balancers, and points the site at them.
func (c *Cell) addVPC(s *site) (network.Args, error) {
	cfg, own := s.Config, s.OwnVPC
	s.namespaceName = naming.CellServiceZone(cfg.Client, naming.ServiceZone(cfg.Region.Name, cfg.Account.Name, s.Domain))
	made, err := vpc.New(s.ctx, s.name, vpc.Args{
		Client:             cfg.Client,
		AccountID:          cfg.Account.ID,
		Region:             cfg.Region.Name,
		VPC:                s.vpc,
		Zones:              cfg.Region.Zones,
		Config:             cfg.Network,
		EgressPorts:        own.Network.EgressPorts,
		TrustedAccountIDs:  own.TrustedAccountIDs,
		OrganizationID:     own.OrganizationID,
		FlowLogs:           own.Network.FlowLogs,
		QueryLogs:          own.Network.QueryLogs,
		LogBucket:          s.Base.LogBuckets[contract.LogsNetwork],
		PrivateZoneID:      s.Base.PrivateZoneID,
		Namespace:          s.namespaceName,
		Provider:           own.Provider,
		Peers:              own.Peers,
		DeletionProtection: cfg.DeletionProtection,
	}, s.child)
	if err != nil {
		return network.Args{}, err
	}
	c.VPC = made
	maps.Copy(c.outputs, made.Outputs())
	s.namespaceID, s.ownNamespace = made.NamespaceID, true
	for _, scheme := range s.schemes() {
		if s.balancers[scheme], err = s.addBalancer(scheme, made); err != nil {
			return network.Args{}, err
		}
	}
	args := s.networkArgs()
	args.VPCID, args.AppSubnetIDs, args.DataSubnetIDs = made.ID, made.SubnetIDs[ipam.App], made.SubnetIDs[ipam.Data]
	args.EndpointGroupID, args.PrefixListIDs, args.Ready = made.EndpointGroupID, made.PrefixListIDs, []pulumi.Resource{made}
	return args, nil
}

// addBalancer builds a load balancer in the cell's own VPC, behind the account's web ACL
// and with the certificate that covers the names of every cell: target groups, and with
// them listeners, are in one VPC.
func (s *site) addBalancer(scheme config.LoadBalancerScheme, in *vpc.VPC) (contract.LoadBalancerOutputs, error) {
	tier, settings := ipam.App, s.OwnVPC.Balancers[scheme]
	tasks, err := ipam.AppTiers(s.Config.Account.Slot, s.Config.Region.Slot)
	if err != nil {
		return contract.LoadBalancerOutputs{}, err
	}
	if scheme == config.Public {
		tier, tasks = ipam.Public, nil
	}
	name := s.name + "-" + string(scheme)
	balancer, err := loadbalancer.New(s.ctx, name, loadbalancer.Args{
		VPCID:              in.ID,
		SubnetIDs:          in.SubnetIDs[tier],
		TargetCIDR:         s.vpc.Tier(ipam.App),
		Internal:           scheme == config.Internal,
		AllowedCIDRs:       settings.AllowedCIDRs,
		TaskCIDRs:          tasks,
		SignIn:             settings.SignIn,
		IdleTimeoutSeconds: settings.IdleTimeoutSeconds,
		CertificateARN:     pulumi.String(s.ECS.CertificateARN),
		LogBucket:          s.Base.LogBuckets[contract.LogsLoadBalancer],
		DependsOn:          []pulumi.Resource{in},
		DeletionProtection: s.Config.DeletionProtection,
	}, s.child)
	if err != nil {
		return contract.LoadBalancerOutputs{}, err
	}
	if err := webacl.PutBefore(s.ctx, name, s.ECS.WebACLARNs[scheme], balancer.ARN, s.child); err != nil {
		return contract.LoadBalancerOutputs{}, err
	}
	return contract.LoadBalancerOutputs{
		ARN: balancer.ARN, DNSName: balancer.DNSName, ZoneID: balancer.ZoneID, SecurityGroupID: balancer.SecurityGroupID, ListenerARN: balancer.ListenerARN,
	}, nil
}
