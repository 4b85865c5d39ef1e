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
	// ECS is the cluster and load balancers that cells run on.
	ECS UtilityECS `yaml:"ecs"`
	// Consul is service discovery.
	Consul UtilityConsul `yaml:"consul"`
	// Vault keeps secrets and keys.
	Vault UtilityVault `yaml:"vault"`
	// Jenkins runs the stacks from the repository.
	Jenkins UtilityJenkins `yaml:"jenkins"`
	// ELK is where logs are searched and kept.
	ELK UtilityELK `yaml:"elk"`
	// Security looks after the account beyond its baseline.
	Security UtilitySecurity `yaml:"security"`
	// SFTP is the server that clients send files to.
	SFTP UtilitySFTP `yaml:"sftp"`
	// Okta is the organization's people and how they sign in.
	Okta UtilityOkta `yaml:"okta"`
	// VaultConfig is what is in Vault.
	VaultConfig UtilityVaultConfig `yaml:"vaultConfig"`
	// Datadog is what Datadog sees, and whom it wakes.
	Datadog UtilityDatadog `yaml:"datadog"`
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

// UtilityECS is the shared ECS cluster and its load balancers.
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
	// EC2 is capacity on instances, beside Fargate.
	EC2 UtilityEC2 `yaml:"ec2"`
	// LoadBalancers are the ALBs that exposed services share.
	LoadBalancers UtilityLoadBalancers `yaml:"loadBalancers"`
}

// UtilityEC2 is capacity on instances of the shared cluster. Services of cells run on
// Fargate whatever it says, so that no two clients share a kernel.
type UtilityEC2 struct {
	// Enabled says whether the cluster has instances.
	Enabled bool `yaml:"enabled" example:"false"`
	// InstanceType is the instances' type; its family decides between the images for
	// ARM64 and X86_64 (InstanceArch).
	InstanceType string `yaml:"instanceType" match:"^[a-z][a-z0-9-]*[.][a-z0-9-]+$" hint:"an instance type, such as m7g.large" example:"m7g.large"`
	// MinSize is the least number of instances, 0 to 100.
	MinSize int `yaml:"minSize" range:"0..100" example:"0"`
	// MaxSize is the most, 1 to 100 and at least MinSize.
	MaxSize int `yaml:"maxSize" range:"1..100" example:"6"`
	// TargetCapacity is the percentage of the instances' room that ECS keeps in use, 1
	// to 100: below 100 there is spare room for the next task
	// (docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedScaling.html).
	TargetCapacity int `yaml:"targetCapacity" range:"1..100" example:"90"`
}

// LoadBalancerScheme says who can reach a load balancer.
type LoadBalancerScheme string

const (
	// Internal load balancers have private addresses only.
	Internal LoadBalancerScheme = "internal"
	// Public load balancers face the Internet.
	Public LoadBalancerScheme = "public"
)

// UtilityLoadBalancers are the ALBs that exposed services of cells share. They speak
// HTTPS only, and each is behind a web ACL of its own.
type UtilityLoadBalancers struct {
	// Internal is reached from private networks.
	Internal UtilityLoadBalancer `yaml:"internal"`
	// Public is reached from the Internet.
	Public UtilityLoadBalancer `yaml:"public"`
}

// Enabled returns the load balancers that are switched on, by scheme.
func (l UtilityLoadBalancers) Enabled() map[LoadBalancerScheme]UtilityLoadBalancer {
	on := map[LoadBalancerScheme]UtilityLoadBalancer{}
	if l.Internal.Enabled {
		on[Internal] = l.Internal
	}
	if l.Public.Enabled {
		on[Public] = l.Public
	}
	return on
}

// UtilityLoadBalancer is one ALB that exposed services of cells share.
type UtilityLoadBalancer struct {
	// Enabled says whether the load balancer exists. Services of cells that are exposed
	// on it need it.
	Enabled bool `yaml:"enabled" example:"true"`
	// IdleTimeoutSeconds is how long a silent connection lives, 1 to 4000
	// (the limit of the attribute idle_timeout.timeout_seconds).
	IdleTimeoutSeconds int `yaml:"idleTimeoutSeconds" range:"1..4000" example:"60"`
	// AllowedCIDRs are the networks that may connect on port 443; at least one. Of the
	// internal load balancer's, the app tiers of the region's VPCs are left out: tasks of
	// one cell reach no other.
	AllowedCIDRs []netip.Prefix `yaml:"allowedCIDRs" example:"[10.0.0.0/8]"`
	// Shards is how many load balancers there are, 1 to 10: each takes 100 target groups,
	// and a cell says which one serves it (ingress.shard). Taking the last one away needs
	// it empty. Default 1.
	Shards int `yaml:"shards" default:"1" range:"1..10"`
	// SignIn lets the load balancer connect to port 443 anywhere, which it must to ask
	// Okta who people are: cells with ingress.auth oidc need it. Default false.
	SignIn bool `yaml:"signIn" default:"false"`
	// RequestLimit is how many requests one address may make in five minutes before the
	// web ACL blocks it for a while, 10 to 2000000000
	// (docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html).
	RequestLimit int `yaml:"requestLimit" range:"10..2000000000" example:"2000"`
}
