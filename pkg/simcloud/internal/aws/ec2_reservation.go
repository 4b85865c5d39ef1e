package aws

import (
	"net/netip"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func subnetReservation() *resource.Kind {
	return &resource.Kind{
		Token: tokReservation, Service: "EC2", Noun: "EC2 Subnet CIDR Reservation", CreateOp: "CreateSubnetCidrReservation", UpdateOp: "CreateSubnetCidrReservation", DeleteOp: "DeleteSubnetCidrReservation",
		Rules: schema.Rules{
			Immutable: "EC2 has no call that changes a reservation",
			Enums:     map[string][]string{"reservationType": {"prefix", "explicit"}},
			Formats:   map[string]schema.Format{"cidrBlock": schema.IPv4CIDR},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "scr-0" + c.Hex("reservation", 16)
			c.ImportAs(c.In.Str("subnetId") + ":" + c.Obj.ID)
			c.Out("ownerId", c.Account)
			return nil
		},
		Apply: func(c *resource.Call) error {
			s, err := needSubnet(c, c.In.Str("subnetId"))
			if err != nil {
				return err
			}
			block, _ := netip.ParsePrefix(c.In.Str("cidrBlock")) // Check has refused what cannot be read
			subnet, _ := netip.ParsePrefix(prop(s, "cidrBlock"))
			if !subnet.Contains(block.Addr()) || block.Bits() < subnet.Bits() {
				return resource.Faultf("InvalidParameterValue", "The CIDR '%s' is not within the CIDR of the subnet '%s' (%s)", block, s.ID, subnet)
			}
			for _, k := range resource.UsersOf(c.Tx, s.Key, tokReservation) {
				other, _ := netip.ParsePrefix(prop(c.Tx.Get(k), "cidrBlock"))
				if k != c.Obj.Key && other.Overlaps(block) {
					return resource.Faultf("InvalidSubnetCidrReservation.Overlap", "The CIDR '%s' conflicts with the CIDR reservation '%s' (%s)", block, k.ID, other)
				}
			}
			return nil
		},
	}
}
