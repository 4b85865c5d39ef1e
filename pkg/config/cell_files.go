package config

// CellFiles is the client's file system, which services mount.
type CellFiles struct {
	// Enabled says whether the cell has a file system.
	Enabled bool `yaml:"enabled" example:"false"`
	// Throughput is elastic (what is needed, billed by use) or bursting (grows with the
	// size).
	Throughput string `yaml:"throughput" oneof:"elastic|bursting" example:"elastic"`
	// InfrequentAccessDays is after how many days without access a file moves to
	// infrequent access; 0: never
	// (docs.aws.amazon.com/efs/latest/ug/API_LifecyclePolicy.html).
	InfrequentAccessDays int `yaml:"infrequentAccessDays" oneof:"0|1|7|14|30|60|90|180|270|365" example:"30"`
	// AccessPoints is a named list: the folders that services mount.
	AccessPoints []AccessPoint `yaml:"accessPoints,optional"`
}

// AccessPoint is a folder of a client's file system, entered as one user.
type AccessPoint struct {
	// Name is unique in the cell, and the folder's name, 1 to 20 characters.
	Name string `yaml:"name" match:"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$" hint:"1 to 20 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"reports"`
	// UserID is the POSIX user and group that everything in the folder belongs to, 1 to
	// 65535. Default 1000, the user that services run as.
	UserID int `yaml:"userID" default:"1000" range:"1..65535"`
}
