package aws

import (
	"fmt"
	"net/netip"

	"cellworks/pkg/simcloud/internal/resource"
)

// mappedSubnets are the subnets of a load balancer's mappings.
func mappedSubnets(in resource.Props) (ids []string) {
	for _, m := range in.Objs("subnetMappings") {
		ids = append(ids, m.Str("subnetId"))
	}
	return ids
}

// checkMappings refuses addresses that a load balancer of its kind does not take.
func checkMappings(v *resource.Validation) {
	for i, m := range v.In.Objs("subnetMappings") {
		path := fmt.Sprintf("subnetMappings[%d]", i)
		address, allocation := m.Str("privateIpv4Address"), m.Str("allocationId")
		if address == "" && allocation == "" {
			continue
		}
		if addr, err := netip.ParseAddr(address); address != "" && (err != nil || !addr.Is4()) {
			v.Fail(path+".privateIpv4Address", "expected privateIpv4Address to contain a valid IPv4 address, got: %s", address)
		}
		switch internal := v.In.Bool("internal"); {
		case !isNetwork(v.In) && v.In.Known("loadBalancerType"):
			v.Fail(path, "ValidationError: Addresses of subnets can only be specified for network load balancers")
		case address != "" && !internal:
			v.Fail(path+".privateIpv4Address", "ValidationError: A private IPv4 address can only be specified for an internal load balancer")
		case allocation != "" && internal:
			v.Fail(path+".allocationId", "InvalidConfigurationRequest: You cannot specify an Elastic IP address for an internal load balancer")
		}
	}
}

// checkMappedAddresses checks that the addresses that a network load balancer is to have are there and free.
func checkMappedAddresses(c *resource.Call) error {
	for _, m := range c.In.Objs("subnetMappings") {
		s := c.Regional(tokSubnet, m.Str("subnetId")) // checkBalancerSubnets has found it
		if text := m.Str("privateIpv4Address"); text != "" {
			block, _ := netip.ParsePrefix(prop(s, "cidrBlock")) // EC2 has refused what cannot be read
			addr, _ := netip.ParseAddr(text)                    // so has Check
			if !usable(block, addr) {
				return resource.Faultf("InvalidConfigurationRequest", "The private IPv4 address '%s' is not an address that the subnet '%s' (%s) can give", text, s.ID, block)
			}
			if !c.Claim("private-address/" + prop(s, "vpcId") + "/" + text) {
				return resource.Faultf("InvalidConfigurationRequest", "The private IPv4 address '%s' is in use", text)
			}
		}
		if id := m.Str("allocationId"); id != "" {
			if c.Regional(tokEIP, id) == nil {
				return resource.Faultf("AllocationIdNotFound", "The allocation IDs '%s' do not exist", id)
			}
			if !c.Claim("eip/" + c.Account + "/" + c.Region + "/" + id) {
				return resource.Faultf("InvalidConfigurationRequest", "The Elastic IP address '%s' is in use", id)
			}
		}
	}
	return nil
}

// usable says whether a subnet can give an address: not its first four nor its last.
func usable(block netip.Prefix, addr netip.Addr) bool {
	first := block.Addr()
	for range 4 {
		if addr == first {
			return false
		}
		first = first.Next()
	}
	return block.Contains(addr) && addr != lastAddr(block)
}

// reportBalancer lists the subnets in both ways, as the service does.
func reportBalancer(c *resource.Call) {
	mapped := c.In.Objs("subnetMappings")
	ids := effective(c, "subnets")
	if len(mapped) > 0 {
		ids = mappedSubnets(c.In)
	}
	var mappings []any
	for i, id := range ids {
		entry := map[string]any{"subnetId": id, "allocationId": "", "privateIpv4Address": "", "ipv6Address": "", "outpostId": ""}
		if len(mapped) > 0 {
			for k, v := range mapped[i] {
				entry[k] = v
			}
		}
		mappings = append(mappings, entry)
	}
	c.Out("subnets", resource.List(ids...))
	c.Out("subnetMappings", mappings)
}
