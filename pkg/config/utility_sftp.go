package config

import "net/netip"

// UtilitySFTP is the server that clients of an account and region send files to, each
// with users of its own that see a folder of one of its own buckets. It costs about 216
// USD a month (aws.amazon.com/aws-transfer-family/pricing).
type UtilitySFTP struct {
	// Enabled says whether the stack <account>-<region>-sftp exists. Cells with sftp.mode
	// shared need it.
	Enabled bool `yaml:"enabled" example:"false"`
	// Host is the first label of the server's name in the region's zone.
	Host string `yaml:"host" match:"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$" hint:"a label of a host name: lower-case letters, digits and inner dashes" example:"sftp"`
	// AllowedCIDRs are the networks that may connect, within network.sftpCIDRs of the
	// baseline; at least one where it is enabled. Not everybody: no 0.0.0.0/0.
	AllowedCIDRs []netip.Prefix `yaml:"allowedCIDRs,optional" count:"0..8" example:"[203.0.113.0/24]"`
	// SecurityPolicy says which algorithms are spoken
	// (docs.aws.amazon.com/transfer/latest/userguide/security-policies.html).
	SecurityPolicy string `yaml:"securityPolicy" oneof:"TransferSecurityPolicy-2024-01|TransferSecurityPolicy-2025-03|TransferSecurityPolicy-FIPS-2024-01|TransferSecurityPolicy-FIPS-2025-03" example:"TransferSecurityPolicy-2024-01"`
	// Banner is shown before somebody logs in, at most 512 characters.
	Banner string `yaml:"banner" match:"^[ -~]{0,512}$" hint:"at most 512 printable characters on one line" example:"For authorized users only."`
	// LogRetentionDays is how long CloudWatch keeps who connected and what was sent.
	LogRetentionDays int `yaml:"logRetentionDays" oneof:"1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1096|1827|2192|2557|2922|3288|3653" example:"365"`
}
