package config

import "net/netip"

// NATMode says how app subnets reach the Internet.
type NATMode string

const (
	// NATPerZone puts one NAT gateway in each zone: a zone can fail alone.
	NATPerZone NATMode = "perZone"
	// NATSingle puts one NAT gateway in the first zone: cheaper, and a single point of failure.
	NATSingle NATMode = "single"
	// NATNone gives app subnets no way to the Internet.
	NATNone NATMode = "none"
)

// Utility is the configuration of the utility stacks of an account and region:
// the applications that operations run beside the cells.
type Utility struct {
	// Account is filled by Load.
	Account Account `yaml:"-"`
	// Region is filled by Load.
	Region Region `yaml:"-"`
	// DeletionProtection keeps the stacks' stateful resources from being destroyed.
	DeletionProtection bool `yaml:"deletionProtection" example:"true"`
	// ECS is the cluster and load balancer that cells run on.
	ECS UtilityECS `yaml:"ecs"`
}

// ContainerInsights says how much ECS reports to CloudWatch.
type ContainerInsights string

const (
	// InsightsEnhanced reports down to tasks and containers.
	InsightsEnhanced ContainerInsights = "enhanced"
	// InsightsEnabled reports per cluster and service.
	InsightsEnabled ContainerInsights = "enabled"
	// InsightsDisabled reports nothing.
	InsightsDisabled ContainerInsights = "disabled"
)

// UtilityECS is the shared ECS cluster and its load balancer.
type UtilityECS struct {
	// Enabled says whether the stack <account>-<region>-ecs exists. Services of
	// cells in that account and region need it.
	Enabled bool `yaml:"enabled" example:"true"`
	// ContainerInsights says how much the cluster reports to CloudWatch.
	ContainerInsights ContainerInsights `yaml:"containerInsights" oneof:"enhanced|enabled|disabled" example:"enhanced"`
	// LogRetentionDays is how long CloudWatch keeps the cluster's logs: one of the
	// values that PutRetentionPolicy takes
	// (docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html).
	LogRetentionDays int `yaml:"logRetentionDays" oneof:"1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1096|1827|2192|2557|2922|3288|3653" example:"90"`
	// LoadBalancer is the ALB that exposed services share.
	LoadBalancer UtilityLoadBalancer `yaml:"loadBalancer"`
}

// LoadBalancerScheme says who can reach a load balancer.
type LoadBalancerScheme string

const (
	// Internal load balancers have private addresses only.
	Internal LoadBalancerScheme = "internal"
	// InternetFacing load balancers have public addresses.
	InternetFacing LoadBalancerScheme = "internet-facing"
)

// UtilityLoadBalancer is the ALB that exposed services of cells share.
type UtilityLoadBalancer struct {
	// Scheme says who can reach the load balancer.
	Scheme LoadBalancerScheme `yaml:"scheme" oneof:"internal|internet-facing" example:"internal"`
	// IdleTimeoutSeconds is how long a silent connection lives, 1 to 4000
	// (the limit of the attribute idle_timeout.timeout_seconds).
	IdleTimeoutSeconds int `yaml:"idleTimeoutSeconds" range:"1..4000" example:"60"`
	// AllowedCIDRs are the networks that may connect on port 443; at least one.
	AllowedCIDRs []netip.Prefix `yaml:"allowedCIDRs" example:"[10.0.0.0/8]"`
}
