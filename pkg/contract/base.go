package contract

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/naming"
)

// Base is what a base stack, one per account and region, publishes.
type Base struct {
	// VPCID is the id of the region's VPC.
	VPCID string `json:"vpcId"`
	// VPCCIDR is the VPC's block.
	VPCCIDR string `json:"vpcCidr"`
	// TierCIDRs is the block of each tier, by tier name.
	TierCIDRs map[string]string `json:"tierCidrs"`
	// SubnetIDs is the id of each shared subnet, by tier name and AZ id.
	SubnetIDs map[string]map[string]string `json:"subnetIds"`
	// ZoneID is the id of the region's public hosted zone.
	ZoneID string `json:"zoneId"`
	// ZoneName is that zone's domain name.
	ZoneName string `json:"zoneName"`
}

// BaseOutputs is Base as a base stack makes it.
type BaseOutputs struct {
	VPCID     pulumi.StringInput    `json:"vpcId"`
	VPCCIDR   pulumi.StringInput    `json:"vpcCidr"`
	TierCIDRs pulumi.StringMapInput `json:"tierCidrs"`
	SubnetIDs pulumi.MapInput       `json:"subnetIds"`
	ZoneID    pulumi.StringInput    `json:"zoneId"`
	ZoneName  pulumi.StringInput    `json:"zoneName"`
}

// Export publishes o as the outputs of the running stack.
func (o BaseOutputs) Export(ctx *pulumi.Context) { export(ctx, o) }

// ReadBase reads the base stack of account and region. It fails when the stack
// cannot be read, and with a MissingError when it is not up or publishes less
// than the contract.
func ReadBase(ctx *pulumi.Context, account, region string) (Base, error) {
	stack := naming.StackBase(account, region)
	ref, err := reference(ctx, naming.ProjectBase, stack)
	if err != nil {
		return Base{}, err
	}
	return read[Base](ref, naming.ProjectBase, stack)
}
