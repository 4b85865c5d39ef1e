package config

import "net/netip"

// SFTPMode says whose server a client sends files to.
type SFTPMode string

const (
	// SFTPShared is the server of the account, application sftp: a user for each client.
	SFTPShared SFTPMode = "shared"
	// SFTPDedicated is a server of the client's own, with addresses of its own.
	SFTPDedicated SFTPMode = "dedicated"
)

// CellSFTP is how the client sends files into one of its buckets.
type CellSFTP struct {
	// Enabled says whether the client sends files by SFTP.
	Enabled bool `yaml:"enabled" example:"false"`
	// Mode is shared (the server of the account) or dedicated (one of the client's own,
	// about 216 USD a month: docs.aws.amazon.com/transfer/pricing). A dedicated server that
	// is replaced has another host key, which every sender refuses.
	Mode SFTPMode `yaml:"mode" oneof:"shared|dedicated" example:"shared"`
	// Users is a named list; at least one when SFTP is on.
	Users []SFTPUser `yaml:"users,optional"`
	// AllowedCIDRs are the networks that may connect to a dedicated server; required with
	// mode dedicated, without effect otherwise. Not everybody: no 0.0.0.0/0.
	AllowedCIDRs []netip.Prefix `yaml:"allowedCIDRs,optional" example:"[203.0.113.0/24]"`
}

// SFTPUser is somebody at the client who sends files.
type SFTPUser struct {
	// Name is how the user logs in, after the client's name and a dash: unique in the
	// cell, 1 to 20 characters.
	Name string `yaml:"name" match:"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$" hint:"1 to 20 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"lab"`
	// Keys are the public keys that the user logs in with, as in authorized_keys: 1 to 10.
	Keys []string `yaml:"keys" match:"^(ssh-rsa|ssh-ed25519|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+={0,2}( .{0,100})?$" hint:"a public key as in authorized_keys: ssh-ed25519, ssh-rsa or ecdsa-sha2-nistp256, -384 or -521" count:"1..10" example:"[ssh-ed25519 AAAA... lab]"`
	// Bucket is the bucket of the cell that files go to. Default inbound.
	Bucket string `yaml:"bucket" default:"inbound"`
	// Prefix is the folder in it that is the user's root, without slashes at its ends.
	// Default: the user's name.
	Prefix string `yaml:"prefix,optional" match:"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+){0,7}$" hint:"folders of letters, digits, dashes and underscores, divided by slashes" example:"lab/results"`
	// Delete lets the user delete what it sent. Default false.
	Delete bool `yaml:"delete" default:"false"`
}
