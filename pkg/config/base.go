package config

import "net/netip"

// Base is the configuration of one base stack: what an account has in a region.
type Base struct {
	// Account is filled by Load.
	Account Account `yaml:"-"`
	// Region is filled by Load.
	Region Region `yaml:"-"`
	// DeletionProtection keeps the stack's stateful resources from being destroyed.
	DeletionProtection bool `yaml:"deletionProtection" example:"true"`
	// Network is the VPC.
	Network BaseNetwork `yaml:"network"`
	// Guardrails are the settings that keep a whole account from becoming unsafe.
	Guardrails BaseGuardrails `yaml:"guardrails"`
	// Access is who may deploy into the account and who may look at it.
	Access BaseAccess `yaml:"access"`
	// Audit is the trail of what was done in the account, and how long it is kept.
	Audit BaseAudit `yaml:"audit"`
	// Recorder is AWS Config: what the account's resources look like, and the rules
	// that they are held to.
	Recorder BaseRecorder `yaml:"recorder"`
	// Detection is GuardDuty, Security Hub, Inspector, Macie and Access Analyzer.
	Detection BaseDetection `yaml:"detection"`
	// Budget is what the account may cost.
	Budget BaseBudget `yaml:"budget"`
}

// BaseNetwork is the VPC of an account and region.
type BaseNetwork struct {
	// VPCSlot fixes the VPC's addresses within the region, 0 to 3: 0 is the live
	// VPC, 1 its rebuild beside it, 2 and 3 are spare. See package ipam.
	VPCSlot int `yaml:"vpcSlot" range:"0..3" example:"0"`
	// NAT says how app subnets reach the Internet.
	NAT NATMode `yaml:"nat" oneof:"perZone|single|none" example:"perZone"`
	// EgressPorts are the TCP ports of the Internet that the app tier may connect
	// to, 1 to 65535, at most 8 so that they fit a network ACL (20 entries a
	// direction, docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html).
	// The egress of a cell stays within them. Empty: none.
	EgressPorts []int `yaml:"egressPorts,optional" range:"1..65535" count:"0..8" example:"[443]"`
	// SFTPCIDRs are the networks of the Internet that may connect to SFTP servers in the
	// public tier, at most 8 so that they fit a network ACL. Those of servers stay within
	// them. Empty: none.
	SFTPCIDRs []netip.Prefix `yaml:"sftpCIDRs,optional" count:"0..8" example:"[203.0.113.0/24]"`
	// Endpoints are the services of AWS that the VPC reaches without the Internet.
	Endpoints BaseEndpoints `yaml:"endpoints"`
	// FlowLogs record every connection in the VPC.
	FlowLogs BaseFlowLogs `yaml:"flowLogs"`
	// QueryLogs says whether the DNS queries of the VPC are recorded.
	QueryLogs bool `yaml:"queryLogs" example:"true"`
	// SearchPrivateZone makes the region's private zone the search domain of every
	// host (DHCP options), so that short names resolve.
	SearchPrivateZone bool `yaml:"searchPrivateZone" example:"false"`
}

// BaseEndpoints are the VPC endpoints of an account and region.
type BaseEndpoints struct {
	// Gateway are the services with a gateway endpoint, which costs nothing.
	Gateway []string `yaml:"gateway,optional" oneof:"s3|dynamodb" example:"[s3, dynamodb]"`
	// Interface are the services with an interface endpoint in every zone, named as
	// in com.amazonaws.<region>.<service>; each costs by the hour and zone. At most
	// 50, the default quota of a VPC
	// (docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html).
	Interface []string `yaml:"interface,optional" match:"^[a-z][a-z0-9-]*([.][a-z0-9-]+)*$" hint:"the name of a service, such as ecr.api" count:"0..50" example:"[ecr.api, ecr.dkr, logs]"`
}

// BaseFlowLogs are the flow logs of the VPC, kept in the account's log bucket.
type BaseFlowLogs struct {
	// Enabled says whether flows are recorded.
	Enabled bool `yaml:"enabled" example:"true"`
	// AggregationSeconds is how long flows are gathered before a record is written.
	AggregationSeconds int `yaml:"aggregationSeconds" oneof:"60|600" example:"60"`
}
