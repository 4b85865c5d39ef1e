package contract

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// SFTP is what the sftp application's stack, one per account and region, publishes.
type SFTP struct {
	// ServerID is the server that clients have users on.
	ServerID string `json:"serverId"`
	// Host is its name.
	Host string `json:"host"`
	// Addresses are its public addresses, which senders let through their firewalls.
	Addresses []string `json:"addresses"`
	// HostKeyFingerprint is what senders compare when they connect for the first time.
	HostKeyFingerprint string `json:"hostKeyFingerprint"`
}

// SFTPOutputs is SFTP as the sftp application's stack makes it.
type SFTPOutputs struct {
	ServerID           pulumi.StringInput      `json:"serverId"`
	Host               pulumi.StringInput      `json:"host"`
	Addresses          pulumi.StringArrayInput `json:"addresses"`
	HostKeyFingerprint pulumi.StringInput      `json:"hostKeyFingerprint"`
}

// Export publishes o as the outputs of the running stack.
func (o SFTPOutputs) Export(ctx *pulumi.Context) { export(ctx, o) }

// ReadSFTP reads the sftp application's stack of account and region. It fails like
// ReadBase.
func ReadSFTP(ctx *pulumi.Context, account, region string) (SFTP, error) {
	stack := naming.StackUtility(account, region, config.ApplicationSFTP)
	ref, err := reference(ctx, naming.ProjectUtility, stack)
	if err != nil {
		return SFTP{}, err
	}
	return read[SFTP](ref, naming.ProjectUtility, stack)
}
