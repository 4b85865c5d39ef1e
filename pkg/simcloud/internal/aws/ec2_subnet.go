package aws

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// shortHash is for ids that follow from what they belong to and not from a resource.
func shortHash(s string, n int) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])[:n]
}

func subnet() *resource.Kind {
	return &resource.Kind{
		Token: tokSubnet, Service: "EC2", Noun: "EC2 Subnet", CreateOp: "CreateSubnet", UpdateOp: "ModifySubnetAttribute", DeleteOp: "DeleteSubnet",
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"vpcId", "cidrBlock"}, Why: "EC2 has no call that moves a subnet or its addresses"},
				{Properties: []string{"availabilityZone", "availabilityZoneId"}, Why: "a subnet lives in one zone"},
			},
			Computed: []string{"availabilityZone", "availabilityZoneId", "privateDnsHostnameTypeOnLaunch"},
			Defaults: map[string]any{
				"assignIpv6AddressOnCreation": false, "enableDns64": false, "mapPublicIpOnLaunch": false, "ipv6Native": false,
				"enableResourceNameDnsARecordOnLaunch": false, "enableResourceNameDnsAaaaRecordOnLaunch": false,
			},
			Enums:     map[string][]string{"privateDnsHostnameTypeOnLaunch": {"ip-name", "resource-name"}},
			Formats:   map[string]schema.Format{"cidrBlock": schema.IPv4CIDR},
			Conflicts: [][]string{{"availabilityZone", "availabilityZoneId"}},
			Unsimulated: map[string]string{
				"ipv6CidrBlock": "", "outpostArn": "", "customerOwnedIpv4Pool": "", "mapCustomerOwnedIpOnLaunch": "", "enableLniAtDeviceIndex": "",
			},
		},
		Validate: func(v *resource.Validation) {
			if !v.In.Has("cidrBlock") {
				v.Fail("cidrBlock", "%q: one of `cidrBlock,ipv6CidrBlock` must be specified", "cidrBlock")
			}
			checkNetworkSize(v, "cidrBlock")
			for _, off := range []string{"ipv6Native", "assignIpv6AddressOnCreation"} {
				if v.In.Bool(off) {
					v.Fail(off, "the simulated cloud does not simulate IPv6 subnets")
				}
			}
		},
		Identify: func(c *resource.Call) error { identify(c, "subnet", "subnet"); return nil },
		Apply:    applySubnet,
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokNAT, tokLoadBalancer, tokService, tokEndpoint, tokResolver, tokMountTarget)) > 0 || hasMachines(c) || hasInterfaces(c) {
				return resource.Faultf("DependencyViolation", "The subnet '%s' has dependencies and cannot be deleted.", c.Obj.ID)
			}
			deleteAll(c, c.Users(tokReservation))
			return nil
		},
	}
}

func applySubnet(c *resource.Call) error {
	v, err := needVPC(c, c.In.Str("vpcId"))
	if err != nil {
		return err
	}
	c.Default("privateDnsHostnameTypeOnLaunch", "ip-name")
	c.Out("ipv6CidrBlockAssociationId", "")
	if !c.Creating() {
		return nil
	}
	if c.Tx.CountReferrers(v.Key, tokSubnet) >= c.Limits["subnets per VPC"] {
		return resource.Faultf("SubnetLimitExceeded", "The maximum number of subnets has been reached.")
	}
	if err := placeSubnet(c); err != nil {
		return err
	}
	return claimRange(c, v)
}

// claimRange takes the subnet's addresses out of the VPC's.
func claimRange(c *resource.Call, v *store.Object) error {
	block := c.In.Str("cidrBlock")
	p, err := netip.ParsePrefix(block)
	if err != nil {
		return resource.Faultf("InvalidSubnet.Range", "The CIDR '%s' is invalid.", block)
	}
	whole, err := netip.ParsePrefix(prop(v, "cidrBlock"))
	if err != nil || !whole.Contains(p.Addr()) || p.Bits() < whole.Bits() {
		return resource.Faultf("InvalidSubnet.Range", "The CIDR '%s' is invalid.", block)
	}
	span := store.Span{Space: v.Key.String(), First: hexAddr(p.Addr()), Last: hexAddr(lastAddr(p))}
	if _, taken := c.Tx.Overlapping(span); taken {
		return resource.Faultf("InvalidSubnet.Conflict", "The CIDR '%s' conflicts with another subnet", block)
	}
	c.Obj.Span = &span
	return nil
}

func hexAddr(a netip.Addr) string { b := a.As4(); return hex.EncodeToString(b[:]) }

func lastAddr(p netip.Prefix) netip.Addr {
	b := p.Addr().As4()
	for bit := p.Bits(); bit < 32; bit++ {
		b[bit/8] |= 1 << (7 - bit%8)
	}
	return netip.AddrFrom4(b)
}

// hostAddr is an address inside a block, past those that AWS keeps, that follows from the label.
func hostAddr(c *resource.Call, label, block string) string { return addrIn(block, c.Hex(label, 7)) }

// addrIn is the address inside a block, past those that AWS keeps, that seven hexadecimal digits choose.
func addrIn(block, digits string) string {
	p, err := netip.ParsePrefix(block)
	if err != nil {
		return ""
	}
	size := uint32(1) << (32 - p.Bits())
	var n uint32
	_, _ = fmt.Sscanf(digits, "%x", &n)
	b := p.Addr().As4()
	addr := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	addr += 4 + n%(size-5)
	return netip.AddrFrom4([4]byte{byte(addr >> 24), byte(addr >> 16), byte(addr >> 8), byte(addr)}).String()
}

// placeSubnet settles the zone: both its id, which means the same place in every account, and its name.
func placeSubnet(c *resource.Call) error {
	names := zoneNames(c.Account, c.Region)
	ids := zoneIDs(c.Region)
	if name := c.In.Str("availabilityZone"); name != "" {
		id, ok := names[name]
		if !ok {
			return resource.Faultf("InvalidParameterValue", "Value (%s) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: %s.", name, strings.Join(sortedKeys(names), ", "))
		}
		c.Out("availabilityZoneId", id)
		return nil
	}
	id := c.In.Str("availabilityZoneId")
	if id == "" {
		id = ids[len(c.Hex("zone", 1))%len(ids)]
		c.Out("availabilityZoneId", id)
	}
	if !slices.Contains(ids, id) {
		return resource.Faultf("InvalidParameterValue", "Value (%s) for parameter availabilityZoneId is invalid. Subnets can currently only be created in the following availability zones: %s.", id, strings.Join(ids, ", "))
	}
	for name, zone := range names {
		if zone == id {
			c.Out("availabilityZone", name)
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// needSubnet returns the subnet that a property names.
func needSubnet(c *resource.Call, id string) (*store.Object, error) {
	if o := c.Regional(tokSubnet, id); o != nil {
		return o, nil
	}
	return nil, resource.Faultf("InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist", id)
}
