// Package regiondefaults builds what an account has once per region so that
// nothing in it starts out unsafe: encrypted volumes, nothing shared with the
// public, tokens for the instance metadata service, scanned images. What somebody
// makes by hand gets these settings too.
package regiondefaults

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ebs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
)

const token = component.TokenPrefix + ":regiondefaults:Defaults"

// Args says what settings to build.
type Args struct {
	// AccountID and Region are where the settings are.
	AccountID, Region string
	// Config holds the hop limit and what scans images. Its account-wide settings are
	// not this package's.
	Config config.BaseGuardrails
	// VolumeKeyARN is the key that volumes are encrypted with by default. Its policy
	// must hold the statements of VolumeKeyStatements.
	VolumeKeyARN pulumi.StringInput
}

func (a Args) validate() error {
	var errs []error
	if a.AccountID == "" {
		errs = append(errs, errors.New("account id is empty"))
	}
	if a.Region == "" {
		errs = append(errs, errors.New("region is empty"))
	}
	if a.VolumeKeyARN == nil {
		errs = append(errs, errors.New("key of volumes is not set"))
	}
	if hops := a.Config.MetadataHopLimit; hops < 1 || hops > 2 {
		errs = append(errs, fmt.Errorf("metadata hop limit: %d is out of range, want 1 or 2", hops))
	}
	if kind := a.Config.ImageScanning; kind != "enhanced" && kind != "basic" {
		errs = append(errs, fmt.Errorf("image scanning: %q is unknown, want enhanced or basic", kind))
	}
	return errors.Join(errs...)
}

// Defaults are the settings of one region.
type Defaults struct {
	pulumi.ResourceState

	name string
	args Args
}

// Outputs returns nothing: settings have no identity that others would name.
func (*Defaults) Outputs() pulumi.Map { return pulumi.Map{} }

// New builds the settings that args describes. It fails, before any resource is
// registered and with everything that is wrong, when the account, region or key
// is not set, the hop limit is not 1 or 2, or the kind of scanning is unknown.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Defaults, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("region defaults %q: %w", name, err)
	}
	d := &Defaults{name: name, args: args}
	return component.Register(ctx, token, name, d, opts, func(child pulumi.ResourceOption) error {
		for _, add := range []func(*pulumi.Context, pulumi.ResourceOption) error{
			d.addVolumes, d.addSharing, d.addInstances, d.addSystemsManager, d.addContainers, d.addBackup,
		} {
			if err := add(ctx, child); err != nil {
				return err
			}
		}
		return nil
	})
}

// addVolumes sets the key before it turns encryption on, so that no volume is
// ever encrypted with AWS's own key, whose use nobody can take back.
func (d *Defaults) addVolumes(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	key, err := ebs.NewDefaultKmsKey(ctx, d.name, &ebs.DefaultKmsKeyArgs{KeyArn: d.args.VolumeKeyARN}, child)
	if err != nil {
		return err
	}
	_, err = ebs.NewEncryptionByDefault(ctx, d.name, &ebs.EncryptionByDefaultArgs{Enabled: pulumi.Bool(true)},
		child, pulumi.DependsOn([]pulumi.Resource{key}))
	return err
}

// addSharing blocks the public from snapshots, those that are shared already
// included, and from images. EC2 has no state that unshares images.
func (d *Defaults) addSharing(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	if _, err := ebs.NewSnapshotBlockPublicAccess(ctx, d.name, &ebs.SnapshotBlockPublicAccessArgs{
		State: pulumi.String("block-all-sharing"),
	}, child); err != nil {
		return err
	}
	_, err := ec2.NewImageBlockPublicAccess(ctx, d.name, &ec2.ImageBlockPublicAccessArgs{
		State: pulumi.String("block-new-sharing"),
	}, child)
	return err
}

func (d *Defaults) addInstances(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	if _, err := ec2.NewInstanceMetadataDefaults(ctx, d.name, &ec2.InstanceMetadataDefaultsArgs{
		HttpEndpoint:            pulumi.String("enabled"),
		HttpTokens:              pulumi.String("required"),
		HttpPutResponseHopLimit: pulumi.Int(d.args.Config.MetadataHopLimit),
		InstanceMetadataTags:    pulumi.String("enabled"),
	}, child); err != nil {
		return err
	}
	_, err := ec2.NewSerialConsoleAccess(ctx, d.name, &ec2.SerialConsoleAccessArgs{Enabled: pulumi.Bool(false)}, child)
	return err
}
