package aws

import (
	"fmt"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// misplaced is why a service cannot put its interfaces where it is told to. Each service says it in its own words.
type misplaced struct {
	// Subnet or Group is the id that does not exist, or of the group that is in another VPC.
	Subnet, Group string
	// VPCs says that the subnets are in more than one VPC.
	VPCs bool
}

func (m *misplaced) String() string {
	switch {
	case m.Subnet != "":
		return fmt.Sprintf("subnet %s does not exist", m.Subnet)
	case m.Group != "":
		return fmt.Sprintf("security group %s does not exist in the VPC", m.Group)
	}
	return "the subnets are in more than one VPC"
}

// place looks for the subnets and groups of interfaces and records that the thing needs them. It returns the subnets
// and their VPC's id, or what is wrong.
func place(c *resource.Call, subnets, groups []string) (found []*store.Object, vpcID string, wrong *misplaced) {
	for _, id := range subnets {
		s := c.Regional(tokSubnet, id)
		if s == nil {
			return nil, "", &misplaced{Subnet: id}
		}
		if vpcID != "" && vpcID != prop(s, "vpcId") {
			return nil, "", &misplaced{VPCs: true}
		}
		vpcID = prop(s, "vpcId")
		found = append(found, s)
	}
	for _, id := range groups {
		if g := c.Regional(tokGroup, id); g == nil || prop(g, "vpcId") != vpcID {
			return nil, "", &misplaced{Group: id}
		}
	}
	return found, vpcID, nil
}

// hasInterfaces says whether an application's thing has an interface in the subnet or with the security group.
func hasInterfaces(c *resource.Call) bool {
	return len(c.Users(tokMountTarget, tokSearchDomain, tokFirehose, tokFunction, tokTransferServer)) > 0 || holdsData(c)
}
