package config

import "net/netip"

// UtilityConsul is the Consul cluster: service discovery by API and DNS. It belongs
// into the account that operations run in.
type UtilityConsul struct {
	// Enabled says whether the stack <account>-<region>-consul exists.
	Enabled bool `yaml:"enabled" example:"false"`
	// Servers are the servers. Their count never changes: all must know the same one
	// when they elect their first leader.
	Servers UtilityServers `yaml:"servers"`
	// AllowedCIDRs are the networks that may call the API on port 8501; at least one.
	AllowedCIDRs []netip.Prefix `yaml:"allowedCIDRs" example:"[10.0.0.0/8]"`
	// DNS says whether names below .consul are resolved in the VPC.
	DNS bool `yaml:"dns" example:"true"`
	// LogRetentionDays is how long CloudWatch keeps the servers' logs: one of the values
	// that PutRetentionPolicy takes.
	LogRetentionDays int `yaml:"logRetentionDays" oneof:"1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1096|1827|2192|2557|2922|3288|3653" example:"365"`
	// Snapshots says how what is stored is saved.
	Snapshots UtilitySnapshots `yaml:"snapshots"`
	// Tasks says whether tasks of the account's ECS cluster in the region register here:
	// services of cells with discovery consul.
	Tasks UtilityConsulTasks `yaml:"tasks,optional"`
}

// UtilityConsulTasks is how tasks register: each logs in with its role, by an auth method
// that a controller on the cluster keeps. All that runs comes from two images, so that
// the controller and the side cars of cells are of one version.
type UtilityConsulTasks struct {
	// Enabled says whether tasks may register. It needs application ecs and both images.
	// Default false.
	Enabled bool `yaml:"enabled" default:"false"`
	// Image is consul-ecs by digest, that of an index of images for ARM64 and X86_64.
	Image string `yaml:"image,optional" example:"public.ecr.aws/hashicorp/consul-ecs@sha256:<64 hex digits>"`
	// DataplaneImage is consul-dataplane by the digest of such an index.
	DataplaneImage string `yaml:"dataplaneImage,optional" example:"public.ecr.aws/hashicorp/consul-dataplane@sha256:<64 hex digits>"`
}

// needs are the applications that Consul reads.
func (u UtilityConsul) needs() []string {
	if u.Tasks.Enabled {
		return []string{ApplicationECS}
	}
	return nil
}
