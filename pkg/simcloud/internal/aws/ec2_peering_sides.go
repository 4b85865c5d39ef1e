package aws

import (
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func peeringAccepter() *resource.Kind {
	return &resource.Kind{
		Token: tokPeeringAccepter, Service: "EC2", Noun: "EC2 VPC Peering Connection Accepter",
		CreateOp: "AcceptVpcPeeringConnection", UpdateOp: "AcceptVpcPeeringConnection", DeleteOp: "DescribeVpcPeeringConnections",
		Upsert: true, // it takes over the connection that the requester made
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"vpcPeeringConnectionId"}, Why: "it is the management of one connection"}},
			Computed: []string{"accepter", "requester"},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("vpcPeeringConnectionId")
			return nil
		},
		Apply: func(c *resource.Call) error {
			p, err := needPeering(c, c.Obj.ID)
			if err != nil {
				return err
			}
			if c.In.Bool("autoAccept") {
				if err := accept(c, p); err != nil {
					return err
				}
			}
			if err := inlineOptions(c, p); err != nil {
				return err
			}
			c.Tx.Put(p)
			describePeering(c, p)
			return nil
		},
	}
}

// describePeering are the outputs of an accepter as the provider reads them: seen from the accepter's account unless
// both ends are that account's.
func describePeering(c *resource.Call, p *store.Object) {
	c.Out("acceptStatus", prop(p, "acceptStatus"))
	c.Out("peerRegion", prop(p, "peerRegion"))
	for _, side := range []string{"requester", "accepter"} {
		c.Out(side, p.Outputs[side])
	}
	if c.Account == p.Account {
		for _, name := range []string{"peerOwnerId", "peerVpcId", "vpcId"} {
			c.Out(name, prop(p, name))
		}
		return
	}
	c.Out("peerOwnerId", p.Account)
	c.Out("peerVpcId", prop(p, "vpcId"))
	c.Out("vpcId", prop(p, "peerVpcId"))
}

func peeringOptions() *resource.Kind {
	return &resource.Kind{
		Token: tokPeeringOptions, Service: "EC2", Noun: "EC2 VPC Peering Connection Options",
		CreateOp: "ModifyVpcPeeringConnectionOptions", UpdateOp: "ModifyVpcPeeringConnectionOptions", DeleteOp: "DescribeVpcPeeringConnections",
		Upsert: true, // they are the connection's: whoever writes last wins
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"vpcPeeringConnectionId"}, Why: "they are the options of one connection"}},
			Computed: []string{"accepter", "requester"},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("vpcPeeringConnectionId")
			return nil
		},
		Apply: func(c *resource.Call) error {
			p, err := needPeering(c, c.Obj.ID)
			if err != nil {
				return err
			}
			if (c.In.Has("accepter") || c.In.Has("requester")) && peeringState(c, p) != peeringActive {
				return resource.Faultf("OperationNotPermitted", "Peering %s is not active. Peering options can be added only to active peerings.", p.ID)
			}
			if err := setPeeringOptions(c, p); err != nil {
				return err
			}
			c.Tx.Put(p)
			for _, side := range []string{"requester", "accepter"} {
				c.Out(side, p.Outputs[side])
			}
			return nil
		},
	}
}
