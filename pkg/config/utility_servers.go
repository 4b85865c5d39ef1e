package config

// UtilityServers are the servers of an application that keeps its own data: one
// Auto Scaling group, which replaces a server that dies.
type UtilityServers struct {
	// Count is how many servers there are. They agree by majority: 3 survive the loss
	// of one, 5 of two.
	Count int `yaml:"count" oneof:"3|5" example:"3"`
	// InstanceType is the servers' type.
	InstanceType string `yaml:"instanceType" match:"^[a-z][a-z0-9-]*[.][a-z0-9-]+$" hint:"an instance type, such as m7g.large" example:"m7g.large"`
	// Image is what servers start from: the id of an AMI, or the name of a parameter of
	// Systems Manager that holds one. It is Amazon Linux 2023 or made from it, for the
	// architecture of the instance type.
	Image string `yaml:"image" match:"^(ami-[0-9a-f]{8,17}|/[A-Za-z0-9_./-]{1,512})$" hint:"the id of an AMI, or the name of a parameter that begins with /" example:"/utility/images/consul"`
	// Version is the release that runs.
	Version string `yaml:"version" match:"^[0-9]+[.][0-9]+[.][0-9]+$" hint:"a version, such as 1.22.0" example:"1.22.0"`
	// Checksum is the SHA-256 of the release's zip archive for the image's architecture,
	// from the file SHA256SUMS at releases.hashicorp.com. With it, servers download the
	// release when the image lacks it. Empty: the image must hold it.
	Checksum string `yaml:"checksum,optional" match:"^([0-9a-f]{64})?$" hint:"64 hexadecimal digits" example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	// DataVolumeGiB is the size of the volume for what is stored, 10 to 16384
	// (docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html).
	DataVolumeGiB int `yaml:"dataVolumeGiB" range:"10..16384" example:"50"`
}

// UtilitySnapshots says how what servers store is saved.
type UtilitySnapshots struct {
	// EveryHours is how often a snapshot is made.
	EveryHours int `yaml:"everyHours" oneof:"1|2|3|4|6|8|12|24" example:"1"`
	// RetentionDays is how long snapshots are kept, 1 to 3650.
	RetentionDays int `yaml:"retentionDays" range:"1..3650" example:"35"`
	// ObjectLock says how snapshots are kept from being deleted before that.
	ObjectLock ObjectLock `yaml:"objectLock" oneof:"compliance|governance|none" example:"governance"`
	// Region is where snapshots are kept: one of the account's regions, whose base stack
	// is up. Empty: where the servers are.
	Region string `yaml:"region,optional" match:"^([a-z]{2}(-[a-z]+)+-[0-9])?$" hint:"the name of a region" example:"us-west-2"`
}
