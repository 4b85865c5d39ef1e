package contract

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/naming"
)

// BaseVersion is the version of the contract Base. It is raised when a field
// changes its meaning or a reader needs one that older stacks lack.
const BaseVersion = 3

// Account is what the base stack of an account's home region publishes of the
// account as a whole. The base stacks of its other regions read it and publish
// it again, so that nobody else needs to know which region is home.
type Account struct {
	// BoundaryARN is the permissions boundary of the roles that the utility and cell
	// projects make, and ServiceBoundaryARN that of naming.CellServiceRoles alone.
	BoundaryARN        string `json:"boundaryArn"`
	ServiceBoundaryARN string `json:"serviceBoundaryArn"`
	// DeployRoleARNs are the roles that deployments assume, by project.
	DeployRoleARNs map[string]string `json:"deployRoleArns"`
	// ServiceRoleARNs are the roles that services of AWS assume, by purpose.
	ServiceRoleARNs map[string]string `json:"serviceRoleArns"`
}

// Base is what a base stack, one per account and region, publishes.
type Base struct {
	Account
	// ContractVersion is BaseVersion at the time when the stack was brought up.
	ContractVersion int `json:"contractVersion"`
	// HomeRegion says whether the stack is that of the account's home region.
	HomeRegion bool `json:"homeRegion"`
	// VPCID is the id of the region's VPC.
	VPCID string `json:"vpcId"`
	// VPCCIDR is the VPC's block.
	VPCCIDR string `json:"vpcCidr"`
	// TierCIDRs is the block of each tier, by tier name.
	TierCIDRs map[string]string `json:"tierCidrs"`
	// SubnetIDs is the id of each shared subnet, by tier name and AZ id.
	SubnetIDs map[string]map[string]string `json:"subnetIds"`
	// SubnetCIDRs is the block of each shared subnet, by tier name and AZ id.
	SubnetCIDRs map[string]map[string]string `json:"subnetCidrs"`
	// RouteTableIDs is the route table of each shared subnet, by tier name and AZ
	// id. Zones of a tier may share one.
	RouteTableIDs map[string]map[string]string `json:"routeTableIds"`
	// EndpointSecurityGroupID is the group of the interface endpoints; empty
	// without any.
	EndpointSecurityGroupID string `json:"endpointSecurityGroupId"`
	// PrefixListIDs are the managed prefix lists of the gateway endpoints, by
	// service.
	PrefixListIDs map[string]string `json:"prefixListIds"`
	// ZoneID is the id of the region's public hosted zone.
	ZoneID string `json:"zoneId"`
	// ZoneName is that zone's domain name.
	ZoneName string `json:"zoneName"`
	// PrivateZoneID is the id of the region's private hosted zone.
	PrivateZoneID string `json:"privateZoneId"`
	// PrivateZoneName is that zone's domain name.
	PrivateZoneName string `json:"privateZoneName"`
	// KeyARNs are the account's keys in the region, by purpose: KeyLogs, KeyVolumes.
	KeyARNs map[string]string `json:"keyArns"`
	// LogBuckets are the names of the region's log buckets, by purpose.
	LogBuckets map[string]string `json:"logBuckets"`
	// AlertTopicARN is the topic that hears of security findings.
	AlertTopicARN string `json:"alertTopicArn"`
}

// The purposes of the keys in Base.KeyARNs.
const (
	// KeyLogs encrypts log buckets, log groups and the alert topic.
	KeyLogs = "logs"
	// KeyVolumes encrypts EBS volumes by default.
	KeyVolumes = "volumes"
)

// The purposes of the buckets in Base.LogBuckets.
const (
	// LogsTrail holds CloudTrail; in the home region only.
	LogsTrail = "trail"
	// LogsRecorder holds what AWS Config delivers.
	LogsRecorder = "recorder"
	// LogsNetwork holds flow logs and DNS query logs.
	LogsNetwork = "network"
	// LogsLoadBalancer holds the access logs of load balancers.
	LogsLoadBalancer = "loadbalancer"
	// LogsAccess holds the server access logs of buckets.
	LogsAccess = "access"
)

// AccountOutputs is Account as a base stack makes it.
type AccountOutputs struct {
	BoundaryARN        pulumi.StringInput    `json:"boundaryArn"`
	ServiceBoundaryARN pulumi.StringInput    `json:"serviceBoundaryArn"`
	DeployRoleARNs     pulumi.StringMapInput `json:"deployRoleArns"`
	ServiceRoleARNs    pulumi.StringMapInput `json:"serviceRoleArns"`
}

// BaseOutputs is Base as a base stack makes it. ContractVersion is filled by
// Export.
type BaseOutputs struct {
	AccountOutputs
	ContractVersion         pulumi.IntInput       `json:"contractVersion"`
	HomeRegion              pulumi.BoolInput      `json:"homeRegion"`
	VPCID                   pulumi.StringInput    `json:"vpcId"`
	VPCCIDR                 pulumi.StringInput    `json:"vpcCidr"`
	TierCIDRs               pulumi.StringMapInput `json:"tierCidrs"`
	SubnetIDs               pulumi.MapInput       `json:"subnetIds"`
	SubnetCIDRs             pulumi.MapInput       `json:"subnetCidrs"`
	RouteTableIDs           pulumi.MapInput       `json:"routeTableIds"`
	EndpointSecurityGroupID pulumi.StringInput    `json:"endpointSecurityGroupId"`
	PrefixListIDs           pulumi.StringMapInput `json:"prefixListIds"`
	ZoneID                  pulumi.StringInput    `json:"zoneId"`
	ZoneName                pulumi.StringInput    `json:"zoneName"`
	PrivateZoneID           pulumi.StringInput    `json:"privateZoneId"`
	PrivateZoneName         pulumi.StringInput    `json:"privateZoneName"`
	KeyARNs                 pulumi.StringMapInput `json:"keyArns"`
	LogBuckets              pulumi.StringMapInput `json:"logBuckets"`
	AlertTopicARN           pulumi.StringInput    `json:"alertTopicArn"`
}

// Export publishes o as the outputs of the running stack.
func (o BaseOutputs) Export(ctx *pulumi.Context) {
	o.ContractVersion = pulumi.Int(BaseVersion)
	export(ctx, o)
}

// ReadBase reads the base stack of account and region. It fails when the stack
// cannot be read, with a MissingError when it is not up or publishes less than
// the contract, and when it was brought up with another version of the contract.
func ReadBase(ctx *pulumi.Context, account, region string) (Base, error) {
	stack := naming.StackBase(account, region)
	ref, err := reference(ctx, naming.ProjectBase, stack)
	if err != nil {
		return Base{}, err
	}
	base, err := read[Base](ref, naming.ProjectBase, stack)
	if err == nil && base.ContractVersion != BaseVersion {
		err = fmt.Errorf("stack %s/%s publishes version %d of its contract, want %d: bring it up first (cellctl up %s/%s)",
			naming.ProjectBase, stack, base.ContractVersion, BaseVersion, naming.ProjectBase, stack)
	}
	return base, err
}

// ReadAccount reads what the base stack of an account's home region publishes of
// the account. It fails like ReadBase.
func ReadAccount(ctx *pulumi.Context, account, homeRegion string) (Account, error) {
	base, err := ReadBase(ctx, account, homeRegion)
	return base.Account, err
}
